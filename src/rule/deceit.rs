//! Looks through text for what a reader does not see, or should not.
//!
//! Content comes in pieces of any size; what is kept between them does not grow
//! with it.

use bstr::ByteSlice;

use crate::model::Unseen;

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// The marks that Git leaves around what it could not merge.
    Conflict,
    /// A control or mark that changes the direction of text: CVE-2021-42574.
    Bidi,
    /// A character that shows nothing.
    Invisible,
}

/// Something found in a text.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// What kind of thing.
    pub(super) kind: Kind,
    /// The line, from 1.
    pub(super) line: usize,
    /// The column, in bytes from 1.
    pub(super) column: usize,
    /// What exactly, for people.
    pub(super) what: String,
}

/// All that was found in a text.
#[derive(Debug, Default)]
pub(super) struct Deceit {
    /// The first few of each kind.
    pub(super) first: Vec<Found>,
    counts: [usize; 3],
}

/// How many of each kind are kept with their places.
const KEPT: usize = 3;

/// Where a NUL makes a file binary, as Git sees it: in its first bytes.
const HEAD: u64 = 8 * 1024;

impl Deceit {
    /// How often `kind` was found.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.counts[kind as usize]
    }

    fn add(&mut self, found: Found, times: usize) {
        let count = &mut self.counts[found.kind as usize];
        if *count < KEPT {
            self.first.push(found);
        }
        *count += times;
    }
}

/// Reads a text from its beginning.
pub(super) struct Reader {
    deceit: Deceit,
    binary: bool,
    offset: u64,
    line: usize,
    column: usize,
    /// The first bytes of the line, enough to know a marker.
    start: Vec<u8>,
    conflict: Conflict,
    /// The last character that is no joiner and no mark of direction; a line end before the first.
    before: char,
    /// The first of the joiners behind `before`, and how many.
    waiting: Option<(Found, usize)>,
    /// The first of the marks of direction in the line, and how many.
    marks: Option<(Found, usize)>,
    /// Whether the line holds a letter that runs from right to left.
    leftward: bool,
    /// Whether tag characters here belong to a flag.
    flag: bool,
    /// The bytes of a character that is not complete.
    partial: Vec<u8>,
}

/// How far the markers of a conflict have come.
#[derive(Clone, Copy)]
enum Conflict {
    /// Not begun.
    None,
    /// Begun in this line.
    Ours(usize),
    /// Begun in this line, and parted.
    Theirs(usize),
}

impl Reader {
    /// A reader at the beginning of a text.
    pub(super) fn new() -> Self {
        Self {
            deceit: Deceit::default(),
            binary: false,
            offset: 0,
            line: 1,
            column: 1,
            start: Vec::with_capacity(9),
            conflict: Conflict::None,
            before: '\n',
            waiting: None,
            marks: None,
            leftward: false,
            flag: false,
            partial: Vec::with_capacity(4),
        }
    }

    /// Takes the next piece; answers whether there is reason to go on.
    pub(super) fn read(&mut self, piece: &[u8]) -> bool {
        let head = usize::try_from(HEAD.saturating_sub(self.offset)).unwrap_or(0);
        if piece.iter().take(head).any(|it| *it == 0) {
            self.binary = true;
            return false;
        }
        let mut rest = piece;
        while let Some(&byte) = rest.first() {
            let ascii = rest.find_non_ascii_byte().unwrap_or(rest.len());
            let taken = ascii.max(1);
            if ascii > 0 {
                self.broken();
                self.ascii(&rest[..ascii]);
            } else {
                self.byte(byte);
            }
            self.offset += taken as u64;
            rest = &rest[taken..];
        }
        true
    }

    /// What was found; nothing in what is no text.
    pub(super) fn end(mut self) -> Deceit {
        self.broken();
        self.resolve('\n');
        self.line_end();
        if self.binary { Deceit::default() } else { self.deceit }
    }

    fn ascii(&mut self, text: &[u8]) {
        if let Some(&first) = text.first() {
            self.resolve(char::from(first));
        }
        for line in text.lines_with_terminator() {
            self.advance(line);
            if line.ends_with(b"\n") {
                self.line_end();
            }
        }
        self.before = text.last().map_or(self.before, |it| char::from(*it));
        self.flag = false;
    }

    /// Takes a byte that is not ASCII.
    fn byte(&mut self, byte: u8) {
        if byte & 0xc0 != 0x80 {
            self.broken();
        }
        self.partial.push(byte);
        let want = match self.partial.first() {
            Some(0xc2..=0xdf) => 2,
            Some(0xe0..=0xef) => 3,
            Some(0xf0..=0xf4) => 4,
            Some(_) | None => 1,
        };
        if self.partial.len() < want {
            return;
        }
        let bytes = std::mem::take(&mut self.partial);
        let char = bytes.to_str().ok().and_then(|it| it.chars().next());
        self.char(char.unwrap_or(char::REPLACEMENT_CHARACTER));
        self.advance(&bytes);
        self.partial = bytes;
        self.partial.clear();
    }

    /// Gives up a character that its next byte does not complete.
    fn broken(&mut self) {
        if self.partial.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.partial);
        self.char(char::REPLACEMENT_CHARACTER);
        self.advance(&bytes);
    }

    fn advance(&mut self, bytes: &[u8]) {
        let room = 9_usize.saturating_sub(self.start.len());
        self.start.extend(bytes.iter().take(room));
        self.column += bytes.len();
    }

    fn char(&mut self, char: char) {
        let unseen = Unseen::of(char);
        if unseen == Some(Unseen::Joiner) {
            let found = self.found(Kind::Invisible, char);
            match (&mut self.waiting, word(self.before)) {
                (_, true) => self.deceit.add(found, 1),
                (Some((_, times)), false) => *times += 1,
                (None, false) => self.waiting = Some((found, 1)),
            }
            return;
        }
        if unseen == Some(Unseen::Direction) {
            match &mut self.marks {
                Some((_, times)) => *times += 1,
                None => self.marks = Some((self.found(Kind::Bidi, char), 1)),
            }
            return;
        }
        self.resolve(char);
        if let Some(kind) = unseen.and_then(|it| self.wrong(it, char)) {
            let found = self.found(kind, char);
            self.deceit.add(found, 1);
        }
        // The black flag begins the flags of regions: UTS #51, ED-14a.
        self.flag = char == '\u{1f3f4}' || (unseen == Some(Unseen::Tag) && self.flag);
        self.leftward |= leftward(char);
        self.before = char;
    }

    /// What is wrong with an unseen character behind what has been read.
    fn wrong(&self, unseen: Unseen, char: char) -> Option<Kind> {
        let fits = match unseen {
            Unseen::Turn => return Some(Kind::Bidi),
            // The first two are judged when what follows is known.
            Unseen::Direction | Unseen::Joiner | Unseen::Line => true,
            Unseen::Hyphen => self.before.is_alphabetic(),
            Unseen::Selector => selectable(self.before, char),
            // Behind the first character it is no mark of the byte order.
            Unseen::ByteOrder => (self.line, self.column) == (1, 1),
            Unseen::Tag => self.flag,
            Unseen::Void => false,
        };
        (!fits).then_some(Kind::Invisible)
    }

    /// Decides about joiners, now that what follows them is known.
    fn resolve(&mut self, next: char) {
        if let Some((found, times)) = self.waiting.take()
            && (word(next) || (self.before.is_ascii() && next.is_ascii()))
        {
            self.deceit.add(found, times);
        }
    }

    fn found(&self, kind: Kind, char: char) -> Found {
        let name = name(char).map(|it| format!(" {it}")).unwrap_or_default();
        let what = format!("U+{:04X}{name}", u32::from(char));
        Found { kind, line: self.line, column: self.column, what }
    }

    fn line_end(&mut self) {
        let line = self.start.trim_end_with(|it| matches!(it, '\r' | '\n'));
        // A marker stands alone, or a space and a name are behind it.
        // The attribute `conflict-marker-size` makes it longer than seven.
        let run = |mark: u8| line.iter().take_while(|it| **it == mark).count();
        let marks = |mark: u8| run(mark) >= 7 && matches!(line.get(run(mark)), None | Some(b' '));
        self.conflict = match self.conflict {
            _ if marks(b'<') => Conflict::Ours(self.line),
            Conflict::Ours(from) if run(b'=') >= 7 && run(b'=') == line.len() => {
                Conflict::Theirs(from)
            }
            Conflict::Theirs(from) if marks(b'>') => {
                let what = format!("an unresolved conflict, to line {}", self.line);
                self.deceit.add(Found { kind: Kind::Conflict, line: from, column: 1, what }, 1);
                Conflict::None
            }
            other => other,
        };
        // Arabic and Hebrew need them; other text has no use for them.
        let leftward = std::mem::take(&mut self.leftward);
        if let Some((found, times)) = self.marks.take().filter(|_| !leftward) {
            self.deceit.add(found, times);
        }
        self.start.clear();
        self.line += 1;
        self.column = 1;
    }
}

/// Whether the letter runs from right to left, as in Hebrew and Arabic. Source:
/// the default values of `Bidi_Class` in Unicode 16.
fn leftward(char: char) -> bool {
    matches!(char,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        && char.is_alphabetic()
}

/// Whether `before` has forms that a variation selector can choose from. Keycaps
/// are the only ones in ASCII; two selectors in a row choose nothing.
fn selectable(before: char, selector: char) -> bool {
    match before {
        '0'..='9' | '#' | '*' => matches!(selector, '\u{fe0e}' | '\u{fe0f}'),
        _ => !before.is_ascii() && Unseen::of(before) != Some(Unseen::Selector),
    }
}

fn word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// The character's name. Source: the Unicode Character Database.
fn name(char: char) -> Option<&'static str> {
    Some(match char {
        '\u{ad}' => "soft hyphen",
        '\u{34f}' => "combining grapheme joiner",
        '\u{61c}' => "arabic letter mark",
        '\u{180e}' => "mongolian vowel separator",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{200e}' => "left-to-right mark",
        '\u{200f}' => "right-to-left mark",
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2060}' => "word joiner",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{3164}' => "hangul filler",
        '\u{feff}' => "byte order mark",
        '\u{e0000}'..='\u{e007f}' => "tag",
        _ if Unseen::of(char) == Some(Unseen::Selector) => "variation selector",
        _ => return None,
    })
}
