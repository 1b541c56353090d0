//! The electorate: the nodes that have a vote, as the checker sees it. Its definition of a majority
//! is separate from the protocol's own in [`crate::raft::group`], so a mistake goes unnoticed only
//! if both are wrong in the same way.

use crate::raft::{Group, Index, NodeId, NodeSet};

/// The sets of voters of which each must agree: one, or two during joint consensus (§6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::check) struct Electorate {
    present: NodeSet,
    /// The outgoing voters; None outside joint consensus.
    former: Option<NodeSet>,
}

impl Electorate {
    /// Of a node that has no configuration.
    pub(super) const NOBODY: Electorate = Electorate { present: NodeSet::EMPTY, former: None };

    pub(super) fn new(group: &Group) -> Electorate {
        Electorate {
            present: group.voters,
            former: Some(group.outgoing).filter(|voters| !voters.is_empty()),
        }
    }

    /// Whether these nodes decide: they are more than half of each set of voters.
    pub(in crate::check) fn decides(&self, yes: NodeSet) -> bool {
        let carried = |set: NodeSet| {
            let no = set.difference(yes);
            // Mostly all agree, which is known without counting.
            (no.is_empty() && !set.is_empty()) || set.intersection(yes).len() > no.len()
        };
        carried(self.present) && self.former.is_none_or(carried)
    }

    /// The voters; the incoming ones while there are outgoing voters.
    pub(in crate::check) fn present(&self) -> NodeSet {
        self.present
    }

    /// The outgoing voters, if there are any.
    pub(in crate::check) fn former(&self) -> Option<NodeSet> {
        self.former
    }

    /// All nodes that have a vote, in either set.
    pub(in crate::check) fn voters(&self) -> NodeSet {
        self.former.map_or(self.present, |former| former.union(self.present))
    }
}

/// The electorates of a log: the one before its first configuration, and one for each
/// configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Electorates {
    first: Electorate,
    later: Vec<(Index, Electorate)>,
}

impl Electorates {
    pub(super) fn new(first: Electorate) -> Electorates {
        Electorates { first, later: Vec::new() }
    }

    /// The electorate of a node with this log: that of the latest configuration, committed or not.
    pub(super) fn latest(&self) -> &Electorate {
        self.later.last().map_or(&self.first, |(_, latest)| latest)
    }

    /// The index of the latest configuration; 0 if no entry of the log set it.
    pub(super) fn latest_index(&self) -> Index {
        self.later.last().map_or(Index(0), |(index, _)| *index)
    }

    /// Whether a node has a vote by the latest configuration, or by an earlier one that counts
    /// again if no more than the entries up to this index turn out to be committed.
    pub(super) fn may_vote(&self, node: NodeId, commit: Index) -> bool {
        let settled = self.later.iter().rposition(|(index, _)| *index <= commit);
        let settled = settled.map_or(&self.first, |at| &self.later[at].1);
        let open = self.later.iter().filter(|(index, _)| *index > commit);
        let mut all = std::iter::once(settled).chain(open.map(|(_, electorate)| electorate));
        all.any(|electorate| electorate.voters().contains(node))
    }

    /// The entry at this index sets an electorate.
    pub(super) fn append(&mut self, index: Index, electorate: Electorate) {
        self.later.push((index, electorate));
    }

    /// The entries up to this index are gone, and this was the electorate then.
    pub(super) fn begin_at(&mut self, index: Index, electorate: Electorate) {
        self.first = electorate;
        self.later.retain(|(at, _)| *at > index);
    }

    /// Keeps the electorates that entries up to this index have set.
    pub(super) fn keep_through(&mut self, last: Index) {
        self.later.retain(|(index, _)| *index <= last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(bits: u32) -> NodeSet {
        NodeId::first(5).filter(|node| bits >> node.position() & 1 == 1).collect()
    }

    /// Checks all groups of up to five voters, with and without outgoing voters, and all sets that
    /// agree.
    #[test]
    fn both_ways_of_counting_agree() {
        for (present, former) in
            (1..32).flat_map(|present| (0..32).map(move |former| (present, former)))
        {
            let group = Group { voters: set(present), outgoing: set(former), ..Group::default() };
            let electorate = Electorate::new(&group);
            for yes in (0..32).map(set) {
                assert_eq!(electorate.decides(yes), group.has_quorum(yes), "{yes} of {group:?}");
            }
        }
    }

    #[test]
    fn half_decides_nothing_and_one_more_does() {
        // Voters, outgoing voters, nodes that agree, whether they decide.
        for (present, former, yes, decides) in [
            (0b00001, 0, 0b00001, true),
            (0b00011, 0, 0b00001, false),
            (0b00111, 0, 0b00101, true),
            (0b01111, 0, 0b00011, false),
            (0b11111, 0, 0b10011, true),
            (0b00111, 0b11100, 0b00111, false),
            (0b00111, 0b11100, 0b01101, true),
        ] {
            let group = Group {
                voters: set(present),
                outgoing: set(former),
                learners: set(0b10000),
                stays: false,
            };
            assert_eq!(Electorate::new(&group).decides(set(yes)), decides, "{yes:b} of {group:?}");
        }
    }

    #[test]
    fn the_latest_counts_until_it_is_dropped() {
        let of = |count| Group::of(NodeSet::first(count));
        let mut electorates = Electorates::new(Electorate::new(&of(3)));
        for (index, count) in [(2, 4), (5, 5)] {
            electorates.append(Index(index), Electorate::new(&of(count)));
        }
        for (last, count) in [(6, 5), (5, 5), (4, 4), (2, 4), (1, 3)] {
            electorates.keep_through(Index(last));
            assert_eq!(electorates.latest().voters(), NodeSet::first(count), "up to {last}");
        }
    }
}
