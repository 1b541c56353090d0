//! Why there is no leader.

use crate::explain::case::Case;
use crate::explain::claim::{Claim, ElectionClaim, ReachClaim};
use crate::explain::doubt;
use crate::explain::reach;
use crate::raft::{Index, NodeId, NodeSet, Note, RoleName, Term};
use crate::sim::{Event, EventKind, World};

use super::ballot::{self, Ballot};
use super::shape;

/// How many elections are looked at.
const ELECTIONS: usize = 8;

/// The most claims about several nodes of one kind.
const EACH: usize = 3;

/// Why there is no leader: too few nodes are up, or reach each other; or none of these can win, or
/// campaigns; or what happened in the latest elections.
pub(in crate::explain) fn no_leader(case: &Case<'_>) -> Vec<Claim> {
    let world = case.world();
    let (group, voters) = (world.group(), world.group().electorate());
    let up = world.live().intersection(voters);
    let mut claims = Vec::new();
    if !group.has_quorum(up) {
        let few = ElectionClaim::NoQuorumUp {
            up,
            needed: reach::needed(world),
            voters: voters.len() as u32,
        };
        claims.push(Claim::new(few, []));
        claims.extend(voters.difference(up).iter().filter_map(|node| reach::not_up(case, node)));
        return claims;
    }
    let connected: NodeSet =
        up.iter().filter(|node| group.has_quorum(reach::reached(world, *node))).collect();
    if connected.is_empty() {
        claims.extend(unconnected(case, up));
        return claims;
    }
    let electable: NodeSet =
        connected.iter().filter(|node| group.has_quorum(supporters(world, *node))).collect();
    if electable.is_empty() {
        claims.extend(nobody_electable(case, connected));
        claims.extend(latest_election(case));
        return claims;
    }
    claims.extend(last_leader(case));
    claims.extend(idle(case, up, electable));
    claims.extend(shape::shapes(case));
    claims.extend(
        doubt::doubt(world).map(|doubt| Claim::new(ElectionClaim::SettingsDoubtful { doubt }, [])),
    );
    claims.extend(latest_election(case));
    for node in up.difference(electable).iter().filter(|node| connected.contains(*node)).take(1) {
        claims.extend(not_electable(case, node));
    }
    claims.extend(electable.iter().filter_map(|node| reach::disk(case, node)).take(EACH));
    claims.push(Claim::new(ElectionClaim::Electable { nodes: electable }, []));
    claims.extend(voters.difference(up).iter().filter_map(|node| reach::not_up(case, node)));
    claims
}

/// The voters in reach whose logs are not more up-to-date than the node's, itself included.
fn supporters(world: &World, node: NodeId) -> NodeSet {
    let own = up_to_date(world, node);
    reach::reached(world, node).iter().filter(|voter| up_to_date(world, *voter) <= own).collect()
}

fn unconnected(case: &Case<'_>, up: NodeSet) -> Vec<Claim> {
    let world = case.world();
    let best =
        up.iter().max_by_key(|node| (reach::reached(world, *node).len(), u8::MAX - node.number()));
    let Some(center) = best else { return Vec::new() };
    let reached = reach::reached(world, center);
    let claim = ElectionClaim::NoQuorumConnected { center, reached, needed: reach::needed(world) };
    let mut claims = vec![Claim::new(claim, [])];
    claims.extend(reach::separations(case, center, up.difference(reached)));
    let voters = world.group().electorate();
    claims.extend(voters.difference(up).iter().filter_map(|node| reach::not_up(case, node)));
    claims
}

fn nobody_electable(case: &Case<'_>, connected: NodeSet) -> Vec<Claim> {
    let mut claims = Vec::new();
    if let Some(node) = connected.single() {
        let last = case.world().host(node).log().last();
        claims.push(Claim::new(ElectionClaim::Constrained { node, last }, []));
    }
    claims.extend(connected.iter().take(EACH).filter_map(|node| not_electable(case, node)));
    // The nodes with later logs would win, if they reached a majority.
    let voters = case.world().live().intersection(case.world().group().electorate());
    for node in voters.difference(connected).iter().take(EACH) {
        let away = voters.difference(reach::reached(case.world(), node));
        claims.extend(reach::separations(case, node, away));
    }
    claims
}

/// That a node should be refused, because of its log.
fn not_electable(case: &Case<'_>, node: NodeId) -> Option<Claim> {
    let world = case.world();
    let own = up_to_date(world, node);
    let blockers: NodeSet = reach::reached(world, node)
        .iter()
        .filter(|voter| up_to_date(world, *voter) > own)
        .collect();
    let longest = blockers.iter().max_by_key(|voter| up_to_date(world, *voter))?;
    let (last, longest) = (world.host(node).log().last(), world.host(longest).log().last());
    Some(Claim::new(ElectionClaim::NotElectable { node, last, blockers, longest }, []))
}

/// Which node led last, and what became of it.
fn last_leader(case: &Case<'_>) -> Vec<Claim> {
    let led = |event: &Event| {
        matches!(event.kind, EventKind::Note(Note::RoleChanged { role: RoleName::Leader, .. }))
    };
    let Some(elected) = case.latest(led) else { return Vec::new() };
    let (node, term) = (elected.node, elected.kind.attributes().told.term.unwrap_or_default());
    let ended = case
        .latest(|event| event.id > elected.id && event.node == node && ends_leading(&event.kind));
    match reach::not_up(case, node) {
        Some(gone) => {
            vec![Claim::new(ElectionClaim::LedLast { node, term }, [elected.id]), gone]
        }
        None => ended.map(Claim::event).into_iter().collect(),
    }
}

/// Whether a node that led does not lead after this.
fn ends_leading(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Note(Note::RoleChanged { was: RoleName::Leader, .. })
            | EventKind::NodeKilled
            | EventKind::NodeHalted { .. }
            | EventKind::NodePaused
    )
}

/// That nobody campaigns, or not those who could win.
fn idle(case: &Case<'_>, up: NodeSet, electable: NodeSet) -> Option<Claim> {
    let world = case.world();
    let idle: NodeSet = up.iter().filter(|node| !world.settings_of(*node).timers).collect();
    if idle == up {
        return Some(Claim::new(ReachClaim::TimersOff { nodes: idle }, timers_event()));
    }
    let idle = idle.intersection(electable);
    let longest = idle.iter().max_by_key(|node| up_to_date(world, *node))?;
    if electable.difference(idle).is_empty() {
        let last = world.host(longest).log().last();
        return Some(Claim::new(ElectionClaim::NeverCampaigns { node: longest, last }, []));
    }
    Some(Claim::new(ReachClaim::TimersOff { nodes: idle }, timers_event()))
}

/// A change of a setting is no event.
fn timers_event() -> Option<u64> {
    None
}

/// What happened in the latest elections, and when the next one begins.
fn latest_election(case: &Case<'_>) -> Vec<Claim> {
    let ballots = ballot::latest(case, ELECTIONS);
    let mut claims = Vec::new();
    let next = next_election(case.world());
    let Some((term, ballot)) = ballots.iter().next_back() else {
        let none = next.filter(|_| case.events().forgotten() == 0);
        let claim = none.map(|(node, due_us)| ElectionClaim::NoElectionYet { node, due_us });
        return claim.map(|claim| Claim::new(claim, [])).into_iter().collect();
    };
    let standing = ballot.candidates.iter().find(|event| stands(case.world(), event.node, *term));
    match standing {
        Some(event) if ballot.candidates.len() == 1 => {
            claims.push(Claim::event(event));
            claims.extend(ballot::candidacy(case, event.node));
        }
        _ if ballot.winner.is_none() => claims.extend(undecided(*term, ballot)),
        _ => {}
    }
    let split = |ballot: &&Ballot<'_>| ballot.winner.is_none() && ballot.candidates.len() > 1;
    let splits = ballots.values().filter(split).count() as u32;
    if splits > 1 {
        let of = ballots.len() as u32;
        claims.push(Claim::new(ElectionClaim::SplitVotes { terms: splits, of }, []));
    }
    if let Some((node, due_us)) = next {
        claims.push(Claim::new(ElectionClaim::NextElection { node, due_us }, []));
    }
    claims
}

/// Whether a node is a candidate in this term now.
fn stands(world: &World, node: NodeId, term: Term) -> bool {
    let report = world.host(node).report();
    report.is_some_and(|report| report.role == RoleName::Candidate && report.term == term)
}

/// That nobody won, the refusals, and the votes that are missing.
fn undecided(term: Term, ballot: &Ballot<'_>) -> Vec<Claim> {
    let events = ballot.candidates.iter().rev().copied();
    let events = events.chain(ballot.votes.iter().rev().map(|(_, event)| *event));
    let kind = ElectionClaim::NobodyWon { term, votes: ballot.stood() };
    let mut claims = vec![Claim::new(kind, events.map(|event| event.id))];
    claims.extend(ballot.refusals.iter().take(EACH).copied().map(Claim::event));
    claims
}

/// The node whose timer starts the next election, and when.
fn next_election(world: &World) -> Option<(NodeId, u64)> {
    let due = world
        .hosts()
        .filter(|host| host.is_up() && world.may_stand(host.id))
        .filter_map(|host| Some((host.id, host.election_due_us()?)));
    due.min_by_key(|(_, due_us)| *due_us)
}

/// The end of a node's log, in the order of up-to-dateness (§5.4.1).
fn up_to_date(world: &World, node: NodeId) -> (Term, Index) {
    let last = world.host(node).log().last();
    (last.term, last.index)
}
