//! Who led and who campaigned in the time that a picture shows.

use crate::export::part::Part;
use crate::raft::{NodeId, RoleName, Term};
use crate::sim::{Event, EventId, HostState};

/// A stretch in which a node had a role in one term.
pub(super) struct Phase {
    pub(super) lane: usize,
    pub(super) role: RoleName,
    pub(super) term: Term,
    /// The event with which it began; none if it was so when the picture begins.
    pub(super) from: Option<EventId>,
    /// The event with which it ended; none if it is still so.
    pub(super) to: Option<EventId>,
}

/// The phases of these lanes, as far as the events that are kept tell them.
pub(super) fn phases(part: &Part<'_>, events: &[&Event], lanes: &[NodeId]) -> Vec<Phase> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Vec::new() };
    let mut now: Vec<Option<(RoleName, Term, Option<EventId>)>> = vec![None; lanes.len()];
    let mut phases = Vec::new();
    for event in part.log.iter().take_while(|event| event.id <= last.id) {
        let Ok(lane) = lanes.binary_search(&event.node) else { continue };
        let attributes = event.kind.attributes();
        let stops = matches!(attributes.life, Some((_, HostState::Down | HostState::Halted(_))));
        if !stops && attributes.told.role.is_none() {
            continue;
        }
        let shown = (event.id >= first.id).then_some(event.id);
        if let Some((role, term, from)) = now[lane].take()
            && shown.is_some()
        {
            phases.push(Phase { lane, role, term, from, to: shown });
        }
        now[lane] = attributes.told.role.filter(|_| !stops).map(|(role, term)| (role, term, shown));
    }
    let open = now.into_iter().enumerate().filter_map(|(lane, now)| {
        let (role, term, from) = now?;
        Some(Phase { lane, role, term, from, to: None })
    });
    phases.extend(open);
    phases
}
