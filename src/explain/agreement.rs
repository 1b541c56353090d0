//! Why live nodes agree or do not; why messages, writes or logs keep a cluster from being quiet.

use crate::raft::{Index, Log, NodeId};
use crate::sim::{Host, InFlight};

use super::case::Case;
use super::claim::{Claim, ReachClaim, ReplicationClaim, StateClaim};
use super::{entry, numbers, reach};

/// The first index at which two logs have entries of different terms, or only one has an entry. Of
/// what a log has discarded, the end is known alone.
pub(super) fn first_difference(left: &Log, right: &Log) -> Option<Index> {
    let same = left.same_through(right);
    let differ = same < left.last_index().max(right.last_index());
    differ.then(|| same.next().max(left.base().index).max(right.base().index))
}

/// Why all live members have the same log and commit index, or why not.
pub(super) fn agree(case: &Case<'_>) -> Vec<Claim> {
    let world = case.world();
    let members = world.live_members();
    let live: Vec<&Host> = members.iter().map(|node| world.host(node)).collect();
    // Compared with the leader, if there is one: the others have to become like it.
    let leader = world.leader();
    let first = live.iter().find(|host| Some(host.id) == leader).or(live.first());
    let Some(first) = first else {
        return vec![Claim::new(ReachClaim::NodesUp { nodes: world.live() }, [])];
    };
    let mut claims = Vec::new();
    for host in live.iter().filter(|host| host.id != first.id) {
        claims.extend(differ(case, first, host));
    }
    if claims.is_empty() {
        let (last, commit) =
            (first.log().last(), first.report().map(|it| it.commit).unwrap_or_default());
        let kind = ReplicationClaim::AllAgree { nodes: members, last, commit };
        claims.push(Claim::new(kind, []));
    }
    claims
}

fn differ(case: &Case<'_>, first: &Host, host: &Host) -> Vec<Claim> {
    let (one, other) = (first.log(), host.log());
    let (left, right) = (first.id, host.id);
    let leads = case.world().leader() == Some(left);
    if let Some(index) = first_difference(&one, &other) {
        let terms = (one.term_at(index), other.term_at(index));
        let kind = ReplicationClaim::LogsDiffer { left, right, index, terms };
        let mut claims = vec![Claim::new(kind, [])];
        match one.position(index).filter(|_| index <= one.last_index()) {
            Some(entry) if leads => claims.extend(entry::copy_missing(case, left, right, entry)),
            _ => claims.extend(reach::between(case, left, right)),
        }
        return claims;
    }
    let commit = |host: &Host| host.report().map(|it| it.commit).unwrap_or_default();
    if commit(first) == commit(host) {
        return Vec::new();
    }
    let commits = (commit(first), commit(host));
    let mut claims = vec![Claim::new(ReplicationClaim::CommitsDiffer { left, right, commits }, [])];
    claims.extend(commit_wait(case, right).into_iter().take(2));
    claims
}

fn commit_wait(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    entry::commit_stays(case, node, None)
}

/// Why a cluster is quiet or not: messages in flight, unfinished writes, logs that differ.
pub(super) fn quiet(case: &Case<'_>) -> Vec<Claim> {
    let world = case.world();
    let mut claims = numbers::messages(case, |one: &InFlight| !one.heartbeat);
    for host in world.hosts().filter(|host| host.disk.unfinished() > 0) {
        let count = host.disk.unfinished() as u32;
        claims.push(Claim::new(StateClaim::UnfinishedWrites { node: host.id, count }, []));
        claims.extend(reach::disk(case, host.id));
    }
    claims.extend(agree(case).into_iter().filter(|claim| {
        !matches!(
            &claim.kind,
            crate::explain::ClaimKind::Replication(ReplicationClaim::CommitsDiffer { .. })
        )
    }));
    claims
}
