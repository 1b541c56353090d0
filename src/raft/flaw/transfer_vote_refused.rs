//! Breaks Ongaro's thesis, §4.2.3: a node that hears a leader still votes where that leader asked
//! for the election.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "transfer-vote-refused",
    does: "with check-quorum on, a node that hears the leader refuses its vote to the node to \
        which that leader hands over",
    source: "baidu/braft 3cfb1f1; lni/dragonboat 1c7ebd3; Ongaro's thesis, §4.2.3",
    bends: &[FlawEffect::Rules(|rules| rules.leader_asked = |_| false)],
};
