//! Sentences about the lives of single things.

use crate::explain::claim::LifeClaim;
use crate::quantity;
use crate::raft::{NodeId, NodeSet, Position};
use crate::sim::TransitState;
use crate::view::words;

pub(super) fn sentence(claim: &LifeClaim) -> String {
    match claim {
        LifeClaim::Heartbeats { node, count } => {
            format!(
                "{node}'s heartbeat timer ran out {count} times, each time set by the time before"
            )
        }
        LifeClaim::ChainCut { at } => {
            format!("what caused #{at} is no longer kept; `history --causes {at}` makes it again")
        }
        LifeClaim::StillInFlight { message, from, to, due_us, waits } => {
            let why = match waits {
                TransitState::Underway => format!("it is due at {}", quantity::time(*due_us)),
                TransitState::Held => "it is held".to_owned(),
                TransitState::AtPaused => format!("it waits until {to} resumes"),
            };
            format!("m{message} is in flight from {from} to {to}: {why}")
        }
        LifeClaim::MoreEffects { message, count } => {
            let events = words::counted(*count, "further event");
            format!("the delivery of m{message} caused {events} directly")
        }
        LifeClaim::NodeState { node, term, vote, last, commit } => {
            let vote = words::node_or_none(*vote);
            let commit = commit.map(|commit| format!(", its commit index is {commit}"));
            let commit = commit.unwrap_or_default();
            format!("{node} is in term {term}, vote {vote}; its log ends at {last}{commit}")
        }
        LifeClaim::ElectionTimer { node, due_us } => format!(
            "{node} waits for a leader's message; without one it starts an election at {}",
            quantity::time(*due_us)
        ),
        LifeClaim::Unsent { node, count } => {
            let verb = if *count == 1 { "waits" } else { "wait" };
            format!("{} of {node} {verb} for its disk", words::counted(*count, "message"))
        }
        LifeClaim::UpToDate { node, leader, last } => {
            format!("{node} has all of {leader}'s log, up to {last}, and knows what is committed")
        }
        LifeClaim::Twins { entry, found } => twins(*entry, found),
        LifeClaim::Superseded { entry, by } => format!(
            "{entry} is lost: {by} is committed {}",
            if by.index == entry.index { "in its place" } else { "before it, in another log" }
        ),
        LifeClaim::Gone { entry, message: None } => {
            format!("{entry} is lost: no log and no disk has it")
        }
        LifeClaim::Gone { entry, message: Some(message) } => {
            format!(
                "no log and no disk has {entry}; m{message}, which is in flight, still brings it"
            )
        }
        LifeClaim::CouldLose { entry, killed, elected, voters, sure } => {
            could_lose(*entry, *killed, (*elected, *voters), *sure)
        }
        LifeClaim::OtherSets { entry, count, sampled } => {
            let sets = words::counted(*count, "other set");
            let more = if *sampled { "at least " } else { "" };
            format!("{more}{sets} of nodes could lose {entry} as well")
        }
        LifeClaim::NoneCouldLose { entry, sampled, sure } => {
            let why = match sampled {
                true => "in all that was tried, no node without it could be elected",
                false => "no node without it could be elected",
            };
            let rules = if *sure { "" } else { RULES };
            format!("{entry} cannot be lost, whichever nodes are killed now: {why}{rules}")
        }
    }
}

/// What sets of nodes mean where rules were broken.
const RULES: &str = "; that is by the rules of voting, and a flaw is on or a property was violated";

fn twins(entry: Position, found: &[(NodeSet, String)]) -> String {
    let found: Vec<String> =
        found.iter().map(|(nodes, command)| format!("{command} on {nodes}")).collect();
    format!("several entries are {entry}, which a correct cluster never has: {}", found.join(", "))
}

fn could_lose(
    entry: Position,
    killed: NodeSet,
    (elected, voters): (NodeId, NodeSet),
    sure: bool,
) -> String {
    let condition = match killed.is_empty() {
        true => format!("{entry} could be lost although no node is killed"),
        false => format!("{entry} could be lost if {killed} {} killed now", are(killed)),
    };
    let then = if killed.is_empty() { "" } else { " then" };
    let rules = if sure { "" } else { RULES };
    format!("{condition}: {elected}, without it, could{then} be elected by {voters}{rules}")
}

fn are(nodes: NodeSet) -> &'static str {
    if nodes.len() == 1 { "is" } else { "are" }
}
