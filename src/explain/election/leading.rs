//! Who leads and why, and why a node has the role that it has.

use crate::raft::{NodeId, NodeSet, Note, RoleChange, RoleName, Term};
use crate::sim::{Event, EventKind, Host};

use crate::explain::case::Case;
use crate::explain::claim::{Claim, ElectionClaim, StateClaim};
use crate::explain::{doubt, reach, read};

use super::absent::no_leader;
use super::ballot::{self, candidacy};
use super::{pre_vote, shape};

/// Whether a node that is up leads, and in which term.
fn led_term(host: &Host) -> Option<Term> {
    let report = host.report().filter(|report| report.role == RoleName::Leader)?;
    host.is_up().then_some(report.term)
}

/// That a node leads, who voted for it, and whether a majority still answers.
pub(in crate::explain) fn leads(case: &Case<'_>, node: NodeId, term: Term) -> Vec<Claim> {
    let elected = case.latest(|event| is_elected(event, node, term));
    let votes = elected.map(|elected| ballot::votes(case, node, term, elected)).unwrap_or_default();
    let voters: NodeSet = votes.iter().map(|vote| vote.node).collect();
    let events = elected.into_iter().chain(votes).map(|event| event.id);
    let mut claims = vec![Claim::new(ElectionClaim::Leads { node, term, voters }, events)];
    claims.extend(deaf(case, node, term));
    claims
}

fn is_elected(event: &Event, node: NodeId, term: Term) -> bool {
    let note = EventKind::Note(Note::RoleChanged {
        role: RoleName::Leader,
        term,
        was: RoleName::Candidate,
        was_term: term,
        why: RoleChange::Elected,
    });
    event.node == node && event.kind == note
}

/// That no majority has answered a leader for an election timeout, and what is between them.
fn deaf(case: &Case<'_>, node: NodeId, term: Term) -> Vec<Claim> {
    let Some(contact) = case.world().contact(node).filter(|contact| contact.is_lost) else {
        return Vec::new();
    };
    let (since_us, reached) = (contact.since_us, contact.reached);
    let claim = ElectionClaim::LeaderDeaf { node, term, since_us, reached };
    let silent = case.world().group_of(node).electorate().difference(reached);
    let down = silent.iter().filter_map(|node| reach::not_up(case, node));
    let mut claims = vec![Claim::new(claim, [])];
    claims.extend(down.take(2));
    claims.extend(reach::separations(case, node, silent));
    claims
}

/// Who leads now: every leader that is up, the one of the highest term first, and what keeps the
/// others from hearing of it.
pub(in crate::explain) fn leaders(case: &Case<'_>) -> Vec<Claim> {
    let world = case.world();
    let Some((leader, later)) =
        world.leader().and_then(|leader| Some((leader, led_term(world.host(leader))?)))
    else {
        return no_leader(case);
    };
    let mut claims = leads(case, leader, later);
    claims.extend(read::lease(case, leader));
    for (node, term) in world.hosts().filter_map(|host| Some((host.id, led_term(host)?))) {
        if node != leader {
            let old = ElectionClaim::LeaderOfOldTerm { node, term, leader, later };
            let elected = case.latest(|event| is_elected(event, node, term));
            claims.push(Claim::new(old, elected.map(|event| event.id)));
            claims.extend(reach::between(case, node, leader));
        }
    }
    claims.extend(shape::shapes(case));
    let doubt = doubt::doubt(world);
    claims.extend(doubt.map(|doubt| Claim::new(ElectionClaim::SettingsDoubtful { doubt }, [])));
    claims
}

/// Why a node leads the cluster, or why it does not.
pub(in crate::explain) fn leader_is(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    let world = case.world();
    match world.leader() {
        Some(leader) if leader == node => leaders(case),
        Some(leader) => {
            let term = led_term(world.host(leader)).unwrap_or_default();
            let mut claims = leads(case, leader, term);
            claims.truncate(1);
            claims.extend(role(case, node));
            claims
        }
        None => {
            let mut claims = role(case, node);
            claims.extend(no_leader(case));
            claims
        }
    }
}

/// Why a node has the role that it has.
pub(in crate::explain) fn role(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    let host = case.world().host(node);
    let Some(report) = host.report() else {
        return reach::not_up(case, node).into_iter().collect();
    };
    let term = report.term;
    let changed =
        case.latest(|event| event.node == node && event.kind.attributes().told.role.is_some());
    let mut claims = Vec::new();
    match (report.role, report.leader) {
        (RoleName::Leader, _) if host.is_up() => {
            claims.extend(leads(case, node, term));
            if let Some(later) = case.world().leader().filter(|leader| *leader != node)
                && let Some(later_term) = led_term(case.world().host(later))
            {
                let old =
                    ElectionClaim::LeaderOfOldTerm { node, term, leader: later, later: later_term };
                claims.push(Claim::new(old, []));
                claims.extend(reach::between(case, node, later));
            }
        }
        (RoleName::Leader, _) => claims.extend(changed.map(Claim::event)),
        (RoleName::PreCandidate, _) => {
            claims.extend(changed.map(Claim::event));
            claims.extend(pre_vote::candidacy(case, node));
        }
        (RoleName::Candidate, _) => {
            claims.extend(changed.map(Claim::event));
            claims.extend(candidacy(case, node));
        }
        (RoleName::Follower, Some(leader)) => {
            claims.push(Claim::new(ElectionClaim::Follows { node, leader, term }, []));
            claims.extend(changed.map(Claim::event));
        }
        (RoleName::Follower, None) => {
            claims.extend(changed.map(Claim::event));
            claims.push(Claim::new(ElectionClaim::NoLeaderKnown { node, term }, []));
        }
    }
    claims.extend(reach::not_up(case, node));
    if claims.is_empty() {
        let role = StateClaim::Value { node, field: "role".into(), value: report.role.to_string() };
        claims.push(Claim::new(role, []));
    }
    claims
}
