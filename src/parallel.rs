//! Threads: the one place that starts any. Pieces of work are done several at a time, and their
//! results handed on one by one in the order of the pieces, so that nobody can see how many threads
//! there were.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, Builder};

/// Bytes of stack of a thread: as much as a main thread has, for no result may depend on where it
/// came about.
const STACK: usize = 8 * 1024 * 1024;

/// So many pieces for each thread may be ahead of the one whose result is to be handed on next.
const AHEAD: usize = 4;

/// As many threads as this machine can run at a time.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Does `work` on 0 to `count` - 1, so many at a time, and gives `take` the results in that order,
/// until that says no: then nothing more is begun. What is in memory does not grow with `count`.
///
/// # Panics
/// If `work` or `take` does.
pub fn in_order<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(T) -> bool,
) {
    let (next, gate) = (AtomicUsize::new(0), Gate::default());
    let threads = threads.clamp(1, count.max(1));
    let (sender, receiver) = mpsc::channel();
    let run = |sender: mpsc::Sender<(usize, T)>| {
        let _opened_at_last = OpenAtLast { gate: &gate, only_if_panicking: true };
        loop {
            let nth = next.fetch_add(1, SeqCst);
            let may_begin = nth < count && gate.waits_for(nth, AHEAD * threads);
            if !may_begin || sender.send((nth, work(nth))).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let _opened_at_last = OpenAtLast { gate: &gate, only_if_panicking: false };
        let spawn = |_: &usize| {
            let (sender, run) = (sender.clone(), &run);
            Builder::new().stack_size(STACK).spawn_scoped(scope, move || run(sender)).is_ok()
        };
        if (0..threads).filter(spawn).count() == 0 {
            // No thread is to be had.
            let _ = (0..count).all(|nth| take(work(nth)));
            return;
        }
        drop(sender);
        let (mut early, mut due) = (BTreeMap::new(), 0);
        for (nth, result) in receiver {
            early.insert(nth, result);
            while let Some(result) = early.remove(&due) {
                due += 1;
                if !take(result) {
                    return;
                }
                gate.taken(due);
            }
        }
    });
}

/// Keeps whoever works from running ahead.
#[derive(Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How many results were handed on.
    taken: usize,
    /// Whether no more are wanted.
    stopped: bool,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever panicked over it left it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a piece is not too far ahead; false if it is not wanted any more.
    fn waits_for(&self, nth: usize, ahead: usize) -> bool {
        let too_far = |state: &mut State| !state.stopped && nth >= state.taken + ahead;
        let waited = self.changed.wait_while(self.state(), too_far);
        !waited.unwrap_or_else(PoisonError::into_inner).stopped
    }

    fn taken(&self, count: usize) {
        self.state().taken = count;
        self.changed.notify_all();
    }

    fn stop(&self) {
        self.state().stopped = true;
        self.changed.notify_all();
    }
}

/// Ends the waiting of all, however whoever holds this ends.
struct OpenAtLast<'a> {
    gate: &'a Gate,
    only_if_panicking: bool,
}

impl Drop for OpenAtLast<'_> {
    fn drop(&mut self) {
        if !self.only_if_panicking || thread::panicking() {
            self.gate.stop();
        }
    }
}
