//! The device: writes, syncs, crashes, and every fault it can have.

use raftsh::disk::{
    Change, CrashTail, DamageTarget, Disk, DiskTrouble, Fault, Identity, Kind, LostRecord, Policy,
    RESERVE, Record, SlotDefect,
};
use raftsh::seq::Few;
use raftsh::sim::rng::Dice;

use super::{Model, QuotedWord, crash, durable, written};

fn word(term: u32, number: u32) -> QuotedWord {
    QuotedWord { term, number }
}

fn append(words: &[QuotedWord]) -> Change<QuotedWord, QuotedWord> {
    Change { state: None, snapshot: None, keep: None, append: words.into() }
}

fn state(term: u32, number: u32) -> Change<QuotedWord, QuotedWord> {
    Change { state: Some(word(term, number)), snapshot: None, keep: None, append: Few::NONE }
}

fn replace(keep: usize, words: &[QuotedWord]) -> Change<QuotedWord, QuotedWord> {
    Change { keep: Some(keep), ..append(words) }
}

fn write(disk: &mut Disk<QuotedWord, QuotedWord>, change: Change<QuotedWord, QuotedWord>) {
    disk.begin(change).unwrap();
    disk.finish().unwrap();
}

/// A disk with two states, three entries, and an entry that another one replaced.
fn sample() -> Disk<QuotedWord, QuotedWord> {
    let mut disk = Disk::default();
    for change in [
        state(1, 1),
        append(&[word(1, 10), word(1, 11), word(1, 12)]),
        state(2, 3),
        replace(2, &[word(2, 13)]),
    ] {
        write(&mut disk, change);
    }
    disk
}

fn sample_content() -> Model {
    Model { state: word(2, 3), entries: vec![word(1, 10), word(1, 11), word(2, 13)] }
}

fn started(disk: &mut Disk<QuotedWord, QuotedWord>, policy: Policy) -> Result<Model, Fault> {
    disk.start(policy).map(|started| {
        let model =
            Model { state: started.state, entries: started.entries.iter().copied().collect() };
        assert_eq!(model, durable(disk), "what a start finds is what onlookers see afterwards");
        model
    })
}

fn entry(number: u32, index: u32, term: u32, defect: SlotDefect) -> Fault {
    Fault::Unreadable(LostRecord {
        number,
        identity: Some(Identity { kind: Kind::Entry, index, term }),
        defect,
    })
}

#[test]
fn a_crash_keeps_what_is_synced() {
    let mut disk = sample();
    disk.begin(state(9, 9)).unwrap();
    disk.begin(replace(0, &[word(9, 9)])).unwrap();
    assert_eq!(disk.unfinished(), 2);
    assert_eq!(crash(&mut disk, CrashTail::Lose, &mut Dice::new(1)), None);
    assert_eq!(disk.unfinished(), 0);
    assert_eq!(started(&mut disk, Policy::Halt), Ok(sample_content()));
}

/// After any crash, the next start finds the synced records and a prefix of the others. Observers
/// see the same before that start, and afterwards the disk works as if nothing had happened.
#[test]
fn crashes_of_all_kinds() {
    let mut dice = Dice::new(6);
    let mut torn_at = [0; 3];
    for round in 0..6_000 {
        let tail = CrashTail::WORDS[round % CrashTail::WORDS.len()].1;
        let (synced, cached) = (dice.below(8), dice.below(5));
        let mut made = written(&mut dice, synced, cached);
        let mut records = made.synced.clone();
        let left = crash(&mut made.disk, tail, &mut dice);
        let kept = left.map_or(0, |left| left.kept) as usize;
        match tail {
            CrashTail::Lose => assert_eq!(left, None),
            CrashTail::Keep => assert_eq!(kept, made.cached.len()),
            CrashTail::Torn => assert!(cached == 0 || left.is_some_and(|left| left.torn)),
            CrashTail::Any => {}
        }
        torn_at[0] += usize::from(kept > 0 && kept < made.cached.len());
        records.extend(&made.cached[..kept]);
        assert_eq!(durable(&made.disk), Model::of(&records), "before the start");
        assert!(made.disk.damaged().is_empty());
        let start = made.disk.start(Policy::Halt).unwrap();
        assert_eq!((start.kept as usize, start.dropped), (kept, 0));
        assert_eq!(start.torn, left.is_some_and(|left| left.torn));
        torn_at[1] += usize::from(start.torn);
        assert_eq!(durable(&made.disk), Model::of(&records), "after it");
        // The start synced the records that it kept, and removed the rest.
        crash(&mut made.disk, CrashTail::Any, &mut dice);
        let length = Model::of(&records).entries.len();
        let change = append(&[word(9, round as u32)]);
        write(&mut made.disk, change);
        records.push(Record::Entry(length as u32 + 1, word(9, round as u32)));
        crash(&mut made.disk, CrashTail::Any, &mut dice);
        assert_eq!(started(&mut made.disk, Policy::Halt), Ok(Model::of(&records)));
        torn_at[2] += 1;
    }
    assert!(torn_at.iter().all(|&count| count > 500), "{torn_at:?}");
}

/// Nothing notices damage until the disk is read; then the fault names the record, with its index
/// and term.
#[test]
fn damage_is_found_by_reading() {
    for (target, number, fault) in [
        (DamageTarget::LastEntry, 7, entry(7, 3, 2, SlotDefect::Damaged)),
        (DamageTarget::Entry(2), 3, entry(3, 2, 1, SlotDefect::Damaged)),
        (DamageTarget::Entry(3), 7, entry(7, 3, 2, SlotDefect::Damaged)),
        (DamageTarget::Tail, 7, entry(7, 3, 2, SlotDefect::Damaged)),
        (
            DamageTarget::State,
            5,
            Fault::Unreadable(LostRecord {
                number: 5,
                identity: Some(Identity { kind: Kind::State, index: 0, term: 2 }),
                defect: SlotDefect::Damaged,
            }),
        ),
    ] {
        let mut disk = sample();
        let spot = disk.spot(target).unwrap();
        assert_eq!(spot.number, number, "{target:?}");
        assert!(disk.damage(spot) && !disk.damage(spot), "once is enough");
        assert_eq!(durable(&disk), sample_content(), "it was written all the same");
        assert_eq!(disk.scrub(), Err(fault), "{target:?}");
        assert_eq!(started(&mut disk, Policy::Halt), Err(fault), "{target:?}");
        assert_eq!(disk.state_damaged(), target == DamageTarget::State);
        assert_eq!(disk.damaged().len(), usize::from(target != DamageTarget::State));
    }
    for target in [DamageTarget::Entry(0), DamageTarget::Entry(4), DamageTarget::Byte(9 * 48)] {
        assert_eq!(sample().spot(target), None, "{target:?}");
    }
    for target in [DamageTarget::LastEntry, DamageTarget::State, DamageTarget::Tail] {
        assert_eq!(Disk::<QuotedWord, QuotedWord>::default().spot(target), None, "{target:?}");
    }
}

/// Damage to a record no longer counts once a later record replaces it.
#[test]
fn what_is_written_anew_is_whole() {
    let mut disk = sample();
    for target in [DamageTarget::Entry(2), DamageTarget::Entry(3), DamageTarget::State] {
        let spot = disk.spot(target).unwrap();
        disk.damage(spot);
    }
    write(&mut disk, replace(1, &[word(3, 14)]));
    assert!(disk.scrub().is_err() && disk.state_damaged() && disk.damaged().is_empty());
    write(&mut disk, state(3, 1));
    assert_eq!((disk.scrub(), disk.state_damaged()), (Ok(()), false));
    let now = Model { state: word(3, 1), entries: vec![word(1, 10), word(3, 14)] };
    assert_eq!(started(&mut disk, Policy::Halt), Ok(now));
}

/// A damaged truncation record loses nothing: its header says all that it did.
#[test]
fn a_damaged_truncation_loses_nothing() {
    let mut disk = sample();
    let spot = disk.spot(DamageTarget::Byte(7 * 48 + 40)).unwrap();
    assert_eq!(spot.identity.map(|identity| identity.kind), Some(Kind::Truncation));
    assert!(disk.damage(spot));
    assert_eq!(started(&mut disk, Policy::Halt), Ok(sample_content()));
}

/// The unsafe policy drops the first damaged record and everything after it, states too.
#[test]
fn truncation_drops_what_was_synced() {
    let mut disk = sample();
    let spot = disk.spot(DamageTarget::Entry(2)).unwrap();
    disk.damage(spot);
    let mut other = disk.clone();
    let start = other.start(Policy::Truncate).unwrap();
    assert_eq!((start.dropped, start.kept, start.torn), (5, 0, false));
    assert_eq!(durable(&other), Model { state: word(1, 1), entries: vec![word(1, 10)] });
    write(&mut other, append(&[word(4, 4)]));
    let now = Model { state: word(1, 1), entries: vec![word(1, 10), word(4, 4)] };
    assert_eq!(started(&mut other, Policy::Halt), Ok(now), "and nobody can tell any more");
    assert!(disk.scrub().is_err(), "a clone's own affair");
}

#[test]
fn a_cut_disk_fails_every_access() {
    let mut disk = sample();
    disk.begin(state(3, 1)).unwrap();
    assert!(disk.set_trouble(DiskTrouble { cut: true, ..DiskTrouble::default() }));
    assert_eq!(disk.begin(state(4, 1)), Err(Fault::Cut));
    assert_eq!(disk.finish().map(|_| ()), Err(Fault::Cut));
    assert_eq!(disk.scrub(), Err(Fault::Cut));
    assert_eq!(started(&mut disk.clone(), Policy::Truncate), Err(Fault::Cut));
}

#[test]
fn a_full_disk_has_room_for_a_few_states() {
    let mut disk = sample();
    disk.set_trouble(DiskTrouble { full: Some(RESERVE), ..DiskTrouble::default() });
    assert_eq!(disk.begin(append(&[word(2, 1)])), Err(Fault::Full));
    assert_eq!(disk.begin(replace(1, &[word(2, 1)])), Err(Fault::Full));
    for left in (0..RESERVE).rev() {
        write(&mut disk, state(3, left));
        assert_eq!(disk.trouble().full, Some(left));
    }
    assert_eq!(disk.begin(state(4, 1)), Err(Fault::Full));
}

/// A lying disk reports writes as synced that a crash loses; a later honest sync makes them
/// durable too.
#[test]
fn a_lying_disk_says_what_is_not_so() {
    let mut disk = sample();
    disk.set_trouble(DiskTrouble { lies: true, ..DiskTrouble::default() });
    disk.begin(replace(1, &[word(3, 1), word(3, 2)])).unwrap();
    disk.begin(append(&[word(3, 3)])).unwrap();
    let finished = disk.finish().unwrap();
    assert_eq!((finished.kept, finished.through), (Some(1), 3));
    assert_eq!(disk.finish().unwrap().through, 4);
    assert_eq!((disk.unfinished(), disk.claimed()), (0, 2));
    assert_eq!(durable(&disk), sample_content());
    let mut honest = disk.clone();
    crash(&mut disk, CrashTail::Lose, &mut Dice::new(1));
    assert_eq!(started(&mut disk, Policy::Halt), Ok(sample_content()));

    honest.set_trouble(DiskTrouble::default());
    write(&mut honest, state(3, 1));
    assert_eq!((honest.claimed(), durable(&honest).entries.len()), (0, 4));
}

/// A reader misses a write that vanished, because the marks count it.
#[test]
fn a_lost_write_is_missed() {
    let mut disk = sample();
    disk.set_trouble(DiskTrouble { loses: true, ..DiskTrouble::default() });
    write(&mut disk, append(&[word(2, 1)]));
    assert_eq!(disk.damaged().first(), Some(&4));
    let mut last = disk.clone();
    assert_eq!(started(&mut last, Policy::Halt), Err(entry(8, 4, 2, SlotDefect::Missing)));
    write(&mut disk, append(&[word(2, 2)]));
    assert_eq!(
        started(&mut disk, Policy::Halt),
        Err(entry(8, 4, 2, SlotDefect::Missing)),
        "behind it, too"
    );
    assert!(!disk.trouble().loses, "only one write");
}

/// An older version of a record has valid checksums, but an older number. Here the state goes
/// stale first, then an entry that replaced another one.
#[test]
fn stale_records_are_told_from_fresh_ones() {
    let mut disk = sample();
    let spot = disk.go_stale().unwrap();
    assert_eq!((spot.number, disk.state_damaged()), (5, true));
    let Err(Fault::Unreadable(wound)) = disk.scrub() else { panic!("it is found") };
    assert_eq!((wound.number, wound.defect), (5, SlotDefect::Stale(1)));
    let spot = disk.go_stale().unwrap();
    assert_eq!((spot.number, disk.damaged().first()), (7, Some(&3)));
    assert_eq!(disk.go_stale(), None, "there are no others");
    assert_eq!(Disk::<QuotedWord, QuotedWord>::default().go_stale(), None);
}

/// A record that a crash kept but that was never synced is torn, not lost, when it is damaged.
#[test]
fn what_was_never_synced_is_torn_by_damage() {
    let mut disk = sample();
    disk.begin(append(&[word(2, 14), word(2, 15)])).unwrap();
    crash(&mut disk, CrashTail::Keep, &mut Dice::new(1));
    assert_eq!(durable(&disk).entries.len(), 5);
    let spot = disk.spot(DamageTarget::Entry(4)).unwrap();
    assert!(disk.damage(spot));
    assert_eq!((durable(&disk), disk.is_torn()), (sample_content(), true));
    assert_eq!(started(&mut disk, Policy::Halt), Ok(sample_content()));
    assert!(!disk.is_torn());
}

/// The next write makes damaged marks anew; while one of the two is whole, nothing is lost.
#[test]
fn marks_are_written_anew() {
    let mut disk = sample();
    for mark in [0, 1] {
        let spot = disk.spot(DamageTarget::Byte(mark * 48 + 5)).unwrap();
        assert_eq!((spot.number, spot.identity), (0, None));
        assert!(disk.damage(spot));
        assert_eq!(disk.scrub(), if mark == 0 { Ok(()) } else { Err(Fault::Unmarked) });
    }
    let mut halted = disk.clone();
    assert_eq!(started(&mut halted, Policy::Halt), Err(Fault::Unmarked));
    write(&mut disk, state(3, 1));
    assert_eq!(disk.scrub(), Ok(()));
    assert_eq!(
        started(&mut disk, Policy::Halt),
        Ok(Model { state: word(3, 1), ..sample_content() })
    );
}
