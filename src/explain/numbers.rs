//! Numbers of the cluster: messages in flight, nodes that are up, the time, counts of nodes.

use crate::check::condition::{Condition, Fact, NodeQuantifier, Test};
use crate::check::evaluate::{self, Undecided};
use crate::check::selector::Selector;
use crate::raft::NodeSet;
use crate::sim::{InFlight, TransitState};

use super::case::Case;
use super::claim::{Claim, ReachClaim, StateClaim};
use super::reach;

/// How many messages are in flight, and what they wait for.
pub(super) fn messages(case: &Case<'_>, wanted: impl Fn(&InFlight) -> bool) -> Vec<Claim> {
    let world = case.world();
    let in_flight = || world.network().in_flight();
    let state = |state| in_flight().filter(|one| world.transit_state(one) == state).count() as u32;
    let kind = StateClaim::InFlight {
        count: in_flight().count() as u32,
        held: state(TransitState::Held),
        at_paused: state(TransitState::AtPaused),
        heartbeats: in_flight().filter(|one| one.heartbeat).count() as u32,
    };
    let mut claims = vec![Claim::new(kind, [])];
    if let Some(oldest) = in_flight().filter(|one| wanted(one)).min_by_key(|one| one.id) {
        let message = &oldest.message;
        let kind = StateClaim::OldestInFlight {
            message: oldest.id,
            from: message.from,
            to: message.to,
            kind: message.body.kind().name(),
        };
        let sent = case.event(oldest.sent_by);
        claims.push(Claim::new(kind, sent.map(|event| event.id)));
        claims.extend(reach::held(case, message.from, message.to));
        claims.extend(reach::not_up(case, message.to));
    }
    claims
}

/// Which nodes are up, and why the others are not.
pub(super) fn up(case: &Case<'_>) -> Vec<Claim> {
    let world = case.world();
    let mut claims = vec![Claim::new(ReachClaim::NodesUp { nodes: world.live() }, [])];
    claims.extend(world.nodes().iter().filter_map(|node| reach::not_up(case, node)));
    claims
}

/// The virtual time.
pub(super) fn time(case: &Case<'_>) -> Vec<Claim> {
    vec![Claim::new(StateClaim::Clock { now_us: case.world().now_us() }, [])]
}

/// Which nodes of a set pass a test, and which do not.
///
/// # Errors
/// If the set or the test names a node that does not exist.
pub(super) fn partition(
    case: &Case<'_>,
    set: Selector,
    test: &Test,
) -> Result<(NodeSet, NodeSet), Undecided> {
    let (mut pass, mut fail) = (NodeSet::EMPTY, NodeSet::EMPTY);
    for node in evaluate::select(case.world(), set)?.iter() {
        let subject = NodeQuantifier::Every(Selector::Node(u64::from(node.number())));
        let alone = Condition::Is(Fact::Node { subject, test: test.clone() });
        if evaluate::holds(case.now, &alone)? {
            pass.insert(node)
        } else {
            fail.insert(node)
        };
    }
    Ok((pass, fail))
}
