//! A node has one vote per term, and a crash does not give it back. A vote that is on no disk and
//! was never announced does not count.

use super::case::{Case, Property};
use crate::raft::Note;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "vote-once",
    says: "a node votes for one candidate per term",
    section: "figure 2, RequestVote; §5.2",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let EventKind::Note(Note::VoteGranted { term, candidate }) = case.event.kind else {
        return None;
    };
    let earlier = case.known().vote?;
    let twice = earlier.term == term && earlier.candidate != candidate;
    twice.then(|| {
        detail!(
            "{} voted for {candidate} in term {term}, after voting for {} in it",
            case.node(),
            earlier.candidate
        )
    })
}
