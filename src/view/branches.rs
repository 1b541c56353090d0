//! The branches of a session as a tree, and the moments at which a condition held.

use std::collections::BTreeMap;

use crate::check::Checker;
use crate::check::condition::Condition;
use crate::history::tree::{Bookmark, BranchId, Tree};
use crate::quantity;
use crate::sim::World;

use super::document::{Document, Text, Tone};
use super::places;
use super::tables::table;

/// `branches`: one row a branch, each under the one that it parted from.
pub fn branches(tree: &Tree<Checker>) -> Document {
    let mut rows = Vec::new();
    let mut children: BTreeMap<Option<BranchId>, Vec<BranchId>> = BTreeMap::new();
    for branch in tree.branches() {
        let above = tree.parting(branch).map(|parting| parting.place.branch);
        children.entry(above).or_default().push(branch);
    }
    let roots = children.remove(&None).unwrap_or_default();
    let mut open: Vec<(BranchId, usize)> = roots.into_iter().map(|branch| (branch, 0)).collect();
    while let Some((branch, depth)) = open.pop() {
        rows.push(row(tree, branch, depth));
        let below = children.remove(&Some(branch)).unwrap_or_default();
        open.extend(below.into_iter().rev().map(|child| (child, depth + 1)));
    }
    table(["branch", "parted", "ends", "leader", "violated", "marks"], rows)
}

fn row(tree: &Tree<Checker>, branch: BranchId, depth: usize) -> Vec<Text> {
    let (world, name) = (tree.end(branch).world(), tree.name(branch));
    let indent = if depth == 0 { String::new() } else { format!("{}└ ", "  ".repeat(depth - 1)) };
    let label = Text::new().plain(indent);
    let label = match (branch == tree.present(), tree.is_past()) {
        (true, true) => label.toned(Tone::Strong, name).toned(Tone::Warn, " (here, past)"),
        (true, false) => label.toned(Tone::Strong, name).plain(" (here)"),
        (false, _) => label.plain(name),
    };
    let parted = match tree.parting(branch) {
        Some(Bookmark { event, time_us, .. }) => format!("#{event} t={}", quantity::time(time_us)),
        None => String::new(),
    };
    let violated: Vec<&str> =
        world.violations().iter().map(|violation| violation.property).collect();
    let marks: Vec<String> = tree
        .marks()
        .filter(|(_, mark)| mark.place.branch == branch)
        .map(|(mark, bookmark)| format!("{mark} #{}", bookmark.event))
        .collect();
    vec![
        label,
        parted.into(),
        format!("#{} t={}", world.event_count(), quantity::time(world.now_us())).into(),
        leader(world),
        Text::new().toned(Tone::Bad, violated.join(", ")),
        marks.join(", ").into(),
    ]
}

fn leader(world: &World) -> Text {
    match world.leader() {
        Some(leader) => {
            let term = world.host(leader).hard_state().current_term;
            Text::new().toned(Tone::Leader, format!("{leader}@{term}"))
        }
        None => Text::new().toned(Tone::Warn, "none"),
    }
}

/// `branches --log`: the latest moves between moments, the last one last.
pub fn log<'a>(moves: impl Iterator<Item = &'a str>) -> Document {
    let lines: Vec<Text> = moves.map(|line| Text::from(line.to_owned())).collect();
    match lines.is_empty() {
        true => "no moves to other moments yet".into(),
        false => lines.into_iter().fold(Document::new(), Document::line),
    }
}

/// A moment at which a condition began or ceased to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionChange {
    /// The number of events by then.
    pub event: u64,
    /// The virtual time, in microseconds.
    pub time_us: u64,
    /// Whether it holds from then on.
    pub holds: bool,
}

/// When a condition held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionHistory {
    /// Every moment at which it began or ceased to hold, if all were asked for; else the first one
    /// and the latest one.
    pub turns: Vec<ConditionChange>,
    /// Whether it holds now.
    pub now: bool,
}

impl ConditionHistory {
    /// Since when it holds, if it does; else when it first held.
    pub fn answer(&self) -> Option<ConditionChange> {
        match self.now {
            true => self.turns.last().copied(),
            false => self.turns.first().copied(),
        }
    }
}

/// `when`: since when a condition holds, or when it first held; with `all`, each change.
pub fn when(condition: &Condition, held: &ConditionHistory, all: bool) -> Document {
    let moment = |turn: &ConditionChange| {
        format!("{}, t={}", places::event(turn.event), quantity::time(turn.time_us))
    };
    let first = match (held.answer(), held.now) {
        (Some(turn), true) => format!("`{condition}` has held since {}", moment(&turn)),
        (Some(turn), false) => {
            format!("`{condition}` does not hold now; it first held at {}", moment(&turn))
        }
        (None, _) => format!("`{condition}` never held"),
    };
    let document = Document::new().line(first);
    if !all {
        return document;
    }
    held.turns.iter().fold(document, |document, turn| {
        let word = if turn.holds { "began to hold" } else { "ceased to hold" };
        document.line(format!("  {word} at {}", moment(turn)))
    })
}
