//! The world: hosts, network, disks, timers, clients, and virtual time. All of it in memory, all of
//! it from one seed.
//!
//! # How it moves
//!
//! A [`World`] is a value. It moves in one way only: it is given an [`Action`], and answers with
//! the [`Event`]s that came of it. Most actions are made by hand (kill, cut, put); one,
//! [`Action::Step`], lets the next due thing happen: a message arrives, a timer runs out, a write
//! reaches a disk.
//!
//! ```text
//! Action ─▶ World::apply ─▶ Node::step(Input) ─▶ [Output] ─▶ HostContext ─▶ network, disk, timers, store ─▶ [Event]
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`action`], `answer` | the closed list of moves, and what the world says to one |
//! | `apply` | which rule each move follows: `step` (time), `power` (nodes), `disks`, `links`, `hand` (messages), `timers`, [`preload`] |
//! | `bytes` | what a node's persistent state looks like on its disk |
//! | `host_context` | carrying out what a node wants: `send` (messages), `write` (its disk), `timers`, answers to clients |
//! | [`world`], [`host`], [`network`], [`client`], `environment`, `state` | what there is |
//! | `record` | what is known of a running node, kept from its outputs |
//! | [`settings`] | what may be chosen |
//! | `watch` | somebody who looks on and objects |
//! | [`event`] | what happened |
//! | `enabled` | what could happen now by itself, under names that survive |
//! | `fingerprint` | whether two worlds are equal |
//! | `shape` | whether two worlds are equal apart from time, numbers and dice |
//! | `queue`, [`rng`] | what will happen, in order; chance |
//!
//! # What holds
//!
//! - The same seed and the same actions give the same world and the same events, everywhere and
//!   always: one generator ([`rng::Dice`]), integer arithmetic, events ordered by time and then by
//!   the order in which they were planned. No clock, no environment, no thread, no collection whose
//!   order may differ.
//! - No event costs work in proportion to the length of a log or of the history, but for what it
//!   does with entries: those it appends, sends or applies, and for a start, which reads the whole
//!   disk.
//! - A node is known by its inputs and outputs. Nothing here decides anything for it, and nobody
//!   sees what it keeps inside: what there is to look at stands in its [`Record`].
//! - A reply leaves only after the write it rests on is durable; a crash takes both.
//! - What a user can ask for is refused, never asserted.
//!
//! # What is not here
//!
//! Clocks that drift, messages that are altered, nodes that lie. Judgement of what happens: that
//! stands outside, so that it cannot share a mistake with what it judges.

pub mod action;
mod answer;
mod apply;
mod bytes;
pub mod client;
mod disks;
mod enabled;
mod environment;
pub mod event;
mod fingerprint;
mod hand;
pub mod host;
mod host_context;
mod links;
pub mod network;
mod power;
pub mod preload;
mod queue;
mod record;
pub mod rng;
mod send;
pub mod settings;
mod shape;
mod state;
mod step;
mod timers;
mod watch;
pub mod world;
mod write;

pub use action::{Action, LinkDirection};
pub use answer::{Applied, Refused};
pub use client::{Op, OpId, Ops, Outcome, Request};
pub use disks::DiskMove;
pub use enabled::{EnabledMove, Route};
pub use event::{
    DropReason, Event, EventDetail, EventId, EventKind, Family, MessageId, Passage, Stage,
};
pub use host::Host;
pub use network::{InFlight, Network, TransitState};
pub use preload::Preload;
pub use record::Record;
pub use settings::{OnViolation, Range, Setting, Settings};
pub use state::{HaltReason, HostState, LinkFault};
pub use watch::{EventRecorder, Finding, JudgingEnded, NodeReport, Violation, Watch};
pub use world::World;
