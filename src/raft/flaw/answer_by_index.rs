//! Breaks the thesis, §6.3: a client gets the result of its own command, not of another.

use super::bend::{ClientMistake, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "answer-by-index",
    does: "a node answers a request with the result of whatever entry comes to be at its index",
    source: "Students' Guide to Raft, \"Applying client operations\": the entry at the index may be another one",
    bends: &[FlawEffect::Client(ClientMistake::AnswerByIndex)],
};
