//! What storms exercised, by name and count. A hunt that never made a vote split has shown nothing
//! about split votes, so every report says what happened and what did not.

use std::collections::BTreeSet;

use crate::raft::{Index, NodeId, NodeSet, Note, RoleChange, RoleName, Term, VoteRefusal};
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
            EventKind::NodePaused => Mark::Pauses,
            EventKind::NodeRestarted { .. } => {
                self.committed[node.position()] = Index(0);
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
            EventKind::ClientRefused { .. } => Mark::Refused,
            EventKind::ClientTimedOut { .. } => Mark::TimedOut,
            EventKind::TailLeft { .. }
            | EventKind::EntryApplied { .. }
            | EventKind::EntriesSynced { .. }
            | EventKind::VoteSynced { .. }
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
            | EventKind::ClockChanged { .. }
            | EventKind::TransferStarted { .. }
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
            Note::VoteRefused { why: VoteRefusal::VotedFor(_), .. } => Mark::VotesTaken,
            Note::VoteRefused { why: VoteRefusal::LogBehind(_), .. } => Mark::VotesBehind,
            Note::AppendRefused { .. } => Mark::AppendsRefused,
            Note::LogTruncated { .. } => Mark::Truncations,
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
            | Note::PreVoteRefused { .. }
            | Note::QuorumChecked { .. }
            | Note::TransferEnded { .. } => return,
        };
        self.coverage.add(mark);
    }

    fn count_role(
        &mut self,
        (role, was): (RoleName, RoleName),
        term: Term,
        why: RoleChange,
        node: NodeId,
        world: &World,
    ) {
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
