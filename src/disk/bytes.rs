//! The bytes on the medium, slot by slot, the two marks first.
//!
//! A slot that holds what was written there takes no memory of its own: its bytes are derived from
//! what was written ([`Written`]). Code outside this file cannot see which slots those are. Every
//! other slot is kept as it is: damaged ones, those whose write was lost, and what a crash left
//! after the last record.
//!
//! Of a slot that was overwritten by something else, what was written there is still known. So an
//! observer can say what was lost, and damage can tell whether a byte was damaged before.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::seq::Seq;

use super::change::Change;
use super::record::{self, Before, Content, MARKS, Record, SLOT, Slot, SyncMark};
use super::written::Written;

/// Slots that can be written, read and damaged.
#[derive(Clone, Debug, Hash)]
pub(super) struct Bytes<S: Clone, E: Clone> {
    written: Written<S, E>,
    /// How many records are synced, as both marks were written.
    synced: u32,
    /// The slots that do not hold what was written there, and all slots after the last record.
    others: Arc<BTreeMap<usize, Slot>>,
}

impl<S: Content, E: Content> Bytes<S, E> {
    /// Two marks and no records. The log grows from this sequence, which must be empty.
    pub(super) fn new(entries: Seq<E>) -> Bytes<S, E> {
        Bytes { written: Written::new(entries), synced: 0, others: Arc::default() }
    }

    /// How many slots there are.
    pub(super) fn len(&self) -> usize {
        let last = self.others.last_key_value().map_or(0, |(last, _)| last + 1);
        self.end().max(last)
    }

    /// The slot of the next record: after the last one.
    pub(super) fn end(&self) -> usize {
        MARKS + self.records() as usize
    }

    /// How many records were written. What a crash left after them does not count.
    pub(super) fn records(&self) -> u32 {
        self.written.count()
    }

    /// How many of them are synced.
    pub(super) fn synced(&self) -> u32 {
        self.synced
    }

    /// What the next record has to know of the last one.
    pub(super) fn last(&self) -> Before {
        self.written.last_of(self.records())
    }

    /// The records as they were written.
    pub(super) fn written(&self) -> &Written<S, E> {
        &self.written
    }

    /// Whether every mark and every record is as it was written.
    pub(super) fn is_whole(&self) -> bool {
        self.others.first_key_value().is_none_or(|(first, _)| *first >= self.end())
    }

    /// A slot; none beyond the last one.
    pub(super) fn get(&self, number: usize) -> Option<Slot> {
        self.others.get(&number).copied().or_else(|| self.written_at(number))
    }

    /// All slots from this one on.
    pub(super) fn from(&self, number: usize) -> impl Iterator<Item = Slot> + '_ {
        let written = (number..).zip(self.written_from(number));
        let now = |(number, written)| self.others.get(&number).copied().unwrap_or(written);
        let behind = self.others.range(self.end().max(number)..).map(|(_, slot)| *slot);
        written.map(now).chain(behind)
    }

    /// What was written into a slot, whatever is there now.
    pub(super) fn written_at(&self, number: usize) -> Option<Slot> {
        match self.marks().get(number) {
            Some(mark) => Some(*mark),
            None => self.written_from(number).next(),
        }
    }

    /// What was written into each slot from this one on.
    pub(super) fn written_from(&self, number: usize) -> impl Iterator<Item = Slot> + use<S, E> {
        let marks = self.marks().into_iter().skip(number);
        let count = self.records().min(number.saturating_sub(MARKS) as u32);
        marks.chain(self.written.slots_behind(count))
    }

    /// The marks as they were written.
    pub(super) fn marks(&self) -> [Slot; MARKS] {
        let Before { number: synced, identity: last, crc } = self.written.last_of(self.synced);
        [record::write_mark(SyncMark { synced, last, crc: crc.unwrap_or(0) }); MARKS]
    }

    /// Writes records after the last one, over what a crash left there.
    pub(super) fn write(&mut self, change: &Change<S, E>) {
        self.cut_others(self.end());
        self.written.write(change);
    }

    /// Rewrites the disk with what still counts only, and syncs it.
    /// Every slot must hold what was written there.
    pub(super) fn rewrite(&mut self) {
        self.written.rewrite();
        self.others = Arc::default();
        self.sync();
    }

    /// Writes one record after the last one. It must fit the log.
    pub(super) fn push(&mut self, record: &Record<S, E>) {
        self.cut_others(self.end());
        self.written.push(record);
    }

    /// Writes the marks: all records are synced.
    pub(super) fn sync(&mut self) {
        self.synced = self.records();
        if !self.others.is_empty() {
            Arc::make_mut(&mut self.others).retain(|number, _| *number >= MARKS);
        }
    }

    /// Overwrites a slot, or adds one after all others.
    pub(super) fn put(&mut self, number: usize, slot: Slot) {
        debug_assert!(number <= self.len(), "there are no holes");
        Arc::make_mut(&mut self.others).insert(number, slot);
    }

    /// Cuts the disk to this many slots, marks included, and returns the rest. The marks always
    /// stay.
    pub(super) fn cut(&mut self, length: usize) -> Vec<Slot> {
        let length = length.max(MARKS);
        let gone = self.from(length).collect();
        self.written.cut((length - MARKS) as u32);
        self.synced = self.synced.min(self.records());
        self.cut_others(length);
        gone
    }

    fn cut_others(&mut self, length: usize) {
        if self.others.last_key_value().is_some_and(|(last, _)| *last >= length) {
            Arc::make_mut(&mut self.others).split_off(&length);
        }
    }

    /// How many bytes there are.
    pub(super) fn bytes(&self) -> u64 {
        (self.len() * SLOT) as u64
    }
}
