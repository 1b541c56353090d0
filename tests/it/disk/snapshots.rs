//! Snapshot records, as the reader of disks sees them.

use raftsh::disk::record::{Before, MARKS, SLOT, Slot, SyncMark, write, write_mark};
use raftsh::disk::recovery::{DiskContents, recover};
use raftsh::disk::{Base, Fault, Identity, Kind, Policy, Record, SlotDefect};

use super::QuotedWord;

const STATE: Record<QuotedWord, QuotedWord> = Record::State(QuotedWord { term: 1, number: 2 });

fn entry(index: u32, term: u32) -> Record<QuotedWord, QuotedWord> {
    Record::Entry(index, QuotedWord { term, number: 100 * term + index })
}

fn base(index: u32, term: u32) -> Base {
    Base { index, term, base_index: index, base_term: term, handle: index }
}

fn snapshot(index: u32, term: u32) -> Record<QuotedWord, QuotedWord> {
    Record::Snapshot(base(index, term))
}

/// The bytes of a disk with these records, all of them synced.
fn image(records: &[Record<QuotedWord, QuotedWord>]) -> Vec<Slot> {
    let mut before = Before::default();
    let mut slots = Vec::new();
    for record in records {
        let (slot, this) = write(record, before);
        slots.push(slot);
        before = this;
    }
    let crc = before.crc.unwrap_or_default();
    let mark = write_mark(SyncMark { synced: before.number, last: before.identity, crc });
    [mark; MARKS].into_iter().chain(slots).collect()
}

fn read(image: &[Slot], policy: Policy) -> Result<DiskContents<QuotedWord, QuotedWord>, Fault> {
    recover(image.iter().copied(), policy)
}

/// The log that a start finds: the snapshot's index and term, and the index and term of each
/// entry.
type Log = (Option<(u32, u32)>, Vec<(u32, u32)>);

fn log(found: &DiskContents<QuotedWord, QuotedWord>) -> Log {
    let indices = found.entries.start() as u32 + 1..;
    let entries =
        indices.zip(found.entries.iter()).map(|(index, entry)| (index, entry.term)).collect();
    (found.base.map(|base| (base.index, base.term)), entries)
}

#[test]
fn a_log_begins_behind_its_snapshot() {
    let three = || vec![entry(1, 1), entry(2, 1), entry(3, 2)];
    let with = |records: &[Record<QuotedWord, QuotedWord>]| [&three()[..], records].concat();
    let table = [
        ("alone", vec![snapshot(5, 2)], (Some((5, 2)), vec![])),
        (
            "then entries",
            vec![snapshot(5, 2), entry(6, 2), entry(7, 3)],
            (Some((5, 2)), vec![(6, 2), (7, 3)]),
        ),
        ("in the midst: the others stay", with(&[snapshot(2, 1)]), (Some((2, 1)), vec![(3, 2)])),
        ("and go on", with(&[snapshot(2, 1), entry(4, 2)]), (Some((2, 1)), vec![(3, 2), (4, 2)])),
        ("up to the last one", with(&[snapshot(3, 2), entry(4, 2)]), (Some((3, 2)), vec![(4, 2)])),
        ("of another term: all go", with(&[snapshot(2, 2)]), (Some((2, 2)), vec![])),
        (
            "of another term, and go on",
            with(&[snapshot(2, 2), entry(3, 2)]),
            (Some((2, 2)), vec![(3, 2)]),
        ),
        ("beyond the end", with(&[snapshot(9, 2), entry(10, 3)]), (Some((9, 2)), vec![(10, 3)])),
        (
            "a later one",
            with(&[snapshot(1, 1), STATE, snapshot(3, 2), entry(4, 2)]),
            (Some((3, 2)), vec![(4, 2)]),
        ),
        (
            "a truncation behind it",
            with(&[snapshot(2, 1), Record::Truncation(3), entry(3, 4)]),
            (Some((2, 1)), vec![(3, 4)]),
        ),
        (
            "a truncation before it",
            with(&[Record::Truncation(2), entry(2, 3), snapshot(2, 3), entry(3, 3)]),
            (Some((2, 3)), vec![(3, 3)]),
        ),
    ];
    for (what, records, expected) in table {
        for policy in [Policy::Halt, Policy::Truncate] {
            let found =
                read(&image(&records), policy).unwrap_or_else(|fault| panic!("{what}: {fault}"));
            assert_eq!(log(&found), expected, "{what}");
            assert_eq!(found.records as usize, records.len(), "{what}");
            let last = found.base.unwrap();
            assert_eq!(last, base(last.index, last.term), "{what}: its content is the owner's");
            let (first, at) = (expected.1.first(), found.entries.start());
            let number = found.entries.get(at).map(|word| word.number);
            assert_eq!(number, first.map(|(index, term)| 100 * term + index), "{what}");
        }
    }
}

/// A record that does not fit the log after a snapshot cannot have been written there.
#[test]
fn what_does_not_fit_a_snapshot_is_refused() {
    let start = [entry(1, 1), entry(2, 1), snapshot(2, 1), entry(3, 1)];
    for (what, stranger) in [
        ("an entry below it", entry(2, 1)),
        ("an entry too far", entry(5, 1)),
        ("a truncation at it", Record::Truncation(2)),
        ("a truncation below it", Record::Truncation(1)),
        ("a truncation too far", Record::Truncation(5)),
        ("an older snapshot", snapshot(1, 1)),
        ("the same one again", snapshot(2, 1)),
    ] {
        let slots = image(&[&start[..], &[stranger, entry(4, 1)]].concat());
        let Err(Fault::Unreadable(wound)) = read(&slots, Policy::Halt) else { panic!("{what}") };
        assert_eq!(
            (wound.number, wound.identity, wound.defect),
            (5, None, SlotDefect::Stale(5)),
            "{what}"
        );
        let found = read(&slots, Policy::Truncate).unwrap();
        assert_eq!((found.records, log(&found)), (4, (Some((2, 1)), vec![(3, 1)])), "{what}");
    }
    assert_eq!(
        read(&image(&[Record::Truncation(1), entry(1, 1)]), Policy::Halt).unwrap().records,
        2
    );
}

fn lost_snapshot(number: u32, defect: SlotDefect) -> Fault {
    let identity = Some(Identity { kind: Kind::Snapshot, index: 2, term: 1 });
    Fault::Unreadable(raftsh::disk::LostRecord { number, identity, defect })
}

/// A damaged snapshot record still says up to which entry it goes, but its content is lost: no
/// start is possible without it, unless a later snapshot replaces it.
#[test]
fn a_damaged_snapshot_is_lost() {
    let records = [STATE, entry(1, 1), entry(2, 1), snapshot(2, 1), entry(3, 2)];
    let at = MARKS + 3;
    for byte in 0..SLOT {
        let mut slots = image(&records);
        slots[at][byte] = !slots[at][byte];
        let fault = read(&slots, Policy::Halt).map(|_| ()).unwrap_err();
        assert_eq!(fault, lost_snapshot(4, SlotDefect::Damaged), "byte {byte}");
        assert_eq!(fault.to_string(), "the snapshot up to entry 2 on its disk is damaged");
        let found = read(&slots, Policy::Truncate).unwrap();
        assert_eq!(
            log(&found),
            (None, vec![(1, 1), (2, 1)]),
            "byte {byte}: as if it had never been"
        );

        let later = [&records[..], &[snapshot(3, 2), entry(4, 2)]].concat();
        let mut slots = image(&later);
        slots[at][byte] = !slots[at][byte];
        let found =
            read(&slots, Policy::Halt).unwrap_or_else(|fault| panic!("byte {byte}: {fault}"));
        assert_eq!(log(&found), (Some((3, 2)), vec![(4, 2)]), "byte {byte}");
        let found = read(&slots, Policy::Truncate).unwrap();
        assert_eq!((found.records, log(&found)), (3, (None, vec![(1, 1), (2, 1)])), "byte {byte}");
    }
}

/// The reader detects an older snapshot in the place of a later one by its number.
#[test]
fn a_stale_snapshot_is_told() {
    let records = [entry(1, 1), snapshot(1, 1), entry(2, 1), snapshot(2, 1), entry(3, 2)];
    let mut slots = image(&records);
    slots[MARKS + 3] = slots[MARKS + 1];
    let fault = read(&slots, Policy::Halt).map(|_| ()).unwrap_err();
    assert_eq!(fault, lost_snapshot(4, SlotDefect::Stale(2)));
    assert_eq!(fault.to_string(), "the snapshot up to entry 2 on its disk is an older version");
    let found = read(&slots, Policy::Truncate).unwrap();
    assert_eq!(log(&found), (Some((1, 1)), vec![(2, 1)]));
}

/// A snapshot makes up for lost entries that it covers, and for those that it discards, but not
/// for an entry that stays in the log.
#[test]
fn a_snapshot_makes_up_for_lost_entries() {
    for (lost, last, whole) in [
        (1, snapshot(2, 1), true),
        (2, snapshot(2, 1), true),
        (3, snapshot(2, 1), false),
        (3, snapshot(2, 9), true),
    ] {
        let mut slots = image(&[entry(1, 1), entry(2, 1), entry(3, 2), last]);
        slots[MARKS + lost - 1][40] ^= 1;
        let found = read(&slots, Policy::Halt).map(|found| found.base.is_some());
        let identity = Some(Identity { kind: Kind::Entry, index: 3, term: 2 });
        let wound = raftsh::disk::LostRecord { number: 3, identity, defect: SlotDefect::Damaged };
        let expected = if whole { Ok(true) } else { Err(Fault::Unreadable(wound)) };
        assert_eq!(found, expected, "entry {lost}");
    }
}
