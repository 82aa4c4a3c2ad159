//! CODEOWNERS among the kinds that are read and written.

use super::{Form, export, import};
use crate::import::{Exported, Exporter, Imported, Importer, Unreadable};
use crate::policy::Policy;
use crate::rule::owners::{Dialect, Source};

/// Reads a CODEOWNERS of GitHub, which stays.
pub(in crate::import) static GITHUB: Importer = Importer {
    kind: "codeowners",
    reads: "`CODEOWNERS` of GitHub, which stays and is asked for",
    read: |text| read(Dialect::Github, Form::Kept, text),
};

/// Reads a CODEOWNERS of GitHub, which is not needed any more.
pub(in crate::import) static GITHUB_INLINE: Importer = Importer {
    kind: "codeowners-inline",
    reads: "`CODEOWNERS` of GitHub, each line as a protection",
    read: |text| read(Dialect::Github, Form::Inline, text),
};

/// Reads a CODEOWNERS of GitLab, which stays.
pub(in crate::import) static GITLAB: Importer = Importer {
    kind: "gitlab-codeowners",
    reads: "`CODEOWNERS` of GitLab, which stays and is asked for",
    read: |text| read(Dialect::Gitlab, Form::Kept, text),
};

/// Reads a CODEOWNERS of GitLab, which is not needed any more.
pub(in crate::import) static GITLAB_INLINE: Importer = Importer {
    kind: "gitlab-codeowners-inline",
    reads: "`CODEOWNERS` of GitLab, each line as a protection",
    read: |text| read(Dialect::Gitlab, Form::Inline, text),
};

/// Writes a CODEOWNERS for GitHub.
pub(in crate::import) static TO_GITHUB: Exporter = Exporter {
    kind: "codeowners",
    writes: "`CODEOWNERS` for GitHub",
    write: |policy| write(Dialect::Github, policy),
};

/// Writes a CODEOWNERS for GitLab.
pub(in crate::import) static TO_GITLAB: Exporter = Exporter {
    kind: "gitlab-codeowners",
    writes: "`CODEOWNERS` for GitLab, a section for each protection",
    write: |policy| write(Dialect::Gitlab, policy),
};

fn read(dialect: Dialect, form: Form, text: &[u8]) -> Result<Imported, Unreadable> {
    let path = dialect.places().first().copied().unwrap_or("CODEOWNERS");
    let file = Source { path: path.into(), text: text.to_vec() };
    let Imported { toml, notes } = import(dialect, &file, form, &["main".to_owned()]);
    Imported::checked(format!("version = 1\nstages = [\"github\"]\n\n{toml}"), notes)
}

fn write(dialect: Dialect, policy: &Policy) -> Exported {
    export(policy, &super::export::target(policy), dialect)
}
