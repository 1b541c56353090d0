//! Timers: setting them, letting them run out, and switching all of them off and on.

use crate::raft::{Input, NodeId, NodeSet, RoleName, Timer};

use super::answer::{Applied, Refused};
use super::event::{EventId, EventKind};
use super::host::ArmedTimer;
use super::host_context::HostContext;
use super::settings::Range;
use super::state::HostState;
use super::world::{Events, World};

impl HostContext<'_> {
    /// Sets a timer anew. The duration is the world's choice.
    pub(super) fn set_timer(&mut self, timer: Timer, cause: EventId) {
        self.host.armed_timer(timer).set_by = Some(cause);
        if self.environment.settings.timers {
            self.draw_timer(timer);
        }
    }

    #[inline(always)]
    fn draw_timer(&mut self, timer: Timer) {
        let environment = &mut *self.environment;
        let range = match timer {
            Timer::Election if environment.settings.raft.flaws.shortest_timeouts() => {
                Range::exactly(environment.settings.election_timeout.min_us)
            }
            Timer::Election => environment.settings.election_timeout,
            Timer::Heartbeat => Range::exactly(environment.settings.heartbeat_us),
        };
        let due = environment
            .queue
            .due_at(environment.now_us.saturating_add(environment.dice.within(range)));
        self.host.armed_timer(timer).due = Some(due);
        self.plan_timer(timer);
    }

    /// A timer runs out when it is due, if it is and the node is not paused.
    fn plan_timer(&mut self, timer: Timer) {
        let runs = self.host.state != HostState::Paused;
        let due = self.host.armed_timer(timer).due.filter(|_| runs);
        self.environment.queue.plan_timer(self.host.id, timer, due);
    }

    /// A timer no longer runs.
    pub(super) fn stop_timer(&mut self, timer: Timer) {
        *self.host.armed_timer(timer) = ArmedTimer::default();
        self.plan_timer(timer);
    }

    /// The node was paused or goes on, or forgets its timers: those that ran out during a pause do
    /// so at its end.
    pub(super) fn plan_timers(&mut self) {
        for timer in [Timer::Election, Timer::Heartbeat] {
            self.plan_timer(timer);
        }
    }

    pub(super) fn fire(&mut self, timer: Timer) {
        let armed_timer = std::mem::take(self.host.armed_timer(timer));
        // 0 stands for the making of the cluster, which was no event.
        let set_by = armed_timer.set_by.filter(|&id| id != 0);
        let cause = self.record(set_by, EventKind::TimerFired { timer });
        self.input(Input::Timeout(timer), cause, false);
    }
}

impl World {
    /// Timers were switched off: those that run no longer run out; or on: they are drawn afresh.
    pub(super) fn switch_timers(&mut self, on: bool) {
        for node in self.nodes().iter() {
            for timer in [Timer::Election, Timer::Heartbeat] {
                let mut events = Vec::new();
                let mut context = self.quiet_context(node, &mut events);
                let armed_timer = context.host.armed_timer(timer);
                armed_timer.due = None;
                if on && armed_timer.set_by.is_some() {
                    context.draw_timer(timer);
                } else {
                    context.plan_timer(timer);
                }
            }
        }
    }

    /// Whether a node's timer can be fired now.
    pub(super) fn may_fire(&self, node: NodeId, timer: Timer) -> Result<(), Refused> {
        let host = self.host(node);
        let Some(report) = host.report().filter(|_| host.is_up()) else {
            return Err(Refused::NotUp(node, host.state));
        };
        match (timer, report.role == RoleName::Leader) {
            (Timer::Election, true) => Err(Refused::IsLeader(node)),
            (Timer::Heartbeat, false) => Err(Refused::NotLeader { node, leader: report.leader }),
            (Timer::Election, false) | (Timer::Heartbeat, true) => Ok(()),
        }
    }

    /// `timeout` and `tick`: fires a timer by hand at each of the nodes, or at none if one cannot.
    pub(super) fn fire_by_hand(
        &mut self,
        nodes: NodeSet,
        timer: Timer,
        events: Events,
    ) -> Result<Applied, Refused> {
        nodes.iter().try_for_each(|id| self.may_fire(id, timer))?;
        Ok(self.each(nodes, |world, id| {
            let mut context = world.context(id, events);
            context.stop_timer(timer);
            let cause = context.record(None, EventKind::TimerFired { timer });
            context.input(Input::Timeout(timer), cause, false);
            world.look(events);
            true
        }))
    }
}
