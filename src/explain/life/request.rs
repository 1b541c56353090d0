//! The life of a request.

use crate::check::condition::OpRef;
use crate::explain::answer::Answer;
use crate::explain::case::Case;
use crate::explain::{entry as entries, request as requests};
use crate::history::EventLog;
use crate::sim::{OpId, Outcome, World};

use super::{LINES, entry, past};

/// What has become of a request: its entry, its outcome, and who could still lose it.
pub(in crate::explain) fn life(case: &Case<'_>, op: OpId) -> Answer {
    let is_asked = |world: &World| world.ops().get(op).is_some();
    let is_answered =
        |world: &World| world.ops().get(op).is_some_and(|op| op.outcome != Outcome::Pending);
    let mut older: Vec<EventLog> = Vec::new();
    if is_answered(case.world()) {
        older.extend(past::first(case, |world, _| is_answered(world)));
    }
    older.extend(past::first(case, |world, _| is_asked(world)));
    let case = &case.with_older(&older);
    let mut answer = Answer {
        claims: requests::outcome(case, OpRef::Number(u64::from(op.0))),
        ..Answer::default()
    };
    let Some((entry, _)) = entries::of_request(case, op) else { return answer };
    let loss = entry::could_lose(case, entry);
    let superseded = entry::superseded_claim(case, entry);
    answer.claims.truncate(LINES.saturating_sub(loss.claims.len() + 1));
    answer.claims.extend(superseded.into_iter().chain(loss.claims));
    Answer { losable: loss.losable, sampled: loss.sampled, ..answer }
}
