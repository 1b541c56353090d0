//! A fingerprint without time, numbers and dice: all paths to the same state give the same shape.
//!
//! A [fingerprint](World::fingerprint) also tells worlds apart that differ only in their clocks,
//! numbers and dice. The shape leaves these out, so two moves that do not affect each other lead to
//! the same shape in either order. Each field is listed by name, so a new field does not compile
//! until somebody decides whether it counts.

use std::hash::{Hash, Hasher};

use crate::raft::Ticket;
use crate::seq::digest;

use super::engine::Machine;
use super::environment::Environment;
use super::host::{Host, Waiting, WriteUnderWay};
use super::network::{InFlight, Network};
use super::queue::ArmedTimer;
use super::record::{NodeLife, Record};
use super::watch::Violation;
use super::worker::{Background, Worker};
use super::world::World;

/// Hashes only the fields that count for a shape.
struct Shape<'a, T>(&'a T);

impl World {
    /// The world's shape. These count: nodes, disks, stores, the messages in flight on each route
    /// in the order of sending, links, requests with their outcomes, settings, and which properties
    /// were violated. These do not: time, the numbers of events and messages, and the dice. Worlds
    /// of the same shape can continue in the same ways. Two that differ have the same shape with a
    /// probability of 1 in 2^64.
    pub fn shape(&self) -> u64 {
        digest(&Shape(self))
    }
}

impl Hash for Shape<'_, World> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let World { hosts, environment } = self.0;
        hosts.iter().for_each(|host| Shape(host.as_ref()).hash(state));
        Shape(environment).hash(state);
    }
}

impl Hash for Shape<'_, Host> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Host {
            id,
            state: host_state,
            life,
            engine,
            disk,
            store,
            clock,
            election,
            heartbeat,
            writes,
            finished,
            disk_busy_until_us: _,
            outbox,
            discarded,
            unreported,
            lost_log,
            lost_synced,
            pending,
            reads,
        } = self.0;
        (id, host_state, disk, store, Shape(election), Shape(heartbeat), pending).hash(state);
        reads.hash(state);
        engine.hash(state);
        clock.drift_ppm.hash(state);
        // Tickets number the writes since the start. How many have finished makes no difference.
        let still = |ticket: Ticket| i64::from(ticket.0) - i64::from(finished.0);
        (life.is_some(), writes.len(), outbox.len(), discarded, unreported.len()).hash(state);
        match life {
            Some(NodeLife { node, record }) => {
                match node {
                    Machine::Own(node) => node.hash(state),
                    Machine::Engine(node) => (node, &record.log).hash(state),
                }
                hash_record(record, still, state);
            }
            // A running node does not use these.
            None => (lost_log, lost_synced).hash(state),
        }
        for WriteUnderWay { ticket, cause: _, due: _, snapshot, paged } in writes {
            (still(*ticket), paged).hash(state);
            snapshot.iter().for_each(|snapshot| snapshot.hash(state));
        }
        for Waiting { message, text, cause: _, heartbeat, after } in outbox {
            (message, text, heartbeat, still(*after)).hash(state);
        }
        unreported.iter().for_each(|ticket| still(*ticket).hash(state));
    }
}

fn hash_record<H: Hasher>(record: &Record, still: impl Fn(Ticket) -> i64, state: &mut H) {
    // The log equals the node's own, which is hashed already. When others answered is time.
    let Record {
        report,
        log: _,
        members: _,
        // The disk and its unfinished writes determine them.
        snapshot: _,
        begun_snapshot: _,
        durable,
        progress,
        answered_us: _,
        waiting_us: _,
        handing_over,
        room,
        unfinished,
        replaced,
    } = record;
    (report, durable, progress, handing_over, room, replaced, unfinished.len()).hash(state);
    unfinished.iter().for_each(|(ticket, last)| (still(*ticket), last).hash(state));
}

impl Hash for Shape<'_, ArmedTimer> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ArmedTimer { set_by, due } = self.0;
        (set_by.is_some(), due.is_some()).hash(state);
    }
}

impl Hash for Shape<'_, Environment> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Environment {
            settings,
            group,
            committed,
            changes: _,
            images,
            compacted: _,
            now_us: _,
            dice: _,
            queue: _,
            network,
            ops,
            attempt: _,
            at_once: _,
            // It follows from what was sent.
            latest_us: _,
            heard_heartbeat: _,
            background,
            event_count: _,
            pool: _,
            begun,
            violations,
            judging_ended,
            undecided,
            paused: _,
            replay: _,
            spare: _,
        } = self.0;
        (settings, group, Shape(network), ops, begun).hash(state);
        (judging_ended.is_some(), undecided.is_some()).hash(state);
        if !images.is_empty() {
            images.hash(state);
        }
        committed.iter().for_each(|committed| committed.hash(state));
        if let Some(background) = background {
            let Background { load, workers, .. } = background.as_ref();
            load.hash(state);
            for Worker { believes, waits_for, turn, .. } in workers {
                (believes, waits_for, turn.is_some()).hash(state);
            }
        }
        // Where and when a property was first violated depends on the path.
        let name = |Violation { property, node: _, event: _, detail: _ }: &Violation| *property;
        let mut broken: Vec<&str> = violations.iter().map(name).collect();
        broken.sort_unstable();
        broken.hash(state);
    }
}

impl Hash for Shape<'_, Network> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash_links(state);
        let routes = self.0.routes();
        routes.len().hash(state);
        for (route, in_flight) in routes {
            let InFlight { id: _, message, text, sent_by: _, heartbeat, held, due: _ } = in_flight;
            (route, message, text, heartbeat, held).hash(state);
        }
    }
}

#[cfg(test)]
mod tests;
