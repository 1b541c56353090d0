//! Writes of engines: those that are synced, and those that the machine writes when it likes.

use crate::disk::Change;
use crate::raft::{Entry, HardState, Index, Ticket};
use crate::sim::bytes::DiskState;
use crate::sim::event::{EventId, EventKind};
use crate::sim::host::WriteUnderWay;
use crate::sim::host_context::HostContext;
use crate::sim::queue::Planned;
use crate::sim::state::HaltReason;

/// After how long the machine writes back what an engine has not synced, in microseconds.
const WRITE_BACK_US: u64 = 5_000_000;

impl HostContext<'_> {
    /// Hands a write to the disk. One that is synced takes all before it along. What is prepared is
    /// there at once. False if the disk fails, so that the node halts.
    pub(super) fn begin_engine_write(
        &mut self,
        ticket: Ticket,
        change: Change<DiskState, Entry>,
        (synced, prepared): (bool, bool),
        cause: EventId,
    ) -> bool {
        let latency_us = self.write_latency_us();
        let cached = (!synced && !prepared).then(|| change.clone());
        let before = self.host.disk.log_end_ahead();
        if let Err(fault) = self.host.disk.begin(change) {
            self.halt(HaltReason::Disk(fault), Some(cause));
            return false;
        }
        if let Some(change) = cached {
            self.tell_cached(&change, before, cause);
        }
        let host = &mut *self.host;
        let now_us = self.environment.now_us;
        if prepared || synced && latency_us == 0 && host.writes.is_empty() {
            let (due, snapshot, paged) = (None, None, false);
            host.writes.push_back(WriteUnderWay { ticket, cause, due, snapshot, paged });
            return true;
        }
        let lasts_us = if synced { latency_us } else { WRITE_BACK_US };
        let ends_us = now_us.saturating_add(lasts_us);
        let queue = &mut self.environment.queue;
        // Nothing reaches the disk before what was written earlier.
        host.disk_busy_until_us = match synced {
            true => {
                let synced_us = host.writes.iter().rev().find(|write| !write.paged);
                let synced_us = synced_us.and_then(|write| write.due).map_or(0, |due| due.time_us);
                let ends_us = ends_us.max(synced_us);
                for write in host.writes.iter_mut().filter(|write| write.paged) {
                    if let Some(due) = write.due.filter(|due| due.time_us > ends_us) {
                        queue.unplan(due);
                        let due = queue.due_at(ends_us);
                        write.due = Some(due);
                        queue.plan(due, Planned::Finish { node: host.id });
                    }
                }
                ends_us
            }
            false => host.disk_busy_until_us.max(ends_us),
        };
        let due = queue.due_at(host.disk_busy_until_us);
        let (snapshot, paged) = (None, !synced);
        host.writes.push_back(WriteUnderWay { ticket, cause, due: Some(due), snapshot, paged });
        queue.plan(due, Planned::Finish { node: host.id });
        true
    }

    /// A write is in the memory of the machine: the end of the process does not lose it.
    fn tell_cached(&mut self, change: &Change<DiskState, Entry>, before: usize, cause: EventId) {
        if let Some(DiskState { hard_state, .. }) = change.state {
            let HardState { current_term: term, voted_for: vote } = hard_state;
            self.record(Some(cause), EventKind::VoteCached { term, vote });
        }
        if change.keep.is_some() || !change.append.is_empty() {
            let kept = change.keep.unwrap_or(before);
            let through = Index(change.last_after(before) as u32);
            self.record(
                Some(cause),
                EventKind::EntriesCached { kept: Index(kept as u32), through },
            );
        }
    }

    /// The process ends, but not the machine: what an engine has written without a sync stays, and
    /// with it all that it wrote before.
    pub(in crate::sim) fn keep_pages(&mut self) {
        let kept = self.host.writes.iter().rposition(|write| write.paged).map_or(0, |at| at + 1);
        for _ in 0..kept {
            let Some(write) = self.host.writes.pop_front() else { return };
            if let Some(due) = write.due {
                self.environment.queue.unplan(due);
            }
            if let Ok(finished) = self.host.disk.finish()
                && !write.paged
            {
                self.record_synced(&finished, write.cause);
            }
        }
    }
}
