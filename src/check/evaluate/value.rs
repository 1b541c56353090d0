//! The values of operands and fields in a cluster, and their comparison.

use super::nodes::{Undecided, node, select};
use crate::check::condition::{Comparison, Field, Kind, OneNode, OpRef, Operand, State, Test};
use crate::check::selector::Selector;
use crate::raft::{Log, NodeId, NodeSet, RoleName};
use crate::sim::{Host, HostState, Op, OpId, Outcome, Record, World};

/// A value that a cluster has, or that was typed.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Number(u64),
    Duration(u64),
    Role(RoleName),
    State(State),
    Outcome(Outcome),
    Node(NodeId),
    Nodes(NodeSet),
    Text(&'a str),
    Terms(&'a [u64]),
    Log(Log),
}

/// One side of a comparison.
#[derive(Clone, Debug)]
pub(super) enum Side<'a> {
    /// This value.
    Is(Value<'a>),
    /// None: no vote, no value of this key, no commit index because the node is down.
    Nothing,
    /// It asks a leader, and there is none. No comparison with it is true.
    NoLeader,
}

impl<'a> From<Option<Value<'a>>> for Side<'a> {
    fn from(value: Option<Value<'a>>) -> Side<'a> {
        value.map_or(Side::Nothing, Side::Is)
    }
}

/// Whether a node passes a test.
pub(super) fn passes(world: &World, id: NodeId, test: &Test) -> Result<bool, Undecided> {
    let left = field(world, world.host(id), &test.field)?.into();
    let right = operand(world, &test.right)?;
    Ok(is_true(left, test.comparison, right, test.field.kind()))
}

/// Whether a comparison of two operands is true.
pub(super) fn compare(
    world: &World,
    left: &Operand,
    comparison: Comparison,
    right: &Operand,
) -> Result<bool, Undecided> {
    let kind = left.kind();
    let left = match operand(world, left)? {
        // On the left, no leader is a value: `leader != n1` is true if nobody leads.
        Side::NoLeader => Side::Nothing,
        side => side,
    };
    Ok(is_true(left, comparison, operand(world, right)?, kind))
}

/// Whether an operand has another value now than before.
pub(super) fn differs(before: &World, now: &World, asked: &Operand) -> Result<bool, Undecided> {
    Ok(match (operand(before, asked)?, operand(now, asked)?) {
        (Side::Is(before), Side::Is(now)) => !equal(&before, &now),
        (Side::Is(_), _) | (_, Side::Is(_)) => true,
        (Side::Nothing | Side::NoLeader, Side::Nothing | Side::NoLeader) => false,
    })
}

fn is_true(left: Side<'_>, comparison: Comparison, right: Side<'_>, kind: Kind) -> bool {
    match (left, right) {
        (Side::NoLeader, _) | (_, Side::NoLeader) => false,
        (Side::Is(left), Side::Is(right)) if comparison.is_of_order() => {
            numbers(&left, &right).is_some_and(|(left, right)| comparison.holds(left, right))
        }
        (Side::Is(left), Side::Is(right)) => {
            equal(&left, &right) == (comparison == Comparison::Equal)
        }
        (Side::Nothing, Side::Nothing) if kind.has_none() => comparison == Comparison::Equal,
        // What is missing differs from everything; no other comparison with it is true.
        (Side::Nothing, _) | (_, Side::Nothing) => comparison == Comparison::NotEqual,
    }
}

/// Two values as numbers; `None` if a text among them is none.
fn numbers(left: &Value<'_>, right: &Value<'_>) -> Option<(u64, u64)> {
    let number = |value: &Value<'_>| match value {
        Value::Number(number) | Value::Duration(number) => Some(*number),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    Some((number(left)?, number(right)?))
}

fn equal(left: &Value<'_>, right: &Value<'_>) -> bool {
    use Value::{Duration, Log, Node, Nodes, Number, Role, State, Terms, Text};
    match (left, right) {
        (Number(left), Number(right)) | (Duration(left), Duration(right)) => left == right,
        (Role(left), Role(right)) => left == right,
        (State(left), State(right)) => left == right,
        (Value::Outcome(left), Value::Outcome(right)) => left == right,
        (Node(left), Node(right)) => left == right,
        (Nodes(left), Nodes(right)) => left == right,
        (Text(left), Text(right)) => left == right,
        (Text(text), Number(number)) | (Number(number), Text(text)) => *text == number.to_string(),
        (Log(left), Log(right)) => left.agrees(right),
        (Terms(left), Terms(right)) => left == right,
        (Log(log), Terms(terms)) | (Terms(terms), Log(log)) => {
            let length = log.last_index().0 - log.base().index.0;
            length as usize == terms.len() && self::terms(log).eq(terms.iter().copied())
        }
        _ => false,
    }
}

/// The terms of a log's entries, in order.
pub(super) fn terms(log: &Log) -> impl Iterator<Item = u64> {
    log.iter_from(log.first_index()).map(|(_, entry)| u64::from(entry.term.0))
}

/// The value of an operand now.
pub(super) fn operand<'a>(world: &'a World, operand: &'a Operand) -> Result<Side<'a>, Undecided> {
    Ok(Side::Is(match operand {
        Operand::Number(number) => Value::Number(*number),
        Operand::Duration(us) => Value::Duration(*us),
        Operand::Role(role) => Value::Role(*role),
        Operand::State(state) => Value::State(*state),
        Operand::Outcome(outcome) => Value::Outcome(*outcome),
        Operand::Node(number) => Value::Node(node(world, *number)?),
        Operand::Nodes(ranges) => {
            let all = ranges.iter().try_fold(NodeSet::EMPTY, |set, (first, last)| {
                Ok(set.union(select(world, Selector::Range(*first, *last))?))
            });
            Value::Nodes(all?)
        }
        Operand::Log(terms) => Value::Terms(terms),
        Operand::Text(text) => Value::Text(text),
        Operand::None => return Ok(Side::Nothing),
        Operand::Field(of, asked) => {
            let of = match of {
                OneNode::Number(number) => node(world, *number)?,
                OneNode::Leader => match world.leader() {
                    Some(leader) => leader,
                    None => return Ok(Side::NoLeader),
                },
            };
            return Ok(field(world, world.host(of), asked)?.into());
        }
        Operand::Leader => {
            return Ok(world.leader().map_or(Side::NoLeader, |id| Side::Is(Value::Node(id))));
        }
        Operand::Op(op) => {
            return Ok(request(world, *op).map(|(_, op)| Value::Outcome(op.outcome)).into());
        }
        Operand::OpValue(op) => {
            return Ok(request(world, *op).and_then(|(_, op)| op.value).map(Value::Text).into());
        }
        Operand::Count(nodes, test) => {
            let passing = select(world, *nodes)?
                .iter()
                .map(|id| passes(world, id, test).map(u64::from))
                .sum::<Result<u64, Undecided>>();
            Value::Number(passing?)
        }
        Operand::Leaders => {
            let leads = |host: &&Host| {
                host.is_up() && host.report().is_some_and(|report| report.role == RoleName::Leader)
            };
            Value::Number(world.hosts().filter(leads).count() as u64)
        }
        Operand::Up => Value::Number(world.live().len() as u64),
        Operand::Messages => Value::Number(world.network().len() as u64),
        Operand::Time => Value::Duration(world.now_us()),
    }))
}

/// A field of a node; None if it has none now, as a node that is down has no commit index.
pub(super) fn field<'a>(
    world: &'a World,
    host: &'a Host,
    field: &Field,
) -> Result<Option<Value<'a>>, Undecided> {
    let running = host.report();
    Ok(match field {
        Field::Role => running.map(|report| Value::Role(report.role)),
        Field::State => Some(Value::State(state(host))),
        Field::Term => Some(Value::Number(host.hard_state().current_term.0.into())),
        Field::Vote => host.hard_state().voted_for.map(Value::Node),
        Field::Leader => running.and_then(|report| report.leader).map(Value::Node),
        Field::Commit => running.map(|report| Value::Number(report.commit.0.into())),
        Field::Applied => running.map(|report| Value::Number(report.applied.0.into())),
        Field::Last => Some(Value::Number(host.log().last_index().0.into())),
        Field::Match(of) => progress(host, node(world, *of)?)
            .map(|progress| Value::Number(progress.match_index.0.into())),
        Field::Next(of) => progress(host, node(world, *of)?)
            .map(|progress| Value::Number(progress.next_index.0.into())),
        Field::Snapshot => Some(Value::Number(host.snapshot().map_or(0, |at| at.index.0.into()))),
        Field::First => Some(Value::Number(host.log().first_index().0.into())),
        Field::Members => nodes(world.group_of(host.id).voters),
        Field::Outgoing => nodes(world.group_of(host.id).outgoing),
        Field::Learners => nodes(world.group_of(host.id).learners),
        Field::Log => Some(Value::Log(host.log())),
        Field::Kv(key) => host.store.get(key).map(Value::Text),
    })
}

/// A set of nodes; none if it is empty.
fn nodes<'a>(set: NodeSet) -> Option<Value<'a>> {
    (!set.is_empty()).then_some(Value::Nodes(set))
}

fn state(host: &Host) -> State {
    match host.state {
        HostState::Up => State::Up,
        HostState::Paused => State::Paused,
        HostState::Down => State::Down,
        HostState::Halted(_) => State::Halted,
    }
}

/// What a node, if it leads, knows of another node's log.
fn progress(host: &Host, of: NodeId) -> Option<crate::raft::Progress> {
    let leads = |record: &&Record| record.report.role == RoleName::Leader && of != host.id;
    host.record().filter(leads)?.progress.get(of).copied()
}

/// The request that is meant, if there is one.
pub fn request(world: &World, op: OpRef) -> Option<(OpId, Op<'_>)> {
    let id = match op {
        OpRef::Latest => world.ops().latest_typed()?,
        OpRef::Number(number) => OpId(u32::try_from(number).ok()?),
    };
    Some((id, world.ops().get(id)?))
}
