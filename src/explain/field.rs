//! Why a field of a node has the value that it has, and what is missing for another one.

use crate::check::condition::{Comparison, Field, Operand, Test};
use crate::check::evaluate;
use crate::kv::Command;
use crate::raft::{Index, MessageKind, NodeId, Note, RoleName};
use crate::sim::{Event, EventKind, HostState};

use super::case::Case;
use super::claim::{Claim, ElectionClaim, ReachClaim, ReplicationClaim, StateClaim};
use super::{election, entry, reach};

/// Why a field of a node has its value. `holds` says whether it passes the test.
pub(super) fn field(case: &Case<'_>, node: NodeId, test: &Test, holds: bool) -> Vec<Claim> {
    let (field, wanted) = (&test.field, number(&test.right));
    // What would have to rise, if the test is to be met.
    let rises = !holds
        && matches!(test.comparison, Comparison::Equal | Comparison::Greater | Comparison::AtLeast);
    match field {
        Field::Role => wanted_role(case, node, &test.right, holds),
        Field::State => state(case, node),
        Field::Vote => vote(case, node, &test.right, holds),
        Field::Leader => leader(case, node),
        Field::Term => with_value(case, node, field, term_event(case, node)),
        Field::Commit | Field::Applied => {
            let mut claims = with_value(case, node, field, value_event(case, node, field));
            if rises {
                claims.extend(entry::commit_stays(case, node, wanted));
            }
            claims
        }
        Field::Members | Field::Outgoing | Field::Learners => {
            with_value(case, node, field, value_event(case, node, field))
        }
        Field::Snapshot | Field::First => {
            with_value(case, node, field, value_event(case, node, field))
        }
        Field::Last | Field::Log => {
            let mut claims = with_value(case, node, field, value_event(case, node, field));
            if !holds {
                claims.extend(log_misses(case, node, wanted.filter(|_| rises)));
            }
            claims
        }
        Field::Match(other) | Field::Next(other) => {
            let other = NodeId::new(*other).filter(|it| case.world().nodes().contains(*it));
            other.map_or_else(Vec::new, |other| progress(case, node, other, field, holds))
        }
        Field::Kv(key) => stored(case, node, key, &test.right, holds),
    }
}

/// Why a field of a node has its value, whatever is asked of it.
pub(super) fn value(case: &Case<'_>, node: NodeId, field: &Field) -> Vec<Claim> {
    let test = Test { field: field.clone(), comparison: Comparison::Equal, right: Operand::None };
    self::field(case, node, &test, true)
}

/// The index that a typed number means.
fn number(operand: &Operand) -> Option<Index> {
    match operand {
        Operand::Number(number) => Some(Index(u32::try_from(*number).unwrap_or(u32::MAX))),
        _ => None,
    }
}

/// The value itself, and the event that made it so.
fn with_value(case: &Case<'_>, node: NodeId, field: &Field, event: Option<&Event>) -> Vec<Claim> {
    let host = case.world().host(node);
    let mut claims = Vec::new();
    let needs_life = matches!(field, Field::Commit | Field::Applied);
    if needs_life && !host.is_running() {
        claims.push(Claim::new(StateClaim::NotRunning { node, field: field.to_string() }, []));
        claims.extend(reach::not_up(case, node));
        return claims;
    }
    let found = evaluate::shown(case.world(), node, field);
    let kind = StateClaim::Value { node, field: field.to_string(), value: found };
    claims.push(Claim::new(kind, event.map(|event| event.id)));
    claims.extend(event.map(Claim::event));
    claims.extend(event.and_then(|event| case.cause(event)).and_then(told));
    claims
}

/// A cause that says more than the event itself: a message that arrived, a timer, a request.
fn told(cause: &Event) -> Option<Claim> {
    let tells = matches!(
        cause.kind,
        EventKind::MessageDelivered { .. }
            | EventKind::TimerFired { .. }
            | EventKind::ClientInvoked { .. }
    );
    tells.then(|| Claim::event(cause))
}

/// The latest event that changed a node's term.
fn term_event<'a>(case: &Case<'a>, node: NodeId) -> Option<&'a Event> {
    case.latest(|event| {
        event.node == node
            && (matches!(event.kind, EventKind::NodeRestarted { .. })
                || matches!(event.kind, EventKind::Note(Note::RoleChanged { term, was_term, .. })
                    if term != was_term))
    })
}

/// The latest event that changed a number or the log of a node.
fn value_event<'a>(case: &Case<'a>, node: NodeId, field: &Field) -> Option<&'a Event> {
    case.latest(|event| {
        let kind = &event.kind;
        let starts = matches!(kind, EventKind::NodeRestarted { .. });
        event.node == node
            && match field {
                Field::Commit => {
                    starts || matches!(kind, EventKind::Note(Note::CommitAdvanced { .. }))
                }
                Field::Applied => starts || matches!(kind, EventKind::EntryApplied { .. }),
                Field::Last | Field::Log => {
                    starts
                        || matches!(
                            kind,
                            EventKind::Note(Note::EntryAppended { .. } | Note::LogTruncated { .. })
                        )
                }
                Field::Snapshot | Field::First => {
                    starts
                        || matches!(
                            kind,
                            EventKind::SnapshotTaken { .. }
                                | EventKind::Note(
                                    Note::SnapshotInstalled { .. } | Note::LogCompacted { .. }
                                )
                        )
                }
                Field::Members | Field::Outgoing | Field::Learners => {
                    starts || matches!(kind, EventKind::Note(Note::ConfigurationChanged { .. }))
                }
                Field::Role
                | Field::State
                | Field::Vote
                | Field::Leader
                | Field::Term
                | Field::Match(_)
                | Field::Next(_)
                | Field::Kv(_) => false,
            }
    })
}

fn wanted_role(case: &Case<'_>, node: NodeId, right: &Operand, holds: bool) -> Vec<Claim> {
    let mut claims = election::role(case, node);
    let wants_leader = *right == Operand::Role(RoleName::Leader);
    if wants_leader && !holds && case.world().leader().is_none() {
        claims.extend(election::no_leader(case));
    }
    claims
}

/// Why a node is up, paused, down or halted.
fn state(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    let event = reach::life_event(case, node);
    let mut claims: Vec<Claim> = match reach::not_up(case, node) {
        Some(claim) => vec![claim],
        None => vec![Claim::new(ReachClaim::NodeUp { node }, event.map(|event| event.id))],
    };
    claims.extend(event.map(Claim::event));
    if let HostState::Halted(_) = case.world().host(node).state {
        claims.extend(reach::disk(case, node));
        let harm = case.latest(|event| {
            event.node == node
                && matches!(
                    event.kind,
                    EventKind::DiskDamaged { .. }
                        | EventKind::DiskWentStale { .. }
                        | EventKind::WriteVanished
                        | EventKind::DiskCut
                        | EventKind::DiskFilled
                )
        });
        claims.extend(harm.map(Claim::event));
    }
    claims
}

/// Whom a node voted for in its term, and whom it refused.
fn vote(case: &Case<'_>, node: NodeId, right: &Operand, holds: bool) -> Vec<Claim> {
    let state = case.world().host(node).hard_state();
    let (term, voted_for) = (state.current_term, state.voted_for);
    let granted = case.latest(|event| {
        event.node == node
            && matches!(event.kind, EventKind::Note(Note::VoteGranted { term: of, .. })
                if of == term)
    });
    let mut claims = match voted_for {
        Some(_) => {
            let value = evaluate::shown(case.world(), node, &Field::Vote);
            let kind = StateClaim::Value { node, field: Field::Vote.to_string(), value };
            let mut claims = vec![Claim::new(kind, granted.map(|event| event.id))];
            claims.extend(granted.map(Claim::event));
            claims
        }
        None => {
            let mut claims = vec![Claim::new(ElectionClaim::NoVote { node, term }, [])];
            claims.extend(term_event(case, node).map(Claim::event));
            claims
        }
    };
    let candidate = match right {
        Operand::Node(number) if !holds => NodeId::new(*number),
        _ => None,
    };
    let refused = case.latest(|event| {
        event.node == node
            && matches!(event.kind, EventKind::Note(Note::VoteRefused { candidate: whom, .. })
                if candidate.is_none_or(|candidate| candidate == whom))
    });
    if let Some(candidate) = candidate {
        match refused {
            Some(refused) => claims.insert(0, Claim::event(refused)),
            None => {
                let asked = election::asked(case, candidate, node);
                claims.extend(asked);
            }
        }
    } else if voted_for.is_none() {
        claims.extend(refused.map(Claim::event));
    }
    claims.extend(reach::not_up(case, node));
    claims
}

/// Whom a node believes to lead.
fn leader(case: &Case<'_>, node: NodeId) -> Vec<Claim> {
    let Some(report) = case.world().host(node).report() else {
        return reach::not_up(case, node).into_iter().collect();
    };
    let (term, mut claims) = (report.term, Vec::new());
    match report.leader {
        Some(leader) if leader == node => claims.extend(election::leads(case, node, term)),
        Some(leader) => {
            let heard = case.latest(|event| {
                event.node == node
                    && matches!(event.kind, EventKind::MessageDelivered { from, term: of, said, .. }
                        if from == leader && of == term
                            && said.kind() == MessageKind::AppendEntries)
            });
            let kind = ElectionClaim::Follows { node, leader, term };
            claims.push(Claim::new(kind, heard.map(|event| event.id)));
        }
        None => {
            claims.push(Claim::new(ElectionClaim::NoLeaderKnown { node, term }, []));
            claims.extend(term_event(case, node).map(Claim::event));
        }
    }
    if let Some(leader) = case.world().leader().filter(|leader| report.leader != Some(*leader)) {
        claims.extend(reach::between(case, leader, node));
    }
    claims
}

/// What the leader's log has and a node's has not.
fn log_misses(case: &Case<'_>, node: NodeId, wanted: Option<Index>) -> Vec<Claim> {
    let world = case.world();
    let Some(leader) = world.leader().filter(|leader| *leader != node) else {
        let mut claims: Vec<Claim> = reach::not_up(case, node).into_iter().collect();
        if world.leader().is_none() {
            claims.extend(election::no_leader(case));
        }
        return claims;
    };
    let (own, theirs) = (world.host(node).log(), world.host(leader).log());
    let Some(index) = super::agreement::first_difference(&own, &theirs) else {
        return reach::not_up(case, node).into_iter().collect();
    };
    let index = wanted.map_or(index, |wanted| wanted.max(index));
    match theirs.position(index).filter(|entry| entry.index <= theirs.last_index()) {
        Some(entry) => entry::copy_missing(case, leader, node, entry),
        None => {
            let kind = ReplicationClaim::NothingToCommit { leader, last: theirs.last_index() };
            vec![Claim::new(kind, [])]
        }
    }
}

/// What a leader knows of another node's log.
fn progress(
    case: &Case<'_>,
    node: NodeId,
    other: NodeId,
    field: &Field,
    holds: bool,
) -> Vec<Claim> {
    let world = case.world();
    let leads = world.host(node).report().is_some_and(|it| it.role == RoleName::Leader);
    if !leads || node == other {
        let kind = StateClaim::NotLeading { node, field: field.to_string() };
        let mut claims = vec![Claim::new(kind, [])];
        claims.extend(election::role(case, node).into_iter().take(2));
        return claims;
    }
    let answer = case.latest(|event| {
        event.node == node
            && matches!(event.kind, EventKind::MessageDelivered { from, said, .. }
                if from == other && said.kind() == MessageKind::AppendEntriesReply)
    });
    let mut claims = with_value(case, node, field, answer);
    if !holds {
        let last = world.host(node).log().last();
        claims.extend(entry::copy_missing_if(case, node, other, last));
        claims.extend(reach::not_up(case, other));
        claims.extend(reach::between(case, node, other));
    }
    claims
}

/// What a node's store holds under a key.
fn stored(case: &Case<'_>, node: NodeId, key: &str, right: &Operand, holds: bool) -> Vec<Claim> {
    let world = case.world();
    let Some(report) = world.host(node).report() else {
        return reach::not_up(case, node).into_iter().collect();
    };
    let writes = |command: &Command| match command {
        Command::Put { key: it, .. }
        | Command::Cas { key: it, .. }
        | Command::Incr { key: it, .. }
        | Command::Append { key: it, .. }
        | Command::Del { key: it } => **it == *key,
        Command::Get { .. } => false,
    };
    let applied = case.latest(|event| {
        event.node == node
            && matches!(event.kind, EventKind::EntryApplied { entry, .. }
                if world.ops().command(entry.payload).is_some_and(writes))
    });
    let mut claims = match world.host(node).store.get(key) {
        Some(_) => with_value(case, node, &Field::Kv(key.to_owned()), applied),
        None => {
            let (key, applied_to) = (key.to_owned(), report.applied);
            let kind = StateClaim::KeyNeverApplied { node, key, applied: applied_to };
            vec![Claim::new(kind, applied.map(|event| event.id))]
        }
    };
    let wanted = match right {
        Operand::Text(text) => Some(text.clone()),
        Operand::Number(number) => Some(number.to_string()),
        _ => None,
    };
    if let Some(wanted) = wanted.filter(|_| !holds) {
        claims.extend(entry::committed(case, key, &wanted));
        claims.extend(entry::commit_stays(case, node, None).into_iter().take(2));
    }
    claims.extend(reach::not_up(case, node));
    claims
}
