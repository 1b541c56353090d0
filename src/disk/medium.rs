//! What is on the medium.
//!
//! The bytes follow from the records, so the records are kept, in as little room as may be, and become bytes when
//! somebody looks at these: a fault, a listing, a start. What the bytes are otherwise than they were written is kept beside
//! them. The latest state and the log are kept as well, because everybody asks for them all the time.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::seq::{Pool, Seq};

use super::Change;
use super::fault::{Ailing, Fault, Wound};
use super::record::{self, BLANK, Before, Content, Kind, MARKS, Mark, Record, SLOT, Slot};
use super::recovery::{self, Checkpoint, Found, Policy, Seen};

/// Records in a row, the log's present entries left out: those are in the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Run<S, E> {
    State(S),
    /// So many entries.
    Entries(u32),
    /// What the truncation dropped, so that older records can still be told.
    Truncation {
        from: u32,
        dropped: Arc<[E]>,
    },
}

/// Records that reached the medium, and what has become of their bytes since.
#[derive(Clone, Debug)]
pub(super) struct Medium<S: Clone, E: Clone> {
    runs: Seq<Run<S, E>>,
    /// How many records.
    records: u32,
    /// How many of them the marks vouch for.
    synced: u32,
    state: S,
    entries: Seq<E>,
    /// None as long as the bytes are what was written.
    harm: Option<Arc<Harm>>,
}

/// How the bytes differ from what was written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Harm {
    /// Slots that hold something else, counted from the first mark.
    slots: BTreeMap<usize, Slot>,
    /// What lies behind the last record.
    tail: Vec<Slot>,
    /// Entries that are lost, by index.
    entries: BTreeSet<usize>,
    /// Whether the latest state is lost.
    state: bool,
}

impl<S: Clone + Hash, E: Clone + Hash> Hash for Medium<S, E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Medium { runs, records, synced, state: latest, entries, harm } = self;
        (runs, records, synced, latest, entries, harm).hash(state);
    }
}

static NONE: BTreeSet<usize> = BTreeSet::new();

impl<S: Content, E: Content> Medium<S, E> {
    /// An empty medium with its marks.
    pub(super) fn new() -> Medium<S, E> {
        Medium {
            runs: Seq::new(),
            records: 0,
            synced: 0,
            state: S::default(),
            entries: Seq::new(),
            harm: None,
        }
    }

    /// The latest state and the log.
    pub(super) fn durable(&self) -> (S, &Seq<E>) {
        (self.state, &self.entries)
    }

    pub(super) fn share(&mut self, pool: &mut Pool<E>) {
        pool.share(&mut self.entries);
    }

    /// How many records there are.
    pub(super) fn records(&self) -> u32 {
        self.records
    }

    /// How many of them the marks vouch for.
    pub(super) fn synced(&self) -> u32 {
        self.synced
    }

    /// Whether something lies behind the last record.
    pub(super) fn has_tail(&self) -> bool {
        self.harm.as_ref().is_some_and(|harm| !harm.tail.is_empty())
    }

    /// The entries that are lost.
    pub(super) fn damaged(&self) -> &BTreeSet<usize> {
        self.harm.as_ref().map_or(&NONE, |harm| &harm.entries)
    }

    /// Whether the latest state is lost.
    pub(super) fn state_damaged(&self) -> bool {
        self.harm.as_ref().is_some_and(|harm| harm.state)
    }

    /// What cannot be read besides these.
    pub(super) fn ailing(&self) -> Ailing {
        if self.harm.as_ref().is_none_or(|harm| harm.slots.is_empty()) {
            return Ailing::default();
        }
        let mut unread = BTreeSet::new();
        let found = self.read(|seen| {
            if seen.place == recovery::Place::Synced && seen.reading.is_err() {
                unread.insert(seen.number);
            }
        });
        let named = |wound: &Wound| {
            wound.identity.is_some_and(|identity| match identity.kind {
                Kind::State => self.state_damaged(),
                Kind::Entry => self.damaged().contains(&(identity.index as usize)),
                Kind::Truncation => false,
            })
        };
        found.wounds.iter().for_each(|wound| _ = unread.remove(&wound.number));
        let broken = found.marks.iter().zip(1..).filter(|(mark, _)| mark.is_none());
        Ailing {
            marks: broken.map(|(_, nth)| nth).collect(),
            lost: found.wounds.iter().filter(|wound| !named(wound)).map(|wound| wound.number).collect(),
            old: unread.into_iter().collect(),
        }
    }

    /// Writes a change and syncs it.
    pub(super) fn write(&mut self, change: &Change<S, E>) {
        if let Some(state) = change.state {
            self.push_state(state);
        }
        if let Some(keep) = change.keep {
            self.push_truncation(keep);
        }
        if let Some(entries) = &change.append {
            self.push_entries(entries);
        }
        self.synced = self.records;
        if let Some(harm) = &mut self.harm {
            // The marks are written anew.
            let harm = Arc::make_mut(harm);
            harm.slots.retain(|slot, _| *slot >= MARKS);
            self.drop_harm_if_none();
        }
    }

    /// The same, but nothing of it gets there; only the marks tell of it.
    pub(super) fn lose(&mut self, change: &Change<S, E>) {
        let first = self.records as usize;
        self.write(change);
        let lost = MARKS + first..MARKS + self.records as usize;
        self.harm().slots.extend(lost.map(|slot| (slot, BLANK)));
        self.look_for_harm();
    }

    /// Writes one record and does not sync it.
    fn push(&mut self, record: &Record<S, E>) {
        match *record {
            Record::State(state) => self.push_state(state),
            Record::Entry(_, entry) => self.push_entries(&[entry]),
            Record::Truncation(from) => self.push_truncation(from as usize - 1),
        }
    }

    fn push_state(&mut self, state: S) {
        self.state = state;
        self.runs.push(Run::State(state));
        self.records += 1;
        if let Some(harm) = self.harm.as_mut().filter(|harm| harm.state) {
            Arc::make_mut(harm).state = false;
        }
    }

    fn push_truncation(&mut self, keep: usize) {
        let dropped = self.entries.iter_from(keep).copied().collect();
        self.entries.truncate(keep);
        self.runs.push(Run::Truncation { from: keep as u32 + 1, dropped });
        self.records += 1;
        if let Some(harm) = &mut self.harm {
            Arc::make_mut(harm).entries.split_off(&(keep + 1));
        }
    }

    fn push_entries(&mut self, entries: &[E]) {
        self.entries.extend(entries.iter().copied());
        let count = entries.len() as u32;
        let last = self.runs.len().checked_sub(1);
        match last.and_then(|last| self.runs.get_mut(last)) {
            Some(Run::Entries(before)) => *before += count,
            _ => self.runs.push(Run::Entries(count)),
        }
        self.records += count;
    }

    /// All records, in order.
    pub(super) fn all_records(&self) -> Vec<Record<S, E>> {
        self.records_behind(0)
    }

    /// All records but the first so many, in order.
    fn records_behind(&self, skipped: u32) -> Vec<Record<S, E>> {
        let wanted = self.records.saturating_sub(skipped) as usize;
        let mut records = Vec::with_capacity(wanted);
        let mut log = self.entries.clone();
        // The latest first: only there is it known what the log was.
        for run in (0..self.runs.len()).rev().filter_map(|position| self.runs.get(position)) {
            if records.len() == wanted {
                break;
            }
            match run {
                Run::State(state) => records.push(Record::State(*state)),
                Run::Entries(count) => {
                    let first = log.len() - (*count as usize).min(wanted - records.len());
                    let start = records.len();
                    records.extend(
                        (first as u32 + 1..)
                            .zip(log.iter_from(first))
                            .map(|(index, entry)| Record::Entry(index, *entry)),
                    );
                    records[start..].reverse();
                    log.truncate(first);
                }
                Run::Truncation { from, dropped } => {
                    records.push(Record::Truncation(*from));
                    log.extend(dropped.iter().copied());
                }
            }
        }
        records.reverse();
        records
    }

    /// The bytes as they were written, slot by slot, the marks first.
    pub(super) fn slots_as_written(&self) -> impl Iterator<Item = Slot> + use<S, E> {
        let mut before = Before::default();
        let written = self.all_records().into_iter().map(move |record| {
            let (slot, this) = record::write(&record, before);
            before = this;
            slot
        });
        self.marks().into_iter().chain(written)
    }

    /// The marks as they were written.
    fn marks(&self) -> [Slot; MARKS] {
        let Before { number: synced, identity: last, crc } = self.after(self.synced);
        [record::write_mark(Mark { synced, last, crc: crc.unwrap_or(0) }); MARKS]
    }

    /// What lies behind the last record.
    fn tail(&self) -> impl Iterator<Item = Slot> + '_ {
        self.harm.as_deref().map_or(&[][..], |harm| &harm.tail).iter().copied()
    }

    /// The bytes as they are, slot by slot, the marks first.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        let harm = self.harm.as_deref();
        let now = move |(number, written)| {
            harm.and_then(|harm| harm.slots.get(&number)).copied().unwrap_or(written)
        };
        self.slots_as_written().enumerate().map(now).chain(self.tail())
    }

    /// Reads everything, and shows every record's slot.
    pub(super) fn read(&self, see: impl FnMut(Seen<S, E>)) -> Found<S, E> {
        recovery::read(self.slots(), Policy::Halt, see)
    }

    /// The same for a node that starts, and for whoever wants to know what a crash has left.
    ///
    /// As long as every record is as it was written, what they come to is known, and only what lies behind them is read.
    fn read_on(&self, policy: Policy, see: impl FnMut(Seen<S, E>)) -> Found<S, E> {
        if self.harm.as_ref().is_some_and(|harm| !harm.slots.is_empty()) {
            return recovery::read(self.slots(), policy, see);
        }
        let known = Checkpoint { last: self.end(), state: self.state, entries: self.entries.clone() };
        let found = recovery::read_on(known, self.marks().into_iter().chain(self.tail()), policy, see);
        debug_assert!(found == recovery::read(self.slots(), policy, |_| {}), "it reads as it was written");
        found
    }

    /// What a node finds that starts.
    ///
    /// # Errors
    /// What is lost, if the node must not go on without.
    pub(super) fn recover(&self, policy: Policy) -> Result<Found<S, E>, Fault> {
        recovery::judge(self.read_on(policy, |_| {}), policy)
    }

    /// What the next record has to know of the last one.
    pub(super) fn end(&self) -> Before {
        self.after(self.records)
    }

    /// What a record behind so many has to know of the last of these.
    fn after(&self, count: u32) -> Before {
        // A record's content checksum depends on its number and on the kind of the one before it: two are enough.
        let number = count.saturating_sub(2);
        let records = self.records_behind(number);
        let start = Before { number, ..Before::default() };
        let two = records.iter().take((count - number) as usize);
        two.fold(start, |before, record| record::write(record, before).1)
    }

    /// Bytes that a crash left behind the last record: what is whole and in order belongs to the log now.
    pub(super) fn leave_tail(&mut self, tail: &[Slot]) {
        let last = tail.iter().rposition(|slot| *slot != BLANK).map_or(0, |last| last + 1);
        if last == 0 {
            return;
        }
        self.harm().tail = tail[..last].to_vec();
        let records = self.records;
        let mut kept = Vec::new();
        self.read_on(Policy::Halt, |seen| {
            if seen.number > records && seen.place == recovery::Place::Tail {
                kept.extend(seen.reading);
            }
        });
        kept.iter().for_each(|record| self.push(record));
        self.harm().tail.drain(..kept.len());
        self.drop_harm_if_none();
    }

    /// A start has found this: so much of the log is good, and what lies behind it goes. Now it is synced.
    pub(super) fn settle(&mut self, found: &Found<S, E>) {
        if found.records < self.records {
            self.cut_to(found.records);
        }
        let end = MARKS + found.records as usize;
        self.synced = self.records;
        if let Some(harm) = &mut self.harm {
            let harm = Arc::make_mut(harm);
            harm.tail.clear();
            harm.slots.retain(|slot, _| (MARKS..end).contains(slot));
        }
        self.look_for_harm();
        debug_assert!(self.state == found.state && self.entries == found.entries, "read as it was written");
    }

    /// The number of the latest record that gave this: an entry, or the state.
    pub(super) fn number_of(&self, kind: Kind, index: u32) -> Option<u32> {
        let wanted = |record: &Record<S, E>| {
            let identity = record.identity();
            identity.kind == kind && identity.index == index
        };
        self.all_records().iter().rposition(wanted).map(|position| position as u32 + 1)
    }

    /// How many bytes there are.
    pub(super) fn bytes(&self) -> u64 {
        let tail = self.harm.as_ref().map_or(0, |harm| harm.tail.len());
        ((MARKS + self.records as usize + tail) * SLOT) as u64
    }

    /// Makes a byte another than was written; false if it is so already.
    pub(super) fn flip(&mut self, offset: u64) -> bool {
        let (number, at) = ((offset / SLOT as u64) as usize, (offset % SLOT as u64) as usize);
        let Some(mut slot) = self.slots().nth(number) else { return false };
        // What lies behind the last record was left there by a crash, not written.
        if self.slots_as_written().nth(number).is_some_and(|written| written[at] != slot[at]) {
            return false;
        }
        slot[at] = !slot[at];
        self.put(number, slot)
    }

    /// Puts other bytes into a slot, counted from the first mark; false if they are there already.
    pub(super) fn put(&mut self, number: usize, slot: Slot) -> bool {
        if self.slots().nth(number) == Some(slot) {
            return false;
        }
        let end = MARKS + self.records as usize;
        let harm = self.harm();
        match number.checked_sub(end) {
            Some(behind) => harm.tail[behind] = slot,
            None => _ = harm.slots.insert(number, slot),
        }
        self.look_for_harm();
        true
    }

    fn harm(&mut self) -> &mut Harm {
        Arc::make_mut(self.harm.get_or_insert_default())
    }

    /// Reads what is lost now.
    fn look_for_harm(&mut self) {
        if self.harm.is_none() {
            return;
        }
        let found = self.read(|_| {});
        if found.records < self.records {
            // A record that a crash had left, and that was never synced, is torn now.
            let slots: Vec<Slot> = self.slots().skip(MARKS + found.records as usize).collect();
            self.cut_to(found.records);
            let harm = self.harm();
            harm.slots.split_off(&(MARKS + found.records as usize));
            harm.tail = slots;
        }
        let lost =
            |kind| found.wounds.iter().filter_map(|wound| wound.identity).filter(move |it| it.kind == kind);
        let entries = lost(Kind::Entry).map(|identity| identity.index as usize).collect();
        let state = lost(Kind::State).next().is_some();
        let harm = self.harm();
        (harm.entries, harm.state) = (entries, state);
        self.drop_harm_if_none();
    }

    /// Forgets all records but the first so many.
    fn cut_to(&mut self, count: u32) {
        let mut records = self.all_records();
        records.truncate(count as usize);
        let (harm, synced) = (self.harm.take(), self.synced.min(count));
        *self = Medium { synced, ..Medium::new() };
        records.iter().for_each(|record| self.push(record));
        self.harm = harm;
    }

    fn drop_harm_if_none(&mut self) {
        if self.harm.as_ref().is_some_and(|harm| harm.slots.is_empty() && harm.tail.is_empty()) {
            self.harm = None;
        }
    }
}
