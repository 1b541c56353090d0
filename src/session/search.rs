//! Looking for moments at which a condition holds.

use crate::check::condition::Condition;
use crate::check::evaluate::{self, Situation, Undecided};
use crate::console::Output;
use crate::history::Position;
use crate::history::tree::{Moment, Place};
use crate::language::Error;
use crate::session::Session;
use crate::sim::World;
use crate::view::branches::{ConditionChange, ConditionHistory};

/// Whether to look at further moments.
#[derive(PartialEq, Eq)]
enum Look {
    /// Look at the next one.
    On,
    /// What was looked for is found.
    Enough,
}

impl Session {
    /// The latest moment before this one, on the present branch, at which the condition held.
    ///
    /// # Errors
    /// As [`Session::holds`], or if somebody pressed Ctrl-C.
    pub fn last_before(
        &self,
        condition: &Condition,
        out: &mut Output,
    ) -> Result<Option<Place>, Error> {
        let Place { branch, moment } = self.tree().here();
        let mut to = moment.at;
        for from in self.tree().checkpoint_positions(branch, to) {
            let mut latest = None;
            self.look(condition, (from, to), out, |_, at, holds| {
                if holds && at < moment.at {
                    latest = Some(at);
                }
                Look::On
            })?;
            if let Some(at) = latest {
                return Ok(Some(Place { branch, moment: Moment::after(at) }));
            }
            to = from;
        }
        Ok(None)
    }

    /// The first moment after this one, on the present branch, at which the condition holds.
    ///
    /// # Errors
    /// As [`Session::last_before`].
    pub fn first_after(
        &self,
        condition: &Condition,
        out: &mut Output,
    ) -> Result<Option<Place>, Error> {
        let Place { branch, moment } = self.tree().here();
        let end = self.tree().end_of(branch).moment.at;
        let mut found = None;
        self.look(condition, (moment.at, end), out, |_, at, holds| {
            if holds && at > moment.at {
                found = Some(Place { branch, moment: Moment::after(at) });
                return Look::Enough;
            }
            Look::On
        })?;
        Ok(found)
    }

    /// When a condition held on the present branch, up to now. Without `all`, only the first and
    /// the latest change are listed.
    ///
    /// # Errors
    /// As [`Session::last_before`].
    pub fn when(
        &self,
        condition: &Condition,
        all: bool,
        out: &mut Output,
    ) -> Result<ConditionHistory, Error> {
        let mut held = ConditionHistory::default();
        let here = self.tree().here().moment.at;
        self.look(condition, (Position::default(), here), out, |world, _, holds| {
            if holds != held.now {
                held.now = holds;
                if !all {
                    held.turns.truncate(1);
                }
                let (event, time_us) = (world.event_count(), world.now_us());
                held.turns.push(ConditionChange { event, time_us, holds });
            }
            Look::On
        })?;
        Ok(held)
    }

    /// Shows `look` each moment of the present branch between two positions, both included, and
    /// whether the condition holds there.
    fn look(
        &self,
        condition: &Condition,
        (from, to): (Position, Position),
        out: &mut Output,
        mut look: impl FnMut(&World, Position, bool) -> Look,
    ) -> Result<(), Error> {
        let (before, tree) = (self.world(), self.tree());
        let size = before.cluster_size() as u64;
        let visited = tree.visit(tree.present(), from, to, |timeline, at| {
            out.check_stop().map_err(Some)?;
            let world = timeline.world();
            let now = Situation { world, before, latest: timeline.latest() };
            let holds = match evaluate::holds(now, condition) {
                // A node that was booted later.
                Err(Undecided::UnknownNode(number)) if number <= size => false,
                known => known.map_err(|why| Some(self.undecided(why)))?,
            };
            if look(world, at, holds) == Look::Enough { Err(None) } else { Ok(()) }
        });
        match visited {
            Err(Some(error)) => Err(error),
            Err(None) | Ok(()) => Ok(()),
        }
    }
}
