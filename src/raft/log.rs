//! The log (§5.3): entries in order, index 1 first.
//!
//! Invariants, for a node that follows the protocol:
//! - indices have no gaps: the entry at index `i` is the `i`-th;
//! - terms never fall from one entry to the next;
//! - the log changes only at its end: appended to, or truncated from an index on.

use super::message::Entries;
use super::types::{Entry, Index, Position, Term};
use crate::seq::Seq;

/// A node's log. Clones share their entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    entries: Seq<Entry>,
}

impl Log {
    /// A log of these entries, the first at index 1.
    pub fn new(entries: Seq<Entry>) -> Log {
        Log { entries }
    }

    /// The last entry's index; 0 if there is none.
    pub fn last_index(&self) -> Index {
        Index(self.entries.end() as u32)
    }

    /// The last entry's index and term; `0@0` if there is none.
    pub fn last(&self) -> Position {
        let term = self.entries.last().map_or(Term(0), |entry| entry.term);
        Position { index: self.last_index(), term }
    }

    /// The entry at an index.
    pub fn get(&self, index: Index) -> Option<Entry> {
        self.entries.get((index.0 as usize).checked_sub(1)?).copied()
    }

    /// The term at an index: 0 at index 0, none beyond the end.
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == Index(0) { Some(Term(0)) } else { self.get(index).map(|entry| entry.term) }
    }

    /// The position at an index that the log has, or index 0.
    pub fn position(&self, index: Index) -> Option<Position> {
        self.term_at(index).map(|term| Position { index, term })
    }

    /// Adds entries at the end.
    pub fn append(&mut self, entries: &[Entry]) {
        self.entries.extend(entries.iter().copied());
    }

    /// Drops the entry at this index and all after it.
    pub fn truncate_from(&mut self, index: Index) {
        self.entries.truncate(index.previous().0 as usize);
    }

    /// At most `limit` entries from an index on.
    pub fn slice(&self, from: Index, limit: u32) -> Entries {
        let start = from.previous().0 as usize;
        let count = self.entries.end().saturating_sub(start).min(limit as usize);
        let piece = self.entries.piece(start);
        if piece.len() >= count {
            return piece[..count].into();
        }
        let mut entries = Vec::with_capacity(count);
        while entries.len() < count {
            let piece = self.entries.piece(start + entries.len());
            entries.extend_from_slice(&piece[..piece.len().min(count - entries.len())]);
        }
        entries.into()
    }

    /// How many of these entries, the first at this index, the log has already, up to the first one
    /// of another term.
    pub fn agrees_with(&self, first: Index, entries: &[Entry]) -> usize {
        let start = first.previous().0 as usize;
        let mut same = 0;
        loop {
            let there = self.entries.piece(start + same).iter().zip(&entries[same..]);
            let count = there.len();
            match there.clone().position(|(own, other)| own.term != other.term) {
                Some(other) => return same + other,
                None if count == 0 => return same,
                None => same += count,
            }
        }
    }

    /// The entries from an index on.
    pub fn iter_from(&self, from: Index) -> impl Iterator<Item = (Index, Entry)> + '_ {
        let start = from.previous().0;
        (start + 1..).map(Index).zip(self.entries.iter_from(start as usize).copied())
    }

    /// The last index up to which two logs hold the same.
    pub fn same_through(&self, other: &Log) -> Index {
        self.same_behind(Index(0), other)
    }

    /// The same of two logs that are known to hold the same up to an index.
    pub fn same_behind(&self, known: Index, other: &Log) -> Index {
        Index(self.entries.common_end(&other.entries, known.0 as usize) as u32)
    }

    /// The latest entry at or before `limit.index` whose term is at most `limit.term`. Both sides
    /// of a refused AppendEntries ask their log this: everything after it is certain to disagree.
    pub fn latest_not_after(&self, limit: Position) -> Position {
        // Terms never fall, so the entries that qualify are a prefix: find its end by halving.
        let (mut low, mut high) = (0, limit.index.min(self.last_index()).0);
        while low < high {
            let middle = high - (high - low) / 2;
            if self.term_at(Index(middle)).is_some_and(|term| term <= limit.term) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        self.position(Index(low)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::types::Payload;

    fn log(terms: &[u32]) -> Log {
        Log::new(terms.iter().map(|&term| Entry { term: Term(term), payload: Payload(0) }).collect())
    }

    fn at(index: u32, term: u32) -> Position {
        Position { index: Index(index), term: Term(term) }
    }

    #[test]
    fn latest_not_after() {
        for (terms, limit, expected) in [
            (&[][..], at(5, 3), at(0, 0)),
            (&[1, 1, 1], at(5, 3), at(3, 1)),
            (&[1, 1, 1, 4, 4], at(4, 3), at(3, 1)),
            (&[1, 1, 1, 4, 4], at(4, 4), at(4, 4)),
            (&[2, 2, 3, 3], at(4, 1), at(0, 0)),
            (&[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], at(10, 6), at(10, 3)),
        ] {
            assert_eq!(log(terms).latest_not_after(limit), expected, "{terms:?} {limit}");
        }
    }

    #[test]
    fn agreement_ends_at_another_term_and_at_the_end() {
        let log = log(&[[1; 100], [2; 100]].concat());
        for (first, terms, expected) in [
            (1, &[[1; 100], [2; 100]].concat()[..], 200),
            (1, &[[1; 100], [3; 100]].concat(), 100),
            (60, &[1; 60], 41),
            (190, &[2; 60], 11),
            (201, &[2; 5], 0),
            (64, &[], 0),
        ] {
            let payload = Payload(7);
            let entries: Vec<_> = terms.iter().map(|&term| Entry { term: Term(term), payload }).collect();
            assert_eq!(log.agrees_with(Index(first), &entries), expected, "{} from {first}", terms.len());
        }
    }

    #[test]
    fn slices_stop_at_the_limit_and_at_the_end() {
        let log = log(&[1; 200]);
        for (from, limit, expected) in
            [(1, 64, 64), (60, 64, 64), (190, 64, 11), (201, 64, 0), (1, 0, 0), (5, 1, 1)]
        {
            assert_eq!(log.slice(Index(from), limit).len(), expected, "{limit} from {from}");
        }
    }
}
