//! Why a request has its outcome.

use crate::check::condition::OpRef;
use crate::check::evaluate;
use crate::sim::{EventKind, Outcome};

use super::case::Case;
use super::claim::{Claim, StateClaim};
use super::{election, entry, reach, read};

/// Why a request has its outcome, and its value.
pub(super) fn outcome(case: &Case<'_>, asked: OpRef) -> Vec<Claim> {
    let world = case.world();
    let Some((id, op)) = evaluate::request(world, asked) else {
        return vec![Claim::new(StateClaim::NoSuchRequest { op: asked.to_string() }, [])];
    };
    let mut claims = entry::request(case, id);
    let answered = entry::answered(case, id);
    match op.outcome {
        Outcome::Ok | Outcome::Failed => {
            let applied = answered.and_then(|event| case.cause(event));
            let applied =
                applied.filter(|event| matches!(event.kind, EventKind::EntryApplied { .. }));
            claims.extend(applied.map(Claim::event));
            claims.extend(answered.map(Claim::event));
        }
        Outcome::Unknown => {
            let cause = answered.and_then(|event| case.cause(event));
            let told = answered.map(Claim::event).into_iter().chain(cause.map(Claim::event));
            let mut all: Vec<Claim> = claims.drain(..claims.len().min(1)).collect();
            all.extend(told);
            all.extend(claims);
            claims = all;
            if let Some(gone) = reach::not_up(case, op.node) {
                claims.push(gone);
            }
        }
        Outcome::Pending => {
            let waits = read::waits(case, id);
            if !waits.is_empty() {
                claims.extend(waits);
                return claims;
            }
            claims.extend(reach::not_up(case, op.node));
            if world.leader() != Some(op.node) {
                claims.extend(election::role(case, op.node).into_iter().take(2));
            }
        }
    }
    claims
}
