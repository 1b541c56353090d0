//! What answers say, compared with the world: over random states, with any flaws.

use std::collections::BTreeSet;

use raftsh::explain::claim::{
    ElectionClaim, ReachClaim, ReadClaim, ReplicationClaim, StateClaim, VoteLost,
};
use raftsh::explain::condition::condition;
use raftsh::explain::helps::helps;
use raftsh::explain::{Answer, Case, Claim, ClaimKind};
use raftsh::language::Status;
use raftsh::language::condition::{Scope, parse};
use raftsh::raft::{MessageSummary, NodeId, NodeSet, Position, RoleName, Term};
use raftsh::session::{Session, Start};
use raftsh::sim::{EventKind, HostState, Record, World};

use super::say;
use crate::saved::moves::{Dice, random_action};
use crate::schedules::seeds;

/// The kinds of events on which each kind of claim rests; `None` if it is what one event says.
fn grounds(claim: &Claim) -> Option<&'static [&'static str]> {
    const LIVES: &[&str] =
        &["node_killed", "node_restarted", "node_halted", "node_paused", "node_resumed"];
    Some(match claim.name() {
        "leads" | "leader_of_old_term" | "led_last" => &["role_changed", "vote_granted"],
        "nobody_won" | "partial_connectivity" | "deaf_follower" => {
            &["role_changed", "vote_granted"]
        }
        "candidacy" => &["vote_granted", "message_delivered"],
        "pre_candidacy" => &["role_changed", "pre_vote_granted", "message_delivered"],
        "read_needs_own_entry" => &["read_deferred"],
        "read_needs_apply" => &["read_confirmed"],
        "no_lease" => &["transfer_started"],
        "vote_missing" | "pre_vote_missing" => {
            &["message_sent", "message_duplicated", "message_dropped"]
        }
        "node_down" | "node_paused" | "node_halted" | "node_up" => LIVES,
        "links_cut" | "link_cut" | "cut_off" => &["link_cut"],
        "link_held" => &["link_held"],
        "link_faulty" => &["link_changed"],
        "disk_cut" if matches!(claim.kind, ClaimKind::Reach(_)) => &["disk_cut"],
        "disk_full" => &["disk_filled"],
        "disk_slow" => &["disk_slowed"],
        "copy_missing" => &[
            "link_cut",
            "message_sent",
            "message_duplicated",
            "message_dropped",
            "node_killed",
            "node_paused",
            "node_halted",
        ],
        "needs_own_term" => &["commit_held"],
        "request" => &["client_invoked"],
        "request_entry" => &["entry_appended"],
        "committed_on" => &["commit_advanced"],
        "entry_gone" => &["log_truncated", "node_killed", "node_restarted"],
        "follows" => &["message_delivered"],
        "oldest_in_flight" => &["message_sent", "message_duplicated"],
        "violated" | "not_judged" => return None,
        "value" | "key_never_applied" => return None,
        name => match &claim.kind {
            ClaimKind::Event(event) => {
                assert_eq!(event.kind.name(), name);
                return None;
            }
            _ => &[],
        },
    })
}

/// Whether the vote of a voter for a candidate has arrived there, by the whole history.
fn has_arrived(session: &Session, voter: NodeId, candidate: NodeId, term: Term) -> bool {
    session.events().iter().any(|event| {
        event.node == candidate
            && matches!(event.kind, EventKind::MessageDelivered {
                from, term: of, said: MessageSummary::RequestVoteReply { granted: true }, ..
            } if from == voter && of == term)
    })
}

fn holds_durably(world: &World, node: NodeId, entry: Position) -> bool {
    let host = world.host(node);
    if entry.index <= host.durable_log().base().index {
        return true;
    }
    let (_, entries) = host.disk.durable();
    let at = (entry.index.0 as usize).checked_sub(1).and_then(|at| entries.get(at));
    let unreadable = host.disk.unreadable().entries.contains(&(entry.index.0 as usize));
    at.is_some_and(|it| it.term == entry.term) && !unreadable
}

fn has(world: &World, node: NodeId, entry: Position) -> bool {
    let log = world.host(node).log();
    entry.index < log.base().index || log.term_at(entry.index) == Some(entry.term)
}

/// Compares all claims of an answer with the cluster.
pub(super) fn check(session: &Session, answer: &Answer, what: &str) {
    let latest = session.world().event_count();
    for claim in &answer.claims {
        let context = || format!("{what}: {claim:?}");
        for id in &claim.events {
            assert!(*id >= 1 && *id <= latest, "{}", context());
            let Some(event) = session.events().get(*id) else { continue };
            if let Some(kinds) = grounds(claim) {
                assert!(kinds.contains(&event.kind.name()), "{event:?} {}", context());
            }
            if let ClaimKind::Event(told) = &claim.kind {
                assert_eq!(told, event, "{}", context());
            }
        }
        is_true(session, claim, &context);
    }
}

fn is_true(session: &Session, claim: &Claim, context: &dyn Fn() -> String) {
    match &claim.kind {
        ClaimKind::Election(kind) => election(session, kind, context),
        ClaimKind::Reach(kind) => reach(session.world(), kind, context),
        ClaimKind::Replication(kind) => replication(session.world(), kind, context),
        ClaimKind::Read(kind) => read(session.world(), kind, context),
        ClaimKind::State(kind) => state(session, kind, context),
        ClaimKind::Event(_) | ClaimKind::Life(_) => {}
    }
}

fn election(session: &Session, claim: &ElectionClaim, context: &dyn Fn() -> String) {
    let world = session.world();
    let leads = |node: NodeId, term: Term| {
        let report = world.host(node).report();
        report.is_some_and(|it| it.role == RoleName::Leader && it.term == term)
    };
    match claim {
        ElectionClaim::Leads { node, term, .. } | ElectionClaim::LeaderDeaf { node, term, .. } => {
            assert!(leads(*node, *term), "{}", context());
        }
        ElectionClaim::LeaderOfOldTerm { node, term, leader, later } => {
            assert!(leads(*node, *term) && leads(*leader, *later), "{}", context());
            assert!(term <= later, "{}", context());
        }
        ElectionClaim::NoQuorumUp { up, .. } => {
            assert!(!world.group().has_quorum(*up), "{}", context());
            assert!(up.iter().all(|node| world.host(node).is_up()), "{}", context());
        }
        ElectionClaim::NotElectable { node, last, blockers, .. } => {
            assert_eq!(world.host(*node).log().last(), *last, "{}", context());
            for blocker in blockers.iter() {
                let theirs = world.host(blocker).log().last();
                let later = (theirs.term, theirs.index) > (last.term, last.index);
                assert!(later, "{}", context());
            }
        }
        ElectionClaim::VoteMissing { voter, candidate, term, lost } => {
            assert!(!has_arrived(session, *voter, *candidate, *term), "{}", context());
            let in_flight =
                |message: &u64| world.network().in_flight().any(|one| one.id == *message);
            if let VoteLost::RequestInFlight(message, _) | VoteLost::VoteInFlight(message, _) = lost
            {
                assert!(in_flight(message), "{}", context());
            }
        }
        ElectionClaim::Candidacy { node, term, votes, .. } => {
            let others = votes.iter().filter(|voter| voter != node);
            for voter in others {
                assert!(has_arrived(session, voter, *node, *term), "{}", context());
            }
        }
        ElectionClaim::Follows { node, leader, term } => {
            let report = world.host(*node).report().unwrap();
            assert_eq!((report.leader, report.term), (Some(*leader), *term), "{}", context());
        }
        _ => {}
    }
}

fn reach(world: &World, claim: &ReachClaim, context: &dyn Fn() -> String) {
    let (network, state) = (world.network(), |node: &NodeId| world.host(*node).state);
    let is_true = match claim {
        ReachClaim::NodesUp { nodes } => *nodes == world.live(),
        ReachClaim::NodeUp { node } => state(node) == HostState::Up,
        ReachClaim::NodeDown { node } => state(node) == HostState::Down,
        ReachClaim::NodePaused { node } => state(node) == HostState::Paused,
        ReachClaim::NodeHalted { node, reason } => state(node) == HostState::Halted(*reason),
        ReachClaim::LinksCut { left, right } => {
            network.is_cut(*left, *right) && network.is_cut(*right, *left)
        }
        ReachClaim::LinkCut { from, to } => {
            network.is_cut(*from, *to) && !network.is_cut(*to, *from)
        }
        ReachClaim::CutOff { node, from } => {
            from.iter().all(|it| network.is_cut(*node, it) && network.is_cut(it, *node))
        }
        ReachClaim::LinkHeld { from, to, .. } => network.is_held(*from, *to),
        ReachClaim::LinkFaulty { from, to, fault } => network.fault(*from, *to) == *fault,
        ReachClaim::DiskCut { node } => world.host(*node).disk.trouble().cut,
        ReachClaim::DiskFull { node } => world.host(*node).disk.trouble().full.is_some(),
        ReachClaim::DiskSlow { node, latency_us } => {
            world.host(*node).disk.trouble().slow_us == Some(*latency_us)
        }
        ReachClaim::TimersOff { nodes } => nodes.iter().all(|node| !world.settings_of(node).timers),
        ReachClaim::AllReach { .. } => true,
    };
    assert!(is_true, "{}", context());
}

fn read(world: &World, claim: &ReadClaim, context: &dyn Fn() -> String) {
    let record = |node: NodeId| world.host(node).record().unwrap();
    let leads = |node: NodeId| record(node).report.role == RoleName::Leader;
    let is_true = match claim {
        ReadClaim::ReadNeedsOwnEntry { leader, term } => {
            let Record { log, report, .. } = record(*leader);
            leads(*leader) && report.term == *term && log.term_at(report.commit) != Some(*term)
        }
        ReadClaim::ReadNeedsMajority { leader, reached, .. } => {
            leads(*leader) && reached.contains(*leader)
        }
        ReadClaim::ReadNeedsLeader { node, leader } => {
            record(*node).report.leader == Some(*leader) && node != leader
        }
        ReadClaim::ReadNeedsApply { node, index, applied } => {
            record(*node).report.applied == *applied && applied < index
        }
        ReadClaim::Lease { leader, ends_us } => leads(*leader) && *ends_us > world.now_us(),
        ReadClaim::NoLease { leader, .. } => world.lease_ends_us(*leader).is_none(),
    };
    assert!(is_true, "{}", context());
}

fn replication(world: &World, claim: &ReplicationClaim, context: &dyn Fn() -> String) {
    match claim {
        ReplicationClaim::HeldBy { entry, on, .. } => {
            let voters = world.group().electorate();
            let found: NodeSet =
                voters.iter().filter(|node| holds_durably(world, *node, *entry)).collect();
            assert_eq!(*on, found, "{}", context());
        }
        ReplicationClaim::CopyMissing { nodes, entry, .. } => {
            for node in nodes.iter() {
                assert!(!holds_durably(world, node, *entry), "{}", context());
            }
        }
        ReplicationClaim::NoLeaderHas { entry, holders } => {
            assert!(!world.leader().is_some_and(|it| has(world, it, *entry)), "{}", context());
            assert!(holders.iter().all(|it| has(world, it, *entry)), "{}", context());
        }
        ReplicationClaim::EntryGone { entry, .. } => {
            assert!(!world.nodes().iter().any(|it| has(world, it, *entry)), "{}", context());
        }
        ReplicationClaim::NeedsOwnTerm { entry, leader, term } => {
            assert!(entry.term < *term && has(world, *leader, *entry), "{}", context());
        }
        ReplicationClaim::CommittedOn { entry, nodes } => {
            for node in nodes.iter() {
                let record = world.host(node).record().unwrap();
                assert!(record.report.commit >= entry.index, "{}", context());
            }
        }
        ReplicationClaim::LogsDiffer { left, right, index, terms } => {
            let term = |node: &NodeId| world.host(*node).log().term_at(*index);
            let entry = |node: &NodeId| world.host(*node).log().get(*index);
            assert_eq!((term(left), term(right)), *terms, "{}", context());
            assert!(terms.0 != terms.1 || entry(left) != entry(right), "{}", context());
        }
        ReplicationClaim::CommitsDiffer { left, right, commits } => {
            let of = |node: &NodeId| world.host(*node).report().unwrap().commit;
            assert_eq!((of(left), of(right)), *commits, "{}", context());
        }
        _ => {}
    }
}

fn state(session: &Session, claim: &StateClaim, context: &dyn Fn() -> String) {
    let world = session.world();
    match claim {
        StateClaim::Counted { pass, fail, .. } => {
            assert!(pass.intersection(*fail).is_empty(), "{}", context());
        }
        StateClaim::Request { op, node, outcome, .. } => {
            let found = world.ops().get(*op).unwrap();
            assert_eq!((found.node, found.outcome), (*node, *outcome), "{}", context());
        }
        StateClaim::NotRunning { node, .. } => {
            assert!(!world.host(*node).is_running(), "{}", context());
        }
        StateClaim::Violated { property, .. } => {
            assert!(world.violations().iter().any(|it| it.property == *property), "{}", context());
        }
        StateClaim::NothingViolated { .. } => {
            assert!(world.violations().is_empty() || claim_is_of_another(world), "{}", context());
        }
        _ => {}
    }
}

/// Another property was violated than the one that was asked about.
fn claim_is_of_another(world: &World) -> bool {
    !world.violations().is_empty()
}

/// A cluster to which anything may have happened, flaws included.
fn after_a_storm(seed: u64) -> Session {
    let mut dice = Dice::new(seed ^ 0x77);
    let nodes = [1, 2, 3, 3, 3, 4, 5, 5, 5, 7][dice.below(10)];
    let mut session = Session::new(Start { nodes, seed, ..Start::default() });
    for _ in 0..10 + dice.below(80) {
        // A move that is refused has changed nothing.
        let _ = session.act(random_action(&mut dice, session.world()));
        for _ in 0..dice.below(30) {
            session.step(u64::MAX);
        }
    }
    // What was violated on the way is known: no command is charged with it.
    let checkpoint = session.checkpoint();
    session.restore(checkpoint);
    session
}

fn questions(dice: &mut Dice, nodes: usize) -> Vec<String> {
    let mut node = || 1 + dice.below(nodes);
    let (one, other, third) = (node(), node(), node());
    let mut list: Vec<String> = [
        "leader",
        "no-leader",
        "agree",
        "quiet",
        "safe",
        "op == ok",
        "op == pending",
        "op == unknown",
        "op1 == ok",
        "leaders == 2",
        "all.commit >= 3",
        "any.role == candidate",
        "messages == 0",
        "up == 9",
        "live.last == leader.last",
        "committed x=1",
        "committed y=2",
        "violated vote-once",
    ]
    .map(str::to_owned)
    .into();
    list.extend([
        format!("leader == n{one}"),
        format!("n{one}.vote == n{other}"),
        format!("n{other}.role == leader"),
        format!("n{third}.state == up"),
        format!("n{one}.commit >= 9"),
        format!("n{other}.applied >= 9"),
        format!("n{third}.log == [1,2]"),
        format!("n{one}.match.n{third} == 9"),
        format!("n{one}.leader == n{other}"),
        format!("n{one}.kv.x == 1"),
        format!("leader and n{one}.term == n{other}.term or not n{third}.role == follower"),
    ]);
    list
}

/// Over random states, with any flaws on: all claims are true, and asking changes nothing.
#[test]
fn what_is_said_is_true() {
    let mut said = BTreeSet::new();
    for seed in 1..=seeds() / 5 + 20 {
        let session = after_a_storm(seed);
        let before = session.world().fingerprint();
        let mut dice = Dice::new(seed);
        for question in questions(&mut dice, session.world().cluster_size()) {
            let asked = parse(&question, 0, Scope::Moment).unwrap();
            let case = Case::new(session.tree());
            let Ok(answer) = condition(&case, &asked) else { continue };
            assert!(!answer.claims.is_empty(), "seed {seed}: {question}");
            check(&session, &answer, &format!("seed {seed}: {question}"));
            for claim in &answer.claims {
                said.insert(claim.name());
                let text = raftsh::view::claims::sentence(&case, claim).into_string();
                assert!(text.len() > 5 && !text.starts_with(" ("), "{claim:?}: {text}");
            }
        }
        assert_eq!(session.world().fingerprint(), before, "asking changes nothing");
    }
    if seeds() >= 1_000 {
        for name in ["vote_missing", "copy_missing", "leader_deaf", "no_quorum_connected"] {
            assert!(said.contains(name), "no answer had {name}: {said:?}");
        }
    }
}

/// Every move that is said to help is made, and the condition comes true when it was said to.
#[test]
fn what_helps_helps() {
    let mut helped = 0;
    for seed in 1..=seeds() / 60 + 8 {
        let mut session = after_a_storm(seed);
        let mut dice = Dice::new(seed);
        let all = questions(&mut dice, session.world().cluster_size());
        for _ in 0..2 {
            let question = &all[dice.below(all.len())];
            let asked = parse(question, 0, Scope::Moment).unwrap();
            let case = Case::new(session.tree());
            let Ok(answer) = condition(&case, &asked) else { continue };
            let tried = helps(&case, &asked, answer.holds.unwrap());
            assert!(tried.count <= 200);
            let goal = tried.goal.clone().unwrap_or_else(|| asked.to_string());
            for help in tried.helps.iter().take(3) {
                let checkpoint = session.checkpoint();
                let begin_us = session.world().now_us();
                let wait = format!("run until {goal} within 5s");
                let commands = help.commands.iter().cloned().chain([wait]);
                let script = commands.collect::<Vec<_>>().join("; ");
                let (said, errors, status) = say(&mut session, &script);
                let met = session.holds(&parse(&goal, 0, Scope::Moment).unwrap()).unwrap();
                // A flaw may have violated a property before, which a script has to expect.
                assert!(met, "seed {seed}: {question}: {script}\n{said}{errors}");
                assert!(matches!(status, Status::Ok | Status::Expectation), "{errors}");
                let took_us = session.world().now_us() - begin_us;
                assert_eq!(took_us, help.after_us, "seed {seed}: {question}: {script}\n{said}");
                session.restore(checkpoint);
                helped += 1;
            }
        }
    }
    assert!(helped > 0);
}
