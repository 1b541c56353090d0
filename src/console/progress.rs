//! How far a long command has come: one line at a terminal, shown after a second and wiped out
//! before anything is said.
#![allow(
    clippy::disallowed_types,
    reason = "whoever waits at a terminal waits by the clock; nothing else looks at it"
)]

use std::time::{Duration, Instant};

/// How long a command may take before it tells how far it has come.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it tells then.
const PACE: Duration = Duration::from_millis(200);

/// So many steps are made before anybody looks at the clock again.
const STEPS: u32 = 256;

/// The clock of one line of commands.
#[derive(Default)]
pub(super) struct Progress {
    /// Steps since the last look at the clock.
    steps: u32,
    /// When the next news are due; not known before the first look.
    due: Option<Instant>,
}

impl Progress {
    /// Counts a step; whether it is time to tell how far one has come.
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
