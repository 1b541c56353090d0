//! Which of all that happened a person wants to see, and how it is told when a list of sentences is
//! not enough.
//!
//! | file | what |
//! |---|---|
//! | [`HistoryFilter`] | the filters of `history`, and the events that pass them |
//! | `beats` | heartbeats that brought nothing about: left out of what people read unless they ask |
//! | [`roles`] | roles and terms over time, a row a node |
//!
//! The sentences themselves are in [`super::event`].
//!
//! # What holds
//!
//! - What passes is in order, and no event is changed: only left out.
//! - A heartbeat is never left out where something came of it. So every cause that a shown event
//!   names can be looked up, but for those that a filter hides or that are no longer kept.
//! - A million events are gone through without a copy of them: what is kept beside them is a byte
//!   for each.

mod beats;
mod filter;
mod roles;

pub use filter::{HistoryFilter, Moment, SelectedEvents};
pub use roles::roles;
