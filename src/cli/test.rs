//! `refgate test`: the policy's own tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};

use super::{Exit, Format, Global, PolicyFile, say, shown};
use crate::file::{self, Holds};
use crate::policy::Policy;
use crate::report;
use crate::trial::{self, Holder, Outcome, Sheet, Trial};

/// The directory beside a policy in which more tests may stand.
const DIRECTORY: &str = "refgate-tests";

/// Run the policy's own tests
///
/// Tests stand below [[test]] in the policy, and in refgate-tests/*.toml beside
/// it. Those of a policy that it extends are not run. With -v, tests that hold show
/// what the policy says, too.
#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = "\
Effect: reads the policy and its tests. --bless writes tests, --junit its file.

Exit codes: 0 all tests hold, 1 a test does not, or --coverage=require found a
gap; 2 the policy or a test is not valid, or there are no tests, or a record
leaves out what its test rests on.

Examples:
  refgate test --coverage
  refgate test --junit report.xml dba")]
pub struct Test {
    /// Only tests with one of these in their name
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Also tell what no test would notice; `require` fails if there is any
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "show")]
    pub coverage: Option<Wanted>,
    /// Where to write the results as `JUnit` XML, too
    #[arg(long, value_name = "FILE", help = "Also write the results to <FILE>, as JUnit XML")]
    #[allow(missing_docs, reason = "the help says it; Markdown would not")]
    pub junit: Option<PathBuf>,
    /// Write what the policy says now into tests that fail
    #[arg(long)]
    pub bless: bool,
    /// List the tests, and run none
    #[arg(long)]
    pub list: bool,
}

/// What coverage is wanted for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Wanted {
    /// To see it.
    Show,
    /// To have all of it.
    Require,
}

/// A file with tests, and where it is.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) sheet: Sheet,
}

impl Test {
    pub(super) fn run(&self, global: &Global) -> anyhow::Result<Exit> {
        let started = Instant::now();
        if matches!(global.format, Format::Sarif | Format::Markdown) {
            bail!("tests are told as human, json, github or junit\nhint: drop --format");
        }
        if self.coverage.is_some() && !self.names.is_empty() {
            bail!("some tests alone cannot tell what all of them cover\nhint: drop NAME");
        }
        let file = PolicyFile::find(global)?;
        let mut policy = file.policy()?;
        policy.people.suppose_host();
        let (found, trials) = trials(&file, &policy)?;
        let wanted = |it: &&Trial| {
            let name = it.name.to_lowercase();
            self.names.is_empty() || self.names.iter().any(|it| name.contains(&it.to_lowercase()))
        };
        let trials: Vec<_> = trials.iter().filter(wanted).collect();
        if trials.is_empty() {
            return none(&self.names);
        }
        if self.list {
            let line = |it: &&Trial| format!("{}  {}\n", it.origin, report::escaped_line(&it.name));
            say(&trials.iter().map(line).collect::<String>())?;
            return Ok(Exit::Allowed);
        }
        let outcomes: Vec<_> = trials.iter().map(|it| trial::run(&policy, it)).collect();
        let ran: Vec<_> = trials.iter().copied().zip(&outcomes).collect();
        let failed = ran.iter().filter(|(_, it)| !it.holds()).count();
        let worthless = ran.iter().find_map(|(trial, it)| Some((trial, it.worthless()?)));
        let Some((trial, why)) = worthless else {
            if self.bless && failed > 0 {
                return bless(&file, &policy, &found, &ran);
            }
            return self.tell(global, &policy, &ran, started);
        };
        if !self.bless {
            self.tell(global, &policy, &ran, started)?;
        }
        // As `check --facts` ends with the same record.
        let (name, origin) = (report::escaped_line(&trial.name), &trial.origin);
        bail!(
            "could not judge {name} ({origin}): {why}\nhint: write down what happened below [test.change]"
        )
    }

    fn tell(
        &self,
        global: &Global,
        policy: &Policy,
        ran: &[(&Trial, &Outcome)],
        started: Instant,
    ) -> anyhow::Result<Exit> {
        let coverage = self.coverage.map(|_| trial::coverage(policy, ran));
        if let Some(path) = &self.junit {
            let written = fs::write(path, trial::junit(ran));
            written.with_context(|| format!("cannot write {}", path.display()))?;
        }
        match global.format {
            Format::Json => say(&trial::json(ran, coverage.as_ref()))?,
            Format::Junit => say(&trial::junit(ran))?,
            Format::Github => say(&trial::github(ran))?,
            Format::Human | Format::Sarif | Format::Markdown => {
                let style = shown::style(global, global.colors());
                let failed = || ran.iter().filter(|(_, it)| !it.holds());
                if global.verbose > 0 {
                    for (trial, outcome) in ran.iter().filter(|(_, it)| it.holds()) {
                        say(&(trial::held(trial, outcome, style) + "\n"))?;
                    }
                }
                if global.quiet < 2 {
                    for (trial, outcome) in failed() {
                        say(&(trial::told(trial, outcome, style) + "\n"))?;
                    }
                }
                if let Some(coverage) = &coverage {
                    say(&(trial::covered(coverage) + "\n"))?;
                }
                if global.quiet == 0 || (global.quiet == 1 && failed().next().is_some()) {
                    say(&summary(ran, started))?;
                }
                if global.environment.is_github_actions() {
                    say(&trial::github(ran))?;
                }
            }
        }
        let gap = self.coverage == Some(Wanted::Require)
            && coverage.as_ref().is_some_and(|it| !it.is_full());
        Ok(Exit::denied_if(gap || ran.iter().any(|(_, it)| !it.holds())))
    }
}

/// The tests of a policy, with the files that they stand in.
pub(super) fn trials(
    file: &PolicyFile,
    policy: &Policy,
) -> anyhow::Result<(Vec<Found>, Vec<Trial>)> {
    let found = found(file)?;
    let sheets: Vec<_> = found.iter().map(|it| it.sheet.clone()).collect();
    // A record is named relative to the file that its test stands in.
    let mut open = |file: &str, wanted: &str| {
        let of = found.iter().find(|it| it.sheet.file == file);
        let home = of.and_then(|it| it.path.parent()).unwrap_or(Path::new(""));
        file::read(&home.join(wanted), Holds::Facts).map_err(|error| format!("{error:#}"))
    };
    let trials = trial::read(policy, &sheets, &mut open)?;
    Ok((found, trials))
}

/// The policy itself, and the files beside it, in order of their names.
fn found(file: &PolicyFile) -> anyhow::Result<Vec<Found>> {
    let sheet = |file: &PolicyFile, holder| -> anyhow::Result<Found> {
        let text = file.text()?;
        let sheet = Sheet { file: text.name, text: text.text, holder };
        Ok(Found { path: file.path.clone(), sheet })
    };
    let mut found = vec![sheet(file, Holder::Policy)?];
    let home = file.path.parent().unwrap_or(Path::new(""));
    let directory = home.join(DIRECTORY);
    if !directory.is_dir() {
        return Ok(found);
    }
    let unread = || format!("cannot read {}", directory.display());
    let mut paths = entries(&directory).with_context(unread)?;
    if let Some(below) = paths.iter().find_map(|it| below(it)) {
        let (below, wanted) = (below.display(), directory.display());
        bail!("{below} has tests that are not run\nhint: move it to {wanted}");
    }
    paths.retain(|it| it.is_file() && it.extension().is_some_and(|it| it == "toml"));
    let before = file.name.rsplit_once('/').map_or("", |(before, _)| before);
    for path in paths {
        let own = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let name = Path::new(before).join(DIRECTORY).join(own).display().to_string();
        found.push(sheet(&PolicyFile { path, name }, Holder::Tests)?);
    }
    Ok(found)
}

/// What is in a directory, in order of the names.
fn entries(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries: Result<Vec<_>, _> = fs::read_dir(directory)?.collect();
    let mut paths: Vec<_> = entries?.into_iter().map(|it| it.path()).collect();
    paths.sort();
    Ok(paths)
}

/// A file with tests further down, where records may stand, and tests would never
/// be run. What a link leads to is elsewhere.
fn below(path: &Path) -> Option<PathBuf> {
    if path.is_symlink() || !path.is_dir() {
        return None;
    }
    let mut paths = entries(path).ok()?.into_iter();
    paths.find_map(|it| {
        let has_tests = |it: &Path| {
            let text = fs::read_to_string(it).unwrap_or_default();
            text.lines().any(|it| it.trim_start().starts_with("[[test]]"))
        };
        let is_toml = it.is_file() && it.extension().is_some_and(|it| it == "toml");
        if is_toml && has_tests(&it) { Some(it) } else { below(&it) }
    })
}

fn none(names: &[String]) -> anyhow::Result<Exit> {
    match names {
        [] => bail!(
            "the policy has no tests\n\
             hint: write [[test]] in it, or in {DIRECTORY}/*.toml beside it"
        ),
        names => bail!(
            "no test has `{}` in its name\nhint: refgate test --list names them",
            names.join("` or `")
        ),
    }
}

fn summary(ran: &[(&Trial, &Outcome)], started: Instant) -> String {
    let failed = ran.iter().filter(|(_, it)| !it.holds()).count();
    let todo = ran.iter().filter(|(trial, it)| trial.todo && it.holds()).count();
    let todo = if todo > 0 { format!(", {todo} todo") } else { String::new() };
    let took = started.elapsed().as_millis();
    let all = if ran.len() == 1 { "1 test".to_owned() } else { format!("{} tests", ran.len()) };
    match failed {
        0 => format!("success: {all}, none fails{todo} ({took} ms)\n"),
        failed => format!("{failed} of {all} failed{todo} ({took} ms)\n"),
    }
}

/// Writes what the policy says now, says what that changed, and runs all again.
fn bless(
    file: &PolicyFile,
    policy: &Policy,
    found: &[Found],
    ran: &[(&Trial, &Outcome)],
) -> anyhow::Result<Exit> {
    for Found { path, sheet } in found {
        let of: Vec<_> =
            ran.iter().filter(|(it, _)| *it.origin.file == *sheet.file).copied().collect();
        let blessed = trial::bless(&sheet.text, &of);
        if blessed.changed.is_empty() {
            continue;
        }
        replace(path, &blessed.text)?;
        for line in &blessed.changed {
            say(&format!("blessed: {}\n", report::escaped_line(line)))?;
        }
    }
    let names: Vec<_> = ran.iter().map(|(it, _)| it.name.as_str()).collect();
    let (_, trials) = trials(file, policy)?;
    let mut exit = Exit::Allowed;
    for trial in trials.iter().filter(|it| names.contains(&it.name.as_str())) {
        if !trial::run(policy, trial).holds() {
            exit = Exit::Denied;
            let name = report::escaped_line(&trial.name);
            say(&format!("not blessed: {name} ({}): mend it by hand\n", trial.origin))?;
        }
    }
    Ok(exit)
}

/// Replaces a file as a whole, or leaves it as it is.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    // What a link leads to is written, and the link stays.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let beside = PathBuf::from(beside);
    let write = || -> std::io::Result<()> {
        fs::write(&beside, text)?;
        fs::set_permissions(&beside, fs::metadata(&path)?.permissions())?;
        fs::rename(&beside, &path)
    };
    write().or_else(|error| {
        let _ = fs::remove_file(&beside);
        Err(error).with_context(|| format!("{} could not be written", path.display()))
    })
}
