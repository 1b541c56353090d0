//! How far two sequences hold the same.

use std::sync::Arc;

use super::Seq;
use super::tree::{below, inside};

impl<T: Clone + PartialEq> Seq<T> {
    /// The position up to which two sequences hold the same, if they do up to `known`. What one of
    /// them has forgotten is taken to be the same. What they share is not looked at, however long
    /// it is.
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
    /// Where the part of the tree ends that holds the position and that the two share; the position
    /// itself if they share none.
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
                // Where it is not full, it is the last part of both trees.
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
