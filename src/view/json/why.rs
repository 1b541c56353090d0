//! `why`: answers and their claims.

use serde::Serialize;

use crate::explain::{Answer, Case, Since};
use crate::raft::NodeId;
use crate::sim::EventId;
use crate::view::claims;

/// An answer.
#[derive(Serialize)]
pub struct AnswerRow<'a> {
    question: &'a str,
    holds: Option<bool>,
    since: Option<SinceRow>,
    claims: Vec<ClaimRow>,
    helps: Vec<HelpRow<'a>>,
    tried: u32,
    losable: Vec<LosableRow>,
    sampled: bool,
}

#[derive(Serialize)]
struct SinceRow {
    event: EventId,
    time_us: u64,
}

#[derive(Serialize)]
struct ClaimRow {
    claim: &'static str,
    text: String,
    nodes: Vec<NodeId>,
    events: Vec<EventId>,
    index: Option<u32>,
    term: Option<u32>,
    section: Option<&'static str>,
}

#[derive(Serialize)]
struct HelpRow<'a> {
    commands: &'a [String],
    after_us: u64,
}

#[derive(Serialize)]
struct LosableRow {
    entry: String,
    nodes: Vec<NodeId>,
}

/// The answer to `why`.
pub fn why<'a>(case: &Case<'_>, answer: &'a Answer) -> AnswerRow<'a> {
    let claims = answer.claims.iter().map(|claim| {
        let about = claim.about();
        ClaimRow {
            claim: claim.name(),
            text: claims::sentence(case, claim).into_string(),
            nodes: about.nodes,
            events: claim.events.clone(),
            index: about.index.map(|index| index.0),
            term: about.term.map(|term| term.0),
            section: about.section,
        }
    });
    let helps = answer.helps.iter();
    let losable = answer.losable.iter();
    AnswerRow {
        question: &answer.question,
        holds: answer.holds,
        since: answer.since.map(|Since { event, time_us }| SinceRow { event, time_us }),
        claims: claims.collect(),
        helps: helps
            .map(|help| HelpRow { commands: &help.commands, after_us: help.after_us })
            .collect(),
        tried: answer.tried,
        losable: losable
            .map(|row| LosableRow {
                entry: row.entry.to_string(),
                nodes: row.nodes.iter().collect(),
            })
            .collect(),
        sampled: answer.sampled,
    }
}
