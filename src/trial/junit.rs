//! How tests came out, as `JUnit` XML: a suite for each file, a case for each test.

use super::text::sentence;
use super::{Outcome, Trial};
use crate::report::{Color, Detail, Style, Width, escaped_xml, styled};

/// The tests, in the order of the files; those marked `todo` that fail are
/// skipped.
pub fn junit(trials: &[(&Trial, &Outcome)]) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    out += &format!("<testsuites name=\"refgate test\"{}>\n", counts(trials));
    for of_file in trials.chunk_by(|(one, _), (other, _)| one.origin.file == other.origin.file) {
        let file = of_file.first().map(|(it, _)| escaped_xml(&it.origin.file));
        let file = file.unwrap_or_default();
        out += &format!("  <testsuite name=\"{file}\"{}>\n", counts(of_file));
        for (trial, outcome) in of_file {
            out += &case(&file, trial, outcome);
        }
        out += "  </testsuite>\n";
    }
    out += "</testsuites>\n";
    out
}

fn counts(trials: &[(&Trial, &Outcome)]) -> String {
    let failed = trials.iter().filter(|(_, it)| !it.holds()).count();
    let skipped = trials.iter().filter(|(trial, it)| trial.todo && it.holds()).count();
    let all = trials.len();
    format!(" tests=\"{all}\" failures=\"{failed}\" errors=\"0\" skipped=\"{skipped}\"")
}

fn case(file: &str, trial: &Trial, outcome: &Outcome) -> String {
    let name = escaped_xml(&trial.name);
    let line = trial.origin.line;
    let body = match (outcome.holds(), trial.todo) {
        (true, false) => String::new(),
        (true, true) => "      <skipped message=\"known to fail\"/>\n".to_owned(),
        (false, _) => {
            let wrong: Vec<_> = outcome.wrong.iter().map(|it| sentence(trial, it)).collect();
            let message = escaped_xml(&wrong.join("; "));
            let style = Style { width: Width::Local, detail: Detail::Usual, color: Color::Plain };
            let verdict = styled(&outcome.verdict, style);
            let verdict: String = verdict.lines().map(|it| escaped_xml(it) + "\n").collect();
            format!("      <failure type=\"verdict\" message=\"{message}\">{verdict}</failure>\n")
        }
    };
    format!(
        "    <testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\" line=\"{line}\">\n\
         {body}    </testcase>\n"
    )
}
