//! Time: what was done to a world, and what happened in it.
//!
//! The journal is the truth: nodes, seed and the list of actions ([`crate::sim::Action`]) rebuild
//! everything, because a world is determined by them. Events are kept for whoever looks back, the
//! latest ones only; older ones can be had again by replaying.
//!
//! | file | what |
//! |---|---|
//! | [`Timeline`], [`Journal`], [`EventLog`] | the present, the moves that led to it, what happened |
//! | [`saved`] | a journal as text, and back: as a session (YAML) or as a script |
//! | [`initial`] | what `--config` says about fresh clusters |
//! | [`yaml`] | the only file that names the parser of YAML |
//!
//! Invariants: nothing reaches the world of a [`Timeline`] but through [`Timeline::act`] and
//! [`Timeline::step`]; an action that was refused, or changed nothing, is not in the journal. The
//! journal also keeps the commands as they were typed: the moves rebuild this exact world, and
//! commands still make sense after an edit.

mod events;
pub mod initial;
mod journal;
pub mod saved;
mod timeline;
pub mod yaml;

pub use events::EventLog;
pub use journal::{CommandEnd, Extent, Journal, RecordedMove, TypedCommand};
pub use timeline::Timeline;
