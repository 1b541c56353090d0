//! raftsh: break a Raft cluster at a prompt, and see exactly what happens.
//!
//! The cluster lives in memory, the protocol is real, and every run is reproducible from its seed and its commands. This
//! text is the map of the country; each room's own essay says what lives there.
//!
//! # One picture
//!
//! ```text
//! main ─▶ cli ─▶ shell ─▶ view ─▶ check ─▶ history ─▶ sim ─▶ raft ─▶ seq
//!                 │       (each may skip ahead)         ├──▶ kv
//!                 └ the only layer that touches         └──▶ disk ─▶ seq
//!                   terminal, files, environment
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
//! | [`shell`] | commands, scripts, the prompt, output |
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
//! - **Imports point one way**, as in the picture. A test reads the sources.
//! - **The same seed and the same commands give the same bytes.** The rooms up to `check` see no clock, no environment, no
//!   thread, no collection whose order may differ, and no chance but the world's one generator.
//! - **One closed list of moves.** The shell, the journal and whatever comes later move a world by [`sim::Action`] and by
//!   nothing else, and every action prints as the line that makes it: so every history is a script.
//! - **The protocol makes no choice.** Its timers, writes and messages are values; the world draws durations. Replies that
//!   promise durability ride on the write they promise, so a vote cannot precede its sync.
//! - **A world is a value**: cloned in the time of a row of pointers, because whatever grows is shared.
//! - **Judgement stands outside** and shares no code with what it judges.
//! - **Only `shell/output` writes** to standard output and standard error; only `view`'s renderer knows of tables and
//!   colours; scripts never pass through the line editor.
//! - **What a user, a script or a file can do is refused, never asserted.** Assertions are for what only raftsh's own code
//!   could get wrong.

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

pub mod shell;

pub mod cli;
