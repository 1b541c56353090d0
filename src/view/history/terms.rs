//! In which term a node was when something happened to it.

use crate::raft::Term;
use crate::sim::Event;

/// Follows every node's term from event to event.
pub(super) struct Terms {
    /// By position; none where it is not known yet, because older events are no longer kept.
    current: Vec<Option<Term>>,
    unknown: Option<Term>,
}

impl Terms {
    /// At the beginning of all events, or of those that are kept.
    pub(super) fn new(from_the_beginning: bool) -> Terms {
        Terms { current: Vec::new(), unknown: from_the_beginning.then_some(Term(0)) }
    }

    /// Goes on by an event; says whether it belongs to a term: it tells of it, or tells of none and happens to a node that is in
    /// it.
    pub(super) fn meets(&mut self, event: &Event, term: Term) -> bool {
        let at = event.node.position();
        if self.current.len() <= at {
            self.current.resize(at + 1, self.unknown);
        }
        let told = event.kind.attributes().told;
        if let Some((_, term)) = told.role {
            self.current[at] = Some(term);
        }
        told.term.or(self.current[at]) == Some(term)
    }
}
