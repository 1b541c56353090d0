//! A tree as it is saved and loaded: its branches with the commands that made them, its marks, and
//! where one stands.

use super::super::moves::{Moment, Position};
use super::{Bookmark, BranchId, Place, Tree};
use crate::history::journal::TypedCommand;
use crate::sim::Watch;

impl<W: Watch + Clone + 'static> Tree<W> {
    /// The commands that were made on a branch since it parted from another one.
    pub fn own_commands(&self, branch: BranchId) -> impl Iterator<Item = TypedCommand> {
        let first = self.parting(branch).map_or(0, |parting| {
            let Moment { at, waited_us } = parting.place.moment;
            // A branch that begins within a move, or in a time in which nothing happens, begins
            // with the part before.
            at.moves + usize::from(at.steps > 0) + usize::from(waited_us > 0)
        });
        self.journal(branch).commands_from(first)
    }

    /// A place of a branch, with its event and time.
    pub fn bookmark_of(&self, place: Place) -> Bookmark {
        let world = self.world_at(place);
        Bookmark { place, event: world.event_count(), time_us: world.now_us() }
    }

    /// The moment of a branch after this many moves, steps of the next one, and microseconds in
    /// which nothing happens; `None` if the branch has no such moment.
    pub fn place_of(&self, branch: BranchId, at: Position, waited_us: u64) -> Option<Place> {
        let moves = &self.end(branch).moves;
        let is_known = at <= moves.end() && (at.steps == 0 || at.steps < moves.steps(at.moves));
        let place = Place { branch, moment: Moment::after(at) };
        if !is_known || waited_us == 0 {
            return is_known.then_some(place);
        }
        // Nothing may happen meanwhile, and what is recorded must last as long.
        let before_us = self.world_at(place).now_us();
        let waited = Place { branch, moment: Moment { at, waited_us } };
        let end_us = self.end(branch).world().now_us();
        let now_us = before_us.checked_add(waited_us).filter(|now_us| *now_us <= end_us)?;
        (self.world_at(waited).now_us() == now_us).then_some(waited)
    }

    /// Whether raftsh chose the name of a branch.
    pub fn has_default_name(&self, branch: BranchId) -> bool {
        self.branch(branch).has_default_name
    }

    /// A branch that was named while it was loaded had a name of raftsh's own choice.
    pub fn set_default_name(&mut self, branch: BranchId) {
        self.branch_mut(branch).has_default_name = true;
    }
}
