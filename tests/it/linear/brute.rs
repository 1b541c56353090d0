//! A judge that tries every order, and its own store of one key.

use raftsh::check::linear::{Answer, Effect, Reply, Request};
use raftsh::sim::OpId;

/// What a request does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Get,
    Put(&'static str),
    Del,
    Cas(Option<&'static str>, &'static str),
    Incr(i64),
    Append(&'static str),
}

/// Whether it was done, and what was returned.
pub(super) type Given = (bool, Option<String>);

/// What a client was told of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Nothing.
    Nothing,
    /// The answer.
    This(Given),
    /// It never takes effect.
    Refused,
    /// Nothing can be known, for good.
    Unknown,
    /// Nothing could be known at this time; later the answer came after all.
    LaterThis(u64, Given),
}

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Op {
    pub(super) at: usize,
    pub(super) what: What,
    pub(super) invoked: u64,
    pub(super) returned: u64,
    pub(super) told: Told,
}

pub(super) fn number(at: usize) -> OpId {
    OpId(at as u32 + 1)
}

impl What {
    pub(super) fn run(&self, value: &mut Option<String>) -> Given {
        match self {
            What::Get => (true, value.clone()),
            What::Put(new) => {
                *value = Some((*new).to_owned());
                (true, None)
            }
            What::Del => {
                *value = None;
                (true, None)
            }
            What::Cas(old, new) => {
                if value.as_deref() != *old {
                    return (false, value.clone());
                }
                *value = Some((*new).to_owned());
                (true, None)
            }
            What::Incr(by) => match value.as_deref().unwrap_or("0").parse::<i64>() {
                Ok(number) => {
                    *value = Some((number + by).to_string());
                    (true, value.clone())
                }
                Err(_) => (false, value.clone()),
            },
            What::Append(text) => {
                let extended = value.clone().unwrap_or_default() + text;
                let length = extended.len().to_string();
                *value = Some(extended);
                (true, Some(length))
            }
        }
    }

    pub(super) fn effect(&self) -> Effect {
        match self {
            What::Get => Effect::Read,
            What::Put(new) => Effect::Write(Some((*new).into())),
            What::Del => Effect::Write(None),
            What::Cas(old, new) => Effect::Swap { old: old.map(Into::into), new: (*new).into() },
            What::Incr(by) => Effect::Add(*by),
            What::Append(text) => Effect::Append((*text).into()),
        }
    }
}

fn reply((done, value): &Given) -> Answer {
    Answer::Reply(Reply { done: *done, value: value.as_deref().map(Into::into) })
}

impl Op {
    /// What the client was told, and when.
    pub(super) fn told(&self) -> Vec<(u64, Answer)> {
        match &self.told {
            Told::Nothing => vec![],
            Told::This(given) => vec![(self.returned, reply(given))],
            Told::Refused => vec![(self.returned, Answer::Refused)],
            Told::Unknown => vec![(self.returned, Answer::Unknown { is_final: true })],
            Told::LaterThis(first, given) => {
                vec![(*first, Answer::Unknown { is_final: false }), (self.returned, reply(given))]
            }
        }
    }

    /// What is known of it at a time; none before it was sent.
    pub(super) fn known_at(&self, when: u64) -> Option<Op> {
        let told = if self.returned <= when { self.told.clone() } else { Told::Nothing };
        (self.invoked <= when).then(|| Op { told, ..self.clone() })
    }

    pub(super) fn request(&self) -> Request {
        let answer = self.told().pop().map(|(_, answer)| answer);
        let is_answered = !matches!(answer, None | Some(Answer::Unknown { .. }));
        Request {
            op: number(self.at),
            effect: self.what.effect(),
            invoked: self.invoked,
            returned: is_answered.then_some(self.returned),
            answer,
        }
    }
}

/// Whether some order of the requests explains what was told. Of requests that are not chosen
/// nothing was told, and nobody knows when they were sent.
pub(super) fn fits(ops: &[Op], chosen: impl Fn(usize) -> bool) -> bool {
    let mut left: Vec<(u64, u64, &What, Option<&Given>)> = Vec::new();
    for (position, op) in ops.iter().enumerate() {
        let sent = if chosen(position) { op.invoked } else { 0 };
        match &op.told {
            Told::This(given) | Told::LaterThis(_, given) if chosen(position) => {
                left.push((sent, op.returned, &op.what, Some(given)));
            }
            Told::Refused if chosen(position) => {}
            _ if op.what == What::Get => {}
            _ => left.push((sent, u64::MAX, &op.what, None)),
        }
    }
    place(&mut left, &None)
}

fn place(left: &mut Vec<(u64, u64, &What, Option<&Given>)>, value: &Option<String>) -> bool {
    let must_be_next_until = left.iter().filter(|op| op.3.is_some()).map(|op| op.1).min();
    let Some(until) = must_be_next_until else { return true };
    for position in 0..left.len() {
        let (sent, _, what, expected) = left[position];
        if sent > until {
            continue;
        }
        let mut after = value.clone();
        let given = what.run(&mut after);
        if expected.is_some_and(|expected| *expected != given)
            || (expected.is_none() && after == *value)
        {
            continue;
        }
        let op = left.remove(position);
        let fits = place(left, &after);
        left.insert(position, op);
        if fits {
            return true;
        }
    }
    false
}
