//! Breaks Ongaro's thesis, §9.6, and §5.1: a request of an earlier term is refused with the later
//! term, so that the sender learns it.

use super::bend::{Body, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "pre-vote-stale-ignored",
    does: "a request for a pre-vote in an earlier term is not answered, so that its sender never \
        learns the later term",
    source: "etcd-io/etcd#8243, #8501; canonical/raft#279; databendlabs/openraft#1796",
    bends: &[FlawEffect::Hearing(|server, message, _| {
        !matches!(message.body, Body::PreVote { .. }) || message.term >= server.current_term()
    })],
};
