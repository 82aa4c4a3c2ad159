//! Names that some file system takes for one of Git's own.

use bstr::ByteSlice;

/// A name that means something to Git, with the short names that NTFS may give
/// it. Source: git-fsck; the short names follow from NTFS's own checksum.
pub(super) struct Special {
    /// The name itself.
    pub(super) name: &'static str,
    /// What stands before `~1` in its first short names.
    short: &'static str,
    /// The last digit behind that.
    last: u8,
    /// What the other short names begin with; empty if there are none.
    hashed: &'static str,
}

/// The repository.
pub(super) const DOT_GIT: Special = Special { name: ".git", short: "git", last: b'1', hashed: "" };

/// Where submodules come from.
pub(super) const MODULES: Special =
    Special { name: ".gitmodules", short: "gitmod", last: b'4', hashed: "gi7eba" };

/// What Git reads from the tree and does not follow a link to.
pub(super) const UNLINKED: [Special; 4] = [
    MODULES,
    Special { name: ".gitattributes", short: "gitatt", last: b'4', hashed: "gi7d29" },
    Special { name: ".gitignore", short: "gitign", last: b'4', hashed: "gi250a" },
    Special { name: ".mailmap", short: "mailma", last: b'4', hashed: "maba30" },
];

impl Special {
    /// Whether a file system takes `name` for this one: one that ignores letter
    /// case, HFS+ that ignores invisible characters too, or NTFS with its short
    /// names, streams, and blanks and dots at the end. The name itself is one.
    pub(super) fn disguises(&self, name: &[u8]) -> bool {
        // Nothing else can begin a disguise, and few names begin so.
        let start = name.first().map(u8::to_ascii_lowercase);
        if !matches!(start, Some(b'.' | b'g' | b'm' | 0xe2 | 0xef)) {
            return false;
        }
        // Those that begin with a letter are short names.
        if matches!(start, Some(b'g' | b'm')) && !name.contains(&b'~') {
            return false;
        }
        let visible: String = name.chars().filter(|it| !ignored(*it)).map(folded).collect();
        let visible = visible.as_bytes();
        let stream = visible.find_byte(b':').unwrap_or(visible.len());
        let plain = visible[..stream].trim_end_with(|it| it == ' ' || it == '.');
        plain.eq_ignore_ascii_case(self.name.as_bytes()) || self.shortens(plain)
    }

    /// Whether `name` is a short name that NTFS may give.
    fn shortens(&self, name: &[u8]) -> bool {
        let Some((stem, number)) = name.split_once_str("~") else { return false };
        if let [digit] = number
            && stem.eq_ignore_ascii_case(self.short.as_bytes())
        {
            return (b'1'..=self.last).contains(digit);
        }
        // The larger the number, the fewer letters: eight in all.
        let begins = self.hashed.get(..stem.len()).unwrap_or_default();
        let counts = number.first().is_some_and(|it| *it != b'0');
        !self.hashed.is_empty()
            && name.len() == 8
            && stem.eq_ignore_ascii_case(begins.as_bytes())
            && counts
            && number.iter().all(u8::is_ascii_digit)
    }
}

/// Letters outside ASCII that are the same as one inside but for letter case.
fn folded(char: char) -> char {
    match char {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other,
    }
}

/// Code points that HFS+ leaves out when it compares names. Source: Apple's
/// technical note 1150.
fn ignored(char: char) -> bool {
    matches!(char,
        '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}
