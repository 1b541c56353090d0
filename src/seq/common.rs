//! How far two sequences are equal.

use std::sync::Arc;

use super::Seq;
use super::tree::{below, inside};

impl<T: Clone + PartialEq> Seq<T> {
    /// The position up to which two sequences are equal, given that they are equal up to `known`.
    /// Elements that one of them has forgotten count as equal. Shared parts are skipped without
    /// looking at their elements, however long they are.
    pub fn common_end(&self, other: &Seq<T>, known: usize) -> usize {
        let mut same = known.max(self.start()).max(other.start()).min(self.end()).min(other.end());
        loop {
            let shared = self.shared_end(other, same);
            if shared > same {
                same = shared;
                continue;
            }
            let mut both = self.piece(same).iter().zip(other.piece(same));
            let count = both.len();
            match both.position(|(own, theirs)| own != theirs) {
                Some(another) => return same + another,
                None if count == 0 => return same,
                None => same += count,
            }
        }
    }
}

impl<T: Clone> Seq<T> {
    /// The end of the largest part of the tree that holds the position and that both sequences
    /// share; the position itself if they share none.
    fn shared_end(&self, other: &Seq<T>, position: usize) -> usize {
        let (Some(own), Some(theirs)) = (&self.tree, &other.tree) else { return position };
        if position < self.start.max(other.start) || position >= self.tail_at.min(other.tail_at) {
            return position;
        }
        let (mut own, mut own_reach) = (own, self.reach);
        let (mut theirs, mut their_reach) = (theirs, other.reach);
        loop {
            let levels = own_reach.cmp(&their_reach);
            if levels.is_eq() && Arc::ptr_eq(own, theirs) {
                // A part that is not full is the last one of both trees, so it ends where the tail
                // begins.
                return (position | inside(own_reach)).saturating_add(1).min(self.tail_at);
            }
            if levels.is_ge() {
                let Some(child) = own.child(own_reach, position) else { return position };
                (own, own_reach) = (child, below(own_reach));
            }
            if levels.is_le() {
                let Some(child) = theirs.child(their_reach, position) else { return position };
                (theirs, their_reach) = (child, below(their_reach));
            }
        }
    }
}
