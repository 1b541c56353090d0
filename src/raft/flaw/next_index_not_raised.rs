//! Breaks figure 2, leaders: "update nextIndex and matchIndex".

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "next-index-not-raised",
    does: "an acknowledgement does not raise the leader's next index",
    source: "bakwc/PySyncObj#167; etcd raft#149",
    bends: &[FlawEffect::Rules(|rules| rules.next_index_after = |next_index, _| next_index)],
};
