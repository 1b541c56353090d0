//! Engines: somebody else's Raft in a process of its own, behind the same door as raftsh's nodes.
//!
//! An engine is asked one line of JSON at a time and answers each with one line. It has no clock,
//! no random numbers, no files and no network: all of these reach it as inputs, and all that it
//! wants done stands in its answers. So its answer is a function of its inputs, and a world that
//! contains engines is still a value.
//!
//! # How a world with engines is cloned
//!
//! A process cannot be copied. A node keeps its [`Life`] instead: the inputs since its start, with
//! the answers, in a list that clones share. Whoever needs the next answer hands the life to a
//! [`Room`], which finds a process that stands there, or leads one there by the same inputs. The
//! process is a cache; the life is the state.
//!
//! | file | what |
//! |---|---|
//! | [`room`] | the trait behind which processes live, and how an engine can fail |
//! | [`lineup`] | which engine runs at which node, and what it said about itself |
//! | [`life`] | the inputs and answers since a start |
//! | `wire`, `say` | the JSON of inputs and answers; what a message says to people and checks |
//! | `node` | an engine's node: its life, its timers, and what it wrote beside its log |
//! | `choice` | what a user says of the engines of a cluster |
//! | `begin` | the start of a fresh cluster |
//! | `takes` | starting an engine and giving it inputs |
//! | `sound` | what an answer must not contain |
//! | `tells` | the events that follow from what an engine says of itself and of its log |
//! | `does` | carrying out an answer: writes, messages, timers, applied entries, replies |
//! | `writes` | writes of engines, synced or not |
//! | `refuses` | moves that engines do not take |
//! | `timers` | timers of any name |
//! | `given` | what can be judged, by what engines say |
//! | `entries` | entries whose data nobody proposed |
//!
//! # What holds
//!
//! - Nothing here starts a process, waits, or reads a clock: a [`Room`] does, outside of `sim/`.
//! - Whatever an engine answers, the world stays sound: an answer that breaks the protocol halts
//!   the node and nothing else.
//!
//! To add an input, start at `wire`; to let an answer contain something new, at `wire` and `does`.

mod begin;
mod choice;
mod does;
mod entries;
mod given;
pub mod life;
pub mod lineup;
mod node;
mod refuses;
pub mod room;
mod say;
mod sound;
mod takes;
mod tells;
mod timers;
mod wire;
mod writes;

pub use choice::EngineChoice;
pub use entries::ForeignEntries;
pub use given::Given;
pub use life::{Exchange, Life};
pub use lineup::{Ability, Engine, Hello, Lineup};
pub use node::EngineNode;
pub use room::{Breakdown, Difference, EngineFault, Exit, Room};
pub use wire::{HELLO, hello, saved};

pub(super) use node::{EngineHost, Machine};
