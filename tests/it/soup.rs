//! Some thousands of commands that nobody would type, made of the language's own words: none
//! panics, and a command that fails has changed nothing.

use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};

/// Words of the language. Durations are short and counts are small, so that even what makes sense
/// ends soon.
const WORDS: &[&str] = &[
    "n1",
    "n2,n3",
    "n1..n3",
    "n9",
    "all",
    "leader",
    "followers",
    "live",
    "down",
    "n0",
    "n3..n1",
    "any",
    "op",
    "op1",
    "0",
    "1",
    "3",
    "64",
    "-1",
    "5ms",
    "0ms",
    "150ms..300ms",
    "20ms..5ms",
    "12.5%",
    "100%",
    "0%",
    "101%",
    "x=5",
    "x",
    "=5",
    "y=\"a b\"",
    "\"\"",
    "none",
    "until",
    "within",
    "10ms",
    "50ms",
    "and",
    "or",
    "not",
    "(",
    ")",
    "==",
    "!=",
    ">=",
    "<",
    "[1,1]",
    "[",
    "]",
    ",",
    "|",
    "--wait",
    "--one-way",
    "--last",
    "--since",
    "--kind",
    "--seed",
    "role_changed",
    "node_killed",
    "agree",
    "quiet",
    "safe",
    "linearizable",
    "messages",
    "time",
    "committed",
    "n1.term",
    "all.commit",
    "any.role",
    "n1.kv.x",
    "n1.match.n2",
    "n1.log",
    "op.value",
    "ok",
    "pending",
    "election-timeout",
    "heartbeat",
    "latency",
    "disk-latency",
    "loss",
    "duplicate",
    "batch",
    "noop",
    "on",
    "off",
    "cut",
    "restore",
    "{",
    "}",
    "\u{e9}",
    "\\",
    "#",
    "'a",
    "!",
];

/// Commands that make sense; [`Dice::spoil`] changes them.
const COMMANDS: &[&str] = &[
    "step 3",
    "run 20ms",
    "run until leader within 50ms",
    "run until all.commit >= 1 and not agree within 50ms",
    "put leader x=5",
    "put leader x=5 --wait 50ms",
    "get leader x",
    "del leader x",
    "cas leader x 5 6",
    "ops 3",
    "kill leader",
    "kill n1,n2",
    "restart down",
    "restart all",
    "cut n1 n2..n3",
    "cut n1 n2 --one-way",
    "heal n1 n2",
    "heal",
    "isolate leader",
    "partition n1,n2 | n3",
    "loss 10%",
    "duplicate 10%",
    "corrupt leader",
    "corrupt n1",
    "disk cut n2",
    "disk restore all",
    "set latency 1ms..9ms",
    "set disk-latency 0ms..3ms",
    "set batch 1",
    "set noop on",
    "set heartbeat 20ms",
    "set election-timeout 50ms..90ms",
    "settings",
    "status n1",
    "logs --last 3",
    "kv n1..n3",
    "history n1 --kind role_changed --last 3",
    "history --since 20ms --last 3",
    "links",
    "expect leader or no-leader",
    "expect not ( n1.term >= 3 and leader == n1 )",
    "expect op == pending",
    "expect committed x=5",
    "help put",
    "help",
    "echo a",
    "repeat 3 { step }",
    "repeat 2 { repeat 2 { step ; status n1 } }",
    "!put n9 x=5",
    "!expect no-leader",
    "cluster 3 --seed 5",
    "preload n1 1,1,4 --term 5 --vote n2",
    "pause n1",
    "resume all",
    "timeout n2",
    "tick leader",
    "settle",
    "settle n1,n2",
    "messages n1",
    "hold",
    "hold n1 n2..n3",
    "release",
    "deliver m1 m2",
    "deliver n1 n2 --newest",
    "drop --all",
    "drop n1 n2 --type AppendEntries --nth 1",
    "dup m3",
    "delay n1 n2 5ms",
    "loss 50% n1 n2",
    "duplicate 50% n2 n1",
    "diff n1 n2",
    "set timers off",
    "set history 100",
    "mend within 50ms",
    "mend",
];

/// SplitMix64, so that the lines are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn word(&mut self) -> String {
        WORDS[self.below(WORDS.len())].to_owned()
    }

    /// A command as it is, a spoilt one, or random words.
    fn line(&mut self) -> String {
        let command = COMMANDS[self.below(COMMANDS.len())];
        let mut words: Vec<String> = command.split(' ').map(str::to_owned).collect();
        match self.below(10) {
            0..4 => {}
            4..9 => (0..=self.below(2)).for_each(|_| self.spoil(&mut words)),
            _ => words = words.into_iter().take(1).chain((0..8).map(|_| self.word())).collect(),
        }
        words.join(" ")
    }

    fn spoil(&mut self, words: &mut Vec<String>) {
        let place = self.below(words.len().max(1));
        let word = self.word();
        match self.below(5) {
            0 if words.len() > 1 => drop(words.remove(place)),
            1 if place > 0 => words[place] = word,
            2 if place > 1 => words.swap(place, 1),
            3 if !words.is_empty() => words[place] = words[place].chars().skip(1).collect(),
            _ => words.insert(place.min(words.len()) + usize::from(place < words.len()), word),
        }
    }
}

/// Everything of a session that a command could change.
fn state(session: &Session) -> (u64, u64, Vec<String>, usize, String) {
    let world = session.world();
    let mut out = Output::captured(1_000);
    out.emit(&raftsh::view::status::status(world, world.nodes()));
    out.emit(&raftsh::view::logs::logs(world, world.nodes(), usize::MAX));
    out.emit(&raftsh::view::tables::kv(world, world.nodes()));
    out.emit(&raftsh::view::tables::ops(world, usize::MAX));
    out.emit(&raftsh::view::links::links(world));
    out.emit(&format!("{:?}", world.network()).into());
    let settings = world.settings().all().iter().map(ToString::to_string).collect();
    (world.event_count(), world.now_us(), settings, session.journal().actions().len(), out.take())
}

/// Whether a command lets time pass or makes several moves, so that it may have changed something
/// before it failed.
fn moves_on(line: &str) -> bool {
    ["--wait", "run", "repeat", "settle", "mend"].iter().any(|word| line.contains(word))
}

#[test]
fn soups_neither_panic_nor_half_succeed() {
    let mut dice = Dice(1);
    let mut seen = [0; 4];
    for nodes in [1, 3, 5] {
        for seed in 0..25 {
            let mut session = Session::new(Start { nodes, seed, ..Start::default() });
            for _ in 0..60 {
                let line = dice.line();
                let before = state(&session);
                let mut out = Output::captured(100);
                let mut runner = Runner::new(&mut session, &mut out);
                runner.run(&mut Script::text(Some("soup"), line.clone()), FailurePolicy::Stop);
                let status = runner.worst;
                let said = out.take();
                assert!(!said.contains('\u{1b}'), "{line}");
                assert_eq!(status != Status::Ok, said.contains("error: "), "{line}\n{said}");
                let idle = status == Status::Usage || status != Status::Ok && !moves_on(&line);
                if idle {
                    assert!(
                        before == state(&session),
                        "{line}\nfailed, and changed the cluster\n{said}"
                    );
                }
                seen[(status as usize).min(3)] += 1;
            }
        }
    }
    // The test is worth something only if the lines fail in all ways, and often succeed.
    assert!(seen.iter().all(|&times| times > 100), "{seen:?}");
}
