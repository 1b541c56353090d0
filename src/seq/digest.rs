//! One number for many: whether two sequences are equal can be told from their digests, but for one
//! case in 2^64.
//!
//! Each part of the tree remembers its own, so that a sequence which shares nearly everything with
//! one that was digested before costs its tail and the path of the change, however long it is.

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::Xxh3;

use super::Seq;
use super::tree::{Below, Tree, below, inside};

/// A value's digest. On machines of one word size and byte order it is the same in every run and
/// every release.
pub fn digest(value: &impl Hash) -> u64 {
    let mut hasher = Xxh3::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl<T: Clone + Hash> Hash for Seq<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Seq { start, tree, reach, chunk: _, tail_at, tail_room: _, pool: _, tail } = self;
        if *start > 0 {
            // Sequences that start at 0 have the digests that they had before any could forget. Of
            // those, none begins with such a number, which is no position of a tail.
            (usize::MAX, start).hash(state);
        }
        // Of the chunk in which the sequence starts, what lies before the start does not count,
        // whether it is in memory or not.
        let tree = tree.as_deref().map(|tree| tree.digest_from(*reach, *start));
        let tail_from = *start.max(tail_at);
        (tail_from, tree, &tail[tail_from - tail_at..]).hash(state);
    }
}

impl<T: Hash> Tree<T> {
    /// The digest of everything in the tree.
    fn digest(&self) -> u64 {
        *self.digest.get_or_init(|| match &self.below {
            Below::Leaf(elements) => digest(elements),
            Below::Branch { children, .. } => {
                digest_of_branch(children.iter().map(|child| child.digest()))
            }
        })
    }

    /// The digest of what lies at a position and behind it. The tree has nothing before the chunk
    /// that holds it. Only the way to that chunk is digested anew each time.
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
        // A branch that has but one child says nothing: a tree that is lower does without it.
        [only] => only,
        _ => digest(&children),
    }
}
