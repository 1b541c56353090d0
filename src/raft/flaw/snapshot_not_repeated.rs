//! Breaks §5.1: servers retry RPCs that are not answered.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "snapshot-not-repeated",
    does: "a leader sends its snapshot once and waits for the answer, though the message may be lost",
    source: "logcabin/logcabin#174 (b883ea1); datafuselabs/openraft 946dc3f9",
    bends: &[FlawEffect::Rules(|rules| rules.repeats_snapshot = || false)],
};
