//! Adding large elements to a list without a copy.

use std::collections::VecDeque;

/// A list at whose end an element is made where it is to stay.
///
/// `push` may have to grow the list, and that may unwind: then the element would be dropped. So an
/// element that needs dropping is made elsewhere first, and copied, however rarely a list grows.
/// Here growing comes first, and ends the process instead of unwinding, as it does anyway when
/// there is no memory left.
pub(crate) trait InPlace<T> {
    /// Adds an element at the end.
    fn place(&mut self, element: T);
}

impl<T> InPlace<T> for Vec<T> {
    #[inline(always)]
    fn place(&mut self, element: T) {
        while self.len() == self.capacity() {
            grow(self);
        }
        self.push(element);
    }
}

/// Makes room. A function of this calling convention cannot unwind.
#[cold]
#[inline(never)]
extern "C" fn grow<T>(list: &mut Vec<T>) {
    list.reserve(1);
}

impl<T> InPlace<T> for VecDeque<T> {
    #[inline(always)]
    fn place(&mut self, element: T) {
        while self.len() == self.capacity() {
            grow_deque(self);
        }
        self.push_back(element);
    }
}

#[cold]
#[inline(never)]
extern "C" fn grow_deque<T>(list: &mut VecDeque<T>) {
    list.reserve(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elements that need dropping arrive in order, however often the list grows.
    #[test]
    fn elements_are_added_at_the_end() {
        let all: Vec<_> = (0..1_000).map(|number| number.to_string()).collect();
        let (mut list, mut deque) = (Vec::new(), VecDeque::new());
        for element in &all {
            list.place(element.clone());
            deque.place(element.clone());
        }
        assert_eq!((&list, deque), (&all, all.clone().into()));
    }
}
