//! What the world knows of a running node from outside. The world keeps it from the node's inputs
//! and outputs, and from nothing else. All code that asks about a node asks here.

use std::collections::{BTreeMap, VecDeque};

use crate::raft::{
    ChangeStanding, DiskSpace, Entry, Group, HardState, Index, Input, Log, MessageKind, NodeId,
    NodeMap, Note, Payload, Position, Progress, Report, Snapshot, SnapshotWrite, Term, Ticket,
    Write,
};

use super::engine::Machine;
use super::members::Configurations;

/// One life of a node, from its start until it stops, and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct NodeLife {
    /// What runs: it takes inputs, and wants things done.
    pub(super) node: Machine,
    pub(super) record: Record,
}

/// What is known of a running node.
#[derive(Clone, Debug)]
pub struct Record {
    /// What the node reported about itself after its latest step.
    pub report: Report,
    /// The node's log, in memory.
    pub log: Log,
    /// The last entry of that log that the node was told is on its disk.
    pub durable: Index,
    /// If the node leads: its `nextIndex` and `matchIndex` for each node that it sends entries to.
    pub progress: NodeMap<Progress>,
    /// While it leads: when the latest answer of each of them arrived, in microseconds. From its
    /// election on, until one does.
    pub answered_us: NodeMap<u64>,
    /// While it leads: since when it waits for an answer of each of them, in microseconds: when it
    /// sent the first AppendEntries after the latest answer. None if it has sent nothing since.
    pub waiting_us: NodeMap<Option<u64>>,
    /// While it leads: the node to which it hands leadership over.
    pub handing_over: Option<NodeId>,
    /// Its latest snapshot that is on its disk, or that it has installed.
    pub snapshot: Option<Snapshot>,
    /// The last index that its latest snapshot includes, whether that is on its disk or not.
    pub(super) begun_snapshot: Index,
    /// The configurations in its log.
    pub members: Configurations,
    /// What the node was told that its disk has room for.
    pub room: DiskSpace,
    /// Unfinished writes with entries. For each, the last entry of the current log that it will put
    /// on the disk.
    pub(super) unfinished: VecDeque<(Ticket, Index)>,
    /// Entries that were committed or applied here and deleted since. No correct Raft deletes such
    /// an entry.
    pub(super) replaced: BTreeMap<Index, Entry>,
}

impl Record {
    /// The record of a node that starts from its disk.
    pub(super) fn starting(
        state: HardState,
        (log, snapshot): (Log, Option<Snapshot>),
        group: Group,
    ) -> Record {
        let group = snapshot.map_or(group, |snapshot| snapshot.configuration.group());
        Record {
            snapshot,
            begun_snapshot: snapshot.map_or(Index(0), |snapshot| snapshot.last.index),
            members: Configurations::new(group, &log),
            report: Report::starting(state, &log, snapshot),
            durable: log.last_index(),
            log,
            progress: NodeMap::default(),
            answered_us: NodeMap::default(),
            waiting_us: NodeMap::default(),
            handing_over: None,
            room: DiskSpace::Plenty,
            unfinished: VecDeque::new(),
            replaced: BTreeMap::new(),
        }
    }

    /// What decides whether the node, as leader, may begin a change to the members.
    pub fn change_standing(&self) -> ChangeStanding {
        ChangeStanding {
            group: self.members.group(),
            latest: self.members.index().and_then(|index| self.log.position(index)),
            committed: self.log.position(self.report.commit).unwrap_or_default(),
            term: self.report.term,
        }
    }

    /// The entry that the node committed at an index, even if its log now has another one there.
    /// None beyond the commit index.
    pub fn committed(&self, index: Index) -> Option<Entry> {
        self.given(index, self.report.commit)
    }

    /// The entry that the node applied at an index, even if its log now has another one there. None
    /// beyond the applied index.
    pub fn applied(&self, index: Index) -> Option<Entry> {
        self.given(index, self.report.applied)
    }

    fn given(&self, index: Index, through: Index) -> Option<Entry> {
        let replaced = || self.replaced.get(&index).copied().or_else(|| self.log.get(index));
        (index <= through).then(replaced).flatten()
    }

    /// The committed or applied entries that are no longer in the log, in order.
    pub fn replaced(&self) -> impl Iterator<Item = (Index, Entry)> + '_ {
        self.replaced.iter().map(|(&index, &entry)| (index, entry))
    }

    /// Records that the node is given an input.
    #[inline]
    pub(super) fn takes(&mut self, input: &Input, now_us: u64) {
        match input {
            Input::Message(message) => {
                self.is_answered(message.from, message.body.kind(), message.term, now_us)
            }
            Input::Written(ticket) => self.has_written(*ticket),
            Input::DiskSpace(room) => self.room = *room,
            Input::Configure(_)
            | Input::Timeout(_)
            | Input::Propose { .. }
            | Input::Read { .. }
            | Input::Change { .. }
            | Input::Snapshot { .. }
            | Input::Transfer(_) => {}
        }
    }

    /// The node, a leader, sends AppendEntries to another node.
    #[inline]
    pub(super) fn asks(&mut self, node: NodeId, now_us: u64) {
        if let Some(waiting_us @ None) = self.waiting_us.get_mut(node) {
            *waiting_us = Some(now_us);
        }
    }

    #[inline]
    pub(super) fn is_answered(&mut self, from: NodeId, kind: MessageKind, term: Term, now_us: u64) {
        if matches!(kind, MessageKind::AppendEntriesReply | MessageKind::InstallSnapshotReply)
            && term == self.report.term
            && let Some(answered_us) = self.answered_us.get_mut(from)
        {
            *answered_us = now_us;
            self.waiting_us.insert(from, None);
        }
    }

    /// A write and all before it are on the disk.
    pub(super) fn has_written(&mut self, ticket: Ticket) {
        while let Some((_, last)) = self.unfinished.pop_front_if(|(write, _)| *write <= ticket) {
            self.durable = self.durable.max(last);
        }
    }

    /// An engine hands a write to its disk, with the last index that it will put there.
    pub(super) fn hands(&mut self, ticket: Ticket, through: Option<Index>) {
        let last = self.log.last_index();
        self.unfinished.extend(through.map(|through| (ticket, through.min(last))));
    }

    /// Records that the node hands a write to its disk.
    pub(super) fn writes(&mut self, ticket: Ticket, write: &Write) {
        if let Some(SnapshotWrite { snapshot, installed, .. }) = write.snapshot {
            self.begun_snapshot = snapshot.last.index;
            if installed {
                self.unfinished.push_back((ticket, snapshot.last.index));
            }
        }
        if !write.append.is_empty() {
            self.unfinished.push_back((ticket, self.log.last_index()));
        }
    }

    /// Records that the node has decided something.
    #[inline]
    pub(super) fn decides(&mut self, note: &Note) {
        match *note {
            Note::EntryAppended { entry, .. } => self.append(entry),
            Note::LogTruncated { from } => self.truncate_from(from),
            Note::LogCompacted { first } => self.compact(first),
            Note::SnapshotInstalled { index, term, configuration } => {
                self.install(Position { index, term }, configuration);
            }
            Note::RoleChanged { .. } => {
                self.handing_over = None;
                self.progress.clear();
                self.answered_us.clear();
                self.waiting_us.clear();
            }
            Note::TransferEnded { to, .. } => {
                self.handing_over = self.handing_over.filter(|other| *other != to);
            }
            Note::ElectionLost { .. }
            | Note::VoteGranted { .. }
            | Note::VoteRefused { .. }
            | Note::PreVoteGranted { .. }
            | Note::QuorumChecked { .. }
            | Note::PreVoteRefused { .. }
            | Note::ReadDeferred { .. }
            | Note::AppendRefused { .. }
            | Note::ConfigurationChanged { .. }
            | Note::CommitAdvanced { .. }
            | Note::CommitHeld { .. }
            | Note::WriteForgone { .. } => {}
        }
    }

    fn append(&mut self, entry: Entry) {
        self.log.push(entry);
        self.members.append(self.log.last_index(), &entry);
        if let Payload::Configuration(configuration) = entry.payload {
            // A node that left the group is sent nothing more.
            let left = self.progress.nodes().difference(configuration.group().members());
            left.iter().for_each(|node| {
                self.progress.remove(node);
                self.answered_us.remove(node);
                self.waiting_us.remove(node);
            });
        }
    }

    fn truncate_from(&mut self, from: Index) {
        let given = self.report.commit.max(self.report.applied);
        for index in (from.0..=given.0).map(Index) {
            if let Some(entry) = self.log.get(index) {
                self.replaced.entry(index).or_insert(entry);
            }
        }
        self.log.truncate_from(from);
        self.members.truncate_from(from);
        // A write that finishes later does not make the entries durable that have replaced its own.
        let last = from.previous();
        self.durable = self.durable.min(last);
        self.unfinished.iter_mut().for_each(|(_, through)| *through = last.min(*through));
    }

    /// Records what the node, a leader, knows of another node's log.
    pub(super) fn knows(&mut self, node: NodeId, row: Progress, now_us: u64) {
        if self.answered_us.get(node).is_none() {
            self.answered_us.insert(node, now_us);
            self.waiting_us.insert(node, None);
        }
        self.progress.insert(node, row);
    }
}
