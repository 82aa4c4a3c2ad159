//! Reads `.gitmodules` as Git does, byte for byte, and refuses what Git refuses.
//!
//! Source: git-config(1), "CONFIGURATION FILE"; gitmodules(5). Where these leave
//! something open, Git's reader decides, and a test asks it.

use bstr::BString;

/// A submodule's settings.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Module {
    /// The name, as the section has it.
    pub(super) name: BString,
    /// The line of the section, from 1.
    pub(super) line: usize,
    /// Where it stands in the tree.
    pub(super) path: Option<BString>,
    /// Where it comes from.
    pub(super) url: Option<BString>,
    /// How it is updated.
    pub(super) update: Option<BString>,
}

/// The submodules of a file, one for each section and each repeated setting, so
/// that none hides another; or why Git could not read it.
pub(super) fn modules(text: &[u8]) -> Result<Vec<Module>, String> {
    let rest = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut reader = Reader { rest, line: 1 };
    // Git would read a value up to it, other tools beyond.
    let read = if text.contains(&0) { None } else { reader.modules() };
    read.ok_or_else(|| format!("line {} is nothing that Git can read", reader.line))
}

/// What is not read yet.
struct Reader<'t> {
    rest: &'t [u8],
    /// The line of what was read last, from 1.
    line: usize,
}

impl Reader<'_> {
    /// The next byte; a line may end in CR LF. `None` at the end.
    fn next(&mut self) -> Option<u8> {
        if self.rest.starts_with(b"\r\n") {
            self.rest = &self.rest[1..];
        }
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    /// The next byte on this line; `None` at the end of the line or of the text.
    fn on_line(&mut self) -> Option<u8> {
        self.next().filter(|byte| *byte != b'\n')
    }

    fn skip_line(&mut self) {
        while self.on_line().is_some() {}
        self.line += 1;
    }

    fn modules(&mut self) -> Option<Vec<Module>> {
        let mut modules: Vec<Module> = Vec::new();
        let mut current = false;
        while let Some(byte) = self.next() {
            match byte {
                b'\n' => self.line += 1,
                _ if blank(byte) => {}
                b'#' | b';' => self.skip_line(),
                b'[' => {
                    let line = self.line;
                    let section = self.section()?;
                    let name = section.strip_prefix(b"submodule.").map(BString::from);
                    current = name.is_some();
                    modules.extend(name.map(|name| Module { name, line, ..Module::default() }));
                }
                _ if byte.is_ascii_alphabetic() => {
                    let (key, value) = self.setting(byte)?;
                    if let Some(module) = modules.pop() {
                        match current {
                            true => modules.extend(set(module, &key, value)),
                            false => modules.push(module),
                        }
                    }
                }
                _ => return None,
            }
        }
        Some(modules)
    }

    /// `submodule.name` for `[submodule "name"]`; the old `[submodule.name]` is
    /// taken in small letters.
    fn section(&mut self) -> Option<Vec<u8>> {
        let mut name = Vec::new();
        loop {
            match self.on_line()? {
                b']' => return (!name.is_empty()).then_some(name),
                byte if blank(byte) => break,
                byte if in_key(byte) || byte == b'.' => name.push(byte.to_ascii_lowercase()),
                _ => return None,
            }
        }
        let quote = loop {
            let byte = self.on_line()?;
            if !blank(byte) {
                break byte;
            }
        };
        if quote != b'"' {
            return None;
        }
        name.push(b'.');
        loop {
            match self.on_line()? {
                b'"' => break,
                b'\\' => name.push(self.on_line()?),
                byte => name.push(byte),
            }
        }
        (self.on_line()? == b']').then_some(name)
    }

    /// A key that begins with `first`, in small letters, and its value; without
    /// `=` it is on.
    fn setting(&mut self, first: u8) -> Option<(Vec<u8>, BString)> {
        let mut key = vec![first.to_ascii_lowercase()];
        let mut next = self.on_line();
        while let Some(byte) = next.filter(|it| in_key(*it)) {
            key.push(byte.to_ascii_lowercase());
            next = self.on_line();
        }
        while matches!(next, Some(b' ' | b'\t')) {
            next = self.on_line();
        }
        let value = match next {
            None => "true".into(),
            Some(b'=') => self.value()?,
            Some(_) => return None,
        };
        self.line += 1;
        Some((key, value))
    }

    /// A value without quotes, escapes, comment and blanks around it. A backslash
    /// at the end of a line goes on with the next.
    fn value(&mut self) -> Option<BString> {
        let mut value = BString::default();
        let mut quoted = false;
        // Where blanks began that only count if something follows.
        let mut end = None;
        while let Some(byte) = self.on_line() {
            match byte {
                _ if blank(byte) && !quoted => {
                    if !value.is_empty() {
                        end = end.or(Some(value.len()));
                        value.push(byte);
                    }
                    continue;
                }
                b'#' | b';' if !quoted => {
                    while self.on_line().is_some() {}
                    break;
                }
                b'\\' => match self.next() {
                    Some(b'n') => value.push(b'\n'),
                    Some(b't') => value.push(b'\t'),
                    Some(b'b') => value.push(8),
                    Some(byte @ (b'\\' | b'"')) => value.push(byte),
                    Some(b'\n') | None => self.line += 1,
                    Some(_) => return None,
                },
                b'"' => quoted = !quoted,
                _ => value.push(byte),
            }
            end = None;
        }
        let end = end.unwrap_or(value.len());
        value.truncate(end);
        (!quoted).then_some(value)
    }
}

/// What Git takes for a blank, the end of a line aside.
fn blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// The module with one setting more. A setting that it has already makes a
/// second module, because tools differ in which of the two they take.
fn set(mut module: Module, key: &[u8], value: BString) -> Vec<Module> {
    let first = module.clone();
    let before = match key {
        b"path" => module.path.replace(value),
        b"url" => module.url.replace(value),
        b"update" => module.update.replace(value),
        _ => None,
    };
    match before {
        Some(_) => vec![first, module],
        None => vec![module],
    }
}
