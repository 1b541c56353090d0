//! The help is true: every example works, near misses get a suggestion, every change is confirmed.

use raftsh::command::Grammar;
use raftsh::script::syntax::PROMPT_WORDS;

use crate::call::{raftsh, run};
use crate::surroundings::{directory, on_one_line};

/// The commands that an example needs before it: for most, n1 leads and an entry is committed
/// everywhere.
fn before(example: &str) -> &'static str {
    const LED: &str =
        "run until leader; timeout n1; run until leader == n1; put n1 x=5 --wait; run 200ms";
    const MANY: &str = "run until leader; timeout n1; run until leader == n1; put n1 x=5 --wait; run 200ms; hold; \
                        repeat 2 { put n1 y=6 }";
    match example.split(' ').next().unwrap() {
        "preload" => "",
        "timeout" => "run until leader; put leader x=5 --wait",
        "expect" if example.contains("not n2") => "kill n2",
        "run" if example.contains("commit >= 3") => "run until leader; repeat 3 { put leader x=5 }",
        "deliver" | "drop" | "dup" if example.contains(" m12") => {
            "set timers off; hold; timeout all; settle"
        }
        "dup" => "set timers off; hold; timeout n1; settle; deliver n1 n2; settle",
        "deliver" | "drop" => MANY,
        "restart" if example.contains("down") => "kill n2",
        "load" => "save bug.yaml",
        _ => LED,
    }
}

#[test]
fn every_example_succeeds() {
    let script = include_bytes!("../../scripts/election.raft");
    let (root, grammar) =
        (directory("help", &[("scripts/election.raft", script)]), Grammar::default());
    let mut failed = String::new();
    for name in grammar.names() {
        let definition = grammar.definition(&name).unwrap();
        let examples = definition.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(!examples.is_empty(), "{name} has no example");
        for example in examples.lines() {
            if PROMPT_WORDS.contains(&name.as_str()) {
                continue; // tests/it/prompt tries these
            }
            let (before, script) = (before(example), root.join("example.raft"));
            std::fs::write(&script, format!("{before}\n{example}\n")).unwrap();
            let (status, _, errors) = run(raftsh(&["run", "example.raft"]).current_dir(&root));
            if status != 0 || !errors.is_empty() {
                failed += &format!("{example}\n{errors}\n");
            }
        }
    }
    assert_eq!(failed, "");
}

/// The usage of a command is one line, and an error about a missing word names the command.
#[test]
fn calls_are_told_in_one_line() {
    let grammar = Grammar::default();
    for name in grammar.names() {
        let definition = grammar.definition(&name).unwrap();
        let below =
            definition.get_subcommands().map(|below| format!("{name} {}", below.get_name()));
        for name in std::iter::once(name.clone()).chain(below) {
            let usage = grammar.usage(&name);
            assert!(usage.starts_with(&name) && !usage.contains('\n'), "{name}: {usage}");
        }
    }
    for (line, message, help) in [
        ("flaw on", "flaw on needs a name", "usage: flaw on NAME"),
        ("disk cut", "disk cut needs nodes", "usage: disk cut NODES"),
        ("disk slow n1", "disk slow needs a duration", "usage: disk slow NODES DURATION"),
        (
            "disk show n1 --lst 3",
            "disk show has no option '--lst'; did you mean '--last'?",
            "usage: disk show",
        ),
        ("disk cut n1 n2", "unexpected 'n2'", "usage: disk cut NODES"),
        ("disk", "disk needs a further word", "disk is followed by cut or restore"),
        (
            "flaw --format json on vote-twice",
            "on and --format <table|json> do not go together",
            "usage: flaw [on|off] [--format table|json]",
        ),
    ] {
        let (status, _, errors) = run(&mut raftsh(&["-c", line]));
        assert_eq!(status, 2, "{errors}");
        assert!(errors.contains(&format!("error: {message}\n")), "{line}: {errors}");
        assert!(errors.contains(&format!("help: {help}")), "{line}: {errors}");
    }
}

/// `help scripts` and `--help` give every exit status the same meaning.
#[test]
fn the_statuses_are_told() {
    let listed = run(&mut raftsh(&["--width", "200", "-c", "help scripts"])).1;
    let called = on_one_line(&run(&mut raftsh(&["--help"])).1);
    for (status, meaning) in [
        (0, "success"),
        (1, "a command failed"),
        (2, "usage, syntax, unreadable input"),
        (
            3,
            "an expectation failed, the condition of `run until` was not met, or a safety \
             property was violated",
        ),
        (130, "interrupted"),
    ] {
        assert!(listed.contains(&format!("\n  {status:<3}  {meaning}\n")), "{listed}");
        assert!(called.contains(&format!(" {status} {meaning}")), "{called}");
    }
    assert!(run(&mut raftsh(&["-c", "apropos 130"])).1.contains("help scripts"));
}

/// A word that is nearly right is answered with the word that was probably meant.
#[test]
fn near_misses_are_put_right() {
    for (line, meant) in [
        ("klil n1", "kill"),
        ("kill n11", "n1 to n5"),
        ("kill laeder", "leader"),
        ("set latncy 5ms", "latency"),
        ("set asci on", "ascii"),
        ("set noop yse", "on"),
        ("cluster 5 --set los=5%", "loss"),
        ("history --knid role_changed", "--kind"),
        ("history --kind role_chnged", "role_changed"),
        ("history --type AppendEntres", "AppendEntries"),
        ("deliver n1 n2 --type RequestVot", "RequestVote"),
        ("status --format jsn", "json"),
        ("disk cutt n1", "cut"),
        ("help glosary", "glossary"),
        ("help faluts", "faults"),
        ("apropos heartbaet", "heartbeat"),
        ("expect ledaer", "leader"),
        ("expect n1.rol == follower", "role"),
        ("expect n1.role == folower", "follower"),
        ("expect n1.state == uo", "up"),
        ("expect violated election-saftey", "election-safety"),
        ("expect op1 == failde", "failed"),
        ("flaw on vote-twcie", "flaw"),
    ] {
        let (_, said, errors) = run(&mut raftsh(&["-c", line]));
        let all = said + &errors;
        assert!(
            all.contains(meant)
                && all.contains(if meant == "n1 to n5" || meant == "on" {
                    ""
                } else {
                    "did you mean"
                }),
            "{line}\n{all}"
        );
    }
}

/// What newcomers type before they know raftsh's words is answered with those words.
#[test]
fn newcomers_are_told_how_it_is_said() {
    for (line, said_here) in [
        ("crash n1", "did you mean 'kill'?"),
        ("start n1", "did you mean 'restart'?"),
        ("put x 5", "did you mean 'put x=5'?"),
        ("put leader x 5", "did you mean 'put leader x=5'?"),
        ("kill n1 n2", "several nodes are one word: n1,n3 or n1..n3"),
        ("put n1 x = 5", "did you mean 'put n1 x=5'?"),
        ("run leader", "`run until leader`"),
        ("run until leader withn 5s", "did you mean 'within'?"),
        ("expect leader is n1", "write '==' to compare"),
        ("expect x == 5", "all.kv.x == 5"),
        ("kill node1", "nodes are n1, n2"),
        ("run 5 seconds", "run 2s"),
        ("partition n1", "write partition n1,n2 | n3,n4,n5"),
    ] {
        let (status, _, errors) = run(&mut raftsh(&["-c", line]));
        assert_eq!(status, 2, "{line}: {errors}");
        assert!(errors.contains(said_here), "{line}: {errors}");
    }
}

/// Every change is confirmed in a line, a command that changes nothing says so, and `--quiet`
/// prints neither.
#[test]
fn every_change_is_confirmed() {
    let before =
        "run until leader; timeout n1; run until leader == n1; put n1 x=5 --wait; run 200ms";
    for line in [
        "kill n2",
        "restart n2",
        "pause n2",
        "resume n2",
        "cut n1 n2",
        "heal",
        "isolate n1",
        "partition n1 | n2,n3",
        "delay n1 n2 5ms",
        "loss 5%",
        "loss 5% n1 n2",
        "duplicate 5%",
        "hold",
        "release",
        "corrupt n2",
        "disk cut n2",
        "disk restore n2",
        "timeout n2",
        "tick n1",
        "set noop on",
        "set ascii on",
        "cluster 3",
        "put n1 y=1",
        "flaw on vote-twice",
        "drop --all",
    ] {
        let call = |options: &[&str]| {
            run(raftsh(options).args(["-c", &format!("{before}; echo ==; {line}")]))
        };
        let (status, said, errors) = call(&[]);
        assert_eq!((status, errors.as_str()), (0, ""), "{line}");
        let answer = said.split_once("==\n").unwrap().1;
        assert!(!answer.trim().is_empty(), "{line} says nothing");
        let (_, quiet, _) = call(&["--quiet"]);
        assert!(quiet.ends_with("==\n"), "{line}\n{quiet}");
    }
}
