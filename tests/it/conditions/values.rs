//! Values on both sides of a comparison, counts, changes and events.

use raftsh::check::condition::*;
use raftsh::check::selector::Selector;
use raftsh::console::Output;
use raftsh::language::condition::{self, Scope};
use raftsh::raft::RoleName;
use raftsh::script::{FailurePolicy, Runner, Script};
use raftsh::session::{Session, Start};

use super::{compare, count, every, field, kv, n, point_at, reads_and_prints, test, text};
use crate::surroundings::on_one_line;

/// Values of nodes, requests and counts may stand on both sides.
#[test]
fn every_value_of_the_language() {
    use Comparison::*;
    let leaders = || test(Field::Role, Equal, Operand::Role(RoleName::Leader));
    let cases = [
        ("n1.term == n2.term", n(1, test(Field::Term, Equal, field(2, Field::Term)))),
        (
            "all.commit == leader.last",
            every(
                Selector::All,
                test(Field::Commit, Equal, Operand::Field(OneNode::Leader, Field::Last)),
            ),
        ),
        ("n1.log == n2.log", n(1, test(Field::Log, Equal, field(2, Field::Log)))),
        ("n1.kv.x == n2.kv.x", n(1, kv("x", field(2, Field::Kv("x".to_owned()))))),
        ("n1.kv.\"a b\" == n2.kv.\"c d\"", n(1, kv("a b", field(2, Field::Kv("c d".to_owned()))))),
        ("n1.kv.x == op3.value", n(1, kv("x", Operand::OpValue(OpRef::Number(3))))),
        ("n1.kv.x == n2.commit", n(1, kv("x", field(2, Field::Commit)))),
        ("n1.kv.x == \"n2.commit\"", n(1, kv("x", text("n2.commit")))),
        ("n1.kv.x == \"op.value\"", n(1, kv("x", text("op.value")))),
        ("n1.kv.x == n2", n(1, kv("x", text("n2")))),
        ("n1.kv.x == leader", n(1, kv("x", text("leader")))),
        ("n1.vote == leader", n(1, test(Field::Vote, Equal, Operand::Leader))),
        ("n1.vote == n2.vote", n(1, test(Field::Vote, Equal, field(2, Field::Vote)))),
        ("n1.leader == leader", n(1, test(Field::Leader, Equal, Operand::Leader))),
        ("n1.role == n2.role", n(1, test(Field::Role, Equal, field(2, Field::Role)))),
        ("n1.role == leader", n(1, leaders())),
        ("n1.state == up", n(1, test(Field::State, Equal, Operand::State(State::Up)))),
        ("n1.match.n2 == n2.last", n(1, test(Field::Match(2), Equal, field(2, Field::Last)))),
        ("leader == n1.leader", compare(Operand::Leader, Equal, field(1, Field::Leader))),
        (
            "op1 == op2",
            compare(Operand::Op(OpRef::Number(1)), Equal, Operand::Op(OpRef::Number(2))),
        ),
        ("3 <= n1.term", compare(Operand::Number(3), AtMost, field(1, Field::Term))),
        ("2s > time", compare(Operand::Duration(2_000_000), Greater, Operand::Time)),
        ("[1,1] == n1.log", compare(Operand::Log(vec![1, 1]), Equal, field(1, Field::Log))),
        ("leaders <= 1", compare(Operand::Leaders, AtMost, Operand::Number(1))),
        ("up >= 3", compare(Operand::Up, AtLeast, Operand::Number(3))),
        ("up == messages", compare(Operand::Up, Equal, Operand::Messages)),
        ("n1.term > up", n(1, test(Field::Term, Greater, Operand::Up))),
        (
            "count(live.role == leader) <= 1",
            compare(count(Selector::Live, leaders()), AtMost, Operand::Number(1)),
        ),
        (
            "count(all.commit >= leader.commit) == leaders",
            compare(
                count(
                    Selector::All,
                    test(Field::Commit, AtLeast, Operand::Field(OneNode::Leader, Field::Commit)),
                ),
                Equal,
                Operand::Leaders,
            ),
        ),
        ("n1.term changes", Fact::Changes(field(1, Field::Term))),
        ("leader.commit changes", Fact::Changes(Operand::Field(OneNode::Leader, Field::Commit))),
        ("leader changes", Fact::Changes(Operand::Leader)),
        ("op changes", Fact::Changes(Operand::Op(OpRef::Latest))),
        ("op3.value changes", Fact::Changes(Operand::OpValue(OpRef::Number(3)))),
        ("leaders changes", Fact::Changes(Operand::Leaders)),
        ("up changes", Fact::Changes(Operand::Up)),
        ("messages changes", Fact::Changes(Operand::Messages)),
        ("count(live.role == leader) changes", Fact::Changes(count(Selector::Live, leaders()))),
        ("event node_killed", Fact::Event { kind: "node_killed", nodes: None }),
        (
            "event role_changed n2",
            Fact::Event { kind: "role_changed", nodes: Some(Selector::Node(2)) },
        ),
    ];
    reads_and_prints(cases);
}

#[test]
fn errors_about_values_point_at_what_is_wrong() {
    let several = "may be several nodes, and one value belongs on the right of a comparison";
    point_at(&[
        ("n1.term == ‹all.term›", &format!("'all' {several}")),
        ("n1.term == ‹any.term›", &format!("'any' {several}")),
        ("n1.kv.x == ‹n1..n3.kv.x›", &format!("'n1..n3' {several}")),
        ("n1.term == n2.‹tem›", "unknown property 'tem'; did you mean 'term'?"),
        ("n1.term == ‹n2.role›", "n1.term and n2.role cannot be compared: numbers and roles"),
        ("n1.log == ‹n2.term›", "n1.log and n2.term cannot be compared: logs and numbers"),
        ("n1.term == ‹leader›", "'leader' is not a number"),
        ("time >= ‹n1.term›", "time and n1.term cannot be compared: durations and numbers"),
        ("5‹›", "expected a comparison (== != < <= > >=) here"),
        ("count‹›", "expected '(' after count here"),
        ("count ‹leader›", "expected '(' after count, found 'leader'"),
        ("count(‹live›)", "'live' needs a property"),
        ("count(‹any.term› == 2) == 1", "'any' is no set of nodes to count"),
        ("count‹(›live.term == 2", "this '(' is never closed"),
        ("count(live.term == 2 ‹and› leader)", "expected ')', found 'and'"),
        ("count(live.term == 2)‹›", "expected a comparison (== != < <= > >=) here"),
        ("all.term ‹changes›", "'all' may be several nodes, and 'changes' needs one"),
        ("time ‹changes›", "'time' changes with every step"),
        ("3 ‹changes›", "'3' never changes"),
        ("‹changes›", "a value is missing before 'changes'"),
        ("event‹›", "expected a kind of event, such as node_killed here"),
        ("event ‹node_kiled›", "unknown kind of event 'node_kiled'; did you mean 'node_killed'?"),
        (
            "event node_killed ‹x9›",
            "'x9' is not a node; nodes are n1, n2, …, or all, leader, followers, live, down",
        ),
    ]);
    for (source, at) in [("n1.term changes", 8), ("leader and event node_killed", 11)] {
        let error = condition::parse(source, 0, Scope::Moment).unwrap_err();
        assert_eq!(error.at.as_ref().map(|span| span.start), Some(at), "{source}");
        assert!(error.message.contains("asks about a step"), "{source}: {error:?}");
        assert!(error.help[0].contains("run until"), "{source}: {error:?}");
    }
}

/// Runs commands on 3 nodes at the prompt; the output in one line.
fn said(lines: &str) -> String {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let mut out = Output::captured(100);
    let mut runner = Runner::new(&mut session, &mut out);
    runner.run(&mut Script::text(None, lines), FailurePolicy::Prompt);
    on_one_line(&out.take())
}

/// A leader n3 and two followers that hold the same, then without the leader.
#[test]
fn values_are_compared() {
    let cluster = "run until leader; put leader x=5 --wait; get leader x --wait; run 100ms";
    let holds = "n1.term == n2.term, n1.log == n2.log, all.commit == leader.last,
        n1.kv.x == n2.kv.x, n1.kv.x == op2.value, op2.value == n1.kv.x, n1.kv.y == n2.kv.y,
        n1.kv.x != n2.kv.y, n1.kv.x != n1.term, n1.vote == leader, leader == n1.vote,
        n1.leader == n3, n1.leader == leader, all.leader == n3, n1.role == n2.role,
        n1.role != n3.role, op1 == op2, 3 == up, 2 <= n1.last, [1,1] == n2.log, 1h > time,
        count(live.role == follower) == 2, count(live.commit == leader.commit) == up,
        leaders == 1, leader.match.n1 == n1.last, count(all.kv.x == 5) == 3, 0 == messages,
        any.last == leader.last, n1.last > n1.term, not n1.last < n1.term";
    for condition in holds.split(',').map(str::trim) {
        // A list of terms contains a comma.
        let condition = if condition == "[1" { "[1,1] == n2.log" } else { condition };
        if condition == "1] == n2.log" {
            continue;
        }
        let said = said(&format!("{cluster}\nexpect {condition}"));
        assert!(!said.contains("error"), "{condition}: {said}");
    }
    let holds_then = "not all.commit == leader.last, not all.commit != leader.last, up == 2,
        leaders == 0, n1.leader == n3, n3.leader == none, n3.state == down, not leader == n1.vote,
        leader != n1, not n1.vote == leader, not n1.vote != leader, not n3.commit == n3.commit,
        n3.commit != n3.commit, n3.vote == n1.vote, n3.term == n1.term, n3.log == n1.log,
        count(down.last == n1.last) == 1, not n3.role == n3.role, count(leader.term == 1) == 0";
    for condition in holds_then.split(',').map(str::trim) {
        let said = said(&format!("{cluster}; kill leader\nexpect {condition}"));
        assert!(!said.contains("error"), "{condition}: {said}");
    }
}

/// A counter in the store can be compared with numbers by order, from the side of the number.
#[test]
fn a_number_in_the_store_is_a_number() {
    let put = |value: &str| format!("run until leader; put leader n={value} --wait; run 60ms");
    assert!(
        !said(&format!("{}\nexpect n1.term < n1.kv.n and 9 < n1.kv.n", put("10")))
            .contains("error")
    );
    assert!(
        said(&format!("{}\nexpect n1.term < n1.kv.n", put("ten")))
            .contains("found n1: 1; n1.kv.n: ten")
    );
}

/// `changes` compares with the beginning of the command, `event` looks at the step just made.
#[test]
fn a_run_waits_for_changes_and_events() {
    for (lines, found) in [
        ("run until n1.term changes; expect n1.term == 1", "condition met after"),
        (
            "run until leader; run until leader changes within 1s",
            "expected `leader changes` within 1s, found n3 as leader, as before",
        ),
        (
            "run until leader; kill leader; run until leader changes; expect leader == n1 or \
             leader == n2",
            "condition met",
        ),
        ("run until leaders changes; expect leaders == 1 and leader", "condition met"),
        ("run until event vote_granted n1; history --last 1", "vote"),
        (
            "run until event vote_granted leader within 1s",
            "expected `event vote_granted leader` within 1s",
        ),
        (
            "run until event role_changed n1 and n1.term == 1; expect n1.term == 1",
            "condition met after",
        ),
        // The event that ended the last command is not of this one's steps.
        ("run until event node_killed within 1s", "no such event in the step just made"),
        ("kill n2; run until event node_killed within 1s", "no such event in the step just made"),
        (
            "run until event role_changed; run until event role_changed within 1ms",
            "expected `event role_changed` within 1ms",
        ),
        (
            "run until leader; put leader x=1; run until op changes; expect op == ok",
            "condition met",
        ),
        (
            "run until leader; put leader x=1; run until op.value changes or op changes",
            "condition met",
        ),
        ("run until messages changes", "condition met"),
        ("run until not n1.term changes", "condition met already"),
        ("run until count(all.term == 1) changes; expect any.term == 1", "condition met"),
    ] {
        let said = said(lines);
        assert!(said.contains(found), "{lines}: {said}");
        let expects_error = found.starts_with("expected") || found.starts_with("no such");
        assert_eq!(said.contains("error"), expects_error, "{lines}: {said}");
    }
}

/// The parts of a condition that fails are marked; what was found stands beside them.
#[test]
fn the_parts_that_hold_are_marked() {
    for (condition, told) in [
        (
            "n1.term == 1 and leader == n1",
            "help: ✓ n1.term == 1 found n1: 1 help: ✗ leader == n1 found n3 as leader",
        ),
        (
            "not leader and not (n1.term == 2 or up == 3)",
            "help: ✗ not leader found n3 as leader help: ✓ not n1.term == 2 found n1: 1 \
             help: ✗ not up == 3 found up: 3",
        ),
        (
            "all.last == leader.last and n1.role == n3.role",
            "✓ all.last == leader.last found n1: 0, n2: 0, n3: 0; leader.last: 0 help: ✗ n1.role \
             == n3.role found n1: follower; n3.role: leader",
        ),
        // One part needs no mark.
        ("not leader", "expected `not leader`, found n3 as leader"),
        ("count(all.term == 2) >= 1", "found count(all.term == 2): 0"),
    ] {
        let said = said(&format!("run until leader\nexpect {condition}"));
        assert!(said.contains(told), "{condition}: {said}");
    }
}
