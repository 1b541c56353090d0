//! One run of one seed: a timeline, the oracle that watches it, and a report when something
//! breaks.

use std::fmt::Write;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};

use raftsh::check::Checker;
use raftsh::history::Timeline;
use raftsh::kv::Command;
use raftsh::raft::{NodeId, NodeSet, RoleName, Term};
use raftsh::sim::rng::Dice;
use raftsh::sim::{Action, Event, OpId, Outcome, World};

use crate::oracle::{Oracle, Verdict, Violation};

/// How many of the latest events a failure shows.
const SHOWN: usize = 40;

pub(super) struct Run {
    pub(super) timeline: Timeline<Checker>,
    /// The dice of the schedule, so that it draws none of the world's random numbers.
    pub(super) dice: Dice,
    oracle: Oracle,
    events: Vec<Event>,
}

/// Runs a schedule with many seeds, and panics at the first one that violates something.
pub(super) fn check(
    name: &str,
    seeds: RangeInclusive<u64>,
    schedule: impl Fn(&mut Run) -> Verdict,
) {
    for seed in seeds {
        let mut run = Run::new(seed);
        let ended = catch_unwind(AssertUnwindSafe(|| schedule(&mut run)));
        let broken = match ended {
            Ok(Ok(())) => continue,
            Ok(Err(Violation { property, detail })) => format!("{property}: {detail}"),
            Err(_) => "a panic, see above".to_string(),
        };
        panic!("{name}, seed {seed}: {broken}\n{}", run.report());
    }
}

impl Run {
    pub(super) fn new(seed: u64) -> Run {
        let mut dice = Dice::new(seed ^ 0x0005_eed0_f5ce_d01e);
        let nodes = [1, 2, 3, 3, 3, 3, 4, 5, 5, 5, 6, 7][dice.below(12) as usize];
        Run {
            timeline: Timeline::new(nodes, seed),
            dice,
            oracle: Oracle::new(nodes),
            events: Vec::new(),
        }
    }

    /// Makes a move, which may be refused.
    pub(super) fn act(&mut self, action: Action) -> Result<Option<OpId>, Violation> {
        let before = self.timeline.world().event_count();
        let applied = self.timeline.act(action);
        self.events.clear();
        self.events.extend(self.timeline.events().since(before + 1));
        assert!(
            applied.is_ok() || self.events.is_empty(),
            "a move that is refused changes nothing"
        );
        self.observe()?;
        Ok(applied.ok().and_then(|applied| applied.op))
    }

    /// Makes the next step; returns false if none is due by then.
    pub(super) fn step(&mut self, until_us: u64) -> Result<bool, Violation> {
        self.events.clear();
        if !self.timeline.step(until_us) {
            return Ok(false);
        }
        self.events.extend(self.timeline.latest());
        self.observe()?;
        Ok(true)
    }

    /// Asks both judges, the oracle and the checker, which share nothing.
    fn observe(&mut self) -> Verdict {
        let world = self.timeline.world();
        self.oracle.observe(world, &self.events)?;
        match world.violations().first() {
            Some(violation) => Err(Violation {
                property: violation.property,
                detail: violation.detail.to_string(),
            }),
            None => Ok(()),
        }
    }

    pub(super) fn some_node(&mut self) -> NodeSet {
        let size = self.timeline.world().cluster_size() as u64;
        NodeSet::one(NodeId::at(self.dice.below(size) as usize))
    }

    pub(super) fn some_nodes(&mut self) -> NodeSet {
        let nodes = self.timeline.world().nodes();
        nodes.iter().filter(|_| self.dice.below(2) == 0).collect()
    }

    /// A node that believes that it leads, replaced or not; if there is none, any node.
    pub(super) fn a_leader(&mut self) -> NodeSet {
        let world = self.timeline.world();
        let leaders: Vec<NodeId> = world
            .hosts()
            .filter(|host| host.report().is_some_and(|report| report.role == RoleName::Leader))
            .map(|host| host.id)
            .collect();
        match leaders.len() {
            0 => self.some_node(),
            count => NodeSet::one(leaders[self.dice.below(count as u64) as usize]),
        }
    }

    /// Demands, within this time, a leader, a new put that is committed and applied everywhere,
    /// and equal logs.
    pub(super) fn reach_agreement(&mut self, within_us: u64) -> Verdict {
        let until_us = self.timeline.world().now_us() + within_us;
        let put = Command::Put { key: "end".into(), value: "reached".into() };
        let mut asked: Option<(OpId, Term)> = None;
        loop {
            let world = self.timeline.world();
            let outcome = asked.and_then(|(op, _)| world.ops().get(op)).map(|op| op.outcome);
            let leader = world.leader().map(|leader| (leader, world.host(leader).report()));
            if let Some((leader, Some(report))) = leader {
                let term = report.term;
                // A new leader commits the entries of earlier terms only with an entry of its own
                // term.
                if asked.is_none_or(|(_, asked_in)| asked_in != term) {
                    let op = self.act(Action::Invoke(leader, put.clone()))?;
                    asked = op.map(|op| (op, term));
                } else if outcome == Some(Outcome::Ok) && agree(world) {
                    break;
                }
            }
            if !self.step(until_us)? {
                return Err(Violation {
                    property: "progress once all is mended",
                    detail: format!(
                        "after {within_us} us: leader {:?}, put {outcome:?}, {}",
                        self.timeline.world().leader(),
                        ends(self.timeline.world())
                    ),
                });
            }
        }
        let world = self.timeline.world();
        let mut logs = world.hosts().filter_map(|host| host.record()).map(|record| &record.log);
        let first = logs.next();
        assert!(logs.all(|log| Some(log) == first), "equal ends, equal logs");
        self.oracle.finish(world)
    }

    /// Demands that the leader keeps leading for this long.
    pub(super) fn keep_leader(&mut self, for_us: u64) -> Verdict {
        let reign = |world: &World| {
            let leader = world.leader()?;
            Some((leader, world.host(leader).report()?.term))
        };
        let before = reign(self.timeline.world());
        let until_us = self.timeline.world().now_us() + for_us;
        while self.step(until_us)? {
            let now = reign(self.timeline.world());
            if now != before {
                return Err(Violation {
                    property: "a healthy cluster keeps its leader",
                    detail: format!("{before:?} led, now {now:?}; {}", ends(self.timeline.world())),
                });
            }
        }
        Ok(())
    }

    fn report(&self) -> String {
        let (events, journal) = (self.timeline.events(), self.timeline.journal());
        let mut text = format!("the latest of {} events:\n", self.timeline.world().event_count());
        for event in events.iter().skip(events.iter().len().saturating_sub(SHOWN)) {
            let Event { id, time_us, node, kind, .. } = event;
            let cause = event.cause().map_or(String::new(), |cause| format!(" <- {cause}"));
            let _ = writeln!(text, "  {id:>6} {time_us:>9}us {node} {kind:?}{cause}");
        }
        let _ = writeln!(text, "all moves of {} nodes, seed {}:", journal.nodes, journal.seed);
        for action in journal.actions() {
            let _ = writeln!(text, "  {action:?}");
        }
        text
    }
}

/// Whether all nodes that run hold the same log, applied to its end.
fn agree(world: &World) -> bool {
    let mut reports = world.hosts().filter_map(|host| host.report());
    let Some(&first) = reports.next() else { return true };
    let last = first.last;
    first.applied == last.index
        && reports.all(|report| report.last == last && report.applied == last.index)
}

fn ends(world: &World) -> String {
    let mut text = String::new();
    for host in world.hosts() {
        let _ = match host.report() {
            Some(report) => write!(
                text,
                "{} {}@{} log {} applied {}; ",
                host.id, report.role, report.term, report.last, report.applied
            ),
            None => write!(text, "{} {:?}; ", host.id, host.state),
        };
    }
    text
}
