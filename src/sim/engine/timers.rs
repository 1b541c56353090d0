//! Timers of engines: the election timer and the heartbeat timer, which every node has, and timers
//! of any other name.

use super::input::EngineInput;
use super::node::NamedTimer;
use crate::raft::{Label, NodeSet, Timer};
use crate::sim::answer::{Applied, Refused};
use crate::sim::event::{EventId, EventKind};
use crate::sim::host_context::HostContext;
use crate::sim::queue::{ArmedTimer, Planned};
use crate::sim::settings::Range;
use crate::sim::state::HostState;
use crate::sim::world::{Events, World};

/// The timer of every node that has this name.
fn usual(name: &str) -> Option<Timer> {
    match name {
        "election" => Some(Timer::Election),
        "heartbeat" => Some(Timer::Heartbeat),
        _ => None,
    }
}

/// The name of a timer that every node has.
pub(in crate::sim) fn name(timer: Timer) -> Label {
    Label::of(match timer {
        Timer::Election => "election",
        Timer::Heartbeat => "heartbeat",
    })
}

impl HostContext<'_> {
    /// Starts or restarts a timer.
    pub(super) fn set_timer_of_engine(
        &mut self,
        name: &str,
        within: Option<[u64; 2]>,
        cause: EventId,
    ) {
        let range = within.map(|[min_us, max_us]| Range { min_us, max_us });
        if let Some(timer) = usual(name) {
            if let Some(engine) = &mut self.host.engine {
                engine.ranges[timer as usize] = range;
            }
            return self.set_timer(timer, cause);
        }
        let Some(range) = range else { return };
        let label = Label::of(name);
        self.stop_timer_of_engine(name);
        let armed = ArmedTimer { set_by: Some(cause), due: None };
        if let Some(engine) = &mut self.host.engine {
            engine.timers.insert(label, NamedTimer { armed, range });
        }
        if self.environment.settings.of(self.host.id).timers {
            self.draw_named_timer(label);
        }
    }

    /// Draws how long a timer lasts, and plans when it fires.
    pub(in crate::sim) fn draw_named_timer(&mut self, label: Label) {
        let Some(timer) = self.named_timer(label) else { return };
        let range = timer.range;
        self.plan_named_timer(label, false);
        let lasts_us = self.host.clock.takes_us(self.environment.dice.within(range));
        let due = self.environment.queue.due_at(self.environment.now_us.saturating_add(lasts_us));
        if let Some(timer) = self.named_timer(label) {
            timer.armed.due = Some(due);
        }
        self.plan_named_timer(label, true);
    }

    pub(super) fn named_timer(&mut self, label: Label) -> Option<&mut NamedTimer> {
        self.host.engine.as_mut()?.timers.get_mut(&label)
    }

    /// Puts a timer into the queue, if it is to fire by itself, or takes it out.
    pub(in crate::sim) fn plan_named_timer(&mut self, label: Label, runs: bool) {
        let id = self.host.id;
        let paused = self.host.state == HostState::Paused;
        let Some(due) = self.named_timer(label).and_then(|timer| timer.armed.due) else { return };
        match runs && !paused {
            true => self.environment.queue.plan_turn(due, Planned::Wake { node: id, timer: label }),
            false => self.environment.queue.unplan_turn(due),
        }
    }

    /// Switches all timers of other names off, or on again.
    pub(in crate::sim) fn switch_named_timers(&mut self, on: bool) {
        for label in self.named_timers() {
            self.plan_named_timer(label, false);
            if let Some(timer) = self.named_timer(label) {
                timer.armed.due = None;
            }
            if on {
                self.draw_named_timer(label);
            }
        }
    }

    /// Puts all timers of other names into the queue, or takes them out.
    pub(in crate::sim) fn plan_named_timers(&mut self, runs: bool) {
        for label in self.named_timers() {
            self.plan_named_timer(label, runs);
        }
    }

    /// The names of the timers that are set, other than those of every node.
    pub(in crate::sim) fn named_timers(&self) -> Vec<Label> {
        let engine = self.host.engine.as_ref();
        engine.map_or_else(Vec::new, |engine| engine.timers.keys().copied().collect())
    }

    pub(super) fn stop_timer_of_engine(&mut self, name: &str) {
        if let Some(timer) = usual(name) {
            return self.stop_timer(timer);
        }
        let label = Label::of(name);
        self.plan_named_timer(label, false);
        if let Some(engine) = &mut self.host.engine {
            engine.timers.remove(&label);
        }
    }

    /// A timer runs out.
    pub(in crate::sim) fn wake(&mut self, label: Label) {
        let timer = self.host.engine.as_mut().and_then(|engine| engine.timers.remove(&label));
        let set_by = timer.and_then(|timer| timer.armed.set_by).filter(|&id| id != 0);
        let cause = self.record(set_by, EventKind::EngineTimerFired { timer: label });
        self.tell_engine(EngineInput::Timer(label), cause);
    }
}

impl World {
    /// `timeout NODES --timer NAME`: fires a timer of an engine by hand, whether it is set or not.
    pub(in crate::sim) fn wake_by_hand(
        &mut self,
        nodes: NodeSet,
        label: Label,
        events: Events,
    ) -> Result<Applied, Refused> {
        for node in nodes.iter() {
            let host = self.host(node);
            if !host.is_up() {
                return Err(Refused::NotUp(node, host.state));
            }
            if host.engine.is_none() && usual(label.text()).is_none() {
                return Err(Refused::NoEngine(node));
            }
        }
        if let Some(timer) = usual(label.text()) {
            return self.fire_by_hand(nodes, timer, events);
        }
        Ok(self.each(nodes, |world, node| {
            let mut context = world.context(node, events);
            context.plan_named_timer(label, false);
            context.wake(label);
            world.look(events);
            true
        }))
    }
}
