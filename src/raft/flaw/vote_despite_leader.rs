//! Breaks Ongaro's thesis, §4.2.3: with check-quorum, a node that hears from a leader votes for no
//! other.

use super::bend::{Description, FlawEffect, MessageKind, Rules};

pub(super) const FLAW: Description = Description {
    name: "vote-despite-leader",
    does: "with check-quorum on, a node votes for another candidate although it hears from a \
        leader",
    source: "logcabin/logcabin#56 (4f74c25); Ongaro's thesis, §4.2.3",
    bends: &[FlawEffect::Rules(|rules| {
        rules.supports_leader = |asked, leads, heard, restarted| match asked {
            MessageKind::RequestVote if !leads => None,
            _ => (Rules::FIGURE_2.supports_leader)(asked, leads, heard, restarted),
        };
    })],
};
