//! The rules of figure 2, each a small pure function under the words of the paper.
//!
//! A handler decides when a rule applies and what follows from its result; the rule itself only
//! computes the result. A server calls its rules through a table, [`Rules`]: it is
//! [`Rules::FIGURE_2`] unless a [flaw](super::flaw) has replaced a rule's function.
//!
//! # Where figure 2 is
//!
//! | rule | where |
//! |---|---|
//! | all servers: apply committed entries | `commit.rs`, `apply` |
//! | all servers: a later term | `server.rs`, `adopt_term` |
//! | followers, candidates: the election timeout | `election.rs`, `election_timeout` |
//! | candidates: votes from a majority | `election.rs`, `count_vote` |
//! | candidates: AppendEntries from a new leader | `replication.rs`, `on_append_entries` |
//! | leaders: heartbeats | `replication.rs`, `heartbeat_timeout` |
//! | leaders: a client's command | `server.rs`, `propose` |
//! | leaders: send from nextIndex; handle replies | `replication.rs`, `broadcast`, `on_accepted` with [`next_index_after`], `on_refused` with [`back_off`] |
//! | leaders: commit what a majority holds | `commit.rs`, `advance_commit` with [`may_commit`] and [`own_match_index`] |
//! | RequestVote 1, AppendEntries 1: a stale term | `election.rs`, `vote_refusal`; `server.rs`, `receive` |
//! | RequestVote 2 | [`vote_is_free`], [`up_to_date`] |
//! | AppendEntries 2 to 5 | [`prev_log_matches`], [`conflict`], [`entries_present`], [`follower_commit`]; [`hint`] for what a refusal contains |

use std::hash::{Hash, Hasher};

use super::group::Group;
use super::log::Log;
use super::membership::Membership;
use super::message::MessageKind;
use super::nodes::{NodeId, NodeSet};
use super::note::VoteRefusal;
use super::progress::Progress;
use super::types::{Entry, Index, Position, Round, Term, Ticket};

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
/// (AppendEntries, rule 2). Entries before the log's base were committed, so they match.
fn prev_log_matches(log: &Log, prev_log: Position) -> bool {
    prev_log.index < log.base().index || log.term_at(prev_log.index) == Some(prev_log.term)
}

/// "If an existing entry conflicts with a new one (same index but different terms), delete the
/// existing entry and all that follow it" (AppendEntries, rule 3): the index of the first such
/// entry, if there is one.
fn conflict(log: &Log, prev_index: Index, entries: &[Entry]) -> Option<Index> {
    if entries.is_empty() {
        return None;
    }
    let same = log.agrees_with(prev_index.next(), entries);
    let differs = prev_index.plus(same as u32).next();
    (same < entries.len() && differs <= log.last_index()).then_some(differs)
}

/// "Append any new entries not already in the log" (AppendEntries, rule 4): the number of the new
/// entries that the log has already. `last` is its last index after conflicts were deleted.
fn entries_present(_log: &Log, last: Index, prev_index: Index, entries: &[Entry]) -> usize {
    entries.len().min(last.0.saturating_sub(prev_index.0) as usize)
}

/// "If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry)"
/// (AppendEntries, rule 5). Beyond the last new entry, the follower's log may differ from the
/// leader's.
fn follower_commit(
    commit_index: Index,
    leader_commit: Index,
    last_new: Index,
    _last: Index,
) -> Index {
    commit_index.max(leader_commit.min(last_new))
}

/// The follower's latest entry that may still agree with the leader's log (end of §5.3).
fn hint(log: &Log, prev_log: Position) -> Position {
    log.latest_not_after(prev_log).unwrap_or(log.base())
}

/// "If AppendEntries fails because of log inconsistency: decrement nextIndex and retry" (leaders):
/// the new nextIndex. `None` if the refusal is stale: it answers an AppendEntries that was sent
/// before nextIndex had its present value.
///
/// A refusal of what the follower has acknowledged is most likely stale, too. But if it comes
/// again, the follower has lost what it had acknowledged, because a disk may lie or be truncated;
/// then the leader sends that again, and matchIndex stays. The result may be before the leader's
/// first entry.
fn back_off(row: &Progress, log: &Log, prev_log_index: Index, hint: Position) -> Option<Index> {
    if prev_log_index == Index(0) {
        // Every log matches at index 0, so the follower refused because of the leader's term.
        return None;
    }
    let was_acknowledged = prev_log_index <= row.match_index;
    let first_denial =
        was_acknowledged && row.match_index < row.next_index && row.denied != prev_log_index;
    if prev_log_index.next() != row.next_index || first_denial {
        return None;
    }
    let candidate =
        log.latest_not_after(hint).map_or(log.base().index.previous(), |latest| latest.index);
    let candidate = candidate.min(prev_log_index.previous());
    Some(if was_acknowledged { candidate } else { candidate.max(row.match_index) }.next())
}

/// "If successful: update nextIndex … for follower" (leaders). A late reply must not lower it.
fn next_index_after(next_index: Index, match_index: Index) -> Index {
    next_index.max(match_index.next())
}

/// The last entry for which a leader counts itself: the last one on its disk (Ongaro's thesis,
/// §10.2.1).
fn own_match_index(durable: Index, _last: Index) -> Index {
    durable
}

/// "If there exists an N such that N > commitIndex, a majority of matchIndex\[i\] ≥ N, and
/// log\[N\].term == currentTerm: set commitIndex = N" (leaders; §5.4.2). This is the last of these
/// conditions.
fn may_commit(entry_term: Term, current_term: Term) -> bool {
    entry_term == current_term
}

/// The log is truncated at `from` while a write that ends at `last_index` is unfinished: the last
/// entry of that write that is still in the log. Deleted entries do not count, even if others have
/// their indices when the write finishes.
fn durable_after_truncation(last_index: Index, from: Index) -> Index {
    last_index.min(from.previous())
}

/// "If a server receives a RequestVote request within the minimum election timeout of hearing from
/// a current leader, it does not update its term or grant its vote" (§6): why the node supports no
/// other leader, if it does not. The rule holds for every request for a pre-vote, and with
/// check-quorum for requests for votes. A node that was started again may have forgotten from whom
/// it heard.
fn supports_leader(
    _asked: MessageKind,
    leads: bool,
    heard_lately: bool,
    restarted_lately: bool,
) -> Option<VoteRefusal> {
    if leads {
        Some(VoteRefusal::Leads)
    } else if heard_lately {
        Some(VoteRefusal::LeaderHeard)
    } else {
        restarted_lately.then_some(VoteRefusal::Restarted)
    }
}

/// Each check is about the answers since the one before: those that a leader still counts after it.
fn answers_after_check(_answered: NodeSet) -> NodeSet {
    NodeSet::EMPTY
}

/// "A leader steps down if an election timeout elapses without a successful round of heartbeats to
/// a majority" (Ongaro's thesis, §6.2).
fn keeps_leading(majority_answered: bool) -> bool {
    majority_answered
}

/// The last entry that a leader may send if it writes before it sends: the last one on its disk.
fn last_to_send(durable: Index, _last: Index) -> Index {
    durable
}

/// "The prior leader fully updates the target server's log to match its own" before it tells it to
/// take over (Ongaro's thesis, §3.10).
fn may_hand_over(match_index: Index, last_index: Index) -> bool {
    match_index == last_index
}

/// "If leadership transfer does not complete after about an election timeout, the prior leader
/// aborts the transfer" (Ongaro's thesis, §3.10): whether it does.
fn gives_up_transfer() -> bool {
    true
}

/// A request for a vote may say that the leader asked for the election: then a node that hears that
/// leader grants its vote too (Ongaro's thesis, §4.2.3).
fn leader_asked(transfer: bool) -> bool {
    transfer
}

/// A leader knows which entries are committed only when it has committed one of its own term:
/// reads wait until then (Ongaro's thesis, §6.4, step 1). `committed` is the term of the last entry
/// that it knows to be committed.
fn may_read(committed: Term, current_term: Term) -> bool {
    committed == current_term
}

/// The round that a majority has to answer for a read: the one that begins with the read (Ongaro's
/// thesis, §6.4, step 3). An answer to an earlier round says nothing about the time since.
fn round_of_read(latest: Round, _answered: Round) -> Round {
    latest.next()
}

/// Whether a ReadIndexReply with this number answers a follower's read: only reads that the
/// ReadIndex was about.
fn read_is_answered(asked: Ticket, answered: Ticket) -> bool {
    asked <= answered
}

/// A lease runs from the sending of a round, because the others heard the leader no earlier than
/// that (Ongaro's thesis, §6.4.1).
fn lease_begins(sent_us: u64, _answered_us: u64) -> u64 {
    sent_us
}

/// How long a lease lasts: shorter than any election timeout, because clocks run at different
/// speeds (Ongaro's thesis, §6.4.1).
fn lease_lasts(with_allowance_us: u64, _least_timeout_us: u64) -> u64 {
    with_allowance_us
}

/// Whether a leader may read by its lease: as long as the lease holds by its own clock (Ongaro's
/// thesis, §6.4.1).
fn lease_holds(by_clock: bool) -> bool {
    by_clock
}

/// "The leader would need to expire its lease before transferring leadership" (Ongaro's thesis,
/// §6.4.1): whether it does not.
fn lease_outlasts_transfer() -> bool {
    false
}

/// "The problem can be prevented by delaying membership changes until the leader has committed an
/// entry from its current term" (Ongaro, raft-dev, 10 July 2015): whether a change may begin, given
/// the term of the last committed entry and the leader's own.
fn may_begin_change(committed: Term, current_term: Term) -> bool {
    committed == current_term
}

/// The group that a leader enters, of the present one and the one that a change makes of it: a
/// change of several voters passes through a joint group (§6).
fn group_entered(_present: &Group, changed: Group) -> Group {
    changed
}

/// "Once C_old,new has been committed, neither C_old nor C_new can make decisions without approval
/// of the other" (§6): then the joint group may end, given the index of its entry.
fn may_leave(joint: Index, commit_index: Index) -> bool {
    joint <= commit_index
}

/// "The leader steps down … once it has committed the C_new log entry" (§6), if it is no voter by
/// that entry.
fn steps_down_when_removed() -> bool {
    true
}

/// "A server always uses the latest configuration in its log, regardless of whether the entry is
/// committed" (§6).
fn group_in_use(membership: &Membership, _commit_index: Index) -> &Group {
    membership.group()
}

/// "If existing log entry has same index and term as snapshot's last included entry, retain log
/// entries following it" (InstallSnapshot, rule 6); and a snapshot that ends before the commit index
/// brings nothing either.
fn retains_log(log: &Log, commit_index: Index, last_included: Position) -> bool {
    last_included.index <= commit_index
        || log.term_at(last_included.index) == Some(last_included.term)
}

/// The last applied index of a node that has installed a snapshot: "lastApplied" is then the last
/// index that the snapshot includes.
fn applied_by_snapshot(_last_applied: Index, last_included: Index) -> Index {
    last_included
}

/// "Save snapshot file, discard any existing or partial snapshot" (InstallSnapshot, rule 5): the
/// disk has the new snapshot or what was there before, whatever happens in between.
fn snapshot_is_one_write() -> bool {
    true
}

/// Whether a leader's heartbeats send its snapshot again to a follower that has not answered: a
/// message may be lost, and "servers retry RPCs if they do not receive a response" (§5.1).
fn repeats_snapshot() -> bool {
    true
}

/// The rules that a node follows. Each is the function of the same name in this file, or a flaw's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) vote_is_free: fn(Option<NodeId>, NodeId) -> bool,
    pub(super) up_to_date: fn(Position, Position) -> bool,
    pub(super) prev_log_matches: fn(&Log, Position) -> bool,
    pub(super) conflict: fn(&Log, Index, &[Entry]) -> Option<Index>,
    pub(super) entries_present: fn(&Log, Index, Index, &[Entry]) -> usize,
    pub(super) follower_commit: fn(Index, Index, Index, Index) -> Index,
    pub(super) hint: fn(&Log, Position) -> Position,
    pub(super) back_off: fn(&Progress, &Log, Index, Position) -> Option<Index>,
    pub(super) next_index_after: fn(Index, Index) -> Index,
    pub(super) own_match_index: fn(Index, Index) -> Index,
    pub(super) may_commit: fn(Term, Term) -> bool,
    pub(super) durable_after_truncation: fn(Index, Index) -> Index,
    // Beyond figure 2.
    pub(super) supports_leader: fn(MessageKind, bool, bool, bool) -> Option<VoteRefusal>,
    pub(super) answers_after_check: fn(NodeSet) -> NodeSet,
    pub(super) keeps_leading: fn(bool) -> bool,
    pub(super) last_to_send: fn(Index, Index) -> Index,
    pub(super) may_hand_over: fn(Index, Index) -> bool,
    pub(super) gives_up_transfer: fn() -> bool,
    pub(super) leader_asked: fn(bool) -> bool,
    pub(super) pre_vote_up_to_date: fn(Position, Position) -> bool,
    pub(super) may_read: fn(Term, Term) -> bool,
    pub(super) round_of_read: fn(Round, Round) -> Round,
    pub(super) read_is_answered: fn(Ticket, Ticket) -> bool,
    pub(super) lease_begins: fn(u64, u64) -> u64,
    pub(super) lease_lasts: fn(u64, u64) -> u64,
    pub(super) lease_holds: fn(bool) -> bool,
    pub(super) lease_outlasts_transfer: fn() -> bool,
    pub(super) may_begin_change: fn(Term, Term) -> bool,
    pub(super) group_entered: fn(&Group, Group) -> Group,
    pub(super) may_leave: fn(Index, Index) -> bool,
    pub(super) steps_down_when_removed: fn() -> bool,
    pub(super) group_in_use: fn(&Membership, Index) -> &Group,
    pub(super) retains_log: fn(&Log, Index, Position) -> bool,
    pub(super) applied_by_snapshot: fn(Index, Index) -> Index,
    pub(super) snapshot_is_one_write: fn() -> bool,
    pub(super) repeats_snapshot: fn() -> bool,
}

impl Rules {
    /// The rules of the paper, and those of the features beyond it.
    pub(super) const FIGURE_2: Rules = Rules {
        vote_is_free,
        up_to_date,
        prev_log_matches,
        conflict,
        entries_present,
        follower_commit,
        hint,
        back_off,
        next_index_after,
        own_match_index,
        may_commit,
        durable_after_truncation,
        supports_leader,
        answers_after_check,
        keeps_leading,
        last_to_send,
        may_hand_over,
        gives_up_transfer,
        leader_asked,
        pre_vote_up_to_date: up_to_date,
        may_read,
        round_of_read,
        read_is_answered,
        lease_begins,
        lease_lasts,
        lease_holds,
        lease_outlasts_transfer,
        may_begin_change,
        group_entered,
        may_leave,
        steps_down_when_removed,
        group_in_use,
        retains_log,
        applied_by_snapshot,
        snapshot_is_one_write,
        repeats_snapshot,
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
                entries_present(&log, last, Index(prev), &entries(new)),
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
