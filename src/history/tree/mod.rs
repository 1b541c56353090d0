//! Everything that was ever done on a cluster: branches, each with its moves, and the moment at
//! which one stands.
//!
//! ```text
//! main  ───●────────●─────────────────●───▶ end
//!                   └── b1 ───●───▶ end         ● checkpoint
//! ```
//!
//! | file | what |
//! |---|---|
//! | this one | [`Tree`]: branches, marks, making moves, which may begin a branch |
//! | `go` | going to a moment, and leaving branches |
//! | `find` | the moment of an event, of a time, of a condition; the moment some steps back |
//! | `saved` | what a saved session needs of branches and marks |
//! | `past` | where in a long past something became so, and the events there |
//! | `walk` | makes recorded moves again |
//! | `checkpoints` | moments that are kept, from which a walk begins |
//!
//! # What holds
//!
//! - The moves of each branch are the truth. Checkpoints are a cache: going somewhere means to copy
//!   the nearest one before it and to make the moves up to there again, through the same code.
//! - Nothing is lost: a move made in the past begins a new branch, and the old one stays. Only a
//!   branch that parted in nothing but the passing of time is forgotten, when it is left.
//! - The first checkpoint of the first branch is the start, so everything can be reached.
//!
//! To change where one can go, start at `find`; to change what is kept, at `checkpoints`.

mod checkpoints;
mod find;
mod go;
mod past;
mod saved;
mod walk;

use std::collections::BTreeMap;

use self::checkpoints::Checkpoints;
use super::journal::{CommandEnd, Journal};
pub use super::moves::Moment;
use super::timeline::{Timeline, Totals};
use crate::kv::Str;
use crate::sim::{Action, Applied, EventId, Refused, Settings, Watch};

/// The most branches that may begin. Each takes some kilobytes.
const BRANCHES: usize = 10_000;

/// The most captions that are kept, and the most characters of one.
const CAPTIONS: (usize, usize) = (2_000, 400);

/// The name of the first branch.
pub const MAIN: &str = "main";

/// A branch, by its number in order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchId(usize);

/// A moment of some branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The branch.
    pub branch: BranchId,
    /// The moment of that branch.
    pub moment: Moment,
}

/// A place that is remembered: a mark, or where a branch began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// The place. A branch began on the branch that it left.
    pub place: Place,
    /// The number of events by then.
    pub event: EventId,
    /// The virtual time then, in microseconds.
    pub time_us: u64,
}

/// A branch.
#[derive(Clone, Debug)]
struct Branch<W> {
    name: String,
    /// Whether raftsh chose the name.
    has_default_name: bool,
    /// Where it began; `None` of the first one.
    parting: Option<Bookmark>,
    /// How many branches began on it.
    children: usize,
    /// Its end; `None` while the session is there.
    end: Option<Timeline<W>>,
    checkpoints: Checkpoints<W>,
}

/// All branches of a cluster, and the present moment.
#[derive(Clone, Debug)]
pub struct Tree<W> {
    /// The branches by their numbers; `None` of one that was forgotten.
    branches: Vec<Option<Branch<W>>>,
    /// The branches by their names.
    names: BTreeMap<String, BranchId>,
    /// All of `b1`, `b2`, … before this number are taken.
    next_name: u64,
    present: BranchId,
    /// The cluster at this moment, with its past.
    timeline: Timeline<W>,
    /// The moment of the present branch; `None` at its end.
    past: Option<Bookmark>,
    /// The names of moments.
    marks: BTreeMap<String, Bookmark>,
    /// What a script said at some moments, in the order in which it did.
    captions: Vec<(Bookmark, Str)>,
    /// The branch that the command which runs has begun.
    began: Option<BranchId>,
}

impl<W: Watch + Clone + 'static> Tree<W> {
    /// A fresh cluster.
    pub fn new(nodes: usize, seed: u64, settings: Settings) -> Tree<W> {
        Tree::of(Timeline::with_settings(nodes, seed, settings), Checkpoints::default())
    }

    /// A fresh cluster with checkpoints after other numbers of steps than usual: `apart` steps and
    /// moves lie between two, and all those of a branch have at most `most_nodes` nodes together.
    /// Where one can go does not depend on this, only how long it takes.
    pub fn with_checkpoints(
        nodes: usize,
        seed: u64,
        settings: Settings,
        apart: u64,
        most_nodes: usize,
    ) -> Tree<W> {
        let timeline = Timeline::with_settings(nodes, seed, settings);
        Tree::of(timeline, Checkpoints::sparse(apart, most_nodes))
    }

    /// A tree with one branch, which begins with this timeline. The timeline must be fresh.
    fn of(timeline: Timeline<W>, mut checkpoints: Checkpoints<W>) -> Tree<W> {
        checkpoints.keep(&timeline);
        let main = Branch {
            name: MAIN.to_owned(),
            has_default_name: false,
            parting: None,
            children: 0,
            end: None,
            checkpoints,
        };
        Tree {
            branches: vec![Some(main)],
            names: BTreeMap::from([(MAIN.to_owned(), BranchId(0))]),
            next_name: 1,
            present: BranchId(0),
            timeline,
            past: None,
            marks: BTreeMap::new(),
            captions: Vec::new(),
            began: None,
        }
    }

    /// A copy that costs little: it knows all branches and marks, but has only the first
    /// checkpoints, so that going somewhere takes it long.
    pub fn sketch(&self) -> Tree<W> {
        let sketch = |branch: &Branch<W>| Branch {
            name: branch.name.clone(),
            end: branch.end.clone(),
            checkpoints: branch.checkpoints.first(),
            ..*branch
        };
        Tree {
            branches: self.branches.iter().map(|branch| branch.as_ref().map(sketch)).collect(),
            names: self.names.clone(),
            timeline: self.timeline.clone(),
            marks: self.marks.clone(),
            captions: Vec::new(),
            ..*self
        }
    }

    /// The cluster at this moment, with its past.
    pub fn timeline(&self) -> &Timeline<W> {
        &self.timeline
    }

    /// Whether what follows this moment is recorded already.
    pub fn is_past(&self) -> bool {
        self.past.is_some()
    }

    /// The present branch.
    pub fn present(&self) -> BranchId {
        self.present
    }

    /// The present moment.
    pub fn here(&self) -> Place {
        let end =
            || Place { branch: self.present, moment: Moment::after(self.timeline.moves.end()) };
        self.past.map_or_else(end, |past| past.place)
    }

    /// All branches, in the order in which they began.
    pub fn branches(&self) -> impl Iterator<Item = BranchId> {
        let known = |(nth, branch): (usize, &Option<_>)| branch.as_ref().map(|_| BranchId(nth));
        self.branches.iter().enumerate().filter_map(known)
    }

    /// Whether no further branch can begin.
    pub fn is_full(&self) -> bool {
        self.names.len() >= BRANCHES
    }

    /// The name of a branch.
    pub fn name(&self, branch: BranchId) -> &str {
        &self.branch(branch).name
    }

    /// Where a branch began; `None` of the first one.
    pub fn parting(&self, branch: BranchId) -> Option<Bookmark> {
        self.branch(branch).parting
    }

    /// The branch of this name.
    pub fn named(&self, name: &str) -> Option<BranchId> {
        self.names.get(name).copied()
    }

    /// Gives the present branch a name; in the past, begins a new branch of this name. The name
    /// must not be taken.
    pub fn name_branch(&mut self, name: &str) {
        if self.is_past() {
            self.part();
        }
        let present = self.present;
        let branch = self.branch_mut(present);
        let former = std::mem::replace(&mut branch.name, name.to_owned());
        branch.has_default_name = false;
        self.names.remove(&former);
        self.names.insert(name.to_owned(), present);
        self.next_name = 1;
    }

    /// The end of a branch, with its past.
    pub fn end(&self, branch: BranchId) -> &Timeline<W> {
        self.branch(branch).end.as_ref().unwrap_or(&self.timeline)
    }

    /// The moves of a branch, up to its end.
    pub fn journal(&self, branch: BranchId) -> Journal<'_> {
        self.end(branch).journal()
    }

    /// This moment, with its event and time.
    pub fn bookmark(&self) -> Bookmark {
        let world = self.timeline.world();
        Bookmark { place: self.here(), event: world.event_count(), time_us: world.now_us() }
    }

    /// The names of moments, in order, with what they name.
    pub fn marks(&self) -> impl Iterator<Item = (&str, Bookmark)> {
        self.marks.iter().map(|(name, bookmark)| (name.as_str(), *bookmark))
    }

    /// The moment of this name.
    pub fn mark(&self, name: &str) -> Option<Bookmark> {
        self.marks.get(name).copied()
    }

    /// Names this moment.
    pub fn set_mark(&mut self, name: &str) {
        self.marks.insert(name.to_owned(), self.bookmark());
    }

    /// What was said at some moments, in the order in which it was.
    pub fn captions(&self) -> impl Iterator<Item = (Bookmark, &str)> {
        self.captions.iter().map(|(bookmark, text)| (*bookmark, text.as_str()))
    }

    /// Takes note of what is said at a moment. Of very many captions, the first are kept.
    pub fn caption(&mut self, said: Bookmark, text: &str) {
        let (most, characters) = CAPTIONS;
        if self.captions.len() < most {
            let text: String = text.chars().take(characters).collect();
            self.captions.push((said, text.as_str().into()));
        }
    }

    /// The branch that the latest command has begun; only the first call tells.
    pub fn take_new_branch(&mut self) -> Option<BranchId> {
        self.began.take()
    }

    fn branch(&self, BranchId(nth): BranchId) -> &Branch<W> {
        match self.branches.get(nth) {
            Some(Some(branch)) => branch,
            Some(None) | None => unreachable!("nobody stands on a forgotten branch, or names it"),
        }
    }

    fn branch_mut(&mut self, BranchId(nth): BranchId) -> &mut Branch<W> {
        match self.branches.get_mut(nth) {
            Some(Some(branch)) => branch,
            Some(None) | None => unreachable!("nobody stands on a forgotten branch, or names it"),
        }
    }
}

/// Making moves.
impl<W: Watch + Clone + 'static> Tree<W> {
    /// Begins a command. The moves that follow belong to it.
    pub fn begin_command(&mut self) {
        self.timeline.begin_command();
    }

    /// Ends the current command. Its text is kept with its moves.
    pub fn end_command(&mut self, typed: &str, end: CommandEnd) {
        self.timeline.end_command(typed, end);
    }

    /// Makes a move. In the past it begins a new branch, if it changes anything.
    ///
    /// # Errors
    /// If it is impossible; then nothing has changed.
    pub fn act(&mut self, action: Action) -> Result<Applied, Refused> {
        let (before, waits) = (self.timeline.totals(), matches!(action, Action::Wait(_)));
        let applied = self.timeline.act(action)?;
        self.acted(before, waits);
        Ok(applied)
    }

    /// Makes a move as [`Tree::act`] does, and calls `go_on` before it and, now and then, between
    /// its steps.
    ///
    /// # Errors
    /// If the move is impossible, or `go_on` fails.
    pub fn act_watched<E: From<Refused>>(
        &mut self,
        action: Action,
        go_on: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let (before, waits) = (self.timeline.totals(), matches!(action, Action::Wait(_)));
        let acted = self.timeline.act_watched(action, go_on);
        self.acted(before, waits);
        acted
    }

    /// Takes note of a move, if it changed anything since `before`.
    fn acted(&mut self, before: Totals, waits: bool) {
        if self.timeline.totals() != before {
            // A further wait would be joined to this one, and a checkpoint between them be wrong.
            let moves = u64::from(!waits);
            self.made(self.timeline.steps - before.steps + moves);
        }
    }

    /// Goes back to a copy of the present timeline that was made before its latest moves. They are
    /// lost.
    pub fn take_back(&mut self, copy: Timeline<W>) {
        self.branch_mut(self.present).checkpoints.forget_after(copy.moves.end());
        self.timeline = copy;
    }

    /// All moves so far were loaded together: none of them is a command of its own.
    pub fn set_loaded(&mut self) {
        self.timeline.moves.set_loaded();
        let ends = self.branches.iter_mut().flatten().filter_map(|branch| branch.end.as_mut());
        ends.for_each(|end| end.moves.set_loaded());
    }

    /// Joins the moves of the present branch from this one on to one group, as which
    /// [`Tree::undo_steps`] lists them.
    pub fn group(&mut self, from: usize, text: &str) {
        self.timeline.moves.group(from, text);
    }

    /// Makes the next step, if it is due by `until_us`; false if none is.
    #[inline]
    pub fn step(&mut self, until_us: u64) -> bool {
        let stepped = self.timeline.step(until_us);
        if stepped {
            self.made(1);
        }
        stepped
    }

    /// Takes note that moves were made.
    #[inline]
    fn made(&mut self, moves: u64) {
        if self.past.is_some() {
            self.part();
        }
        let Some(Some(branch)) = self.branches.get_mut(self.present.0) else { return };
        branch.checkpoints.count(moves, &self.timeline);
    }

    /// Begins a new branch: the present timeline, which stood in the past, has just changed.
    #[cold]
    fn part(&mut self) {
        let (left, place) = (self.present, self.on_the_oldest(self.here()));
        let Some(Bookmark { event, time_us, .. }) = self.past.take() else { return };
        self.branch_mut(place.branch).children += 1;
        let branch = Branch {
            name: String::new(),
            has_default_name: true,
            parting: Some(Bookmark { place, event, time_us }),
            children: 0,
            end: None,
            checkpoints: self.branch(place.branch).checkpoints.alike(),
        };
        self.branches.push(Some(branch));
        let present = BranchId(self.branches.len() - 1);
        self.present = present;
        // A branch that is forgotten now leaves its name to this one.
        self.forget_if_idle(left);
        let name = self.free_name();
        self.branch_mut(present).name.clone_from(&name);
        self.names.insert(name, present);
        self.began = Some(present);
    }

    /// The first of `b1`, `b2`, … that names nothing.
    fn free_name(&mut self) -> String {
        loop {
            let name = format!("b{}", self.next_name);
            self.next_name += 1;
            if self.named(&name).is_none() && !self.marks.contains_key(&name) {
                return name;
            }
        }
    }
}
