//! Going to other moments and branches of the session: `goto`, `undo`, `switch` and the like.
//!
//! The [`Tree`] knows branches and moments; `undo_history` knows what only a session knows.

use crate::check::Checker;
use crate::history::tree::{Bookmark, BranchId, Place, Tree};
use crate::kv::Str;
use crate::language::{Error, When, suggest};
use crate::quantity::{self, counted};
use crate::session::Session;
use crate::session::undo_history::{RedoTarget, UndoneCommand};
use crate::view::places;

impl Session {
    /// All branches, and the moment at which one stands.
    pub fn tree(&self) -> &Tree<Checker> {
        &self.tree
    }

    /// The branch that the present command has begun. Only the first call tells.
    pub fn take_new_branch(&mut self) -> Option<BranchId> {
        self.tree.take_new_branch()
    }

    /// The latest moves between moments, in words, the last one last.
    pub fn travels(&self) -> impl Iterator<Item = &str> {
        self.undo_history.travels()
    }

    /// Whether what changes the cluster now may begin a branch, if it would.
    ///
    /// # Errors
    /// If there are as many branches as there may be.
    pub fn may_begin_branch(&self) -> Result<(), Error> {
        match self.tree.is_past() && self.tree.is_full() {
            true => Err(Error::failed("there are 10,000 branches, and no further one can begin")
                .help(
                    "`switch main` goes to the end of the first one, `cluster` begins a new \
                history",
                )),
            false => Ok(()),
        }
    }

    /// Goes to a moment.
    pub fn go_to(&mut self, place: Place) {
        let from = places::describe(&self.tree, self.tree.bookmark());
        self.tree.go_to(place);
        let to = places::describe(&self.tree, self.tree.bookmark());
        self.undo_history.travelled(format!("from {from} to {to}"));
        self.undo_history.leave_groups();
        self.judgement.turn_to(self.tree.timeline().world());
    }

    /// Names this moment.
    pub fn set_mark(&mut self, name: &str) {
        self.tree.set_mark(name);
    }

    /// The clusters that were replaced and can be brought back, and the present one, in order.
    pub fn clusters(&self) -> impl Iterator<Item = &Tree<Checker>> {
        self.undo_history.former.iter().map(|(tree, _)| tree).chain([&self.tree])
    }

    /// Takes note of what a script says at this moment, for those who look at it later.
    pub fn caption(&mut self, text: &str) {
        self.tree.caption(self.tree.bookmark(), text);
    }

    /// Takes note of what was said at another moment.
    pub fn caption_at(&mut self, place: Place, text: &str) {
        self.tree.caption(self.tree.bookmark_of(place), text);
    }

    /// Gives the present branch a name; in the past, begins a new branch of this name.
    pub fn name_branch(&mut self, name: &str) {
        self.tree.name_branch(name);
    }

    /// Takes the name of a branch, if there is such a branch, for one that raftsh chose.
    pub fn set_default_name(&mut self, name: &str) {
        if let Some(branch) = self.tree.named(name) {
            self.tree.set_default_name(branch);
        }
    }

    /// The moment that WHEN names, looked up on a branch unless it is a mark.
    ///
    /// # Errors
    /// If there is no such event or mark, or the branch ends before it.
    pub fn moment(&self, when: &When, branch: BranchId) -> Result<Place, Error> {
        let (tree, end) = (&self.tree, self.tree.end(branch).world());
        let beyond = |message: String| {
            let (time, events) = (quantity::time(end.now_us()), end.event_count());
            let name = tree.name(branch);
            Err(Error::failed(message)
                .help(format!("branch {name} ends at {time}, with event {events}")))
        };
        match when {
            When::Start => Ok(Place { branch, ..tree.start() }),
            When::End => Ok(tree.end_of(branch)),
            When::Event(event) => match tree.place_of_event(branch, *event) {
                Some(place) => Ok(place),
                None => beyond(format!("there is no event {event} yet")),
            },
            When::Time(us) => match tree.place_at_time(branch, *us) {
                Some(place) => Ok(place),
                None => beyond(format!("{} is not reached yet", quantity::time(*us))),
            },
            When::Name(name) => self.mark_of(name).map(|mark| mark.place),
        }
    }

    /// The moment that a mark names.
    ///
    /// # Errors
    /// If there is no such mark.
    pub fn mark_of(&self, name: &str) -> Result<Bookmark, Error> {
        match (self.tree.mark(name), self.tree.named(name)) {
            (Some(mark), _) => Ok(mark),
            (None, Some(_)) => Err(Error::failed(format!("'{name}' is a branch"))
                .word(name)
                .help(format!("`switch {name}` goes to its end"))),
            (None, None) => Err(self.no_mark(name)),
        }
    }

    fn no_mark(&self, name: &str) -> Error {
        let marks: Vec<&str> = self.tree.marks().map(|(mark, _)| mark).collect();
        let all = match marks.len() {
            0 => "`mark NAME` names this moment".to_owned(),
            _ => format!("marks are {}", marks.join(", ")),
        };
        let known = marks.into_iter().chain(["start", "end"]);
        Error::failed(suggest::unknown("mark", name, known, &all)).word(name)
    }

    /// The branch of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn branch(&self, name: &str) -> Result<BranchId, Error> {
        self.tree.named(name).ok_or_else(|| {
            let names: Vec<&str> =
                self.tree.branches().map(|branch| self.tree.name(branch)).collect();
            if self.tree.mark(name).is_some() {
                return Error::failed(format!("'{name}' is a mark"))
                    .word(name)
                    .help(format!("`goto {name}` goes there"));
            }
            let all = format!("branches are {}", names.join(", "));
            Error::failed(suggest::unknown("branch", name, &names, &all)).word(name)
        })
    }

    /// Goes to before the last commands that changed something. Returns them, the latest first.
    ///
    /// # Errors
    /// If there are fewer; then nothing moves.
    pub fn undo(&mut self, count: u64) -> Result<Vec<Str>, Error> {
        let can = self.can_undo(count);
        if can < count {
            return Err(too_many("undo", can, count));
        }
        self.breaks.forget_rest();
        if self.undo_history.undone_at != Some(self.tree.here()) {
            self.undo_history.undone.clear();
        }
        let mut names = Vec::new();
        for _ in 0..count {
            let here = self.tree.here();
            let unit = self.tree.undo_steps().next();
            let (text, target) = if let Some((unit, place)) = unit {
                self.go_to(place);
                (unit.text, RedoTarget::Place(here))
            } else {
                let Some((former, text)) = self.undo_history.former.pop() else { break };
                (text, RedoTarget::Tree(Box::new(self.turn_to(former))))
            };
            names.push(text.clone());
            self.undo_history.undone.push(UndoneCommand { text, target });
        }
        self.undo_history.undone_at = Some(self.tree.here());
        Ok(names)
    }

    /// Turns to another cluster, with all its branches. Returns the one that was present.
    pub(super) fn turn_to(&mut self, tree: Tree<Checker>) -> Tree<Checker> {
        let former = std::mem::replace(&mut self.tree, tree);
        self.undo_history.leave_groups();
        self.judgement.turn_to(self.tree.timeline().world());
        former
    }

    /// How many commands can be undone, counted up to a number.
    fn can_undo(&self, most: u64) -> u64 {
        let count = |tree: &Tree<Checker>, most: u64| {
            tree.undo_steps().take(usize::try_from(most).unwrap_or(usize::MAX)).count() as u64
        };
        let mut can = count(&self.tree, most);
        for (former, _) in self.undo_history.former.iter().rev() {
            if can >= most {
                break;
            }
            can += 1 + count(former, most - can - 1);
        }
        can
    }

    /// Does again what `undo` took back. Returns the commands, in order.
    ///
    /// # Errors
    /// If less was undone, or something was done or another moment visited since.
    pub fn redo(&mut self, count: u64) -> Result<Vec<Str>, Error> {
        let is_there = self.undo_history.undone_at == Some(self.tree.here());
        let can = if is_there { self.undo_history.undone.len() as u64 } else { 0 };
        if can < count {
            return Err(too_many("redo", can, count));
        }
        self.breaks.forget_rest();
        let mut names = Vec::new();
        for _ in 0..count {
            let Some(UndoneCommand { text, target }) = self.undo_history.undone.pop() else {
                break;
            };
            match target {
                RedoTarget::Place(place) => self.go_to(place),
                RedoTarget::Tree(tree) => {
                    let former = self.turn_to(*tree);
                    self.undo_history.former.push((former, text.clone()));
                }
            }
            names.push(text);
        }
        self.undo_history.undone_at = Some(self.tree.here());
        Ok(names)
    }

    /// Begins a block or a sourced file, which `undo` takes for one command.
    pub fn begin_group(&mut self) {
        self.undo_history.groups.push(Some(self.tree.timeline().journal().len()));
    }

    /// Ends the block or file that began last.
    pub fn end_group(&mut self, text: &str) {
        if let Some(Some(from)) = self.undo_history.groups.pop() {
            self.tree.group(from, text);
        }
    }
}

fn too_many(verb: &str, can: u64, asked: u64) -> Error {
    let message = match can {
        0 => format!("there is nothing to {verb}"),
        _ => format!("only {} can be {}, not {asked}", counted(can, "command"), done(verb)),
    };
    let help = match verb {
        "undo" => {
            "`undo` takes back commands that changed the cluster; `goto start` goes to its start"
        }
        _ => "`redo` brings back what the last `undo` took back, right after it",
    };
    Error::failed(message).help(help)
}

fn done(verb: &str) -> &'static str {
    if verb == "undo" { "undone" } else { "redone" }
}
