//! Reading a disk from its bytes, and from nothing else.
//!
//! The marks say how many records are synced. All of those must be there. One that is damaged,
//! missing, or replaced by an old one is a [`LostRecord`]; it is never treated as absent. What
//! comes after them is the tail, and nothing in it was acknowledged. The reader keeps the records
//! of the tail that are whole and in order, and cuts the rest off.
//!
//! A lost record matters unless a later one replaces it: an entry may have been deleted and written
//! again, and only the last state and the last snapshot count. A damaged truncation is not lost,
//! because its header says everything.
//!
//! Bytes that still are what was written read as what was written, so reading may begin after them,
//! at a checkpoint.
//!
//! [`Policy`] decides what follows from lost records. A further policy that asks the other nodes
//! for them would need the index and term of each lost entry: they are in
//! [`DiskContents::lost_records`].

use std::collections::BTreeMap;
use std::iter::Peekable;

use crate::seq::Seq;

use super::fault::{Fault, LostRecord, SlotDefect};
use super::record::{self, BLANK, Base, Before, Content, Identity, Kind, Record, Slot, SyncMark};

/// What a starting node does about lost records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// It does not start, and reports the first lost record. This is safe.
    #[default]
    Halt,
    /// It takes the log to end before the first record that is not whole or not in order, as if
    /// nothing had ever been written after it, and ignores the marks. Many systems did that. It is
    /// unsafe, because it may delete what the node has acknowledged.
    Truncate,
}

impl Policy {
    /// The word for each policy.
    pub const WORDS: &[(&str, Policy)] = &[("halt", Policy::Halt), ("truncate", Policy::Truncate)];
}

/// A slot as it was read.
#[derive(Clone, Copy, Debug)]
pub struct ReadSlot<S, E> {
    /// The number that the slot's record has to have, from 1.
    pub number: u32,
    /// The slot's bytes.
    pub slot: Slot,
    /// Which part of the log the slot belongs to.
    pub place: LogPart,
    /// The record that it holds, or why it holds none.
    pub reading: Result<Record<S, E>, SlotDefect>,
    /// Which record it is, if that is known.
    pub identity: Option<Identity>,
}

/// The parts of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogPart {
    /// Synced: the record must be there.
    Synced,
    /// After the synced part, whole and in order.
    Tail,
    /// After the end of the log: not whole, or not in order.
    Torn,
}

/// The result of the records up to some point, from which reading can continue. None of these
/// records is lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Checkpoint<S, E> {
    /// The last of these records.
    pub(super) last: Before,
    /// The state so far.
    pub(super) state: S,
    /// The latest snapshot so far, after which the log begins.
    pub(super) base: Option<Base>,
    /// The log so far.
    pub(super) entries: Seq<E>,
}

/// What the bytes of a disk say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskContents<S, E: Clone> {
    /// The two marks; none where a mark is damaged.
    pub marks: [Option<SyncMark>; 2],
    /// The last state.
    pub state: S,
    /// The last snapshot, after which the log begins; none if it begins at index 1.
    pub base: Option<Base>,
    /// The log. It has a placeholder for each lost entry.
    pub entries: Seq<E>,
    /// How many records the log consists of, lost ones included.
    pub records: u32,
    /// The lost records that matter, in order.
    pub lost_records: Vec<LostRecord>,
    /// Whether there is anything after the log's end.
    pub torn: bool,
    /// The last record of the log.
    pub last: Before,
}

/// Reads all slots, the marks first. `see` is shown every slot of a record.
pub fn read<S: Content, E: Content>(
    slots: impl Iterator<Item = Slot>,
    policy: Policy,
    see: impl FnMut(ReadSlot<S, E>),
) -> DiskContents<S, E> {
    read_on(Checkpoint::default(), slots, policy, see)
}

/// Reads the marks and the slots after a checkpoint.
pub(super) fn read_on<S: Content, E: Content>(
    checkpoint: Checkpoint<S, E>,
    slots: impl Iterator<Item = Slot>,
    policy: Policy,
    mut see: impl FnMut(ReadSlot<S, E>),
) -> DiskContents<S, E> {
    let mut slots = slots.peekable();
    let marks = [(); 2].map(|()| slots.next().and_then(|slot| record::mark(&slot)));
    let mark = marks.iter().flatten().max_by_key(|mark| mark.synced).copied().unwrap_or_default();
    let Checkpoint { last: mut before, state, base, entries } = checkpoint;
    let mut last = before;
    let mut fold = Replay::new(state, base, entries);
    let (mut ended, mut torn) = (false, false);
    for number in before.number + 1.. {
        // [`Policy::Truncate`] ignores the marks.
        let synced = policy == Policy::Halt && number <= mark.synced;
        let Some(slot) = slots.next() else {
            if synced {
                let identity = (number == mark.synced).then_some(mark.last).flatten();
                fold.wound(LostRecord { number, identity, defect: SlotDefect::Missing });
            }
            break;
        };
        let (reading, own_identity) = examine(&slot, number, before);
        // No synced record follows the last one to hold its checksum; the marks hold it.
        let meant = |crc| !synced || number < mark.synced || crc == mark.crc;
        let crc = match &reading {
            Ok((record, crc)) if !ended && meant(*crc) && fold.apply(record) => Some(*crc),
            _ => None,
        };
        let reading = match reading {
            Ok(_) if synced && crc.is_none() => Err(SlotDefect::Stale(number)),
            reading => reading.map(|(record, _)| record),
        };
        ended |= !synced && crc.is_none();
        torn |= ended && slot != BLANK;
        let told = |mark: SyncMark| if number == mark.synced { mark.last } else { None };
        let identity = match reading {
            // Two records that do not fit each other do not tell which of them is wrong.
            Err(SlotDefect::Stale(holds)) if holds == number => None,
            _ => own_identity.or_else(|| told_by_next(&mut slots, number)).or_else(|| told(mark)),
        };
        if let (true, Err(defect)) = (synced, reading) {
            fold.wound(LostRecord { number, identity, defect });
        }
        let place = match ended {
            true => LogPart::Torn,
            false if number <= mark.synced => LogPart::Synced,
            false => LogPart::Tail,
        };
        before = Before { number, identity, crc };
        if !ended {
            last = before;
        }
        see(ReadSlot { number, slot, place, reading, identity });
    }
    let (records, lost_records) = (last.number, fold.lost_records());
    let Replay { state, base, entries, .. } = fold;
    DiskContents { marks, state, base, entries, records, lost_records, torn, last }
}

/// Reads what a starting node finds.
///
/// # Errors
/// What is lost, if the policy does not let the node start without it.
pub fn recover<S: Content, E: Content>(
    slots: impl Iterator<Item = Slot>,
    policy: Policy,
) -> Result<DiskContents<S, E>, Fault> {
    judge(read(slots, policy, |_| {}), policy)
}

/// Applies a policy to what was read.
pub(super) fn judge<S, E: Clone>(
    found: DiskContents<S, E>,
    policy: Policy,
) -> Result<DiskContents<S, E>, Fault> {
    match policy {
        Policy::Halt if found.marks == [None, None] => Err(Fault::Unmarked),
        Policy::Halt => match found.lost_records.first() {
            Some(&wound) => Err(Fault::Unreadable(wound)),
            None => Ok(found),
        },
        Policy::Truncate => Ok(found),
    }
}

type SlotResult<S, E> = (Result<(Record<S, E>, u32), SlotDefect>, Option<Identity>);

/// The record in a slot with its checksum, or why there is none; and the record's identity, if the
/// slot says it.
fn examine<S: Content, E: Content>(slot: &Slot, number: u32, before: Before) -> SlotResult<S, E> {
    let Some(header) = record::header(slot) else {
        let defect = if *slot == BLANK { SlotDefect::Missing } else { SlotDefect::Damaged };
        return (Err(defect), None);
    };
    if header.number != number || before.crc.is_some_and(|crc| crc != header.before_crc) {
        return (Err(SlotDefect::Stale(header.number)), None);
    }
    (record::content(slot, &header).ok_or(SlotDefect::Damaged), Some(header.identity))
}

/// The record's identity, as the next record's header has it.
fn told_by_next(slots: &mut Peekable<impl Iterator<Item = Slot>>, number: u32) -> Option<Identity> {
    let header = record::header(slots.peek()?)?;
    header.before.filter(|_| header.number.checked_sub(1) == Some(number))
}

/// Makes a log begin where a snapshot says. `last` is the term of the log's entry at the snapshot's
/// index, if it has one. Returns whether the entries after that stay: if the terms differ, they
/// belong to another history.
pub(super) fn begin_behind<E: Content>(
    base: Base,
    last: Option<u32>,
    entries: &mut Seq<E>,
) -> bool {
    let start = base.base_index as usize;
    let stay = last == Some(base.term);
    if stay {
        entries.forget_before(start);
    } else {
        *entries = entries.emptied_at(start);
    }
    stay
}

/// The result of the records up to some point.
struct Replay<S, E: Clone> {
    state: S,
    base: Option<Base>,
    entries: Seq<E>,
    state_wound: Option<LostRecord>,
    base_wound: Option<LostRecord>,
    /// The lost entries, by index.
    entry_wounds: BTreeMap<u32, LostRecord>,
    /// Lost records that nothing identifies, or that do not fit where they are.
    other_wounds: Vec<LostRecord>,
}

impl<S: Content, E: Content> Replay<S, E> {
    fn new(state: S, base: Option<Base>, entries: Seq<E>) -> Replay<S, E> {
        Replay {
            state,
            base,
            entries,
            state_wound: None,
            base_wound: None,
            entry_wounds: BTreeMap::new(),
            other_wounds: Vec::new(),
        }
    }

    fn next_index(&self) -> u32 {
        self.entries.end() as u32 + 1
    }

    /// Whether a record with this identity can come next.
    fn fits(&self, Identity { kind, index, .. }: Identity) -> bool {
        match kind {
            Kind::State => true,
            Kind::Entry => index == self.next_index(),
            Kind::Truncation => {
                (self.entries.start() as u32 + 1..=self.next_index()).contains(&index)
            }
            Kind::Snapshot => (self.entries.start() as u32 + 1..u32::MAX).contains(&index),
        }
    }

    /// Adds a record; false if it cannot come next.
    fn apply(&mut self, record: &Record<S, E>) -> bool {
        if !self.fits(record.identity()) {
            return false;
        }
        match *record {
            Record::State(state) => {
                self.state = state;
                self.state_wound = None;
            }
            Record::Entry(_, entry) => self.entries.push(entry),
            Record::Truncation(from) => self.truncate(from),
            Record::Snapshot(base) => {
                self.begin_behind(base);
                self.base_wound = None;
            }
        }
        true
    }

    fn truncate(&mut self, from: u32) {
        self.entries.truncate(from as usize - 1);
        self.lost_entries_matter(|index| index < from);
    }

    /// Makes the log begin after a snapshot.
    fn begin_behind(&mut self, base: Base) {
        let stay = begin_behind(base, self.term_at(base.index), &mut self.entries);
        self.base = Some(base);
        self.lost_entries_matter(|index| stay && index > base.base_index);
    }

    /// The term of an entry. Of a lost entry, its identity gives the term.
    fn term_at(&self, index: u32) -> Option<u32> {
        let lost = self.entry_wounds.get(&index).and_then(|wound| wound.identity);
        let entry = || self.entries.get(index as usize - 1).map(Content::term);
        lost.map(|identity| identity.term).or_else(entry)
    }

    /// From here on, only the lost entries with these indices matter.
    fn lost_entries_matter(&mut self, matters: impl Fn(u32) -> bool) {
        self.entry_wounds.retain(|index, _| matters(*index));
        self.other_wounds.retain(|wound| match wound.identity {
            Some(Identity { kind: Kind::Entry, index, .. }) => matters(index),
            _ => true,
        });
    }

    /// Adds a lost record.
    fn wound(&mut self, wound: LostRecord) {
        let Some(identity) = wound.identity.filter(|identity| self.fits(*identity)) else {
            return self.other_wounds.push(wound);
        };
        let Identity { kind, index, term } = identity;
        match kind {
            Kind::State => self.state_wound = Some(wound),
            Kind::Entry => {
                self.entries.push(E::default());
                self.entry_wounds.insert(index, wound);
            }
            Kind::Truncation => self.truncate(index),
            Kind::Snapshot => {
                let (base_index, base_term) = (index, term);
                self.begin_behind(Base { index, term, base_index, base_term, handle: 0 });
                self.base_wound = Some(wound);
            }
        }
    }

    fn lost_records(&self) -> Vec<LostRecord> {
        let mut all: Vec<LostRecord> =
            self.entry_wounds.values().chain(&self.other_wounds).copied().collect();
        all.extend(self.state_wound);
        all.extend(self.base_wound);
        all.sort_unstable_by_key(|wound| wound.number);
        all
    }
}
