//! Breaks Ongaro's thesis, §9.6: a pre-vote is about a term that has not begun, and changes no
//! node's term.

use super::bend::{Body, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "pre-vote-raises-term",
    does: "a node adopts the term of a request for a pre-vote, so that asking already unseats a \
        leader",
    source: "Ongaro's thesis, §9.6",
    bends: &[FlawEffect::Hearing(|server, message, out| {
        if matches!(message.body, Body::PreVote { .. }) && message.term > server.current_term() {
            server.adopt_term(message.term, message.from, message.body.kind(), out);
        }
        true
    })],
};
