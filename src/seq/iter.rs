//! Iterating over elements in order.

use std::ops::Range;
use std::slice;

use super::Seq;
use super::tree::inside;

/// An iterator over elements in order, from both ends. It holds one contiguous piece at each end.
struct Iter<'a, T> {
    seq: &'a Seq<T>,
    front: slice::Iter<'a, T>,
    /// The positions between the two pieces. The sequence keeps all of their elements.
    between: Range<usize>,
    back: slice::Iter<'a, T>,
}

impl<T: Clone> Seq<T> {
    /// The elements at these positions, as far as they are kept.
    pub fn range(
        &self,
        positions: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        Iter::new(self, positions, &[])
    }

    /// The elements from a position on, as far as they are kept.
    pub fn iter_from(
        &self,
        position: usize,
    ) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        self.range(position..self.end())
    }

    /// The elements from a position on, as far as they are kept, followed by those in `behind`,
    /// which may become part of the sequence later.
    pub fn iter_from_with<'a>(
        &'a self,
        position: usize,
        behind: &'a [T],
    ) -> impl DoubleEndedIterator<Item = &'a T> + ExactSizeIterator + Clone {
        Iter::new(self, position..self.end(), behind)
    }

    /// All elements.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator + Clone {
        self.iter_from(self.start)
    }
}

impl<'a, T: Clone> Iter<'a, T> {
    /// The elements at these positions, as far as they are kept, followed by those in `behind`.
    fn new(seq: &'a Seq<T>, positions: Range<usize>, behind: &'a [T]) -> Iter<'a, T> {
        let start = positions.start.clamp(seq.start(), seq.end());
        let between = start..positions.end.clamp(start, seq.end());
        Iter { seq, front: [].iter(), between, back: behind.iter() }
    }
}

impl<'a, T: Clone> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        if let Some(element) = self.front.next() {
            return Some(element);
        }
        if self.between.is_empty() {
            return self.back.next();
        }
        let piece = self.seq.piece(self.between.start);
        let piece = &piece[..piece.len().min(self.between.len())];
        self.between.start += piece.len();
        self.front = piece.iter();
        self.front.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let length = self.front.len() + self.between.len() + self.back.len();
        (length, Some(length))
    }
}

impl<'a, T: Clone> DoubleEndedIterator for Iter<'a, T> {
    fn next_back(&mut self) -> Option<&'a T> {
        if let Some(element) = self.back.next_back() {
            return Some(element);
        }
        if self.between.is_empty() {
            return self.front.next_back();
        }
        let last = self.between.end - 1;
        let first = (last & !inside(self.seq.chunk)).max(self.between.start);
        self.back = self.seq.piece(first)[..self.between.end - first].iter();
        self.between.end = first;
        self.back.next_back()
    }
}

impl<T: Clone> ExactSizeIterator for Iter<'_, T> {}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        let Iter { seq, front, between, back } = self;
        Iter { seq, front: front.clone(), between: between.clone(), back: back.clone() }
    }
}
