//! Reading a disk from its bytes, and from nothing else.
//!
//! The marks say how many records are synced. Those must all be there, and one that is not whole is
//! a [`LostRecord`]: damaged, missing, or an old one in its place. It is never taken for absent. What
//! stands after them was never promised to anybody: of that tail the reader keeps what is whole and
//! in order, and cuts the rest off.
//!
//! A wound counts as long as nothing later makes up for it: an entry that was dropped and written
//! again is whole, and of the states and snapshots only the last one counts. A damaged truncation
//! says in its header all there is to say.
//!
//! Bytes that nothing has touched read as what was written: reading may begin behind them, at a
//! checkpoint.
//!
//! What follows from wounds is a matter of [`Policy`]. A third one, which asks the other nodes for
//! what is lost here, needs the index and term of each lost entry; they are in [`DiskContents::wounds`].

use std::collections::BTreeMap;
use std::iter::Peekable;

use crate::seq::Seq;

use super::fault::{Fault, LostRecord, SlotDefect};
use super::record::{
    self, BLANK, Base, Before, CONTENT, Content, Identity, Kind, Record, Slot, SyncMark,
};

/// What a node that starts does about records that are lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Policy {
    /// It does not start, and says which record is lost. Safe.
    #[default]
    Halt,
    /// It takes the log to end before the first record that does not fit its checksum, as if
    /// nothing had ever stood there. Many systems did that, and it is unsafe: what was promised may
    /// be among what goes.
    Truncate,
}

impl Policy {
    /// Each policy with its word.
    pub const WORDS: &[(&str, Policy)] = &[("halt", Policy::Halt), ("truncate", Policy::Truncate)];
}

/// A slot, as the reader sees it.
#[derive(Clone, Copy, Debug)]
pub struct ReadSlot<S, E> {
    /// Which slot, counted from 1 at the first record.
    pub number: u32,
    /// Its bytes.
    pub slot: Slot,
    /// Whether it has to be there.
    pub place: LogPart,
    /// The record that it holds, or why it holds none.
    pub reading: Result<Record<S, E>, SlotDefect>,
    /// Which record it is, if that is known.
    pub identity: Option<Identity>,
}

/// Parts of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogPart {
    /// Synced: it must be there.
    Synced,
    /// Behind what is synced, whole and in order.
    Tail,
    /// Behind the end: not whole, or not in order.
    Torn,
}

/// What the records up to some point come to: reading can go on from there. Nothing in it was lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Checkpoint<S, E> {
    /// The last record before it.
    pub(super) last: Before,
    /// The state so far.
    pub(super) state: S,
    /// Where the log begins.
    pub(super) base: Option<Base>,
    /// The log so far.
    pub(super) entries: Seq<E>,
}

/// What the bytes say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiskContents<S, E: Clone> {
    /// The two marks; none where one is not whole.
    pub marks: [Option<SyncMark>; 2],
    /// The last state.
    pub state: S,
    /// The last snapshot, behind which the log begins; none if it begins at index 1.
    pub base: Option<Base>,
    /// The log. Where an entry is lost, something stands in its place.
    pub entries: Seq<E>,
    /// How many records the log has, lost ones included.
    pub records: u32,
    /// What is lost and matters, in order.
    pub wounds: Vec<LostRecord>,
    /// Whether there is something behind the end.
    pub torn: bool,
    /// The last record of the log.
    pub last: Before,
}

/// Reads all slots, marks first. `see` is shown every slot of a record.
pub fn read<S: Content, E: Content>(
    slots: impl Iterator<Item = Slot>,
    policy: Policy,
    see: impl FnMut(ReadSlot<S, E>),
) -> DiskContents<S, E> {
    read_on(Checkpoint::default(), slots, policy, see)
}

/// Reads the marks and the slots behind a checkpoint.
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
        // Those who truncate know of no marks.
        let synced = policy == Policy::Halt && number <= mark.synced;
        let Some(slot) = slots.next() else {
            if synced {
                let identity = (number == mark.synced).then_some(mark.last).flatten();
                fold.wound(LostRecord { number, identity, ill: SlotDefect::Missing });
            }
            break;
        };
        let (reading, own_identity) = examine(&slot, number, before);
        // The last synced record has none behind it that vouches for it; the marks do.
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
            // Of two records that do not belong together nobody can say which one is the stranger.
            Err(SlotDefect::Stale(holds)) if holds == number => None,
            _ => own_identity.or_else(|| told_by_next(&mut slots, number)).or_else(|| told(mark)),
        };
        if let (true, Err(ill)) = (synced, reading) {
            fold.wound(LostRecord { number, identity, ill });
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
    let (records, wounds) = (last.number, fold.wounds());
    let Replay { state, base, entries, .. } = fold;
    DiskContents { marks, state, base, entries, records, wounds, torn, last }
}

/// What a node finds when it starts, and how many records that are.
///
/// # Errors
/// What is lost, if it must not go on without.
pub fn recover<S: Content, E: Content>(
    slots: impl Iterator<Item = Slot>,
    policy: Policy,
) -> Result<DiskContents<S, E>, Fault> {
    judge(read(slots, policy, |_| {}), policy)
}

/// What a policy makes of what was found.
pub(super) fn judge<S, E: Clone>(
    found: DiskContents<S, E>,
    policy: Policy,
) -> Result<DiskContents<S, E>, Fault> {
    match policy {
        Policy::Halt if found.marks == [None, None] => Err(Fault::Unmarked),
        Policy::Halt => match found.wounds.first() {
            Some(&wound) => Err(Fault::Unreadable(wound)),
            None => Ok(found),
        },
        Policy::Truncate => Ok(found),
    }
}

type SlotResult<S, E> = (Result<(Record<S, E>, u32), SlotDefect>, Option<Identity>);

/// The record in a slot with its checksum, or why there is none; and which it is, as far as the
/// slot itself says.
fn examine<S: Content, E: Content>(slot: &Slot, number: u32, before: Before) -> SlotResult<S, E> {
    let Some(header) = record::header(slot) else {
        let ill = if *slot == BLANK { SlotDefect::Missing } else { SlotDefect::Damaged };
        return (Err(ill), None);
    };
    if header.number != number || before.crc.is_some_and(|crc| crc != header.before_crc) {
        return (Err(SlotDefect::Stale(header.number)), None);
    }
    (record::content(slot, &header).ok_or(SlotDefect::Damaged), Some(header.identity))
}

/// Which record this is, as the next one's header has it.
fn told_by_next(slots: &mut Peekable<impl Iterator<Item = Slot>>, number: u32) -> Option<Identity> {
    let header = record::header(slots.peek()?)?;
    header.before.filter(|_| header.number.checked_sub(1) == Some(number))
}

/// Takes from a log what a snapshot stands for; the log had an entry of this term at the snapshot's
/// index, if any. Whether the entries behind it stay: else they are of another history.
pub(super) fn begin_behind<E: Content>(
    base: Base,
    last: Option<u32>,
    entries: &mut Seq<E>,
) -> bool {
    let start = base.index as usize;
    let stay = last == Some(base.term);
    if stay {
        entries.forget_before(start);
    } else {
        *entries = entries.emptied_at(start);
    }
    stay
}

/// What the records up to some point come to.
struct Replay<S, E: Clone> {
    state: S,
    base: Option<Base>,
    entries: Seq<E>,
    state_wound: Option<LostRecord>,
    base_wound: Option<LostRecord>,
    /// By index.
    entry_wounds: BTreeMap<u32, LostRecord>,
    /// Lost records of which nothing is known, or which do not belong where they are.
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

    /// Whether a record of this identity can follow.
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

    /// Adds a record; false if it does not fit.
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

    /// The log begins behind a snapshot.
    fn begin_behind(&mut self, base: Base) {
        let stay = begin_behind(base, self.term_at(base.index), &mut self.entries);
        self.base = Some(base);
        self.lost_entries_matter(|index| stay && index > base.index);
    }

    /// The term of an entry, also of one that is lost: its identity is known.
    fn term_at(&self, index: u32) -> Option<u32> {
        let lost = self.entry_wounds.get(&index).and_then(|wound| wound.identity);
        let entry = || self.entries.get(index as usize - 1).map(Content::term);
        lost.map(|identity| identity.term).or_else(entry)
    }

    /// Of the lost entries only these matter from here on.
    fn lost_entries_matter(&mut self, matters: impl Fn(u32) -> bool) {
        self.entry_wounds.retain(|index, _| matters(*index));
        self.other_wounds.retain(|wound| match wound.identity {
            Some(Identity { kind: Kind::Entry, index, .. }) => matters(index),
            _ => true,
        });
    }

    /// Adds a record that is lost.
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
                self.begin_behind(Base { index, term, content: [0; CONTENT] });
                self.base_wound = Some(wound);
            }
        }
    }

    fn wounds(&self) -> Vec<LostRecord> {
        let mut all: Vec<LostRecord> =
            self.entry_wounds.values().chain(&self.other_wounds).copied().collect();
        all.extend(self.state_wound);
        all.extend(self.base_wound);
        all.sort_unstable_by_key(|wound| wound.number);
        all
    }
}
