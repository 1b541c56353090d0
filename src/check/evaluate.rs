//! Evaluates conditions in a world: whether they hold, and what was found.

use crate::kv::Command;
use crate::quantity::counted;
use crate::raft::{Index, NodeId, NodeSet, RoleName};
use crate::sim::{Host, HostState, JudgingEnded, Op, OpId, Record, Violation, World};

use super::condition::{Condition, Fact, Field, NodeQuantifier, OpRef, OpTest, Property, State};
use super::property;
use super::selector::Selector;
use crate::word::OrNone;

/// Why a condition can be called neither true nor false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// It names a node by a number that the cluster does not have.
    #[error("unknown node 'n{0}'")]
    UnknownNode(u64),
    /// It asks about violations, and judging has ended.
    #[error("nothing is judged from #{} on, so nobody can say", .0.event)]
    NotJudged(JudgingEnded),
}

/// Whether a condition holds.
///
/// # Errors
/// If it names a node that the cluster does not have, or depends on a violation of which nothing is
/// known because judging has ended.
pub fn holds(world: &World, condition: &Condition) -> Result<bool, Undecided> {
    match condition {
        Condition::Not(inner) => Ok(!holds(world, inner)?),
        Condition::And(parts) => {
            // Every part is evaluated, so an unknown node is an error whatever the other parts say.
            parts.iter().try_fold(true, |all, part| Ok(holds(world, part)? && all))
        }
        Condition::Or(parts) => {
            parts.iter().try_fold(false, |any, part| Ok(holds(world, part)? || any))
        }
        Condition::Is(fact) => fact_holds(world, fact),
    }
}

/// What was found for each fact of a condition: the fact as written, and the state of the world.
///
/// # Errors
/// If it names a node that the cluster does not have.
pub fn findings(world: &World, condition: &Condition) -> Result<Vec<(String, String)>, Undecided> {
    condition.facts().map(|(fact, _)| Ok((fact.to_string(), finding(world, fact)?))).collect()
}

/// The nodes that a selector means now.
///
/// # Errors
/// If it names a node that the cluster does not have.
pub fn select(world: &World, selector: Selector) -> Result<NodeSet, Undecided> {
    Ok(match selector {
        Selector::Node(number) => NodeSet::one(node(world, number)?),
        Selector::Range(first, last) => {
            let (first, last) = (node(world, first)?, node(world, last)?);
            world.nodes().iter().filter(|&node| first <= node && node <= last).collect()
        }
        Selector::All => world.nodes(),
        Selector::Leader => world.leader().into_iter().collect(),
        Selector::Followers => world.followers(),
        Selector::Live => world.live(),
        Selector::Down => world.down(),
    })
}

/// The keys that a condition names and no state machine holds, the last one first.
pub fn missing_keys<'a>(world: &World, condition: &'a Condition) -> Vec<&'a str> {
    let key = |(fact, _): (&'a Fact, bool)| match fact {
        Fact::Node { property: Property::Kv { key, .. }, .. } => Some(key.as_str()),
        _ => None,
    };
    let is_missing = |key: &&str| world.hosts().all(|host| host.store.get(key).is_none());
    let mut missing: Vec<&str> = condition.facts().filter_map(key).filter(is_missing).collect();
    missing.reverse();
    missing
}

fn node(world: &World, number: u64) -> Result<NodeId, Undecided> {
    let node = NodeId::new(number).filter(|node| node.position() < world.cluster_size());
    node.ok_or(Undecided::UnknownNode(number))
}

fn fact_holds(world: &World, fact: &Fact) -> Result<bool, Undecided> {
    Ok(match fact {
        Fact::Leader => world.leader().is_some(),
        Fact::NoLeader => world.leader().is_none(),
        Fact::LeaderIs { equal, node: number } => {
            (world.leader() == Some(node(world, *number)?)) == *equal
        }
        Fact::Node { subject, property } => {
            let nodes = subject_nodes(world, *subject)?;
            let found: Vec<bool> = nodes
                .iter()
                .map(|id| property_holds(world, id, property))
                .collect::<Result<_, _>>()?;
            match subject {
                NodeQuantifier::Any => found.contains(&true),
                NodeQuantifier::Every(_) => !found.is_empty() && !found.contains(&false),
            }
        }
        Fact::Op { op, test } => op_holds(world, *op, test),
        Fact::Committed { key, value } => is_committed(world, key, value),
        Fact::Agree => live_agree(world, |host| host.report().map(|report| report.commit)),
        Fact::Quiet => is_quiet(world),
        Fact::Safe => safety_violations(world).next().is_none() && judged(world)?,
        Fact::Violated(property) => violated(world, property).is_some() || !judged(world)?,
        Fact::Messages { comparison, count } => {
            comparison.holds(world.network().len() as u64, *count)
        }
        Fact::Time { comparison, us } => comparison.holds(world.now_us(), *us),
    })
}

fn subject_nodes(world: &World, subject: NodeQuantifier) -> Result<NodeSet, Undecided> {
    match subject {
        NodeQuantifier::Any => Ok(world.nodes()),
        NodeQuantifier::Every(selector) => select(world, selector),
    }
}

fn state(host: &Host) -> State {
    match host.state {
        HostState::Up => State::Up,
        HostState::Paused => State::Paused,
        HostState::Down => State::Down,
        HostState::Halted(_) => State::Halted,
    }
}

fn property_holds(world: &World, id: NodeId, property: &Property) -> Result<bool, Undecided> {
    let host = world.host(id);
    Ok(match property {
        Property::Role { equal, role } => {
            (host.report().map(|report| report.role) == Some(*role)) == *equal
        }
        Property::State { equal, state: wanted } => (state(host) == *wanted) == *equal,
        Property::Vote { equal, vote } => {
            let wanted = vote.map(|number| node(world, number)).transpose()?;
            (host.hard_state().voted_for == wanted) == *equal
        }
        Property::Number { field, comparison, value } => match number(world, host, *field)? {
            Some(found) => comparison.holds(found, *value),
            // A missing number differs from every number; no other comparison with it is true.
            None => *comparison == super::condition::Comparison::NotEqual,
        },
        Property::Log { equal, terms } => {
            let log = host.log();
            let same = log.last_index().0 as usize == terms.len()
                && log
                    .iter_from(Index(1))
                    .map(|(_, entry)| u64::from(entry.term.0))
                    .eq(terms.iter().copied());
            same == *equal
        }
        Property::Kv { key, equal, value } => (host.store.get(key) == value.as_deref()) == *equal,
    })
}

/// A number of a node; None if it has none now, as a node that is down has no commit index.
fn number(world: &World, host: &Host, field: Field) -> Result<Option<u64>, Undecided> {
    let running = host.report();
    Ok(match field {
        Field::Term => Some(u64::from(host.hard_state().current_term.0)),
        Field::Last => Some(u64::from(host.log().last_index().0)),
        Field::Commit => running.map(|report| u64::from(report.commit.0)),
        Field::Applied => running.map(|report| u64::from(report.applied.0)),
        Field::Match(number) => {
            progress(host, node(world, number)?).map(|row| u64::from(row.match_index.0))
        }
        Field::Next(number) => {
            progress(host, node(world, number)?).map(|row| u64::from(row.next_index.0))
        }
    })
}

/// What a node, if it leads, knows of another node's log.
fn progress(host: &Host, of: NodeId) -> Option<crate::raft::Progress> {
    let leads = |record: &&Record| record.report.role == RoleName::Leader && of != host.id;
    host.record().filter(leads)?.progress.get(of).copied()
}

fn request(world: &World, op: OpRef) -> Option<(OpId, Op<'_>)> {
    let id = match op {
        OpRef::Latest => world.ops().latest()?,
        OpRef::Number(number) => OpId(u32::try_from(number).ok()?),
    };
    Some((id, world.ops().get(id)?))
}

fn op_holds(world: &World, op: OpRef, test: &OpTest) -> bool {
    request(world, op).is_some_and(|(_, op)| match test {
        OpTest::Outcome { equal, outcome } => (op.outcome == *outcome) == *equal,
        OpTest::Value { equal, value } => (op.value == value.as_deref()) == *equal,
    })
}

/// An error once judging has ended: a property without a known violation may be violated since.
fn judged(world: &World) -> Result<bool, Undecided> {
    world.judging_ended().map_or(Ok(true), |ended| Err(Undecided::NotJudged(ended)))
}

/// The properties that a condition rightly asserts are violated: those that it names under an even
/// number of `not`s, in the parts that make it true. None if the condition is false.
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
    if holds(world, condition)? != wanted {
        return Ok(());
    }
    match condition {
        Condition::Not(inner) => collect_violated(world, inner, !wanted, said),
        Condition::And(parts) | Condition::Or(parts) => {
            parts.iter().try_for_each(|part| collect_violated(world, part, wanted, said))
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
        let committed =
            (1..=record.report.commit.0).filter_map(|index| record.committed(Index(index)));
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

/// Whether all live nodes have equal logs, and equal results of `also`.
fn live_agree<T: PartialEq>(world: &World, also: impl Fn(&Host) -> T) -> bool {
    let mut live = world.hosts().filter(|host| host.is_up());
    let Some(first) = live.next() else { return true };
    let Some(log) = first.record().map(|record| &record.log) else { return true };
    live.all(|host| {
        // The ends are compared first, which is cheap: most logs that differ do so in length or at
        // the end.
        let same = |other: &Record| other.log.last() == log.last() && other.log == *log;
        also(host) == also(first) && host.record().is_some_and(same)
    })
}

fn is_quiet(world: &World) -> bool {
    world.network().in_flight().all(|message| message.heartbeat)
        && world.hosts().all(|host| host.disk.unfinished() == 0)
        && live_agree(world, |_| ())
}

/// What was found for one fact.
fn finding(world: &World, fact: &Fact) -> Result<String, Undecided> {
    Ok(match fact {
        Fact::Leader | Fact::NoLeader | Fact::LeaderIs { .. } => match world.leader() {
            Some(leader) => format!("{leader} as leader"),
            None => "none: no running node leads".to_owned(),
        },
        Fact::Node { subject, property } => {
            let nodes = subject_nodes(world, *subject)?;
            if nodes.is_empty() {
                return Ok("no such node".to_owned());
            }
            let found = nodes
                .iter()
                .map(|id| Ok(format!("{id}: {}", property_finding(world, id, property)?)));
            found.collect::<Result<Vec<_>, _>>()?.join(", ")
        }
        Fact::Op { op, test } => op_finding(world, *op, test),
        Fact::Committed { key, value } if is_committed(world, key, value) => {
            "it committed".to_owned()
        }
        Fact::Committed { .. } => {
            let commits = world.hosts().filter_map(|host| {
                host.report().map(|report| format!("{} up to {}", host.id, report.commit))
            });
            format!("it not committed; commit indices: {}", commits.collect::<Vec<_>>().join(", "))
        }
        Fact::Agree if fact_holds(world, fact)? => "all live nodes agreeing".to_owned(),
        Fact::Agree => "different logs or commit indices; see `logs` and `status`".to_owned(),
        Fact::Quiet => {
            let others = world.network().in_flight().filter(|message| !message.heartbeat).count();
            let writes: usize = world.hosts().map(|host| host.disk.unfinished()).sum();
            let logs = if live_agree(world, |_| ()) { "equal" } else { "not equal" };
            let (others, writes) =
                (counted(others as u64, "message"), counted(writes as u64, "unfinished write"));
            format!("{others} besides heartbeats, {writes}, live logs {logs}")
        }
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
        Fact::Messages { .. } => format!("{} in flight", world.network().len()),
        Fact::Time { .. } => crate::quantity::time(world.now_us()),
    })
}

fn op_finding(world: &World, op: OpRef, test: &OpTest) -> String {
    match request(world, op) {
        None => match world.ops().latest() {
            Some(latest) => format!("no such request; the latest is {latest}"),
            None => "no request yet".to_owned(),
        },
        Some((id, op)) => match test {
            OpTest::Outcome { .. } => format!("{id}: {}", op.outcome),
            OpTest::Value { .. } => format!("{id}: {}", OrNone(op.value)),
        },
    }
}

fn property_finding(world: &World, id: NodeId, property: &Property) -> Result<String, Undecided> {
    let host = world.host(id);
    let or_not =
        |text: Option<String>| text.unwrap_or_else(|| format!("none ({})", host.state.name()));
    Ok(match property {
        Property::Role { .. } => or_not(host.report().map(|report| report.role.to_string())),
        Property::State { .. } => state(host).to_string(),
        Property::Vote { .. } => {
            host.hard_state().voted_for.map_or("none".to_owned(), |vote| vote.to_string())
        }
        Property::Number { field, .. } => {
            let found = number(world, host, *field)?.map(|found| found.to_string());
            match field {
                Field::Match(_) | Field::Next(_) if host.is_up() => {
                    found.unwrap_or_else(|| "none (it does not lead)".to_owned())
                }
                _ => or_not(found),
            }
        }
        Property::Log { .. } => {
            let terms = host
                .log()
                .iter_from(Index(1))
                .map(|(_, entry)| entry.term.to_string())
                .collect::<Vec<_>>();
            format!("[{}]", terms.join(","))
        }
        Property::Kv { key, .. } => OrNone(host.store.get(key)).to_string(),
    })
}
