//! Log replication (§5.3): the leader's side, then the follower's.

use super::io::{DiskSpace, Output, Timer};
use super::message::{Body, Entries};
use super::nodes::NodeId;
use super::note::{AppendRefusal, Note, RequiredWrite};
use super::progress::{Progress, Stage};
use super::server::{Role, Server};
use super::types::{Index, Position};

/// The leader.
impl Server {
    pub(super) fn heartbeat_timeout(&mut self, out: &mut Vec<Output>) {
        if self.is_leader() {
            out.push(Output::SetTimer(Timer::Heartbeat));
            self.broadcast(out);
        }
    }

    /// Sends every follower what it lacks.
    pub(super) fn broadcast(&self, out: &mut Vec<Output>) {
        let Role::Leader { progress } = &self.role else { return };
        // Most followers lack the same: cut it out of the log once.
        let mut cut: Option<(Index, Entries)> = None;
        for (peer, &Progress { next_index, .. }) in progress.iter() {
            let entries = match &cut {
                Some((from, entries)) if *from == next_index => entries.clone(),
                _ => self.log.slice(next_index, self.batch),
            };
            cut = Some((next_index, entries.clone()));
            self.send_entries(peer, next_index, entries, out);
        }
    }

    fn send_from_next_index(&self, follower: NodeId, out: &mut Vec<Output>) {
        let Role::Leader { progress } = &self.role else { return };
        let Some(&Progress { next_index, .. }) = progress.get(follower) else { return };
        self.send_entries(follower, next_index, self.log.slice(next_index, self.batch), out);
    }

    /// A leader's own entries need not be on its disk before it sends them: it waits for that
    /// before it counts itself (Ongaro's thesis, §10.2.1).
    pub(super) fn send_entries(
        &self,
        follower: NodeId,
        next_index: Index,
        entries: Entries,
        out: &mut Vec<Output>,
    ) {
        // A leader's next_index lies in its log or just behind it, so there is an entry before it,
        // or the base.
        let prev_log = self.log.position(next_index.previous()).unwrap_or_default();
        self.send(
            follower,
            Body::AppendEntries { prev_log, entries, leader_commit: self.commit_index },
            out,
        );
    }

    /// "If successful: update nextIndex and matchIndex for follower" (figure 2, leaders): its log
    /// equals this leader's up to `match_index`.
    pub(super) fn on_accepted(
        &mut self,
        follower: NodeId,
        match_index: Index,
        out: &mut Vec<Output>,
    ) {
        let last_index = self.log.last_index();
        let Role::Leader { progress } = &mut self.role else { return };
        let Some(row) = progress.get_mut(follower) else { return };
        let before = *row;
        let matched = match_index.min(last_index);
        row.stage = Stage::Replicate;
        row.denied = Index(0);
        row.match_index = row.match_index.max(matched);
        row.next_index = (self.rules.next_after)(row.next_index, matched);
        let behind = row.match_index < last_index || row.next_index <= last_index;
        let prompt = behind && row.prompted_at != row.next_index;
        if prompt {
            row.prompted_at = row.next_index;
        }
        if *row != before {
            out.push(Output::Progress(follower, *row));
        }
        // What is committed already needs no counting.
        if match_index > before.match_index && match_index > self.commit_index {
            self.advance_commit(out);
        }
        if prompt {
            self.send_from_next_index(follower, out);
        }
    }

    /// A follower lacks the entry before the ones it was sent: back off to where its log may agree,
    /// and try at once.
    pub(super) fn on_refused(
        &mut self,
        follower: NodeId,
        prev_log_index: Index,
        hint: Position,
        out: &mut Vec<Output>,
    ) {
        let Role::Leader { progress } = &mut self.role else { return };
        let Some(row) = progress.get_mut(follower) else { return };
        if let Some(next_index) = (self.rules.back_off)(row, &self.log, prev_log_index, hint) {
            if row.look_back(next_index, self.log.first_index()) {
                out.push(Output::Progress(follower, *row));
                self.send_from_next_index(follower, out);
            }
        } else if prev_log_index.next() == row.next_index {
            row.denied = prev_log_index;
        }
    }
}

/// The follower.
impl Server {
    /// "Reply false if term < currentTerm" (AppendEntries, rule 1): a leader of an earlier term
    /// learns that it was replaced.
    pub(super) fn refuse_stale_leader(
        &mut self,
        leader: NodeId,
        prev_log: Position,
        out: &mut Vec<Output>,
    ) {
        self.refuse(leader, prev_log, AppendRefusal::StaleTerm, out);
    }

    /// AppendEntries of this term's leader (figure 2, "AppendEntries RPC", rules 2 to 5).
    pub(super) fn on_append_entries(
        &mut self,
        leader: NodeId,
        prev_log: Position,
        entries: &Entries,
        leader_commit: Index,
        out: &mut Vec<Output>,
    ) {
        match self.role {
            // Nobody else leads this node's own term: such a message can only come of a broken
            // cluster.
            Role::Leader { .. } => return,
            Role::Candidate { .. } => self.become_follower(out),
            Role::Follower => {}
        }
        self.leader = Some(leader);
        out.push(Output::SetTimer(Timer::Election));
        if !(self.rules.attaches)(&self.log, prev_log) {
            let why = match self.log.term_at(prev_log.index) {
                None => AppendRefusal::TooShort(self.log.last_index()),
                Some(term) => AppendRefusal::OtherTerm(term),
            };
            return self.refuse(leader, prev_log, why, out);
        }
        let verified = self.take_entries(prev_log.index, entries, out);
        self.follow_commit(leader_commit, verified, out);
        self.send_when_written(leader, Body::AppendEntriesAccepted { match_index: verified }, out);
    }

    fn refuse(
        &mut self,
        leader: NodeId,
        prev_log: Position,
        why: AppendRefusal,
        out: &mut Vec<Output>,
    ) {
        out.push(Output::Note(Note::AppendRefused { leader, prev_log, why }));
        let hint = (self.rules.hint)(&self.log, prev_log);
        let body = Body::AppendEntriesRefused { prev_log_index: prev_log.index, hint };
        self.send_when_written(leader, body, out);
    }

    /// Rules 3 and 4: what conflicts goes, what is missing comes. Entries that are there already
    /// stay as they are: a late or repeated message must not cut off what came after it. Returns
    /// how far the log is the leader's now: a node without room for entries takes none, and vouches
    /// for those that it has.
    fn take_entries(
        &mut self,
        prev_index: Index,
        entries: &Entries,
        out: &mut Vec<Output>,
    ) -> Index {
        let conflict = (self.rules.conflict)(&self.log, prev_index, entries);
        let last = conflict.map_or(self.log.last_index(), Index::previous);
        let there = (self.rules.already_there)(&self.log, last, prev_index, entries);
        if there < entries.len() && self.room != DiskSpace::Plenty {
            let verified = prev_index.plus(there as u32);
            out.push(Output::Note(Note::WriteForgone {
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
