//! How fast raftsh is: steps, messages and simulated seconds per second; requests; memory; copies;
//! going back; hunts; scripts; printing.
//!
//! `cargo bench` runs everything, `cargo bench -- puts faults` what has one of these words in its
//! name. Figures are medians of several rounds with their range, in CPU time of the thread
//! (start-up: in wall-clock time). They differ between machines: compare only figures of one run.
//! `benches/peer` compares raftsh with another implementation, round by round.
//!
//! The benchmarks measure the simulator as scripts and the prompt use it: the history records
//! every event with its cause, the checker judges every property of Raft after it, every write
//! takes time on the simulated disk, and every node applies every command to its store.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark reads the clock and its arguments, and prints what it found"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use common::load;
use common::timing::{Figure, Table, Wanted, timed};
use raftsh::check::Checker;
use raftsh::check::condition::OpRef;
use raftsh::console::Output;
use raftsh::explain::{self, Case, Thing};
use raftsh::history::Timeline;
use raftsh::history::tree::Tree;
use raftsh::kv;
use raftsh::raft::{Entry, Group, Index, NodeId};
use raftsh::script::{FailurePolicy, Runner, Script, SourceEnd};
use raftsh::seq::Pool;
use raftsh::session::{Session, Start};
use raftsh::sim::{
    Action, Event, EventRecorder, Finding, NodeReport, Ops, Setting, Settings, Watch, World,
};

/// A cluster as sessions have it: the checker judges every event.
type Cluster = load::Cluster<Checker>;

/// How often each benchmark is measured.
const ROUNDS: usize = 7;

/// The hidden argument that starts the process that measures memory. The number of events to keep
/// follows it.
const MEMORY: &str = "--memory-of-a-million-entries";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == MEMORY) {
        return fill_memory(
            arguments.get(at + 1).and_then(|events| events.parse().ok()).unwrap_or(1),
        );
    }
    let wanted = Wanted::new();
    let benchmarks: [(&str, fn()); 14] = [
        ("heartbeats", heartbeats),
        ("puts", puts),
        ("faults", faults),
        ("memory", memory),
        ("history", history),
        ("entries", entries),
        ("answers", answers),
        ("clone", clones),
        ("travel", travel),
        ("hunt", common::hunts::flaws),
        ("correct", common::hunts::correct),
        ("why", why),
        ("start", start),
        ("printed", printed),
    ];
    for (name, run) in benchmarks {
        if wanted.has(name) {
            run();
        }
    }
}

fn rounds(mut round: impl FnMut() -> f64) -> Figure {
    (0..ROUNDS).map(|_| round()).collect()
}

fn heartbeats() {
    let table =
        Table::new("heartbeats, per CPU second", &["steps", "messages", "simulated seconds"]);
    for (nodes, seconds) in [(3, 8_000), (5, 4_000), (51, 400), (101, 200)] {
        let mut cluster = Cluster::led(nodes);
        cluster.heartbeats(seconds);
        let (mut steps, mut messages, mut simulated) =
            (Figure::default(), Figure::default(), Figure::default());
        for _ in 0..ROUNDS {
            let (spent_s, done) = timed(|| cluster.heartbeats(seconds));
            steps.push(done.steps as f64 / spent_s);
            messages.push(done.messages as f64 / spent_s);
            simulated.push(done.simulated_s / spent_s);
        }
        table.row(&format!("{nodes} nodes"), &[&steps, &messages, &simulated]);
    }
}

fn puts() {
    let table = Table::new("puts, per CPU second", &["committed"]);
    for (nodes, at_once, times) in [(5, 1, 60_000), (51, 1, 4_000), (5, 100, 1_500), (51, 100, 100)]
    {
        let mut cluster = Cluster::led(nodes);
        cluster.set(Setting::Batch(100));
        let mut all = || (0..times).map(|_| cluster.puts(at_once)).sum::<u64>();
        all();
        let committed = rounds(|| {
            let (spent_s, committed) = timed(&mut all);
            committed as f64 / spent_s
        });
        let name = if at_once == 1 { "one at a time" } else { "100 at once" };
        table.row(&format!("{nodes} nodes, {name}"), &[&committed]);
    }
}

fn faults() {
    let columns = ["simulated seconds", "messages", "runs of 60 s"];
    let table = Table::new("random kills, cuts and puts, per CPU second", &columns);
    for (nodes, runs) in [(3, 40), (5, 20), (7, 12)] {
        let plans: Vec<_> = (0..runs).map(|seed| load::trouble(nodes, seed)).collect();
        let run = |seed: u64| -> Cluster { load::faults(nodes, seed, &plans[seed as usize]) };
        let messages: u64 =
            (0..runs).map(|seed| load::arrived(nodes, seed, &plans[seed as usize])).sum();
        let spent_s = rounds(|| timed(|| (0..runs).for_each(|seed| drop(run(seed)))).0);
        let rate = |count: f64| spent_s.map(|spent_s| count / spent_s);
        let simulated = rate((runs * load::FAULTS_S) as f64);
        table.row(
            &format!("{nodes} nodes"),
            &[&simulated, &rate(messages as f64), &rate(runs as f64)],
        );
    }
}

fn memory() {
    let table =
        Table::new("memory of 1,000,000 entries, 5 nodes", &["MiB at most", "bytes an entry"]);
    for (events, name) in [(1_000_000, "with a million events"), (1, "without a history")] {
        let ran = std::env::current_exe().and_then(|own| {
            Command::new(own).args([MEMORY, &events.to_string()]).stderr(Stdio::inherit()).output()
        });
        let text =
            ran.map(|ran| String::from_utf8_lossy(&ran.stdout).into_owned()).unwrap_or_default();
        let kib: f64 = text.trim().parse().unwrap_or(f64::NAN);
        let figures =
            [kib / 1024.0, kib * 1024.0 / 1e6].map(|value| [value].into_iter().collect::<Figure>());
        table.row(name, &[&figures[0], &figures[1]]);
    }
}

/// Runs in a process of its own: commits a million entries, then prints the peak memory of the
/// process in KiB.
fn fill_memory(events: u64) {
    let mut cluster = Cluster::led(5);
    cluster.set(Setting::History(events));
    cluster.set(Setting::Batch(100));
    cluster.grow(1_000_000);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    println!("{}", peak.unwrap_or_default().trim().trim_end_matches(" kB"));
}

fn history() {
    let table = Table::new("a step, after this many events", &["ns"]);
    let mut cluster = Cluster::led(5);
    cluster.set(Setting::History(20_000_000));
    for events in [10_000, 1_000_000, 10_000_000] {
        while cluster.timeline.world().event_count() < events {
            cluster.heartbeats(10);
        }
        let ns = rounds(|| {
            let (spent_s, done) = timed(|| cluster.heartbeats(50));
            spent_s * 1e9 / done.steps as f64
        });
        table.row(&format!("{events} events"), &[&ns]);
    }
}

fn entries() {
    let table = Table::new("a put, after this many entries", &["ns"]);
    let mut cluster = Cluster::led(5);
    for entries in [1_000, 100_000, 1_000_000] {
        let there = cluster.timeline.world().ops().latest().map_or(0, |op| u64::from(op.0));
        cluster.grow(entries - there);
        let ns = rounds(|| {
            let (spent_s, committed) = timed(|| (0..5_000).map(|_| cluster.puts(1)).sum::<u64>());
            spent_s * 1e9 / committed as f64
        });
        table.row(&format!("{entries} entries"), &[&ns]);
    }
}

/// What it costs to judge what clients saw, in pairs of runs. Five clients send 100 requests a
/// second each for 3 keys; every third one is a read.
fn answers() {
    let table =
        Table::new("5 clients, 500 requests a second, 60 s, ms", &["without", "with", "share"]);
    let plain = || timed(|| load::clients::<Unasked>(5, 60)).0 * 1e3;
    let judged = || timed(|| load::clients::<Checker>(5, 60)).0 * 1e3;
    let pairs: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (plain(), judged())).collect();
    let of = |pick: fn(&(f64, f64)) -> f64| pairs.iter().map(pick).collect::<Figure>();
    let share = of(|pair| 1.0 - pair.0 / pair.1);
    table.row("5 nodes", &[&of(|pair| pair.0), &of(|pair| pair.1), &share]);
}

/// The checker, but it hears of no requests, so that it judges no answers.
struct Unasked(Checker, Ops);

impl Watch for Unasked {
    fn watching(group: &Group, pool: &Pool<Entry>) -> Unasked {
        Unasked(Checker::watching(group, pool), Ops::default())
    }

    fn look(
        &mut self,
        news: &[Event],
        account: Option<&NodeReport<'_>>,
        _ops: &Ops,
    ) -> Vec<Finding> {
        self.0.look(news, account, &self.1)
    }
}

fn clones() {
    let table = Table::new(
        "a copy of a world of 5 nodes, ns a node",
        &["copy", "copy and one step", "the same and its fingerprint"],
    );
    for entries in [1_000, 100_000] {
        let worlds = moments(entries, 1, |past| past.world().clone());
        let each = |act: fn(&mut World)| {
            rounds(|| {
                let (times, ns) = (2_000, 1e9);
                let all = || {
                    for world in std::iter::repeat_n(&worlds, times).flatten() {
                        let mut copy = world.clone();
                        act(&mut copy);
                        std::hint::black_box(&copy);
                    }
                };
                timed(all).0 * ns / (times * worlds.len() * world_size(&worlds)) as f64
            })
        };
        let copy = each(|_| {});
        let step = each(|world| _ = world.step(u64::MAX, &mut EventRecorder::new(())));
        let fingerprint = each(|world| {
            world.step(u64::MAX, &mut EventRecorder::new(()));
            std::hint::black_box(world.fingerprint());
        });
        table.row(&format!("{entries} entries"), &[&copy, &step, &fingerprint]);
    }
    let table = Table::new("a copy of a session of 5 nodes, us", &["copy"]);
    for entries in [1_000, 100_000] {
        let pasts = moments(entries, 17, Timeline::clone);
        let times = 2_000;
        let copy = rounds(|| {
            let all = || {
                for past in std::iter::repeat_n(&pasts, times).flatten() {
                    std::hint::black_box(past.clone());
                }
            };
            timed(all).0 * 1e6 / (times * pasts.len()) as f64
        });
        let events = pasts.last().map_or(0, |past| past.world().event_count());
        table.row(&format!("{entries} entries, {events} events"), &[&copy]);
    }
}

/// What it costs to be able to go back, in pairs of runs, and how long going somewhere takes.
fn travel() {
    let table = Table::new("heartbeats of 5 nodes for 500 s, ms", &["without", "with", "ratio"]);
    let plain = || {
        let mut timeline: Timeline<Checker> = Timeline::new(5, 1);
        timed(|| while timeline.world().now_us() < 500_000_000 && timeline.step(u64::MAX) {}).0
    };
    let kept = || {
        let mut tree: Tree<Checker> = Tree::new(5, 1, Settings::default());
        timed(|| while tree.timeline().world().now_us() < 500_000_000 && tree.step(u64::MAX) {}).0
    };
    let pairs: Vec<(f64, f64)> = (0..ROUNDS).map(|_| (plain() * 1e3, kept() * 1e3)).collect();
    let of = |pick: fn(&(f64, f64)) -> f64| pairs.iter().map(pick).collect::<Figure>();
    table.row("500 s", &[&of(|pair| pair.0), &of(|pair| pair.1), &of(|pair| pair.1 / pair.0)]);

    let table = Table::new("going to a random event, ms", &["half", "99 of 100", "most"]);
    for events in [1_000_000, 10_000_000] {
        let mut tree: Tree<Checker> = Tree::new(5, 1, Settings::default());
        while tree.timeline().world().event_count() < events {
            tree.step(u64::MAX);
        }
        let (branch, mut event) = (tree.present(), 1);
        let mut times: Vec<f64> = (0..2_000)
            .map(|_| {
                // A fixed walk over all events, without order.
                event = (event * 48_271 + 11) % events;
                let go = || tree.place_of_event(branch, event).map(|place| tree.go_to(place));
                timed(go).0 * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let nth = (times.len() as f64 * share) as usize;
            [times[nth.min(times.len() - 1)]].into_iter().collect::<Figure>()
        };
        table.row(&format!("{events} events"), &[&at(0.5), &at(0.99), &at(1.0)]);
    }
}

/// How long `why` of a thing takes: of things of the last 100,000 events, and of any.
fn why() {
    let table = Table::new("why of a thing, 5 nodes, ms", &["half", "most"]);
    for events in [1_000_000, 10_000_000] {
        let mut tree: Tree<Checker> = Tree::new(5, 1, Settings::default());
        let (mut steps, mut recent) = (0u64, [0; 4]);
        while tree.timeline().world().event_count() < events {
            let world = tree.timeline().world();
            if let Some(leader) = world.leader().filter(|_| steps.is_multiple_of(50)) {
                let command = kv::Command::Put { key: "x".into(), value: "5".into() };
                let _ = tree.act(Action::Invoke(leader, command));
            }
            if tree.timeline().world().event_count() < events - 100_000 {
                recent = counts(tree.timeline().world());
            }
            tree.step(u64::MAX);
            steps += 1;
        }
        let all = counts(tree.timeline().world());
        for (name, from) in [("of the last 100,000", recent), ("of all", [0; 4])] {
            for (kind, what) in ["event", "request", "message", "entry"].into_iter().enumerate() {
                let mut times: Vec<f64> = (1..=20)
                    .map(|nth| {
                        let (first, last) = (from[kind], all[kind]);
                        let number = first + (last - first) * nth / 20;
                        let asked = thing(tree.timeline().world(), kind, number.max(1));
                        timed(|| explain::thing(&Case::new(&tree), asked)).0 * 1e3
                    })
                    .collect();
                times.sort_by(f64::total_cmp);
                let at = |nth: usize| [times[nth]].into_iter().collect::<Figure>();
                table.row(&format!("{events} events, {what} {name}"), &[&at(10), &at(19)]);
            }
        }
    }
}

/// How many events, requests, messages and entries there are.
fn counts(world: &World) -> [u64; 4] {
    let requests = world.ops().latest().map_or(0, |latest| u64::from(latest.0));
    let entries = world.host(NodeId::at(0)).log().last_index();
    [world.event_count(), requests, world.network().sent(), u64::from(entries.0)]
}

/// A thing of a kind, by its number.
fn thing(world: &World, kind: usize, number: u64) -> Thing {
    match kind {
        0 => Thing::Event(number),
        1 => Thing::Op(OpRef::Number(number)),
        2 => Thing::Message(number),
        _ => {
            let log = world.host(NodeId::at(0)).log();
            Thing::Entry(log.position(Index(number as u32)).unwrap_or_default())
        }
    }
}

/// Takes a view of a session at 64 moments, this many steps apart, while requests are in flight.
fn moments<T>(entries: u64, steps: u64, see: impl Fn(&Timeline<Checker>) -> T) -> Vec<T> {
    let mut cluster = Cluster::led(5);
    for _ in 0..entries {
        cluster.puts(1);
    }
    let leader = cluster.timeline.world().leader().unwrap_or(NodeId::at(0));
    // The moments are visited one after the other in one session: messages that were once in
    // flight together leave their slots behind.
    let moment = |nth: usize| {
        if nth.is_multiple_of(8) {
            cluster.put(leader);
        }
        for _ in 0..steps {
            cluster.timeline.step(u64::MAX);
        }
        see(&cluster.timeline)
    };
    (0..64).map(moment).collect()
}

fn world_size(worlds: &[World]) -> usize {
    worlds.first().map_or(1, World::cluster_size)
}

fn start() {
    const COMMANDS: [usize; 3] = [0, 50, 500];
    let table = Table::new("a script from start to exit, on the wall", &["ms", "µs a command"]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let mut calls: Vec<(String, Command)> = Vec::new();
    if let Some(hello) = hello(folder) {
        calls.push(("hello world (rustc -O)".to_owned(), Command::new(hello)));
    }
    for commands in COMMANDS {
        let path = folder.join(format!("{commands}.raft"));
        if let Err(error) = std::fs::write(&path, script(commands)) {
            return println!("  cannot write {}: {error}", path.display());
        }
        let mut call = Command::new(env!("CARGO_BIN_EXE_raftsh"));
        call.arg("run").arg(path);
        calls.push((format!("raftsh run, {commands} commands"), call));
    }
    let mut ms = vec![Figure::default(); calls.len()];
    // The programs take turns, so that other load on the machine affects all of them alike.
    for _ in 0..40 {
        for (figure, (name, call)) in ms.iter_mut().zip(&mut calls) {
            let start = Instant::now();
            let ended = call.stdin(Stdio::null()).stdout(Stdio::null()).status();
            figure.push(start.elapsed().as_secs_f64() * 1e3);
            assert!(ended.is_ok_and(|status| status.success()), "{name} failed");
        }
    }
    let scripts = calls.len() - COMMANDS.len();
    let empty_ms = ms[scripts].median();
    for (nth, (figure, (name, _))) in ms.iter().zip(&calls).enumerate() {
        let commands = nth.checked_sub(scripts).map_or(0, |nth| COMMANDS[nth]);
        let each = (commands > 0).then(|| (figure.median() - empty_ms) * 1e3 / commands as f64);
        table.row(name, &[figure, &each.into_iter().collect()]);
    }
}

/// A script of this many commands: requests, faults, time, conditions, and small tables.
fn script(commands: usize) -> String {
    const AGAIN: [&str; 10] = [
        "run until leader",
        "put leader x=5 --wait",
        "expect leader.kv.x == 5",
        "cut n1 n2",
        "put leader y=6",
        "run 20ms",
        "heal",
        "kill n3",
        "restart n3",
        "status n1",
    ];
    AGAIN
        .iter()
        .cycle()
        .take(commands)
        .fold(String::new(), |script, command| script + command + "\n")
}

/// Compiles a program that does nothing but print a line, to measure what starting a process
/// costs.
fn hello(folder: &Path) -> Option<PathBuf> {
    let (source, program) = (folder.join("hello.rs"), folder.join("hello"));
    std::fs::write(&source, "fn main() { println!(\"hello\"); }\n").ok()?;
    let compiled =
        Command::new("rustc").arg("-O").arg(&source).arg("-o").arg(&program).status().ok()?;
    compiled.success().then_some(program)
}

fn printed() {
    let table = Table::new("printed into memory", &["ms", "lines", "ns a line"]);
    // A status has a row per node: 99 of them are about 10,000 rows.
    shown(&table, "status, 101 nodes, 99 times", 101, &["run 2s"], "repeat 99 { status }");
    let puts = ["run until leader", "repeat 10000 { put leader x=5 }", "run 1s"];
    shown(&table, "logs, 5 nodes", 5, &puts, "logs --last 10000");
    let puts = ["run until leader", "repeat 100 { put leader x=5 --wait }", "run 20s"];
    shown(&table, "history, 5 nodes", 5, &puts, "history --heartbeats --last 10000");
}

/// Measures how long a command takes to print its output into memory.
fn shown(table: &Table, name: &str, nodes: usize, before: &[&str], command: &str) {
    let mut session = Session::new(Start { nodes, seed: 1, settings: Settings::default() });
    let mut out = Output::captured(100);
    let mut run = |text: &str| {
        let ending = Runner::new(&mut session, &mut out)
            .run(&mut Script::text(None, text), FailurePolicy::Stop);
        let said = out.take();
        assert!(ending == SourceEnd::End, "{text}: {said}");
        said
    };
    for text in before {
        run(text);
    }
    let mut lines = 0;
    let seconds = rounds(|| {
        let (spent_s, said) = timed(|| run(command));
        lines = said.lines().count();
        spent_s
    });
    let counted = [lines as f64].into_iter().collect();
    table.row(
        name,
        &[&seconds.map(|s| s * 1e3), &counted, &seconds.map(|s| s * 1e9 / lines as f64)],
    );
}
