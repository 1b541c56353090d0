//! Reads that are no entries of the log: at a node that confirms them first (`index`, `lease`).
//!
//! The node says up to which index its state machine has to be before a read is answered. The
//! answer is then what the store says, at that moment.

use crate::raft::{ClientMistake, Index, Input, NodeId, ReadMode, RoleName, Term, Ticket};

use super::answer::Refused;
use super::client::{OpId, ReadKind};
use super::engine::Machine;
use super::event::{EventId, EventKind};
use super::host::{Host, PendingRead};
use super::host_context::HostContext;
use super::world::World;

/// What a read that is no entry waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadWait {
    /// Its node leads, and has committed no entry of its term yet.
    OwnEntry(Term),
    /// A majority has to confirm that its node leads.
    Majority,
    /// This leader has to tell the node up to which entry it has to apply.
    Leader(NodeId),
    /// The node has to apply this index.
    Apply(Index),
}

impl ReadKind {
    /// How the protocol confirms such a read; none if it does not.
    fn mode(self) -> Option<ReadMode> {
        match self {
            ReadKind::Index => Some(ReadMode::Index),
            ReadKind::Lease => Some(ReadMode::Lease),
            ReadKind::Log | ReadKind::Local => None,
        }
    }
}

impl World {
    /// What a pending read waits for, and the node that has it; none if no node has the request as
    /// a read that is no entry.
    pub fn read_wait(&self, op: OpId) -> Option<(NodeId, ReadWait)> {
        let of = |host: &Host| host.reads.iter().find(|read| read.op == op).copied();
        let (host, read) = self.hosts().find_map(|host| Some((host, of(host)?)))?;
        let record = host.record()?;
        let report = record.report;
        let is_own = record.log.term_at(report.commit) == Some(report.term);
        let wait = match (read.index, report.leader) {
            (Some(index), _) => ReadWait::Apply(index),
            (None, Some(leader)) if leader != host.id => ReadWait::Leader(leader),
            (None, _) if !is_own => ReadWait::OwnEntry(report.term),
            (None, _) => ReadWait::Majority,
        };
        Some((host.id, wait))
    }

    /// When the lease of a leader ends, in microseconds, if it holds one.
    pub fn lease_ends_us(&self, node: NodeId) -> Option<u64> {
        let host = self.host(node);
        let Machine::Own(own) = &host.life.as_ref()?.node else { return None };
        let (from_us, lasts_us) = own.lease_us()?;
        let (now_us, ends_us) = (self.now_us(), from_us.saturating_add(lasts_us));
        let left_us = ends_us.checked_sub(host.clock.shows_us(now_us)).filter(|left| *left > 0)?;
        Some(now_us.saturating_add(host.clock.takes_us(left_us)))
    }

    /// Whether a node takes a read of this kind now. Reads by an entry are requests like others.
    pub(super) fn takes_read(&self, id: NodeId, kind: ReadKind) -> Result<(), Refused> {
        let host = self.host(id);
        let Some(record) = host.record().filter(|_| host.is_up()) else {
            return Err(Refused::NotUp(id, host.state));
        };
        let (leads, leader) = (record.report.role == RoleName::Leader, record.report.leader);
        let asks = leads || kind == ReadKind::Index && leader.is_some();
        if kind == ReadKind::Lease {
            self.allows_leases()?;
        }
        if kind != ReadKind::Local && host.engine.is_some() {
            return Err(Refused::NotForEngines("reads index, reads lease"));
        }
        if kind != ReadKind::Local && !asks {
            return Err(Refused::NotLeader { node: id, leader });
        }
        let goes_on = kind == ReadKind::Local
            || kind == ReadKind::Lease
                && self.environment.makes(id, ClientMistake::LeaseReadInTransfer);
        match record.handing_over.filter(|_| !goes_on) {
            Some(to) => Err(Refused::HandsOver { node: id, to }),
            None => Ok(()),
        }
    }

    /// Whether leaders may have leases: only where nobody votes against a leader that is heard.
    pub(super) fn allows_leases(&self) -> Result<(), Refused> {
        let without = |node: &NodeId| !self.settings_of(*node).raft.check_quorum;
        match self.nodes().iter().find(without) {
            Some(node) => Err(Refused::LeaseNeedsCheckQuorum(node)),
            None => Ok(()),
        }
    }
}

impl HostContext<'_> {
    /// The node gets a read, if it is of a kind that the protocol confirms. Returns whether it is.
    pub(super) fn confirms(&mut self, op: OpId, read: Option<ReadKind>, cause: EventId) -> bool {
        let Some(mode) = read.and_then(ReadKind::mode) else { return false };
        self.host.reads.push_back(PendingRead { op, index: None });
        self.input(Input::Read { ticket: Ticket(op.0), mode }, cause, false);
        true
    }

    /// The node has made sure that a read is current once this index is applied.
    #[cold]
    pub(super) fn read_confirmed(&mut self, ticket: Ticket, index: Index, cause: EventId) {
        let op = OpId(ticket.0);
        let Some(read) = self.host.reads.iter_mut().find(|read| read.op == op) else { return };
        let early = self.environment.makes(self.host.id, ClientMistake::ReadBeforeApplied);
        read.index = Some(if early { Index(0) } else { index });
        let confirmed = self.record(Some(cause), EventKind::ReadConfirmed { op, index });
        self.answer_reads(confirmed);
    }

    /// Answers the reads that are confirmed and whose index has been applied.
    #[cold]
    pub(super) fn answer_reads(&mut self, cause: EventId) {
        let Some(applied) = self.host.report().map(|report| report.applied) else { return };
        let is_due = |read: &PendingRead| read.index.is_some_and(|index| index <= applied);
        while let Some(at) = self.host.reads.iter().position(is_due)
            && let Some(read) = self.host.reads.remove(at)
        {
            self.answer_from_store(read.op, 1, cause);
        }
    }

    /// The node will not confirm a read.
    pub(super) fn forget_read(&mut self, op: OpId) {
        self.host.reads.retain(|read| read.op != op);
    }

    /// The node has changed its role or term, or lost its memory: it answers none of its reads.
    pub(super) fn give_up_reads(&mut self, cause: EventId) {
        let (now_us, node) = (self.environment.now_us, self.host.id);
        while let Some(PendingRead { op, .. }) = self.host.reads.pop_front() {
            if self.environment.ops.lose_attempt(op, now_us) {
                self.environment.tell_unknown(self.events, node, (op, 1), cause);
            }
        }
    }
}
