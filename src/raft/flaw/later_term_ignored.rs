//! Breaks §5.1: "if RPC request or response contains term T > currentTerm: set currentTerm = T,
//! convert to follower", for responses.

use super::bend::{Body, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "later-term-ignored",
    does: "a leader ignores answers of a later term, instead of stepping down",
    source: "uwplse/verdi-raft#29; matrixarkai/TemporalStore#116",
    bends: &[FlawEffect::Hearing(|server, message, _| {
        let answer = matches!(
            message.body,
            Body::RequestVoteReply { .. }
                | Body::AppendEntriesAccepted { .. }
                | Body::AppendEntriesRefused { .. }
        );
        !(answer && server.is_leader() && message.term > server.current_term())
    })],
};
