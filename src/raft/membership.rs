//! Which group a server goes by: "a server always uses the latest configuration in its log,
//! regardless of whether the entry is committed" (§6).

use super::group::Group;
use super::nodes::NodeSet;
use super::types::{Entry, Index, Payload};

/// The group that counts now, and those that come back if entries are deleted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Membership {
    group: Group,
    /// Where the log holds a configuration, in order, and the group that it replaced.
    replaced: Vec<(Index, Group)>,
}

impl Membership {
    /// That of a server whose log says nothing of it.
    pub(super) fn new(group: Group) -> Membership {
        Membership { group, replaced: Vec::new() }
    }

    /// The group that counts now.
    pub(super) fn group(&self) -> &Group {
        &self.group
    }

    /// Everybody who is sent entries.
    pub(super) fn members(&self) -> NodeSet {
        self.group.members()
    }

    /// Entries join the log, the first at this index; true if another group counts from here on.
    pub(super) fn appended(&mut self, first: Index, entries: &[Entry]) -> bool {
        let before = self.replaced.len();
        for (index, entry) in (first.0..).map(Index).zip(entries) {
            if let Payload::Configuration(configuration) = entry.payload {
                let replaced = std::mem::replace(&mut self.group, configuration.group());
                self.replaced.push((index, replaced));
            }
        }
        self.replaced.len() > before
    }

    /// Entries leave the log, from this index on; true if an earlier group counts again.
    pub(super) fn truncated(&mut self, from: Index) -> bool {
        let before = self.replaced.len();
        while let Some((_, group)) = self.replaced.pop_if(|(index, _)| *index >= from) {
            self.group = group;
        }
        self.replaced.len() < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::group::Configuration;
    use crate::raft::types::Term;

    #[test]
    fn what_is_deleted_counts_no_more() {
        let of = |count| Group::of(NodeSet::first(count));
        let entry = |payload| Entry { term: Term(1), payload };
        let change = |count| entry(Payload::Configuration(Configuration::of(of(count))));
        let mut membership = Membership::new(of(3));
        assert!(
            !membership.appended(Index(1), &[entry(Payload::Noop), entry(Payload::Command(1))])
        );
        assert!(membership.appended(Index(3), &[change(4), entry(Payload::Noop), change(5)]));
        for (from, count, changes) in [(6, 5, false), (5, 4, true), (4, 4, false), (1, 3, true)] {
            assert_eq!(membership.truncated(Index(from)), changes, "from {from} on");
            assert_eq!(*membership.group(), of(count), "from {from} on");
        }
    }
}
