//! Chunks that several sequences hold together, though none is a clone of the other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::tree::{Below, Tree};

/// The chunks that were seen last at each place. Sequences that come to hold the same one after the
/// other, as the logs of a cluster do, look here whenever they have filled a chunk; where another
/// has an equal one, they keep that.
///
/// It saves memory and is good for nothing else: nobody can see whether a chunk is shared, so
/// clones of a world may well look into the same pool. Nor does it keep anything: a chunk that all
/// sequences have forgotten, cut off or changed is gone.
#[derive(Clone, Debug)]
pub struct Pool<T>(Arc<Mutex<Chunks<T>>>);

/// Chunks by place.
#[derive(Debug)]
struct Chunks<T> {
    latest: BTreeMap<usize, Weak<Tree<T>>>,
    /// How many places there may be before those are looked for whose chunk is gone.
    room: usize,
    same: fn(&Tree<T>, &Tree<T>) -> bool,
}

/// So many places may lie idle, however few are in use.
const IDLE: usize = 64;

impl<T: PartialEq> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool(Arc::new(Mutex::new(Chunks { latest: BTreeMap::new(), room: IDLE, same: same_leaf })))
    }
}

fn same_leaf<T: PartialEq>(one: &Tree<T>, other: &Tree<T>) -> bool {
    matches!((&one.below, &other.below), (Below::Leaf(one), Below::Leaf(other)) if one == other)
}

impl<T> Pool<T> {
    /// What to keep of a chunk that was filled at this place: the one that is known there, if it is
    /// equal.
    pub(super) fn shared(&self, place: usize, own: Arc<Tree<T>>) -> Arc<Tree<T>> {
        // Whoever panicked over it left it whole: no change needs another one to be right.
        let mut chunks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = chunks.latest.get(&place).and_then(Weak::upgrade);
        if let Some(known) = known.filter(|known| (chunks.same)(known, &own)) {
            return known;
        }
        chunks.latest.insert(place, Arc::downgrade(&own));
        chunks.tidy();
        own
    }
}

impl<T> Chunks<T> {
    /// Forgets the places whose chunk is gone, whenever there may be as many of them as of others:
    /// so it costs little for each chunk that came.
    fn tidy(&mut self) {
        if self.latest.len() > self.room {
            self.latest.retain(|_, chunk| chunk.strong_count() > 0);
            self.room = 2 * self.latest.len() + IDLE;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seq::Seq;

    #[test]
    fn what_all_have_forgotten_is_gone() {
        let (pool, element) = (Pool::default(), Arc::new(()));
        let places = || pool.0.lock().unwrap().latest.len();
        let mut logs = [(); 2].map(|()| Seq::in_pool(&pool));
        for _ in 0..100_000 {
            for log in &mut logs {
                log.push(Arc::clone(&element));
                log.forget_before(log.end().saturating_sub(100));
            }
        }
        assert!(Arc::strong_count(&element) < 500, "what is forgotten is not held");
        assert!(places() <= 2 * 3 + 2 * IDLE, "{} places", places());
        // A sequence that begins anew fills places that were given up.
        logs = [(); 2].map(|()| Seq::in_pool(&pool));
        for log in &mut logs {
            log.extend((0..200).map(|_| Arc::clone(&element)));
        }
        assert!(std::ptr::eq(logs[0].piece(64), logs[1].piece(64)));
    }
}
