//! Chunks that several sequences hold together, though none is a clone of the other.

use std::sync::{Arc, Mutex, PoisonError};

use super::tree::{Below, Tree};

/// The chunks that were seen last at each place. Sequences that come to hold the same one after the
/// other, as the logs of a cluster do, look here whenever they have filled a chunk; where another
/// has an equal one, they keep that.
///
/// It saves memory and is good for nothing else: nobody can see whether a chunk is shared, so
/// clones of a world may well look into the same pool.
#[derive(Clone, Debug)]
pub struct Pool<T>(Arc<Mutex<Chunks<T>>>);

/// Chunks by place.
#[derive(Debug)]
struct Chunks<T> {
    latest: Vec<Arc<Tree<T>>>,
    same: fn(&Tree<T>, &Tree<T>) -> bool,
}

impl<T: PartialEq> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool(Arc::new(Mutex::new(Chunks { latest: Vec::new(), same: same_leaf })))
    }
}

fn same_leaf<T: PartialEq>(one: &Tree<T>, other: &Tree<T>) -> bool {
    matches!((&one.below, &other.below), (Below::Leaf(one), Below::Leaf(other)) if one == other)
}

impl<T> Pool<T> {
    /// What to keep of a chunk that was filled at this place: the one that is known there, if it is
    /// equal.
    pub(super) fn shared(&self, place: usize, own: Arc<Tree<T>>) -> Arc<Tree<T>> {
        // Whoever panicked over it left it whole: it is changed in one go.
        let mut chunks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = chunks.same;
        match chunks.latest.get_mut(place) {
            Some(known) if same(known, &own) => return Arc::clone(known),
            Some(known) => *known = Arc::clone(&own),
            // Places are filled from the first one on.
            None => chunks.latest.push(Arc::clone(&own)),
        }
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seq::Seq;
    use crate::seq::tree::CHUNK;

    fn shared(one: &Seq<usize>, other: &Seq<usize>) -> usize {
        let pieces = (0..one.len().min(other.len())).step_by(CHUNK);
        pieces.filter(|&position| std::ptr::eq(one.piece(position), other.piece(position))).count()
    }

    #[test]
    fn equal_chunks_are_kept_once() {
        let pool = Pool::default();
        let mut logs = [(); 3].map(|()| Seq::in_pool(&pool));
        for element in 0..10_000 {
            for (nth, log) in logs.iter_mut().enumerate() {
                // The last one is another in its second thousand.
                log.push(if nth == 2 && (1000..2000).contains(&element) { 7 } else { element });
            }
        }
        let whole = 10_000 / CHUNK;
        assert_eq!(shared(&logs[0], &logs[1]), whole);
        assert_eq!(shared(&logs[0], &logs[2]), whole - (2000 / CHUNK - 1000 / CHUNK + 1));
        let [one, mut other, third] = logs;
        assert!(one.iter().copied().eq(0..10_000), "what is shared is what was");
        assert_eq!((third.get(999), third.get(1000), third.get(2000)), (Some(&999), Some(&7), Some(&2000)));
        other.truncate(5000);
        other.extend([1; 1000]);
        *other.get_mut(5).unwrap() = 0;
        assert!(one.iter().copied().eq(0..10_000), "a change is one sequence's own");
        assert_eq!((other.get(5), other.get(4999), other.get(5000)), (Some(&0), Some(&4999), Some(&1)));
    }
}
