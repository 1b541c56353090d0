//! Pre-vote (Ongaro's thesis, §9.6): before it campaigns, a node asks the others whether they would
//! vote for it. So a node that cannot win does not raise its term, and disturbs nobody when it is
//! heard again. Off by default.
//!
//! A pre-vote is about the term after the candidate's own. That term has not begun: neither asking
//! nor answering writes anything, changes a term, gives away a vote or resets a timer. A node of a
//! later term refuses with its own term, which the candidate adopts like any later term (§5.1), so
//! that terms meet even if only some nodes ask before they campaign (etcd-io/etcd#8501).
//!
//! Every node answers, whether it asks for pre-votes itself or not.

use super::io::{DiskSpace, HardState, Output, Timer};
use super::message::{Body, Message, MessageKind};
use super::nodes::{NodeId, NodeSet};
use super::note::{Ignored, Note, RoleChange, VoteRefusal};
use super::server::{Role, Server};
use super::types::{Position, Term};
use crate::seq::InPlace;

impl Server {
    /// The election timeout elapsed: asks whether an election could be won.
    pub(super) fn start_pre_vote(&mut self, out: &mut Vec<Output>) {
        let current_term = self.current_term();
        let term = current_term.next();
        let pre_candidate = Role::PreCandidate { votes: NodeSet::EMPTY };
        self.leader = None;
        if matches!(self.role, Role::PreCandidate { .. }) {
            self.role = pre_candidate;
        } else {
            self.set_role(pre_candidate, current_term, RoleChange::ElectionTimeout, out);
        }
        out.place(Output::Note(Note::PreVoteGranted { term, candidate: self.id }));
        out.place(Output::SetTimer(Timer::Election));
        let last_log = self.log.last();
        for peer in self.other_voters().iter() {
            self.send_about(term, peer, Body::PreVote { last_log }, out);
        }
        self.count_pre_vote(self.id, out);
    }

    /// Answers a node that asks whether this one would vote for it in a term that has not begun.
    #[cold]
    pub(super) fn on_pre_vote(
        &mut self,
        candidate: NodeId,
        term: Term,
        last_log: Position,
        out: &mut Vec<Output>,
    ) {
        match self.pre_vote_refusal(candidate, term, last_log) {
            None => {
                out.place(Output::Note(Note::PreVoteGranted { term, candidate }));
                self.send_about(term, candidate, Body::PreVoteReply { granted: true }, out);
            }
            Some(why) => {
                let candidate_log = last_log;
                let note = Note::PreVoteRefused { term, candidate, candidate_log, why };
                out.place(Output::Note(note));
                self.send_when_written(candidate, Body::PreVoteReply { granted: false }, out);
            }
        }
    }

    /// Why this node would not vote for the candidate; `None` if it would.
    fn pre_vote_refusal(
        &self,
        candidate: NodeId,
        term: Term,
        last_log: Position,
    ) -> Option<VoteRefusal> {
        let HardState { current_term, voted_for } = self.hard_state;
        if term < current_term {
            return Some(VoteRefusal::StaleTerm);
        }
        if let Some(why) = self.supports_leader(MessageKind::PreVote) {
            return Some(why);
        }
        if let Some(other) = voted_for
            && term == current_term
            && !(self.rules.vote_is_free)(voted_for, candidate)
        {
            return Some(VoteRefusal::VotedFor(other));
        }
        let own = self.log.last();
        if !(self.rules.pre_vote_up_to_date)(last_log, own) {
            return Some(VoteRefusal::LogBehind(own));
        }
        let could_write =
            self.room != DiskSpace::Nothing || term == current_term && voted_for == Some(candidate);
        (!could_write).then_some(VoteRefusal::NoRoom)
    }

    /// A message about a term that has not begun: a request for a pre-vote, or one that is granted.
    /// It does not change this node's term.
    #[cold]
    pub(super) fn receive_about_next_term(&mut self, message: &Message, out: &mut Vec<Output>) {
        let Message { from, term, ref body, .. } = *message;
        match *body {
            Body::PreVote { last_log } => self.on_pre_vote(from, term, last_log, out),
            _ if term == self.current_term().next() => self.on_pre_vote_granted(from, out),
            _ => self.ignore(Ignored::NotPreCandidate, out),
        }
    }

    /// "Would vote" for the term after this node's.
    fn on_pre_vote_granted(&mut self, voter: NodeId, out: &mut Vec<Output>) {
        match &self.role {
            Role::PreCandidate { votes } if votes.contains(voter) => {
                self.ignore(Ignored::CountedVote, out)
            }
            Role::PreCandidate { .. } => self.count_pre_vote(voter, out),
            Role::Follower | Role::Candidate { .. } | Role::Leader { .. } => {
                self.ignore(Ignored::NotPreCandidate, out)
            }
        }
    }

    /// An answer about the term that has begun here since, or a refusal.
    #[cold]
    pub(super) fn on_late_pre_vote_reply(&mut self, granted: bool, out: &mut Vec<Output>) {
        match self.role {
            _ if !granted => {}
            // More pre-votes than it needed.
            Role::Candidate { .. } | Role::Leader { .. } => {}
            Role::Follower | Role::PreCandidate { .. } => {
                self.ignore(Ignored::NotPreCandidate, out)
            }
        }
    }

    /// A node that a majority would vote for starts the election.
    fn count_pre_vote(&mut self, voter: NodeId, out: &mut Vec<Output>) {
        let Role::PreCandidate { votes } = &mut self.role else { return };
        votes.insert(voter);
        let votes = *votes;
        if self.group().has_quorum(votes) {
            self.start_election(RoleChange::PreVotesWon, out);
        }
    }
}
