//! Digests of values and sequences: two sequences of the same kind are equal if their digests are,
//! except in one case in 2^64.
//!
//! Each part of the tree remembers its digest. A sequence that shares nearly everything with one
//! that was digested before costs only its tail and the path of the change, however long it is.

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::Xxh3;

use super::Seq;
use super::tree::{Below, Tree, below, inside};

/// A value's digest. On machines of the same word size and byte order it is the same in every run
/// and every release.
pub fn digest(value: &impl Hash) -> u64 {
    let mut hasher = Xxh3::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl<T: Clone + Hash> Hash for Seq<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Seq { start, tree, reach, chunk: _, tail_at, tail_room: _, pool: _, tail } = self;
        if *start > 0 {
            // Sequences that start at 0 keep the digests that they had before sequences could
            // forget. None of those begins with this number, because it is not the position of a
            // tail.
            (usize::MAX, start).hash(state);
        }
        // Elements before the start may still be in the first chunk, but they do not count.
        let tree = tree.as_deref().map(|tree| tree.digest_from(*reach, *start));
        let tail_from = *start.max(tail_at);
        (tail_from, tree, &tail[tail_from - tail_at..]).hash(state);
    }
}

impl<T: Hash> Tree<T> {
    /// The digest of all elements in the tree.
    fn digest(&self) -> u64 {
        *self.digest.get_or_init(|| match &self.below {
            Below::Leaf(elements) => digest(elements),
            Below::Branch { children, .. } => {
                digest_of_branch(children.iter().map(|child| child.digest()))
            }
        })
    }

    /// The digest of the elements from a position on. The chunk that holds the position is the
    /// first one in the tree. Only the path to that chunk is digested again each time.
    fn digest_from(&self, reach: u32, position: usize) -> u64 {
        match &self.below {
            _ if position & inside(reach) == 0 => self.digest(),
            Below::Leaf(_) => digest(&self.piece(reach, position)),
            Below::Branch { children, .. } => {
                let first = children[0].digest_from(below(reach), position);
                digest_of_branch(
                    std::iter::once(first).chain(children[1..].iter().map(|child| child.digest())),
                )
            }
        }
    }
}

fn digest_of_branch(children: impl Iterator<Item = u64>) -> u64 {
    let children: Vec<u64> = children.collect();
    match children[..] {
        // A branch with only one child has that child's digest, as a lower tree does without the
        // branch.
        [only] => only,
        _ => digest(&children),
    }
}
