//! The branches, the marks, the captions and the present moment of a session, as `save --all`
//! writes them.
//!
//! ```yaml
//! first: trunk
//! branches:
//! - {branch: "b1", from: "trunk", moves: 12, steps: 5, us: 300, event: 42, time_us: 183691}
//! - kill n1
//! - {end: "b1", steps: 90, time_us: 412000, digest: "9f0c2b7a44e1d803"}
//! marks:
//! - {mark: "elected", branch: "trunk", moves: 9, steps: 0, us: 0, event: 20, time_us: 183691}
//! captions:
//! - {caption: "n1 leads", branch: "trunk", moves: 9, steps: 0, us: 0, event: 20, time_us: 183691}
//! at: {branch: "b1"}
//! ```
//!
//! `moves` of the file are then those of the first branch, up to its end, and `end` is its end.
//! `first` is its name, if that is not main. A branch comes after the one that it parted from. A
//! moment is given by the actions of its branch before it (`moves`), the steps of the next one, and
//! the microseconds in which nothing happens; event and time are compared when the file is loaded.
//! `named: false` in the first line of a branch says that raftsh chose its name. Without a moment,
//! `at` is the end of the branch.

use std::fmt::Write;

use serde::Deserialize;

use super::write::{quoted, write_items, written};
use super::{
    EndState, Line, MAX_BYTES, SavedBranch, SavedCaption, SavedMark, SavedMoment, SavedStand,
    SavedTree, too_large,
};
use crate::history::moves::Position;
use crate::history::tree::{Bookmark, BranchId, MAIN, Moment, Place, Tree};
use crate::history::yaml::Fault;
use crate::sim::{EventId, Watch};

/// A line of any of the lists, as the YAML parser reads it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) r#do: Option<String>,
    branch: Option<String>,
    from: Option<String>,
    mark: Option<String>,
    caption: Option<String>,
    end: Option<String>,
    moves: Option<usize>,
    pub(super) steps: Option<u64>,
    pub(super) us: Option<u64>,
    event: Option<EventId>,
    time_us: Option<u64>,
    named: Option<bool>,
    digest: Option<String>,
}

impl Row {
    /// Whether it has nothing that only branches and marks have.
    pub(super) fn is_plain(&self) -> bool {
        let Row { branch, from, mark, caption, end, moves, event, time_us, named, digest, .. } =
            self;
        let names = [branch, from, mark, caption, end, digest].into_iter().all(Option::is_none);
        names && moves.is_none() && event.is_none() && time_us.is_none() && named.is_none()
    }

    fn moment(&self) -> Option<SavedMoment> {
        let at = Position { moves: self.moves?, steps: self.steps? };
        let (waited_us, event, time_us) = (self.us?, self.event?, self.time_us?);
        Some(SavedMoment { at, waited_us, event, time_us })
    }

    /// A row that begins a branch.
    fn begins(self, line: usize) -> Option<SavedBranch> {
        let (moment, named) = (self.moment()?, self.named.unwrap_or(true));
        let (name, from) = (self.branch?, self.from?);
        Some(SavedBranch { line, name, from, moment, named, moves: Vec::new(), end: None })
    }

    fn marks(self, line: usize) -> Option<SavedMark> {
        let moment = self.moment()?;
        Some(SavedMark { line, name: self.mark?, branch: self.branch?, moment })
    }

    fn says(self, line: usize) -> Option<SavedCaption> {
        let moment = self.moment()?;
        Some(SavedCaption { line, text: self.caption?, branch: self.branch?, moment })
    }

    fn stands(self, line: usize) -> Option<SavedStand> {
        let moment = self.moment();
        let is_end = self.moves.is_none() && self.steps.is_none() && self.us.is_none();
        let branch = self.branch?;
        (moment.is_some() || is_end).then_some(SavedStand { line, branch, moment })
    }

    fn ends(self) -> Option<(String, EndState)> {
        let (steps, time_us, digest) = (self.steps?, self.time_us?, self.digest?);
        Some((self.end?, EndState { steps, time_us, digest }))
    }
}

/// An item of the list of branches.
pub(super) enum TreeItem {
    Command(Line),
    Row(Box<Row>, usize),
}

/// Puts the lists together.
///
/// # Errors
/// If a line of them says something else, or too little.
pub(super) fn join(
    first: Option<String>,
    items: Vec<TreeItem>,
    marks: Vec<(Row, usize)>,
    captions: Vec<(Row, usize)>,
    (at, line): (Row, usize),
) -> Result<SavedTree, Fault> {
    let mut branches: Vec<SavedBranch> = Vec::new();
    for item in items {
        match (item, branches.last_mut()) {
            (TreeItem::Command(command), Some(branch)) if branch.end.is_none() => {
                branch.moves.push(command);
            }
            (TreeItem::Command(Line { line, .. }), _) => {
                return Err(Fault::at(line, "this move belongs to no branch"));
            }
            (TreeItem::Row(row, line), Some(branch)) if row.end.is_some() => match row.ends() {
                Some((name, end)) if name == branch.name && branch.end.is_none() => {
                    branch.end = Some(end);
                }
                _ => return Err(Fault::at(line, "this ends another branch, or says too little")),
            },
            (TreeItem::Row(row, line), _) => match row.begins(line) {
                Some(branch) => branches.push(branch),
                None => {
                    let needs = "a branch needs branch, from, moves, steps, us, event and time_us";
                    return Err(Fault::at(line, needs));
                }
            },
        }
    }
    let mark = |(row, line): (Row, usize)| {
        let needs = "a mark needs mark, branch, moves, steps, us, event and time_us";
        row.marks(line).ok_or_else(|| Fault::at(line, needs))
    };
    let marks = marks.into_iter().map(mark).collect::<Result<_, _>>()?;
    let caption = |(row, line): (Row, usize)| {
        let needs = "a caption needs caption, branch, moves, steps, us, event and time_us";
        row.says(line).ok_or_else(|| Fault::at(line, needs))
    };
    let captions = captions.into_iter().map(caption).collect::<Result<_, _>>()?;
    let needs = "'at' needs branch, and for a moment moves, steps, us, event and time_us";
    let at = at.stands(line).ok_or_else(|| Fault::at(line, needs))?;
    Ok(SavedTree { first: first.unwrap_or_else(|| MAIN.to_owned()), branches, marks, captions, at })
}

/// A session with all its branches, its marks, its captions and the present moment.
///
/// # Errors
/// If it is too large to be read again.
pub fn with_branches<W: Watch + Clone + 'static>(tree: &Tree<W>) -> Result<String, Fault> {
    let first = tree.branches().next().unwrap_or(tree.present());
    written(tree.journal(first), |text, moves| write_tree(tree, text, moves))
}

/// Adds all branches but the first, the marks, the captions and the present moment to the text of a
/// session, of which `moves` were written so far.
///
/// # Errors
/// If it is too large to be read again.
fn write_tree<W: Watch + Clone + 'static>(
    tree: &Tree<W>,
    text: &mut String,
    moves: &mut usize,
) -> Result<(), Fault> {
    let mut branches = tree.branches();
    // Writing to a string cannot fail.
    if let Some(first) = branches.next().filter(|first| tree.name(*first) != MAIN) {
        let _ = write!(text, "\nfirst: {}", tree.name(first));
    }
    let mut is_first = true;
    for (branch, parting) in branches.filter_map(|it| Some((it, tree.parting(it)?))) {
        if std::mem::take(&mut is_first) {
            text.push_str("\nbranches:");
        }
        let (name, from) = (quoted(tree.name(branch)), quoted(tree.name(parting.place.branch)));
        let _ = write!(text, "\n- {{branch: {name}, from: {from}, {}", moment(parting));
        if tree.has_default_name(branch) {
            text.push_str(", named: false");
        }
        text.push('}');
        write_items(tree.own_commands(branch), text, moves)?;
        let EndState { steps, time_us, digest } = EndState::of(tree.journal(branch));
        let end = format!("steps: {steps}, time_us: {time_us}, digest: \"{digest}\"");
        let _ = write!(text, "\n- {{end: {name}, {end}}}");
    }
    is_first = true;
    for (name, mark) in tree.marks() {
        if std::mem::take(&mut is_first) {
            text.push_str("\nmarks:");
        }
        let (name, branch) = (quoted(name), quoted(tree.name(mark.place.branch)));
        let _ = write!(text, "\n- {{mark: {name}, branch: {branch}, {}}}", moment(mark));
        if text.len() > MAX_BYTES {
            return Err(too_large());
        }
    }
    is_first = true;
    // What was said at a moment that `undo` took back is lost with it.
    let is_there = |place: Place| {
        let Moment { at, waited_us } = place.moment;
        tree.branches().any(|branch| branch == place.branch)
            && tree.place_of(place.branch, at, waited_us).is_some()
    };
    for (said, caption) in tree.captions().filter(|(said, _)| is_there(said.place)) {
        if std::mem::take(&mut is_first) {
            text.push_str("\ncaptions:");
        }
        let (caption, branch) = (quoted(caption), quoted(tree.name(said.place.branch)));
        let _ = write!(text, "\n- {{caption: {caption}, branch: {branch}, {}}}", moment(said));
        if text.len() > MAX_BYTES {
            return Err(too_large());
        }
    }
    let here = tree.is_past().then(|| format!(", {}", moment(tree.bookmark())));
    let present: BranchId = tree.present();
    let (name, here) = (quoted(tree.name(present)), here.unwrap_or_default());
    let _ = write!(text, "\nat: {{branch: {name}{here}}}");
    Ok(())
}

/// `moves: 12, steps: 5, us: 300, event: 42, time_us: 183691`
fn moment(Bookmark { place, event, time_us }: Bookmark) -> String {
    let Position { moves, steps } = place.moment.at;
    let us = place.moment.waited_us;
    format!("moves: {moves}, steps: {steps}, us: {us}, event: {event}, time_us: {time_us}")
}
