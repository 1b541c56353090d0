//! Clocks that run fast or slow.
//!
//! Each host has a clock of its own. It shows virtual time until `drift` lets it run faster or
//! slower. A node's timers and all that it knows of time follow its own clock; nobody else sees it.

use crate::raft::{NodeSet, Timer};

use super::answer::Applied;
use super::event::EventKind;
use super::host_context::HostContext;
use super::world::{Events, World};

impl HostContext<'_> {
    /// What the host's own clock shows now, in microseconds.
    #[inline(always)]
    pub(super) fn clock_us(&self) -> u64 {
        self.host.clock.shows_us(self.environment.now_us)
    }

    /// Lets the clock run at another speed from now on. Timers that run have as much of the node's
    /// own time left as before.
    fn drift(&mut self, drift_ppm: i32) {
        let now_us = self.environment.now_us;
        let before = self.host.clock;
        self.host.clock.set(drift_ppm, now_us);
        self.record(None, EventKind::ClockChanged { drift_ppm });
        for timer in [Timer::Election, Timer::Heartbeat] {
            let clock = self.host.clock;
            let Some(due) = self.host.timer(timer).due else { continue };
            let left_us = before.runs_us(due.time_us.saturating_sub(now_us));
            let due_us = now_us.saturating_add(clock.takes_us(left_us));
            let due = self.environment.queue.due_at(due_us);
            self.host.armed_timer(timer).due = Some(due);
            self.plan_timer(timer);
        }
    }
}

impl World {
    /// Lets the nodes' clocks run faster or slower from now on.
    pub(super) fn drift(&mut self, nodes: NodeSet, drift_ppm: i32, events: Events) -> Applied {
        self.each(nodes, |world, node| {
            let changes = world.host(node).clock.drift_ppm != drift_ppm;
            if changes {
                world.context(node, events).drift(drift_ppm);
                world.look(events);
            }
            changes
        })
    }
}
