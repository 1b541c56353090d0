//! The search: in which ways may the requests have taken effect, now that one of them returns?
//!
//! A request takes effect at one moment between its invocation and its return. No request is placed
//! before that is necessary (just in time): only when a request returns, it must have its place,
//! and other open requests are placed before it only where somebody needs what they do. So a
//! configuration is what matters of the past: the value, and which open requests are placed.
//! Equal configurations meet, which is the memory of the search by Wing and Gong, Lowe, and
//! Horn and Kroening.
//!
//! Three rules keep the sets small, and lose nothing.
//!
//! - What only reads is placed as soon as it fits: it never stands in the way.
//! - A write that ignores what it meets is placed before the request that returns only if somebody
//!   needs its value. Otherwise the next write overwrites it unseen, and which writes were
//!   overwritten is left open until they return.
//! - A write without an answer may be used or not. Of two configurations with one value, the one
//!   that has used fewer of these can do all that the other one can. Of two such writes with the
//!   same value, the first is as good as the second.

use std::collections::BTreeSet;

use crate::sim::OpId;

use super::calls::{Call, Calls, Configuration};
use super::model::{Effect, Met, Value};

/// How many placings a search may still try.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget(pub(super) u64);

/// The search has tried as many placings as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exhausted;

impl Budget {
    fn spend(&mut self, count: u64) -> Result<(), Exhausted> {
        self.0 = self.0.checked_sub(count).ok_or(Exhausted)?;
        Ok(())
    }
}

/// Turns configurations into those after an open request has returned; none if its answer fits
/// nowhere. On an error they stay as they were.
///
/// # Errors
/// If the budget is exhausted.
pub(super) fn pass(
    calls: &Calls,
    ways: &mut Vec<Configuration>,
    returning: OpId,
    budget: &mut Budget,
) -> Result<(), Exhausted> {
    if let [only] = ways.as_mut_slice()
        && let Some(after) = pass_only(calls, only, returning, budget)?
    {
        *only = after;
        return Ok(());
    }
    let mut found: Vec<Configuration> = Vec::new();
    let mut met = BTreeSet::new();
    let mut rest: Vec<Configuration> = ways.clone();
    let mut next = Vec::new();
    rest.iter_mut().for_each(|configuration| calls.absorb(configuration));
    while let Some(mut configuration) = rest.pop() {
        if configuration.has_done(returning) {
            configuration.close(returning);
            keep(calls, &mut found, configuration, budget)?;
            continue;
        }
        place_one(calls, &configuration, returning, budget, &mut next)?;
        if configuration.may_be_unseen(returning) {
            configuration.close(returning);
            keep(calls, &mut found, configuration, budget)?;
        }
        for placed in next.drain(..) {
            if met.insert(placed.clone()) {
                rest.push(placed);
            }
        }
    }
    found.sort_unstable();
    *ways = found;
    Ok(())
}

/// What [`pass`] makes of a single configuration, where there is nothing to search, as mostly:
/// something returns that only reads, and fits, or a write while nobody needs a value. None
/// otherwise. It spends as many placings as the search would.
fn pass_only(
    calls: &Calls,
    before: &Configuration,
    returning: OpId,
    budget: &mut Budget,
) -> Result<Option<Configuration>, Exhausted> {
    let mut after = before.clone();
    calls.absorb(&mut after);
    if !after.has_done(returning) {
        let Some(value) = calls.only_writes(returning) else { return Ok(None) };
        if after.may_be_unseen(returning) {
            return Ok(None);
        }
        calls.rest().try_for_each(|_| budget.spend(1))?;
        after.value = value.clone();
        after.unseen = calls.unseen(&after, returning);
    }
    budget.spend(1)?;
    after.close(returning);
    Ok(Some(after))
}

/// Adds a configuration, unless another one covers it, and removes those that it covers.
fn keep(
    calls: &Calls,
    found: &mut Vec<Configuration>,
    new: Configuration,
    budget: &mut Budget,
) -> Result<(), Exhausted> {
    budget.spend(1 + found.len() as u64)?;
    if !found.iter().any(|known| calls.covers(known, &new)) {
        found.retain(|known| !calls.covers(&new, known));
        found.push(new);
    }
    Ok(())
}

/// The values that open requests need.
#[derive(Default)]
struct Wanted {
    values: Vec<Value>,
    /// Texts that begin so are wanted, too: an append without an answer may lead to them.
    beginnings: bool,
    /// Any value may be wanted.
    any: bool,
}

impl Wanted {
    /// What the open requests need that a configuration has not placed. A request without an answer
    /// needs a value only if somebody needs what it makes of it.
    fn by(calls: &Calls, configuration: &Configuration) -> Wanted {
        let mut wanted = Wanted::default();
        let mut swaps = Vec::new();
        for (op, Call { effect, reply, .. }) in calls.rest() {
            if configuration.has_done(op) || effect.is_blind() {
                continue;
            }
            match (effect, effect.met(reply.as_ref())) {
                (Effect::Swap { old, new }, _) if reply.is_none() => swaps.push((old, new)),
                (_, Met::These(values)) => wanted.values.extend(values),
                (Effect::Append(_), Met::Many) if reply.is_none() => wanted.beginnings = true,
                (_, Met::Many) => wanted.any = true,
            }
        }
        while let Some(at) = swaps.iter().position(|(_, new)| wanted.has(&Some((*new).clone()))) {
            let (old, _) = swaps.swap_remove(at);
            if !wanted.values.contains(old) {
                wanted.values.push(old.clone());
            }
        }
        wanted
    }

    fn has(&self, value: &Value) -> bool {
        let begins = |wanted: &Value| {
            let text = value.as_deref().unwrap_or_default();
            wanted.as_deref().is_some_and(|wanted| wanted.starts_with(text))
        };
        self.any
            || self.values.contains(value)
            || (self.beginnings && self.values.iter().any(begins))
    }
}

/// Places one more open request after those of a configuration, in each way that may be necessary.
fn place_one(
    calls: &Calls,
    configuration: &Configuration,
    returning: OpId,
    budget: &mut Budget,
    next: &mut Vec<Configuration>,
) -> Result<(), Exhausted> {
    let wanted = Wanted::by(calls, configuration);
    let mut tried: Vec<&Effect> = Vec::new();
    for (op, call) in calls.rest() {
        budget.spend(1)?;
        if configuration.has_done(op) {
            continue;
        }
        let Some(after) = call.meets(&configuration.value) else { continue };
        let is_needed = match (&call.effect, &call.reply) {
            _ if op == returning => true,
            (effect, None) => {
                // Of equal requests without an answer the first is as good as the others.
                let is_first = !tried.contains(&effect);
                tried.push(effect);
                is_first && wanted.has(&after)
            }
            (effect, Some(_)) => !effect.is_blind() || wanted.has(&after),
        };
        if is_needed {
            next.push(placed(calls, configuration, op, after));
        }
    }
    if wanted.any || wanted.beginnings {
        for (op, value) in calls.unused(configuration) {
            budget.spend(1)?;
            if wanted.has(value) {
                next.push(placed(calls, configuration, op, value.clone()));
            }
        }
    } else {
        for value in &wanted.values {
            budget.spend(1)?;
            if let Some(op) = calls.unused_of(value, configuration) {
                next.push(placed(calls, configuration, op, value.clone()));
            }
        }
    }
    Ok(())
}

/// The configuration after one more request has taken effect.
fn placed(calls: &Calls, configuration: &Configuration, op: OpId, value: Value) -> Configuration {
    let mut placed = Configuration { value, ..configuration.clone() };
    placed.done.insert(op);
    placed.unseen.remove(op);
    if calls.get(op).is_some_and(|call| call.effect.is_blind()) {
        placed.unseen = calls.unseen(&placed, op);
    }
    calls.absorb(&mut placed);
    placed
}
