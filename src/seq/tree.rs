//! The tree in which the chunks of a sequence hang, shared between clones.

use std::sync::{Arc, OnceLock};

/// Elements in a chunk, and children of a branch.
pub(super) const CHUNK: usize = 64;

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
    Leaf(Vec<T>),
    Branch(Vec<Arc<Tree<T>>>),
}

impl<T> Tree<T> {
    pub(super) fn leaf(elements: Vec<T>) -> Arc<Tree<T>> {
        Arc::new(Tree { below: Below::Leaf(elements), digest: OnceLock::new() })
    }

    pub(super) fn branch(children: Vec<Arc<Tree<T>>>) -> Arc<Tree<T>> {
        Arc::new(Tree { below: Below::Branch(children), digest: OnceLock::new() })
    }
}

impl<T: Clone> Tree<T> {
    /// What lies below, to be changed: if clones share it, it is copied first.
    pub(super) fn below_mut(tree: &mut Arc<Tree<T>>) -> &mut Below<T> {
        let tree = Arc::make_mut(tree);
        tree.digest.take();
        &mut tree.below
    }
}
