//! Which property catches which flaw: the evidence that the properties leave no gap.
//!
//! Each row is measured: `scripts/flaws/NAME.raft` switches the flaw on, and the property named
//! here is the first to be violated, at the event of this number. A test runs all of the scripts.

use crate::raft::Flaw;
use crate::sim::EventId;

/// How a flaw shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// This property is violated first, at this event of the flaw's script.
    By(&'static str, EventId),
    /// No property is violated: progress fails only while there are faults, and `mend` ends these.
    Progress,
}

/// How each flaw shows, in the order of [`Flaw::ALL`].
pub const CAUGHT: &[(&str, Caught)] = &[
    ("vote-not-persisted", Caught::By("durable-before-reply", 5)),
    ("election-not-persisted", Caught::By("durable-before-reply", 4)),
    ("vote-before-sync", Caught::By("durable-before-reply", 13)),
    ("vote-twice", Caught::By("vote-once", 26)),
    ("vote-cleared-by-append", Caught::By("no-silent-change", 19)),
    ("vote-cleared-on-step-down", Caught::By("no-silent-change", 23)),
    ("stale-vote-counted", Caught::By("elected-by-majority", 20)),
    ("votes-counted-by-message", Caught::By("elected-by-majority", 27)),
    ("vote-without-log-check", Caught::By("vote-up-to-date", 49)),
    ("vote-by-last-index", Caught::By("vote-up-to-date", 51)),
    ("vote-by-term-and-index", Caught::By("progress", 1541)),
    ("commit-on-append", Caught::By("committed-on-majority", 30)),
    ("commit-earlier-terms", Caught::By("commit-own-term", 38)),
    ("commit-assigned", Caught::By("commit-monotonic", 43)),
    ("follower-commits-its-last", Caught::By("follower-commit-verified", 75)),
    ("leader-counts-unsynced", Caught::By("committed-on-majority", 37)),
    ("acknowledge-before-sync", Caught::By("durable-before-reply", 34)),
    ("match-is-leaders-last", Caught::By("match-acknowledged", 29)),
    ("next-index-not-raised", Caught::By("next-index", 41)),
    ("apply-before-commit", Caught::By("applied-in-order", 30)),
    ("no-previous-check", Caught::By("durable-before-reply", 36)),
    ("stale-append-accepted", Caught::By("log-from-leader", 57)),
    ("truncate-always", Caught::By("log-from-leader", 36)),
    ("first-appended-blindly", Caught::By("log-matching", 43)),
    ("last-index-from-request", Caught::By("log-from-leader", 36)),
    ("hint-is-own-last", Caught::By("progress", 253558)),
    ("candidate-ignores-append", Caught::By("request-answered", 30)),
    ("term-read-late", Caught::By("durable-before-reply", 36)),
    ("timer-reset-by-anything", Caught::Progress),
    ("timeouts-not-random", Caught::By("progress", 4104)),
    ("old-write-counts", Caught::By("committed-on-majority", 150)),
    ("later-term-ignored", Caught::By("later-term-adopted", 62)),
    ("refusal-keeps-old-term", Caught::By("later-term-adopted", 61)),
    ("late-refusal-believed", Caught::By("progress", 2655)),
    ("timer-not-armed-again", Caught::By("timer-armed", 60)),
    ("follower-waits-for-own-term", Caught::By("follower-commit-verified", 65)),
    ("vote-on-log-read-earlier", Caught::By("vote-up-to-date", 59)),
    ("answer-by-index", Caught::By("reply-of-request", 90)),
    ("answer-at-append", Caught::By("reply-of-request", 29)),
    ("local-read-as-log", Caught::By("reply-of-request", 88)),
    ("failed-for-unknown", Caught::By("reply-of-request", 91)),
    ("applied-twice", Caught::By("exactly-once", 63)),
    ("pre-vote-stale-ignored", Caught::By("progress", 2292)),
    ("pre-vote-raises-term", Caught::By("role-transitions", 54)),
    ("pre-vote-despite-leader", Caught::By("leader-supported", 46)),
    ("pre-vote-ignores-log", Caught::By("vote-up-to-date", 70)),
    ("pre-votes-elect", Caught::By("role-transitions", 24)),
    ("answers-never-forgotten", Caught::By("quorum-checked", 33)),
    ("check-quorum-ignored", Caught::By("quorum-checked", 61)),
    ("vote-despite-leader", Caught::By("leader-supported", 38)),
    ("leader-unseated-by-asking", Caught::By("leader-supported", 71)),
    ("restart-forgets-leader", Caught::By("leader-supported", 42)),
    ("sends-before-write", Caught::By("durable-before-reply", 30)),
    ("transfer-asks-first", Caught::By("role-transitions", 57)),
    ("transfer-vote-refused", Caught::By("leader-supported", 143)),
    ("transfer-before-caught-up", Caught::By("transfer-complete", 43)),
    ("transfer-never-ends", Caught::By("progress", 1665)),
    ("read-before-own-commit", Caught::By("read-current", 100)),
    ("read-counts-earlier-answers", Caught::By("read-current", 104)),
    ("read-before-applied", Caught::By("linearizability", 179)),
    ("read-answers-later-reads", Caught::By("read-current", 87)),
    ("lease-begins-with-answer", Caught::By("read-current", 239)),
    ("lease-without-allowance", Caught::By("read-current", 104)),
    ("lease-until-check", Caught::By("read-current", 98)),
    ("lease-outlasts-transfer", Caught::By("read-current", 101)),
    ("several-servers-at-once", Caught::By("configuration-safety", 61)),
    ("change-before-own-term", Caught::By("configuration-safety", 144)),
    ("configuration-at-commit", Caught::By("committed-on-majority", 62)),
    ("joint-left-early", Caught::By("configuration-safety", 115)),
    ("removed-leader-stays", Caught::By("leader-is-voter", 70)),
    ("snapshot-sets-term", Caught::By("no-silent-change", 115)),
    ("snapshot-discards-log", Caught::By("snapshot-consistency", 102)),
    ("applied-before-snapshot", Caught::By("no-silent-change", 76)),
    ("sessions-not-in-snapshot", Caught::By("exactly-once", 88)),
    ("log-gone-before-snapshot", Caught::By("commit-kept", 95)),
    ("snapshot-not-repeated", Caught::By("snapshot-sent", 53)),
];

/// How a flaw shows; None if the table does not list it.
pub fn caught(flaw: Flaw) -> Option<Caught> {
    CAUGHT.iter().find(|(name, _)| *name == flaw.name()).map(|(_, caught)| *caught)
}
