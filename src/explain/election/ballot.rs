//! The latest elections, as the events tell: who stood, who voted for whom, who refused.

use std::collections::BTreeMap;

use crate::explain::case::Case;
use crate::explain::claim::{Claim, ElectionClaim, VoteLost};
use crate::explain::reach;
use crate::raft::{MessageKind, MessageSummary, NodeId, NodeSet, Note, RoleName, Term};
use crate::sim::{Event, EventKind, InFlight, TransitState};

/// What the events tell of the election of one term.
#[derive(Debug, Default)]
pub(super) struct Ballot<'a> {
    /// Where each candidate began its candidacy, the latest first.
    pub candidates: Vec<&'a Event>,
    /// The votes that were granted, each with its candidate.
    pub votes: Vec<(NodeId, &'a Event)>,
    /// The votes that were refused, the latest first.
    pub refusals: Vec<&'a Event>,
    /// Where a candidate won.
    pub winner: Option<&'a Event>,
}

impl Ballot<'_> {
    /// The candidates with the nodes that voted for them.
    pub(super) fn stood(&self) -> Vec<(NodeId, NodeSet)> {
        let voters = |candidate: NodeId| {
            let votes = self.votes.iter().filter(|(whom, _)| *whom == candidate);
            (candidate, votes.map(|(_, event)| event.node).collect::<NodeSet>())
        };
        self.candidates.iter().rev().map(|event| voters(event.node)).collect()
    }
}

/// The latest elections, by term: at most this many.
pub(super) fn latest<'a>(case: &Case<'a>, most: usize) -> BTreeMap<Term, Ballot<'a>> {
    let mut ballots: BTreeMap<Term, Ballot<'a>> = BTreeMap::new();
    for event in case.events().iter().rev() {
        let EventKind::Note(note) = &event.kind else { continue };
        let Some(term) = note.summary().term else { continue };
        if ballots.len() > most {
            ballots.pop_first();
            break;
        }
        let is_vote = matches!(note, Note::VoteGranted { .. } | Note::VoteRefused { .. });
        let leads = matches!(note.summary().role, Some((role, _)) if role != RoleName::Follower);
        if !is_vote && !leads {
            continue;
        }
        let ballot = ballots.entry(term).or_default();
        if let Note::RoleChanged { role: RoleName::Candidate, .. } = note {
            ballot.candidates.push(event);
        } else if let Note::RoleChanged { role: RoleName::Leader, .. } = note {
            ballot.winner = Some(event);
        } else if let Note::VoteGranted { candidate, .. } = note {
            ballot.votes.push((*candidate, event));
        } else if let Note::VoteRefused { .. } = note {
            ballot.refusals.push(event);
        }
    }
    ballots.retain(|_, ballot| !ballot.candidates.is_empty());
    ballots
}

/// The votes for a candidate in a term, up to an event, in order.
pub(super) fn votes<'a>(
    case: &Case<'a>,
    candidate: NodeId,
    term: Term,
    until: &Event,
) -> Vec<&'a Event> {
    let mut votes = Vec::new();
    for event in case.events().iter().rev().filter(|event| event.id <= until.id) {
        if matches!(event.kind, EventKind::Note(Note::VoteGranted { term: of, candidate: whom })
            if of == term && whom == candidate)
        {
            votes.push(event);
        }
        // Its vote for itself is the event right after its candidacy, and is in the list already.
        if begins_candidacy(event, candidate, term) {
            break;
        }
    }
    votes.reverse();
    votes
}

/// Whether a node began its candidacy in a term here.
fn begins_candidacy(event: &Event, node: NodeId, term: Term) -> bool {
    event.node == node
        && matches!(event.kind, EventKind::Note(Note::RoleChanged {
            role: RoleName::Candidate, term: of, ..
        }) if of == term)
}

/// The votes that a candidate has. For each one that is missing: why the voter refused it, or where
/// the message is.
pub(in crate::explain) fn candidacy(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    let world = case.world();
    let Some(report) = world.host(node).report() else { return Vec::new() };
    let term = report.term;
    let mut counted = NodeSet::EMPTY;
    let mut events = Vec::new();
    for event in case.events().iter().rev() {
        if event.node != node {
            continue;
        }
        if let EventKind::MessageDelivered {
            from,
            term: of,
            said: MessageSummary::RequestVoteReply { granted: true },
            ..
        } = event.kind
            && of == term
        {
            counted.insert(from);
            events.push(event.id);
        }
        if matches!(event.kind, EventKind::Note(Note::VoteGranted { term: of, candidate })
            if of == term && candidate == node)
        {
            counted.insert(node);
            events.push(event.id);
        }
        if begins_candidacy(event, node, term) {
            break;
        }
    }
    events.reverse();
    // A candidate counts by its own configuration.
    let group = world.group_of(node);
    let needed = group.quorum_size() as u32;
    let has = ElectionClaim::Candidacy { node, term, votes: counted, needed };
    let missing = group.electorate().difference(counted);
    let others = missing.iter().filter(|voter| *voter != node);
    let missing = others.map(|voter| vote_missing(case, node, voter, term));
    std::iter::once(Claim::new(has, events)).chain(missing).collect()
}

/// Where a vote is that somebody asks about, though the candidate may have stood long ago.
pub(in crate::explain) fn asked(case: &Case<'_>, candidate: NodeId, voter: NodeId) -> Vec<Claim> {
    let stood = case.latest(|event| {
        event.node == candidate
            && matches!(
                event.kind,
                EventKind::Note(Note::RoleChanged { role: RoleName::Candidate, .. })
            )
    });
    let Some(stood) = stood else { return Vec::new() };
    let term = stood.kind.attributes().told.term.unwrap_or_default();
    let granted = case.latest(|event| {
        event.node == voter
            && matches!(event.kind, EventKind::Note(Note::VoteGranted { term: of, candidate: whom })
                if of == term && whom == candidate)
    });
    let arrived = case.latest(|event| {
        event.node == candidate
            && matches!(event.kind, EventKind::MessageDelivered {
                from, term: of, said: MessageSummary::RequestVoteReply { granted: true }, ..
            } if from == voter && of == term)
    });
    match arrived {
        Some(arrived) => granted.into_iter().chain([arrived]).map(Claim::event).collect(),
        None => vec![Claim::event(stood), vote_missing(case, candidate, voter, term)],
    }
}

/// Where the vote of a voter for a candidate is: refused, lost, on its way.
pub(super) fn vote_missing(case: &Case<'_>, candidate: NodeId, voter: NodeId, term: Term) -> Claim {
    let refused = case.latest(|event| {
        event.node == voter
            && matches!(
                event.kind,
                EventKind::Note(Note::VoteRefused { term: of, candidate: whom, .. })
                    if of == term && whom == candidate
            )
    });
    if let Some(refused) = refused {
        return Claim::event(refused);
    }
    if let Some(claim) = reach::not_up(case, voter) {
        return claim;
    }
    let kinds = (MessageKind::RequestVote, MessageKind::RequestVoteReply);
    let (lost, event) = vote_lost(case, candidate, voter, term, kinds);
    let kind = ElectionClaim::VoteMissing { voter, candidate, term, lost };
    Claim::new(kind, event.map(|event| event.id))
}

/// Where the request for a vote, or the vote, has gone: messages of these kinds.
pub(super) fn vote_lost<'a>(
    case: &Case<'a>,
    candidate: NodeId,
    voter: NodeId,
    term: Term,
    (request, reply): (MessageKind, MessageKind),
) -> (VoteLost, Option<&'a Event>) {
    let world = case.world();
    let in_flight = |from, to, kind: MessageKind| {
        let is_it = |one: &&InFlight| {
            let message = &one.message;
            (message.from, message.to, message.term) == (from, to, term)
                && message.body.kind() == kind
        };
        world.network().in_flight().filter(is_it).min_by_key(|one| one.id)
    };
    let held = |one: &InFlight| world.transit_state(one) == TransitState::Held;
    let sent = |one: &InFlight| case.event(one.sent_by);
    let waits = |host: NodeId, to: NodeId, kind: MessageKind| {
        world
            .host(host)
            .unsent()
            .any(|message| message.to == to && message.term == term && message.body.kind() == kind)
    };
    let dropped = |at: NodeId, other: NodeId, asked: MessageKind| {
        case.latest(|event| {
            event.node == at
                && matches!(event.kind, EventKind::MessageDropped { from, term: of, said, .. }
                    if from == other && of == term && said.kind() == asked)
        })
    };
    let number = |event: &Event| {
        event.kind.attributes().message().map(|passage| passage.message).unwrap_or_default()
    };
    if let Some(one) = in_flight(voter, candidate, reply) {
        (VoteLost::VoteInFlight(one.id, held(one)), sent(one))
    } else if waits(voter, candidate, reply) {
        (VoteLost::Writing, None)
    } else if let Some(one) = in_flight(candidate, voter, request) {
        (VoteLost::RequestInFlight(one.id, held(one)), sent(one))
    } else if waits(candidate, voter, request) {
        (VoteLost::Unsent, None)
    } else if let Some(event) = dropped(candidate, voter, reply) {
        (VoteLost::VoteLost(number(event)), Some(event))
    } else if let Some(event) = dropped(voter, candidate, request) {
        (VoteLost::RequestLost(number(event)), Some(event))
    } else {
        (VoteLost::Unanswered, None)
    }
}
