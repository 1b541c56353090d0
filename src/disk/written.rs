//! The records that were written, stored compactly.
//!
//! The records themselves are not kept. What is kept is their result (the latest state, the log,
//! and where it begins), and for each record what undoes it. So a record can be derived from what
//! it changed, and an entry in the log costs no further memory. The bytes of a record follow from
//! it and from the one before; they are made when somebody reads them.

use std::sync::Arc;

use crate::seq::Seq;

use super::change::Change;
use super::record::{self, Base, Before, Content, Record, Slot};
use super::recovery;

/// Records in order, from the first one ever written.
#[derive(Clone, Debug, Hash)]
pub(super) struct Written<S: Clone, E: Clone> {
    count: u32,
    /// How to undo the records, the latest step last.
    steps: Seq<Step<S, E>>,
    state: S,
    base: Option<Base>,
    entries: Seq<E>,
}

/// A record, or several entries in a row, with what undoes it.
#[derive(Clone, Debug, Hash)]
enum Step<S, E: Clone> {
    /// A state, with the state before it.
    State(S),
    /// This many entries.
    Entries(u32),
    /// A truncation, with the entries that it deleted.
    Truncation(Arc<[E]>),
    /// A snapshot, with the snapshot and the log before it.
    Snapshot(Arc<(Option<Base>, Seq<E>)>),
}

impl<S: Content, E: Content> Written<S, E> {
    /// No records. The log grows from this sequence, which must be empty.
    pub(super) fn new(entries: Seq<E>) -> Written<S, E> {
        Written { count: 0, steps: Seq::new(), state: S::default(), base: None, entries }
    }

    /// How many records there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The latest state.
    pub(super) fn state(&self) -> S {
        self.state
    }

    /// The latest snapshot.
    pub(super) fn base(&self) -> Option<Base> {
        self.base
    }

    /// The handles of the latest snapshot, and of those before it that undoing brings back.
    pub(super) fn handles(&self) -> impl Iterator<Item = u32> + '_ {
        let before = self.steps.iter().filter_map(|step| match step {
            Step::Snapshot(before) => before.0,
            Step::State(_) | Step::Entries(_) | Step::Truncation(_) => None,
        });
        self.base.into_iter().chain(before).map(|base| base.handle)
    }

    /// The log after the latest snapshot.
    pub(super) fn entries(&self) -> &Seq<E> {
        &self.entries
    }

    /// Adds the records of a change.
    pub(super) fn write(&mut self, change: &Change<S, E>) {
        if let Some(state) = change.state {
            self.push_state(state);
        }
        if let Some(snapshot) = &change.snapshot {
            self.push_snapshot(snapshot.base);
        }
        if let Some(keep) = change.keep {
            self.push_truncation(keep);
        }
        if !change.append.is_empty() {
            self.push_entries(&change.append);
        }
    }

    /// Keeps only what still counts: the snapshot, the state, and the log after it.
    pub(super) fn rewrite(&mut self) {
        if self.base.is_none() {
            return;
        }
        let mut steps = Seq::new();
        steps.push(Step::Snapshot(Arc::new((None, self.entries.emptied()))));
        steps.push(Step::State(S::default()));
        let count = self.entries.len() as u32;
        if count > 0 {
            steps.push(Step::Entries(count));
        }
        (self.steps, self.count) = (steps, count + 2);
    }

    /// Adds a record, which must fit the log.
    pub(super) fn push(&mut self, record: &Record<S, E>) {
        match *record {
            Record::State(state) => self.push_state(state),
            Record::Entry(_, entry) => self.push_entries(&[entry]),
            Record::Truncation(from) => self.push_truncation(from as usize - 1),
            Record::Snapshot(base) => self.push_snapshot(base),
        }
    }

    fn push_state(&mut self, state: S) {
        let before = std::mem::replace(&mut self.state, state);
        self.steps.push(Step::State(before));
        self.count += 1;
    }

    fn push_truncation(&mut self, keep: usize) {
        debug_assert!((self.entries.start()..=self.entries.end()).contains(&keep), "it fits");
        let dropped = self.entries.iter_from(keep).copied().collect();
        self.entries.truncate(keep);
        self.steps.push(Step::Truncation(dropped));
        self.count += 1;
    }

    fn push_entries(&mut self, entries: &[E]) {
        self.entries.extend_from_slice(entries);
        let count = entries.len() as u32;
        let last = self.steps.end().checked_sub(1);
        match last.and_then(|last| self.steps.get_mut(last)) {
            Some(Step::Entries(before)) => *before += count,
            _ => self.steps.push(Step::Entries(count)),
        }
        self.count += count;
    }

    fn push_snapshot(&mut self, base: Base) {
        let before = (self.base.replace(base), self.entries.clone());
        let last = self.entries.get(base.index as usize - 1).map(Content::term);
        recovery::begin_behind(base, last, &mut self.entries);
        self.steps.push(Step::Snapshot(Arc::new(before)));
        self.count += 1;
    }

    /// Undoes the last record, and returns it.
    fn pop(&mut self) -> Option<Record<S, E>> {
        let last = self.steps.end().checked_sub(1)?;
        let (mut through, end) = (true, self.entries.end());
        let record = match self.steps.get_mut(last)? {
            Step::State(before) => Record::State(std::mem::replace(&mut self.state, *before)),
            Step::Entries(count) => {
                *count -= 1;
                through = *count == 0;
                let entry = *self.entries.last()?;
                self.entries.truncate(end - 1);
                Record::Entry(end as u32, entry)
            }
            Step::Truncation(dropped) => {
                self.entries.extend_from_slice(dropped);
                Record::Truncation(end as u32 + 1)
            }
            Step::Snapshot(before) => {
                let base = std::mem::replace(&mut self.base, before.0)?;
                self.entries = before.1.clone();
                Record::Snapshot(base)
            }
        };
        if through {
            self.steps.truncate(last);
        }
        self.count -= 1;
        Some(record)
    }

    /// Undoes all records but the first `count`.
    pub(super) fn cut(&mut self, count: u32) {
        while self.count > count && self.pop().is_some() {}
    }

    /// All records but the first `count`, in order.
    fn records_behind(&self, count: u32) -> Vec<Record<S, E>> {
        let mut back = self.clone();
        let mut records = Vec::with_capacity(self.count.saturating_sub(count) as usize);
        while back.count > count {
            records.extend(back.pop());
        }
        records.reverse();
        records
    }

    /// The slots of all records but the first `count`, in order.
    pub(super) fn slots_behind(&self, count: u32) -> impl Iterator<Item = Slot> + use<S, E> {
        let mut before = self.last_of(count);
        self.records_behind(count).into_iter().map(move |record| {
            let (slot, this) = record::write(&record, before);
            before = this;
            slot
        })
    }

    /// What record `count + 1` has to know of record `count`.
    pub(super) fn last_of(&self, count: u32) -> Before {
        // A record's checksum depends on its number and on the kind of the record before it, so two
        // records are enough.
        let skipped = count.saturating_sub(2);
        let records = self.records_behind(skipped);
        let start = Before { number: skipped, ..Before::default() };
        let two = records.iter().take((count - skipped) as usize);
        two.fold(start, |before, record| record::write(record, before).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::record::{BLANK, CONTENT, MARKS};
    use crate::disk::recovery::Policy;

    impl Content for u32 {
        fn term(&self) -> u32 {
            *self
        }

        fn content(&self) -> [u8; CONTENT] {
            [0; CONTENT]
        }

        fn read(term: u32, content: [u8; CONTENT]) -> Option<u32> {
            (content == [0; CONTENT]).then_some(term)
        }
    }

    fn snapshot(index: u32, term: u32) -> Record<u32, u32> {
        Record::Snapshot(Base { index, term, base_index: index, base_term: term, handle: 7 })
    }

    /// Undoing any kind of record leads back to where the disk was before it.
    #[test]
    fn records_can_be_told_and_taken_back() {
        let records = [
            Record::State(1),
            Record::Entry(1, 1),
            Record::Entry(2, 1),
            Record::Truncation(2),
            Record::Entry(2, 2),
            Record::Entry(3, 2),
            snapshot(2, 2),
            Record::State(3),
            Record::Entry(4, 3),
            Record::Truncation(3),
            Record::Entry(3, 4),
            snapshot(3, 9),
            Record::Entry(4, 9),
            snapshot(7, 9),
            Record::Entry(8, 9),
        ];
        let through = |count: usize| {
            let mut written = Written::new(Seq::new());
            records[..count].iter().for_each(|record| written.push(record));
            written
        };
        let all = through(records.len());
        assert_eq!(all.records_behind(0), records);
        let slots: Vec<Slot> = all.slots_behind(0).collect();
        let found = recovery::read::<u32, u32>(
            [BLANK; MARKS].into_iter().chain(slots.clone()),
            Policy::Halt,
            |_| {},
        );
        assert_eq!((found.records, found.last), (all.count(), all.last_of(all.count())));
        assert_eq!(
            (found.state, found.base, &found.entries),
            (all.state(), all.base(), all.entries())
        );
        for count in 0..=records.len() {
            let (mut cut, whole) = (all.clone(), through(count));
            cut.cut(count as u32);
            assert_eq!(cut.records_behind(0), records[..count]);
            assert_eq!(
                (cut.state, cut.base, &cut.entries),
                (whole.state, whole.base, &whole.entries)
            );
            assert!(all.slots_behind(count as u32).eq(slots[count..].iter().copied()), "{count}");
            assert_eq!(all.last_of(count as u32), whole.last_of(count as u32), "{count}");
        }
    }
}
