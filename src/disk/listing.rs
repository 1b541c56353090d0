//! The contents of a disk, record by record, for people who want to see them.

use std::collections::VecDeque;

use super::Disk;
use super::fault::SlotDefect;
use super::record::{self, Content, Identity, MARKS, Record, SLOT, Slot, SyncMark};
use super::recovery::{self, LogPart, Policy};

/// All records of a disk, or the last ones.
#[derive(Clone, Debug)]
pub struct Listing<S, E> {
    /// The two marks with their bytes; none where a mark is damaged.
    pub marks: [(Option<SyncMark>, Slot); 2],
    /// The records, in order: those on the medium, then those in the cache.
    pub rows: VecDeque<ListedSlot<S, E>>,
    /// How many earlier records are left out.
    pub skipped: u32,
}

/// A slot: a record, or what is in its place.
#[derive(Clone, Copy, Debug)]
pub struct ListedSlot<S, E> {
    /// The record's number, from 1.
    pub number: u32,
    /// The offset of the slot's first byte.
    pub offset: u64,
    /// Whether the record survives a crash.
    pub condition: Condition,
    /// The record, if it can be read.
    pub record: Option<Record<S, E>>,
    /// Which record it is, if that is still known.
    pub identity: Option<Identity>,
    /// The slot's bytes.
    pub slot: Slot,
}

/// Whether a record survives a crash, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Synced: it survives every crash.
    Synced,
    /// Whole, but not counted as synced by the marks. A crash left it, and the next start will
    /// count it. Or both marks are damaged.
    Kept,
    /// Torn by a crash, or after such a record: the next start cuts it off.
    Torn,
    /// Synced and lost.
    Lost(SlotDefect),
    /// In the cache: a crash may take it, because its write has not finished.
    Cached,
    /// In the cache, although the disk reported it as synced.
    Claimed,
}

impl<S: Content, E: Content> Disk<S, E> {
    /// The disk's last `last` records.
    pub fn listing(&self, last: usize) -> Listing<S, E> {
        let mut slots = self.slots();
        let marks = [(); 2].map(|()| {
            slots.next().map_or((None, record::BLANK), |slot| (record::mark(&slot), slot))
        });
        let mut rows = VecDeque::new();
        let mut skipped = 0;
        let mut add = |row| {
            rows.push_back(row);
            if rows.len() > last {
                rows.pop_front();
                skipped += 1;
            }
        };
        recovery::read(self.slots(), Policy::Halt, |seen| {
            let condition = match (seen.place, seen.reading) {
                (LogPart::Synced, Ok(_)) => Condition::Synced,
                (LogPart::Synced, Err(defect)) => Condition::Lost(defect),
                (LogPart::Tail, _) => Condition::Kept,
                (LogPart::Torn, _) => Condition::Torn,
            };
            let (number, identity, slot) = (seen.number, seen.identity, seen.slot);
            let record = seen.reading.ok();
            add(ListedSlot { number, offset: offset(number), condition, record, identity, slot });
        });
        let claimed = self
            .cache
            .iter()
            .take(self.claimed)
            .flat_map(|cached| cached.change.records(0))
            .count();
        for (nth, (record, slot)) in self.cached().into_iter().enumerate() {
            let number = self.medium.bytes().records() + 1 + nth as u32;
            let condition = if nth < claimed { Condition::Claimed } else { Condition::Cached };
            let (record, identity) = (Some(record), Some(record.identity()));
            add(ListedSlot { number, offset: offset(number), condition, record, identity, slot });
        }
        Listing { marks, rows, skipped }
    }
}

/// The offset of a record's slot.
pub(super) fn offset(number: u32) -> u64 {
    ((MARKS + number as usize - 1) * SLOT) as u64
}
