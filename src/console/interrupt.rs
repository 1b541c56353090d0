//! Ctrl-C.
//!
//! While commands run, the first Ctrl-C only raises a flag, and whoever runs for long looks at it
//! ([`crate::console::output::Output::check_stop`]): the cluster stays whole, and what was said so
//! far is not lost. A second one, or one while the process merely waits for input, ends the process
//! at once. The handler is installed with the first command, so that `--help` does not pay for it.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use crate::language::Status;

static INSTALLED: Once = Once::new();
static RAISED: AtomicBool = AtomicBool::new(false);
static WAITING: AtomicBool = AtomicBool::new(false);

/// The one flag of the process.
pub struct Interrupt;

impl Interrupt {
    /// Begins to listen, once; without a handler (some sandboxes) Ctrl-C ends the process as ever.
    pub fn watch() {
        INSTALLED.call_once(|| {
            let _ = ctrlc::set_handler(|| {
                if WAITING.load(SeqCst) || RAISED.swap(true, SeqCst) {
                    std::process::exit(Status::Interrupted as i32);
                }
            });
        });
    }

    /// Whether the user wants the running command to end.
    pub fn raised() -> bool {
        RAISED.load(SeqCst)
    }

    /// Forgets a Ctrl-C that was dealt with.
    pub fn clear() {
        RAISED.store(false, SeqCst);
    }

    /// Does something that only waits, and that nobody could ask to stop.
    pub fn while_waiting<T>(wait: impl FnOnce() -> T) -> T {
        WAITING.store(true, SeqCst);
        let waited = wait();
        WAITING.store(false, SeqCst);
        waited
    }
}
