//! Breakpoints and watched values.

use serde::Serialize;

use super::document::{Document, Text, Tone};
use super::tables::table;
use crate::sim::EventId;

/// A breakpoint or a watched value, as `breaks` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BreakpointRow {
    /// Its number.
    pub id: u64,
    /// `break` or `watch`.
    pub kind: &'static str,
    /// Its condition or its value, as it is typed.
    pub text: String,
    /// Whether it is forgotten when it has stopped a command.
    pub once: bool,
    /// How often it stopped a command, or how often the value changed.
    pub hits: u64,
}

/// A watched value that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WatchedChange {
    /// The number under which it is watched.
    pub id: u64,
    /// The value, as it is typed.
    #[serde(skip)]
    pub value: String,
    /// The latest event of the step or move that changed it.
    pub event: EventId,
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

/// What stopped a command before it had done everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stopped {
    /// `break`, `violation` or `interrupt`.
    pub by: &'static str,
    /// The number of the breakpoint.
    pub id: Option<u64>,
}

/// `breaks`
pub fn breaks(rows: &[BreakpointRow]) -> Document {
    if rows.is_empty() {
        return "there are no breakpoints, and no value is watched".into();
    }
    let row = |row: &BreakpointRow| {
        let kind = if row.once { format!("{} once", row.kind) } else { row.kind.to_owned() };
        let cells = [row.id.to_string(), kind, row.text.clone(), row.hits.to_string()];
        cells.map(Text::from).to_vec()
    };
    table(["number", "kind", "what", "hits"], rows.iter().map(row).collect())
}

/// A line about a watched value that changed.
pub fn change(change: &WatchedChange) -> Text {
    let WatchedChange { id, value, event, old, new } = change;
    Text::new()
        .toned(Tone::Dim, format!("watch {id}: "))
        .toned(Tone::Strong, value.as_str())
        .plain(format!(" {old} → {new}"))
        .toned(Tone::Dim, format!("  #{event}"))
}
