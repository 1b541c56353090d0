//! Clocks that run fast or slow.
//!
//! Each host has a clock of its own. It shows virtual time until `drift` lets it run faster or
//! slower. A node's timers and all that it knows of time follow its own clock; nobody else sees it.

use crate::raft::{NodeSet, Timer};

use super::answer::Applied;
use super::event::EventKind;
use super::host::Host;
use super::host_context::HostContext;
use super::world::{Events, World};

/// How much faster a clock runs at most, in millionths; it runs slower by at most nine tenths.
pub const DRIFT_MAX_PPM: i32 = 1_000_000;

/// How much slower a clock runs at most, in millionths.
pub const DRIFT_MIN_PPM: i32 = -900_000;

const WHOLE_PPM: i128 = 1_000_000;

/// A host's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct LocalClock {
    /// How much faster than virtual time it runs, in millionths; slower if negative.
    pub(super) drift_ppm: i32,
    /// What it showed when its speed changed last, and the virtual time of that, in microseconds.
    showed_us: u64,
    since_us: u64,
}

impl LocalClock {
    /// What it shows at a virtual time, in microseconds.
    #[inline]
    pub(super) fn shows_us(&self, now_us: u64) -> u64 {
        let passed_us = now_us - self.since_us;
        if self.drift_ppm == 0 {
            return self.showed_us.saturating_add(passed_us);
        }
        let own_us = i128::from(passed_us) * self.speed() / WHOLE_PPM;
        self.showed_us.saturating_add(u64::try_from(own_us).unwrap_or(u64::MAX))
    }

    /// How long it takes in virtual time until this clock has run for a duration, in microseconds.
    #[inline]
    pub(super) fn takes_us(&self, own_us: u64) -> u64 {
        if self.drift_ppm == 0 {
            return own_us;
        }
        // Rounded up: a timer never fires before its time.
        let (own_us, speed) = (i128::from(own_us) * WHOLE_PPM, self.speed());
        u64::try_from((own_us + speed - 1) / speed).unwrap_or(u64::MAX)
    }

    /// For how long it runs in such a virtual time, in microseconds.
    fn runs_us(&self, takes_us: u64) -> u64 {
        let own_us = i128::from(takes_us) * self.speed() / WHOLE_PPM;
        u64::try_from(own_us).unwrap_or(u64::MAX)
    }

    /// Its speed, in millionths of that of virtual time.
    fn speed(&self) -> i128 {
        WHOLE_PPM + i128::from(self.drift_ppm)
    }

    fn set(&mut self, drift_ppm: i32, now_us: u64) {
        (self.showed_us, self.since_us) = (self.shows_us(now_us), now_us);
        self.drift_ppm = drift_ppm;
    }
}

impl Host {
    /// How much faster than virtual time its clock runs, in millionths; slower if negative.
    pub fn drift_ppm(&self) -> i32 {
        self.clock.drift_ppm
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_runs_at_its_speed() {
        let mut clock = LocalClock::default();
        assert_eq!((clock.shows_us(1_000), clock.takes_us(1_000)), (1_000, 1_000));
        clock.set(1_000_000, 1_000);
        assert_eq!((clock.shows_us(1_500), clock.takes_us(1_000)), (2_000, 500));
        clock.set(-500_000, 1_500);
        assert_eq!((clock.shows_us(2_500), clock.takes_us(1_001)), (2_500, 2_002));
        clock.set(0, 2_500);
        assert_eq!(clock.shows_us(2_600), 2_600);
        clock.set(1, 2_600);
        assert_eq!(clock.shows_us(u64::MAX), u64::MAX, "the end of time");
        assert_eq!((clock.takes_us(0), clock.takes_us(1)), (0, 1));
    }
}
