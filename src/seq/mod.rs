//! A sequence whose clones share their elements. Logs, tables and histories are made of it.
//!
//! Everything in the world that grows only at its end, is truncated, or forgets its beginning, is
//! a [`Seq`]: a node's log, its disk, the table of client requests, the history of events. A world
//! is cloned often and a log can hold a million entries, so a clone must cost the same however
//! long the sequence is.
//!
//! An element never changes its position: a sequence that forgets its front starts later, and
//! nothing in it is renumbered. So `end()` is a position and `len()` a count, and the two are
//! equal only as long as nothing was forgotten.
//!
//! The elements are stored in chunks of one size, a power of two, which begin at multiples of that
//! size. All chunks but the last are leaves of a tree, which clones share; a change copies only
//! the path to it. The last chunk, the tail, is owned by each clone: nearly every operation
//! appends to it, and that does not touch the tree. Forgetting frees whole chunks and copies none:
//! elements before the start may stay in memory in the first chunk that is kept, but they cannot
//! be read, and no comparison and no digest counts them.
//!
//! Sequences that come to hold equal elements, like the logs of a cluster, can be given one
//! [`Pool`], which keeps one copy of equal chunks. This changes nothing that can be observed.
//!
//! | file | what |
//! |---|---|
//! | `tree` | all chunks but the last, and how to find a position's chunk |
//! | `iter` | elements in order, from either end |
//! | [`digest`] | a 64-bit digest of a whole sequence |
//! | `common` | how far two sequences are equal |
//! | `pool` | sharing equal chunks of different sequences |
//! | [`Few`] | beside sequences: a short list that does not change |
//! | `in_place` | beside sequences: adding to a list what is large, without a copy |
//!
//! Invariants: the tail is empty only if the sequence is; a chunk in the tree is full, except that
//! elements before the start may be missing; the tree has no chunk that is wholly before the
//! start; all leaves are at the same depth. Nothing here depends on what the elements are.
//!
//! To change how elements are found and shared, start at `tree`; to add an operation, at [`Seq`].

mod common;
mod digest;
mod few;
mod in_place;
mod iter;
mod pool;
mod tree;

use std::sync::Arc;

use tree::{CHUNK, Tree, inside};

pub use digest::digest;
pub use few::Few;
pub(crate) use in_place::InPlace;
pub use pool::Pool;

/// The number of elements in a large chunk.
pub const LARGE_CHUNK: usize = 128;

/// A sequence that can be appended to, truncated, made to forget its front, and cloned cheaply.
/// Positions count from 0, and an element never changes its position.
#[derive(Clone, Debug)]
pub struct Seq<T> {
    /// The position of the first element that is kept.
    start: usize,
    tree: Option<Arc<Tree<T>>>,
    /// How many low bits of a position say where it is in the tree; those of a chunk if there is
    /// no tree.
    reach: u32,
    /// How many low bits of a position say where it is in its chunk.
    chunk: u32,
    /// The position of the first element in the tail. A chunk begins there, unless elements of
    /// that chunk are before the start.
    tail_at: usize,
    /// The number of elements in a full tail.
    tail_room: usize,
    /// A full chunk is looked up here before it is kept.
    pool: Option<Pool<T>>,
    tail: Vec<T>,
}

impl<T> Default for Seq<T> {
    fn default() -> Seq<T> {
        Seq::in_chunks(CHUNK, 0, None)
    }
}

impl<T> Seq<T> {
    fn in_chunks(chunk: u32, start: usize, pool: Option<Pool<T>>) -> Seq<T> {
        let tail_room = room(chunk, start);
        Seq {
            start,
            tree: None,
            reach: chunk,
            chunk,
            tail_at: start,
            tail_room,
            pool,
            tail: Vec::new(),
        }
    }
}

/// The number of positions from this one to the end of its chunk.
fn room(chunk: u32, position: usize) -> usize {
    inside(chunk) - (position & inside(chunk)) + 1
}

impl<T: Clone> Seq<T> {
    /// An empty sequence.
    pub fn new() -> Seq<T> {
        Seq::default()
    }

    /// An empty sequence in chunks of [`LARGE_CHUNK`]: a clone copies a longer tail, but appending
    /// large elements costs less. Its digest can be compared only with those of the same kind of
    /// sequence.
    pub fn in_large_chunks() -> Seq<T> {
        Seq::in_chunks(LARGE_CHUNK.ilog2(), 0, None)
    }

    /// An empty sequence whose first element will have this position, as if all elements before it
    /// had been forgotten.
    pub fn starting_at(position: usize) -> Seq<T> {
        Seq::in_chunks(CHUNK, position, None)
    }

    /// An empty sequence that shares equal chunks with the other sequences in the pool.
    pub fn in_pool(pool: &Pool<T>) -> Seq<T> {
        Seq::in_chunks(CHUNK, 0, Some(pool.clone()))
    }

    /// An empty sequence that starts at a position, in the same pool as this one, if it has one.
    #[must_use]
    pub fn emptied_at(&self, position: usize) -> Seq<T> {
        Seq::in_chunks(self.chunk, position, self.pool.clone())
    }

    /// An empty sequence that starts at position 0, in the same pool as this one, if it has one.
    #[must_use]
    pub fn emptied(&self) -> Seq<T> {
        self.emptied_at(0)
    }

    /// Moves the elements to the pool of another sequence, unless this one has a pool already.
    #[must_use]
    pub fn beside(self, other: &Seq<T>) -> Seq<T> {
        if self.pool.is_some() || other.pool.is_none() {
            return self;
        }
        let mut moved = other.emptied_at(self.start);
        moved.extend(self.iter().cloned());
        moved
    }

    /// The position of the first element that is kept.
    pub fn start(&self) -> usize {
        self.start
    }

    /// The position after the last element, where the next one will be.
    pub fn end(&self) -> usize {
        self.tail_at + self.tail.len()
    }

    /// The number of elements that are kept.
    pub fn len(&self) -> usize {
        self.end() - self.start
    }

    /// Whether no element is kept.
    pub fn is_empty(&self) -> bool {
        self.tail.is_empty()
    }

    /// The element at a position; `None` if it is not kept.
    #[inline]
    pub fn get(&self, position: usize) -> Option<&T> {
        if position < self.start {
            return None;
        }
        match position.checked_sub(self.tail_at) {
            Some(place) => self.tail.get(place),
            None => self.get_before_tail(position),
        }
    }

    // Most queries are about the end, and inlining this would slow them down.
    #[inline(never)]
    fn get_before_tail(&self, position: usize) -> Option<&T> {
        self.tree.as_deref()?.piece(self.reach, position).first()
    }

    /// The last element.
    pub fn last(&self) -> Option<&T> {
        self.tail.last()
    }

    /// Appends an element.
    #[inline]
    pub fn push(&mut self, element: T) {
        if self.tail.len() == self.tail_room {
            self.store_tail(Vec::with_capacity(1 << self.chunk));
        }
        self.tail.push(element);
    }

    /// Appends elements, a chunk at a time.
    pub fn extend_from_slice(&mut self, mut elements: &[T]) {
        while !elements.is_empty() {
            if self.tail.len() == self.tail_room {
                self.store_tail(Vec::with_capacity(1 << self.chunk));
            }
            let (next, rest) =
                elements.split_at(elements.len().min(self.tail_room - self.tail.len()));
            self.tail.extend_from_slice(next);
            elements = rest;
        }
    }

    /// Appends elements. If they make one whole chunk, the vector itself becomes that chunk.
    pub fn append(&mut self, mut elements: Vec<T>) {
        let chunk = 1 << self.chunk;
        if elements.len() != chunk || self.end() & inside(self.chunk) != 0 {
            self.extend_from_slice(&elements);
            return;
        }
        elements.shrink_to_fit();
        if self.is_empty() {
            self.tail = elements;
        } else {
            self.store_tail(elements);
        }
    }

    /// The element at a position, mutably. What clones share is copied first.
    pub fn get_mut(&mut self, position: usize) -> Option<&mut T> {
        if position < self.start {
            return None;
        }
        match position.checked_sub(self.tail_at) {
            Some(place) => self.tail.get_mut(place),
            None => Tree::get_mut(self.tree.as_mut()?, self.reach, position),
        }
    }

    /// Keeps the elements before the position `end`. Forgotten elements do not come back: if `end`
    /// is before the start, the sequence is empty afterwards and starts where it did.
    pub fn truncate(&mut self, end: usize) {
        if end >= self.end() {
            return;
        }
        if end <= self.start {
            *self = self.emptied_at(self.start);
            return;
        }
        if end > self.tail_at {
            self.tail.truncate(end - self.tail_at);
            return;
        }
        let Some(tree) = self.tree.take() else {
            unreachable!("what is not in the tail is in the tree")
        };
        // The rest of the chunk that holds the new last element becomes the tail.
        let last = end - 1;
        self.tail_at = (last & !inside(self.chunk)).max(self.start);
        self.tail_room = room(self.chunk, self.tail_at);
        self.tail = tree.piece(self.reach, self.tail_at)[..end - self.tail_at].to_vec();
        // The start lies in the first chunk of the tree, unless that chunk has become the tail.
        let kept =
            (self.tail_at > self.start).then(|| Tree::keep_before(&tree, self.reach, self.tail_at));
        self.set_tree(kept);
    }

    /// Forgets the elements before a position, which becomes the start; a position beyond the end
    /// forgets them all. The others keep their positions. This costs as little as appending does.
    pub fn forget_before(&mut self, position: usize) {
        if position <= self.start {
            return;
        }
        if position >= self.end() {
            *self = self.emptied_at(self.end());
            return;
        }
        let is_in_first_chunk = position >> self.chunk == self.start >> self.chunk;
        self.start = position;
        if is_in_first_chunk {
            return;
        }
        let mut tree = self.tree.take().filter(|_| position < self.tail_at);
        if let Some(tree) = &mut tree {
            Tree::drop_before(tree, self.reach, position);
        }
        self.set_tree(tree);
    }

    /// Sets the tree, whose reach is the sequence's, and makes it as low as possible.
    fn set_tree(&mut self, mut tree: Option<Arc<Tree<T>>>) {
        self.reach = tree.as_mut().map_or(self.chunk, |tree| Tree::lower(tree, self.reach));
        self.tree = tree;
    }

    /// The elements from a position on that are contiguous in memory. Empty only if none is kept
    /// there.
    pub fn piece(&self, position: usize) -> &[T] {
        if position < self.start {
            return &[];
        }
        match position.checked_sub(self.tail_at) {
            Some(place) => self.tail.get(place..).unwrap_or(&[]),
            None => self.tree.as_deref().map_or(&[], |tree| tree.piece(self.reach, position)),
        }
    }

    /// Moves the full tail into the tree. `next` becomes the tail.
    #[cold]
    fn store_tail(&mut self, next: Vec<T>) {
        let full = std::mem::replace(&mut self.tail, next);
        let position = self.tail_at;
        self.tail_at += full.len();
        self.tail_room = 1 << self.chunk;
        let mut chunk = Tree::leaf(full);
        if let Some(pool) = &self.pool {
            chunk = pool.shared(position >> self.chunk, chunk);
        }
        match &mut self.tree {
            Some(tree) => self.reach = Tree::add(tree, self.reach, position, chunk, self.chunk),
            None => self.tree = Some(chunk),
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
        (self.start, self.end()) == (other.start, other.end())
            // Most sequences that differ do so at their ends.
            && self.last() == other.last()
            && self.common_end(other, self.start) == self.end()
    }
}

impl<T: Clone + Eq> Eq for Seq<T> {}
