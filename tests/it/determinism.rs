//! The same seed and the same commands produce the same bytes, and every move prints as the line
//! that makes it.

use std::collections::BTreeSet;

use raftsh::command::Grammar;
use raftsh::console::Output;
use raftsh::disk::{CrashTail, DamageTarget, Policy};
use raftsh::kv::Command;
use raftsh::language::SourcePlace;
use raftsh::language::statement::{Builder, Node};
use raftsh::raft::{Change, Flaw, Label, NodeId, NodeSet, Term};
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};
use raftsh::sim::settings::SETTING_NAMES;
use raftsh::sim::{
    Action, DiskMove, LinkDirection, Load, Mix, OnViolation, OpId, Preload, Range, ReadKind,
    RequestOptions, Scope, Setting, Settings,
};

use crate::process;
use crate::surroundings::directory;

/// Long scripts: all commands, all faults, on clusters of several sizes.
fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    for (nodes, seed) in [(1, 1), (3, 7), (5, 1), (5, u64::MAX), (7, 42), (101, 3)] {
        let rest = if nodes == 1 { "n1".to_owned() } else { format!("n2..n{nodes}") };
        texts.push(format!(
            "cluster {nodes} --seed {seed}; help; help put; help conditions; settings; status; echo 'a  b' c
             step 20; run 100ms; run until leader; status leader; links; put n1 x=5; put leader x=5
             put leader y=\"a b\" --wait 2s; get leader x --wait; cas leader x 5 6 --wait; cas leader x 5 7 --wait
             del leader y --wait; ops; ops 2; kv; logs; logs --last 2; diff; klil; status n9; settle
             expect leader; expect no-leader; expect all.commit >= 5 and n1.kv.x == 6; !put n9 x=5
             set loss 12.5%; set duplicate 25%; set latency 0us..30ms; set batch 2; set noop on; settings
             repeat 10 {{ put leader k=v; run 30ms }}
             set heartbeat 20ms; set election-timeout 50ms..90ms; set disk-latency 0us..20ms; run 2s; ops; logs
             loss 0; duplicate 0; kill leader; run until leader within 5s; restart down; run 1s; status
             isolate leader; run 1s; heal; run 1s; cut n1 {rest}; run 1s; cut n1 {rest} --one-way; heal n1 {rest}
             partition n1 | {rest}; put leader z=1; run 1s; links; ops; heal; run 1s; logs
             corrupt leader; corrupt all; logs; restart all; status; run 1s; history --last 30
             disk cut leader; disk cut n1; put leader x=9; run 1s; disk restore all; restart down; run 3s; status
             disk slow n1 30ms; disk full leader; set crash-tail any; disk tear n1; put leader x=9; run 20ms; restart n1; run 1s
             disk lie n1; disk lose n1; run 1s; disk stale n1; disk scrub all; disk sync n1; disk show n1; disk show n1 --hex --last 3
             set recovery truncate; corrupt all --vote; corrupt n1 --byte 101; restart all; disk restore all; run 3s; status
             pause n1; run 1s; resume all; timeout n1; run 200ms; tick leader; messages; settle; diff n1 n1; hold; run 1s
             messages n1; dup n1 n1; drop --all; release; delay n1 {rest} 20ms; loss 5% n1 {rest}; duplicate 5% {rest} n1
             run 1s; hold n1 {rest}; run 1s; deliver n1 {rest} --newest; deliver n1 {rest}; drop n1 {rest} --all; release
             set timers off; run 1s; set timers on; set history 2000; run 1s; links; messages; status
             history; history n1 --kind role_changed; history --since 150ms --last 5; history --since 20 --last 5; kv; ops"
        ));
    }
    texts
}

/// What a script prints, and the session afterwards.
fn said(text: &str) -> (String, Session) {
    let mut session = Session::new(Start::default());
    let mut out = Output::captured(100);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(Some("x.raft"), text), FailurePolicy::KeepGoing);
    let said = out.take();
    (said, session)
}

#[test]
fn the_same_commands_say_the_same() {
    for text in texts() {
        let (first, session) = said(&text);
        assert!(first.lines().count() > 300, "too little happened:\n{first}");
        let (second, again) = said(&text);
        assert!(first == second, "{text}\nsaid two different things");
        assert_eq!(session.journal(), again.journal());
        assert!(session.events().iter().eq(again.events().iter()));
    }
}

#[test]
fn other_seeds_say_something_else() {
    let text = |seed| format!("cluster 5 --seed {seed}; run 1s; history");
    let all: BTreeSet<String> = (0..20).map(|seed| said(&text(seed)).0).collect();
    assert_eq!(all.len(), 20);
}

#[test]
fn surroundings_do_not_matter() {
    let text = texts().remove(2);
    let surroundings: [&[(&str, &str)]; 4] = [
        &[],
        &[
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("TZ", "Asia/Tokyo"),
            ("COLUMNS", "40"),
        ],
        &[
            ("LANG", "C"),
            ("TERM", "dumb"),
            ("NO_COLOR", "1"),
            ("LINES", "3"),
            ("RUST_LOG", "trace"),
        ],
        &[
            ("HOME", "/nowhere"),
            ("RAFTSH_HISTORY", "/nowhere/x"),
            ("CLICOLOR", "1"),
            ("RAFTSH_SEED", "7"),
        ],
    ];
    let mut all = BTreeSet::new();
    for around in surroundings {
        let mut command = process::raftsh(&["--keep-going"]);
        command.envs(around.iter().copied());
        let ended = process::run(&mut command, text.as_bytes());
        assert!(ended.out.len() > 10_000);
        all.insert((ended.out, ended.err, ended.status));
    }
    assert_eq!(all.len(), 1, "surroundings change what is said");
    // Running a file prints the same as a pipe, except for its name.
    let root = directory("determinism", &[("x.raft", text.as_bytes())]);
    let file =
        process::run(process::raftsh(&["--keep-going", "run", "x.raft"]).current_dir(&root), b"");
    let (out, err, status) = all.pop_first().unwrap();
    assert_eq!(file.status, status);
    assert!(file.out == out && file.err == err.replace("<stdin>", "x.raft"));
}

/// The number of a move. The match is exhaustive, so that a new move does not compile until it has
/// a number; then it needs an example in [`actions`].
fn place(action: &Action) -> usize {
    match action {
        Action::Step(_) => 0,
        Action::Wait(_) => 1,
        Action::Invoke(_, Command::Put { .. }) => 2,
        Action::Invoke(_, Command::Get { .. }) => 3,
        Action::Invoke(_, Command::Del { .. }) => 4,
        Action::Invoke(_, Command::Cas { old: Some(_), .. }) => 5,
        Action::Invoke(_, Command::Cas { old: None, .. }) => 6,
        Action::Kill(_) => 7,
        Action::Restart(_) => 8,
        Action::Cut(_, _, LinkDirection::Both) => 9,
        Action::Cut(_, _, LinkDirection::OneWay) => 10,
        Action::Heal(_, _) => 11,
        Action::HealAll => 12,
        Action::Isolate(_) => 13,
        Action::Partition(_) => 14,
        Action::Corrupt(..) => 15,
        Action::Disk(_, DiskMove::Cut) => 16,
        Action::Disk(_, DiskMove::Restore) => 17,
        Action::Settle(None, _) => 18,
        Action::Settle(Some(_), _) => 19,
        Action::Preload(_) => 20,
        Action::Pause(_) => 21,
        Action::Resume(_) => 22,
        Action::Timeout(_) => 23,
        Action::Tick(_) => 24,
        Action::Delay(_, _, _) => 25,
        Action::LinkLoss(_, _, _) => 26,
        Action::LinkDuplicate(_, _, _) => 27,
        Action::Hold(_, _) => 28,
        Action::Release(_, _) => 29,
        Action::Deliver(_) => 30,
        Action::Drop(_) => 31,
        Action::Dup(_) => 32,
        Action::Flaw(_, true) => 33,
        Action::Flaw(_, false) => 34,
        Action::Disk(_, DiskMove::Fill) => 35,
        Action::Disk(_, DiskMove::Slow(_)) => 36,
        Action::Disk(_, DiskMove::Lie) => 37,
        Action::Disk(_, DiskMove::Tear) => 38,
        Action::Disk(_, DiskMove::Lose) => 39,
        Action::Disk(_, DiskMove::Stale) => 40,
        Action::Disk(_, DiskMove::Scrub) => 41,
        Action::Disk(_, DiskMove::Sync) => 42,
        Action::SetOf(_, _) => 43,
        Action::JudgeProgress(..) => 44,
        Action::Invoke(_, Command::Incr { .. }) => 45,
        Action::Invoke(_, Command::Append { .. }) => 46,
        Action::InvokeWith(..) => 47,
        Action::Retry(..) => 48,
        Action::Clients(_) => 49,
        Action::Drift(..) => 50,
        Action::Transfer(..) => 51,
        Action::Disk(_, DiskMove::Wipe) => 52,
        Action::Member(..) => 53,
        Action::Boot(_) => 54,
        Action::Snapshot(..) => 55,
        Action::PowerOff(_) => 56,
        Action::FireTimer(..) => 57,
        Action::Set(setting) => {
            let name = |name: &&str| *name == setting.name();
            MOVES + SETTING_NAMES.iter().position(name).unwrap()
        }
    }
}

/// The number of moves that change no setting.
const MOVES: usize = 58;

/// The number of all moves and settings.
const PLACES: usize = MOVES + SETTING_NAMES.len();

/// Examples of moves on disks.
fn disk_actions(nodes: NodeSet) -> Vec<Action> {
    let targets = [
        DamageTarget::LastEntry,
        DamageTarget::Entry(1),
        DamageTarget::State,
        DamageTarget::Tail,
        DamageTarget::Byte(0),
        DamageTarget::Byte(100),
    ];
    let mut all = targets.map(|target| Action::Corrupt(nodes, target)).to_vec();
    let moves = [
        DiskMove::Cut,
        DiskMove::Restore,
        DiskMove::Fill,
        DiskMove::Slow(0),
        DiskMove::Slow(1_500),
        DiskMove::Lie,
        DiskMove::Tear,
        DiskMove::Lose,
        DiskMove::Stale,
        DiskMove::Scrub,
        DiskMove::Sync,
        DiskMove::Wipe,
    ];
    all.extend(moves.map(|what| Action::Disk(nodes, what)));
    all.extend(CrashTail::WORDS.iter().map(|(_, tail)| Action::Set(Setting::CrashTail(*tail))));
    all.extend(Policy::WORDS.iter().map(|(_, policy)| Action::Set(Setting::Recovery(*policy))));
    all
}

/// Examples of changed settings, of all nodes and of single ones.
fn settings() -> Vec<Action> {
    let mut all = Vec::new();
    all.extend(Settings::default().all().map(Action::Set));
    let settings = [(0, 1), (1, 1), (1_500, 2_000), (150_000, 36_000_000_000_000)];
    for (min_us, max_us) in settings {
        let range = Range { min_us, max_us };
        all.extend([Setting::Latency(range), Setting::DiskLatency(range)].map(Action::Set));
        if min_us > 0 {
            all.extend(
                [Setting::ElectionTimeout(range), Setting::Heartbeat(max_us)].map(Action::Set),
            );
        }
    }
    for ppm in [0, 1, 125_000, 999_999, 1_000_000] {
        all.extend([Setting::Loss(ppm), Setting::Duplicate(ppm)].map(Action::Set));
    }
    all.extend([1, u32::MAX].map(|entries| Action::Set(Setting::Batch(entries))));
    let of_nodes = Settings::default().all().into_iter().chain([Setting::Timers(false)]);
    let of_nodes = of_nodes.filter(|setting| setting.scope() == Scope::Nodes);
    all.extend(of_nodes.map(|setting| Action::SetOf(setting, NodeSet::first(2))));
    all.extend([true, false].map(|on| Action::Set(Setting::Noop(on))));
    all.extend([true, false].map(|on| Action::Set(Setting::Timers(on))));
    all.extend([1, 1_000_000].map(|events| Action::Set(Setting::History(events))));
    all.push(Action::Set(Setting::Sessions(true)));
    all.extend(ReadKind::WORDS.iter().map(|(_, kind)| Action::Set(Setting::Reads(*kind))));
    all
}

/// Examples of every move, with awkward arguments among them.
fn actions() -> Vec<Action> {
    let mut all = actions_of_clients();
    all.extend(member_actions());
    all.extend(other_actions());
    all
}

/// Requests with options, requests that are sent again, and clients in the background.
fn actions_of_clients() -> Vec<Action> {
    let key = || "x".into();
    let client = || Some("c1".into());
    let mut all = vec![Action::Retry(OpId(1), NodeId::at(0)), Action::Clients(None)];
    for by in [1, 0, -3, i64::MIN, i64::MAX] {
        all.push(Action::Invoke(NodeId::at(0), Command::Incr { key: key(), by }));
    }
    for text in ["", "a b", "--wait", "é\n"] {
        let command = Command::Append { key: key(), text: text.into() };
        all.push(Action::Invoke(NodeId::at(0), command));
    }
    for read in [None, Some(ReadKind::Log), Some(ReadKind::Local)] {
        let options = RequestOptions { client: client(), read };
        all.push(Action::InvokeWith(NodeId::at(0), Command::Get { key: key() }, options));
    }
    let options = RequestOptions { client: client(), read: None };
    all.push(Action::InvokeWith(NodeId::at(0), Command::Incr { key: key(), by: -2 }, options));
    let mix = Mix::read("put=1,del=2,incr=3,append=4").unwrap();
    for load in [
        Load::default(),
        Load { clients: 1, keys: 1, rate: 1, mix, timeout_us: 1 },
        Load { clients: 100, keys: 100, rate: 10_000, ..Load::default() },
    ] {
        all.push(Action::Clients(Some(load)));
    }
    all
}

/// Changes to the members, and further nodes.
fn member_actions() -> Vec<Action> {
    let node = |number: usize| NodeId::first(number).last().unwrap();
    let set = |numbers: &[usize]| numbers.iter().map(|&number| node(number)).collect::<NodeSet>();
    vec![
        Action::Member(node(1), Change::Add(node(4))),
        Action::Member(node(1), Change::AddLearner(node(4))),
        Action::Member(node(2), Change::Promote(node(3))),
        Action::Member(node(2), Change::Remove(node(2))),
        Action::Member(
            node(1),
            Change::Set { voters: set(&[1, 3]), learners: Some(set(&[2])), stay: true },
        ),
        Action::Member(
            node(1),
            Change::Set { voters: set(&[1]), learners: Some(set(&[])), stay: false },
        ),
        Action::Member(node(1), Change::Set { voters: set(&[1, 2]), learners: None, stay: false }),
        Action::Member(node(1), Change::Leave),
        Action::Boot(1),
        Action::Snapshot(set(&[1, 2]), 0),
        Action::Snapshot(set(&[3]), 7),
        Action::Boot(3),
    ]
}

fn other_actions() -> Vec<Action> {
    let node = |number: usize| NodeId::first(number).last().unwrap();
    let set = |numbers: &[usize]| numbers.iter().map(|&number| node(number)).collect::<NodeSet>();
    let mut all = vec![
        Action::HealAll,
        Action::Drift(set(&[1, 2]), 100_000),
        Action::Drift(set(&[3]), -12_345),
        Action::Transfer(node(1), node(3)),
        Action::Drift(set(&[1]), 0),
        Action::JudgeProgress(Some(OpId(3)), 16_900_000),
        Action::Cut(set(&[1]), set(&[3]), LinkDirection::Both),
        Action::Cut(set(&[1, 2]), set(&[2, 3]), LinkDirection::OneWay),
        Action::Cut(NodeSet::first(5), NodeSet::first(5), LinkDirection::Both),
        Action::Heal(set(&[1]), set(&[5, 4])),
        Action::Partition(vec![set(&[1]), set(&[2])]),
        Action::Partition(vec![set(&[1, 3]), set(&[5]), set(&[2, 4])]),
    ];
    all.extend([1, 2, 1_000].map(Action::Step));
    all.extend([1, 999, 1_000, 1_500, 120_000, 150_000].map(Action::Wait));
    for nodes in [set(&[1]), set(&[1, 3, 5]), NodeSet::first(5)] {
        all.extend([Action::Kill(nodes), Action::Restart(nodes), Action::Isolate(nodes)]);
        all.push(Action::PowerOff(nodes));
        all.push(Action::FireTimer(nodes, Label::of("election")));
        all.extend(disk_actions(nodes));
    }
    let words = [
        "x",
        "a b",
        "none",
        "'",
        "\"\\",
        "#",
        ";",
        "{",
        "!",
        "-5",
        "--wait",
        "é漢\u{1f600}\u{202e}",
        "\0\u{1b}\n\t",
    ];
    for word in words {
        let text = || word.into();
        all.push(Action::Invoke(node(1), Command::Put { key: text(), value: text() }));
        all.push(Action::Invoke(
            node(1),
            Command::Put { key: text(), value: format!("={word}=").into() },
        ));
        all.push(Action::Invoke(node(1), Command::Put { key: text(), value: "".into() }));
        all.push(Action::Invoke(node(1), Command::Get { key: text() }));
        all.push(Action::Invoke(node(1), Command::Del { key: text() }));
        all.push(Action::Invoke(node(1), Command::Cas { key: text(), old: None, new: text() }));
        // A `cas` for the word `none` is left out: unquoted, it means that the key is absent.
        let old = if word == "none" { "" } else { word };
        all.push(Action::Invoke(
            node(1),
            Command::Cas { key: text(), old: Some(old.into()), new: text() },
        ));
    }
    all.extend(settings());
    for most in [None, Some(1), Some(17)] {
        all.extend([Action::Settle(None, most), Action::Settle(Some(set(&[1, 2])), most)]);
    }
    all.extend(Flaw::ALL.iter().flat_map(|&flaw| [true, false].map(|on| Action::Flaw(flaw, on))));
    all.extend(
        [OnViolation::Stop, OnViolation::Continue].map(Setting::OnViolation).map(Action::Set),
    );
    for nodes in [set(&[1]), set(&[2, 4]), NodeSet::first(5)] {
        all.extend([Action::Pause(nodes), Action::Resume(nodes), Action::Timeout(nodes)]);
    }
    all.push(Action::Tick(NodeId::at(0)));
    all.extend(on_links());
    for messages in [vec![1], vec![4, 2, 3]] {
        all.extend([
            Action::Deliver(messages.clone()),
            Action::Drop(messages.clone()),
            Action::Dup(messages),
        ]);
    }
    let terms = |terms: &[u32]| terms.iter().copied().map(Term).collect::<Vec<_>>();
    for (terms, term, vote) in [
        (terms(&[1, 1, 4]), None, None),
        (terms(&[]), Some(Term(7)), Some(node(2))),
        (terms(&[2]), Some(Term(3)), None),
        (terms(&[5]), None, Some(node(1))),
    ] {
        all.push(Action::Preload(Preload { node: node(1), terms, term, vote }));
    }
    all
}

/// Examples of moves on links.
fn on_links() -> Vec<Action> {
    let set = |numbers: &[usize]| {
        numbers.iter().map(|&number| NodeId::at(number - 1)).collect::<NodeSet>()
    };
    let mut all = Vec::new();
    for (from, to) in
        [(set(&[1]), set(&[2])), (set(&[1, 2]), set(&[2, 5])), (NodeSet::first(5), set(&[1]))]
    {
        all.extend([0, 1, 1_500, 36_000_000_000_000].map(|us| Action::Delay(from, to, us)));
        all.extend([0, 1, 125_000, 1_000_000].map(|ppm| Action::LinkLoss(from, to, ppm)));
        all.extend([0, 1, 125_000, 1_000_000].map(|ppm| Action::LinkDuplicate(from, to, ppm)));
        all.extend([Action::Hold(from, to), Action::Release(from, to)]);
    }
    all
}

/// Commands that make the move possible, without letting it happen by itself.
fn before(action: &Action) -> &'static str {
    match action {
        // In a cluster of one, n1 becomes leader as soon as its timer fires.
        Action::Invoke(..) | Action::InvokeWith(..) => "cluster 1; run until leader\n",
        Action::Disk(_, DiskMove::Stale) => {
            "cluster 5; run until leader; put leader x=5 --wait; run 1s; kill leader; run until leader; run 1s; restart down; run 2s\n"
        }
        Action::Corrupt(..) => "run until leader; put leader x=5 --wait; run 1s\n",
        Action::Step(_) => "heal\n",
        Action::Tick(_) => "cluster 1; run until leader\n",
        // After this, four RequestVotes are in flight.
        Action::Deliver(_) | Action::Drop(_) | Action::Dup(_) => {
            "hold; run until n1.term >= 1; run 5ms\n"
        }
        _ => "",
    }
}

#[test]
fn every_move_prints_as_the_line_that_makes_it() {
    let mut seen = BTreeSet::new();
    for action in actions() {
        seen.insert(place(&action));
        let (_, session) = said(before(&action));
        let place = SourcePlace { source: None, line: 1 };
        let nodes = Builder::default().feed(&place, &action.to_string()).unwrap();
        let [Node::Command(statement)] = nodes.as_slice() else { panic!("{action}") };
        let read = Grammar::shared().read(statement).unwrap().command;
        assert!(read.moves(), "{action}");
        assert_eq!(read.action(&session).unwrap().as_ref(), Some(&action), "{action}");
    }
    assert_eq!(seen.len(), PLACES, "a move has no example");
}

#[test]
fn a_journal_is_a_script() {
    for text in texts() {
        let (_, session) = said(&text);
        let journal = session.journal();
        let script: Vec<String> = journal.actions().map(|action| action.to_string()).collect();
        let script =
            format!("cluster {} --seed {}\n{}", journal.nodes, journal.seed, script.join("\n"));
        let (said, again) = said(&script);
        // What was violated is violated again, and every move is possible again.
        let failed = said
            .lines()
            .filter(|line| line.contains("error: ") && !line.contains("error: violated"));
        assert_eq!(failed.count(), 0, "{}", process::start(&said));
        assert_eq!(again.journal(), journal);
        assert!(again.events().iter().eq(session.events().iter()));
    }
}

#[test]
fn long_waiting_is_a_script_as_well() {
    let (_, session) = said("kill all; repeat 1000 { run 10000h }; restart n1; run 1s");
    let script: Vec<String> =
        session.journal().actions().map(|action| action.to_string()).collect();
    let (said, again) = said(&script.join("\n"));
    assert!(!said.contains("error: "), "{}", process::start(&said));
    assert_eq!(again.world().now_us(), session.world().now_us());
}
