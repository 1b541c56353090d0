//! raftsh: break a Raft cluster at a prompt, and see exactly what happens.
//!
//! The cluster lives in memory, the protocol is real, and every run is reproducible from its seed
//! and its commands. This essay is an overview of the modules; each module's own essay says what
//! lives there.
//!
//! # One picture
//!
//! ```text
//! main ─▶ cli ─▶ prompt, suite ─▶ script ─▶ command ─▶ search ─▶ session, export ─▶ console ─┐
//!   ┌─────────────────────────────────────────────────────────────────────────────────────────┘
//!   └▶ view, language ─▶ explain ─▶ check ─▶ history ─▶ sim ─▶ raft ─▶ seq
//!                                                       ├──▶ kv ───▶ seq
//!      (a module may import any                         └──▶ disk ─▶ seq
//!       module further along)
//! ```
//!
//! | module | what lives there |
//! |---|---|
//! | [`quantity`], [`word`], [`seq`] | what every module may use: how numbers and words are read and printed; a sequence whose clones share their elements |
//! | [`raft`] | the protocol: it takes a state and one input, and returns a list of outputs. No clock, no randomness, no IO |
//! | [`kv`] | the replicated state machine: a key-value store with the sessions of clients |
//! | [`disk`] | a node's disk: what is durable, what survives a crash, what damage does |
//! | [`sim`] | the world as a value: hosts, network, timers, one random number generator, and the closed list of actions |
//! | [`history`] | the journal of actions, and the events that followed from them |
//! | [`check`] | conditions on a world, and the properties that every history of Raft must satisfy |
//! | [`explain`] | why a condition holds or does not, with facts; the life of one thing |
//! | [`view`] | states and events to documents, documents to text |
//! | [`language`] | parsing: words, commands, sets of nodes, conditions, and the errors that point into them |
//! | [`console`] | streams, JSON, files, the terminal, the environment, other programs, Ctrl-C |
//! | [`engine`] | the processes of other people's Raft |
//! | [`parallel`] | the only threads: work in parallel, results in order |
//! | [`session`] | a cluster with its history, as commands act on it |
//! | [`export`] | a session as a page, a picture or a log, for people without raftsh |
//! | [`search`] | storms over many clusters, and what they break |
//! | [`command`] | the commands, one file for each family, and the help that is generated from their definitions |
//! | [`script`] | reading lines from a source and running them one after the other |
//! | [`prompt`] | the interactive prompt: completion, hints, colour, line history |
//! | [`suite`] | scripts and tutorials as tests; recording tutorials |
//! | [`cli`] | the arguments of the process |
//!
//! # The path of one line
//!
//! ```text
//! "kill n2" ─▶ Statement ─▶ Command ─▶ Action ─▶ Timeline::act ─▶ World::apply
//!           ─▶ Node::step(Input) ─▶ [Output] ─▶ network, disk, timers, store
//!           ─▶ [Event, each with its cause] ─▶ Document ─▶ text ─▶ standard output
//! ```
//!
//! Commands and actions are imperative (`Kill`), events are past tense (`node_killed`).
//!
//! # What holds
//!
//! - **Imports point one way**, as in the picture, and no files import each other in a cycle.
//!   Tests read the sources to check both.
//! - **The same seed and the same commands give the same bytes.** The modules from `quantity` to
//!   `language` use no clock, no environment, no thread, no collection whose order may differ, and
//!   no randomness but the world's one generator.
//! - **One closed list of actions.** Commands and the journal change a world by [`sim::Action`]
//!   and by nothing else, and every action prints as the command line that performs it, so every
//!   history is a script.
//! - **The protocol is deterministic.** Its timers, writes and messages are values; the world
//!   draws the durations. A message that promises durability names the write that it depends on
//!   and is sent only when that write is durable, so a vote cannot precede its sync.
//! - **A world is a value.** Its clones share whatever grows, so cloning a world costs about as
//!   much as copying a row of pointers.
//! - **The checker is independent.** It looks at a world from outside and shares no rule with the
//!   protocol that it checks.
//! - **Only `console/output` writes** to standard output and standard error; only `view` uses the
//!   libraries for tables and colours; scripts never pass through the line editor.
//! - **What a user, a script or a file can cause is refused with an error, never asserted.**
//!   Assertions are for what only a bug in raftsh could cause.
//!
//! # To change X, start at Y
//!
//! | to change or add | start at |
//! |---|---|
//! | a command | its family in `command/`: a variant with its help, an arm in `run`, and one in `action` if it changes the world; if it only shows something, a document in `view/`, its JSON in `view/json/`, and its place in `events_shown` (`command/all.rs`); its name in `command/help/pages.rs` |
//! | a trouble of a storm, or what a hunt counts | `search/storm/trouble.rs`, `search/coverage.rs` |
//! | what a sweep tells | `search/sweep/` |
//! | what shrinking tries | `search/shrink/reduce.rs` |
//! | a move of `find` | `search/find/options.rs` |
//! | a setting | `sim/settings.rs`; for a setting of the protocol also `Config` in `raft/node.rs`; for one of the output alone, `console/setting.rs` |
//! | an event | `sim/event.rs`; the compiler names the other places |
//! | a property | `check/property/NAME.rs`, and its places in `check/property/mod.rs` |
//! | what `mend` ends | `session/mend.rs` |
//! | what progress is, and within what time it is due | `check/progress.rs`, `check/bound.rs` |
//! | a flaw | `raft/flaw/NAME.rs`, its two lines in `raft/flaw/mod.rs`, its line in `check/caught.rs`, its script `scripts/flaws/NAME.raft` with a row in `scripts/README.md` |
//! | what a majority is | `raft/group.rs`; the checker has its own definition in `check/ledger/electorate.rs` |
//! | what could be lost, and when an event belongs to a life | `explain/losable.rs`; `history/lives/` |
//! | a message type | `raft/message.rs`; the compiler names the other places, except the properties that should check it |
//! | a protocol feature | `raft/rules.rs` for its decisions, the handler in `raft/` that calls the rule, `raft/io.rs` for what it needs from the world |
//! | an action on the world | `sim/action.rs`; the compiler names `sim/apply.rs`; then a command that performs it; if a violation can stop it halfway, `done` in `history/journal.rs` |
//! | what could happen next, and how messages are named | `sim/enabled.rs` |
//! | when two worlds count as equal | `sim/fingerprint.rs`, `sim/shape.rs` |
//! | what `why` says | a claim in `explain/claim/`, its sentence in `view/claims/`; who makes it: a file of `explain/` |
//! | a format of `export`, the page | `export/mod.rs`; the page's views in `export/page/` |
//! | a view | a file in `view/` that makes a document; for a new kind of paragraph, `view/document.rs` and `view/render` |
//! | what conditions can ask | `check/condition.rs` for the meaning, `language/condition/facts.rs` for the syntax |
//! | how lines are parsed | `language/line.rs`, `language/statement.rs` |
//! | how a script runs | `script/runner.rs` |
//! | what stops a command, and what `continue` does | `session/breaks.rs` for breakpoints, `script/runner/resume.rs` for the rest of a line |
//! | what TAB offers | `command/outlook.rs` for what may stand at a place of a line, `prompt/complete.rs` for the candidates in the current cluster |
//! | how tests pass or fail | `suite/case.rs`, `suite/transcript/pattern.rs` |
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

pub mod explain;

pub mod view;

pub mod language;

pub mod console;
pub mod engine;
pub mod parallel;

pub mod export;
pub mod session;

pub mod search;

pub mod command;

pub mod script;

pub mod prompt;
pub mod suite;

pub mod cli;
