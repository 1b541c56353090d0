//! Writes: how they begin, how long they take, and what follows when they reach the disk.

use std::sync::Arc;

use crate::disk::{Change, Finished};
use crate::raft::{HardState, Index, Input, Ticket, Write};

use super::bytes::{self, DiskState};
use super::event::{EventId, EventKind};
use super::host::WriteUnderWay;
use super::host_context::HostContext;
use super::queue::Planned;
use super::state::{HaltReason, HostState};

impl HostContext<'_> {
    /// Hands a write to the disk. If the disk fails, the node halts and this returns false.
    pub(super) fn begin_write(&mut self, ticket: Ticket, write: &Write, cause: EventId) -> bool {
        let host = &mut *self.host;
        let snapshot = write.snapshot.map(Arc::new);
        if let Some(life) = &mut host.life {
            life.record.writes(ticket, write);
        }
        let latency_us = self.write_latency_us();
        let host = &mut *self.host;
        let change = Change {
            state: write.hard_state.map(DiskState::from),
            snapshot: write.snapshot.map(bytes::new_snapshot),
            keep: write.truncate_from.map(|from| from.previous().0 as usize),
            append: write.append.clone().list(),
        };
        if let Err(fault) = host.disk.begin(change) {
            self.halt(HaltReason::Disk(fault), Some(cause));
            return false;
        }
        // [`HostContext::input`] finishes a write that takes no time, within the same event.
        if latency_us == 0 && host.writes.is_empty() {
            let (due, paged) = (None, false);
            host.writes.push_back(WriteUnderWay { ticket, cause, due, snapshot, paged });
            return true;
        }
        host.disk_busy_until_us =
            host.disk_busy_until_us.max(self.environment.now_us.saturating_add(latency_us));
        let due = self.environment.queue.due_at(host.disk_busy_until_us);
        let write = WriteUnderWay { ticket, cause, due: Some(due), snapshot, paged: false };
        host.writes.push_back(write);
        self.environment.queue.plan(due, Planned::Finish { node: host.id });
        true
    }

    /// How long a write takes that begins now.
    #[inline]
    pub(super) fn write_latency_us(&mut self) -> u64 {
        match self.host.disk.trouble().slow_us {
            Some(slow_us) => slow_us,
            None => {
                let settings = self.environment.settings.of(self.host.id);
                self.environment.dice.within(settings.disk_latency)
            }
        }
    }

    /// The oldest write reaches the disk: messages that waited for it leave, and the node is told.
    pub(super) fn finish_write(&mut self) {
        let Some(WriteUnderWay { ticket, cause, snapshot, paged, .. }) =
            self.host.writes.front_mut()
        else {
            return;
        };
        let (ticket, cause, snapshot, paged) = (*ticket, *cause, snapshot.take(), *paged);
        self.host.writes.pop_front();
        let finished = self.host.disk.finish();
        let finished = match &finished {
            Ok(finished) => finished,
            Err(fault) => return self.halt(HaltReason::Disk(*fault), Some(cause)),
        };
        self.host.finished = ticket;
        // What was left to the machine was told when it was written.
        let mut synced = if paged { cause } else { self.record_synced(finished, cause) };
        if let Some(snapshot) = snapshot {
            synced = self.snapshot_synced(*snapshot, cause);
        }
        if self.host.state == HostState::Paused {
            // The disk works on while the node is paused. The node is told when it resumes.
            self.host.unreported.push_back(ticket);
            return;
        }
        self.release_outbox();
        self.input(Input::Written(ticket), synced, false);
    }

    pub(super) fn record_synced(
        &mut self,
        finished: &Finished<DiskState>,
        cause: EventId,
    ) -> EventId {
        let mut last = cause;
        if let Some(DiskState { hard_state, .. }) = finished.state {
            let HardState { current_term: term, voted_for: vote } = hard_state;
            last = self.record(Some(cause), EventKind::VoteSynced { term, vote });
        }
        if let Some(kept) = finished.kept {
            let through = Index(finished.through as u32);
            last = self.record(
                Some(cause),
                EventKind::EntriesSynced { kept: Index(kept as u32), through },
            );
        }
        if finished.vanished {
            self.record(Some(cause), EventKind::WriteVanished);
        }
        last
    }
}
