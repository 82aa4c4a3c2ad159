//! What a repository looks like, so that a first policy can fit it.

use std::collections::BTreeSet;

use bstr::ByteSlice as _;

use super::Site;

/// What a repository looks like.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Seen {
    /// The branch that work lands on.
    pub default_branch: String,
    /// Every branch, here and at `origin`, without `refs/heads/`.
    pub branches: BTreeSet<String>,
    /// How many commits the default branch has got within 90 days.
    pub commits: usize,
    /// How many people made them.
    pub people: usize,
    /// Its name on GitHub.
    pub github: Option<String>,
    /// The file that says who owns what.
    pub code_owners: Option<String>,
    /// Whether Git LFS holds some files.
    pub lfs: bool,
    /// Whether some tags look like versions: `v1.2.3`.
    pub version_tags: bool,
    /// How many of the latest messages are Conventional Commits, and of how many.
    pub conventional: (usize, usize),
    /// Configurations of other tools.
    pub tools: Vec<&'static str>,
}

/// Where GitHub and GitLab look for owners, in their order.
const OWNERS: &[&str] =
    &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Other tools' configurations.
const TOOLS: &[&str] = &[
    ".gitleaks.toml",
    ".pre-commit-config.yaml",
    "lefthook.yml",
    ".husky",
    ".policy.yml",
    ".commitlintrc.json",
    "commitlint.config.js",
];

impl Seen {
    /// Looks at a repository's refs, its latest commits and the top of its work
    /// tree. What can't be found out is left empty.
    pub fn look(site: &Site) -> Self {
        let branches = branches(site);
        let default_branch = default_branch(site, &branches);
        let there = |name: &&&str| site.top.as_ref().is_some_and(|top| top.join(name).exists());
        let since = ["log", "--since=90.days", "--no-merges", "--format=%aE", "HEAD"];
        let authors = lines(site, &since);
        let subjects = lines(site, &["log", "-200", "--no-merges", "--format=%s", "HEAD"]);
        let conventional = |it: &&String| is_conventional(it);
        let attributes = site.top.as_ref().map(|top| std::fs::read(top.join(".gitattributes")));
        let attributes = attributes.and_then(Result::ok).unwrap_or_default();
        Self {
            default_branch,
            branches,
            commits: authors.len(),
            people: authors.iter().collect::<BTreeSet<_>>().len(),
            github: github(site),
            code_owners: OWNERS.iter().find(there).map(ToString::to_string),
            lfs: attributes.contains_str("filter=lfs"),
            version_tags: lines(site, &["tag", "--list", "v[0-9]*"]).len() > 1,
            conventional: (subjects.iter().filter(conventional).count(), subjects.len()),
            tools: TOOLS.iter().filter(there).copied().collect(),
        }
    }

    /// Whether most messages are Conventional Commits, of enough to tell.
    pub fn is_conventional(&self) -> bool {
        let (conventional, all) = self.conventional;
        all >= 10 && conventional * 10 >= all * 9
    }

    /// Whether work lands on `develop` and releases on another branch.
    pub fn is_git_flow(&self) -> bool {
        let release = |it: &String| it.starts_with("release/") || it.starts_with("hotfix/");
        let main = ["main", "master"].iter().any(|it| self.branches.contains(*it));
        self.branches.contains("develop") && (main || self.branches.iter().any(release))
    }

    /// The branches that work lands on and stays, as ref patterns.
    pub fn lasting(&self) -> Vec<String> {
        let mut lasting = vec![self.default_branch.clone()];
        for name in ["main", "master", "develop"] {
            if self.branches.contains(name) && !lasting.iter().any(|it| it == name) {
                lasting.push(name.to_owned());
            }
        }
        for prefix in ["release/", "releases/", "stable/"] {
            if self.branches.iter().any(|it| it.starts_with(prefix)) {
                lasting.push(format!("{prefix}**"));
            }
        }
        lasting
    }
}

/// The types that users of Conventional Commits use. `area: what` has the same
/// form, and is another style.
const TYPES: &[&str] =
    &["build", "chore", "ci", "docs", "feat", "fix", "perf", "refactor", "revert", "style", "test"];

fn is_conventional(subject: &str) -> bool {
    let read = git_conventional::Commit::parse(subject);
    read.is_ok_and(|it| TYPES.iter().any(|known| it.type_() == *known))
}

fn lines(site: &Site, args: &[&str]) -> Vec<String> {
    let out = site.git.text(args).unwrap_or_default();
    out.lines().map(str::to_owned).collect()
}

fn branches(site: &Site) -> BTreeSet<String> {
    let args = ["for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes/origin"];
    let names = lines(site, &args).into_iter();
    let short = |it: String| {
        let heads = it.strip_prefix("refs/heads/");
        let name = heads.or_else(|| it.strip_prefix("refs/remotes/origin/"))?;
        (name != "HEAD").then(|| name.to_owned())
    };
    names.filter_map(short).collect()
}

/// What `origin` shows first, else a usual name, else the branch that is checked
/// out.
fn default_branch(site: &Site, branches: &BTreeSet<String>) -> String {
    let origin = site.git.text(&["symbolic-ref", "-q", "refs/remotes/origin/HEAD"]);
    let origin = origin.and_then(|it| Some(it.strip_prefix("refs/remotes/origin/")?.to_owned()));
    let usual = ["main", "master", "trunk"].into_iter().find(|it| branches.contains(*it));
    let here = || site.git.text(&["symbolic-ref", "-q", "--short", "HEAD"]);
    let named = origin.or_else(|| usual.map(str::to_owned)).or_else(here);
    named.unwrap_or_else(|| "main".to_owned())
}

/// `owner/name`, from a remote's address.
fn github(site: &Site) -> Option<String> {
    let urls = lines(site, &["config", "--get-regexp", "^remote\\..*\\.url$"]);
    urls.iter().find_map(|it| {
        let (_, rest) = it.split_once("github.com")?;
        let name = rest.strip_prefix([':', '/'])?.trim_end_matches('/');
        let name = name.strip_suffix(".git").unwrap_or(name);
        (name.split('/').count() == 2).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{Seen, is_conventional};

    fn with(branches: &[&str]) -> Seen {
        let branches = branches.iter().map(ToString::to_string).collect();
        Seen { default_branch: "main".into(), branches, ..Seen::default() }
    }

    #[test]
    fn lasting_branches_are_those_that_are_there() {
        assert_eq!(with(&["main", "a"]).lasting(), ["main"]);
        let all = with(&["main", "develop", "release/1", "stable/2/3"]);
        assert_eq!(all.lasting(), ["main", "develop", "release/**", "stable/**"]);
        assert!(all.is_git_flow() && !with(&["main", "release/1"]).is_git_flow());
    }

    #[test]
    fn an_area_is_no_type() {
        assert!(is_conventional("feat(pay)!: take cards") && is_conventional("Fix: a"));
        assert!(!is_conventional("setup: read it once") && !is_conventional("Fix a"));
    }

    #[test]
    fn a_style_is_taken_for_one_if_enough_messages_tell() {
        let style = |conventional| Seen { conventional, ..Seen::default() }.is_conventional();
        assert!(style((90, 100)) && !style((89, 100)) && !style((9, 9)) && !style((0, 0)));
    }
}
