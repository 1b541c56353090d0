//! Going to a moment, and forgetting a branch that was left if nothing was done on it.

use super::super::timeline::Timeline;
use super::{Bookmark, Branch, BranchId, Place, Tree};
use crate::sim::{Watch, World};

/// Going somewhere.
impl<W: Watch + Clone + 'static> Tree<W> {
    /// Goes to a moment.
    pub fn go_to(&mut self, place: Place) {
        if place == self.here() {
            return;
        }
        let is_end = place == self.end_of(place.branch);
        let timeline = match is_end {
            true => self.branch_mut(place.branch).end.take(),
            false => Some(self.timeline_at(place)),
        };
        let Some(timeline) = timeline else { return };
        let (left, was_past) = (self.present, self.is_past());
        let former = std::mem::replace(&mut self.timeline, timeline);
        if !was_past {
            self.branch_mut(left).end = Some(former);
        }
        (self.present, self.past) = (place.branch, None);
        if !is_end {
            self.past = Some(Bookmark { place, ..self.bookmark() });
        }
        self.forget_if_idle(left);
    }

    /// Forgets a branch that was left, if it parted in nothing but the passing of time, and nothing
    /// begins or is named on it; then the one that it parted from, if the same is true of that.
    pub(super) fn forget_if_idle(&mut self, mut left: BranchId) {
        while let Some(parting) = self.parting(left).filter(|_| left != self.present) {
            let is_named = self.marks.values().any(|mark| mark.place.branch == left);
            let moves = &self.end(left).moves;
            let only_waits = moves.only_time_passes_after(parting.place.moment.at);
            let Branch { name, has_default_name, children, .. } = self.branch(left);
            if is_named || *children > 0 || !only_waits || !has_default_name {
                return;
            }
            self.names.remove(&name.clone());
            self.next_name = 1;
            self.branches[left.0] = None;
            left = parting.place.branch;
            self.branch_mut(left).children -= 1;
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
        walk.arrive(place.moment.waited_us, self.end(place.branch))
    }
}
