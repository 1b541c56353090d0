//! Events into a diagram.

use std::collections::BTreeSet;

use super::lanes::{self, lane};
use super::{Diagram, Fate, Life, Row, Stroke};
use crate::history::EventLog;
use crate::raft::{NodeId, NodeSet, Note, RoleName};
use crate::sim::{Event, EventKind, LinkFault, MessageId, World};
use crate::view::document::Tone;
use crate::view::{event, groups, words};

/// The diagram of these events, which are in order, with a lane for each of these nodes.
pub fn diagram(world: &World, log: &EventLog, events: &[&Event], nodes: NodeSet) -> Diagram {
    let lanes: Vec<NodeId> = nodes.iter().collect();
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Diagram { lanes, rows: Vec::new() };
    };
    let lives = lanes::before(world, log, first.id, &lanes);
    let mut scene = Scene {
        world,
        ended: ended(events.iter().copied()),
        over: ended(log.since(first.id).take_while(|event| event.id <= last.id)),
        lives,
        rows: Vec::new(),
        lanes,
        links: Links::default(),
    };
    let mut shown = events.iter().peekable();
    // Also what is not shown may stop or start a node.
    for event in log.since(first.id).take_while(|event| event.id <= last.id) {
        let show = shown.next_if(|next| next.id == event.id).is_some();
        if !scene.links.takes(event) {
            scene.end_links();
        }
        if let (Some(lane), Some(life)) = (lane(&scene.lanes, event.node), lanes::after(&event.kind)) {
            scene.lives[lane] = life;
        }
        if show {
            scene.add(event);
        }
    }
    scene.end_links();
    Diagram { lanes: scene.lanes, rows: scene.rows }
}

/// The messages that arrive or are lost.
fn ended<'a>(events: impl Iterator<Item = &'a Event>) -> BTreeSet<MessageId> {
    let ended = events.filter_map(|event| match event.kind {
        EventKind::MessageDelivered { message, .. } | EventKind::MessageDropped { message, .. } => {
            Some(message)
        }
        _ => None,
    });
    ended.collect()
}

/// A diagram in the making.
struct Scene<'a> {
    world: &'a World,
    lanes: Vec<NodeId>,
    /// The messages whose end is shown.
    ended: BTreeSet<MessageId>,
    /// The messages that end as long as the diagram lasts, shown or not.
    over: BTreeSet<MessageId>,
    lives: Vec<Life>,
    links: Links,
    rows: Vec<Row>,
}

/// Links that changed at once in the same way.
#[derive(Default)]
struct Links {
    first: Option<Event>,
    pairs: Vec<(NodeId, NodeId)>,
}

impl Links {
    /// Whether an event says of another link what the first one says of its own.
    fn takes(&self, event: &Event) -> bool {
        let Some(first) = self.first else { return false };
        let (Some((_, what)), Some((_, same))) = (link(&first.kind), link(&event.kind)) else { return false };
        what == same && first.time_us == event.time_us
    }
}

/// Where a link leads that changed, and what it is now.
fn link(kind: &EventKind) -> Option<(NodeId, (&'static str, Option<LinkFault>))> {
    match *kind {
        EventKind::LinkCut { to } => Some((to, ("cut", None))),
        EventKind::LinkHealed { to } => Some((to, ("healed", None))),
        EventKind::LinkHeld { to } => Some((to, ("held", None))),
        EventKind::LinkReleased { to } => Some((to, ("released", None))),
        EventKind::LinkChanged { to, delay_us, loss_ppm, duplicate_ppm } => {
            Some((to, ("link", Some(LinkFault { delay_us, loss_ppm, duplicate_ppm }))))
        }
        _ => None,
    }
}

impl Scene<'_> {
    fn add(&mut self, event: &Event) {
        match event.kind {
            EventKind::Note(Note::EntryAppended { .. }) | EventKind::EntryApplied { .. } => {}
            EventKind::MessageSent { message, .. } if self.ended.contains(&message) => {}
            EventKind::MessageSent { message, to, term, said } => {
                let how = if self.over.contains(&message) { "" } else { ", under way" };
                let text = format!("m{message} {}{how}", event::content(said, term));
                self.arrow(event, (event.node, to), Fate::UnderWay, (text, Tone::Dim));
            }
            EventKind::MessageDelivered { message, from, term, said } => {
                let text = format!("m{message} {}", event::content(said, term));
                self.arrow(event, (from, event.node), Fate::Arrives, (text, Tone::Plain));
            }
            EventKind::MessageDropped { message, from, term, said, reason } => {
                let reason = event::drop_reason(reason);
                let text = format!("m{message} {}, lost: {reason}", event::content(said, term));
                self.arrow(event, (from, event.node), Fate::Lost, (text, Tone::Bad));
            }
            kind => match link(&kind) {
                Some((to, _)) => {
                    self.links.first.get_or_insert(*event);
                    self.links.pairs.push((event.node, to));
                }
                None => self.mark(event),
            },
        }
    }

    /// A message between two lanes; of one whose other end has no lane, what the node that has one saw of it.
    fn arrow(
        &mut self,
        event: &Event,
        (from, to): (NodeId, NodeId),
        fate: Fate,
        (text, tone): (String, Tone),
    ) {
        match (lane(&self.lanes, from), lane(&self.lanes, to)) {
            (Some(from), Some(to)) => self.row(event, Stroke::Arrow { from, to, fate }, text, tone),
            (None, None) => {}
            (Some(lane), None) => self.row(event, dot(lane), format!("→ {to} {text}"), tone),
            (None, Some(lane)) => {
                let arrow = if fate == Fate::Lost { '⇥' } else { '←' };
                self.row(event, dot(lane), format!("{arrow} {from} {text}"), tone);
            }
        }
    }

    fn mark(&mut self, event: &Event) {
        let Some(lane) = lane(&self.lanes, event.node) else { return };
        let (tone, words) = event::sentence(self.world, event);
        let stroke = Stroke::Mark { lanes: vec![lane], sign: sign(&event.kind) };
        self.row(event, stroke, format!("{}: {words}", event.node), tone);
    }

    /// No more links change like those before.
    fn end_links(&mut self) {
        let Links { first: Some(first), pairs } = std::mem::take(&mut self.links) else { return };
        let Some((_, (what, fault))) = link(&first.kind) else { return };
        let ends = pairs.iter().flat_map(|&(from, to)| [from, to]);
        let lanes: BTreeSet<usize> = ends.filter_map(|node| lane(&self.lanes, node)).collect();
        let what = fault.map_or(what.to_owned(), words::link_fault);
        let (sign, tone) = match first.kind {
            EventKind::LinkCut { .. } => ('╳', Tone::Bad),
            EventKind::LinkHealed { .. } | EventKind::LinkReleased { .. } => ('•', Tone::Good),
            _ => ('•', Tone::Warn),
        };
        if !lanes.is_empty() {
            let stroke = Stroke::Mark { lanes: lanes.into_iter().collect(), sign };
            self.row(&first, stroke, format!("{what}: {}", groups::pairs(pairs).join(", ")), tone);
        }
    }

    fn row(&mut self, event: &Event, stroke: Stroke, text: String, tone: Tone) {
        let Event { id, time_us, .. } = *event;
        self.rows.push(Row { time_us, event: id, stroke, text, tone, lives: self.lives.clone() });
    }
}

fn dot(lane: usize) -> Stroke {
    Stroke::Mark { lanes: vec![lane], sign: '•' }
}

/// What stands in a lane where something happened.
fn sign(kind: &EventKind) -> char {
    match kind {
        EventKind::Note(Note::RoleChanged { role: RoleName::Leader, .. }) => 'L',
        EventKind::Note(Note::RoleChanged { role: RoleName::Candidate, .. }) => 'C',
        EventKind::Note(Note::RoleChanged { role: RoleName::Follower, .. }) => 'F',
        EventKind::EntriesSynced { .. } | EventKind::VoteSynced { .. } => '■',
        EventKind::Note(Note::CommitAdvanced { .. }) => '✓',
        EventKind::NodeKilled | EventKind::NodeHalted { .. } => '✗',
        EventKind::NodeRestarted { .. } | EventKind::NodeResumed => '▲',
        EventKind::PropertyViolated { .. } | EventKind::JudgingEnded => '!',
        EventKind::ClientInvoked { .. } | EventKind::ClientReplied { .. } => '○',
        _ => '•',
    }
}
