//! What differs between two worlds, for tests of runs that must end alike.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use super::engine::Machine;
use super::host::Host;
use super::record::{NodeLife, Record};
use super::world::World;
use crate::raft::Index;
use crate::seq::digest;

/// What is compared, by its name.
type Described = BTreeMap<String, String>;

impl World {
    /// What differs between the nodes and the messages in flight of two worlds, a line each. The
    /// numbers of events and messages do not count, nor do settings, nor what is planned.
    pub(crate) fn differences(&self, other: &World) -> Vec<String> {
        let (here, there) = (self.described(), other.described());
        let names: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
        let differ = |name: &&String| here.get(*name) != there.get(*name);
        let line = |name: &String| format!("{name}: {:?}, {:?}", here.get(name), there.get(name));
        names.into_iter().filter(differ).map(line).collect()
    }

    fn described(&self) -> Described {
        let mut all = Described::new();
        self.hosts().for_each(|host| describe(host, &mut all));
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for in_flight in self.environment.network.in_flight() {
            *counts.entry(format!("in flight {:?}", in_flight.message)).or_default() += 1;
        }
        all.extend(counts.into_iter().map(|(message, count)| (message, count.to_string())));
        all.insert("time".to_owned(), self.now_us().to_string());
        all
    }
}

/// Each field is listed by name, so a new one does not compile until somebody decides whether it
/// is compared.
fn describe(host: &Host, all: &mut Described) {
    let Host {
        id,
        state,
        life,
        disk,
        store,
        clock,
        election,
        heartbeat,
        outbox: _, // See `Host::unsent`.
        discarded,
        unreported,
        pending,
        reads,
        // Engines have no runs by hand.
        engine: _,
        // The disk has these writes; when they are due is time.
        writes: _,
        finished: _,
        disk_busy_until_us: _,
        // Only the words for what a crash has lost need these.
        lost_log: _,
        lost_synced: _,
    } = host;
    let mut put = |what: &str, value: &dyn Debug| {
        all.insert(format!("{id} {what}"), format!("{value:?}"));
    };
    put("state", &(state, clock.drift_ppm));
    put("log", &host.log().iter_from(Index(1)).collect::<Vec<_>>());
    let (hard_state, entries) = disk.durable();
    put("disk", &(hard_state, entries.iter().collect::<Vec<_>>(), disk.unfinished()));
    put("unreadable", disk.unreadable());
    put("store", &store.iter().collect::<Vec<_>>());
    put("timers", &[election, heartbeat].map(|timer| timer.set_by.is_some()));
    put("unsent", &(host.unsent().collect::<Vec<_>>(), discarded));
    put("unreported", unreported);
    put("requests", &(pending, reads));
    let Some(NodeLife { node, record }) = life else { return };
    let Record { report, durable, progress, room, unfinished, handing_over, .. } = record;
    put("report", report);
    put("record", &(durable, progress, room, unfinished, handing_over));
    if let Machine::Own(node) = node {
        // The images of snapshots are numbered in the order in which they were taken.
        let has_none = record.snapshot.is_none() && record.begun_snapshot.0 == 0;
        // Nobody can fire the timer of a node that never campaigns; it only starts again.
        let may_stand = record.members.may_stand(*id, report.commit);
        put("node", &(has_none && may_stand).then(|| digest(node)));
        put("memory", &digest(&node.remembered_us()));
    }
}
