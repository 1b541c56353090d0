//! Terms only rise, both in memory and from one start to the next on disk.

use super::case::{Case, Property};
use crate::raft::Note;
use crate::sim::EventKind;

pub(super) const PROPERTY: Property = Property {
    name: "term-monotonic",
    says: "a node's term never falls, a crash included",
    section: "figure 2, state; §5.1",
};

pub(super) fn judge(case: &Case<'_>) -> Option<String> {
    let known = case.known();
    match case.event.kind {
        EventKind::Note(Note::RoleChanged { term, .. }) if term < known.term => {
            Some(detail!("the term of {} fell from {} to {term}", case.node(), known.term))
        }
        EventKind::NodeRestarted { term, .. } if term < known.durable.current_term => {
            Some(detail!(
                "{} started again in term {term}, though its disk had been in term {}",
                case.node(),
                known.durable.current_term
            ))
        }
        _ => None,
    }
}
