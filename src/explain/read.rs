//! What a read that is no entry of the log waits for, and whether a leader holds a lease.

use super::case::Case;
use super::claim::{Claim, ReadClaim};
use super::reach;
use crate::raft::{NodeId, Note};
use crate::sim::{EventKind, OpId, ReadKind, ReadWait};

/// What a pending read waits for; nothing if it is none that waits so.
pub(super) fn waits(case: &Case<'_>, op: OpId) -> Vec<Claim> {
    let world = case.world();
    let Some((node, wait)) = world.read_wait(op) else { return Vec::new() };
    let mut claims = Vec::new();
    match wait {
        ReadWait::Apply(index) => {
            let applied = world.host(node).report().map(|report| report.applied);
            let applied = applied.unwrap_or_default();
            let confirmed = case.latest(
                |event| matches!(event.kind, EventKind::ReadConfirmed { op: of, .. } if of == op),
            );
            let kind = ReadClaim::ReadNeedsApply { node, index, applied };
            claims.push(Claim::new(kind, confirmed.map(|event| event.id)));
        }
        ReadWait::Leader(leader) => {
            claims.push(Claim::new(ReadClaim::ReadNeedsLeader { node, leader }, []));
            claims.extend(reach::not_up(case, leader));
            let leads = world.host(leader).report().is_some_and(|it| it.leader == Some(leader));
            if leads && world.host(leader).is_up() {
                claims.extend(confirmation(case, leader));
            }
        }
        ReadWait::OwnEntry(_) | ReadWait::Majority => claims.extend(confirmation(case, node)),
    }
    claims
}

/// What a leader waits for before it confirms a read.
fn confirmation(case: &Case<'_>, leader: NodeId) -> Vec<Claim> {
    let world = case.world();
    let Some(record) = world.host(leader).record() else { return Vec::new() };
    let term = record.report.term;
    if record.log.term_at(record.report.commit) != Some(term) {
        let deferred = case.latest(|event| {
            event.node == leader && matches!(event.kind, EventKind::Note(Note::ReadDeferred { .. }))
        });
        let kind = ReadClaim::ReadNeedsOwnEntry { leader, term };
        return vec![Claim::new(kind, deferred.map(|event| event.id))];
    }
    let contact = world.contact(leader);
    let needs = contact.map(|contact| {
        let (reached, is_lost) = (contact.reached, contact.is_lost);
        Claim::new(ReadClaim::ReadNeedsMajority { leader, reached, is_lost }, [])
    });
    needs.into_iter().chain(lease(case, leader)).collect()
}

/// Whether a leader holds a lease, if clients read so.
pub(super) fn lease(case: &Case<'_>, leader: NodeId) -> Option<Claim> {
    let world = case.world();
    if let Some(ends_us) = world.lease_ends_us(leader) {
        return Some(Claim::new(ReadClaim::Lease { leader, ends_us }, []));
    }
    if world.settings().reads != ReadKind::Lease {
        return None;
    }
    let ended = case.latest(|event| {
        event.node == leader
            && matches!(
                event.kind,
                EventKind::TransferStarted { .. } | EventKind::Note(Note::RoleChanged { .. })
            )
    });
    let transfer = ended.filter(|event| matches!(event.kind, EventKind::TransferStarted { .. }));
    let kind = ReadClaim::NoLease { leader, hands_over: transfer.is_some() };
    Some(Claim::new(kind, transfer.map(|event| event.id)))
}
