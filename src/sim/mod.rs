//! The simulated world: hosts, network, disks, timers, clients and virtual time, all of them in
//! memory and all of them determined by one seed.
//!
//! # How it moves
//!
//! A [`World`] is a value. It changes only when it is given an [`Action`], and it answers with the
//! [`Event`]s that follow from it. Most actions are moves made by hand (kill, cut, put). One,
//! [`Action::Step`], lets the next due thing happen: a message arrives, a timer fires, or a write
//! reaches a disk.
//!
//! ```text
//! Action ─▶ World::apply ─▶ Node::step(Input) ─▶ [Output] ─▶ HostContext
//!                                                                 ▼
//!                                          network, disk, timers, store ─▶ [Event]
//! ```
//!
//! | file | what |
//! |---|---|
//! | [`action`], `answer` | the closed list of moves, and the world's answer to a move |
//! | `apply` | dispatches each move to the code that makes it: `step` (time), `power` (nodes), `disks`, `links`, `hand` (messages), `timers`, `drift`, `transfer`, `member` (members, and further nodes), `snapshots`, [`preload`], `progress` (judging it) |
//! | `bytes` | how a node's persistent state is encoded on its disk |
//! | `host_context` | carries out a node's outputs: `send` (messages), `write` (its disk), `timers`, `requests` (answers to clients) |
//! | `requests`, `numbers`, `names` | sending requests, sending them again, answering them; the names of clients and the texts of answers |
//! | [`load`], `worker`, `background` | clients in the background: what they do, each of them, and their turns |
//! | [`world`], [`host`], [`network`], [`client`], `environment`, `state` | the parts of the world |
//! | `record` | what the world knows of a running node, taken from the node's outputs |
//! | `images` | what snapshots contain |
//! | `replay` | what a node applies again when it starts again |
//! | `members` | the configurations in a node's log |
//! | `clock` | a host's clock, which may run fast or slow |
//! | [`engine`] | nodes that run somebody else's Raft |
//! | `contact` | whether a leader still hears from a majority |
//! | [`settings`] | the settings, their values and their defaults |
//! | `cluster_settings` | the settings in effect: those for all nodes, and values of single nodes |
//! | `watch` | the observer that sees every event and reports violations |
//! | [`event`] | the kinds of events |
//! | `enabled` | what could happen next by itself, under names that survive a change of the past |
//! | `fingerprint` | tells whether two worlds are equal |
//! | `shape` | tells whether two worlds are equal apart from time, numbers and dice |
//! | `queue`, [`rng`] | what will happen by itself, in order; the random numbers |
//!
//! # What holds
//!
//! - The same seed and the same actions give the same world and the same events, on every machine
//!   and in every run: there is one generator ([`rng::Dice`]), all arithmetic is on integers, and
//!   what is due is ordered by time and then by the order in which it was planned. Nothing here
//!   reads a clock or the environment, starts a thread, or iterates over a collection whose order
//!   may differ.
//! - No event costs work in proportion to the length of a log or of the history. The exceptions are
//!   the entries that an event appends, sends or applies, and a start, which reads the whole disk.
//! - The world knows a node by its inputs and outputs only. Nothing here decides anything for a
//!   node, and nobody reads a node's internal state: what others may see of it is in its
//!   [`Record`].
//! - A reply leaves only after the write it depends on is durable; a crash loses both.
//! - A move that is impossible is refused, never asserted: users can ask for it.
//!
//! # What is not here
//!
//! Messages are not altered, and nodes do not lie. Judging what happens is
//! done outside, by [`crate::check`], so that the judge cannot share a mistake with what it judges.
//!
//! # Where to start
//!
//! To add a move, start at [`action`] and at the match in `apply`. An event is a row of the table
//! in [`event`], a setting a row of the table in [`settings`]. To change what follows from a node's
//! output, start at `host_context`.

pub mod action;
mod answer;
mod apply;
mod background;
mod bytes;
pub mod client;
mod clock;
mod cluster_settings;
mod contact;
#[cfg(test)]
mod difference;
mod disks;
mod drift;
mod enabled;
pub mod engine;
mod environment;
pub mod event;
mod fingerprint;
mod hand;
pub mod host;
mod host_context;
mod images;
mod links;
pub mod load;
mod member;
mod members;
mod names;
pub mod network;
mod numbers;
mod power;
pub mod preload;
mod progress;
mod queue;
mod reads;
mod record;
mod replay;
mod requests;
pub mod rng;
mod send;
pub mod settings;
mod shape;
mod snapshots;
mod state;
mod step;
mod timers;
mod transfer;
mod watch;
mod worker;
pub mod world;
mod write;

pub use action::{Action, LinkDirection};
pub use answer::{Applied, Refused};
pub use bytes::DiskState;
pub use client::{Answer, Asked, Call, Op, OpId, Ops, Outcome, ReadKind, Request, TextId};
pub use clock::{DRIFT_MAX_PPM, DRIFT_MIN_PPM};
pub use contact::Contact;
pub use disks::DiskMove;
pub use enabled::{EnabledMove, Route};
pub use engine::{EngineFault, Lineup};
pub use event::{
    DropReason, Event, EventDetail, EventId, EventKind, Family, MessageId, Passage, Stage,
};
pub use host::Host;
pub use load::{Load, Mix};
pub use members::Configurations;
pub use network::{InFlight, Network, TransitState};
pub use preload::Preload;
pub use reads::ReadWait;
pub use record::Record;
pub use requests::RequestOptions;
pub use settings::{OnViolation, Range, Scope, Setting, Settings};
pub use state::{HaltReason, HostState, LinkFault};
pub use step::SETTLE_MAX;
pub use watch::{EventRecorder, Finding, JudgingEnded, NodeReport, ProgressCase, Violation, Watch};
pub use worker::{WorkerState, is_background_name};
pub use world::World;
