//! Any bytes can be read as a commit or a tag.

#![no_main]

use libfuzzer_sys::fuzz_target;
use refgate::git::raw;
use refgate::model::Oid;

fuzz_target!(|bytes: &[u8]| {
    let commit = raw::commit(None, bytes);
    let _ = commit.text();
    let _ = raw::node(bytes);
    if let Some(oid) = Oid::from_bytes(&[1; 20]) {
        let _ = raw::tag(oid, bytes);
    }
});
