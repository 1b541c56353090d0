//! Breaks §8: a leader may not answer a read before it knows that it still leads.

use super::bend::{ClientMistake, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "local-read-as-log",
    does: "a leader answers a get from its own store, without an entry in the log",
    source: "etcd-io/etcd#741 (Jepsen, etcd and Consul 2014): a replaced leader serves stale reads",
    bends: &[FlawEffect::Client(ClientMistake::LocalReadAsLog)],
};
