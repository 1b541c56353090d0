//! Breaks Ongaro's thesis, §9.6: a node that heard from a leader lately grants no pre-vote.

use super::bend::{Description, FlawEffect, MessageKind, Rules};

pub(super) const FLAW: Description = Description {
    name: "pre-vote-despite-leader",
    does: "a node grants pre-votes although it hears from a leader, so that a node that is deaf \
        can unseat it",
    source: "Ongaro's thesis, §9.6; Howard and Abraham, \"Raft does not Guarantee Liveness in the \
        face of Network Faults\"",
    bends: &[FlawEffect::Rules(|rules| {
        rules.supports_leader = |asked, leads, heard, restarted| match asked {
            MessageKind::PreVote => None,
            _ => (Rules::FIGURE_2.supports_leader)(asked, leads, heard, restarted),
        };
    })],
};
