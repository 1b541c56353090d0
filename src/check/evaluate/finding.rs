//! What was found where a condition was expected.

use super::nodes::{Undecided, select};
use super::value::{self, Side, Value};
use super::{
    Situation, fact_holds, is_committed, live_agree, safety_violations, subject_nodes, violated,
};
use crate::check::condition::{Condition, Fact, Field, OpRef, Operand};
use crate::check::property::LINEARIZABILITY;
use crate::quantity::{self, counted};
use crate::raft::NodeId;
use crate::sim::World;
use crate::word::OrNone;

/// What was found for one part of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The part as it would be typed alone, with a `not` if the condition denies it.
    pub part: String,
    /// Whether it holds.
    pub holds: bool,
    /// What the cluster has.
    pub found: String,
}

/// What was found for each part of a condition, in order.
///
/// # Errors
/// As with [`holds`](super::holds).
pub fn findings(now: Situation<'_>, condition: &Condition) -> Result<Vec<Finding>, Undecided> {
    let finding = |(fact, asserted): (&Fact, bool)| {
        Ok(Finding {
            part: format!("{}{fact}", if asserted { "" } else { "not " }),
            holds: fact_holds(now, fact)? == asserted,
            found: finding(now, fact)?,
        })
    };
    condition.facts().map(finding).collect()
}

/// What was found for one fact.
fn finding(now: Situation<'_>, fact: &Fact) -> Result<String, Undecided> {
    let world = now.world;
    Ok(match fact {
        Fact::Leader | Fact::NoLeader => leader(world),
        Fact::Node { subject, test } => {
            let nodes = subject_nodes(world, *subject)?;
            if nodes.is_empty() {
                return Ok("no such node".to_owned());
            }
            let left =
                nodes.iter().map(|id| Ok(format!("{id}: {}", field(world, id, &test.field)?)));
            let left = left.collect::<Result<Vec<_>, _>>()?.join(", ");
            if test.right.is_literal() {
                left
            } else {
                format!("{left}; {}", operand(world, &test.right)?)
            }
        }
        Fact::Compare { left: Operand::Messages, right, .. } if right.is_literal() => {
            format!("{} in flight", world.network().len())
        }
        Fact::Compare { left, right, .. } => {
            let asked = [left, right].into_iter().filter(|side| !side.is_literal());
            asked.map(|side| operand(world, side)).collect::<Result<Vec<_>, _>>()?.join("; ")
        }
        Fact::Changes(asked) => {
            let (was, is) = (operand(now.before, asked)?, operand(world, asked)?);
            if was == is { format!("{is}, as before") } else { format!("{is}, before {was}") }
        }
        Fact::Event { .. } => match fact_holds(now, fact)? {
            true => "it in the step just made".to_owned(),
            false => "no such event in the step just made".to_owned(),
        },
        Fact::Committed { key, value } if is_committed(world, key, value) => {
            "it committed".to_owned()
        }
        Fact::Committed { .. } => {
            let commits = world.hosts().filter_map(|host| {
                host.report().map(|report| format!("{} up to {}", host.id, report.commit))
            });
            format!("it not committed; commit indices: {}", commits.collect::<Vec<_>>().join(", "))
        }
        Fact::Agree if fact_holds(now, fact)? => "all live nodes agreeing".to_owned(),
        Fact::Agree => "different logs or commit indices; see `logs` and `status`".to_owned(),
        Fact::Quiet => {
            let others = world.network().in_flight().filter(|message| !message.heartbeat).count();
            let writes: usize = world.hosts().map(|host| host.disk.unfinished()).sum();
            let logs = if live_agree(world, |_| ()) { "equal" } else { "not equal" };
            let (others, writes) =
                (counted(others as u64, "message"), counted(writes as u64, "unfinished write"));
            format!("{others} besides heartbeats, {writes}, live logs {logs}")
        }
        Fact::Linearizable if let Some(violation) = violated(world, LINEARIZABILITY.name) => {
            let told = violation.detail.lines().next().unwrap_or_default();
            format!("linearizability violated at #{}: {told}", violation.event)
        }
        Fact::Linearizable => "no violation of linearizability".to_owned(),
        Fact::Violated(property) if let Some(violation) = violated(world, property) => {
            format!("{property} violated at #{}", violation.event)
        }
        Fact::Safe
            if safety_violations(world).next().is_none() && !world.violations().is_empty() =>
        {
            "no violation of a safety property".to_owned()
        }
        Fact::Safe | Fact::Violated(_) => match world.violations() {
            [] if world.judging_ended().is_some() => "no judgement".to_owned(),
            [] => "no violation".to_owned(),
            violations => {
                let names: Vec<_> = violations.iter().map(|violation| violation.property).collect();
                format!("violations of {}", names.join(", "))
            }
        },
    })
}

fn leader(world: &World) -> String {
    match world.leader() {
        Some(leader) => format!("{leader} as leader"),
        None => "none: no running node leads".to_owned(),
    }
}

/// An operand with its value, as in `leader.last: 7`.
fn operand(world: &World, asked: &Operand) -> Result<String, Undecided> {
    Ok(match asked {
        Operand::Leader => leader(world),
        Operand::Op(op) | Operand::OpValue(op) => request(world, *op, asked),
        Operand::Time => quantity::time(world.now_us()),
        Operand::Field(of, asked) => {
            let text = format!("{}.{asked}", of.selector());
            match select(world, of.selector())?.single() {
                Some(id) => format!("{text}: {}", field(world, id, asked)?),
                None => format!("{text}: no running node leads"),
            }
        }
        _ => match value::operand(world, asked)? {
            Side::Is(found) => format!("{asked}: {}", show(&found)),
            Side::Nothing | Side::NoLeader => format!("{asked}: none"),
        },
    })
}

/// A value alone, as it is typed: `3`, `n2`, `none`.
///
/// # Errors
/// If it names a node that the cluster does not have.
pub fn value_text(world: &World, asked: &Operand) -> Result<String, Undecided> {
    Ok(match value::operand(world, asked)? {
        Side::Is(found) => show(&found),
        Side::Nothing | Side::NoLeader => OrNone(None).to_string(),
    })
}

/// A value as a number, or as a duration in microseconds; `None` if it is neither now.
///
/// # Errors
/// If it names a node that the cluster does not have.
pub fn number(world: &World, asked: &Operand) -> Result<Option<u64>, Undecided> {
    Ok(match value::operand(world, asked)? {
        Side::Is(Value::Number(number) | Value::Duration(number)) => Some(number),
        Side::Is(Value::Text(text)) => text.parse().ok(),
        _ => None,
    })
}

fn request(world: &World, op: OpRef, asked: &Operand) -> String {
    match (value::request(world, op), world.ops().latest()) {
        (Some((id, op)), _) if matches!(asked, Operand::OpValue(_)) => {
            format!("{id}: {}", OrNone(op.value))
        }
        (Some((id, op)), _) => format!("{id}: {}", op.outcome),
        (None, Some(latest)) => format!("no such request; the latest is {latest}"),
        (None, None) => "no request yet".to_owned(),
    }
}

/// A field of a node as text, and why it has none if it has none.
pub fn shown(world: &World, id: NodeId, asked: &Field) -> String {
    // Only `match` and `next` can name a node that does not exist.
    field(world, id, asked).unwrap_or_default()
}

/// A value of the cluster as text.
///
/// # Errors
/// If it names a node that does not exist.
pub fn shown_operand(world: &World, asked: &Operand) -> Result<String, Undecided> {
    Ok(match value::operand(world, asked)? {
        Side::Is(found) => show(&found),
        Side::Nothing | Side::NoLeader => "none".to_owned(),
    })
}

/// A field of a node, and why it has none if it has none.
fn field(world: &World, id: NodeId, asked: &Field) -> Result<String, Undecided> {
    let host = world.host(id);
    let found = value::field(world, host, asked)?;
    Ok(match (found, asked) {
        (Some(found), _) => show(&found),
        (None, Field::Vote | Field::Kv(_) | Field::Members | Field::Outgoing | Field::Learners) => {
            "none".to_owned()
        }
        (None, Field::Leader) if host.is_up() => "none".to_owned(),
        (None, Field::Match(_) | Field::Next(_)) if host.is_up() => {
            "none (it does not lead)".to_owned()
        }
        (None, _) => format!("none ({})", host.state.name()),
    })
}

fn show(value: &Value<'_>) -> String {
    let listed = |terms: &mut dyn Iterator<Item = u64>| {
        format!("[{}]", terms.map(|term| term.to_string()).collect::<Vec<_>>().join(","))
    };
    match value {
        Value::Number(number) => number.to_string(),
        Value::Duration(us) => quantity::time(*us),
        Value::Role(role) => role.to_string(),
        Value::State(state) => state.to_string(),
        Value::Outcome(outcome) => outcome.to_string(),
        Value::Node(node) => node.to_string(),
        Value::Nodes(nodes) => nodes.to_string(),
        Value::Text(text) => OrNone(Some(text)).to_string(),
        Value::Terms(terms) => listed(&mut terms.iter().copied()),
        Value::Log(log) => listed(&mut value::terms(log)),
    }
}
