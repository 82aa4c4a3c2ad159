//! Text in UTF-16 and UTF-32, either byte order, with or without a mark, at any
//! alignment: ASCII characters that stand one or three NULs apart.

use bstr::ByteSlice;

use super::layer::Layer;

/// Reads one width of text out of bytes as they come.
pub(super) struct Wide {
    pub(super) layer: Layer,
    /// How many NULs stand between characters: 1 or 3.
    gap: u64,
    /// The last byte that is no NUL, where it stood, and whether it is in the
    /// layer already.
    last: Option<(u8, u64, bool)>,
    /// Where the last piece ended.
    at: u64,
    /// The line there, and where it begins.
    line: usize,
    line_start: u64,
}

impl Wide {
    pub(super) fn new(gap: u64) -> Self {
        Self { layer: Layer::new(gap + 1), gap, last: None, at: 0, line: 1, line_start: 0 }
    }

    /// Takes the next piece of the input.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        let mut rest = piece;
        // Most input has no NUL: then only its ends and its lines matter.
        while let Some(nul) = rest.find_byte(0) {
            self.skip(&rest[..nul]);
            let mut narrow = 0;
            let mut end = nul;
            while end < rest.len() && narrow < 8 {
                narrow = if rest[end] == 0 { 0 } else { narrow + 1 };
                self.take(rest[end]);
                end += 1;
            }
            rest = &rest[end..];
        }
        self.skip(rest);
    }

    /// Passes text without any NUL.
    fn skip(&mut self, text: &[u8]) {
        let [first, .., last] = text else {
            return text.iter().for_each(|&byte| self.take(byte));
        };
        self.take(*first);
        let middle = &text[1..text.len() - 1];
        if let Some(at) = middle.rfind_byte(b'\n') {
            self.line += middle.iter().filter(|&&it| it == b'\n').count();
            self.line_start = self.at + at as u64 + 1;
        }
        self.at += middle.len() as u64;
        self.last = None;
        self.take(*last);
    }

    fn take(&mut self, byte: u8) {
        if byte != 0 {
            self.character(byte);
        }
        self.at += 1;
    }

    fn character(&mut self, byte: u8) {
        let mut known = false;
        if let Some((previous, place, told)) = self.last
            && self.at - place == self.gap + 1
        {
            if !told {
                // A NUL keeps apart what did not stand together.
                let (line, start) = match previous {
                    // The layer counts this line feed again.
                    b'\n' => (self.line - 1, place),
                    _ => (self.line, self.line_start),
                };
                self.layer.begin(place, line, start);
                self.layer.push(0);
                self.layer.begin(place, line, start);
                self.layer.push(previous);
            }
            self.layer.push(byte);
            known = true;
        }
        self.last = Some((byte, self.at, known));
        if byte == b'\n' {
            self.line += 1;
            self.line_start = self.at + if known { self.gap + 1 } else { 1 };
        }
    }
}
