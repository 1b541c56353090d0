//! When each entry first existed: an entry counts once the disk of its node or another node has
//! seen it.

use std::sync::Arc;

use crate::raft::{Entry, Index, NodeId, Term};
use crate::sim::EventId;

use super::known::EntryOrigin;
use super::{Ledger, find, insert, remove};

/// Records the origins of entries.
impl Ledger {
    pub(super) fn appended(
        &mut self,
        node: NodeId,
        cause: Option<EventId>,
        index: Index,
        entry: Entry,
    ) {
        let is_new = !self.has_existed(index, entry.term);
        let begun = self.begun;
        let known = self.known(node);
        let before = known.log.last().term;
        known.append(cause, entry);
        if !begun {
            known.prepared.last = entry.term;
        }
        if is_new {
            known.unseen.push_back((index, EntryOrigin { entry, previous: before }));
            self.hiding.insert(node);
        }
    }

    /// The disk or another node has seen the node's entries up to an index, so unseen ones among
    /// them now count as existing.
    #[inline]
    pub(super) fn seen(&mut self, node: NodeId, through: Index) {
        if self.hiding.contains(node) {
            self.bear(node, through);
        }
    }

    fn bear(&mut self, node: NodeId, through: Index) {
        while let Some((index, birth)) =
            self.known(node).unseen.pop_front_if(|(index, _)| *index <= through)
        {
            if !self.was_seen(index, birth.entry.term) {
                self.born(index, birth);
            }
        }
        if self.node(node).unseen.is_empty() {
            self.hiding.remove(node);
        }
    }

    /// Records the origin of a new entry.
    fn born(&mut self, index: Index, birth: EntryOrigin) {
        let EntryOrigin { entry, previous } = birth;
        if index.0 as usize == self.first.end() + 1 {
            self.first.push(entry);
            self.set_previous_term(index, previous);
        } else if entry.term < self.first_term(index) {
            self.born_with_lower_term(index, birth);
        } else {
            Arc::make_mut(&mut self.others).insert((index, entry.term), birth);
        }
    }

    /// Records the origin of a new entry whose term is lower than those of all other entries at its
    /// index.
    #[cold]
    fn born_with_lower_term(&mut self, index: Index, birth: EntryOrigin) {
        let seen = |at| self.seen_birth(at, self.first_term(at));
        let (displaced, next) = (seen(index), seen(index.next()));
        if let Some(displaced) = displaced {
            Arc::make_mut(&mut self.others).insert((index, displaced.entry.term), displaced);
        }
        if let Some(first) = self.first.get_mut(index.previous().0 as usize) {
            *first = birth.entry;
        }
        self.set_previous_term(index, birth.previous);
        if let Some(EntryOrigin { previous, .. }) = next {
            self.set_previous_term(index.next(), previous);
        }
    }

    /// Records the term of the predecessor of `first[index]`, if it differs from that of
    /// `first[index - 1]`.
    fn set_previous_term(&mut self, index: Index, previous: Term) {
        let differs = previous != self.first_term(index.previous());
        match find(&self.apart, index) {
            Ok(at) => {
                remove(&mut self.apart, at);
                if differs {
                    insert(&mut self.apart, at, (index, previous));
                }
            }
            Err(at) if differs => insert(&mut self.apart, at, (index, previous)),
            Err(_) => {}
        }
    }
}
