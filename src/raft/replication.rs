//! Log replication (§5.3): the leader's side, then the follower's.

use super::io::{DiskSpace, Output, Timer};
use super::message::{Body, Entries};
use super::nodes::NodeId;
use super::note::{AppendRefusal, Ignored, Note, RequiredWrite, RoleChange};
use super::progress::{Progress, Stage};
use super::server::{Role, Server};
use super::types::{Index, Position, Round};
use crate::seq::InPlace;

/// The leader's side.
impl Server {
    pub(super) fn heartbeat_timeout(&mut self, out: &mut Vec<Output>) {
        if self.is_leader() {
            out.place(Output::SetTimer(Timer::Heartbeat));
            self.begin_round();
            self.broadcast(out);
            self.broadcast_snapshot(out);
        }
    }

    /// Sends every follower the entries from its nextIndex on, if the log has them.
    pub(super) fn broadcast(&self, out: &mut Vec<Output>) {
        let Role::Leader { progress } = &self.role else { return };
        // Most followers have the same nextIndex: copy the entries out of the log once.
        let (mut from, mut entries) = (None, Entries::NONE);
        for (peer, row) in progress.iter() {
            let next_index = row.next_index;
            if self.snapshot_for(next_index).is_some() {
                continue;
            }
            if from != Some(next_index) {
                (from, entries) = (Some(next_index), self.entries_to_send(next_index));
            }
            self.send_entries(peer, next_index, entries.clone(), out);
        }
    }

    pub(super) fn send_from_next_index(&self, follower: NodeId, out: &mut Vec<Output>) {
        let Role::Leader { progress } = &self.role else { return };
        let Some(&Progress { next_index, .. }) = progress.get(follower) else { return };
        if let Some(snapshot) = self.snapshot_for(next_index) {
            return self.send_snapshot(follower, snapshot, out);
        }
        self.send_entries(follower, next_index, self.entries_to_send(next_index), out);
    }

    /// A leader may send its own entries before they are on its disk: it does not count itself
    /// until they are (Ongaro's thesis, §10.2.1).
    #[inline(always)]
    pub(super) fn send_entries(
        &self,
        follower: NodeId,
        next_index: Index,
        entries: Entries,
        out: &mut Vec<Output>,
    ) {
        // A leader's next_index lies in its log or just after the end, so the log has the entry
        // before it, or that is the base.
        let prev_log = self.log.position(next_index.previous()).unwrap_or_default();
        let (leader_commit, round) = (self.commit_index, self.round());
        self.send(follower, Body::AppendEntries { prev_log, entries, leader_commit, round }, out);
    }

    /// "If successful: update nextIndex and matchIndex for follower" (figure 2, leaders): the
    /// follower's log equals this leader's up to `match_index`.
    pub(super) fn on_accepted(
        &mut self,
        follower: NodeId,
        match_index: Index,
        round: Round,
        out: &mut Vec<Output>,
    ) {
        let (last_index, last_to_send) = (self.log.last_index(), self.last_to_send());
        let first_index = self.log.first_index();
        self.is_answered(follower, round, out);
        let Role::Leader { progress } = &mut self.role else {
            return self.ignore(Ignored::NotLeader, out);
        };
        let Some(row) = progress.get_mut(follower) else {
            return self.ignore(Ignored::NotMember, out);
        };
        let before = *row;
        let matched = match_index.min(last_index);
        row.denied = Index(0);
        row.match_index = row.match_index.max(matched);
        row.next_index = (self.rules.next_index_after)(row.next_index, matched);
        let behind = row.match_index < last_to_send || row.next_index <= last_to_send;
        // Answers to entries that the log had may still be on their way: only heartbeats send the
        // snapshot.
        let has_next = row.next_index >= first_index;
        row.stage = if has_next { Stage::Replicate } else { Stage::Snapshot };
        let prompt = behind && has_next && row.prompted_at != row.next_index;
        if prompt {
            row.prompted_at = row.next_index;
        }
        if *row != before {
            out.place(Output::Progress(follower, *row));
        }
        // Entries that are already committed need no counting.
        if match_index > before.match_index && match_index > self.commit_index {
            self.advance_commit(out);
        }
        if prompt {
            self.send_from_next_index(follower, out);
        }
        if self.transfer.is_some() {
            self.continue_transfer(follower, out);
        }
    }

    /// The follower's log does not match at the entry before those that it was sent: backs off to
    /// where the logs may agree, and retries at once.
    pub(super) fn on_refused(
        &mut self,
        follower: NodeId,
        prev_log_index: Index,
        (hint, round): (Position, Round),
        out: &mut Vec<Output>,
    ) {
        self.is_answered(follower, round, out);
        let Role::Leader { progress } = &mut self.role else {
            return self.ignore(Ignored::NotLeader, out);
        };
        let Some(row) = progress.get_mut(follower) else {
            return self.ignore(Ignored::NotMember, out);
        };
        if let Some(next_index) = (self.rules.back_off)(row, &self.log, prev_log_index, hint) {
            if row.look_back(next_index, self.log.first_index()) {
                out.place(Output::Progress(follower, *row));
                self.send_from_next_index(follower, out);
            }
        } else {
            if prev_log_index.next() == row.next_index {
                row.denied = prev_log_index;
            }
            self.ignore(Ignored::LateRefusal, out);
        }
    }
}

/// The follower's side.
impl Server {
    /// "Reply false if term < currentTerm" (AppendEntries, rule 1): the reply's term makes a
    /// leader of an earlier term step down.
    pub(super) fn refuse_stale_leader(
        &mut self,
        leader: NodeId,
        prev_log: Position,
        out: &mut Vec<Output>,
    ) {
        self.refuse(leader, prev_log, Round(0), AppendRefusal::StaleTerm, out);
    }

    /// Follows the leader of this term, which has sent a message, and resets the election timer
    /// (§5.2). False if this node leads the term itself: then the message is ignored.
    pub(super) fn follow_leader(&mut self, leader: NodeId, out: &mut Vec<Output>) -> bool {
        match self.role {
            // A term has one leader, and this node is the leader of its term: only a broken
            // cluster sends it such a message.
            Role::Leader { .. } => {
                self.ignore(Ignored::SecondLeader, out);
                return false;
            }
            Role::PreCandidate { .. } | Role::Candidate { .. } => {
                let why = RoleChange::LeaderKnown { leader };
                self.become_follower(self.current_term(), why, out);
            }
            Role::Follower => {}
        }
        self.leader = Some(leader);
        self.clock.hear();
        out.place(Output::SetTimer(Timer::Election));
        true
    }

    /// Handles an AppendEntries of this term's leader (figure 2, "AppendEntries RPC", rules 2 to
    /// 5).
    pub(super) fn on_append_entries(
        &mut self,
        leader: NodeId,
        prev_log: Position,
        (entries, round): (&Entries, Round),
        leader_commit: Index,
        out: &mut Vec<Output>,
    ) {
        if !self.follow_leader(leader, out) {
            return;
        }
        if !(self.rules.prev_log_matches)(&self.log, prev_log) {
            let why = match self.log.term_at(prev_log.index) {
                None => AppendRefusal::TooShort(self.log.last_index()),
                Some(term) => AppendRefusal::OtherTerm(term),
            };
            return self.refuse(leader, prev_log, round, why, out);
        }
        let verified = self.take_entries(prev_log.index, entries, out);
        self.follow_commit(leader_commit, verified, out);
        let match_index = verified;
        self.send_when_written(leader, Body::AppendEntriesAccepted { match_index, round }, out);
    }

    fn refuse(
        &mut self,
        leader: NodeId,
        prev_log: Position,
        round: Round,
        why: AppendRefusal,
        out: &mut Vec<Output>,
    ) {
        out.place(Output::Note(Note::AppendRefused { leader, prev_log, why }));
        let hint = (self.rules.hint)(&self.log, prev_log);
        let prev_log_index = prev_log.index;
        let body = Body::AppendEntriesRefused { prev_log_index, hint, round };
        self.send_when_written(leader, body, out);
    }

    /// Rules 3 and 4: deletes the entries that conflict, and appends those that are missing.
    /// Entries that match stay: a late or repeated message must not delete the entries after them.
    /// Returns the index up to which the log now equals the leader's. A node without room for
    /// entries appends none, and the result covers only those that it already has.
    fn take_entries(
        &mut self,
        prev_index: Index,
        entries: &Entries,
        out: &mut Vec<Output>,
    ) -> Index {
        let conflict = (self.rules.conflict)(&self.log, prev_index, entries);
        let last = conflict.map_or(self.log.last_index(), Index::previous);
        let there = (self.rules.entries_present)(&self.log, last, prev_index, entries);
        if there < entries.len() && self.room != DiskSpace::Plenty {
            let verified = prev_index.plus(there as u32);
            out.place(Output::Note(Note::WriteForgone {
                need: RequiredWrite::Entry(verified.next()),
            }));
            return verified;
        }
        if let Some(from) = conflict {
            self.truncate_from(from, out);
        }
        if there < entries.len() {
            self.append(if there == 0 { entries.clone() } else { entries[there..].into() }, out);
        }
        prev_index.plus(entries.len() as u32)
    }
}
