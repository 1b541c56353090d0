//! Sequence diagrams: messages and events from top to bottom, one lane for each node.
//!
//! | file | what |
//! |---|---|
//! | `builder` | builds a [`Diagram`] from events |
//! | `lanes` | which nodes have a lane, and their states when the diagram begins |
//! | [`mermaid`] | a diagram in the notation of Mermaid |
//!
//! A diagram says what is drawn and knows no widths; `render/diagram.rs` draws it.
//!
//! # What holds
//!
//! - A message's arrow is in the row of its delivery or drop. If that event is not shown or has not
//!   happened yet, an open arrow is in the row in which the message was sent.
//! - The lane of a node that is down is dotted: events of the others do not reach it.
//! - Links that change at the same time in the same way are one row.
//! - Words beside or below an arrow or a mark say what it means. No row depends on its sign or its
//!   colour alone.
//!
//! # What is not here
//!
//! Entries that are appended or applied: messages and commit indices show as much, and `history`
//! lists them.
//!
//! To change which events become rows, start at `builder`; to change how a row looks, at
//! `render/diagram.rs`.

mod builder;
pub(super) mod lanes;
pub mod mermaid;

pub use builder::diagram;
pub use lanes::busiest;

use super::text::Tone;
use crate::raft::NodeId;
use crate::sim::{EventId, HostState, Stage};

/// A sequence diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// The nodes that have a lane, from left to right.
    pub lanes: Vec<NodeId>,
    /// The rows, from top to bottom.
    pub rows: Vec<DiagramRow>,
}

/// One event, or several changes of links at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagramRow {
    /// When it happened, in microseconds.
    pub time_us: u64,
    /// The number of the event; of several, that of the first.
    pub event: EventId,
    /// What is drawn in the lanes.
    pub stroke: DiagramMark,
    /// What the words beside the lanes say.
    pub text: String,
    /// The tone of the words and of the mark.
    pub tone: Tone,
    /// The state of each lane's node after the event.
    pub lives: Vec<HostState>,
}

/// What is drawn in the lanes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiagramMark {
    /// A message from one lane to another.
    Arrow {
        /// The sender's lane, counted from 0 at the left.
        from: usize,
        /// The receiver's lane, counted from 0 at the left.
        to: usize,
        /// Whether the row shows its sending, its delivery or its drop.
        stage: Stage,
        /// The event that sent it, if the row shows its delivery or drop and the diagram begins
        /// before the sending.
        sent: Option<EventId>,
    },
    /// A sign in each of these lanes.
    Mark {
        /// The lanes, counted from 0 at the left.
        lanes: Vec<usize>,
        /// The character that is drawn.
        sign: char,
    },
}
