//! One number for many: whether two sequences are equal can be told from their digests, but for one
//! case in 2^64.
//!
//! Each part of the tree remembers its own, so that a sequence which shares nearly everything with
//! one that was digested before costs its tail and the path of the change, however long it is.

use std::hash::{Hash, Hasher};

use xxhash_rust::xxh3::Xxh3;

use super::Seq;
use super::tree::{Below, Tree};

/// A value's digest. On machines of one word size and byte order it is the same in every run and
/// every release.
pub fn digest(value: &impl Hash) -> u64 {
    let mut hasher = Xxh3::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl<T: Clone + Hash> Hash for Seq<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Seq { tree, height: _, in_tree, pool: _, tail } = self;
        (in_tree, tree.as_deref().map(Tree::digest), tail).hash(state);
    }
}

impl<T: Hash> Tree<T> {
    fn digest(&self) -> u64 {
        *self.digest.get_or_init(|| match &self.below {
            Below::Leaf(elements) => digest(elements),
            // A tree that was higher once keeps branches above it which say nothing.
            Below::Branch(children) if children.len() == 1 => children[0].digest(),
            Below::Branch(children) => {
                digest(&children.iter().map(|child| child.digest()).collect::<Vec<_>>())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever way a sequence came to be what it is, and whatever was digested on that way.
    #[test]
    fn equal_sequences_have_equal_digests_and_others_have_others() {
        for length in [0, 1, 63, 64, 65, 4096, 4097, 9_000] {
            let seq: Seq<usize> = (0..length).collect();
            let mut longer: Seq<usize> = (0..length + 300).collect();
            assert_ne!(digest(&longer), digest(&seq), "{length}");
            longer.truncate(length);
            assert_eq!(digest(&longer), digest(&seq), "{length}, cut back");
            for position in [0, 64, 4_100, length.saturating_sub(1)].into_iter().filter(|&at| at < length) {
                let mut other = seq.clone();
                *other.get_mut(position).unwrap() += 1;
                assert_ne!(digest(&other), digest(&seq), "{length}, another at {position}");
                *other.get_mut(position).unwrap() -= 1;
                assert_eq!(digest(&other), digest(&seq), "{length}, the same again at {position}");
            }
            let mut grown = seq.clone();
            grown.extend(0..5_000);
            digest(&grown);
            grown.extend(0..5_000);
            let again: Seq<usize> = seq.iter().copied().chain(0..5_000).chain(0..5_000).collect();
            assert_eq!(digest(&grown), digest(&again), "{length}, grown");
        }
    }
}
