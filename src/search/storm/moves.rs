//! The moves of each trouble, and those that end it later.

use super::Storm;
use super::profile::pick;
use super::trigger::{Incident, Reaction};
use super::trouble::Trouble;
use crate::disk::{DamageTarget, Unreadable};
use crate::kv::Command;
use crate::raft::{NodeId, NodeSet, RoleName};
use crate::sim::{
    Action, DiskMove, HaltReason, Host, HostState, InFlight, LinkDirection, MessageId, Range,
    Setting, World,
};

type Moves<'a> = &'a mut Vec<Action>;

/// A move by hand with messages.
type ByHand = fn(Vec<MessageId>) -> Action;

fn of_some(nodes: NodeSet, action: fn(NodeSet) -> Action) -> Option<Action> {
    (!nodes.is_empty()).then(|| action(nodes))
}

impl Storm {
    /// The ending as it is possible now: a node that was started or resumed meanwhile needs
    /// neither.
    pub(super) fn possible(ending: Action, world: &World) -> Option<Action> {
        match ending {
            Action::Restart(nodes) => of_some(nodes.intersection(world.down()), Action::Restart),
            Action::Resume(nodes) => {
                let paused = |host: &&Host| host.state == HostState::Paused;
                let paused: NodeSet = world.hosts().filter(paused).map(|host| host.id).collect();
                of_some(nodes.intersection(paused), Action::Resume)
            }
            other => Some(other),
        }
    }

    /// A time from now until a trouble ends.
    fn later_us(&mut self, now_us: u64) -> u64 {
        now_us + 1 + self.dice.below(2 * self.profile.lasts_us)
    }

    pub(super) fn ends(&mut self, now_us: u64, ending: Action) {
        let due_us = self.later_us(now_us);
        self.endings.push((due_us, ending));
    }

    /// One trouble, drawn by the weights of this storm.
    pub(super) fn make_trouble(&mut self, now_us: u64, world: &World, moves: Moves<'_>) {
        match pick(&mut self.dice, &self.profile.uses) {
            Trouble::Kill => self.kill(now_us, world, moves),
            Trouble::Pause => {
                let nodes = self.some_nodes(world);
                moves.push(Action::Pause(nodes));
                self.ends(now_us, Action::Resume(nodes));
            }
            Trouble::Cut => self.cut(now_us, world, moves),
            Trouble::Partition => self.partition(now_us, world, moves),
            Trouble::Isolate => {
                let node = NodeSet::one(self.a_node(world));
                self.isolate(node, now_us, world, moves);
            }
            Trouble::Loss => self.lose(now_us, world, moves),
            Trouble::Duplicate => {
                let (from, to) = self.links(world);
                let ppm = pick(&mut self.dice, &[100_000, 500_000, 1_000_000]);
                moves.push(Action::LinkDuplicate(from, to, ppm));
                self.ends(now_us, Action::LinkDuplicate(from, to, 0));
            }
            Trouble::Delay => self.delay(now_us, world, moves),
            Trouble::Hold => self.hold(now_us, world, moves),
            Trouble::Disk => self.disk(now_us, world, moves),
            Trouble::Timeout => self.time_out(world, moves),
            Trouble::Damage | Trouble::Truncate => self.damage(world, moves),
            Trouble::Transfer => {
                let (from, to) = (self.a_node(world), self.any_node(world));
                moves.push(Action::Transfer(from, to));
            }
            Trouble::Drift => {
                let nodes = self.some_nodes(world);
                let most_ppm = self.most_drift_ppm(world);
                let leader = self.a_leader(world);
                if let Some(leader) = leader.filter(|_| self.dice.below(2) == 0) {
                    // The worst for a lease.
                    let leader = NodeSet::one(leader);
                    moves.push(Action::Drift(world.nodes(), most_ppm));
                    moves.push(Action::Drift(leader, -most_ppm));
                    self.ends(now_us, Action::Drift(world.nodes(), 0));
                    if self.profile.uses.contains(&Trouble::Isolate) {
                        self.isolate(leader, now_us, world, moves);
                    }
                    return;
                }
                let share = pick(&mut self.dice, &[-10, -10, -1, 1, 10, 10]);
                moves.push(Action::Drift(nodes, most_ppm / 10 * share));
                self.ends(now_us, Action::Drift(nodes, 0));
            }
            Trouble::Member => self.change_members(world, moves),
            Trouble::Snapshot => self.take_snapshots(now_us, world, moves),
            Trouble::Settings => self.switch_a_feature(world, moves),
            Trouble::Lie => {
                let node = NodeSet::one(self.a_node(world));
                moves.push(Action::Disk(node, DiskMove::Lie));
                self.ends(now_us, Action::Restart(node));
                let due_us = self.later_us(now_us);
                self.endings.push((due_us, Action::Kill(node)));
            }
            Trouble::Lose => {
                let node = NodeSet::one(self.a_node(world));
                moves.push(Action::Disk(node, DiskMove::Lose));
            }
            Trouble::Stale => {
                let node = NodeSet::one(self.a_node(world));
                moves.push(Action::Disk(node, DiskMove::Stale));
            }
        }
    }

    fn kill(&mut self, now_us: u64, world: &World, moves: Moves<'_>) {
        let one = NodeSet::one(self.a_node(world));
        match self.dice.below(10) {
            0 => moves.push(Action::Restart(world.nodes())),
            1 => self.down(world.nodes(), now_us, moves),
            2 => {
                let nodes = self.some_nodes(world);
                self.down(nodes, now_us, moves);
            }
            3..6 => moves.push(Action::Restart(one)),
            _ => self.down(one, now_us, moves),
        }
    }

    /// These nodes crash, and start again later.
    fn down(&mut self, nodes: NodeSet, now_us: u64, moves: Moves<'_>) {
        moves.push(Action::Kill(nodes));
        self.ends(now_us, Action::Restart(nodes));
    }

    fn isolate(&mut self, node: NodeSet, now_us: u64, world: &World, moves: Moves<'_>) {
        moves.push(Action::Isolate(node));
        self.ends(now_us, Action::Heal(node, world.nodes()));
    }

    fn cut(&mut self, now_us: u64, world: &World, moves: Moves<'_>) {
        let (from, to) = self.links(world);
        let direction = match self.dice.below(3) {
            0 => LinkDirection::Both,
            _ => LinkDirection::OneWay,
        };
        moves.push(Action::Cut(from, to, direction));
        self.ends(now_us, Action::Heal(from, to));
    }

    fn partition(&mut self, now_us: u64, world: &World, moves: Moves<'_>) {
        let (all, leader) = (world.nodes(), self.a_leader(world));
        let mut side = self.some_nodes(world);
        // A leader in a minority appends entries that it cannot commit. Another leader deletes them
        // later.
        if let Some(leader) = leader.filter(|_| self.dice.below(2) == 0) {
            let others: Vec<NodeId> = all.iter().filter(|node| *node != leader).collect();
            let with = if others.len() > 2 { self.dice.below(2) as usize } else { 0 };
            side = NodeSet::one(leader);
            for _ in 0..with {
                side.insert(pick(&mut self.dice, &others));
            }
        }
        let rest = all.difference(side);
        if rest.is_empty() {
            // One group is no partition, and no script could say it.
            return;
        }
        moves.push(Action::Partition(vec![side, rest]));
        self.ends(now_us, Action::HealAll);
    }

    fn lose(&mut self, now_us: u64, world: &World, moves: Moves<'_>) {
        if self.dice.below(2) == 0
            && let Some(message) = self.a_message(world, false)
        {
            moves.push(Action::Drop(vec![message]));
            return;
        }
        let (from, to) = self.links(world);
        let ppm = pick(&mut self.dice, &[100_000, 300_000, 700_000, 1_000_000]);
        moves.push(Action::LinkLoss(from, to, ppm));
        self.ends(now_us, Action::LinkLoss(from, to, 0));
    }

    fn delay(&mut self, now_us: u64, world: &World, moves: Moves<'_>) {
        if self.dice.below(2) == 0 && world.settings().latency == self.profile.settings.latency {
            // What is sent in this moment arrives at very different times.
            let max_us = pick(&mut self.dice, &[100_000, 500_000, 3_000_000]);
            moves.push(Action::Set(Setting::Latency(Range { min_us: 0, max_us })));
            let due_us = now_us + 1 + self.dice.below(100_000);
            let usual = Setting::Latency(self.profile.settings.latency);
            self.endings.push((due_us, Action::Set(usual)));
            return;
        }
        let (from, to) = self.links(world);
        let us = pick(&mut self.dice, &[5_000, 30_000, 100_000, 400_000, 2_000_000]);
        moves.push(Action::Delay(from, to, us));
        self.ends(now_us, Action::Delay(from, to, 0));
    }

    /// Holds a link, or does something with a message that is held.
    fn hold(&mut self, now_us: u64, world: &World, moves: Moves<'_>) {
        let (deliver, dup): (ByHand, ByHand) = (Action::Deliver, Action::Dup);
        let action = match self.dice.below(6) {
            0 | 1 => Some((deliver, true)),
            2 => Some((dup, false)),
            3 => Some((deliver, false)),
            _ => None,
        };
        if let Some((action, held)) = action
            && let Some(message) = self.a_message(world, held)
        {
            moves.push(action(vec![message]));
            return;
        }
        let (from, to) = self.links(world);
        moves.push(Action::Hold(from, to));
        self.ends(now_us, Action::Release(from, to));
    }

    fn disk(&mut self, now_us: u64, world: &World, moves: Moves<'_>) {
        let nodes = match self.dice.below(6) {
            0 => world.nodes(),
            _ => NodeSet::one(self.a_node(world)),
        };
        let what = match self.dice.below(12) {
            0..4 => DiskMove::Slow(pick(&mut self.dice, &[0, 5_000, 50_000, 200_000, 1_000_000])),
            4 | 5 => DiskMove::Fill,
            6 | 7 => DiskMove::Cut,
            8 => DiskMove::Tear,
            9 => DiskMove::Scrub,
            _ => DiskMove::Sync,
        };
        moves.push(Action::Disk(nodes, what));
        match what {
            DiskMove::Slow(_) | DiskMove::Fill => {
                self.ends(now_us, Action::Disk(nodes, DiskMove::Restore));
            }
            DiskMove::Cut => {
                // A node halts when it wants to write.
                let due_us = self.later_us(now_us);
                self.endings.push((due_us, Action::Disk(nodes, DiskMove::Restore)));
                self.endings.push((due_us, Action::Restart(nodes)));
            }
            DiskMove::Tear => {
                moves.push(Action::Restart(nodes));
            }
            DiskMove::Scrub
            | DiskMove::Sync
            | DiskMove::Restore
            | DiskMove::Lie
            | DiskMove::Lose
            | DiskMove::Stale
            | DiskMove::Wipe => {}
        }
    }

    fn time_out(&mut self, world: &World, moves: Moves<'_>) {
        match self.dice.below(5) {
            0 => {
                if let Some(leader) = self.a_leader(world) {
                    moves.push(Action::Tick(leader));
                }
            }
            1 => {
                let nodes = self.some_nodes(world);
                nodes.iter().for_each(|node| moves.push(Action::Timeout(NodeSet::one(node))));
            }
            _ => moves.push(Action::Timeout(NodeSet::one(self.any_node(world)))),
        }
    }

    /// Damages synced records of a node. Without `truncate`, only if the disks that stay whole hold
    /// a majority, which then has every committed entry.
    fn damage(&mut self, world: &World, moves: Moves<'_>) {
        let node = self.a_node(world);
        let harmed = |host: &Host| {
            *host.disk.unreadable() != Unreadable::default()
                || matches!(host.state, HostState::Halted(HaltReason::Disk(_)))
        };
        let whole: NodeSet = world
            .hosts()
            .filter(|host| host.id != node && !harmed(host))
            .map(|host| host.id)
            .collect();
        let careless = self.profile.uses.contains(&Trouble::Truncate);
        if !careless && !world.can_decide(whole) {
            return;
        }
        let last = world.host(node).disk.durable().1.end() as u64;
        let target = match self.dice.below(4) {
            0 => DamageTarget::State,
            1 => DamageTarget::Entry(1 + self.dice.below(last) as u32),
            2 => DamageTarget::Tail,
            _ => DamageTarget::LastEntry,
        };
        moves.push(Action::Corrupt(NodeSet::one(node), target));
        if self.dice.below(2) == 0 {
            moves.push(Action::Restart(NodeSet::one(node)));
        }
    }

    /// What a trigger does.
    pub(super) fn force(
        &mut self,
        reaction: Reaction,
        incident: &Incident,
        now_us: u64,
        world: &World,
        moves: Moves<'_>,
    ) {
        let (node, one) = (incident.node, NodeSet::one(incident.node));
        match reaction {
            Reaction::Kill => self.down(one, now_us, moves),
            Reaction::Restart => moves.push(Action::Restart(one)),
            Reaction::RestartAll => moves.push(Action::Restart(world.nodes())),
            Reaction::Isolate => self.isolate(one, now_us, world, moves),
            Reaction::Cut => {
                let other = incident.message.map(|(_, other)| other);
                let other = other.unwrap_or_else(|| self.any_node(world));
                let to = NodeSet::one(other);
                moves.push(Action::Cut(one, to, LinkDirection::OneWay));
                self.ends(now_us, Action::Heal(one, to));
            }
            Reaction::Pause => {
                moves.push(Action::Pause(one));
                self.ends(now_us, Action::Resume(one));
            }
            Reaction::Timeout => moves.push(Action::Timeout(one)),
            Reaction::TimeoutOther => {
                let other = self.any_node(world);
                moves.push(Action::Timeout(NodeSet::one(other)));
            }
            Reaction::Transfer => {
                let to = self.any_node(world);
                moves.push(Action::Transfer(node, to));
            }
            Reaction::SlowDisk => {
                let us = pick(&mut self.dice, &[10_000, 100_000, 500_000]);
                moves.push(Action::Disk(one, DiskMove::Slow(us)));
                self.ends(now_us, Action::Disk(one, DiskMove::Restore));
            }
            Reaction::Mute => {
                let all = world.nodes();
                moves.push(Action::Cut(one, all, LinkDirection::OneWay));
                self.ends(now_us, Action::Heal(one, all));
            }
            Reaction::SlowAnswers => {
                let (all, timeout) = (world.nodes(), world.settings_of(node).election_timeout);
                let percent = pick(&mut self.dice, &[50, 90]);
                moves.push(Action::Delay(all, one, timeout.min_us / 100 * percent));
                self.ends(now_us, Action::Delay(all, one, 0));
            }
            Reaction::IsolateLeader => {
                if let Some(leader) = self.a_leader(world) {
                    self.isolate(NodeSet::one(leader), now_us, world, moves);
                }
            }
            Reaction::Read => {
                let get = || Command::Get { key: "x".into() };
                moves.extend(world.nodes().iter().map(|node| Action::Invoke(node, get())));
            }
            Reaction::Burst => {
                for _ in 0..=self.dice.below(6) {
                    self.sent += 1;
                    let value = format!("b{}", self.sent).as_str().into();
                    moves.push(Action::Invoke(node, Command::Put { key: "x".into(), value }));
                }
            }
            Reaction::Drop | Reaction::Copy | Reaction::Keep | Reaction::Hold => {
                let Some((message, to)) = incident.message else { return };
                self.force_on(reaction, message, (node, to), now_us, moves);
            }
        }
    }

    fn force_on(
        &mut self,
        reaction: Reaction,
        message: MessageId,
        (from, to): (NodeId, NodeId),
        now_us: u64,
        moves: Moves<'_>,
    ) {
        let (one, other) = (NodeSet::one(from), NodeSet::one(to));
        match reaction {
            Reaction::Drop => moves.push(Action::Drop(vec![message])),
            Reaction::Copy => moves.push(Action::Dup(vec![message])),
            Reaction::Keep if self.leak.is_none() => {
                moves.push(Action::Dup(vec![message]));
                moves.push(Action::Hold(one, other));
                moves.push(Action::Deliver(vec![message]));
                self.leak = Some((from, to));
                self.ends(now_us, Action::Release(one, other));
            }
            _ => {
                moves.push(Action::Hold(one, other));
                self.ends(now_us, Action::Release(one, other));
            }
        }
    }
}

/// What troubles aim at.
impl Storm {
    fn any_node(&mut self, world: &World) -> NodeId {
        NodeId::at(self.dice.below(world.cluster_size() as u64) as usize)
    }

    /// A node: half of the time one that leads.
    fn a_node(&mut self, world: &World) -> NodeId {
        let any = self.any_node(world);
        match self.dice.below(2) {
            0 => self.a_leader(world).unwrap_or(any),
            _ => any,
        }
    }

    /// One or more nodes, most often few.
    pub(super) fn some_nodes(&mut self, world: &World) -> NodeSet {
        let mut nodes = NodeSet::one(self.a_node(world));
        while self.dice.below(2) == 0 {
            nodes.insert(self.any_node(world));
        }
        nodes
    }

    /// A node that believes that it leads, replaced or not.
    pub(super) fn a_leader(&mut self, world: &World) -> Option<NodeId> {
        let leads =
            |host: &&Host| host.report().is_some_and(|report| report.role == RoleName::Leader);
        let leaders = || world.hosts().filter(leads).map(|host| host.id);
        let nth = self.dice.below(leaders().count() as u64);
        leaders().nth(nth as usize)
    }

    /// By how much a clock may run faster or slower, in millionths, so that any two clocks differ
    /// by no more than leases allow for: with an allowance of a, (1 - d) / (1 + d) is at least
    /// 1 - a.
    fn most_drift_ppm(&self, world: &World) -> i32 {
        let allowances = world.nodes().iter().map(|node| world.settings_of(node).lease_drift_ppm);
        let most_ppm = allowances.min().unwrap_or(0) / 2;
        i32::try_from(most_ppm).unwrap_or(0)
    }

    /// Links, most often those of one node.
    fn links(&mut self, world: &World) -> (NodeSet, NodeSet) {
        let (one, some) = (NodeSet::one(self.a_node(world)), self.some_nodes(world));
        match self.dice.below(6) {
            0 => (world.nodes(), world.nodes()),
            1 => (one, world.nodes()),
            2 => (world.nodes(), one),
            3 => (some, one),
            _ => (one, NodeSet::one(self.any_node(world))),
        }
    }

    /// A message in flight; with `held`, one on a link that is held.
    fn a_message(&mut self, world: &World, held: bool) -> Option<MessageId> {
        let network = world.network();
        let such = |message: &&InFlight| {
            !held || network.is_held(message.message.from, message.message.to)
        };
        let mut ids: Vec<MessageId> =
            network.in_flight().filter(such).map(|message| message.id).collect();
        // The order of the slots means nothing.
        ids.sort_unstable();
        (!ids.is_empty()).then(|| pick(&mut self.dice, &ids))
    }
}
