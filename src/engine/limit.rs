//! How long an engine may take for an answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long an engine may take for an answer, in microseconds, if nobody says otherwise.
pub const TIMEOUT_US: u64 = 5_000_000;

static TIMEOUT: AtomicU64 = AtomicU64::new(TIMEOUT_US);

/// How long an engine may take for an answer, in microseconds.
pub fn timeout_us() -> u64 {
    TIMEOUT.load(Ordering::Relaxed)
}

/// Changes how long an engine may take for an answer.
pub fn set_timeout(timeout_us: u64) {
    TIMEOUT.store(timeout_us, Ordering::Relaxed);
}

/// The same as a duration.
pub(super) fn timeout() -> Duration {
    Duration::from_micros(timeout_us())
}

/// How long a process may take to start and to say who it is: a program has to be read from a disk
/// first, so this is never shorter than usual.
pub(super) fn start_timeout() -> Duration {
    Duration::from_micros(timeout_us().max(TIMEOUT_US))
}
