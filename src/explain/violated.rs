//! Why a property is violated: from the broken promise back to the first step that was wrong.

use crate::check::property;
use crate::raft::Flaw;
use crate::sim::{Event, EventKind, Violation};

use super::case::Case;
use super::claim::{Claim, StateClaim};

/// How far the causes of a violation are followed.
const CHAIN: usize = 4;

/// Why a property, or any of safety, was violated, or that none was.
pub(super) fn violated(case: &Case<'_>, asked: Option<&str>) -> Vec<Claim> {
    let world = case.world();
    let is_meant = |violation: &&Violation| match asked {
        Some(name) => violation.property == name,
        None => property::is_safety(violation.property),
    };
    if let Some(violation) = world.violations().iter().find(is_meant) {
        return explained(case, violation);
    }
    let mut claims = match world.judging_ended() {
        Some(ended) => vec![Claim::new(StateClaim::NotJudged { why: ended.why }, [ended.event])],
        None => {
            let through = world.event_count();
            vec![Claim::new(StateClaim::NothingViolated { through }, [])]
        }
    };
    // Another property, which may follow from the one that was asked about.
    if let Some(other) = world.violations().first() {
        claims.push(claim(other));
    }
    claims
}

fn claim(violation: &Violation) -> Claim {
    let Violation { property, node, event, detail } = violation;
    let kind = StateClaim::Violated { property, node: *node, detail: detail.to_string() };
    Claim::new(kind, Some(*event).filter(|event| *event > 0))
}

/// A violation, the event that violated the property, what led to it, and what was wrong before.
fn explained(case: &Case<'_>, violation: &Violation) -> Vec<Claim> {
    let world = case.world();
    let mut claims = vec![claim(violation)];
    let earlier = world.violations().iter().find(|it| it.event < violation.event);
    // The first promise that was broken is where it went wrong; what follows from it is later.
    if let Some(first) = earlier {
        claims.push(self::claim(first));
    }
    let first = earlier.unwrap_or(violation);
    let mut next = case.event(first.event);
    let mut chain = Vec::new();
    while let Some(event) = next.filter(|_| chain.len() < CHAIN) {
        chain.push(Claim::event(event));
        next = case.cause(event);
    }
    claims.extend(chain);
    claims.extend(harm(case, first).map(Claim::event));
    let flaws = Flaw::ALL.iter().filter(|flaw| world.settings().raft.flaws.has(**flaw));
    claims.extend(flaws.map(|flaw| Claim::new(StateClaim::FlawOn { flaw: flaw.name() }, [])));
    claims
}

/// The latest event before a violation that took something from a disk which it had promised to
/// keep.
fn harm<'a>(case: &Case<'a>, violation: &Violation) -> Option<&'a Event> {
    case.latest(|event| {
        event.id <= violation.event
            && matches!(
                event.kind,
                EventKind::DiskMadeToLie
                    | EventKind::DiskLossArmed
                    | EventKind::WriteVanished
                    | EventKind::DiskWentStale { .. }
                    | EventKind::RecordsDropped { .. }
                    | EventKind::DiskDamaged { .. }
            )
    })
}
