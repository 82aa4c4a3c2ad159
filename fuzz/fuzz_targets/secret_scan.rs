//! Any bytes can be searched for secrets; what is found lies within them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use refgate::secret::Matcher;

fuzz_target!(|bytes: &[u8]| {
    let _ = Matcher::built_in().scan(bytes);
});
