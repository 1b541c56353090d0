//! A short list that does not change.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// A list that does not change, and whose clones share it. Most lists have one element or none, and
/// these take no memory of their own.
#[derive(Clone)]
pub struct Few<T>(Elements<T>);

#[derive(Clone)]
enum Elements<T> {
    None,
    One(T),
    Shared(Arc<[T]>),
}

impl<T> Few<T> {
    /// No elements.
    pub const NONE: Few<T> = Few(Elements::None);

    /// One element.
    pub fn one(element: T) -> Few<T> {
        Few(Elements::One(element))
    }
}

impl<T> Default for Few<T> {
    fn default() -> Few<T> {
        Few::NONE
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            Elements::None => &[],
            Elements::One(element) => std::slice::from_ref(element),
            Elements::Shared(elements) => elements,
        }
    }
}

impl<T: Clone> From<&[T]> for Few<T> {
    #[inline]
    fn from(elements: &[T]) -> Few<T> {
        match elements {
            [] => Few::NONE,
            [element] => Few::one(element.clone()),
            _ => Few(Elements::Shared(elements.into())),
        }
    }
}

impl<T: Clone> From<Vec<T>> for Few<T> {
    fn from(elements: Vec<T>) -> Few<T> {
        elements.as_slice().into()
    }
}

impl<T: PartialEq> PartialEq for Few<T> {
    fn eq(&self, other: &Few<T>) -> bool {
        **self == **other
    }
}

impl<T: Eq> Eq for Few<T> {}

impl<T: Hash> Hash for Few<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for Few<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
