//! The only place that starts threads. Workers run pieces of work in parallel, and the caller gets
//! the results in the order of the pieces, so the number of threads cannot be seen.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, Builder};

/// Bytes of stack of each thread: as much as the main thread has, so that work that fits there fits
/// here.
const STACK: usize = 8 * 1024 * 1024;

/// How many pieces for each thread may be begun ahead of the one whose result is due next.
const AHEAD: usize = 4;

/// The number of threads that this machine can run at the same time.
pub fn threads() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Calls `work` for 0 to `count - 1` on this many threads, and `take` with each result in that
/// order. If `take` returns false, no more work is begun. Memory does not grow with `count`.
///
/// # Panics
/// If `work` or `take` panics.
pub fn in_order<T: Send>(
    threads: usize,
    count: usize,
    work: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(T) -> bool,
) {
    let (next, window) = (AtomicUsize::new(0), Window::default());
    let threads = threads.clamp(1, count.max(1));
    let (sender, receiver) = mpsc::channel();
    let run = |sender: mpsc::Sender<(usize, T)>| {
        let _stops_waiting = StopOnDrop { window: &window, only_if_panicking: true };
        loop {
            let nth = next.fetch_add(1, SeqCst);
            let may_begin = nth < count && window.waits_for(nth, AHEAD * threads);
            if !may_begin || sender.send((nth, work(nth))).is_err() {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let _stops_waiting = StopOnDrop { window: &window, only_if_panicking: false };
        let spawn = |_: &usize| {
            let (sender, run) = (sender.clone(), &run);
            Builder::new().stack_size(STACK).spawn_scoped(scope, move || run(sender)).is_ok()
        };
        if (0..threads).filter(spawn).count() == 0 {
            // The system refuses to start a thread: do the work here.
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
                window.taken(due);
            }
        }
    });
}

/// Keeps workers from running too far ahead of the results that were taken.
#[derive(Default)]
struct Window {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// The number of results that were taken.
    taken: usize,
    /// Whether no more results are wanted.
    stopped: bool,
}

impl Window {
    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked while it held the lock left no half-made change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until piece `nth` may begin. Returns false if no more results are wanted.
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

/// Stops all waiting when it is dropped, even by a panic of its owner: otherwise others would wait
/// for ever.
struct StopOnDrop<'a> {
    window: &'a Window,
    only_if_panicking: bool,
}

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        if !self.only_if_panicking || thread::panicking() {
            self.window.stop();
        }
    }
}
