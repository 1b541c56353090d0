//! The language of conditions, by examples and by random input.

mod random;
mod values;

use raftsh::check::condition::*;
use raftsh::check::selector::Selector;
use raftsh::language::condition::{self, ExpectedWord, Scope};
use raftsh::language::error::Error;
use raftsh::raft::RoleName;
use raftsh::sim::Outcome;

use crate::saved::moves::Dice;

fn pick<T: Clone>(dice: &mut Dice, options: &[T]) -> T {
    options[dice.below(options.len())].clone()
}

/// Reads a condition that may ask about steps.
fn parse(source: &str, base: usize) -> Result<Condition, Error> {
    condition::parse(source, base, Scope::Steps)
}

/// What is expected next in a condition that asks about a moment.
fn wanted(source: &str) -> Option<ExpectedWord> {
    condition::wanted(source, Scope::Moment)
}

fn node(subject: NodeQuantifier, test: Test) -> Fact {
    Fact::Node { subject, test }
}

fn every(selector: Selector, test: Test) -> Fact {
    node(NodeQuantifier::Every(selector), test)
}

fn n(number: u64, test: Test) -> Fact {
    every(Selector::Node(number), test)
}

fn test(field: Field, comparison: Comparison, right: Operand) -> Test {
    Test { field, comparison, right }
}

fn number(field: Field, comparison: Comparison, value: u64) -> Test {
    test(field, comparison, Operand::Number(value))
}

fn kv(key: &str, value: Operand) -> Test {
    test(Field::Kv(key.to_owned()), Comparison::Equal, value)
}

fn text(text: &str) -> Operand {
    Operand::Text(text.to_owned())
}

fn compare(left: Operand, comparison: Comparison, right: Operand) -> Fact {
    Fact::Compare { left, comparison, right }
}

fn field(number: u64, field: Field) -> Operand {
    Operand::Field(OneNode::Number(number), field)
}

fn count(nodes: Selector, test: Test) -> Operand {
    Operand::Count(nodes, Box::new(test))
}

fn committed(key: &str, value: &str) -> Fact {
    Fact::Committed { key: key.to_owned(), value: value.to_owned() }
}

#[test]
fn every_fact_of_the_language() {
    use Comparison::*;
    let cases = [
        ("leader", Fact::Leader),
        ("no-leader", Fact::NoLeader),
        ("leader == n1", compare(Operand::Leader, Equal, Operand::Node(1))),
        ("leader != n1", compare(Operand::Leader, NotEqual, Operand::Node(1))),
        ("leader.term == 2", every(Selector::Leader, number(Field::Term, Equal, 2))),
        ("n2.role == follower", n(2, test(Field::Role, Equal, Operand::Role(RoleName::Follower)))),
        (
            "n2.role != candidate",
            n(2, test(Field::Role, NotEqual, Operand::Role(RoleName::Candidate))),
        ),
        ("n2.state == halted", n(2, test(Field::State, Equal, Operand::State(State::Halted)))),
        ("n1.term >= 3", n(1, number(Field::Term, AtLeast, 3))),
        ("n1.vote == n2", n(1, test(Field::Vote, Equal, Operand::Node(2)))),
        ("n1.vote != none", n(1, test(Field::Vote, NotEqual, Operand::None))),
        ("n1.leader == n2", n(1, test(Field::Leader, Equal, Operand::Node(2)))),
        ("n1.leader == none", n(1, test(Field::Leader, Equal, Operand::None))),
        ("n1.commit == 5", n(1, number(Field::Commit, Equal, 5))),
        ("n1.applied < 5", n(1, number(Field::Applied, Less, 5))),
        ("n1.last <= 18446744073709551615", n(1, number(Field::Last, AtMost, u64::MAX))),
        ("n1.match.n2 == 4", n(1, number(Field::Match(2), Equal, 4))),
        ("n1.next.n2 > 5", n(1, number(Field::Next(2), Greater, 5))),
        ("n1.log == [1,1,4]", n(1, test(Field::Log, Equal, Operand::Log(vec![1, 1, 4])))),
        ("n1.log != []", n(1, test(Field::Log, NotEqual, Operand::Log(vec![])))),
        ("n1.kv.x == 5", n(1, kv("x", text("5")))),
        ("n1.kv.x == none", n(1, kv("x", Operand::None))),
        ("n1.kv.x == \"none\"", n(1, kv("x", text("none")))),
        ("n1.kv.a.b-c == and", n(1, kv("a.b-c", text("and")))),
        ("n1.kv.\"a b\" == \"\"", n(1, kv("a b", text("")))),
        ("op == ok", compare(Operand::Op(OpRef::Latest), Equal, Operand::Outcome(Outcome::Ok))),
        (
            "op3 != pending",
            compare(Operand::Op(OpRef::Number(3)), NotEqual, Operand::Outcome(Outcome::Pending)),
        ),
        ("op3.value == 5", compare(Operand::OpValue(OpRef::Number(3)), Equal, text("5"))),
        ("op.value != none", compare(Operand::OpValue(OpRef::Latest), NotEqual, Operand::None)),
        ("all.commit >= 5", every(Selector::All, number(Field::Commit, AtLeast, 5))),
        (
            "any.role == candidate",
            node(NodeQuantifier::Any, test(Field::Role, Equal, Operand::Role(RoleName::Candidate))),
        ),
        ("live.term == 2", every(Selector::Live, number(Field::Term, Equal, 2))),
        ("n1..n3.term == 2", every(Selector::Range(1, 3), number(Field::Term, Equal, 2))),
        ("committed x=5", committed("x", "5")),
        ("committed \"a b\"=\"c\\n\\\"d\"", committed("a b", "c\n\"d")),
        ("committed leader=none", committed("leader", "none")),
        ("agree", Fact::Agree),
        ("quiet", Fact::Quiet),
        ("linearizable", Fact::Linearizable),
        ("messages == 0", compare(Operand::Messages, Equal, Operand::Number(0))),
        ("time >= 2s", compare(Operand::Time, AtLeast, Operand::Duration(2_000_000))),
    ];
    reads_and_prints(cases);
}

fn reads_and_prints<const N: usize>(cases: [(&str, Fact); N]) {
    for (text, fact) in cases {
        let expected = Condition::Is(fact);
        assert_eq!(parse(text, 0).as_ref(), Ok(&expected), "{text}");
        assert_eq!(expected.to_string(), text);
    }
}

#[test]
fn other_spellings_mean_the_same() {
    for (text, printed) in [
        ("  n1.term>=3  ", "n1.term >= 3"),
        ("n1.kv.x!=5", "n1.kv.x != 5"),
        ("n1.log==[ 1 , 1,4 ]", "n1.log == [1,1,4]"),
        ("committed 'x' = '5'", "committed x=5"),
        (r#"committed "\x41\u{e9}"='\n'"#, r#"committed Aé="\\n""#),
        ("n1.kv.'#'==wow!", "n1.kv.\"#\" == \"wow!\""),
        ("time >= 0", "time >= 0us"),
        ("time>=1.5ms", "time >= 1500us"),
        ("leader and not agree or quiet", "leader and not agree or quiet"),
        ("(leader and (not (agree))) or (quiet)", "leader and not agree or quiet"),
        ("leader and (agree or quiet)", "leader and (agree or quiet)"),
        ("not (leader and agree)", "not (leader and agree)"),
        ("(leader and agree) and quiet", "leader and agree and quiet"),
        ("leader or (agree or quiet)", "leader or agree or quiet"),
        ("not not(leader)", "not not leader"),
        ("not leader == n1", "not leader == n1"),
    ] {
        let condition = parse(text, 0).unwrap();
        assert_eq!(condition.to_string(), printed);
        assert_eq!(parse(printed, 0), Ok(condition), "{printed}");
    }
}

#[test]
fn binding() {
    let fact = |fact| Condition::Is(fact);
    assert_eq!(
        parse("not leader and agree or quiet and no-leader", 0).unwrap(),
        Condition::Or(vec![
            Condition::And(vec![Condition::Not(Box::new(fact(Fact::Leader))), fact(Fact::Agree)]),
            Condition::And(vec![fact(Fact::Quiet), fact(Fact::NoLeader)]),
        ])
    );
}

/// The error for a source: the source with the wrong part marked `‹…›`, and the message.
fn error(source: &str) -> (String, String) {
    const BASE: usize = 7;
    let error = parse(source, BASE).unwrap_err();
    assert_eq!(error.status, raftsh::language::error::Status::Usage);
    let at = error.at.unwrap();
    let (start, end) = (at.start - BASE, at.end - BASE);
    (format!("{}‹{}›{}", &source[..start], &source[start..end], &source[end..]), error.message)
}

fn point_at(cases: &[(&str, &str)]) {
    for (marked, message) in cases {
        let source = marked.replace(['‹', '›'], "");
        assert_eq!(error(&source), ((*marked).to_owned(), (*message).to_owned()));
    }
}

#[test]
fn errors_in_facts_point_at_what_is_wrong() {
    point_at(&[
        ("‹›", "a condition is missing"),
        ("‹  ›", "a condition is missing"),
        ("‹commited› x=5", "unknown condition 'commited'; did you mean 'committed'?"),
        ("‹laeder›", "unknown condition 'laeder'; did you mean 'leader'?"),
        ("‹laeder›.term == 2", "'laeder' is not a node; did you mean 'leader'?"),
        ("n1.‹comit› >= 5", "unknown property 'comit'; did you mean 'commit'?"),
        (
            "n1.‹xyz› == 5",
            "unknown property 'xyz'; expected one of role, state, term, vote, leader, commit, \
             applied, last, match, next, log, kv, members, outgoing, learners, snapshot, first",
        ),
        ("n1.role == ‹folower›", "unknown role 'folower'; did you mean 'follower'?"),
        (
            "n1.role == ‹king›",
            "unknown role 'king'; expected one of follower, pre-candidate, candidate, leader",
        ),
        (
            "n1.role == ‹5ms›",
            "unknown role '5ms'; expected one of follower, pre-candidate, candidate, leader",
        ),
        ("n1.state == ‹hatled›", "unknown state 'hatled'; did you mean 'halted'?"),
        ("op3 == ‹okay›", "unknown outcome 'okay'; expected one of ok, failed, pending, unknown"),
        ("op3.‹valeu› == 1", "unknown property 'valeu' of a request; write op3 or op3.value"),
        ("‹op99999999999999999999› == ok", "the number in 'op99999999999999999999' is too large"),
        ("n1.role ‹<› leader", "'<' does not compare roles; use == or !="),
        ("leader ‹>=› n1", "'>=' does not compare nodes; use == or !="),
        (
            "leader == ‹x1›",
            "'x1' is not a node; nodes are n1, n2, …, or all, leader, followers, live, down",
        ),
        ("leader == ‹none›", "'none' is not a node"),
        ("n1.log ‹>› [1]", "'>' does not compare logs; use == or !="),
        ("n1.term ‹=› 3", "expected a comparison (== != < <= > >=), found '='"),
        ("n1.term ‹3›", "expected a comparison (== != < <= > >=), found '3'"),
        ("n1.term ==‹›", "expected a number here"),
        ("n1.term == ‹x›", "'x' is not a number"),
        ("n1.term == ‹\"3\"›", "expected a number, found \"3\""),
        ("n1.term == ‹-1›", "'-1' is negative; expected 0 or more"),
        ("n1.term == ‹1_000›", "'1_000' is not a number; write the digits without separators"),
        (
            "n1.term == ‹99999999999999999999›",
            "'99999999999999999999' is too large; the largest number is 18446744073709551615",
        ),
        ("n1.‹match› == 3", "match needs a node, as in match.n2"),
        (
            "n1.match‹.› == 3",
            "'' is not a node; nodes are n1, n2, …, or all, leader, followers, live, down",
        ),
        ("n1.match.‹2› == 3", "'2' is not a node; did you mean 'n2'?"),
        ("n1.term‹.x› == 3", "nothing can follow 'term'"),
        ("n1‹.› == 3", "a property is missing after the dot"),
        ("‹n1› == 3", "'n1' needs a property, as in n1.role == leader"),
        ("‹all›", "'all' needs a property, as in all.role == leader"),
        (
            "‹n99999999999999999999999›.term == 1",
            "the number in 'n99999999999999999999999' is too large for a node",
        ),
        (
            "‹n99999999999999999999999›",
            "the number in 'n99999999999999999999999' is too large for a node",
        ),
        ("‹n3..n1›.term == 1", "'n3..n1' runs backwards; did you mean 'n1..n3'?"),
        ("n1.‹kv› == 5", "a key is missing; write kv.x, or kv.\"a key\""),
        ("n1.‹kv.› == 5", "a key is missing; write kv.x, or kv.\"a key\""),
        ("n1.‹kv.› \"x\" == 5", "a key is missing; write kv.x, or kv.\"a key\""),
        ("n1.kv.x ‹<› 5", "'<' does not compare values; use == or !="),
        ("n1.kv.x ==‹›", "expected a value or none here"),
        ("n1.kv.x == a‹=›b", "expected 'and', 'or' or the end of the condition, found '='"),
        ("n1.log == ‹5›", "expected a list of terms such as [1,1,4], found '5'"),
        ("n1.log == ‹[›1,2", "this '[' is never closed"),
        ("n1.log == [1,‹]›", "expected a number, found ']'"),
        ("n1.log == [1 ‹2›]", "expected ',' or ']', found '2'"),
    ]);
}

#[test]
fn errors_about_writes_times_and_joins_point_at_what_is_wrong() {
    point_at(&[
        ("committed‹›", "expected a write such as x=5 here"),
        ("committed x‹›", "expected '=' and a value here"),
        ("committed x ‹==› 5", "expected '=' and a value, found '=='"),
        ("committed x=‹›", "expected a value (\"\" is the empty one) here"),
        ("committed ‹=›5", "expected a write such as x=5, found '='"),
        ("committed ‹\"›x=5", "this quote is never closed; a closing \" is missing"),
        ("committed x=‹'›5", "this quote is never closed; a closing ' is missing"),
        (
            "committed x=\"é‹\\q›\"",
            "'\\q' is not an escape; escapes are \\n \\r \\t \\0 \\e \\\\ \\\" \\' \\x1b \\u{e9}",
        ),
        (
            "committed x=\"‹\\x›80\"",
            "'\\x' is not an escape; write \\x and two digits from 00 to 7f",
        ),
        (
            "committed x=\"‹\\u›{d800}\"",
            "'\\u' is not an escape; write \\u{…} with the number of a character, such as \\u{e9}",
        ),
        ("time >= ‹2›", "'2' has no unit; write it as 500us, 150ms, 2s, 5m, 10h or 1m30s"),
        ("time >= ‹2d›", "unknown unit 'd' in '2d'; units are us, ms, s, m, h"),
        ("messages‹›", "expected a comparison (== != < <= > >=) here"),
        ("leader and‹›", "expected a condition here"),
        ("leader and ‹or› agree", "expected a condition, found 'or'"),
        ("‹and›", "expected a condition, found 'and'"),
        ("not‹›", "expected a condition here"),
        ("leader ‹agree›", "expected 'and', 'or' or the end of the condition, found 'agree'"),
        ("leader ‹&&› agree", "expected 'and', 'or' or the end of the condition, found '&&'"),
        ("‹(›leader", "this '(' is never closed"),
        ("(leader ‹agree›)", "expected 'and', 'or' or ')', found 'agree'"),
        ("leader‹)›", "no '(' is open for this ')'"),
        ("(‹)›", "expected a condition, found ')'"),
        ("‹\"leader\"›", "expected a condition, found \"leader\""),
    ]);
}

#[test]
fn errors_say_what_to_write_instead() {
    for (source, help) in [
        ("n1.term = 3", "write '==' to compare"),
        ("leader && agree", "write 'and'"),
        ("leader || agree", "write 'or'"),
        ("!leader", "write 'not'"),
        ("leader == none", "write 'no-leader'"),
        (
            "n1.comit == 1",
            "expected one of role, state, term, vote, leader, commit, applied, last, match, next, \
             log, kv, members, outgoing, learners, snapshot, first",
        ),
        ("committed x==5", "write committed x=5"),
    ] {
        let error = parse(source, 0).unwrap_err();
        assert_eq!(error.help, [help], "{source}");
    }
}

#[test]
fn nesting_is_bounded_and_length_is_not() {
    for (open, close) in [("(", ")"), ("not ", ""), ("not (", ")")] {
        let nested =
            |levels: usize| format!("{}leader{}", open.repeat(levels), close.repeat(levels));
        let per_level = if open == "not (" { 2 } else { 1 };
        let deepest = parse(&nested(MAX_DEPTH / per_level), 0).unwrap();
        assert_eq!(parse(&deepest.to_string(), 0), Ok(deepest));
        for levels in [MAX_DEPTH / per_level + 1, 100_000] {
            let error = parse(&nested(levels), 0).unwrap_err();
            assert_eq!(error.message, "the condition is nested deeper than 100 levels");
            let start = open.len() * (MAX_DEPTH / per_level);
            assert_eq!(error.at, Some(start..start + open.trim().len().min(3)), "{open}");
        }
    }
    for word in [" and ", " or "] {
        let chain = vec!["leader"; 100_000].join(word);
        let condition = parse(&chain, 0).unwrap();
        assert_eq!(condition.to_string(), chain);
    }
    let terms = format!("n1.log == [{}]", vec!["1"; 100_000].join(","));
    assert_eq!(parse(&terms, 0).unwrap().to_string(), terms);
}

#[test]
fn long_words_stay_short_in_messages() {
    for source in [
        "x".repeat(70_000),
        format!("n1.{}", "x".repeat(70_000)),
        format!("n1.term == {}", "9".repeat(70_000)),
    ] {
        assert!(parse(&source, 0).unwrap_err().message.len() < 300);
    }
}

#[test]
fn what_may_stand_next() {
    let join = |open| Some(ExpectedWord::Join { comparable: false, open });
    for (source, expected) in [
        ("", Some(ExpectedWord::Fact)),
        ("not ", Some(ExpectedWord::Fact)),
        ("leader", Some(ExpectedWord::Join { comparable: true, open: false })),
        ("leader ==", Some(ExpectedWord::Operand { kind: Kind::Node, none: false })),
        ("leader == n1", join(false)),
        ("not agree", join(false)),
        ("agree and", Some(ExpectedWord::Fact)),
        ("agree or not", Some(ExpectedWord::Fact)),
        ("agree and quiet", join(false)),
        ("(agree", join(true)),
        ("not (agree or quiet", join(true)),
        ("(agree)", join(false)),
        ("n1.term", Some(ExpectedWord::Comparison { ordered: true, changes: false })),
        ("n1.term >=", Some(ExpectedWord::Operand { kind: Kind::Number, none: false })),
        ("n1.term >= 3", join(false)),
        ("n1.kv.x", Some(ExpectedWord::Comparison { ordered: false, changes: false })),
        ("n1.kv.\"a b\"", Some(ExpectedWord::Comparison { ordered: false, changes: false })),
        ("n1.kv.", Some(ExpectedWord::Free("KEY"))),
        ("n1.kv.x ==", Some(ExpectedWord::Operand { kind: Kind::Text, none: true })),
        ("n1.kv.x == 5", join(false)),
        ("op3.value", Some(ExpectedWord::Comparison { ordered: false, changes: false })),
        ("n1.match.n2", Some(ExpectedWord::Comparison { ordered: true, changes: false })),
        ("n1", None),
        ("n1.role", Some(ExpectedWord::Comparison { ordered: false, changes: false })),
        ("n1.role ==", Some(ExpectedWord::Operand { kind: Kind::Role, none: false })),
        ("n1.vote !=", Some(ExpectedWord::Operand { kind: Kind::Node, none: true })),
        ("n1.log ==", Some(ExpectedWord::Operand { kind: Kind::Log, none: false })),
        ("op ==", Some(ExpectedWord::Operand { kind: Kind::Outcome, none: false })),
        ("committed", Some(ExpectedWord::Key)),
        ("committed x", Some(ExpectedWord::Assign)),
        ("committed x=", Some(ExpectedWord::Free("VALUE"))),
        ("time >", Some(ExpectedWord::Operand { kind: Kind::Duration, none: false })),
        ("nonsense", None),
        ("agree n1", None),
        ("n1.kv.x == 'a", None),
    ] {
        assert_eq!(wanted(source), expected, "{source}");
    }
}
