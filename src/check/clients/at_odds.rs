//! The requests at odds, in words and as intervals.

use crate::kv::Command;
use crate::seq::Seq;
use crate::sim::{Op, OpId, Ops, Outcome};
use crate::word::OrNone;

use super::known::{Known, Stage};
use crate::check::linear::{Answer, Effect, Reply, Request, Shown, fewest, picture};

/// Why the answers for a key do not fit together: a sentence, and a line for each of the fewest
/// requests at odds.
pub(super) fn detail(known: &Seq<Known>, key: &str, ops: &Ops) -> String {
    let numbered = (1..).map(OpId).zip(known.iter());
    let of_key = numbered.filter_map(|(number, known)| {
        let op = ops.get(number)?;
        let command = op.asked.command().filter(|command| command.key() == key)?;
        if !op.call.is_linearizable() {
            return None;
        }
        Some((request(number, known, (op, command)), *known, op))
    });
    let (requests, facts): (Vec<_>, Vec<_>) =
        of_key.map(|(request, known, op)| (request, (known, op))).unzip();
    let chosen = fewest(&requests);
    let shown = chosen.iter().filter_map(|at| {
        let (request, (known, op)) = (requests.get(*at)?, facts.get(*at)?);
        let words = vec![
            request.op.to_string(),
            op.node.to_string(),
            op.asked.to_string(),
            told(known, op),
        ];
        Some(Shown { words, invoked: request.invoked, returned: request.returned })
    });
    let names: Vec<String> = chosen.iter().map(|at| requests[*at].op.to_string()).collect();
    let sentence = match names.as_slice() {
        [] => format!("no order of the requests for {key} explains the latest answer"),
        [one] => format!("no order of the requests for {key} explains the answer to {one}"),
        [most @ .., last] => {
            format!("no order of {} and {last} explains their answers", most.join(", "))
        }
    };
    let mut lines = vec![sentence];
    lines.extend(picture(&shown.collect::<Vec<_>>()));
    lines.join("\n")
}

/// A request as the search for the fewest takes it.
fn request(number: OpId, known: &Known, (op, command): (Op<'_>, &Command)) -> Request {
    let reply = |done| Answer::Reply(Reply { done, value: op.value.map(Into::into) });
    let answer = match (known.stage, op.outcome) {
        (Stage::Answered, outcome) => Some(reply(outcome == Outcome::Ok)),
        (Stage::Refused, _) => Some(Answer::Refused),
        (Stage::Open | Stage::Unknown, _) => None,
    };
    Request {
        op: number,
        effect: Effect::of(command),
        invoked: known.invoked,
        returned: answer.is_some().then_some(known.told),
        answer,
    }
}

/// What the client was told, in a word or two.
fn told(known: &Known, op: &Op<'_>) -> String {
    match (known.stage, op.asked.command()) {
        (Stage::Open, _) => "pending".to_owned(),
        (Stage::Unknown, _) => "unknown".to_owned(),
        (Stage::Refused, _) => "failed".to_owned(),
        (Stage::Answered, Some(Command::Get { .. })) => format!("ok, {}", OrNone(op.value)),
        (Stage::Answered, _) if op.outcome == Outcome::Failed => {
            format!("failed, it holds {}", OrNone(op.value))
        }
        (Stage::Answered, _) => op.value.map_or("ok".to_owned(), |value| format!("ok, {value}")),
    }
}

/// An answer in words.
pub(super) fn words(reply: &Reply) -> String {
    let outcome = if reply.done { "ok" } else { "failed" };
    match reply.value.as_deref() {
        None => format!("`{outcome}`"),
        Some(value) => format!("`{outcome}, {value}`"),
    }
}
