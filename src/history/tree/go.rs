//! Going to a moment, and forgetting a branch that was left if nothing was done on it.

use super::super::timeline::Timeline;
use super::{Branch, BranchId, Moment, PastMoment, Place, Tree};
use crate::sim::{Action, Watch, World};

/// Going somewhere.
impl<W: Watch + Clone + 'static> Tree<W> {
    /// Goes to a moment.
    pub fn go_to(&mut self, place: Place) {
        if place == self.here() {
            return;
        }
        let end = Moment::after(self.end(place.branch).moves.end());
        let arrived = if place.moment == end { None } else { Some(self.timeline_at(place)) };
        let left = self.present;
        self.leave();
        let branch = self.branch_mut(place.branch);
        match arrived {
            Some(timeline) => {
                let (event, time_us) = (timeline.world().event_count(), timeline.world().now_us());
                self.past = Some(PastMoment { moment: place.moment, event, time_us });
                self.timeline = timeline;
            }
            None => {
                if let Some(timeline) = branch.end.take() {
                    self.timeline = timeline;
                }
                self.past = None;
            }
        }
        self.present = place.branch;
        self.forget_if_idle(left);
    }

    /// Puts the end of the present branch back, if one stands there.
    fn leave(&mut self) {
        if self.past.is_none() {
            let end = self.timeline.clone();
            self.branch_mut(self.present).end = Some(end);
        }
    }

    /// Forgets a branch that was left, if it parted in nothing but the passing of time, and nothing
    /// begins or is named on it.
    fn forget_if_idle(&mut self, left: BranchId) {
        let Some(parting) = self.parting(left).filter(|_| left != self.present) else { return };
        let is_named = self.marks.values().any(|mark| mark.place.branch == left);
        let moves = &self.end(left).moves;
        let only_waits = moves.only_time_passes_after(parting.place.moment.at);
        let Branch { name, is_unnamed, children, .. } = self.branch(left);
        if !is_named && *children == 0 && only_waits && *is_unnamed {
            self.names.remove(&name.clone());
            self.branches[left.0] = None;
            self.branch_mut(parting.place.branch).children -= 1;
            self.next_name = 1;
        }
    }

    /// The cluster at a moment.
    pub fn world_at(&self, place: Place) -> World {
        self.timeline_at(place).world().clone()
    }

    /// The timeline at a moment.
    fn timeline_at(&self, place: Place) -> Timeline<W> {
        let mut walk = self.walk_to(place.branch, place.moment.at);
        walk.go_to(place.moment.at);
        let mut timeline = walk.arrive(self.end(place.branch));
        if place.moment.waited_us > 0 {
            // Nothing is due in this time: it is part of a longer one on the branch.
            let _ = timeline.act(Action::Wait(place.moment.waited_us));
        }
        timeline
    }
}
