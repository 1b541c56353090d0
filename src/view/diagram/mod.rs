//! Sequence diagrams: what happened between nodes, from top to bottom, a lane a node.
//!
//! | file | what |
//! |---|---|
//! | `builder` | events into a [`Diagram`] |
//! | `lanes` | which nodes have a lane, and whether they ran when the diagram begins |
//! | [`mermaid`] | a diagram in the notation of Mermaid |
//!
//! A diagram knows what is to be drawn and no widths; the renderer draws it.
//!
//! # What holds
//!
//! - An arrow stands where a message arrives or is lost. One of which that is not shown, or has not
//!   happened yet, stands where it was sent, and is open.
//! - A node that is down has no line: what happened to the others meanwhile did not happen to it.
//! - Many links that change at once are one row.
//! - What an arrow or a mark means stands beside it in words. No row depends on its sign or its
//!   colour alone.
//!
//! # What is not here
//!
//! Entries that are appended or applied: the messages and the commit index tell as much, and
//! `history` tells them.

mod builder;
pub(super) mod lanes;
pub mod mermaid;

pub use builder::diagram;
pub use lanes::busiest;

use super::text::Tone;
use crate::raft::NodeId;
use crate::sim::{EventId, HostState, Stage};

/// What happened between nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// The nodes that have a lane, from left to right.
    pub lanes: Vec<NodeId>,
    /// What happened, from top to bottom.
    pub rows: Vec<DiagramRow>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiagramRow {
    /// When, in microseconds.
    pub time_us: u64,
    /// The event; of several, the first.
    pub event: EventId,
    /// What is drawn.
    pub stroke: DiagramMark,
    /// What it means.
    pub text: String,
    /// How the text is to be seen.
    pub tone: Tone,
    /// How each lane goes on after it.
    pub lives: Vec<HostState>,
}

/// What is drawn in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiagramMark {
    /// A message on its way from one lane to another.
    Arrow {
        /// The sender's lane.
        from: usize,
        /// The receiver's lane.
        to: usize,
        /// How far it has come, as far as that is shown.
        stage: Stage,
    },
    /// A sign in each of these lanes.
    Mark {
        /// The lanes.
        lanes: Vec<usize>,
        /// The sign.
        sign: char,
    },
}
