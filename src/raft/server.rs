//! A server: its state (figure 2, "State"), and the rules that hold in every role (figure 2, "Rules
//! for Servers").

use super::clock::Clock;
use super::durability::Durability;
use super::group::{Configuration, Group};
use super::image::{Snapshot, SnapshotWrite};
use super::io::{DiskSpace, HardState, Invariant, Output, Report, Timer, Write};
use super::log::Log;
use super::membership::Membership;
use super::message::{Body, Entries, Message, MessageKind};
use super::nodes::{NodeId, NodeMap, NodeSet};
use super::note::{Ignored, Note, RequiredWrite, RoleChange, RoleName, TransferEnd};
use super::progress::Progress;
use super::read_state::Reads;
use super::rules::Rules;
use super::types::{Entry, Index, Payload, Round, Term, Ticket};
use crate::seq::InPlace;

/// One server of the cluster. Code outside this folder cannot see its state.
///
/// Its invariants, which a node without flaws checks after every step, are listed in
/// [`Invariant`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Server {
    pub(super) id: NodeId,
    /// The maximum number of entries in one AppendEntries.
    pub(super) batch: u32,
    /// Whether it appends a no-op entry as soon as it becomes leader (§8).
    pub(super) noop: bool,
    /// Whether it asks for pre-votes before it campaigns (Ongaro's thesis, §9.6).
    pub(super) pre_vote: bool,
    /// Whether it checks, as leader, that a majority answers it, and supports no other leader than
    /// the one it hears (Ongaro's thesis, §6.2, §4.2.3).
    pub(super) check_quorum: bool,
    /// Whether, as leader, it sends entries only when they are on its own disk.
    pub(super) writes_first: bool,
    /// The rules that it follows: those of figure 2, or a flaw's.
    pub(super) rules: Rules,

    // Persistent state: it survives a crash.
    pub(super) hard_state: HardState,
    pub(super) log: Log,
    /// The latest snapshot, if there is one.
    pub(super) snapshot: Option<Snapshot>,

    /// The members of the cluster, by the configurations in the log.
    pub(super) membership: Membership,

    // Volatile state.
    /// The latest snapshot of its own that is not durable yet.
    pub(super) begun: Option<SnapshotWrite>,
    pub(super) role: Role,
    /// The leader of its current term, if it knows one.
    pub(super) leader: Option<NodeId>,
    pub(super) commit_index: Index,
    pub(super) last_applied: Index,
    pub(super) durability: Durability,
    /// The nodes that have answered this leader since its last check; empty without check-quorum.
    pub(super) answered: NodeSet,
    /// The transfer of leadership that this leader has begun.
    pub(super) transfer: Option<Transfer>,
    /// Whether it has told another node to take over in this term.
    pub(super) has_told: bool,
    /// Whether clients are to read by leases.
    pub(super) keeps_lease: bool,
    /// The reads that wait here, and this leader's rounds; none if nobody reads so.
    pub(super) reads: Option<Box<Reads>>,
    /// What it knows of time.
    pub(super) clock: Clock,
    /// What its disk has room for.
    pub(super) room: DiskSpace,
    /// Changes to the persistent state that are not in an [`Output::Write`] yet.
    pub(super) unwritten: Write,
}

/// A transfer of leadership that is not over (Ongaro's thesis, §3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Transfer {
    /// The node that is to lead.
    pub(super) to: NodeId,
    /// Whether it was told to start an election.
    pub(super) told: bool,
}

/// A node's role, with the state that only this role has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// Responds to candidates and leaders.
    Follower,
    /// Asks for pre-votes.
    PreCandidate {
        /// The nodes that would vote for this one in the next term.
        votes: NodeSet,
    },
    /// Requests votes.
    Candidate {
        /// The nodes that voted for this one in its current term: a set, so that no voter counts
        /// twice.
        votes_granted: NodeSet,
    },
    /// The leader of its current term.
    Leader {
        /// What it knows of the log of each other node that it sends entries to.
        progress: NodeMap<Progress>,
    },
}

impl Server {
    /// Starts a server from what its disk holds. It is a follower, and sets its election timer at
    /// once. The group is used as long as the log has no configuration.
    pub(super) fn start(
        id: NodeId,
        group: Group,
        hard_state: HardState,
        (log, snapshot): (Log, Option<Snapshot>),
        out: &mut Vec<Output>,
    ) -> Server {
        out.place(Output::SetTimer(Timer::Election));
        let group = snapshot.map_or(group, |snapshot| snapshot.configuration.group());
        let mut membership = Membership::new(group);
        log.pieces().for_each(|(first, entries)| _ = membership.appended(first, entries));
        let applied = snapshot.map_or(Index(0), |snapshot| snapshot.last.index);
        membership.forget_through(applied);
        Server {
            id,
            batch: 1,
            noop: false,
            pre_vote: false,
            check_quorum: false,
            writes_first: false,
            rules: Rules::FIGURE_2,
            hard_state,
            role: Role::Follower,
            leader: None,
            // The entries up to the snapshot are committed, and the state machine has them.
            commit_index: applied,
            last_applied: applied,
            begun: None,
            durability: Durability::new(hard_state, log.last_index()),
            log,
            snapshot,
            membership,
            answered: NodeSet::EMPTY,
            transfer: None,
            has_told: false,
            keeps_lease: false,
            reads: None,
            clock: Clock::default(),
            room: DiskSpace::Plenty,
            unwritten: Write::default(),
        }
    }

    #[inline(always)]
    pub(super) fn receive(&mut self, message: &Message, out: &mut Vec<Output>) {
        let Message { from, term, ref body, .. } = *message;
        if term > self.current_term() {
            if body.is_about_next_term() {
                return self.receive_about_next_term(message, out);
            }
            if self.disregards_term(body) {
                // The handler refuses.
            } else if self.room == DiskSpace::Nothing {
                // The node cannot store the new term, so it must not act in it.
                return out
                    .place(Output::Note(Note::WriteForgone { need: RequiredWrite::Term(term) }));
            } else {
                self.adopt_term(term, from, body.kind(), out);
            }
        }
        let stale = term < self.current_term();
        match *body {
            Body::RequestVote { last_log, transfer } => {
                self.on_request_vote(from, term, (last_log, transfer), out)
            }
            Body::PreVote { last_log } => self.on_pre_vote(from, term, last_log, out),
            Body::InstallSnapshot { .. } if stale => self.refuse_stale_snapshot(from, out),
            Body::InstallSnapshot { snapshot } => self.on_install_snapshot(from, snapshot, out),
            Body::AppendEntries { prev_log, .. } if stale => {
                self.refuse_stale_leader(from, prev_log, out)
            }
            Body::AppendEntries { prev_log, ref entries, leader_commit, round } => {
                self.on_append_entries(from, prev_log, (entries, round), leader_commit, out);
                self.ask_again(from, out);
            }
            // A reply from an earlier term says nothing about this one.
            _ if stale => self.ignore(Ignored::EarlierTerm, out),
            Body::RequestVoteReply { granted } => self.on_request_vote_reply(from, granted, out),
            Body::PreVoteReply { granted } => self.on_late_pre_vote_reply(granted, out),
            Body::TimeoutNow {} => self.on_timeout_now(from, out),
            Body::Other { .. } => {}
            // A follower that takes a snapshot answers no round: reads wait for others.
            Body::InstallSnapshotReply { match_index: Index(0) } => {
                self.is_answered(from, Round(0), out)
            }
            Body::InstallSnapshotReply { match_index } => {
                self.on_accepted(from, match_index, Round(0), out)
            }
            Body::AppendEntriesAccepted { match_index, round } => {
                self.on_accepted(from, match_index, round, out)
            }
            Body::AppendEntriesRefused { prev_log_index, hint, round } => {
                self.on_refused(from, prev_log_index, (hint, round), out);
            }
            Body::ReadIndex { ticket } => self.on_read_index(from, ticket, out),
            Body::ReadIndexReply { ticket, index } => self.on_read_index_reply(ticket, index, out),
        }
    }

    /// "If RPC request or response contains term T > currentTerm: set currentTerm = T, convert to
    /// follower" (§5.1).
    #[cold]
    pub(super) fn adopt_term(
        &mut self,
        term: Term,
        from: NodeId,
        kind: MessageKind,
        out: &mut Vec<Output>,
    ) {
        let was_term = self.current_term();
        self.set_hard_state(HardState { current_term: term, voted_for: None });
        self.leader = None;
        self.become_follower(was_term, RoleChange::LaterTerm { from, kind }, out);
    }

    /// Becomes a follower in the current term. The election timer of a candidate or follower runs
    /// on: only a granted vote or an AppendEntries of the current leader resets it. A leader has
    /// none and starts one.
    pub(super) fn become_follower(
        &mut self,
        was_term: Term,
        why: RoleChange,
        out: &mut Vec<Output>,
    ) {
        if self.is_leader() {
            self.end_transfer(transfer_end(&why), out);
            out.place(Output::CancelTimer(Timer::Heartbeat));
            out.place(Output::SetTimer(Timer::Election));
        }
        self.set_role(Role::Follower, was_term, why, out);
    }

    /// Changes the role, the term having been set, and says what the node was before.
    pub(super) fn set_role(
        &mut self,
        role: Role,
        was_term: Term,
        why: RoleChange,
        out: &mut Vec<Output>,
    ) {
        let was = self.role_name();
        if let Role::Candidate { votes_granted } = self.role
            && !matches!(why, RoleChange::Elected | RoleChange::LeaderKnown { .. })
        {
            let votes = votes_granted.len() as u32;
            out.place(Output::Note(Note::ElectionLost { term: was_term, votes }));
        }
        self.role = role;
        self.reads = None;
        self.has_told = false;
        let (role, term) = (self.role_name(), self.current_term());
        out.place(Output::Note(Note::RoleChanged { role, term, was, was_term, why }));
    }

    /// Says that the message which came changes nothing.
    pub(super) fn ignore(&self, why: Ignored, out: &mut Vec<Output>) {
        out.place(Output::Ignored(why));
    }

    pub(super) fn written(&mut self, ticket: Ticket, out: &mut Vec<Output>) {
        let durable_before = self.durability.last_index;
        if let Some(written) = self.durability.written(ticket) {
            self.snapshot_written(written, out);
        }
        match self.role {
            Role::Candidate { .. } => self.count_own_vote(out),
            Role::Leader { .. } => {
                self.advance_commit(out);
                self.send_written(durable_before, out);
            }
            Role::Follower | Role::PreCandidate { .. } => {}
        }
    }

    /// Without room for entries, a leader steps down and a candidate gives up its candidacy:
    /// neither could append what clients propose.
    pub(super) fn set_disk_space(&mut self, room: DiskSpace, out: &mut Vec<Output>) {
        self.room = room;
        if room != DiskSpace::Plenty && !matches!(self.role, Role::Follower) {
            self.leader = None;
            self.become_follower(self.current_term(), RoleChange::DiskFull, out);
        }
    }

    pub(super) fn propose(&mut self, ticket: Ticket, payload: Payload, out: &mut Vec<Output>) {
        if !self.is_leader() || self.transfer.is_some() {
            return out.place(Output::Refused { ticket, leader: self.leader });
        }
        self.accept(ticket, payload, out);
    }

    /// Appends what was proposed, and sends it.
    pub(super) fn accept(&mut self, ticket: Ticket, payload: Payload, out: &mut Vec<Output>) {
        out.place(Output::Accepted { ticket, index: self.log.last_index().next() });
        self.append_as_leader(payload, out);
        self.write(out);
        if self.last_to_send() == self.log.last_index() {
            self.broadcast(out);
        }
    }

    // The persistent state changes only through the following functions, so that every
    // change reaches the disk.

    pub(super) fn set_hard_state(&mut self, hard_state: HardState) {
        self.hard_state = hard_state;
        self.unwritten.hard_state = Some(hard_state);
    }

    pub(super) fn append(&mut self, entries: Entries, out: &mut Vec<Output>) {
        let first = self.log.last_index().next();
        self.log.append(&entries);
        let changed = self.membership.appended(first, &entries);
        if changed {
            self.update_peers(out);
        }
        out.extend((first.0..).zip(entries.iter()).map(|(index, &entry)| {
            Output::Note(Note::EntryAppended { index: Index(index), entry })
        }));
        if changed {
            self.note_group(out);
        }
        debug_assert!(self.unwritten.append.is_empty(), "a step appends once");
        self.unwritten.append = entries;
    }

    pub(super) fn truncate_from(&mut self, from: Index, out: &mut Vec<Output>) {
        self.log.truncate_from(from);
        let changed = self.membership.truncated(from);
        self.durability.truncated(from, self.rules.durable_after_truncation);
        self.unwritten.truncate_from = Some(from);
        out.place(Output::Note(Note::LogTruncated { from }));
        if changed {
            self.note_group(out);
        }
    }

    /// Says which group the node uses from now on.
    pub(super) fn note_group(&self, out: &mut Vec<Output>) {
        let configuration = Configuration::of(*self.membership.group());
        let index = self.membership.latest();
        out.place(Output::Note(Note::ConfigurationChanged { configuration, index }));
    }

    /// Writes that the log ends before this index, whatever is in memory.
    pub(super) fn write_deletion(&mut self, from: Index, out: &mut Vec<Output>) {
        self.unwritten.truncate_from = Some(from);
        self.write(out);
    }

    /// Outputs the changes of this step as one write, if there are any.
    #[inline]
    pub(super) fn write(&mut self, out: &mut Vec<Output>) {
        if !self.unwritten.is_empty() {
            self.issue_write(out);
        }
    }

    fn issue_write(&mut self, out: &mut Vec<Output>) {
        let ticket = self.durability.issued(&self.unwritten, self.log.last_index());
        out.place(Output::Write { ticket, write: std::mem::take(&mut self.unwritten) });
    }

    /// Appends an entry of the leader's own term.
    pub(super) fn append_as_leader(&mut self, payload: Payload, out: &mut Vec<Output>) {
        let entry = Entry { term: self.current_term(), payload };
        self.append(Entries::one(entry), out);
    }

    #[inline]
    pub(super) fn send(&self, to: NodeId, body: Body, out: &mut Vec<Output>) {
        self.send_about(self.current_term(), to, body, out);
    }

    /// Sends a message about a term that has not begun, which promises nothing.
    pub(super) fn send_about(&self, term: Term, to: NodeId, body: Body, out: &mut Vec<Output>) {
        let message = Message { from: self.id, to, term, body };
        out.place(Output::Send { message, after: None });
    }

    /// Sends a message that promises durability: it leaves only when this step's changes and all
    /// writes before them are on the disk.
    #[inline]
    pub(super) fn send_when_written(&mut self, to: NodeId, body: Body, out: &mut Vec<Output>) {
        self.write(out);
        let message = Message { from: self.id, to, term: self.current_term(), body };
        out.place(Output::Send { message, after: self.durability.latest() });
    }

    /// All other members of the cluster, voting or not.
    pub(super) fn peers(&self) -> NodeSet {
        self.group().members().difference(NodeSet::one(self.id))
    }

    /// The other nodes that have a vote.
    pub(super) fn other_voters(&self) -> NodeSet {
        self.group().electorate().difference(NodeSet::one(self.id))
    }

    /// The current members of the cluster.
    pub(super) fn group(&self) -> &Group {
        (self.rules.group_in_use)(&self.membership, self.commit_index)
    }

    /// The group has changed: a leader starts sending entries to new members, and stops sending
    /// them to those that were removed.
    pub(super) fn update_peers(&mut self, out: &mut Vec<Output>) {
        let (peers, row) = (self.peers(), Progress::new(self.log.last_index()));
        let Role::Leader { progress } = &mut self.role else { return };
        for left in progress.nodes().difference(peers).iter() {
            progress.remove(left);
        }
        for new in peers.difference(progress.nodes()).iter() {
            progress.insert(new, row);
            out.place(Output::Progress(new, row));
        }
    }

    pub(super) fn current_term(&self) -> Term {
        self.hard_state.current_term
    }

    pub(super) fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }

    pub(super) fn is_candidate(&self) -> bool {
        matches!(self.role, Role::Candidate { .. })
    }

    pub(super) fn role_name(&self) -> RoleName {
        match self.role {
            Role::Follower => RoleName::Follower,
            Role::PreCandidate { .. } => RoleName::PreCandidate,
            Role::Candidate { .. } => RoleName::Candidate,
            Role::Leader { .. } => RoleName::Leader,
        }
    }

    pub(super) fn report(&self) -> Report {
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

    /// The first [`Invariant`] that does not hold, if any. Those that cost more than a few
    /// comparisons are checked only where debug assertions are on, as in tests.
    #[inline]
    pub(super) fn broken_invariant(&self, before: &Report) -> Option<Invariant> {
        let last_index = self.log.last_index();
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
        } else if cfg!(debug_assertions) && !self.progress_is_sound(last_index) {
            Some(Invariant::ProgressInLog)
        } else {
            None
        }
    }

    fn progress_is_sound(&self, last_index: Index) -> bool {
        let Role::Leader { progress } = &self.role else { return true };
        progress.nodes() == self.peers() && progress.iter().all(|(_, row)| row.is_sound(last_index))
    }
}

/// Why the transfer of a leader is over that becomes follower.
fn transfer_end(why: &RoleChange) -> TransferEnd {
    match why {
        RoleChange::LaterTerm { .. } => TransferEnd::LaterTerm,
        _ => TransferEnd::SteppedDown,
    }
}
