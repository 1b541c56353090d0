//! `why`: every atom of conditions has an answer, whether it holds or not; what answers say is
//! true of the cluster; what helps, helps; and the questions that people asked are answered.

mod asked;
mod truth;

use std::collections::BTreeSet;

use raftsh::check::condition::{Condition, Fact, Field, Operand};
use raftsh::explain::condition::condition;
use raftsh::explain::{Answer, Case, condition_briefly};
use raftsh::language::Status;
use raftsh::language::condition::{Scope, parse};
use raftsh::session::{Session, Start};

use crate::surroundings;

/// Runs a script in a session; returns its output, its errors and its status.
fn say(session: &mut Session, text: &str) -> (String, String, Status) {
    surroundings::say(session, 100, text)
}

/// A session that has run a script, which must succeed.
fn after(text: &str) -> Session {
    let mut session = Session::new(Start { nodes: 3, ..Start::default() });
    let (said, errors, status) = say(&mut session, text);
    assert_eq!(status, Status::Ok, "{text}\n{said}{errors}");
    session
}

/// The answer to a question.
fn why(session: &Session, question: &str) -> Answer {
    let asked = parse(question, 0, Scope::Steps).unwrap();
    condition(&Case::new(session.tree()), &asked).unwrap()
}

/// The name of an atom. Exhaustive, so that a new atom needs a question below.
fn fact_name(fact: &Fact) -> Vec<&'static str> {
    match fact {
        Fact::Leader => vec!["leader"],
        Fact::NoLeader => vec!["no-leader"],
        Fact::Node { test, .. } => vec![field_name(&test.field)],
        Fact::Compare { left, right, .. } => {
            [left, right].into_iter().filter_map(operand_name).collect()
        }
        Fact::Changes(_) => vec!["changes"],
        Fact::Event { .. } => vec!["event"],
        Fact::Committed { .. } => vec!["committed"],
        Fact::Agree => vec!["agree"],
        Fact::Quiet => vec!["quiet"],
        Fact::Safe => vec!["safe"],
        Fact::Violated(_) => vec!["violated"],
        Fact::Linearizable => vec!["linearizable"],
    }
}

fn field_name(field: &Field) -> &'static str {
    match field {
        Field::Role => "role",
        Field::State => "state",
        Field::Term => "term",
        Field::Vote => "vote",
        Field::Leader => "believed leader",
        Field::Commit => "commit",
        Field::Applied => "applied",
        Field::Last => "last",
        Field::Match(_) => "match",
        Field::Next(_) => "next",
        Field::Log => "log",
        Field::Kv(_) => "kv",
        Field::Snapshot => "snapshot",
        Field::First => "first",
        Field::Members => "members",
        Field::Outgoing => "outgoing",
        Field::Learners => "learners",
    }
}

fn operand_name(operand: &Operand) -> Option<&'static str> {
    match operand {
        Operand::Number(_)
        | Operand::Duration(_)
        | Operand::Role(_)
        | Operand::State(_)
        | Operand::Outcome(_)
        | Operand::Node(_)
        | Operand::Nodes(_)
        | Operand::Log(_)
        | Operand::Text(_)
        | Operand::None => None,
        Operand::Field(_, field) => Some(field_name(field)),
        Operand::Leader => Some("which leader"),
        Operand::Op(_) => Some("op"),
        Operand::OpValue(_) => Some("op value"),
        Operand::Count(..) => Some("count"),
        Operand::Leaders => Some("leaders"),
        Operand::Up => Some("up"),
        Operand::Messages => Some("messages"),
        Operand::Time => Some("time"),
    }
}

/// All names that [`fact_name`] gives.
const ATOMS: &[&str] = &[
    "leader",
    "no-leader",
    "role",
    "state",
    "term",
    "vote",
    "believed leader",
    "commit",
    "applied",
    "last",
    "match",
    "next",
    "log",
    "kv",
    "snapshot",
    "first",
    "members",
    "outgoing",
    "learners",
    "which leader",
    "op",
    "op value",
    "count",
    "leaders",
    "up",
    "messages",
    "time",
    "changes",
    "event",
    "committed",
    "agree",
    "quiet",
    "safe",
    "violated",
    "linearizable",
];

/// Questions; each is asked as it stands and of its contrary.
const QUESTIONS: &[&str] = &[
    "leader",
    "no-leader",
    "leader == n1",
    "leader == n2",
    "n1.role == leader",
    "n2.role == candidate",
    "n3.role == follower",
    "n1.state == up",
    "n2.state == halted",
    "n3.state == paused",
    "n1.term >= 1",
    "n2.term == 9",
    "n2.vote == n1",
    "n1.vote == none",
    "n3.vote == n2",
    "n2.leader == n1",
    "n3.leader == none",
    "n1.commit == 1",
    "all.commit >= 7",
    "n2.applied == 1",
    "n3.applied >= 5",
    "n1.last == 1",
    "n3.last == 4",
    "n1.match.n2 == 1",
    "n1.match.n3 == 9",
    "n2.match.n1 == 1",
    "n1.next.n2 == 2",
    "n1.next.n3 == 17",
    "n1.log == [1]",
    "n3.log == [4,4]",
    "n1.kv.x == 5",
    "n1.members == n1..n3",
    "n1.snapshot == 0",
    "n1.snapshot == 3",
    "n1.first == 1",
    "n1.first == 3",
    "n1.members == n2",
    "n2.outgoing == n1,n2",
    "n2.outgoing == none",
    "n3.learners == none",
    "n3.learners == n1",
    "n3.kv.x == 6",
    "n2.kv.nothing == none",
    "op1 == ok",
    "op == failed",
    "op9 == pending",
    "op1.value == 5",
    "op.value == none",
    "count(live.term == 1) >= 2",
    "count(all.role == leader) == 3",
    "leaders == 1",
    "leaders == 2",
    "up == 3",
    "up == 1",
    "messages == 0",
    "messages >= 1",
    "time >= 1ms",
    "time >= 2h",
    "n1.term changes",
    "leader changes",
    "event node_killed n2",
    "event role_changed",
    "committed x=5",
    "committed x=77",
    "agree",
    "quiet",
    "safe",
    "violated vote-once",
    "violated commit-kept",
    "linearizable",
    "leader.last == n2.last",
    "n1.term == n2.term and n1.log == n3.log",
    "leader or n2.state == down",
    "any.role == candidate",
    "live.term == 1",
    "down.term == 1",
    "followers.commit == 1",
];

/// Clusters in which the questions are asked.
const SCRIPTS: &[&str] = &[
    "",
    "run until leader",
    "timeout n1; run until leader == n1; put n1 x=5 --wait; run until agree",
    "timeout n1; run until leader == n1; put n1 x=5 --wait; kill n1",
    "timeout n1; run until leader == n1; put n1 x=5; isolate n1; run 1s; put n1 x=6",
    "timeout n1; run until leader == n1; put n1 x=5 --wait; pause n3; hold n2 n1; put n1 x=6; \
     run 1s",
    "timeout n1; run until leader == n1; disk cut n2; disk full n3; put n1 x=5; run 500ms",
    "set timers off; timeout n1; timeout n2; step 4",
    "kill n1,n2,n3",
    "set timers off; timeout n1; settle; put n1 x=1; settle; disk lie n2,n3; put n1 x=5; settle; \
     kill n2,n3; disk restore n2,n3; restart n2,n3; timeout n2; settle; \
     expect violated leader-completeness or violated committed-on-majority or \
     violated durable-before-reply or safe",
    "timeout n1; run until leader == n1; cas n1 x 1 2 --wait 1s; get n1 x --wait",
    "flaw on vote-twice; set timers off; timeout n1; timeout n2; settle; \
     expect safe or violated vote-once",
    "flaw on local-read-as-log; timeout n1; run until leader == n1; put n1 x=5 --wait; isolate n1; \
     run until leader == n2 or leader == n3; put leader x=6 --wait; get n1 x; \
     expect violated linearizability",
];

#[test]
fn every_atom_has_both_answers() {
    let mut seen: BTreeSet<(&str, bool)> = BTreeSet::new();
    for script in SCRIPTS {
        let mut session = Session::new(Start { nodes: 3, ..Start::default() });
        say(&mut session, &format!("set on-violation continue; {script}"));
        for question in QUESTIONS {
            for question in [(*question).to_owned(), format!("not ({question})")] {
                let asked = parse(&question, 0, Scope::Steps).unwrap();
                let Ok(answer) = condition(&Case::new(session.tree()), &asked) else { continue };
                assert!(!answer.claims.is_empty(), "`{question}` after {script}");
                let holds = answer.holds.unwrap();
                if let Condition::Is(fact) = &asked {
                    seen.extend(fact_name(fact).into_iter().map(|name| (name, holds)));
                }
                truth::check(&session, &answer, &format!("`{question}` after {script}"));
            }
        }
    }
    // What happened in the step just made is only known in the middle of a run.
    for question in ["n1.term changes", "event message_delivered"] {
        let session = after("run until leader");
        let world = session.world();
        let start = Session::new(Start { nodes: 3, ..Start::default() });
        let now = raftsh::check::evaluate::Situation {
            world,
            before: start.world(),
            latest: session.latest(),
        };
        let asked = parse(question, 0, Scope::Steps).unwrap();
        let answer = condition(&Case::in_situation(session.tree(), now), &asked).unwrap();
        assert_eq!(answer.holds, Some(true), "{question}");
        assert!(!answer.claims.is_empty());
        seen.insert((if question.starts_with("event") { "event" } else { "changes" }, true));
    }
    for atom in ATOMS {
        for holds in [true, false] {
            assert!(seen.contains(&(atom, holds)), "{atom} was never asked where it is {holds}");
        }
    }
}

/// The names of the claims of an answer.
fn names(answer: &Answer) -> Vec<&'static str> {
    answer.claims.iter().map(|claim| claim.name()).collect()
}

#[test]
fn only_the_parts_that_decide_are_explained() {
    let session = after("timeout n1; run until leader == n1; kill n3");
    let of = |question: &str| names(&why(&session, question));
    assert!(!of("leader and n3.state == up").contains(&"leads"));
    assert!(of("leader and n3.state == up").contains(&"node_down"));
    assert!(of("leader and n3.state == down").contains(&"leads"));
    assert!(!of("leader or n3.state == up").contains(&"node_down"));
    assert!(of("no-leader or n3.state == up").contains(&"node_down"));
    assert!(of("not (leader and n3.state == up)").contains(&"node_down"));
    let counted = why(&session, "all.state == up");
    let nodes: Vec<String> =
        counted.claims[1].about().nodes.iter().map(ToString::to_string).collect();
    assert_eq!(nodes, ["n3"], "of a set, only the nodes that fail");
}

#[test]
fn an_answer_says_since_when() {
    let mut session = after("timeout n1; run until leader == n1; run 1s; kill n3; run 2s");
    let killed = |session: &Session| {
        let found = session.events().iter().rev().find(|it| it.kind.name() == "node_killed");
        found.map(|event| (event.id, event.time_us)).unwrap()
    };
    let since = why(&session, "n3.state == down").since.unwrap();
    let (event, time_us) = killed(&session);
    assert!(since.event >= event && since.time_us == time_us, "{since:?}");
    assert_eq!(why(&session, "n3.state == up").since.unwrap(), since);
    assert_eq!(why(&session, "n2.state == up").since.unwrap().event, 0);
    say(&mut session, "restart n3; run 1s; kill n3");
    let since = why(&session, "n3.state == down").since.unwrap();
    let (event, time_us) = killed(&session);
    assert!(since.event >= event && since.time_us == time_us, "{since:?}");
    for question in ["leader", "n1.commit == 0", "n2.term >= 1"] {
        let (told, _, _) = say(&mut session, &format!("when {question}"));
        let since = why(&session, question).since.unwrap();
        let named = format!("event {}", since.event);
        assert!(since.event == 0 || told.contains(&named), "{told}");
    }
}

#[test]
fn an_unexpected_failure_says_why_in_at_most_three_lines() {
    let of = |text: &str| say(&mut Session::new(Start::default()), text);
    let (_, errors, _) = of("kill n1,n2,n3; expect leader");
    let lines: Vec<&str> = errors.lines().filter(|line| line.starts_with("why: ")).collect();
    assert!((1..=3).contains(&lines.len()), "{errors}");
    assert!(errors.contains("2 of 5 voters are up") && errors.contains("n1 is down"), "{errors}");
    let (_, errors, _) = of("kill n1,n2,n3; run until leader within 1s");
    assert!(errors.contains("why: "), "{errors}");
    let (said, errors, status) = of("kill n1,n2,n3; !expect leader; !run until leader within 1s");
    assert_eq!((status, said.contains("why:"), errors.as_str()), (Status::Ok, false, ""));
    let (_, errors, _) = of("run until event node_killed within 1s");
    assert!(errors.contains("no node_killed"), "{errors}");
    let (_, errors, _) = of("run until n1.term changes within 1ms");
    assert!(errors.contains("as when the command began"), "{errors}");
}

#[test]
fn alone_it_explains_what_failed_last() {
    let of = |text: &str| say(&mut Session::new(Start::default()), text);
    let (said, _, status) = of("run until leader == n3; run 50ms; !put n2 x=5; why");
    assert_eq!(status, Status::Ok);
    assert!(said.contains("`put n2 x=5` was refused") && said.contains("n2 follows n3"), "{said}");
    let (said, _, _) = of("!put x=5; why");
    assert!(said.contains("no election has begun yet"), "{said}");
    let (said, _, _) = of("kill n1,n2,n3; !expect leader; why");
    assert!(said.contains("leader does not hold"), "{said}");
    let (said, _, _) = of("run until leader; why");
    assert!(said.contains("became leader of term 1"), "{said}");
    let (_, errors, status) = of("why");
    assert_eq!(status, Status::Failed);
    assert!(errors.contains("nothing has failed"), "{errors}");
}

#[test]
fn an_answer_in_few_words_is_the_beginning_of_the_whole() {
    let session = after("timeout n1; run until leader == n1; put n1 x=5; isolate n1; run 1s");
    for question in ["committed x=5", "leader == n1", "agree"] {
        let asked = parse(question, 0, Scope::Moment).unwrap();
        let short = condition_briefly(&Case::new(session.tree()), &asked, 3).unwrap();
        assert!(short.claims.len() <= 3 && !short.claims.is_empty());
        assert_eq!(short.claims[0], why(&session, question).claims[0]);
        assert!(short.helps.is_empty() && short.tried == 0, "nothing is tried");
    }
}
