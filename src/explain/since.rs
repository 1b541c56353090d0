//! Since when a condition holds, or does not.

use crate::check::condition::Condition;
use crate::check::evaluate::Undecided;

use super::answer::Since;
use super::case::Case;

/// Since when a condition is as it is.
pub(super) fn since(
    _case: &Case<'_>,
    _condition: &Condition,
    _holds: bool,
) -> Result<Option<Since>, Undecided> {
    Ok(None)
}
