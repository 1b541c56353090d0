//! What a cluster without faults must reach: one leader, a new write that is done, equal logs.
//!
//! "Raft will be able to elect and maintain a steady leader as long as the system satisfies the
//! following timing requirement: broadcastTime << electionTimeout << MTBF" (§5.6). `mend` makes the
//! last of these infinite: it ends every fault. [`crate::check::bound`] says how soon the cluster
//! must then have reached what is asked here.

use crate::raft::{Index, Log, NodeId, NodeSet, Report, RoleName, Term};
use crate::sim::{Outcome, ProgressCase};

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
}

type Voter<'a> = (NodeId, &'a Report, &'a Log);

/// What the cluster has not reached; nothing if it has made progress. Progress is:
///
/// - exactly one of the voters that are up leads, and all of them are in its term;
/// - the write is done;
/// - the logs of these voters are equal, and committed to their end.
pub fn missing(case: &ProgressCase<'_>) -> Vec<Missing> {
    let leaders = || case.voters.iter().filter(|(_, report, _)| report.role == RoleName::Leader);
    // The leader whose term is the highest: an older one has only not heard of it yet.
    let leader = leaders().max_by_key(|(_, report, _)| report.term);
    let mut found: Vec<Missing> = Vec::new();
    found.extend(no_leader(case, leader));
    found.extend(leader.and_then(|leader| other_term(case, leader)));
    found.extend(no_write(case));
    // Without a leader nobody replicates, and without the write there is nothing new to commit.
    let Some(leader) = leader else { return found };
    // Logs with the same last entry are equal in a correct cluster. In others that is not certain,
    // so they are compared as a whole once nothing else is missing.
    found.extend(other_logs(case, leader, found.is_empty()));
    if matches!(case.write, Some((_, Outcome::Ok))) {
        found.extend(uncommitted(case));
    }
    found
}

fn nodes_such(case: &ProgressCase<'_>, such: impl Fn(&Voter<'_>) -> bool) -> NodeSet {
    case.voters.iter().filter(|voter| such(voter)).map(|(node, ..)| *node).collect()
}

fn no_leader(case: &ProgressCase<'_>, leader: Option<&Voter<'_>>) -> Option<Missing> {
    if leader.is_some() {
        return None;
    }
    let nodes = case.nodes();
    let term = case.voters.iter().map(|(_, report, _)| report.term).max();
    let candidates = nodes_such(case, |(_, report, _)| report.role == RoleName::Candidate);
    let (up, highest) = (are(nodes, "up"), term.unwrap_or_default());
    let text = match candidates.is_empty() {
        true => format!("there is no leader: {up}, the highest term is {highest}"),
        false => format!(
            "there is no leader: {up}, {}, the highest term is {highest}",
            are_each(candidates, "a candidate", "candidates")
        ),
    };
    Some(Missing { claim: "no_leader", text, nodes, index: None, term, section: "§5.2" })
}

/// Voters that are not in the leader's term, other leaders among them.
fn other_term(case: &ProgressCase<'_>, leader: &Voter<'_>) -> Option<Missing> {
    let (leader, Report { term, .. }, _) = leader;
    let same = nodes_such(case, |(node, report, _)| {
        report.role == RoleName::Leader && report.term == *term && node != leader
    });
    let nodes = nodes_such(case, |(_, report, _)| report.term != *term).union(same);
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
    Some(Missing { claim: "write_not_done", text, nodes, index, term, section: "§5.3" })
}

/// Logs that differ from this voter's.
fn other_logs(case: &ProgressCase<'_>, like: &Voter<'_>, whole: bool) -> Option<Missing> {
    let (like, _, log) = like;
    let nodes = nodes_such(case, |(_, _, other)| {
        other.last() != log.last() || whole && other.same_through(log) != log.last_index()
    });
    let first = nodes.iter().next()?;
    let (_, _, other) = case.voters.iter().find(|(node, ..)| *node == first)?;
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
    })
}

fn uncommitted(case: &ProgressCase<'_>) -> Option<Missing> {
    let nodes = nodes_such(case, |(_, report, _)| report.commit < report.last.index);
    let first = nodes.iter().next()?;
    let (_, report, _) = case.voters.iter().find(|(node, ..)| *node == first)?;
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
