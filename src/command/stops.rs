//! Why a command stops before it has done everything.

use crate::session::Session;

/// Whether a breakpoint stops the current command here. A violation at the same step goes first.
pub(super) fn is_at_break(session: &Session) -> bool {
    !session.hits().is_empty() && !session.is_violated()
}

/// What stops the current command.
pub(super) fn why_stopped(session: &Session) -> String {
    let by = session.hits().iter().map(|hit| format!("break {} ({})", hit.id, hit.text));
    match is_at_break(session) {
        true => format!("stopped by {}", by.collect::<Vec<_>>().join(" and ")),
        false => "cut short by a violation".to_owned(),
    }
}
