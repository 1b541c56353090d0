//! Why a node is still a pre-candidate: the pre-votes that it has, and where the others are.

use super::ballot::vote_lost;
use crate::explain::case::Case;
use crate::explain::claim::{Claim, ElectionClaim};
use crate::explain::reach;
use crate::raft::{MessageKind, MessageSummary, NodeId, NodeSet, Note, RoleName, Term};
use crate::sim::{Event, EventId, EventKind};

/// The pre-votes that a pre-candidate has since it asked last. For each one that is missing: why
/// the voter refused it, or where the message is.
pub(super) fn candidacy(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    let world = case.world();
    let Some(report) = world.host(node).report() else { return Vec::new() };
    let term = report.term.next();
    let Some(asked) = case.latest(|event| asks(event, node)) else { return Vec::new() };
    let mut votes = NodeSet::one(node);
    let mut events = vec![asked.id];
    for event in case.events().iter().filter(|event| event.id > asked.id && event.node == node) {
        if let EventKind::MessageDelivered {
            from,
            term: of,
            said: MessageSummary::PreVoteReply { granted: true },
            ..
        } = event.kind
            && of == term
        {
            votes.insert(from);
            events.push(event.id);
        }
    }
    let needed = reach::needed(world);
    let has = ElectionClaim::PreCandidacy { node, term, votes, needed };
    let missing = world.group().electorate().difference(votes);
    let missing = missing.iter().map(|voter| pre_vote_missing(case, node, voter, (term, asked.id)));
    std::iter::once(Claim::new(has, events)).chain(missing).collect()
}

/// Whether a node asks for pre-votes here: it would vote for itself.
fn asks(event: &Event, node: NodeId) -> bool {
    event.node == node
        && (matches!(event.kind, EventKind::Note(Note::RoleChanged { role, .. })
            if role == RoleName::PreCandidate)
            || matches!(event.kind, EventKind::Note(Note::PreVoteGranted { candidate, .. })
                if candidate == node))
}

fn pre_vote_missing(
    case: &Case<'_>,
    candidate: NodeId,
    voter: NodeId,
    (term, asked): (Term, EventId),
) -> Claim {
    let refused = case.latest(|event| {
        event.node == voter
            && event.id > asked
            && matches!(
                event.kind,
                EventKind::Note(Note::PreVoteRefused { term: of, candidate: whom, .. })
                    if of == term && whom == candidate
            )
    });
    if let Some(refused) = refused {
        return Claim::event(refused);
    }
    if let Some(claim) = reach::not_up(case, voter) {
        return claim;
    }
    let kinds = (MessageKind::PreVote, MessageKind::PreVoteReply);
    let (lost, event) = vote_lost(case, candidate, voter, term, kinds);
    let kind = ElectionClaim::PreVoteMissing { voter, candidate, term, lost };
    Claim::new(kind, event.map(|event| event.id))
}
