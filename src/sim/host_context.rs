//! One host and what it shares with the others: all that a single event changes.
//!
//! An event happens at one node. Its consequences (messages, writes, timers, answers) change that
//! node's host and the environment, and no other host. So the host is borrowed from the world once,
//! and all consequences are carried out here.

use std::hint::cold_path;

use crate::raft::{Ignored, Input, MessageKind, Note, Output, RoleName};

use super::engine::Machine;
use super::environment::Environment;
use super::event::{Event, EventId, EventKind};
use super::host::Host;
use super::record::{NodeLife, Record};
use super::state::HaltReason;

/// The host at which an event happens, the environment, and the list of events.
pub(super) struct HostContext<'a> {
    pub(super) host: &'a mut Host,
    pub(super) environment: &'a mut Environment,
    pub(super) events: &'a mut Vec<Event>,
}

impl HostContext<'_> {
    /// Records an event at this host; returns its number.
    #[inline(always)]
    pub(super) fn record(&mut self, cause: Option<EventId>, kind: EventKind) -> EventId {
        self.environment.record(self.events, cause, self.host.id, kind)
    }

    /// Gives the node one input and carries out the outputs within the same event, including the
    /// end of writes that take no time. `heartbeat` says whether the input is a heartbeat message,
    /// so that the reply is marked as belonging to one.
    pub(super) fn input(&mut self, input: Input, cause: EventId, heartbeat: bool) {
        if self.runs_engine() {
            return self.input_of_engine(&input, cause);
        }
        let clock_us = self.clock_us();
        // Nobody hears what happens within a change of settings.
        let is_heard = !matches!(input, Input::Configure(_));
        if !self.environment.begun {
            cold_path();
            self.environment.begun = !matches!(input, Input::DiskSpace(_) | Input::Configure(_));
        }
        let mut out = std::mem::take(&mut self.environment.spare);
        if let Some(NodeLife { node: Machine::Own(node), record }) = &mut self.host.life {
            record.takes(&input, self.environment.now_us);
            node.set_clock(clock_us);
            node.step(&input, &mut out);
        }
        self.carry_out(&out, cause, heartbeat);
        out.clear();
        self.environment.spare = out;
        while self.host.writes.front().is_some_and(|write| write.due.is_none()) {
            self.finish_write();
        }
        if is_heard {
            self.snapshot_if_due(cause);
        }
        self.report_disk_space(cause);
    }

    /// Carries out a node's outputs, in order. If the disk fails, the node halts and its remaining
    /// outputs are discarded.
    pub(super) fn carry_out(&mut self, out: &[Output], cause: EventId, heartbeat: bool) {
        for output in out {
            match output {
                Output::Send { message, after } => {
                    let kind = message.body.kind();
                    let asks = message.body.asks_follower();
                    let heartbeat = match asks {
                        true => message.is_heartbeat(),
                        false => heartbeat && kind != MessageKind::ReadIndex,
                    };
                    if asks {
                        let now_us = self.environment.now_us;
                        self.record_mut(|record| record.asks(message.to, now_us));
                    }
                    self.send_after(*after, message, cause, heartbeat);
                }
                Output::Write { ticket, write } => {
                    if !self.begin_write(*ticket, write, cause) {
                        return;
                    }
                }
                Output::SetTimer(timer) => self.set_timer(*timer, cause),
                Output::CancelTimer(timer) => self.stop_timer(*timer),
                Output::Apply { first, through } => self.apply_entries(*first, *through, cause),
                Output::Restore(snapshot) => self.restore(*snapshot),
                Output::Accepted { ticket, index } => self.accepted(*ticket, *index, cause),
                Output::Refused { ticket, .. } => self.refused(*ticket, cause),
                Output::ReadConfirmed { ticket, index } => {
                    self.read_confirmed(*ticket, *index, cause)
                }
                Output::Note(note) => self.note(note, cause),
                Output::Progress(node, row) => {
                    let now_us = self.environment.now_us;
                    self.record_mut(|record| record.knows(*node, *row, now_us));
                }
                Output::Report(report) => {
                    self.record_mut(|record| record.report = *report);
                    // A snapshot may have taken it past the index that reads wait for.
                    if !self.host.reads.is_empty() {
                        self.answer_reads(cause);
                    }
                }
                Output::Ignored(why) => self.ignored(*why, cause),
                Output::Halt(invariant) => {
                    return self.halt(HaltReason::Broken(*invariant), Some(cause));
                }
            }
        }
    }

    #[inline]
    pub(super) fn record_mut(&mut self, change: impl FnOnce(&mut Record)) {
        if let Some(life) = &mut self.host.life {
            change(&mut life.record);
        }
    }

    pub(super) fn note(&mut self, note: &Note, cause: EventId) {
        if let Note::LogCompacted { first } = *note {
            self.keep_compacted(first);
        }
        self.record_mut(|record| record.decides(note));
        let noted = self.record(Some(cause), EventKind::Note(*note));
        if matches!(*note, Note::RoleChanged { role, .. } if role != RoleName::Leader) {
            self.no_longer_leads(noted);
        }
    }

    /// The node ignored the message whose delivery is the cause.
    #[cold]
    fn ignored(&mut self, why: Ignored, cause: EventId) {
        let delivery = self.events.iter().rev().find(|event| event.id == cause);
        if let Some(EventKind::MessageDelivered { message, from, term, said }) =
            delivery.map(|event| event.kind)
        {
            let kind = EventKind::MessageIgnored { message, why, from, kind: said.kind(), term };
            self.record(Some(cause), kind);
        }
    }
}
