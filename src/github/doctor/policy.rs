//! The policy on the default branch: there, valid, meant for GitHub, and the one here.

use std::collections::BTreeMap;

use super::{Doctor, Sign, path};
use crate::github::api::{ApiError, segment};
use crate::github::gather::policy::{PLACES, normal};
use crate::model::Stage;
use crate::policy::{self, Policy, Problem};

/// As many files of a policy are read.
const MOST: usize = 40;

/// A file, or that there is none.
type File = Result<String, String>;

impl Doctor<'_> {
    /// Reads the policy; what is wrong with it is told.
    pub(super) async fn policy(&self, branch: &str, signs: &mut Vec<Sign>) -> Option<Policy> {
        let (name, text) = match self.root(branch).await {
            Ok(Some(found)) => found,
            Ok(None) => {
                let hint = "refgate init writes one; land it there";
                signs.push(Sign::ill(format!("{branch} has no policy")).hint(hint));
                return None;
            }
            Err(error) => {
                let what = format!("the policy on {branch} cannot be read: {error}");
                signs.push(Sign::ill(what).hint("the token needs the permission contents: read"));
                return None;
            }
        };
        let policy = match self.parsed(branch, name, &text).await {
            Ok(policy) => policy,
            Err(why) => {
                let what = format!("the policy on {branch} is not valid: {why}");
                signs.push(Sign::ill(what).hint("refgate policy validate"));
                return None;
            }
        };
        if policy.stages.contains(&Stage::Github) {
            signs.push(Sign::well(format!("{name} on {branch} is valid, and for pull requests")));
        } else {
            let what = format!("{name} on {branch} is not for pull requests");
            signs.push(Sign::ill(what).hint("add \"github\" to its `stages`"));
        }
        match self.local {
            Some(local) if local != text => {
                let what = format!("the policy here is not the one on {branch}, which counts");
                let hint = "compare them: refgate policy diff, then land it or git pull";
                signs.push(Sign::doubtful(what).hint(hint));
            }
            Some(_) => signs.push(Sign::well(format!("the policy here is the one on {branch}"))),
            None => {}
        }
        Some(policy)
    }

    async fn root(&self, branch: &str) -> Result<Option<(&'static str, String)>, ApiError> {
        for name in PLACES {
            match self.file(branch, name).await {
                Ok(Ok(text)) => return Ok(Some((name, text))),
                Ok(Err(why)) => return Err(ApiError::Malformed(why)),
                Err(ApiError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Parses it, fetching what it extends.
    async fn parsed(&self, branch: &str, name: &str, text: &str) -> Result<Policy, String> {
        let directory = name.rsplit_once('/').map_or("", |(directory, _)| directory);
        let mut files: BTreeMap<String, File> = BTreeMap::new();
        for _ in 0..MOST {
            let mut lacking = None;
            let mut open = |wanted: &str| {
                let path = normal(directory, wanted).ok_or("it is outside the repository")?;
                files.get(&path).cloned().unwrap_or_else(|| {
                    lacking = Some(path);
                    Err("it is not fetched yet".to_owned())
                })
            };
            let parsed = policy::parse(name, text, &mut open);
            let Some(path) = lacking else {
                return parsed
                    .map_err(|it| it.0.first().map_or_else(String::new, Problem::summary));
            };
            let file = match self.file(branch, &path).await {
                Ok(file) => file,
                Err(ApiError::NotFound) => Err("there is no such file".to_owned()),
                Err(error) => Err(error.to_string()),
            };
            files.insert(path, file);
        }
        Err(format!("it extends more than {MOST} files"))
    }

    async fn file(&self, branch: &str, file: &str) -> Result<File, ApiError> {
        let parts: Vec<_> = file.split('/').map(segment).collect();
        let base = path(&self.access.slug);
        let path = format!("{base}/contents/{}?ref={}", parts.join("/"), segment(branch));
        let raw = self.access.caller.raw(&path).await?;
        Ok(String::from_utf8(raw).map_err(|_| "it is no UTF-8".to_owned()))
    }
}
