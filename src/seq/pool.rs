//! Sharing equal chunks between sequences that are not clones of each other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::tree::{Below, Tree};

/// The latest chunk at each place. Sequences that come to hold the same elements one after the
/// other, like the logs of a cluster, look here whenever they have filled a chunk, and keep the
/// chunk of the pool if it is equal.
///
/// The pool only saves memory: whether a chunk is shared cannot be observed, so clones of a world
/// may use the same pool. It keeps no chunk alive: a chunk that no sequence holds any more is
/// freed.
#[derive(Clone, Debug)]
pub struct Pool<T>(Arc<Mutex<Chunks<T>>>);

/// Chunks by place: the place of a chunk is its position divided by the size of a chunk.
#[derive(Debug)]
struct Chunks<T> {
    latest: BTreeMap<usize, Weak<Tree<T>>>,
    /// The number of places above which those whose chunk was freed are removed.
    room: usize,
    same: fn(&Tree<T>, &Tree<T>) -> bool,
}

/// The number of freed chunks whose places may always stay.
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
    /// The chunk to keep of one that was filled at this place: the latest one there, if it is
    /// equal.
    pub(super) fn shared(&self, place: usize, own: Arc<Tree<T>>) -> Arc<Tree<T>> {
        // If a thread panicked while it held the lock, the table is still consistent: each change
        // is complete in itself.
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
    /// Removes the places whose chunk was freed, each time the number of places has doubled, so
    /// that the cost per new chunk is small.
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
        // New sequences fill the places that the old ones have left.
        logs = [(); 2].map(|()| Seq::in_pool(&pool));
        for log in &mut logs {
            log.extend((0..200).map(|_| Arc::clone(&element)));
        }
        assert!(std::ptr::eq(logs[0].piece(64), logs[1].piece(64)));
    }
}
