//! Judgement: whether a condition on a cluster holds, and whether the cluster keeps Raft's
//! guarantees.
//!
//! A [`condition`] is an expression that has not been evaluated; [`evaluate`] decides whether it
//! holds in a world, and says what was found instead. A [`selector`] names nodes, as `leader` does;
//! which nodes it means depends on the present state of the cluster.
//!
//! A [`property`] is a guarantee of Raft. The [`Checker`] receives every event, records it in a
//! [ledger](Ledger) and checks the properties against it. It has no access to the world, so
//! [`judge`] can run it over a recorded history.
//!
//! A second record is of clients alone. It judges the answers that they got, and [`linear`] says
//! whether these fit together.
//!
//! [`progress`] says what a cluster without faults must reach, and [`bound`] within what time: the
//! only judgement that is made on demand, by `mend`.
//!
//! Invariants: nothing here changes the world, shares a rule with the protocol, or trusts what a
//! node believes about other nodes. A condition prints as it is typed, and its truth depends on the
//! world alone.
//!
//! [`crate::language`] reads conditions from text; here they are values. To add a condition, start
//! at [`condition::Fact`]; to add a property, at [`property`].

pub mod bound;
pub mod caught;
mod checker;
mod clients;
pub mod condition;
pub mod difference;
pub mod evaluate;
mod ledger;
pub mod linear;
pub mod progress;
pub mod property;
pub mod selector;

pub use checker::{Checker, judge};
pub use ledger::{Election, Ledger};
