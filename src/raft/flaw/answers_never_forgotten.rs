//! Breaks Ongaro's thesis, §6.2: each check is about the answers since the one before.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "answers-never-forgotten",
    does: "a leader counts every node that has ever answered it, so that it leads on when nobody \
        answers any more",
    source: "Ongaro's thesis, §6.2; rqlite/rqlite#2086",
    bends: &[FlawEffect::Rules(|rules| rules.answers_after_check = |answered| answered)],
};
