//! Carrying out an answer: writes, messages, timers, applied entries, replies to clients.

use std::sync::Arc;

use super::input::Through;
use super::say::UNSAID;
use super::tells::node;
use super::wire::{self, Answer, Out};
use crate::disk::Change;
use crate::raft::{Body, Entry, Index, Label, Log, Message, Term, Ticket};
use crate::sim::bytes::DiskState;
use crate::sim::client::{Answer as Outcome, OpId, Outcome as Ended};
use crate::sim::event::{EventId, EventKind};
use crate::sim::host_context::HostContext;

impl HostContext<'_> {
    /// Records what an answer says, and does what it wants done, in order.
    pub(super) fn follow_answer(&mut self, answer: Answer<'_>, cause: EventId, through: Through) {
        self.tell(&answer, cause, through);
        let prepares = matches!(through, Through::Start { empty: true, .. });
        for out in &answer.out {
            if !self.follow(out, cause, prepares) {
                return;
            }
        }
    }

    /// Does one thing. False if the node has halted.
    fn follow(&mut self, out: &Out<'_>, cause: EventId, prepares: bool) -> bool {
        if let Some(number) = out.write {
            return self.write_of_engine(number, out, cause, prepares);
        }
        if let Some(to) = out.send.and_then(|to| node(Some(to))) {
            let Some(record) = self.host.record() else { return false };
            let term = out.say.as_ref().and_then(|say| say.term).map_or(record.report.term, Term);
            let unsaid = || Body::Other { label: Label::of(UNSAID), leader_commit: Index(0) };
            let body = out.say.as_ref().map_or_else(unsaid, |say| say.body(&record.log));
            let message = Message { from: self.host.id, to, term, body };
            let text = out.body.map_or("null", |body| body.get());
            let beats = out.say.as_ref().is_some_and(|say| say.is_heartbeat());
            self.send_of_engine(&message, text, out.after.map(Ticket), cause, beats);
        } else if let Some(name) = &out.set {
            self.set_timer_of_engine(name, out.within, cause);
        } else if let Some(name) = &out.cancel {
            self.stop_timer_of_engine(name);
        } else if let Some(indices) = &out.apply {
            indices.iter().for_each(|index| self.apply_of_engine(Index(*index), cause));
        } else if let (Some(op), Some(index)) = (out.accept, out.index) {
            self.host.pending.retain(|request| request.op != OpId(op));
            self.accepted(Ticket(op), Index(index), cause);
        } else if let Some(op) = out.refuse {
            self.host.pending.retain(|request| request.op != OpId(op));
            self.environment.attempt = 1;
            self.refused(Ticket(op), cause);
        } else if let Some(op) = out.reply {
            self.reply_of_engine(OpId(op), out, cause);
        } else if let Some(note) = &out.note {
            self.record(Some(cause), EventKind::EngineNoted { note: Label::of(note) });
        }
        true
    }

    fn write_of_engine(
        &mut self,
        number: u32,
        out: &Out<'_>,
        cause: EventId,
        prepares: bool,
    ) -> bool {
        let hard_state = self.written_state(out);
        let first = match out.cut {
            Some(cut) => cut,
            None => self.last_handed().saturating_add(1),
        };
        let entries: Vec<Entry> = (first..)
            .map(Index)
            .zip(&out.add)
            .map(|(index, written)| self.entry(index, written))
            .collect();
        let more = match (&out.blob, out.more) {
            (Some(blob), _) => Some(wire::quoted(blob).into()),
            (None, Some(more)) => Some(Arc::<str>::from(more.get())),
            (None, None) => None,
        };
        let more = match (more, &mut self.host.engine) {
            (Some(text), Some(kept)) => Some(kept.keep(text)),
            _ => None,
        };
        let keeps_state = out.term.is_some() || more.is_some();
        let Some(node) = self.engine_node_mut() else { return false };
        node.writes = number;
        node.state = DiskState {
            hard_state,
            more: more.unwrap_or(node.state.more),
            is_blob: node.state.is_blob || out.blob.is_some(),
        };
        if out.blob.is_some() {
            (node.gives_log, node.is_blob) = (node.gives_log && node.is_blob, true);
        }
        let change = Change {
            state: keeps_state.then_some(node.state),
            snapshot: None,
            keep: out.cut.map(|cut| cut as usize - 1),
            append: entries.into(),
        };
        let change = if out.blob.is_some() { self.with_log(change) } else { change };
        let through = self.handed_through(&change);
        if let (Some(through), Some(node)) = (through, self.engine_node_mut()) {
            node.handed = through.0;
        }
        self.record_mut(|record| record.hands(Ticket(number), through));
        let synced = out.sync != Some(false);
        self.begin_engine_write(Ticket(number), change, (synced, prepares), cause)
    }

    /// A blob stands for the whole log, so that goes to the disk with it.
    fn with_log(&self, change: Change<DiskState, Entry>) -> Change<DiskState, Entry> {
        let Some(record) = self.host.record() else { return change };
        let before = Log::new(self.host.disk.log_ahead());
        let same = before.same_behind(Index(0), &record.log);
        let append: Vec<Entry> =
            record.log.iter_from(same.next()).map(|(_, entry)| entry).collect();
        let keep = (before.last_index() > same).then_some(same.0 as usize);
        Change { keep, append: append.into(), ..change }
    }

    /// The last index that the disk will have when all writes so far are done.
    fn last_handed(&self) -> u32 {
        self.engine_node().map_or(0, |node| node.handed)
    }

    /// If a write changes the log on the disk: the last index there after it.
    fn handed_through(&self, change: &Change<DiskState, Entry>) -> Option<Index> {
        let kept = change.keep.unwrap_or(self.last_handed() as usize);
        let count = change.append.len();
        let changes = change.keep.is_some() || count > 0;
        changes.then(|| Index((kept + count) as u32))
    }

    pub(super) fn apply_of_engine(&mut self, index: Index, cause: EventId) {
        if let Some(node) = self.engine_node_mut().filter(|node| node.commit_held.is_some()) {
            return node.applies_held.push(index);
        }
        let known = self.host.record().is_some_and(|record| record.log.get(index).is_some());
        if known {
            self.apply_entries(index, index, cause);
        }
        self.record_mut(|record| record.report.applied = index);
    }

    fn reply_of_engine(&mut self, op: OpId, out: &Out<'_>, cause: EventId) {
        self.host.pending.retain(|request| request.op != op);
        let outcome = if out.ok == Some(true) { Ended::Ok } else { Ended::Failed };
        let value = out.value.as_deref().map(|text| self.environment.ops.text_id(text));
        let answer = Outcome { outcome, value };
        self.environment.reply(self.events, self.host.id, (op, 1), answer, cause);
    }
}
