//! The tree in which the chunks of a sequence hang, shared between clones.
//!
//! Where an element lies follows from its position, whatever was forgotten. All elements in a tree
//! agree in all bits of their positions but the last ones: how many these are is the tree's reach.
//! The reach of a chunk follows from its size, and that of a branch is `BITS` more than that of its
//! children: these bits tell the child. So a part of the tree means the same in every sequence that
//! shares it, and nothing moves when the front goes.

use std::sync::{Arc, OnceLock};

/// The bits of a position that a branch tells apart.
const BITS: u32 = 6;

/// The reach of a chunk.
pub(super) const CHUNK: u32 = 6;

/// A place in the tree in which the chunks of a sequence hang.
#[derive(Clone, Debug)]
pub(super) struct Tree<T> {
    pub(super) below: Below<T>,
    /// See [`super::digest`]; unknown until somebody asks, and again after each change.
    pub(super) digest: OnceLock<u64>,
}

/// What lies below a place in the tree.
#[derive(Clone, Debug)]
pub(super) enum Below<T> {
    /// The elements of a chunk: all of them, or the last ones, if the sequence starts among them.
    Leaf(Vec<T>),
    Branch {
        /// How many children come before those that are kept.
        gone: usize,
        children: Vec<Arc<Tree<T>>>,
    },
}

/// Which child of a branch of this reach holds the position.
fn child_of(position: usize, reach: u32) -> usize {
    position >> (reach - BITS) & ((1 << BITS) - 1)
}

/// The bits of a position that say where it lies in a tree of this reach.
pub(super) fn inside(reach: u32) -> usize {
    // A tree may have room for every position.
    1usize.checked_shl(reach).unwrap_or(0).wrapping_sub(1)
}

/// Where a position is among so many elements, the last of their chunk.
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

    /// The child that holds the position; none below a leaf.
    pub(super) fn child(&self, reach: u32, position: usize) -> Option<&Arc<Tree<T>>> {
        match &self.below {
            Below::Leaf(_) => None,
            Below::Branch { gone, children } => children.get(child_of(position, reach) - gone),
        }
    }

    /// The elements of a chunk from a position on. The tree has that position.
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
    /// What lies below, to be changed: if clones share it, it is copied first.
    fn below_mut(tree: &mut Arc<Tree<T>>) -> &mut Below<T> {
        let tree = Arc::make_mut(tree);
        tree.digest.take();
        &mut tree.below
    }

    /// The element at a position that the tree has, to be changed.
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

    /// Adds a chunk behind the last one, and branches above if there is no more room: returns the
    /// new reach.
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

    /// The tree of what lies before the end of a chunk that it has.
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

    /// Drops every chunk before the one that holds the position. The tree has that position.
    pub(super) fn drop_before(tree: &mut Arc<Tree<T>>, reach: u32, position: usize) {
        // No chunk is changed: it goes or it stays.
        if let Below::Branch { .. } = tree.below
            && let Below::Branch { gone, children } = Tree::below_mut(tree)
        {
            let first = child_of(position, reach);
            children.drain(..first - *gone);
            *gone = first;
            Tree::drop_before(&mut children[0], below(reach), position);
        }
    }

    /// Takes the branches away that have one child and nothing above them: returns the new reach.
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
        // It hangs below as many branches as its neighbours do.
        let branches = (below(reach) - chunk_reach) / BITS;
        children.push((0..branches).fold(chunk, |below, _| Tree::branch(0, vec![below])));
    }
}
