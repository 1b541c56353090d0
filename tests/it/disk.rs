//! Disks: records become bytes and are read back, whatever happened to the bytes.
//!
//! The tests compare every disk with a model: its records, applied one at a time to a plain
//! vector.

mod bytes;
mod device;
mod lives;
mod shown;
mod snapshot_writes;
mod snapshots;

use raftsh::disk::record::CONTENT;
use raftsh::disk::{Change, Content, CrashTail, Disk, Record};
use raftsh::sim::rng::Dice;

/// The state and the entries of these disks: a term and a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct QuotedWord {
    term: u32,
    number: u32,
}

impl Content for QuotedWord {
    fn term(&self) -> u32 {
        self.term
    }

    fn content(&self) -> [u8; CONTENT] {
        let mut content = [0; CONTENT];
        content[..4].copy_from_slice(&self.number.to_le_bytes());
        content
    }

    fn read(term: u32, content: [u8; CONTENT]) -> Option<QuotedWord> {
        let (number, rest) = content.split_first_chunk()?;
        rest.iter()
            .all(|byte| *byte == 0)
            .then(|| QuotedWord { term, number: u32::from_le_bytes(*number) })
    }
}

/// The state and the log that the records so far produce.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Model {
    state: QuotedWord,
    entries: Vec<QuotedWord>,
}

impl Model {
    fn apply(&mut self, record: &Record<QuotedWord, QuotedWord>) {
        match *record {
            Record::State(state) => self.state = state,
            Record::Entry(index, entry) => {
                assert_eq!(index as usize, self.entries.len() + 1);
                self.entries.push(entry);
            }
            Record::Truncation(from) => self.entries.truncate(from as usize - 1),
            Record::Snapshot(_) => unreachable!("no change writes one"),
        }
    }

    fn of(records: &[Record<QuotedWord, QuotedWord>]) -> Model {
        let mut model = Model::default();
        records.iter().for_each(|record| model.apply(record));
        model
    }
}

/// The records that a change consists of, computed without the disk's code.
fn records(
    change: &Change<QuotedWord, QuotedWord>,
    length: usize,
) -> Vec<Record<QuotedWord, QuotedWord>> {
    let mut records = Vec::new();
    records.extend(change.state.map(Record::State));
    records.extend(change.keep.map(|keep| Record::Truncation(keep as u32 + 1)));
    let first = change.keep.unwrap_or(length) as u32 + 1;
    let entries = change.append.iter();
    records.extend((first..).zip(entries).map(|(index, &entry)| Record::Entry(index, entry)));
    records
}

/// A random change that a node could make to a log of this length.
fn random_change(dice: &mut Dice, length: usize) -> Change<QuotedWord, QuotedWord> {
    let mut word = || QuotedWord {
        term: dice.below(4) as u32 + 1,
        number: dice.below(u64::from(u32::MAX)) as u32,
    };
    let (state, entries) = (word(), [word(), word(), word()]);
    let state = (dice.below(3) == 0).then_some(state);
    let keep = (length > 0 && dice.below(4) == 0).then(|| dice.below(length as u64) as usize);
    let count = dice.below(4) as usize;
    let count = if keep.is_some() || state.is_none() { count.max(1) } else { count };
    let append = entries[..count].into();
    Change { state, snapshot: None, keep, append }
}

/// A disk with some changes synced and some in its cache, and the records of both.
struct Written {
    disk: Disk<QuotedWord, QuotedWord>,
    synced: Vec<Record<QuotedWord, QuotedWord>>,
    cached: Vec<Record<QuotedWord, QuotedWord>>,
}

fn written(dice: &mut Dice, synced: u64, cached: u64) -> Written {
    let mut written = Written { disk: Disk::default(), synced: Vec::new(), cached: Vec::new() };
    let mut model = Model::default();
    for nth in 0..synced + cached {
        let change = random_change(dice, model.entries.len());
        let records = records(&change, model.entries.len());
        records.iter().for_each(|record| model.apply(record));
        written.disk.begin(change).unwrap();
        if nth < synced {
            written.disk.finish().unwrap();
            written.synced.extend(records);
        } else {
            written.cached.extend(records);
        }
    }
    written
}

/// What [`Disk::durable`] reports, as a model.
fn durable(disk: &Disk<QuotedWord, QuotedWord>) -> Model {
    let (state, entries) = disk.durable();
    Model { state, entries: entries.iter().copied().collect() }
}

/// Crashes a disk; the dice decide how much of the tail it keeps.
fn crash(
    disk: &mut Disk<QuotedWord, QuotedWord>,
    tail: CrashTail,
    dice: &mut Dice,
) -> Option<raftsh::disk::CrashRemains> {
    disk.crash(tail, &mut |bound| dice.below(bound))
}
