//! Breaks Ongaro's thesis, §6.4: a leader knows what is committed only after it has committed an
//! entry of its own term.

use super::bend::{Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "read-before-own-commit",
    does: "a leader confirms a read before it has committed an entry of its term",
    source: "etcd-io/etcd#7331; tikv/tikv#6340, #9239: a new leader confirms reads by a commit index that is too low",
    bends: &[FlawEffect::Rules(|rules| rules.may_read = |_, _| true)],
};
