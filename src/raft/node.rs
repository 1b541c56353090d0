//! A node: its state (figure 2, "State"), and the rules that hold in every role (figure 2, "Rules for Servers").

use crate::seq::Pool;

use super::durability::Durability;
use super::flaw::{Flaw, Flaws};
use super::io::{Config, HardState, Input, Output, Room, Timer, Write};
use super::log::Log;
use super::message::{Body, Message};
use super::note::{Need, Note, RoleName};
use super::progress::Progress;
use super::types::{Entry, Index, NodeId, NodeSet, Payload, Term};

/// One server of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub(super) id: NodeId,
    /// How many nodes the cluster has, this one included.
    pub(super) cluster_size: usize,

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
    /// The mistakes it makes, as of the present step.
    flaws: Flaws,
}

/// A node's role, with the state that only this role has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
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
        hard_state: HardState,
        log: Log,
        out: &mut Vec<Output>,
    ) -> Node {
        out.push(Output::SetTimer(Timer::Election));
        Node {
            id,
            cluster_size,
            hard_state,
            role: Role::Follower,
            leader: None,
            commit_index: Index(0),
            last_applied: Index(0),
            durability: Durability::new(hard_state, log.last_index()),
            log,
            room: Room::Plenty,
            unwritten: Write::default(),
            flaws: Flaws::NONE,
        }
    }

    /// Takes one input; what has to be done about it is added to `out`.
    pub fn step(&mut self, config: &Config, input: Input, out: &mut Vec<Output>) {
        self.flaws = config.flaws;
        match input {
            Input::Message(message) => self.receive(config, message, out),
            Input::Timeout(Timer::Election) => self.election_timeout(config, out),
            Input::Timeout(Timer::Heartbeat) => self.heartbeat_timeout(config, out),
            Input::Propose(payload) => self.propose(config, payload, out),
            Input::Written => self.written(config, out),
            Input::Room(room) => self.told_of_room(room, out),
        }
        self.write(out);
    }

    /// Lets the log share memory with other logs, which nobody can see.
    #[inline]
    pub fn share_log(&mut self, pool: &mut Pool<Entry>) {
        self.log.share(pool);
    }

    fn receive(&mut self, config: &Config, message: Message, out: &mut Vec<Output>) {
        let Message { from, term, body, .. } = message;
        if term > self.current_term() {
            if self.room == Room::Nothing {
                // What it cannot remember it cannot take part in.
                return out.push(Output::Note(Note::WriteForgone { need: Need::Term(term) }));
            }
            self.adopt_term(term, out);
        }
        if self.has(Flaw::TimerResetByAnything) && !self.is_leader() {
            out.push(Output::SetTimer(Timer::Election));
        }
        let stale = term < self.current_term();
        match body {
            Body::RequestVote { last_log } => self.on_request_vote(from, term, last_log, out),
            Body::AppendEntries { prev_log, .. } if stale && !self.has(Flaw::StaleAppendAccepted) => {
                self.refuse_stale_leader(from, prev_log, out);
            }
            Body::AppendEntries { prev_log, entries, leader_commit } => {
                self.on_append_entries(from, prev_log, &entries, leader_commit, out);
            }
            Body::RequestVoteReply { granted } if !stale || self.has(Flaw::StaleVoteCounted) => {
                self.on_request_vote_reply(config, from, granted, out);
            }
            // An answer to a question of an earlier term says nothing about this one.
            _ if stale => {}
            Body::RequestVoteReply { .. } => {}
            Body::AppendEntriesAccepted { match_index } => self.on_accepted(config, from, match_index, out),
            Body::AppendEntriesRefused { prev_log_index, hint } => {
                self.on_refused(config, from, prev_log_index, hint, out);
            }
        }
    }

    /// "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to follower" (§5.1).
    fn adopt_term(&mut self, term: Term, out: &mut Vec<Output>) {
        self.set_hard_state(HardState { current_term: term, voted_for: None });
        self.leader = None;
        let led = self.is_leader();
        self.become_follower(out);
        if led && self.has(Flaw::TermReadLate) {
            self.broadcast_in_a_term_that_is_not_its_own(out);
        }
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

    fn written(&mut self, config: &Config, out: &mut Vec<Output>) {
        self.durability.written();
        match self.role {
            Role::Candidate { .. } => self.count_own_vote(config, out),
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

    // The persistent state changes only through the following three, so that no change misses the disk.

    pub(super) fn set_hard_state(&mut self, hard_state: HardState) {
        self.hard_state = hard_state;
        self.unwritten.hard_state = Some(hard_state);
    }

    pub(super) fn append(&mut self, entries: super::message::Entries, out: &mut Vec<Output>) {
        let first = self.log.last_index().next();
        self.log.append(&entries);
        out.extend(
            (first.0..)
                .zip(entries.iter())
                .map(|(index, &entry)| Output::Note(Note::EntryAppended { index: Index(index), entry })),
        );
        debug_assert!(self.unwritten.append.is_empty(), "a step appends once");
        self.unwritten.append = entries;
        if self.has(Flaw::ApplyBeforeCommit) {
            self.apply_up_to(self.log.last_index(), out);
        }
    }

    pub(super) fn truncate_from(&mut self, from: Index, out: &mut Vec<Output>) {
        self.log.truncate_from(from);
        self.durability.truncated(from, self.has(Flaw::OldWriteCounts));
        self.unwritten.truncate_from = Some(from);
        out.push(Output::Note(Note::LogTruncated { from }));
    }

    /// Hands the changes of this step to the disk, if there are any.
    #[inline]
    fn write(&mut self, out: &mut Vec<Output>) {
        let write = &self.unwritten;
        if write.hard_state.is_some() || write.truncate_from.is_some() || !write.append.is_empty() {
            self.hand_over(out);
        }
    }

    fn hand_over(&mut self, out: &mut Vec<Output>) {
        let mut write = std::mem::take(&mut self.unwritten);
        self.durability.issued(&write, self.log.last_index());
        if self.has(Flaw::VoteNotPersisted) {
            write.hard_state.iter_mut().for_each(|state| state.voted_for = None);
        }
        out.push(Output::Write(write));
    }

    /// Says something that promises what the disk must hold first: this step's changes and all before them.
    pub(super) fn send_when_written(&mut self, to: NodeId, body: Body, out: &mut Vec<Output>) {
        self.write(out);
        let at_once = match body {
            Body::RequestVoteReply { granted: true } => self.has(Flaw::VoteBeforeSync),
            Body::RequestVote { .. } => self.has(Flaw::ElectionNotPersisted),
            Body::AppendEntriesAccepted { .. } => self.has(Flaw::AcknowledgeBeforeSync),
            _ => false,
        };
        let message = self.message(to, body);
        out.push(if at_once { Output::Send(message) } else { Output::SendWhenWritten(message) });
    }

    /// Whether it makes this mistake.
    #[inline]
    pub(super) fn has(&self, flaw: Flaw) -> bool {
        self.flaws.has(flaw)
    }

    pub(super) fn message(&self, to: NodeId, body: Body) -> Message {
        Message { from: self.id, to, term: self.current_term(), body }
    }

    pub(super) fn peers(&self) -> impl Iterator<Item = NodeId> + use<> {
        let id = self.id;
        NodeId::first(self.cluster_size).filter(move |&peer| peer != id)
    }

    /// How many nodes are a majority.
    pub(super) fn majority(&self) -> usize {
        self.cluster_size / 2 + 1
    }

    pub(super) fn propose(&mut self, config: &Config, payload: Payload, out: &mut Vec<Output>) {
        if !self.is_leader() {
            return;
        }
        let entry = Entry { term: self.current_term(), payload };
        self.append([entry].as_slice().into(), out);
        self.write(out);
        self.commit_too_early(out);
        self.broadcast(config, out);
    }
}

/// What may be seen of a node from outside.
impl Node {
    /// The latest term it has seen (§5.1).
    pub fn current_term(&self) -> Term {
        self.hard_state.current_term
    }

    /// Whom it voted for in that term.
    pub fn voted_for(&self) -> Option<NodeId> {
        self.hard_state.voted_for
    }

    /// What it was told that its disk has room for.
    pub fn room(&self) -> Room {
        self.room
    }

    /// The log it uses.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The last entry that is on its disk for certain.
    pub fn durable_index(&self) -> Index {
        self.durability.last_index
    }

    /// The highest entry known to be committed.
    pub fn commit_index(&self) -> Index {
        self.commit_index
    }

    /// The highest entry given to the state machine.
    pub fn last_applied(&self) -> Index {
        self.last_applied
    }

    /// Whom it believes to lead its term.
    pub fn leader(&self) -> Option<NodeId> {
        self.leader
    }

    /// Its role with the state of the role.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// Its role's name.
    pub fn role_name(&self) -> RoleName {
        match self.role {
            Role::Follower => RoleName::Follower,
            Role::Candidate { .. } => RoleName::Candidate,
            Role::Leader { .. } => RoleName::Leader,
        }
    }

    /// Whether it leads its term.
    pub fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }
}
