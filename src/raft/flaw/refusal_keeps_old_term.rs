//! Breaks §5.1 for voters: the later term counts even where the vote is refused.

use super::bend::{Body, Description, FlawEffect, Message, Note, Output, Server, VoteRefusal};
use crate::seq::InPlace;

pub(super) const FLAW: Description = Description {
    name: "refusal-keeps-old-term",
    does: "a voter that refuses a candidate because of its log stays in its own, earlier term",
    source: "databendlabs/openraft#1429, #2117; influxdata/influxdb#2223",
    bends: &[FlawEffect::Hearing(refuse)],
};

/// Answers a request of a later term whose candidate has an older log, before the server could
/// adopt the term. Returns false if it did.
fn refuse(server: &mut Server, message: &mut Message, out: &mut Vec<Output>) -> bool {
    let Message { from: candidate, term, ref body, .. } = *message;
    let Body::RequestVote { last_log: candidate_log, .. } = *body else { return true };
    let own = server.log.last();
    if term <= server.current_term() || (server.rules.up_to_date)(candidate_log, own) {
        return true;
    }
    let why = VoteRefusal::LogBehind(own);
    out.place(Output::Note(Note::VoteRefused { term, candidate, candidate_log, why }));
    server.send_when_written(candidate, Body::RequestVoteReply { granted: false }, out);
    false
}
