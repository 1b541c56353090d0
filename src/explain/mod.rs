//! Explanations: why a condition holds or does not, and the life of one thing.
//!
//! An [`Answer`] is a value: the question, whether it holds, since when, and the [`Claim`]s that
//! decide it. A claim is a fact with the nodes, terms and events that it rests on. Sentences and
//! JSON are made of it elsewhere.
//!
//! | file | what |
//! |---|---|
//! | [`answer`] | an answer |
//! | [`claim`] | the claims, one file for each group of kinds |
//! | [`case`] | what an explanation reads: a cluster, its events, its past |
//! | [`mod@condition`] | why a condition holds or does not: the parts that decide |
//! | [`doubt`] | settings under which a leader is impossible or unlikely |
//! | `election`, `entry`, `request`, `field`, `agreement`, `numbers`, `violated` | a file for each kind of question |
//! | `reach` | what does not run, and what does not get through |
//! | [`mod@refusal`] | why a command was refused |
//! | `effort` | how much work it takes to judge a condition again and again |
//! | `since` | since when a condition is as it is |
//! | [`helps`] | what would help: moves that are tried on copies |
//! | `existence`, `life` | whether a thing exists, and since when; its life, a file for each kind of thing |
//! | [`losable`] | which nodes, killed now, could lose an entry |
//! | [`mod@thing`] | the life of an event, a request, a message, an entry or a node |
//!
//! # What holds
//!
//! - Explanations read what the world records of nodes, links, disks and messages, and the events.
//!   They never look inside the protocol, so they are true of nodes that break its rules: they tell
//!   what a node did, and do not assert that it kept a rule.
//! - An answer depends on the cluster and its past alone. Nothing here moves the cluster or draws
//!   one of its numbers; what is tried is tried on copies.
//! - Every event that a claim names has happened, and is of the kind that the claim says.
//!
//! To add a claim, start at [`claim`]; its sentence is in [`crate::view::claims`].

mod agreement;
pub mod answer;
pub mod case;
pub mod claim;
pub mod condition;
pub mod doubt;
mod effort;
mod election;
mod entry;
mod existence;
mod field;
pub mod helps;
mod life;
pub mod losable;
mod numbers;
mod reach;
mod read;
pub mod refusal;
mod request;
mod since;
pub mod thing;
mod violated;

pub use self::condition::condition;
pub use self::condition::condition_briefly;
pub use answer::{Answer, Help, Losable, Since};
pub use case::Case;
pub use claim::{Claim, ClaimKind};
pub use existence::{NoSuchThing, Thing};
pub use refusal::refusal;
pub use thing::thing;
