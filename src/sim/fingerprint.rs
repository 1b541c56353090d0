//! One number for a whole world: equal worlds have equal fingerprints, and others have others, but
//! for one case in 2^64.
//!
//! All that anybody can see counts, and all that decides what will happen; what is only kept to be
//! quick does not. Where the two lie together they are taken apart by name, so that whoever adds
//! something has to say which of them it is.

use std::hash::{Hash, Hasher};

use crate::seq::digest;

use super::environment::Environment;
use super::record::Record;
use super::world::World;

impl World {
    /// The world's fingerprint, of everything but its past. Of logs, disks and requests it costs
    /// what has changed since it was last taken of a world that shares them; of stores, all they
    /// hold. On machines of one word size and byte order it means the same in every run.
    pub fn fingerprint(&self) -> u64 {
        let World { hosts, environment } = self;
        digest(&(hosts, environment))
    }
}

impl Hash for Environment {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Environment {
            settings,
            group,
            now_us,
            dice,
            // What is planned follows from timers, messages and writes.
            queue,
            // Hosts say it.
            paused: _,
            network,
            ops,
            event_count,
            pool: _,
            begun,
            violations,
            judging_ended,
            spare: _,
        } = self;
        (settings, group, now_us, dice.outlook(), queue.planned(), network, ops).hash(state);
        (event_count, begun, violations, judging_ended).hash(state);
    }
}

impl Hash for Record {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The log is the node's own, by what that has told: it is hashed there.
        let Record { report, log: _, durable, progress, room, unfinished, replaced } = self;
        (report, durable, progress, room, unfinished, replaced).hash(state);
    }
}
