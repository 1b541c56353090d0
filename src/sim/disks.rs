//! Disks: the moves by hand on them, and what their nodes are told.

use std::fmt;
use std::hint::cold_path;

use crate::disk::{DamageTarget, DamagedRange, Disk, DiskTrouble, RESERVE};
use crate::quantity;
use crate::raft::{DiskSpace, Index, Input, Log, NodeId, NodeSet};
use crate::seq::Seq;

use super::answer::{Applied, Refused};
use super::event::{EventId, EventKind};
use super::host::WriteUnderWay;
use super::host_context::HostContext;
use super::state::HaltReason;
use super::world::{Events, World};

/// A move on disks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskMove {
    /// Take away the nodes' access to their disks.
    Cut,
    /// End all trouble. Damage stays.
    Restore,
    /// Leave no room for entries.
    Fill,
    /// Make every write take this long, in microseconds.
    Slow(u64),
    /// Report writes as synced that are not.
    Lie,
    /// Make the next crash tear the unsynced tail.
    Tear,
    /// Make the next write vanish although it is reported as synced.
    Lose,
    /// Bring back an older version of a record.
    Stale,
    /// Remove everything from the disk. A node that runs halts.
    Wipe,
    /// Read the whole disk and check it.
    Scrub,
    /// Finish the oldest unfinished write now, without moving time.
    Sync,
}

/// How a disk move is typed.
impl DiskMove {
    /// The word after `disk`.
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
            DiskMove::Wipe => "wipe",
            DiskMove::Scrub => "scrub",
            DiskMove::Sync => "sync",
        }
    }

    /// Writes `disk slow n1 500ms`.
    pub(super) fn show(self, nodes: NodeSet, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "disk {} {nodes}", self.word())?;
        match self {
            DiskMove::Slow(us) => write!(f, " {}", quantity::show_duration(us)),
            _ => Ok(()),
        }
    }

    /// The disk's trouble after this move, and the event that reports it. None if the move changes
    /// no trouble.
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
            DiskMove::Stale | DiskMove::Wipe | DiskMove::Scrub | DiskMove::Sync => return None,
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

    /// Makes a disk move on each disk.
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
            // A node that does not run has no unfinished writes: it lost them with its memory.
            self.all_running(nodes)?;
        }
        Ok(self.each(nodes, |world, node| match what {
            DiskMove::Stale => world.go_stale(node, events),
            DiskMove::Wipe => world.wipe(node, events),
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
            self.context(node, events).report_disk_space(cause);
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

    /// Removes everything from the disk. Its trouble stays. A node that runs cannot go on.
    fn wipe(&mut self, node: NodeId, events: Events) -> bool {
        let empty = Disk::new(Seq::in_pool(&self.environment.pool));
        let running = self.host(node).is_running();
        if !running && self.host(node).disk.bytes() == empty.bytes() {
            return false;
        }
        let cause = self.record(events, None, node, EventKind::DiskWiped);
        if running {
            self.context(node, events).halt(HaltReason::Wiped, Some(cause));
        }
        let host = self.host_mut(node);
        let trouble = *host.disk.trouble();
        host.disk = empty;
        host.disk.set_trouble(trouble);
        (host.lost_log, host.lost_synced) = (Log::default(), Index(0));
        self.look(events);
        true
    }

    /// Finishes the oldest write now.
    fn sync(&mut self, node: NodeId, events: Events) -> bool {
        let Some(WriteUnderWay { due, .. }) = self.host(node).writes.front() else { return false };
        if let Some(due) = *due {
            self.environment.queue.unplan(due);
        }
        let mut context = self.context(node, events);
        context.finish_write();
        context.host.forget_finished_times();
        self.look(events);
        true
    }

    /// Reads the whole disk. A node that is up halts if a record is lost.
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

    /// Tells the node what its disk has room for, if that has changed. A paused node is told when
    /// it resumes.
    pub(super) fn report_disk_space(&mut self, cause: EventId) {
        let room = self.room();
        if self.host.is_up() && self.host.record().is_some_and(|record| record.room != room) {
            cold_path();
            self.input(Input::DiskSpace(room), cause, false);
        }
    }
}
