//! A Raft in Rust under raftsh: the protocol of engines as types.
//!
//! Implement [`Engine`] and call [`run`]. An engine has no clock, no dice, no files and no threads:
//! its answer is a function of its inputs since [`Engine::start`].

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
pub use serde_json::Value;

/// What an engine says about itself.
#[derive(Clone, Debug, Serialize)]
pub struct Hello {
    pub name: String,
    pub version: String,
    pub protocol: u32,
    /// Of `restart`, `progress`, `say`, `requests`, `save`, `unreachable`.
    pub can: Vec<&'static str>,
    /// `any`, or `fifo`: its messages never overtake each other on a link.
    pub links: &'static str,
    /// Whether a new leader appends an entry of its own.
    pub noop: bool,
    /// raftsh's settings that it heeds.
    pub options: Vec<&'static str>,
}

/// An entry: term, data and, if the engine wants it back, what it wrote beside them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Entry {
    Full(u64, Option<String>, Value),
    Plain(u64, Option<String>),
}

impl Entry {
    pub fn term(&self) -> u64 {
        match self {
            Entry::Full(term, ..) | Entry::Plain(term, _) => *term,
        }
    }

    pub fn data(&self) -> Option<&str> {
        match self {
            Entry::Full(_, data, _) | Entry::Plain(_, data) => data.as_deref(),
        }
    }
}

/// What stands on the disk when a life begins.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Disk {
    pub term: u64,
    pub vote: u64,
    pub log: Vec<Entry>,
    pub more: Option<Value>,
    pub blob: Option<String>,
}

/// The start of a life.
#[derive(Clone, Debug, Deserialize)]
pub struct Start {
    pub node: u64,
    pub of: u64,
    pub disk: Disk,
    #[serde(default)]
    pub options: Value,
}

/// What happens to an engine that has started.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "in", rename_all = "lowercase")]
pub enum Input {
    Message { from: u64, body: Value },
    Timer { timer: String },
    Written { write: u64 },
    Propose { op: u64, data: String },
    Request { op: u64, command: Vec<Option<String>> },
    Unreachable { node: u64 },
    #[serde(other)]
    Unknown,
}

/// Something that an engine wants done.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Out {
    Write {
        write: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        term: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        vote: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        cut: Option<u64>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        add: Vec<Entry>,
        #[serde(skip_serializing_if = "Option::is_none")]
        more: Option<Value>,
    },
    Send {
        send: u64,
        body: Value,
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        say: Option<Value>,
    },
    Set {
        set: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        within: Option<[u64; 2]>,
    },
    Cancel { cancel: &'static str },
    Apply { apply: Vec<u64> },
    Accept { accept: u64, index: u64 },
    Refuse { refuse: u64, leader: u64 },
    Reply { reply: u64, ok: bool, value: Option<String> },
    Note { note: String },
}

/// What an engine is.
#[derive(Clone, Debug, Serialize)]
pub struct State {
    pub role: &'static str,
    pub term: u64,
    pub vote: u64,
    pub leader: u64,
    pub commit: u64,
    pub applied: u64,
    /// Index and term of its last entry.
    pub last: [u64; 2],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub progress: Vec<Progress>,
}

/// What a leader knows of another node's log.
#[derive(Clone, Debug, Serialize)]
pub struct Progress {
    pub node: u64,
    pub r#match: u64,
    pub next: u64,
}

/// A Raft that raftsh can drive.
pub trait Engine: Sized {
    fn hello() -> Hello;
    /// Begins a life. Memory is new; the disk is what stands in `start`.
    fn start(start: Start, out: &mut Vec<Out>) -> Self;
    /// Handles one input.
    fn handle(&mut self, input: Input, out: &mut Vec<Out>);
    /// What it is now.
    fn state(&self) -> State;
}

/// Answers each line of standard input with one line of standard output, until the input ends.
///
/// # Errors
/// If a line is no JSON, or the output is closed.
pub fn run<E: Engine>() -> io::Result<()> {
    let (mut engine, mut line) = (None::<E>, String::new());
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while input.read_line(&mut line)? > 0 {
        let given: Value = serde_json::from_str(&line)?;
        let mut out = Vec::new();
        let mut answer = match given["in"].as_str() {
            Some("hello") => serde_json::to_vec(&E::hello())?,
            Some("start") => {
                let started = E::start(serde_json::from_value(given)?, &mut out);
                let state = started.state();
                engine = Some(started);
                answer(&out, Some(state))?
            }
            _ => match &mut engine {
                Some(engine) => {
                    engine.handle(serde_json::from_value(given)?, &mut out);
                    answer(&out, Some(engine.state()))?
                }
                None => answer(&out, None)?,
            },
        };
        answer.push(b'\n');
        output.write_all(&answer)?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}

fn answer(out: &[Out], state: Option<State>) -> io::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Answer<'a> {
        out: &'a [Out],
        #[serde(skip_serializing_if = "Option::is_none")]
        state: Option<State>,
    }
    Ok(serde_json::to_vec(&Answer { out, state })?)
}
