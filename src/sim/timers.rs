//! Timers: setting them, letting them run out, and switching all of them off and on.

use crate::raft::{Input, NodeId, NodeSet, RoleName, Timer};

use super::answer::{Applied, Refused};
use super::event::{EventId, EventKind};
use super::queue::{Due, Plan};
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
        self.plan_timer(timer, due);
    }

    /// Makes sure that a plan comes due no later than the timer.
    fn plan_timer(&mut self, timer: Timer, due: Due) {
        let node = self.host.id;
        let alarm = self.host.alarm(timer);
        if alarm.planned.is_none_or(|planned| planned > due) {
            alarm.planned = Some(due);
            self.around.queue.plan(due, Plan::Fire { node, timer });
        }
    }

    pub(super) fn fire(&mut self, timer: Timer) {
        let alarm = self.host.alarm(timer);
        // 0 stands for the making of the cluster, which was no event.
        let set_by = alarm.set_by.filter(|&id| id != 0);
        alarm.stop();
        alarm.planned = None;
        let cause = self.record(set_by, EventKind::TimerFired { timer });
        self.input(Input::Timeout(timer), cause, false);
    }

    /// The node goes on after a pause: timers that ran out meanwhile do so now.
    pub(super) fn wake_timers(&mut self) {
        for timer in [Timer::Election, Timer::Heartbeat] {
            let alarm = self.host.alarm(timer);
            if let (Some(due), None) = (alarm.due, alarm.planned) {
                self.plan_timer(timer, due);
            }
        }
    }
}

impl World {
    /// Whether a plan for a timer is what the timer waits for.
    pub(super) fn fires(&self, node: NodeId, timer: Timer, due: Due) -> bool {
        let host = self.host(node);
        host.timer(timer).due == Some(due) && host.state != HostState::Paused
    }

    /// A plan was found void: the timer was set anew since, or stopped, or its node is paused.
    pub(super) fn replan(&mut self, node: NodeId, timer: Timer, due: Due) {
        let alarm = self.host_mut(node).alarm(timer);
        if alarm.planned == Some(due) {
            alarm.planned = None;
            if let Some(later) = alarm.due.filter(|&later| later != due) {
                self.quiet_scene(node, &mut Vec::new()).plan_timer(timer, later);
            }
        }
    }

    /// Timers were switched off: those that run no longer run out; or on: they are drawn afresh.
    pub(super) fn switch_timers(&mut self, on: bool) {
        for node in self.nodes().iter() {
            for timer in [Timer::Election, Timer::Heartbeat] {
                let alarm = self.host_mut(node).alarm(timer);
                alarm.due = None;
                if on && alarm.set_by.is_some() {
                    self.quiet_scene(node, &mut Vec::new()).draw_timer(timer);
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
            scene.host.alarm(timer).stop();
            let cause = scene.record(None, EventKind::TimerFired { timer });
            scene.input(Input::Timeout(timer), cause, false);
            world.look(events);
            true
        }))
    }
}
