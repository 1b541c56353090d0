//! The life of an entry: appended, synced, sent, accepted, committed, applied, deleted, lost.

use std::collections::BTreeSet;

use crate::raft::{Entry, Index, MAX_NODES, MessageSummary, Note};
use crate::sim::{Event, EventId, EventKind, MessageId, Passage, Stage};

/// Follows an entry, from before the first node has it, event by event.
pub(super) struct Follower<F> {
    /// Whether an entry at an index is the one that is followed.
    is_it: F,
    /// Its index, once a node has appended it.
    index: Option<Index>,
    /// By node position.
    nodes: Vec<Copy>,
    /// The messages in flight that carry it, or answer one that does.
    messages: BTreeSet<MessageId>,
    /// The deliveries of messages that carry it, whose answers may still wait for a disk.
    delivered: BTreeSet<EventId>,
}

/// What a node has of the entry.
#[derive(Clone, Default)]
struct Copy {
    /// Its log has the entry.
    in_log: bool,
    /// Its disk has the entry, or reports so.
    on_disk: bool,
    /// The causes of the unfinished writes that hold the entry.
    writes: Vec<EventId>,
    /// Its latest start.
    started: Option<EventId>,
    /// Its commit index is not below the entry's.
    commits: bool,
}

impl<F: Fn(Index, Entry) -> bool> Follower<F> {
    pub(super) fn new(is_it: F) -> Follower<F> {
        Follower {
            is_it,
            index: None,
            nodes: vec![Copy::default(); usize::from(MAX_NODES)],
            messages: BTreeSet::new(),
            delivered: BTreeSet::new(),
        }
    }

    /// Takes note of the next event; whether it belongs to the entry's life.
    pub(super) fn follow(&mut self, event: &Event) -> bool {
        if let EventKind::Note(Note::EntryAppended { index, entry }) = event.kind {
            return self.appended(event, index, entry);
        }
        if let EventKind::EntryApplied { index, entry, .. } = event.kind {
            return (self.is_it)(index, entry);
        }
        let Some(index) = self.index else { return false };
        if let Some(passage) = event.kind.attributes().message() {
            return self.travels(event, index, passage);
        }
        if let EventKind::MessageDuplicated { message, copy } = event.kind {
            return self.messages.contains(&message) && self.messages.insert(copy);
        }
        if let EventKind::MessageIgnored { .. } | EventKind::Note(Note::AppendRefused { .. }) =
            event.kind
        {
            return event.cause().is_some_and(|cause| self.delivered.contains(&cause));
        }
        self.nodes[event.node.position()].changes(event, index)
    }

    fn appended(&mut self, event: &Event, index: Index, entry: Entry) -> bool {
        let copy = &mut self.nodes[event.node.position()];
        if !(self.is_it)(index, entry) {
            return false;
        }
        self.index = Some(index);
        copy.in_log = true;
        copy.writes.extend(event.cause());
        true
    }

    /// A message is sent, delivered or dropped.
    fn travels(&mut self, event: &Event, index: Index, passage: Passage) -> bool {
        let Passage { message, stage, said, .. } = passage;
        if stage == Stage::Sent {
            let belongs = match said {
                MessageSummary::AppendEntries { prev_log, entries, .. } => {
                    prev_log.index < index
                        && index <= prev_log.index.plus(entries)
                        && self.nodes[event.node.position()].in_log
                }
                MessageSummary::AppendEntriesAccepted { .. }
                | MessageSummary::AppendEntriesRefused { .. } => {
                    event.cause().is_some_and(|cause| self.delivered.contains(&cause))
                }
                MessageSummary::RequestVote { .. }
                | MessageSummary::RequestVoteReply { .. }
                | MessageSummary::PreVote { .. }
                | MessageSummary::PreVoteReply { .. }
                | MessageSummary::ReadIndex { .. }
                | MessageSummary::ReadIndexReply { .. }
                | MessageSummary::InstallSnapshot { .. }
                | MessageSummary::InstallSnapshotReply { .. }
                | MessageSummary::TimeoutNow {}
                | MessageSummary::Other { .. } => false,
            };
            if belongs {
                self.messages.insert(message);
            }
            return belongs;
        }
        let belongs = self.messages.remove(&message);
        if belongs && stage == Stage::Delivered {
            self.delivered.insert(event.id);
        }
        belongs
    }
}

impl Copy {
    /// Whether an event at the node changes what it has of the entry, or whether it is committed.
    fn changes(&mut self, event: &Event, index: Index) -> bool {
        if let EventKind::EntriesSynced { kept, through } = event.kind {
            return self.is_synced(event, kept < index, index <= through);
        }
        if let EventKind::Note(Note::LogTruncated { from }) = event.kind {
            return from <= index && std::mem::take(&mut self.in_log);
        }
        if let EventKind::Note(Note::CommitAdvanced { commit }) = event.kind {
            let committed = self.in_log && index <= commit && !self.commits;
            self.commits = index <= commit;
            return committed;
        }
        if let EventKind::NodeKilled | EventKind::NodeHalted { .. } = event.kind {
            self.writes.clear();
            self.commits = false;
            return self.in_log && !self.on_disk;
        }
        if let EventKind::NodeRestarted { last, .. } = event.kind {
            self.started = Some(event.id);
            self.commits = false;
            let lost = last < index;
            self.on_disk &= !lost;
            return lost && std::mem::take(&mut self.in_log);
        }
        false
    }

    /// A write has finished that changed the entry's place on the disk (`reaches`), and left an
    /// entry there (`filled`).
    fn is_synced(&mut self, event: &Event, reaches: bool, filled: bool) -> bool {
        let cause = event.cause();
        let held = self.writes.iter().position(|write| Some(*write) == cause);
        if let Some(held) = held {
            self.writes.drain(..=held);
        }
        if !reaches {
            return false;
        }
        // A node that starts takes its log from its disk.
        let started = cause.is_some() && cause == self.started && self.in_log;
        let was_on_disk =
            std::mem::replace(&mut self.on_disk, filled && (held.is_some() || started));
        self.on_disk || was_on_disk
    }
}
