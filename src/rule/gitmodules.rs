//! Reads `.gitmodules`, as far as Git does.
//!
//! Source: git-config(1), "CONFIGURATION FILE"; gitmodules(5).

use bstr::{BString, ByteSlice};

/// A submodule's settings.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Module {
    /// The name, as the section has it.
    pub(super) name: BString,
    /// The line of the section, from 1.
    pub(super) line: usize,
    /// Where it stands in the tree.
    pub(super) path: Option<BString>,
    /// Where it comes from.
    pub(super) url: Option<BString>,
    /// How it is updated.
    pub(super) update: Option<BString>,
}

/// The submodules of a file, one for each section and each repeated setting, so
/// that none hides another; or why Git could not read it.
pub(super) fn modules(text: &[u8]) -> Result<Vec<Module>, String> {
    let mut modules: Vec<Module> = Vec::new();
    let mut current = false;
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let mut line = line.trim().to_vec();
        if let Some(rest) = line.strip_prefix(b"[") {
            let (section, behind) = section(rest).ok_or_else(|| wrong(at))?;
            current = match name(section) {
                Some(name) => {
                    modules.push(Module { name, line: at + 1, ..Module::default() });
                    true
                }
                None => false,
            };
            line = behind.trim().to_vec();
        }
        // A backslash at the end goes on with the next line.
        while line.ends_with(b"\\") {
            line.pop();
            line.extend_from_slice(lines.next().map(|(_, it)| it).unwrap_or_default());
        }
        if line.is_empty() || line.starts_with(b"#") || line.starts_with(b";") || !current {
            continue;
        }
        let (key, value) = line.split_once_str("=").unwrap_or((&line, b"true"));
        let value = value_of(value.trim()).ok_or_else(|| wrong(at))?;
        if let Some(module) = modules.pop() {
            modules.extend(set(module, key.trim(), value));
        }
    }
    Ok(modules)
}

fn wrong(at: usize) -> String {
    format!("line {} is nothing that Git can read", at + 1)
}

/// What stands before and behind the `]` of a section.
fn section(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b']' if !quoted => return Some((rest.get(..at)?, rest.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

/// The name in `submodule "name"`, or in the old form `submodule.name`.
fn name(section: &[u8]) -> Option<BString> {
    let (head, rest) = section.split_at_checked("submodule".len())?;
    if !head.eq_ignore_ascii_case(b"submodule") {
        return None;
    }
    if let Some(old) = rest.strip_prefix(b".") {
        return Some(old.to_ascii_lowercase().into());
    }
    let quoted = rest.trim().strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut name = BString::default();
    let mut bytes = quoted.iter();
    while let Some(&byte) = bytes.next() {
        name.push(if byte == b'\\' { *bytes.next()? } else { byte });
    }
    Some(name)
}

/// A value without quotes, escapes, comment and blanks at its end.
fn value_of(raw: &[u8]) -> Option<BString> {
    let mut value = BString::default();
    let (mut quoted, mut kept) = (false, 0);
    let mut bytes = raw.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => quoted = !quoted,
            b'#' | b';' if !quoted => break,
            b'\\' => value.push(match bytes.next()? {
                b'n' => b'\n',
                b't' => b'\t',
                b'b' => 8,
                other => *other,
            }),
            _ => value.push(byte),
        }
        if quoted || !byte.is_ascii_whitespace() {
            kept = value.len();
        }
    }
    value.truncate(kept);
    (!quoted).then_some(value)
}

/// The module with one setting more. A setting that it has already makes a
/// second module, because tools differ in which of the two they take.
fn set(mut module: Module, key: &[u8], value: BString) -> Vec<Module> {
    let place = match key.to_ascii_lowercase().as_slice() {
        b"path" => &mut module.path,
        b"url" => &mut module.url,
        b"update" => &mut module.update,
        _ => return vec![module],
    };
    match place.replace(value) {
        None => vec![module],
        Some(before) => {
            let mut first = module.clone();
            match key.to_ascii_lowercase().as_slice() {
                b"path" => first.path = Some(before),
                b"url" => first.url = Some(before),
                _ => first.update = Some(before),
            }
            vec![first, module]
        }
    }
}
