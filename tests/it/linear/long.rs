//! Long histories of one key, answered by a correct store, with lost answers and stuck requests.

use raftsh::check::linear::{Answer, Effect, Register, Reply, Verdict};
use raftsh::sim::OpId;

use super::brute::What;
use crate::saved::moves::Dice;

/// How clients behave.
#[derive(Clone, Copy, Debug)]
struct Load {
    clients: usize,
    requests: u32,
    /// Of how many requests one loses its answer; half of these take effect, at any later time.
    one_lost_of: usize,
    /// Whether each value is written once.
    unique: bool,
    /// A client of its own reads, and gets no answer for this many requests of the others.
    stuck_for: u32,
    /// Whether a lost request may be answered later, so that it is waited for.
    sessions: bool,
    kinds: &'static [Kind],
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Put,
    Get,
    Cas,
    Incr,
    Append,
}

/// A request under way: whether it has taken effect, and with which answer.
struct Under {
    op: OpId,
    what: What,
    given: Option<(bool, Option<String>)>,
    lost: bool,
}

/// Runs a load; returns the verdict and how many requests were sent.
fn run(seed: u64, load: Load) -> (Verdict, u32) {
    let mut dice = Dice::new(seed);
    let mut register = Register::default();
    let mut value: Option<String> = None;
    let mut under: Vec<Option<Under>> = (0..load.clients).map(|_| None).collect();
    let mut later: Vec<What> = Vec::new();
    let mut sent = 0;
    let mut stuck = (load.stuck_for > 0).then(|| {
        sent += 1;
        register.invoked(OpId(sent), What::Get.effect());
        OpId(sent)
    });
    while sent < load.requests && register.verdict() == Verdict::Linearizable {
        if let Some(op) = stuck.filter(|_| sent > load.stuck_for) {
            register.answered(op, answer(&What::Get.run(&mut value)));
            stuck = None;
        }
        if !later.is_empty() && dice.below(50) == 0 {
            later.swap_remove(dice.below(later.len())).run(&mut value);
        }
        let client = dice.below(load.clients);
        let Some(request) = &mut under[client] else {
            sent += 1;
            let what = what(&mut dice, load, sent);
            register.invoked(OpId(sent), what.effect());
            let lost = load.one_lost_of > 0 && dice.below(load.one_lost_of) == 0;
            under[client] = Some(Under { op: OpId(sent), what, given: None, lost });
            continue;
        };
        if request.lost {
            register.answered(request.op, Answer::Unknown { is_final: !load.sessions });
            if dice.below(2) == 0 {
                later.push(request.what.clone());
            }
            under[client] = None;
        } else if let Some(given) = &request.given {
            register.answered(request.op, answer(given));
            under[client] = None;
        } else {
            request.given = Some(request.what.run(&mut value));
        }
    }
    (register.verdict(), sent)
}

fn answer((done, value): &(bool, Option<String>)) -> Answer {
    Answer::Reply(Reply { done: *done, value: value.as_deref().map(Into::into) })
}

fn what(dice: &mut Dice, load: Load, sent: u32) -> What {
    let text = |number: u32| -> &'static str { format!("v{number}").leak() };
    let some = dice.below(3) as u32;
    let new = text(if load.unique { sent } else { some });
    match load.kinds[dice.below(load.kinds.len())] {
        Kind::Put => What::Put(new),
        Kind::Get => What::Get,
        Kind::Cas => What::Cas(Some(text(if load.unique { sent / 2 } else { some })), new),
        Kind::Incr => What::Incr(1),
        Kind::Append => What::Append(text(sent)),
    }
}

const PLAIN: Load = Load {
    clients: 5,
    requests: 1_000,
    one_lost_of: 0,
    unique: true,
    stuck_for: 0,
    sessions: false,
    kinds: &[Kind::Put, Kind::Put, Kind::Get, Kind::Get, Kind::Cas],
};

/// No search is given up.
#[test]
fn long_histories_of_a_correct_store_are_judged() {
    let kinds = &[Kind::Put, Kind::Get];
    for (name, load) in [
        ("plain", PLAIN),
        ("lost answers", Load { one_lost_of: 20, ..PLAIN }),
        ("many lost answers", Load { one_lost_of: 3, requests: 500, ..PLAIN }),
        ("a stuck read", Load { stuck_for: 300, one_lost_of: 50, requests: 500, ..PLAIN }),
        ("a read stuck for good", Load { stuck_for: u32::MAX, kinds, ..PLAIN }),
        ("sessions", Load { one_lost_of: 50, sessions: true, requests: 300, ..PLAIN }),
        ("counters", Load { kinds: &[Kind::Incr, Kind::Get], one_lost_of: 50, ..PLAIN }),
        ("texts", Load { kinds: &[Kind::Append, Kind::Get], requests: 500, ..PLAIN }),
    ] {
        let (verdict, sent) = run(1, load);
        assert_eq!(verdict, Verdict::Linearizable, "{name}, after {sent}");
    }
}

/// Sixty clients at one key, whose answers come in any order, and lost requests of equal effect:
/// the judge may give up, but it accuses nobody.
#[test]
fn a_judge_that_gives_up_accuses_nobody() {
    for load in [
        Load { clients: 60, requests: 500, ..PLAIN },
        Load { one_lost_of: 5, unique: false, requests: 500, ..PLAIN },
    ] {
        let (verdict, sent) = run(1, load);
        assert_ne!(verdict, Verdict::Violated, "{load:?}, after {sent}");
    }
}

/// Thousands of reads wait at the same time, and the oldest is among those that are answered first:
/// no answer is false.
#[test]
fn many_open_requests_accuse_nobody() {
    let answer = || Answer::Reply(Reply { done: true, value: None });
    for oldest_is_answered_at in [100, 1_501, 2_101, 2_501, 3_001] {
        let mut register = Register::default();
        for number in 1..=6_000 {
            register.invoked(OpId(number), Effect::Read);
            let answered = match number {
                at if at == oldest_is_answered_at => Some(1),
                at if at % 3 == 0 && at < 2_900 => Some(at - 1),
                at if at > 5_000 && at % 3 == 1 => Some(at - 3_000),
                _ => None,
            };
            if let Some(op) = answered {
                let verdict = register.answered(OpId(op), answer());
                assert_eq!(verdict, Verdict::Linearizable, "{oldest_is_answered_at}: op{op}");
            }
        }
    }
}
