//! The tree in which the chunks of a sequence hang, shared between clones.
//!
//! Where an element lies follows from its position, whatever was forgotten: a tree of height `h`
//! holds what agrees in all but the last `h + 1` digits of its position, to the base `CHUNK`, and
//! each of its children has one digit less to tell. So a part of the tree means the same in every
//! sequence that shares it, and nothing moves when the front goes.

use std::sync::{Arc, OnceLock};

/// The bits of a position that one level of the tree tells apart.
const BITS: u32 = 6;

/// Elements in a chunk, and children of a branch.
pub(super) const CHUNK: usize = 1 << BITS;

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
    /// The elements of a chunk. Of the chunk in which a sequence began there may be only the last.
    Leaf(Vec<T>),
    Branch {
        /// How many children come before those that are kept.
        gone: usize,
        children: Vec<Arc<Tree<T>>>,
    },
}

/// Which child of a branch at this height holds the position.
pub(super) fn child_of(position: usize, height: u32) -> usize {
    position >> (BITS * height) & (CHUNK - 1)
}

/// The bits of a position that say where it lies in a tree of this height.
pub(super) fn inside(height: u32) -> usize {
    // A tree may be so high that it has room for every position.
    1usize.checked_shl(BITS * (height + 1)).unwrap_or(0).wrapping_sub(1)
}

impl<T> Tree<T> {
    pub(super) fn leaf(elements: Vec<T>) -> Arc<Tree<T>> {
        Arc::new(Tree { below: Below::Leaf(elements), digest: OnceLock::new() })
    }

    pub(super) fn branch(gone: usize, children: Vec<Arc<Tree<T>>>) -> Arc<Tree<T>> {
        Arc::new(Tree { below: Below::Branch { gone, children }, digest: OnceLock::new() })
    }

    /// The child that holds the position; none below a leaf.
    pub(super) fn child(&self, height: u32, position: usize) -> Option<&Arc<Tree<T>>> {
        match &self.below {
            Below::Leaf(_) => None,
            Below::Branch { gone, children } => children.get(child_of(position, height) - gone),
        }
    }

    /// The elements of a chunk from a position on. The tree has that position.
    pub(super) fn piece(mut self: &Tree<T>, mut height: u32, position: usize) -> &[T] {
        loop {
            match &self.below {
                Below::Leaf(elements) => return &elements[place(elements.len(), position)..],
                Below::Branch { gone, children } => {
                    self = &children[child_of(position, height) - gone];
                    height -= 1;
                }
            }
        }
    }
}

/// Where a position is among so many elements, the last of its chunk.
fn place(elements: usize, position: usize) -> usize {
    position % CHUNK + elements - CHUNK
}

impl<T: Clone> Tree<T> {
    /// What lies below, to be changed: if clones share it, it is copied first.
    fn below_mut(tree: &mut Arc<Tree<T>>) -> &mut Below<T> {
        let tree = Arc::make_mut(tree);
        tree.digest.take();
        &mut tree.below
    }

    /// The element at a position that the tree has, to be changed.
    pub(super) fn get_mut(mut tree: &mut Arc<Tree<T>>, mut height: u32, position: usize) -> Option<&mut T> {
        loop {
            match Tree::below_mut(tree) {
                Below::Leaf(elements) => {
                    let place = place(elements.len(), position);
                    return elements.get_mut(place);
                }
                Below::Branch { gone, children } => {
                    tree = children.get_mut(child_of(position, height) - *gone)?;
                    height -= 1;
                }
            }
        }
    }

    /// Adds a chunk behind the last one, and branches above if there is no more room: returns the
    /// new height.
    pub(super) fn add(tree: &mut Arc<Tree<T>>, mut height: u32, position: usize, chunk: Arc<Tree<T>>) -> u32 {
        while position & inside(height) == 0 {
            height += 1;
            *tree = Tree::branch(child_of(position - 1, height), vec![Arc::clone(tree)]);
        }
        insert(tree, height, position, chunk);
        height
    }

    /// The tree of what lies before the end of a chunk that it has.
    pub(super) fn keep_before(tree: &Arc<Tree<T>>, height: u32, end: usize) -> Arc<Tree<T>> {
        match &tree.below {
            Below::Leaf(_) => Arc::clone(tree),
            Below::Branch { gone, children } => {
                let last = child_of(end - 1, height) - gone;
                let mut kept: Vec<_> = children[..last].to_vec();
                kept.push(Tree::keep_before(&children[last], height - 1, end));
                Tree::branch(*gone, kept)
            }
        }
    }

    /// Drops every chunk before the one that holds the position. The tree has that position.
    pub(super) fn drop_before(tree: &mut Arc<Tree<T>>, height: u32, position: usize) {
        // No chunk is changed: it goes or it stays.
        if height > 0
            && let Below::Branch { gone, children } = Tree::below_mut(tree)
        {
            let first = child_of(position, height);
            children.drain(..first - *gone);
            *gone = first;
            Tree::drop_before(&mut children[0], height - 1, position);
        }
    }

    /// Takes the branches away that have one child and nothing above them: returns the new height.
    pub(super) fn lower(tree: &mut Arc<Tree<T>>, mut height: u32) -> u32 {
        while let Below::Branch { children, .. } = &tree.below
            && let [only] = children.as_slice()
        {
            *tree = Arc::clone(only);
            height -= 1;
        }
        height
    }
}

fn insert<T: Clone>(tree: &mut Arc<Tree<T>>, height: u32, position: usize, chunk: Arc<Tree<T>>) {
    let Below::Branch { gone, children } = Tree::below_mut(tree) else {
        unreachable!("a full tree is given a branch above it before anything is added")
    };
    let child = child_of(position, height) - *gone;
    if child < children.len() {
        insert(&mut children[child], height - 1, position, chunk);
    } else {
        children.push(path(height - 1, chunk));
    }
}

/// A leaf below as many branches as its neighbours have.
fn path<T>(height: u32, chunk: Arc<Tree<T>>) -> Arc<Tree<T>> {
    (0..height).fold(chunk, |below, _| Tree::branch(0, vec![below]))
}
