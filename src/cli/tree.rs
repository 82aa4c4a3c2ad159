//! The whole tree of commands, as help, completions and manual pages show it.

use clap::{Command, CommandFactory};

use super::Arguments;

/// The commands by what they are for, in the order of the help.
const GROUPS: &[(&str, &[&str])] = &[
    ("Start here", &["init", "install", "doctor"]),
    ("Judge", &["check", "explain", "replay", "test"]),
    ("Keep", &["policy", "uninstall", "completions", "man"]),
];

/// The whole tree of commands.
pub fn tree() -> Command {
    let tree = Arguments::command();
    let mut template = "{about}.\n\nUsage: refgate [OPTIONS] <COMMAND>\n".to_owned();
    for (title, names) in GROUPS {
        template.push_str(&format!("\n{title}:\n"));
        for name in *names {
            let about = tree.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            template.push_str(&format!("  {name:<12} {about}\n"));
        }
    }
    template.push_str("\nOptions:\n{options}");
    tree.help_template(template)
}
