//! Which configuration a server uses: "a server always uses the latest configuration in its log,
//! regardless of whether the entry is committed" (§6).

use super::group::Group;
use super::types::{Entry, Index, Payload};

/// The current group, and the earlier ones that return if entries are deleted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Membership {
    group: Group,
    /// The index of each configuration in the log, in order, with the group that it replaced.
    replaced: Vec<(Index, Group)>,
}

impl Membership {
    /// The membership of a server whose log has no configuration.
    pub(super) fn new(group: Group) -> Membership {
        Membership { group, replaced: Vec::new() }
    }

    /// The current group.
    pub(super) fn group(&self) -> &Group {
        &self.group
    }

    /// The index of the entry that set the current group, if the log holds it.
    pub(super) fn latest(&self) -> Option<Index> {
        self.replaced.last().map(|(index, _)| *index)
    }

    /// Whether the log holds any configuration.
    pub(super) fn has_changed(&self) -> bool {
        !self.replaced.is_empty()
    }

    /// The groups that could return if no more than this index is committed.
    pub(super) fn may_return(&self, commit_index: Index) -> impl Iterator<Item = &Group> {
        let uncommitted = self.replaced.iter().rev();
        uncommitted.take_while(move |(index, _)| *index > commit_index).map(|(_, group)| group)
    }

    /// The group that the entries up to this index set.
    pub(super) fn group_at(&self, index: Index) -> &Group {
        self.may_return(index).last().unwrap_or(&self.group)
    }

    /// The entries up to this index were discarded.
    pub(super) fn forget_through(&mut self, index: Index) {
        self.replaced.retain(|(at, _)| *at > index);
    }

    /// A snapshot with this group replaces all entries.
    pub(super) fn restart(&mut self, group: Group) {
        *self = Membership::new(group);
    }

    /// Entries were appended, the first at this index. Returns whether one of them is a
    /// configuration.
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

    /// Entries were deleted from this index on. Returns whether that restored an earlier group.
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
    use crate::raft::nodes::NodeSet;
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
