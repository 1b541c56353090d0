//! One number for a whole world. Equal worlds have equal fingerprints; two worlds that differ have
//! the same one with a probability of 1 in 2^64.
//!
//! Everything counts that can be seen or that decides what will happen. What is kept only for speed
//! does not count. Types that hold both list their fields by name, so a new field does not compile
//! until somebody decides whether it counts.

use std::hash::{Hash, Hasher};

use crate::seq::digest;

use super::engine::Machine;
use super::environment::Environment;
use super::record::{NodeLife, Record};
use super::world::World;

impl World {
    /// The world's fingerprint. It covers everything except the history. For logs, disks and
    /// requests, the cost is what has changed since the last fingerprint of a world that shares
    /// them; for stores it is their whole size. It is the same in every run on machines of the same
    /// word size and byte order.
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
            committed,
            changes,
            images,
            // Only conditions ask for these, and the journal says what they are.
            compacted: _,
            now_us,
            dice,
            // What is planned follows from timers, messages and writes.
            queue,
            // Each host has its own state.
            paused: _,
            network,
            ops,
            attempt: _,
            at_once: _,
            // It follows from what was sent.
            latest_us: _,
            heard_heartbeat: _,
            background,
            event_count,
            pool: _,
            begun,
            violations,
            judging_ended,
            undecided,
            replay: _,
            spare: _,
        } = self;
        (settings, group, now_us, dice.outlook(), queue.planned(), network, ops).hash(state);
        (event_count, begun, violations, judging_ended, undecided).hash(state);
        if *changes {
            changes.hash(state);
        }
        if !images.is_empty() {
            images.hash(state);
        }
        committed.iter().for_each(|committed| committed.hash(state));
        if let Some(background) = background {
            background.hash(state);
        }
    }
}

impl Hash for NodeLife {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let NodeLife { node, record } = self;
        match node {
            // The node's own hash leaves times out.
            Machine::Own(node) => (node, node.remembered_us(), record).hash(state),
            Machine::Engine(node) => (node, &record.log, record).hash(state),
        }
    }
}

impl Hash for Record {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The log equals the node's own, which is hashed with the node.
        let Record {
            report,
            log: _,
            durable,
            progress,
            answered_us,
            waiting_us,
            handing_over,
            room,
            unfinished,
            replaced,
            // The log determines them.
            members: _,
            snapshot,
            begun_snapshot,
        } = self;
        (report, durable, progress, answered_us, waiting_us, room, unfinished, replaced)
            .hash(state);
        handing_over.hash(state);
        if let Some(snapshot) = snapshot {
            (snapshot, begun_snapshot).hash(state);
        }
    }
}
