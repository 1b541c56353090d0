//! A sequence whose copies share: what logs and tables are made of.
//!
//! Everything in the world that only grows at its end, or is cut back from its end, is a [`Seq`]: a
//! node's log, its disk, the table of client requests. A world is cloned often and a log can hold a
//! million entries, so a clone must cost the same however long the sequence is.
//!
//! The elements lie in chunks of `CHUNK`. All but the last chunk hang in a tree of the same width,
//! shared between clones and copied only along the path of a change. The last chunk, the tail, is
//! owned by each clone: appending to it is what happens nearly always, and it touches no tree.
//!
//! Several sequences that come to hold the same, as the logs of a cluster do, can be given one
//! [`Pool`]: then they keep equal chunks but once, which nobody can see.
//!
//! Invariants: every leaf of the tree holds exactly `CHUNK` elements; the tail is empty only if the
//! sequence is; all leaves are at the same depth. Nothing here knows what the elements are.

mod digest;
mod pool;
mod tree;

use std::sync::Arc;

use tree::{Below, CHUNK, Tree};

pub use digest::digest;
pub use pool::Pool;

/// A sequence that can be appended to, cut back and cloned cheaply. Positions count from 0.
#[derive(Clone, Debug)]
pub struct Seq<T> {
    tree: Option<Arc<Tree<T>>>,
    /// How many branches lie above each leaf.
    height: u32,
    /// Elements in the tree.
    in_tree: usize,
    /// Where a chunk that is full is looked for before it is kept.
    pool: Option<Pool<T>>,
    tail: Vec<T>,
}

impl<T> Default for Seq<T> {
    fn default() -> Seq<T> {
        Seq { tree: None, height: 0, in_tree: 0, pool: None, tail: Vec::new() }
    }
}

impl<T: Clone> Seq<T> {
    /// An empty sequence.
    pub fn new() -> Seq<T> {
        Seq::default()
    }

    /// An empty sequence that keeps but one copy of what others in the pool hold too.
    pub fn in_pool(pool: &Pool<T>) -> Seq<T> {
        Seq { pool: Some(pool.clone()), ..Seq::default() }
    }

    /// An empty sequence in the same pool, if this one is in any.
    #[must_use]
    pub fn emptied(&self) -> Seq<T> {
        Seq { pool: self.pool.clone(), ..Seq::default() }
    }

    /// The same elements in the pool of another sequence, unless they are in one already.
    #[must_use]
    pub fn beside(self, other: &Seq<T>) -> Seq<T> {
        if self.pool.is_some() || other.pool.is_none() {
            return self;
        }
        let mut moved = other.emptied();
        moved.extend(self.iter().cloned());
        moved
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.in_tree + self.tail.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.tail.is_empty()
    }

    /// The element at a position.
    pub fn get(&self, position: usize) -> Option<&T> {
        if position >= self.in_tree {
            return self.tail.get(position - self.in_tree);
        }
        leaf(self.tree.as_deref()?, self.height, position).get(position % CHUNK)
    }

    /// The last element.
    pub fn last(&self) -> Option<&T> {
        self.tail.last()
    }

    /// Adds an element at the end.
    pub fn push(&mut self, element: T) {
        if self.tail.len() == CHUNK {
            self.store_tail();
        }
        self.tail.push(element);
    }

    /// The element at a position, to be changed: what clones share is copied first.
    pub fn get_mut(&mut self, position: usize) -> Option<&mut T> {
        if position >= self.in_tree {
            return self.tail.get_mut(position - self.in_tree);
        }
        let mut tree = self.tree.as_mut()?;
        for height in (1..=self.height).rev() {
            match Tree::below_mut(tree) {
                Below::Branch(children) => tree = children.get_mut(child_of(position, height))?,
                Below::Leaf(_) => return None,
            }
        }
        match Tree::below_mut(tree) {
            Below::Leaf(elements) => elements.get_mut(position % CHUNK),
            Below::Branch(_) => None,
        }
    }

    /// Keeps the first `length` elements.
    pub fn truncate(&mut self, length: usize) {
        if length >= self.len() {
            return;
        }
        if length > self.in_tree {
            self.tail.truncate(length - self.in_tree);
            return;
        }
        // The leaf that holds the new last element becomes the tail.
        let Some(tree) = self.tree.take().filter(|_| length > 0) else {
            *self = self.emptied();
            return;
        };
        let last = length - 1;
        self.tail = leaf(&tree, self.height, last)[..=last % CHUNK].to_vec();
        self.in_tree = last - last % CHUNK;
        self.tree = (self.in_tree > 0).then(|| keep(&tree, self.height, self.in_tree));
        if self.tree.is_none() {
            self.height = 0;
        }
    }

    /// The elements from a position on that lie in one piece: empty only at the end of the
    /// sequence.
    pub fn piece(&self, position: usize) -> &[T] {
        if position >= self.in_tree {
            return self.tail.get(position - self.in_tree..).unwrap_or(&[]);
        }
        match self.tree.as_deref() {
            Some(tree) => &leaf(tree, self.height, position)[position % CHUNK..],
            None => &[],
        }
    }

    /// The elements from a position on.
    pub fn iter_from(&self, position: usize) -> impl Iterator<Item = &T> {
        Iter { seq: self, piece: self.piece(position).iter(), next: position + self.piece(position).len() }
    }

    /// All elements.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.iter_from(0)
    }

    /// Moves the full tail into the tree.
    fn store_tail(&mut self) {
        let full = std::mem::replace(&mut self.tail, Vec::with_capacity(CHUNK));
        let position = self.in_tree;
        self.in_tree += CHUNK;
        let mut chunk = Tree::leaf(full);
        if let Some(pool) = &self.pool {
            chunk = pool.shared(position / CHUNK, chunk);
        }
        let Some(tree) = self.tree.as_mut() else {
            self.tree = Some(chunk);
            return;
        };
        if position == CHUNK.pow(self.height + 1) {
            let old = Arc::clone(tree);
            *tree = Tree::branch(vec![old]);
            self.height += 1;
        }
        insert(tree, self.height, position, chunk);
    }
}

/// Elements in order, piece by piece.
struct Iter<'a, T> {
    seq: &'a Seq<T>,
    piece: std::slice::Iter<'a, T>,
    /// Where the piece after this one begins.
    next: usize,
}

impl<'a, T: Clone> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        if let Some(element) = self.piece.next() {
            return Some(element);
        }
        self.piece = self.seq.piece(self.next).iter();
        self.next += self.piece.len();
        self.piece.next()
    }
}

/// Which child of a branch at this height holds the position.
fn child_of(position: usize, height: u32) -> usize {
    position / CHUNK.pow(height) % CHUNK
}

fn leaf<T>(mut tree: &Tree<T>, mut height: u32, position: usize) -> &[T] {
    loop {
        match &tree.below {
            Below::Leaf(elements) => return elements,
            Below::Branch(children) => {
                tree = &children[child_of(position, height)];
                height -= 1;
            }
        }
    }
}

fn insert<T: Clone>(tree: &mut Arc<Tree<T>>, height: u32, position: usize, chunk: Arc<Tree<T>>) {
    let Below::Branch(children) = Tree::below_mut(tree) else {
        unreachable!("a full tree is given a branch above it before anything is added")
    };
    let child = child_of(position, height);
    if child < children.len() {
        insert(&mut children[child], height - 1, position, chunk);
    } else {
        children.push(path(height - 1, chunk));
    }
}

/// A leaf below as many branches as its neighbours have.
fn path<T>(height: u32, chunk: Arc<Tree<T>>) -> Arc<Tree<T>> {
    (0..height).fold(chunk, |below, _| Tree::branch(vec![below]))
}

/// The tree of the first `length` elements, a multiple of the chunk and not 0.
fn keep<T: Clone>(tree: &Arc<Tree<T>>, height: u32, length: usize) -> Arc<Tree<T>> {
    match &tree.below {
        Below::Leaf(_) => Arc::clone(tree),
        Below::Branch(children) => {
            let last = child_of(length - 1, height);
            let mut kept: Vec<_> = children[..last].to_vec();
            kept.push(keep(&children[last], height - 1, length));
            Tree::branch(kept)
        }
    }
}

impl<T: Clone> Extend<T> for Seq<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, elements: I) {
        elements.into_iter().for_each(|element| self.push(element));
    }
}

impl<T: Clone> FromIterator<T> for Seq<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Seq<T> {
        let mut seq = Seq::new();
        seq.extend(elements);
        seq
    }
}

impl<T: Clone + PartialEq> PartialEq for Seq<T> {
    fn eq(&self, other: &Seq<T>) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<T: Clone + Eq> Eq for Seq<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation beside a plain vector, at the lengths where chunks and levels of the tree
    /// begin and end.
    #[test]
    fn behaves_like_a_vector() {
        let edges = [0, 1, 63, 64, 65, 127, 128, 129, 4095, 4096, 4097, 4160, 4161, 8192, 262_144, 262_209];
        for length in edges {
            let model: Vec<usize> = (0..length).collect();
            let seq: Seq<usize> = model.iter().copied().collect();
            assert_eq!(seq.len(), length);
            assert!(seq.iter().eq(model.iter()), "{length} elements in order");
            for cut in edges.into_iter().filter(|&cut| cut <= length) {
                let mut short = seq.clone();
                short.truncate(cut);
                assert!(short.iter().eq(&model[..cut]), "{length} cut to {cut}");
                assert_eq!(short.is_empty(), cut == 0);
                assert_eq!(short.last(), model[..cut].last());
                short.extend(900..1100);
                assert_eq!(short.len(), cut + 200);
                assert!(short.iter_from(cut).copied().eq(900..1100), "{length} cut to {cut} and grown");
                assert_eq!(short.get(cut + 199), Some(&1099));
                assert_eq!(short.get(cut + 200), None);
            }
            assert!(seq.iter().eq(model.iter()), "clones leave the original alone");
        }
    }

    #[test]
    fn a_change_is_one_clones_own() {
        let seq: Seq<usize> = (0..5000).collect();
        for position in [0, 63, 64, 4095, 4096, 4999] {
            let mut other = seq.clone();
            *other.get_mut(position).unwrap() = 7;
            assert_eq!(other.get(position), Some(&7));
            assert_eq!(seq.get(position), Some(&position));
        }
        assert_eq!(seq.clone().get_mut(5000), None);
    }
}
