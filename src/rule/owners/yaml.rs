//! YAML, as far as it is read here: maps, lists and scalars with their lines.
//!
//! No tags, and no aliases unless asked for: a text that grows when it is read,
//! or whose meaning hangs on a type, has no place in a file that says who may
//! approve.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle};

/// A piece of a document.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The line where it begins, from 1.
    pub(crate) line: usize,
    pub(crate) value: Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Nothing,
    Text(String),
    List(Vec<Node>),
    /// Keys in order, each once.
    Map(Vec<(String, Node)>),
}

/// What aliases are to a reader.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Aliases {
    /// A mistake.
    Refused,
    /// What they stand for, also `<<`.
    Followed,
}

/// What is wrong, and in which line.
pub(crate) type Wrong = (usize, String);

/// How deep lists and maps may nest.
const DEEPEST: usize = 48;

/// How many nodes aliases may stand for altogether.
const MOST: usize = 10_000;

/// A list or map that is not closed yet, with its anchor; a map with the key whose
/// value comes next, and all its keys.
enum Open {
    List(usize, usize, Vec<Node>),
    Map(usize, usize, Vec<(String, Node)>, Option<String>, HashSet<String>),
}

/// What aliases stand for, by their numbers.
struct Anchors {
    aliases: Aliases,
    known: HashMap<usize, Node>,
    left: usize,
}

/// Reads a document; an empty text is nothing.
pub(crate) fn read(text: &[u8], aliases: Aliases) -> Result<Node, Wrong> {
    let text = std::str::from_utf8(text).map_err(|_| (1, "it is not UTF-8".to_owned()))?;
    let (mut open, mut whole) = (Vec::new(), None);
    let mut anchors = Anchors { aliases, known: HashMap::new(), left: MOST };
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|it| (it.marker().line(), format!("it is not YAML: {}", it.info())))?;
        let line = span.start.line();
        if whole.is_some() && matches!(event, Event::DocumentStart(_)) {
            return Err((line, "it is a second document".to_owned()));
        }
        if let Some(node) = next(event, line, &mut open, &mut anchors)? {
            match open.last_mut() {
                Some(it) => it.add(node)?,
                None => whole = Some(node),
            }
        }
    }
    Ok(whole.unwrap_or(Node { line: 1, value: Value::Nothing }))
}

/// The node that an event ends, if it ends one.
fn next(
    event: Event<'_>,
    line: usize,
    open: &mut Vec<Open>,
    anchors: &mut Anchors,
) -> Result<Option<Node>, Wrong> {
    let wrong = |what: &str| Err((line, what.to_owned()));
    match event {
        Event::Alias(id) => anchors.follow(id, line).map(Some),
        Event::Scalar(_, _, _, Some(_))
        | Event::SequenceStart(_, Some(_))
        | Event::MappingStart(_, Some(_)) => wrong("a tag is not read here; drop it"),
        Event::Scalar(text, style, id, None) => {
            let node = Node { line, value: scalar(&text, style) };
            anchors.keep(id, &node);
            Ok(Some(node))
        }
        Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEEPEST => {
            wrong("it is nested too deep")
        }
        Event::SequenceStart(id, None) => {
            open.push(Open::List(line, id, Vec::new()));
            Ok(None)
        }
        Event::MappingStart(id, None) => {
            open.push(Open::Map(line, id, Vec::new(), None, HashSet::new()));
            Ok(None)
        }
        Event::SequenceEnd | Event::MappingEnd => Ok(open.pop().map(|it| it.close(anchors))),
        Event::Nothing
        | Event::StreamStart
        | Event::StreamEnd
        | Event::DocumentStart(_)
        | Event::DocumentEnd => Ok(None),
    }
}

impl Anchors {
    /// Remembers a node that has an anchor; 0 is none.
    fn keep(&mut self, id: usize, node: &Node) {
        if id != 0 && self.aliases == Aliases::Followed {
            self.known.insert(id, node.clone());
        }
    }

    fn follow(&mut self, id: usize, line: usize) -> Result<Node, Wrong> {
        if self.aliases == Aliases::Refused {
            let what = "an alias is not read here; write out what it means";
            return Err((line, what.to_owned()));
        }
        let node = self.known.get(&id).ok_or((line, "an alias stands for itself".to_owned()))?;
        self.left = self
            .left
            .checked_sub(node.size())
            .ok_or((line, "the aliases stand for too much; write out less of it".to_owned()))?;
        Ok(Node { line, ..node.clone() })
    }
}

impl Node {
    /// Says that all of it stands in `line`.
    pub(crate) fn place(&mut self, line: usize) {
        self.line = line;
        match &mut self.value {
            Value::Nothing | Value::Text(_) => {}
            Value::List(list) => list.iter_mut().for_each(|it| it.place(line)),
            Value::Map(map) => map.iter_mut().for_each(|(_, it)| it.place(line)),
        }
    }

    /// How many nodes it consists of.
    fn size(&self) -> usize {
        1 + match &self.value {
            Value::Nothing | Value::Text(_) => 0,
            Value::List(list) => list.iter().map(Self::size).sum(),
            Value::Map(map) => map.iter().map(|(_, it)| it.size()).sum(),
        }
    }
}

impl Open {
    /// Adds the next node; of a map it is a key or the value of the last key.
    fn add(&mut self, node: Node) -> Result<(), Wrong> {
        match self {
            Self::List(_, _, list) => list.push(node),
            Self::Map(_, _, map, key, seen) => match (key.take(), node.value) {
                (Some(key), value) => map.push((key, Node { line: node.line, value })),
                (None, Value::Text(text)) if !seen.insert(text.clone()) => {
                    return Err((node.line, format!("`{text}` is there twice")));
                }
                (None, Value::Text(text)) => *key = Some(text),
                (None, Value::Nothing | Value::List(_) | Value::Map(_)) => {
                    return Err((node.line, "a key is not a text".to_owned()));
                }
            },
        }
        Ok(())
    }

    fn close(self, anchors: &mut Anchors) -> Node {
        let (id, node) = match self {
            Self::List(line, id, list) => (id, Node { line, value: Value::List(list) }),
            Self::Map(line, id, mut map, ..) => {
                if anchors.aliases == Aliases::Followed {
                    merge(&mut map);
                }
                (id, Node { line, value: Value::Map(map) })
            }
        };
        anchors.keep(id, &node);
        node
    }
}

/// Puts the keys of the maps that `<<` names where they are not given anew.
fn merge(map: &mut Vec<(String, Node)>) {
    let Some(at) = map.iter().position(|(key, _)| key == "<<") else { return };
    let merged = match map.remove(at).1.value {
        Value::Map(one) => one,
        Value::List(several) => several
            .into_iter()
            .flat_map(|it| match it.value {
                Value::Map(one) => one,
                Value::Nothing | Value::Text(_) | Value::List(_) => Vec::new(),
            })
            .collect(),
        Value::Nothing | Value::Text(_) => Vec::new(),
    };
    let mut seen: HashSet<_> = map.iter().map(|(key, _)| key.clone()).collect();
    for (key, node) in merged {
        if seen.insert(key.clone()) {
            map.push((key, node));
        }
    }
}

/// A scalar: numbers and the like are texts too.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    let plain = style == ScalarStyle::Plain;
    if plain && ["", "~", "null", "Null", "NULL"].contains(&text) {
        return Value::Nothing;
    }
    Value::Text(text.to_owned())
}
