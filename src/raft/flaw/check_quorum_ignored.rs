//! Breaks Ongaro's thesis, §6.2: a leader steps down if no majority answers it.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "check-quorum-ignored",
    does: "a leader that finds that no majority answers it leads on",
    source: "Ongaro's thesis, §6.2; neo4j/neo4j#8236; logcabin/logcabin#202",
    bends: &[FlawEffect::Rules(|rules| rules.keeps_leading = |_| true)],
};
