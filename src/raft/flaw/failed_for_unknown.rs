//! Breaks the truth of an answer: a request whose entry may still be committed has not failed.

use super::bend::{ClientMistake, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "failed-for-unknown",
    does: "a leader that steps down reports its unanswered requests as failed, not as unknown",
    source: "hashicorp/raft, ErrLeadershipLost: the entry may still be committed, so this is no failure",
    bends: &[FlawEffect::Client(ClientMistake::FailedForUnknown)],
};
