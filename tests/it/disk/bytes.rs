//! The reader of disks: every part of a tail, every flipped bit, and bytes that no disk wrote.

use raftsh::disk::record::{BLANK, MARKS, SLOT, Slot};
use raftsh::disk::recovery::{DiskContents, LogPart, read, recover};
use raftsh::disk::{Content, Policy, Record};
use raftsh::sim::rng::Dice;

use super::{Model, QuotedWord, Written, written};

/// The bytes as slots; zeros fill up the last one.
fn slots(bytes: &[u8]) -> impl Iterator<Item = Slot> + '_ {
    bytes.chunks(SLOT).map(|piece| {
        let mut slot = BLANK;
        slot[..piece.len()].copy_from_slice(piece);
        slot
    })
}

/// The disk with all its writes finished, but with its marks as they are now. A crash leaves a
/// part of this.
fn with_tail(written: &Written) -> Vec<Slot> {
    let mut all = written.disk.clone();
    while all.unfinished() > 0 {
        all.finish().unwrap();
    }
    written.disk.slots().take(MARKS).chain(all.slots().skip(MARKS)).collect()
}

fn model(found: &DiskContents<QuotedWord, QuotedWord>) -> Model {
    Model { state: found.state, entries: found.entries.iter().copied().collect() }
}

/// Recovers an image. The result must follow from a prefix of the records: all that are synced,
/// and the `whole` first ones of the tail.
fn check(image: &[Slot], written: &Written, whole: usize, what: &str) {
    let found = recover::<QuotedWord, QuotedWord>(image.iter().copied(), Policy::Halt);
    let found = found.unwrap_or_else(|fault| panic!("{what}: {fault}"));
    let records: Vec<_> = written.synced.iter().chain(&written.cached).copied().collect();
    let expected = written.synced.len() + whole;
    assert_eq!(found.records as usize, expected, "{what}");
    assert_eq!(model(&found), Model::of(&records[..expected]), "{what}");
}

/// How many slots of the tail, counted from its first, are as they were written.
fn whole(image: &[Slot], full: &[Slot], synced: usize) -> usize {
    let pairs = image.iter().zip(full).skip(MARKS + synced);
    pairs.take_while(|(now, before)| now == before).count()
}

/// Every prefix of the tail, byte by byte, and, where there are at most 12 blocks, every subset of
/// them.
#[test]
fn all_that_a_crash_can_leave_of_short_tails() {
    const BLOCK: usize = 16;
    let mut dice = Dice::new(1);
    let (mut prefixes, mut subsets) = (0, 0);
    for synced in (0..4).flat_map(|synced| [synced; 16]) {
        let made = written(&mut dice, synced, 1 + synced % 3);
        let (full, start) = (with_tail(&made), MARKS + made.synced.len());
        let bytes = (full.len() - start) * SLOT;
        for keep in 0..=bytes {
            let mut image = full.clone();
            for (at, slot) in image[start..].iter_mut().enumerate() {
                let kept = keep.saturating_sub(at * SLOT).min(SLOT);
                slot[kept..].fill(0);
            }
            check(&image, &made, whole(&image, &full, made.synced.len()), "a prefix");
            prefixes += 1;
        }
        let blocks = bytes / BLOCK;
        if blocks > 12 {
            continue;
        }
        for subset in 0..1u32 << blocks {
            let mut image = full.clone();
            let all = image[start..].iter_mut().flat_map(|slot| slot.chunks_mut(BLOCK));
            for (_, block) in all.enumerate().filter(|(nth, _)| subset & (1 << nth) == 0) {
                block.fill(0);
            }
            check(&image, &made, whole(&image, &full, made.synced.len()), "a subset");
            subsets += 1;
        }
    }
    assert!(prefixes > 5_000 && subsets > 20_000, "{prefixes} prefixes, {subsets} subsets");
}

/// Long logs, and long tails that a crash tears at random.
#[test]
fn what_a_crash_leaves_of_long_tails() {
    let mut dice = Dice::new(2);
    for _ in 0..3_000 {
        let (synced, cached) = (dice.below(60), 1 + dice.below(30));
        let made = written(&mut dice, synced, cached);
        let (full, start) = (with_tail(&made), MARKS + made.synced.len());
        let mut image = full.clone();
        let likely = 1 + dice.below(20);
        for block in image[start..].iter_mut().flat_map(|slot| slot.chunks_mut(8)) {
            if dice.below(likely) == 0 {
                block.fill(0);
            }
        }
        image.truncate(start + dice.below((image.len() - start) as u64 + 1) as usize);
        check(&image, &made, whole(&image, &full, made.synced.len()), "a long tail");
    }
}

/// Flips every bit of every slot, one at a time. The reader finds damage in that slot and in no
/// other, knows which record it held, and never finds anything that was not written.
#[test]
fn every_flipped_bit_is_detected() {
    let mut dice = Dice::new(3);
    for synced in 1..9 {
        let made = written(&mut dice, synced, 0);
        let clean: Vec<Slot> = made.disk.slots().collect();
        let records = &made.synced;
        for bit in 0..clean.len() * SLOT * 8 {
            let mut image = clean.clone();
            let slot = bit / (SLOT * 8);
            image[slot][bit / 8 % SLOT] ^= 1 << (bit % 8);
            let mut lost = Vec::new();
            let found =
                read::<QuotedWord, QuotedWord>(image.iter().copied(), Policy::Halt, |seen| {
                    assert_eq!(seen.place, LogPart::Synced);
                    assert_eq!(
                        seen.identity,
                        Some(records[seen.number as usize - 1].identity()),
                        "bit {bit}"
                    );
                    if seen.reading.is_err() {
                        lost.push(seen.number as usize - 1 + MARKS);
                    }
                });
            if slot < MARKS {
                assert_eq!(found.marks[slot], None, "bit {bit}");
                assert!(found.marks[1 - slot].is_some() && lost.is_empty());
            } else {
                assert_eq!(lost, [slot], "bit {bit}");
            }
            if let Ok(found) =
                recover::<QuotedWord, QuotedWord>(image.iter().copied(), Policy::Halt)
            {
                assert_eq!(
                    model(&found),
                    Model::of(records),
                    "bit {bit}: nothing is lost that matters"
                );
            }
            // The unsafe policy may find an earlier state, but only one that the disk once held.
            let found =
                recover::<QuotedWord, QuotedWord>(image.iter().copied(), Policy::Truncate).unwrap();
            let kept = if slot < MARKS { records.len() } else { slot - MARKS };
            assert_eq!(model(&found), Model::of(&records[..kept]), "bit {bit}");
        }
    }
}

/// With both marks lost, a reader cannot know what was synced, so it must not cut anything off.
#[test]
fn without_marks_nothing_is_believed() {
    let made = written(&mut Dice::new(4), 5, 0);
    for bytes in [vec![], vec![0; 500], made.disk.slots().skip(MARKS).flatten().collect()] {
        let found = recover::<QuotedWord, QuotedWord>(slots(&bytes), Policy::Halt);
        assert_eq!(found.map(|_| ()), Err(raftsh::disk::Fault::Unmarked));
    }
}

/// Random bytes, and the bytes of disks with random damage.
#[test]
fn a_million_strings_of_bytes() {
    let mut dice = Dice::new(5);
    let made: Vec<Vec<Slot>> = (0..50)
        .map(|nth| {
            let made = written(&mut dice, nth % 12, nth % 3);
            with_tail(&made)
        })
        .collect();
    let (mut whole, mut refused) = (0u32, 0u32);
    for round in 0..1_000_000u64 {
        let mut bytes: Vec<u8> = match round % 4 {
            0 => (0..dice.below(200)).map(|_| dice.below(256) as u8).collect(),
            _ => made[dice.below(50) as usize].concat(),
        };
        for _ in 0..=dice.below(4) {
            mutate(&mut bytes, &mut dice);
        }
        let count = bytes.len().div_ceil(SLOT);
        for policy in [Policy::Halt, Policy::Truncate] {
            let found = read::<QuotedWord, QuotedWord>(slots(&bytes), policy, |_| {});
            assert!(found.records as usize <= count && found.entries.len() <= count);
            assert!(found.lost_records.len() <= count + 1);
            match recover::<QuotedWord, QuotedWord>(slots(&bytes), policy) {
                Ok(_) => whole += 1,
                Err(_) => refused += 1,
            }
        }
    }
    assert!(whole > 100_000 && refused > 100_000, "{whole} were read, {refused} refused");
}

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let length = bytes.len() as u64;
    if length == 0 {
        return bytes.extend(QuotedWord::default().content());
    }
    let at = dice.below(length) as usize;
    let slot = at / SLOT * SLOT;
    let other = dice.below(length) as usize / SLOT * SLOT;
    let end = |start: usize| (start + SLOT).min(bytes.len());
    match dice.below(8) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => bytes[at] = dice.below(256) as u8,
        2 => bytes.truncate(at),
        3 => bytes.truncate(slot),
        // A record in the place of another, a record twice, a record removed, and a slot left
        // blank.
        4 => {
            let moved = bytes[slot..end(slot)].to_vec();
            let fits = moved.len().min(bytes.len() - other);
            bytes[other..other + fits].copy_from_slice(&moved[..fits]);
        }
        5 => {
            let twice = bytes[slot..end(slot)].to_vec();
            bytes.extend(twice);
        }
        6 => drop(bytes.drain(slot..end(slot))),
        _ => {
            let last = end(slot);
            bytes[slot..last].copy_from_slice(&BLANK[..last - slot]);
        }
    }
}

/// A slot from the log of another disk has the right number and is whole, but it was not written
/// here. The record after it, or the marks, reveal that.
#[test]
fn slots_of_another_life_are_told() {
    let mut dice = Dice::new(6);
    let mut told = 0;
    for round in 0..400u64 {
        let [one, other] = [(); 2].map(|()| written(&mut dice, 2 + round % 7, 0));
        let mut image: Vec<Slot> = one.disk.slots().collect();
        let foreign: Vec<Slot> = other.disk.slots().collect();
        let at = MARKS + dice.below(one.synced.len() as u64) as usize;
        let differs =
            |(mine, theirs): (&Record<QuotedWord, QuotedWord>, &Record<QuotedWord, QuotedWord>)| {
                mine != theirs
            };
        let records = (one.synced.get(at - MARKS), other.synced.get(at - MARKS));
        if !records.0.zip(records.1).is_some_and(differs) {
            continue;
        }
        image[at] = foreign[at];
        let mut lost = 0;
        let found = read::<QuotedWord, QuotedWord>(image.iter().copied(), Policy::Halt, |seen| {
            lost += u32::from(seen.reading.is_err());
        });
        assert!(lost > 0, "round {round}, slot {at}: nobody noticed");
        let recovered = recover::<QuotedWord, QuotedWord>(image.iter().copied(), Policy::Halt);
        assert!(
            recovered.is_err() || model(&found) == Model::of(&one.synced),
            "round {round}: {recovered:?}"
        );
        told += 1;
    }
    assert!(told > 200, "{told}");
}
