//! Any bytes are a tree, or are said not to be.

#![no_main]

use libfuzzer_sys::fuzz_target;
use refgate::git::raw;

fuzz_target!(|bytes: &[u8]| {
    for hash_len in [20, 32] {
        if let Ok(entries) = raw::tree(bytes, hash_len) {
            assert!(entries.windows(2).all(|it| it[0].name != it[1].name));
        }
    }
});
