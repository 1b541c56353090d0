//! The protocol: Raft as in figure 2 of "In Search of an Understandable Consensus Algorithm
//! (Extended Version)". Section numbers in this folder are that paper's.
//!
//! # The protocol in short
//!
//! A cluster replicates one log of commands on several nodes. Time is divided into terms. A term
//! has at most one leader: a candidate that received the votes of a majority, and each node votes
//! for at most one candidate in a term. A follower that hears from no leader during its election
//! timeout, which is random, becomes a candidate in the next term. Only the leader handles
//! commands from clients: it appends them to its log, sends every follower the entries that the
//! follower is missing, and commits an entry of its term once a majority has it on disk. A
//! follower accepts entries only if its log matches the leader's at the entry before them; where
//! the logs conflict, it deletes its own entries and appends the leader's. A node votes only for a
//! candidate whose log is at least as up-to-date as its own, so every leader has all committed
//! entries.
//!
//! # Files
//!
//! | file | paper | what |
//! |---|---|---|
//! | `rules` | figure 2 | each rule as a small named function with the paper's words; an index of the whole figure |
//! | `server` | figure 2 | the state, and the rules for all servers |
//! | `election` | §5.2, §5.4.1 | requesting votes, granting them, counting them |
//! | `replication` | §5.3 | sending entries, accepting or refusing them, backing off nextIndex |
//! | `pre_vote` | thesis §9.6 | asking whether an election could be won, before it is started; off by default |
//! | `check_quorum` | thesis §6.2, §4.2.3 | a leader that no majority answers steps down; a leader that is heard is not unseated; off by default |
//! | `transfer` | thesis §3.10 | handing leadership over |
//! | `reads`, [`read_state`] | thesis §6.4 | reads without an entry in the log: by a round of heartbeats, or by a lease |
//! | `writes_first` | thesis §10.2.1 | a leader that sends entries only when they are on its own disk; off by default |
//! | `commit` | §5.3, §5.4.2 | advancing the commit index, and applying entries |
//! | [`change`] | §6; thesis, chapter 4 | membership changes: when a leader may begin one, and what follows once it is committed |
//! | [`group`], `membership` | §5.2, §6 | the members of the cluster and what a majority of them is; which configuration a server uses |
//! | [`log`], `progress`, `durability`, `clock` | figure 2, §6 | the log; a leader's view of each follower; a node's view of its own disk; how long ago it heard from a leader |
//! | [`node`] | | the only entry point, [`Node::step`] |
//! | [`flaw`] | | well-known mistakes, one file each: each changes rules, incoming messages or outputs; a correct node has none |
//! | [`message`], [`io`], [`note`], [`types`], [`nodes`], `label` | | the types of all this: messages, outputs, notes, terms and entries, sets of nodes |
//! | `fields` | | the names of their parts in serialized form |
//!
//! To change a rule, start at `rules`; to change when it applies, start at the handler that calls
//! it. To add a message type, start at [`message`]; `server` receives it. Everything else that a
//! node asks its caller to do is an [`Output`]. Outputs are added with `place`, which makes them
//! where they stay.
//!
//! # The caller's duties
//!
//! The protocol does no IO, reads no clock (it is told the time) and draws no random numbers: it
//! takes an [`Input`] and returns [`Output`]s. The caller must
//! 1. carry outputs out in the order in which they come;
//! 2. make writes durable in the order in which they come, and report them by their tickets with
//!    [`Input::Written`];
//! 3. hold back an [`Output::Send`] that names a write until that write and all before it are
//!    durable, and drop the message if the node crashes first: so no vote and no acknowledgement
//!    is sent before the disk holds what it promises;
//! 4. choose each timer's duration, that of election timers at random, and deliver
//!    [`Input::Timeout`] when it elapses, unless the timer was set again or cancelled before;
//! 5. start a crashed node with [`Node::start`] from what its disk holds, and from nothing else;
//! 6. deliver [`Input::Configure`] to change a node's [`Config`], and [`Input::DiskSpace`] as soon
//!    as a disk has no room for entries, or not even for votes, and when it has room again;
//! 7. stop a node that outputs [`Output::Halt`];
//! 8. tell the time by the node's own clock, with [`Node::set_clock`], before each input, and say
//!    with [`Node::restarted`] that a start was not that of a fresh cluster;
//! 9. answer a read when the state machine has applied the index of its [`Output::ReadConfirmed`],
//!    and give up all unanswered reads when the node changes its role or term;
//! 10. answer a client when its entry is applied ("leaders: … respond after entry applied to state
//!     machine"), because the state machine is the caller's.
//!
//! Messages may be lost, delayed, reordered and duplicated.
//!
//! # What holds
//!
//! A node is deterministic: its state and the input determine the outputs. They show everything
//! that an observer needs: [`Output::Note`] says what the node decided and why, changes to its log
//! included, [`Output::Progress`] what it knows of its followers, and [`Output::Report`] its own
//! state. After every step, a node without flaws checks the invariants that [`Invariant`] lists.
//!
//! # What is not here
//!
//! No leases of other kinds. The sessions of clients are part of the state machine, which is the
//! caller's; a snapshot is a handle to what the caller keeps. The default is the paper's figure 2
//! and nothing else: every feature beyond it is off until [`Config`] says otherwise, and lives in a
//! file beside the rule that it changes.
//!
//! A log begins after the last index that the node's snapshot holds.
//!
//! This folder imports std, serde and [`crate::seq`], the sequence in which logs are stored.

pub mod change;
mod check_quorum;
mod clock;
mod commit;
mod durability;
mod election;
mod fields;
pub mod flaw;
pub mod group;
pub mod image;
pub mod io;
mod label;
pub mod log;
mod membership;
pub mod message;
pub mod node;
pub mod nodes;
pub mod note;
mod pre_vote;
mod progress;
pub mod read_state;
mod reads;
mod replication;
mod rules;
mod server;
mod snapshot;
mod transfer;
pub mod types;
mod writes_first;

pub use change::{Change, ChangeRefusal, ChangeStanding};
pub use flaw::{ClientMistake, Flaw, Flaws};
pub use group::{Configuration, Group};
pub use image::{Image, Snapshot, SnapshotWrite};
pub use io::{DiskSpace, HardState, Invariant, Output, Report, Timer, Write};
pub use label::Label;
pub use log::Log;
pub use message::{Body, Entries, Message, MessageKind, MessageSummary};
pub use node::{Config, Input, Node};
pub use nodes::{MAX_NODES, NodeId, NodeMap, NodeSet};
pub use note::{
    AppendRefusal, Ignored, Note, RequiredWrite, RoleChange, RoleName, TransferEnd, VoteRefusal,
};
pub use progress::{Progress, Stage};
pub use read_state::ReadMode;
pub use types::{Entry, Index, Payload, Position, Round, Term, Ticket};
