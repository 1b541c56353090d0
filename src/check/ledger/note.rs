//! How events change the ledger.

use crate::raft::{
    Entry, HardState, Ignored, Index, MessageKind, MessageSummary, NodeId, NodeSet, Note, Payload,
    Position, RequiredWrite, RoleChange, RoleName, Term,
};
use crate::seq::Seq;
use crate::sim::{Event, EventId, EventKind, MessageId, NodeReport};

use super::electorate::Electorate;
use super::known::{NodeFacts, Prepared, ProgressRow, Request, Vote};
use super::{Candidacy, Ledger, find, insert};

/// Records events.
impl Ledger {
    /// A ledger of the same prepared cluster, in which this node's disk is empty again. It serves
    /// to replace the node's prepared log, before anything else has happened.
    #[cold]
    pub(in crate::check) fn without(&self, node: NodeId) -> Ledger {
        let mut ledger = Ledger::of(self.first_electorate, self.pool.clone());
        let all = (0..).map(NodeId::at).zip(&self.nodes);
        for (other, known) in all.filter(|(other, _)| *other != node) {
            ledger.meet(other);
            let HardState { current_term: term, voted_for: vote } = known.durable;
            let role = Note::prepared(term);
            let voted = vote.map(|candidate| Note::VoteGranted { term, candidate });
            let entries = known.log.iter_from(Index(1));
            let appended = entries.map(|(index, entry)| Note::EntryAppended { index, entry });
            let synced =
                EventKind::EntriesSynced { kept: Index(0), through: known.log.last_index() };
            let notes = [role].into_iter().chain(voted).map(EventKind::Note);
            let kinds = notes
                .chain([EventKind::VoteSynced { term, vote }])
                .chain(appended.map(EventKind::Note));
            for kind in kinds.chain([synced]) {
                ledger.note(&Event::new(0, 0, None, other, kind), kind, None);
            }
        }
        ledger
    }

    /// Whether a message arrived, a timer fired or a client called.
    pub(in crate::check) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Records an event, which is of this kind. `account` is the node's report after all events of
    /// the batch.
    #[inline(always)]
    pub(in crate::check) fn note(
        &mut self,
        event: &Event,
        kind: EventKind,
        account: Option<&NodeReport<'_>>,
    ) {
        let (node, cause) = (event.node, event.cause());
        match kind {
            EventKind::Note(note) => self.decided(event, note, account),
            EventKind::TransferStarted { to } => {
                self.begun = true;
                self.known(node).handing_over = Some(to);
            }
            EventKind::VoteSynced { term, vote } | EventKind::VoteCached { term, vote } => {
                let state = HardState { current_term: term, voted_for: vote };
                self.known(node).sync_state(state);
                if !self.begun {
                    self.known(node).prepared = Prepared { state, last: Term(0) };
                }
            }
            EventKind::PowerCut => self.known(node).durable = HardState::default(),
            EventKind::EngineTimerFired { .. } => self.begun = true,
            EventKind::EntriesSynced { kept, through }
            | EventKind::EntriesCached { kept, through } => {
                self.seen(node, through);
                self.known(node).sync(cause, kept, through);
                self.hold(node);
            }
            EventKind::SnapshotTaken { index, term, first, image } => {
                self.seen(node, index);
                self.known(node).sync_snapshot(Position { index, term }, first);
                if let Err(at) = find(&self.images, index) {
                    insert(&mut self.images, at, (index, image));
                }
                self.hold(node);
            }
            EventKind::SnapshotSynced { index, term } => {
                self.known(node).sync_installed(Position { index, term });
                self.hold(node);
            }
            EventKind::EntryApplied { index, entry, .. } => {
                self.known(node).applied = index;
                if index.0 as usize == self.applied.end() + 1 {
                    self.applied.push(entry);
                }
            }
            EventKind::MessageSent { term, said, to, .. } => {
                self.told(node, term, said, to);
                self.answers(node, cause, said.kind());
            }
            EventKind::MessageDelivered { message, from, term, said } => {
                self.begun = true;
                self.known(node).delivered = Some(*event);
                self.heard(node, (from, term, said), account, event.time_us);
                self.asked(node, event.id, (message, from, term, said.kind()));
            }
            EventKind::MessageIgnored { why: Ignored::SecondLeader, term, .. } => {
                let known = self.known(node);
                // It leads that term itself.
                if (known.role, known.term) == (RoleName::Leader, term) {
                    known.forget_request(cause);
                }
            }
            EventKind::TimerFired { .. } | EventKind::ClientInvoked { .. } => self.begun = true,
            EventKind::NodeKilled | EventKind::NodeHalted { .. } => self.ended(node),
            EventKind::NodeRestarted { term, vote, last, first, snapshot } => {
                self.restarted(node, event.id, (term, vote), (first, last), snapshot);
                let known = self.known(node);
                known.heard_us = None;
                known.restarted_us = account.map(|account| account.clock_us);
            }
            EventKind::DiskWiped => {
                // A vote that no message announced went with the disk.
                let known = self.known(node);
                known.vote = known.vote.filter(|vote| vote.told);
            }
            EventKind::DiskMadeToLie => self.known(node).lie(true),
            EventKind::DiskFilled => self.known(node).full = true,
            EventKind::DiskRestored => {
                self.known(node).lie(false);
                self.known(node).full = false;
            }
            _ => {}
        }
    }

    /// Records what a node has decided.
    #[inline(always)]
    fn decided(&mut self, event: &Event, note: Note, account: Option<&NodeReport<'_>>) {
        let (node, cause) = (event.node, event.cause());
        match note {
            Note::RoleChanged { role, term, why, .. } => {
                self.role_changed(node, role, term);
                self.reached(term, event.time_us);
                let from_leader = |kind| {
                    matches!(kind, MessageKind::AppendEntries | MessageKind::InstallSnapshot)
                };
                if matches!(why, RoleChange::LaterTerm { kind, .. } if from_leader(kind)) {
                    self.known(node).heard_us = account.map(|account| account.clock_us);
                }
            }
            Note::VoteGranted { term, candidate } => {
                self.known(node).voted_for = Some(candidate);
                self.voted(node, term, candidate);
            }
            Note::TransferEnded { to, .. } => {
                let known = self.known(node);
                known.handing_over = known.handing_over.filter(|other| *other != to);
            }
            Note::QuorumChecked { heard, needed } => {
                let known = self.known(node);
                (known.answered, known.out_of_touch) = (NodeSet::EMPTY, heard < needed);
            }
            Note::PreVoteGranted { term, candidate } => {
                add_voter(&mut self.pre_voters, (term, candidate), node);
            }
            Note::EntryAppended { index, entry } => {
                self.appended(node, cause, index, entry);
                if self.leading.contains(node) {
                    self.known(node).led_entry(index, event.time_us);
                }
            }
            Note::LogTruncated { from } => {
                self.known(node).truncate(cause, from);
            }
            Note::LogCompacted { first } => self.known(node).compact(first),
            Note::SnapshotInstalled { index, term, configuration } => {
                let electorate = Electorate::new(&configuration.group());
                self.known(node).install(Position { index, term }, electorate);
                self.hiding.remove(node);
            }
            Note::CommitAdvanced { commit } => self.commit_advanced(node, commit, event.time_us),
            Note::WriteForgone { need: RequiredWrite::Term(_) } if self.node(node).full => {
                self.known(node).forget_request(cause);
            }
            _ => {}
        }
    }

    /// Records the events at the beginning that apply an entry as it was applied before, in order
    /// and not beyond the commit index: nothing is wrong with these. Returns how many they are.
    #[inline]
    pub(in crate::check) fn applied_again(&mut self, news: &[Event]) -> usize {
        let Some(Event { node, kind: EventKind::EntryApplied { .. }, .. }) = news.first() else {
            return 0;
        };
        let known = &mut self.nodes[node.position()];
        let committed = known.commit.0.saturating_sub(known.applied.0) as usize;
        let news = &news[..news.len().min(committed)];
        let mut again = 0;
        while again < news.len() {
            let before = self.applied.piece(known.applied.0 as usize);
            let is_again = |(next, (event, entry)): &(u32, (&Event, &Entry))| {
                matches!(event.kind, EventKind::EntryApplied { index, entry: applied, .. }
                    if index.0 == *next && applied == **entry)
                    && event.node == *node
            };
            let pairs = (known.applied.0 + 1..).zip(news[again..].iter().zip(before));
            let count = pairs.take_while(is_again).count();
            known.applied = known.applied.plus(count as u32);
            again += count;
            if count == 0 || count < before.len() {
                break;
            }
        }
        again
    }

    pub(super) fn known(&mut self, node: NodeId) -> &mut NodeFacts {
        &mut self.nodes[node.position()]
    }

    fn role_changed(&mut self, node: NodeId, role: RoleName, term: Term) {
        let known = self.known(node);
        if term != known.term {
            known.voted_for = None;
        }
        (known.role, known.term) = (role, term);
        known.forget_peers();
        (known.answered, known.out_of_touch) = (NodeSet::EMPTY, false);
        known.handing_over = None;
        self.leading.remove(node);
        if role == RoleName::Leader {
            self.leading.insert(node);
            let known = self.known(node);
            // Acting as leader makes its own vote public.
            known.vote.iter_mut().for_each(|vote| vote.told = true);
            self.led(node, term);
            self.contradiction = self.rules_out(term);
        }
    }

    /// A node has reached a term at this time.
    fn reached(&mut self, term: Term, time_us: u64) {
        if self.highest.last().is_none_or(|(highest, _)| *highest < term) {
            self.highest.push((term, time_us));
        }
    }

    /// If the message that reached a node is a request, it awaits an answer.
    #[inline]
    fn asked(
        &mut self,
        node: NodeId,
        delivery: EventId,
        (message, from, term, kind): (MessageId, NodeId, Term, MessageKind),
    ) {
        if matches!(
            kind,
            MessageKind::RequestVote | MessageKind::AppendEntries | MessageKind::InstallSnapshot
        ) {
            let known = self.known(node);
            let own_term = known.term;
            known.asked(Request { delivery, message, from, kind, term, own_term });
        }
    }

    /// A node sends a message of this type, which may be the answer to the request whose delivery
    /// is the cause.
    #[inline(always)]
    fn answers(&mut self, node: NodeId, cause: Option<EventId>, kind: MessageKind) {
        if matches!(
            kind,
            MessageKind::RequestVoteReply
                | MessageKind::AppendEntriesReply
                | MessageKind::InstallSnapshotReply
        ) {
            self.known(node).answered(cause, kind);
        }
    }

    fn led(&mut self, node: NodeId, term: Term) {
        if let Err(at) = find(&self.leaders, term) {
            insert(&mut self.leaders, at, (term, node));
        }
    }

    fn voted(&mut self, node: NodeId, term: Term, candidate: NodeId) {
        self.known(node).vote = Some(Vote { term, candidate, told: false });
        add_voter(&mut self.voters, (term, candidate), node);
    }

    #[inline(always)]
    fn told(&mut self, node: NodeId, term: Term, said: MessageSummary, to: NodeId) {
        let candidate = match said {
            MessageSummary::AppendEntries { prev_log, entries, .. } => {
                return self.seen(node, prev_log.index.plus(entries));
            }
            MessageSummary::RequestVote { .. } => node,
            MessageSummary::RequestVoteReply { granted: true } => to,
            MessageSummary::RequestVoteReply { granted: false }
            | MessageSummary::PreVote { .. }
            | MessageSummary::PreVoteReply { .. }
            | MessageSummary::TimeoutNow {}
            | MessageSummary::ReadIndex { .. }
            | MessageSummary::ReadIndexReply { .. }
            | MessageSummary::InstallSnapshot { .. }
            | MessageSummary::InstallSnapshotReply { .. }
            | MessageSummary::Other { .. }
            | MessageSummary::AppendEntriesAccepted { .. }
            | MessageSummary::AppendEntriesRefused { .. } => return,
        };
        if let Some(vote) = &mut self.known(node).vote
            && (vote.term, vote.candidate) == (term, candidate)
        {
            vote.told = true;
        }
    }

    /// A message reached a node.
    fn heard(
        &mut self,
        node: NodeId,
        (from, term, said): (NodeId, Term, MessageSummary),
        account: Option<&NodeReport<'_>>,
        time_us: u64,
    ) {
        let known = self.known(node);
        let acknowledged = match said {
            MessageSummary::AppendEntriesAccepted { match_index, .. }
            | MessageSummary::InstallSnapshotReply { match_index }
                if known.term == term =>
            {
                match_index
            }
            MessageSummary::AppendEntriesAccepted { .. }
            | MessageSummary::InstallSnapshotReply { .. }
            | MessageSummary::AppendEntriesRefused { .. } => Index(0),
            MessageSummary::AppendEntries { prev_log, entries, .. } => {
                // The term is compared first.
                known.told = known.told.max((term, prev_log.index.plus(entries)));
                if term == known.term && known.role != RoleName::Leader {
                    known.heard_us = account.map(|account| account.clock_us);
                }
                return;
            }
            MessageSummary::InstallSnapshot { snapshot } => {
                known.told = known.told.max((term, snapshot.last.index));
                if term == known.term && known.role != RoleName::Leader {
                    known.heard_us = account.map(|account| account.clock_us);
                }
                return;
            }
            MessageSummary::RequestVote { .. }
            | MessageSummary::RequestVoteReply { .. }
            | MessageSummary::PreVote { .. }
            | MessageSummary::PreVoteReply { .. }
            | MessageSummary::ReadIndex { .. }
            | MessageSummary::ReadIndexReply { .. }
            | MessageSummary::TimeoutNow {}
            | MessageSummary::Other { .. } => return,
        };
        let refused = match said {
            MessageSummary::AppendEntriesRefused { prev_log_index, .. } if known.term == term => {
                Some(prev_log_index)
            }
            _ => None,
        };
        if known.role != RoleName::Leader {
            return;
        }
        if known.term == term {
            known.answered.insert(from);
        }
        if known.rows.get(from).is_none() {
            known.rows.insert(from, ProgressRow::default());
        }
        let Some(row) = known.rows.get_mut(from) else { return };
        row.refused = row.refused.into_iter().chain(refused).min();
        row.acknowledged = row.acknowledged.max(acknowledged);
        if let Some(progress) = account.and_then(|account| account.progress.get(from)) {
            row.before = row.matched;
            row.matched = progress.match_index;
            if known.nexts.get(from).is_none_or(|(next, _)| *next != progress.next_index) {
                known.nexts.insert(from, (progress.next_index, time_us));
            }
        }
    }

    /// Counts the committed entries that a disk holds, from where the counting stopped.
    fn hold(&mut self, node: NodeId) {
        let known = &mut self.nodes[node.position()];
        while known.held < self.committed.last_index()
            && known.disk.get(known.held.next()) == self.committed.get(known.held.next())
        {
            known.held = known.held.next();
        }
        if known.held >= self.committed.last_index() {
            self.holders.insert(node);
        } else {
            self.holders.remove(node);
        }
    }

    fn commit_advanced(&mut self, node: NodeId, commit: Index, time_us: u64) {
        let before = self.committed_count();
        let known = &mut self.nodes[node.position()];
        known.commit = commit;
        if commit <= before {
            return;
        }
        self.committed_us = time_us;
        let known = &self.nodes[node.position()];
        if self.commit_terms.last().is_none_or(|(counted, _)| *counted != known.term) {
            self.commit_terms.push((known.term, before.next()));
        }
        self.committing = *known.electorate();
        let more = known.log.iter_from(before.next()).take((commit.0 - before.0) as usize);
        for (index, entry) in more {
            if let Payload::Configuration(configuration) = entry.payload {
                let group = configuration.group();
                self.electorate = Electorate::new(&group);
                self.changes.push((index, group));
            }
            self.committed.push(entry);
        }
        // A disk that misses an earlier entry still misses it, so only the holders are counted on.
        for node in self.holders.iter() {
            self.hold(node);
        }
    }

    fn ended(&mut self, node: NodeId) {
        self.leading.remove(node);
        let known = self.known(node);
        known.end();
        let HardState { current_term, voted_for } = known.durable;
        if let Some(vote) = known.vote
            && !vote.told
            && (vote.term, Some(vote.candidate)) != (current_term, voted_for)
        {
            known.vote = None;
        }
    }

    fn restarted(
        &mut self,
        node: NodeId,
        event: EventId,
        (term, vote): (Term, Option<NodeId>),
        (first, last): (Index, Index),
        snapshot: Index,
    ) {
        let electorate = match snapshot {
            Index(0) => self.first_electorate_of(node),
            _ => self.electorate_at(snapshot),
        };
        let base = first.previous();
        let committed = self.committed(base).map(|entry| entry.term);
        // Unsynced entries that survived the crash are on the disk from now on.
        self.seen(node, last);
        self.hiding.remove(node);
        let known = self.known(node);
        (known.role, known.term) = (RoleName::Follower, term);
        known.durable = HardState { current_term: term, voted_for: vote };
        known.voted_for = vote;
        known.start(event, (base, committed, last), snapshot, electorate);
        // A vote may survive the crash on the disk though its sync was never reported.
        if let Some(candidate) = vote
            && known.vote.is_none_or(|vote| vote.term < term)
        {
            known.vote = Some(Vote { term, candidate, told: false });
        }
        self.hold(node);
    }
}

/// Adds a node to the voters of a candidacy.
fn add_voter(voters: &mut Seq<(Candidacy, NodeSet)>, candidacy: Candidacy, node: NodeId) {
    match find(voters, candidacy) {
        Ok(at) => {
            if let Some((_, voters)) = voters.get_mut(at) {
                voters.insert(node);
            }
        }
        Err(at) => insert(voters, at, (candidacy, NodeSet::one(node))),
    }
}
