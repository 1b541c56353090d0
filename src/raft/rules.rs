//! The rules of figure 2, each a small pure function under the words of the paper.
//!
//! The handlers say when a rule is asked and what follows from the answer; the rule says what is
//! so. A server looks its rules up in a table, [`Rules`]: it is [`Rules::FIGURE_2`] unless a
//! [flaw](super::flaw) has put another function in a rule's place.
//!
//! # Where figure 2 is
//!
//! | rule | where |
//! |---|---|
//! | all servers: apply what is committed | `commit.rs`, `apply` |
//! | all servers: a later term | `server.rs`, `adopt_term` |
//! | followers, candidates: the election timer | `election.rs`, `election_timeout` |
//! | candidates: votes of a majority | `election.rs`, `count_vote` |
//! | candidates: a new leader speaks | `replication.rs`, `on_append_entries` |
//! | leaders: heartbeats | `replication.rs`, `heartbeat_timeout` |
//! | leaders: a client's command | `server.rs`, `propose` |
//! | leaders: send from nextIndex; answers | `replication.rs`, `broadcast`, `on_accepted` with [`next_after`], `on_refused` with [`back_off`] |
//! | leaders: commit what a majority holds | `commit.rs`, `advance_commit` with [`may_commit`] and [`counts_itself`] |
//! | RequestVote 1, AppendEntries 1: a stale term | `election.rs`, `vote_refusal`; `server.rs`, `receive` |
//! | RequestVote 2 | [`vote_is_free`], [`up_to_date`] |
//! | AppendEntries 2 to 5 | [`attaches`], [`conflict`], [`already_there`], [`follower_commit`]; [`hint`] for what a refusal tells |

use std::hash::{Hash, Hasher};

use super::log::Log;
use super::nodes::NodeId;
use super::progress::Progress;
use super::types::{Entry, Index, Position, Term};

/// "If votedFor is null or candidateId …, grant vote" (RequestVote, rule 2).
fn vote_is_free(voted_for: Option<NodeId>, candidate: NodeId) -> bool {
    voted_for.is_none_or(|other| other == candidate)
}

/// "… and candidate's log is at least as up-to-date as receiver's log, grant vote" (RequestVote,
/// rule 2): the later last term wins, and at the same last term the longer log (§5.4.1).
fn up_to_date(candidate_last: Position, own_last: Position) -> bool {
    (candidate_last.term, candidate_last.index) >= (own_last.term, own_last.index)
}

/// "Reply false if log doesn't contain an entry at prevLogIndex whose term matches prevLogTerm"
/// (AppendEntries, rule 2). What was there before the log's base was committed, so it was the same.
fn attaches(log: &Log, prev_log: Position) -> bool {
    prev_log.index < log.base().index || log.term_at(prev_log.index) == Some(prev_log.term)
}

/// "If an existing entry conflicts with a new one (same index but different terms), delete the
/// existing entry and all that follow it" (AppendEntries, rule 3): where that entry is, if there is
/// one.
fn conflict(log: &Log, prev_index: Index, entries: &[Entry]) -> Option<Index> {
    if entries.is_empty() {
        return None;
    }
    let same = log.agrees_with(prev_index.next(), entries);
    let differs = prev_index.plus(same as u32).next();
    (same < entries.len() && differs <= log.last_index()).then_some(differs)
}

/// "Append any new entries not already in the log" (AppendEntries, rule 4): how many of the new
/// entries after `prev_index` are in a log that ends at `last` once conflicts are deleted.
fn already_there(_log: &Log, last: Index, prev_index: Index, entries: &[Entry]) -> usize {
    entries.len().min(last.0.saturating_sub(prev_index.0) as usize)
}

/// "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)"
/// (AppendEntries, rule 5). After the last new entry, the follower's log may differ from the
/// leader's.
fn follower_commit(
    commit_index: Index,
    leader_commit: Index,
    last_new: Index,
    _last: Index,
) -> Index {
    commit_index.max(leader_commit.min(last_new))
}

/// Where a follower that refuses may still agree with the leader (end of §5.3).
fn hint(log: &Log, prev_log: Position) -> Position {
    log.latest_not_after(prev_log).unwrap_or(log.base())
}

/// "If AppendEntries fails because of log inconsistency: decrement nextIndex and retry" (leaders):
/// the next index now, if the refusal is of what the leader sends now, and not of what it sent
/// before a better answer came.
///
/// A refusal of what the follower has acknowledged is most likely such a late one. But if it comes
/// again, the follower has lost what it had promised to keep, for a disk may lie or be cut back;
/// then that is sent again, and matchIndex stays. The index may lie before the leader's first
/// entry.
fn back_off(row: &Progress, log: &Log, prev_log_index: Index, hint: Position) -> Option<Index> {
    if prev_log_index == Index(0) {
        // Every log agrees there: what was refused is the leader's term.
        return None;
    }
    let held = prev_log_index <= row.match_index;
    let first = held && row.match_index < row.next_index && row.denied != prev_log_index;
    if prev_log_index.next() != row.next_index || first {
        return None;
    }
    let candidate =
        log.latest_not_after(hint).map_or(log.base().index.previous(), |latest| latest.index);
    let candidate = candidate.min(prev_log_index.previous());
    Some(if held { candidate } else { candidate.max(row.match_index) }.next())
}

/// "If successful: update nextIndex … for follower" (leaders). A late answer to an early question
/// lowers nothing.
fn next_after(next_index: Index, match_index: Index) -> Index {
    next_index.max(match_index.next())
}

/// The last entry that a leader itself counts as holding: the last one on its disk (Ongaro's
/// thesis, §10.2.1).
fn counts_itself(durable: Index, _last: Index) -> Index {
    durable
}

/// "If there exists an N such that N > commitIndex, a majority of matchIndex\[i\] ≥ N, and
/// log\[N\].term == currentTerm: set commitIndex = N" (leaders; §5.4.2): the last of these
/// conditions.
fn may_commit(entry_term: Term, current_term: Term) -> bool {
    entry_term == current_term
}

/// A write that has not finished ends at `last_index`, and then the log is cut at `from`: the last
/// entry of the log that the write will make durable. What was cut does not count, even if other
/// entries stand at the same indices by then.
fn still_stands(last_index: Index, from: Index) -> Index {
    last_index.min(from.previous())
}

/// The rules by which a node goes. Each is the function of the same name in this file, or a flaw's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) vote_is_free: fn(Option<NodeId>, NodeId) -> bool,
    pub(super) up_to_date: fn(Position, Position) -> bool,
    pub(super) attaches: fn(&Log, Position) -> bool,
    pub(super) conflict: fn(&Log, Index, &[Entry]) -> Option<Index>,
    pub(super) already_there: fn(&Log, Index, Index, &[Entry]) -> usize,
    pub(super) follower_commit: fn(Index, Index, Index, Index) -> Index,
    pub(super) hint: fn(&Log, Position) -> Position,
    pub(super) back_off: fn(&Progress, &Log, Index, Position) -> Option<Index>,
    pub(super) next_after: fn(Index, Index) -> Index,
    pub(super) counts_itself: fn(Index, Index) -> Index,
    pub(super) may_commit: fn(Term, Term) -> bool,
    pub(super) still_stands: fn(Index, Index) -> Index,
}

impl Rules {
    /// The paper's.
    pub(super) const FIGURE_2: Rules = Rules {
        vote_is_free,
        up_to_date,
        attaches,
        conflict,
        already_there,
        follower_commit,
        hint,
        back_off,
        next_after,
        counts_itself,
        may_commit,
        still_stands,
    };
}

/// Always equal: a node's rules follow from its flaws, and those are compared.
impl PartialEq for Rules {
    fn eq(&self, _other: &Rules) -> bool {
        true
    }
}

impl Eq for Rules {}

impl Hash for Rules {
    fn hash<H: Hasher>(&self, _state: &mut H) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::types::Payload;

    fn at(index: u32, term: u32) -> Position {
        Position { index: Index(index), term: Term(term) }
    }

    fn entries(terms: &[u32]) -> Vec<Entry> {
        terms.iter().map(|&term| Entry { term: Term(term), payload: Payload::Noop }).collect()
    }

    #[test]
    fn the_later_term_wins_then_the_longer_log() {
        for (candidate, own, expected) in [
            (at(0, 0), at(0, 0), true),
            (at(3, 2), at(3, 2), true),
            (at(2, 2), at(3, 2), false),
            (at(1, 3), at(9, 2), true),
            (at(9, 2), at(1, 3), false),
        ] {
            assert_eq!(up_to_date(candidate, own), expected, "{candidate} beside {own}");
        }
    }

    #[test]
    fn what_conflicts_goes_and_what_is_there_stays() {
        let log = Log::new(entries(&[1, 1, 2, 2]).into_iter().collect());
        for (prev, new, expected_conflict, there) in [
            (0, &[][..], None, 0),
            (2, &[], None, 0),
            (2, &[2], None, 1),
            (2, &[2, 2, 2], None, 2),
            (2, &[3, 3], Some(3), 0),
            (3, &[3], Some(4), 0),
            (4, &[2], None, 0),
            (0, &[1, 1, 2, 3], Some(4), 3),
        ] {
            let found = conflict(&log, Index(prev), &entries(new));
            assert_eq!(found, expected_conflict.map(Index), "{new:?} after {prev}");
            let last = found.map_or(log.last_index(), Index::previous);
            assert_eq!(
                already_there(&log, last, Index(prev), &entries(new)),
                there,
                "{new:?} after {prev}"
            );
        }
    }

    #[test]
    fn a_late_refusal_moves_nothing() {
        let log = Log::new(entries(&[1; 10]).into_iter().collect());
        let mut row = Progress::new(Index(10));
        assert_eq!(back_off(&row, &log, Index(10), at(5, 1)), Some(Index(6)));
        row.next_index = Index(6);
        assert_eq!(back_off(&row, &log, Index(10), at(2, 1)), None, "the same refusal again");
        row.match_index = Index(5);
        assert_eq!(back_off(&row, &log, Index(5), at(3, 1)), None, "it acknowledged that entry");
        row.denied = Index(5);
        assert_eq!(
            back_off(&row, &log, Index(5), at(3, 1)),
            Some(Index(4)),
            "it has lost that entry"
        );
        row.next_index = Index(4);
        assert_eq!(back_off(&row, &log, Index(3), at(1, 1)), Some(Index(2)), "and more");
    }

    #[test]
    fn a_follower_commits_what_was_verified() {
        for (own, leader, last_new, expected) in
            [(0, 5, 3, 3), (0, 2, 3, 2), (4, 2, 3, 4), (4, 9, 3, 4)]
        {
            let commit = follower_commit(Index(own), Index(leader), Index(last_new), Index(100));
            assert_eq!(commit, Index(expected), "{own} {leader} {last_new}");
        }
    }
}
