//! The events of a life that are no longer kept, made again.

use crate::check::Checker;
use crate::explain::case::Case;
use crate::history::EventLog;
use crate::sim::World;

/// The events around the moment at which this became so for the first time; `None` if they are
/// kept. It must have stayed so.
pub(super) fn first(case: &Case<'_>, holds: impl Fn(&World, &Checker) -> bool) -> Option<EventLog> {
    let forgotten = case.events().forgotten();
    let after = (forgotten > 0).then(|| case.tree.before_first(&holds));
    after.filter(|after| *after < forgotten).map(|after| case.tree.events_until(after, holds))
}

/// The events around the moment since which this is so without a break; `None` if they are kept.
pub(super) fn latest(
    case: &Case<'_>,
    holds: impl Fn(&World, &Checker) -> bool,
) -> Option<EventLog> {
    let forgotten = case.events().forgotten();
    let after = (forgotten > 0).then(|| case.tree.after_last_not(&holds));
    after.filter(|after| *after < forgotten).map(|after| case.tree.events_until(after, holds))
}
