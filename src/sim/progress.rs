//! Progress: what it is judged by, and the move that asks the observer to judge it.

use crate::raft::{NodeId, NodeSet};

use super::answer::Applied;
use super::client::OpId;
use super::host::Host;
use super::watch::ProgressCase;
use super::world::{Events, World};

impl World {
    /// What progress is judged by now, all faults having ended `waited_us` ago.
    pub fn progress_case(&self, write: Option<OpId>, waited_us: u64) -> ProgressCase<'_> {
        let electorate = self.group().electorate();
        let voters = self.hosts().filter(|host| host.is_up() && electorate.contains(host.id));
        let known = voters.filter_map(|host| Some((host.id, host.record()?)));
        ProgressCase {
            voters: known
                .map(|(node, record)| (node, &record.report, &record.log, &record.progress))
                .collect(),
            write: write.and_then(|op| Some((op, self.ops().get(op)?.outcome))),
            waited_us,
            now_us: self.now_us(),
            event: self.event_count(),
        }
    }

    /// The node whose timers and writes end last, and when that is, in microseconds of virtual
    /// time. None if no timer and no write is planned.
    pub fn last_busy(&self) -> Option<(NodeId, u64)> {
        let of_host = |host: &Host| {
            let timers = [host.election.due, host.heartbeat.due];
            let last_write = host.writes.back().and_then(|write| write.due);
            let last = timers.into_iter().chain([last_write]).flatten().max()?;
            Some((host.id, last.time_us))
        };
        self.hosts().filter_map(of_host).max_by_key(|(_, time_us)| *time_us)
    }

    /// The nodes with a write that takes longer than any would under the present settings: it was
    /// begun when their disks were slow.
    pub fn held_up_by_disks(&self) -> NodeSet {
        let such = |host: &&Host| {
            let most_us = self.settings_of(host.id).disk_latency.max_us;
            let due = host.writes.front().and_then(|write| write.due);
            due.is_some_and(|due| due.time_us > self.now_us().saturating_add(most_us))
        };
        self.hosts().filter(such).map(|host| host.id).collect()
    }

    /// Asks the observer.
    pub(super) fn judge_progress(
        &mut self,
        write: Option<OpId>,
        waited_us: u64,
        events: Events,
    ) -> Applied {
        let found = events.watch.judge_progress(&self.progress_case(write, waited_us));
        let changed = !found.is_empty();
        self.write_down(found, events);
        events.looked_at = events.events.len();
        Applied { changed, ..Applied::default() }
    }
}
