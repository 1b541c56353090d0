//! What will happen, in order of time; at the same time, in order of planning.
//!
//! A timing wheel: time is cut into spans of one width. What is due soon lies in a short list that
//! is in order, from whose end it is taken; each of the spans after that which the wheel reaches
//! has a slot, whose plans are in no order until their span comes; all the rest lies in a heap.
//! Messages are nearly all there is to plan, and nearly all are due within the wheel: to plan one
//! costs the same for three nodes and for a hundred.
//!
//! Invariants: what is planned for before `until`, and nothing else, lies in the short list; the
//! slots hold nothing of the present span or before it, and the list nothing after it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::raft::{NodeId, Timer};

/// When something is due. Two are never equal: the second part counts what was ever planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Due {
    pub(super) time_us: u64,
    pub(super) order: u64,
}

/// What is due. Plans are not taken back: whoever finds one due checks whether it still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// The message in this slot of the network arrives.
    Arrive { slot: u32 },
    /// A timer runs out.
    Fire { node: NodeId, timer: Timer },
    /// The oldest write of a node's disk finishes.
    Finish { node: NodeId },
}

/// The length of a span, in microseconds.
const SPAN_US: u64 = 256;

/// So many slots the wheel has: each is a bit.
const SLOTS: usize = u64::BITS as usize;

/// After every span.
const NEVER: u64 = u64::MAX;

/// The end of a chain of cells.
const END: u32 = u32::MAX;

/// So many plans the short list takes in at most.
const SOON: usize = 64;

/// So many it is filled with, if there are as many: in a small cluster there is little to plan, and
/// to turn the wheel for each would cost more than to keep a few in order.
const FEW: usize = 8;

/// The plans.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    /// What is due soon, latest first.
    soon: Vec<Planned>,
    /// Where soon ends.
    until: Due,
    /// The present span, counted from time 0.
    span: u64,
    /// The slots in which something lies. That of the present span is empty.
    occupied: u64,
    /// The first cell of each slot.
    slots: [u32; SLOTS],
    /// Where the plans of the slots lie, chained; those that are free too.
    cells: Vec<Cell>,
    /// How many lie in the slots.
    in_slots: usize,
    free: u32,
    /// What is due when the wheel has gone round, or after that; in a crowd, also the end of the
    /// present span.
    later: BinaryHeap<Reverse<Planned>>,
    planned: u64,
}

#[derive(Clone, Copy, Debug)]
struct Cell {
    planned: Planned,
    next: u32,
}

#[derive(Clone, Copy, Debug)]
struct Planned {
    due: Due,
    plan: Plan,
}

impl PartialEq for Planned {
    fn eq(&self, other: &Planned) -> bool {
        self.due == other.due
    }
}

impl Eq for Planned {}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Planned) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Planned {
    fn cmp(&self, other: &Planned) -> std::cmp::Ordering {
        self.due.cmp(&other.due)
    }
}

impl Default for Queue {
    fn default() -> Queue {
        Queue {
            soon: Vec::new(),
            until: end_of(0),
            span: 0,
            occupied: 0,
            slots: [END; SLOTS],
            cells: Vec::new(),
            in_slots: 0,
            free: END,
            later: BinaryHeap::new(),
            planned: 0,
        }
    }
}

impl Queue {
    /// A time after everything that is planned for the same time already.
    pub(super) fn due_at(&mut self, time_us: u64) -> Due {
        self.planned += 1;
        Due { time_us, order: self.planned }
    }

    /// How much was ever planned.
    pub(super) fn planned(&self) -> u64 {
        self.planned
    }

    /// Plans something.
    #[inline]
    pub(super) fn plan(&mut self, due: Due, plan: Plan) {
        let planned = Planned { due, plan };
        let ahead = due.span().saturating_sub(self.span);
        if due < self.until {
            self.put_soon(planned);
        } else if (1..SLOTS as u64).contains(&ahead) {
            self.put_in_slot(slot_of(due.span()), planned);
        } else {
            self.later.push(Reverse(planned));
        }
    }

    /// What is due next.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<(Due, Plan)> {
        if self.soon.is_empty() {
            self.refill();
        }
        self.soon.last().map(|planned| (planned.due, planned.plan))
    }

    /// How many plans there are.
    pub(super) fn len(&self) -> usize {
        self.soon.len() + self.in_slots + self.later.len()
    }

    /// Takes out everything, in no order.
    pub(super) fn take(&mut self) -> Vec<(Due, Plan)> {
        let slots = std::mem::replace(&mut self.slots, [END; SLOTS]);
        let mut all = std::mem::take(&mut self.soon);
        all.extend(self.later.drain().map(|Reverse(planned)| planned));
        for mut at in slots {
            while let Some(cell) = self.cells.get(at as usize) {
                all.push(cell.planned);
                at = cell.next;
            }
        }
        self.cells = Vec::new();
        (self.free, self.occupied, self.in_slots) = (END, 0, 0);
        all.into_iter().map(|planned| (planned.due, planned.plan)).collect()
    }

    /// Takes out what is due next: what was peeked at.
    #[inline]
    pub(super) fn pop(&mut self) {
        self.soon.pop();
    }

    fn put_soon(&mut self, planned: Planned) {
        let after = self.soon.iter().rposition(|other| other.due > planned.due);
        self.soon.insert(after.map_or(0, |after| after + 1), planned);
        if self.soon.len() > SOON {
            self.put_off(SOON / 2);
        }
    }

    /// What is due soon after all the others is due later after all.
    #[cold]
    fn put_off(&mut self, count: usize) {
        self.until = self.until.min(self.soon[count - 1].due);
        self.later.extend(self.soon.drain(..count).map(Reverse));
    }

    fn put_in_slot(&mut self, slot: usize, planned: Planned) {
        let cell = Cell { planned, next: self.slots[slot] };
        let at = self.free;
        if let Some(free) = self.cells.get_mut(at as usize) {
            self.free = free.next;
            *free = cell;
            self.slots[slot] = at;
        } else {
            self.slots[slot] = self.cells.len() as u32;
            self.cells.push(cell);
        }
        self.occupied |= 1 << slot;
        self.in_slots += 1;
    }

    /// Nothing is due soon: turns on until a few things are.
    #[inline(never)]
    fn refill(&mut self) {
        while self.soon.len() < FEW && self.turn() {}
        if self.soon.len() > 1 {
            self.soon.sort_unstable_by(|one, other| other.cmp(one));
        }
        // If the heap kept some of a crowd, as many as the list takes in came before those, and so
        // nothing after them stays.
        if self.soon.len() > SOON {
            self.put_off(self.soon.len() - SOON);
        }
    }

    /// Turns to the next span in which something is due; false if there is none.
    fn turn(&mut self) -> bool {
        let ahead = self.occupied.rotate_right(slot_of(self.span) as u32).trailing_zeros();
        let in_wheel = if self.occupied == 0 { NEVER } else { self.span + u64::from(ahead) };
        let later = self.later.peek().map_or(NEVER, |Reverse(planned)| planned.due.span());
        let next = in_wheel.min(later);
        if next == NEVER {
            return false;
        }
        // The wheel never turns back: what was planned for before the present span is due soon,
        // like all of it.
        self.span = self.span.max(next);
        self.until = end_of(self.span);
        if in_wheel == self.span {
            self.empty_slot();
        }
        if later <= self.span {
            self.bring_near();
        }
        true
    }

    /// What lies in the slot of the present span is due soon.
    fn empty_slot(&mut self) {
        let slot = slot_of(self.span);
        self.occupied &= !(1 << slot);
        let mut at = std::mem::replace(&mut self.slots[slot], END);
        while let Some(cell) = self.cells.get_mut(at as usize) {
            self.soon.push(cell.planned);
            self.in_slots -= 1;
            let next = std::mem::replace(&mut cell.next, self.free);
            self.free = std::mem::replace(&mut at, next);
        }
    }

    /// What lies in the heap for the present span, or for before it, is due soon; of a crowd, those
    /// that come first.
    fn bring_near(&mut self) {
        let mut brought = 0;
        while let Some(&Reverse(next)) = self.later.peek()
            && next.due < self.until
        {
            if brought == SOON {
                self.until = next.due;
                return;
            }
            self.later.pop();
            self.soon.push(next);
            brought += 1;
        }
    }
}

/// The first moment after a span. The last one ends with time itself.
fn end_of(span: u64) -> Due {
    match (span + 1).checked_mul(SPAN_US) {
        Some(time_us) => Due { time_us, order: 0 },
        None => Due { time_us: u64::MAX, order: u64::MAX },
    }
}

impl Due {
    fn span(self) -> u64 {
        self.time_us / SPAN_US
    }
}

fn slot_of(span: u64) -> usize {
    (span % SLOTS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::rng::Dice;

    /// Beside a list that is searched through for the least: plans near, far, in crowds, at the
    /// same time, and in the past.
    #[test]
    fn comes_in_order() {
        let mut dice = Dice::new(3);
        let (mut queue, mut list) = (Queue::default(), Vec::new());
        let mut now_us = 0;
        for nth in 0..60_000u64 {
            // At times nothing is left.
            while nth % 7_000 == 0 && queue.peek().is_some() {
                queue.pop();
                list.clear();
            }
            // At times everything is taken out and planned again.
            if nth % 1_300 == 0 {
                assert_eq!(queue.len(), list.len());
                queue.take().into_iter().rev().for_each(|(due, plan)| queue.plan(due, plan));
            }
            let widths_us = [1, 10, 900, 17_000, 600_000, 100_000_000];
            // Now more comes than goes, now less.
            if dice.below(100) < [90, 45, 10][nth as usize / 500 % 3] {
                let width_us = widths_us[dice.below(6) as usize];
                // Now and then everybody waits for the same moment.
                let ahead_us = match nth / 5_000 % 2 * dice.below(2) {
                    0 => dice.below(width_us),
                    _ => 50_000 - now_us % 50_000 + dice.below(200),
                };
                let past_us = dice.below(20) / 19 * dice.below(5_000);
                let due = queue.due_at((now_us + ahead_us).saturating_sub(past_us));
                let plan = Plan::Arrive { slot: nth as u32 };
                queue.plan(due, plan);
                list.push((due, plan));
            }
            let least = list.iter().copied().min_by_key(|(due, _)| *due);
            assert_eq!(queue.peek(), least);
            if let Some((due, _)) = least
                && dice.chance(450_000)
            {
                queue.pop();
                list.retain(|(other, _)| *other != due);
                now_us = now_us.max(due.time_us);
            }
        }
        assert!(queue.planned > 20_000 && now_us > 100_000_000);
        // At the end of time as before it.
        for time_us in [u64::MAX, u64::MAX - 1, u64::MAX - 1_000, u64::MAX] {
            let due = queue.due_at(time_us);
            queue.plan(due, Plan::Arrive { slot: 0 });
            list.push((due, Plan::Arrive { slot: 0 }));
        }
        list.sort_by_key(|(due, _)| *due);
        for planned in list {
            assert_eq!(queue.peek(), Some(planned));
            queue.pop();
        }
        assert_eq!(queue.peek(), None);
    }
}
