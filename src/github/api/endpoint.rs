//! Where GitHub is: its own servers, a tenant's, or an Enterprise Server.

use url::Url;

use super::ApiError;
use super::error::told;

/// The three addresses of one GitHub. None of them ends with a slash when shown
/// with a path; see [`Endpoint::rest`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endpoint {
    /// REST: `https://api.github.com` or `https://HOST/api/v3`.
    pub api: Url,
    /// GraphQL: `https://api.github.com/graphql` or `https://HOST/api/graphql`.
    pub graphql: Url,
    /// What people open, and Git fetches from: `https://github.com`.
    pub web: Url,
}

impl Endpoint {
    /// All three by that of the REST interface, as `GITHUB_API_URL` has it in
    /// Actions.
    pub fn of(api: &str) -> Result<Self, String> {
        let no = |why: &str| format!("{:?} is no address of GitHub's API: {why}", shown(api));
        let mut api =
            Url::parse(api.trim().trim_end_matches('/')).map_err(|it| no(&it.to_string()))?;
        if !matches!(api.scheme(), "https" | "http") {
            return Err(no("it begins with neither https:// nor http://"));
        }
        if !api.username().is_empty() || api.password().is_some() {
            return Err(no("it holds a user or a password"));
        }
        if api.query().is_some() || api.fragment().is_some() {
            return Err(no("it goes on after its path"));
        }
        let Some(host) = api.host_str().map(str::to_owned) else {
            return Err(no("it has no host"));
        };
        if host == "github.com" && api.path() == "/" {
            return Err(no("use https://api.github.com"));
        }
        let path = api.path().trim_end_matches('/').to_owned();
        api.set_path(&path);
        let mut graphql = api.clone();
        graphql.set_path(&format!("{}/graphql", path.strip_suffix("/v3").unwrap_or(&path)));
        let mut web = api.clone();
        web.set_path("");
        if let Some(rest) = host.strip_prefix("api.").filter(|it| is_hosted(it)) {
            web.set_host(Some(rest)).map_err(|it| no(&it.to_string()))?;
        }
        Ok(Self { api, graphql, web })
    }

    /// The address of `path` (`/repos/o/r/pulls/1?state=open`) at the REST
    /// interface. A path that would lead out of it is refused, as is one that is
    /// not escaped; [`segment`] escapes.
    pub fn rest(&self, path: &str) -> Result<Url, ApiError> {
        below(&self.api, path)
    }

    /// As [`Endpoint::rest`], at what people open.
    pub fn page(&self, path: &str) -> Result<Url, ApiError> {
        below(&self.web, path)
    }

    /// Whether `url` is at the REST interface, where a token may go.
    pub(super) fn holds(&self, url: &Url) -> bool {
        let path = self.api.path().trim_end_matches('/');
        is_same_host(&self.api, url)
            && url.path().strip_prefix(path).is_some_and(|it| it.starts_with('/'))
    }
}

/// One part of a path or of a query, escaped: no character of it has a meaning to
/// addresses, `/` included.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Whether both are at one scheme, host and port.
pub(super) fn is_same_host(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

fn below(base: &Url, path: &str) -> Result<Url, ApiError> {
    let no = || {
        ApiError::Unprocessable(format!("`{}` is no path that can be asked for", told(path, None)))
    };
    let (plain, query) = match path.split_once('?') {
        Some((plain, query)) => (plain, Some(query)),
        None => (path, None),
    };
    let is_dots = |it: &str| {
        let it = it.to_ascii_lowercase().replace("%2e", ".");
        it == "." || it == ".."
    };
    let is_fit = |it: char| it.is_ascii_graphic() && !"\\#\"<>`{}".contains(it);
    if !plain.starts_with('/')
        || plain.contains("//")
        || plain.split('/').any(is_dots)
        || !path.chars().all(is_fit)
    {
        return Err(no());
    }
    let mut url = base.clone();
    url.set_path(&format!("{}{plain}", base.path().trim_end_matches('/')));
    url.set_query(query);
    // What the parser of addresses has changed was not what we took it for.
    if url.path().ends_with(plain) && url.query() == query { Ok(url) } else { Err(no()) }
}

/// Whether GitHub itself runs it, with the interface at a host of its own.
fn is_hosted(host: &str) -> bool {
    host == "github.com" || host.ends_with(".ghe.com")
}

/// An address without what may be a password.
fn shown(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => address.to_owned(),
    }
}
