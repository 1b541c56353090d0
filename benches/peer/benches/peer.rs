//! raftsh compared with raft-rs 0.7: the same workloads, in one process, in alternation.
//!
//! `cargo bench --manifest-path benches/peer/Cargo.toml` runs everything; `-- puts` after it runs
//! what has that word in its name. Each round measures raftsh and then raft-rs, in CPU time of the
//! thread; where a round consists of many runs, each run is measured with both in turn, so that
//! other work on the machine slows both down alike. The ratio is taken round by round; it is above
//! 1 where raftsh is faster.
//!
//! The two do different amounts of work. raftsh records every event with its cause, its nodes
//! write to disks that take time and report each write when it is done, and every node applies
//! every command to its store. In half of the tables raftsh also checks every property of Raft
//! after every event, as sessions do. raft-rs does none of that here: its storage is memory,
//! nothing is recorded, and a committed command is only counted. On the other hand raft-rs is made
//! for servers, not for simulation: it counts time in ticks, and it supports membership changes,
//! snapshots and flow control, which raftsh does not. By default a raft-rs leader announces each
//! new commit index at once, which doubles the messages; both ways are measured.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads the clock and its arguments, and prints what it found"
)]

#[path = "../../common/mod.rs"]
mod common;

use common::load::{self, Begin, LATENCY, Trouble, VALUE};
use common::timing::{Figure, Table, Wanted, timed};
use raftsh::check::Checker;
use raftsh::search::Arena;
use raftsh::sim::{Setting, Watch};
use raftsh_peer::{Cluster, PeerConfig};

const ROUNDS: usize = 9;

/// raft-rs configured as raftsh works: followers learn of commits with the next heartbeat.
const QUIET: PeerConfig = PeerConfig { quiet_commits: true, shared_messages: true };

/// raft-rs with its default configuration.
const DEFAULT: PeerConfig = PeerConfig { quiet_commits: false, shared_messages: false };

fn main() {
    let wanted = Wanted::new();
    let benchmarks: [(&str, fn(), fn()); 4] = [
        ("heartbeats", heartbeats::<()>, heartbeats::<Checker>),
        ("puts", puts::<()>, puts::<Checker>),
        ("batches", batches::<()>, batches::<Checker>),
        ("faults", faults::<()>, faults::<Checker>),
    ];
    for (name, unwatched, judged) in benchmarks {
        if wanted.has(name) {
            println!("\nraftsh keeps the history:");
            unwatched();
        }
        if wanted.has(&format!("{name}-judged")) {
            println!("\nraftsh keeps the history and judges every event:");
            judged();
        }
    }
    if wanted.has("hunts") {
        println!("\nraftsh as in a hunt: it judges every event, and keeps no history:");
        hunts(Arena::new);
        println!("\nThe same, but what clients saw is not judged:");
        hunts(Arena::without_clients);
    }
}

fn table(title: &str) -> Table {
    Table::new(title, &["raftsh", "raft-rs", "raftsh / raft-rs"])
}

/// Measures both in alternation. Each closure returns how much work it did.
fn compare(
    table: &Table,
    name: &str,
    mut ours: impl FnMut() -> f64,
    mut theirs: impl FnMut() -> f64,
) {
    compare_runs(table, name, 1, |_| ours(), |_| theirs());
}

/// The same, with this many runs a round. Each closure is given the number of a run.
fn compare_runs(
    table: &Table,
    name: &str,
    runs: u64,
    mut ours: impl FnMut(u64) -> f64,
    mut theirs: impl FnMut(u64) -> f64,
) {
    let (mut our_rate, mut their_rate, mut ratio) =
        (Figure::default(), Figure::default(), Figure::default());
    let mut round = || {
        let mut sums = [(0.0, 0.0); 2];
        for run in 0..runs {
            let both = [timed(|| ours(run)), timed(|| theirs(run))];
            for (sum, (spent_s, done)) in sums.iter_mut().zip(both) {
                *sum = (sum.0 + spent_s, sum.1 + done);
            }
        }
        sums.map(|(spent_s, done)| done / spent_s)
    };
    round();
    for _ in 0..ROUNDS {
        let [our, their] = round();
        our_rate.push(our);
        their_rate.push(their);
        ratio.push(our / their);
    }
    table.row(name, &[&our_rate, &their_rate, &ratio]);
}

/// A raft-rs cluster with a leader, one second after the election.
fn led(nodes: usize, config: PeerConfig) -> (Cluster, usize) {
    let mut cluster = Cluster::new(nodes, 1, LATENCY, config);
    while cluster.leader().is_none() {
        cluster.step();
    }
    cluster.pass_until(cluster.now_us() + 1_000_000);
    let leader = cluster.leader().unwrap_or(0);
    (cluster, leader)
}

fn heartbeats<W: Watch + 'static>() {
    let table = table("heartbeats: simulated seconds a CPU second");
    for (nodes, seconds) in [(3, 8_000), (5, 4_000), (51, 400), (101, 200)] {
        let mut ours = load::Cluster::<W>::led(nodes);
        let (mut theirs, _) = led(nodes, DEFAULT);
        let until = |cluster: &Cluster| cluster.now_us() + seconds * 1_000_000;
        compare(
            &table,
            &format!("{nodes} nodes"),
            || ours.heartbeats(seconds).simulated_s,
            || {
                theirs.pass_until(until(&theirs));
                seconds as f64
            },
        );
    }
}

fn puts<W: Watch + 'static>() {
    let table = table("puts, one at a time: committed a CPU second");
    for (nodes, times) in [(3, 60_000), (5, 40_000), (51, 3_000), (101, 1_000)] {
        for (config, how) in [(DEFAULT, ""), (QUIET, ", commits announced late")] {
            let mut ours = load::Cluster::<W>::led(nodes);
            let (mut theirs, leader) = led(nodes, config);
            let our_puts = || (0..times).map(|_| ours.puts(1)).sum::<u64>() as f64;
            let their_puts = || {
                for _ in 0..times {
                    let wanted = theirs.applied(leader) + 1;
                    theirs.propose(leader, VALUE.as_bytes());
                    answer(&mut theirs, leader, wanted);
                }
                times as f64
            };
            compare(&table, &format!("{nodes} nodes{how}"), our_puts, their_puts);
        }
        let mut ours = load::Cluster::<W>::led(nodes);
        let (mut theirs, leader) = led(nodes, DEFAULT);
        compare(
            &table,
            &format!("{nodes} nodes, raft-rs without simulation"),
            || (0..times).map(|_| ours.puts(1)).sum::<u64>() as f64,
            || {
                (0..times).for_each(|_| theirs.propose_at_once(leader, VALUE.as_bytes(), 1));
                times as f64
            },
        );
    }
}

/// Lets time pass until the leader has applied this many commands.
fn answer(cluster: &mut Cluster, leader: usize, wanted: u64) {
    while cluster.applied(leader) < wanted {
        cluster.step();
    }
}

fn batches<W: Watch + 'static>() {
    type Propose = fn(&mut Cluster, usize);
    const COUNT: u64 = 100;
    let table = table("puts, 100 at once: committed a CPU second");
    for (nodes, times) in [(5, 1_000), (51, 80)] {
        let ways: [(&str, PeerConfig, Propose); 4] = [
            ("100 calls", DEFAULT, |theirs, leader| {
                theirs.propose_each(leader, VALUE.as_bytes(), COUNT)
            }),
            ("100 calls, one message", QUIET, |theirs, leader| {
                theirs.propose_each(leader, VALUE.as_bytes(), COUNT)
            }),
            ("one call", DEFAULT, |theirs, leader| {
                theirs.propose_all(leader, VALUE.as_bytes(), COUNT)
            }),
            ("one call, commits announced late", QUIET, |theirs, leader| {
                theirs.propose_all(leader, VALUE.as_bytes(), COUNT)
            }),
        ];
        for (how, config, propose) in ways {
            let mut ours = load::Cluster::<W>::led(nodes);
            ours.set(Setting::Batch(100));
            let (mut theirs, leader) = led(nodes, config);
            let our_puts = || (0..times).map(|_| ours.puts(COUNT)).sum::<u64>() as f64;
            let their_puts = || {
                for _ in 0..times {
                    let wanted = theirs.applied(leader) + COUNT;
                    propose(&mut theirs, leader);
                    answer(&mut theirs, leader, wanted);
                }
                (times * COUNT) as f64
            };
            compare(&table, &format!("{nodes} nodes, {how}"), our_puts, their_puts);
        }
    }
}

fn faults<W: Watch + 'static>() {
    let table = table("kills, cuts, puts: simulated s a CPU second");
    for (nodes, runs) in [(3, 40), (5, 20), (7, 12), (51, 2), (101, 1)] {
        let plans: Vec<_> = (0..runs).map(|seed| load::trouble(nodes, seed)).collect();
        for (config, how) in [(DEFAULT, ""), (QUIET, ", commits announced late")] {
            let our_run = |seed: u64| load::faults::<W>(nodes, seed, &plans[seed as usize]);
            let their_run = |seed: u64| their_faults(nodes, seed, &plans[seed as usize], config);
            let ours = |seed| our_run(seed).timeline.world().now_us() as f64 / 1e6;
            let theirs = |seed| their_run(seed).now_us() as f64 / 1e6;
            compare_runs(&table, &format!("{nodes} nodes{how}"), runs, ours, theirs);
            let [ours, theirs] = [
                (0..runs)
                    .map(|seed| load::arrived(nodes, seed, &plans[seed as usize]))
                    .sum::<u64>(),
                (0..runs).map(|seed| their_run(seed).arrived).sum(),
            ];
            let a_second = |messages: u64| messages / (runs * load::FAULTS_S);
            println!(
                "    messages a simulated second: raftsh {}, raft-rs {}",
                a_second(ours),
                a_second(theirs)
            );
        }
    }
}

fn hunts(begin: Begin) {
    let table = table("kills, cuts, puts: simulated s a CPU second");
    for (nodes, runs) in [(3, 40), (5, 20), (7, 12)] {
        let plans: Vec<_> = (0..runs).map(|seed| load::trouble(nodes, seed)).collect();
        for (config, how) in [(DEFAULT, ""), (QUIET, ", commits announced late")] {
            let plan = |seed: u64| &plans[seed as usize];
            let ours = |seed| load::hunted_faults(begin, nodes, seed, plan(seed)) as f64 / 1e6;
            let theirs = |seed| their_faults(nodes, seed, plan(seed), config).now_us() as f64 / 1e6;
            compare_runs(&table, &format!("{nodes} nodes{how}"), runs, ours, theirs);
        }
    }
}

/// Runs raft-rs under random faults from beginning to end.
fn their_faults(nodes: usize, seed: u64, plan: &[(u64, Trouble)], config: PeerConfig) -> Cluster {
    let mut cluster = Cluster::new(nodes, seed, LATENCY, config);
    for &(time_us, trouble) in plan {
        cluster.pass_until(time_us);
        match trouble {
            Trouble::Put => {
                if let Some(leader) = cluster.leader() {
                    cluster.propose(leader, VALUE.as_bytes());
                }
            }
            Trouble::Kill(node) => cluster.kill(node),
            Trouble::Restart(node) => cluster.start(node),
            Trouble::Cut(a, b) => cluster.set_cut(a, b, true),
            Trouble::Heal(a, b) => cluster.set_cut(a, b, false),
        }
    }
    cluster
}
