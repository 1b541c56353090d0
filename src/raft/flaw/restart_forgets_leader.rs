//! Breaks Ongaro's thesis, §4.2.3: a node that was started again may have heard from a leader just
//! before, and votes for nobody until the least election timeout is over.

use super::bend::{Description, FlawEffect, Rules};

pub(super) const FLAW: Description = Description {
    name: "restart-forgets-leader",
    does: "with check-quorum on, a node that was started again votes at once, although it may have \
        heard from a leader just before",
    source: "Ongaro's thesis, §4.2.3, §6.4.1",
    bends: &[FlawEffect::Rules(|rules| {
        rules.supports_leader =
            |asked, leads, heard, _| (Rules::FIGURE_2.supports_leader)(asked, leads, heard, false);
    })],
};
