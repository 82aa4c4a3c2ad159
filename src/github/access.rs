//! Speaking to GitHub for one command: where it is, whose token, which repository.
//!
//! In Actions everything is told by variables; at a terminal the repository is the
//! one that `origin` leads to, and the token is looked for where GitHub's own tool
//! has it.

use super::Slug;
use super::api::{Caller, Client, Endpoint, Secret, Setup};

/// What a command speaks with.
#[derive(Clone)]
pub struct Access {
    /// What speaks.
    pub client: Client,
    /// As whom: whoever the token belongs to.
    pub caller: Caller,
    /// The token.
    pub token: Secret,
    /// The repository.
    pub slug: Slug,
}

impl Access {
    /// Finds out with the variables of the process, `--repo` and the address of
    /// `origin`. Must be called within a runtime of tokio.
    pub fn find(
        variable: &dyn Fn(&str) -> Option<String>,
        repo: Option<&str>,
        origin: Option<&str>,
    ) -> Result<Self, String> {
        let token =
            ["REFGATE_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"].iter().find_map(|it| variable(it));
        let token = token.ok_or(
            "there is no token to speak to GitHub with\n\
             hint: set GITHUB_TOKEN; GitHub's own tool prints one: gh auth token",
        )?;
        let slug = repo.map(str::to_owned).or_else(|| variable("GITHUB_REPOSITORY"));
        let host = origin.and_then(parts);
        let slug = slug.or_else(|| host.as_ref().map(|(_, slug)| slug.clone()));
        let slug =
            slug.ok_or("the repository at GitHub is not known\nhint: name it: --repo OWNER/NAME")?;
        let api = variable("GITHUB_API_URL").or_else(|| variable("GH_HOST").map(|it| of_host(&it)));
        let by_origin = || host.filter(|_| repo.is_none()).map(|(host, _)| of_host(&host));
        let api = api.or_else(by_origin).unwrap_or_else(|| of_host("github.com"));
        let mut endpoint = Endpoint::of(&api)?;
        if let Some(web) = variable("GITHUB_SERVER_URL") {
            endpoint.web =
                url::Url::parse(&web).map_err(|it| format!("GITHUB_SERVER_URL: {it}"))?;
        }
        let client = Client::new(Setup::new(endpoint))?;
        let token = Secret::new(&token);
        let caller = client.with_token(token.clone());
        Ok(Self { client, caller, token, slug: slug.parse()? })
    }
}

fn of_host(host: &str) -> String {
    match host {
        "github.com" => "https://api.github.com".to_owned(),
        _ if host.ends_with(".ghe.com") => format!("https://api.{host}"),
        _ => format!("https://{host}/api/v3"),
    }
}

/// Host and repository of the address of a remote.
fn parts(remote: &str) -> Option<(String, String)> {
    let remote = remote.trim_end_matches('/');
    let remote = remote.strip_suffix(".git").unwrap_or(remote);
    let (host, path) = match remote.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?,
        // What ssh takes: `git@github.com:owner/name`.
        None => remote.split_once(':')?,
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host);
    let known = |it: char| it.is_ascii_alphanumeric() || "-.".contains(it);
    let path = path.trim_start_matches('/');
    let fits = !host.is_empty() && host.chars().all(known) && path.parse::<Slug>().is_ok();
    fits.then(|| (host.to_owned(), path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn remotes_lead_to_a_repository() {
        let found = |remote| parts(remote).map(|(host, path)| format!("{host} {path}"));
        for remote in [
            "https://github.com/acme/shop.git",
            "https://github.com/acme/shop/",
            "https://x-access-token:t@github.com/acme/shop",
            "git@github.com:acme/shop.git",
            "ssh://git@github.com:22/acme/shop.git",
        ] {
            assert_eq!(found(remote).as_deref(), Some("github.com acme/shop"), "{remote}");
        }
        for remote in ["/srv/git/shop.git", "../shop", "https://github.com/acme", "C:\\shop"] {
            assert_eq!(found(remote), None, "{remote}");
        }
    }
}
