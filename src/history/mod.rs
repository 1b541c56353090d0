//! Time: what was done to a world, and what happened in it.
//!
//! The journal is the truth: nodes, seed and the list of actions ([`crate::sim::Action`]) rebuild everything, because a world is
//! determined by them. Events are kept for whoever looks back, the latest ones only; older ones can be had again by replaying.
//!
//! Invariants: nothing reaches the world of a [`Timeline`] but through [`Timeline::act`] and [`Timeline::step`]; an action that
//! was refused is not in the journal, because it changed nothing.

mod events;
mod journal;
mod timeline;

pub use events::EventLog;
pub use journal::Journal;
pub use timeline::Timeline;
