//! The members of the cluster, and what a majority of them is (§5.2; during a membership change,
//! §6).
//!
//! No other file in this folder counts nodes. A group is a value, and its methods are pure
//! functions; `membership` says which group a server uses at the moment.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::nodes::{MAX_NODES, NodeId, NodeSet};
use crate::seq::digest;

/// The nodes of a cluster, by their part in elections and commitment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Group {
    /// The nodes that vote, and whose disks count for commitment.
    pub voters: NodeSet,
    /// While one set of voters replaces another, the earlier voters: every decision then needs a
    /// majority of each of the two sets (joint consensus, §6). Empty at any other time.
    pub outgoing: NodeSet,
    /// The nodes that are sent entries, but neither vote nor count for commitment.
    pub learners: NodeSet,
    /// Whether a joint group stays until somebody ends it. Otherwise the leader ends it as soon as
    /// it is committed. False for any other group.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stays: bool,
}

/// A group without outgoing voters has the hash of its members.
impl Hash for Group {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Group { voters, outgoing, learners, stays } = self;
        (voters, outgoing, learners).hash(state);
        if *stays {
            stays.hash(state);
        }
    }
}

impl Group {
    /// A group of these voters, without learners.
    pub fn of(voters: NodeSet) -> Group {
        Group { voters, ..Group::default() }
    }

    /// All nodes that are sent entries.
    pub fn members(&self) -> NodeSet {
        self.electorate().union(self.learners)
    }

    /// Whether one set of voters is replacing another (joint consensus, §6).
    pub fn is_joint(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// All nodes that have a vote.
    pub fn electorate(&self) -> NodeSet {
        self.voters.union(self.outgoing)
    }

    /// Whether these nodes are a quorum: a majority of the voters and, if there are outgoing
    /// voters, also a majority of those. Nodes without a vote do not count. A group without voters
    /// has no quorum.
    pub fn has_quorum(&self, nodes: NodeSet) -> bool {
        let majority_of = |voters: NodeSet| nodes.intersection(voters).len() > voters.len() / 2;
        majority_of(self.voters) && (self.outgoing.is_empty() || majority_of(self.outgoing))
    }

    /// The least number of nodes that are a quorum. A node that is in both sets of voters counts in
    /// both majorities.
    pub fn quorum_size(&self) -> usize {
        let majority_of = |voters: NodeSet| voters.len() / 2 + 1;
        if self.outgoing.is_empty() {
            return majority_of(self.voters);
        }
        let (incoming, outgoing) = (majority_of(self.voters), majority_of(self.outgoing));
        let in_both = self.voters.intersection(self.outgoing).len();
        incoming + outgoing - in_both.min(incoming).min(outgoing)
    }

    /// The highest index up to which a quorum holds the log, given the index up to which each node
    /// holds it; the lowest index for a group without voters.
    pub fn agreed_index<I: Copy + Ord + Default>(&self, held: impl Fn(NodeId) -> I) -> I {
        let agreed = held_by_majority(self.voters, &held);
        if self.outgoing.is_empty() {
            agreed
        } else {
            agreed.min(held_by_majority(self.outgoing, &held))
        }
    }
}

/// The highest index up to which a majority of these voters hold the log.
fn held_by_majority<I: Copy + Ord + Default>(voters: NodeSet, held: impl Fn(NodeId) -> I) -> I {
    let mut indices = [I::default(); MAX_NODES as usize];
    for (slot, voter) in indices.iter_mut().zip(voters.iter()) {
        *slot = held(voter);
    }
    let indices = &mut indices[..voters.len()];
    // In ascending order, the voters from the middle one on hold at least its index, and they are
    // a majority. With an even number of voters, the middle one is the lower of the two.
    let Some(middle) = indices.len().checked_sub(1).map(|last| last / 2) else {
        return I::default();
    };
    *indices.select_nth_unstable(middle).1
}

/// A group as an entry carries it: four bytes, the same for equal groups.
///
/// Entries are copied all the time and a group is large, so every group that any entry ever
/// carried is kept once, for all worlds. The order of that table cannot be observed: a
/// configuration is compared, digested and serialized as its group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Configuration(u32);

/// All groups that any entry ever carried.
struct Known {
    groups: Vec<Group>,
    /// The position of each group, by its digest.
    places: BTreeMap<u64, u32>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known { groups: Vec::new(), places: BTreeMap::new() });

impl Configuration {
    /// The configuration of this group.
    pub fn of(group: Group) -> Configuration {
        let mut known = known();
        let digest = digest(&group);
        let place = known.places.get(&digest).copied().unwrap_or(known.groups.len() as u32);
        if known.groups.len() == place as usize {
            known.groups.push(group);
            known.places.insert(digest, place);
        }
        Configuration(place)
    }

    /// The group of this configuration.
    pub fn group(self) -> Group {
        known().groups[self.0 as usize]
    }

    /// The group's digest. It is the same in every run, so a disk stores it.
    pub fn digest(self) -> u64 {
        digest(&self.group())
    }

    /// The configuration with this digest, if any entry ever carried it.
    pub fn of_digest(digest: u64) -> Option<Configuration> {
        known().places.get(&digest).copied().map(Configuration)
    }
}

fn known() -> MutexGuard<'static, Known> {
    // If a thread panicked while it held the lock, the table is still consistent: a digest is
    // added after its group.
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Configuration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.group().fmt(f)
    }
}

impl Hash for Configuration {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.group().hash(state);
    }
}

impl Serialize for Configuration {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.group().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Configuration {
    fn deserialize<D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Configuration, D::Error> {
        Group::deserialize(deserializer).map(Configuration::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(numbers: &[u64]) -> NodeSet {
        numbers.iter().map(|&number| NodeId::new(number).unwrap()).collect()
    }

    /// A group of voters, outgoing voters, and learners.
    fn group(voters: &[u64], outgoing: &[u64], learners: &[u64]) -> Group {
        Group {
            voters: set(voters),
            outgoing: set(outgoing),
            learners: set(learners),
            stays: false,
        }
    }

    #[test]
    fn a_quorum_is_a_majority_of_each_set_of_voters() {
        // Voters, outgoing voters, learners; the nodes that agree; whether they are a quorum.
        type Row = (&'static [u64], &'static [u64], &'static [u64], &'static [u64], bool);
        let rows: &[Row] = &[
            (&[], &[], &[], &[1, 2, 3], false),
            (&[1], &[], &[], &[], false),
            (&[1], &[], &[], &[1], true),
            (&[1], &[], &[], &[2], false),
            (&[1, 2], &[], &[], &[1], false),
            (&[1, 2], &[], &[], &[1, 2], true),
            (&[1, 2, 3], &[], &[], &[3], false),
            (&[1, 2, 3], &[], &[], &[1, 3], true),
            (&[2, 4, 6, 8], &[], &[], &[2, 8], false),
            (&[2, 4, 6, 8], &[], &[], &[2, 6, 8], true),
            (&[1, 2, 3], &[], &[4, 5], &[1, 4, 5], false),
            (&[1, 2, 3], &[3, 4, 5], &[], &[1, 2], false),
            (&[1, 2, 3], &[3, 4, 5], &[], &[4, 5], false),
            (&[1, 2, 3], &[3, 4, 5], &[], &[3, 4], false),
            (&[1, 2, 3], &[3, 4, 5], &[], &[1, 3, 4], true),
            (&[1, 2, 3], &[3, 4, 5], &[], &[1, 2, 4, 5], true),
            (&[1, 2, 3], &[1, 2, 3], &[], &[2, 3], true),
            (&[1], &[2, 3], &[], &[1, 2], false),
            (&[1], &[2, 3], &[], &[1, 2, 3], true),
            (&[1, 2, 101], &[], &[], &[2, 101], true),
        ];
        for &(voters, outgoing, learners, yes, enough) in rows {
            let group = group(voters, outgoing, learners);
            assert_eq!(group.has_quorum(set(yes)), enough, "{yes:?} of {group:?}");
        }
    }

    #[test]
    fn what_is_agreed_is_held_by_a_quorum() {
        // Voters, outgoing voters; the index up to which n1, n2, … hold the log; the agreed index.
        type Row = (&'static [u64], &'static [u64], &'static [u32], u32);
        let rows: &[Row] = &[
            (&[], &[], &[9, 9], 0),
            (&[1], &[], &[7], 7),
            (&[2], &[], &[7, 3], 3),
            (&[1, 2], &[], &[7, 3], 3),
            (&[1, 2, 3], &[], &[7, 3, 5], 5),
            (&[1, 2, 3], &[], &[7, 0, 0], 0),
            (&[1, 2, 3, 4], &[], &[9, 8, 2, 1], 2),
            (&[1, 2, 3, 4, 5], &[], &[1, 5, 4, 2, 3], 3),
            (&[1, 2, 3], &[], &[4, 4, 2, 9, 9], 4),
            (&[1, 2, 3], &[4, 5], &[9, 9, 0, 8, 6], 6),
            (&[1, 2, 3], &[4, 5], &[2, 3, 4, 8, 6], 3),
            (&[1, 2], &[2, 3], &[5, 4, 1], 1),
        ];
        for &(voters, outgoing, held, agreed) in rows {
            let group = group(voters, outgoing, &[]);
            assert_eq!(
                group.agreed_index(|node| held[node.position()]),
                agreed,
                "{held:?} of {group:?}"
            );
        }
    }

    /// Several kinds of group, of five nodes.
    fn groups() -> [Group; 5] {
        [
            group(&[1, 2, 3, 4, 5], &[], &[]),
            group(&[1, 2, 3, 4], &[], &[5]),
            group(&[1, 2, 3], &[3, 4, 5], &[]),
            group(&[1, 2], &[1, 2, 3, 4, 5], &[]),
            group(&[4], &[5], &[1]),
        ]
    }

    /// Some set of nodes of this size is a quorum, and no smaller one.
    #[test]
    fn the_least_quorum_is_one() {
        for group in groups() {
            let sets = (0..32_u32).map(|bits| -> NodeSet {
                NodeId::first(5).filter(|node| bits >> node.position() & 1 == 1).collect()
            });
            let least = sets.filter(|set| group.has_quorum(*set)).map(NodeSet::len).min();
            assert_eq!(Some(group.quorum_size()), least, "{group:?}");
        }
    }

    /// For all ways in which five nodes can hold up to three entries, and for several kinds of
    /// group: the nodes that hold the agreed index are a quorum, and those that hold one entry
    /// more are not.
    #[test]
    fn both_questions_have_one_answer() {
        let groups = groups();
        for (group, way) in
            groups.iter().flat_map(|group| (0..1024_u32).map(move |way| (group, way)))
        {
            let held = |node: NodeId| way >> (2 * node.position()) & 3;
            let holders = |index| NodeId::first(5).filter(|&node| held(node) >= index).collect();
            let agreed = group.agreed_index(held);
            assert!(group.has_quorum(holders(agreed)), "{group:?} {way:b}");
            assert!(!group.has_quorum(holders(agreed + 1)), "{group:?} {way:b}");
        }
    }

    #[test]
    fn equal_groups_are_one_configuration() {
        let groups = [group(&[1, 2], &[], &[]), group(&[1], &[2], &[]), group(&[1], &[], &[2])];
        let configurations = groups.map(Configuration::of);
        assert_eq!(groups.map(Configuration::of), configurations);
        assert_eq!(configurations.map(Configuration::group), groups);
        let found =
            configurations.map(|configuration| Configuration::of_digest(configuration.digest()));
        assert_eq!(found, configurations.map(Some));
        assert!(configurations[0] != configurations[1] && configurations[1] != configurations[2]);
    }
}
