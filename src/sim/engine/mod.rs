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
//! the answers, in a list that clones share. The world hands it with the next input to a
//! [`Room`], which finds a process that stands there, or leads one there by the same inputs. The
//! process is a cache; the life is the state.
//!
//! | file | what |
//! |---|---|
//! | [`life`] | engines, their lives, and the room in which they live |
//! | `hello`, `fault` | what an engine says about itself; how it can fail |
//! | [`lineup`] | which engine runs at which node |
//! | `input` | what happens to an engine |
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
//! | `given`, `gives` | what can be judged, by what engines say |
//! | `data`, `entries` | which request an entry carries; data that nobody proposed |
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
mod data;
mod does;
mod entries;
mod fault;
mod given;
mod gives;
mod hello;
mod input;
pub mod life;
pub mod lineup;
mod node;
mod refuses;
mod say;
mod sound;
mod takes;
mod tells;
mod timers;
mod wire;
mod writes;

pub use choice::EngineChoice;
pub use entries::ForeignEntries;
pub use fault::{Breakdown, Difference, EngineFault, Exit};
pub use given::Given;
pub use hello::{Ability, Hello};
pub use life::{Engine, Exchange, Life, Room};
pub use lineup::Lineup;
pub use node::EngineNode;
pub use wire::{HELLO, hello, saved};

pub(super) use node::{EngineHost, Machine};
