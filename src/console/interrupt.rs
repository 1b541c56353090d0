//! Handles Ctrl-C.
//!
//! While commands run, the first Ctrl-C only raises a flag, which long operations check
//! ([`crate::console::output::Output::check_stop`]): the cluster stays consistent, and earlier
//! output is not lost. A second Ctrl-C, or one while the process waits for input, ends the process
//! at once. The handler is installed with the first command, so that `--help` does not pay for it.
//! While another program has the terminal (a pager), Ctrl-C is for that program alone, even if the
//! handler comes only when the program has ended.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use crate::language::Status;

static INSTALLED: Once = Once::new();
static RAISED: AtomicBool = AtomicBool::new(false);
static WAITING: AtomicBool = AtomicBool::new(false);
static LEFT_TO_PROGRAM: AtomicBool = AtomicBool::new(false);

/// How often Ctrl-C was left to a program. The handler runs on a thread of its own, so it may come
/// only after the program has ended.
static LEFT: (Mutex<u64>, Condvar) = (Mutex::new(0), Condvar::new());

/// How long the handler is waited for, if a signal ended the program. It may have been another
/// signal, of which the handler never hears.
const HANDLER: Duration = Duration::from_millis(200);

/// The interrupt flag of the process.
pub struct Interrupt;

impl Interrupt {
    /// Installs the handler, once. Where that fails (in some sandboxes), Ctrl-C ends the process as
    /// usual.
    pub fn watch() {
        INSTALLED.call_once(|| {
            let _ = ctrlc::set_handler(handle);
        });
    }

    /// Whether Ctrl-C was pressed and not yet cleared.
    pub fn raised() -> bool {
        RAISED.load(SeqCst)
    }

    /// Clears a Ctrl-C that was handled.
    pub fn clear() {
        RAISED.store(false, SeqCst);
    }

    /// Runs something that only waits and cannot check the flag. Meanwhile, Ctrl-C ends the
    /// process.
    pub fn while_waiting<T>(wait: impl FnOnce() -> T) -> T {
        WAITING.store(true, SeqCst);
        let waited = wait();
        WAITING.store(false, SeqCst);
        waited
    }

    /// While the result exists, another program has the terminal, and Ctrl-C is left to it.
    pub(super) fn left_to_program() -> LeftToProgram {
        LEFT_TO_PROGRAM.store(true, SeqCst);
        LeftToProgram { before: *left() }
    }
}

/// Ctrl-C was pressed.
fn handle() {
    if LEFT_TO_PROGRAM.load(SeqCst) {
        *left() += 1;
        return LEFT.1.notify_all();
    }
    if WAITING.load(SeqCst) || RAISED.swap(true, SeqCst) {
        std::process::exit(Status::Interrupted as i32);
    }
}

fn left() -> MutexGuard<'static, u64> {
    LEFT.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Another program has the terminal while this exists.
pub(super) struct LeftToProgram {
    /// How often Ctrl-C had been left to a program before.
    before: u64,
}

impl LeftToProgram {
    /// A signal has ended the program. If that was Ctrl-C, waits until the handler has left it to
    /// the program: a handler that comes later would interrupt the next command.
    pub(super) fn hears_signal(&self) {
        drop(LEFT.1.wait_timeout_while(left(), HANDLER, |left| *left == self.before));
    }
}

impl Drop for LeftToProgram {
    fn drop(&mut self) {
        LEFT_TO_PROGRAM.store(false, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The handler runs late, as on a busy machine: what ended the program interrupts nothing else.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "the handler runs on a thread of its own")]
    fn a_late_handler_leaves_ctrl_c_to_the_program() {
        let program = Interrupt::left_to_program();
        let late = std::thread::spawn(|| {
            std::thread::sleep(Duration::from_millis(30));
            handle();
        });
        program.hears_signal();
        drop(program);
        assert!(late.join().is_ok());
        assert!(!Interrupt::raised());
    }
}
