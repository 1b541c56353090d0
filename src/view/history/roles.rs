//! Roles and terms over time, a row a node.

use super::filter::Moment;
use crate::history::EventLog;
use crate::raft::{NodeId, NodeSet, RoleName, Term};
use crate::sim::event::Attributes;
use crate::sim::{Event, EventKind, HostState, World};
use crate::view::diagram::lanes;
use crate::view::document::{Block, Document, Paragraph, Phase, RoleStrip, StripRow, Text, Tone};
use crate::view::words;

/// What the letters mean.
const LEGEND: &str = "L leader   C candidate   F follower, each with its term";

/// Stands where nobody knows any more.
const UNKNOWN: &str = "?";

/// The roles of these nodes, from one moment to another; over all that is kept if nothing is said.
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
    let legend = match rows.iter().any(|row| row.phases.iter().any(|phase| phase.label == UNKNOWN))
    {
        true => format!("{LEGEND}   {UNKNOWN} what it was is forgotten"),
        false => LEGEND.to_owned(),
    };
    Document(vec![Block::RoleStrip(RoleStrip { from_us, to_us, rows })])
        .paragraph(Paragraph::new(Text::new().toned(Tone::Dim, legend)))
}

/// How a node stands: whether it runs, and as what.
#[derive(Clone, Copy)]
struct RoleState {
    state: HostState,
    /// Its role and term; of a node that does not run, those that it had. Nothing if nobody knows
    /// any more.
    role: Option<(RoleName, Term)>,
}

impl RoleState {
    /// An event of this node; false if it is none that changes how it stands.
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

/// How these nodes stood when the events began that are kept. Where earlier ones are forgotten, a
/// node to which nothing has happened since stood as it stands now, and a role that has not changed
/// since is the one that it has now.
fn beginnings(world: &World, log: &EventLog, members: &[NodeId]) -> Vec<RoleState> {
    let first = log.forgotten() + 1;
    // What ends a node's role, or begins another.
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

/// What is no role.
fn other(label: &str, fill: char, tone: Tone) -> Phase {
    Phase { since_us: 0, label: label.to_owned(), fill, tone, weight: 1 }
}
