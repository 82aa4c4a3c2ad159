//! What a check run says when several pull requests have the same head: the worst
//! of them decides, and each is told.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::report::{self, Conclusion};

/// What one subject contributes, as the store keeps it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Part {
    /// What it is called: `#12`, `merge queue`.
    pub label: String,
    /// How it ended.
    pub ended: Ended,
    /// In a line, what is the case.
    pub title: String,
    /// Markdown.
    pub summary: String,
    /// Markdown.
    pub text: String,
    /// What belongs to lines of files.
    pub annotations: Vec<Mark>,
    /// Whether reviews can be asked for.
    pub reviewers: bool,
    /// Where to read on, if pages are served: a path that begins with `/`.
    pub page: Option<String>,
}

/// How a look ended, worst last.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// Nothing speaks against it, and its target is not one that the policy names: a
    /// head that is green for that could land elsewhere by it.
    Unasked,
    /// It may land.
    Allowed,
    /// It may not yet.
    Waits,
    /// It may not.
    Denied,
    /// It could not be judged.
    Error,
}

/// An annotation, as GitHub takes it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Mark {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub start_line: usize,
    /// The same.
    pub end_line: usize,
    /// `failure` or `warning`.
    pub annotation_level: String,
    /// The rule.
    pub title: String,
    /// What is the case.
    pub message: String,
}

/// What a check run says.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Said {
    /// How it ended.
    pub ended: Ended,
    /// In a line.
    pub title: String,
    /// Markdown.
    pub summary: String,
    /// Markdown.
    pub text: String,
    /// What belongs to lines of files.
    pub annotations: Vec<Mark>,
    /// Whether reviews can be asked for.
    pub reviewers: bool,
    /// Where to read on.
    pub page: Option<String>,
}

/// GitHub takes 65,535 characters of a text.
const LIMIT: usize = 65_000;

impl Part {
    /// What a verdict comes to.
    pub fn of(label: String, verdict: &crate::model::Verdict) -> Self {
        let run = report::check_run(verdict);
        let ended = match run.conclusion {
            Some(Conclusion::Success) => Ended::Allowed,
            Some(Conclusion::Failure) => Ended::Denied,
            None => Ended::Waits,
        };
        let mark = |it: report::Annotation| Mark {
            path: it.path,
            start_line: it.line,
            end_line: it.line,
            annotation_level: if it.denies { "failure" } else { "warning" }.to_owned(),
            title: it.title,
            message: it.message,
        };
        let reviewers = verdict.judgments.iter().any(|it| !report::reviewers(it).is_empty());
        Self {
            label,
            ended,
            title: run.title,
            summary: run.summary,
            text: run.text,
            annotations: run.annotations.into_iter().map(mark).collect(),
            reviewers,
            page: None,
        }
    }

    /// That nothing is known yet.
    pub fn looking(label: String) -> Self {
        let title = "looking at it".to_owned();
        let summary = "What the policy asks is being looked at.\n".to_owned();
        Self::plain(label, Ended::Waits, title, summary)
    }

    /// The same, where no policy names `base` and nothing may land elsewhere by it.
    #[must_use]
    pub fn unasked(self, base: &str) -> Self {
        if self.ended != Ended::Allowed {
            return self;
        }
        let (title, base) = ("the policy does not name its target", report::code_span(base));
        let summary = format!(
            "Nothing speaks against landing on {base}, and this check is not meant to be required \
             there. It does not end: it would hold for any other target too.\n\n{}",
            self.summary
        );
        Self { ended: Ended::Unasked, title: title.to_owned(), summary, ..self }
    }

    /// That it could not be judged; `summary` is Markdown.
    pub fn error(label: String, title: &str, summary: String) -> Self {
        Self::plain(label, Ended::Error, format!("error: {title}"), summary)
    }

    /// Anything else that is no verdict.
    pub fn plain(label: String, ended: Ended, title: String, summary: String) -> Self {
        Self {
            label,
            ended,
            title,
            summary,
            text: String::new(),
            annotations: Vec::new(),
            reviewers: false,
            page: None,
        }
    }
}

/// What several parts come to. The worst decides; the others are told below it.
pub fn joined(parts: &[Part]) -> Said {
    let Some(worst) = parts.iter().max_by_key(|it| it.ended) else {
        return joined(&[Part::looking(String::new())]);
    };
    let several = parts.len() > 1;
    let title = if several && worst.ended > Ended::Allowed {
        format!("{}: {}", worst.label, worst.title)
    } else {
        worst.title.clone()
    };
    let mut summary = String::new();
    if several {
        summary += "Several pull requests have this head, so what is written here holds for \
                    all of them, and the worst decides:\n\n";
        for part in parts {
            // A title is our own sentence, escaped where it was made.
            let _ = writeln!(summary, "- {}: {}", part.label, report::code_span(&part.title));
        }
        summary += "\n";
    }
    summary += &worst.summary;
    let mut annotations: Vec<Mark> = Vec::new();
    for mark in parts.iter().flat_map(|it| &it.annotations) {
        if !annotations.contains(mark) {
            annotations.push(mark.clone());
        }
    }
    Said {
        ended: worst.ended,
        title,
        summary: cut(summary),
        text: cut(worst.text.clone()),
        annotations,
        reviewers: worst.reviewers,
        page: worst.page.clone(),
    }
}

fn cut(mut text: String) -> String {
    if text.len() > LIMIT {
        let mut end = LIMIT;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text += "\n\n… more is not shown\n";
    }
    text
}
