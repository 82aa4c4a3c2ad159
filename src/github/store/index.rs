//! What is known without asking: repositories, and which pull request has which
//! head and target.

use super::line::{On, Row, Value, bounded, id, values};
use super::policy::{PolicySeen, policy_of};
use super::writer::{Statement, Write};
use super::{Store, StoreError};
use crate::github::work::Home;
use crate::model::{Oid, Timestamp};

/// A repository.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Repository {
    /// Its ids.
    pub home: Home,
    /// `owner/name`, as last told.
    pub slug: String,
    /// Without `refs/heads/`; `None` if nobody has said it yet.
    pub default_branch: Option<String>,
    /// Whether it can no longer be seen.
    pub gone: bool,
    /// The policy that was read last; `None` if there never was one.
    pub policy: Option<PolicySeen>,
}

/// A pull request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pull {
    /// Its repository.
    pub home: Home,
    /// Its number.
    pub number: u64,
    /// Whether it is open.
    pub open: bool,
    /// Its head.
    pub head: Oid,
    /// The repository of its head; `None` if that is gone.
    pub head_repository: Option<u64>,
    /// The branch of its head, without `refs/heads/`.
    pub head_ref: String,
    /// Its target, without `refs/heads/`.
    pub base: String,
    /// Where the target was.
    pub base_head: Option<Oid>,
    /// Whether it is a draft.
    pub draft: bool,
    /// The author's login.
    pub author: String,
    /// Its title.
    pub title: String,
    /// When it was changed last, by GitHub's clock.
    pub updated: Timestamp,
}

/// A pull request as pages show it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shown {
    /// The pull request.
    pub pull: Pull,
    /// The repository's name, if known.
    pub slug: Option<String>,
    /// What it waits for; empty if it was not judged yet.
    pub waits_for: String,
    /// The last decision about it.
    pub decision: Option<u64>,
}

/// In which repositories.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Within {
    /// In all.
    All,
    /// In these, of which the first thousand count.
    Only(Vec<u64>),
}

/// What pull requests wait for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum WaitsFor {
    /// Anything or nothing.
    Anything,
    /// Nothing: they were judged, and nobody's move is left.
    Nothing,
    /// Something in whose line this stands, in whatever case.
    Named(String),
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Page {
    /// How many come before.
    pub skip: u64,
    /// As many as are wanted.
    pub most: u32,
}

/// A part of a list, and whether it goes on.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed<T> {
    /// What was asked for.
    pub items: Vec<T>,
    /// Whether there are more behind.
    pub more: bool,
}

/// As long as a name, a branch or a title may be, in bytes.
const LONGEST: usize = 1024;

const PULL: &str = "SELECT p.installation, p.repository, p.number, p.open, p.head,
    p.head_repository, p.head_ref, p.base, p.base_head, p.draft, p.author, p.title, p.updated,
    p.waits_for, p.decision, r.slug
    FROM pulls p LEFT JOIN repositories r ON r.repository = p.repository";

const REPOSITORY: &str =
    "SELECT installation, repository, slug, default_branch, gone, policy FROM repositories";

impl Store {
    /// Keeps what a pull request is, unless something newer is known. To be called
    /// *before* its facts are read: a check that ends in between must find it here.
    pub async fn set_pull(&self, pull: &Pull) -> Result<(), StoreError> {
        self.set_pulls(std::slice::from_ref(pull)).await
    }

    /// The same of many at once, in few transactions.
    pub async fn set_pulls(&self, pulls: &[Pull]) -> Result<(), StoreError> {
        const AT_ONCE: usize = 500;
        // Whoever takes several locks does it in this order.
        let mut pulls: Vec<_> = pulls.iter().collect();
        pulls.sort_unstable_by_key(|it| (it.home.repository, it.number));
        for some in pulls.chunks(AT_ONCE) {
            let rows: Result<_, _> = some.iter().copied().map(kept).collect();
            self.write(Pulls { rows: rows? }).await?;
        }
        Ok(())
    }

    /// Says that a pull request is no longer open, or no longer there.
    pub async fn close_pull(&self, repository: u64, number: u64) -> Result<(), StoreError> {
        let sql = "UPDATE pulls SET open = 0 WHERE repository = $1 AND number = $2";
        let values = values![id(repository)?, id(number)?];
        self.write(Statement { sql, values }).await.map(drop)
    }

    /// A pull request.
    pub async fn pull(&self, repository: u64, number: u64) -> Result<Option<Shown>, StoreError> {
        let sql = format!("{PULL} WHERE p.repository = $1 AND p.number = $2");
        Ok(self.shown(&sql, values![id(repository)?, id(number)?]).await?.into_iter().next())
    }

    /// The open pull requests with this head.
    pub async fn pulls_at(&self, repository: u64, head: Oid) -> Result<Vec<Pull>, StoreError> {
        let sql = format!(
            "{PULL} WHERE p.repository = $1 AND p.head = $2 AND p.open = 1 ORDER BY p.number"
        );
        let shown = self.shown(&sql, values![id(repository)?, &head]).await?;
        Ok(shown.into_iter().map(|it| it.pull).collect())
    }

    /// The open pull requests onto this branch, which is named without `refs/heads/`.
    pub async fn pulls_onto(&self, repository: u64, base: &str) -> Result<Vec<Pull>, StoreError> {
        let sql = format!(
            "{PULL} WHERE p.repository = $1 AND p.base = $2 AND p.open = 1 ORDER BY p.number"
        );
        let shown = self.shown(&sql, values![id(repository)?, bounded(base, LONGEST)]).await?;
        Ok(shown.into_iter().map(|it| it.pull).collect())
    }

    /// The open pull requests, the one changed last first.
    pub async fn open_pulls(
        &self,
        within: &Within,
        page: Page,
    ) -> Result<Listed<Shown>, StoreError> {
        self.pulls_waiting(within, &WaitsFor::Anything, page).await
    }

    /// The open pull requests that wait for it, the one changed last first.
    pub async fn pulls_waiting(
        &self,
        within: &Within,
        waits: &WaitsFor,
        page: Page,
    ) -> Result<Listed<Shown>, StoreError> {
        let (only, end) = (within.sql("p.repository"), page.sql());
        let (waits, values) = match waits {
            WaitsFor::Anything => ("1 = 1", vec![]),
            WaitsFor::Nothing => ("p.waits_for = '' AND p.decision IS NOT NULL", vec![]),
            WaitsFor::Named(text) => {
                let text = text.chars().take(200).collect::<String>().to_lowercase();
                let literal = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
                let like = values![bounded(&format!("%{literal}%"), LONGEST)];
                ("lower(p.waits_for) LIKE $1 ESCAPE '!'", like)
            }
        };
        let sql = format!(
            "{PULL} WHERE p.open = 1 AND {only} AND {waits}
            ORDER BY p.updated DESC, p.repository, p.number {end}"
        );
        Ok(page.cut(self.shown(&sql, values).await?))
    }

    /// A repository.
    pub async fn repository(&self, repository: u64) -> Result<Option<Repository>, StoreError> {
        let sql = format!("{REPOSITORY} WHERE repository = $1");
        self.row(&sql, values![id(repository)?]).await?.as_ref().map(repository_of).transpose()
    }

    /// The repository of this name; of several that had it, the one that was told last.
    pub async fn repository_named(&self, slug: &str) -> Result<Option<Repository>, StoreError> {
        let sql = format!("{REPOSITORY} WHERE folded = $1 AND gone = 0 ORDER BY at DESC LIMIT 1");
        let row = self.row(&sql, values![bounded(&slug.to_lowercase(), LONGEST)]).await?;
        row.as_ref().map(repository_of).transpose()
    }

    /// All repositories that can be seen.
    pub async fn repositories(&self) -> Result<Vec<Repository>, StoreError> {
        let sql = format!("{REPOSITORY} WHERE gone = 0 ORDER BY repository");
        self.rows(&sql, vec![]).await?.iter().map(repository_of).collect()
    }

    async fn shown(&self, sql: &str, values: Vec<Value>) -> Result<Vec<Shown>, StoreError> {
        self.rows(sql, values).await?.iter().map(shown_of).collect()
    }
}

/// Pull requests to be kept.
struct Pulls {
    rows: Vec<Vec<Value>>,
}

impl Write for Pulls {
    type Answer = ();

    async fn run(&self, on: &mut On<'_>) -> Result<(), StoreError> {
        let sql = "INSERT INTO pulls (repository, number, installation, open, head,
                head_repository, head_ref, base, base_head, draft, author, title, updated, waits_for)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '')
            ON CONFLICT (repository, number) DO UPDATE SET installation = excluded.installation,
                open = excluded.open, head = excluded.head,
                head_repository = excluded.head_repository, head_ref = excluded.head_ref,
                base = excluded.base, base_head = excluded.base_head, draft = excluded.draft,
                author = excluded.author, title = excluded.title, updated = excluded.updated
            WHERE excluded.updated >= pulls.updated";
        for row in &self.rows {
            on.run(sql, row.clone()).await?;
        }
        Ok(())
    }
}

fn kept(pull: &Pull) -> Result<Vec<Value>, StoreError> {
    Ok(values![
        id(pull.home.repository)?,
        id(pull.number)?,
        id(pull.home.installation)?,
        pull.open,
        &pull.head,
        pull.head_repository.map(id).transpose()?,
        bounded(&pull.head_ref, LONGEST),
        bounded(&pull.base, LONGEST),
        pull.base_head,
        pull.draft,
        bounded(&pull.author, LONGEST),
        bounded(&pull.title, LONGEST),
        pull.updated,
    ])
}

impl Within {
    /// A condition; ids are numbers, which hold no SQL.
    pub(super) fn sql(&self, column: &str) -> String {
        match self {
            Self::All => "1 = 1".to_owned(),
            Self::Only(these) if these.is_empty() => "1 = 0".to_owned(),
            Self::Only(these) => {
                let these: Vec<_> = these.iter().take(1000).map(u64::to_string).collect();
                format!("{column} IN ({})", these.join(", "))
            }
        }
    }
}

impl Page {
    /// One more than is wanted, to know whether there are more.
    pub(super) fn sql(self) -> String {
        let skip = self.skip.min(u64::from(u32::MAX));
        format!("LIMIT {} OFFSET {skip}", u64::from(self.most) + 1)
    }

    /// Takes the one more away.
    pub(super) fn cut<T>(self, mut items: Vec<T>) -> Listed<T> {
        let most = usize::try_from(self.most).unwrap_or(usize::MAX);
        let more = items.len() > most;
        items.truncate(most);
        Listed { items, more }
    }
}

fn shown_of(row: &Row) -> Result<Shown, StoreError> {
    let home = Home { installation: row.id(0)?, repository: row.id(1)? };
    let pull = Pull {
        home,
        number: row.id(2)?,
        open: row.yes(3)?,
        head: row.oid(4)?,
        head_repository: row.maybe_id(5)?,
        head_ref: row.text(6)?,
        base: row.text(7)?,
        base_head: row.maybe_oid(8)?,
        draft: row.yes(9)?,
        author: row.text(10)?,
        title: row.text(11)?,
        updated: row.int(12)?,
    };
    let (waits_for, decision) = (row.text(13)?, row.maybe_id(14)?);
    Ok(Shown { pull, slug: row.get(15)?, waits_for, decision })
}

fn repository_of(row: &Row) -> Result<Repository, StoreError> {
    Ok(Repository {
        home: Home { installation: row.id(0)?, repository: row.id(1)? },
        slug: row.text(2)?,
        default_branch: row.get(3)?,
        gone: row.yes(4)?,
        policy: policy_of(row.get(5)?)?,
    })
}

/// Keeps a repository's name and default branch, unless something newer is known.
pub(super) async fn named(
    on: &mut On<'_>,
    told: (Home, &str, Option<&str>),
    at: Timestamp,
) -> Result<(), StoreError> {
    let (home, slug, branch) = told;
    let sql = "INSERT INTO repositories (repository, installation, slug, folded, default_branch,
            gone, at)
        VALUES ($1, $2, $3, $4, $5, 0, $6)
        ON CONFLICT (repository) DO UPDATE SET installation = excluded.installation,
            slug = excluded.slug, folded = excluded.folded, gone = 0, at = excluded.at,
            default_branch = COALESCE(excluded.default_branch, repositories.default_branch)
        WHERE excluded.at >= repositories.at";
    let (slug, branch) = (bounded(slug, LONGEST), branch.map(|it| bounded(it, LONGEST)));
    let folded = slug.to_lowercase();
    let (repository, installation) = (id(home.repository)?, id(home.installation)?);
    let values = values![repository, installation, slug, folded, branch.as_deref(), at];
    on.run(sql, values).await.map(drop)
}

/// Keeps that a repository can no longer be seen.
pub(super) async fn gone(
    on: &mut On<'_>,
    repository: u64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let repository = id(repository)?;
    let sql = "UPDATE repositories SET gone = 1, at = $2 WHERE repository = $1 AND at <= $2";
    if on.run(sql, values![repository, at]).await? > 0 {
        let sql = "UPDATE pulls SET open = 0 WHERE repository = $1";
        on.run(sql, values![repository]).await?;
    }
    Ok(())
}

/// Keeps that none of an installation's repositories can be seen any more.
pub(super) async fn uninstalled(
    on: &mut On<'_>,
    installation: u64,
    at: Timestamp,
) -> Result<(), StoreError> {
    let installation = id(installation)?;
    let sql = "UPDATE repositories SET gone = 1, at = $2 WHERE installation = $1 AND at <= $2";
    on.run(sql, values![installation, at]).await?;
    let sql = "UPDATE pulls SET open = 0 WHERE open = 1 AND repository IN
        (SELECT repository FROM repositories WHERE installation = $1 AND gone = 1)";
    on.run(sql, values![installation]).await.map(drop)
}
