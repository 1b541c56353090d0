//! Random lives of disks: the damage that a disk keeps track of is the damage that a reader finds
//! in its bytes.

use std::collections::BTreeSet;

use raftsh::disk::record::{MARKS, Slot, mark};
use raftsh::disk::recovery::{LogPart, read, recover};
use raftsh::disk::{Change, CrashTail, DamageTarget, Disk, DiskTrouble, Kind, Policy, Unreadable};
use raftsh::seq::Few;
use raftsh::sim::rng::Dice;

use super::{Model, QuotedWord, crash, durable, random_change};

/// What a reader finds that gets every slot and has no other information.
fn found(slots: &[Slot]) -> (Unreadable, Option<Model>) {
    let mut unread = BTreeSet::new();
    let found = read::<QuotedWord, QuotedWord>(slots.iter().copied(), Policy::Halt, |seen| {
        if seen.place == LogPart::Synced && seen.reading.is_err() {
            unread.insert(seen.number);
        }
    });
    let marks =
        (1..).zip(&slots[..MARKS]).filter(|(_, slot)| mark(slot).is_none()).map(|(nth, _)| nth);
    let mut unreadable = Unreadable { marks: marks.collect(), ..Unreadable::default() };
    for wound in &found.lost_records {
        unread.remove(&wound.number);
        match wound.identity.map(|identity| (identity.kind, identity.index)) {
            Some((Kind::Entry, index)) => _ = unreadable.entries.insert(index as usize),
            Some((Kind::State, _)) => unreadable.state = true,
            _ => unreadable.lost.push(wound.number),
        }
    }
    unreadable.old = unread.into_iter().collect();
    let model = Model { state: found.state, entries: found.entries.iter().copied().collect() };
    let marked = unreadable.marks.len() < MARKS;
    (unreadable, (marked && found.lost_records.is_empty()).then_some(model))
}

/// Compares what the disk reports with what its bytes say.
fn check(disk: &Disk<QuotedWord, QuotedWord>, round: u64) {
    let slots: Vec<Slot> = disk.slots().collect();
    assert_eq!(disk.bytes(), slots.as_flattened().len() as u64);
    let (expected, model) = found(&slots);
    let known = disk.unreadable();
    assert_eq!(
        (&known.marks, &known.lost, &known.old),
        (&expected.marks, &expected.lost, &expected.old),
        "{round}"
    );
    if expected.marks.len() < MARKS {
        assert_eq!((&known.entries, known.state), (&expected.entries, expected.state), "{round}");
    }
    if let Some(model) = model {
        assert_eq!(durable(disk), model, "{round}: nothing is lost that matters");
    }
    assert_eq!((disk.damaged(), disk.state_damaged()), (&known.entries, known.state));
}

/// Makes one random thing happen to a disk. While its owner is down, nothing is written.
fn happen(
    disk: &mut Disk<QuotedWord, QuotedWord>,
    is_up: &mut bool,
    dice: &mut Dice,
    counts: &mut [u32; 8],
) {
    let first = if *is_up { 0 } else { 11 };
    match first + dice.below(20 - first) {
        0..6 => {
            // The length that the log will have once every write in flight has finished.
            let mut all = disk.clone();
            all.set_trouble(DiskTrouble::default());
            all.begin(Change { state: None, snapshot: None, keep: None, append: Few::NONE })
                .unwrap();
            while all.unfinished() > 0 {
                all.finish().unwrap();
            }
            disk.begin(random_change(dice, all.durable().1.end())).unwrap();
        }
        6..10 => _ = disk.finish().unwrap(),
        10 => {
            counts[0] += u32::from(disk.set_trouble(DiskTrouble { loses: true, ..*disk.trouble() }))
        }
        11 => counts[1] += u32::from(disk.go_stale().is_some()),
        12..15 => {
            let byte = if dice.below(6) == 0 { dice.below(96) } else { dice.below(disk.bytes()) };
            let index = dice.below(8) as u32;
            let targets = [
                DamageTarget::LastEntry,
                DamageTarget::Entry(index),
                DamageTarget::State,
                DamageTarget::Tail,
                DamageTarget::Byte(byte),
            ];
            let spot = disk.spot(targets[dice.below(5) as usize]);
            counts[2] += u32::from(spot.is_some_and(|spot| disk.damage(spot)));
        }
        15 => {
            disk.set_trouble(DiskTrouble { lies: dice.below(2) == 0, ..*disk.trouble() });
        }
        16 => {
            let tail = CrashTail::WORDS[dice.below(4) as usize].1;
            let left = crash(disk, tail, dice);
            counts[3] += u32::from(left.is_some_and(|left| left.kept > 0));
            counts[4] += u32::from(left.is_some_and(|left| left.torn));
            *is_up = false;
        }
        _ => *is_up = start(disk, dice, counts),
    }
}

/// Crashes the disk and starts its owner; returns whether the owner is up, not halted.
fn start(disk: &mut Disk<QuotedWord, QuotedWord>, dice: &mut Dice, counts: &mut [u32; 8]) -> bool {
    let tail = CrashTail::WORDS[dice.below(4) as usize].1;
    crash(disk, tail, dice);
    let slots: Vec<Slot> = disk.slots().collect();
    let policy = Policy::WORDS[dice.below(2) as usize].1;
    let expected = recover::<QuotedWord, QuotedWord>(slots.iter().copied(), policy);
    let started = disk.start(policy);
    let is_up = started.is_ok();
    match (started, expected) {
        (Ok(started), Ok(expected)) => {
            assert_eq!((started.state, &started.entries), (expected.state, &expected.entries));
            assert_eq!((started.base, expected.base), (None, None));
            assert_eq!(
                (durable(disk).state, disk.durable().1),
                (expected.state, &expected.entries)
            );
            assert_eq!(disk.slots().count(), MARKS + expected.records as usize);
            assert!(!disk.is_torn() && disk.unreadable().marks.is_empty());
            counts[5] += u32::from(started.dropped > 0);
            counts[6] += 1;
        }
        (Err(fault), Err(expected)) => {
            assert_eq!(fault, expected);
            assert!(disk.slots().eq(slots), "who halts changes nothing");
            counts[7] += 1;
        }
        (started, expected) => panic!("{started:?} instead of {expected:?}"),
    }
    is_up
}

/// After every step three agree: the disk that is asked each time, a copy that was not asked, and
/// a reader of the bytes.
#[test]
fn what_is_known_of_a_disk_is_what_its_bytes_say() {
    let mut counts = [0; 8];
    for seed in 0..400 {
        let mut dice = Dice::new(seed);
        let (mut disk, mut is_up) = (Disk::<QuotedWord, QuotedWord>::default(), true);
        for round in 0..80 {
            let (mut unasked, mut was_up, mut same_dice) = (disk.clone(), is_up, dice.clone());
            happen(&mut disk, &mut is_up, &mut dice, &mut counts);
            happen(&mut unasked, &mut was_up, &mut same_dice, &mut [0; 8]);
            check(&disk, 1_000 * seed + round);
            assert!(unasked.slots().eq(disk.slots()));
            assert_eq!(
                (unasked.unreadable(), durable(&unasked)),
                (disk.unreadable(), durable(&disk))
            );
        }
    }
    assert!(counts.iter().all(|&count| count > 200), "{counts:?}");
}
