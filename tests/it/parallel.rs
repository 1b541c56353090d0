//! Work on several threads: the number of threads changes no result.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use raftsh::parallel::in_order;

/// A piece of work. Pieces take different times.
fn work(nth: usize) -> usize {
    let rounds = nth * 7_919 % 501 * 40;
    let mixed =
        (0..rounds).fold(nth as u64, |mixed, _| mixed.wrapping_mul(6_364_136_223_846_793_005) + 1);
    usize::from(mixed == 0) + nth * nth
}

#[test]
fn results_come_in_the_order_of_the_pieces() {
    for threads in [0, 1, 2, 7] {
        for count in [0, 1, 3, 1_000] {
            let mut taken = Vec::new();
            in_order(threads, count, work, |result| {
                taken.push(result);
                true
            });
            assert!(taken.iter().copied().eq((0..count).map(work)), "{count} on {threads}");
        }
    }
}

#[test]
fn nobody_runs_far_ahead_and_all_end_when_nothing_more_is_wanted() {
    for threads in [1, 2, 7] {
        let (begun, mut taken, mut furthest) = (AtomicUsize::new(0), 0, 0);
        let counted = |nth| {
            begun.fetch_add(1, SeqCst);
            work(nth)
        };
        in_order(threads, 100_000, counted, |_| {
            taken += 1;
            furthest = furthest.max(begun.load(SeqCst) - taken);
            taken < 500
        });
        assert!(furthest <= 5 * threads, "{furthest} ahead on {threads}");
        assert!((500..=500 + 5 * threads).contains(&begun.load(SeqCst)), "{threads}");
    }
}

/// A panic in a worker or in the caller ends everything, and no thread waits forever.
#[test]
fn a_panic_reaches_the_caller() {
    for threads in [1, 2, 7] {
        let in_work = |nth| if nth == 40 { panic!("at work") } else { work(nth) };
        let mut taken = 0;
        let ended = catch_unwind(AssertUnwindSafe(|| {
            in_order(threads, 10_000, in_work, |_| {
                taken += 1;
                true
            });
        }));
        assert!(ended.is_err() && taken <= 40, "{taken} on {threads}");
        let in_taking = |result| if result > 100 { panic!("taking") } else { true };
        let ended = catch_unwind(AssertUnwindSafe(|| in_order(threads, 10_000, work, in_taking)));
        assert!(ended.is_err(), "{threads}");
    }
}
