//! Breaks Ongaro's thesis, §9.6: a pre-vote is granted only where a vote would be (§5.4.1).

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "pre-vote-ignores-log",
    does: "a pre-vote is granted to a node with an older log, which then raises the term and \
        cannot win",
    source: "Ongaro's thesis, §9.6",
    bends: &[FlawEffect::Rules(|rules| rules.pre_vote_up_to_date = |_, _| true)],
};
