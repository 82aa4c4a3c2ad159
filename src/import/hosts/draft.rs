//! A policy as an importer puts it together, rule by rule.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::import::{How, Imported, Note, Unreadable, Wrong};
use crate::policy;

/// What an importer has found so far.
pub(super) struct Draft {
    stages: &'static [&'static str],
    protections: Vec<Protect>,
    notes: Vec<Note>,
    asks: bool,
}

/// What is asked of some refs, as it will be written.
#[derive(Clone, Default)]
pub(super) struct Protect {
    /// What reports call it.
    pub(super) name: Option<String>,
    /// The refs, as patterns of ours.
    pub(super) refs: Vec<String>,
    /// Whether it only warns.
    pub(super) warns: bool,
    /// To which changes it applies.
    pub(super) when: Option<Value>,
    /// What is asked.
    pub(super) rules: Vec<(&'static str, Value)>,
}

impl Protect {
    /// A protection of `refs`.
    pub(super) fn of(refs: &[&str]) -> Self {
        Self { refs: refs.iter().map(|it| (*it).to_owned()).collect(), ..Self::default() }
    }

    /// Asks for a rule. A rule may be asked twice: both hold.
    pub(super) fn ask(&mut self, rule: &'static str, settings: impl Into<Value>) {
        self.rules.push((rule, settings.into()));
    }

    /// The same refs under the same name, with nothing asked yet.
    pub(super) fn another(&self) -> Self {
        Self { rules: Vec::new(), when: None, ..self.clone() }
    }

    fn head(&self) -> String {
        let mut text = "[[protect]]\n".to_owned();
        if let Some(name) = &self.name {
            text += &format!("name = {}\n", Value::from(name.as_str()));
        }
        text += &format!("refs = {}\n", list(&self.refs));
        if self.warns {
            text += "mode = \"warn\"\n";
        }
        if let Some(when) = &self.when {
            text += &format!("when = {when}\n");
        }
        text
    }

    /// The tables that say it: one, unless a rule is asked more than once.
    fn tables(&self) -> Vec<String> {
        let mut tables: Vec<Vec<&(&str, Value)>> = Vec::new();
        for asked in &self.rules {
            match tables.iter_mut().find(|it| it.iter().all(|(rule, _)| *rule != asked.0)) {
                Some(free) => free.push(asked),
                None => tables.push(vec![asked]),
            }
        }
        let line = |(rule, settings): &(&str, Value)| format!("{rule} = {settings}\n");
        let table = |it: Vec<_>| self.head() + &it.into_iter().map(line).collect::<String>();
        tables.into_iter().map(table).collect()
    }
}

impl Draft {
    /// An empty policy for these stages.
    pub(super) fn new(stages: &'static [&'static str]) -> Self {
        Self { stages, protections: Vec::new(), notes: Vec::new(), asks: false }
    }

    /// Notes what becomes of the setting at `place`.
    pub(super) fn note(&mut self, how: How, place: &str, what: impl Into<String>) {
        self.push(how, place, what.into(), None);
    }

    /// The same, with what to do about it.
    pub(super) fn advise(&mut self, how: How, place: &str, what: &str, hint: impl Into<String>) {
        self.push(how, place, what.to_owned(), Some(hint.into()));
    }

    fn push(&mut self, how: How, place: &str, what: String, hint: Option<String>) {
        let part = (!place.is_empty()).then(|| place.to_owned());
        let note = Note { line: None, part, how, what, hint };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Adds what is asked of some refs, if anything is.
    pub(super) fn add(&mut self, protect: Protect) {
        if !protect.rules.is_empty() && !protect.refs.is_empty() {
            self.protections.push(protect);
        }
    }

    /// Notes what stops every change once a hook judges on the server: the `host`
    /// tells the hook nothing that `rules` ask for, nor who has a role or a team.
    pub(super) fn tell_untold(&mut self, host: &str, rules: &[&str]) {
        let someone = |it: &Value| {
            it.as_array().into_iter().flatten().filter_map(Value::as_str).any(|it| {
                it.contains('/') || it.starts_with("permission:") || it.starts_with("org:")
            })
        };
        let mut untold = BTreeMap::<String, BTreeSet<String>>::new();
        for protect in self.protections.iter().filter(|it| !it.warns) {
            for (rule, settings) in &protect.rules {
                if rules.contains(rule) || (*rule == "update" && someone(settings)) {
                    let names = untold.entry(protect.refs.join(", ")).or_default();
                    names.insert(format!("`{rule}`"));
                }
            }
        }
        for (refs, names) in untold {
            let names: Vec<_> = names.into_iter().collect();
            let what = format!(
                "{host} does not tell its hooks what {} must know, so once the hook is installed \
                 on the server, it refuses every push and every merge that is asked for it",
                names.join(", ")
            );
            let hint = format!("leave it to {host}: take it out, or add `mode = \"warn\"`");
            self.advise(How::Stricter, &refs, &what, hint);
        }
    }

    /// The policy, without what it cannot say; each such thing is noted.
    pub(super) fn finish(mut self) -> Result<Imported, Unreadable> {
        let mut toml = self.opening();
        for mut protect in std::mem::take(&mut self.protections) {
            let anything = Protect { rules: vec![("create", "anyone".into())], ..protect.clone() };
            if let Err(why) = self.try_out(&anything) {
                let names: Vec<_> =
                    protect.rules.iter().map(|(rule, _)| format!("`{rule}`")).collect();
                let what = format!("{} cannot be asked: {why}", names.join(", "));
                self.note(How::Lost, &protect.refs.join(", "), what);
                continue;
            }
            let asked = std::mem::take(&mut protect.rules);
            for (rule, settings) in asked {
                let alone = Protect { rules: vec![(rule, settings.clone())], ..protect.clone() };
                match self.try_out(&alone) {
                    Ok(()) => protect.rules.push((rule, settings)),
                    Err(why) => {
                        let what = format!("`{rule} = {settings}` is no rule here: {why}");
                        self.note(How::Lost, &protect.refs.join(", "), what);
                    }
                }
            }
            for table in protect.tables() {
                self.asks = true;
                toml += "\n";
                toml += &table;
            }
        }
        if self.asks { Ok(Imported { toml, notes: self.notes }) } else { Err(nothing(self.notes)) }
    }

    fn opening(&self) -> String {
        format!("version = 1\nstages = {}\n", list(self.stages))
    }

    fn try_out(&self, protect: &Protect) -> Result<(), String> {
        let text = self.opening() + &protect.tables().join("\n");
        let parsed = policy::parse("refgate.toml", &text, &mut |_| Err("not here".to_owned()));
        let why =
            |it: policy::Problems| it.0.into_iter().next().map_or_else(String::new, |it| it.what);
        parsed.map(drop).map_err(why)
    }
}

/// A list of texts.
pub(super) fn list<T: AsRef<str>>(texts: &[T]) -> Value {
    Value::Array(texts.iter().map(|it| Value::from(it.as_ref())).collect())
}

/// An inline table.
pub(super) fn table<const N: usize>(keys: [(&str, Value); N]) -> Value {
    Value::Table(keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Table>())
}

/// Why no policy came of it: what was there, and was not carried over.
fn nothing(notes: Vec<Note>) -> Unreadable {
    let what = "nothing in it asks anything of a ref that a policy can ask".to_owned();
    let hint = Some(
        "give the settings of a branch, a tag or a push, as the host's API gives them".to_owned(),
    );
    let whole = Wrong { code: "nothing-asked", line: None, part: String::new(), what, hint };
    let each = notes.into_iter().map(|it| Wrong {
        code: "not-carried-over",
        line: it.line,
        part: it.part.unwrap_or_default(),
        what: it.what,
        hint: it.hint,
    });
    Unreadable(std::iter::once(whole).chain(each).collect())
}

/// The JSON documents in `text`, one after the other.
pub(super) fn documents(text: &[u8]) -> Result<Vec<serde_json::Value>, Unreadable> {
    // Some shells write a byte order mark when they save what a program prints.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let read: Result<Vec<_>, _> = serde_json::Deserializer::from_slice(text).into_iter().collect();
    match read {
        Ok(documents) if !documents.is_empty() => Ok(documents),
        Ok(_) => Err(unreadable(None, "there is nothing in it")),
        Err(error) => Err(unreadable(Some(error.line()), &format!("it is not JSON: {error}"))),
    }
}

/// One mistake about the whole.
pub(super) fn unreadable(line: Option<usize>, why: &str) -> Unreadable {
    let hint =
        Some("give it what the host's API answers, such as `gh api … > file.json`".to_owned());
    let (part, what) = (String::new(), why.to_owned());
    Unreadable(vec![Wrong { code: "unreadable", line, part, what, hint }])
}
