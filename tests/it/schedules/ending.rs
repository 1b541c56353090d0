//! The end of a schedule: all faults end, and progress is demanded.

use raftsh::raft::NodeSet;
use raftsh::sim::{Action, DiskMove, HostState, Range, Setting};

use super::run::Run;
use crate::oracle::Verdict;

/// Ends all faults. Nodes whose disks are damaged stay halted.
pub(super) fn mend(run: &mut Run) -> Verdict {
    let nodes = run.timeline.world().nodes();
    run.act(Action::HealAll)?;
    run.act(Action::Set(Setting::Loss(0)))?;
    run.act(Action::Set(Setting::Duplicate(0)))?;
    run.act(Action::Set(Setting::Latency(Range { min_us: 0, max_us: 15_000 })))?;
    run.act(Action::Set(Setting::DiskLatency(Range { min_us: 0, max_us: 2_000 })))?;
    run.act(Action::Set(Setting::ElectionTimeout(Range { min_us: 150_000, max_us: 300_000 })))?;
    run.act(Action::Set(Setting::Heartbeat(50_000)))?;
    run.act(Action::Disk(nodes, DiskMove::Restore))?;
    let down = run.timeline.world().down();
    run.act(Action::Restart(down))?;
    let world = run.timeline.world();
    let down: NodeSet =
        world.hosts().filter(|host| host.state == HostState::Down).map(|host| host.id).collect();
    assert!(down.is_empty(), "a restart leaves nodes up or halted");
    Ok(())
}

/// A healthy majority elects a leader, commits a new put, and all nodes become equal; then it
/// keeps its leader for longer than any follower would wait.
pub(super) fn progress(run: &mut Run) -> Verdict {
    let world = run.timeline.world();
    if world.live().len() <= world.cluster_size() / 2 {
        for _ in 0..300 {
            run.step(u64::MAX)?;
        }
        return Ok(());
    }
    run.reach_agreement(20_000_000)?;
    if unrest_is_over(run) { run.keep_leader(400_000) } else { Ok(()) }
}

/// Whether nothing left from the chaos can depose a leader: no heartbeat was planned for later
/// than followers wait now, and no node halted while messages of its last term were in flight.
/// (What other nodes sent before, they know themselves, and the leader has heard from all of
/// them.)
fn unrest_is_over(run: &Run) -> bool {
    let late =
        |action: &Action| matches!(action, Action::Set(Setting::Heartbeat(us)) if *us > 100_000);
    run.timeline.world().down().is_empty()
        && !run.timeline.journal().actions().any(|action| late(&action))
}
