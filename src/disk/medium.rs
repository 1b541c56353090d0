//! The bytes on the medium, and what can be read of them.
//!
//! The bytes are the truth. What cannot be read any more is what [`recovery`] finds in them. It is
//! computed when somebody asks, and kept until the bytes change. As long as every slot holds what
//! was written there, nobody needs to read the bytes: what was written says the result.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use crate::seq::Seq;

use super::bytes::Bytes;
use super::change::Change;
use super::fault::{Fault, Unreadable};
use super::record::{self, BLANK, Content, Identity, Kind, MARKS, Slot};
use super::recovery::{self, Checkpoint, DiskContents, LogPart, Policy, ReadSlot};

/// The bytes, and what cannot be read of them.
#[derive(Clone, Debug)]
pub(super) struct Medium<S: Clone, E: Clone> {
    bytes: Bytes<S, E>,
    /// What cannot be read, if somebody has asked since the bytes last changed.
    unreadable: OnceLock<Arc<Unreadable>>,
}

/// The cached answer does not count.
impl<S: Clone + Hash, E: Clone + Hash> Hash for Medium<S, E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Medium { bytes, unreadable: _ } = self;
        bytes.hash(state);
    }
}

static HEALTHY: Unreadable = Unreadable {
    entries: BTreeSet::new(),
    state: false,
    marks: Vec::new(),
    lost: Vec::new(),
    old: Vec::new(),
};

impl<S: Content, E: Content> Medium<S, E> {
    /// A medium with its marks and no records. The log grows from this sequence, which must be
    /// empty.
    pub(super) fn new(entries: Seq<E>) -> Medium<S, E> {
        Medium { bytes: Bytes::new(entries), unreadable: OnceLock::new() }
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> &Bytes<S, E> {
        &self.bytes
    }

    /// The bytes, to be changed. The cached answer is dropped.
    fn bytes_mut(&mut self) -> &mut Bytes<S, E> {
        self.unreadable.take();
        &mut self.bytes
    }

    /// Whether there is anything after the last record.
    pub(super) fn has_tail(&self) -> bool {
        self.bytes.len() > self.bytes.end()
    }

    /// Writes a change and syncs it.
    pub(super) fn write(&mut self, change: &Change<S, E>) {
        let bytes = self.bytes_mut();
        bytes.write(change);
        bytes.sync();
        // What a snapshot has replaced is freed, unless something is damaged: that stays as it is.
        if change.snapshot.is_some() && bytes.is_whole() {
            bytes.rewrite();
        }
    }

    /// Loses a change: the marks count its records as synced, but none of their bytes is written.
    pub(super) fn lose(&mut self, change: &Change<S, E>) {
        let first = self.bytes.end();
        let bytes = self.bytes_mut();
        bytes.write(change);
        bytes.sync();
        let end = bytes.end();
        (first..end).for_each(|number| bytes.put(number, BLANK));
    }

    /// A crash leaves bytes after the last record. Those that form whole records, in order, belong
    /// to the log now.
    pub(super) fn leave_tail(&mut self, tail: &[Slot]) {
        let length = tail.iter().rposition(|slot| *slot != BLANK).map_or(0, |last| last + 1);
        if length == 0 {
            return;
        }
        let (records, end) = (self.bytes.records(), self.bytes.end());
        self.replace_tail(end, &tail[..length]);
        let mut kept = Vec::new();
        self.read(Policy::Halt, |seen| {
            if seen.number > records && seen.place == LogPart::Tail {
                kept.extend(seen.reading);
            }
        });
        let bytes = self.bytes_mut();
        let left = bytes.cut(end);
        kept.iter().for_each(|record| bytes.push(record));
        self.replace_tail(end + kept.len(), &left[kept.len()..]);
    }

    /// Replaces everything from this slot on by these bytes, which do not count as written records.
    fn replace_tail(&mut self, end: usize, tail: &[Slot]) {
        let bytes = self.bytes_mut();
        bytes.cut(end);
        (end..).zip(tail).for_each(|(number, slot)| bytes.put(number, *slot));
    }

    /// Overwrites a slot. If this damages a record that a crash left and that was never synced, the
    /// log now ends before it.
    pub(super) fn put(&mut self, number: usize, slot: Slot) {
        self.bytes_mut().put(number, slot);
        if number < self.bytes.end() {
            let end = MARKS + self.read_as_synced(|_| {}).records as usize;
            if end < self.bytes.end() {
                let torn = self.bytes_mut().cut(end);
                self.replace_tail(end, &torn);
            }
        }
    }

    /// A start has found this much of the log good. The rest is cut off, and what remains is
    /// synced.
    pub(super) fn settle(&mut self, found: &DiskContents<S, E>) {
        let bytes = self.bytes_mut();
        bytes.cut(MARKS + found.records as usize);
        bytes.sync();
        if found.base.is_some() && bytes.is_whole() {
            bytes.rewrite();
        }
        debug_assert!(self.is_as_written(found), "what was read is what was written");
    }

    /// Reads what a starting node finds.
    ///
    /// # Errors
    /// What is lost, if the policy does not let the node start without it.
    pub(super) fn recover(&self, policy: Policy) -> Result<DiskContents<S, E>, Fault> {
        recovery::judge(self.read(policy, |_| {}), policy)
    }

    /// Reads the whole disk. `see` may be shown only the slots after the last record: as long as
    /// every slot before is as it was written, the result of those is known.
    fn read(&self, policy: Policy, see: impl FnMut(ReadSlot<S, E>)) -> DiskContents<S, E> {
        let bytes = &self.bytes;
        if !bytes.is_whole() {
            return recovery::read(bytes.from(0), policy, see);
        }
        let written = bytes.written();
        let (state, base, entries) = (written.state(), written.base(), written.entries().clone());
        let known = Checkpoint { last: bytes.last(), state, base, entries };
        let found = recovery::read_on(
            known,
            bytes.marks().into_iter().chain(bytes.from(bytes.end())),
            policy,
            see,
        );
        debug_assert!(
            found == recovery::read(bytes.from(0), policy, |_| {}),
            "it reads as it was written"
        );
        found
    }

    /// Reads the whole disk as if both marks were whole. The code that writes the marks knows what
    /// is synced and rewrites them with the next record, so a damaged mark alone loses nothing.
    fn read_as_synced(&self, see: impl FnMut(ReadSlot<S, E>)) -> DiskContents<S, E> {
        let slots = self.bytes.marks().into_iter().chain(self.bytes.from(MARKS));
        recovery::read(slots, Policy::Halt, see)
    }

    fn is_as_written(&self, found: &DiskContents<S, E>) -> bool {
        let written = self.bytes.written();
        found.entries == *written.entries()
            && (found.state, found.base) == (written.state(), written.base())
    }

    /// What cannot be read any more.
    pub(super) fn unreadable(&self) -> &Unreadable {
        match self.bytes.is_whole() {
            true => &HEALTHY,
            false => self.unreadable.get_or_init(|| Arc::new(self.look())),
        }
    }

    fn look(&self) -> Unreadable {
        let mut unread = BTreeSet::new();
        let found = self.read_as_synced(|seen| {
            if seen.place == LogPart::Synced && seen.reading.is_err() {
                unread.insert(seen.number);
            }
        });
        let mut unreadable = Unreadable::default();
        for wound in &found.lost_records {
            unread.remove(&wound.number);
            match wound.identity {
                Some(Identity { kind: Kind::State, .. }) => unreadable.state = true,
                Some(Identity { kind: Kind::Entry, index, .. }) => {
                    _ = unreadable.entries.insert(index as usize)
                }
                Some(Identity { kind: Kind::Truncation | Kind::Snapshot, .. }) | None => {
                    unreadable.lost.push(wound.number);
                }
            }
        }
        unreadable.old = unread.into_iter().collect();
        let is_broken =
            |nth: &usize| self.bytes.get(nth - 1).is_none_or(|slot| record::mark(&slot).is_none());
        unreadable.marks = (1..=MARKS).filter(is_broken).collect();
        if unreadable.marks.len() == MARKS {
            (unreadable.lost, unreadable.old) = (Vec::new(), Vec::new());
        }
        unreadable
    }
}
