//! Sentences about values.

use crate::explain::claim::StateClaim;
use crate::quantity::{counted, time};
use crate::raft::NodeSet;
use crate::word::QuotedWord;

pub(super) fn sentence(claim: &StateClaim) -> String {
    match claim {
        StateClaim::Value { node, field, value } => format!("{node}.{field} is {value}"),
        StateClaim::ClusterValue { what, value } => format!("{what} is {value}"),
        StateClaim::NotRunning { node, field } => {
            format!("{node} does not run, so it has no {field}")
        }
        StateClaim::NotLeading { node, field } => {
            format!("{node} does not lead, so it has no {field}")
        }
        StateClaim::EmptySet { set } => {
            format!("no node is in the set {set} now, and nothing is true of an empty set")
        }
        StateClaim::Counted { test, pass, fail } => {
            format!("{test} is true of {} and false of {}", some(*pass), some(*fail))
        }
        StateClaim::Compared { what, now, before } if now == before => {
            format!("{what} is {now}, as when the command began")
        }
        StateClaim::Compared { what, now, before } => {
            format!("{what} is {now}, and was {before} when the command began")
        }
        StateClaim::NoSuchEvent { kind } => format!("the step just made had no {kind}"),
        StateClaim::InFlight { count, held, at_paused, heartbeats } => format!(
            "{} in flight: {held} held, {at_paused} at paused nodes, {heartbeats} of heartbeats",
            counted(u64::from(*count), "message")
        ),
        StateClaim::OldestInFlight { message, from, to, kind } => {
            format!("the oldest is m{message}, {from}'s {kind} to {to}")
        }
        StateClaim::UnfinishedWrites { node, count } => {
            let writes = counted(u64::from(*count), "unfinished write");
            format!("{node}'s disk has {writes}")
        }
        StateClaim::Clock { now_us } => format!("the time is {}", time(*now_us)),
        StateClaim::NothingViolated { through } => {
            format!("no property was violated in the events up to #{through}")
        }
        StateClaim::Violated { property, node, detail } => {
            format!("{node} violated {property}: {detail}")
        }
        StateClaim::NotJudged { why } => format!("nothing is judged any more: {why}"),
        StateClaim::FlawOn { flaw } => format!("the flaw {flaw} is on"),
        StateClaim::Request { op, node, command, outcome } => {
            format!("{op}, `{command}` at {node}, is {outcome}")
        }
        StateClaim::NoSuchRequest { op } => format!("there is no request {op}"),
        StateClaim::AppliedToCommit { node, commit } => format!(
            "{node} has applied all that it knows to be committed: its commit index is {commit}"
        ),
        StateClaim::KeyNeverApplied { node, key, applied } => format!(
            "{node} has applied entries up to {applied}, and none of them leaves a value of {}",
            QuotedWord(key)
        ),
        StateClaim::Refused { command, message } => format!("`{command}` was refused: {message}"),
    }
}

/// The nodes, or that there are none.
fn some(nodes: NodeSet) -> String {
    if nodes.is_empty() { "none".to_owned() } else { nodes.to_string() }
}
