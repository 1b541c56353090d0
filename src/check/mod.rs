//! Judgement: whether what is expected of a cluster is so, and whether the protocol keeps its
//! promises.
//!
//! A [`condition`] is words; [`evaluate`] holds it against a world and says what it found; a
//! [`selector`] names the nodes that are meant, and means others when the cluster has changed.
//!
//! A [`property`] is a promise of Raft; the [`Checker`] is told every event and holds it against
//! all of them, by a [ledger](Ledger) of its own. It sees no world: [`judge`] runs it over a
//! recorded history.
//!
//! Invariants: a world is looked at from outside, nothing here takes part in it, shares a rule with
//! the protocol, or trusts what a node believes of others; a condition prints as it is typed, and
//! its truth depends on the world alone.
//!
//! How conditions are read is the shell's business: here they are values.

pub mod caught;
mod checker;
pub mod condition;
pub mod evaluate;
mod ledger;
pub mod property;
pub mod selector;

pub use checker::{Checker, judge};
pub use ledger::Ledger;
