//! Search: storms over many clusters, to find what breaks them.
//!
//! ```text
//! Plan ─▶ a seed ─▶ Storm ─▶ Trial on an Arena ─▶ Verdict ─▶ Report ─▶ text, JSON, JUnit
//!                                 └ a finding: again on a Timeline ─▶ script
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`plan`] | what a hunt is told: sizes, settings, flaws, troubles, seeds, shards |
//! | [`storm`] | faults and requests, drawn from a seed |
//! | `stage`, `trial` | where a seed is tried, and how: the storm, the end of all faults, the judgement |
//! | `mend` | the end of all faults, and the wait for progress |
//! | [`coverage`] | what storms exercised, by name and count |
//! | [`hunt`](mod@hunt) | seeds in parallel, one report |
//! | [`report`], [`merge`](mod@merge) | the report; that of a whole hunt from those of its shards |
//! | [`find`](mod@find) | moves that lead from now to where a condition holds |
//! | `moves` | moves under names that survive when others are left out |
//! | [`shrink`] | short scripts that break the same |
//! | `script` | the script of a finding |
//! | [`sweep`] | one script under many seeds: the distribution of what it measures |
//! | [`text`], [`junit`] | the report for people, and for CI systems |
//!
//! # What holds
//!
//! - The seed and the plan decide everything about a trial. Trials share nothing, and verdicts are
//!   taken in the order of the seeds, so neither threads nor shards can be seen in a report.
//! - A trial keeps no history: every event is judged and counted when it happens, and forgotten. A
//!   finding is run again on a timeline, with the same storm, to get its moves.
//! - A hunt changes nothing in the session that asked for it.
//! - The end of all faults, and what progress is, are those of `mend` ([`crate::session::mend`]).
//!
//! What finds ways and shortens scripts belongs here, too: it works on the same stages and moves.
//!
//! To add a trouble, start at [`storm::trouble`]; to count something else, at [`coverage`].

pub mod coverage;
pub mod find;
pub mod hunt;
pub mod junit;
mod mend;
pub mod merge;
mod moves;
pub mod plan;
pub mod report;
mod script;
pub mod shrink;
mod stage;
pub mod storm;
pub mod sweep;
pub mod text;
mod trial;

pub use hunt::{Hunted, Options, broken_by, hunt};
pub use merge::merge;
pub use plan::{Plan, Seeds, Shard};
pub use report::Report;
pub use stage::{Arena, Stage};
