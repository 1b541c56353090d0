//! raftsh: break a Raft cluster at a prompt, and see exactly what happens.
//!
//! The cluster lives in memory, the protocol is real, and every run is reproducible from its seed
//! and its commands. This text is the map of the country; each room's own essay says what lives
//! there.
//!
//! # One picture
//!
//! ```text
//! main ─▶ cli ─▶ prompt, suite ─▶ script ─▶ command ─▶ session ─▶ console ─┐
//!   ┌──────────────────────────────────────────────────────────────────────┘
//!   └▶ view, language ─▶ check ─▶ history ─▶ sim ─▶ raft ─▶ seq
//!                                             ├──▶ kv
//!        (each may skip ahead)                └──▶ disk ─▶ seq
//! ```
//!
//! | room | what lives there |
//! |---|---|
//! | [`quantity`], [`word`], [`seq`] | what every room may use: how numbers and words are typed and printed; a sequence whose clones share |
//! | [`raft`] | the protocol: a state and one input in, a list of outputs out. No clock, no dice, no IO |
//! | [`kv`] | the replicated state machine |
//! | [`disk`] | what is durable, what a crash keeps, what damage does |
//! | [`sim`] | the world as a value: hosts, network, timers, one generator, and the one closed list of moves |
//! | [`history`] | time: the journal of moves, and what happened |
//! | [`check`] | judgement: what can be expected of a world |
//! | [`view`] | states and events into documents, documents into text |
//! | [`language`] | what was typed: words, commands, sets of nodes, conditions, and the errors that point into it |
//! | [`console`] | streams, JSON, files, the terminal, the environment, Ctrl-C |
//! | [`parallel`] | the only threads: work in parallel, results in order |
//! | [`session`] | a cluster with its past, as commands act on it |
//! | [`command`] | the commands, a file a family, and help out of their definitions |
//! | [`script`] | lines from somewhere, run one after the other |
//! | [`prompt`] | a person at a terminal: completion, hints, colour, history |
//! | [`suite`] | scripts and tutorials as tests; recording tutorials |
//! | [`cli`] | the arguments of the process |
//!
//! # The path of one line
//!
//! ```text
//! "kill n2" ─▶ Statement ─▶ Command ─▶ Action ─▶ Timeline::act ─▶ World::apply ─▶ Node::step(Input) ─▶ [Output]
//!           ─▶ network, disk, timers, store ─▶ [Event, each with its cause] ─▶ Document ─▶ text ─▶ standard output
//! ```
//!
//! Commands and actions are imperative (`Kill`), events are past tense (`node_killed`).
//!
//! # What holds
//!
//! - **Imports point one way**, as in the picture, and no file imports in a circle. Tests read the
//!   sources.
//! - **The same seed and the same commands give the same bytes.** The rooms up to `check` see no
//!   clock, no environment, no thread, no collection whose order may differ, and no chance but the
//!   world's one generator.
//! - **One closed list of moves.** Commands, the journal and whatever comes later move a world by
//!   [`sim::Action`] and by nothing else, and every action prints as the line that makes it: so
//!   every history is a script.
//! - **The protocol makes no choice.** Its timers, writes and messages are values; the world draws
//!   durations. Replies that promise durability ride on the write they promise, so a vote cannot
//!   precede its sync.
//! - **A world is a value**: cloned in the time of a row of pointers, because whatever grows is
//!   shared.
//! - **Judgement stands outside** and shares no code with what it judges.
//! - **Only `console/output` writes** to standard output and standard error; only `view`'s renderer
//!   knows of tables and colours; scripts never pass through the line editor.
//! - **What a user, a script or a file can do is refused, never asserted.** Assertions are for what
//!   only raftsh's own code could get wrong.
//!
//! # To change X, start at Y
//!
//! | to change or add | start at |
//! |---|---|
//! | a command | its family in `command/`: a variant with its help, an arm in `run`, and in `action` if it is a move; if it looks, a document in `view/` and the same in `view/json/`, and its place in `events_shown` (`command/all.rs`); its name in `command/help/pages.rs` |
//! | a setting | `sim/settings.rs`; of the protocol: `Config` in `raft/node.rs` as well; one about output alone: `console/output.rs` |
//! | an event | `sim/event.rs`, and the compiler names the rest |
//! | a property | `check/property/NAME.rs`, and its places in `check/property/mod.rs` |
//! | a flaw | `raft/flaw/NAME.rs`, its two lines in `raft/flaw/mod.rs`, its line in `check/caught.rs`, its script `scripts/flaws/NAME.raft` with a row in `scripts/README.md` |
//! | what a majority is | `raft/group.rs`, and for the checker, written apart, `check/ledger/electorate.rs` |
//! | a message type | `raft/message.rs`, and the compiler names the rest but for what properties make of it |
//! | a protocol feature | `raft/rules.rs` for what it decides, the handler in `raft/` that asks it, `raft/io.rs` for what it asks of the world |
//! | a move of the world | `sim/action.rs`, and the compiler names `sim/apply.rs`; then a command that makes it; if a violation can end it half way, `done` in `history/journal.rs` |
//! | what could happen next, and what messages are called | `sim/enabled.rs` |
//! | what tells two worlds apart | `sim/fingerprint.rs`, `sim/shape.rs` |
//! | a picture | a file in `view/` that makes a document; a new kind of paragraph: `view/document.rs` and `view/render` |
//! | what conditions can ask | `check/condition.rs` for what it means, `language/condition/facts.rs` for how it is typed |
//! | how lines are read | `language/line.rs`, `language/statement.rs` |
//! | how a script proceeds | `script/runner.rs` |
//! | what TAB offers | `command/outlook.rs` for what a place may hold, `prompt/complete.rs` for what that is now |
//! | how tests are judged | `suite/case.rs`, `suite/transcript/pattern.rs` |
//! | an argument of the process | `cli/arguments.rs` |

pub mod quantity;
pub mod seq;
pub mod word;

pub mod disk;
pub mod kv;
pub mod raft;

pub mod sim;

pub mod history;

pub mod check;

pub mod view;

pub mod language;

pub mod console;
pub mod parallel;

pub mod session;

pub mod command;

pub mod script;

pub mod prompt;
pub mod suite;

pub mod cli;
