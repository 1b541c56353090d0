//! Disks: what is done to them by hand, and what their nodes hear of it.

use std::fmt;

use crate::disk::{DamageTarget, DamagedRange, DiskTrouble, RESERVE};
use crate::quantity;
use crate::raft::{DiskSpace, Input, NodeId, NodeSet};

use super::answer::{Applied, Refused};
use super::event::{EventId, EventKind};
use super::host::WriteUnderWay;
use super::host_context::HostContext;
use super::state::HaltReason;
use super::world::{Events, World};

/// What is done to disks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskMove {
    /// Take away the nodes' access.
    Cut,
    /// End whatever was done to them but for what is harmed already.
    Restore,
    /// Leave no room.
    Fill,
    /// Let every write take so many microseconds.
    Slow(u64),
    /// Say of writes that they are synced, and do not sync them.
    Lie,
    /// Let the next crash tear the tail.
    Tear,
    /// Let the next write vanish.
    Lose,
    /// Bring back an older version of a record.
    Stale,
    /// Read everything.
    Scrub,
    /// Finish the oldest unfinished write now, without time.
    Sync,
}

/// As it is typed, without the nodes: `slow … 500ms` has something behind them.
impl DiskMove {
    /// The word for it.
    fn word(self) -> &'static str {
        match self {
            DiskMove::Cut => "cut",
            DiskMove::Restore => "restore",
            DiskMove::Fill => "full",
            DiskMove::Slow(_) => "slow",
            DiskMove::Lie => "lie",
            DiskMove::Tear => "tear",
            DiskMove::Lose => "lose",
            DiskMove::Stale => "stale",
            DiskMove::Scrub => "scrub",
            DiskMove::Sync => "sync",
        }
    }

    /// `disk slow n1 500ms`
    pub(super) fn show(self, nodes: NodeSet, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "disk {} {nodes}", self.word())?;
        match self {
            DiskMove::Slow(us) => write!(f, " {}", quantity::show_duration(us)),
            _ => Ok(()),
        }
    }

    /// What is wrong with a disk once this was done to it, and the event that says so. None if it
    /// is of another kind.
    fn trouble(self, before: DiskTrouble) -> Option<(DiskTrouble, EventKind)> {
        Some(match self {
            DiskMove::Cut => (DiskTrouble { cut: true, ..before }, EventKind::DiskCut),
            DiskMove::Restore => (DiskTrouble::default(), EventKind::DiskRestored),
            DiskMove::Fill => {
                let full = before.full.or(Some(RESERVE));
                (DiskTrouble { full, ..before }, EventKind::DiskFilled)
            }
            DiskMove::Slow(latency_us) => {
                let slow_us = Some(latency_us);
                (DiskTrouble { slow_us, ..before }, EventKind::DiskSlowed { latency_us })
            }
            DiskMove::Lie => (DiskTrouble { lies: true, ..before }, EventKind::DiskMadeToLie),
            DiskMove::Tear => (DiskTrouble { tears: true, ..before }, EventKind::DiskTearArmed),
            DiskMove::Lose => (DiskTrouble { loses: true, ..before }, EventKind::DiskLossArmed),
            DiskMove::Stale | DiskMove::Scrub | DiskMove::Sync => return None,
        })
    }
}

impl World {
    /// Damages bytes on each disk.
    pub(super) fn corrupt(
        &mut self,
        nodes: NodeSet,
        target: DamageTarget,
        events: Events,
    ) -> Result<Applied, Refused> {
        let spots: Vec<DamagedRange> = nodes
            .iter()
            .map(|node| {
                let disk = &self.host(node).disk;
                disk.spot(target).ok_or(Refused::NotOnDisk { node, target, bytes: disk.bytes() })
            })
            .collect::<Result<_, _>>()?;
        let mut spots = spots.into_iter();
        Ok(self.each(nodes, |world, node| {
            let Some(spot) = spots.next() else { return false };
            let damaged = world.host_mut(node).disk.damage(spot);
            if damaged {
                world.record(events, None, node, EventKind::DiskDamaged { spot });
            }
            damaged
        }))
    }

    /// Does something else to each disk.
    pub(super) fn disk_move(
        &mut self,
        nodes: NodeSet,
        what: DiskMove,
        events: Events,
    ) -> Result<Applied, Refused> {
        if what == DiskMove::Stale
            && let Some(node) =
                nodes.iter().find(|&node| self.host(node).disk.older_version().is_none())
        {
            return Err(Refused::NoOlderVersion(node));
        }
        if what == DiskMove::Sync {
            // What was under way at a node that does not run was lost with its memory.
            self.all_running(nodes)?;
        }
        Ok(self.each(nodes, |world, node| match what {
            DiskMove::Stale => world.go_stale(node, events),
            DiskMove::Scrub => world.scrub(node, events),
            DiskMove::Sync => world.sync(node, events),
            _ => world.trouble(node, what, events),
        }))
    }

    fn trouble(&mut self, node: NodeId, what: DiskMove, events: Events) -> bool {
        let Some((trouble, kind)) = what.trouble(*self.host(node).disk.trouble()) else {
            return false;
        };
        let changed = self.host_mut(node).disk.set_trouble(trouble);
        if changed {
            let cause = self.record(events, None, node, kind);
            self.context(node, events).tell_room(cause);
        }
        changed
    }

    fn go_stale(&mut self, node: NodeId, events: Events) -> bool {
        let spot = self.host_mut(node).disk.go_stale();
        if let Some(spot) = spot {
            self.record(events, None, node, EventKind::DiskWentStale { spot });
        }
        spot.is_some()
    }

    /// The oldest write finishes now.
    fn sync(&mut self, node: NodeId, events: Events) -> bool {
        let Some(&WriteUnderWay { due, .. }) = self.host(node).writes.front() else { return false };
        if let Some(due) = due {
            self.environment.queue.unplan(due);
        }
        let mut context = self.context(node, events);
        context.finish_write();
        context.host.forget_finished_times();
        self.look(events);
        true
    }

    /// Reads everything. A node that is up and finds that something is lost stops.
    fn scrub(&mut self, node: NodeId, events: Events) -> bool {
        let fault = self.host(node).disk.scrub().err();
        let cause = self.record(events, None, node, EventKind::DiskScrubbed { fault });
        let halts = fault.filter(|_| self.host(node).is_up());
        if let Some(fault) = halts {
            self.context(node, events).halt(HaltReason::Disk(fault), Some(cause));
        }
        halts.is_some()
    }
}

impl HostContext<'_> {
    /// What the disk has room for.
    fn room(&self) -> DiskSpace {
        match self.host.disk.trouble().full {
            None => DiskSpace::Plenty,
            Some(0) => DiskSpace::Nothing,
            Some(_) => DiskSpace::Votes,
        }
    }

    /// Tells the node what its disk has room for, if that is another than it knows. A paused one is
    /// told when it goes on.
    pub(super) fn tell_room(&mut self, cause: EventId) {
        let room = self.room();
        if self.host.is_up() && self.host.record().is_some_and(|record| record.room != room) {
            self.input(Input::DiskSpace(room), cause, false);
        }
    }
}
