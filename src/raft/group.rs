//! Who belongs to the cluster, and what a majority of it is (§5.2; while it changes, §6).
//!
//! Nobody else in this folder counts nodes. A group is a value and everything here is a pure
//! function of it; which group a server goes by at the moment is a matter of
//! `membership`.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::nodes::{MAX_NODES, NodeId, NodeSet};
use crate::seq::digest;

/// The nodes of a cluster, by what they are to each other.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Group {
    /// Those who vote, and whose disks count.
    pub voters: NodeSet,
    /// While one set of voters takes over from another: those who voted before. Both sets have to
    /// agree then, each by a majority of its own (joint consensus, §6). Empty at any other time.
    pub outgoing: NodeSet,
    /// Those who are sent entries, and neither vote nor count.
    pub learners: NodeSet,
}

impl Group {
    /// A group of voters.
    pub fn of(voters: NodeSet) -> Group {
        Group { voters, ..Group::default() }
    }

    /// Everybody who is sent entries.
    pub fn members(&self) -> NodeSet {
        self.electorate().union(self.learners)
    }

    /// Everybody who has a vote.
    pub fn electorate(&self) -> NodeSet {
        self.voters.union(self.outgoing)
    }

    /// Whether these nodes are enough to decide something: a majority of the voters, and one of
    /// the outgoing voters as long as there are any. Who has no vote does not count. A group
    /// without voters decides nothing.
    pub fn has_quorum(&self, nodes: NodeSet) -> bool {
        let majority_of = |voters: NodeSet| nodes.intersection(voters).len() > voters.len() / 2;
        majority_of(self.voters) && (self.outgoing.is_empty() || majority_of(self.outgoing))
    }

    /// The highest index up to which enough nodes to decide hold the log, by what each of them
    /// holds; the lowest there is for a group without voters.
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
    // In rising order, the one in the middle is held by all from there on: by a majority. Of an
    // even number it is the lower one of the two.
    let Some(middle) = indices.len().checked_sub(1).map(|last| last / 2) else {
        return I::default();
    };
    *indices.select_nth_unstable(middle).1
}

/// A group as an entry carries it: four bytes, the same for equal groups.
///
/// Entries are copied all the time and a group is large, so every group that any entry ever carried
/// is kept once, for all worlds. Nobody can see in which order: a configuration is compared,
/// digested and written as the group that it stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Configuration(u32);

/// All groups that any entry ever carried.
struct Known {
    groups: Vec<Group>,
    /// Where each is, by its digest.
    places: BTreeMap<u64, u32>,
}

static KNOWN: Mutex<Known> = Mutex::new(Known { groups: Vec::new(), places: BTreeMap::new() });

impl Configuration {
    /// This group, for an entry.
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

    /// The group that the entry carries.
    pub fn group(self) -> Group {
        known().groups[self.0 as usize]
    }

    /// One number for it, the same in every run: a disk holds that.
    pub fn digest(self) -> u64 {
        digest(&self.group())
    }

    /// The configuration of this digest, if any entry ever carried it.
    pub fn of_digest(digest: u64) -> Option<Configuration> {
        known().places.get(&digest).copied().map(Configuration)
    }
}

fn known() -> MutexGuard<'static, Known> {
    // Whoever panicked over it left it whole: a digest comes with its group.
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
        Group { voters: set(voters), outgoing: set(outgoing), learners: set(learners) }
    }

    #[test]
    fn a_quorum_is_a_majority_of_each_set_of_voters() {
        // Voters, outgoing voters, learners; who says yes; whether that is enough.
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
        // Voters, outgoing voters; what n1, n2, … hold; what is agreed.
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

    /// Over all ways in which five nodes can hold up to three entries, in groups of every form:
    /// those who hold what is agreed are a quorum, and those who hold one entry more are none.
    #[test]
    fn both_questions_have_one_answer() {
        let groups = [
            group(&[1, 2, 3, 4, 5], &[], &[]),
            group(&[1, 2, 3, 4], &[], &[5]),
            group(&[1, 2, 3], &[3, 4, 5], &[]),
            group(&[1, 2], &[1, 2, 3, 4, 5], &[]),
            group(&[4], &[5], &[1]),
        ];
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
