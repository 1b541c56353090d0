//! Looking for something in a past that is no longer kept: where among the checkpoints it lies, and
//! the events between two of them.
//!
//! A predicate that looks at one moment is asked at each checkpoint, of which there are some
//! thousand at most. The events from there to the next one are made again. So an answer takes as
//! long as walking from one checkpoint to the next, however long the past is.

use super::super::events::EventLog;
use super::checkpoints::Checkpoint;
use super::{Place, Tree};
use crate::sim::{EventId, Watch, World};

impl<W: Watch + Clone + 'static> Tree<W> {
    /// The checkpoints up to the present moment, in order. The first is the start.
    fn checkpoints(&self) -> Vec<&Checkpoint<W>> {
        let Place { mut branch, moment } = self.here();
        let (mut limit, mut found) = (moment.at, Vec::new());
        loop {
            let here = self.branch(branch).checkpoints.iter().rev();
            found.extend(here.filter(|checkpoint| checkpoint.at <= limit));
            let Some(parting) = self.parting(branch) else { break };
            (branch, limit) = (parting.place.branch, limit.min(parting.place.moment.at));
        }
        found.reverse();
        found
    }

    /// How many events there were at the last checkpoint before the first one at which this holds;
    /// at the last one of all if it holds at none. What became so for the first time became so
    /// after that event.
    pub fn before_first(&self, holds: impl Fn(&World, &W) -> bool) -> EventId {
        let all = self.checkpoints();
        let before = all.iter().take_while(|one| !holds(one.world(), one.watch()));
        before.last().map_or(0, |checkpoint| checkpoint.event)
    }

    /// How many events there were at the last checkpoint at which this does not hold. What holds
    /// now became so after that event.
    pub fn after_last_not(&self, holds: impl Fn(&World, &W) -> bool) -> EventId {
        let all = self.checkpoints();
        let mut latest = all.iter().rev();
        latest.find(|one| !holds(one.world(), one.watch())).map_or(0, |one| one.event)
    }

    /// The events after this number of events, which must be that of a checkpoint, until this holds
    /// for the first time; up to the present moment if it never does.
    pub fn events_until(&self, after: EventId, holds: impl Fn(&World, &W) -> bool) -> EventLog {
        let Place { branch, moment } = self.here();
        let from = self.nearest(branch, |checkpoint| checkpoint.event <= after);
        let mut walk = self.walk_from(branch, from);
        let mut log = walk.timeline().events.clone();
        log.keep(u64::MAX);
        while walk.at() < moment.at && !holds(walk.world(), walk.timeline().watch()) {
            walk.advance();
            log.add(walk.timeline().latest());
        }
        log
    }

    /// The events from the nearest checkpoint before an event through the step or command that
    /// brought it about, made again.
    pub fn events_through(&self, event: EventId) -> EventLog {
        let Place { branch, moment } = self.here();
        let from = self.nearest(branch, |checkpoint| checkpoint.event < event.max(1));
        let mut walk = self.walk_from(branch, from);
        let mut log = walk.timeline().events.clone();
        log.keep(u64::MAX);
        while walk.world().event_count() < event && walk.at() < moment.at {
            walk.advance();
            log.add(walk.timeline().latest());
        }
        log
    }
}
