//! What is on the medium, and what can be read of it.
//!
//! The bytes are the truth. What cannot be read any more is what [`recovery`] finds in them, asked
//! when somebody wants to know and remembered until the bytes change. As long as every slot holds
//! what was written there, nobody needs to read: it says what the records come to.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use crate::seq::Seq;

use super::bytes::Bytes;
use super::change::Change;
use super::fault::{Fault, Unreadable};
use super::record::{self, BLANK, Content, Identity, Kind, MARKS, Slot};
use super::recovery::{self, Checkpoint, DiskContents, LogPart, Policy, ReadSlot};

/// Bytes, and what is known of them.
#[derive(Clone, Debug)]
pub(super) struct Medium<S: Clone, E: Clone> {
    bytes: Bytes<S, E>,
    /// What cannot be read of them, once somebody has asked.
    ailing: OnceLock<Arc<Unreadable>>,
}

/// What was asked is no part of what it is.
impl<S: Clone + Hash, E: Clone + Hash> Hash for Medium<S, E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Medium { bytes, ailing: _ } = self;
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
    /// An empty medium with its marks, and the empty sequence that its log grows from.
    pub(super) fn new(entries: Seq<E>) -> Medium<S, E> {
        Medium { bytes: Bytes::new(entries), ailing: OnceLock::new() }
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> &Bytes<S, E> {
        &self.bytes
    }

    /// The same, to be changed: what was known of them is forgotten.
    fn bytes_mut(&mut self) -> &mut Bytes<S, E> {
        self.ailing.take();
        &mut self.bytes
    }

    /// Whether something lies behind the last record.
    pub(super) fn has_tail(&self) -> bool {
        self.bytes.len() > self.bytes.end()
    }

    /// Writes a change and syncs it.
    pub(super) fn write(&mut self, change: &Change<S, E>) {
        let bytes = self.bytes_mut();
        bytes.write(change);
        bytes.sync();
    }

    /// The same, but nothing of it gets there; only the marks tell of it.
    pub(super) fn lose(&mut self, change: &Change<S, E>) {
        let first = self.bytes.end();
        self.write(change);
        let end = self.bytes.end();
        let bytes = self.bytes_mut();
        (first..end).for_each(|number| bytes.put(number, BLANK));
    }

    /// A crash leaves bytes behind the last record: what is whole and in order belongs to the log
    /// now.
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

    /// From this slot on there is nothing else than these bytes, which nobody has written as
    /// records.
    fn replace_tail(&mut self, end: usize, tail: &[Slot]) {
        let bytes = self.bytes_mut();
        bytes.cut(end);
        (end..).zip(tail).for_each(|(number, slot)| bytes.put(number, *slot));
    }

    /// Something else gets into a slot. A record that a crash had left, and that was never synced,
    /// is torn by that: it is a part of the log no more, nor is what lies behind it.
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

    /// A start has found this: so much of the log is good, and what lies behind it goes. Now it is
    /// synced.
    pub(super) fn settle(&mut self, found: &DiskContents<S, E>) {
        let bytes = self.bytes_mut();
        bytes.cut(MARKS + found.records as usize);
        bytes.sync();
        debug_assert!(self.is_as_written(found), "what was read is what was written");
    }

    /// What a node finds that starts.
    ///
    /// # Errors
    /// What is lost, if the node must not go on without.
    pub(super) fn recover(&self, policy: Policy) -> Result<DiskContents<S, E>, Fault> {
        recovery::judge(self.read(policy, |_| {}), policy)
    }

    /// Reads everything. `see` may be shown only what lies behind the last record: as long as every
    /// slot before that is as it was written, what those come to is known.
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

    /// Reads everything as if the marks were whole. Whoever writes them knows what is synced and
    /// writes them anew with the next record: what is lost without them is another matter.
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
    pub(super) fn ailing(&self) -> &Unreadable {
        match self.bytes.is_whole() {
            true => &HEALTHY,
            false => self.ailing.get_or_init(|| Arc::new(self.look())),
        }
    }

    fn look(&self) -> Unreadable {
        let mut unread = BTreeSet::new();
        let found = self.read_as_synced(|seen| {
            if seen.place == LogPart::Synced && seen.reading.is_err() {
                unread.insert(seen.number);
            }
        });
        let mut ailing = Unreadable::default();
        for wound in &found.wounds {
            unread.remove(&wound.number);
            match wound.identity {
                Some(Identity { kind: Kind::State, .. }) => ailing.state = true,
                Some(Identity { kind: Kind::Entry, index, .. }) => {
                    _ = ailing.entries.insert(index as usize)
                }
                Some(Identity { kind: Kind::Truncation | Kind::Snapshot, .. }) | None => {
                    ailing.lost.push(wound.number);
                }
            }
        }
        ailing.old = unread.into_iter().collect();
        let is_broken =
            |nth: &usize| self.bytes.get(nth - 1).is_none_or(|slot| record::mark(&slot).is_none());
        ailing.marks = (1..=MARKS).filter(is_broken).collect();
        if ailing.marks.len() == MARKS {
            (ailing.lost, ailing.old) = (Vec::new(), Vec::new());
        }
        ailing
    }
}
