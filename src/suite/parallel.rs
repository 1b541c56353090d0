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
