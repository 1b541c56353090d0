//! What a node is, since when, and what it waits for.

use crate::explain::case::Case;
use crate::explain::claim::{Claim, LifeClaim, StateClaim};
use crate::explain::{election, entry, reach, read};
use crate::raft::{NodeId, RoleName};
use crate::sim::HostState;

use super::LINES;

/// What a node is, since when, and what it waits for.
pub(in crate::explain) fn life(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    let host = case.world().host(node);
    let mut claims = election::role(case, node);
    if host.state == HostState::Up {
        claims.extend(reach::life_event(case, node).map(Claim::event));
    }
    claims.truncate(LINES / 2);
    let state = host.hard_state();
    claims.push(Claim::new(
        LifeClaim::NodeState {
            node,
            term: state.current_term,
            vote: state.voted_for,
            last: host.log().last(),
            commit: host.report().map(|report| report.commit),
        },
        [],
    ));
    claims.extend(waits(case, node));
    let mut seen: Vec<Claim> = Vec::new();
    for claim in claims {
        if !seen.contains(&claim) {
            seen.push(claim);
        }
    }
    seen.truncate(LINES);
    seen
}

/// What a node waits for.
fn waits(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    let world = case.world();
    let host = world.host(node);
    let mut claims: Vec<Claim> = reach::disk(case, node).into_iter().collect();
    let unfinished = host.disk.unfinished() as u32;
    if unfinished > 0 {
        let kind = StateClaim::UnfinishedWrites { node, count: unfinished };
        claims.push(Claim::new(kind, []));
    }
    let unsent = host.unsent().count() as u64;
    if unsent > 0 {
        claims.push(Claim::new(LifeClaim::Unsent { node, count: unsent }, []));
    }
    let Some(report) = host.report().filter(|_| host.is_up()) else { return claims };
    match (report.role, world.leader()) {
        (RoleName::Leader, _) => {
            claims.extend(read::lease(case, node));
            claims.extend(entry::commit_stays(case, node, None));
        }
        (RoleName::Follower, Some(leader)) => {
            let last = world.host(leader).log().last();
            let known = world.host(leader).report().map(|report| report.commit);
            let missing = match last.index.0 {
                0 => Vec::new(),
                _ => entry::copy_missing_if(case, leader, node, last),
            };
            let is_behind = !missing.is_empty() || known > Some(report.commit);
            claims.extend(missing);
            if known > Some(report.commit) {
                claims.extend(entry::commit_stays(case, node, None).into_iter().take(1));
            }
            if !is_behind && last.index.0 > 0 {
                claims.push(Claim::new(LifeClaim::UpToDate { node, leader, last }, []));
            }
        }
        (RoleName::Follower | RoleName::PreCandidate | RoleName::Candidate, _) => {}
    }
    if let (RoleName::Follower, Some(due_us)) = (report.role, host.election_due_us()) {
        claims.push(Claim::new(LifeClaim::ElectionTimer { node, due_us }, []));
    }
    claims
}
