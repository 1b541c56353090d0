//! Timers: setting them, letting them run out, and switching all of them off and on.

use crate::raft::{Input, NodeId, NodeSet, RoleName, Timer};

use super::answer::{Applied, Refused};
use super::event::{EventId, EventKind};
use super::host::Alarm;
use super::scene::Scene;
use super::settings::Range;
use super::state::HostState;
use super::world::{Events, World};

impl Scene<'_> {
    /// Sets a timer anew. The duration is the world's choice.
    pub(super) fn set_timer(&mut self, timer: Timer, cause: EventId) {
        self.host.alarm(timer).set_by = Some(cause);
        if self.around.settings.timers {
            self.draw_timer(timer);
        }
    }

    #[inline(always)]
    fn draw_timer(&mut self, timer: Timer) {
        let around = &mut *self.around;
        let range = match timer {
            Timer::Election if around.settings.raft.flaws.shortest_timeouts() => {
                Range::exactly(around.settings.election_timeout.min_us)
            }
            Timer::Election => around.settings.election_timeout,
            Timer::Heartbeat => Range::exactly(around.settings.heartbeat_us),
        };
        let due = around.queue.due_at(around.now_us.saturating_add(around.dice.within(range)));
        self.host.alarm(timer).due = Some(due);
        self.plan_timer(timer);
    }

    /// A timer runs out when it is due, if it is and the node is not paused.
    fn plan_timer(&mut self, timer: Timer) {
        let runs = self.host.state != HostState::Paused;
        let due = self.host.alarm(timer).due.filter(|_| runs);
        self.around.queue.plan_timer(self.host.id, timer, due);
    }

    /// A timer no longer runs.
    pub(super) fn stop_timer(&mut self, timer: Timer) {
        *self.host.alarm(timer) = Alarm::default();
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
        let alarm = std::mem::take(self.host.alarm(timer));
        // 0 stands for the making of the cluster, which was no event.
        let set_by = alarm.set_by.filter(|&id| id != 0);
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
                let mut scene = self.quiet_scene(node, &mut events);
                let alarm = scene.host.alarm(timer);
                alarm.due = None;
                if on && alarm.set_by.is_some() {
                    scene.draw_timer(timer);
                } else {
                    scene.plan_timer(timer);
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
            let mut scene = world.scene(id, events);
            scene.stop_timer(timer);
            let cause = scene.record(None, EventKind::TimerFired { timer });
            scene.input(Input::Timeout(timer), cause, false);
            world.look(events);
            true
        }))
    }
}
