//! The protocol: Raft as in figure 2 of "In Search of an Understandable Consensus Algorithm
//! (Extended Version)". Section numbers in this folder are that paper's.
//!
//! # In plain words
//!
//! A cluster keeps one log of commands on several nodes. Time is cut into terms. In each term at
//! most one node leads: it won the votes of a majority, and every node votes once a term. A
//! follower that hears from no leader for a random while becomes a candidate in the next term. Only
//! the leader takes commands: it appends them to its log, sends every follower what that follower
//! lacks, and calls an entry committed once a majority has it on disk. A follower takes entries
//! only where the entry before them matches its own; where its log conflicts, the leader's wins. A
//! vote goes only to a candidate whose log is at least as up to date, so whoever leads has all that
//! was committed.
//!
//! # How it is cut
//!
//! | file | paper | what |
//! |---|---|---|
//! | `rules` | figure 2 | what each rule decides, as a small named function under the paper's words; an index of the whole figure |
//! | `server` | figure 2 | the state, the rules for all servers |
//! | `election` | §5.2, §5.4.1 | asking for votes, granting them, counting them |
//! | `replication` | §5.3 | sending entries, taking or refusing them, backing off |
//! | `commit` | §5.3, §5.4.2 | what is safe, and applying it |
//! | [`group`], `membership` | §5.2, §6 | who belongs to the cluster and what a majority of it is; which group a server goes by |
//! | [`log`], `progress`, `durability` | figure 2 | the log; what a leader knows of others; what a node knows of its disk |
//! | [`node`] | | the one entrance, [`Node::step`] |
//! | [`flaw`] | | well-known mistakes, a file each: each bends one rule, or what goes in or out; none is on in a correct node |
//! | [`message`], [`io`], [`note`], [`types`], [`nodes`] | | the words in which all of it is said |
//! | `fields` | | how their parts are named where they are written for programs |
//!
//! To change a rule, start at `rules`; to change when it is asked, at the handler that asks it. A
//! message type begins in [`message`] and is received in `server`; whatever else a node wants done
//! is an [`Output`].
//!
//! # The caller's duties
//!
//! The protocol does no IO, reads no clock and throws no dice: it takes an [`Input`] and returns
//! [`Output`]s. Whoever calls it
//! 1. carries outputs out in the order in which they come;
//! 2. makes writes durable in the order in which they come, and says [`Input::Written`] with their
//!    tickets;
//! 3. lets an [`Output::Send`] that names a write leave only after that write and all before it are
//!    durable, and forgets it in a crash: so a vote or an acknowledgement cannot be seen before
//!    what it promises is on disk;
//! 4. draws each timer's duration, election timers at random, and delivers [`Input::Timeout`] if
//!    the timer was neither set anew nor cancelled before;
//! 5. starts a crashed node with [`Node::start`] from what its disk holds, and from nothing else;
//! 6. says [`Input::Configure`] when it should behave otherwise, and [`Input::DiskSpace`] as soon as a
//!    disk has no room for entries, or not even for votes, and when it has again;
//! 7. stops a node that says [`Output::Halt`].
//!
//! Whatever is to be known of a node stands in its outputs: what it decided and why in
//! [`Output::Note`], its log included; what it knows of its followers in [`Output::Progress`]; and
//! what it says of itself in [`Output::Report`]. To answer a client when its entry is applied
//! ("leaders: … respond after entry applied to state machine") is the caller's part, for the state
//! machine is.
//!
//! Messages may be lost, delayed, reordered and duplicated at will.
//!
//! # What is not here
//!
//! Nobody changes the group and nobody drops the front of a log yet; but every majority is asked of
//! the group, which follows the configurations in the log, and a log is asked where it begins.
//!
//! No membership changes, no snapshots, no pre-vote, no read index, no leadership transfer; no
//! client sessions. The default is the paper's figure 2 and nothing else. This folder imports std,
//! serde and [`crate::seq`], the shared sequence that logs are made of.

mod commit;
mod durability;
mod election;
mod fields;
pub mod flaw;
pub mod group;
pub mod io;
pub mod log;
mod membership;
pub mod message;
pub mod node;
pub mod nodes;
pub mod note;
mod progress;
mod replication;
mod rules;
mod server;
pub mod types;

pub use flaw::{Flaw, Flaws};
pub use group::{Configuration, Group};
pub use io::{DiskSpace, HardState, Invariant, Output, Report, Ticket, Timer, Write};
pub use log::Log;
pub use message::{Body, Entries, Message, MessageKind, MessageSummary};
pub use node::{Config, Input, Node};
pub use nodes::{MAX_NODES, NodeId, NodeMap, NodeSet};
pub use note::{AppendRefusal, Note, RequiredWrite, RoleName, VoteRefusal};
pub use progress::{Progress, Stage};
pub use types::{Entry, Index, Payload, Position, Term};
