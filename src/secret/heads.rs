//! Finds keywords by what they begin with, without an automaton.

use std::ops::Range;

/// How many bytes of a keyword are looked up.
pub(super) const LEN: usize = 3;

/// How many bits tell which such bytes begin none.
const BITS: usize = 1 << 16;

/// How many lists the keywords are kept in.
const LISTS: usize = 1 << 12;

/// What keywords begin with. Building it costs a hundredth of an automaton.
pub(super) struct Heads {
    /// By hash of three bytes: whether a keyword may begin so.
    bits: Vec<u64>,
    /// Where the list of a hash begins in `listed`; one more for the end.
    starts: Vec<u32>,
    /// The numbers of keywords, list by list.
    listed: Vec<u32>,
}

impl Heads {
    /// Takes keywords of at least [`LEN`] bytes, in any letter case. Shorter ones
    /// are never found.
    pub(super) fn of<'k>(keywords: impl Iterator<Item = &'k [u8]> + Clone) -> Self {
        let heads = || keywords.clone().map(|it| it.first_chunk::<LEN>().map(|it| hash(*it)));
        let mut bits = vec![0; BITS / 64];
        let mut starts = vec![0_u32; LISTS + 1];
        for hash in heads().flatten() {
            bits[hash / 64] |= 1 << (hash % 64);
            starts[hash % LISTS + 1] += 1;
        }
        for list in 0..LISTS {
            starts[list + 1] += starts[list];
        }
        let mut next = starts.clone();
        let mut listed = vec![0; starts[LISTS] as usize];
        for (number, hash) in (0_u32..).zip(heads()) {
            let Some(hash) = hash else { continue };
            let place = &mut next[hash % LISTS];
            listed[*place as usize] = number;
            *place += 1;
        }
        Self { bits, starts, listed }
    }

    /// The places within `within` where some of the keywords may begin, and which:
    /// they begin alike, and are still to be compared.
    pub(super) fn places<'h>(
        &'h self,
        text: &'h [u8],
        within: Range<usize>,
    ) -> impl Iterator<Item = (usize, &'h [u32])> {
        let stop = text.len().min(within.end + LEN - 1);
        let text = text.get(within.start..stop).unwrap_or_default();
        text.windows(LEN).enumerate().filter_map(move |(at, head)| {
            let hash = hash(*head.first_chunk::<LEN>()?);
            if self.bits[hash / 64] & (1 << (hash % 64)) == 0 {
                return None;
            }
            let [from, to] = [0, 1].map(|it| self.starts[hash % LISTS + it] as usize);
            Some((within.start + at, &self.listed[from..to]))
        })
    }
}

/// A place among the bits, below their number. The same for letters of either case.
fn hash(head: [u8; LEN]) -> usize {
    let [one, two, three] = head.map(|it| u32::from(it | 0x20));
    let word = (one << 16) | (two << 8) | three;
    // The upper half of a product, in which all bytes take part.
    (word.wrapping_mul(0x9e37_79b1) >> 16) as usize % BITS
}
