//! Time: taking the next due event and letting it happen.

use std::collections::BTreeSet;

use crate::raft::{Input, NodeSet};

use super::answer::Applied;
use super::event::{DropReason, EventKind};
use super::network::InFlight;
use super::queue::{Due, Plan};
use super::state::HostState;
use super::world::{Events, World};

/// The end of time, where all sums of durations stop. Nothing happens there: it would happen for
/// ever.
const END_US: u64 = u64::MAX;

/// So many events one `settle` lets happen at most: two nodes that answer each other for ever would
/// keep it from ending.
pub(super) const SETTLE_MAX: u64 = 100_000;

/// So few plans that no longer hold are not worth a search.
const SWEPT_MIN: usize = 10_000;

impl World {
    /// When the next event is due, in microseconds; none if nothing will ever happen by itself.
    ///
    /// Drops and renews plans that no longer hold, which nobody can see.
    pub fn next_due_us(&mut self) -> Option<u64> {
        self.next_plan().map(|(due, _)| due.time_us)
    }

    /// Lets the next event happen, if it is due by then, and moves time to it; false if nothing is.
    pub fn step(&mut self, until_us: u64, events: Events) -> bool {
        let Some((due, plan)) = self.next_plan().filter(|(due, _)| due.time_us <= until_us) else {
            return false;
        };
        self.around.queue.pop();
        self.happen(due, plan, events);
        true
    }

    fn happen(&mut self, due: Due, plan: Plan, events: Events) {
        // What was overdue happens now: time never goes back.
        self.around.now_us = self.around.now_us.max(due.time_us);
        match plan {
            Plan::Arrive { slot } => self.arrive(slot, events),
            Plan::Fire { node, timer } => self.scene(node, events).fire(timer),
            Plan::Finish { node } => self.scene(node, events).finish_write(),
        }
        self.look(events);
    }

    /// Moves time forward to a moment before which nothing is due.
    pub(super) fn wait_until(&mut self, time_us: u64) {
        debug_assert!(self.next_due_us().is_none_or(|due_us| due_us >= time_us), "time passes no event over");
        self.around.now_us = self.around.now_us.max(time_us);
    }

    /// Lets messages arrive and writes finish, in order of time, and no timer fire, until nothing
    /// of that is left; with nodes, only between and at these. Ends after so many events at most,
    /// and where a violation is to end commands.
    pub(super) fn settle(&mut self, nodes: Option<NodeSet>, most: u64, events: Events) -> Applied {
        let violations = self.violations().len();
        let mut put_off = Vec::new();
        let mut applied = Applied::default();
        while let Some((due, plan)) = self.next_plan() {
            self.around.queue.pop();
            if !self.settles(plan, nodes) {
                put_off.push((due, plan));
                continue;
            }
            applied.stopped = self.ends(violations);
            if applied.steps == most || applied.stopped {
                put_off.push((due, plan));
                applied.unsettled = applied.steps == SETTLE_MAX;
                break;
            }
            applied.steps += 1;
            self.happen(due, plan, events);
        }
        for (due, plan) in put_off {
            self.around.queue.plan(due, plan);
        }
        applied.changed = applied.steps > 0;
        applied
    }

    fn settles(&mut self, plan: Plan, nodes: Option<NodeSet>) -> bool {
        let among = |node| nodes.is_none_or(|nodes| nodes.contains(node));
        match plan {
            Plan::Fire { .. } => false,
            Plan::Finish { node } => among(node),
            Plan::Arrive { slot } => self
                .around
                .network
                .get_mut(slot)
                .is_some_and(|in_flight| among(in_flight.message.from) && among(in_flight.message.to)),
        }
    }

    /// The first plan that still holds. Those before it are dropped or renewed.
    fn next_plan(&mut self) -> Option<(Due, Plan)> {
        loop {
            let (due, plan) = self.around.queue.peek().filter(|(due, _)| due.time_us < END_US)?;
            if self.still_holds(due, plan) {
                return Some((due, plan));
            }
            self.around.queue.pop();
            if let Plan::Fire { node, timer } = plan {
                self.replan(node, timer, due);
            }
        }
    }

    /// Drops plans that no longer hold, if most do not: each move by hand may leave as many behind
    /// as there are messages, and they would stay until their time, which may be far.
    pub(super) fn sweep(&mut self) {
        let writes: usize = self.hosts().map(|host| host.writes.len()).sum();
        let hold = self.around.network.len() + writes + 2 * self.cluster_size();
        if self.around.queue.len() <= 2 * hold + SWEPT_MIN {
            return;
        }
        let writes: BTreeSet<_> =
            self.hosts().flat_map(|host| &host.writes).filter_map(|write| write.due).collect();
        for (due, plan) in self.around.queue.take() {
            let wanted = match plan {
                Plan::Arrive { slot } => {
                    self.around.network.get_mut(slot).is_some_and(|message| message.due == due)
                }
                Plan::Finish { .. } => writes.contains(&due),
                Plan::Fire { node, timer } => self.host(node).timer(timer).planned == Some(due),
            };
            if wanted {
                self.around.queue.plan(due, plan);
            }
        }
    }

    fn still_holds(&mut self, due: Due, plan: Plan) -> bool {
        match plan {
            Plan::Fire { node, timer } => self.fires(node, timer, due),
            Plan::Finish { node } => {
                // Mostly it is the first one. `settle` passes over nodes, and then others of theirs
                // come to be seen.
                self.host(node).writes.iter().any(|write| write.due == Some(due))
            }
            Plan::Arrive { slot } => {
                let Some(to) = self.around.network.receiver_then(slot, due) else { return false };
                let paused = self.host(to).state == HostState::Paused;
                if paused && let Some(in_flight) = self.around.network.get_mut(slot) {
                    in_flight.planned = false;
                }
                !paused
            }
        }
    }

    /// A message reaches the end of its way.
    pub(super) fn arrive(&mut self, slot: u32, events: Events) {
        let Some(InFlight { id, message, sent_by, heartbeat, .. }) = self.around.network.take(slot) else {
            return;
        };
        let (from, to, term, said) = (message.from, message.to, message.term, message.body.summary());
        let lost = if self.around.network.is_cut(from, to) {
            Some(DropReason::Cut)
        } else if !self.host(to).is_up() {
            Some(DropReason::Down)
        } else {
            None
        };
        if let Some(reason) = lost {
            let kind = EventKind::MessageDropped { message: id, from, term, said, reason };
            self.record(events, Some(sent_by), to, kind);
            return;
        }
        let mut scene = self.scene(to, events);
        let cause =
            scene.record(Some(sent_by), EventKind::MessageDelivered { message: id, from, term, said });
        scene.input(Input::Message(message), cause, heartbeat);
    }
}

#[cfg(test)]
mod tests {
    use crate::raft::{NodeId, NodeSet, Term, Timer};
    use crate::sim::{Action, Event, EventKind, Range, Setting, Tape, World};

    use super::SWEPT_MIN;

    /// However often messages are held and released, hardly more is planned than there is to come;
    /// and all of that comes.
    #[test]
    fn void_plans_do_not_pile_up() {
        let [n1, n2] = [0, 1].map(NodeId::at);
        let all = NodeSet::first(3);
        let hour = Range::exactly(3_600_000_000);
        let mut world = World::new(3, 1);
        let mut tape = Tape::new(());
        let mut make = |world: &mut World, action: Action| world.apply(&action, &mut tape).unwrap();
        make(&mut world, Action::Set(Setting::Latency(hour)));
        make(&mut world, Action::Timeout(NodeSet::one(n1)));
        make(&mut world, Action::Settle(None, Some(1)));
        for _ in 0..11 {
            let copied = Action::Dup(world.network().in_flight().map(|message| message.id).collect());
            make(&mut world, copied);
        }
        make(&mut world, Action::Set(Setting::DiskLatency(hour)));
        make(&mut world, Action::Timeout(NodeSet::one(n2)));
        let flying = world.network().len();
        assert_eq!((flying, world.host(n2).writes.len()), (2 << 11, 1));
        for _ in 0..20 {
            make(&mut world, Action::Hold(all, all));
            make(&mut world, Action::Release(all, all));
            assert!(world.around.queue.len() <= 3 * flying + SWEPT_MIN, "{}", world.around.queue.len());
        }
        make(&mut world, Action::Set(Setting::ElectionTimeout(hour)));
        let mut tape = Tape::new(());
        while world.step(hour.max_us + 100_000, &mut tape) {}
        let happened = |node: Option<NodeId>, wanted: fn(&EventKind) -> bool| {
            let here = |event: &&Event| node.is_none_or(|node| event.node == node) && wanted(&event.kind);
            tape.events.iter().filter(here).count()
        };
        assert_eq!(happened(None, |kind| matches!(kind, EventKind::MessageDelivered { .. })), flying);
        assert_eq!(happened(Some(n2), |kind| matches!(kind, EventKind::VoteSynced { term: Term(1), .. })), 1);
        assert!(happened(None, |kind| matches!(kind, EventKind::TimerFired { timer: Timer::Election })) > 0);
    }
}
