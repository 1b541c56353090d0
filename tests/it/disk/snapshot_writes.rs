//! A crash at every point of writing a snapshot: the disk holds what was there before, or what is
//! there afterwards, and nothing in between.

use raftsh::disk::{Base, Change, CrashTail, Disk, NewSnapshot, Policy, Record};
use raftsh::seq::Few;
use raftsh::sim::rng::Dice;

use super::{QuotedWord, crash};

type Written = Change<QuotedWord, QuotedWord>;

const NOTHING: Written = Change { state: None, snapshot: None, keep: None, append: Few::NONE };

fn word(term: u32, number: u32) -> QuotedWord {
    QuotedWord { term, number }
}

fn state(term: u32) -> Written {
    Change { state: Some(word(term, 0)), ..NOTHING }
}

fn snapshot(base: Base, replaces: bool) -> Written {
    Change { snapshot: Some(NewSnapshot { base, replaces }), ..NOTHING }
}

fn base(index: u32, term: u32) -> Base {
    Base { index, term, base_index: index, base_term: term, handle: index }
}

fn append(keep: Option<usize>, terms: &[u32]) -> Written {
    let entries: Vec<QuotedWord> = terms.iter().map(|&term| word(term, 7)).collect();
    Change { keep, append: entries.into(), ..NOTHING }
}

/// What a node writes: snapshots of its own between entries and votes, one that keeps an entry
/// before its end, a truncation behind one, and snapshots of a leader that replace the log.
fn life() -> Vec<Written> {
    vec![
        append(None, &[1, 1, 1]),
        state(2),
        snapshot(base(2, 1), false),
        append(None, &[2, 2]),
        snapshot(Base { base_index: 3, ..base(4, 2) }, false),
        append(Some(4), &[3]),
        state(4),
        snapshot(base(9, 4), true),
        append(None, &[4]),
        snapshot(base(12, 5), true),
        Change { state: Some(word(6, 0)), ..append(None, &[6]) },
    ]
}

/// What a disk holds: the term of the state, the snapshot, where the log begins, and the terms of
/// its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    state: u32,
    snapshot: Option<Base>,
    terms: Vec<u32>,
}

impl Held {
    fn begins(&self) -> u32 {
        self.snapshot.map_or(0, |base| base.base_index)
    }

    fn write(&mut self, record: &Record<QuotedWord, QuotedWord>) {
        let begins = self.begins();
        match record {
            Record::State(state) => self.state = state.term,
            Record::Truncation(from) => self.terms.truncate((from - 1 - begins) as usize),
            Record::Entry(_, entry) => self.terms.push(entry.term),
            Record::Snapshot(base) => {
                let at = |index: u32| self.terms.get((index - begins) as usize - 1).copied();
                match at(base.index) == Some(base.term) {
                    true => drop(self.terms.drain(..(base.base_index - begins) as usize)),
                    false => self.terms.clear(),
                }
                self.snapshot = Some(*base);
            }
        }
    }
}

/// The records of a change, for a log that ends at `last`.
fn records(change: &Written, last: usize) -> Vec<Record<QuotedWord, QuotedWord>> {
    let end = match change.snapshot {
        Some(NewSnapshot { base, replaces: true }) => base.index as usize,
        _ => change.keep.unwrap_or(last),
    };
    let entries = change.append.iter();
    let entries = (end as u32 + 1..).zip(entries);
    change
        .state
        .map(Record::State)
        .into_iter()
        .chain(change.snapshot.map(|snapshot| Record::Snapshot(snapshot.base)))
        .chain(change.keep.map(|keep| Record::Truncation(keep as u32 + 1)))
        .chain(entries.map(|(index, &entry)| Record::Entry(index, entry)))
        .collect()
}

fn started(disk: &mut Disk<QuotedWord, QuotedWord>) -> Held {
    let found = disk.start(Policy::Halt).unwrap();
    Held {
        state: found.state.term,
        snapshot: found.base,
        terms: found.entries.iter().map(|entry| entry.term).collect(),
    }
}

#[test]
fn a_crash_at_every_point_leaves_the_log_or_the_snapshot() {
    let mut dice = Dice::new(23);
    let (mut crashes, mut torn) = (0, 0);
    let life = life();
    for begun in 1..=life.len() {
        for finished in 0..=begun {
            for round in 0..60 {
                let tail = CrashTail::WORDS[round % CrashTail::WORDS.len()].1;
                let mut disk = Disk::default();
                let mut held = vec![Held::default()];
                let mut synced = 0;
                for (number, change) in life[..begun].iter().enumerate() {
                    // The writes that are to finish do so, which may make the disk rewrite itself.
                    let last = held.last().unwrap();
                    let length = last.begins() as usize + last.terms.len();
                    for record in records(change, length) {
                        let mut next = held.last().unwrap().clone();
                        next.write(&record);
                        held.push(next);
                    }
                    disk.begin(change.clone()).unwrap();
                    if number < finished {
                        while disk.unfinished() > 0 {
                            disk.finish().unwrap();
                        }
                        synced = held.len() - 1;
                    }
                }
                let left = crash(&mut disk, tail, &mut dice);
                torn += usize::from(left.is_some_and(|left| left.torn));
                let found = started(&mut disk);
                let possible = match tail {
                    CrashTail::Lose => &held[synced..=synced],
                    CrashTail::Keep => &held[held.len() - 1..],
                    CrashTail::Torn | CrashTail::Any => &held[synced..],
                };
                assert!(
                    possible.contains(&found),
                    "{begun} begun, {finished} finished, {tail:?}: {found:?}, not one of \
                     {possible:#?}"
                );
                // The next start finds the same, and the node can write again.
                crash(&mut disk, tail, &mut dice);
                assert_eq!(started(&mut disk), found);
                disk.begin(append(None, &[9])).unwrap();
                disk.finish().unwrap();
                crash(&mut disk, tail, &mut dice);
                let mut more = found;
                more.terms.push(9);
                assert_eq!(started(&mut disk), more);
                crashes += 1;
            }
        }
    }
    assert!(crashes > 4_000 && torn > 500, "{crashes} {torn}");
}

#[test]
fn a_disk_keeps_nothing_of_what_its_snapshot_has() {
    let mut disk = Disk::default();
    let mut sizes = Vec::new();
    for round in 1..=50_u32 {
        for change in [append(None, &[1; 20]), snapshot(base(20 * round, 1), false)] {
            disk.begin(change).unwrap();
            disk.finish().unwrap();
        }
        sizes.push(disk.bytes());
    }
    assert!(sizes.iter().all(|&size| size == sizes[0]), "{sizes:?}");
}
