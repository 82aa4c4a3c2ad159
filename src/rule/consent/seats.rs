//! Giving seats to people so that as many as possible are taken.

/// How many of the seats can be taken at once, one person in one seat. Each entry
/// lists the people who may take that seat, by number below `people`.
///
/// Follows augmenting paths (Berge 1957), so it finds the most there can be, which
/// filling seats one after the other does not.
pub(super) fn taken(seats: &[Vec<usize>], people: usize) -> usize {
    let mut seat_of = vec![None; people];
    let mut taken = 0;
    for seat in 0..seats.len() {
        let mut tried = vec![false; people];
        if place(seat, seats, &mut seat_of, &mut tried) {
            taken += 1;
        }
    }
    taken
}

/// Finds someone for `seat`, moving others to other seats if need be. The chain is
/// kept on a list of its own, so that many seats cannot exhaust the stack.
fn place(
    seat: usize,
    seats: &[Vec<usize>],
    seat_of: &mut [Option<usize>],
    tried: &mut [bool],
) -> bool {
    // Each step: a seat, and the next of its people to try.
    let mut chain = vec![(seat, 0)];
    let mut chosen: Vec<usize> = Vec::new();
    while let Some((seat, next)) = chain.last_mut() {
        let Some(&person) = seats.get(*seat).and_then(|it| it.get(*next)) else {
            chain.pop();
            chosen.pop();
            continue;
        };
        *next += 1;
        let Some(seen) = tried.get_mut(person) else { continue };
        if std::mem::replace(seen, true) {
            continue;
        }
        chosen.push(person);
        match seat_of.get(person).copied().flatten() {
            Some(other) => chain.push((other, 0)),
            None => {
                for ((seat, _), person) in chain.iter().zip(&chosen) {
                    if let Some(place) = seat_of.get_mut(*person) {
                        *place = Some(*seat);
                    }
                }
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::taken;

    /// The most seats that can be taken, by trying everything.
    fn tried(seats: &[Vec<usize>], free: u32) -> usize {
        let Some((first, rest)) = seats.split_first() else { return 0 };
        let with = |person: &usize| {
            let bit = 1 << person;
            if free & bit == 0 { 0 } else { 1 + tried(rest, free & !bit) }
        };
        first.iter().map(with).max().unwrap_or(0).max(tried(rest, free))
    }

    proptest! {
        #[test]
        fn as_many_seats_are_taken_as_can_be(
            seats in prop::collection::vec(prop::collection::vec(0..6_usize, 0..5), 0..7),
        ) {
            prop_assert_eq!(taken(&seats, 6), tried(&seats, 0b11_1111));
        }
    }
}
