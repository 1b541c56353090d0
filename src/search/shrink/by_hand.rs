//! A recorded run as moves by hand.
//!
//! The run is made again, and beside it a second cluster in which nothing happens by itself. What
//! happened in the first one is done in the second one by hand: each delivery, each timer that
//! fired, each write that finished, each request. Messages that were lost are dropped.

use std::collections::BTreeMap;

use super::super::moves::{Move, Scene, Tags};
use super::super::stage::{Arena, Stage as _};
use super::goal::Goal;
use super::recording::Recording;
use crate::raft::{MessageKind, NodeId, NodeSet, Timer};
use crate::sim::{
    Action, DiskMove, DropReason, Event, EventKind, MessageId, OnViolation, OpId, Range,
    RequestOptions, Route, Setting, Settings, Stage, World, is_background_name,
};

/// How a run by hand treats disks and time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Whether writes finish at once; if not, moves finish them.
    disks_are_instant: bool,
    /// Whether time passes between the moves, as it did in the recorded run.
    time_passes: bool,
}

impl Form {
    /// All forms, the one with the shortest scripts first.
    pub(super) const ALL: [Form; 4] = [
        Form { disks_are_instant: true, time_passes: false },
        Form { disks_are_instant: false, time_passes: false },
        Form { disks_are_instant: true, time_passes: true },
        Form { disks_are_instant: false, time_passes: true },
    ];

    /// The settings of the second cluster.
    fn settings(self, recorded: Settings) -> Settings {
        let usual = Settings::default();
        let mut settings = Settings {
            latency: usual.latency,
            loss_ppm: 0,
            duplicate_ppm: 0,
            history: usual.history,
            on_violation: OnViolation::Stop,
            ..recorded
        };
        if self.disks_are_instant {
            settings.set(Setting::DiskLatency(Range::exactly(0)));
        }
        if self.time_passes {
            settings.set(Setting::Timers(false));
            if !self.disks_are_instant {
                settings.set(Setting::DiskLatency(Range::exactly(LONG_US)));
            }
        } else {
            settings.heartbeat_us = usual.heartbeat_us;
        }
        settings
    }
}

/// Longer than any run takes: a write of this length is finished by hand, if at all.
const LONG_US: u64 = 1_000 * 3_600 * 1_000_000;

/// The most steps of a recorded run. A longer one is not made again.
const STEPS_MAX: u64 = 5_000_000;

/// The run as moves by hand, up to where it reached its goal.
pub(super) fn by_hand(recording: &Recording, form: Form, goal: &Goal) -> Option<Scene> {
    let Recording { nodes, seed, settings, actions } = recording;
    let mut recorded = Arena::new(*nodes, *seed, *settings);
    let mut copy = Copy::new(*nodes, *seed, form.settings(*settings), form);
    let mut steps = 0;
    for action in actions {
        let Action::Step(count) = action else {
            let _ = recorded.act(action.clone());
            copy.repeat(action, recorded.world());
            copy.follow(&recorded);
            if goal.after_move(recorded.world()).is_some() {
                return Some(copy.scene);
            }
            continue;
        };
        for _ in 0..*count {
            if !recorded.step(u64::MAX) || steps == STEPS_MAX {
                break;
            }
            steps += 1;
            copy.follow(&recorded);
            if goal.after_move(recorded.world()).is_some() {
                return Some(copy.scene);
            }
        }
    }
    Some(copy.scene)
}

/// A message as both clusters know it: the how manieth of its type on its link.
type Ordinal = (NodeId, NodeId, MessageKind, usize);

/// The second cluster, and what was done in it.
struct Copy {
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
}

impl Copy {
    fn new(nodes: usize, seed: u64, settings: Settings, form: Form) -> Copy {
        let scene = Scene { nodes, seed, settings, moves: Vec::new() };
        let mut copy = Copy {
            form,
            arena: scene.arena(),
            scene,
            tags: Tags::default(),
            recorded: BTreeMap::new(),
            sent: BTreeMap::new(),
            here: BTreeMap::new(),
            sent_here: BTreeMap::new(),
        };
        if form.time_passes {
            let all = NodeSet::first(nodes);
            copy.make(Move::Act(Action::Hold(all, all)));
        }
        copy
    }

    fn make(&mut self, one: Move) {
        if !one.make(&mut self.arena, &mut self.tags) {
            return;
        }
        self.scene.moves.push(one);
        for event in self.arena.latest() {
            let Some((link, message)) = sent(event, self.arena.world()) else { continue };
            let count = self.sent_here.entry(link).or_default();
            *count += 1;
            self.here.insert((link.0, link.1, link.2, *count), message);
        }
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
            _ => self.make(Move::Act(Action::Wait(left_us))),
        }
    }

    /// Repeats a move, unless it is about chance or time, or its events tell what it did.
    fn repeat(&mut self, action: &Action, recorded: &World) {
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
            | Action::Disk(_, DiskMove::Sync | DiskMove::Slow(_)) => false,
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
            self.pass_time(recorded.now_us());
            self.make(Move::Act(action.clone()));
        }
        if matches!(action, Action::Boot(_)) && self.form.time_passes {
            let all = self.arena.world().nodes();
            self.make(Move::Act(Action::Hold(all, all)));
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
    fn follow(&mut self, recorded: &Arena) {
        let mut synced: Option<(NodeId, Option<u64>)> = None;
        for event in recorded.latest() {
            if let Some((link, message)) = sent(event, recorded.world()) {
                let count = self.sent.entry(link).or_default();
                *count += 1;
                self.recorded.insert(message, (link.0, link.1, link.2, *count));
            }
            let write = (event.node, event.cause());
            let Some(one) = self.hand_move(event, recorded.world(), synced == Some(write)) else {
                continue;
            };
            if matches!(event.kind, EventKind::VoteSynced { .. } | EventKind::EntriesSynced { .. })
            {
                synced = Some(write);
            }
            self.pass_time(event.time_us);
            self.make(one);
        }
    }

    /// The move that does what an event tells; none if it follows from another move.
    fn hand_move(&self, event: &Event, recorded: &World, is_synced: bool) -> Option<Move> {
        if let EventKind::ClientInvoked { op, attempt, .. } = event.kind {
            return request(op, attempt, recorded);
        }
        if let EventKind::MessageDuplicated { message, .. } = event.kind {
            return self.route(message).map(Move::Dup);
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
        let here = self.here.get(self.recorded.get(&message)?)?;
        self.arena.world().route_of(*here)
    }
}

/// Whether an event tells that a write finished.
fn is_sync(event: &Event) -> bool {
    matches!(event.kind, EventKind::VoteSynced { .. } | EventKind::EntriesSynced { .. })
}

/// The link, the type and the number of a message that an event puts in flight.
fn sent(event: &Event, world: &World) -> Option<((NodeId, NodeId, MessageKind), MessageId)> {
    if let EventKind::MessageDuplicated { copy, .. } = event.kind {
        let route = world.route_of(copy)?;
        return Some(((route.from, route.to, route.kind), copy));
    }
    let passage = event.kind.attributes().message()?;
    let link = (event.node, passage.other, passage.said.kind());
    (passage.stage == Stage::Sent).then_some((link, passage.message))
}

/// The request that a client has sent.
fn request(op: OpId, attempt: u32, world: &World) -> Option<Move> {
    let known = world.ops().get(op)?;
    if attempt > 1 {
        return Some(Move::Retry(op.0, known.node));
    }
    if let Some(first) = known.call.retry_of {
        return Some(Move::Retry(first.0, known.node));
    }
    let client = world.ops().client_name(known.call.client);
    // The clients in the background have names that nobody can type.
    let client = client.map(|name| match is_background_name(name) {
        true => format!("c{}", &name[1..]).into(),
        false => name.into(),
    });
    let command = known.asked.command()?;
    let options = RequestOptions { client, read: known.call.read.filter(|_| command.is_read()) };
    Some(Move::Invoke(op.0, known.node, command.clone(), options))
}
