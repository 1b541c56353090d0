//! Random sessions, seen only through their JSON: the events rebuild what `status` and `logs`
//! show.

use raftsh::console::{Format, Output};
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::rng::Dice;
use serde_json::Value;

use super::mirror::Mirrors;

/// A session that answers in JSON.
struct Shell {
    session: Session,
    out: Output,
    /// The commands so far.
    script: String,
}

impl Shell {
    fn new(nodes: usize, seed: u64) -> Shell {
        let mut out = Output::captured(100);
        out.format = Format::Json;
        Shell {
            session: Session::new(Start { nodes, seed, ..Start::default() }),
            out,
            script: String::new(),
        }
    }

    /// Runs a command; returns the object that it answers with.
    fn ask(&mut self, command: &str) -> Value {
        self.script += &format!("{command}\n");
        let mut runner = Runner::new(&mut self.session, &mut self.out);
        runner.run(&mut Script::text(None, command), FailurePolicy::Prompt);
        let said = self.out.take();
        // The captured output holds standard error too: the error follows the object.
        serde_json::from_str(said.lines().next().unwrap_or_default())
            .unwrap_or_else(|why| panic!("{why}: {command} answered {said}"))
    }
}

/// Runs one random session; returns how often each event of interest occurred.
fn session(seed: u64) -> [usize; 5] {
    let mut dice = Dice::new(seed ^ 0x6a73_6f6e);
    let nodes = [1, 2, 3, 3, 5, 5, 7][dice.below(7) as usize];
    let mut shell = Shell::new(nodes, seed);
    let mut mirrors = Mirrors::new(nodes);
    let mut told = 0;
    let mut seen = [0; 5];
    for command in beginning(&mut dice, nodes) {
        shell.ask(&command);
    }
    for moves in 0..60 {
        let command = random_command(&mut dice, nodes);
        shell.ask(&command);
        if moves % 6 == 5 {
            compare(&mut shell, &mut mirrors, &mut told, &mut seen);
        }
    }
    // Restarting all nodes shows what their disks kept.
    for command in ["disk restore all", "restart all"] {
        shell.ask(command);
    }
    compare(&mut shell, &mut mirrors, &mut told, &mut seen);
    seen
}

fn compare(shell: &mut Shell, mirrors: &mut Mirrors, told: &mut u64, seen: &mut [usize; 5]) {
    let history = shell.ask(&format!("history --since {}", *told + 1));
    let mut back = None;
    for event in history["data"]["events"].as_array().unwrap() {
        *told += 1;
        assert_eq!(event["id"], *told, "every event is told, once and in order");
        mirrors.event(event);
        let kind = event["kind"].as_str().unwrap();
        seen[0] += usize::from(event["role"] == "leader");
        seen[1] += usize::from(kind == "commit_advanced");
        seen[2] += usize::from(kind == "log_truncated");
        seen[3] += usize::from(kind == "node_restarted");
        seen[4] += usize::from(kind == "log_truncated" && back == event["cause"].as_u64());
        if kind == "node_restarted" {
            back = event["id"].as_u64();
        }
    }
    let (status, logs) = (shell.ask("status"), shell.ask("logs"));
    if let Err(difference) = mirrors.compare(&status["data"]["nodes"], &logs["data"]["nodes"]) {
        panic!("{difference}\n{}", shell.script);
    }
}

/// Settings that cause many faults, and sometimes prepared logs.
fn beginning(dice: &mut Dice, nodes: usize) -> Vec<String> {
    let pick =
        |dice: &mut Dice, from: &[&str]| from[dice.below(from.len() as u64) as usize].to_owned();
    let mut commands = vec![
        format!("set latency {}", pick(dice, &["0", "0..5ms", "5ms..15ms", "1ms..80ms"])),
        format!("set disk-latency {}", pick(dice, &["0", "500us..2ms", "0..60ms", "20ms..200ms"])),
        format!(
            "set election-timeout {}",
            pick(dice, &["150ms..300ms", "50ms..90ms", "200ms..500ms"])
        ),
        format!("set loss {}", pick(dice, &["0", "0", "5%", "30%"])),
        format!("set duplicate {}", pick(dice, &["0", "10%"])),
        format!("set batch {}", pick(dice, &["1", "3", "64"])),
        format!("set noop {}", pick(dice, &["on", "off"])),
        format!("set crash-tail {}", pick(dice, &["lose", "keep", "torn", "any"])),
        format!("set recovery {}", pick(dice, &["halt", "halt", "truncate"])),
    ];
    if dice.below(3) == 0 {
        // Some of these are refused, and some prepare the same node again.
        for _ in 0..=dice.below(6) {
            let terms =
                pick(dice, &["none", "1", "1,1,2", "1,1,1,4,4", "2,2,3,3,3", "1,1,1,1,1,1"]);
            let term = pick(dice, &["", " --term 7", " --term 9 --vote n1"]);
            commands.push(format!("preload n{} {terms}{term}", 1 + dice.below(nodes as u64)));
        }
    }
    commands
}

/// A random line. Its commands may be refused.
fn random_command(dice: &mut Dice, nodes: usize) -> String {
    let mut node = || format!("n{}", 1 + dice.below(nodes as u64));
    let (a, b) = (node(), node());
    let number = dice.below(100);
    match dice.below(37) {
        // A leader is cut off with entries that no other node has, another one replaces it, and
        // all nodes crash at a random moment.
        30 => format!(
            "isolate leader; put leader x=4; put leader x=5; run 700ms; put leader y=1; heal; run {number}ms; restart all"
        ),
        31 => format!("disk lie {a}; run {number}ms; restart {a}; run 200ms; disk restore all"),
        32 => format!("disk full {a}; run {number}ms; put leader x=6; run 300ms; disk restore {a}"),
        33 => format!(
            "disk full leader; disk tear {a}; put leader x=6; run {}ms; restart {a}; disk restore all",
            number % 20
        ),
        34 => format!("disk lose {a}; put leader x=7; run 100ms; restart {a}"),
        35 => format!("corrupt {a} --byte {}; restart {a}", number * 7),
        36 => format!(
            "disk slow {a} {number}ms; disk stale {b}; disk sync {a}; disk scrub {b}; corrupt {a} --vote"
        ),
        0..=5 => format!("run {}ms", 1 + number * number / 12),
        6 => format!("step {number}"),
        7..=11 => format!("put leader k{}='\u{6f22} \"{number}\"'", number % 4),
        12 => format!("put {a} k=\"\\n{number}\""),
        13 => "put leader x=1; put leader x=2; put leader x=3".to_owned(),
        14 => format!("kill {a}"),
        15 => "kill leader".to_owned(),
        16 => "restart down".to_owned(),
        17 => format!("restart {a}"),
        18 => "restart leader".to_owned(),
        19 => format!("pause {a}"),
        20 => format!("resume {a}; resume all"),
        21 => format!("cut {a} {b}{}", if number < 50 { "" } else { " --one-way" }),
        22 => "isolate leader; put leader x=4; put leader x=5".to_owned(),
        23 => "heal".to_owned(),
        24 => format!("heal; run {}ms; restart {a}", 1 + number),
        25 => format!("timeout {a}"),
        26 => format!("disk cut {a}"),
        27 => "disk restore all; restart down".to_owned(),
        28 => format!("deliver {a} {b} --all"),
        _ => format!("drop {a} {b} --all"),
    }
}

/// The events of every session rebuild its cluster, and the sessions reach the hard cases often
/// enough.
#[test]
fn events_rebuild_the_cluster() {
    let mut total = [0; 5];
    for seed in 1..=300 {
        for (sum, count) in total.iter_mut().zip(session(seed)) {
            *sum += count;
        }
    }
    let names =
        ["leaders", "commits", "truncations", "restarts", "entries that a crash brought back"];
    for ((name, count), least) in names.iter().zip(total).zip([300, 1_000, 100, 1_000, 5]) {
        assert!(count >= least, "{name}: {count} in all sessions");
    }
}

/// With this flaw a node takes an old write for that of a new entry, and is wrong about its disk.
/// The entries that a crash brings back are reported all the same.
#[test]
fn events_tell_of_entries_that_a_node_believed_to_be_replaced() {
    let (mut shell, mut mirrors) = (Shell::new(5, 1), Mirrors::new(5));
    let (mut told, mut seen) = (0, [0; 5]);
    for line in [
        "flaw on old-write-counts; set timers off; set disk-latency 0us; timeout n1; settle; hold; disk slow n3 1s",
        "put n1 x=1; put n1 y=2; deliver n1 n3 --all; drop --all; disk slow n3 5s",
        "timeout n2; deliver n2 n4; deliver n2 n5; deliver n4 n2; deliver n5 n2; put n2 z=9; deliver n2 n3 --all",
        "run 2100ms; expect n3.log == [2]",
        "kill n3; restart n3; expect n3.log == [1,1]",
    ] {
        line.split("; ")
            .for_each(|command| assert_eq!(shell.ask(command)["ok"], true, "{command}"));
        compare(&mut shell, &mut mirrors, &mut told, &mut seen);
    }
    assert_eq!(seen[4], 1, "a crash brought entries back");
}
