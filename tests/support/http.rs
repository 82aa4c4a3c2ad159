//! Smart HTTP: a small server that runs `git http-backend` for each request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;

use super::World;

/// A server on this machine, until the test ends.
pub struct Http {
    port: u16,
}

/// What every request is answered from.
struct Site {
    backend: Vec<(String, String)>,
    /// Who may push, as the header says it: `Basic …`, and the login.
    people: Vec<(String, String)>,
}

/// A request, without its body.
#[derive(Default)]
struct Head {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
}

impl Http {
    /// Serves all bare repositories of `world` to `people`: login, password.
    pub fn new(world: &World, people: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let text = |path: std::path::PathBuf| path.display().to_string();
        let backend = [
            ("PATH", std::env::var_os("PATH").unwrap_or_default().to_string_lossy().into_owned()),
            ("HOME", text(world.path(""))),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("GIT_CONFIG_GLOBAL", text(world.path("gitconfig"))),
            ("LC_ALL", "C".to_owned()),
            ("GIT_PROJECT_ROOT", text(world.path(""))),
            ("GIT_HTTP_EXPORT_ALL", "1".to_owned()),
            ("GATEWAY_INTERFACE", "CGI/1.1".to_owned()),
            ("SERVER_PROTOCOL", "HTTP/1.1".to_owned()),
            ("REMOTE_ADDR", "127.0.0.1".to_owned()),
        ];
        let backend = backend.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let basic = |(login, password): &(&str, &str)| {
            let pair = base64(format!("{login}:{password}").as_bytes());
            (format!("Basic {pair}"), (*login).to_owned())
        };
        let site = Arc::new(Site { backend, people: people.iter().map(basic).collect() });
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = site.clone();
                thread::spawn(move || drop(site.answer(&stream)));
            }
        });
        Self { port }
    }

    /// The address of a repository, for one who knows the password.
    pub fn url(&self, login: &str, password: &str, repo: &str) -> String {
        format!("http://{login}:{password}@127.0.0.1:{}/{repo}", self.port)
    }
}

impl Site {
    fn answer(&self, stream: &TcpStream) -> std::io::Result<()> {
        let mut input = BufReader::new(stream);
        let mut output = stream;
        let head = Head::read(&mut input)?;
        let known = head.header("authorization");
        let who = self.people.iter().find(|(basic, _)| Some(basic.as_str()) == known);
        let Some((_, login)) = who else {
            return output.write_all(
                b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"git\"\r\n\
                  Content-Length: 0\r\nConnection: close\r\n\r\n",
            );
        };
        let mut child = self.backend(&head, login).spawn()?;
        let mut stdin = child.stdin.take().unwrap();
        thread::scope(|scope| {
            scope.spawn(move || drop(head.body(&mut input, &mut stdin)));
            respond(&mut child, &mut output)
        })?;
        child.wait().map(drop)
    }

    fn backend(&self, head: &Head, login: &str) -> Command {
        let mut command = Command::new("git");
        command.arg("http-backend").env_clear().envs(self.backend.iter().cloned());
        command.env("REQUEST_METHOD", &head.method).env("PATH_INFO", &head.path);
        command.env("QUERY_STRING", &head.query).env("REMOTE_USER", login);
        let headers = [
            ("content-type", "CONTENT_TYPE"),
            ("content-length", "CONTENT_LENGTH"),
            ("content-encoding", "HTTP_CONTENT_ENCODING"),
            ("git-protocol", "GIT_PROTOCOL"),
        ];
        for (header, variable) in headers {
            command.envs(head.header(header).map(|it| (variable, it)));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    }
}

impl Head {
    fn read(input: &mut impl BufRead) -> std::io::Result<Self> {
        let mut line = String::new();
        input.read_line(&mut line)?;
        let mut parts = line.split_whitespace();
        let mut head = Self::default();
        parts.next().unwrap_or_default().clone_into(&mut head.method);
        let target = parts.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        (head.path, head.query) = (path.to_owned(), query.to_owned());
        loop {
            line.clear();
            input.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { return Ok(head) };
            head.headers.push((name.to_lowercase(), value.to_owned()));
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Passes the body on, which Git sends in chunks if it is long.
    fn body(&self, input: &mut impl BufRead, output: &mut impl Write) -> std::io::Result<()> {
        if self.header("transfer-encoding") != Some("chunked") {
            let len = self.header("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
            return std::io::copy(&mut input.take(len), output).map(drop);
        }
        loop {
            let mut line = String::new();
            input.read_line(&mut line)?;
            let len = u64::from_str_radix(line.trim(), 16).unwrap_or(0);
            if len == 0 {
                return Ok(());
            }
            std::io::copy(&mut input.take(len), output)?;
            input.read_line(&mut line)?;
        }
    }
}

/// Turns what a CGI program writes into an answer.
fn respond(child: &mut Child, output: &mut impl Write) -> std::io::Result<()> {
    let mut answer = BufReader::new(child.stdout.take().unwrap());
    let mut status = "200 OK".to_owned();
    let mut headers = String::new();
    loop {
        let mut line = String::new();
        answer.read_line(&mut line)?;
        match line.trim_end().split_once(": ") {
            Some(("Status", value)) => value.clone_into(&mut status),
            Some((name, value)) => headers += &format!("{name}: {value}\r\n"),
            None => break,
        }
    }
    write!(output, "HTTP/1.1 {status}\r\n{headers}Connection: close\r\n\r\n")?;
    std::io::copy(&mut answer, output).map(drop)
}

/// Source: RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let at = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let known = digit <= three.len();
            let six = (bits >> (18 - 6 * digit)) & 63;
            text.push(if known { DIGITS[six as usize] as char } else { '=' });
        }
    }
    text
}
