//! The judge of one key. It learns of requests as they are sent and answered, and says at each
//! answer whether the key is still linearizable.
//!
//! What happened before the oldest open request was sent is condensed into configurations: each is
//! one way in which the past may have gone, as far as it matters. What happened since is kept as
//! a list of moments, and searched again when it must be: an answer that simply follows what the
//! latest search found is no reason to search.

use std::collections::{BTreeSet, VecDeque};
use std::hash::{Hash, Hasher};

use crate::sim::OpId;

use super::calls::{Call, Calls, Configuration, OpSet};
use super::model::{Effect, Reply, Value};
use super::search::{Budget, Exhausted, pass};

/// How many placings the search may try at one answer.
const BUDGET: u64 = 200_000;

/// How many moments are kept for the oldest open request. Then it is not waited for any longer.
const MAX_MOMENTS: usize = 4_096;

/// How many are left when it stops waiting for the oldest.
const KEPT_MOMENTS: usize = 2_048;

/// From this many moments on, those are condensed that can be.
const MANY_MOMENTS: usize = 16;

/// How many placings may be tried to condense the past. If that is not enough, it is tried again
/// when there are twice as many moments.
const BUDGET_TO_CONDENSE: u64 = 20_000;

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It took effect, with this reply.
    Reply(Reply),
    /// It never takes effect.
    Refused,
    /// It may have taken effect, or may do so later.
    Unknown {
        /// Whether it can never be answered any more.
        is_final: bool,
    },
}

/// What the judge says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The answers so far fit together.
    Linearizable,
    /// They do not, since the latest one.
    Violated,
    /// Nobody can say: there are too many ways in which the requests may have taken effect.
    Undecided,
}

/// A request was sent or answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Moment {
    Invoked(OpId),
    Returned(OpId),
}

/// The judge of one key.
#[derive(Clone, Debug)]
pub struct Register {
    /// The ways in which the condensed past may have gone, in order.
    past: Vec<Configuration>,
    /// The requests that are not condensed, and which are open at the end of the condensed past.
    calls: Calls,
    /// What happened since.
    moments: VecDeque<Moment>,
    /// The requests that may still be answered.
    waiting: OpSet,
    /// The reads that were not waited for any longer.
    forgotten: BTreeSet<OpId>,
    /// One way in which everything so far may have gone. It saves searching, and decides nothing.
    guess: Option<Configuration>,
    /// From how many moments on it is tried to condense them.
    condense_from: usize,
    verdict: Verdict,
}

impl Default for Register {
    fn default() -> Register {
        Register::at(None)
    }
}

impl Register {
    /// The judge of a key that has this value, of which nothing else is open.
    pub fn at(value: Value) -> Register {
        let nothing = Configuration::new(value);
        Register {
            past: vec![nothing.clone()],
            calls: Calls::default(),
            moments: VecDeque::new(),
            waiting: OpSet::default(),
            forgotten: BTreeSet::new(),
            guess: Some(nothing),
            condense_from: MANY_MOMENTS,
            verdict: Verdict::Linearizable,
        }
    }
}

impl Register {
    /// The value of the key, if nothing else is to be remembered: no request is open, and the value
    /// is certain. Then [`Register::at`] this value judges as this one does.
    pub fn resting(&self) -> Option<&Value> {
        let [way] = self.past.as_slice() else { return None };
        let is_certain = way.done.is_empty()
            && self.calls.is_empty()
            && self.moments.is_empty()
            && self.forgotten.is_empty()
            && self.verdict == Verdict::Linearizable;
        is_certain.then_some(&way.value)
    }

    /// What the judge says so far.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// A request was sent. Its number is higher than those of all requests before it.
    pub fn invoked(&mut self, op: OpId, effect: Effect) {
        if self.verdict != Verdict::Linearizable || self.calls.get(op).is_some() {
            return;
        }
        self.calls.add(op, Call { effect, reply: None, is_final: false });
        self.moments.push_back(Moment::Invoked(op));
        self.waiting.insert(op);
        if self.moments.len() > MAX_MOMENTS {
            self.stop_waiting();
        }
    }

    /// A request was answered. Returns what the judge says now. After anything but
    /// [`Verdict::Linearizable`] it stays the same.
    pub fn answered(&mut self, op: OpId, answer: Answer) -> Verdict {
        if self.verdict != Verdict::Linearizable || self.forgotten.contains(&op) {
            return self.verdict;
        }
        let decided = match answer {
            Answer::Reply(reply) => self.replied(op, reply),
            Answer::Refused => self.without(op),
            Answer::Unknown { is_final } => self.unknown(op, is_final),
        };
        match decided {
            Ok(true) => {}
            Ok(false) => self.end(Verdict::Violated),
            Err(Exhausted) => self.end(Verdict::Undecided),
        }
        self.verdict
    }

    fn end(&mut self, verdict: Verdict) {
        *self = Register { verdict, ..Register::default() };
    }

    fn replied(&mut self, op: OpId, reply: Reply) -> Result<bool, Exhausted> {
        let is_kept = self.waiting.remove(op) || self.moments.contains(&Moment::Invoked(op));
        let call = self.calls.get_mut(op).filter(|_| is_kept).ok_or(Exhausted)?;
        (call.reply, call.is_final) = (Some(reply), true);
        self.moments.push_back(Moment::Returned(op));
        self.guess = self.guess.take().and_then(|guess| self.follow(guess, op));
        self.judge()
    }

    /// The guess after an answer, if the answer simply follows it.
    fn follow(&self, mut guess: Configuration, op: OpId) -> Option<Configuration> {
        let call = self.calls.get(op)?;
        if guess.has_done(op) {
            guess.close(op);
            return call.effect.is_blind().then_some(guess);
        }
        Some(Configuration { value: call.meets(&guess.value)?, ..guess })
    }

    /// A request that never took effect, or of which nothing can be known.
    fn without(&mut self, op: OpId) -> Result<bool, Exhausted> {
        let is_kept = self.waiting.remove(op) || self.moments.contains(&Moment::Invoked(op));
        if !is_kept {
            return Err(Exhausted);
        }
        self.calls.forget(op);
        self.moments.retain(|moment| *moment != Moment::Invoked(op));
        self.guess = self.guess.take().filter(|guess| !guess.has_done(op));
        self.judge()
    }

    fn unknown(&mut self, op: OpId, is_final: bool) -> Result<bool, Exhausted> {
        let Some(call) = self.calls.get_mut(op).filter(|_| is_final) else {
            return Ok(true);
        };
        if !call.effect.changes() {
            return self.without(op);
        }
        call.is_final = true;
        self.waiting.remove(op);
        self.judge()
    }

    /// Whether everything so far fits together.
    fn judge(&mut self) -> Result<bool, Exhausted> {
        let is_long = self.moments.len() >= self.condense_from;
        if self.waiting.is_empty() || is_long || self.guess.is_none() {
            match self.condense(&mut Budget(BUDGET_TO_CONDENSE)) {
                Ok(true) => self.condense_from = MANY_MOMENTS.max(self.moments.len() * 2),
                Ok(false) => return Ok(false),
                Err(Exhausted) => self.condense_from = self.moments.len() * 2,
            }
        }
        let mut budget = Budget(BUDGET);
        if self.guess.is_none() {
            let mut calls = self.calls.clone();
            let mut ways = self.past.clone();
            for moment in &self.moments {
                pass_moment(&mut calls, &mut ways, *moment, &mut budget)?;
            }
            self.guess = ways.into_iter().next();
        }
        Ok(self.guess.is_some())
    }

    /// Condenses what happened before the oldest request that may still be answered. Returns
    /// whether that fits together.
    fn condense(&mut self, budget: &mut Budget) -> Result<bool, Exhausted> {
        while let Some(&moment) = self.moments.front() {
            if let Moment::Invoked(op) = moment
                && self.waiting.contains(op)
            {
                break;
            }
            pass_moment(&mut self.calls, &mut self.past, moment, budget)?;
            self.moments.pop_front();
            if self.past.is_empty() {
                return Ok(false);
            }
            if let Moment::Returned(op) = moment {
                self.calls.forget(op);
            }
        }
        self.forget_the_used();
        if self.moments.is_empty() {
            self.guess = self.past.first().cloned();
        }
        Ok(true)
    }

    /// Forgets the writes without an answer that have taken effect whatever way the past went.
    fn forget_the_used(&mut self) {
        let Some((first, others)) = self.past.split_first() else { return };
        let is_lost = |op: &OpId| self.calls.get(*op).is_some_and(|call| call.reply.is_none());
        let by_all = |op: &OpId| others.iter().all(|other| other.has_done(*op));
        let used: Vec<OpId> = first.done.iter().filter(is_lost).filter(by_all).collect();
        for op in used {
            self.calls.close(op);
            self.calls.forget(op);
            self.past.iter_mut().for_each(|way| way.close(op));
            self.guess.iter_mut().for_each(|way| way.close(op));
        }
        self.past.sort_unstable();
    }

    /// Waits no longer for the oldest open requests: a read is forgotten, and a write counts as one
    /// without an answer.
    fn stop_waiting(&mut self) {
        let mut condensed = self.condense(&mut Budget(BUDGET));
        while condensed == Ok(true) && self.moments.len() > KEPT_MOMENTS {
            // Everything before a request that may still be answered is condensed.
            let Some(&Moment::Invoked(op)) = self.moments.front() else { break };
            if self.calls.get(op).is_some_and(|call| !call.effect.changes()) {
                self.forgotten.insert(op);
            }
            condensed = match self.unknown(op, true) {
                Ok(true) => self.condense(&mut Budget(BUDGET)),
                decided => decided,
            };
        }
        match condensed {
            Ok(true) => {}
            Ok(false) => self.end(Verdict::Violated),
            Err(Exhausted) => self.end(Verdict::Undecided),
        }
    }

    /// The fields that decide what the judge will say.
    fn comparable(&self) -> impl Eq + Hash + '_ {
        let Register { past, calls, moments, waiting, forgotten, guess: _, verdict, .. } = self;
        (past, calls, moments, waiting, forgotten, verdict)
    }
}

/// Turns the ways in which the past may have gone into those after one more moment. On an error
/// they stay as they were.
pub(super) fn pass_moment(
    calls: &mut Calls,
    ways: &mut Vec<Configuration>,
    moment: Moment,
    budget: &mut Budget,
) -> Result<(), Exhausted> {
    match moment {
        Moment::Invoked(op) => calls.open(op),
        Moment::Returned(op) => {
            pass(calls, ways, op, budget)?;
            calls.close(op);
        }
    }
    Ok(())
}

impl PartialEq for Register {
    fn eq(&self, other: &Register) -> bool {
        self.comparable() == other.comparable()
    }
}

impl Eq for Register {}

impl Hash for Register {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.comparable().hash(state);
    }
}
