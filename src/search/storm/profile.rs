//! What one seed draws before its storm begins: swarm testing. A storm that uses everything at once
//! hides what a few troubles would show, so each seed leaves some out and forces others.

use super::trigger::{Occasion, Reaction, TOGETHER, TRIGGERS, Trigger};
use super::trouble::{Trouble, Troubles};
use crate::disk::{CrashTail, Policy};
use crate::raft::{MessageKind, NodeId, NodeSet};
use crate::search::plan::Plan;
use crate::sim::rng::Dice;
use crate::sim::{Lineup, Load, Mix, Range, ReadKind, Setting, Settings};

/// The sizes of clusters, as often as they are drawn. Small ones come most often: they show most
/// mistakes, with the fewest events.
const SIZES: [usize; 16] = [1, 2, 3, 3, 3, 3, 3, 3, 4, 4, 5, 5, 5, 5, 6, 7];

/// One-way latencies in microseconds, constant ones among them.
const LATENCIES: [(u64, u64); 8] = [
    (5_000, 15_000),
    (5_000, 15_000),
    (0, 0),
    (1_000, 1_000),
    (10_000, 10_000),
    (0, 5_000),
    (1_000, 60_000),
    (20_000, 100_000),
];

/// How long a write takes, in microseconds.
const DISK_LATENCIES: [(u64, u64); 7] = [
    (500, 2_000),
    (500, 2_000),
    (0, 0),
    (1_000, 1_000),
    (2_000, 20_000),
    (20_000, 100_000),
    (50_000, 50_000),
];

/// Probabilities in millionths, as often as they are drawn.
const LOSSES: [u32; 8] = [0, 0, 0, 0, 10_000, 20_000, 50_000, 150_000];
const DUPLICATES: [u32; 8] = [0, 0, 0, 0, 10_000, 50_000, 100_000, 300_000];

/// The scales of time between troubles, and of how long troubles last, in microseconds.
const GAPS_US: [u64; 7] = [4_000, 10_000, 25_000, 60_000, 150_000, 400_000, 1_000_000];
const LASTS_US: [u64; 6] = [10_000, 40_000, 150_000, 400_000, 1_000_000, 3_000_000];

/// How likely a forced trouble is at each occasion, in millionths.
const FORCES: [u32; 4] = [10_000, 40_000, 150_000, 500_000];

/// Sets the dice apart that draw what is no fault.
const LATE_DICE: u64 = 0x1a7e_d1ce_1a7e_d1ce;

/// How a storm differs from the others.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// The number of nodes.
    pub(crate) nodes: usize,
    /// The settings at the start.
    pub(crate) settings: Settings,
    /// Settings of single nodes at the start.
    pub(super) own: Vec<(Setting, NodeSet)>,
    /// The features that nodes may switch on and off while they run.
    pub(super) switches: Vec<fn(bool) -> Setting>,
    /// The settings if nothing had been drawn.
    pub(super) undrawn: Settings,
    /// The troubles that it uses, each as often as it is drawn.
    pub(super) uses: Vec<Trouble>,
    /// The mean time between two troubles.
    pub(super) gap_us: u64,
    /// About how long a trouble lasts.
    pub(super) lasts_us: u64,
    /// What it forces at which occasion, and how likely, in millionths.
    pub(super) forces: Vec<(Trigger, u32)>,
    /// The message type that it aims at.
    pub(super) kind: MessageKind,
    /// How long it rages, and how long it then rests.
    pub(super) phases_us: (u64, u64),
    /// What the clients do; none if there are none.
    pub(super) load: Option<Load>,
    /// The node that is left behind at the end; none if the storm ends as it went on.
    pub(super) left_behind: Option<LeftBehind>,
}

/// A storm that ends with a node whose log is too old to win, and which times out before the
/// others do.
#[derive(Clone, Copy, Debug)]
pub(super) struct LeftBehind {
    pub(super) node: NodeId,
    /// From when on it reaches nobody, in microseconds of the storm. Nothing else happens from
    /// then on. When the storm ends, all nodes crash and start again at once.
    pub(super) from_us: u64,
}

/// For how long a node is left behind, in microseconds.
const LEFT_BEHIND_US: u64 = 3_000_000;

impl Profile {
    pub(super) fn draw(plan: &Plan, seed: u64, dice: &mut Dice) -> Profile {
        let nodes = pick(dice, &SIZES);
        let settings = settings(plan, dice);
        let mut late = Dice::new(seed ^ LATE_DICE);
        let uses = uses(plan.troubles, dice, &mut late);
        let gap_us = pick(dice, &GAPS_US);
        let lasts_us = pick(dice, &LASTS_US);
        let rage_us = [200_000, 1_000_000, 5_000_000, 20_000_000][dice.below(4) as usize];
        let rest_us = [50_000, 500_000, 1_500_000, 3_000_000][dice.below(4) as usize];
        let mut profile = Profile {
            nodes: plan.nodes.unwrap_or(nodes),
            settings,
            own: Vec::new(),
            switches: Vec::new(),
            undrawn: plan.settings(),
            uses,
            gap_us,
            lasts_us,
            forces: forces(plan, dice),
            kind: MessageKind::ALL[dice.below(MessageKind::ALL.len() as u64) as usize],
            phases_us: (rage_us, rest_us),
            load: load(plan.clients, dice),
            left_behind: None,
        };
        profile.draw_features(plan, dice);
        profile.draw_late(plan, &mut late);
        profile.leave_unheeded(plan.engines);
        profile
    }

    /// Takes back what engines do not heed: a cluster of theirs refuses such settings.
    fn leave_unheeded(&mut self, engines: Lineup) {
        let heeds = |setting: &Setting| setting.is_heeded_by(engines);
        for usual in Settings::default().all().into_iter().filter(|setting| !heeds(setting)) {
            self.settings.set(usual);
        }
        self.own.retain(|(setting, _)| heeds(setting));
        self.switches.retain(|feature| heeds(&feature(true)));
    }

    /// What changes nothing in the storms in which it is not drawn.
    fn draw_late(&mut self, plan: &Plan, late: &mut Dice) {
        let node = NodeSet::one(NodeId::at(late.below(self.nodes as u64) as usize));
        let (factor, drift_ppm) = (pick(late, &[2, 4]), pick(late, &[100_000, 300_000]));
        let has_leases = self.settings.reads == ReadKind::Lease;
        // A lease counts on the same timeouts everywhere.
        if late.below(8) == 0 && !has_leases && !is_given(plan, "election-timeout") {
            self.own.push((slower(self.settings.election_timeout, factor), node));
        }
        if has_leases && !is_given(plan, "lease-drift") {
            self.settings.set(Setting::LeaseDrift(drift_ppm));
        }
        // A lease is wrong only between another leader's first commit and its own end.
        if has_leases && plan.troubles.has(Trouble::Drift) && late.below(2) == 0 {
            let isolates = plan.troubles.has(Trouble::Isolate).then_some(Trouble::Isolate);
            self.uses.extend([Trouble::Drift; 4].into_iter().chain(isolates));
            if plan.clients > 0 {
                let read = Trigger { occasion: Occasion::Committed, reaction: Reaction::Read };
                self.forces.push((read, pick(late, &FORCES)));
            }
        }
        let may_switch = |feature: &fn(bool) -> Setting| {
            let setting = feature(true);
            let is_needed = has_leases && setting == Setting::CheckQuorum(true);
            !is_needed && !is_given(plan, setting.name())
        };
        self.switches = FEATURES.into_iter().filter(may_switch).collect();
        self.draw_left_behind(plan, late);
    }

    /// Whether a node is left behind at the end, and the other nodes have slow timers. It stands
    /// for election in vain, again and again, and must not keep the others from it.
    fn draw_left_behind(&mut self, plan: &Plan, late: &mut Dice) {
        let node = NodeId::at(late.below(self.nodes as u64) as usize);
        let is_drawn = late.below(8) == 0;
        let needed = [Trouble::Kill, Trouble::Isolate];
        let is_possible = self.nodes > 2
            && plan.engines.is_none()
            && needed.iter().all(|trouble| plan.troubles.has(*trouble))
            && self.settings.reads != ReadKind::Lease
            && !is_given(plan, "election-timeout");
        if !is_drawn || !is_possible {
            return;
        }
        let others = NodeSet::first(self.nodes).difference(NodeSet::one(node));
        self.own.retain(|(setting, _)| setting.name() != "election-timeout");
        self.own.push((slower(self.settings.election_timeout, 4), others));
        let from_us = plan.for_us.saturating_sub(LEFT_BEHIND_US.min(plan.for_us / 2));
        self.left_behind = Some(LeftBehind { node, from_us });
    }

    /// The features beyond figure 2: most storms are over clusters without them.
    fn draw_features(&mut self, plan: &Plan, dice: &mut Dice) {
        for feature in FEATURES {
            let (setting, draw) = (feature(true), dice.below(8));
            let some = some_of(self.nodes, dice);
            if plan.is_chosen(setting.name()) {
                continue;
            }
            match draw {
                0 | 1 => _ = self.settings.set(setting),
                2 if !some.is_empty() => self.own.push((setting, some)),
                _ => {}
            }
        }
        self.draw_reads(plan, dice);
    }

    /// How clients read. Leases rest on timers that do not fire early, so a storm that fires them
    /// by hand has no leases.
    fn draw_reads(&mut self, plan: &Plan, dice: &mut Dice) {
        let drawn = pick(dice, &[ReadKind::Log, ReadKind::Log, ReadKind::Index, ReadKind::Lease]);
        let without = Setting::CheckQuorum(false);
        let may_have_leases = !plan.chosen.contains(&without) && !is_own(plan, without.name());
        if !plan.is_chosen("reads") && (drawn != ReadKind::Lease || may_have_leases) {
            self.settings.set(Setting::Reads(drawn));
        }
        if self.settings.reads == ReadKind::Lease {
            self.settings.set(Setting::CheckQuorum(true));
            self.own.retain(|(setting, _)| setting.name() != without.name());
            self.uses.retain(|trouble| *trouble != Trouble::Timeout);
            self.forces.retain(|(trigger, _)| trigger.trouble() != Some(Trouble::Timeout));
        }
    }
}

/// The features beyond figure 2 that nodes may have or not.
const FEATURES: [fn(bool) -> Setting; 3] =
    [Setting::PreVote, Setting::CheckQuorum, Setting::LeaderWritesFirst];

/// Election timeouts that are `factor` times as long.
fn slower(timeout: Range, factor: u64) -> Setting {
    let [min_us, max_us] = [timeout.min_us, timeout.max_us].map(|us| us.saturating_mul(factor));
    Setting::ElectionTimeout(Range { min_us, max_us })
}

/// Whether somebody chose a setting of single nodes.
fn is_own(plan: &Plan, name: &str) -> bool {
    plan.own.iter().any(|(own, _)| own.name() == name)
}

/// Whether somebody chose a setting, for all nodes or for single ones.
fn is_given(plan: &Plan, name: &str) -> bool {
    plan.is_chosen(name) || is_own(plan, name)
}

pub(super) fn pick<T: Copy>(dice: &mut Dice, from: &[T]) -> T {
    from[dice.below(from.len() as u64) as usize]
}

/// About half of the first nodes.
fn some_of(nodes: usize, dice: &mut Dice) -> NodeSet {
    NodeSet::first(nodes).iter().filter(|_| dice.below(2) == 0).collect()
}

/// The troubles of one storm: about half of those that it may use, with different weights.
fn uses(may: Troubles, dice: &mut Dice, late: &mut Dice) -> Vec<Trouble> {
    let mut uses = Vec::new();
    let is_late = |trouble: &Trouble| trouble.is_no_fault();
    for trouble in may.iter().filter(|trouble| !is_late(trouble)) {
        // Drawn for each, so that one more trouble changes the others' weights in no seed.
        let weight = pick(dice, &[0, 0, 0, 1, 2, 6]);
        uses.extend(std::iter::repeat_n(trouble, weight));
    }
    // A storm without any trouble is drawn now and then, and is worth its time only rarely.
    if uses.is_empty() && !may.is_empty() && dice.below(4) > 0 {
        let all: Vec<Trouble> = may.iter().filter(|trouble| !is_late(trouble)).collect();
        uses.extend((!all.is_empty()).then(|| pick(dice, &all)));
    }
    // These have dice of their own: where they are not drawn, the storm is as if there were none.
    for trouble in may.iter().filter(is_late) {
        let weight = pick(late, &[0, 0, 0, 1, 2, 6]);
        uses.extend(std::iter::repeat_n(trouble, weight));
    }
    uses
}

/// What the clients of one cluster do.
fn load(clients: u32, dice: &mut Dice) -> Option<Load> {
    let all_kinds = Mix::read("put=4,get=4,cas=2,del=1,incr=2,append=2").unwrap_or_default();
    let load = Load {
        clients,
        rate: pick(dice, &[1, 5, 20, 20, 50, 100]),
        mix: pick(dice, &[Mix::default(), all_kinds]),
        timeout_us: pick(dice, &[100_000, 500_000, 500_000, 2_000_000]),
        ..Load::default()
    };
    (clients > 0).then_some(load)
}

/// Whether storms of this plan may force this.
fn may_force(plan: &Plan, trigger: Trigger) -> bool {
    match trigger.trouble() {
        Some(trouble) => plan.troubles.has(trouble),
        None => plan.clients > 0 && !plan.troubles.is_empty(),
    }
}

/// What one storm forces: a few triggers, or some that belong together.
fn forces(plan: &Plan, dice: &mut Dice) -> Vec<(Trigger, u32)> {
    let may = |trigger: &Trigger| may_force(plan, *trigger);
    let together = match dice.below(4) {
        0 => pick(dice, TOGETHER),
        _ => &[],
    };
    let known: Vec<Trigger> = TRIGGERS.iter().copied().filter(may).collect();
    let count = pick(dice, &[0, 1, 1, 2, 3, 4]);
    let draw = |_| (!known.is_empty()).then(|| pick(dice, &known));
    let drawn: Vec<Trigger> = (0..count).filter_map(draw).collect();
    let wanted = together.iter().copied().filter(may).chain(drawn);
    wanted.map(|trigger| (trigger, pick(dice, &FORCES))).collect()
}

/// The settings of one cluster: those that somebody chose, and others.
fn settings(plan: &Plan, dice: &mut Dice) -> Settings {
    let mut settings = plan.settings();
    let range = |(min_us, max_us)| Range { min_us, max_us };
    let latency = range(pick(dice, &LATENCIES));
    let disk_latency = range(pick(dice, &DISK_LATENCIES));
    let mut set = |setting: Setting| {
        if !plan.is_chosen(setting.name()) {
            settings.set(setting);
        }
        settings
    };
    set(Setting::Latency(latency));
    let Settings { latency, disk_latency, .. } = set(Setting::DiskLatency(disk_latency));
    // A vote takes two messages and two writes. Where the timeout is near that, elections fail.
    let vote_us = 2 * (latency.max_us + disk_latency.max_us);
    let factor = pick(dice, &[2, 3, 3, 5, 5, 10]);
    let least_us = match dice.below(3) {
        0 => (vote_us.saturating_mul(factor) / 2).max(10_000),
        _ => (vote_us.saturating_mul(factor) / 2).max(150_000),
    };
    let width_us = least_us.saturating_mul(pick(dice, &[1, 4, 4, 4, 8])) / 4;
    let timeout = range((least_us, least_us.saturating_add(width_us)));
    let Settings { election_timeout, .. } = set(Setting::ElectionTimeout(timeout));
    let heartbeat_us = (election_timeout.min_us / pick(dice, &[2, 3, 3, 5])).max(1);
    set(Setting::Heartbeat(heartbeat_us));
    let loss = pick(dice, &LOSSES);
    let duplicate = pick(dice, &DUPLICATES);
    if plan.troubles.has(Trouble::Loss) {
        set(Setting::Loss(loss));
    }
    if plan.troubles.has(Trouble::Duplicate) {
        set(Setting::Duplicate(duplicate));
    }
    set(Setting::Batch(pick(dice, &[1, 1, 2, 3, 64])));
    set(Setting::Noop(dice.below(2) == 0));
    set(Setting::Sessions(dice.below(2) == 0));
    set(Setting::CrashTail(pick(dice, CrashTail::WORDS).1));
    if plan.troubles.has(Trouble::Truncate) {
        set(Setting::Recovery(Policy::Truncate));
    }
    settings
}
