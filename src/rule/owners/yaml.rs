//! YAML, as far as OWNERS files use it: maps, lists and scalars with their lines.
//!
//! No aliases and no tags: a text that grows when it is read, or whose meaning
//! hangs on a type, has no place in a file that says who may approve.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// A piece of a document.
#[derive(Debug)]
pub(super) struct Node {
    /// The line where it begins, from 1.
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Nothing,
    Text(String),
    List(Vec<Node>),
    /// Keys in order, each once.
    Map(Vec<(String, Node)>),
}

/// What is wrong, and in which line.
pub(super) type Wrong = (usize, String);

/// How deep lists and maps may nest.
const DEEPEST: usize = 16;

/// A list or map that is not closed yet.
enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<(String, Node)>, Option<String>),
}

/// Reads a document; an empty text is nothing.
pub(super) fn read(text: &[u8]) -> Result<Node, Wrong> {
    let text = std::str::from_utf8(text).map_err(|_| (1, "it is not UTF-8".to_owned()))?;
    let (mut open, mut whole) = (Vec::new(), None);
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|it| (it.marker().line(), format!("it is not YAML: {}", it.info())))?;
        let line = span.start.line();
        let wrong = |what: &str| Err((line, what.to_owned()));
        let done = match event {
            Event::Alias(_) => return wrong("an alias is not read here; write out what it means"),
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => {
                return wrong("a tag is not read here; drop it");
            }
            Event::Scalar(text, style, _, None) => Some(Node { line, value: scalar(&text, style) }),
            Event::SequenceStart(..) | Event::MappingStart(..) if open.len() >= DEEPEST => {
                return wrong("it is nested too deep");
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(line, Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(line, Vec::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(Open::close),
            Event::DocumentStart(_) if whole.is_some() => return wrong("it is a second document"),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => None,
        };
        if let Some(node) = done {
            match open.last_mut() {
                Some(it) => it.add(node)?,
                None => whole = Some(node),
            }
        }
    }
    Ok(whole.unwrap_or(Node { line: 1, value: Value::Nothing }))
}

impl Open {
    /// Adds the next node; of a map it is a key or the value of the last key.
    fn add(&mut self, node: Node) -> Result<(), Wrong> {
        match self {
            Self::List(_, list) => list.push(node),
            Self::Map(_, map, key) => match (key.take(), node.value) {
                (Some(key), value) => map.push((key, Node { line: node.line, value })),
                (None, Value::Text(text)) if map.iter().any(|(it, _)| *it == text) => {
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

    fn close(self) -> Node {
        match self {
            Self::List(line, list) => Node { line, value: Value::List(list) },
            Self::Map(line, map, _) => Node { line, value: Value::Map(map) },
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
