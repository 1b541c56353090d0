//! Breaks Ongaro's thesis, §4.2.3: with check-quorum, a request for a vote does not unseat a leader
//! that a majority answers.

use super::bend::{Description, FlawEffect, MessageKind, Rules};

pub(super) const FLAW: Description = Description {
    name: "leader-unseated-by-asking",
    does: "with check-quorum on, a leader still steps down when it is asked for a vote in a later \
        term",
    source: "Ongaro's thesis, §4.2.3; Cloudflare, \"A Byzantine failure in the real world\"",
    bends: &[FlawEffect::Rules(|rules| {
        rules.supports_leader = |asked, leads, heard, restarted| match asked {
            MessageKind::RequestVote if leads => None,
            _ => (Rules::FIGURE_2.supports_leader)(asked, leads, heard, restarted),
        };
    })],
};
