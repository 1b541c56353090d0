//! What is on the medium.
//!
//! The bytes follow from the records, so the records are kept, in as little room as may be, and become bytes when
//! somebody looks at these: a fault, a listing, a start. What the bytes are otherwise than they were written is kept beside
//! them. The latest state and the log are kept as well, because everybody asks for them all the time.

mod bytes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::seq::Seq;

use super::record::{BLANK, Content, Kind, MARKS, Record, Slot};

/// Changes that reach the disk together, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Change<S, E> {
    /// The new state.
    pub state: Option<S>,
    /// First keep only so many entries.
    pub keep: Option<usize>,
    /// Then add these.
    pub append: Option<Arc<[E]>>,
}

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
#[derive(Clone, Debug, Hash)]
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

static NO_HARM: Harm =
    Harm { slots: BTreeMap::new(), tail: Vec::new(), entries: BTreeSet::new(), state: false };

impl<S: Content, E: Content> Medium<S, E> {
    /// An empty medium with its marks, and where its log begins: an empty one.
    pub(super) fn new(entries: Seq<E>) -> Medium<S, E> {
        Medium { runs: Seq::new(), records: 0, synced: 0, state: S::default(), entries, harm: None }
    }

    /// The latest state and the log.
    pub(super) fn durable(&self) -> (S, &Seq<E>) {
        (self.state, &self.entries)
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
        !self.harm().tail.is_empty()
    }

    /// The entries that are lost.
    pub(super) fn damaged(&self) -> &BTreeSet<usize> {
        &self.harm().entries
    }

    /// Whether the latest state is lost.
    pub(super) fn state_damaged(&self) -> bool {
        self.harm().state
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
        self.harm_mut().slots.extend(lost.map(|slot| (slot, BLANK)));
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
        let last = self.runs.end().checked_sub(1);
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
        for run in self.runs.iter().rev() {
            if records.len() == wanted {
                break;
            }
            match run {
                Run::State(state) => records.push(Record::State(*state)),
                Run::Entries(count) => {
                    let first = log.end() - (*count as usize).min(wanted - records.len());
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

    /// The number of the latest record that gave this: an entry, or the state.
    pub(super) fn number_of(&self, kind: Kind, index: u32) -> Option<u32> {
        let wanted = |record: &Record<S, E>| {
            let identity = record.identity();
            identity.kind == kind && identity.index == index
        };
        self.all_records().iter().rposition(wanted).map(|position| position as u32 + 1)
    }

    /// Forgets all records but the first so many.
    fn cut_to(&mut self, count: u32) {
        let mut records = self.all_records();
        records.truncate(count as usize);
        let (harm, synced) = (self.harm.take(), self.synced.min(count));
        *self = Medium { synced, ..Medium::new(self.entries.emptied()) };
        records.iter().for_each(|record| self.push(record));
        self.harm = harm;
    }
}
