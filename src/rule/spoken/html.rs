//! HTML within Markdown: which of its bytes a reader sees as text.
//!
//! Hosts pass the pieces on in order, and browsers read what lies between them
//! as part of what is open: a comment that nobody closes hides all that follows.

/// Elements whose content is code, or is not shown.
const CODE: &[&[u8]] = &[
    b"code",
    b"iframe",
    b"noembed",
    b"noframes",
    b"noscript",
    b"plaintext",
    b"pre",
    b"samp",
    b"script",
    b"style",
    b"template",
    b"textarea",
    b"title",
    b"tt",
    b"xmp",
];

/// Elements whose content someone else said.
const QUOTE: &[&[u8]] = &[b"blockquote", b"q"];

/// What is open.
#[derive(Default)]
pub(super) struct Html {
    within: Within,
    code: usize,
    quote: usize,
}

#[derive(Clone, Copy, Default, Eq, PartialEq)]
enum Within {
    /// Text, as long as no element hides it.
    #[default]
    Text,
    /// A comment.
    Comment,
    /// A tag, and the quotation mark that is open in it.
    Tag(Option<u8>),
    /// A declaration or a processing instruction.
    Other,
    /// What a broken tag swallows: all that follows.
    Lost,
}

/// How text is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Reading {
    /// As said.
    Said,
    /// As a quotation.
    Quoted,
    /// As code, or not at all.
    Unsaid,
}

impl Html {
    /// How text is read here.
    pub(super) fn reading(&self) -> Reading {
        match self.within {
            Within::Text if self.code > 0 => Reading::Unsaid,
            Within::Text if self.quote > 0 => Reading::Quoted,
            Within::Text => Reading::Said,
            Within::Comment | Within::Tag(_) | Within::Other | Within::Lost => Reading::Unsaid,
        }
    }

    /// Reads a piece of HTML, and tells `sink` how many bytes are read how, in
    /// order.
    pub(super) fn read(&mut self, mut piece: &[u8], mut sink: impl FnMut(usize, Reading)) {
        while !piece.is_empty() {
            let (length, reading) = match self.within {
                Within::Text => {
                    let text = find(piece, b"<").unwrap_or(piece.len());
                    if text > 0 {
                        (text, self.reading())
                    } else {
                        (self.open(piece), Reading::Unsaid)
                    }
                }
                Within::Comment => (self.until(piece, b"-->"), Reading::Unsaid),
                Within::Other => (self.until(piece, b">"), Reading::Unsaid),
                Within::Tag(mark) => (self.tag(piece, mark), Reading::Unsaid),
                Within::Lost => (piece.len(), Reading::Unsaid),
            };
            // Never nothing, so that the loop ends.
            let length = length.clamp(1, piece.len());
            sink(length, reading);
            piece = piece.get(length..).unwrap_or_default();
        }
    }

    /// Says that no HTML follows for now. A tag cannot go on later.
    pub(super) fn pause(&mut self) {
        if matches!(self.within, Within::Tag(_) | Within::Other) {
            self.within = Within::Lost;
        }
    }

    /// Reads what begins with `<`; the length of what it has read.
    fn open(&mut self, piece: &[u8]) -> usize {
        for whole in [&b"<!-->"[..], b"<!--->"] {
            if piece.starts_with(whole) {
                return whole.len();
            }
        }
        if piece.starts_with(b"<!--") {
            self.within = Within::Comment;
            return 4;
        }
        if piece.starts_with(b"<!") || piece.starts_with(b"<?") {
            self.within = Within::Other;
            return 2;
        }
        let closes = piece.starts_with(b"</");
        let name = piece.get(if closes { 2 } else { 1 }..).unwrap_or_default();
        let length = name.iter().take_while(|it| it.is_ascii_alphanumeric()).count();
        let name = name.get(..length).unwrap_or_default().to_ascii_lowercase();
        if name.first().is_none_or(|it| !it.is_ascii_alphabetic()) {
            return 1;
        }
        self.within = Within::Tag(None);
        let depth = if CODE.contains(&name.as_slice()) {
            &mut self.code
        } else if QUOTE.contains(&name.as_slice()) {
            &mut self.quote
        } else {
            return 1 + length;
        };
        *depth = if closes { depth.saturating_sub(1) } else { depth.saturating_add(1) };
        1 + length
    }

    /// Reads on to the end of what `end` closes.
    fn until(&mut self, piece: &[u8], end: &[u8]) -> usize {
        match find(piece, end) {
            Some(at) => {
                self.within = Within::Text;
                at + end.len()
            }
            None => piece.len(),
        }
    }

    /// Reads on within a tag: to its end, or to the next quotation mark.
    fn tag(&mut self, piece: &[u8], mark: Option<u8>) -> usize {
        let stops = |it: &u8| mark.map_or(matches!(it, b'>' | b'"' | b'\''), |mark| *it == mark);
        let Some(at) = piece.iter().position(stops) else { return piece.len() };
        self.within = match (mark, piece.get(at)) {
            (None, Some(b'>')) => Within::Text,
            (None, mark) => Within::Tag(mark.copied()),
            (Some(_), _) => Within::Tag(None),
        };
        at + 1
    }
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    bstr::ByteSlice::find(text, what)
}
