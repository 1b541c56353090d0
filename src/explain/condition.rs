//! Why a condition holds, or does not: the parts that decide, and no others.

use crate::check::condition::{Condition, Fact, NodeQuantifier, OneNode, Operand, Test};
use crate::check::evaluate::{self, Undecided};
use crate::check::property::LINEARIZABILITY;
use crate::raft::{NodeId, NodeSet};
use crate::sim::EventKind;

use super::answer::{Answer, Since};
use super::case::Case;
use super::claim::{Claim, ClaimKind, ReplicationClaim, StateClaim};
use super::{agreement, election, entry, field, numbers, request, since, violated};

/// The most claims of an answer, so that it fits a screen.
const CLAIMS: usize = 8;

/// The most nodes of a set that are explained one by one.
const NODES: usize = 3;

/// Why a condition holds, or does not.
///
/// # Errors
/// If it names a node that does not exist, or depends on a violation after judging has ended.
pub fn condition(case: &Case<'_>, condition: &Condition) -> Result<Answer, Undecided> {
    let holds = evaluate::holds(case.now, condition)?;
    let claims = decisive(case, condition, CLAIMS)?;
    Ok(Answer {
        question: condition.to_string(),
        holds: Some(holds),
        since: since::since(case, condition, holds)?
            .or_else(|| long_since(case, condition, &claims)),
        claims,
        ..Answer::default()
    })
}

/// When the write was committed that these claims are about, though that was long ago.
fn long_since(case: &Case<'_>, condition: &Condition, claims: &[Claim]) -> Option<Since> {
    if !matches!(condition, Condition::Is(Fact::Committed { .. })) {
        return None;
    }
    let is_commit = |claim: &&Claim| {
        matches!(claim.kind, ClaimKind::Replication(ReplicationClaim::CommittedOn { .. }))
    };
    let event = claims.iter().find(is_commit)?.events.first()?;
    case.event(*event).map(|event| Since { event: event.id, time_us: event.time_us })
}

/// The same without a date, in at most this many claims: for a failure that nobody asked about.
///
/// # Errors
/// As [`condition`].
pub fn condition_briefly(
    case: &Case<'_>,
    condition: &Condition,
    most: usize,
) -> Result<Answer, Undecided> {
    let holds = evaluate::holds(case.now, condition)?;
    let claims = decisive(case, condition, most)?;
    Ok(Answer { question: condition.to_string(), holds: Some(holds), claims, ..Answer::default() })
}

/// At most `most` claims that decide whether a condition holds.
///
/// # Errors
/// As [`condition`].
pub fn decisive(
    case: &Case<'_>,
    condition: &Condition,
    most: usize,
) -> Result<Vec<Claim>, Undecided> {
    let parts = deciding(case, condition)?;
    let mut of_parts = Vec::new();
    for part in &parts {
        of_parts.push(of_fact(case, part)?);
    }
    // Each part says its first claims before any says more.
    let mut claims: Vec<Claim> = Vec::new();
    let longest = of_parts.iter().map(Vec::len).max().unwrap_or(0);
    let share = most.div_ceil(parts.len().max(1));
    let mut order: Vec<(usize, usize, &Claim)> = Vec::new();
    for (nth, of_part) in of_parts.iter().enumerate() {
        order.extend(of_part.iter().enumerate().map(|(at, claim)| (at / share, nth, claim)));
    }
    order.sort_by_key(|(round, nth, _)| (*round, *nth));
    for (_, _, claim) in order.into_iter().take(longest * parts.len().max(1)) {
        if claims.len() < most && !claims.contains(claim) {
            claims.push(claim.clone());
        }
    }
    Ok(claims)
}

/// The facts that decide whether a condition holds: of an `and` that does not hold, those of the
/// parts that do not; of an `or` that holds, those of the parts that do.
fn deciding<'c>(case: &Case<'_>, condition: &'c Condition) -> Result<Vec<&'c Fact>, Undecided> {
    Ok(match condition {
        Condition::Is(fact) => vec![fact],
        Condition::Not(inner) => deciding(case, inner)?,
        Condition::And(parts) | Condition::Or(parts) => {
            let holds = evaluate::holds(case.now, condition)?;
            let is_and = matches!(condition, Condition::And(_));
            let mut facts = Vec::new();
            for part in parts {
                // All parts of an `and` that holds decide, and of an `or` that does not.
                if is_and == holds || evaluate::holds(case.now, part)? == holds {
                    facts.extend(deciding(case, part)?);
                }
            }
            facts
        }
    })
}

/// Why a fact is so, or is not.
fn of_fact(case: &Case<'_>, fact: &Fact) -> Result<Vec<Claim>, Undecided> {
    let holds = evaluate::holds(case.now, &Condition::Is(fact.clone()))?;
    Ok(match fact {
        Fact::Leader | Fact::NoLeader => election::leaders(case),
        Fact::Node { subject, test } => of_nodes(case, *subject, test, holds)?,
        Fact::Compare { left, right, .. } => compare(case, left, right, fact, holds)?,
        Fact::Changes(operand) => changes(case, operand)?,
        Fact::Event { kind, nodes } => event(case, kind, *nodes)?,
        Fact::Committed { key, value } => entry::committed(case, key, value),
        Fact::Agree => agreement::agree(case),
        Fact::Quiet => agreement::quiet(case),
        Fact::Safe => violated::violated(case, None),
        Fact::Linearizable => violated::violated(case, Some(LINEARIZABILITY.name)),
        Fact::Violated(property) => violated::violated(case, Some(property)),
    })
}

/// Of a set, the nodes that decide.
fn of_nodes(
    case: &Case<'_>,
    subject: NodeQuantifier,
    test: &Test,
    holds: bool,
) -> Result<Vec<Claim>, Undecided> {
    let (set, every) = match subject {
        NodeQuantifier::Every(set) => (set, true),
        NodeQuantifier::Any => (crate::check::selector::Selector::All, false),
    };
    let (pass, fail) = numbers::partition(case, set, test)?;
    let decide = if holds { pass } else { fail };
    let mut claims = Vec::new();
    if pass.union(fail).is_empty() {
        let set = set.to_string();
        claims.push(Claim::new(StateClaim::EmptySet { set: set.clone() }, []));
        if set == "leader" {
            claims.extend(election::no_leader(case));
        }
        return Ok(claims);
    }
    if pass.union(fail).len() > 1 {
        let shown = if every { test.to_string() } else { format!("any.{test}") };
        let counted = StateClaim::Counted { test: shown, pass, fail };
        claims.push(Claim::new(counted, []));
    }
    claims.extend(each(decide, |node| field::field(case, node, test, holds)));
    claims.extend(right_side(case, &test.right)?);
    Ok(claims)
}

/// The claims of the first nodes of a set, in turns.
fn each(nodes: NodeSet, explain: impl Fn(NodeId) -> Vec<Claim>) -> Vec<Claim> {
    let all: Vec<Vec<Claim>> = nodes.iter().take(NODES).map(explain).collect();
    let longest = all.iter().map(Vec::len).max().unwrap_or(0);
    let turns = (0..longest).flat_map(|nth| all.iter().filter_map(move |list| list.get(nth)));
    turns.cloned().collect()
}

/// What the right side of a comparison is, if it is a value of the cluster.
fn right_side(case: &Case<'_>, right: &Operand) -> Result<Vec<Claim>, Undecided> {
    if right.is_literal() { Ok(Vec::new()) } else { operand(case, right, None, true) }
}

fn compare(
    case: &Case<'_>,
    left: &Operand,
    right: &Operand,
    fact: &Fact,
    holds: bool,
) -> Result<Vec<Claim>, Undecided> {
    let mut claims = operand(case, left, Some((fact, right)), holds)?;
    claims.extend(operand(case, right, Some((fact, left)), holds)?);
    Ok(claims)
}

/// Why a value of the cluster is what it is. `against` is what it is compared with.
fn operand(
    case: &Case<'_>,
    asked: &Operand,
    against: Option<(&Fact, &Operand)>,
    holds: bool,
) -> Result<Vec<Claim>, Undecided> {
    let world = case.world();
    let other = against.map(|(_, other)| other);
    Ok(match asked {
        Operand::Leader => match other {
            Some(Operand::Node(number)) => {
                let node =
                    evaluate::select(world, crate::check::selector::Selector::Node(*number))?;
                node.iter().flat_map(|node| election::leader_is(case, node)).collect()
            }
            _ => election::leaders(case),
        },
        Operand::Leaders => election::leaders(case),
        Operand::Op(op) | Operand::OpValue(op) => request::outcome(case, *op),
        Operand::Count(set, test) => {
            let (pass, fail) = numbers::partition(case, *set, test)?;
            let shown = format!("{set}.{test}");
            let mut claims = vec![Claim::new(StateClaim::Counted { test: shown, pass, fail }, [])];
            let decide = if holds && !pass.is_empty() { pass } else { fail };
            let passes = holds && !pass.is_empty();
            claims.extend(each(decide, |node| field::field(case, node, test, passes)));
            claims
        }
        Operand::Up => numbers::up(case),
        Operand::Messages => numbers::messages(case, |_| true),
        Operand::Time => numbers::time(case),
        Operand::Field(of, asked) => of_one(case, *of, asked, against, holds)?,
        Operand::Number(_)
        | Operand::Duration(_)
        | Operand::Role(_)
        | Operand::State(_)
        | Operand::Outcome(_)
        | Operand::Node(_)
        | Operand::Nodes(_)
        | Operand::Log(_)
        | Operand::Text(_)
        | Operand::None => Vec::new(),
    })
}

/// A field of one node, compared with something.
fn of_one(
    case: &Case<'_>,
    of: OneNode,
    asked: &crate::check::condition::Field,
    against: Option<(&Fact, &Operand)>,
    holds: bool,
) -> Result<Vec<Claim>, Undecided> {
    let nodes = evaluate::select(case.world(), of.selector())?;
    let Some(node) = nodes.iter().next() else {
        let set = of.selector().to_string();
        let mut claims = vec![Claim::new(StateClaim::EmptySet { set }, [])];
        claims.extend(election::no_leader(case));
        return Ok(claims);
    };
    Ok(match against {
        Some((Fact::Compare { comparison, .. }, right)) if right.is_literal() => {
            let test = Test { field: asked.clone(), comparison: *comparison, right: right.clone() };
            field::field(case, node, &test, holds)
        }
        _ => field::value(case, node, asked),
    })
}

/// What a value was when the command began, and is now.
fn changes(case: &Case<'_>, asked: &Operand) -> Result<Vec<Claim>, Undecided> {
    let (before, now) = (
        evaluate::shown_operand(case.now.before, asked)?,
        evaluate::shown_operand(case.now.world, asked)?,
    );
    let kind = StateClaim::Compared { what: asked.to_string(), now, before };
    let mut claims = vec![Claim::new(kind, [])];
    claims.extend(operand(case, asked, None, true)?);
    Ok(claims)
}

/// The events of that kind in the step just made, or the latest one before it.
fn event(
    case: &Case<'_>,
    kind: &'static str,
    nodes: Option<crate::check::selector::Selector>,
) -> Result<Vec<Claim>, Undecided> {
    let nodes = nodes.map(|nodes| evaluate::select(case.world(), nodes)).transpose()?;
    let is_meant = |event: &&crate::sim::Event| {
        event.kind.name() == kind && nodes.is_none_or(|nodes| nodes.contains(event.node))
    };
    let now: Vec<Claim> = case.now.latest.iter().filter(is_meant).map(Claim::event).collect();
    if !now.is_empty() {
        return Ok(now);
    }
    let mut claims = vec![Claim::new(StateClaim::NoSuchEvent { kind }, [])];
    claims.extend(case.latest(|event| is_meant(&event)).map(Claim::event));
    let violations = kind == "property_violated";
    let broken = case.latest(|event| matches!(event.kind, EventKind::PropertyViolated { .. }));
    claims.extend(broken.filter(|_| violations).map(Claim::event));
    Ok(claims)
}
