//! Roles and terms over time, a row a node.

use super::wanted::Moment;
use crate::history::EventLog;
use crate::raft::{NodeSet, RoleName, Term};
use crate::sim::{EventKind, World};
use crate::view::document::{Document, Paragraph, Phase, Strip, StripRow, Text, Tone};
use crate::view::words;

/// What the letters mean.
const LEGEND: &str = "L leader   C candidate   F follower, each with its term";

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
        Moment::Event(id) => {
            log.get(id).map_or_else(|| if id == 0 { 0 } else { world.now_us() }, |event| event.time_us)
        }
    };
    let kept_from_us = match log.forgotten() {
        0 => 0,
        _ => log.iter().next().map_or(0, |event| event.time_us),
    };
    let from_us = since.map_or(kept_from_us, time_of).min(world.now_us());
    let to_us = until.map_or(world.now_us(), time_of).clamp(from_us, world.now_us());
    let mut rows: Vec<StripRow> =
        nodes.iter().map(|node| StripRow { name: node.to_string(), phases: vec![beginning(log)] }).collect();
    let mut at: Vec<(RoleName, Term)> = vec![(RoleName::Follower, Term(0)); rows.len()];
    let members: Vec<_> = nodes.iter().collect();
    for event in log.iter().take_while(|event| event.time_us <= to_us) {
        let Ok(nth) = members.binary_search(&event.node) else { continue };
        if let EventKind::RoleChanged { role, term } = event.kind {
            at[nth] = (role, term);
        } else if let EventKind::NodeRestarted { term, .. } = event.kind {
            at[nth] = (RoleName::Follower, term);
        }
        let phase = match event.kind {
            EventKind::RoleChanged { .. } | EventKind::NodeRestarted { .. } | EventKind::NodeResumed => {
                role_phase(at[nth])
            }
            EventKind::NodePaused => other("paused", '┆', Tone::Warn),
            EventKind::NodeKilled => other("down", '·', Tone::Bad),
            EventKind::NodeHalted { .. } => other("halted", '·', Tone::Bad),
            _ => continue,
        };
        rows[nth].phases.push(Phase { since_us: event.time_us, ..phase });
    }
    Document::new()
        .strip(Strip { from_us, to_us, rows })
        .paragraph(Paragraph::new(Text::new().toned(Tone::Dim, LEGEND)))
}

fn beginning(log: &EventLog) -> Phase {
    match log.forgotten() {
        0 => role_phase((RoleName::Follower, Term(0))),
        _ => other("?", ' ', Tone::Dim),
    }
}

fn role_phase((role, term): (RoleName, Term)) -> Phase {
    let (letter, fill, weight) = match role {
        RoleName::Leader => ('L', '━', 3),
        RoleName::Candidate => ('C', '┄', 2),
        RoleName::Follower => ('F', '─', 0),
    };
    Phase { since_us: 0, label: format!("{letter}{term}"), fill, tone: words::role_tone(role), weight }
}

/// What is no role.
fn other(label: &str, fill: char, tone: Tone) -> Phase {
    Phase { since_us: 0, label: label.to_owned(), fill, tone, weight: 1 }
}
