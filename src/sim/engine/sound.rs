//! What an answer must not contain. Everything is checked before anything is carried out, so an
//! answer that breaks the protocol changes nothing but halts its node.

use crate::raft::{Index, NodeId, RoleName};

use super::node::EngineNode;
use super::wire::{Answer, Out, State, WireEntry};
use crate::sim::client::{OpId, Ops};

/// The most timers of a node.
const TIMERS_MAX: usize = 100;

/// The longest log.
const LOG_MAX: u32 = 16_000_000;

/// The roles by the names that engines give them.
pub(super) fn role(name: &str) -> Option<RoleName> {
    match name {
        "pre-candidate" | "pre_candidate" | "precandidate" => Some(RoleName::PreCandidate),
        _ => RoleName::WORDS.iter().find(|(word, _)| *word == name).map(|(_, role)| *role),
    }
}

/// What is known of a node when its answer is checked.
pub(super) struct Known<'a> {
    pub(super) node: &'a EngineNode,
    pub(super) id: NodeId,
    pub(super) nodes: usize,
    /// The last index of its log.
    pub(super) last: Index,
    pub(super) ops: &'a Ops,
    pub(super) timers: usize,
}

/// What is wrong with an answer, if anything is.
pub(super) fn check(answer: &Answer<'_>, known: &Known<'_>) -> Result<(), String> {
    let mut log = Checked { writes: known.node.writes, last: known.last.0, timers: known.timers };
    if let Some(state) = &answer.state {
        check_state(state, known)?;
        if let Some(change) = &state.log {
            let before = Some(log.last.saturating_add(1));
            if change.from == 0 || Some(change.from) > before {
                return Err(format!(
                    "its log changes from {} on, but ends at {}",
                    change.from, log.last
                ));
            }
            log.last = appended(change.from - 1, &change.entries)?;
        }
    }
    answer.out.iter().try_for_each(|out| log.check(out, known))
}

/// What the checks of an answer have gone through.
struct Checked {
    writes: u32,
    last: u32,
    timers: usize,
}

impl Checked {
    fn check(&mut self, out: &Out<'_>, known: &Known<'_>) -> Result<(), String> {
        if out.write.is_some() {
            self.write(out, known)?;
        } else if let Some(to) = out.send {
            self.send(to, out, known)?;
        } else if let Some(name) = &out.set {
            self.timer(name, out)?;
        } else if let Some(indices) = &out.apply {
            if let Some(index) = indices.iter().find(|index| **index == 0 || **index > self.last)
                && (known.node.gives_log || *index == 0)
            {
                return Err(format!("it applies entry {index}, but its log ends at {}", self.last));
            }
        } else if let Some(op) = out.accept.or(out.refuse).or(out.reply) {
            if known.ops.get(OpId(op)).is_none() {
                return Err(format!("it speaks of op{op}, which does not exist"));
            }
            if out.accept.is_some() && out.index.is_none_or(|index| index == 0) {
                return Err(format!("it accepts op{op} without the index of its entry"));
            }
            if out.reply.is_some() && out.ok.is_none() {
                return Err(format!("its reply to op{op} does not say ok"));
            }
            node(out.leader, known)?;
        }
        Ok(())
    }

    fn write(&mut self, out: &Out<'_>, known: &Known<'_>) -> Result<(), String> {
        let (number, due) = (out.write.unwrap_or(0), self.writes.saturating_add(1));
        if number != due {
            return Err(format!("write {number} where write {due} is due"));
        }
        self.writes = number;
        if out.term.is_some() != out.vote.is_some() {
            return Err(format!("write {number} has a term or a vote, but not both"));
        }
        node(out.vote, known)?;
        let has_log = out.cut.is_some() || !out.add.is_empty();
        let has_parts = has_log || out.term.is_some() || out.more.is_some();
        if out.blob.is_some() && has_parts {
            return Err(format!("write {number} has a blob, and parts of a log beside it"));
        }
        if known.node.is_blob && has_log {
            return Err(format!("write {number} has entries, but its disk holds a blob"));
        }
        if let Some(cut) = out.cut {
            if cut == 0 || cut > self.last.saturating_add(1) {
                return Err(format!(
                    "write {number} cuts from {cut} on, but the log ends at {}",
                    self.last
                ));
            }
            self.last = cut - 1;
        }
        self.last = appended(self.last, &out.add)?;
        Ok(())
    }

    fn send(&self, to: u16, out: &Out<'_>, known: &Known<'_>) -> Result<(), String> {
        let fits = NodeId::new(u64::from(to))
            .is_some_and(|to| to.position() < known.nodes && to != known.id);
        if !fits {
            return Err(format!("it sends to node {to}"));
        }
        if out.body.is_none() {
            return Err(format!("it sends node {to} a message without a body"));
        }
        match out.after {
            Some(after) if after == 0 || after > self.writes => {
                Err(format!("it sends after write {after}, which it has not asked for"))
            }
            _ => Ok(()),
        }
    }

    fn timer(&mut self, name: &str, out: &Out<'_>) -> Result<(), String> {
        self.timers += 1;
        if self.timers > TIMERS_MAX {
            return Err(format!("it has more than {TIMERS_MAX} timers"));
        }
        match out.within {
            None if !["election", "heartbeat"].contains(&name) => {
                Err(format!("its timer {name:?} needs `within`"))
            }
            Some([least, most]) if least == 0 || least > most => {
                Err(format!("its timer {name:?} lasts from {least} to {most} microseconds"))
            }
            _ => Ok(()),
        }
    }
}

fn check_state(state: &State<'_>, known: &Known<'_>) -> Result<(), String> {
    if role(&state.role).is_none() {
        return Err(format!("it is in a role called {:?}", state.role));
    }
    node(state.vote, known)?;
    node(state.leader, known)?;
    state.progress.iter().flatten().try_for_each(|row| node(Some(row.node), known))
}

/// Whether a number is that of a node, or 0 for none.
fn node(number: Option<u16>, known: &Known<'_>) -> Result<(), String> {
    match number {
        Some(number) if usize::from(number) > known.nodes => {
            Err(format!("it speaks of node {number}, but there are {}", known.nodes))
        }
        _ => Ok(()),
    }
}

/// The last index of a log after entries are appended.
fn appended(last: u32, entries: &[WireEntry<'_>]) -> Result<u32, String> {
    let count = u32::try_from(entries.len()).ok().and_then(|count| last.checked_add(count));
    match count {
        Some(last) if last <= LOG_MAX => Ok(last),
        _ => Err(format!("its log has more than {LOG_MAX} entries")),
    }
}
