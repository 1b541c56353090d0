//! Events, requests, messages and entries: the latest ones, the latest first.

use super::{Candidate, MOST, Offers};
use crate::raft::{Index, Position};
use crate::sim::{Event, InFlight};

/// How many events, requests and entries are offered: more do not fit on a screen.
const LATEST: usize = 20;

impl Offers<'_> {
    /// The latest events, by number.
    pub(super) fn latest_events(&self) -> Vec<Candidate> {
        let latest = self.typing_context.session.events().iter().rev().take(LATEST);
        let candidate = |event: &Event| Candidate {
            about: format!("{} {}", event.node, event.kind.name()),
            ..Candidate::word(event.id.to_string())
        };
        latest.map(candidate).collect()
    }

    /// The latest requests.
    pub(super) fn latest_requests(&self) -> Vec<Candidate> {
        let latest = self.typing_context.world().ops().last(LATEST).map(|(id, op)| Candidate {
            about: format!("{} {}", op.asked, op.outcome),
            ..Candidate::word(id.to_string())
        });
        let mut found: Vec<Candidate> = latest.collect();
        found.reverse();
        found
    }

    /// The messages in flight, oldest first.
    pub(super) fn flying_messages(&self) -> Vec<Candidate> {
        let in_flight = self.typing_context.world().network().oldest_first(|_| true);
        let candidate = |one: &InFlight| {
            let message = &one.message;
            Candidate {
                about: format!("{} → {} {}", message.from, message.to, message.body.kind()),
                ..Candidate::word(format!("m{}", one.id))
            }
        };
        in_flight.into_iter().take(MOST).map(candidate).collect()
    }

    /// The last entries of all logs.
    pub(super) fn last_entries(&self) -> Vec<Candidate> {
        let mut found: Vec<Position> = Vec::new();
        for host in self.typing_context.world().hosts() {
            let log = host.log();
            let last = log.last_index();
            let first = last.0.saturating_sub(LATEST as u32);
            let indices = (first..last.0).map(|index| Index(index + 1));
            found.extend(indices.filter_map(|index| log.position(index)));
        }
        found.sort_unstable_by_key(|entry| std::cmp::Reverse((entry.index, entry.term)));
        found.dedup();
        let word = |entry: Position| Candidate::word(entry.to_string());
        found.into_iter().take(LATEST).map(word).collect()
    }
}
