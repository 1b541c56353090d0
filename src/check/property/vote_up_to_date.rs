//! The election restriction: the log whose last entry has the later term is more up to date; with
//! equal terms, the longer log is.

use super::case::{Case, Property};
use crate::raft::{MessageSummary, Note};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "vote-up-to-date",
    says: "a node votes, or would vote, only for a candidate whose log is at least as up to date \
        as its own",
    section: "§5.4.1",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let (term, candidate, did) = match case.event.kind {
        EventKind::Note(Note::VoteGranted { term, candidate }) => (term, candidate, "voted"),
        EventKind::Note(Note::PreVoteGranted { term, candidate }) => {
            (term, candidate, "would vote")
        }
        _ => return None,
    };
    let &EventKind::MessageDelivered {
        said: MessageSummary::RequestVote { last_log, .. } | MessageSummary::PreVote { last_log },
        ..
    } = case.delivered()?
    else {
        return None;
    };
    let own = case.log().last();
    let behind =
        last_log.term < own.term || last_log.term == own.term && last_log.index < own.index;
    behind.then(|| {
        detail!(
            "{} {did} for {candidate} in term {term}, whose log ends at {last_log}, though its \
                own ends at {own}",
            case.node()
        )
    })
}
