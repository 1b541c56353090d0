//! The configurations in a log, as seen from outside.

use crate::raft::{Configuration, Entry, Group, Index, Log, NodeId, Payload};

/// The configurations of a log, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Configurations {
    /// The configuration before the first entry of the log.
    first: Group,
    later: Vec<(Index, Configuration)>,
}

impl Configurations {
    /// Those of a log that begins under this configuration.
    pub(super) fn new(first: Group, log: &Log) -> Configurations {
        let mut all = Configurations { first, later: Vec::new() };
        for (first, entries) in log.pieces() {
            (first.0..).zip(entries).for_each(|(index, entry)| all.append(Index(index), entry));
        }
        all
    }

    /// The latest configuration: a node uses it, whether it is committed or not.
    pub fn group(&self) -> Group {
        self.later.last().map_or(self.first, |(_, latest)| latest.group())
    }

    /// The index of its entry; none if no entry of the log set it.
    pub fn index(&self) -> Option<Index> {
        self.later.last().map(|(index, _)| *index)
    }

    /// Whether a node may stand for election that knows entries up to this index to be committed:
    /// it is a voter, or may be one still, because its removal is not known to be committed.
    pub fn may_stand(&self, node: NodeId, commit: Index) -> bool {
        let latest = self.later.last().map_or(Index(0), |(index, _)| *index);
        let uncommitted = self.later.iter().filter(|(index, _)| *index > commit);
        let earlier = uncommitted.map(|(index, _)| self.group_at(index.previous()));
        self.group().electorate().contains(node)
            || latest > commit && earlier.into_iter().any(|group| group.electorate().contains(node))
    }

    /// The configuration that the entries up to an index set.
    pub fn group_at(&self, index: Index) -> Group {
        let set = self.later.iter().rev().find(|(at, _)| *at <= index);
        set.map_or(self.first, |(_, configuration)| configuration.group())
    }

    pub(super) fn append(&mut self, index: Index, entry: &Entry) {
        if let Payload::Configuration(configuration) = entry.payload {
            self.later.push((index, configuration));
        }
    }

    pub(super) fn truncate_from(&mut self, from: Index) {
        while self.later.pop_if(|(index, _)| *index >= from).is_some() {}
    }
}
