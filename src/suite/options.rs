//! How tests are run, whatever they are.

use super::outcome::{Bless, Failure};
use super::transcript::play::MOST_SAID;
use crate::language::{Error, Status};
use crate::session::Start;

/// Larger tutorials and outputs are not read.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// How tests are run.
#[derive(Clone, Copy, Debug)]
pub struct TestOptions {
    /// What each fresh cluster starts with.
    pub start: Start,
    /// The columns outputs are laid out for.
    pub width: usize,
    /// Whether a script goes on after a failure.
    pub keep_going: bool,
    /// Which outputs that differ are taken over.
    pub bless: Option<Bless>,
}

impl TestOptions {
    /// Whether what came instead is to be taken over.
    pub(super) fn blesses(&self, failure: &Failure) -> bool {
        failure.blessed_by.is_some() && failure.blessed_by <= self.bless
    }
}

/// The error of a command, or a script, that says more than a test can hold.
pub(super) fn too_much(what: &str) -> Error {
    Error::new(
        Status::Expectation,
        format!("{what} says more than {} MiB", MOST_SAID / 1024 / 1024),
    )
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.split_terminator('\n').collect()
}
