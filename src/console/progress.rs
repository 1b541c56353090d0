//! The progress of a long command: one line at a terminal, shown after a second and erased before
//! any other output.
#![allow(
    clippy::disallowed_types,
    reason = "a user at a terminal waits in real time; nothing else depends on it"
)]

use std::time::{Duration, Instant};

/// How long a command may run before its progress is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the progress is then shown.
const PACE: Duration = Duration::from_millis(200);

/// The number of steps between two readings of the clock.
const STEPS: u32 = 256;

/// The progress timer of one line of commands.
#[derive(Default)]
pub(super) struct Progress {
    /// Steps since the clock was last read.
    steps: u32,
    /// When the progress is next due; `None` before the first step.
    due: Option<Instant>,
}

impl Progress {
    /// Counts a step, and returns whether the progress is due.
    pub(super) fn is_due(&mut self) -> bool {
        self.steps += 1;
        if self.steps < STEPS && self.due.is_some() {
            return false;
        }
        self.steps = 0;
        let now = Instant::now();
        let due = *self.due.get_or_insert(now + PATIENCE);
        if now < due {
            return false;
        }
        self.due = Some(now + PACE);
        true
    }
}
