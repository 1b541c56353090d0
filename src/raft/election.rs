//! Leader election (§5.2) and the restriction on who may win it (§5.4.1).

use super::flaw::Flaw;
use super::io::{Config, HardState, NOOP, Output, Room, Timer};
use super::message::Body;
use super::node::{Node, Role};
use super::note::{Need, Note, VoteRefusal};
use super::progress::Progress;
use super::types::{Entry, NodeId, NodeSet, Position, Term};

impl Node {
    /// A follower hears from no leader, or a candidate wins no election in time: a new election in a new term.
    pub(super) fn election_timeout(&mut self, config: &Config, out: &mut Vec<Output>) {
        if self.is_leader() {
            return;
        }
        if self.current_term() == Term::MAX {
            // There is no further term to be elected in; the node waits like a follower.
            return out.push(Output::SetTimer(Timer::Election));
        }
        if self.room != Room::Plenty {
            // It could not append what it would be asked to.
            out.push(Output::Note(Note::WriteForgone { need: Need::Leading }));
            return out.push(Output::SetTimer(Timer::Election));
        }
        let term = self.current_term().next();
        let hard_state = HardState { current_term: term, voted_for: Some(self.id) };
        self.leader = None;
        // Its own vote counts once it is on the disk, like anybody's.
        let written = !self.has(Flaw::ElectionNotPersisted);
        if written {
            self.set_hard_state(hard_state);
        } else {
            self.hard_state = hard_state;
        }
        self.set_role(Role::Candidate { votes_granted: NodeSet::EMPTY }, out);
        out.push(Output::Note(Note::VoteGranted { term, candidate: self.id }));
        out.push(Output::SetTimer(Timer::Election));
        let last_log = self.log.last();
        for peer in self.peers() {
            self.send_when_written(peer, Body::RequestVote { last_log }, out);
        }
        if !written {
            self.count_vote(config, self.id, out);
        }
    }

    /// Any node answers a candidate. The vote is on the disk before the answer leaves.
    pub(super) fn on_request_vote(
        &mut self,
        candidate: NodeId,
        term: Term,
        last_log: Position,
        out: &mut Vec<Output>,
    ) {
        let granted = match self.vote_refusal(candidate, term, last_log) {
            None => {
                // Asked again, it says again what it said.
                if self.voted_for() != Some(candidate) {
                    self.set_hard_state(HardState { voted_for: Some(candidate), ..self.hard_state });
                    out.push(Output::Note(Note::VoteGranted { term, candidate }));
                }
                out.push(Output::SetTimer(Timer::Election));
                true
            }
            Some(why) => {
                out.push(Output::Note(Note::VoteRefused { term, candidate, why }));
                false
            }
        };
        self.send_when_written(candidate, Body::RequestVoteReply { granted }, out);
    }

    /// Why this node does not vote for the candidate; `None` if it does.
    fn vote_refusal(&self, candidate: NodeId, term: Term, last_log: Position) -> Option<VoteRefusal> {
        if term < self.current_term() {
            return Some(VoteRefusal::StaleTerm);
        }
        match self.voted_for() {
            Some(other) if other != candidate && !self.has(Flaw::VoteTwice) => {
                return Some(VoteRefusal::VotedFor(other));
            }
            _ => {}
        }
        let own = self.log.last();
        let behind = if self.has(Flaw::VoteWithoutLogCheck) {
            false
        } else if self.has(Flaw::VoteByLastIndex) {
            last_log.index < own.index
        } else if self.has(Flaw::VoteByTermAndIndex) {
            last_log.term < own.term || last_log.index < own.index
        } else {
            (last_log.term, last_log.index) < (own.term, own.index)
        };
        if behind {
            return Some(VoteRefusal::LogBehind(own));
        }
        (self.room == Room::Nothing && self.voted_for().is_none()).then_some(VoteRefusal::NoRoom)
    }

    pub(super) fn on_request_vote_reply(
        &mut self,
        config: &Config,
        voter: NodeId,
        granted: bool,
        out: &mut Vec<Output>,
    ) {
        if granted {
            self.count_vote(config, voter, out);
        }
    }

    /// A candidate's vote for itself has reached its disk, if it is this term's.
    pub(super) fn count_own_vote(&mut self, config: &Config, out: &mut Vec<Output>) {
        if self.durability.hard_state == self.hard_state && self.voted_for() == Some(self.id) {
            self.count_vote(config, self.id, out);
        }
    }

    fn count_vote(&mut self, config: &Config, voter: NodeId, out: &mut Vec<Output>) {
        let majority = self.majority();
        let by_message = self.has(Flaw::VotesCountedByMessage);
        let Role::Candidate { votes_granted } = &mut self.role else { return };
        if !votes_granted.insert(voter) && by_message {
            // Counted again, as if somebody else had voted.
            let others = NodeSet::first(self.cluster_size).difference(*votes_granted);
            others.iter().next().map(|other| votes_granted.insert(other));
        }
        if votes_granted.len() >= majority {
            self.become_leader(config, out);
        }
    }

    fn become_leader(&mut self, config: &Config, out: &mut Vec<Output>) {
        let progress = vec![Progress::new(self.log.last_index()); self.cluster_size];
        self.leader = Some(self.id);
        self.set_role(Role::Leader { progress }, out);
        out.push(Output::CancelTimer(Timer::Election));
        out.push(Output::SetTimer(Timer::Heartbeat));
        if config.noop {
            let entry = Entry { term: self.current_term(), payload: NOOP };
            self.append([entry].as_slice().into(), out);
            self.commit_too_early(out);
        }
        self.broadcast(config, out);
    }
}
