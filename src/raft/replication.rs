//! Log replication (§5.3): the leader's side, then the follower's.

use super::flaw::Flaw;
use super::io::{Config, HardState, Output, Room, Timer};
use super::message::{Body, Entries};
use super::node::{Node, Role};
use super::note::{AppendRefusal, Need, Note};
use super::types::{Index, NodeId, Position};

/// The leader.
impl Node {
    pub(super) fn heartbeat_timeout(&mut self, config: &Config, out: &mut Vec<Output>) {
        if self.is_leader() {
            out.push(Output::SetTimer(Timer::Heartbeat));
            self.broadcast(config, out);
        }
    }

    /// Sends every follower what it lacks.
    pub(super) fn broadcast(&self, config: &Config, out: &mut Vec<Output>) {
        let Role::Leader { progress } = &self.role else { return };
        // Most followers lack the same: cut it out of the log once.
        let mut cut: Option<(Index, Entries)> = None;
        for peer in self.peers() {
            let next_index = progress[peer.position()].next_index;
            let entries = match &cut {
                Some((from, entries)) if *from == next_index => entries.clone(),
                _ => self.log.slice(next_index, config.batch),
            };
            cut = Some((next_index, entries.clone()));
            self.send_entries(peer, next_index, entries, out);
        }
    }

    /// What a leader that has stepped down must not do: one more round, in a term that it read too late.
    pub(super) fn broadcast_in_a_term_that_is_not_its_own(&self, out: &mut Vec<Output>) {
        for peer in self.peers() {
            self.send_entries(peer, self.log.last_index().next(), Entries::NONE, out);
        }
    }

    fn send_from_next_index(&self, config: &Config, follower: NodeId, out: &mut Vec<Output>) {
        let Role::Leader { progress } = &self.role else { return };
        let next_index = progress[follower.position()].next_index;
        self.send_entries(follower, next_index, self.log.slice(next_index, config.batch), out);
    }

    /// A leader's own entries need not be on its disk before it sends them: it waits for that before it counts
    /// itself (Ongaro's thesis, §10.2.1).
    fn send_entries(&self, follower: NodeId, next_index: Index, entries: Entries, out: &mut Vec<Output>) {
        // A leader's next_index never passes its log's end by more than one, so there is an entry before it.
        let prev_log = self.log.position(next_index.previous()).unwrap_or_default();
        let body = Body::AppendEntries { prev_log, entries, leader_commit: self.commit_index };
        out.push(Output::Send(self.message(follower, body)));
    }

    /// A follower's log equals this leader's up to `match_index`.
    pub(super) fn on_accepted(
        &mut self,
        config: &Config,
        follower: NodeId,
        match_index: Index,
        out: &mut Vec<Output>,
    ) {
        let last_index = self.log.last_index();
        let match_index = if self.has(Flaw::MatchIsLeadersLast) { last_index } else { match_index };
        let raises_next = !self.has(Flaw::NextIndexNotRaised);
        let Role::Leader { progress } = &mut self.role else { return };
        let row = &mut progress[follower.position()];
        let news = match_index > row.match_index;
        row.accepted(match_index.min(last_index), raises_next);
        let prompt = row.match_index < last_index && row.prompted_at != row.next_index;
        if prompt {
            row.prompted_at = row.next_index;
        }
        // What is committed already needs no counting.
        if news && match_index > self.commit_index {
            self.advance_commit(out);
        }
        if prompt {
            self.send_from_next_index(config, follower, out);
        }
    }

    /// A follower lacks the entry before the ones it was sent: back off to where its log may agree, and try at once.
    pub(super) fn on_refused(
        &mut self,
        config: &Config,
        follower: NodeId,
        prev_log_index: Index,
        hint: Position,
        out: &mut Vec<Output>,
    ) {
        let candidate = self.log.latest_not_after(hint).index;
        let again = self.has(Flaw::HintIsOwnLast).then_some(hint.index.min(prev_log_index));
        let Role::Leader { progress } = &mut self.role else { return };
        if let Some(again) = again {
            progress[follower.position()].next_index = again.next();
            self.send_from_next_index(config, follower, out);
        } else if progress[follower.position()].refused(prev_log_index, candidate) {
            self.send_from_next_index(config, follower, out);
        }
    }
}

/// The follower.
impl Node {
    /// A leader of an earlier term learns that it was replaced.
    pub(super) fn refuse_stale_leader(&mut self, leader: NodeId, prev_log: Position, out: &mut Vec<Output>) {
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
            // Nobody else leads this node's own term: such a message can only come of a broken cluster.
            Role::Leader { .. } => return,
            Role::Candidate { .. } if self.has(Flaw::CandidateIgnoresAppend) => return,
            Role::Candidate { .. } => {
                self.become_follower(out);
                if self.has(Flaw::VoteClearedOnStepDown) {
                    self.set_hard_state(HardState { voted_for: None, ..self.hard_state });
                }
            }
            Role::Follower => {}
        }
        if self.has(Flaw::VoteClearedByAppend) {
            self.set_hard_state(HardState { voted_for: None, ..self.hard_state });
        }
        self.leader = Some(leader);
        out.push(Output::SetTimer(Timer::Election));
        if let Some(why) = self.append_refusal(prev_log) {
            return self.refuse(leader, prev_log, why, out);
        }
        let verified = self.take_entries(prev_log.index, entries, out);
        let most = if self.has(Flaw::FollowerCommitsItsLast) { self.log.last_index() } else { verified };
        self.commit_up_to(leader_commit.min(most), out);
        self.send_when_written(leader, Body::AppendEntriesAccepted { match_index: verified }, out);
    }

    /// Why the entries cannot be attached (rule 2); `None` if they can.
    fn append_refusal(&self, prev_log: Position) -> Option<AppendRefusal> {
        match self.log.term_at(prev_log.index) {
            _ if self.has(Flaw::NoPreviousCheck) => None,
            None => Some(AppendRefusal::TooShort(self.log.last_index())),
            Some(term) if term != prev_log.term => Some(AppendRefusal::OtherTerm(term)),
            Some(_) => None,
        }
    }

    fn refuse(&mut self, leader: NodeId, prev_log: Position, why: AppendRefusal, out: &mut Vec<Output>) {
        out.push(Output::Note(Note::AppendRefused { leader, prev_log, why }));
        let hint = match self.has(Flaw::HintIsOwnLast) {
            false => self.log.latest_not_after(prev_log),
            true => self.log.last(),
        };
        let body = Body::AppendEntriesRefused { prev_log_index: prev_log.index, hint };
        self.send_when_written(leader, body, out);
    }

    /// Rules 3 and 4: what conflicts goes, what is missing comes. Entries that are there already stay as they are:
    /// a late or repeated message must not cut off what came after it. Returns how far the log is the leader's now: a
    /// node without room for entries takes none, and vouches for those that it has.
    fn take_entries(&mut self, prev_index: Index, entries: &Entries, out: &mut Vec<Output>) -> Index {
        let first = prev_index.next();
        let last = prev_index.plus(entries.len() as u32);
        let same = match self.has(Flaw::TruncateAlways) {
            false => self.log.agrees_with(first, entries),
            true => self.agree_on_nothing(first, out),
        };
        if same == entries.len() {
            if self.has(Flaw::LastIndexFromRequest) && last < self.log.last_index() {
                self.truncate_from(last.next(), out);
            }
            return last;
        }
        if self.has(Flaw::FirstAppendedBlindly) && prev_index == Index(0) {
            self.append(entries.clone(), out);
            return last;
        }
        let missing = Index(first.0 + same as u32);
        if self.room != Room::Plenty {
            out.push(Output::Note(Note::WriteForgone { need: Need::Entry(missing) }));
            return missing.previous();
        }
        if missing <= self.log.last_index() {
            self.truncate_from(missing, out);
        }
        self.append(if same == 0 { entries.clone() } else { entries[same..].into() }, out);
        last
    }

    /// What [`Flaw::TruncateAlways`] does instead of comparing: whatever is there goes.
    fn agree_on_nothing(&mut self, first: Index, out: &mut Vec<Output>) -> usize {
        if first <= self.log.last_index() {
            self.truncate_from(first, out);
        }
        0
    }
}
