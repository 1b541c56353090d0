//! What a node wants done, done: its outputs become messages, writes, timers, answers and events.

use std::sync::Arc;

use crate::disk::{Change, Finished};
use crate::kv::Reply;
use crate::raft::{Body, Entry, HardState, Index, Input, Message, NodeId, Note, Output, RoleName, Write};

use super::client::{OpId, Outcome};
use super::event::{DropReason, EventId, EventKind, Said};
use super::host::{HostState, Waiting, WriteUnderWay};
use super::network::{InFlight, MAX_IN_FLIGHT, Travel};
use super::queue::Plan;
use super::world::{Events, World};

impl World {
    /// Gives a running node one input and carries out what follows from it within the same event: also the end of
    /// writes that take no time. `heartbeat` says whether the input is one, so that the answer is known as such.
    pub(super) fn input(
        &mut self,
        id: NodeId,
        input: Input,
        cause: EventId,
        heartbeat: bool,
        events: Events,
    ) {
        self.begun = true;
        let mut out = std::mem::take(&mut self.spare);
        let config = self.settings.raft;
        if let Some(node) = &mut self.host_mut(id).node {
            node.step(&config, input, &mut out);
        }
        self.route(id, &mut out, cause, heartbeat, events);
        self.spare = out;
        while self.host(id).writes.front().is_some_and(|write| write.due.is_none()) {
            self.finish_write(id, events);
        }
    }

    /// Carries out a node's outputs, in order. A disk that fails ends the node, and what it still wanted with it.
    pub(super) fn route(
        &mut self,
        id: NodeId,
        out: &mut Vec<Output>,
        cause: EventId,
        heartbeat: bool,
        events: Events,
    ) {
        for output in out.drain(..) {
            match output {
                Output::Send(message) => {
                    let heartbeat =
                        matches!(&message.body, Body::AppendEntries { entries, .. } if entries.is_empty());
                    self.send(message, cause, heartbeat, events);
                }
                Output::SendWhenWritten(message) => self.send_when_written(message, cause, heartbeat, events),
                Output::Write(write) => {
                    if !self.begin_write(id, write, cause, events) {
                        return;
                    }
                }
                Output::SetTimer(timer) => self.set_timer(id, timer, cause),
                Output::CancelTimer(timer) => self.host_mut(id).alarm(timer).stop(),
                Output::Apply { index, entry } => self.apply_entry(id, index, entry, cause, events),
                Output::Note(note) => self.note(id, note, cause, events),
            }
        }
    }

    fn send(&mut self, message: Message, cause: EventId, heartbeat: bool, events: Events) {
        let id = self.network.next_id();
        let (from, to) = (message.from, message.to);
        let said = Said::from(&message.body);
        let kind = EventKind::MessageSent { message: id, to, term: message.term, said };
        let sent_by = self.record(events, Some(cause), from, kind);
        let fault = self.network.fault(from, to);
        let lost = if self.network.is_cut(from, to) {
            Some(DropReason::Cut)
        } else if self.dice.chance(fault.loss_ppm.unwrap_or(self.settings.loss_ppm)) {
            Some(DropReason::Loss)
        } else if self.network.is_full() {
            Some(DropReason::Overflow)
        } else {
            None
        };
        if let Some(reason) = lost {
            self.record(events, Some(sent_by), to, EventKind::MessageDropped { message: id, from, reason });
            return;
        }
        if self.dice.chance(fault.duplicate_ppm.unwrap_or(self.settings.duplicate_ppm)) {
            let copy = self.network.next_id();
            let kind = EventKind::MessageDuplicated { message: id, copy };
            let copied_by = self.record(events, Some(sent_by), from, kind);
            self.post(copy, message.clone(), copied_by, heartbeat);
        }
        self.post(id, message, sent_by, heartbeat);
    }

    fn post(&mut self, id: u64, message: Message, sent_by: EventId, heartbeat: bool) {
        let latency_us = self.dice.within(self.settings.latency);
        let (from, to) = (message.from, message.to);
        let delay_us = self.network.fault(from, to).delay_us;
        let due = self.queue.due_at(self.now_us.saturating_add(latency_us).saturating_add(delay_us));
        let held = self.network.is_held(from, to);
        let travel = if held { Travel::Held } else { Travel::Underway };
        let slot = self.network.put(InFlight { id, message, sent_by, heartbeat, travel, due });
        if !held {
            self.queue.plan(due, Plan::Arrive { slot });
        }
    }

    fn send_when_written(&mut self, message: Message, cause: EventId, heartbeat: bool, events: Events) {
        // All outboxes together take no more than the network does.
        let room = MAX_IN_FLIGHT / self.cluster_size();
        let host = self.host_mut(message.from);
        if host.writes_finished == host.writes_begun {
            self.send(message, cause, heartbeat, events);
        } else {
            host.outbox.push_back(Waiting { message, cause, heartbeat, writes: host.writes_begun });
            // What waits longest is forgotten first, as a full buffer forgets.
            if host.outbox.len() > room {
                host.outbox.pop_front();
            }
        }
    }

    /// Hands a write to the disk; false if the disk fails it, which halts the node.
    fn begin_write(&mut self, id: NodeId, write: Write, cause: EventId, events: Events) -> bool {
        let latency_us = self.dice.within(self.settings.disk_latency);
        let now_us = self.now_us;
        let host = self.host_mut(id);
        let change = Change {
            state: write.hard_state,
            keep: write.truncate_from.map(|from| from.previous().0 as usize),
            append: write.append.shared(),
        };
        if let Err(fault) = host.disk.begin(change) {
            self.halt(id, fault, Some(cause), events);
            return false;
        }
        host.writes_begun += 1;
        // A write that takes no time is finished by whoever asked for it, within the same event.
        if latency_us == 0 && host.writes.is_empty() {
            host.writes.push_back(WriteUnderWay { cause, due: None });
            return true;
        }
        host.disk_busy_until_us = host.disk_busy_until_us.max(now_us.saturating_add(latency_us));
        let due = self.queue.due_at(self.host(id).disk_busy_until_us);
        self.host_mut(id).writes.push_back(WriteUnderWay { cause, due: Some(due) });
        self.queue.plan(due, Plan::Finish { node: id });
        true
    }

    /// The oldest write of a node reaches its disk: what waited for it leaves, and the node is told.
    pub(super) fn finish_write(&mut self, id: NodeId, events: Events) {
        let host = self.host_mut(id);
        let Some(WriteUnderWay { cause, .. }) = host.writes.pop_front() else { return };
        let finished = match host.disk.finish() {
            Ok(finished) => finished,
            Err(fault) => return self.halt(id, fault, Some(cause), events),
        };
        host.writes_finished += 1;
        let synced = self.record_synced(id, finished, cause, events);
        if self.host(id).state == HostState::Paused {
            // The disk goes on by itself; the node learns of it when it goes on.
            self.host_mut(id).untold_writes += 1;
            return;
        }
        self.release_outbox(id, events);
        self.input(id, Input::Written, synced, false, events);
    }

    fn record_synced(
        &mut self,
        id: NodeId,
        finished: Finished<HardState>,
        cause: EventId,
        events: Events,
    ) -> EventId {
        let mut last = cause;
        if let Some(state) = finished.state {
            let kind = EventKind::VoteSynced { term: state.current_term, vote: state.voted_for };
            last = self.record(events, Some(cause), id, kind);
        }
        if finished.appended {
            let through = Index(self.host(id).disk.durable().1.len() as u32);
            last = self.record(events, Some(cause), id, EventKind::EntriesSynced { through });
        }
        last
    }

    pub(super) fn release_outbox(&mut self, id: NodeId, events: Events) {
        loop {
            let host = self.host_mut(id);
            match host.outbox.front() {
                Some(waiting) if waiting.writes <= host.writes_finished => {}
                _ => return,
            }
            if let Some(Waiting { message, cause, heartbeat, .. }) = host.outbox.pop_front() {
                self.send(message, cause, heartbeat, events);
            }
        }
    }

    fn apply_entry(&mut self, id: NodeId, index: Index, entry: Entry, cause: EventId, events: Events) {
        let host = Arc::make_mut(&mut self.hosts[id.position()]);
        let reply = self.ops.command(entry.payload).map(|command| host.store.apply(command));
        let answered = host.pending.pop_front_if(|(pending, _)| *pending == index);
        let applied = self.record(events, Some(cause), id, EventKind::EntryApplied { index, entry });
        if let (Some((_, op)), Some(reply)) = (answered, reply) {
            let (outcome, value) = match reply {
                Reply::Done(value) => (Outcome::Ok, value),
                Reply::Mismatch(value) => (Outcome::Failed, value),
            };
            self.ops.answer(op, outcome, value);
            self.record(events, Some(applied), id, EventKind::ClientReplied { op, outcome });
        }
    }

    fn note(&mut self, id: NodeId, note: Note, cause: EventId, events: Events) {
        let kind = match note {
            Note::RoleChanged { role, term } => EventKind::RoleChanged { role, term },
            Note::VoteGranted { term, candidate } => EventKind::VoteGranted { term, candidate },
            Note::VoteRefused { term, candidate, why } => EventKind::VoteRefused { term, candidate, why },
            Note::EntryAppended { index, entry } => EventKind::EntryAppended { index, entry },
            Note::LogTruncated { from } => EventKind::LogTruncated { from },
            Note::AppendRefused { leader, prev_log, why } => {
                EventKind::AppendRefused { leader, prev_log, why }
            }
            Note::CommitAdvanced { commit } => EventKind::CommitAdvanced { commit },
            Note::CommitHeld { held } => EventKind::CommitHeld { held },
        };
        let noted = self.record(events, Some(cause), id, kind);
        if matches!(note, Note::RoleChanged { role: RoleName::Follower | RoleName::Candidate, .. }) {
            let pending = std::mem::take(&mut self.host_mut(id).pending);
            self.give_up(id, pending, noted, events);
        }
    }

    /// Requests that will never be answered: nobody can know whether they will take effect.
    pub(super) fn give_up(
        &mut self,
        id: NodeId,
        pending: impl IntoIterator<Item = (Index, OpId)>,
        cause: EventId,
        events: Events,
    ) {
        for (_, op) in pending {
            self.ops.answer(op, Outcome::Unknown, None);
            self.record(events, Some(cause), id, EventKind::ClientReplied { op, outcome: Outcome::Unknown });
        }
    }
}
