//! Time: taking the next due event and letting it happen.

use crate::raft::{Input, NodeId, Timer};

use super::event::{DropReason, EventKind};
use super::network::InFlight;
use super::queue::{Due, Plan};
use super::world::{Events, World};

/// The end of time, where all sums of durations stop. Nothing happens there: it would happen for ever.
const END_US: u64 = u64::MAX;

impl World {
    /// When the next event is due, in microseconds; none if nothing will ever happen by itself.
    ///
    /// Drops and renews plans that no longer hold, which nobody can see.
    pub fn next_due_us(&mut self) -> Option<u64> {
        self.next_plan().map(|(due, _)| due.time_us)
    }

    /// Lets the next event happen and moves time to it; false if there is none.
    pub fn step(&mut self, events: Events) -> bool {
        let Some((due, plan)) = self.next_plan() else { return false };
        self.queue.pop();
        self.now_us = due.time_us;
        match plan {
            Plan::Arrive { slot } => self.arrive(slot, events),
            Plan::Fire { node, timer } => self.fire(node, timer, events),
            Plan::Finish { node } => self.finish_write(node, events),
        }
        true
    }

    /// Moves time forward to a moment before which nothing is due.
    pub(super) fn wait_until(&mut self, time_us: u64) {
        debug_assert!(self.next_due_us().is_none_or(|due_us| due_us >= time_us), "time passes no event over");
        self.now_us = self.now_us.max(time_us);
    }

    /// The first plan that still holds. Those before it are dropped or renewed.
    fn next_plan(&mut self) -> Option<(Due, Plan)> {
        loop {
            let (due, plan) = self.queue.peek().filter(|(due, _)| due.time_us < END_US)?;
            let holds = match plan {
                Plan::Arrive { slot } => self.network.is_due(slot, due),
                Plan::Finish { node } => {
                    self.host(node).writes.front().is_some_and(|write| write.due == Some(due))
                }
                Plan::Fire { node, timer } => self.fires(node, timer, due),
            };
            if holds {
                return Some((due, plan));
            }
            self.queue.pop();
            if let Plan::Fire { node, timer } = plan {
                self.replan(node, timer, due);
            }
        }
    }

    fn fires(&self, node: NodeId, timer: Timer, due: Due) -> bool {
        let host = self.host(node);
        let alarm = if timer == Timer::Election { host.election } else { host.heartbeat };
        alarm.set.is_some_and(|(set, _)| set == due)
    }

    /// A plan came due before its timer, which was set anew since: plan it again for then.
    fn replan(&mut self, node: NodeId, timer: Timer, due: Due) {
        let alarm = self.host_mut(node).alarm(timer);
        if alarm.planned == Some(due) {
            alarm.planned = alarm.set.map(|(set, _)| set);
            if let Some(set) = alarm.planned {
                self.queue.plan(set, Plan::Fire { node, timer });
            }
        }
    }

    fn fire(&mut self, node: NodeId, timer: Timer, events: Events) {
        let alarm = self.host_mut(node).alarm(timer);
        let set_by = alarm.set.take().map(|(_, set_by)| set_by);
        alarm.planned = None;
        let cause = self.record(events, set_by.filter(|&id| id != 0), node, EventKind::TimerFired { timer });
        self.input(node, Input::Timeout(timer), cause, false, events);
    }

    fn arrive(&mut self, slot: u32, events: Events) {
        let Some(InFlight { id, message, sent_by, heartbeat, .. }) = self.network.take(slot) else { return };
        let (from, to) = (message.from, message.to);
        let lost = if self.network.is_cut(from, to) {
            Some(DropReason::Cut)
        } else if !self.host(to).is_up() {
            Some(DropReason::Down)
        } else {
            None
        };
        if let Some(reason) = lost {
            self.record(events, Some(sent_by), to, EventKind::MessageDropped { message: id, from, reason });
            return;
        }
        let cause = self.record(events, Some(sent_by), to, EventKind::MessageDelivered { message: id, from });
        self.input(to, Input::Message(message), cause, heartbeat, events);
    }
}
