//! A node: its state (figure 2, "State"), and the rules that hold in every role (figure 2, "Rules for Servers").

use super::durability::Durability;
use super::flaw;
use super::io::{Config, HardState, Input, Invariant, Output, Report, Room, Ticket, Timer, Write};
use super::log::Log;
use super::message::{Body, Entries, Message};
use super::note::{Need, Note, RoleName};
use super::progress::Progress;
use super::rules::Rules;
use super::types::{Entry, Index, NodeId, NodeSet, Payload, Term};

/// One server of the cluster. Nobody outside of this folder sees what is in it.
///
/// Its invariants, asked after every step of a node without flaws, are listed as [`Invariant`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    pub(super) id: NodeId,
    /// How many nodes the cluster has, this one included.
    pub(super) cluster_size: usize,
    pub(super) config: Config,
    /// The rules by which it goes.
    pub(super) rules: Rules,

    // Persistent state: what a restart brings back.
    pub(super) hard_state: HardState,
    pub(super) log: Log,

    // Volatile state.
    pub(super) role: Role,
    /// Whom the node believes to lead its term.
    pub(super) leader: Option<NodeId>,
    pub(super) commit_index: Index,
    pub(super) last_applied: Index,
    pub(super) durability: Durability,
    /// What its disk has room for.
    pub(super) room: Room,
    /// Changes to the persistent state that no [`Output::Write`] has taken along yet.
    unwritten: Write,
    /// What it last said of itself.
    reported: Report,
}

/// A node's role, with the state that only this role has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Passive.
    Follower,
    /// Asking for votes.
    Candidate {
        /// Who voted for this node in its current term: a set, so that nobody counts twice.
        votes_granted: NodeSet,
    },
    /// In charge of its term.
    Leader {
        /// What it knows of each node's log, by position; its own row is unused.
        progress: Vec<Progress>,
    },
}

impl Node {
    /// A node that starts, from what its disk holds. It is a follower until its election timer, which it sets at
    /// once, runs out.
    pub fn start(
        id: NodeId,
        cluster_size: usize,
        config: Config,
        hard_state: HardState,
        log: Log,
        out: &mut Vec<Output>,
    ) -> Node {
        let node = Node {
            id,
            cluster_size,
            config,
            rules: config.flaws.rules(),
            hard_state,
            role: Role::Follower,
            leader: None,
            commit_index: Index(0),
            last_applied: Index(0),
            durability: Durability::new(hard_state, log.last_index()),
            reported: Report::starting(hard_state, log.last()),
            log,
            room: Room::Plenty,
            unwritten: Write::default(),
        };
        out.push(Output::SetTimer(Timer::Election));
        out.push(Output::Report(node.reported));
        node
    }

    /// Takes one input; what has to be done about it is added to `out`.
    #[inline(always)]
    pub fn step(&mut self, mut input: Input, out: &mut Vec<Output>) {
        let (correct, before) = (self.config.flaws.is_empty(), out.len());
        if correct || flaw::hears(self, &mut input, out) {
            self.follow(input, out);
        }
        if correct {
            out.extend(self.broken_invariant().map(Output::Halt));
        } else {
            flaw::bend_outputs(self, before, out);
        }
        if !self.is_as_reported() {
            self.reported = self.report();
            out.push(Output::Report(self.reported));
        }
    }

    /// Follows the protocol by one input.
    #[inline(always)]
    fn follow(&mut self, input: Input, out: &mut Vec<Output>) {
        match input {
            Input::Configure(config) => self.configure(config),
            Input::Message(message) => self.receive(message, out),
            Input::Timeout(Timer::Election) => self.election_timeout(out),
            Input::Timeout(Timer::Heartbeat) => self.heartbeat_timeout(out),
            Input::Propose { ticket, payload } => self.propose(ticket, payload, out),
            Input::Written(ticket) => self.written(ticket, out),
            Input::Room(room) => self.told_of_room(room, out),
        }
        self.write(out);
    }

    fn configure(&mut self, config: Config) {
        if config.flaws != self.config.flaws {
            self.rules = config.flaws.rules();
        }
        self.config = config;
    }

    #[inline(always)]
    fn receive(&mut self, message: Message, out: &mut Vec<Output>) {
        let Message { from, term, body, .. } = message;
        if term > self.current_term() {
            if self.room == Room::Nothing {
                // What it cannot remember it cannot take part in.
                return out.push(Output::Note(Note::WriteForgone { need: Need::Term(term) }));
            }
            self.adopt_term(term, out);
        }
        let stale = term < self.current_term();
        match body {
            Body::RequestVote { last_log } => self.on_request_vote(from, term, last_log, out),
            Body::AppendEntries { prev_log, .. } if stale => self.refuse_stale_leader(from, prev_log, out),
            Body::AppendEntries { prev_log, entries, leader_commit } => {
                self.on_append_entries(from, prev_log, &entries, leader_commit, out);
            }
            // An answer to a question of an earlier term says nothing about this one.
            _ if stale => {}
            Body::RequestVoteReply { granted } => self.on_request_vote_reply(from, granted, out),
            Body::AppendEntriesAccepted { match_index } => self.on_accepted(from, match_index, out),
            Body::AppendEntriesRefused { prev_log_index, hint } => {
                self.on_refused(from, prev_log_index, hint, out);
            }
        }
    }

    /// "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower" (§5.1).
    fn adopt_term(&mut self, term: Term, out: &mut Vec<Output>) {
        self.set_hard_state(HardState { current_term: term, voted_for: None });
        self.leader = None;
        self.become_follower(out);
    }

    /// Turns follower in the current term. The election timer of a candidate or follower runs on: only a granted
    /// vote or the leader's own word resets it. A leader had none.
    pub(super) fn become_follower(&mut self, out: &mut Vec<Output>) {
        if self.is_leader() {
            out.push(Output::CancelTimer(Timer::Heartbeat));
            out.push(Output::SetTimer(Timer::Election));
        }
        self.set_role(Role::Follower, out);
    }

    pub(super) fn set_role(&mut self, role: Role, out: &mut Vec<Output>) {
        self.role = role;
        out.push(Output::Note(Note::RoleChanged { role: self.role_name(), term: self.current_term() }));
    }

    fn written(&mut self, ticket: Ticket, out: &mut Vec<Output>) {
        self.durability.written(ticket);
        match self.role {
            Role::Candidate { .. } => self.count_own_vote(out),
            Role::Leader { .. } => self.advance_commit(out),
            Role::Follower => {}
        }
    }

    /// A full disk makes no leader: who cannot append leaves it to the others.
    fn told_of_room(&mut self, room: Room, out: &mut Vec<Output>) {
        self.room = room;
        if room != Room::Plenty && !matches!(self.role, Role::Follower) {
            self.leader = None;
            self.become_follower(out);
        }
    }

    fn propose(&mut self, ticket: Ticket, payload: Payload, out: &mut Vec<Output>) {
        if !self.is_leader() {
            return out.push(Output::Refused { ticket, leader: self.leader });
        }
        out.push(Output::Accepted { ticket, index: self.log.last_index().next() });
        self.lead_append(payload, out);
        self.write(out);
        self.broadcast(out);
    }

    // The persistent state changes only through the following three, so that no change misses the disk.

    pub(super) fn set_hard_state(&mut self, hard_state: HardState) {
        self.hard_state = hard_state;
        self.unwritten.hard_state = Some(hard_state);
    }

    pub(super) fn append(&mut self, entries: Entries, out: &mut Vec<Output>) {
        let first = self.log.last_index().next();
        self.log.append(&entries);
        out.extend(
            (first.0..)
                .zip(entries.iter())
                .map(|(index, &entry)| Output::Note(Note::EntryAppended { index: Index(index), entry })),
        );
        debug_assert!(self.unwritten.append.is_empty(), "a step appends once");
        self.unwritten.append = entries;
        self.apply(out);
    }

    pub(super) fn truncate_from(&mut self, from: Index, out: &mut Vec<Output>) {
        self.log.truncate_from(from);
        self.durability.truncated(from, self.rules.still_stands);
        self.unwritten.truncate_from = Some(from);
        out.push(Output::Note(Note::LogTruncated { from }));
    }

    /// Hands the changes of this step to the disk, if there are any.
    #[inline]
    fn write(&mut self, out: &mut Vec<Output>) {
        if !self.unwritten.is_empty() {
            self.hand_over(out);
        }
    }

    fn hand_over(&mut self, out: &mut Vec<Output>) {
        let write = std::mem::take(&mut self.unwritten);
        let ticket = self.durability.issued(&write, self.log.last_index());
        out.push(Output::Write { ticket, write });
    }

    /// A leader's own entry, of its own term.
    pub(super) fn lead_append(&mut self, payload: Payload, out: &mut Vec<Output>) {
        let entry = Entry { term: self.current_term(), payload };
        self.append([entry].as_slice().into(), out);
    }

    pub(super) fn send(&self, to: NodeId, body: Body, out: &mut Vec<Output>) {
        let message = Message { from: self.id, to, term: self.current_term(), body };
        out.push(Output::Send { message, after: None });
    }

    /// Says something that promises what the disk must hold first: this step's changes and all before them.
    pub(super) fn send_when_written(&mut self, to: NodeId, body: Body, out: &mut Vec<Output>) {
        self.write(out);
        let message = Message { from: self.id, to, term: self.current_term(), body };
        out.push(Output::Send { message, after: self.durability.latest() });
    }

    pub(super) fn peers(&self) -> impl Iterator<Item = NodeId> + use<> {
        let id = self.id;
        NodeId::first(self.cluster_size).filter(move |&peer| peer != id)
    }

    /// How many nodes are a majority.
    pub(super) fn majority(&self) -> usize {
        self.cluster_size / 2 + 1
    }

    pub(super) fn current_term(&self) -> Term {
        self.hard_state.current_term
    }

    pub(super) fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }

    pub(super) fn role_name(&self) -> RoleName {
        match self.role {
            Role::Follower => RoleName::Follower,
            Role::Candidate { .. } => RoleName::Candidate,
            Role::Leader { .. } => RoleName::Leader,
        }
    }

    /// Whether it still is what it last said of itself. All of it is looked at, since mostly all of it is so.
    #[inline]
    fn is_as_reported(&self) -> bool {
        let Report { role, term, vote, leader, commit, applied, last } = self.reported;
        let own_last = self.log.last();
        (term == self.hard_state.current_term)
            & (vote == self.hard_state.voted_for)
            & (leader == self.leader)
            & (commit == self.commit_index)
            & (applied == self.last_applied)
            & (last.index == own_last.index)
            & (last.term == own_last.term)
            & (role == self.role_name())
    }

    fn report(&self) -> Report {
        Report {
            role: self.role_name(),
            term: self.hard_state.current_term,
            vote: self.hard_state.voted_for,
            leader: self.leader,
            commit: self.commit_index,
            applied: self.last_applied,
            last: self.log.last(),
        }
    }

    /// Which of the invariants above does not hold, if one does not. Those that cost more than a few comparisons are asked only
    /// where debug assertions are on, as in tests.
    #[inline]
    fn broken_invariant(&self) -> Option<Invariant> {
        let last_index = self.log.last_index();
        let before = &self.reported;
        if self.current_term() < before.term {
            Some(Invariant::TermRises)
        } else if self.commit_index < before.commit {
            Some(Invariant::CommitRises)
        } else if self.commit_index > before.commit && self.commit_index > last_index {
            Some(Invariant::CommittedInLog)
        } else if self.last_applied > self.commit_index {
            Some(Invariant::AppliedCommitted)
        } else if self.durability.last_index > last_index {
            Some(Invariant::DurableInLog)
        } else if self.is_leader() && self.leader != Some(self.id) {
            Some(Invariant::LeaderLeads)
        } else if cfg!(debug_assertions) && !self.rows_are_sound(last_index) {
            Some(Invariant::NextBeyondMatch)
        } else {
            None
        }
    }

    fn rows_are_sound(&self, last_index: Index) -> bool {
        let Role::Leader { progress } = &self.role else { return true };
        self.peers().all(|peer| progress[peer.position()].is_sound(last_index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::flaw::Flaws;

    /// Each invariant, broken by hand: the next step ends the node with words, and in no other way.
    #[test]
    fn a_broken_invariant_halts() {
        let config = Config { batch: 64, noop: false, flaws: Flaws::NONE };
        let id = NodeId::at(0);
        type Break = (Invariant, fn(&mut Node));
        let breaks: &[Break] = &[
            (Invariant::TermRises, |node| node.reported.term = Term(1)),
            (Invariant::CommitRises, |node| node.reported.commit = Index(1)),
            (Invariant::CommittedInLog, |node| node.commit_index = Index(1)),
            (Invariant::AppliedCommitted, |node| node.last_applied = Index(1)),
            (Invariant::DurableInLog, |node| node.durability.last_index = Index(1)),
            (Invariant::LeaderLeads, |node| node.role = Role::Leader { progress: Vec::new() }),
            (Invariant::NextBeyondMatch, |node| {
                node.leader = Some(node.id);
                node.role = Role::Leader { progress: vec![Progress::new(Index(7)); 3] };
            }),
        ];
        for (invariant, change) in breaks {
            let (mut out, hard_state) = (Vec::new(), HardState::default());
            let mut node = Node::start(id, 3, config, hard_state, Log::default(), &mut out);
            node.step(Input::Written(Ticket(0)), &mut out);
            assert!(
                !out.iter().any(|output| matches!(output, Output::Halt(_))),
                "{invariant}: nothing is broken"
            );
            change(&mut node);
            node.step(Input::Room(Room::Plenty), &mut out);
            assert!(out.contains(&Output::Halt(*invariant)), "{invariant}: {out:?}");
        }
    }
}
