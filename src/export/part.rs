//! The part of a session that is exported, and what comes out.

use crate::check::Checker;
use crate::history::EventLog;
use crate::history::tree::Tree;
use crate::raft::NodeSet;
use crate::sim::{Event, World};
use crate::view::history::{HistoryFilter, Moment};

/// The part of a session that is exported.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// What the session is called.
    pub title: &'a str,
    /// All branches, and the moment at which one stands.
    pub tree: &'a Tree<Checker>,
    /// The cluster at the moment at which one stands.
    pub world: &'a World,
    /// The events from `since` on, or those that are kept.
    pub log: &'a EventLog,
    /// The nodes whose events are exported.
    pub nodes: NodeSet,
    /// Only events from this point on.
    pub since: Option<Moment>,
    /// Only events up to this point.
    pub until: Option<Moment>,
}

/// What was exported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// The content of the file.
    pub text: String,
    /// How many events it shows.
    pub events: usize,
    /// How many earlier events of the part were left out because the format cannot hold them.
    pub left_out: u64,
}

impl<'a> Part<'a> {
    /// The last events of the part, at most this many; and how many there are before them. Idle
    /// heartbeats may be left out.
    pub(super) fn events(&self, most: usize, heartbeats: bool) -> (Vec<&'a Event>, u64) {
        let all = self.nodes == self.world.nodes();
        let filter = HistoryFilter {
            nodes: (!all).then_some(self.nodes),
            since: self.since,
            until: self.until,
            heartbeats,
            ..HistoryFilter::default()
        };
        let mut events = filter.find(self.log).events;
        let left_out = events.len().saturating_sub(most);
        events.drain(..left_out);
        (events, left_out as u64)
    }
}
