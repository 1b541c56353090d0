//! What a cluster without faults must reach: one leader, a new write that is done, equal logs.
//!
//! "Raft will be able to elect and maintain a steady leader as long as the system satisfies the
//! following timing requirement: broadcastTime << electionTimeout << MTBF" (§5.6). `mend` makes the
//! last of these infinite: it ends every fault. [`crate::check::bound`] says how soon the cluster
//! must then have reached what is asked here.

use crate::raft::{Index, Log, NodeId, NodeMap, NodeSet, Progress, Report, RoleName, Term};
use crate::sim::{Outcome, ProgressCase};

use super::ledger::Ledger;
use super::property::{NEXT_REACHES_END, Property, TERMS_SETTLE};

/// Something that the cluster has not reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Its stable name.
    pub claim: &'static str,
    /// What is missing, in a sentence for people.
    pub text: String,
    /// The nodes that it is about.
    pub nodes: NodeSet,
    /// The index that it is about, if it is about one.
    pub index: Option<Index>,
    /// The term that it is about, if it is about one.
    pub term: Option<Term>,
    /// The section of the paper.
    pub section: &'static str,
    /// The property that is violated by this alone, besides `progress`, if there is one.
    pub property: Option<&'static Property>,
}

/// The claim that the leader does not know yet that a voter has all entries.
const NEXT_INDEX_BEHIND: &str = "next_index_behind";

type Voter<'a> = (NodeId, &'a Report, &'a Log, &'a NodeMap<Progress>);

/// What the cluster has not reached; nothing if it has made progress. Progress is:
///
/// - exactly one of the voters that are up leads, and all of them are in its term;
/// - the write is done;
/// - the logs of these voters are equal, and committed to their end;
/// - the leader knows it: its next index for each of them is one after the end.
pub fn missing(case: &ProgressCase<'_>) -> Vec<Missing> {
    let leader = leader(case);
    let mut found: Vec<Missing> = Vec::new();
    found.extend(no_leader(case, leader));
    found.extend(leader.and_then(|leader| other_term(case, leader)));
    let steady = found.is_empty();
    found.extend(no_write(case));
    // Without a leader nobody replicates, and without the write there is nothing new to commit.
    let Some(leader) = leader else { return found };
    // Logs with the same last entry are equal in a correct cluster. In others that is not certain,
    // so they are compared as a whole once nothing else is missing.
    found.extend(other_logs(case, leader, found.is_empty()));
    if matches!(case.write, Some((_, Outcome::Ok))) {
        found.extend(uncommitted(case));
    }
    if steady {
        found.extend(next_index_behind(case, leader));
    }
    found
}

/// The leader whose term is the highest: an older one has only not heard of it yet.
fn leader<'a>(case: &'a ProgressCase<'_>) -> Option<&'a Voter<'a>> {
    let leaders = case.voters.iter().filter(|(_, report, ..)| report.role == RoleName::Leader);
    leaders.max_by_key(|(_, report, ..)| report.term)
}

fn nodes_such(case: &ProgressCase<'_>, such: impl Fn(&Voter<'_>) -> bool) -> NodeSet {
    case.voters.iter().filter(|voter| such(voter)).map(|(node, ..)| *node).collect()
}

fn no_leader(case: &ProgressCase<'_>, leader: Option<&Voter<'_>>) -> Option<Missing> {
    if leader.is_some() {
        return None;
    }
    let nodes = case.nodes();
    let term = case.voters.iter().map(|(_, report, ..)| report.term).max();
    let candidates = nodes_such(case, |(_, report, ..)| report.role == RoleName::Candidate);
    let (up, highest) = (are(nodes, "up"), term.unwrap_or_default());
    let text = match candidates.is_empty() {
        true => format!("there is no leader: {up}, the highest term is {highest}"),
        false => format!(
            "there is no leader: {up}, {}, the highest term is {highest}",
            are_each(candidates, "a candidate", "candidates")
        ),
    };
    Some(Missing {
        claim: "no_leader",
        text,
        nodes,
        index: None,
        term,
        section: "§5.2",
        property: None,
    })
}

/// Voters that are not in the leader's term, other leaders among them.
fn other_term(case: &ProgressCase<'_>, leader: &Voter<'_>) -> Option<Missing> {
    let (leader, Report { term, .. }, ..) = leader;
    let same = nodes_such(case, |(node, report, ..)| {
        report.role == RoleName::Leader && report.term == *term && node != leader
    });
    let nodes = nodes_such(case, |(_, report, ..)| report.term != *term).union(same);
    let text = match same.iter().next() {
        Some(other) => format!("{leader} and {other} both lead term {term}"),
        None => format!("{leader} leads term {term}, but {}", are(nodes, "in another term")),
    };
    (!nodes.is_empty()).then_some(Missing {
        claim: "other_term",
        text,
        nodes,
        index: None,
        term: Some(*term),
        section: "§5.1",
        property: None,
    })
}

fn no_write(case: &ProgressCase<'_>) -> Option<Missing> {
    let text = match case.write {
        Some((_, Outcome::Ok)) => return None,
        Some((op, outcome)) => format!("the new write {op} is not done: its outcome is {outcome}"),
        None => "no new write could be sent: there was no leader to send it to".to_owned(),
    };
    let nodes = NodeSet::EMPTY;
    let (index, term) = (None, None);
    Some(Missing {
        claim: "write_not_done",
        text,
        nodes,
        index,
        term,
        section: "§5.3",
        property: None,
    })
}

/// Logs that differ from this voter's.
fn other_logs(case: &ProgressCase<'_>, like: &Voter<'_>, whole: bool) -> Option<Missing> {
    let (like, _, log, _) = like;
    let nodes = nodes_such(case, |(_, _, other, _)| {
        other.last() != log.last() || whole && other.same_through(log) != log.last_index()
    });
    let first = nodes.iter().next()?;
    let (_, _, other, _) = case.voters.iter().find(|(node, ..)| *node == first)?;
    let same = other.same_through(log);
    let end = |log: &Log| match log.last_index() {
        Index(0) => "is empty".to_owned(),
        _ => format!("ends with {}", log.last()),
    };
    let differ = match nodes.len() {
        1 => format!("the log of {nodes} differs"),
        _ => format!("the logs of {nodes} differ"),
    };
    let text = format!(
        "{differ} from {like}'s: {first}'s {}, {like}'s {}, and they are equal up to {same}",
        end(other),
        end(log)
    );
    Some(Missing {
        claim: "logs_differ",
        text,
        nodes,
        index: Some(same.next()),
        term: None,
        section: "§5.3",
        property: None,
    })
}

fn uncommitted(case: &ProgressCase<'_>) -> Option<Missing> {
    let nodes = nodes_such(case, |(_, report, ..)| report.commit < report.last.index);
    let first = nodes.iter().next()?;
    let (_, report, ..) = case.voters.iter().find(|(node, ..)| *node == first)?;
    let (commit, last) = (report.commit, report.last.index);
    let verb = if nodes.len() == 1 { "has" } else { "have" };
    let text = format!(
        "{nodes} {verb} not committed all entries: {first}'s commit index is {commit}, its log \
         ends at {last}"
    );
    Some(Missing {
        claim: "not_committed",
        text,
        nodes,
        index: Some(commit.next()),
        term: None,
        section: "§5.3",
        property: None,
    })
}

/// Voters for which the leader's next index has not reached the end of its log.
fn next_index_behind(case: &ProgressCase<'_>, leader: &Voter<'_>) -> Option<Missing> {
    let (leader, _, log, progress) = leader;
    let end = log.last_index().next();
    let behind = |node| progress.get(node).filter(|row| row.next_index < end);
    let nodes = nodes_such(case, |(node, ..)| behind(*node).is_some());
    let first = nodes.iter().next()?;
    let Progress { next_index, match_index, .. } = behind(first)?;
    let acknowledged = match match_index {
        Index(0) => "has acknowledged none".to_owned(),
        index => format!("has acknowledged the entries up to {index}"),
    };
    let others = match nodes.len() {
        1 => String::new(),
        _ => format!(" (the same of {})", nodes.difference(NodeSet::one(first))),
    };
    let text = format!(
        "{leader} still sends {first} entry {next_index} next, though its log ends at {} and \
         {first} {acknowledged}{others}",
        log.last_index()
    );
    Some(Missing {
        claim: NEXT_INDEX_BEHIND,
        text,
        nodes,
        index: Some(*next_index),
        term: None,
        section: "§5.3",
        property: None,
    })
}

/// Finds the reasons that only the past shows, and the properties that these violate. What is
/// missing may be missing only because little time was given, so it counts as a reason if the
/// second half of the time since all faults ended has not changed it.
pub(super) fn explain(case: &ProgressCase<'_>, ledger: &Ledger, missing: &mut Vec<Missing>) {
    let begun_us = case.now_us.saturating_sub(case.waited_us);
    let middle_us = begun_us + case.waited_us / 2;
    let behind = missing.iter_mut().find(|missing| missing.claim == NEXT_INDEX_BEHIND);
    if let (Some(behind), Some((leader, report, ..))) = (behind, leader(case)) {
        let elected_us = ledger.reached_us(report.term);
        let nexts = &ledger.node(*leader).nexts;
        let since_us = |node| nexts.get(node).map_or(elected_us, |(_, since_us)| *since_us);
        let stuck = behind.nodes.iter().any(|node| since_us(node) <= middle_us);
        behind.property = stuck.then_some(NEXT_REACHES_END);
    }
    missing.extend(terms_grow(case, ledger, begun_us, middle_us));
}

/// The highest term has risen at least twice since all faults ended, the last time in the second
/// half of that time, and no entry was committed meanwhile.
fn terms_grow(
    case: &ProgressCase<'_>,
    ledger: &Ledger,
    begun_us: u64,
    middle_us: u64,
) -> Option<Missing> {
    let [first, middle, last] =
        [begun_us, middle_us, case.now_us].map(|time_us| ledger.highest_term(time_us));
    if ledger.committed_us() > begun_us || last.0 < first.0.saturating_add(2) || last == middle {
        return None;
    }
    Some(Missing {
        claim: "terms_grow",
        text: format!("the highest term rose from {first} to {last}, and nothing was committed"),
        nodes: nodes_such(case, |(_, report, ..)| report.term == last),
        index: None,
        term: Some(last),
        section: "§5.2",
        property: Some(TERMS_SETTLE),
    })
}

/// `n1 is up`, `n1,n2 are up`
fn are(nodes: NodeSet, what: &str) -> String {
    are_each(nodes, what, what)
}

fn are_each(nodes: NodeSet, one: &str, many: &str) -> String {
    match nodes.len() {
        1 => format!("{nodes} is {one}"),
        _ => format!("{nodes} are {many}"),
    }
}

/// The node at which a violation is recorded: the first that something is missing at.
pub(super) fn blamed(case: &ProgressCase<'_>, missing: &[Missing]) -> Option<NodeId> {
    let about = missing.iter().find_map(|missing| missing.nodes.iter().next());
    about.or_else(|| case.nodes().iter().next())
}

/// What a violation says.
pub(super) fn detail(case: &ProgressCase<'_>, missing: &[Missing]) -> String {
    let texts: Vec<&str> = missing.iter().map(|missing| missing.text.as_str()).collect();
    let waited = match case.waited_us {
        us @ ..1_000_000 => format!("{}ms", us / 1_000),
        us => format!("{}.{}s", us / 1_000_000, us / 100_000 % 10),
    };
    format!("{waited} after all faults ended, {}", texts.join("; "))
}
