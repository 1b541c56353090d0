//! Check-quorum (Ongaro's thesis, §6.2 and §4.2.3): a leader that a majority does not answer steps
//! down, and nodes that hear from a leader let nobody unseat it. Off by default.
//!
//! "A leader steps down if an election timeout elapses without a successful round of heartbeats to
//! a majority" (§6.2): a leader then has an election timer, whose firing is the check.
//!
//! "If a server receives a RequestVote request within the minimum election timeout of hearing from
//! a current leader, it does not update its term or grant its vote" (§4.2.3): it refuses in its own
//! term. So does the leader itself, and a node that was started again within that time, because it
//! may have heard from a leader before.

use super::io::{Output, Timer};
use super::message::{Body, MessageKind};
use super::nodes::{NodeId, NodeSet};
use super::note::{Note, RoleChange, VoteRefusal};
use super::server::Server;
use super::types::Round;
use crate::seq::InPlace;

impl Server {
    /// Switches the check on or off.
    pub(super) fn set_check_quorum(&mut self, on: bool, out: &mut Vec<Output>) {
        let before = std::mem::replace(&mut self.check_quorum, on);
        if before == on || !self.is_leader() {
            return;
        }
        self.answered = NodeSet::EMPTY;
        out.place(self.leaders_election_timer());
    }

    /// What a new leader does with its election timer: figure 2 knows none of a leader.
    pub(super) fn leaders_election_timer(&self) -> Output {
        match self.check_quorum || self.transfer.is_some() {
            true => Output::SetTimer(Timer::Election),
            false => Output::CancelTimer(Timer::Election),
        }
    }

    /// A node has answered this leader in its term.
    #[inline]
    pub(super) fn is_answered(&mut self, node: NodeId, round: Round, out: &mut Vec<Output>) {
        if self.check_quorum && self.is_leader() {
            self.answered.insert(node);
        }
        self.round_answered(node, round, out);
    }

    /// A leader's election timer ran out: without answers from a majority since the last check, it
    /// steps down.
    pub(super) fn check_answers(&mut self, out: &mut Vec<Output>) {
        if !self.check_quorum {
            return;
        }
        let heard = self.answered.union(NodeSet::one(self.id));
        let group = self.group();
        let holds = group.has_quorum(heard);
        let voters = heard.intersection(group.electorate()).len() as u32;
        let needed = group.quorum_size() as u32;
        out.place(Output::Note(Note::QuorumChecked { heard: voters, needed }));
        self.answered = (self.rules.answers_after_check)(self.answered);
        if (self.rules.keeps_leading)(holds) {
            return out.place(Output::SetTimer(Timer::Election));
        }
        self.leader = None;
        self.become_follower(self.current_term(), RoleChange::QuorumLost, out);
    }

    /// Why this node supports no other leader than the one that it has or heard from, if so.
    pub(super) fn supports_leader(&self, asked: MessageKind) -> Option<VoteRefusal> {
        let (leads, heard) = (self.is_leader(), self.clock.heard_lately());
        let restarted = self.check_quorum && self.clock.restarted_lately();
        (self.rules.supports_leader)(asked, leads, heard, restarted)
    }

    /// Why this node refuses a request for a vote because of a leader, if it does: only with
    /// check-quorum.
    pub(super) fn vote_withheld(&self, transfer: bool) -> Option<VoteRefusal> {
        let asked_by_leader = (self.rules.leader_asked)(transfer);
        if self.check_quorum && !asked_by_leader {
            self.supports_leader(MessageKind::RequestVote)
        } else {
            None
        }
    }

    /// Whether this node takes no notice of the later term of a message.
    pub(super) fn disregards_term(&self, body: &Body) -> bool {
        match body {
            Body::RequestVote { transfer, .. } => self.vote_withheld(*transfer).is_some(),
            _ => false,
        }
    }
}
