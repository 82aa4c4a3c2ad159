//! Any text is a policy, or has problems that can be shown.

#![no_main]

use libfuzzer_sys::fuzz_target;
use refgate::policy;

fuzz_target!(|text: &str| {
    let open = &mut |_: &str| Err("there are no files here".to_owned());
    if let Err(problems) = policy::parse("refgate.toml", text, open) {
        assert!(!problems.to_string().is_empty());
    }
});
