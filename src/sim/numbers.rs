//! The numbers of requests, and of texts in answers.

use std::fmt;
use std::num::NonZeroU32;

use crate::raft::Payload;

/// The number of an accepted request, from 1: `op1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpId(pub u32);

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "op{}", self.0)
    }
}

impl OpId {
    /// The request's position among all requests, from 0. There is no request 0.
    pub(super) fn position(self) -> Option<usize> {
        (self.0 as usize).checked_sub(1)
    }

    /// The payload of the entry that carries this request.
    pub(super) fn payload(self) -> Payload {
        Payload::Command(self.0)
    }
}

/// The number of a text that an answer contains, from 1: [`crate::sim::Ops::text`] has the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(NonZeroU32);

impl TextId {
    /// The number of the text at this position among all texts, from 0.
    pub(super) fn at(position: usize) -> TextId {
        TextId(NonZeroU32::MIN.saturating_add(position as u32))
    }

    /// The text's position among all texts, from 0.
    pub(super) fn position(self) -> usize {
        self.0.get() as usize - 1
    }
}
