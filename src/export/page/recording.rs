//! Walks along the branches and records events, and what changes with them.

use super::act::{Act, EVENTS};
use super::answers::{Asked, answers};
use super::data::{Act as ActData, Branch, Page};
use super::jumps::jump;
use super::nodes::Nodes;
use super::texts::Texts;
use crate::check::{Checker, property};
use crate::explain::Claim;
use crate::history::Position;
use crate::history::Timeline;
use crate::history::tree::{BranchId, Moment, Place, Tree};
use crate::language::Error;
use crate::raft::{NodeId, NodeSet};
use crate::sim::{Event, EventDetail, EventId, EventKind, LinkFault, Passage, Stage, World};
use crate::view::{event, link_fault};

/// Everything that the page knows; how many events it shows, and how many it leaves out.
///
/// # Errors
/// What `check_stop` fails with.
pub(super) fn record(
    title: &str,
    acts: &[Act<'_>],
    check_stop: &mut dyn FnMut() -> Result<(), Error>,
) -> Result<(Page, usize, u64), Error> {
    let mut page = Page {
        version: env!("CARGO_PKG_VERSION"),
        title: title.to_owned(),
        kinds: EventKind::names().map(|name| (name, None)).collect(),
        texts: Vec::new(),
        tones: String::new(),
        tone_names: Vec::new(),
        sections: Vec::new(),
        rules: Vec::new(),
        properties: Vec::new(),
        acts: Vec::new(),
    };
    let texts = Texts::default();
    let mut recording = Recording { page: &mut page, texts, spent: 0, check_stop };
    // The text with the number 0 is that of an entry which is not there.
    recording.texts.plain("");
    let mut left_out = 0;
    for act in acts {
        left_out += recording.act(act)?;
    }
    recording.properties(acts);
    let Recording { texts, .. } = recording;
    texts.finish(&mut page);
    let branches = page.acts.iter().flat_map(|act| &act.branches);
    let events = branches.map(|branch| branch.times.len()).sum();
    Ok((page, events, left_out))
}

/// The page while it is recorded.
struct Recording<'a> {
    page: &'a mut Page,
    texts: Texts,
    /// How many bytes the answers have so far.
    spent: usize,
    check_stop: &'a mut dyn FnMut() -> Result<(), Error>,
}

/// The part of a branch that is recorded.
#[derive(Clone, Copy)]
struct Stretch {
    branch: BranchId,
    from: Position,
    to: Position,
    /// The first event that is shown, and the last.
    events: (EventId, EventId),
}

impl Recording<'_> {
    /// Records a cluster; returns how many events are left out.
    fn act(&mut self, act: &Act<'_>) -> Result<u64, Error> {
        let (tree, present) = (act.tree, act.tree.present());
        let own = |branch: BranchId| {
            let parted = tree.parting(branch).map_or(0, |parting| parting.event);
            tree.end(branch).world().event_count() - parted
        };
        let all: u64 = tree.branches().map(own).sum();
        let last = tree.end(present).world().event_count();
        let (stretches, left_out) = match act.part {
            Some((first, until)) => {
                let until = until.min(last);
                let room = until.saturating_sub(EVENTS as u64 - 1);
                let left_out = room.saturating_sub(first);
                (vec![part(tree, (first.max(room), until))], left_out)
            }
            None if all > EVENTS as u64 => {
                let first = last.saturating_sub(EVENTS as u64 - 1).max(1);
                (vec![part(tree, (first, last))], first - 1)
            }
            None => (tree.branches().map(|branch| whole(tree, branch)).collect(), 0),
        };
        let number = |branch| stretches.iter().position(|stretch| stretch.branch == branch);
        let here = tree.bookmark();
        let mut data = ActData {
            seed: tree.journal(present).seed,
            nodes: act.nodes.iter().map(|node| (node.to_string(), node.position())).collect(),
            size: branches_of(tree).map(World::cluster_size).max().unwrap_or_default(),
            branches: Vec::new(),
            marks: Vec::new(),
            open: (number(present).unwrap_or(0), here.event),
        };
        let marks = tree.marks().filter_map(|(name, mark)| {
            Some((name.to_owned(), number(mark.place.branch)?, mark.event))
        });
        data.marks = marks.collect();
        let mut walker = tree.clone();
        // A branch on which only time has passed would be forgotten when the walker leaves it.
        walker.set_mark("present");
        for stretch in &stretches {
            let parting = tree.parting(stretch.branch).filter(|_| stretches.len() > 1);
            let mut branch = self.branch(tree, &mut walker, act.nodes, *stretch)?;
            branch.from = parting.and_then(|parting| number(parting.place.branch));
            data.branches.push(branch);
        }
        self.page.acts.push(data);
        Ok(left_out)
    }

    fn branch(
        &mut self,
        tree: &Tree<Checker>,
        walker: &mut Tree<Checker>,
        nodes: NodeSet,
        stretch: Stretch,
    ) -> Result<Branch, Error> {
        let name = tree.name(stretch.branch).to_owned();
        let mut track = Track {
            kinds: &mut self.page.kinds,
            texts: &mut self.texts,
            nodes,
            stretch,
            branch: Branch { name, ..Branch::default() },
            shown: Nodes::new(),
            before: None,
            last_us: 0,
            last_id: 0,
            commit: 0,
            asked: Vec::new(),
        };
        let mut typed = tree
            .journal(stretch.branch)
            .typed()
            .filter(|(from, _)| *from >= stretch.from.moves)
            .peekable();
        let check_stop = &mut self.check_stop;
        tree.visit(stretch.branch, stretch.from, stretch.to, |timeline, at| {
            check_stop()?;
            track.visit(timeline, at);
            while at.steps == 0
                && let Some((_, text)) = typed.next_if(|(from, _)| *from <= at.moves)
            {
                track.command(timeline.world(), at, text);
            }
            Ok::<(), Error>(())
        })?;
        if let Some(before) = track.before.take() {
            // Nothing has happened yet.
            track.begin(&before);
        }
        let end = Place { branch: stretch.branch, moment: Moment::after(stretch.to) };
        let last = track.last_id.max(track.branch.before);
        track.asked.push((end, last));
        let (mut branch, asked) = (track.branch, track.asked);
        branch.end_us = match stretch.events.1 < tree.end(stretch.branch).world().event_count() {
            true => track.last_us,
            false => tree.end(stretch.branch).world().now_us(),
        };
        let (first, until) = stretch.events;
        let captions = tree.captions().filter(|(mark, _)| {
            mark.place.branch == stretch.branch && mark.event + 1 >= first && mark.event <= until
        });
        branch.captions =
            captions.map(|(mark, text)| (mark.event, self.texts.plain(text))).collect();
        branch.answers =
            answers(walker, nodes, &asked, (&mut self.texts, &mut self.spent), self.check_stop)?;
        Ok(branch)
    }

    /// What the violated properties promise.
    fn properties(&mut self, acts: &[Act<'_>]) {
        let ends = acts.iter().flat_map(|act| branches_of(act.tree));
        for violation in ends.flat_map(World::violations) {
            let known = self.page.properties.iter().any(|(name, ..)| *name == violation.property);
            if let Some(broken) = property::named(violation.property).filter(|_| !known) {
                self.page.properties.push((broken.name, broken.says, broken.section));
            }
        }
    }
}

/// The world at the end of each branch.
fn branches_of(tree: &Tree<Checker>) -> impl Iterator<Item = &World> {
    tree.branches().map(|branch| tree.end(branch).world())
}

/// A branch as a whole, from where it parted.
fn whole(tree: &Tree<Checker>, branch: BranchId) -> Stretch {
    let parting = tree.parting(branch);
    let from = parting.map_or(Position::default(), |parting| parting.place.moment.at);
    let first = parting.map_or(0, |parting| parting.event) + 1;
    let events = (first, tree.end(branch).world().event_count());
    Stretch { branch, from, to: tree.end_of(branch).moment.at, events }
}

/// How many events before the first one a walk begins: no usual step makes more.
const RUN_UP: u64 = 300;

/// A part of the present branch.
fn part(tree: &Tree<Checker>, (first, until): (EventId, EventId)) -> Stretch {
    let branch = tree.present();
    let from = tree.place_of_event(branch, first.saturating_sub(RUN_UP));
    let to = tree.place_of_event(branch, until).map(|place| place.moment.at);
    let to = to.unwrap_or(tree.end_of(branch).moment.at);
    let from = from.map_or(Position::default(), |place| place.moment.at);
    Stretch { branch, from, to, events: (first, until) }
}

/// A branch while it is recorded.
struct Track<'a> {
    kinds: &'a mut Vec<(&'static str, Option<&'static str>)>,
    texts: &'a mut Texts,
    nodes: NodeSet,
    stretch: Stretch,
    branch: Branch,
    shown: Nodes,
    /// The world before the latest step, until something is shown.
    before: Option<World>,
    last_us: u64,
    last_id: EventId,
    commit: u32,
    /// The moments at which questions are asked.
    asked: Vec<Asked>,
}

impl Track<'_> {
    /// Takes note of a moment. The first one is that before everything that is shown.
    fn visit(&mut self, timeline: &Timeline<Checker>, at: Position) {
        let (world, (first, until)) = (timeline.world(), self.stretch.events);
        if world.event_count() < first && self.last_id == 0 {
            self.before = Some(world.clone());
            return;
        }
        if self.last_id == 0 {
            let before = self.before.take();
            self.begin(before.as_ref().unwrap_or(world));
            if before.is_none() {
                return;
            }
        }
        let latest = timeline.latest();
        let is_shown = |event: &&Event| (first..=until).contains(&event.id);
        let since = latest.iter().find(is_shown).map_or(world.event_count() + 1, |event| event.id);
        // A node may be made later than others.
        for node in self.nodes.intersection(world.nodes()).iter() {
            if latest.is_empty() || latest.iter().any(|event| event.node == node) {
                let change = self.shown.change(world, node, since, Some(latest), self.texts);
                self.branch.changes.extend(change);
            }
        }
        for event in latest.iter().filter(is_shown) {
            self.event(world, event);
        }
        if latest.iter().any(|event| matches!(event.kind, EventKind::PropertyViolated { .. })) {
            let branch = self.stretch.branch;
            self.asked.push((Place { branch, moment: Moment::after(at) }, since));
        }
    }

    /// Records the state before everything that is shown.
    fn begin(&mut self, world: &World) {
        self.branch.before = world.event_count().min(self.stretch.events.0 - 1);
        self.branch.before_us = world.now_us();
        self.last_us = world.now_us();
        self.last_id = self.branch.before.max(1);
        let commits = world.hosts().filter_map(|host| host.report());
        self.commit = commits.map(|report| report.commit.0).max().unwrap_or(0);
        let nodes = self.nodes.intersection(world.nodes());
        for node in nodes.iter() {
            let change = self.shown.change(world, node, self.branch.before, None, self.texts);
            self.branch.changes.extend(change);
        }
        for from in nodes.iter() {
            for to in nodes.iter().filter(|to| *to != from) {
                let text = link(world, from, to);
                if !text.is_empty() {
                    let (text, before) = (self.texts.plain(&text), self.branch.before);
                    self.branch.links.push((before, from.position(), to.position(), text));
                }
            }
        }
    }

    fn event(&mut self, world: &World, event: &Event) {
        if !self.nodes.contains(event.node) {
            return;
        }
        let attributes = event.kind.attributes();
        let kind = self.kinds.iter().position(|(name, _)| *name == event.kind.name());
        let section = Claim::event(event).about().section;
        let (tone, words) = match attributes.subject {
            EventDetail::Message(passage) => {
                self.passage(kind, passage);
                event::message(passage)
            }
            _ => event::sentence(world, event),
        };
        if let EventDetail::Link(to, _) = attributes.subject
            && self.nodes.contains(to)
        {
            let text = self.texts.plain(&link(world, event.node, to));
            self.branch.links.push((event.id, event.node.position(), to.position(), text));
        }
        if let EventKind::MessageDuplicated { message, copy } = event.kind {
            self.branch.copies.push((event.id, message, copy));
        }
        if let Some(name) = jump(event, tone, &mut self.commit) {
            self.branch.jumps.entry(name).or_default().push(event.id);
        }
        let last = self.branch.before + self.branch.times.len() as u64;
        if event.id != last + 1 && self.branch.ids.is_none() {
            // Until here they had no gaps.
            self.branch.ids = Some(vec![1; self.branch.times.len()]);
        }
        let before = if self.branch.times.is_empty() { self.branch.before } else { self.last_id };
        if let Some(ids) = &mut self.branch.ids {
            ids.push(event.id - before);
        }
        self.branch.times.push(event.time_us - self.last_us);
        self.branch.nodes.push(event.node.position());
        self.branch.kinds.push(kind.unwrap_or(0));
        self.branch.causes.push(event.cause().map_or(0, |cause| event.id - cause));
        self.branch.texts.push(self.texts.of(tone, words, section));
        (self.last_us, self.last_id) = (event.time_us, event.id);
    }

    fn passage(&mut self, kind: Option<usize>, passage: Passage) {
        let stage = match passage.stage {
            Stage::Sent => "sent",
            Stage::Delivered => "delivered",
            Stage::Dropped(_) => "dropped",
        };
        if let Some(kind) = kind.and_then(|kind| self.kinds.get_mut(kind)) {
            kind.1 = Some(stage);
        }
        self.branch.messages.push(passage.message);
        self.branch.others.push(passage.other.position());
    }

    /// A command that made moves begins at this moment.
    fn command(&mut self, world: &World, at: Position, text: &str) {
        let (first, until) = self.stretch.events;
        let event = world.event_count();
        if event + 1 < first || event > until {
            return;
        }
        let text = self.texts.plain(text);
        self.branch.commands.push((event, world.now_us(), text));
        let branch = self.stretch.branch;
        self.asked.push((Place { branch, moment: Moment::after(at) }, event));
    }
}

/// What is wrong with a link; nothing if it is like the others.
fn link(world: &World, from: NodeId, to: NodeId) -> String {
    let network = world.network();
    let fault = network.fault(from, to);
    let cut = network.is_cut(from, to).then(|| "cut".to_owned());
    let held = network.is_held(from, to).then(|| "held".to_owned());
    let fault = (fault != LinkFault::default()).then(|| link_fault(fault));
    let parts: Vec<String> = [cut, held, fault].into_iter().flatten().collect();
    parts.join(", ")
}
