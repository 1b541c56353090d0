//! Reads without an entry in the log (Ongaro's thesis, §6.4): the caller answers them from its
//! state machine as soon as that has applied the index that this file gives it. Figure 2 has none:
//! nothing here is used until a client reads so.
//!
//! A leader may know of a commit index that is too low, and may have been replaced without knowing.
//! So a read takes these steps (§6.4):
//!
//! 1. it waits until the leader has committed an entry of its own term, and so knows everything
//!    that was committed before;
//! 2. the leader notes its commit index;
//! 3. it makes sure that no other leader can have committed more: a majority answers a round of
//!    AppendEntries that began after the read arrived, or the leader holds a lease;
//! 4. the caller waits until its state machine has applied that index.
//!
//! Rounds are numbered: an AppendEntries carries the number of the latest round, and its reply
//! repeats it. A leader numbers its rounds from its first read on, and from its election on if
//! clients are to read by leases.
//!
//! A follower asks its leader for the index (ReadIndex), once more at each AppendEntries while it
//! has no answer. Its reads are numbered by the caller, rising, so that one answer is that of all
//! reads up to a number.
//!
//! A **lease** (§6.4.1) begins with the sending of the latest round that a majority answered. For
//! the least election timeout, check-quorum lets none of them vote for another leader. Clocks may
//! run at different speeds, so a lease is shorter than that. It ends when the leader hands over,
//! because then nodes that hear it vote nevertheless; and once it has told another node to take
//! over, it has no lease any more in its term, since that message may arrive late.
//!
//! Whatever ends the role or the term gives up the reads: the caller sees the change of role, and
//! does not answer them.

use super::io::Output;
use super::message::Body;
use super::nodes::NodeId;
use super::note::{Ignored, Note};
use super::read_state::{ReadMode, Reader, Reads};
use super::server::Server;
use super::types::{Index, Round, Ticket};
use crate::seq::InPlace;

/// A client's read.
impl Server {
    /// A client asks this node.
    #[cold]
    pub(super) fn read(&mut self, ticket: Ticket, mode: ReadMode, out: &mut Vec<Output>) {
        let node = self.id;
        match (mode, self.leader) {
            _ if self.is_leader() && self.takes_reads(mode) => {
                self.read_as_leader(Reader { node, ticket }, mode, out)
            }
            (ReadMode::Index, Some(leader)) if leader != node => {
                self.reads_mut().asked.push_back(ticket);
                self.send_when_written(leader, Body::ReadIndex { ticket }, out);
            }
            _ => out.place(Output::Refused { ticket, leader: self.leader }),
        }
    }

    /// "The prior leader stops accepting new client requests" while it hands over (§3.10).
    fn takes_reads(&self, mode: ReadMode) -> bool {
        let lease_goes_on = mode == ReadMode::Lease && (self.rules.lease_outlasts_transfer)();
        self.transfer.is_none() || lease_goes_on
    }

    fn reads_mut(&mut self) -> &mut Reads {
        self.reads.get_or_insert_default()
    }
}

/// The leader's side.
impl Server {
    fn read_as_leader(&mut self, reader: Reader, mode: ReadMode, out: &mut Vec<Output>) {
        let committed = self.log.term_at(self.commit_index).unwrap_or_default();
        if (self.rules.may_read)(committed, self.current_term()) {
            self.begin_reads(vec![(reader, mode)], out);
        } else {
            let term = self.current_term();
            out.place(Output::Note(Note::ReadDeferred { reader: reader.node, term }));
            self.reads_mut().deferred.push((reader, mode));
        }
    }

    /// Entries were committed: if one of this leader's term is among them, the reads that wait for
    /// that begin.
    pub(super) fn resume_reads(&mut self, out: &mut Vec<Output>) {
        let is_own = self.has_committed_own();
        let Some(reads) = self.reads.as_mut().filter(|reads| is_own && !reads.deferred.is_empty())
        else {
            return;
        };
        let deferred = std::mem::take(&mut reads.deferred);
        self.begin_reads(deferred, out);
    }

    /// Confirms the reads that the lease covers, and begins a round for the others.
    fn begin_reads(&mut self, begun: Vec<(Reader, ReadMode)>, out: &mut Vec<Output>) {
        let index = self.commit_index;
        let holds_lease = self.holds_lease();
        let answered = self.answered_round();
        let round = (self.rules.round_of_read)(self.reads_mut().round, answered);
        let mut waits = false;
        for (reader, mode) in begun {
            if mode == ReadMode::Lease && holds_lease {
                self.confirm(reader, index, out);
            } else {
                self.reads_mut().unconfirmed.push_back((round, index, reader));
                waits = true;
            }
        }
        if waits {
            self.begin_round();
            self.broadcast(out);
            self.confirm_answered(out);
        }
    }

    /// The number of the latest round; 0 if this leader does not number its rounds.
    #[inline]
    pub(super) fn round(&self) -> Round {
        self.reads.as_ref().map_or(Round(0), |reads| reads.round)
    }

    /// A round of AppendEntries begins. It is numbered if there was a read, or may be one by lease.
    #[inline]
    pub(super) fn begin_round(&mut self) {
        if let Some(reads) = &mut self.reads {
            reads.round = reads.round.next();
            self.clock.send_round(reads.round);
        }
    }

    /// A new leader numbers its rounds from the first on if clients are to read by leases.
    pub(super) fn prepare_rounds(&mut self) {
        if self.keeps_lease {
            self.reads = Some(Box::default());
        }
    }

    /// Another node has answered a round of this leader.
    #[inline]
    pub(super) fn round_answered(&mut self, node: NodeId, round: Round, out: &mut Vec<Output>) {
        if self.reads.is_some() && self.is_leader() {
            let answered = &mut self.reads_mut().answered;
            if answered.get(node).is_none_or(|before| *before < round) {
                answered.insert(node, round);
                self.confirm_answered(out);
            }
        }
    }

    /// The latest round that a majority has answered.
    fn answered_round(&self) -> Round {
        let Some(reads) = &self.reads else { return Round(0) };
        self.group().agreed_index(|node| match node == self.id {
            true => reads.round,
            false => reads.answered.get(node).copied().unwrap_or_default(),
        })
    }

    /// Confirms the reads whose rounds a majority has answered, and extends the lease.
    fn confirm_answered(&mut self, out: &mut Vec<Output>) {
        let answered = self.answered_round();
        self.clock.extend_lease(answered, self.rules.lease_begins);
        while let Some((_, index, reader)) =
            self.reads_mut().unconfirmed.pop_front_if(|(round, _, _)| *round <= answered)
        {
            self.confirm(reader, index, out);
        }
    }

    /// No other leader can have committed more than this before the read.
    fn confirm(&mut self, reader: Reader, index: Index, out: &mut Vec<Output>) {
        let Reader { node, ticket } = reader;
        if node == self.id {
            out.place(Output::ReadConfirmed { ticket, index });
        } else {
            self.reads_mut().confirmed.insert(node, (ticket, index));
            self.send(node, Body::ReadIndexReply { ticket, index }, out);
        }
    }

    /// A follower asks up to which index it has to apply before it answers its reads. If it asks
    /// again, because the answer was slow or lost, no further round is needed.
    #[cold]
    pub(super) fn on_read_index(&mut self, from: NodeId, ticket: Ticket, out: &mut Vec<Output>) {
        let reader = Reader { node: from, ticket };
        if !self.is_leader() {
            return self.ignore(Ignored::NotLeader, out);
        }
        let reads = self.reads_mut();
        match reads.confirmed.get(from) {
            Some(&(last, index)) if ticket <= last => {
                self.send(from, Body::ReadIndexReply { ticket, index }, out);
            }
            _ if reads.has(reader) => {}
            _ => self.read_as_leader(reader, ReadMode::Index, out),
        }
    }
}

/// The lease.
impl Server {
    /// Whether no other leader can have been elected yet, by this leader's own clock.
    pub(super) fn holds_lease(&self) -> bool {
        let hands_over = self.transfer.is_some() || self.has_told;
        (self.rules.lease_holds)(self.clock.lease_holds())
            && (!hands_over || (self.rules.lease_outlasts_transfer)())
    }

    /// The lease ends when a transfer begins.
    pub(super) fn end_lease(&mut self) {
        if !(self.rules.lease_outlasts_transfer)() {
            self.clock.end_lease();
        }
    }

    /// Sets whether clients are to read by leases, and for how long a lease lasts. A lease that
    /// runs ends if that changes.
    pub(super) fn set_lease(&mut self, keeps_lease: bool, lease_us: u64) {
        self.keeps_lease = keeps_lease;
        self.clock.set_lease(lease_us);
        if keeps_lease && self.is_leader() {
            _ = self.reads_mut();
        }
    }
}

/// The follower's side.
impl Server {
    /// The leader was heard: asks it again for what it has not answered.
    #[inline]
    pub(super) fn ask_again(&mut self, leader: NodeId, out: &mut Vec<Output>) {
        if let Some(ticket) = self.reads.as_ref().and_then(|reads| reads.asked.back().copied())
            && self.leader == Some(leader)
        {
            self.send_when_written(leader, Body::ReadIndex { ticket }, out);
        }
    }

    /// The leader has answered this node's reads up to a number.
    #[cold]
    pub(super) fn on_read_index_reply(
        &mut self,
        ticket: Ticket,
        index: Index,
        out: &mut Vec<Output>,
    ) {
        let is_answered = self.rules.read_is_answered;
        // A reply that comes again finds none.
        while let Some(asked) = self
            .reads
            .as_mut()
            .and_then(|reads| reads.asked.pop_front_if(|asked| is_answered(*asked, ticket)))
        {
            out.place(Output::ReadConfirmed { ticket: asked, index });
        }
    }
}
