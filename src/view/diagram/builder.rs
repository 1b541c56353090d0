//! Builds a diagram from events.

use std::collections::{BTreeMap, BTreeSet};

use super::lanes::{self, lane};
use super::{Diagram, DiagramMark, DiagramRow};
use crate::history::EventLog;
use crate::raft::{NodeId, NodeSet, RoleName};
use crate::sim::{
    Event, EventDetail, EventId, EventKind, Family, HostState, LinkFault, MessageId, Passage,
    Stage, World,
};
use crate::view::document::Tone;
use crate::view::{event, groups, words};

/// The diagram of these events, which must be in order, with a lane for each of these nodes.
pub fn diagram(world: &World, log: &EventLog, events: &[&Event], nodes: NodeSet) -> Diagram {
    let lanes: Vec<NodeId> = nodes.iter().collect();
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Diagram { lanes, rows: Vec::new() };
    };
    let lives = lanes::before(world, log, first.id, &lanes);
    let mut scene = DiagramBuilder {
        world,
        ended: ended(events.iter().copied()),
        over: ended(log.since(first.id).take_while(|event| event.id <= last.id)),
        sent: BTreeMap::new(),
        lives,
        rows: Vec::new(),
        lanes,
        links: Links::default(),
    };
    let mut shown = events.iter().peekable();
    // An event that is not shown may stop or start a node, too.
    for event in log.since(first.id).take_while(|event| event.id <= last.id) {
        let show = shown.next_if(|next| next.id == event.id).is_some();
        if !scene.links.takes(event) {
            scene.end_links();
        }
        scene.note_sending(event);
        if let (Some(lane), Some((_, life))) =
            (lane(&scene.lanes, event.node), event.kind.attributes().life)
        {
            scene.lives[lane] = life;
        }
        if show {
            scene.add(event);
        }
    }
    scene.end_links();
    Diagram { lanes: scene.lanes, rows: scene.rows }
}

/// The messages that are delivered or dropped in these events.
fn ended<'a>(events: impl Iterator<Item = &'a Event>) -> BTreeSet<MessageId> {
    let passages = events.filter_map(|event| event.kind.attributes().message());
    passages.filter(|passage| passage.stage != Stage::Sent).map(|passage| passage.message).collect()
}

/// A diagram while it is built.
struct DiagramBuilder<'a> {
    world: &'a World,
    lanes: Vec<NodeId>,
    /// The messages whose delivery or drop is shown.
    ended: BTreeSet<MessageId>,
    /// The messages that are delivered or dropped between the first and the last event, shown or
    /// not.
    over: BTreeSet<MessageId>,
    /// The events that sent the messages that were in flight.
    sent: BTreeMap<MessageId, EventId>,
    lives: Vec<HostState>,
    links: Links,
    rows: Vec<DiagramRow>,
}

/// Links that changed at the same time in the same way: they become one row.
#[derive(Default)]
struct Links {
    first: Option<(Event, Option<LinkFault>)>,
    pairs: Vec<(NodeId, NodeId)>,
}

impl Links {
    /// Whether an event changes another link at the same time in the same way as the first event.
    fn takes(&self, event: &Event) -> bool {
        let Some(first) = self.first else { return false };
        let detail = event.kind.attributes().subject;
        let same = matches!(detail, EventDetail::Link(_, fault) if fault == first.1);
        same && first.0.kind.name() == event.kind.name() && first.0.time_us == event.time_us
    }
}

impl DiagramBuilder<'_> {
    /// Takes note of where a message, or a copy of one, was sent.
    fn note_sending(&mut self, event: &Event) {
        let passage = event.kind.attributes().message();
        if let Some(Passage { message, stage: Stage::Sent, .. }) = passage {
            self.sent.insert(message, event.id);
        }
        if let EventKind::MessageDuplicated { message, copy } = event.kind
            && let Some(sent) = self.sent.get(&message)
        {
            self.sent.insert(copy, *sent);
        }
    }

    fn add(&mut self, event: &Event) {
        let attributes = event.kind.attributes();
        match attributes.subject {
            EventDetail::Message(passage) => self.passage(event, passage),
            EventDetail::Link(to, fault) => {
                self.links.first.get_or_insert((*event, fault));
                self.links.pairs.push((event.node, to));
            }
            _ if attributes.told.entry.is_some() => {}
            _ => self.mark(event),
        }
    }

    fn passage(&mut self, event: &Event, passage: Passage) {
        let Passage { message, stage, term, said, .. } = passage;
        let (tone, how) = match stage {
            Stage::Sent if self.ended.contains(&message) => return,
            Stage::Sent if self.over.contains(&message) => (Tone::Dim, String::new()),
            Stage::Sent => (Tone::Dim, ", under way".to_owned()),
            Stage::Delivered => (Tone::Plain, String::new()),
            Stage::Dropped(reason) => {
                (Tone::Bad, format!(", lost: {}", event::drop_reason(reason)))
            }
        };
        let text = format!("m{message} {}{how}", event::content(said, term));
        let sent = match stage {
            Stage::Sent => None,
            Stage::Delivered | Stage::Dropped(_) => self.sent.remove(&message),
        };
        self.arrow(event, passage.route(event.node), (stage, sent), (text, tone));
    }

    /// Adds a message between two lanes. If only one end has a lane, the row says in words what
    /// that node sent or received.
    fn arrow(
        &mut self,
        event: &Event,
        (from, to): (NodeId, NodeId),
        (stage, sent): (Stage, Option<EventId>),
        (text, tone): (String, Tone),
    ) {
        match (lane(&self.lanes, from), lane(&self.lanes, to)) {
            (Some(from), Some(to)) => {
                self.row(event, DiagramMark::Arrow { from, to, stage, sent }, text, tone)
            }
            (None, None) => {}
            (Some(lane), None) => self.row(event, dot(lane), format!("→ {to} {text}"), tone),
            (None, Some(lane)) => {
                let arrow = if let Stage::Dropped(_) = stage { '⇥' } else { '←' };
                self.row(event, dot(lane), format!("{arrow} {from} {text}"), tone);
            }
        }
    }

    fn mark(&mut self, event: &Event) {
        let Some(lane) = lane(&self.lanes, event.node) else { return };
        let (tone, words) = event::sentence(self.world, event);
        let stroke = DiagramMark::Mark { lanes: vec![lane], sign: sign(&event.kind) };
        self.row(event, stroke, format!("{}: {words}", event.node), tone);
    }

    /// Adds the row for the links that were gathered, if there are any.
    fn end_links(&mut self) {
        let Links { first: Some((first, fault)), pairs } = std::mem::take(&mut self.links) else {
            return;
        };
        let ends = pairs.iter().flat_map(|&(from, to)| [from, to]);
        let lanes: BTreeSet<usize> = ends.filter_map(|node| lane(&self.lanes, node)).collect();
        let what = first.kind.name().trim_start_matches("link_");
        let what = fault.map_or(what.to_owned(), words::link_fault);
        let (tone, _) = event::sentence(self.world, &first);
        let sign = if tone == Tone::Bad { '╳' } else { '•' };
        if !lanes.is_empty() {
            let stroke = DiagramMark::Mark { lanes: lanes.into_iter().collect(), sign };
            self.row(&first, stroke, format!("{what}: {}", groups::pairs(pairs).join(", ")), tone);
        }
    }

    fn row(&mut self, event: &Event, stroke: DiagramMark, text: String, tone: Tone) {
        let Event { id, time_us, .. } = *event;
        self.rows.push(DiagramRow {
            time_us,
            event: id,
            stroke,
            text,
            tone,
            lives: self.lives.clone(),
        });
    }
}

fn dot(lane: usize) -> DiagramMark {
    DiagramMark::Mark { lanes: vec![lane], sign: '•' }
}

/// The sign in a node's lane for an event that is no message.
fn sign(kind: &EventKind) -> char {
    let attributes = kind.attributes();
    match (attributes.family, attributes.told.role, attributes.life) {
        (Family::Node, _, Some((_, HostState::Up))) => '▲',
        (Family::Node, _, Some((_, HostState::Down | HostState::Halted(_)))) => '✗',
        (_, Some((RoleName::Leader, _)), _) => 'L',
        (_, Some((RoleName::PreCandidate, _)), _) => 'P',
        (_, Some((RoleName::Candidate, _)), _) => 'C',
        (_, Some((RoleName::Follower, _)), _) => 'F',
        (Family::Sync, ..) => '■',
        (Family::Judgement, ..) => '!',
        (Family::Client, ..) => '○',
        _ if attributes.told.commit.is_some() => '✓',
        _ => '•',
    }
}
