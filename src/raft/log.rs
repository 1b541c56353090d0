//! The log (§5.3): entries in order, without gaps.
//!
//! A log begins after its base, the last entry that it no longer holds: `0@0` as long as it holds
//! all entries. The entries up to the base are committed and cannot change any more (§7).
//!
//! Invariants, for a node that follows the protocol:
//! - indices have no gaps: the first entry follows the base, and each other entry follows the one
//!   before it;
//! - terms never decrease from one entry to the next;
//! - the log changes only at its end, where entries are appended or truncated, and at its front,
//!   where entries are discarded that a snapshot replaces.

use super::message::Entries;
use super::types::{Entry, Index, Position, Term};
use crate::seq::Seq;

/// A node's log. Clones share their entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Log {
    base: Position,
    /// The entry at index `i` has position `i - 1` here.
    entries: Seq<Entry>,
}

impl Log {
    /// A log of these entries; the first has index 1.
    pub fn new(entries: Seq<Entry>) -> Log {
        Log::behind(Position::default(), entries)
    }

    /// A log with this base. The sequence starts with the entry after it.
    pub fn behind(base: Position, entries: Seq<Entry>) -> Log {
        debug_assert_eq!(entries.start(), base.index.0 as usize, "entries keep their positions");
        Log { base, entries }
    }

    /// The last entry that the log no longer holds; `0@0` if it holds all.
    pub fn base(&self) -> Position {
        self.base
    }

    /// The index of the first entry that the log holds, or would hold.
    pub fn first_index(&self) -> Index {
        self.base.index.next()
    }

    /// The index of the last entry, or of the base if there is no entry.
    pub fn last_index(&self) -> Index {
        Index(self.entries.end() as u32)
    }

    /// The index and term of the last entry, or the base if there is no entry.
    pub fn last(&self) -> Position {
        let term = self.entries.last().map_or(self.base.term, |entry| entry.term);
        Position { index: self.last_index(), term }
    }

    /// The entry at an index; `None` if the log does not hold it.
    pub fn get(&self, index: Index) -> Option<Entry> {
        self.entries.get((index.0 as usize).checked_sub(1)?).copied()
    }

    /// The term at an index; `None` before the base or after the end.
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == self.base.index {
            Some(self.base.term)
        } else {
            self.get(index).map(|entry| entry.term)
        }
    }

    /// The index with its term; `None` before the base or after the end.
    pub fn position(&self, index: Index) -> Option<Position> {
        self.term_at(index).map(|term| Position { index, term })
    }

    /// Appends an entry.
    #[inline]
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Appends entries.
    #[inline]
    pub fn append(&mut self, entries: &[Entry]) {
        self.entries.extend(entries.iter().copied());
    }

    /// Deletes the entry at this index and all that follow it. The base stays.
    pub fn truncate_from(&mut self, index: Index) {
        self.entries.truncate(index.previous().0 as usize);
    }

    /// Discards the entries up to this index, which becomes the base. Does nothing if the log has
    /// no entry at that index: the entry was discarded before, or never existed.
    pub fn forget_through(&mut self, index: Index) {
        if let Some(base) = self.position(index) {
            self.base = base;
            self.entries.forget_before(index.0 as usize);
        }
    }

    /// Discards all entries. A snapshot up to this entry replaces them.
    pub fn restart_behind(&mut self, base: Position) {
        self.entries = self.entries.emptied_at(base.index.0 as usize);
        self.base = base;
    }

    /// At most `limit` entries, from an index on.
    pub fn slice(&self, from: Index, limit: u32) -> Entries {
        let start = from.previous().0 as usize;
        let count = self.entries.end().saturating_sub(start).min(limit as usize);
        let piece = self.entries.piece(start);
        if piece.len() >= count {
            return piece[..count].into();
        }
        self.iter_from(from).take(count).map(|(_, entry)| entry).collect::<Vec<_>>().into()
    }

    /// How many of these entries, the first of which has index `first`, the log has already, up to
    /// the first one with another term. Entries up to the base count as equal.
    pub fn agrees_with(&self, first: Index, entries: &[Entry]) -> usize {
        let start = first.previous().0 as usize;
        let mut same = self.entries.start().saturating_sub(start).min(entries.len());
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

    /// The entries from an index on that are contiguous in memory. Empty only if the log has no
    /// entry there.
    pub fn piece(&self, from: Index) -> &[Entry] {
        self.entries.piece(from.previous().0 as usize)
    }

    /// All entries in order, in slices, each with the index of its first entry.
    pub fn pieces(&self) -> impl Iterator<Item = (Index, &[Entry])> {
        let mut next = self.entries.start();
        std::iter::from_fn(move || {
            let piece = self.entries.piece(next);
            let first = Index(next as u32 + 1);
            next += piece.len();
            (!piece.is_empty()).then_some((first, piece))
        })
    }

    /// The entries from an index on, with their indices.
    pub fn iter_from(&self, from: Index) -> impl Iterator<Item = (Index, Entry)> + '_ {
        let start = from.previous().max(self.base.index).0;
        (start + 1..).map(Index).zip(self.entries.iter_from(start as usize).copied())
    }

    /// Whether two logs end at the same entry and are equal from the larger of their first indices
    /// on.
    pub fn agrees(&self, other: &Log) -> bool {
        self.last() == other.last() && self.same_through(other) >= self.last_index()
    }

    /// The last index up to which two logs are equal.
    pub fn same_through(&self, other: &Log) -> Index {
        self.same_behind(Index(0), other)
    }

    /// The last index up to which two logs are equal, given that they are equal up to `known`.
    /// Entries that one of them has discarded count as equal.
    pub fn same_behind(&self, known: Index, other: &Log) -> Index {
        Index(self.entries.common_end(&other.entries, known.0 as usize) as u32)
    }

    /// The latest entry at or before `limit.index` whose term is at most `limit.term`, the base
    /// included; `None` if the log has discarded it. Follower and leader both call this when an
    /// AppendEntries is refused: entries after it cannot agree.
    pub fn latest_not_after(&self, limit: Position) -> Option<Position> {
        if limit.index < self.base.index || limit.term < self.base.term {
            return None;
        }
        // Terms never decrease, so the entries that qualify are a prefix: find its end by binary
        // search.
        let (mut low, mut high) = (self.base.index.0, limit.index.min(self.last_index()).0);
        while low < high {
            let middle = high - (high - low) / 2;
            if self.term_at(Index(middle)).is_some_and(|term| term <= limit.term) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        self.position(Index(low))
    }
}
