//! The policies that come with Refgate.

/// Name and text of each preset; the text says what it is for.
pub static PRESETS: &[(&str, &str)] = &[
    ("baseline", include_str!("../../policies/baseline.toml")),
    ("trunk", include_str!("../../policies/trunk.toml")),
    ("git-flow", include_str!("../../policies/git-flow.toml")),
    ("regulated", include_str!("../../policies/regulated.toml")),
];

/// The text of the preset `name`.
pub fn preset(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|(it, _)| *it == name).map(|(_, text)| *text)
}
