//! What a script measures: the stopwatch, and the values that were noted.

/// What a measured value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A count.
    Number,
    /// A duration in microseconds.
    Duration,
}

/// A value that `measure` noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// What was measured.
    pub name: String,
    /// The value; a duration is in microseconds.
    pub value: u64,
    /// What the value is.
    pub unit: Unit,
}

/// The stopwatch, and what was noted. A fresh cluster stops the stopwatch, as its time begins
/// again; what was noted stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Measures {
    /// When the stopwatch was set, in microseconds of virtual time.
    pub(super) zero_us: Option<u64>,
    /// What was noted, in order.
    pub(super) noted: Vec<Measure>,
}

impl Measures {
    /// The cluster was replaced by another one.
    pub(super) fn stop(&mut self) {
        self.zero_us = None;
    }
}
