//! What commands accept: durations of several parts, requests without a node, settings of single
//! nodes, options around conditions, and the words of other tools.

use std::collections::BTreeMap;

use raftsh::check::condition::Condition;
use raftsh::console::Output;
use raftsh::language::Status;
use raftsh::language::condition::{self, Scope};
use raftsh::raft::Timer;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::EventKind;

use crate::process;
use crate::surroundings::{directory, on_one_line};

/// Runs commands on a session; returns what they print, and the worst status.
fn run(session: &mut Session, text: &str, policy: FailurePolicy) -> (String, Status) {
    let mut out = Output::captured(200);
    out.hints = true;
    let mut runner = Runner::new(session, &mut out);
    runner.run(&mut Script::text(None, text), policy);
    let status = runner.worst;
    (on_one_line(&out.take()), status)
}

/// Runs commands on a new cluster of five up to the first failure.
fn say(text: &str) -> (Session, String, Status) {
    let mut session = Session::new(Start::default());
    let (said, status) = run(&mut session, text, FailurePolicy::Stop);
    (session, said, status)
}

/// Each line is run on a new cluster, ends with the status, and prints the text.
fn table(lines: &[(&str, Status, &str)]) {
    let mut wrong = String::new();
    for (line, status, text) in lines {
        let (_, said, ended) = say(line);
        if ended != *status || !said.contains(text) {
            wrong += &format!("{line}\n  {ended:?}: {said}\n  wanted {status:?}: {text}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn holds(session: &Session, text: &str) -> bool {
    let condition: Condition = condition::parse(text, 0, Scope::Moment).unwrap();
    session.holds(&condition).unwrap()
}

#[test]
fn durations_of_several_parts_are_taken_everywhere() {
    table(&[
        ("run 1s500ms; expect time == 1500ms", Status::Ok, ""),
        ("run until time == 1s2ms within 1m30s; expect time == 1002ms", Status::Ok, ""),
        ("set election-timeout 1s500ms..2s; settings", Status::Ok, "1500ms..2s"),
        ("delay n1 n2 1ms500us; links", Status::Ok, ""),
        ("disk slow n1 1s1ms; run 1m30s; history --since 1m29s", Status::Ok, ""),
        ("run until leader; put x=5 --wait 1s5ms", Status::Ok, "op1: ok"),
        ("run 500ms1s", Status::Usage, "did you mean '1s500ms'?"),
        ("run 1m30", Status::Usage, "'1m30' has no unit after 30"),
        ("expect time >= 1s1s", Status::Usage, "'1s1s' has the unit s twice"),
        ("set latency 1.5s2ms..3s", Status::Usage, "only the last part of '1.5s2ms' may"),
    ]);
}

#[test]
fn requests_without_a_node_go_to_the_leader() {
    const LED: &str = "run until leader; ";
    let led = |lines: &[(&str, Status, &str)]| {
        let lines: Vec<(String, Status, &str)> = lines
            .iter()
            .map(|(line, status, text)| (format!("{LED}{line}"), *status, *text))
            .collect();
        let lines: Vec<(&str, Status, &str)> =
            lines.iter().map(|(line, status, text)| (line.as_str(), *status, *text)).collect();
        table(&lines);
    };
    led(&[
        ("put x=5 --wait; get x --wait; expect op2.value == 5", Status::Ok, "op2: ok, 5"),
        ("put --wait 5s x=5; expect op1 == ok", Status::Ok, ""),
        ("put x=5 --wait; del x --wait; expect live.kv.x == 5", Status::Expectation, ""),
        ("cas x none 1; cas x 1 2 --wait; run 1s; expect all.kv.x == 2", Status::Ok, ""),
        ("cas none none 1 --wait; run 1s; expect all.kv.none == 1", Status::Ok, ""),
        ("cas x \"none\" 1 --wait", Status::Failed, "op1 failed"),
        // A first word that names nodes is the node.
        ("get n1", Status::Usage, "get needs a key: get x --wait, get n1 x"),
        ("get n1", Status::Usage, "for a key of this name write get \"n1\", or get leader n1"),
        ("del leader", Status::Usage, "del needs a key"),
        ("del n1..n3", Status::Usage, "del needs a key"),
        ("get live", Status::Usage, "get needs a key"),
        ("cas down x 1", Status::Usage, "cas needs the new value"),
        ("put n1", Status::Usage, "put needs KEY=VALUE"),
        ("get", Status::Usage, "get needs a key"),
        ("get \"n1\"", Status::Ok, "op1: get n1 is entry"),
        ("get 'leader' --wait", Status::Ok, "op1: ok, none"),
        ("get leader n1", Status::Ok, "op1: get n1 is entry"),
        ("put n1=5", Status::Ok, "op1: put n1=5 is entry"),
        ("get n03", Status::Ok, "op1: get n03 is entry"),
        ("get n1 x", Status::Failed, "n1 is not the leader"),
        ("get n1 x", Status::Failed, "`get x` asks n3, the leader"),
        ("get n1 n2", Status::Failed, "`get leader n2` asks n3, the leader"),
        ("get n9 x", Status::Failed, "unknown node 'n9'"),
        ("put all x=5", Status::Failed, "'all' is 5 nodes"),
        // What is written otherwise.
        ("put x 5", Status::Usage, "did you mean 'put x=5'?"),
        ("put x \"a b\"", Status::Usage, "did you mean 'put x=\"a b\"'?"),
        ("put leader x 5", Status::Usage, "did you mean 'put leader x=5'?"),
        ("put x = 5", Status::Usage, "did you mean 'put x=5'?"),
        ("put x", Status::Usage, "'x' is not KEY=VALUE"),
        ("put x=5 y=6", Status::Usage, "unexpected 'y=6'"),
        ("put leeder x=5", Status::Usage, "'leeder' is not a node; did you mean 'leader'?"),
        ("get leeder x", Status::Usage, "'leeder' is not a node; did you mean 'leader'?"),
        ("put x=5 --wiat", Status::Usage, "put has no option '--wiat'; did you mean '--wait'?"),
    ]);
    table(&[
        ("put x=5", Status::Failed, "there is no leader now put x=5 ^~~~~~~"),
        ("get x", Status::Failed, "`run until leader` waits for one"),
        ("put leader x=5", Status::Failed, "there is no leader now"),
        ("put x 5", Status::Usage, "`run until leader; put x=5 --wait` waits for a leader"),
    ]);
}

/// A saved session keeps a request as it was typed, and a script names the node.
#[test]
fn what_names_no_node_comes_back() {
    let text = "run until leader; put x=5; isolate n1; heal n1; kill n1,n2; restart; \
                set heartbeat 70ms n3; set timers off n1,n2; run 1s; get \"n1\"; run until time \
                >= 2s --all";
    let (session, said, status) = say(text);
    assert_eq!(status, Status::Ok, "{said}");
    let root = directory("accepted", &[]);
    let (yaml, script) = (root.join("a.yaml"), root.join("a.raft"));
    let mut session = session;
    let save = format!("save {}; save {}", yaml.display(), script.display());
    let (said, status) = run(&mut session, &save, FailurePolicy::Stop);
    assert_eq!(status, Status::Ok, "{said}");
    let text = std::fs::read_to_string(&yaml).unwrap();
    for line in
        ["- put x=5", "- heal n1", "- restart", "- set heartbeat 70ms n3", "- \"get \\\"n1\\\"\""]
    {
        assert!(text.contains(&format!("\n{line}\n")), "{line}\n{text}");
    }
    let text = std::fs::read_to_string(&script).unwrap();
    for line in ["put n3 x=5", "heal n1 n1,n2,n3,n4,n5", "restart n1,n2", "set heartbeat 70ms n3"] {
        assert!(text.contains(&format!("\n{line}\n")), "{line}\n{text}");
    }
    for line in [format!("load {}", yaml.display()), format!("source {}", script.display())] {
        let (again, said, status) = say(&line);
        assert_eq!(status, Status::Ok, "{said}");
        assert!(!said.contains("edited"), "{said}");
        assert_eq!(again.world().fingerprint(), session.world().fingerprint(), "{line}");
        assert!(again.world().own_settings().eq(session.world().own_settings()));
    }
}

#[test]
fn heal_and_restart_need_fewer_words() {
    table(&[
        ("isolate n1; heal n1; expect quiet", Status::Ok, "heal n1: 8 one-way links healed"),
        ("isolate n1; cut n2 n3; heal n1", Status::Ok, "heal n1: 8 one-way links healed"),
        ("isolate n1,n2; heal n1,n2; heal", Status::Ok, "not cut: nothing changed"),
        ("heal n1", Status::Ok, "not cut: nothing changed"),
        ("isolate n1; heal n1 n2", Status::Ok, "heal n1 n2: 2 one-way links healed"),
        ("heal n9", Status::Failed, "unknown node 'n9'"),
        ("cluster 1; heal n1", Status::Ok, "nothing changed"),
        ("kill n1,n2; restart", Status::Ok, "n1 started from its disk"),
        ("kill n1,n2; restart; expect all.state == up", Status::Ok, "n2 started"),
        ("disk cut n4; timeout n4; restart n1; restart", Status::Ok, "n4 halted"),
        ("restart", Status::Ok, "no node is down: nothing changed"),
        ("pause n1; restart; expect n1.state == paused", Status::Ok, "no node is down"),
    ]);
    let (session, _, _) = say("isolate n1; cut n2 n3; heal n1");
    let cut = session.world().nodes().iter().flat_map(|from| {
        let to = session.world().nodes().iter().filter(move |to| *to != from);
        to.map(move |to| (from, to))
    });
    let cut = cut.filter(|(from, to)| session.world().network().is_cut(*from, *to));
    assert_eq!(cut.count(), 2, "the cut between n2 and n3 stays");
}

#[test]
fn single_nodes_have_settings_of_their_own() {
    table(&[
        ("set heartbeat 100ms n1; settings", Status::Ok, "heartbeat n1 │ 100ms"),
        ("set heartbeat 100ms n1,n3", Status::Ok, "heartbeat of n1,n3: 100ms"),
        ("set heartbeat 50ms n1", Status::Ok, "50ms already: nothing changed"),
        ("set heartbeat 99ms n1; set heartbeat 99ms n1", Status::Ok, "already: nothing changed"),
        ("set heartbeat 99ms n1; set heartbeat 60ms", Status::Ok, "n1 had 99ms of its own"),
        ("set heartbeat 99ms n1; cluster", Status::Ok, "again: heartbeat is 50ms"),
        ("set latency 5ms n1", Status::Usage, "latency is of links, not of nodes"),
        ("set latency 5ms n1", Status::Usage, "`delay A B DURATION`"),
        ("set loss 5% n1", Status::Usage, "loss 5% n1 all"),
        ("set noop on n1", Status::Usage, "noop is of the whole cluster, not of single nodes"),
        ("set ascii on n1", Status::Usage, "ascii is of the output, not of nodes"),
        ("set heartbeat 5ms n9", Status::Failed, "unknown node 'n9'"),
        ("set heartbeat 0 n1", Status::Usage, "a timer needs more than 0"),
        ("set heartbeat 400ms n2", Status::Ok, "n2 will not last as leader"),
        ("set election-timeout 20ms n4", Status::Ok, "but n4 campaigns after as little as 20ms"),
        ("set timers off n1,n2,n3,n4; set election-timeout 20ms", Status::Ok, ""),
        ("set recovery truncate n2; status", Status::Ok, "recovery of n2 is truncate"),
    ]);
    // Ended by the general value, and by the same value as all.
    for text in ["set heartbeat 60ms; set heartbeat 50ms", "set heartbeat 50ms n1,n2"] {
        let (session, _, _) = say(&format!("set heartbeat 99ms n1,n2; {text}"));
        let fresh = Session::new(Start::default());
        assert_eq!(session.world().shape(), fresh.world().shape(), "{text}");
    }
    let (own, _, _) = say("set heartbeat 99ms n1");
    let fresh = Session::new(Start::default());
    assert_ne!(own.world().shape(), fresh.world().shape());
    assert_ne!(own.world().fingerprint(), fresh.world().fingerprint());
    let answer =
        process::run(&mut process::raftsh(&["-c", "set heartbeat 99ms n1 --format json"]), b"");
    assert_eq!(answer.status, Some(2), "set takes no --format");
    let text = "set heartbeat 99ms n1; set timers off n10; settings";
    let answer =
        process::run(&mut process::raftsh(&["--nodes", "11", "--format", "json", "-c", text]), b"");
    assert!(
        answer.out.contains(
            "\"key\":\"heartbeat\",\"value\":\"99ms\",\"changed\":true,\"nodes\":[\"n1\"]"
        ),
        "{}",
        answer.out
    );
    assert!(answer.out.contains("\"nodes\":{\"n1\":\"99ms\"}"), "{}", answer.out);
    assert!(answer.out.contains("\"nodes\":{\"n10\":\"off\"}"), "{}", answer.out);
    assert!(answer.out.contains("\"nodes\":{}"), "{}", answer.out);
}

/// Values of single nodes act: on timers, disks and starts.
#[test]
fn what_single_nodes_have_acts() {
    // n3 leads, and sends a heartbeat every 100ms.
    let (session, _, _) = say("run until leader == n3; set heartbeat 100ms n3; run 2s");
    let mut fired: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for event in session.events().iter() {
        if let EventKind::TimerFired { timer: Timer::Heartbeat } = event.kind {
            fired.entry(event.node.to_string()).or_default().push(event.time_us);
        }
    }
    let times = &fired["n3"];
    assert!(times.len() > 10 && times.windows(2).skip(1).all(|pair| pair[1] - pair[0] == 100_000));
    // Only n2 has a short election timeout.
    let (session, said, _) =
        say("set election-timeout 40ms..60ms n2; set timers off; set timers on; \
         run until leader within 120ms");
    assert!(holds(&session, "leader == n2"), "{said}");
    // Without timers nobody but n5 campaigns.
    let (session, said, _) = say("set timers off n1,n2,n3,n4; run until leader");
    assert!(holds(&session, "leader == n5"), "{said}");
    let (session, _, _) = say("set timers off n1..n4; set timers on n2; set timers off n5; run 1s");
    assert!(holds(&session, "leader == n2"));
    // A disk that takes an hour.
    let (session, _, _) = say("set disk-latency 1h n1; run until leader; run 2s");
    assert!(!holds(&session, "leader == n1") && holds(&session, "leader"));
    let (session, said, _) =
        say("set recovery truncate n1; run until leader; put x=5 --wait; run 1s; kill n1,n2; \
         corrupt n1,n2; restart");
    assert!(holds(&session, "n1.state == up and n2.state == halted"), "{said}");
    // A flaw is on at all nodes.
    let (session, _, _) = say("set heartbeat 60ms n1; flaw on vote-twice");
    let world = session.world();
    let on = |node| world.settings_of(node).raft.flaws.iter().count() == 1;
    assert!(world.nodes().iter().all(on));
}

#[test]
fn options_stand_before_or_behind_a_condition() {
    table(&[
        ("expect no-leader --format json", Status::Ok, "\"ok\":true"),
        ("expect --format json no-leader", Status::Ok, "\"ok\":true"),
        ("run until leader --format json", Status::Ok, "{\"schema\":1"),
        ("run --format=json until leader", Status::Ok, "{\"schema\":1"),
        ("run 1ms --format json", Status::Ok, "{\"schema\":1"),
        ("run --all until leader within 1s", Status::Ok, "leader elected after 13 steps"),
        ("run until leader within 1s --all", Status::Ok, "leader elected after 13 steps"),
        ("run until leader --all and quiet", Status::Usage, "unexpected 'and' after an option"),
        ("run --all", Status::Usage, "run needs a duration or a condition"),
        ("expect --format json", Status::Usage, "a condition is missing"),
        ("expect leader --fromat json", Status::Usage, "no option '--fromat'; did you mean"),
        ("expect n1.kv.x == --y", Status::Usage, "a value that begins with -- needs quotes"),
        ("expect n1.kv.x == \"--y\"", Status::Expectation, "found n1: none"),
        ("expect n1.kv.x == -5", Status::Expectation, "found n1: none"),
        ("run 5ms --all --all", Status::Usage, "was given twice"),
        ("run -5ms", Status::Usage, "'-5ms' is negative"),
    ]);
}

/// `run --all` prints what `step` prints, and then its summary.
#[test]
fn a_run_prints_every_event() {
    let (_, stepped, _) = say("step 13");
    for line in ["run until leader --all", "run --all 184551us"] {
        let (session, said, status) = say(line);
        assert_eq!(status, Status::Ok, "{said}");
        assert!(holds(&session, "leader == n3"), "{said}");
        let events = stepped.split(" `").next().unwrap().trim_end();
        assert!(said.starts_with(events), "{said}\n{events}");
        assert!(said.contains("t=184.551ms, leader n3@1, 5 of 5 up"), "{said}");
    }
    let (_, said, _) = say("run until leader");
    assert!(!said.contains("RequestVote term=1"), "{said}");
    // As an object it holds all of them, too, however many they are.
    let ended = process::run(
        &mut process::raftsh(&["--format", "json", "-c", "run 10s; run 10s --all"]),
        b"",
    );
    let truncated: Vec<bool> =
        ended.out.lines().map(|line| line.contains("\"truncated\":true")).collect();
    assert_eq!(truncated, [true, false]);
}

#[test]
fn a_comment_that_hides_a_value_is_told() {
    table(&[
        ("history --since #5", Status::Usage, "--since needs a value"),
        ("history --since #5", Status::Usage, "# begins a comment; event 5 is typed 5"),
        ("history --until #12 # all", Status::Usage, "# begins a comment; event 12 is typed 12"),
        ("history --last #5", Status::Usage, "# begins a comment; write --last 5"),
        ("history --kind # role_changed", Status::Usage, "# begins a comment, so the rest"),
        ("kill #2", Status::Usage, "# begins a comment, so the rest of the line is not read"),
        ("deliver #12", Status::Usage, "# begins a comment, so the rest of the line is not read"),
        ("expect #5", Status::Usage, "# begins a comment"),
        ("step #5", Status::Ok, "# began a comment, so 5 was not read: `step 5`"),
        ("ops #5", Status::Ok, "`ops 5`"),
        ("step # 5 would be too much", Status::Ok, "election timer ran out"),
        ("history --since 5", Status::Ok, ""),
    ]);
    let (_, said, _) = say("step # one");
    assert!(!said.contains("comment"), "{said}");
    let (_, said, _) = say("kill; # n2");
    assert!(!said.contains("comment"), "{said}");
}

/// Each kind of file, given to a command that takes another, names the one that takes it.
#[test]
fn kinds_of_files_are_known() {
    let root = directory(
        "kinds",
        &[
            ("s.raft", b"status\n"),
            ("c.yaml", b"latency: 5ms\n"),
            ("t.md", b"# T\n\n```raftsh\nraft> echo a\na\n```\n"),
        ],
    );
    let call = |arguments: &[&str]| {
        let ended = process::run(process::raftsh(arguments).current_dir(&root), b"");
        (ended.status, on_one_line(&ended.said()))
    };
    assert_eq!(call(&["-c", "run until leader; save a.yaml; save b; save q.raft"]).0, Some(0));
    let q = std::fs::read_to_string(root.join("q.raft")).unwrap();
    assert!(q.starts_with("cluster 5 --seed 1\n"), "{q}");
    assert_eq!(call(&["run", "q.raft"]).0, Some(0));
    assert_eq!(call(&["-c", "load b"]).0, Some(0), "the content counts, whatever the name");
    for (arguments, told) in [
        (&["run", "a.yaml"][..], "'a.yaml' is a saved session, not a script help: `load a.yaml`"),
        (&["run", "-i", "a.yaml"], "`load a.yaml` restores it"),
        (&["run", "b"], "`load b` restores it"),
        (&["check-syntax", "a.yaml"], "`load a.yaml` restores it"),
        (&["run", "c.yaml"], "--config c.yaml reads settings"),
        (&["run", "t.md"], "`raftsh test t.md` tests it"),
        (&["-c", "source a.yaml"], "`load a.yaml` restores it"),
        (&["-c", "source t.md"], "'t.md' is a tutorial, not a script"),
        (&["-c", "load q.raft"], "`source q.raft` runs it"),
        (&["-c", "load t.md"], "`raftsh test t.md` tests it"),
        (&["-c", "load c.yaml"], "--config c.yaml reads settings"),
        (&["--config", "s.raft", "-c", "status"], "'s.raft' is a script, not a file of settings"),
        (&["--config", "t.md", "-c", "status"], "`raftsh test t.md` tests it"),
        (&["--config", "a.yaml", "-c", "status"], "`load a.yaml` restores it"),
        (&["record", "x.raft"], "`save FILE` at the prompt writes a session or a script"),
        (&["-c", "save x.md"], "name it NAME.yaml"),
        (&["-c", "save --script x.yaml"], "name it NAME.raft"),
        (&["test", "a.yaml"], "it is a saved session; `load a.yaml` restores it"),
        (&["a.yaml"], "raftsh -c 'load a.yaml'"),
    ] {
        let (status, said) = call(arguments);
        assert!(status == Some(2) && said.contains(told), "{arguments:?}: {status:?} {said}");
    }
}

/// The words of redis, psql, gdb and others are answered with the very line to type.
#[test]
fn foreign_words_are_answered_with_ours() {
    for (line, ours) in [
        ("SET x 5", "put x=5"),
        ("SET \"a b\" 'c d'", "put \"a b\"=\"c d\""),
        ("SET x 5 NX", "cas x none 5"),
        ("set x=5", "put x=5"),
        ("set heartbeat=5ms", "set heartbeat 5ms"),
        ("SET heartbeat 5ms", "set heartbeat 5ms"),
        ("GET counter", "get counter"),
        ("Del x", "del x"),
        ("PUT x=5 --wait", "put x=5 --wait"),
        ("STATUS", "status"),
        ("INCR hits", "incr hits"),
        ("keys *", "kv"),
        ("ping", "status"),
        ("info", "status"),
        ("info n2", "status n2"),
        ("monitor", "run 1s --all"),
        ("config set heartbeat 7ms", "set heartbeat 7ms"),
        ("flushall", "cluster"),
        ("shutdown", "kill leader"),
        ("shutdown n2", "kill n2"),
        ("INSERT INTO kv VALUES ('x', 5);", "put x=5"),
        ("insert into t (k, v) values('x','a b')", "put x=\"a b\""),
        ("insert x 5", "put x=5"),
        ("UPDATE kv SET y = 7", "put y=7"),
        ("update kv set y='7' where id = 3", "put y=7"),
        ("select * from kv", "kv"),
        ("select x from kv", "get x"),
        ("select v from kv where k = 'y'", "get y"),
        ("delete from kv where k = 'y'", "del y"),
        ("show all", "settings"),
        ("\\d", "kv"),
        ("\\dt", "kv"),
        ("\\l", "status"),
        ("\\?", "help"),
        ("\\q", "quit"),
        ("\\i a.raft", "source a.raft"),
        ("b n1.commit == 3", "break n1.commit == 3"),
        ("tbreak n1.commit == 3", "break --once n1.commit == 3"),
        ("tbreak", "break --once leader"),
        ("info breakpoints", "breaks"),
        ("display n1.kv.y", "watch n1.kv.y"),
        ("c", "continue"),
        ("n", "step"),
        ("next 5", "step 5"),
        ("bt", "history --last 20"),
        ("print x", "kv"),
        ("x n2", "disk show n2"),
        (".help", "help"),
        (".tables", "kv"),
        (".quit", "quit"),
        (".read a.raft", "source a.raft"),
        ("ls", "status"),
        ("man put", "help put"),
    ] {
        let (_, said, status) = say(line);
        let wanted = format!("; did you mean '{ours}'?");
        assert!(status == Status::Usage && said.contains(&wanted), "{line}: {said}");
    }
    table(&[
        ("set x 5", Status::Usage, "unknown setting 'x'; to write a key: put x=5"),
        ("set heartbaet 5ms", Status::Usage, "did you mean 'heartbeat'?"),
        ("expire x 10", Status::Usage, "keys do not expire"),
        ("multi", Status::Usage, "no transactions"),
        ("clear", Status::Usage, "Ctrl-L clears the screen"),
        ("member add n6", Status::Failed, "there is no leader now"),
        ("SET x 5", Status::Usage, "`help redis` shows redis's words and ours"),
        ("help redis", Status::Ok, "SET x 5 │ put x=5"),
        ("help psql", Status::Ok, "SELECT * FROM kv │ kv"),
        ("help gdb", Status::Ok, "break COND │ break COND"),
    ]);
}

/// Somebody who knows redis or psql follows what the errors say, and has a committed write after
/// at most four commands, one of them refused.
#[test]
fn a_committed_write_takes_four_commands() {
    for first in ["SET x 5", "set x 5", "put x 5", "INSERT INTO kv VALUES ('x', 5)", "put x=5"] {
        let mut session = Session::new(Start::default());
        let (said, status) = run(&mut session, first, FailurePolicy::Stop);
        assert_ne!(status, Status::Ok);
        assert!(said.contains("put x=5") && said.contains("`run until leader"), "{said}");
        for next in ["run until leader", "put x=5", "run until op != pending"] {
            let (said, status) = run(&mut session, next, FailurePolicy::Stop);
            assert_eq!(status, Status::Ok, "{first}, {next}: {said}");
        }
        assert!(holds(&session, "committed x=5"), "{first}");
    }
}
