//! Who has a vote, as the checker sees it. What a majority is stands here a second time, and apart
//! from the protocol's own counting in [`crate::raft::group`], so that both must be wrong in the
//! same way before a mistake goes unnoticed.

use crate::raft::{Entry, Group, Index, NodeSet, Payload};

/// The sets of voters of which each has to agree: one, or two while one takes over from the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::check) struct Electorate {
    present: NodeSet,
    /// None unless it is being left.
    former: Option<NodeSet>,
}

impl Electorate {
    pub(super) fn new(group: &Group) -> Electorate {
        Electorate {
            present: group.voters,
            former: Some(group.outgoing).filter(|voters| !voters.is_empty()),
        }
    }

    /// Whether these nodes decide: in each set more are among them than are not.
    pub(in crate::check) fn decides(&self, yes: NodeSet) -> bool {
        let carried = |set: NodeSet| set.intersection(yes).len() > set.difference(yes).len();
        carried(self.present) && self.former.is_none_or(carried)
    }

    /// Everybody who has a vote.
    pub(in crate::check) fn voters(&self) -> NodeSet {
        self.former.map_or(self.present, |former| former.union(self.present))
    }
}

/// The electorate that an entry brings about, if it brings one about.
pub(super) fn brought_by(entry: Entry) -> Option<Electorate> {
    match entry.payload {
        Payload::Configuration(configuration) => Some(Electorate::new(&configuration.group())),
        Payload::Noop | Payload::Command(_) => None,
    }
}

/// The electorates of a log: the one that counted before it, and each that an entry brought about.
#[derive(Clone, Debug)]
pub(super) struct Electorates {
    first: Electorate,
    later: Vec<(Index, Electorate)>,
}

impl Electorates {
    pub(super) fn new(first: Electorate) -> Electorates {
        Electorates { first, later: Vec::new() }
    }

    /// The one that counts for whoever has this log: the latest.
    pub(super) fn latest(&self) -> &Electorate {
        self.later.last().map_or(&self.first, |(_, latest)| latest)
    }

    pub(super) fn append(&mut self, index: Index, entry: Entry) {
        self.later.extend(brought_by(entry).map(|electorate| (index, electorate)));
    }

    /// Keeps what entries up to this index have brought about.
    pub(super) fn keep_through(&mut self, last: Index) {
        self.later.retain(|(index, _)| *index <= last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::{Configuration, NodeId};

    fn set(bits: u32) -> NodeSet {
        NodeId::first(5).filter(|node| bits >> node.position() & 1 == 1).collect()
    }

    /// Of all groups of up to five voters, former ones included, and all that may say yes.
    #[test]
    fn both_ways_of_counting_agree() {
        for (present, former) in
            (1..32).flat_map(|present| (0..32).map(move |former| (present, former)))
        {
            let group =
                Group { voters: set(present), outgoing: set(former), learners: NodeSet::EMPTY };
            let electorate = Electorate::new(&group);
            for yes in (0..32).map(set) {
                assert_eq!(electorate.decides(yes), group.has_quorum(yes), "{yes} of {group:?}");
            }
        }
    }

    #[test]
    fn half_decides_nothing_and_one_more_does() {
        // Voters, former voters, yes.
        for (present, former, yes, decides) in [
            (0b00001, 0, 0b00001, true),
            (0b00011, 0, 0b00001, false),
            (0b00111, 0, 0b00101, true),
            (0b01111, 0, 0b00011, false),
            (0b11111, 0, 0b10011, true),
            (0b00111, 0b11100, 0b00111, false),
            (0b00111, 0b11100, 0b01101, true),
        ] {
            let group =
                Group { voters: set(present), outgoing: set(former), learners: set(0b10000) };
            assert_eq!(Electorate::new(&group).decides(set(yes)), decides, "{yes:b} of {group:?}");
        }
    }

    #[test]
    fn the_latest_counts_until_it_is_dropped() {
        let of = |count| Group::of(NodeSet::first(count));
        let mut electorates = Electorates::new(Electorate::new(&of(3)));
        for (index, count) in [(2, 4), (5, 5)] {
            let payload = Payload::Configuration(Configuration::of(of(count)));
            electorates.append(Index(index), Entry { payload, ..Entry::default() });
            electorates.append(Index(index + 1), Entry::default());
        }
        for (last, count) in [(6, 5), (5, 5), (4, 4), (2, 4), (1, 3)] {
            electorates.keep_through(Index(last));
            assert_eq!(electorates.latest().voters(), NodeSet::first(count), "up to {last}");
        }
    }
}
