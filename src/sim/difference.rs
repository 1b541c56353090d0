//! What differs between two worlds, for tests of runs that must end alike.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use super::engine::Machine;
use super::host::Host;
use super::record::Record;
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

fn describe(host: &Host, all: &mut Described) {
    let mut put = |what: &str, value: &dyn Debug| {
        all.insert(format!("{} {what}", host.id), format!("{value:?}"));
    };
    put("state", &(host.state, host.drift_ppm()));
    put("log", &host.log().iter_from(Index(1)).collect::<Vec<_>>());
    let (state, entries) = host.disk.durable();
    put("disk", &(state, entries.iter().collect::<Vec<_>>(), host.disk.unfinished()));
    put("unreadable", host.disk.unreadable());
    put("timers", &[host.election, host.heartbeat].map(|timer| timer.set_by.is_some()));
    put("unsent", &host.unsent().collect::<Vec<_>>());
    put("unreported", &host.unreported);
    put("requests", &(&host.pending, &host.reads));
    let Some(life) = &host.life else { return };
    let Record { report, durable, progress, room, unfinished, handing_over, .. } = &life.record;
    put("report", report);
    put("record", &(durable, progress, room, unfinished, handing_over));
    if let Machine::Own(node) = &life.node {
        // The images of snapshots are numbered in the order in which they were taken.
        let has_none = life.record.snapshot.is_none() && life.record.begun_snapshot.0 == 0;
        // Nobody can fire the timer of a node that never campaigns; it only starts again.
        let may_stand = life.record.members.may_stand(host.id, report.commit);
        put("node", &(has_none && may_stand).then(|| digest(node)));
        put("memory", &digest(&node.remembered_us()));
    }
}
