//! Leader election (§5.2) and the restriction on who may win it (§5.4.1).

use super::io::{DiskSpace, HardState, Output, Timer};
use super::message::Body;
use super::nodes::{NodeId, NodeMap, NodeSet};
use super::note::{Ignored, Note, RequiredWrite, RoleChange, VoteRefusal};
use super::progress::Progress;
use super::server::{Role, Server};
use super::types::{Payload, Position, Term};
use crate::seq::InPlace;

impl Server {
    /// The election timeout elapsed: a leader checks whether it is answered (check-quorum); a
    /// follower is to "convert to candidate", a candidate to
    /// "start new election" (figure 2), each in a new term.
    pub(super) fn election_timeout(&mut self, out: &mut Vec<Output>) {
        if self.is_leader() {
            return self.leaders_timeout(out);
        }
        if !self.may_campaign(out) {
            return out.place(Output::SetTimer(Timer::Election));
        }
        match self.pre_vote {
            true => self.start_pre_vote(out),
            false => self.start_election(RoleChange::ElectionTimeout, out),
        }
    }

    /// Whether the node can start an election. If not, it only sets its timer again.
    pub(super) fn may_campaign(&self, out: &mut Vec<Output>) -> bool {
        if self.current_term() == Term::MAX {
            // There is no later term for an election.
            return false;
        }
        if !self.may_stand() {
            return false;
        }
        if self.room != DiskSpace::Plenty {
            // As leader it could not append entries.
            out.place(Output::Note(Note::WriteForgone { need: RequiredWrite::Leading }));
        }
        self.room == DiskSpace::Plenty
    }

    /// "On conversion to candidate, start election: increment currentTerm, vote for self, reset
    /// election timer, send RequestVote RPCs to all other servers" (figure 2, candidates).
    pub(super) fn start_election(&mut self, why: RoleChange, out: &mut Vec<Output>) {
        let was_term = self.current_term();
        let term = was_term.next();
        self.leader = None;
        // Like any vote, its own counts only once it is on the disk.
        self.set_hard_state(HardState { current_term: term, voted_for: Some(self.id) });
        let candidate = Role::Candidate { votes_granted: NodeSet::EMPTY };
        self.set_role(candidate, was_term, why, out);
        out.place(Output::Note(Note::VoteGranted { term, candidate: self.id }));
        out.place(Output::SetTimer(Timer::Election));
        let last_log = self.log.last();
        let transfer = matches!(why, RoleChange::TimeoutNow { .. });
        for peer in self.other_voters().iter() {
            self.send_when_written(peer, Body::RequestVote { last_log, transfer }, out);
        }
    }

    /// Answers a candidate. The vote is on the disk before the reply leaves.
    pub(super) fn on_request_vote(
        &mut self,
        candidate: NodeId,
        term: Term,
        (last_log, transfer): (Position, bool),
        out: &mut Vec<Output>,
    ) {
        let granted = match self.vote_refusal(candidate, term, (last_log, transfer)) {
            None => {
                // A repeated request gets the same reply without another write.
                if self.hard_state.voted_for != Some(candidate) {
                    self.set_hard_state(HardState {
                        voted_for: Some(candidate),
                        ..self.hard_state
                    });
                    out.place(Output::Note(Note::VoteGranted { term, candidate }));
                }
                out.place(Output::SetTimer(Timer::Election));
                true
            }
            Some(why) => {
                let candidate_log = last_log;
                out.place(Output::Note(Note::VoteRefused { term, candidate, candidate_log, why }));
                false
            }
        };
        self.send_when_written(candidate, Body::RequestVoteReply { granted }, out);
    }

    /// Why this node refuses its vote to the candidate; `None` if it grants it.
    fn vote_refusal(
        &self,
        candidate: NodeId,
        term: Term,
        (last_log, transfer): (Position, bool),
    ) -> Option<VoteRefusal> {
        let HardState { current_term, voted_for } = self.hard_state;
        if term < current_term {
            return Some(VoteRefusal::StaleTerm);
        }
        if let Some(why) = self.vote_withheld(transfer) {
            return Some(why);
        }
        if let Some(other) = voted_for
            && !(self.rules.vote_is_free)(voted_for, candidate)
        {
            return Some(VoteRefusal::VotedFor(other));
        }
        let own = self.log.last();
        if !(self.rules.up_to_date)(last_log, own) {
            return Some(VoteRefusal::LogBehind(own));
        }
        (self.room == DiskSpace::Nothing && voted_for.is_none()).then_some(VoteRefusal::NoRoom)
    }

    pub(super) fn on_request_vote_reply(
        &mut self,
        voter: NodeId,
        granted: bool,
        out: &mut Vec<Output>,
    ) {
        match &self.role {
            _ if !granted => {}
            Role::Candidate { votes_granted } if votes_granted.contains(voter) => {
                self.ignore(Ignored::CountedVote, out)
            }
            Role::Candidate { .. } => self.count_vote(voter, out),
            // More votes than a winner needs.
            Role::Leader { .. } => {}
            Role::Follower | Role::PreCandidate { .. } => self.ignore(Ignored::NotCandidate, out),
        }
    }

    /// A write has finished: a candidate counts its vote for itself if the disk now holds it.
    pub(super) fn count_own_vote(&mut self, out: &mut Vec<Output>) {
        if self.durability.hard_state == self.hard_state
            && self.hard_state.voted_for == Some(self.id)
        {
            self.count_vote(self.id, out);
        }
    }

    /// "If votes received from majority of servers: become leader" (figure 2, candidates).
    pub(super) fn count_vote(&mut self, voter: NodeId, out: &mut Vec<Output>) {
        let Role::Candidate { votes_granted } = &mut self.role else { return };
        votes_granted.insert(voter);
        let votes_granted = *votes_granted;
        if self.group().has_quorum(votes_granted) {
            self.become_leader(out);
        }
    }

    pub(super) fn become_leader(&mut self, out: &mut Vec<Output>) {
        let row = Progress::new(self.log.last_index());
        self.leader = Some(self.id);
        let peers = self.peers();
        let leader = Role::Leader { progress: NodeMap::of(peers, &row) };
        self.set_role(leader, self.current_term(), RoleChange::Elected, out);
        out.extend(peers.iter().map(|peer| Output::Progress(peer, row)));
        self.answered = NodeSet::EMPTY;
        out.place(self.leaders_election_timer());
        out.place(Output::SetTimer(Timer::Heartbeat));
        self.prepare_rounds();
        if self.noop {
            self.append_as_leader(Payload::Noop, out);
        }
        self.begin_round();
        self.broadcast(out);
    }
}
