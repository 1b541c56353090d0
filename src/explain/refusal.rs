//! Why a command was refused.

use crate::raft::NodeSet;

use super::answer::Answer;
use super::case::Case;
use super::claim::{Claim, StateClaim};
use super::{election, reach};

/// The most claims of an answer.
const CLAIMS: usize = 7;

/// Why a command was refused, with this message about these nodes: their roles, who leads, or why
/// nobody does.
pub fn refusal(case: &Case<'_>, command: &str, message: &str, nodes: NodeSet) -> Answer {
    let refused = StateClaim::Refused { command: command.to_owned(), message: message.to_owned() };
    let mut claims = vec![Claim::new(refused, [])];
    let mut facts = Vec::new();
    for node in nodes.iter() {
        match reach::not_up(case, node) {
            Some(claim) => facts.push(claim),
            None => facts.extend(election::role(case, node)),
        }
    }
    let leader = case.world().leader();
    if leader.is_none() && nodes.iter().all(|node| case.world().host(node).is_up()) {
        facts.extend(election::no_leader(case));
    }
    for claim in facts {
        if !claims.contains(&claim) {
            claims.push(claim);
        }
    }
    claims.truncate(CLAIMS);
    Answer { question: command.to_owned(), claims, ..Answer::default() }
}
