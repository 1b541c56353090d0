//! `history --roles`: roles and terms over time, one row for each node.

use super::filter::Moment;
use crate::history::EventLog;
use crate::raft::{NodeId, NodeSet, RoleName, Term};
use crate::sim::event::Attributes;
use crate::sim::{Event, EventKind, HostState, World};
use crate::view::diagram::lanes;
use crate::view::document::{Block, Document, Paragraph, Phase, RoleStrip, StripRow, Text, Tone};
use crate::view::words;

/// Explains the letters.
const LEGEND: &str = "L leader   C candidate   F follower, each with its term";

/// Explains the letter of pre-candidates too.
const LEGEND_OF_FOUR: &str =
    "L leader   C candidate   P pre-candidate   F follower, each with its term";

/// Labels a phase whose role is unknown because its events are forgotten.
const UNKNOWN: &str = "?";

/// The roles of these nodes between two points in the history, by default over all events that are
/// kept.
pub fn roles(
    world: &World,
    log: &EventLog,
    nodes: NodeSet,
    since: Option<Moment>,
    until: Option<Moment>,
) -> Document {
    let time_of = |moment: Moment| match moment {
        Moment::Time(us) => us,
        Moment::Event(id) => log
            .get(id)
            .map_or_else(|| if id == 0 { 0 } else { world.now_us() }, |event| event.time_us),
    };
    let kept_from_us = match log.forgotten() {
        0 => 0,
        _ => log.iter().next().map_or(0, |event| event.time_us),
    };
    let from_us = since.map_or(kept_from_us, time_of).min(world.now_us());
    let to_us = until.map_or(world.now_us(), time_of).clamp(from_us, world.now_us());
    let members: Vec<NodeId> = nodes.iter().collect();
    let mut at = beginnings(world, log, &members);
    let row = |(node, at): (&NodeId, &RoleState)| StripRow {
        name: node.to_string(),
        phases: vec![at.phase()],
    };
    let mut rows: Vec<StripRow> = members.iter().zip(&at).map(row).collect();
    for event in log.iter().take_while(|event| event.time_us <= to_us) {
        let Ok(nth) = members.binary_search(&event.node) else { continue };
        if at[nth].turn(&event.kind) {
            rows[nth].phases.push(Phase { since_us: event.time_us, ..at[nth].phase() });
        }
    }
    let labelled = |such: fn(&str) -> bool| {
        rows.iter().any(|row| row.phases.iter().any(|phase| such(&phase.label)))
    };
    let letters = if labelled(|label| label.starts_with('P')) { LEGEND_OF_FOUR } else { LEGEND };
    let legend = match labelled(|label| label == UNKNOWN) {
        true => format!("{letters}   {UNKNOWN} what it was is forgotten"),
        false => letters.to_owned(),
    };
    Document(vec![Block::RoleStrip(RoleStrip { from_us, to_us, rows })])
        .paragraph(Paragraph::new(Text::new().toned(Tone::Dim, legend)))
}

/// A node's state and role at a point in the history.
#[derive(Clone, Copy)]
struct RoleState {
    state: HostState,
    /// Its role and term, or the last ones of a node that does not run; `None` if they are
    /// forgotten.
    role: Option<(RoleName, Term)>,
}

impl RoleState {
    /// Applies an event of this node; false if the event says nothing of the node's state.
    fn turn(&mut self, kind: &EventKind) -> bool {
        let Attributes { life: Some((_, state)), told, .. } = kind.attributes() else {
            return false;
        };
        *self = RoleState { state, role: told.role.or(self.role) };
        true
    }

    fn phase(&self) -> Phase {
        match (self.state, self.role) {
            (HostState::Up, Some(role)) => role_phase(role),
            (HostState::Up, None) => other(UNKNOWN, ' ', Tone::Dim),
            (HostState::Paused, _) => other("paused", '┆', Tone::Warn),
            (HostState::Down | HostState::Halted(_), _) => other(self.state.name(), '·', Tone::Bad),
        }
    }
}

/// The states and roles of these nodes before the first event that is kept. If earlier events are
/// forgotten, a node whose state no later event changes had its present state, and a role that no
/// later event changes is the present one.
fn beginnings(world: &World, log: &EventLog, members: &[NodeId]) -> Vec<RoleState> {
    let first = log.forgotten() + 1;
    // Whether an event ends a node's role or begins another.
    let turns = |event: &&Event| match event.kind.attributes() {
        Attributes { life: Some((_, HostState::Down | HostState::Halted(_))), .. } => true,
        Attributes { life, told, .. } => life.is_some() && told.role.is_some(),
    };
    let turned: NodeSet = log.iter().filter(turns).map(|event| event.node).collect();
    let role = |node| match world.host(node).report() {
        _ if first == 1 => Some((RoleName::Follower, Term(0))),
        Some(report) if !turned.contains(node) => Some((report.role, report.term)),
        _ => None,
    };
    let states = lanes::before(world, log, first, members);
    members.iter().zip(states).map(|(&node, state)| RoleState { state, role: role(node) }).collect()
}

fn role_phase((role, term): (RoleName, Term)) -> Phase {
    let (letter, fill, weight) = match role {
        RoleName::Leader => ('L', '━', 3),
        RoleName::PreCandidate => ('P', '┄', 2),
        RoleName::Candidate => ('C', '┄', 2),
        RoleName::Follower => ('F', '─', 0),
    };
    Phase {
        since_us: 0,
        label: format!("{letter}{term}"),
        fill,
        tone: words::role_tone(role),
        weight,
    }
}

/// A phase in which a node has no role, or an unknown one.
fn other(label: &str, fill: char, tone: Tone) -> Phase {
    Phase { since_us: 0, label: label.to_owned(), fill, tone, weight: 1 }
}
