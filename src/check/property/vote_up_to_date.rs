//! The election restriction: the log whose last entry has the later term is more up to date; with
//! equal terms, the longer log is.

use super::case::{Case, Property};
use crate::raft::{MessageSummary, Note};
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "vote-up-to-date",
    says: "a node votes only for a candidate whose log is at least as up to date as its own",
    section: "§5.4.1",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::VoteGranted { term, candidate }) = case.event.kind else {
        return None;
    };
    let &EventKind::MessageDelivered { said: MessageSummary::RequestVote { last_log }, .. } =
        case.delivered()?
    else {
        return None;
    };
    let own = case.log().last();
    let behind =
        last_log.term < own.term || last_log.term == own.term && last_log.index < own.index;
    behind.then(|| {
        format!(
            "{} voted for {candidate} in term {term}, whose log ends at {last_log}, though its \
                own ends at {own}",
            case.node()
        )
    })
}
