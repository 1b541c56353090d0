//! The tree whose leaves are the chunks of a sequence, shared between clones.
//!
//! Where an element is in the tree follows from its position, whatever was forgotten. The
//! positions of all elements in a tree are equal except for their low bits; the number of these
//! bits is the tree's reach. The reach of a chunk follows from its size, and that of a branch is
//! `BITS` more than that of its children: these bits select the child. So a part of the tree means
//! the same in every sequence that shares it, and forgetting the front moves nothing.

use std::sync::{Arc, OnceLock};

/// The number of bits of a position that select a branch's child.
const BITS: u32 = 6;

/// The reach of a chunk, unless chunks are large.
pub(super) const CHUNK: u32 = 6;

/// A part of the tree: a chunk, or a branch with all that is below it.
#[derive(Clone, Debug)]
pub(super) struct Tree<T> {
    pub(super) below: Below<T>,
    /// See [`super::digest`]. It is computed when needed, and again after a change.
    pub(super) digest: OnceLock<u64>,
}

/// The elements or the children of a part of the tree.
#[derive(Clone, Debug)]
pub(super) enum Below<T> {
    /// The elements of a chunk: all of them, or the last ones if the sequence starts inside the
    /// chunk.
    Leaf(Vec<T>),
    Branch {
        /// The number of children that are missing before the first one that is kept.
        gone: usize,
        children: Vec<Arc<Tree<T>>>,
    },
}

/// The number of the child that holds the position, in a branch of this reach.
fn child_of(position: usize, reach: u32) -> usize {
    position >> (reach - BITS) & ((1 << BITS) - 1)
}

/// A mask of the bits that say where a position is in a tree of this reach.
pub(super) fn inside(reach: u32) -> usize {
    // The reach may cover all bits of a position.
    1usize.checked_shl(reach).unwrap_or(0).wrapping_sub(1)
}

/// The place of a position in a chunk of which only the last `elements` are kept.
fn place(elements: usize, reach: u32, position: usize) -> usize {
    (position & inside(reach)) + elements - (1 << reach)
}

/// The reach of the children of a branch.
pub(super) fn below(reach: u32) -> u32 {
    reach - BITS
}

impl<T> Tree<T> {
    pub(super) fn leaf(elements: Vec<T>) -> Arc<Tree<T>> {
        Arc::new(Tree { below: Below::Leaf(elements), digest: OnceLock::new() })
    }

    pub(super) fn branch(gone: usize, children: Vec<Arc<Tree<T>>>) -> Arc<Tree<T>> {
        Arc::new(Tree { below: Below::Branch { gone, children }, digest: OnceLock::new() })
    }

    /// The child that holds the position. A leaf has none.
    pub(super) fn child(&self, reach: u32, position: usize) -> Option<&Arc<Tree<T>>> {
        match &self.below {
            Below::Leaf(_) => None,
            Below::Branch { gone, children } => children.get(child_of(position, reach) - gone),
        }
    }

    /// The elements of a chunk from a position on. The tree must have that position.
    pub(super) fn piece(mut self: &Tree<T>, mut reach: u32, position: usize) -> &[T] {
        loop {
            match &self.below {
                Below::Leaf(elements) => {
                    return &elements[place(elements.len(), reach, position)..];
                }
                Below::Branch { gone, children } => {
                    self = &children[child_of(position, reach) - gone];
                    reach = below(reach);
                }
            }
        }
    }
}

impl<T: Clone> Tree<T> {
    /// What is below, mutably. It is copied first if clones share it, and its digest is dropped.
    fn below_mut(tree: &mut Arc<Tree<T>>) -> &mut Below<T> {
        let tree = Arc::make_mut(tree);
        tree.digest.take();
        &mut tree.below
    }

    /// The element at a position that the tree has, mutably.
    pub(super) fn get_mut(
        mut tree: &mut Arc<Tree<T>>,
        mut reach: u32,
        position: usize,
    ) -> Option<&mut T> {
        loop {
            match Tree::below_mut(tree) {
                Below::Leaf(elements) => {
                    let place = place(elements.len(), reach, position);
                    return elements.get_mut(place);
                }
                Below::Branch { gone, children } => {
                    tree = children.get_mut(child_of(position, reach) - *gone)?;
                    reach = below(reach);
                }
            }
        }
    }

    /// Adds a chunk after the last one, and branches above the tree if it is full. Returns the new
    /// reach.
    pub(super) fn add(
        tree: &mut Arc<Tree<T>>,
        mut reach: u32,
        position: usize,
        chunk: Arc<Tree<T>>,
        chunk_reach: u32,
    ) -> u32 {
        while position & inside(reach) == 0 {
            reach += BITS;
            *tree = Tree::branch(child_of(position - 1, reach), vec![Arc::clone(tree)]);
        }
        insert(tree, reach, position, chunk, chunk_reach);
        reach
    }

    /// The part of the tree before `end`, where one of its chunks ends.
    pub(super) fn keep_before(tree: &Arc<Tree<T>>, reach: u32, end: usize) -> Arc<Tree<T>> {
        match &tree.below {
            Below::Leaf(_) => Arc::clone(tree),
            Below::Branch { gone, children } => {
                let last = child_of(end - 1, reach) - gone;
                let mut kept: Vec<_> = children[..last].to_vec();
                kept.push(Tree::keep_before(&children[last], below(reach), end));
                Tree::branch(*gone, kept)
            }
        }
    }

    /// Drops every chunk before the one that holds the position. The tree must have that position.
    pub(super) fn drop_before(tree: &mut Arc<Tree<T>>, reach: u32, position: usize) {
        // A chunk is never changed, only dropped or kept.
        if let Below::Branch { .. } = tree.below
            && let Below::Branch { gone, children } = Tree::below_mut(tree)
        {
            let first = child_of(position, reach);
            children.drain(..first - *gone);
            *gone = first;
            Tree::drop_before(&mut children[0], below(reach), position);
        }
    }

    /// Removes the topmost branches that have only one child. Returns the new reach.
    pub(super) fn lower(tree: &mut Arc<Tree<T>>, mut reach: u32) -> u32 {
        while let Below::Branch { children, .. } = &tree.below
            && let [only] = children.as_slice()
        {
            *tree = Arc::clone(only);
            reach = below(reach);
        }
        reach
    }
}

fn insert<T: Clone>(
    tree: &mut Arc<Tree<T>>,
    reach: u32,
    position: usize,
    chunk: Arc<Tree<T>>,
    chunk_reach: u32,
) {
    let Below::Branch { gone, children } = Tree::below_mut(tree) else {
        unreachable!("a full tree is given a branch above it before anything is added")
    };
    let child = child_of(position, reach) - *gone;
    if child < children.len() {
        insert(&mut children[child], below(reach), position, chunk, chunk_reach);
    } else {
        // The chunk gets as many branches above it as its neighbours have.
        let branches = (below(reach) - chunk_reach) / BITS;
        children.push((0..branches).fold(chunk, |below, _| Tree::branch(0, vec![below])));
    }
}
