//! A whole history of one key at once, and the fewest of its requests that do not fit together.

use crate::sim::OpId;

use super::calls::{Call, Calls, Configuration};
use super::model::Effect;
use super::register::{Answer, Moment, Verdict, pass_moment};
use super::search::{Budget, Exhausted};

/// How many placings one judgement may try.
const BUDGET: u64 = 4_000_000;

/// How many placings the search for the fewest requests may try in all.
const BUDGET_OF_ALL: u64 = 40_000_000;

/// A request for one key, with what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// Its number. Later requests have higher ones.
    pub op: OpId,
    /// What it does.
    pub effect: Effect,
    /// The event at which it was sent.
    pub invoked: u64,
    /// The event at which it was answered, later than `invoked`; none while it was not. The end of
    /// waiting is no answer.
    pub returned: Option<u64>,
    /// The answer. Without one, the request may have taken effect or may do so later.
    pub answer: Option<Answer>,
}

impl Request {
    fn changes(&self) -> bool {
        self.effect.changes()
    }
}

/// Whether the answers to these requests for one key fit together.
pub fn judge(requests: &[Request]) -> Verdict {
    match fits(requests, |_| true, &mut Budget(BUDGET)) {
        Ok(true) => Verdict::Linearizable,
        Ok(false) => Verdict::Violated,
        Err(Exhausted) => Verdict::Undecided,
    }
}

/// The positions of the fewest requests whose answers and times do not fit together, in order, if
/// the history is not linearizable. Of the other requests only this is used: each that changes the
/// value may do so at any time, or never. So each request that is named is needed: if nothing was
/// known of its answer and its times, the rest would fit together.
pub fn fewest(requests: &[Request]) -> Vec<usize> {
    let mut budget = BUDGET_OF_ALL;
    let mut fails = |chosen: &dyn Fn(usize) -> bool| {
        let mut one = Budget(BUDGET.min(budget));
        let fits = fits(requests, chosen, &mut one);
        budget -= BUDGET.min(budget) - one.0;
        fits == Ok(false)
    };
    if !fails(&|_| true) {
        return Vec::new();
    }
    let latest_first = needed(requests.len(), |at| requests.len() - 1 - at, &mut fails);
    let first_first = needed(requests.len(), |at| at, &mut fails);
    let fewer = first_first.len() < latest_first.len();
    if fewer { first_first } else { latest_first }
}

/// A set of requests that fails, and no longer fails without any one of them. Requests that come
/// early in the order are preferred. The order is its own inverse.
fn needed(
    count: usize,
    order: impl Fn(usize) -> usize,
    fails: &mut impl FnMut(&dyn Fn(usize) -> bool) -> bool,
) -> Vec<usize> {
    let mut needed: Vec<usize> = Vec::new();
    // Those before this place in the order are still candidates.
    let mut limit = count;
    while !fails(&|at| needed.contains(&at)) {
        // The least number of candidates that fails together with those that are needed: the last
        // of these candidates is needed, too.
        let (mut low, mut high) = (0, limit);
        while low + 1 < high {
            let middle = low.midpoint(high);
            if fails(&|at| order(at) < middle || needed.contains(&at)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        if high == 0 {
            break;
        }
        needed.push(order(high - 1));
        limit = high - 1;
    }
    needed.sort_unstable();
    needed
}

/// Whether the answers of the chosen requests fit together.
fn fits(
    requests: &[Request],
    chosen: impl Fn(usize) -> bool,
    budget: &mut Budget,
) -> Result<bool, Exhausted> {
    let mut calls = Calls::default();
    let mut moments: Vec<(u64, Moment)> = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        let is_chosen = chosen(at);
        let (reply, is_open) = match &request.answer {
            Some(Answer::Reply(reply)) if is_chosen => (Some(reply.clone()), true),
            Some(Answer::Refused) if is_chosen => (None, false),
            _ => (None, request.changes()),
        };
        if !is_open {
            continue;
        }
        moments.push((if is_chosen { request.invoked } else { 0 }, Moment::Invoked(request.op)));
        if reply.is_some() {
            moments.push((request.returned.unwrap_or(u64::MAX), Moment::Returned(request.op)));
        }
        let effect = request.effect.clone();
        calls.add(request.op, Call { effect, reply, is_final: true });
    }
    moments.sort_by_key(|(when, _)| *when);
    let mut ways = vec![Configuration::new(None)];
    for (_, moment) in moments {
        pass_moment(&mut calls, &mut ways, moment, budget)?;
        if ways.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
