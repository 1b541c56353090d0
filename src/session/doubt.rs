//! Settings under which a leader is impossible or unlikely, in one line of warning.
//!
//! Only what the settings, links and disks say is compared; nothing is tried.

use crate::quantity::{self, show_duration};
use crate::raft::{NodeId, NodeSet};
use crate::sim::{Setting, Settings, World};

/// Why a leader is impossible or unlikely under the settings of this cluster; `None` if they are
/// sound.
pub(super) fn doubt(world: &World) -> Option<String> {
    let settings = world.settings();
    // Where too few nodes are up, the settings are not what is wrong.
    if !settings.timers || !world.group().has_quorum(world.live()) {
        return None;
    }
    if world.cluster_size() == 1 {
        return slow_votes(world);
    }
    late_heartbeats(settings).or_else(|| slow_votes(world)).or_else(|| equal_timeouts(settings))
}

/// Heartbeats that come too late to keep followers from campaigning.
fn late_heartbeats(settings: &Settings) -> Option<String> {
    let (heartbeat_us, timeout) = (settings.heartbeat_us, settings.election_timeout);
    let (heartbeat, shortest) = (show_duration(heartbeat_us), show_duration(timeout.min_us));
    let lasts = if heartbeat_us >= timeout.max_us { "no leader will" } else { "few leaders will" };
    (heartbeat_us >= timeout.min_us).then(|| {
        format!(
            "{lasts} last: heartbeats come every {heartbeat}, but a follower campaigns after \
             as little as {shortest}"
        )
    })
}

/// Votes that arrive only after the candidate's election timer has run out again.
fn slow_votes(world: &World) -> Option<String> {
    let settings = world.settings();
    let longest_us = settings.election_timeout.max_us;
    let live = world.live();
    let delay_us = |(a, b): (NodeId, NodeId)| world.network().fault(a, b).delay_us;
    let round_trip_us = |(a, b)| 2 * settings.latency.min_us + delay_us((a, b)) + delay_us((b, a));
    let disk_us = |node: NodeId| {
        world.host(node).disk.trouble().slow_us.unwrap_or(settings.disk_latency.min_us)
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
    let mut least_us = u64::MAX;
    for us in live.iter().filter_map(majority_us) {
        if us < longest_us {
            return None;
        }
        least_us = least_us.min(us);
    }
    let least = quantity::time(least_us);
    let longest = show_duration(longest_us);
    Some(format!(
        "no election will succeed: the votes of a majority take {least} or more, but a candidate \
         starts another election after at most {longest}"
    ))
}

/// Timeouts that are not random enough to prevent split votes (§5.2).
fn equal_timeouts(settings: &Settings) -> Option<String> {
    let timeout = settings.election_timeout;
    let width_us = timeout.max_us - timeout.min_us;
    (width_us < settings.latency.min_us).then(|| {
        format!(
            "votes are likely to split: all election timeouts are {}, closer to each other than a \
             message takes (§5.2)",
            Setting::ElectionTimeout(timeout).value()
        )
    })
}
