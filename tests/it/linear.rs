//! Whether answers fit together: the judge against one that tries every order, and against
//! published histories.

mod brute;
mod histories;
mod long;
mod published;

use raftsh::check::linear::{Answer, Register, Request, Verdict, fewest, judge};

use crate::saved::moves::Dice;
use crate::schedules::seeds;
use brute::{Op, fits};
use histories::{Kind, history};

/// What a register says after each answer of a history, and what trying every order says.
fn compare(seed: u64, ops: &[Op]) -> bool {
    let mut told: Vec<(u64, usize, Option<Answer>)> = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        told.push((op.invoked, at, None));
        told.extend(op.told().into_iter().map(|(when, answer)| (when, at, Some(answer))));
    }
    told.sort_by_key(|(when, ..)| *when);
    let mut register = Register::default();
    let mut holds = true;
    for (when, at, answer) in told {
        match answer {
            None => register.invoked(brute::number(at), ops[at].what.effect()),
            Some(answer) => {
                register.answered(brute::number(at), answer);
            }
        }
        let known: Vec<Op> = ops.iter().filter_map(|op| op.known_at(when)).collect();
        holds = holds && fits(&known, |_| true);
        let expected = if holds { Verdict::Linearizable } else { Verdict::Violated };
        assert_eq!(register.verdict(), expected, "seed {seed}, at {when}: {ops:#?}");
        assert_eq!(judge(&requests(&known)), expected, "seed {seed}, at {when}: {ops:#?}");
        if !holds {
            break;
        }
    }
    holds
}

fn requests(ops: &[Op]) -> Vec<Request> {
    ops.iter().map(Op::request).collect()
}

/// Equal verdicts after every answer of random histories, of those of a correct store, and of those
/// that were broken by hand. Of one that is broken, the requests at odds are at odds, and are not
/// without any one of them.
#[test]
fn the_judge_agrees_with_trying_every_order() {
    let mut counts = [[0; 2]; 4];
    for seed in 1..=seeds() {
        let mut dice = Dice::new(seed);
        let kind = Kind::ALL[dice.below(Kind::ALL.len())];
        let ops = history(&mut dice, kind);
        let holds = compare(seed, &ops);
        counts[kind as usize][usize::from(holds)] += 1;
        assert!(
            holds || !matches!(kind, Kind::Sequential | Kind::Correct),
            "seed {seed}: {ops:#?}"
        );
        if holds {
            continue;
        }
        let chosen = fewest(&requests(&ops));
        assert!(!fits(&ops, |at| chosen.contains(&at)), "seed {seed}: {chosen:?} {ops:#?}");
        for without in &chosen {
            let fits = fits(&ops, |at| at != *without && chosen.contains(&at));
            assert!(fits, "seed {seed}: {chosen:?} without {without}: {ops:#?}");
        }
    }
    if seeds() >= 100 {
        for (of, least) in [(0, 1), (3, 1)] {
            assert!(counts[of].iter().all(|count| *count >= least), "{counts:?}");
        }
    }
}
