//! The second cluster of a run by hand, in which nothing happens by itself.
//!
//! What happened in the recorded run is done here by hand: each delivery, each timer that fired,
//! each write that finished, each request. Messages that were lost are dropped, and what a crash
//! left by chance of unfinished writes is left by setting and by damage. So nothing depends on
//! random numbers.

use std::collections::BTreeMap;

use super::super::moves::{Move, Scene, Tags};
use super::super::stage::{Arena, Stage as _};
use super::form::Form;
use crate::disk::{CrashTail, DamageTarget, Fault};
use crate::raft::{MessageKind, NodeId, NodeSet, Timer};
use crate::sim::{
    Action, DiskMove, DropReason, Event, EventKind, HaltReason, MessageId, OpId, RequestOptions,
    Route, Setting, Settings, Stage, World, is_background_name,
};

/// A message as both clusters know it: the how manieth of its type on its link.
type Ordinal = (NodeId, NodeId, MessageKind, usize);

/// The second cluster, and what was done in it.
pub(super) struct HandCopy {
    form: Form,
    arena: Arena,
    scene: Scene,
    tags: Tags,
    /// The messages of the recorded run, by their numbers there.
    recorded: BTreeMap<MessageId, Ordinal>,
    /// How many messages of each type were sent on each link there.
    sent: BTreeMap<(NodeId, NodeId, MessageKind), usize>,
    /// The messages here, by what both clusters know of them.
    here: BTreeMap<Ordinal, MessageId>,
    sent_here: BTreeMap<(NodeId, NodeId, MessageKind), usize>,
    /// The copies of messages here, by their numbers in the recorded run.
    copies: BTreeMap<MessageId, MessageId>,
    /// How many records of unfinished writes crashes here have left since the last look.
    tails: Vec<(NodeId, u32)>,
}

impl HandCopy {
    pub(super) fn new(nodes: usize, seed: u64, settings: Settings, form: Form) -> HandCopy {
        let scene = Scene { nodes, seed, settings, moves: Vec::new() };
        HandCopy {
            form,
            arena: scene.arena(),
            scene,
            tags: Tags::default(),
            recorded: BTreeMap::new(),
            sent: BTreeMap::new(),
            here: BTreeMap::new(),
            sent_here: BTreeMap::new(),
            copies: BTreeMap::new(),
            tails: Vec::new(),
        }
    }

    /// The second cluster.
    #[cfg(test)]
    pub(super) fn arena(&self) -> &Arena {
        &self.arena
    }

    /// What was done in it.
    pub(super) fn into_scene(self) -> Scene {
        self.scene
    }

    /// Makes a move, and keeps it if it changes something; returns whether it does.
    fn make(&mut self, one: Move) -> bool {
        if !one.make(&mut self.arena, &mut self.tags) {
            return false;
        }
        self.scene.moves.push(one);
        self.tails.extend(tails(&self.arena));
        for event in self.arena.latest() {
            let Some((link, message)) = sent(event) else { continue };
            let count = self.sent_here.entry(link).or_default();
            *count += 1;
            self.here.insert((link.0, link.1, link.2, *count), message);
        }
        true
    }

    /// Lets as much time pass as has passed in the recorded run.
    fn pass_time(&mut self, to_us: u64) {
        let left_us = to_us.saturating_sub(self.arena.world().now_us());
        if !self.form.time_passes || left_us == 0 {
            return;
        }
        match self.scene.moves.last_mut() {
            Some(Move::Act(Action::Wait(us))) => {
                if self.arena.act(Action::Wait(left_us)).is_ok() {
                    *us += left_us;
                }
            }
            _ => {
                self.make(Move::Act(Action::Wait(left_us)));
            }
        }
    }

    /// Lets things happen by themselves from now on, at the usual pace: under some settings that a
    /// storm draws, no cluster need make progress.
    pub(super) fn let_time_pass(&mut self) {
        let Settings { election_timeout, heartbeat_us, latency, disk_latency, timers, .. } =
            Settings::default();
        for setting in [
            Setting::ElectionTimeout(election_timeout),
            Setting::Heartbeat(heartbeat_us),
            Setting::Latency(latency),
            Setting::DiskLatency(disk_latency),
            Setting::Timers(timers),
        ] {
            self.make(Move::Act(Action::Set(setting)));
        }
    }

    /// Repeats a move, unless it is about chance or time, or its events tell what it did.
    pub(super) fn repeat(&mut self, action: &Action, recorded: &Arena) {
        let is_repeated = match action {
            Action::Step(_)
            | Action::Wait(_)
            | Action::Settle(..)
            | Action::Invoke(..)
            | Action::InvokeWith(..)
            | Action::Retry(..)
            | Action::Clients(_)
            | Action::Timeout(_)
            | Action::Tick(_)
            | Action::Delay(..)
            | Action::LinkLoss(..)
            | Action::LinkDuplicate(..)
            | Action::Hold(..)
            | Action::Release(..)
            | Action::Deliver(_)
            | Action::Drop(_)
            | Action::Dup(_)
            | Action::JudgeProgress(..)
            | Action::Set(Setting::CrashTail(_))
            | Action::Disk(_, DiskMove::Sync | DiskMove::Slow(_) | DiskMove::Tear) => false,
            Action::Drift(..) => self.form.time_passes,
            Action::Set(setting) | Action::SetOf(setting, _) => self.counts(setting),
            Action::Preload(_)
            | Action::Kill(_)
            | Action::Restart(_)
            | Action::Pause(_)
            | Action::Resume(_)
            | Action::Transfer(..)
            | Action::Cut(..)
            | Action::Heal(..)
            | Action::HealAll
            | Action::Isolate(_)
            | Action::Partition(_)
            | Action::Corrupt(..)
            | Action::Disk(..)
            | Action::Member(..)
            | Action::Snapshot(..)
            | Action::Boot(_)
            | Action::PowerOff(_)
            | Action::FireTimer(..)
            | Action::Flaw(..) => true,
        };
        if is_repeated {
            self.pass_time(recorded.world().now_us());
            self.prepare_crash(recorded);
            match action {
                Action::Restart(nodes) if keeps_tails(recorded) => {
                    let running = |node: &NodeId| self.arena.world().host(*node).is_running();
                    let running: NodeSet = nodes.iter().filter(running).collect();
                    self.make(Move::Act(Action::Kill(running)));
                    self.shorten_tails(recorded);
                    self.make(Move::Act(action.clone()));
                }
                _ => {
                    self.make(Move::Act(action.clone()));
                    self.shorten_tails(recorded);
                }
            }
        }
    }

    /// Whether a setting is about more than chance and the times at which things happen.
    fn counts(&self, setting: &Setting) -> bool {
        match setting {
            Setting::Latency(_)
            | Setting::DiskLatency(_)
            | Setting::Loss(_)
            | Setting::Duplicate(_)
            | Setting::Heartbeat(_)
            | Setting::Timers(_)
            | Setting::History(_)
            | Setting::OnViolation(_) => false,
            Setting::ElectionTimeout(_) => self.form.time_passes,
            _ => true,
        }
    }

    /// Does by hand what the latest move or step of the recorded run has done.
    pub(super) fn follow(&mut self, recorded: &Arena) {
        let mut synced: Option<(NodeId, Option<u64>)> = None;
        self.prepare_crash(recorded);
        for event in recorded.latest() {
            if let EventKind::MessageDuplicated { message, copy } = event.kind {
                self.duplicate(event, message, copy);
                continue;
            }
            if let Some((link, message)) = sent(event) {
                let count = self.sent.entry(link).or_default();
                *count += 1;
                self.recorded.insert(message, (link.0, link.1, link.2, *count));
            }
            let write = (event.node, event.cause());
            if is_sync(event) && starts(recorded, event.node) {
                // The node says what it has found on its disk.
                continue;
            }
            let Some(one) = self.hand_move(event, recorded.world(), synced == Some(write)) else {
                continue;
            };
            if is_sync(event) {
                synced = Some(write);
            }
            self.pass_time(event.time_us);
            self.make(one);
        }
        self.finish_writes(recorded);
        self.shorten_tails(recorded);
    }

    /// Duplicates a message, if the recorded run has done so by chance or by hand.
    fn duplicate(&mut self, event: &Event, message: MessageId, copy: MessageId) {
        self.pass_time(event.time_us);
        let Some(route) = self.route(message) else { return };
        if self.make(Move::Dup(route)) {
            let made = self.arena.latest().iter().find_map(copy_of);
            self.copies.extend(made.map(|made| (copy, made)));
        }
    }

    /// Finishes the writes that have finished in the recorded run and left no event.
    fn finish_writes(&mut self, recorded: &Arena) {
        if self.form.disks_are_instant {
            return;
        }
        let unfinished = |arena: &Arena, node| arena.world().host(node).disk.unfinished();
        let nodes: NodeSet = recorded.latest().iter().map(|event| event.node).collect();
        for node in nodes.iter() {
            while unfinished(&self.arena, node) > unfinished(recorded, node) {
                self.pass_time(recorded.world().now_us());
                if !self.make(Move::Act(Action::Disk(NodeSet::one(node), DiskMove::Sync))) {
                    break;
                }
            }
        }
    }

    /// Before a crash: the setting with which it leaves what it has left in the recorded run, or
    /// more.
    fn prepare_crash(&mut self, recorded: &Arena) {
        let world = self.arena.world();
        let stops = |event: &&Event| {
            matches!(event.kind, EventKind::NodeKilled | EventKind::NodeHalted { .. })
                && world.host(event.node).disk.unfinished() > 0
        };
        if !recorded.latest().iter().any(|event| stops(&event)) {
            return;
        }
        let tail = match keeps_tails(recorded) {
            true => CrashTail::Keep,
            false => CrashTail::Lose,
        };
        if world.settings().crash_tail != tail {
            self.make(Move::Act(Action::Set(Setting::CrashTail(tail))));
        }
    }

    /// After a crash that has kept more unfinished records than in the recorded run: damages those
    /// that were lost there.
    fn shorten_tails(&mut self, recorded: &Arena) {
        let kept_there = tails(recorded);
        for (node, here) in std::mem::take(&mut self.tails) {
            let there =
                kept_there.iter().find(|(other, _)| *other == node).map_or(0, |(_, it)| *it);
            for _ in there..here {
                let node = NodeSet::one(node);
                self.make(Move::Act(Action::Corrupt(node, DamageTarget::Tail)));
            }
        }
    }

    /// The move that does what an event tells; none if it follows from another move.
    fn hand_move(&self, event: &Event, recorded: &World, is_synced: bool) -> Option<Move> {
        if let EventKind::ClientInvoked { op, attempt, .. } = event.kind {
            return request(op, attempt, recorded);
        }
        if let EventKind::TimerFired { timer } = event.kind {
            return Some(Move::Act(match timer {
                Timer::Election => Action::Timeout(NodeSet::one(event.node)),
                Timer::Heartbeat => Action::Tick(event.node),
            }));
        }
        if is_sync(event) && !self.form.disks_are_instant && !is_synced {
            return Some(Move::Act(Action::Disk(NodeSet::one(event.node), DiskMove::Sync)));
        }
        let passage = event.kind.attributes().message()?;
        match passage.stage {
            Stage::Delivered => self.route(passage.message).map(Move::Deliver),
            Stage::Sent | Stage::Dropped(DropReason::Overflow) => None,
            Stage::Dropped(_) => self.route(passage.message).map(Move::Drop),
        }
    }

    /// The route on which a message of the recorded run is in flight here.
    fn route(&self, message: MessageId) -> Option<Route> {
        let here =
            self.copies.get(&message).or_else(|| self.here.get(self.recorded.get(&message)?))?;
        self.arena.world().route_of(*here)
    }
}

/// Whether an event tells that a write finished.
fn is_sync(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::VoteSynced { .. }
            | EventKind::EntriesSynced { .. }
            | EventKind::SnapshotTaken { .. }
            | EventKind::SnapshotSynced { .. }
            | EventKind::NodeHalted { reason: HaltReason::Disk(Fault::Cut) }
    )
}

/// The link, the type and the number of a message that was sent.
fn sent(event: &Event) -> Option<((NodeId, NodeId, MessageKind), MessageId)> {
    let passage = event.kind.attributes().message()?;
    let link = (event.node, passage.other, passage.said.kind());
    (passage.stage == Stage::Sent).then_some((link, passage.message))
}

/// The copy of a message that was made, if the event tells of one.
fn copy_of(event: &Event) -> Option<MessageId> {
    let EventKind::MessageDuplicated { copy, .. } = event.kind else { return None };
    Some(copy)
}

/// How many records of unfinished writes the latest crashes have left, node by node.
fn tails(arena: &Arena) -> Vec<(NodeId, u32)> {
    let left = |event: &Event| {
        let EventKind::TailLeft { kept, .. } = event.kind else { return None };
        (kept > 0).then_some((event.node, kept))
    };
    arena.latest().iter().filter_map(left).collect()
}

/// Whether a node has just started.
fn starts(arena: &Arena, node: NodeId) -> bool {
    let is_start = |kind: EventKind| matches!(kind, EventKind::NodeRestarted { .. });
    arena.latest().iter().any(|event| event.node == node && is_start(event.kind))
}

/// Whether the latest crashes have left records of unfinished writes.
fn keeps_tails(arena: &Arena) -> bool {
    !tails(arena).is_empty()
}

/// The request that a client has sent.
fn request(op: OpId, attempt: u32, world: &World) -> Option<Move> {
    let known = world.ops().get(op)?;
    if attempt > 1 {
        return Some(Move::Retry(op.0, known.node));
    }
    if let Some(again) = known.call.retry_of {
        let mut first = again;
        while let Some(before) = world.ops().call(first).and_then(|call| call.retry_of) {
            first = before;
        }
        return Some(Move::Retry(first.0, known.node));
    }
    let client = world.ops().client_name(known.call.client).filter(|_| known.call.in_session);
    // The clients in the background have names that nobody can type.
    let client = client.map(|name| match is_background_name(name) {
        true => format!("c{}", &name[1..]).into(),
        false => name.into(),
    });
    let command = known.asked.command()?;
    let options = RequestOptions { client, read: known.call.read.filter(|_| command.is_read()) };
    Some(Move::Invoke(op.0, known.node, command.clone(), options))
}
