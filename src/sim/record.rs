//! What is known of a running node from outside: kept by the world from the node's outputs, and
//! from nothing else. Whoever wants to know something of a node looks here, whatever the node is.

use std::collections::{BTreeMap, VecDeque};

use crate::raft::{
    DiskSpace, Entry, HardState, Index, Input, Log, Node, NodeId, NodeMap, Note, Payload, Progress,
    Report, Ticket, Write,
};

/// A node from its start to its end, and what is known of it.
#[derive(Clone, Debug, Hash)]
pub(super) struct NodeLife {
    /// The protocol: takes inputs, gives outputs.
    pub(super) node: Node,
    pub(super) record: Record,
}

/// What is known of a running node.
#[derive(Clone, Debug)]
pub struct Record {
    /// What it said of itself after its latest step.
    pub report: Report,
    /// The log that it uses.
    pub log: Log,
    /// The last entry of that log of which it was told that it is on its disk.
    pub durable: Index,
    /// While it leads: what it knows of the logs of those that it sends entries to.
    pub progress: NodeMap<Progress>,
    /// What it was told that its disk has room for.
    pub room: DiskSpace,
    /// Writes with entries under way: the last entry of the present log that each will put on the
    /// disk.
    pub(super) unfinished: VecDeque<(Ticket, Index)>,
    /// Entries that were committed here and have been deleted since, as no Raft may do.
    pub(super) replaced: BTreeMap<Index, Entry>,
}

impl Record {
    /// A node that starts from its disk.
    pub(super) fn starting(state: HardState, log: Log) -> Record {
        Record {
            report: Report::starting(state, &log),
            durable: log.last_index(),
            log,
            progress: NodeMap::default(),
            room: DiskSpace::Plenty,
            unfinished: VecDeque::new(),
            replaced: BTreeMap::new(),
        }
    }

    /// The entry that the node committed at an index, whatever stands there now. None beyond its
    /// commit index.
    pub fn committed(&self, index: Index) -> Option<Entry> {
        self.given(index, self.report.commit)
    }

    /// The entry that the node's state machine was given at an index, whatever stands there now.
    pub fn applied(&self, index: Index) -> Option<Entry> {
        self.given(index, self.report.applied)
    }

    fn given(&self, index: Index, through: Index) -> Option<Entry> {
        let replaced = || self.replaced.get(&index).copied().or_else(|| self.log.get(index));
        (index <= through).then(replaced).flatten()
    }

    /// The committed entries that are no longer in the log, in order.
    pub fn replaced(&self) -> impl Iterator<Item = (Index, Entry)> + '_ {
        self.replaced.iter().map(|(&index, &entry)| (index, entry))
    }

    /// The node is given an input.
    #[inline]
    pub(super) fn takes(&mut self, input: &Input) {
        match input {
            Input::Written(ticket) => {
                while let Some((_, last)) =
                    self.unfinished.pop_front_if(|(write, _)| *write <= *ticket)
                {
                    self.durable = self.durable.max(last);
                }
            }
            Input::DiskSpace(room) => self.room = *room,
            Input::Configure(_) | Input::Message(_) | Input::Timeout(_) | Input::Propose { .. } => {
            }
        }
    }

    /// The node hands a write to its disk.
    pub(super) fn writes(&mut self, ticket: Ticket, write: &Write) {
        if !write.append.is_empty() {
            self.unfinished.push_back((ticket, self.log.last_index()));
        }
    }

    /// The node has decided something.
    #[inline]
    pub(super) fn decides(&mut self, note: &Note) {
        match *note {
            Note::EntryAppended { entry, .. } => self.append(entry),
            Note::LogTruncated { from } => self.truncate_from(from),
            Note::RoleChanged { .. } => self.progress.clear(),
            Note::VoteGranted { .. }
            | Note::VoteRefused { .. }
            | Note::AppendRefused { .. }
            | Note::CommitAdvanced { .. }
            | Note::CommitHeld { .. }
            | Note::WriteForgone { .. } => {}
        }
    }

    fn append(&mut self, entry: Entry) {
        self.log.append(&[entry]);
        if let Payload::Configuration(configuration) = entry.payload {
            // Who has left is sent nothing more.
            let left = self.progress.nodes().difference(configuration.group().members());
            left.iter().for_each(|node| self.progress.remove(node));
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
        // What finishes later says nothing of entries that have since been replaced.
        let last = from.previous();
        self.durable = self.durable.min(last);
        self.unfinished.iter_mut().for_each(|(_, through)| *through = last.min(*through));
    }

    /// The node, a leader, tells what it knows of another.
    pub(super) fn knows(&mut self, node: NodeId, row: Progress) {
        self.progress.insert(node, row);
    }
}
