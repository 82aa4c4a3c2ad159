//! What GitHub tells of a pull request: one question, as many pages as it takes.

mod absorb;
pub mod commits;
pub mod query;
mod shape;
mod told;

use super::Slug;
use query::Part;
pub use told::{Told, ToldReview};

/// As many pages of one part are asked for: 100 entries each.
pub const MOST_PAGES: usize = 30;

/// Why a reading leads to nothing.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Torn {
    /// What a page tells is about another state than what was told before: read anew.
    Moved,
    /// An answer lacks something, or has another shape; which, is said.
    Odd(String),
}

/// What to ask next.
pub struct Reading {
    told: Told,
    open: Vec<(Part, Option<String>)>,
    pages: usize,
    topics: bool,
}

impl Reading {
    /// Begins to read the given parts.
    pub fn of(parts: &[Part], topics: bool) -> Self {
        let open = parts.iter().map(|part| (*part, None)).collect();
        Self { told: Told::default(), open, pages: 0, topics }
    }

    /// The variables of the next question; `None` if all is told.
    pub fn next(&self, repository: &Slug, number: u64) -> Option<serde_json::Value> {
        let ask = self.pages == 0 || !self.open.is_empty();
        ask.then(|| {
            query::variables(repository, number, &self.open, self.topics && self.pages == 0)
        })
    }

    /// Takes in the `data` of an answer. After an error nothing of the reading can be
    /// used.
    pub fn take(&mut self, data: serde_json::Value) -> Result<(), Torn> {
        let root: shape::Root = serde_json::from_value(data)
            .map_err(|error| Torn::Odd(format!("GitHub's answer has another shape: {error}")))?;
        let asked: Vec<_> = self.open.iter().map(|(part, _)| *part).collect();
        self.open = self.told.absorb(root, &asked, self.pages > 0)?;
        self.pages += 1;
        if self.pages >= MOST_PAGES {
            for (part, _) in self.open.drain(..) {
                let why = format!(
                    "GitHub tells of more than {} {}",
                    MOST_PAGES * query::PAGE,
                    part.name()
                );
                self.told.partial.insert(part, why);
            }
        }
        Ok(())
    }

    /// That an answer came with errors: what it did not tell is not known.
    pub fn marred(&mut self, why: &str) {
        for (part, _) in &self.open {
            self.told.partial.insert(*part, why.to_owned());
        }
    }

    /// That an answer came with an error in one part: what is told of it is not all.
    pub fn marred_in(&mut self, part: Part, why: &str) {
        self.told.partial.insert(part, why.to_owned());
    }

    /// All that was told.
    pub fn done(mut self) -> Told {
        self.told.finish();
        self.told
    }
}

/// What ran on a commit that is no pull request's head, page by page.
pub fn ran(pages: Vec<serde_json::Value>) -> Result<Told, String> {
    let mut told = Told::default();
    for page in pages {
        let root: shape::CommitRoot = serde_json::from_value(page)
            .map_err(|error| format!("GitHub's answer has another shape: {error}"))?;
        let commit = root.repository.and_then(|it| it.object);
        told.ran(commit.ok_or("GitHub does not know the commit")?);
    }
    Ok(told)
}
