//! Which moves are possible now.

use super::super::moves::Move;
use crate::kv::Command;
use crate::language::suggest;
use crate::quantity::shown;
use crate::raft::{NodeSet, RoleName};
use crate::sim::{Action, DiskMove, EnabledMove, HostState, LinkDirection, RequestOptions, World};

/// A kind of moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Deliver,
    Sync,
    Timeout,
    Put,
    Restart,
    Heal,
    Drop,
    Dup,
    Kill,
    Cut,
}

impl Kind {
    /// All kinds, in the order in which they are tried.
    const ALL: [Kind; 10] = [
        Kind::Deliver,
        Kind::Sync,
        Kind::Timeout,
        Kind::Put,
        Kind::Restart,
        Kind::Heal,
        Kind::Drop,
        Kind::Dup,
        Kind::Kill,
        Kind::Cut,
    ];

    /// Its name, as typed, and how often a random way draws it, compared with others.
    const fn drawn(self) -> (&'static str, u64) {
        match self {
            Kind::Deliver => ("deliver", 8),
            Kind::Sync => ("sync", 8),
            Kind::Timeout => ("timeout", 2),
            Kind::Put => ("put", 3),
            Kind::Restart => ("restart", 2),
            Kind::Heal => ("heal", 1),
            Kind::Drop => ("drop", 1),
            Kind::Dup => ("dup", 1),
            Kind::Kill => ("kill", 1),
            Kind::Cut => ("cut", 1),
        }
    }

    /// Whether it is a fault, of which a way has only a few.
    fn is_fault(self) -> bool {
        matches!(self, Kind::Kill | Kind::Cut | Kind::Drop | Kind::Dup)
    }
}

// Kinds are looked up by their place.
const _: () = {
    let mut place = 0;
    while place < Kind::ALL.len() {
        assert!(Kind::ALL[place] as usize == place, "all kinds, in order");
        place += 1;
    }
};

/// Some kinds of moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoveKinds([bool; Kind::ALL.len()]);

impl Default for MoveKinds {
    /// All but `dup` and `put`: with these, ways need not end.
    fn default() -> MoveKinds {
        MoveKinds(Kind::ALL.map(|kind| !matches!(kind, Kind::Dup | Kind::Put)))
    }
}

impl MoveKinds {
    /// Reads `deliver,timeout,put`.
    ///
    /// # Errors
    /// If one of the words is no kind of move.
    pub fn read(text: &str) -> Result<MoveKinds, String> {
        let mut kinds = MoveKinds([false; Kind::ALL.len()]);
        for word in text.split(',').map(str::trim) {
            let known = Kind::ALL.into_iter().find(|kind| kind.drawn().0 == word);
            let Some(known) = known else {
                let names: Vec<&str> = MoveKinds::names().collect();
                let near = suggest::hint(word, &names);
                return Err(format!(
                    "{} is no move{near}; moves are {}",
                    shown(word),
                    names.join(", ")
                ));
            };
            kinds.0[known as usize] = true;
        }
        Ok(kinds)
    }

    /// The names of all kinds.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Kind::ALL.into_iter().map(|kind| kind.drawn().0)
    }

    fn has(self, kind: Kind) -> bool {
        self.0[kind as usize]
    }
}

/// A move that may be possible.
#[derive(Clone, Debug)]
pub(super) struct MoveOption {
    /// The move.
    pub(super) one: Move,
    /// Its kind.
    kind: Kind,
}

impl MoveOption {
    /// Whether it is a fault, of which a way has only a few.
    pub(super) fn is_fault(&self) -> bool {
        self.kind.is_fault()
    }

    /// How often a random way draws it, compared with others.
    pub(super) fn weight(&self) -> u64 {
        self.kind.drawn().1
    }
}

/// The moves that may be possible, in a fixed order. Some of them may be refused.
pub(super) fn options(world: &World, kinds: MoveKinds, may_fault: bool) -> Vec<MoveOption> {
    let mut found = Vec::new();
    let mut add = |kind: Kind, one: Move| {
        if kinds.has(kind) && (may_fault || !kind.is_fault()) {
            found.push(MoveOption { one, kind });
        }
    };
    for one in world.enabled() {
        match one {
            EnabledMove::Deliver(route) => {
                add(Kind::Deliver, Move::Deliver(route));
                add(Kind::Drop, Move::Drop(route));
                add(Kind::Dup, Move::Dup(route));
            }
            EnabledMove::Sync(node) => {
                add(Kind::Sync, Move::Act(Action::Disk(NodeSet::one(node), DiskMove::Sync)));
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
            add(Kind::Timeout, Move::Act(timer));
            add(Kind::Kill, Move::Act(Action::Kill(one)));
        }
        if leads && host.is_up() {
            let next = world.ops().latest().map_or(0, |op| op.0) + 1;
            let put = Command::Put { key: "x".into(), value: next.to_string().into() };
            add(Kind::Put, Move::Invoke(next, node, put, RequestOptions::default()));
        }
        if matches!(host.state, HostState::Down | HostState::Halted(_)) {
            add(Kind::Restart, Move::Act(Action::Restart(one)));
        }
    }
    for (nth, from) in all.iter().enumerate() {
        for to in &all[nth + 1..] {
            let is_cut = world.network().is_cut(from.id, to.id);
            let (from, to) = (NodeSet::one(from.id), NodeSet::one(to.id));
            match is_cut {
                true => add(Kind::Heal, Move::Act(Action::Heal(from, to))),
                false => add(Kind::Cut, Move::Act(Action::Cut(from, to, LinkDirection::Both))),
            }
        }
    }
    found
}
