//! Breaks Ongaro's thesis, §6.3: the sessions of clients are part of the state machine.

use super::bend::{ClientMistake, Description, FlawEffect};

pub(super) const FLAW: Description = Description {
    name: "sessions-not-in-snapshot",
    does: "snapshots do not contain the sessions of clients, so that a request that is sent again is done again",
    source: "logcabin/logcabin 445f383, 31588db",
    bends: &[FlawEffect::Client(ClientMistake::SessionsNotInSnapshot)],
};
