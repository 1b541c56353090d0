//! The events that somebody may want to jump to, by what they tell and not by their kinds.

use crate::raft::RoleName;
use crate::sim::{Event, EventKind, Family, HostState};
use crate::view::document::Tone;

/// What an event is for somebody who looks for such events; `None` of most. `tone` is that of its
/// sentence. `commit` is the highest commit index so far.
pub(super) fn jump(event: &Event, tone: Tone, commit: &mut u32) -> Option<&'static str> {
    let attributes = event.kind.attributes();
    let told = attributes.told;
    if let Some(index) = told.commit {
        let is_new = index.0 > *commit;
        *commit = index.0.max(*commit);
        return is_new.then_some("commit");
    }
    if let EventKind::PropertyViolated { .. } = event.kind {
        return Some("violation");
    }
    if event.kind.name().ends_with("_refused") {
        return Some("refusal");
    }
    match (attributes.family, told.role, attributes.life) {
        (_, _, Some((_, HostState::Down | HostState::Halted(_) | HostState::Paused))) => {
            Some("fault")
        }
        (Family::Node | Family::Link | Family::Disk, ..) if tone == Tone::Bad => Some("fault"),
        (_, Some((RoleName::Leader, _)), _) => Some("leader"),
        (_, Some((RoleName::Candidate | RoleName::PreCandidate, _)), _) => Some("election"),
        _ => None,
    }
}
