//! Sequences compared with plain vectors.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use raftsh::seq::{LARGE_CHUNK, Pool, Seq, digest};

/// Positions and lengths at which chunks and levels of the tree begin and end.
const EDGES: [usize; 14] =
    [0, 1, 63, 64, 65, 127, 128, 4095, 4096, 4097, 4160, 8192, 262_144, 262_209];

/// The number of elements in a chunk.
const SIZE: usize = 64;

/// A sequence in which each element is its own position.
fn counting(positions: Range<usize>) -> Seq<usize> {
    let mut seq = Seq::starting_at(positions.start);
    seq.extend(positions);
    seq
}

/// A model of a sequence: a vector, and the position of its first element.
#[derive(Clone, Debug)]
struct Model {
    start: usize,
    elements: Vec<usize>,
}

impl Model {
    fn end(&self) -> usize {
        self.start + self.elements.len()
    }

    fn truncate(&mut self, end: usize) {
        self.elements.truncate(end.saturating_sub(self.start));
    }

    fn forget_before(&mut self, position: usize) {
        let gone = position.clamp(self.start, self.end()) - self.start;
        self.elements.drain(..gone);
        self.start += gone;
    }

    fn get(&self, position: usize) -> Option<&usize> {
        self.elements.get(position.checked_sub(self.start)?)
    }

    /// Compares everything that is cheap to compare, around the edges of what is kept.
    fn resembles(&self, seq: &Seq<usize>) {
        assert_eq!(
            (seq.start(), seq.end(), seq.len()),
            (self.start, self.end(), self.elements.len())
        );
        assert_eq!((seq.is_empty(), seq.last()), (self.elements.is_empty(), self.elements.last()));
        let chunk = self.start - self.start % SIZE;
        for edge in [0, chunk, self.start, chunk + SIZE, self.end() / SIZE * SIZE, self.end()] {
            for position in edge.saturating_sub(1)..edge + 2 {
                assert_eq!(seq.get(position), self.get(position), "at {position}");
                assert_eq!(
                    seq.piece(position).first(),
                    self.get(position),
                    "the piece at {position}"
                );
                assert_eq!(seq.iter_from(position).next(), self.get(position.max(self.start)));
            }
        }
    }

    /// Compares everything, also with a newly built sequence.
    fn equals(&self, seq: &Seq<usize>) {
        self.resembles(seq);
        assert!(seq.iter().eq(&self.elements), "from {}, in order", self.start);
        assert!(seq.iter().rev().eq(self.elements.iter().rev()), "from {}, backwards", self.start);
        let mut fresh = seq.emptied_at(self.start);
        fresh.extend_from_slice(&self.elements);
        assert_eq!(*seq, fresh);
        assert_eq!(digest(seq), digest(&fresh), "{} to {}", self.start, self.end());
        assert_eq!(seq.common_end(&fresh, 0), self.end());
    }
}

/// Numbers that look random and are the same in every run.
struct Chance(usize);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Compares every operation with a plain vector, at the lengths where chunks and levels of the
/// tree begin and end.
#[test]
fn behaves_like_a_vector() {
    let edges =
        [0, 1, 63, 64, 65, 127, 128, 129, 4095, 4096, 4097, 4160, 4161, 8192, 262_144, 262_209];
    for length in edges {
        let model: Vec<usize> = (0..length).collect();
        let seq: Seq<usize> = model.iter().copied().collect();
        assert_eq!(seq.len(), length);
        assert!(seq.iter().eq(model.iter()), "{length} elements in order");
        for cut in edges.into_iter().filter(|&cut| cut <= length) {
            let mut short = seq.clone();
            short.truncate(cut);
            assert!(short.iter().eq(&model[..cut]), "{length} cut to {cut}");
            assert_eq!(short.is_empty(), cut == 0);
            assert_eq!(short.last(), model[..cut].last());
            short.extend(900..1100);
            assert_eq!(short.len(), cut + 200);
            assert!(short.iter_from(cut).copied().eq(900..1100), "{length} cut to {cut} and grown");
            assert_eq!(short.get(cut + 199), Some(&1099));
            assert_eq!(short.get(cut + 200), None);
        }
        assert!(seq.iter().eq(model.iter()), "clones leave the original alone");
    }
}

#[test]
fn a_change_is_one_clones_own() {
    let seq: Seq<usize> = (0..5000).collect();
    for position in [0, 63, 64, 4095, 4096, 4999] {
        let mut other = seq.clone();
        *other.get_mut(position).unwrap() = 7;
        assert_eq!(other.get(position), Some(&7));
        assert_eq!(seq.get(position), Some(&position));
    }
    assert_eq!(seq.clone().get_mut(5000), None);
}

/// Tries every edge as a start, whether the sequence began there or forgot what was before it.
#[test]
fn what_is_forgotten_is_gone_and_the_rest_keeps_its_place() {
    for start in EDGES {
        for length in EDGES.into_iter().filter(|&length| length < 5_000) {
            let mut model = Model { start, elements: (start..start + length).collect() };
            let began = counting(start..start + length);
            model.equals(&began);
            let mut forgot = counting(start.saturating_sub(5_000)..start + length);
            let before = forgot.clone();
            forgot.forget_before(start);
            model.equals(&forgot);
            assert!(before.iter().copied().eq(start.saturating_sub(5_000)..start + length));
            assert!(length == 0 || start == 0 || digest(&before) != digest(&forgot));
            for mut seq in [began, forgot] {
                seq.extend(start + length..start + length + 70);
                model.elements.extend(start + length..start + length + 70);
                model.equals(&seq);
                seq.truncate(start + length);
                model.truncate(start + length);
                model.equals(&seq);
            }
        }
    }
}

#[test]
fn positions_beyond_either_end_are_clamped() {
    let mut seq = counting(100..400);
    seq.forget_before(50);
    assert_eq!((seq.start(), seq.end()), (100, 400));
    seq.forget_before(200);
    assert!(seq.range(0..250).copied().eq(200..250));
    assert!(seq.range(390..1000).copied().eq(390..400));
    assert_eq!(seq.range(Range { start: 300, end: 250 }).len() + seq.range(0..200).len(), 0);
    let mut cut = seq.clone();
    cut.truncate(150);
    assert_eq!((cut.start(), cut.end(), cut.last()), (200, 200, None));
    assert!(cut.get_mut(199).is_none() && cut.get_mut(200).is_none());
    cut.push(7);
    assert_eq!((cut.get(200), cut.len()), (Some(&7), 1));
    seq.forget_before(1000);
    assert_eq!((seq.start(), seq.end(), seq.is_empty()), (400, 400, true));
    assert_eq!(seq, Seq::starting_at(400));
    assert_ne!(seq, Seq::new(), "an end that is another");
    assert_ne!(digest(&seq), digest(&Seq::<usize>::new()));
}

/// Makes all changes in any order, also to clones that share chunks.
#[test]
fn all_changes_in_any_order() {
    let mut chance = Chance(1);
    for (turn, base) in
        [0, 100, 4_000, 262_000, 16_777_000].into_iter().cycle().take(10).enumerate()
    {
        let mut model = Model { start: base, elements: Vec::new() };
        let empty = if turn < 5 { Seq::new() } else { Seq::in_large_chunks() };
        let mut kept = vec![(empty.emptied_at(base), model.clone())];
        let mut seq = kept[0].0.clone();
        for turn in 0..400 {
            let count = [3, 70, 900, 6_000][chance.below(4)];
            match chance.below(6) {
                0 | 1 => {
                    let more: Vec<usize> =
                        (0..chance.below(count)).map(|_| chance.below(9)).collect();
                    if turn % 2 == 0 {
                        seq.extend_from_slice(&more)
                    } else {
                        seq.extend(more.clone())
                    }
                    model.elements.extend(more);
                }
                2 => {
                    let end = seq.end().saturating_sub(chance.below(count));
                    seq.truncate(end);
                    model.truncate(end);
                }
                3 => {
                    let position = seq.start() + chance.below(count);
                    seq.forget_before(position);
                    model.forget_before(position);
                }
                4 if !seq.is_empty() => {
                    let position = seq.start() + chance.below(seq.len());
                    *seq.get_mut(position).unwrap() = turn;
                    model.elements[position - model.start] = turn;
                }
                _ => {
                    kept.push((seq.clone(), model.clone()));
                    (seq, model) = kept[chance.below(kept.len())].clone();
                    digest(&seq);
                }
            }
            model.resembles(&seq);
            if turn % 10 == 0 {
                model.equals(&seq);
            }
        }
        kept.iter().for_each(|(seq, model)| model.equals(seq));
    }
}

#[test]
fn what_is_forgotten_leaves_the_memory() {
    let element = Arc::new(());
    let mut seq: Seq<Arc<()>> = (0..300_000).map(|_| element.clone()).collect();
    for position in [10, 64, 4_100, 262_143, 262_144, 299_000, 300_000] {
        seq.forget_before(position);
        let held = Arc::strong_count(&element) - 1;
        assert!((seq.len()..seq.len() + SIZE).contains(&held), "{held} of {}", seq.len());
    }
    // However large the positions have become, only the window is kept.
    let mut window = Seq::starting_at(0);
    for position in 0..300_000_usize {
        window.push(position);
        window.forget_before(position.saturating_sub(100));
    }
    assert!(window.iter().copied().eq(299_899..300_000));
}

#[test]
fn two_sequences_hold_the_same_up_to_where_they_differ() {
    let one = counting(0..300_000);
    for at in [0, 1, 63, 64, 4_095, 4_096, 70_000, 262_144, 299_990, 299_999] {
        let mut other = one.clone();
        *other.get_mut(at).unwrap() = 7_000_000;
        let mut later = other.clone();
        later.forget_before(at.saturating_sub(3_000));
        for other in [other, later] {
            for known in [0, at / 2, at] {
                assert_eq!(
                    (one.common_end(&other, known), other.common_end(&one, known)),
                    (at, at)
                );
            }
            let mut shorter = other.clone();
            shorter.truncate(at);
            assert_eq!((one.common_end(&shorter, 0), shorter.common_end(&one, 0)), (at, at));
            shorter.extend(at..at + 100);
            let both = one.end().min(at + 100);
            assert_eq!((one.common_end(&shorter, 0), shorter.common_end(&one, 0)), (both, both));
        }
    }
    let (early, late) = (counting(0..100), counting(200..300));
    assert_eq!(early.common_end(&late, 0), 100, "what is forgotten is taken to be the same");
}

/// An element that counts how often it is compared.
#[derive(Clone)]
struct Counted<'a>(&'a Cell<usize>);

impl PartialEq for Counted<'_> {
    fn eq(&self, _: &Counted<'_>) -> bool {
        self.0.set(self.0.get() + 1);
        true
    }
}

impl Eq for Counted<'_> {}

#[test]
fn what_two_clones_share_is_not_looked_at() {
    let compared = Cell::new(0);
    let one: Seq<Counted<'_>> = (0..300_000).map(|_| Counted(&compared)).collect();
    let mut other = one.clone();
    for change in [0, 5_000, 100_000, 262_144] {
        other.forget_before(change);
        compared.set(0);
        assert_eq!(one.common_end(&other, 0), 300_000);
        assert_eq!(other.common_end(&one, 0), 300_000);
        // Each comparison looks at the chunk in which the other sequence starts, and at the tails.
        assert!(compared.get() <= 4 * SIZE, "{} compared", compared.get());
    }
}

#[test]
fn whole_chunks_are_not_copied() {
    let mut seq = Seq::in_large_chunks();
    for nth in 0..100 {
        let chunk: Vec<usize> = (nth * LARGE_CHUNK..(nth + 1) * LARGE_CHUNK).collect();
        let place = chunk.as_ptr();
        seq.append(chunk);
        assert_eq!(seq.piece(nth * LARGE_CHUNK).as_ptr(), place);
        seq.append(Vec::new());
    }
    assert!(seq.iter().copied().eq(0..100 * LARGE_CHUNK));
}

/// A digest depends on the elements alone, not on how the sequence was built or when it was
/// digested.
#[test]
fn equal_sequences_have_equal_digests_and_others_have_others() {
    for length in [0, 1, 63, 64, 65, 4096, 4097, 9_000] {
        let seq: Seq<usize> = (0..length).collect();
        let mut longer: Seq<usize> = (0..length + 300).collect();
        assert_ne!(digest(&longer), digest(&seq), "{length}");
        longer.truncate(length);
        assert_eq!(digest(&longer), digest(&seq), "{length}, cut back");
        for position in
            [0, 64, 4_100, length.saturating_sub(1)].into_iter().filter(|&at| at < length)
        {
            let mut other = seq.clone();
            *other.get_mut(position).unwrap() += 1;
            assert_ne!(digest(&other), digest(&seq), "{length}, another at {position}");
            *other.get_mut(position).unwrap() -= 1;
            assert_eq!(digest(&other), digest(&seq), "{length}, the same again at {position}");
        }
        let mut grown = seq.clone();
        grown.extend(0..5_000);
        digest(&grown);
        grown.extend(0..5_000);
        let again: Seq<usize> = seq.iter().copied().chain(0..5_000).chain(0..5_000).collect();
        assert_eq!(digest(&grown), digest(&again), "{length}, grown");
    }
}

fn shared(one: &Seq<usize>, other: &Seq<usize>) -> usize {
    let pieces = (0..one.len().min(other.len())).step_by(SIZE);
    pieces.filter(|&position| std::ptr::eq(one.piece(position), other.piece(position))).count()
}

#[test]
fn equal_chunks_are_kept_once() {
    let pool = Pool::default();
    let mut logs = [(); 3].map(|()| Seq::in_pool(&pool));
    for element in 0..10_000 {
        for (nth, log) in logs.iter_mut().enumerate() {
            // The third log differs in its second thousand.
            log.push(if nth == 2 && (1000..2000).contains(&element) { 7 } else { element });
        }
    }
    let whole = 10_000 / SIZE;
    assert_eq!(shared(&logs[0], &logs[1]), whole);
    assert_eq!(shared(&logs[0], &logs[2]), whole - (2000 / SIZE - 1000 / SIZE + 1));
    let [one, mut other, third] = logs;
    assert!(one.iter().copied().eq(0..10_000), "what is shared is what was");
    assert_eq!(
        (third.get(999), third.get(1000), third.get(2000)),
        (Some(&999), Some(&7), Some(&2000))
    );
    other.truncate(5000);
    other.extend([1; 1000]);
    *other.get_mut(5).unwrap() = 0;
    assert!(one.iter().copied().eq(0..10_000), "a change is one sequence's own");
    assert_eq!((other.get(5), other.get(4999), other.get(5000)), (Some(&0), Some(&4999), Some(&1)));
}

#[test]
fn forgetting_does_not_end_the_sharing() {
    let pool = Pool::default();
    let mut logs = [(); 3].map(|()| Seq::in_pool(&pool));
    for element in 0..10_000_usize {
        for (nth, log) in logs.iter_mut().enumerate() {
            log.push(element);
            log.forget_before(element.saturating_sub([1_000, 700, 5][nth]));
        }
    }
    // The third log begins in its tail, and the second one within a chunk that it shares.
    let from = (9_299..9_984).step_by(SIZE);
    assert!(from.clone().all(|at| std::ptr::eq(logs[0].piece(at), logs[1].piece(at))));
    assert_eq!(logs[2].len(), 6);
    assert!(logs[0].iter().copied().eq(8_999..10_000));
}
