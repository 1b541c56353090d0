//! What would happen if time passed: tried on a copy of the cluster, which is then thrown away.
//!
//! Hints and errors suggest a command only if it would do what they say. As the same cluster makes
//! the same steps, what a copy shows happens here, too.

use crate::check::condition::{Condition, Fact};
use crate::check::evaluate::{self, Situation};
use crate::session::Session;

/// The longest time that is tried, in microseconds of virtual time.
const TRIAL_US: u64 = 10_000_000;

/// The most steps that are tried.
const TRIAL_STEPS: u64 = 20_000;

impl Session {
    /// Whether the condition would be met soon if time passed and nobody typed anything. False if
    /// it is not met within 10 s of virtual time or 20,000 steps, or cannot be evaluated; and in a
    /// copy, which tries nothing. Nothing is tried with engines either, unless they can save.
    pub fn would_meet(&self, condition: &Condition) -> bool {
        if !self.tries || !self.world().settings().engines.may_be_tried() {
            return false;
        }
        let mut copy = self.checkpoint();
        let end_us = copy.world().now_us().saturating_add(TRIAL_US);
        for _ in 0..TRIAL_STEPS {
            match evaluate::holds(Situation::now(copy.world()), condition) {
                Ok(false) if copy.step(end_us) => {}
                Ok(holds) => return holds,
                Err(_) => return false,
            }
        }
        false
    }

    /// Whether no timer of a live node fires by itself.
    fn no_timer_runs(&self) -> bool {
        let world = self.world();
        world.live().iter().all(|node| !world.settings_of(node).timers)
    }

    /// A command that leads to a leader, where there is none: `run until leader` if that would
    /// elect one, or else `why leader`, which says what is missing.
    pub fn way_to_a_leader(&self) -> String {
        if !self.world().settings().engines.may_be_tried() {
            return "`run until leader` waits for one".to_owned();
        }
        match self.would_meet(&Condition::Is(Fact::Leader)) {
            true => "`run until leader` waits for one".to_owned(),
            false if self.no_timer_runs() => match self.world().live().iter().next() {
                Some(node) => {
                    format!(
                        "timers are off: `set timers on` or `timeout {node}` starts an election"
                    )
                }
                None => "no node is up: `restart` starts them".to_owned(),
            },
            false => "none would be elected soon; `why leader` says what is missing".to_owned(),
        }
    }
}
