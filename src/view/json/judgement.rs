//! Violations of properties, and flaws that can be switched on.

use serde::Serialize;

use crate::check::progress::Missing;
use crate::raft::{self, NodeId};
use crate::sim::{JudgingEnded, World};

#[derive(Serialize)]
struct Violation<'a> {
    property: &'static str,
    event: u64,
    node: NodeId,
    detail: &'a str,
}

/// `violations`: the violations so far, in order.
pub fn violations(world: &World) -> impl Serialize + '_ {
    let shown = world.violations().iter().map(|violation| Violation {
        property: violation.property,
        event: violation.event,
        node: violation.node,
        detail: &violation.detail,
    });
    shown.collect::<Vec<_>>()
}

#[derive(Serialize)]
struct Claim<'a> {
    claim: &'static str,
    text: &'a str,
    nodes: Vec<NodeId>,
    events: [u64; 0],
    index: Option<u32>,
    term: Option<u32>,
    section: &'static str,
}

/// `mend`: what the cluster has not reached.
pub fn missing(missing: &[Missing]) -> impl Serialize + '_ {
    let shown = missing.iter().map(|missing| Claim {
        claim: missing.claim,
        text: &missing.text,
        nodes: missing.nodes.iter().collect(),
        events: [],
        index: missing.index.map(|index| index.0),
        term: missing.term.map(|term| term.0),
        section: missing.section,
    });
    shown.collect::<Vec<_>>()
}

#[derive(Serialize)]
struct NotJudged {
    event: u64,
    node: NodeId,
    reason: &'static str,
}

/// `status` and `violations`: the event from which on no property is checked any more, and why;
/// null while properties are checked.
pub fn not_judged(world: &World) -> impl Serialize {
    world.judging_ended().map(gave_up)
}

/// `violations`: the event from which on nobody knows whether answers fit together, and why; null
/// while that is judged.
pub fn undecided(world: &World) -> impl Serialize {
    world.undecided().map(gave_up)
}

fn gave_up(ended: JudgingEnded) -> NotJudged {
    NotJudged { event: ended.event, node: ended.node, reason: ended.why }
}

/// `status`: the names of the properties that were violated.
pub fn violated(world: &World) -> Vec<&'static str> {
    world.violations().iter().map(|violation| violation.property).collect()
}

/// `status`: the names of the flaws that are on.
pub fn flaws_on(world: &World) -> Vec<&'static str> {
    world.settings().raft.flaws.iter().map(raft::Flaw::name).collect()
}

#[derive(Serialize)]
struct Flaw {
    flaw: &'static str,
    on: bool,
    does: &'static str,
    source: &'static str,
}

/// `flaw`: every flaw, and whether it is on.
pub fn flaws(world: &World) -> impl Serialize {
    let on = world.settings().raft.flaws;
    let shown = |&flaw: &raft::Flaw| Flaw {
        flaw: flaw.name(),
        on: on.has(flaw),
        does: flaw.does(),
        source: flaw.source(),
    };
    raft::Flaw::ALL.iter().map(shown).collect::<Vec<_>>()
}
