//! Broken promises, and mistakes that can be switched on.

use serde::Serialize;

use super::Typed;
use crate::raft::NodeId;
use crate::sim::World;

#[derive(Serialize)]
struct Violation<'a> {
    property: &'static str,
    event: u64,
    node: Typed<NodeId>,
    detail: &'a str,
}

/// `violations`: what was violated so far, in order.
pub fn violations(world: &World) -> impl Serialize + '_ {
    let shown = world.violations().iter().map(|violation| Violation {
        property: violation.property,
        event: violation.event,
        node: Typed(violation.node),
        detail: &violation.detail,
    });
    shown.collect::<Vec<_>>()
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
    let shown = |&flaw: &crate::raft::Flaw| Flaw {
        flaw: flaw.name(),
        on: on.has(flaw),
        does: flaw.does(),
        source: flaw.source(),
    };
    crate::raft::Flaw::ALL.iter().map(shown).collect::<Vec<_>>()
}
