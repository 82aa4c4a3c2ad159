//! Real Git over smart HTTP: `git http-backend`, run for each request.

use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// A request as CGI tells it.
pub struct Cgi<'a> {
    pub method: &'a str,
    /// Below the repository: `info/refs`.
    pub rest: &'a str,
    pub query: &'a str,
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
    /// Who pushes, if somebody may.
    pub user: Option<&'a str>,
}

/// Status, headers, body.
pub type Out = (u16, Vec<(String, String)>, Vec<u8>);

/// Answers from the bare repository at `dir`.
pub async fn answer(dir: &Path, cgi: &Cgi<'_>) -> Out {
    let header = |name: &str| {
        cgi.headers.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map_or("", |it| it.1.as_str())
    };
    let mut command = Command::new("git");
    command
        .arg("http-backend")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .env("GIT_PROJECT_ROOT", dir)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GATEWAY_INTERFACE", "CGI/1.1")
        .env("SERVER_PROTOCOL", "HTTP/1.1")
        .env("REMOTE_ADDR", "127.0.0.1")
        .env("REQUEST_METHOD", cgi.method)
        .env("PATH_INFO", format!("/{}", cgi.rest))
        .env("QUERY_STRING", cgi.query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", cgi.body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding"))
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    if let Some(user) = cgi.user {
        command.env("REMOTE_USER", user);
    }
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let body = cgi.body.to_vec();
    let fed = tokio::spawn(async move {
        // It may stop listening before the end.
        let _ = stdin.write_all(&body).await;
    });
    let output = child.wait_with_output().await.unwrap().stdout;
    let _ = fed.await;
    parsed(&output)
}

fn parsed(output: &[u8]) -> Out {
    let end = output.windows(4).position(|it| it == b"\r\n\r\n").unwrap_or(output.len());
    let mut status = 200;
    let mut headers = Vec::new();
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        let Some((name, value)) = line.split_once(": ") else { continue };
        if name == "Status" {
            status = value.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(500);
        } else {
            headers.push((name.to_owned(), value.to_owned()));
        }
    }
    (status, headers, output.get(end + 4..).unwrap_or_default().to_vec())
}
