//! A leader that writes before it sends: off by default.
//!
//! A leader may send entries before they are on its own disk, because it does not count itself
//! until they are (Ongaro's thesis, §10.2.1). Many implementations write first. Then a slow disk of
//! the leader delays everything, while its heartbeats keep the others from electing another leader
//! (hashicorp/raft#503).

use super::io::Output;
use super::message::Entries;
use super::server::Server;
use super::types::Index;

impl Server {
    /// The last entry that a leader may send.
    pub(super) fn last_to_send(&self) -> Index {
        let (durable, last) = (self.durability.last_index, self.log.last_index());
        if self.writes_first { (self.rules.last_to_send)(durable, last) } else { last }
    }

    /// The entries to send from an index on.
    pub(super) fn entries_to_send(&self, from: Index) -> Entries {
        if !self.writes_first {
            return self.log.slice(from, self.batch);
        }
        let sendable = self.last_to_send().0.saturating_sub(from.previous().0);
        self.log.slice(from, self.batch.min(sendable))
    }

    /// Entries of this leader have reached its disk: sends them at once.
    pub(super) fn send_written(&mut self, durable_before: Index, out: &mut Vec<Output>) {
        if self.writes_first && self.durability.last_index > durable_before {
            self.begin_round();
            self.broadcast(out);
        }
    }
}
