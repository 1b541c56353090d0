//! Which moves are possible now.

use super::super::moves::Move;
use crate::kv::Command;
use crate::language::suggest;
use crate::quantity::shown;
use crate::raft::{NodeSet, RoleName};
use crate::sim::{Action, DiskMove, EnabledMove, HostState, LinkDirection, RequestOptions, World};

/// The kinds of moves, in the order in which they are tried: the name of each, and how often a
/// random way draws it.
const KINDS: [(&str, u64); 10] = [
    ("deliver", 8),
    ("sync", 8),
    ("timeout", 2),
    ("put", 3),
    ("restart", 2),
    ("heal", 1),
    ("drop", 1),
    ("dup", 1),
    ("kill", 1),
    ("cut", 1),
];

const DELIVER: usize = 0;
const SYNC: usize = 1;
const TIMEOUT: usize = 2;
const PUT: usize = 3;
const RESTART: usize = 4;
const HEAL: usize = 5;
const DROP: usize = 6;
const DUP: usize = 7;
const KILL: usize = 8;
const CUT: usize = 9;

/// Some kinds of moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveKinds([bool; KINDS.len()]);

impl Default for MoveKinds {
    /// All but `dup` and `put`: with these, ways need not end.
    fn default() -> MoveKinds {
        let mut kinds = [true; KINDS.len()];
        (kinds[DUP], kinds[PUT]) = (false, false);
        MoveKinds(kinds)
    }
}

impl MoveKinds {
    /// Reads `deliver,timeout,put`.
    ///
    /// # Errors
    /// If one of the words is no kind of move.
    pub fn read(text: &str) -> Result<MoveKinds, String> {
        let mut kinds = [false; KINDS.len()];
        for word in text.split(',').map(str::trim) {
            let known = KINDS.iter().position(|(name, _)| *name == word);
            let Some(known) = known else {
                let names: Vec<&str> = MoveKinds::names().collect();
                let near = suggest::hint(word, &names);
                return Err(format!(
                    "{} is no move{near}; moves are {}",
                    shown(word),
                    names.join(", ")
                ));
            };
            kinds[known] = true;
        }
        Ok(MoveKinds(kinds))
    }

    /// The names of all kinds.
    pub fn names() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(name, _)| *name)
    }
}

/// A move that may be possible.
#[derive(Clone, Debug)]
pub(super) struct MoveOption {
    /// The move.
    pub(super) one: Move,
    /// Its kind.
    kind: usize,
}

impl MoveOption {
    /// Whether it is a fault, of which a way has only a few.
    pub(super) fn is_fault(&self) -> bool {
        matches!(self.kind, KILL | CUT | DROP | DUP)
    }

    /// How often a random way draws it, compared with others.
    pub(super) fn weight(&self) -> u64 {
        KINDS[self.kind].1
    }
}

/// The moves that may be possible, in a fixed order. Some of them may be refused.
pub(super) fn options(world: &World, kinds: MoveKinds, may_fault: bool) -> Vec<MoveOption> {
    let mut found = Vec::new();
    let mut add = |kind: usize, one: Move| {
        let option = MoveOption { one, kind };
        if kinds.0[kind] && (may_fault || !option.is_fault()) {
            found.push(option);
        }
    };
    for one in world.enabled() {
        match one {
            EnabledMove::Deliver(route) => {
                add(DELIVER, Move::Deliver(route));
                add(DROP, Move::Drop(route));
                add(DUP, Move::Dup(route));
            }
            EnabledMove::Sync(node) => {
                add(SYNC, Move::Act(Action::Disk(NodeSet::one(node), DiskMove::Sync)));
            }
            // Timers fire by hand, whether they are switched on or not.
            EnabledMove::Fire(..) => {}
        }
    }
    let all: Vec<_> = world.hosts().collect();
    for host in &all {
        let (node, one) = (host.id, NodeSet::one(host.id));
        let leads = host.report().is_some_and(|report| report.role == RoleName::Leader);
        if host.is_up() {
            let timer = if leads { Action::Tick(node) } else { Action::Timeout(one) };
            add(TIMEOUT, Move::Act(timer));
            add(KILL, Move::Act(Action::Kill(one)));
        }
        if leads && host.is_up() {
            let next = world.ops().latest().map_or(0, |op| op.0) + 1;
            let put = Command::Put { key: "x".into(), value: next.to_string().into() };
            add(PUT, Move::Invoke(next, node, put, RequestOptions::default()));
        }
        if matches!(host.state, HostState::Down | HostState::Halted(_)) {
            add(RESTART, Move::Act(Action::Restart(one)));
        }
    }
    for (nth, from) in all.iter().enumerate() {
        for to in &all[nth + 1..] {
            let is_cut = world.network().is_cut(from.id, to.id);
            let (from, to) = (NodeSet::one(from.id), NodeSet::one(to.id));
            match is_cut {
                true => add(HEAL, Move::Act(Action::Heal(from, to))),
                false => add(CUT, Move::Act(Action::Cut(from, to, LinkDirection::Both))),
            }
        }
    }
    found
}
