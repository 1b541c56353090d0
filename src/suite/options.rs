//! The options that apply to every test of a run.

use super::outcome::{Bless, Failure};
use super::transcript::play::MOST_SAID;
use crate::language::{Error, Status};
use crate::session::Start;

/// The most bytes that a tutorial or an expected output may have. Larger files are not read.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The options of a test run.
#[derive(Clone, Copy, Debug)]
pub struct TestOptions {
    /// The number of nodes, the seed and the settings of each fresh cluster.
    pub start: Start,
    /// The width for which output is laid out, in columns.
    pub width: usize,
    /// Whether a script continues after a failure (`--keep-going`).
    pub keep_going: bool,
    /// Which outputs that differ are rewritten (`--bless`); `None` for none.
    pub bless: Option<Bless>,
}

impl TestOptions {
    /// Whether the output that caused this failure is rewritten.
    pub(super) fn blesses(&self, failure: &Failure) -> bool {
        failure.blessed_by.is_some() && failure.blessed_by <= self.bless
    }
}

/// The error for a command or a script that prints more than a test can hold.
pub(super) fn too_much(what: &str) -> Error {
    Error::new(
        Status::Expectation,
        format!("the output of {what} is larger than {} MiB", MOST_SAID / 1024 / 1024),
    )
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.split_terminator('\n').collect()
}
