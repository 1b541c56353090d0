//! Writes: how they begin, how long they take, and what follows when they reach the disk.

use crate::disk::{Change, Finished};
use crate::raft::{HardState, Index, Input, Ticket, Write};

use super::event::{EventId, EventKind};
use super::host::WriteUnderWay;
use super::host_context::HostContext;
use super::queue::Planned;
use super::state::{HaltReason, HostState};

impl HostContext<'_> {
    /// Hands a write to the disk. If the disk fails, the node halts and this returns false.
    pub(super) fn begin_write(&mut self, ticket: Ticket, write: &Write, cause: EventId) -> bool {
        let host = &mut *self.host;
        if let Some(life) = &mut host.life {
            life.record.writes(ticket, write);
        }
        let latency_us = match host.disk.trouble().slow_us {
            Some(slow_us) => slow_us,
            None => {
                self.environment.dice.within(self.environment.settings.of(host.id).disk_latency)
            }
        };
        let change = Change {
            state: write.hard_state,
            keep: write.truncate_from.map(|from| from.previous().0 as usize),
            append: write.append.clone().shared(),
        };
        if let Err(fault) = host.disk.begin(change) {
            self.halt(HaltReason::Disk(fault), Some(cause));
            return false;
        }
        // [`HostContext::input`] finishes a write that takes no time, within the same event.
        if latency_us == 0 && host.writes.is_empty() {
            host.writes.push_back(WriteUnderWay { ticket, cause, due: None });
            return true;
        }
        host.disk_busy_until_us =
            host.disk_busy_until_us.max(self.environment.now_us.saturating_add(latency_us));
        let due = self.environment.queue.due_at(host.disk_busy_until_us);
        host.writes.push_back(WriteUnderWay { ticket, cause, due: Some(due) });
        self.environment.queue.plan(due, Planned::Finish { node: host.id });
        true
    }

    /// The oldest write reaches the disk: messages that waited for it leave, and the node is told.
    pub(super) fn finish_write(&mut self) {
        let Some(WriteUnderWay { ticket, cause, .. }) = self.host.writes.pop_front() else {
            return;
        };
        let finished = match self.host.disk.finish() {
            Ok(finished) => finished,
            Err(fault) => return self.halt(HaltReason::Disk(fault), Some(cause)),
        };
        self.host.finished = ticket;
        let synced = self.record_synced(finished, cause);
        if self.host.state == HostState::Paused {
            // The disk works on while the node is paused. The node is told when it resumes.
            self.host.unreported.push_back(ticket);
            return;
        }
        self.release_outbox();
        self.input(Input::Written(ticket), synced, false);
    }

    fn record_synced(&mut self, finished: Finished<HardState>, cause: EventId) -> EventId {
        let mut last = cause;
        if let Some(HardState { current_term: term, voted_for: vote }) = finished.state {
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
