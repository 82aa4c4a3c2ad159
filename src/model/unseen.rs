//! Characters that a reader does not see.

/// How a character that leaves no mark of its own acts on the text around it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Unseen {
    /// Turns the text behind it around: embeddings, overrides and isolates.
    Turn,
    /// Has a direction, and gives it to what stands beside it.
    Direction,
    /// Stands between letters or symbols, and joins or parts them.
    Joiner,
    /// A hyphen that is shown only where a line is broken.
    Hyphen,
    /// Chooses a form of the character before it.
    Selector,
    /// Marks the byte order at the beginning of a text.
    ByteOrder,
    /// A letter of the names of flags.
    Tag,
    /// Ends a line or a paragraph, though it is no line end to Git.
    Line,
    /// Means nothing any more, or never did.
    Void,
}

impl Unseen {
    /// What kind of unseen character `char` is, if it is one.
    ///
    /// Source: Unicode 16, properties `Default_Ignorable_Code_Point` and
    /// `Bidi_Control`, the line and paragraph separators, the interlinear
    /// annotations, and the noncharacters that XML has no place for.
    pub fn of(char: char) -> Option<Self> {
        Some(match char {
            '\u{ad}' => Self::Hyphen,
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Self::Turn,
            '\u{61c}' | '\u{200e}'..='\u{200f}' => Self::Direction,
            '\u{34f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{2064}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' => Self::Joiner,
            '\u{180b}'..='\u{180d}'
            | '\u{180f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}' => Self::Selector,
            '\u{feff}' => Self::ByteOrder,
            '\u{e0000}'..='\u{e007f}' => Self::Tag,
            '\u{2028}'..='\u{2029}' => Self::Line,
            '\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{e0080}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{e0fff}' => Self::Void,
            _ => return None,
        })
    }
}
