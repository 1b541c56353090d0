//! Breaks figure 2, leaders: "respond after entry applied to state machine".

use super::bend::{ClientMistake, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "answer-at-append",
    does: "a leader answers a request as soon as it has appended the entry",
    source: "MongoDB with write concern w:1 (Jepsen, MongoDB 2.4.3): acknowledged writes are rolled back",
    bends: &[FlawEffect::Client(ClientMistake::AnswerAtAppend)],
};
