//! Whether a short text can hold a keyword at all, without an automaton.

use std::collections::HashMap;

/// How many bytes of a keyword are looked up.
const LEN: usize = 3;

/// How many bits tell which such bytes begin none.
const BITS: usize = 1 << 16;

/// What keywords begin with. Building it costs a fraction of an automaton, and
/// reading by it a fraction of a run.
pub(super) struct Heads {
    /// By hash of three bytes: whether a keyword may begin so.
    bits: Vec<u64>,
    /// By three bytes in small letters: the keywords that do.
    words: HashMap<[u8; LEN], Vec<Box<[u8]>>>,
    /// Whether some keyword is shorter than that.
    short: bool,
}

impl Heads {
    /// Takes keywords, in any letter case.
    pub(super) fn of<'k>(keywords: impl Iterator<Item = &'k [u8]>) -> Self {
        let mut heads = Self { bits: vec![0; BITS / 64], words: HashMap::new(), short: false };
        for keyword in keywords {
            match keyword.first_chunk::<LEN>() {
                Some(head) => {
                    let (head, at) = (head.map(|it| it.to_ascii_lowercase()), hash(*head));
                    heads.bits[at / 64] |= 1 << (at % 64);
                    heads.words.entry(head).or_default().push(keyword.into());
                }
                None => heads.short = true,
            }
        }
        heads
    }

    /// Whether a keyword stands in `text`, in any letter case; sometimes also if a
    /// keyword is too short to know.
    pub(super) fn any(&self, text: &[u8]) -> bool {
        self.short
            || text.windows(LEN).enumerate().any(|(at, head)| {
                let Some(head) = head.first_chunk::<LEN>() else { return false };
                let bit = hash(*head);
                self.bits[bit / 64] & (1 << (bit % 64)) != 0 && self.stands(&text[at..], *head)
            })
    }

    fn stands(&self, text: &[u8], head: [u8; LEN]) -> bool {
        let words = self.words.get(&head.map(|it| it.to_ascii_lowercase()));
        let mut words = words.into_iter().flatten();
        words.any(|it| text.get(..it.len()).is_some_and(|text| text.eq_ignore_ascii_case(it)))
    }
}

/// A place among the bits, below their number. The same for letters of either case.
fn hash(head: [u8; LEN]) -> usize {
    let [one, two, three] = head.map(|it| usize::from(it | 0x20));
    ((one << 8) ^ (two << 4) ^ three) % BITS
}
