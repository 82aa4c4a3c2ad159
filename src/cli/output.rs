//! Writing to the terminal, and how failures are told.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;

use anyhow::Context;
use clap::ValueEnum;
use clap::error::ErrorKind;

use super::Global;

/// How a verdict is reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Format {
    /// Text for people.
    Human,
    /// One JSON object, versioned.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// `JUnit` XML.
    Junit,
    /// Markdown.
    Markdown,
}

/// When to use colors.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Global {
    /// Whether to use colors on the standard output.
    pub fn colors(&self) -> bool {
        match self.color {
            When::Auto => std::io::stdout().is_terminal(),
            When::Always => true,
            When::Never => false,
        }
    }

    /// Whether to use colors on the standard error output.
    pub fn colors_on_stderr(&self) -> bool {
        match self.color {
            When::Auto => std::io::stderr().is_terminal(),
            When::Always => true,
            When::Never => false,
        }
    }
}

/// Writes to the standard output. Nobody listening is no error: what is decided
/// stays decided.
pub fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to the standard output")
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes to the standard error output, for hooks and for what is no result. A
/// failure to write changes no decision, and there is nobody to tell it to.
pub fn warn(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// An error as people read it: the fact, then the causes, one line each.
pub fn failed(error: &anyhow::Error) -> String {
    let mut out = String::new();
    for (depth, cause) in error.chain().enumerate() {
        let text = crate::report::escaped(&cause.to_string());
        let text = text.trim_end();
        let _ = match depth {
            0 if text.starts_with("error:") => writeln!(out, "{text}"),
            0 => writeln!(out, "error: {text}"),
            _ => writeln!(out, "  because {text}"),
        };
    }
    out
}

/// A panic as people read it: whose fault it is, and that nothing was let pass.
pub fn panicked(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let what = payload.downcast_ref::<&str>().copied();
    let what = what.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let what = crate::report::escaped(what.unwrap_or("no message")).replace('\n', " ");
    let place = panic.location().map(|it| format!(" ({it})")).unwrap_or_default();
    format!(
        "error: refgate could not judge: {what}{place}\n\
         hint: this is a mistake in refgate; nothing was allowed, report it with this line\n"
    )
}

/// A wrong usage, as clap tells it.
pub(super) fn usage(error: &clap::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            anyhow::anyhow!("no command is given\n\n{}", error.render())
        }
        _ => anyhow::anyhow!("{}", error.render()),
    }
}

/// The help or version that clap was asked for.
pub(super) fn help(asked: &clap::Error) -> String {
    asked.render().to_string()
}
