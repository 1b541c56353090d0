//! Logs, whole and without their beginning.

use raftsh::raft::{Entry, Index, Log, Payload, Position, Term};

fn log(terms: &[u32]) -> Log {
    Log::new(entries(terms).into_iter().collect())
}

fn entries(terms: &[u32]) -> Vec<Entry> {
    terms.iter().map(|&term| Entry { term: Term(term), payload: Payload::Command(7) }).collect()
}

fn at(index: u32, term: u32) -> Position {
    Position { index: Index(index), term: Term(term) }
}

#[test]
fn latest_not_after() {
    for (terms, limit, expected) in [
        (&[][..], at(5, 3), at(0, 0)),
        (&[1, 1, 1], at(5, 3), at(3, 1)),
        (&[1, 1, 1, 4, 4], at(4, 3), at(3, 1)),
        (&[1, 1, 1, 4, 4], at(4, 4), at(4, 4)),
        (&[2, 2, 3, 3], at(4, 1), at(0, 0)),
        (&[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3], at(10, 6), at(10, 3)),
    ] {
        assert_eq!(log(terms).latest_not_after(limit), Some(expected), "{terms:?} {limit}");
    }
}

/// The log of these terms without its `count` first entries.
fn without(count: u32, terms: &[u32]) -> Log {
    let mut log = log(terms);
    log.forget_through(Index(count));
    log
}

#[test]
fn what_is_forgotten_leaves_its_last_position() {
    let mut log = without(3, &[1, 1, 2, 2, 3]);
    assert_eq!((log.base(), log.first_index(), log.last()), (at(3, 2), Index(4), at(5, 3)));
    let terms = [2, 3, 4, 5, 6].map(|index| log.term_at(Index(index)));
    assert_eq!(terms, [None, Some(Term(2)), Some(Term(2)), Some(Term(3)), None]);
    assert_eq!((log.get(Index(3)), log.slice(Index(4), 9).len()), (None, 2));
    assert_eq!(log.iter_from(Index(1)).map(|(index, _)| index.0).collect::<Vec<_>>(), [4, 5]);
    log.forget_through(Index(2));
    log.forget_through(Index(6));
    assert_eq!(log.base(), at(3, 2), "only what it holds can be forgotten");
    log.truncate_from(Index(4));
    assert_eq!((log.last(), log.first_index()), (at(3, 2), Index(4)));
    log.append(&entries(&[4]));
    assert_eq!(log.last(), at(4, 4));
    log.forget_through(Index(4));
    assert_eq!((log.base(), log.last(), log.pieces().count()), (at(4, 4), at(4, 4), 0));
}

#[test]
fn nothing_is_looked_for_before_the_base() {
    for (limit, expected) in [
        (at(2, 9), None),
        (at(9, 1), None),
        (at(3, 2), Some(at(3, 2))),
        (at(9, 2), Some(at(4, 2))),
        (at(9, 9), Some(at(5, 3))),
    ] {
        assert_eq!(without(3, &[1, 1, 2, 2, 3]).latest_not_after(limit), expected, "{limit}");
    }
}

#[test]
fn what_was_forgotten_agreed() {
    let log = without(100, &[[1; 100], [2; 100]].concat());
    for (first, terms, expected) in [
        (1, &[7; 50][..], 50),
        (1, &[7; 101], 100),
        (100, &[7, 2, 2], 3),
        (101, &[7], 0),
        (101, &[2], 1),
    ] {
        assert_eq!(
            log.agrees_with(Index(first), &entries(terms)),
            expected,
            "{first} {}",
            terms.len()
        );
    }
    let whole = self::log(&[[1; 100], [2; 100]].concat());
    assert_eq!((log.same_through(&whole), whole.same_through(&log)), (Index(200), Index(200)));
}

#[test]
fn agreement_ends_at_another_term_and_at_the_end() {
    let log = log(&[[1; 100], [2; 100]].concat());
    for (first, terms, expected) in [
        (1, &[[1; 100], [2; 100]].concat()[..], 200),
        (1, &[[1; 100], [3; 100]].concat(), 100),
        (60, &[1; 60], 41),
        (190, &[2; 60], 11),
        (201, &[2; 5], 0),
        (64, &[], 0),
    ] {
        assert_eq!(
            log.agrees_with(Index(first), &entries(terms)),
            expected,
            "{} from {first}",
            terms.len()
        );
    }
}

#[test]
fn slices_stop_at_the_limit_and_at_the_end() {
    let log = log(&[1; 200]);
    for (from, limit, expected) in
        [(1, 64, 64), (60, 64, 64), (190, 64, 11), (201, 64, 0), (1, 0, 0), (5, 1, 1)]
    {
        assert_eq!(log.slice(Index(from), limit).len(), expected, "{limit} from {from}");
    }
}
