//! Breaks the thesis, §6.3: a request of a session is done once, however often it arrives.

use super::bend::{ClientMistake, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "applied-twice",
    does: "the state machine does not look into sessions, and does again what is sent again",
    source: "Students' Guide to Raft, \"Duplicate detection\"; etcd-io/etcd#13766 applied entries twice",
    bends: &[FlawEffect::Client(ClientMistake::AppliedTwice)],
};
