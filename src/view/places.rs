//! Moments and branches in words: where the session stands, marks, branches.

use crate::check::Checker;
use crate::history::tree::{Bookmark, BranchId, MAIN, Tree};
use crate::quantity;
use crate::sim::EventId;

use super::document::{Document, Text, Tone};
use super::tables;

/// Where the session stands: `branch main, past, event 42; t=180ms, leader n3@1, 3 of 3 up`.
pub fn here(tree: &Tree<Checker>) -> Text {
    let world = tree.timeline().world();
    let name = tree.name(tree.present());
    let past = if tree.is_past() { ", past" } else { "" };
    let event = event(world.event_count());
    let mut text = Text::new()
        .toned(Tone::Strong, format!("branch {name}{past}"))
        .plain(format!(", {event}; "));
    text.0.extend(tables::summary(world).0);
    text
}

/// `branch b1, past`, where the session stands in the past.
pub fn past(tree: &Tree<Checker>) -> Option<Text> {
    let name = tree.name(tree.present());
    tree.is_past().then(|| Text::new().toned(Tone::Warn, format!("branch {name}, past")))
}

/// What the prompt shows of the place: nothing at the end of the first branch, else `b1 ` or
/// `b1 past `.
pub fn lead(tree: &Tree<Checker>) -> Text {
    let name = tree.name(tree.present());
    match tree.is_past() {
        true => Text::new().toned(Tone::Warn, format!("{name} past ")),
        false if name != MAIN => Text::new().plain(format!("{name} ")),
        false => Text::new(),
    }
}

/// The cluster in a line; in the past, the place first: `branch b1, past; t=180ms, leader n3@1`.
pub fn summary(tree: &Tree<Checker>) -> Text {
    let summary = tables::summary(tree.timeline().world());
    match past(tree) {
        Some(past) => {
            let mut text = past.plain("; ");
            text.0.extend(summary.0);
            text
        }
        None => summary,
    }
}

/// `event 42`, or `the start` before the first event.
pub(super) fn event(event: EventId) -> String {
    match event {
        0 => "the start".to_owned(),
        event => format!("event {event}"),
    }
}

/// A remembered place in words: `event 42 of main, t=180ms`.
pub fn describe(tree: &Tree<Checker>, bookmark: Bookmark) -> String {
    let event = event(bookmark.event);
    let name = tree.name(bookmark.place.branch);
    format!("{event} of {name}, t={}", quantity::time(bookmark.time_us))
}

/// Where a branch began: `branch b1 begins at event 42 of main, t=180ms`.
pub fn began(tree: &Tree<Checker>, branch: BranchId) -> Option<Text> {
    let parting = tree.parting(branch)?;
    let from = describe(tree, parting);
    Some(
        Text::new()
            .toned(Tone::Strong, format!("branch {}", tree.name(branch)))
            .plain(format!(" begins at {from}")),
    )
}

/// All marks, a line each.
pub fn marks(tree: &Tree<Checker>) -> Document {
    let line = |(name, bookmark): (&str, Bookmark)| {
        Text::new().toned(Tone::Strong, name).plain(format!("  {}", describe(tree, bookmark)))
    };
    let lines: Vec<Text> = tree.marks().map(line).collect();
    match lines.is_empty() {
        true => "no moment has a name; `mark NAME` gives this one a name".into(),
        false => lines.into_iter().fold(Document::new(), Document::line),
    }
}
