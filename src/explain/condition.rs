//! Why a condition holds, or does not.

use crate::check::condition::Condition;
use crate::check::evaluate::{self, Undecided};
use crate::raft::RoleName;

use super::answer::Answer;
use super::case::Case;
use super::claim::{Claim, StateClaim};

/// Why a condition holds, or does not.
///
/// # Errors
/// If it names a node that does not exist, or depends on a violation after judging has ended.
pub fn condition(case: &Case<'_>, condition: &Condition) -> Result<Answer, Undecided> {
    let holds = evaluate::holds(case.now, condition)?;
    let leads = case.world().hosts().filter_map(|host| {
        let report = host.report().filter(|report| report.role == RoleName::Leader)?;
        Some(Claim::new(StateClaim::Leads { node: host.id, term: report.term }, []))
    });
    Ok(Answer {
        question: condition.to_string(),
        holds: Some(holds),
        claims: leads.collect(),
        ..Answer::default()
    })
}
