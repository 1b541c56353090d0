//! An event a line, each as `history --format json` writes it.

use super::part::{Exported, Part};
use crate::console::json;
use crate::sim::Event;
use crate::view::json::event;

/// The events as lines of JSON.
pub(super) fn write(part: &Part<'_>, events: &[&Event]) -> Exported {
    let lines = events.iter().map(|one| json::line(&event(part.world, one)));
    Exported { text: lines.collect(), events: events.len(), left_out: 0 }
}
