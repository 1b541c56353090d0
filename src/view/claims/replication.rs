//! Sentences about which nodes hold an entry, and what the others wait for.

use crate::explain::claim::{CopyMissing, ReplicationClaim};
use crate::raft::{NodeSet, Term};
use crate::word::QuotedWord;

pub(super) fn sentence(claim: &ReplicationClaim) -> String {
    match claim {
        ReplicationClaim::HeldBy { entry, on, needed, voters } => format!(
            "{entry} is durable on {} of {voters} nodes ({}), and a majority is {needed}",
            on.len(),
            some(*on)
        ),
        ReplicationClaim::CopyMissing { nodes, entry, why } => {
            let hold = if nodes.len() == 1 { "does not hold" } else { "do not hold" };
            let why = copy_missing(*why, nodes.len() > 1);
            format!("{nodes} {hold} {entry} durably: {why}")
        }
        ReplicationClaim::NeedsOwnTerm { entry, leader, term } => format!(
            "{entry} is on a majority but of an earlier term than {leader}'s, which is {term}: it \
             should commit only with an entry of term {term}; `put` adds one"
        ),
        ReplicationClaim::AnswerMissing { leader, from, entry } => format!(
            "{leader} does not know that {from} {} {entry}: no answer that says so has arrived",
            if from.len() == 1 { "has" } else { "have" }
        ),
        ReplicationClaim::NoLeaderHas { entry, holders } => format!(
            "no running leader has {entry}, so nobody can commit it now; it is in the logs of {}",
            some(*holders)
        ),
        ReplicationClaim::EntryGone { entry, op } => {
            format!("{op} was in {entry}, which is in no log any more")
        }
        ReplicationClaim::RequestEntry { op, entry } => format!("{op} is in {entry}"),
        ReplicationClaim::NeverRequested { key, value } => {
            let (key, value) = (QuotedWord(key), QuotedWord(value));
            format!("no accepted request writes {key}={value}")
        }
        ReplicationClaim::CommittedOn { entry, nodes } => {
            format!("{entry} is committed: it is within the commit index of {nodes}")
        }
        ReplicationClaim::CommitUnknown { node, commit, leader, known } => format!(
            "{node} knows that entries up to {commit} are committed; {leader} knows it of {known}, \
             and tells it with its next AppendEntries"
        ),
        ReplicationClaim::NothingToCommit { leader, last } => {
            format!("{leader}'s log ends at {last}, so there is nothing more to commit")
        }
        ReplicationClaim::LogsDiffer { left, right, index, terms: (one, other) } => format!(
            "the logs of {left} and {right} differ first at {index}: {}, {}",
            has(*one),
            has(*other)
        ),
        ReplicationClaim::CommitsDiffer { left, right, commits: (one, other) } => {
            format!("{left} has committed up to {one}, {right} up to {other}")
        }
        ReplicationClaim::AllAgree { nodes, last, commit } => {
            format!("{nodes} have the same log, up to {last}, and commit index {commit}")
        }
    }
}

fn has(term: Option<Term>) -> String {
    term.map_or_else(|| "no entry".to_owned(), |term| format!("an entry of term {term}"))
}

fn copy_missing(why: CopyMissing, several: bool) -> String {
    let (they_are, its, has) = match several {
        true => ("they are", "their", "end"),
        false => ("it is", "its", "ends"),
    };
    let logs = if several { "logs" } else { "log" };
    match why {
        CopyMissing::Down => format!("{they_are} down"),
        CopyMissing::Paused => format!("{they_are} paused"),
        CopyMissing::Cut if several => "the links from the leader are cut".to_owned(),
        CopyMissing::Cut => "the link from the leader is cut".to_owned(),
        CopyMissing::InFlight(message) => format!("m{message}, which brings it, is in flight"),
        CopyMissing::Held(message) => format!("m{message}, which brings it, is held"),
        CopyMissing::Conflict(term) => {
            let hold = if several { "hold" } else { "holds" };
            format!("what {its} {logs} {hold} there is of term {term}")
        }
        CopyMissing::Behind(last) => format!("{its} {logs} {has} at {last}"),
        CopyMissing::Writing => format!("{they_are} writing it to disk"),
        CopyMissing::DiskFull if several => "their disks are full".to_owned(),
        CopyMissing::DiskFull => "its disk is full".to_owned(),
        CopyMissing::Lied => "the disk reported it as synced, and does not hold it".to_owned(),
        CopyMissing::Damaged => "the copy on the disk is damaged".to_owned(),
    }
}

/// The nodes, or that there are none.
fn some(nodes: NodeSet) -> String {
    if nodes.is_empty() { "none".to_owned() } else { nodes.to_string() }
}
