//! What will happen by itself, ordered by time and, at the same time, by the order of planning.
//!
//! Messages and writes are in a heap. They are cancelled only by moves by hand and by nodes that
//! stop or pause; a cancelled entry stays in the heap until it comes to the top. Timers are in a
//! table, two a node: nearly every timer is reset before it fires, and a table makes that cheap.
//! The turns of clients in the background and the named timers of engines, of which there are few,
//! are in a map.
//!
//! Invariant: the queue holds exactly what will happen if nobody interferes. Code that changes what
//! will happen cancels the plan, so no plan has to be checked when it is due.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::raft::{Label, MAX_NODES, NodeId, Timer};

use super::event::EventId;

/// When something is due. No two are equal: `order` counts every due time that was ever handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct DueTime {
    pub(super) time_us: u64,
    pub(super) order: u64,
}

impl DueTime {
    /// Both numbers as one, which the processor compares without a branch.
    #[inline]
    fn rank(self) -> u128 {
        u128::from(self.time_us) << 64 | u128::from(self.order)
    }
}

impl Ord for DueTime {
    #[inline]
    fn cmp(&self, other: &DueTime) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for DueTime {
    #[inline]
    fn partial_cmp(&self, other: &DueTime) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A timer of a node.
#[derive(Clone, Copy, Debug, Default, Hash)]
pub(super) struct ArmedTimer {
    /// The event that set it; none if the timer does not run.
    pub(super) set_by: Option<EventId>,
    /// When it fires; none if it does not run, or if timers are off.
    pub(super) due: Option<DueTime>,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Planned {
    /// The message in this slot of the network arrives.
    Arrive { slot: u32 },
    /// A timer fires.
    Fire { node: NodeId, timer: Timer },
    /// The oldest unfinished write of a node's disk finishes.
    Finish { node: NodeId },
    /// It is the turn of this client in the background.
    Turn { client: u32 },
    /// A timer of another name fires, at a node that runs an engine.
    Wake { node: NodeId, timer: Label },
}

/// A plan in the heap as one number: when it is due, and below that what it is about, which is the
/// slot of a message or a node that writes. So the heap compares plans without a branch and moves
/// them whole. Its top is the greatest: the plan that is due first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Plan(Reverse<u128>);

/// How many bits say what a plan is about. The other 43 of the lower half are for the order: enough
/// for a million due times a second, a hundred days long.
const SUBJECT_BITS: u32 = 21;

/// How many slots of the network can be told apart. The numbers from here on are those of nodes.
pub(super) const SLOTS: u32 = (1 << SUBJECT_BITS) - MAX_NODES as u32;

impl Plan {
    #[inline]
    fn new(due: DueTime, what: Planned) -> Plan {
        let subject = match what {
            Planned::Arrive { slot } => slot,
            Planned::Finish { node } => SLOTS + node.position() as u32,
            Planned::Fire { .. } | Planned::Turn { .. } | Planned::Wake { .. } => {
                unreachable!("timers and turns are not in the heap")
            }
        };
        let low = due.order << SUBJECT_BITS | u64::from(subject);
        Plan(Reverse(u128::from(due.time_us) << 64 | u128::from(low)))
    }

    #[inline]
    fn due(self) -> DueTime {
        let Plan(Reverse(number)) = self;
        DueTime { time_us: (number >> 64) as u64, order: number as u64 >> SUBJECT_BITS }
    }

    #[inline]
    fn what(self) -> Planned {
        let Plan(Reverse(number)) = self;
        let slot = number as u32 & ((1 << SUBJECT_BITS) - 1);
        match slot.checked_sub(SLOTS) {
            None => Planned::Arrive { slot },
            Some(position) => Planned::Finish { node: NodeId::at(position as usize) },
        }
    }
}

/// Later than every due time: the due time of a timer that does not run.
const NEVER: DueTime = DueTime { time_us: u64::MAX, order: u64::MAX };

/// The plans: messages and writes in a heap, timers in a table.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    /// Messages and writes, the next one on top.
    plans: BinaryHeap<Plan>,
    /// The cancelled entries of the heap: never the top one, and at most half of the heap after
    /// each cancellation.
    cancelled: BTreeSet<DueTime>,
    /// For each node, when its election timer fires and when its heartbeat timer fires.
    timers: Vec<[DueTime; 2]>,
    /// The timer that fires first, if any runs, and when it fires.
    first: (NodeId, Timer),
    first_due: DueTime,
    /// The turns of clients in the background, and the named timers of engines.
    turns: BTreeMap<DueTime, Planned>,
    /// The first of these turns.
    first_turn: DueTime,
    planned: u64,
}

impl Queue {
    pub(super) fn new(nodes: usize) -> Queue {
        let first = (NodeId::at(0), Timer::Election);
        Queue {
            plans: BinaryHeap::new(),
            cancelled: BTreeSet::new(),
            timers: vec![[NEVER; 2]; nodes],
            first,
            first_due: NEVER,
            turns: BTreeMap::new(),
            first_turn: NEVER,
            planned: 0,
        }
    }

    /// There are timers for this many nodes from now on: more than before.
    pub(super) fn grow(&mut self, nodes: usize) {
        self.timers.resize(nodes, [NEVER; 2]);
    }

    /// A due time after everything that is already planned for the same time.
    pub(super) fn due_at(&mut self, time_us: u64) -> DueTime {
        self.planned += 1;
        DueTime { time_us, order: self.planned }
    }

    /// How many due times were ever handed out.
    pub(super) fn planned(&self) -> u64 {
        self.planned
    }

    /// Plans the arrival of a message or the end of a write. A cancelled plan may be planned again.
    #[inline]
    pub(super) fn plan(&mut self, due: DueTime, what: Planned) {
        if self.cancelled.is_empty() || !self.cancelled.remove(&due) {
            self.plans.push(Plan::new(due, what));
        }
    }

    /// Cancels the plan of a message or a write, which must be in the queue.
    pub(super) fn unplan(&mut self, due: DueTime) {
        self.cancelled.insert(due);
        self.clear_top();
        if 2 * self.cancelled.len() > self.plans.len() {
            self.plans.retain(|plan| !self.cancelled.remove(&plan.due()));
        }
    }

    /// Removes cancelled entries from the top of the heap.
    fn clear_top(&mut self) {
        while let Some(plan) = self.plans.peek()
            && self.cancelled.remove(&plan.due())
        {
            self.plans.pop();
        }
    }

    /// Sets when a timer fires; with none, it does not fire. This replaces the timer's earlier
    /// plan.
    pub(super) fn plan_timer(&mut self, node: NodeId, timer: Timer, due: Option<DueTime>) {
        let due = due.unwrap_or(NEVER);
        self.timers[node.position()][timer as usize] = due;
        if due < self.first_due {
            (self.first, self.first_due) = ((node, timer), due);
        } else if self.first == (node, timer) {
            self.find_first();
        }
    }

    fn find_first(&mut self) {
        self.first_due = NEVER;
        for (node, dues) in self.timers.iter().enumerate() {
            for timer in [Timer::Election, Timer::Heartbeat] {
                if dues[timer as usize] < self.first_due {
                    self.first_due = dues[timer as usize];
                    self.first = (NodeId::at(node), timer);
                }
            }
        }
    }

    /// Plans the turn of a client, or a named timer.
    pub(super) fn plan_turn(&mut self, due: DueTime, plan: Planned) {
        self.turns.insert(due, plan);
        self.find_first_turn();
    }

    /// Cancels the turn of a client or a named timer, if it is planned.
    pub(super) fn unplan_turn(&mut self, due: DueTime) {
        self.turns.remove(&due);
        self.find_first_turn();
    }

    fn find_first_turn(&mut self) {
        self.first_turn = self.turns.first_key_value().map_or(NEVER, |(due, _)| *due);
    }

    /// The next plan of any kind.
    #[inline]
    pub(super) fn next(&self) -> Option<(DueTime, Planned)> {
        match self.plans.peek() {
            Some(plan) if plan.due() < self.first_due && plan.due() < self.first_turn => {
                Some((plan.due(), plan.what()))
            }
            _ => self.next_of_others(),
        }
    }

    /// The next timer or turn.
    fn next_of_others(&self) -> Option<(DueTime, Planned)> {
        let due = self.first_due.min(self.first_turn);
        if due == NEVER {
            None
        } else if due == self.first_due {
            Some((due, Planned::Fire { node: self.first.0, timer: self.first.1 }))
        } else {
            self.turns.first_key_value().map(|(due, plan)| (*due, *plan))
        }
    }

    /// The next message or write.
    pub(super) fn next_of_plans(&self) -> Option<(DueTime, Planned)> {
        self.plans.peek().map(|plan| (plan.due(), plan.what()))
    }

    /// Removes this plan. It must be the next timer, the next turn, or the next message or write.
    #[inline]
    pub(super) fn pop(&mut self, plan: Planned) {
        match plan {
            Planned::Fire { node, timer } => self.plan_timer(node, timer, None),
            Planned::Turn { .. } | Planned::Wake { .. } => self.unplan_turn(self.first_turn),
            Planned::Arrive { .. } | Planned::Finish { .. } => {
                self.plans.pop();
                if !self.cancelled.is_empty() {
                    self.clear_top();
                }
            }
        }
    }

    /// Whether the queue holds these messages and writes, and these timers, and nothing else.
    pub(super) fn holds(
        &self,
        plans: &BTreeSet<(DueTime, Planned)>,
        timers: &[[Option<DueTime>; 2]],
        turns: &BTreeMap<DueTime, Planned>,
    ) -> bool {
        let planned = self.plans.iter().map(|plan| (plan.due(), plan.what()));
        let live: BTreeSet<_> = planned.filter(|(due, _)| !self.cancelled.contains(due)).collect();
        let timers = timers.iter().map(|dues| dues.map(|due| due.unwrap_or(NEVER)));
        live == *plans
            && self.turns == *turns
            && self.plans.len() == live.len() + self.cancelled.len()
            && timers.eq(self.timers.iter().copied())
    }

    /// How many entries the heap has, cancelled ones included.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.plans.len()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sim::rng::Dice;

    /// A plan gives back what it was made of, and the one that is due first is the greatest.
    #[test]
    fn a_plan_is_one_number() {
        let (last_slot, last_node) = (SLOTS - 1, usize::from(MAX_NODES) - 1);
        let subjects = [
            Planned::Arrive { slot: 0 },
            Planned::Arrive { slot: last_slot },
            Planned::Finish { node: NodeId::at(0) },
            Planned::Finish { node: NodeId::at(last_node) },
        ];
        let dues = [(0, 1), (0, 2), (7, 1), (7, (1 << 43) - 1), (u64::MAX, 3)];
        let dues = dues.map(|(time_us, order)| DueTime { time_us, order });
        for (due, later) in dues.iter().zip(&dues[1..]) {
            for what in subjects {
                let plan = Plan::new(*due, what);
                assert_eq!((plan.due(), plan.what()), (*due, what));
                assert!(subjects.iter().all(|other| plan > Plan::new(*later, *other)));
            }
        }
    }

    /// Compares the queue with a map from which plans are removed at once. Plans are near, far and
    /// at the same time, and some are cancelled and planned again for the time they were due.
    #[test]
    fn comes_in_order() {
        let mut dice = Dice::new(3);
        let (mut queue, mut map) = (Queue::new(3), BTreeMap::new());
        let (mut now_us, mut popped, mut timers) = (0, 0, [[None; 2]; 3]);
        for nth in 0..60_000u32 {
            let width_us = [1, 10, 900, 17_000, 600_000][dice.below(5) as usize];
            // The queue grows in some stretches and shrinks in others.
            if dice.below(100) < [70, 45, 10][nth as usize / 500 % 3] {
                let due = queue.due_at(now_us + dice.below(width_us));
                queue.plan(due, Planned::Arrive { slot: nth });
                map.insert(due, Planned::Arrive { slot: nth });
            }
            if dice.chance(200_000) {
                let (node, timer) = (NodeId::at(dice.below(3) as usize), dice.below(2) as usize);
                let due = dice.chance(800_000).then(|| queue.due_at(now_us + dice.below(width_us)));
                let timer_of = [Timer::Election, Timer::Heartbeat][timer];
                queue.plan_timer(node, timer_of, due);
                if let Some(before) = std::mem::replace(&mut timers[node.position()][timer], due) {
                    map.remove(&before);
                }
                map.extend(due.map(|due| (due, Planned::Fire { node, timer: timer_of })));
            }
            if dice.chance(300_000) {
                let arrivals =
                    map.iter().filter(|(_, plan)| matches!(plan, Planned::Arrive { .. }));
                let taken: Vec<_> =
                    arrivals.skip(dice.below(9) as usize).step_by(3).take(5).collect();
                let taken: Vec<(DueTime, Planned)> =
                    taken.into_iter().map(|(&due, &plan)| (due, plan)).collect();
                for (nth, &(due, plan)) in taken.iter().enumerate() {
                    queue.unplan(due);
                    match nth % 2 {
                        0 => queue.plan(due, plan),
                        _ => drop(map.remove(&due)),
                    }
                }
            }
            let least = map.first_key_value().map(|(&due, &plan)| (due, plan));
            assert_eq!(queue.next(), least);
            if let Some((due, plan)) = least
                && dice.chance(450_000)
            {
                queue.pop(plan);
                if let Planned::Fire { node, timer } = plan {
                    timers[node.position()][timer as usize] = None;
                }
                map.remove(&due);
                (now_us, popped) = (now_us.max(due.time_us), popped + 1);
            }
        }
        assert!(popped > 10_000 && now_us > 1_000_000, "{popped} {now_us}");
    }
}
