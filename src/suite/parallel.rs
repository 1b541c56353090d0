//! Several tests at a time, handed on one by one in their order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::thread::{self, Builder};

/// Bytes of stack of a thread: as much as a main thread has, for a test must not depend on where it is run.
const STACK: usize = 8 * 1024 * 1024;

/// Does `work` on 0 to `count` - 1, and gives `take` the results in that order, until that says no.
pub fn in_order<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync, mut take: impl FnMut(T) -> bool) {
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    let run = |sender: mpsc::Sender<(usize, T)>| {
        loop {
            let nth = next.fetch_add(1, SeqCst);
            if nth >= count || stopped.load(SeqCst) || sender.send((nth, work(nth))).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(count);
        let spawn = |_| {
            let (sender, run) = (sender.clone(), &run);
            Builder::new().stack_size(STACK).spawn_scoped(scope, move || run(sender)).is_ok()
        };
        let spawned = (0..threads).filter(|nth| spawn(*nth)).count();
        if spawned == 0 {
            // No thread is to be had: the results wait in the channel.
            run(sender.clone());
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (nth, result) in receiver {
            early.insert(nth, result);
            while let Some(result) = early.remove(&due) {
                due += 1;
                if !take(result) {
                    stopped.store(true, SeqCst);
                    return;
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_one_can_stop() {
        for count in [0, 1, 7, 500] {
            let mut taken = Vec::new();
            // Some take longer than others.
            let work = |nth| if nth % 3 == 0 { (0..10_000).fold(nth, |x, y| (x ^ y) ^ y) } else { nth };
            in_order(count, work, |nth| {
                taken.push(nth);
                true
            });
            assert_eq!(taken, (0..count).collect::<Vec<_>>());
        }
        let mut taken = Vec::new();
        in_order(
            500,
            |nth| nth,
            |nth| {
                taken.push(nth);
                nth < 9
            },
        );
        assert_eq!(taken, (0..10).collect::<Vec<_>>());
    }
}
