//! A client of receive-pack that sends whatever commands a test wants: forged old
//! values, the same ref twice, no pack, half a pack.

use std::io::{Read, Write};
use std::process::{Child, Stdio};

use super::{Ran, Repo, Server, ZERO};

/// A push, command by command.
pub struct RawPush<'s, 'w> {
    server: &'s Server<'w>,
    work: &'s Repo<'w>,
    commands: Vec<Vec<u8>>,
    capabilities: String,
    options: Vec<Vec<u8>>,
    pack: Pack,
    env: Vec<(String, String)>,
}

/// The objects that a push sends.
pub enum Pack {
    /// All that the server lacks.
    Whole,
    /// A pack without objects.
    Empty,
    /// No pack at all.
    Nothing,
    /// Only these objects.
    Only(Vec<String>),
    /// These bytes.
    Bytes(Vec<u8>),
}

/// What a raw push came to.
#[derive(Debug)]
pub struct Answer {
    /// The exit code of receive-pack.
    pub code: i32,
    /// The report: `unpack ok`, `ok refs/heads/main`, `ng refs/heads/x why`.
    pub report: Vec<String>,
    /// What the hooks said.
    pub said: String,
}

impl Answer {
    /// Takes it for granted that the hook refused the whole push, and said `what`.
    pub fn refused(&self, what: &str) -> &Self {
        let hook = |it: &String| it.starts_with("ng ") && it.ends_with("pre-receive hook declined");
        let refs: Vec<_> = self.report.iter().filter(|it| !it.starts_with("unpack")).collect();
        assert!(!refs.is_empty() && refs.into_iter().all(hook), "{self:#?}");
        super::no_panic(&self.said);
        self.says(what)
    }

    /// Takes it for granted that nothing moved, Git or the hook having refused,
    /// and that the hook said `what`.
    pub fn stopped(&self, what: &str) -> &Self {
        let refs = || self.report.iter().filter(|it| !it.starts_with("unpack"));
        assert!(refs().count() > 0 && refs().all(|it| it.starts_with("ng ")), "{self:#?}");
        super::no_panic(&self.said);
        self.says(what)
    }

    /// Takes it for granted that every command was carried out.
    pub fn accepted(&self) -> &Self {
        assert!(self.report.iter().all(|it| !it.starts_with("ng ")), "{self:#?}");
        self
    }

    /// Takes it for granted that the hook said `what`.
    pub fn says(&self, what: &str) -> &Self {
        let flat = |it: &str| it.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat(&self.said).contains(&flat(what)), "`{what}` is not in {self:#?}");
        self
    }
}

impl<'s, 'w> RawPush<'s, 'w> {
    /// A push of objects of `work` to `server`.
    pub fn new(work: &'s Repo<'w>, server: &'s Server<'w>) -> Self {
        Self {
            server,
            work,
            commands: Vec::new(),
            capabilities: "report-status delete-refs".to_owned(),
            options: Vec::new(),
            pack: Pack::Whole,
            env: Vec::new(),
        }
    }

    /// Adds a command as it goes over the wire. `0` is no object.
    pub fn command(mut self, old: &str, new: &str, name: impl AsRef<[u8]>) -> Self {
        let full = |it: &str| if it == "0" { self.zero() } else { it.to_owned() };
        let head = format!("{} {} ", full(old), full(new));
        self.commands.push([head.as_bytes(), name.as_ref()].concat());
        self
    }

    /// Asks for other capabilities.
    pub fn capabilities(mut self, capabilities: &str) -> Self {
        capabilities.clone_into(&mut self.capabilities);
        self
    }

    /// Adds a push option as it goes over the wire.
    pub fn option(mut self, option: impl AsRef<[u8]>) -> Self {
        self.options.push(option.as_ref().to_vec());
        self
    }

    /// Sends another pack.
    pub fn pack(mut self, pack: Pack) -> Self {
        self.pack = pack;
        self
    }

    /// Sets a variable of the server's environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends it.
    pub fn send(self) -> Answer {
        let mut command = self.work.world.git(&self.server.repo.dir);
        command.arg("receive-pack").arg(&self.server.repo.dir).envs(self.env.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let advertised = advertised(&mut child);
        let request = self.request(&advertised);
        let mut stdin = child.stdin.take().unwrap();
        let ran: Ran = std::thread::scope(|scope| {
            scope.spawn(move || drop(stdin.write_all(&request)));
            child.wait_with_output().unwrap().into()
        });
        let report = lines(&ran.out).into_iter().flatten();
        let report = report.map(|it| String::from_utf8_lossy(&it).trim_end().to_owned()).collect();
        Answer { code: ran.code, report, said: ran.stderr() }
    }

    fn request(&self, advertised: &[String]) -> Vec<u8> {
        let mut capabilities = self.capabilities.clone();
        if !self.options.is_empty() {
            capabilities += " push-options";
        }
        if self.zero().len() == 64 {
            capabilities += " object-format=sha256";
        }
        let mut request = Vec::new();
        for (at, command) in self.commands.iter().enumerate() {
            let mut line = command.clone();
            if at == 0 {
                line.push(0);
                line.extend_from_slice(format!(" {capabilities}").as_bytes());
            }
            request.extend(pkt_line(&line));
        }
        request.extend_from_slice(b"0000");
        if !self.options.is_empty() {
            self.options.iter().for_each(|it| request.extend(pkt_line(it)));
            request.extend_from_slice(b"0000");
        }
        request.extend(self.packed(advertised));
        request
    }

    fn packed(&self, advertised: &[String]) -> Vec<u8> {
        let zero = self.zero();
        let news = self.commands.iter().map(|it| String::from_utf8_lossy(it).into_owned());
        let news: Vec<_> = news
            .filter_map(|it| it.split(' ').nth(1).map(str::to_owned))
            .filter(|it| *it != zero)
            .collect();
        let pack = |args: &[&str], input: String| {
            let args = [&["pack-objects", "--stdout", "-q"], args].concat();
            let ran = self.work.git_fed(&args, input.as_bytes());
            assert_eq!(ran.code, 0, "{}", ran.stderr());
            ran.out
        };
        match &self.pack {
            _ if news.is_empty() => Vec::new(),
            Pack::Nothing => Vec::new(),
            Pack::Bytes(bytes) => bytes.clone(),
            Pack::Empty => pack(&[], String::new()),
            Pack::Only(oids) => pack(&[], oids.join("\n") + "\n"),
            Pack::Whole => {
                let known = advertised.iter().filter(|it| self.work.has(&format!("{it}^{{}}")));
                let known = known.map(|it| format!("^{it}"));
                let revs: Vec<_> = news.iter().cloned().chain(known).collect();
                pack(&["--revs"], revs.join("\n") + "\n")
            }
        }
    }

    /// No object, as the server writes it.
    fn zero(&self) -> String {
        let format = self.server.repo.git(&["rev-parse", "--show-object-format"]).ok();
        if format == "sha256" { "0".repeat(64) } else { ZERO.to_owned() }
    }
}

/// A line as Git frames it.
pub fn pkt_line(line: &[u8]) -> Vec<u8> {
    [format!("{:04x}", line.len() + 4).as_bytes(), line].concat()
}

/// Reads framed lines; a flush is `None`.
fn lines(mut bytes: &[u8]) -> Vec<Option<Vec<u8>>> {
    let mut lines = Vec::new();
    while bytes.len() >= 4 {
        let len = usize::from_str_radix(&String::from_utf8_lossy(&bytes[..4]), 16).unwrap();
        let line = if len < 4 { &[] } else { &bytes[4..len] };
        lines.push((len >= 4).then(|| line.to_vec()));
        bytes = &bytes[len.max(4)..];
    }
    lines
}

/// The objects that the server says it has.
fn advertised(child: &mut Child) -> Vec<String> {
    let stdout = child.stdout.as_mut().unwrap();
    let mut oids = Vec::new();
    loop {
        let mut head = [0; 4];
        stdout.read_exact(&mut head).unwrap();
        let len = usize::from_str_radix(&String::from_utf8_lossy(&head), 16).unwrap();
        if len < 4 {
            return oids;
        }
        let mut line = vec![0; len - 4];
        stdout.read_exact(&mut line).unwrap();
        let line = String::from_utf8_lossy(&line).into_owned();
        let oid = line.split(' ').next().unwrap_or_default().to_owned();
        if oid.bytes().any(|it| it != b'0') && !line.contains(".have") {
            oids.push(oid);
        }
    }
}
