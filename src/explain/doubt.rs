//! Settings under which a leader is impossible or unlikely, in one line of warning.
//!
//! Only what the settings, links and disks say is compared; nothing is tried.

use std::fmt;

use crate::quantity::{self, show_duration};
use crate::raft::{NodeId, NodeSet};
use crate::sim::{Range, Setting, World};

/// Why a leader is impossible or unlikely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Heartbeats come too late to keep followers from campaigning.
    LateHeartbeats {
        /// The leader and the follower, if the settings of single nodes decide.
        nodes: Option<(NodeId, NodeId)>,
        /// The interval of the leader's heartbeats, in microseconds.
        heartbeat_us: u64,
        /// The shortest election timeout of the follower, in microseconds.
        shortest_us: u64,
        /// Whether the timeout may also be longer than the interval.
        may_last: bool,
    },
    /// Votes arrive only after the candidate's election timer has run out again.
    SlowVotes {
        /// The least time until a majority has voted, in microseconds.
        least_us: u64,
        /// The longest election timeout of the candidate, in microseconds.
        longest_us: u64,
    },
    /// Timeouts are not random enough to prevent split votes (§5.2).
    EqualTimeouts(Range),
}

impl Doubt {
    /// The section of the paper that says so.
    pub fn section(&self) -> &'static str {
        match self {
            Doubt::LateHeartbeats { .. } | Doubt::SlowVotes { .. } => "§5.6",
            Doubt::EqualTimeouts(_) => "§5.2",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Doubt::LateHeartbeats { nodes, heartbeat_us, shortest_us, may_last } => {
                let (heartbeat, shortest) =
                    (show_duration(heartbeat_us), show_duration(shortest_us));
                match nodes {
                    Some((leader, follower)) => {
                        let lasts = if may_last { "may not last" } else { "will not last" };
                        write!(
                            f,
                            "{leader} {lasts} as leader: its heartbeats come every {heartbeat}, \
                             but {follower} campaigns after as little as {shortest}"
                        )
                    }
                    None => {
                        let lasts = if may_last { "few leaders will" } else { "no leader will" };
                        write!(
                            f,
                            "{lasts} last: heartbeats come every {heartbeat}, but a follower \
                             campaigns after as little as {shortest}"
                        )
                    }
                }
            }
            Doubt::SlowVotes { least_us, longest_us } => {
                let (least, longest) = (quantity::time(least_us), show_duration(longest_us));
                write!(
                    f,
                    "no election will succeed: the votes of a majority take {least} or more, but \
                     a candidate starts another election after at most {longest}"
                )
            }
            Doubt::EqualTimeouts(range) => write!(
                f,
                "votes are likely to split: all election timeouts are {}, closer to each other \
                 than a message takes (§5.2)",
                Setting::ElectionTimeout(range).value()
            ),
        }
    }
}

/// Why a leader is impossible or unlikely under the settings of this cluster; `None` if they are
/// sound.
pub fn doubt(world: &World) -> Option<Doubt> {
    let campaigners = campaigners(world);
    // Where too few nodes are up, or somebody fires all timers by hand, the settings are not what
    // is wrong.
    if campaigners.is_empty() || !world.can_decide(world.live()) {
        return None;
    }
    late_heartbeats(world, campaigners)
        .or_else(|| slow_votes(world, campaigners))
        .or_else(|| equal_timeouts(world, campaigners))
}

/// The live nodes whose timers fire by themselves: those that begin elections.
fn campaigners(world: &World) -> NodeSet {
    let campaigns = |node: &NodeId| world.settings_of(*node).timers && world.may_stand(*node);
    world.live().iter().filter(campaigns).collect()
}

/// Heartbeats that come too late to keep followers from campaigning.
fn late_heartbeats(world: &World, campaigners: NodeSet) -> Option<Doubt> {
    let heartbeat_us = |leader| world.settings_of(leader).heartbeat_us;
    let timeout = |follower| world.settings_of(follower).election_timeout;
    let pairs = campaigners.iter().flat_map(|leader| {
        let others = campaigners.iter().filter(move |follower| *follower != leader);
        others.map(move |follower| (leader, follower))
    });
    let late =
        |(leader, follower): &(NodeId, NodeId)| heartbeat_us(*leader) >= timeout(*follower).min_us;
    // Of several followers, the one that campaigns first decides.
    let (leader, follower) =
        pairs.filter(late).min_by_key(|(_, follower)| timeout(*follower).min_us)?;
    let differs = |(_, own): (NodeId, Setting)| {
        matches!(own, Setting::Heartbeat(_) | Setting::ElectionTimeout(_))
    };
    Some(Doubt::LateHeartbeats {
        nodes: world.own_settings().any(differs).then_some((leader, follower)),
        heartbeat_us: heartbeat_us(leader),
        shortest_us: timeout(follower).min_us,
        may_last: heartbeat_us(leader) < timeout(follower).max_us,
    })
}

/// Votes that arrive only after the candidate's election timer has run out again.
fn slow_votes(world: &World, campaigners: NodeSet) -> Option<Doubt> {
    let settings = world.settings();
    let longest_us = |candidate| world.settings_of(candidate).election_timeout.max_us;
    let live = world.live();
    let delay_us = |(a, b): (NodeId, NodeId)| world.network().fault(a, b).delay_us;
    let round_trip_us = |(a, b)| 2 * settings.latency.min_us + delay_us((a, b)) + delay_us((b, a));
    let disk_us = |node: NodeId| {
        let usual_us = world.settings_of(node).disk_latency.min_us;
        world.host(node).disk.trouble().slow_us.unwrap_or(usual_us)
    };
    // The candidate writes its own vote before it asks, the voter its vote before it answers.
    let vote_us = |(a, b)| round_trip_us((a, b)) + disk_us(a) + disk_us(b);
    // How long it takes until a majority has voted for a candidate.
    let majority_us = |candidate: NodeId| {
        let cost_us = |voter| match voter == candidate {
            true => disk_us(candidate),
            false => vote_us((candidate, voter)),
        };
        let mut voters: Vec<(u64, NodeId)> =
            live.iter().map(|voter| (cost_us(voter), voter)).collect();
        voters.sort_unstable();
        let mut voted = NodeSet::EMPTY;
        voters.into_iter().find_map(|(us, voter)| {
            voted.insert(voter);
            world.group().has_quorum(voted).then_some(us)
        })
    };
    let elections = campaigners.iter().filter_map(|candidate| {
        majority_us(candidate).map(|least_us| (least_us, longest_us(candidate)))
    });
    let elections: Vec<(u64, u64)> = elections.collect();
    if elections.iter().any(|(least_us, longest_us)| least_us < longest_us) {
        return None;
    }
    let (least_us, longest_us) = elections.into_iter().min()?;
    Some(Doubt::SlowVotes { least_us, longest_us })
}

/// Timeouts that are not random enough to prevent split votes (§5.2).
fn equal_timeouts(world: &World, campaigners: NodeSet) -> Option<Doubt> {
    let timeouts = || campaigners.iter().map(|node| world.settings_of(node).election_timeout);
    let (min_us, max_us) =
        (timeouts().map(|one| one.min_us).min()?, timeouts().map(|one| one.max_us).max()?);
    let is_narrow = max_us - min_us < world.settings().latency.min_us;
    let range = Range { min_us, max_us };
    (campaigners.len() > 1 && is_narrow).then_some(Doubt::EqualTimeouts(range))
}
