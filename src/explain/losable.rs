//! What could be lost: which least sets of nodes, killed now, could lose an entry.
//!
//! # What that means
//!
//! A set of nodes *could lose* an entry if, after these nodes crash at this very moment, there is a
//! continuation in which a node without the entry is elected, so that another entry may be
//! committed in its place. In that continuation no further node crashes and no disk loses anything;
//! everything else may happen. Nodes that are down, the killed ones included, may start from their
//! disks. Paused nodes may resume, links may be cut and healed, disks that are cut or full may work
//! again, clients may send requests, messages may be late or dropped, and timers may fire at any
//! time. A crash leaves of unsynced writes the least that the setting `crash-tail` allows.
//!
//! Killing a node that has the entry on its disk takes nothing away: the node comes back with the
//! entry. A kill matters because it loses what is not synced. The empty set could lose an entry
//! that too few nodes have: a majority may elect somebody else while all of them run.
//!
//! # How it is decided
//!
//! By the rules of voting (§5.4.1) alone. A node X without the entry can be elected if a majority
//! has logs that are not more up-to-date than its own. Logs change on the way, and so for each node
//! all logs are considered that it can have once some of the AppendEntries in flight have reached
//! it. Nodes without the entry get more entries only from leaders without it: if X leads a term, or
//! still can, because votes for it are under way, then it may append entries of that term. So it
//! becomes more up-to-date than all logs that end in that term or an earlier one.
//!
//! That is exact as long as leaders send each follower all that it is missing at once. Otherwise
//! the log of a follower may for a while be shorter than both what it had and what it gets, and
//! that is taken into account for all logs longer than `batch`.
//!
//! None of this holds for nodes that break the rules: what the sets say is then only what the rules
//! would allow ([`Loss::is_sure`]).

mod standing;

use crate::raft::{NodeId, NodeSet, Position};
use crate::sim::World;

use super::case::Case;
use standing::{Standing, Standings, up_to_date};

/// In clusters of up to this many nodes, all sets of nodes are tried.
pub const EXHAUSTIVE: usize = 9;

/// The most sets that are told of a larger cluster.
const SAMPLES: usize = 8;

/// Which nodes could lose an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loss {
    /// The ways to lose it, each by another least set of nodes, the smallest set first.
    pub ways: Vec<WayToLose>,
    /// Whether there may be others.
    pub sampled: bool,
    /// Whether all nodes have kept the rules so far and do so now, so that nothing else can lose
    /// the entry. No if a flaw is on or a property was violated.
    pub is_sure: bool,
}

/// How an entry could be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WayToLose {
    /// The nodes that are killed now; empty if none need be.
    pub killed: NodeSet,
    /// A node without the entry that could be elected then.
    pub elected: NodeId,
    /// The nodes that could elect it, itself included: a majority.
    pub voters: NodeSet,
}

/// Which least sets of nodes could lose an entry if they were killed now.
pub fn losable(case: &Case<'_>, entry: Position) -> Loss {
    let world = case.world();
    let standings = Standings::new(case, entry);
    let exhaustive = world.cluster_size() <= EXHAUSTIVE;
    let ways = match exhaustive {
        true => all(world, &standings),
        false => some(world, &standings),
    };
    let nodes = world.nodes();
    let flaw = nodes.iter().any(|node| !world.settings_of(node).raft.flaws.is_empty());
    let broken = !world.violations().is_empty() || world.judging_ended().is_some();
    let sampled = !exhaustive || standings.is_cut_short;
    Loss { ways, sampled, is_sure: !flaw && !broken }
}

/// The nodes that can be killed.
fn running(world: &World) -> Vec<NodeId> {
    world.hosts().filter(|host| host.is_running()).map(|host| host.id).collect()
}

/// All least sets, by size.
fn all(world: &World, standings: &Standings) -> Vec<WayToLose> {
    let running = running(world);
    let mut sets: Vec<NodeSet> = (0u32..1 << running.len())
        .map(|bits| {
            let chosen = running.iter().enumerate().filter(|(nth, _)| bits >> nth & 1 == 1);
            chosen.map(|(_, node)| *node).collect()
        })
        .collect();
    sets.sort_by_key(|set: &NodeSet| set.len());
    let mut found: Vec<WayToLose> = Vec::new();
    for set in sets {
        if found.iter().all(|less| !less.killed.difference(set).is_empty()) {
            found.extend(standings.way(set));
        }
    }
    found
}

/// Some least sets: for each node that could be elected, the nodes that must be killed for that.
fn some(world: &World, standings: &Standings) -> Vec<WayToLose> {
    if let Some(way) = standings.way(NodeSet::EMPTY) {
        return vec![way];
    }
    let running = running(world);
    let everybody: NodeSet = running.iter().copied().collect();
    let mut found: Vec<NodeSet> = Vec::new();
    for candidate in world.nodes().iter() {
        // All but the candidate, or all: then one after the other is spared, if it need not die.
        let mut others = everybody;
        others.remove(candidate);
        let starts = [others, everybody].into_iter();
        let Some(mut set) =
            starts.clone().find(|set| standings.electorate(candidate, *set).is_some())
        else {
            continue;
        };
        for node in running.iter().copied() {
            let mut less = set;
            if less.remove(node) && standings.electorate(candidate, less).is_some() {
                set = less;
            }
        }
        if !found.contains(&set) {
            found.push(set);
        }
    }
    found.sort_by_key(|set| set.len());
    let is_least = |set: &&NodeSet| {
        !found.iter().any(|less| less != *set && less.difference(**set).is_empty())
    };
    found.iter().filter(is_least).filter_map(|set| standings.way(*set)).take(SAMPLES).collect()
}

impl Standings {
    /// How the entry could be lost once these nodes were killed; `None` if it could not.
    fn way(&self, killed: NodeSet) -> Option<WayToLose> {
        let elected = |elected: NodeId| {
            let voters = self.electorate(elected, killed)?;
            Some(WayToLose { killed, elected, voters })
        };
        (0..self.nodes.len()).map(NodeId::at).find_map(elected)
    }

    /// The nodes that can elect this one without the entry, once these nodes were killed; `None` if
    /// they are no majority.
    fn electorate(&self, candidate: NodeId, killed: NodeSet) -> Option<NodeSet> {
        let standing = self.of(candidate, killed)?;
        let best =
            standing.logs.iter().filter(|log| !log.has_entry).map(|log| up_to_date(log.last));
        let best = best.max()?;
        let term = self.may_lead(candidate, killed).filter(|_| !standing.logs[0].has_entry);
        let follows = |voter: &NodeId| {
            let Some(voter) = self.of(*voter, killed) else { return false };
            voter.logs.iter().any(|log| {
                up_to_date(log.last) <= best || term.is_some_and(|term| log.last.term <= term)
            })
        };
        let mut voters: NodeSet =
            (0..self.nodes.len()).map(NodeId::at).filter(|node| follows(node)).collect();
        voters.insert(candidate);
        self.group.has_quorum(voters).then_some(voters)
    }

    /// What is known of a node that was killed, or was not. `None` if it cannot start.
    fn of(&self, node: NodeId, killed: NodeSet) -> Option<&Standing> {
        let (as_it_is, after_crash) = &self.nodes[node.position()];
        if killed.contains(node) { after_crash.as_ref() } else { as_it_is.as_ref() }
    }
}
