//! Any bytes are what Git writes to a hook, or are said not to be.

#![no_main]

use libfuzzer_sys::fuzz_target;
use refgate::receive;

fuzz_target!(|bytes: &[u8]| {
    for hash_len in [20, 32] {
        if let Ok(lines) = receive::lines(bytes, hash_len) {
            assert_eq!(lines.len(), bytes.iter().filter(|it| **it == b'\n').count());
        }
    }
});
