//! Makes a move: passes it to the code for its kind.

use crate::raft::{Config, Input, NodeId, NodeSet, Timer};

use super::action::Action;
use super::answer::{Applied, Refused};
use super::client::ReadKind;
use super::cluster_settings::ClusterSettings;
use super::requests::{RequestOptions, Sender};
use super::settings::{Scope, Setting};
use super::step::SETTLE_MAX;
use super::world::{Events, World};

impl World {
    /// Makes a move. The events that follow from it are added to `events`.
    ///
    /// # Errors
    /// If the move is impossible now. Then nothing has changed.
    pub fn apply(&mut self, action: Action, events: Events) -> Result<Applied, Refused> {
        if let Some(node) = action.nodes().difference(self.nodes()).iter().next() {
            return Err(Refused::NoSuchNode(node));
        }
        self.engines_take(&action)?;
        let applied = self.make(action, events);
        self.look(events);
        debug_assert!(self.plans_hold(), "a move left plans that do not hold");
        applied
    }

    fn make(&mut self, action: Action, events: Events) -> Result<Applied, Refused> {
        match action {
            Action::Step(count) => Ok(self.step_many(count, events)),
            Action::Wait(duration_us) => self.wait(duration_us),
            Action::Settle(nodes, most) => {
                Ok(self.settle(nodes, most.unwrap_or(SETTLE_MAX), events))
            }
            Action::Invoke(node, command) => {
                let options = RequestOptions::default();
                let sent = self.invoke(node, command, &options, Sender::Typed, events)?;
                self.environment.ops.count_plain();
                Ok(sent)
            }
            Action::InvokeWith(node, command, options) => {
                self.invoke(node, command, &options, Sender::Typed, events)
            }
            Action::Member(node, change) => {
                self.change_members(node, change, Sender::Typed, events)
            }
            Action::Snapshot(nodes, keep) => self.snapshot(nodes, keep, events),
            Action::Boot(count) => self.boot(count, events),
            Action::Retry(op, node) => self.retry(op, node, Sender::Typed, events),
            Action::Clients(load) => Ok(self.set_load(load)),
            Action::Kill(nodes) => {
                Ok(self.each(nodes, |world, node| world.kill(node, false, events)))
            }
            Action::PowerOff(nodes) => {
                Ok(self.each(nodes, |world, node| world.kill(node, true, events)))
            }
            Action::Restart(nodes) => {
                Ok(self.each(nodes, |world, node| world.restart(node, events)))
            }
            Action::Pause(nodes) => self.pause(nodes, events),
            Action::Resume(nodes) => self.resume(nodes, events),
            Action::Cut(from, to, ways) => self.cut(from, to, ways, events),
            Action::Heal(from, to) => self.heal(from, to, events),
            Action::HealAll => Ok(self.set_cuts(events, |_, _| Some(false))),
            Action::Isolate(nodes) => Ok(self.isolate(nodes, events)),
            Action::Partition(groups) => self.partition(&groups, events),
            Action::Delay(from, to, delay_us) => {
                self.set_faults(from, to, events, |fault| fault.delay_us = delay_us)
            }
            Action::LinkLoss(from, to, ppm) => {
                self.set_faults(from, to, events, |fault| fault.loss_ppm = (ppm > 0).then_some(ppm))
            }
            Action::LinkDuplicate(from, to, ppm) => self.set_faults(from, to, events, |fault| {
                fault.duplicate_ppm = (ppm > 0).then_some(ppm)
            }),
            Action::Hold(from, to) => self.set_holds(from, to, true, events),
            Action::Release(from, to) => self.set_holds(from, to, false, events),
            Action::Deliver(messages) => self.deliver(&messages, events),
            Action::Drop(messages) => self.drop_messages(&messages, events),
            Action::Dup(messages) => self.duplicate_messages(&messages, events),
            Action::Transfer(at, to) => self.transfer(at, to, events),
            Action::Drift(nodes, drift_ppm) => Ok(self.drift(nodes, drift_ppm, events)),
            Action::Timeout(nodes) => self.fire_by_hand(nodes, Timer::Election, events),
            Action::FireTimer(nodes, timer) => self.wake_by_hand(nodes, timer, events),
            Action::Tick(node) => self.fire_by_hand(NodeSet::one(node), Timer::Heartbeat, events),
            Action::Preload(preload) => self.preload(&preload, events),
            Action::Corrupt(nodes, target) => self.corrupt(nodes, target, events),
            Action::Disk(nodes, what) => self.disk_move(nodes, what, events),
            Action::Set(setting) => self.set(setting, None),
            Action::SetOf(setting, nodes) => self.set(setting, Some(nodes)),
            Action::Flaw(flaw, on) => {
                let changed = self.configure(|settings| settings.set_flaw(flaw, on));
                Ok(Applied { changed, ..Applied::default() })
            }
            Action::JudgeProgress(write, within_us) => {
                Ok(self.judge_progress(write, within_us, events))
            }
        }
    }

    /// Changes a setting of these nodes, or of all nodes.
    fn set(&mut self, setting: Setting, nodes: Option<NodeSet>) -> Result<Applied, Refused> {
        setting.check().map_err(Refused::BadSetting)?;
        self.suits_leases(setting)?;
        if nodes.is_some() && setting.scope() != Scope::Nodes {
            let message = format!("single nodes have no {}", setting.name());
            return Err(Refused::BadSetting(message));
        }
        let on = |world: &World| -> NodeSet {
            world.nodes().iter().filter(|node| world.settings_of(*node).timers).collect()
        };
        let before = on(self);
        let (changed, nodes) = match nodes {
            None => (self.configure(|settings| settings.set(setting)), NodeSet::EMPTY),
            Some(nodes) => {
                let changed = self.configure(|settings| settings.set_of(setting, nodes));
                (!changed.is_empty(), changed)
            }
        };
        if changed && matches!(setting, Setting::ElectionTimeout(_)) {
            self.end_leases();
        }
        let after = on(self);
        if before != after {
            self.switch_timers(before.difference(after), false);
            self.switch_timers(after.difference(before), true);
        }
        Ok(Applied { changed, nodes, ..Applied::default() })
    }

    /// Changes the settings and tells each node the protocol's settings, if its own changed.
    /// Returns what `change` returns: what it changed.
    fn configure<R>(&mut self, change: impl FnOnce(&mut ClusterSettings) -> R) -> R {
        let before = self.environment.settings.clone();
        let changed = change(&mut self.environment.settings);
        for node in self.nodes().iter() {
            let config = self.environment.config(node);
            if config != before.config(node, self.nodes()) {
                self.quiet_context(node, &mut Vec::new()).input(Input::Configure(config), 0, false);
            }
        }
        changed
    }

    /// Leases need check-quorum at every node, so it stays on while clients read by leases.
    fn suits_leases(&self, setting: Setting) -> Result<(), Refused> {
        match setting {
            Setting::Reads(ReadKind::Lease) => self.allows_leases(),
            Setting::CheckQuorum(false) if self.settings().reads == ReadKind::Lease => {
                Err(Refused::ReadsAreByLease)
            }
            _ => Ok(()),
        }
    }

    /// Every lease that runs ends.
    fn end_leases(&mut self) {
        for node in self.nodes().iter() {
            let config = self.environment.config(node);
            let without = Config { lease_us: 0, ..config };
            if config != without {
                let mut events = Vec::new();
                let mut context = self.quiet_context(node, &mut events);
                context.input(Input::Configure(without), 0, false);
                context.input(Input::Configure(config), 0, false);
            }
        }
    }

    fn step_many(&mut self, count: u64, events: Events) -> Applied {
        let steps = (0..count).take_while(|_| self.step(u64::MAX, events)).count() as u64;
        Applied { steps, changed: steps > 0, ..Applied::default() }
    }

    fn wait(&mut self, duration_us: u64) -> Result<Applied, Refused> {
        let time_us = self.environment.now_us.saturating_add(duration_us);
        // A step that is due exactly at the end counts too: `run` would still take it.
        if self.next_due_us().is_some_and(|due_us| due_us <= time_us) {
            return Err(Refused::EventDue);
        }
        self.wait_until(time_us);
        Ok(Applied { changed: duration_us > 0, ..Applied::default() })
    }

    /// Does something to each node, in order. `change` returns whether it changed the node. It
    /// stops after a violation, if the setting `on-violation` is `stop`.
    pub(super) fn each(
        &mut self,
        nodes: NodeSet,
        mut change: impl FnMut(&mut World, NodeId) -> bool,
    ) -> Applied {
        let violations = self.violations().len();
        let mut applied = Applied::default();
        for node in nodes.iter() {
            applied.stopped = self.ends(violations);
            if applied.stopped {
                break;
            }
            if change(self, node) {
                applied.nodes.insert(node);
            }
        }
        Applied { changed: !applied.nodes.is_empty(), ..applied }
    }
}
