//! Steps: taking the next due delivery, timer or write and letting it happen.

use crate::raft::{Input, NodeSet};

use super::answer::Applied;
use super::event::{DropReason, EventKind};
use super::host::Host;
use super::network::InFlight;
use super::queue::{DueTime, Planned};
use super::state::HostState;
use super::world::{Events, World};

/// The end of time, where sums of durations saturate. Nothing happens there: a timer that fired
/// there would be due there again, without end.
const END_US: u64 = u64::MAX;

/// The most steps that one `settle` takes. Without a limit, two nodes that answer each other for
/// ever would keep it from ending.
pub const SETTLE_MAX: u64 = 100_000;

impl World {
    /// When the next step is due, in microseconds of virtual time; none if nothing will happen by
    /// itself.
    pub fn next_due_us(&self) -> Option<u64> {
        self.next_plan().map(|(due, _)| due.time_us)
    }

    /// Takes the next step, if it is due by then, and moves time to it. False if nothing is due by
    /// then.
    pub fn step(&mut self, until_us: u64, events: Events) -> bool {
        let Some((due, plan)) = self.next_plan().filter(|(due, _)| due.time_us <= until_us) else {
            return false;
        };
        self.environment.queue.pop(plan);
        self.happen(due, plan, events);
        true
    }

    fn happen(&mut self, due: DueTime, plan: Planned, events: Events) {
        // What was overdue happens now: time never goes back.
        self.environment.now_us = self.environment.now_us.max(due.time_us);
        match plan {
            Planned::Arrive { slot } => self.arrive(slot, events),
            Planned::Fire { node, timer } => self.context(node, events).fire(timer),
            Planned::Finish { node } => self.context(node, events).finish_write(),
            Planned::Turn { client } => self.turn(client, events),
            Planned::Wake { node, timer } => self.context(node, events).wake(timer),
        }
        self.look(events);
        self.free_images();
    }

    /// Moves time forward to a moment before which nothing is due.
    pub(super) fn wait_until(&mut self, time_us: u64) {
        debug_assert!(
            self.next_due_us().is_none_or(|due_us| due_us >= time_us),
            "time passes no event over"
        );
        self.environment.now_us = self.environment.now_us.max(time_us);
    }

    /// Lets messages arrive and writes finish, in order of time, but no timer fire, until none of
    /// them is left; with nodes, only between these and at these. It ends after `most` steps, and
    /// where a violation stops commands.
    pub(super) fn settle(&mut self, nodes: Option<NodeSet>, most: u64, events: Events) -> Applied {
        let violations = self.violations().len();
        let mut applied = Applied::default();
        let mut put_off = Vec::new();
        while let Some((due, plan)) = self.environment.queue.next_of_plans()
            && due.time_us < END_US
        {
            if !self.is_among(plan, nodes) {
                self.environment.queue.pop(plan);
                put_off.push((due, plan));
                continue;
            }
            // A violation in the last of these steps cuts nothing short.
            applied.stopped = applied.steps < most && self.ends(violations);
            if applied.steps == most || applied.stopped {
                applied.unsettled = applied.steps == SETTLE_MAX;
                break;
            }
            applied.steps += 1;
            self.environment.queue.pop(plan);
            self.happen(due, plan, events);
        }
        // What happened at these nodes has cancelled no plan of the others.
        for (due, plan) in put_off {
            self.environment.queue.plan(due, plan);
        }
        applied.changed = applied.steps > 0;
        applied
    }

    /// Whether a plan concerns these nodes only.
    fn is_among(&self, plan: Planned, nodes: Option<NodeSet>) -> bool {
        let among = |node| nodes.is_none_or(|nodes| nodes.contains(node));
        match plan {
            Planned::Fire { node, .. } | Planned::Finish { node } => among(node),
            Planned::Turn { .. } | Planned::Wake { .. } => false,
            Planned::Arrive { slot } => {
                self.environment.network.get(slot).is_some_and(|in_flight| {
                    among(in_flight.message.from) && among(in_flight.message.to)
                })
            }
        }
    }

    /// The next plan, unless it is at the end of time.
    fn next_plan(&self) -> Option<(DueTime, Planned)> {
        self.environment.queue.next().filter(|(due, _)| due.time_us < END_US)
    }

    /// Whether the queue matches the messages, writes and timers, and holds nothing else.
    pub(super) fn plans_hold(&self) -> bool {
        let messages = self
            .environment
            .network
            .by_slot()
            .filter(|(_, message)| !message.waits(self.environment.paused));
        let arrivals = messages.map(|(slot, message)| (message.due, Planned::Arrive { slot }));
        let writes =
            self.hosts().flat_map(|host| host.writes.iter().map(|write| (write.due, host.id)));
        let ends = writes.filter_map(|(due, node)| Some((due?, Planned::Finish { node })));
        let running = |host: &Host| host.state != HostState::Paused;
        let timers = |host: &Host| {
            [host.election.due, host.heartbeat.due].map(|due| due.filter(|_| running(host)))
        };
        let timers: Vec<_> = self.hosts().map(timers).collect();
        let paused = self.hosts().filter(|host| !running(host)).map(|host| host.id);
        let workers = self.environment.background.iter().flat_map(|background| &background.workers);
        let turns = (0..)
            .zip(workers)
            .filter_map(|(client, worker)| Some((worker.turn?, Planned::Turn { client })));
        let named = self.hosts().filter(|host| running(host)).flat_map(|host| {
            let timers = host.engine.iter().flat_map(|engine| &engine.timers);
            timers.filter_map(|(label, timer)| {
                Some((timer.armed.due?, Planned::Wake { node: host.id, timer: *label }))
            })
        });
        self.environment.paused == paused.collect()
            && self.environment.queue.holds(
                &arrivals.chain(ends).collect(),
                &timers,
                &turns.chain(named).collect(),
            )
    }

    /// Delivers a message, or drops it if its link is cut or its receiver is not up.
    pub(super) fn arrive(&mut self, slot: u32, events: Events) {
        let Some(InFlight { id, message, text, sent_by, heartbeat, .. }) =
            self.environment.network.take(slot)
        else {
            return;
        };
        let (from, to, term, said) =
            (message.from, message.to, message.term, message.body.summary());
        let lost = if self.environment.network.is_cut(from, to) {
            Some(DropReason::Cut)
        } else if !self.host(to).is_up() {
            Some(DropReason::Down)
        } else {
            None
        };
        if let Some(reason) = lost {
            let kind = EventKind::MessageDropped { message: id, from, term, said, reason };
            self.record(events, Some(sent_by), to, kind);
            if text.is_some() {
                self.report_unreachable(from, to, events);
            }
            return;
        }
        let mut context = self.context(to, events);
        let cause = context
            .record(Some(sent_by), EventKind::MessageDelivered { message: id, from, term, said });
        match text {
            None => context.input(Input::Message(message), cause, heartbeat),
            Some(text) => context.message_of_engine(&message, &text, cause, heartbeat),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::raft::{NodeId, NodeSet, Term, Timer};
    use crate::sim::{Action, Event, EventKind, EventRecorder, Range, Setting, World};

    /// However often messages are held and released, cancelled plans never outnumber the others,
    /// and everything that is planned happens.
    #[test]
    fn void_plans_do_not_pile_up() {
        let [n1, n2] = [0, 1].map(NodeId::at);
        let all = NodeSet::first(3);
        let hour = Range::exactly(3_600_000_000);
        let mut world = World::new(3, 1);
        let mut recorder = EventRecorder::new(());
        let mut make =
            |world: &mut World, action: Action| world.apply(action, &mut recorder).unwrap();
        make(&mut world, Action::Set(Setting::Latency(hour)));
        make(&mut world, Action::Timeout(NodeSet::one(n1)));
        make(&mut world, Action::Settle(None, Some(1)));
        for _ in 0..11 {
            let copied =
                Action::Dup(world.network().in_flight().map(|message| message.id).collect());
            make(&mut world, copied);
        }
        make(&mut world, Action::Set(Setting::DiskLatency(hour)));
        make(&mut world, Action::Timeout(NodeSet::one(n2)));
        let flying = world.network().len();
        assert_eq!((flying, world.host(n2).writes.len()), (2 << 11, 1));
        for _ in 0..20 {
            make(&mut world, Action::Hold(all, all));
            make(&mut world, Action::Release(all, all));
            assert!(world.environment.queue.len() <= 2 * (flying + 1) && world.plans_hold());
        }
        make(&mut world, Action::Set(Setting::ElectionTimeout(hour)));
        let mut recorder = EventRecorder::new(());
        while world.step(hour.max_us + 100_000, &mut recorder) {}
        let happened = |node: Option<NodeId>, wanted: fn(&EventKind) -> bool| {
            let here =
                |event: &&Event| node.is_none_or(|node| event.node == node) && wanted(&event.kind);
            recorder.events.iter().filter(here).count()
        };
        assert_eq!(
            happened(None, |kind| matches!(kind, EventKind::MessageDelivered { .. })),
            flying
        );
        assert_eq!(
            happened(Some(n2), |kind| matches!(kind, EventKind::VoteSynced { term: Term(1), .. })),
            1
        );
        assert!(
            happened(None, |kind| matches!(kind, EventKind::TimerFired { timer: Timer::Election }))
                > 0
        );
    }
}
