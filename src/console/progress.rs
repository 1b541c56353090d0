//! What a terminal shows while a command runs, until other output replaces it: the progress of a
//! long command, in one line, and a view of the cluster that is drawn again and again
//! (`status --watch`).
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

/// The time between two frames of a view that is drawn again and again.
const FRAME: Duration = Duration::from_millis(100);

/// When the next frame of a view is due.
#[derive(Default)]
pub(super) struct Frames {
    /// Steps since the clock was last read.
    steps: u32,
    /// When the latest frame was drawn.
    drawn: Option<Instant>,
}

impl Frames {
    /// Counts a step, and returns whether a frame is due.
    pub(super) fn is_due(&mut self) -> bool {
        self.steps += 1;
        if self.steps < STEPS_BETWEEN_FRAMES {
            return false;
        }
        self.steps = 0;
        let now = Instant::now();
        let is_due = self.drawn.is_none_or(|drawn| now.duration_since(drawn) >= FRAME);
        if is_due {
            self.drawn = Some(now);
        }
        is_due
    }
}

/// The number of steps between two readings of the clock for a frame.
const STEPS_BETWEEN_FRAMES: u32 = 64;

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
