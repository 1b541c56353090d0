//! The lines that an engine reads and writes, as JSON.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::hello::Hello;
use super::say::Say;

/// The version of the protocol.
const PROTOCOL: u64 = 1;

/// The question with which a process begins.
pub const HELLO: &str = r#"{"in":"hello","raftsh":1}"#;

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    // A text is always a valid JSON string.
    serde_json::to_string(text).unwrap_or_default()
}

/// Adds a text to a line as a JSON string.
pub(super) fn string(text: &str, line: &mut String) {
    line.push_str(&quoted(text));
}

/// A line that begins with the kind of input, the time and a random number, and is not closed.
pub(super) fn begin(kind: &str, now_us: u64, random: u32) -> String {
    let mut line = String::with_capacity(192);
    let _ = write!(line, r#"{{"in":"{kind}","now":{now_us},"random":{random}"#);
    line
}

/// Reads the answer to [`HELLO`].
///
/// # Errors
/// What is wrong with it.
pub fn hello(line: &str) -> Result<Hello, String> {
    #[derive(Deserialize)]
    struct Form {
        #[serde(default)]
        name: String,
        #[serde(default)]
        version: Option<serde_json::Value>,
        protocol: u64,
        #[serde(default)]
        can: Vec<String>,
        #[serde(default)]
        links: Option<String>,
        #[serde(default)]
        noop: bool,
        #[serde(default)]
        options: Vec<String>,
    }
    let form: Form = serde_json::from_str(line).map_err(|error| format!("its hello: {error}"))?;
    if form.protocol != PROTOCOL {
        return Err(format!("it speaks version {} of the protocol, not 1", form.protocol));
    }
    let is_fifo = match form.links.as_deref() {
        None | Some("any") => false,
        Some("fifo") => true,
        Some(other) => {
            return Err(format!(r#"its hello: links is "any" or "fifo", not {other:?}"#));
        }
    };
    let version = match form.version {
        None | Some(serde_json::Value::Null) => String::new(),
        Some(serde_json::Value::String(text)) => text,
        Some(other) => other.to_string(),
    };
    let Form { name, can, noop, options, .. } = form;
    Ok(Hello { name, version, can, is_fifo, noop, options })
}

/// Reads the answer to `save`.
///
/// # Errors
/// What is wrong with it.
pub fn saved(line: &str) -> Result<&RawValue, String> {
    #[derive(Deserialize)]
    struct Form<'a> {
        #[serde(borrow)]
        saved: &'a RawValue,
    }
    serde_json::from_str::<Form<'_>>(line)
        .map(|form| form.saved)
        .map_err(|error| format!("its answer to save: {error}"))
}

/// An answer.
#[derive(Debug, Deserialize)]
pub(super) struct Answer<'a> {
    /// What it wants done, in order.
    #[serde(borrow)]
    pub(super) out: Vec<Out<'a>>,
    /// What it says about itself; none if nothing has changed.
    #[serde(borrow, default)]
    pub(super) state: Option<State<'a>>,
}

/// Reads an answer.
///
/// # Errors
/// What is wrong with it.
pub(super) fn answer(line: &str) -> Result<Answer<'_>, String> {
    serde_json::from_str(line).map_err(|error| format!("its answer: {error}"))
}

/// One thing that it wants done. The first key that is there decides what that is.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Out<'a> {
    pub(super) write: Option<u32>,
    pub(super) term: Option<u32>,
    pub(super) vote: Option<u16>,
    pub(super) cut: Option<u32>,
    #[serde(borrow)]
    pub(super) add: Vec<WireEntry<'a>>,
    #[serde(borrow)]
    pub(super) more: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) blob: Option<Cow<'a, str>>,
    pub(super) sync: Option<bool>,
    pub(super) send: Option<u16>,
    #[serde(borrow)]
    pub(super) body: Option<&'a RawValue>,
    pub(super) after: Option<u32>,
    #[serde(borrow)]
    pub(super) say: Option<Say<'a>>,
    #[serde(borrow)]
    pub(super) set: Option<Cow<'a, str>>,
    pub(super) within: Option<[u64; 2]>,
    #[serde(borrow)]
    pub(super) cancel: Option<Cow<'a, str>>,
    pub(super) apply: Option<Vec<u32>>,
    pub(super) accept: Option<u32>,
    pub(super) index: Option<u32>,
    pub(super) refuse: Option<u32>,
    pub(super) leader: Option<u16>,
    pub(super) reply: Option<u32>,
    pub(super) ok: Option<bool>,
    #[serde(borrow)]
    pub(super) value: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) note: Option<Cow<'a, str>>,
}

/// What an engine says about itself.
#[derive(Debug, Deserialize)]
pub(super) struct State<'a> {
    #[serde(borrow)]
    pub(super) role: Cow<'a, str>,
    pub(super) term: u32,
    pub(super) commit: u32,
    #[serde(default)]
    pub(super) vote: Option<u16>,
    #[serde(default)]
    pub(super) leader: Option<u16>,
    #[serde(default)]
    pub(super) applied: Option<u32>,
    #[serde(default)]
    pub(super) last: Option<[u32; 2]>,
    #[serde(default)]
    pub(super) progress: Option<Vec<WireProgress>>,
    #[serde(borrow, default)]
    pub(super) log: Option<WireLog<'a>>,
}

/// What a leader knows of another node's log.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct WireProgress {
    pub(super) node: u16,
    #[serde(default)]
    pub(super) r#match: u32,
    #[serde(default)]
    pub(super) next: u32,
}

/// What changed of the log of an engine whose disk is a blob.
#[derive(Debug, Deserialize)]
pub(super) struct WireLog<'a> {
    pub(super) from: u32,
    #[serde(borrow, default)]
    pub(super) entries: Vec<WireEntry<'a>>,
}

/// An entry: `[term, data, raw?]`.
#[derive(Debug)]
pub(super) struct WireEntry<'a> {
    pub(super) term: u32,
    pub(super) data: Option<Cow<'a, str>>,
    pub(super) raw: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Deserialize<'de> for WireEntry<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<WireEntry<'a>, D::Error> {
        from.deserialize_seq(EntryVisitor)
    }
}

struct EntryVisitor;

/// A text that borrows from the line where it has no escapes.
#[derive(Deserialize)]
struct Data<'a>(#[serde(borrow)] Option<Cow<'a, str>>);

impl<'de> serde::de::Visitor<'de> for EntryVisitor {
    type Value = WireEntry<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an entry: [term, data] or [term, data, raw]")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(
        self,
        mut seq: A,
    ) -> Result<WireEntry<'de>, A::Error> {
        let missing = |at| serde::de::Error::invalid_length(at, &self);
        let term = seq.next_element()?.ok_or_else(|| missing(0))?;
        let Data(data) = seq.next_element()?.unwrap_or(Data(None));
        let raw: Option<&RawValue> = seq.next_element()?;
        while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
        Ok(WireEntry { term, data, raw })
    }
}

/// Adds an entry to a line, as an engine wrote it.
pub(super) fn entry(term: u32, data: Option<&str>, raw: Option<&Arc<str>>, line: &mut String) {
    let _ = write!(line, "[{term},");
    match data {
        Some(data) => string(data, line),
        None => line.push_str("null"),
    }
    if let Some(raw) = raw {
        line.push(',');
        line.push_str(raw);
    }
    line.push(']');
}
