//! Breaks Ongaro's thesis, §6.4: an index is good for the reads that were asked before
//! it was noted.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "read-answers-later-reads",
    does: "a follower takes a late ReadIndexReply as the answer to all reads that wait, later ones too",
    source: "Ongaro's thesis, §6.4",
    bends: &[FlawEffect::Rules(|rules| rules.read_is_answered = |_, _| true)],
};
