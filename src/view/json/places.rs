//! Moments and branches: where the session stands, marks, branches.

use serde::Serialize;

use crate::check::Checker;
use crate::history::tree::{Bookmark, BranchId, Tree};
use crate::sim::EventId;
use crate::view::branches::{ConditionChange, ConditionHistory};
use crate::view::compare::Sides;

/// Where the session stands.
#[derive(Serialize)]
pub struct Where<'a> {
    branch: &'a str,
    event: Option<EventId>,
    time_us: u64,
    past: bool,
}

/// Where the session stands.
pub fn place_here(tree: &Tree<Checker>) -> Where<'_> {
    let Bookmark { event, time_us, .. } = tree.bookmark();
    let branch = tree.name(tree.present());
    Where { branch, event: some(event), time_us, past: tree.is_past() }
}

/// No event is null.
fn some(event: EventId) -> Option<EventId> {
    (event > 0).then_some(event)
}

/// A mark.
#[derive(Serialize)]
pub struct MarkRow<'a> {
    name: &'a str,
    branch: &'a str,
    event: Option<EventId>,
    time_us: u64,
}

/// All marks.
pub fn marks(tree: &Tree<Checker>) -> Vec<MarkRow<'_>> {
    let row = |(name, Bookmark { place, event, time_us })| MarkRow {
        name,
        branch: tree.name(place.branch),
        event: some(event),
        time_us,
    };
    tree.marks().map(row).collect()
}

/// The beginning of a branch.
#[derive(Serialize)]
pub struct Began<'a> {
    branch: &'a str,
    from: &'a str,
    event: Option<EventId>,
    time_us: u64,
}

/// Where a branch began; `None` of the first one.
pub fn began(tree: &Tree<Checker>, branch: BranchId) -> Option<Began<'_>> {
    let Bookmark { place, event, time_us } = tree.parting(branch)?;
    let from = tree.name(place.branch);
    Some(Began { branch: tree.name(branch), from, event: some(event), time_us })
}

/// A branch.
#[derive(Serialize)]
pub struct BranchRow<'a> {
    branch: &'a str,
    from: Option<&'a str>,
    event: Option<EventId>,
    time_us: Option<u64>,
    last_event: Option<EventId>,
    end_us: u64,
    leader: Option<String>,
    term: Option<u32>,
    violations: Vec<&'static str>,
    present: bool,
}

/// All branches, in the order in which they began.
pub fn branches(tree: &Tree<Checker>) -> Vec<BranchRow<'_>> {
    let row = |branch| {
        let (world, parting) = (tree.end(branch).world(), tree.parting(branch));
        let leader = world.leader();
        BranchRow {
            branch: tree.name(branch),
            from: parting.map(|parting| tree.name(parting.place.branch)),
            event: parting.and_then(|parting| some(parting.event)),
            time_us: parting.map(|parting| parting.time_us),
            last_event: some(world.event_count()),
            end_us: world.now_us(),
            leader: leader.map(|leader| leader.to_string()),
            term: leader.map(|leader| world.host(leader).hard_state().current_term.0),
            violations: world.violations().iter().map(|violation| violation.property).collect(),
            present: branch == tree.present(),
        }
    };
    tree.branches().map(row).collect()
}

/// Where two branches part.
#[derive(Serialize)]
pub struct Parted<'a> {
    event: Option<EventId>,
    time_us: u64,
    left: Option<&'a str>,
    right: Option<&'a str>,
}

/// Where two branches part.
pub fn parted<'a>(sides: &'a Sides<'_>) -> Option<Parted<'a>> {
    let [left, right] = &sides.next;
    sides.parted.map(|Bookmark { event, time_us, .. }| Parted {
        event: some(event),
        time_us,
        left: left.as_deref(),
        right: right.as_deref(),
    })
}

/// A moment at which a condition began or ceased to hold.
#[derive(Serialize)]
pub struct Change {
    event: Option<EventId>,
    time_us: u64,
    holds: bool,
}

/// Each moment at which a condition began or ceased to hold.
pub fn changes(held: &ConditionHistory) -> Vec<Change> {
    let change = |turn: &ConditionChange| {
        let ConditionChange { event, time_us, holds } = *turn;
        Change { event: some(event), time_us, holds }
    };
    held.turns.iter().map(change).collect()
}

/// Since when a condition holds, or when it first held.
pub fn since(held: &ConditionHistory) -> Option<Since> {
    held.answer()
        .map(|ConditionChange { event, time_us, .. }| Since { event: some(event), time_us })
}

/// The moment since when something is so.
#[derive(Serialize)]
pub struct Since {
    event: Option<EventId>,
    time_us: u64,
}
