//! Breaks Ongaro's thesis, §3.10: a node that its leader tells to take over starts an election, and
//! asks for no pre-votes: the others hear that leader, and would refuse.

use super::bend::{Body, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "transfer-asks-first",
    does: "a node that is told to take over asks for pre-votes first, and all that hear the leader \
        refuse",
    source: "baidu/braft 3cfb1f1; lni/dragonboat 1c7ebd3; Ongaro's thesis, §3.10",
    bends: &[FlawEffect::Hearing(|server, message, out| {
        let told = matches!(message.body, Body::TimeoutNow {})
            && message.term == server.current_term()
            && server.pre_vote
            && !server.is_leader();
        if told {
            server.start_pre_vote(out);
        }
        !told
    })],
};
