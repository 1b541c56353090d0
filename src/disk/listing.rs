//! What is on a disk, for those who want to see it, record by record.

use std::collections::VecDeque;

use super::Disk;
use super::fault::SlotDefect;
use super::record::{self, Content, Identity, MARKS, Record, SLOT, Slot, SyncMark};
use super::recovery::{self, LogPart, Policy};

/// All that is on a disk, or its end.
#[derive(Clone, Debug)]
pub struct Listing<S, E> {
    /// The two marks with their bytes; none where one is not whole.
    pub marks: [(Option<SyncMark>, Slot); 2],
    /// The records, in order: those on the medium, then those in the cache.
    pub rows: VecDeque<ListedSlot<S, E>>,
    /// How many records stand before these.
    pub skipped: u32,
}

/// A record, or what is in its place.
#[derive(Clone, Copy, Debug)]
pub struct ListedSlot<S, E> {
    /// Its number, from 1.
    pub number: u32,
    /// Where its slot begins.
    pub offset: u64,
    /// How safe it is.
    pub condition: Condition,
    /// The record, if it can be read.
    pub record: Option<Record<S, E>>,
    /// Which record it is, if that can still be told.
    pub identity: Option<Identity>,
    /// The slot's bytes.
    pub slot: Slot,
}

/// How safe a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Synced: it survives every crash.
    Synced,
    /// Whole, but behind what the marks say is synced: a crash left it, and it counts from the next
    /// start on; or no mark can be read.
    Kept,
    /// A crash left a piece of it, or left it behind such a piece: the next start cuts it off.
    Torn,
    /// Synced and lost.
    Lost(SlotDefect),
    /// Its write has not finished: a crash may take it.
    Cached,
    /// The same, and the disk says that it is synced.
    Claimed,
}

impl<S: Content, E: Content> Disk<S, E> {
    /// What is on the disk: its `last` records.
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
                (LogPart::Synced, Err(ill)) => Condition::Lost(ill),
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

/// Where a record's slot begins.
pub(super) fn offset(number: u32) -> u64 {
    ((MARKS + number as usize - 1) * SLOT) as u64
}
