//! Breaks §5.4.1: the length counts only "if the logs end with the same term".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "vote-by-term-and-index",
    does: "a voter demands a log with both a last term and a length that are at least its own",
    source: "hashicorp/raft#94; openraft a48a3282",
    bends: &[FlawEffect::Rules(|rules| {
        rules.up_to_date =
            |candidate, own| candidate.term >= own.term && candidate.index >= own.index;
    })],
};
