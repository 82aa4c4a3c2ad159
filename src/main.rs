//! refgate
fn main() {}
