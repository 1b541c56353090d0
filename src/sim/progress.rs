//! Progress: what it is judged by, and the move that asks the observer to judge it.

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
            voters: known.map(|(node, record)| (node, &record.report, &record.log)).collect(),
            write: write.and_then(|op| Some((op, self.ops().get(op)?.outcome))),
            waited_us,
            event: self.event_count(),
        }
    }

    /// When the last of what is planned now will have happened, in microseconds of virtual time:
    /// messages that arrive, writes that finish, and timers that fire.
    pub fn last_due_us(&self) -> u64 {
        let messages = self.network().in_flight().map(|message| message.due_us());
        let of_host = |host: &'_ Host| {
            let timers = [host.election.due, host.heartbeat.due];
            let last_write = host.writes.back().and_then(|write| write.due);
            timers.into_iter().chain([last_write]).flatten().map(|due| due.time_us).max()
        };
        messages.chain(self.hosts().filter_map(of_host)).fold(self.now_us(), u64::max)
    }

    /// Asks the observer.
    pub(super) fn judge_progress(
        &mut self,
        write: Option<OpId>,
        waited_us: u64,
        events: Events,
    ) -> Applied {
        let found = events.watch.judge_progress(&self.progress_case(write, waited_us));
        let changed = found.is_some();
        self.write_down(found.into_iter().collect(), events);
        events.looked_at = events.events.len();
        Applied { changed, ..Applied::default() }
    }
}
