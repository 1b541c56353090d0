//! Random histories of one key.

use super::brute::{Given, Op, Told, What};
use crate::saved::moves::Dice;

/// How a history is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any answers at all.
    Random,
    /// One request after the other, answered by a correct store.
    Sequential,
    /// Requests at the same time, answered by a correct store.
    Correct,
    /// The same, but one answer was changed.
    Broken,
}

impl Kind {
    pub(super) const ALL: [Kind; 4] = [Kind::Random, Kind::Sequential, Kind::Correct, Kind::Broken];
}

const VALUES: [&str; 3] = ["1", "2", "a"];

fn any(dice: &mut Dice) -> &'static str {
    VALUES[dice.below(VALUES.len())]
}

fn what(dice: &mut Dice, plain: bool) -> What {
    match dice.below(if plain { 8 } else { 11 }) {
        0..=2 => What::Put(any(dice)),
        3..=5 => What::Get,
        6 => What::Del,
        7 => What::Cas((dice.below(3) > 0).then(|| any(dice)), any(dice)),
        8 | 9 => What::Incr(1 + dice.below(2) as i64),
        _ => What::Append(any(dice)),
    }
}

fn answer(dice: &mut Dice, what: &What) -> Given {
    let value = (dice.below(4) > 0).then(|| any(dice).to_owned());
    match what {
        What::Get => (true, value),
        What::Put(_) | What::Del => (true, None),
        What::Cas(..) if dice.below(2) > 0 => (true, None),
        What::Incr(_) if dice.below(4) > 0 => (true, Some((1 + dice.below(3)).to_string())),
        What::Cas(..) | What::Incr(_) => (false, value),
        What::Append(_) => (true, Some((1 + dice.below(3)).to_string())),
    }
}

/// A history of at most six requests, in the order in which they were sent.
pub(super) fn history(dice: &mut Dice, kind: Kind) -> Vec<Op> {
    let count = 1 + dice.below(6);
    let plain = dice.below(2) == 0;
    let mut moments: Vec<u64> = (1..=2 * count as u64).map(|at| at * 10).collect();
    if kind != Kind::Sequential {
        for at in (1..moments.len()).rev() {
            moments.swap(at, dice.below(at + 1));
        }
    }
    let mut intervals: Vec<(u64, u64)> =
        moments.chunks(2).map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1]))).collect();
    intervals.sort_unstable();
    let mut ops: Vec<Op> = Vec::new();
    for (at, (invoked, returned)) in intervals.into_iter().enumerate() {
        let what = what(dice, plain);
        let told = Told::This(answer(dice, &what));
        ops.push(Op { at, what, invoked, returned, told });
    }
    if kind != Kind::Random {
        carry_out(dice, &mut ops);
    }
    lose_some(dice, &mut ops, kind);
    if kind == Kind::Broken {
        let at = dice.below(ops.len());
        if matches!(ops[at].told, Told::This(_)) {
            ops[at].told = Told::This(answer(dice, &ops[at].what));
        }
    }
    ops
}

/// Answers the requests as a correct store does, each at a moment between sending and answer. Some
/// are refused, and have no effect.
fn carry_out(dice: &mut Dice, ops: &mut [Op]) {
    let mut order: Vec<(u64, usize)> = Vec::new();
    for op in ops.iter_mut() {
        if dice.below(8) == 0 {
            op.told = Told::Refused;
        } else {
            let room = op.returned - op.invoked;
            order.push((op.invoked + 1 + dice.below(room as usize - 1) as u64, op.at));
        }
    }
    order.sort_unstable();
    let mut value = None;
    for (_, at) in order {
        ops[at].told = Told::This(ops[at].what.run(&mut value));
    }
}

/// Some answers are lost, and some of those come after all. In a random history others say that the
/// request was refused.
fn lose_some(dice: &mut Dice, ops: &mut [Op], kind: Kind) {
    for op in ops {
        let Told::This(given) = &op.told else { continue };
        op.told = match dice.below(12) {
            0 => Told::Nothing,
            1 | 2 => Told::Unknown,
            3 => Told::LaterThis(op.invoked + 5, given.clone()),
            4 if kind == Kind::Random => Told::Refused,
            _ => continue,
        };
    }
}
