//! What will happen, in order of time; at the same time, in order of planning.
//!
//! What is due soon lies in a short list that is in order, from whose end it is taken; all the rest in a heap. A small cluster
//! plans so little that all of it is soon, and a list of a few is by far the cheapest order there is; a crowd costs what a
//! heap costs.
//!
//! Invariant: nothing in the heap is due before anything in the list.

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

/// So many plans the list holds at most.
const SOON: usize = 32;

/// The plans.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    /// What is due soon, latest first.
    soon: Vec<Planned>,
    /// What is due after that.
    later: BinaryHeap<Reverse<Planned>>,
    planned: u64,
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

impl Queue {
    /// A time after everything that is planned for the same time already.
    pub(super) fn due_at(&mut self, time_us: u64) -> Due {
        self.planned += 1;
        Due { time_us, order: self.planned }
    }

    /// Plans something.
    pub(super) fn plan(&mut self, due: Due, plan: Plan) {
        let planned = Planned { due, plan };
        let place = self.soon.iter().rposition(|other| other.due > due).map_or(0, |before| before + 1);
        if place == 0 && !self.later.is_empty() {
            return self.later.push(Reverse(planned));
        }
        if self.soon.len() == SOON {
            self.put_off();
            return self.plan(due, plan);
        }
        self.soon.insert(place, planned);
    }

    /// What is due next.
    pub(super) fn peek(&mut self) -> Option<(Due, Plan)> {
        if self.soon.is_empty() {
            self.bring_near();
        }
        self.soon.last().map(|planned| (planned.due, planned.plan))
    }

    /// Takes out what is due next: what was peeked at.
    pub(super) fn pop(&mut self) {
        self.soon.pop();
    }

    /// Half of what is due soon is due later after all.
    #[cold]
    fn put_off(&mut self) {
        self.later.extend(self.soon.drain(..SOON / 2).map(Reverse));
    }

    /// What was due later is due soon now.
    #[cold]
    fn bring_near(&mut self) {
        while self.soon.len() < SOON / 2
            && let Some(Reverse(planned)) = self.later.pop()
        {
            self.soon.push(planned);
        }
        self.soon.reverse();
    }
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
            let widths_us = [1, 10, 900, 20_000, 600_000, 100_000_000];
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
