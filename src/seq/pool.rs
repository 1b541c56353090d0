//! Chunks that several sequences hold together, though none is a clone of the other.

use std::sync::Arc;

use super::{Below, CHUNK, Seq, Tree};

/// The chunks that were seen last at each place. Sequences that come to hold the same one after the other, as the logs of a
/// cluster do, are brought here now and then; where their chunks are equal, they keep but one.
///
/// It saves memory and is good for nothing else: nobody can see whether a chunk is shared.
#[derive(Clone, Debug)]
pub struct Pool<T> {
    chunks: Seq<Arc<Tree<T>>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool { chunks: Seq::default() }
    }
}

impl<T: Clone + PartialEq> Pool<T> {
    /// Looks at the chunks that a sequence has filled since it was here last.
    #[inline]
    pub fn share(&mut self, seq: &mut Seq<T>) {
        if seq.pooled < seq.in_tree {
            self.share_chunks(seq);
        }
    }

    /// The same for a sequence of somebody who only looks on: the pool stays as it is.
    #[inline]
    pub fn adopt(&self, seq: &mut Seq<T>) {
        while seq.pooled < seq.in_tree {
            let position = seq.pooled;
            seq.pooled += CHUNK;
            if let (Some(known), Some(own)) = (self.chunks.get(position / CHUNK), seq.chunk_mut(position))
                && known.same_as(own)
            {
                *own = Arc::clone(known);
            }
        }
    }

    fn share_chunks(&mut self, seq: &mut Seq<T>) {
        for position in (seq.pooled..seq.in_tree).step_by(CHUNK) {
            let Some(own) = seq.chunk_mut(position) else { break };
            match self.chunks.get_mut(position / CHUNK) {
                Some(known) if known.same_as(own) => *own = Arc::clone(known),
                Some(known) => *known = Arc::clone(own),
                None => self.chunks.push(Arc::clone(own)),
            }
        }
        seq.pooled = seq.in_tree;
    }
}

impl<T: PartialEq> Tree<T> {
    fn same_as(&self, other: &Tree<T>) -> bool {
        matches!((&self.below, &other.below), (Below::Leaf(own), Below::Leaf(other)) if own == other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(one: &Seq<usize>, other: &Seq<usize>) -> usize {
        let pieces = (0..one.len().min(other.len())).step_by(CHUNK);
        pieces.filter(|&position| std::ptr::eq(one.piece(position), other.piece(position))).count()
    }

    #[test]
    fn equal_chunks_are_kept_once() {
        let mut pool = Pool::default();
        let mut logs = [Seq::new(), Seq::new(), Seq::new()];
        for element in 0..10_000 {
            for (nth, log) in logs.iter_mut().enumerate() {
                // The last one is another in its second thousand.
                log.push(if nth == 2 && (1000..2000).contains(&element) { 7 } else { element });
                pool.share(log);
            }
        }
        let whole = 10_000 / CHUNK;
        assert_eq!(shared(&logs[0], &logs[1]), whole);
        assert_eq!(shared(&logs[0], &logs[2]), whole - (2000 / CHUNK - 1000 / CHUNK + 1));
        let mut onlooker: Seq<usize> = (0..9_000).collect();
        pool.adopt(&mut onlooker);
        assert_eq!(
            shared(&onlooker, &logs[2]),
            shared(&logs[0], &logs[2]) - (10_000 / CHUNK - 9_000 / CHUNK)
        );
        let [one, mut other, third] = logs;
        assert!(one.iter().copied().eq(0..10_000), "what is shared is what was");
        assert_eq!((third.get(999), third.get(1000), third.get(2000)), (Some(&999), Some(&7), Some(&2000)));
        other.truncate(5000);
        other.extend([1; 1000]);
        pool.share(&mut other);
        *other.get_mut(5).unwrap() = 0;
        assert!(one.iter().copied().eq(0..10_000), "a change is one sequence's own");
        assert_eq!((other.get(5), other.get(4999), other.get(5000)), (Some(&0), Some(&4999), Some(&1)));
    }
}
