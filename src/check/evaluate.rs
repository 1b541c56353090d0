//! Evaluates conditions: whether they hold, and what was found.

mod finding;
mod nodes;
mod value;

pub use finding::{Finding, findings, number, shown, shown_operand, value_text};
pub use nodes::{Undecided, select};
pub use value::request;

use crate::kv::Command;
use crate::raft::{Index, NodeSet};
use crate::sim::{Event, Host, Record, Violation, World};

use super::condition::{Condition, Fact, Field, NodeQuantifier, Operand, Test};
use super::property::{self, LINEARIZABILITY};

/// What a condition is judged by: a cluster at one moment, and how it came there.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The cluster as it is.
    pub world: &'a World,
    /// The cluster as it was when the command began, with which `changes` compares.
    pub before: &'a World,
    /// The events of the step just made; none before the first one.
    pub latest: &'a [Event],
}

impl<'a> Situation<'a> {
    /// The cluster as it is, without a past: nothing changes, and no event happens.
    pub fn now(world: &'a World) -> Situation<'a> {
        Situation { world, before: world, latest: &[] }
    }
}

/// Whether a condition holds.
///
/// # Errors
/// If it names a node that the cluster does not have, or depends on a violation of which nothing is
/// known because judging has ended.
pub fn holds(now: Situation<'_>, condition: &Condition) -> Result<bool, Undecided> {
    match condition {
        Condition::Not(inner) => Ok(!holds(now, inner)?),
        Condition::And(parts) => {
            // Every part is evaluated, so an unknown node is an error whatever the other parts say.
            parts.iter().try_fold(true, |all, part| Ok(holds(now, part)? && all))
        }
        Condition::Or(parts) => {
            parts.iter().try_fold(false, |any, part| Ok(holds(now, part)? || any))
        }
        Condition::Is(fact) => fact_holds(now, fact),
    }
}

/// Whether a value differs between two clusters.
///
/// # Errors
/// If it names a node that one of the clusters does not have.
pub fn differs(before: &World, now: &World, value: &Operand) -> Result<bool, Undecided> {
    value::differs(before, now, value)
}

/// The keys that a condition names and no state machine holds, the last one first.
pub fn missing_keys<'a>(world: &World, condition: &'a Condition) -> Vec<&'a str> {
    let key = |(fact, _): (&'a Fact, bool)| match fact {
        Fact::Node { test: Test { field: Field::Kv(key), .. }, .. } => Some(key.as_str()),
        _ => None,
    };
    let is_missing = |key: &&str| world.hosts().all(|host| host.store.get(key).is_none());
    let mut missing: Vec<&str> = condition.facts().filter_map(key).filter(is_missing).collect();
    missing.reverse();
    missing
}

fn fact_holds(now: Situation<'_>, fact: &Fact) -> Result<bool, Undecided> {
    let world = now.world;
    Ok(match fact {
        Fact::Leader => world.leader().is_some(),
        Fact::NoLeader => world.leader().is_none(),
        Fact::Node { subject, test } => {
            let nodes = subject_nodes(world, *subject)?;
            let found: Vec<bool> =
                nodes.iter().map(|id| value::passes(world, id, test)).collect::<Result<_, _>>()?;
            match subject {
                NodeQuantifier::Any => found.contains(&true),
                NodeQuantifier::Every(_) => !found.is_empty() && !found.contains(&false),
            }
        }
        Fact::Compare { left, comparison, right } => {
            value::compare(world, left, *comparison, right)?
        }
        Fact::Changes(operand) => value::differs(now.before, world, operand)?,
        Fact::Event { kind, nodes } => {
            let nodes = nodes.map(|nodes| select(world, nodes)).transpose()?;
            let is_meant = |event: &Event| {
                event.kind.name() == *kind && nodes.is_none_or(|nodes| nodes.contains(event.node))
            };
            now.latest.iter().any(is_meant)
        }
        Fact::Committed { key, value } => is_committed(world, key, value),
        Fact::Agree => live_agree(world, |host| host.report().map(|report| report.commit)),
        Fact::Quiet => is_quiet(world),
        Fact::Safe => {
            safety_violations(world).next().is_none() && judged(world)? && decided(world)?
        }
        Fact::Linearizable => violated(world, LINEARIZABILITY.name).is_none() && decided(world)?,
        Fact::Violated(property) if *property == LINEARIZABILITY.name => {
            violated(world, property).is_some() || !decided(world)?
        }
        Fact::Violated(property) => violated(world, property).is_some() || !judged(world)?,
    })
}

fn subject_nodes(world: &World, subject: NodeQuantifier) -> Result<NodeSet, Undecided> {
    match subject {
        NodeQuantifier::Any => Ok(world.nodes()),
        NodeQuantifier::Every(selector) => select(world, selector),
    }
}

/// An error once judging has ended: a property without a known violation may be violated since.
fn judged(world: &World) -> Result<bool, Undecided> {
    world.judging_ended().map_or(Ok(true), |ended| Err(Undecided::NotJudged(ended)))
}

/// An error once judging has ended, or the judge has given up whether answers fit together.
fn decided(world: &World) -> Result<bool, Undecided> {
    world.undecided().map_or_else(|| judged(world), |gave_up| Err(Undecided::TooMany(gave_up)))
}

/// The properties that a condition rightly asserts are violated: those that it names under an even
/// number of `not`s, in the parts that make it true; `not linearizable` names one, too. None if the
/// condition is false.
///
/// # Errors
/// As with [`holds`].
pub fn said_violated(world: &World, condition: &Condition) -> Result<Vec<&'static str>, Undecided> {
    let mut said = Vec::new();
    collect_violated(world, condition, true, &mut said)?;
    Ok(said)
}

/// Adds the violated properties that the condition (its negation, unless `wanted`) rightly asserts.
fn collect_violated(
    world: &World,
    condition: &Condition,
    wanted: bool,
    said: &mut Vec<&'static str>,
) -> Result<(), Undecided> {
    if holds(Situation::now(world), condition)? != wanted {
        return Ok(());
    }
    match condition {
        Condition::Not(inner) => collect_violated(world, inner, !wanted, said),
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter().try_for_each(|part| collect_violated(world, part, wanted, said))
        }
        Condition::Is(Fact::Linearizable) if !wanted => {
            said.push(LINEARIZABILITY.name);
            Ok(())
        }
        Condition::Is(Fact::Violated(property)) if wanted => {
            said.push(property);
            Ok(())
        }
        Condition::Is(_) => Ok(()),
    }
}

/// The violations of properties of safety.
fn safety_violations(world: &World) -> impl Iterator<Item = &Violation> {
    world.violations().iter().filter(|violation| property::is_safety(violation.property))
}

/// The violation of a property, if there was one.
fn violated<'a>(world: &'a World, property: &str) -> Option<&'a Violation> {
    world.violations().iter().find(|violation| violation.property == property)
}

/// Whether a live node has committed a request that wrote this value, even if its log holds another
/// entry there by now. A `cas` wrote only if it found the old value, which follows from the
/// committed writes to the same key before it.
fn is_committed(world: &World, key: &str, value: &str) -> bool {
    let written = |host: &Host| {
        let record = host.record()?;
        let committed = (1..=record.report.commit.0)
            .filter_map(|index| world.committed_at(record, Index(index)));
        let mut holds: Option<&str> = None;
        for entry in committed {
            let written = match world.ops().command(entry.payload) {
                Some(Command::Put { key: put, value: to }) if **put == *key => Some(&**to),
                Some(Command::Cas { key: set, old, new })
                    if **set == *key && old.as_deref() == holds =>
                {
                    Some(&**new)
                }
                Some(Command::Del { key: gone }) if **gone == *key => None,
                _ => continue,
            };
            if written == Some(value) {
                return Some(());
            }
            holds = written;
        }
        None
    };
    world.hosts().filter(|host| host.is_up()).any(|host| written(host).is_some())
}

/// Whether all live members have equal logs, and equal results of `also`.
fn live_agree<T: PartialEq>(world: &World, also: impl Fn(&Host) -> T) -> bool {
    let members = world.live_members();
    let mut live = members.iter().map(|node| world.host(node));
    let Some(first) = live.next() else { return true };
    let Some(log) = first.record().map(|record| &record.log) else { return true };
    live.all(|host| {
        // The ends are compared first, which is cheap: most logs that differ do so in length or at
        // the end.
        let same = |other: &Record| other.log.agrees(log);
        also(host) == also(first) && host.record().is_some_and(same)
    })
}

fn is_quiet(world: &World) -> bool {
    world.network().in_flight().all(|message| message.heartbeat)
        && world.hosts().all(|host| host.disk.unfinished() == 0)
        && live_agree(world, |_| ())
}
