//! Which property catches which mistake: the table that shows that the properties have no holes.
//!
//! Each line is measured: `scripts/flaws/NAME.raft` makes the mistake, and the property named here is the first to break, at
//! the event of this number. A test runs them all.

use crate::raft::Flaw;
use crate::sim::EventId;

/// How a mistake comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// This property breaks first, at this event of the flaw's script.
    By(&'static str, EventId),
    /// No promise breaks: what should happen does not happen.
    Progress,
}

/// How each mistake comes out, in the order of [`Flaw::ALL`].
pub const CAUGHT: &[(Flaw, Caught)] = &[
    (Flaw::VoteNotPersisted, Caught::By("durable-before-reply", 5)),
    (Flaw::ElectionNotPersisted, Caught::By("durable-before-reply", 4)),
    (Flaw::VoteBeforeSync, Caught::By("durable-before-reply", 13)),
    (Flaw::VoteTwice, Caught::By("vote-once", 26)),
    (Flaw::VoteClearedByAppend, Caught::By("no-silent-change", 19)),
    (Flaw::VoteClearedOnStepDown, Caught::By("no-silent-change", 23)),
    (Flaw::StaleVoteCounted, Caught::By("elected-by-majority", 19)),
    (Flaw::VotesCountedByMessage, Caught::By("elected-by-majority", 27)),
    (Flaw::VoteWithoutLogCheck, Caught::By("vote-up-to-date", 49)),
    (Flaw::VoteByLastIndex, Caught::By("vote-up-to-date", 51)),
    (Flaw::VoteByTermAndIndex, Caught::Progress),
    (Flaw::CommitOnAppend, Caught::By("committed-on-majority", 30)),
    (Flaw::CommitEarlierTerms, Caught::By("commit-own-term", 38)),
    (Flaw::CommitAssigned, Caught::By("commit-monotonic", 43)),
    (Flaw::FollowerCommitsItsLast, Caught::By("follower-commit-verified", 75)),
    (Flaw::LeaderCountsUnsynced, Caught::By("committed-on-majority", 37)),
    (Flaw::AcknowledgeBeforeSync, Caught::By("durable-before-reply", 34)),
    (Flaw::MatchIsLeadersLast, Caught::By("match-acknowledged", 29)),
    (Flaw::NextIndexNotRaised, Caught::By("next-index", 41)),
    (Flaw::ApplyBeforeCommit, Caught::By("applied-in-order", 30)),
    (Flaw::NoPreviousCheck, Caught::By("durable-before-reply", 36)),
    (Flaw::StaleAppendAccepted, Caught::By("log-from-leader", 57)),
    (Flaw::TruncateAlways, Caught::By("log-from-leader", 36)),
    (Flaw::FirstAppendedBlindly, Caught::By("log-matching", 43)),
    (Flaw::LastIndexFromRequest, Caught::By("log-from-leader", 36)),
    (Flaw::HintIsOwnLast, Caught::Progress),
    (Flaw::CandidateIgnoresAppend, Caught::Progress),
    (Flaw::TermReadLate, Caught::By("durable-before-reply", 36)),
    (Flaw::TimerResetByAnything, Caught::Progress),
    (Flaw::TimeoutsNotRandom, Caught::Progress),
    (Flaw::OldWriteCounts, Caught::By("committed-on-majority", 145)),
];

/// How a mistake comes out.
pub fn caught(flaw: Flaw) -> Option<Caught> {
    CAUGHT.iter().find(|(known, _)| *known == flaw).map(|(_, caught)| *caught)
}
