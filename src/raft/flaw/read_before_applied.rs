//! Breaks Ongaro's thesis, §6.4: a read waits until the state machine has applied the index that
//! was confirmed.

use super::bend::{ClientMistake, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "read-before-applied",
    does: "a node answers a confirmed read before it has applied the confirmed index",
    source: "RedisLabs/redisraft#18; eBay/NuRaft 0b01b18: reads are answered before the log is applied",
    bends: &[FlawEffect::Client(ClientMistake::ReadBeforeApplied)],
};
