//! What storms exercised, by name and count. A hunt that never made a vote split has shown nothing
//! about split votes, so every report says what happened and what did not.

use std::collections::BTreeSet;

use crate::raft::{
    Group, Index, NodeId, NodeSet, Note, RoleChange, RoleName, Term, TransferEnd, VoteRefusal,
};
use crate::sim::{Action, DropReason, Event, EventKind, Host, MessageId, Outcome, World};

/// Defines the marks in one table: a row is a mark, its name, and what is counted.
macro_rules! marks {
    ($($mark:ident $name:literal $says:literal;)*) => {
        /// Something that a storm may bring about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "`MARKS` says what each counts")]
        pub enum Mark { $($mark,)* }

        /// All marks: the name of each, and what is counted.
        pub const MARKS: &[(&str, &str)] = &[$(($name, $says)),*];
    };
}

marks! {
    SingleNodes "single_nodes" "seeds with a cluster of one node";
    EvenSizes "even_sizes" "seeds with a cluster of an even number of nodes";
    Candidacies "candidacies" "a node became a candidate";
    Elections "elections" "a node became leader";
    ElectionsLost "elections_lost" "a candidacy ended without a leader that the candidate knew";
    SplitVotes "split_votes" "a term had several candidates, and no leader before the next term began";
    LeadersDeposed "leaders_deposed" "a leader heard of a later term and stepped down";
    TwoLeaders "two_leaders" "a node became leader while another one still believed that it led";
    VotesTaken "votes_taken" "a vote was refused because it was given to another candidate";
    VotesBehind "votes_behind" "a vote was refused because the candidate's log was behind";
    AppendsRefused "appends_refused" "a follower refused entries that did not fit its log";
    Truncations "truncations" "a node deleted entries that conflicted with the leader's";
    CommitsHeld "commits_held" "a majority held entries of an earlier term, which must not be counted";
    EarlierTerms "earlier_terms_committed" "a leader committed entries of earlier terms with one of its own";
    Crashes "crashes" "a node crashed";
    LeaderCrashes "leader_crashes" "a leader crashed";
    UnsyncedCrashes "unsynced_crashes" "a node crashed with writes that its disk did not have yet";
    AllDown "all_down" "all nodes were down at the same time";
    TailsKept "tails_kept" "a crash left whole records of unfinished writes on the disk";
    TailsTorn "tails_torn" "a node cut off a torn tail at its start";
    Damaged "records_damaged" "synced records of a disk were damaged";
    Halts "halts" "a node halted because of its disk";
    FullDisks "full_disks" "a node did not do what its disk had no room for";
    Pauses "pauses" "a node was paused";
    LateMessages "late_messages" "a message reached a node in a later term than its own";
    OutOfOrder "out_of_order" "a message arrived after one that was sent later on the same link";
    Copies "copies_delivered" "a copy of a message was delivered";
    Lost "messages_lost" "a message was lost by chance";
    CutOff "messages_cut" "a message was dropped at a cut link, or at a node that was down";
    Ignored "answers_ignored" "an answer came too late to count";
    PreVotesRefused "pre_votes_refused" "a pre-vote was refused";
    PreVotesWon "pre_votes_won" "a node started an election because a majority would vote for it";
    VotesWithheld "votes_withheld" "a vote or pre-vote was refused because of a leader that was heard, or may have been";
    QuorumsLost "quorums_lost" "a leader stepped down because no majority had answered it";
    Transfers "transfers" "a leader began to hand over";
    TransfersGivenUp "transfers_given_up" "a leader gave a transfer up";
    TransferElections "transfer_elections" "a node started an election because its leader told it to";
    ClockChanges "clock_changes" "a clock began to run at another speed";
    ReadsDeferred "reads_deferred" "a read waited until its leader had committed an entry of its term";
    ReadsConfirmed "reads_confirmed" "a read was confirmed by a majority or a lease, without an entry of its own";
    Snapshots "snapshots_taken" "a node took a snapshot";
    SnapshotsInstalled "snapshots_installed" "a node installed a leader's snapshot";
    Booted "nodes_booted" "a node was started beside the cluster";
    Changes "members_changed" "a leader began a change of the members";
    Joint "joint_configurations" "a leader entered a joint configuration";
    ChangesDeleted "changes_deleted" "a change of the members was deleted before it was committed";
    LeadersRemoved "leaders_removed" "a leader stepped down because it was removed";
    Done "requests_done" "a request was answered";
    Refused "requests_refused" "a node refused a client, which went to another one";
    TimedOut "requests_timed_out" "a client gave up waiting for an answer";
    Unknown "requests_unknown" "the outcome of a request will never be known";
    Mended "mended" "seeds in which the cluster made progress after all faults had ended";
}

/// How often each thing happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    counts: [u64; MARKS.len()],
}

impl Default for Coverage {
    fn default() -> Coverage {
        Coverage { counts: [0; MARKS.len()] }
    }
}

impl Coverage {
    /// Counts something once more.
    pub(super) fn add(&mut self, mark: Mark) {
        self.counts[mark as usize] += 1;
    }

    /// Adds what happened elsewhere.
    pub fn join(&mut self, other: &Coverage) {
        self.counts.iter_mut().zip(other.counts).for_each(|(count, more)| *count += more);
    }

    /// Each name with its count, in the order of [`MARKS`].
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> {
        MARKS.iter().map(|(name, _)| *name).zip(self.counts)
    }

    /// The coverage with these counts, in the order of [`MARKS`]; none if there are more or fewer.
    pub fn from_counts(counts: &[u64]) -> Option<Coverage> {
        Some(Coverage { counts: counts.try_into().ok()? })
    }
}

/// Counts what happens in one trial.
#[derive(Debug, Default)]
pub(super) struct Observer {
    pub(super) coverage: Coverage,
    /// The latest term in which a node stood for election, who did, and whether anybody won.
    term: Term,
    candidates: NodeSet,
    is_won: bool,
    /// The latest message that was delivered on each link, row by row.
    delivered: Vec<MessageId>,
    copies: BTreeSet<MessageId>,
    /// The commit index of each node, as its events say.
    committed: Vec<Index>,
    nodes: usize,
    /// The node that has deleted entries in the latest event.
    truncated: Option<NodeId>,
}

impl Observer {
    pub(super) fn new(nodes: usize) -> Observer {
        let mut observer = Observer {
            delivered: vec![0; nodes * nodes],
            committed: vec![Index(0); nodes],
            nodes,
            ..Observer::default()
        };
        if nodes == 1 {
            observer.coverage.add(Mark::SingleNodes);
        }
        if nodes.is_multiple_of(2) {
            observer.coverage.add(Mark::EvenSizes);
        }
        observer
    }

    /// Looks at a move before it is made: afterwards nobody can say what a crash found.
    pub(super) fn before(&mut self, action: &Action, world: &World) {
        let (Action::Kill(nodes) | Action::Restart(nodes)) = action else { return };
        for host in nodes.iter().map(|node| world.host(node)).filter(|host| host.is_running()) {
            if host.disk.unfinished() > 0 {
                self.coverage.add(Mark::UnsyncedCrashes);
            }
            if host.report().is_some_and(|report| report.role == RoleName::Leader) {
                self.coverage.add(Mark::LeaderCrashes);
            }
        }
        let others = world.nodes().difference(*nodes);
        let is_any_running = nodes.iter().any(|node| world.host(node).is_running());
        if is_any_running && others.iter().all(|node| !world.host(node).is_running()) {
            self.coverage.add(Mark::AllDown);
        }
    }

    /// Counts what these events say.
    pub(super) fn see(&mut self, events: &[Event], world: &World) {
        for event in events {
            self.count(event, world);
        }
    }

    fn count(&mut self, event: &Event, world: &World) {
        let node = event.node;
        if !matches!(event.kind, EventKind::Note(Note::ConfigurationChanged { .. })) {
            self.truncated = None;
        }
        let mark = match event.kind {
            EventKind::Note(note) => return self.count_note(note, node, world),
            EventKind::MessageDelivered { message, from, term, .. } => {
                return self.count_delivery(message, (from, node), term, world);
            }
            EventKind::MessageDuplicated { copy, .. } => {
                self.copies.insert(copy);
                return;
            }
            EventKind::MessageDropped { reason, .. } => match reason {
                DropReason::Loss => Mark::Lost,
                DropReason::Cut | DropReason::Down => Mark::CutOff,
                DropReason::ByHand | DropReason::Overflow => return,
            },
            EventKind::MessageIgnored { .. } => Mark::Ignored,
            EventKind::NodeKilled => Mark::Crashes,
            EventKind::NodeHalted { .. } => Mark::Halts,
            EventKind::SnapshotTaken { .. } => Mark::Snapshots,
            EventKind::NodeBooted => {
                self.grow(world.cluster_size());
                Mark::Booted
            }
            EventKind::NodePaused => Mark::Pauses,
            EventKind::TransferStarted { .. } => Mark::Transfers,
            EventKind::ClockChanged { .. } => Mark::ClockChanges,
            EventKind::NodeRestarted { snapshot, .. } => {
                self.committed[node.position()] = snapshot;
                return;
            }
            EventKind::TailLeft { kept: 1.., .. } => Mark::TailsKept,
            EventKind::TailCut => Mark::TailsTorn,
            EventKind::DiskDamaged { .. } => Mark::Damaged,
            EventKind::ClientReplied { outcome, .. } => match outcome {
                Outcome::Ok | Outcome::Failed => Mark::Done,
                Outcome::Unknown => Mark::Unknown,
                Outcome::Pending => return,
            },
            EventKind::ReadConfirmed { .. } => Mark::ReadsConfirmed,
            EventKind::ClientRefused { .. } => Mark::Refused,
            EventKind::ClientTimedOut { .. } => Mark::TimedOut,
            EventKind::TailLeft { .. }
            | EventKind::EntryApplied { .. }
            | EventKind::EntriesSynced { .. }
            | EventKind::VoteSynced { .. }
            | EventKind::SnapshotSynced { .. }
            | EventKind::EntriesCached { .. }
            | EventKind::VoteCached { .. }
            | EventKind::EngineTimerFired { .. }
            | EventKind::EngineNoted { .. }
            | EventKind::PowerCut
            | EventKind::TimerFired { .. }
            | EventKind::MessageSent { .. }
            | EventKind::NodeResumed
            | EventKind::LinkHeld { .. }
            | EventKind::LinkReleased { .. }
            | EventKind::LinkChanged { .. }
            | EventKind::LinkCut { .. }
            | EventKind::LinkHealed { .. }
            | EventKind::MarksRenewed
            | EventKind::RecordsDropped { .. }
            | EventKind::DiskCut
            | EventKind::DiskWiped
            | EventKind::DiskRestored
            | EventKind::DiskFilled
            | EventKind::DiskSlowed { .. }
            | EventKind::DiskMadeToLie
            | EventKind::DiskTearArmed
            | EventKind::DiskLossArmed
            | EventKind::WriteVanished
            | EventKind::DiskWentStale { .. }
            | EventKind::DiskScrubbed { .. }
            | EventKind::ClientInvoked { .. }
            | EventKind::PropertyViolated { .. }
            | EventKind::JudgingEnded => return,
        };
        self.coverage.add(mark);
    }

    fn count_note(&mut self, note: Note, node: NodeId, world: &World) {
        let mark = match note {
            Note::RoleChanged { role, term, was, why, .. } => {
                return self.count_role((role, was), term, why, node, world);
            }
            Note::ElectionLost { .. } => Mark::ElectionsLost,
            Note::ConfigurationChanged { configuration, .. } => {
                // A node that deletes entries says at once which configuration it returns to.
                return self.count_change(configuration.group(), node, world);
            }
            Note::VoteRefused { why: VoteRefusal::VotedFor(_), .. } => Mark::VotesTaken,
            Note::VoteRefused { why: VoteRefusal::LogBehind(_), .. } => Mark::VotesBehind,
            Note::VoteRefused {
                why: VoteRefusal::LeaderHeard | VoteRefusal::Leads | VoteRefusal::Restarted,
                ..
            } => Mark::VotesWithheld,
            Note::PreVoteRefused { why, .. } => {
                let because_of_leader = matches!(
                    why,
                    VoteRefusal::LeaderHeard | VoteRefusal::Leads | VoteRefusal::Restarted
                );
                if because_of_leader {
                    self.coverage.add(Mark::VotesWithheld);
                }
                Mark::PreVotesRefused
            }
            Note::ReadDeferred { .. } => Mark::ReadsDeferred,
            Note::TransferEnded { reason: TransferEnd::GaveUp, .. } => Mark::TransfersGivenUp,
            Note::AppendRefused { .. } => Mark::AppendsRefused,
            Note::SnapshotInstalled { .. } => Mark::SnapshotsInstalled,
            Note::LogTruncated { .. } => {
                self.truncated = Some(node);
                Mark::Truncations
            }
            Note::CommitHeld { .. } => Mark::CommitsHeld,
            Note::WriteForgone { .. } => Mark::FullDisks,
            Note::CommitAdvanced { commit } => {
                let before = std::mem::replace(&mut self.committed[node.position()], commit);
                if !commits_earlier_terms(before, node, world) {
                    return;
                }
                Mark::EarlierTerms
            }
            Note::VoteGranted { .. }
            | Note::EntryAppended { .. }
            | Note::VoteRefused { .. }
            | Note::PreVoteGranted { .. }
            | Note::QuorumChecked { .. }
            | Note::LogCompacted { .. }
            | Note::TransferEnded { .. } => return,
        };
        self.coverage.add(mark);
    }

    fn count_change(&mut self, group: Group, node: NodeId, world: &World) {
        let record = world.host(node).record();
        let leads = record.is_some_and(|record| record.report.role == RoleName::Leader);
        if leads {
            self.coverage.add(Mark::Changes);
            if group.is_joint() {
                self.coverage.add(Mark::Joint);
            }
        } else if self.truncated.take() == Some(node) {
            self.coverage.add(Mark::ChangesDeleted);
        }
    }

    /// There are more nodes from now on.
    fn grow(&mut self, nodes: usize) {
        let mut delivered = vec![0; nodes * nodes];
        for (from, row) in self.delivered.chunks(self.nodes).enumerate() {
            delivered[from * nodes..][..self.nodes].copy_from_slice(row);
        }
        self.committed.resize(nodes, Index(0));
        (self.delivered, self.nodes) = (delivered, nodes);
    }

    fn count_role(
        &mut self,
        (role, was): (RoleName, RoleName),
        term: Term,
        why: RoleChange,
        node: NodeId,
        world: &World,
    ) {
        match why {
            RoleChange::PreVotesWon => self.coverage.add(Mark::PreVotesWon),
            RoleChange::TimeoutNow { .. } => self.coverage.add(Mark::TransferElections),
            RoleChange::QuorumLost => self.coverage.add(Mark::QuorumsLost),
            RoleChange::Removed => self.coverage.add(Mark::LeadersRemoved),
            RoleChange::ElectionTimeout
            | RoleChange::Elected
            | RoleChange::LaterTerm { .. }
            | RoleChange::LeaderKnown { .. }
            | RoleChange::DiskFull
            | RoleChange::Prepared
            | RoleChange::Untold => {}
        }
        match role {
            RoleName::Candidate => {
                self.coverage.add(Mark::Candidacies);
                if term > self.term {
                    if self.candidates.len() > 1 && !self.is_won {
                        self.coverage.add(Mark::SplitVotes);
                    }
                    (self.term, self.candidates, self.is_won) = (term, NodeSet::EMPTY, false);
                }
                if term == self.term {
                    self.candidates.insert(node);
                }
            }
            RoleName::Leader => {
                self.coverage.add(Mark::Elections);
                self.is_won |= term == self.term;
                let leads = |host: &Host| {
                    host.report().is_some_and(|report| report.role == RoleName::Leader)
                };
                if world.hosts().any(|host| host.id != node && leads(host)) {
                    self.coverage.add(Mark::TwoLeaders);
                }
            }
            RoleName::PreCandidate => {}
            RoleName::Follower => {
                if was == RoleName::Leader && matches!(why, RoleChange::LaterTerm { .. }) {
                    self.coverage.add(Mark::LeadersDeposed);
                }
            }
        }
    }

    fn count_delivery(
        &mut self,
        message: MessageId,
        (from, to): (NodeId, NodeId),
        term: Term,
        world: &World,
    ) {
        let latest = &mut self.delivered[from.position() * self.nodes + to.position()];
        if message < *latest {
            self.coverage.add(Mark::OutOfOrder);
        }
        *latest = message.max(*latest);
        if world.host(to).report().is_some_and(|report| report.term > term) {
            self.coverage.add(Mark::LateMessages);
        }
        if !self.copies.is_empty() && self.copies.remove(&message) {
            self.coverage.add(Mark::Copies);
        }
    }
}

/// Whether the node leads, and the first entry that it commits after `before` is of an earlier
/// term.
fn commits_earlier_terms(before: Index, node: NodeId, world: &World) -> bool {
    let host = world.host(node);
    host.record().is_some_and(|record| {
        record.report.role == RoleName::Leader
            && record.log.term_at(before.next()).is_some_and(|term| term < record.report.term)
    })
}
