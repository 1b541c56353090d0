//! Storms: faults, and clients at work meanwhile, drawn by dice of their own from a seed.
//!
//! A storm is asked when its time has come (`Storm::wake`) and after each step
//! (`Storm::after`), and answers with moves. It looks at the world and never changes it, so the
//! same storm can be made again on a timeline, move for move.
//!
//! | file | what |
//! |---|---|
//! | [`trouble`] | the kinds of trouble and their names |
//! | `profile` | what one seed draws: size, settings, troubles and how strong they are |
//! | `moves` | the moves of each trouble, and the moves that end it |
//! | `members` | changes to the members of the cluster |
//! | `trigger` | what is forced at once when something happens |
//!
//! # What holds
//!
//! - A storm draws none of the world's random numbers, and nothing else than its seed, its plan and
//!   the world decides what it does.
//! - A move that the world refuses changes nothing. So a storm need not know what is possible.
//! - Unless it is told to, a storm makes nothing that a correct cluster does not survive. Damage is
//!   made only where the disks that stay whole hold a majority: whatever is committed is on one of
//!   them, because any two majorities share a node. `lie`, `lose`, `stale` and `truncate` break
//!   that promise, and are used only if they are named.
//! - Storms alternate between raging and resting: while one rests, all faults have ended, so that
//!   clusters commit what a later fault may endanger.
//! - Some storms end in a way of their own: one node is left behind while the others commit, and
//!   then all of them start again at once. What keeps a cluster from electing a leader shows there.

mod members;
mod moves;
pub(super) mod profile;
mod trigger;
pub mod trouble;

use self::profile::{LeftBehind, Profile};
use self::trigger::Incident;
use super::plan::Plan;
use crate::raft::{NodeId, NodeSet};
use crate::session::mend::ending_faults;
use crate::sim::rng::Dice;
use crate::sim::{Action, Event, EventKind, Setting, World};

/// Sets the dice of storms apart from those of worlds, which begin with the same seed.
const OWN_DICE: u64 = 0x5704_d1ce_5704_d1ce;

/// Where more messages than these are in flight, nothing more is forced. Without latency, an
/// election at each request for a vote would make messages breed without end.
const IN_FLIGHT_MAX: usize = 400;

/// The storm of one seed.
#[derive(Clone, Debug)]
pub(super) struct Storm {
    dice: Dice,
    profile: Profile,
    /// What ends the troubles that were made, with the times at which it is due.
    endings: Vec<(u64, Action)>,
    /// When it makes trouble next.
    next_us: u64,
    /// When the present phase ends.
    phase_ends_us: u64,
    is_raging: bool,
    /// Whether nothing more happens until the end, and a node is left behind.
    is_over: bool,
    /// How many requests it has sent itself.
    sent: u64,
    /// The link on which copies are kept back while everything else passes.
    leak: Option<(NodeId, NodeId)>,
}

impl Storm {
    pub(super) fn new(plan: &Plan, seed: u64) -> Storm {
        let mut dice = Dice::new(seed ^ OWN_DICE);
        let profile = Profile::draw(plan, seed, &mut dice);
        let next_us = dice.below(2 * profile.gap_us);
        let phase_ends_us = profile.phases_us.0;
        Storm {
            dice,
            profile,
            endings: Vec::new(),
            next_us,
            phase_ends_us,
            is_raging: true,
            is_over: false,
            sent: 0,
            leak: None,
        }
    }

    /// What this seed has drawn.
    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The moves that it begins with: settings of single nodes, and clients that go to work.
    pub(super) fn begin(&self) -> Vec<Action> {
        let own = self.profile.own.iter().map(|(setting, nodes)| Action::SetOf(*setting, *nodes));
        own.chain(self.profile.load.map(|load| Action::Clients(Some(load)))).collect()
    }

    /// When it wants to be asked next.
    pub(super) fn wake_us(&self) -> u64 {
        if self.is_over {
            return u64::MAX;
        }
        let own = if self.profile.uses.is_empty() { u64::MAX } else { self.next_us };
        let own = own.min(self.phase_ends_us);
        let ending = self.endings.iter().map(|(due_us, _)| *due_us).min().unwrap_or(u64::MAX);
        let last = self.profile.left_behind.map_or(u64::MAX, |last| last.from_us);
        own.min(ending).min(last)
    }

    /// Adds the moves that are due by now.
    pub(super) fn wake(&mut self, now_us: u64, world: &World, moves: &mut Vec<Action>) {
        if let Some(LeftBehind { node, from_us }) = self.profile.left_behind
            && from_us <= now_us
        {
            return self.leave_behind(node, world, moves);
        }
        if self.phase_ends_us <= now_us {
            self.change_phase(now_us, world, moves);
        }
        while let Some(at) = self.endings.iter().position(|(due_us, _)| *due_us <= now_us) {
            let (_, ending) = self.endings.remove(at);
            if matches!(ending, Action::Release(..)) {
                self.leak = None;
            }
            moves.extend(Storm::possible(ending, world));
        }
        if self.next_us <= now_us {
            self.next_us = now_us + 1 + self.dice.below(2 * self.profile.gap_us);
            if self.is_raging && !self.profile.uses.is_empty() {
                self.make_trouble(now_us, world, moves);
            }
        }
    }

    /// From raging to resting, or back.
    fn change_phase(&mut self, now_us: u64, world: &World, moves: &mut Vec<Action>) {
        let (rage_us, rest_us) = self.profile.phases_us;
        self.is_raging = !self.is_raging;
        let lasts_us = if self.is_raging { rage_us } else { rest_us };
        self.phase_ends_us = now_us + 1 + self.dice.below(2 * lasts_us);
        if !self.is_raging {
            self.calm(world, moves);
        }
    }

    /// From here on a node reaches nobody, and nothing else happens.
    fn leave_behind(&mut self, node: NodeId, world: &World, moves: &mut Vec<Action>) {
        (self.is_over, self.is_raging) = (true, false);
        self.calm(world, moves);
        moves.push(Action::Isolate(NodeSet::one(node)));
    }

    /// Adds the moves with which the storm ends.
    pub(super) fn end(&mut self, world: &World, moves: &mut Vec<Action>) {
        self.calm(world, moves);
        if self.profile.left_behind.is_some() {
            moves.push(Action::Restart(world.nodes()));
        }
    }

    /// Adds the moves that end all that this storm has made.
    fn calm(&mut self, world: &World, moves: &mut Vec<Action>) {
        self.endings.clear();
        self.leak = None;
        let latency = Setting::Latency(self.profile.settings.latency);
        if world.settings().latency != self.profile.settings.latency {
            moves.push(Action::Set(latency));
        }
        // Clients are no fault: they work on.
        let is_fault = |action: &Action| !matches!(action, Action::Clients(_));
        moves.extend(ending_faults(world).into_iter().filter(is_fault));
    }

    /// The moves that replace drawn settings under which a leader is unlikely by the usual ones.
    pub(super) fn soothe(&self, world: &World) -> Vec<Action> {
        let present = world.settings().all();
        let differs = |usual: &Setting| is_of_pace(usual) && !present.contains(usual);
        self.profile.undrawn.all().into_iter().filter(differs).map(Action::Set).collect()
    }

    /// Adds what these events trigger.
    pub(super) fn after(
        &mut self,
        now_us: u64,
        events: &[Event],
        world: &World,
        moves: &mut Vec<Action>,
    ) {
        if world.network().len() > IN_FLIGHT_MAX {
            return;
        }
        if let Some((from, to)) = self.leak {
            for event in events {
                if let EventKind::MessageSent { message, to: receiver, .. } = event.kind
                    && (event.node, receiver) == (from, to)
                {
                    moves.push(Action::Deliver(vec![message]));
                }
            }
        }
        if self.profile.forces.is_empty() || !self.is_raging {
            return;
        }
        for event in events {
            let Some(incident) = Incident::of(event, self.profile.kind) else { continue };
            for nth in 0..self.profile.forces.len() {
                let (trigger, chance_ppm) = self.profile.forces[nth];
                if trigger.occasion == incident.occasion && self.dice.chance(chance_ppm) {
                    self.force(trigger.reaction, &incident, now_us, world, moves);
                }
            }
        }
    }
}

/// Whether a setting decides how fast a cluster is, and what it loses on the way.
fn is_of_pace(setting: &Setting) -> bool {
    matches!(
        setting,
        Setting::ElectionTimeout(_)
            | Setting::Heartbeat(_)
            | Setting::Latency(_)
            | Setting::DiskLatency(_)
            | Setting::Loss(_)
            | Setting::Duplicate(_)
    )
}
