//! Timers: setting them, firing them, and switching all of them off and on.

use crate::raft::{Input, NodeId, NodeSet, RoleName, Timer};

use super::answer::{Applied, Refused};
use super::event::{EventId, EventKind};
use super::host_context::HostContext;
use super::queue::ArmedTimer;
use super::settings::Range;
use super::state::HostState;
use super::world::{Events, World};

impl HostContext<'_> {
    /// Starts a timer again. The settings give the range from which its duration is drawn.
    pub(super) fn set_timer(&mut self, timer: Timer, cause: EventId) {
        self.host.armed_timer(timer).set_by = Some(cause);
        if self.environment.settings.of(self.host.id).timers {
            self.draw_timer(timer);
        }
    }

    #[inline(always)]
    fn draw_timer(&mut self, timer: Timer) {
        let environment = &mut *self.environment;
        let settings = environment.settings.of(self.host.id);
        let own = self.host.engine.as_ref().and_then(|engine| engine.range(timer));
        let range = match timer {
            _ if own.is_some() => own.unwrap_or(settings.election_timeout),
            Timer::Election if settings.raft.flaws.shortest_timeouts() => {
                Range::exactly(settings.election_timeout.min_us)
            }
            Timer::Election => settings.election_timeout,
            Timer::Heartbeat => Range::exactly(settings.heartbeat_us),
        };
        let lasts_us = self.host.clock.takes_us(environment.dice.within(range));
        let due = environment.queue.due_at(environment.now_us.saturating_add(lasts_us));
        self.host.armed_timer(timer).due = Some(due);
        self.plan_timer(timer);
    }

    /// Puts a timer into the queue if it has a due time and its node is not paused, and takes it
    /// out otherwise.
    pub(super) fn plan_timer(&mut self, timer: Timer) {
        let runs = self.host.state != HostState::Paused;
        let due = self.host.armed_timer(timer).due.filter(|_| runs);
        self.environment.queue.plan_timer(self.host.id, timer, due);
    }

    /// Stops a timer.
    #[cold]
    pub(super) fn stop_timer(&mut self, timer: Timer) {
        *self.host.armed_timer(timer) = ArmedTimer::default();
        self.plan_timer(timer);
    }

    /// Called when the node is paused, resumes, or loses its memory. A timer that was due during a
    /// pause fires when the pause ends.
    pub(super) fn plan_timers(&mut self) {
        for timer in [Timer::Election, Timer::Heartbeat] {
            self.plan_timer(timer);
        }
    }

    pub(super) fn fire(&mut self, timer: Timer) {
        let armed_timer = std::mem::take(self.host.armed_timer(timer));
        // Cause 0 is the creation of the cluster, which is not an event.
        let set_by = armed_timer.set_by.filter(|&id| id != 0);
        let cause = self.record(set_by, EventKind::TimerFired { timer });
        self.input(Input::Timeout(timer), cause, false);
    }
}

impl World {
    /// Switches all timers of these nodes off, so that none fires; or on, with durations drawn
    /// again.
    pub(super) fn switch_timers(&mut self, nodes: NodeSet, on: bool) {
        for node in nodes.iter() {
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
            let mut events = Vec::new();
            self.quiet_context(node, &mut events).switch_named_timers(on);
        }
    }

    /// Whether a node's timer can be fired by hand now.
    pub(super) fn may_fire(&self, node: NodeId, timer: Timer) -> Result<(), Refused> {
        let host = self.host(node);
        let Some(report) = host.report().filter(|_| host.is_up()) else {
            return Err(Refused::NotUp(node, host.state));
        };
        match (timer, report.role == RoleName::Leader) {
            (Timer::Election, true) if !self.leaders_timer_runs(node) => {
                Err(Refused::IsLeader(node))
            }
            (Timer::Election, false) if !self.may_stand(node) => Err(Refused::NeverCampaigns(node)),
            (Timer::Heartbeat, false) => Err(Refused::NotLeader { node, leader: report.leader }),
            (Timer::Election, _) | (Timer::Heartbeat, true) => Ok(()),
        }
    }

    /// Whether a node may stand for election: it is a voter, or may be one still.
    pub fn may_stand(&self, node: NodeId) -> bool {
        let record = self.host(node).record();
        record.is_some_and(|record| record.members.may_stand(node, record.report.commit))
    }

    /// Whether a leader has an election timer: by check-quorum, or while it hands over.
    fn leaders_timer_runs(&self, node: NodeId) -> bool {
        let hands_over = self.host(node).record().is_some_and(|it| it.handing_over.is_some());
        let host = self.host(node);
        let engine_sets = host.engine.is_some() && host.election.set_by.is_some();
        self.settings_of(node).raft.check_quorum || hands_over || engine_sets
    }

    /// `timeout` and `tick`: fires a timer at each of the nodes, or at none if one of them cannot.
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
