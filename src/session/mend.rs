//! What `mend` does to a cluster: which moves end its faults, whether it must make progress
//! afterwards and within what time, and the write that has to be done.

use crate::check::Checker;
use crate::check::bound::{self, Bound};
use crate::check::progress::Missing;
use crate::check::property;
use crate::explain::doubt::doubt;
use crate::kv::Command;
use crate::raft::{NodeSet, Term};
use crate::session::Session;
use crate::sim::{Action, DiskMove, Host, HostState, LinkFault, OpId, Outcome, Refused, World};

/// The key of the write that `mend` waits for.
pub const KEY: &str = "mend";

/// The moves that end all faults of a world, in the order in which they have to be made: messages
/// that a node sends as it resumes or starts must meet no cut.
pub fn ending_faults(world: &World) -> Vec<Action> {
    let (all, network) = (world.nodes(), world.network());
    let any_fault =
        |such: fn(&LinkFault) -> bool| network.faults().any(|(_, _, fault)| such(&fault));
    let cut = all.iter().any(|node| !network.unreachable(node).is_empty());
    let held = all.iter().any(|node| !network.held_back(node).is_empty());
    let such = |such: fn(&Host) -> bool| -> NodeSet {
        world.hosts().filter(|host| such(host)).map(|host| host.id).collect()
    };
    let troubled = such(|host| *host.disk.trouble() != Default::default());
    let drifting = such(|host| host.drift_ppm() != 0);
    let removed = world.removed();
    // Nodes that were removed are powered off first.
    let paused = such(|host| host.state == HostState::Paused).difference(removed);
    let down = world.down().difference(removed);
    let of_nodes =
        |nodes: NodeSet, action: fn(NodeSet) -> Action| (!nodes.is_empty()).then(|| action(nodes));
    let moves = [
        // Clients at work would keep the logs from ever being equal.
        world.load().is_some().then_some(Action::Clients(None)),
        cut.then_some(Action::HealAll),
        any_fault(|fault| fault.delay_us > 0).then_some(Action::Delay(all, all, 0)),
        any_fault(|fault| fault.loss_ppm.is_some()).then_some(Action::LinkLoss(all, all, 0)),
        any_fault(|fault| fault.duplicate_ppm.is_some())
            .then_some(Action::LinkDuplicate(all, all, 0)),
        held.then_some(Action::Release(all, all)),
        powering_off(world),
        of_nodes(troubled, |nodes| Action::Disk(nodes, DiskMove::Restore)),
        of_nodes(drifting, |nodes| Action::Drift(nodes, 0)),
        of_nodes(paused, Action::Resume),
        of_nodes(down, Action::Restart),
    ];
    moves.into_iter().flatten().collect()
}

/// The move that powers off the nodes that were removed from the cluster and still run: nobody
/// tells them, so that they would campaign for ever.
pub fn powering_off(world: &World) -> Option<Action> {
    let running = world.removed().difference(world.down());
    (!running.is_empty()).then_some(Action::Kill(running))
}

/// The move that finishes the oldest writes of disks that were slow when these began: without it,
/// the writes would outlast the fault. It has to be made again until there are none.
pub fn ending_slow_writes(world: &World) -> Option<Action> {
    let nodes = world.held_up_by_disks();
    (!nodes.is_empty()).then_some(Action::Disk(nodes, DiskMove::Sync))
}

/// The write whose outcome `mend` waits for, and the term of the leader that got it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwaitedWrite {
    /// The request.
    pub op: OpId,
    /// The term in which its leader accepted it.
    pub term: Term,
}

/// Within what time a cluster must make progress, now that no fault is left.
///
/// # Errors
/// Why it need not.
pub fn progress_bound(world: &World) -> Result<Bound, String> {
    if let Some(ended) = world.judging_ended() {
        return Err(format!("nothing is judged from #{} on: {}", ended.event, ended.why));
    }
    if let Some(why) = unsafe_before(world) {
        return Err(why);
    }
    if !world.can_decide(world.live()) {
        return Err(too_few(world));
    }
    let electorates = world.groups_in_use().into_iter().map(|group| group.electorate());
    let voters = world.live().intersection(electorates.fold(NodeSet::EMPTY, NodeSet::union));
    let still: NodeSet = voters.iter().filter(|node| !world.settings_of(*node).timers).collect();
    if !still.is_empty() {
        return Err(match world.settings().timers {
            false => "timers are off, so no node starts an election (`set timers on`)".into(),
            true => format!("the timers of {} are off (`set timers on` ends that)", still),
        });
    }
    match doubt(world) {
        Some(doubt) => Err(doubt.to_string()),
        None => bound::bound(world),
    }
}

/// Why progress is not required, if a safety property was violated.
pub fn unsafe_before(world: &World) -> Option<String> {
    let broken = world.violations().iter().find(|broken| property::is_safety(broken.property))?;
    Some(format!(
        "{} was violated at #{}, and a cluster that is not safe promises no progress",
        broken.property, broken.event
    ))
}

/// The move that sends a new write to the leader, with the leader's term. None if there is no
/// leader, or if the latest write was sent to it and may still be answered.
pub fn write_to_leader(world: &World, latest: Option<AwaitedWrite>) -> Option<(Action, Term)> {
    let leader = world.leader()?;
    let term = world.host(leader).report()?.term;
    let lost = |write: &AwaitedWrite| {
        let outcome = world.ops().get(write.op).map(|op| op.outcome);
        matches!(outcome, None | Some(Outcome::Unknown | Outcome::Failed))
    };
    if latest.is_some_and(|write| write.term == term && !lost(&write)) {
        return None;
    }
    let number = world.ops().latest().map_or(0, |op| op.0) + 1;
    let command = Command::Put { key: KEY.into(), value: number.to_string().as_str().into() };
    Some((Action::Invoke(leader, command), term))
}

/// What a cluster has not reached yet: nothing once it has made progress.
pub fn missing(
    world: &World,
    checker: &Checker,
    write: Option<AwaitedWrite>,
    waited_us: u64,
) -> Vec<Missing> {
    checker.missing(&world.progress_case(write.map(|write| write.op), waited_us))
}

impl Session {
    /// As [`powering_off`], for the present cluster.
    pub fn powering_off(&self) -> Option<Action> {
        powering_off(self.world())
    }

    /// As [`progress_bound`], for the present cluster.
    ///
    /// # Errors
    /// Why it need not make progress.
    pub fn progress_bound(&self) -> Result<Bound, String> {
        progress_bound(self.world())
    }

    /// As [`unsafe_before`], for the present cluster.
    pub fn unsafe_before(&self) -> Option<String> {
        unsafe_before(self.world())
    }

    /// Sends a new write to the leader, if there is one, and the latest write was not sent to it,
    /// or will never have an answer.
    ///
    /// # Errors
    /// If the write is refused.
    pub fn write_to_leader(&mut self, latest: &mut Option<AwaitedWrite>) -> Result<bool, Refused> {
        let Some((action, term)) = write_to_leader(self.world(), *latest) else {
            return Ok(false);
        };
        let applied = match self.act(action) {
            // It takes no requests until the transfer is over.
            Err(Refused::HandsOver { .. }) => return Ok(false),
            answer => answer?,
        };
        *latest = applied.op.map(|op| AwaitedWrite { op, term });
        Ok(true)
    }

    /// As [`missing`], for the present cluster.
    pub fn missing(&self, write: Option<AwaitedWrite>, waited_us: u64) -> Vec<Missing> {
        missing(self.world(), self.tree.timeline().watch(), write, waited_us)
    }
}

/// Why a leader is impossible: which nodes could not be started, and why.
fn too_few(world: &World) -> String {
    let electorate = world.group().electorate();
    let why: Vec<String> = world
        .hosts()
        .filter_map(|host| match host.state {
            HostState::Halted(reason) => Some(format!("{}: {reason}", host.id)),
            _ => None,
        })
        .collect();
    format!(
        "{} of {} nodes can start, and a leader needs the votes of a majority ({})",
        world.live().intersection(electorate).len(),
        electorate.len(),
        why.join("; ")
    )
}
