//! What an engine says of itself and of its log becomes the events that raftsh's own nodes give.

use std::sync::Arc;

use super::input::Through;
use super::node::{EngineNode, Machine};
use super::say::position;
use super::sound;
use super::wire::{Answer, Out, State, WireEntry, WireLog};
use crate::raft::{
    Entry, HardState, Index, MessageKind, NodeId, Note, Progress, Report, RoleChange, RoleName,
    Term,
};
use crate::sim::event::{EventId, EventKind};
use crate::sim::host::Host;
use crate::sim::host_context::HostContext;
use crate::sim::record::NodeLife;

/// The node of a number, 0 for none. Numbers were checked.
pub(super) fn node(number: Option<u16>) -> Option<NodeId> {
    number.and_then(|number| NodeId::new(u64::from(number)))
}

impl HostContext<'_> {
    /// Records what the answer says: first the role, then the log, then what is committed.
    pub(super) fn tell(&mut self, answer: &Answer<'_>, cause: EventId, through: Through) {
        let said = answer.state.as_ref();
        if let Some(state) = said {
            self.tell_role(state, &answer.out, cause, through);
        }
        if let Some(change) = said.and_then(|state| state.log.as_ref()) {
            self.tell_log(change, cause);
        }
        for out in answer.out.iter().filter(|out| out.write.is_some()) {
            self.tell_write(out, cause);
        }
        if let Some(state) = said {
            self.tell_commit(state, cause, through);
            self.tell_progress(state);
        }
        let gives_log = self.engine_node().is_some_and(|node| node.gives_log);
        self.record_mut(|record| {
            if gives_log {
                record.report.last = record.log.last();
            }
        });
    }

    pub(super) fn engine_node(&self) -> Option<&EngineNode> {
        match &self.host.life {
            Some(NodeLife { node: Machine::Engine(node), .. }) => Some(node),
            _ => None,
        }
    }

    pub(super) fn engine_node_mut(&mut self) -> Option<&mut EngineNode> {
        match &mut self.host.life {
            Some(NodeLife { node: Machine::Engine(node), .. }) => Some(node),
            _ => None,
        }
    }

    fn report(&self) -> Option<Report> {
        self.host.report().copied()
    }

    fn tell_role(&mut self, state: &State<'_>, out: &[Out<'_>], cause: EventId, through: Through) {
        let Some(before) = self.report() else { return };
        let Some(role) = sound::role(&state.role) else { return };
        let term = Term(state.term);
        let written = out.iter().rev().find(|out| out.term == Some(state.term));
        let vote = match (state.vote, written) {
            (Some(vote), _) => node(Some(vote)),
            (None, Some(written)) => node(written.vote),
            (None, None) if term == before.term => before.vote,
            (None, None) => None,
        };
        if (state.vote.is_some() || written.is_some())
            && let Some(node) = self.engine_node_mut()
        {
            node.gives_vote = true;
        }
        let leader = match (state.leader, role) {
            (Some(leader), _) => node(Some(leader)),
            (None, RoleName::Leader) => Some(self.host.id),
            (None, _) if term == before.term => before.leader,
            (None, _) => None,
        };
        let votes = vote.filter(|_| vote != before.vote || term != before.term);
        let granted = votes.map(|candidate| Note::VoteGranted { term, candidate });
        // What was a candidate on the way to leadership is one: a cluster of one elects at once.
        let stood = role == RoleName::Leader && term > before.term;
        let steps = [
            stood.then(|| change(before.role, before.term, RoleName::Candidate, term, through)),
            granted.filter(|_| stood),
            (role != before.role || term != before.term).then(|| {
                let (was, was_term) =
                    if stood { (RoleName::Candidate, term) } else { (before.role, before.term) };
                change(was, was_term, role, term, through)
            }),
            granted.filter(|_| !stood),
        ];
        for note in steps.into_iter().flatten() {
            self.note(&note, cause);
        }
        let applied = state.applied.map(Index);
        let last = state.last.map(position);
        self.record_mut(|record| {
            let Report { applied: had, last: ended, commit, .. } = record.report;
            let (applied, last) = (applied.unwrap_or(had), last.unwrap_or(ended));
            record.report =
                Report { role, term, vote, leader, commit, applied: had.max(applied), last };
        });
    }

    /// The log changes as a write says.
    fn tell_write(&mut self, out: &Out<'_>, cause: EventId) {
        if out.cut.is_none() && out.add.is_empty() {
            return;
        }
        let last = self.host.record().map_or(0, |record| record.log.last_index().0);
        let kept = out.cut.map_or(last, |cut| cut - 1);
        self.change_log(kept, out.cut.is_some(), &out.add, cause);
    }

    /// The log of an engine whose disk is a blob changes as it says.
    fn tell_log(&mut self, change: &WireLog<'_>, cause: EventId) {
        if let Some(node) = self.engine_node_mut() {
            node.gives_log = true;
        }
        self.change_log(change.from - 1, true, &change.entries, cause);
    }

    /// The log is cut after an index, and entries follow. What stays the same is no change.
    fn change_log(&mut self, kept: u32, cuts: bool, entries: &[WireEntry<'_>], cause: EventId) {
        let mut next = Index(kept).next();
        let mut cuts = cuts;
        let base = self.host.record().map_or(Index(0), |record| record.log.base().index);
        for written in entries {
            let entry = self.entry(next, written);
            let known = self.host.record().and_then(|record| record.log.get(next));
            let is_same = next <= base || known == Some(entry);
            if !(cuts && is_same) {
                self.cut_log(next, &mut cuts, cause);
                self.note(&Note::EntryAppended { index: next, entry }, cause);
            }
            next = next.next();
        }
        self.cut_log(next, &mut cuts, cause);
    }

    fn cut_log(&mut self, from: Index, cuts: &mut bool, cause: EventId) {
        let last = self.host.record().map_or(Index(0), |record| record.log.last_index());
        if std::mem::take(cuts) && from <= last {
            self.note(&Note::LogTruncated { from }, cause);
        }
    }

    /// The entry that an engine has at an index. What it wants back with it is kept.
    pub(super) fn entry(&mut self, index: Index, written: &WireEntry<'_>) -> Entry {
        let payload = self.environment.ops.payload(written.data.as_deref());
        let entry = Entry { term: Term(written.term), payload };
        if let (Some(raw), Some(kept)) = (written.raw, &mut self.host.engine) {
            let key = (index, entry.term);
            if kept.raws.get(&key).is_none_or(|known| **known != *raw.get()) {
                Arc::make_mut(&mut kept.raws).insert(key, raw.get().into());
            }
        }
        entry
    }

    fn tell_commit(&mut self, state: &State<'_>, cause: EventId, through: Through) {
        let Some(record) = self.host.record() else { return };
        let before = record.report.commit;
        let mut commit = Index(state.commit);
        if self.engine_node().is_some_and(|node| node.gives_log) {
            // An engine may know more committed than it has written yet.
            commit = commit.min(record.log.last_index()).max(record.log.base().index);
        }
        let is_first = matches!(through, Through::Start { first: true, .. });
        if let Some(node) = self.engine_node_mut()
            && (is_first || node.commit_held.is_some())
        {
            // Others have not started: it is too early to say that a majority holds an entry.
            node.commit_held = Some(commit);
            return;
        }
        if commit != before {
            self.note(&Note::CommitAdvanced { commit }, cause);
            self.record_mut(|record| record.report.commit = commit);
        }
    }

    /// All nodes have started for the first time: what this one said then is committed.
    pub(in crate::sim) fn tell_held_commit(&mut self) {
        let held = self.engine_node_mut().and_then(|node| node.commit_held.take());
        let Some(commit) = held.filter(|commit| commit.0 > 0) else { return };
        let cause = self.record(None, EventKind::Note(Note::CommitAdvanced { commit }));
        self.record_mut(|record| record.report.commit = commit);
        let applies = self.engine_node_mut().map(|node| std::mem::take(&mut node.applies_held));
        for index in applies.into_iter().flatten() {
            self.apply_of_engine(index, cause);
        }
    }

    fn tell_progress(&mut self, state: &State<'_>) {
        let now_us = self.environment.now_us;
        let Host { life: Some(NodeLife { record, .. }), .. } = &mut *self.host else { return };
        if record.report.role != RoleName::Leader {
            return;
        }
        for row in state.progress.iter().flatten() {
            if let Some(peer) = node(Some(row.node)) {
                let progress = Progress::reported(Index(row.r#match), Index(row.next));
                record.knows(peer, progress, now_us);
            }
        }
    }

    /// The term and vote that a write puts on the disk: those it names, or those there already.
    pub(super) fn written_state(&self, out: &Out<'_>) -> HardState {
        let before = self.engine_node().map(|node| node.state.hard_state).unwrap_or_default();
        match out.term {
            Some(term) => HardState { current_term: Term(term), voted_for: node(out.vote) },
            None if out.blob.is_some() => self.host.hard_state(),
            None => before,
        }
    }
}

/// A change of role or term, and through what it came, as far as that can be seen from outside.
fn change(was: RoleName, was_term: Term, role: RoleName, term: Term, through: Through) -> Note {
    let why = match (role, through) {
        (RoleName::Leader, _) => RoleChange::Elected,
        (RoleName::Candidate | RoleName::PreCandidate, Through::Timer) => {
            RoleChange::ElectionTimeout
        }
        (RoleName::Candidate, Through::Message { from, kind: MessageKind::TimeoutNow, .. }) => {
            RoleChange::TimeoutNow { leader: from }
        }
        (RoleName::Candidate, Through::Message { kind: MessageKind::PreVoteReply, .. }) => {
            RoleChange::PreVotesWon
        }
        (RoleName::Follower, Through::Message { from, kind, term: said })
            if term > was_term && said == term =>
        {
            RoleChange::LaterTerm { from, kind }
        }
        (RoleName::Follower, Through::Message { from, kind: MessageKind::AppendEntries, .. })
            if term == was_term && was != RoleName::Leader =>
        {
            RoleChange::LeaderKnown { leader: from }
        }
        _ => RoleChange::Untold,
    };
    Note::RoleChanged { role, term, was, was_term, why }
}
