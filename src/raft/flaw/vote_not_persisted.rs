//! Breaks figure 2, state: "updated on stable storage before responding", for the vote.

use super::bend::{Description, FlawEffect, Output, Server};

pub(super) const FLAW: Description = Description {
    name: "vote-not-persisted",
    does: "a node forgets its vote when it restarts",
    source: "eliben/raft f596df0; ktoso/akka-raft#62; Ongaro's thesis, chapter 3",
    bends: &[FlawEffect::Outputs(forget)],
};

/// Removes the vote from the write. The node still believes that its vote is durable.
fn forget(_server: &mut Server, out: &mut Vec<Output>) {
    for output in out {
        if let Output::Write { write, .. } = output {
            write.hard_state.iter_mut().for_each(|state| state.voted_for = None);
        }
    }
}
