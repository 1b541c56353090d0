//! What will happen, in order of time; at the same time, in order of planning.

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

/// The plans.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    heap: BinaryHeap<Reverse<Planned>>,
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
        self.heap.push(Reverse(Planned { due, plan }));
    }

    /// What is due next.
    pub(super) fn peek(&self) -> Option<(Due, Plan)> {
        self.heap.peek().map(|Reverse(planned)| (planned.due, planned.plan))
    }

    /// Takes out what is due next.
    pub(super) fn pop(&mut self) {
        self.heap.pop();
    }
}
