//! What will happen, in order of time; at the same time, in order of planning.
//!
//! A timing wheel: time is cut into spans of one width. What is due in the present span, or was before it, lies in a small
//! heap; each of the spans after it that the wheel reaches has a slot, whose plans are in no order until their span comes;
//! what is due beyond lies in a heap of its own. Messages are nearly all there is to plan, and nearly all are due within
//! the wheel: to plan one costs the same for three nodes and for a hundred.
//!
//! Invariant: the present span is never later than anything in a slot or beyond the wheel.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::raft::{NodeId, Timer};

/// When something is due. Two are never equal: the second part counts what was ever planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
const SPAN_US: u64 = 128;

/// So many slots the wheel has: each is a bit.
const SLOTS: usize = u128::BITS as usize;

/// The end of a chain of cells.
const END: u32 = u32::MAX;

/// The plans.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    /// What is due in the present span or before it.
    now: BinaryHeap<Reverse<Planned>>,
    /// The present span, counted from time 0.
    span: u64,
    /// The slots in which something lies. That of the present span is empty.
    occupied: u128,
    /// The first cell of each slot.
    slots: [u32; SLOTS],
    /// Where the plans of the slots lie, chained; those that are free too.
    cells: Vec<Cell>,
    free: u32,
    /// What is due when the wheel has gone round, or after that.
    beyond: BinaryHeap<Reverse<Planned>>,
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
            now: BinaryHeap::new(),
            span: 0,
            occupied: 0,
            slots: [END; SLOTS],
            cells: Vec::new(),
            free: END,
            beyond: BinaryHeap::new(),
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

    /// Plans something.
    #[inline]
    pub(super) fn plan(&mut self, due: Due, plan: Plan) {
        let planned = Planned { due, plan };
        match due.span().saturating_sub(self.span) {
            0 => self.now.push(Reverse(planned)),
            ahead if ahead < SLOTS as u64 => self.put(slot_of(due.span()), planned),
            _ => self.beyond.push(Reverse(planned)),
        }
    }

    /// What is due next.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<(Due, Plan)> {
        if self.now.is_empty() {
            self.turn();
        }
        self.now.peek().map(|Reverse(planned)| (planned.due, planned.plan))
    }

    /// Takes out what is due next: what was peeked at.
    #[inline]
    pub(super) fn pop(&mut self) {
        self.now.pop();
    }

    fn put(&mut self, slot: usize, planned: Planned) {
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
    }

    /// The present span is over: turns to the next one in which something is due.
    fn turn(&mut self) {
        let ahead = self.occupied.rotate_right(slot_of(self.span) as u32).trailing_zeros();
        let in_wheel = (self.occupied != 0).then(|| self.span + u64::from(ahead));
        let beyond = self.beyond.peek().map(|Reverse(planned)| planned.due.span());
        let Some(span) = in_wheel.into_iter().chain(beyond).min() else { return };
        self.span = span;
        let slot = slot_of(span);
        self.occupied &= !(1 << slot);
        let mut at = std::mem::replace(&mut self.slots[slot], END);
        while let Some(&Cell { planned, next }) = self.cells.get(at as usize) {
            self.now.push(Reverse(planned));
            self.cells[at as usize].next = std::mem::replace(&mut self.free, at);
            at = next;
        }
        while self.beyond.peek().is_some_and(|Reverse(planned)| planned.due.span() == span) {
            self.now.extend(self.beyond.pop());
        }
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

    /// Beside a list that is searched through for the least: plans near, far, at the same time, and in the past.
    #[test]
    fn comes_in_order() {
        let mut dice = Dice::new(3);
        let (mut queue, mut list) = (Queue::default(), Vec::new());
        let mut now_us = 0;
        for nth in 0..60_000 {
            let widths_us = [1, 10, 900, 17_000, 600_000, 100_000_000];
            // Now more comes than goes, now less.
            if dice.below(100) < [75, 45, 20][nth / 500 % 3] {
                let width_us = widths_us[dice.below(6) as usize];
                let ahead_us = dice.below(width_us);
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
    }
}
