//! Selects the events that `history` shows, and draws roles over time for readers to whom a list of
//! sentences is not enough.
//!
//! | file | what |
//! |---|---|
//! | [`HistoryFilter`] | the filters of `history`, and the events that pass them |
//! | `beats` | idle heartbeats: left out of what people read unless they ask for them |
//! | [`roles`] | roles and terms over time, one row for each node |
//!
//! Which events belong to the life of one thing is said in [`crate::history::lives`].
//!
//! The sentences themselves are in [`super::event`].
//!
//! # What holds
//!
//! - The events that pass are in order. No event is changed, some are left out.
//! - A heartbeat that caused anything else is never left out. So every cause that a shown event
//!   names can be looked up, except those that a filter hides or that are no longer kept.
//! - No event is copied while a million of them are searched: beside each, a byte or two are kept.
//!
//! To add a filter, start at [`HistoryFilter`]; to change which heartbeats are idle, at `beats`.

mod beats;
mod filter;
mod roles;

pub use filter::{HistoryFilter, Moment, SelectedEvents};
pub use roles::roles;
