//! The `refgate` program: runs what was typed, and turns the answer into an
//! exit code: 0 may go on, 1 may not, 2 could not judge, which stops as well.

use std::io::Write;
use std::process::ExitCode;

use refgate::cli::{self, Environment, Exit};

/// Judging makes many small things, which this one hands out faster than the system.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let _ = std::io::stderr().write_all(cli::panicked(panic).as_bytes());
        // The release build aborts after this hook, which would be code 134.
        std::process::exit(2);
    }));
    match cli::run(std::env::args_os(), Environment::read) {
        Ok(Exit::Allowed) => ExitCode::SUCCESS,
        Ok(Exit::Denied) => ExitCode::from(1),
        Err(error) => {
            let _ = std::io::stderr().write_all(cli::failed(&error).as_bytes());
            ExitCode::from(2)
        }
    }
}
