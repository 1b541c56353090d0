//! What a session remembers of what it left: the clusters that `cluster` and `load` replaced, what
//! `redo` brings back, and where the blocks and files that run began, which `undo` takes for one
//! command each.

use std::collections::VecDeque;

use crate::check::Checker;
use crate::history::tree::{Place, Tree};
use crate::kv::Str;

/// How many moves between moments are remembered.
const TRAVELS: usize = 20;

/// How many replaced clusters `undo` can bring back.
const FORMER: usize = 8;

/// What a session needs to go back and forth.
#[derive(Default)]
pub(super) struct UndoHistory {
    /// Clusters that were replaced, each with the command that replaced it, the latest last.
    pub(super) former: Vec<(Tree<Checker>, Str)>,
    /// The cluster that the present command has replaced.
    just_replaced: Option<Tree<Checker>>,
    /// What `redo` brings back, the next last.
    pub(super) undone: Vec<UndoneCommand>,
    /// Where the latest `undo` or `redo` led. `redo` works only there.
    pub(super) undone_at: Option<Place>,
    /// The latest moves between moments, in words, the last one last.
    travels: VecDeque<String>,
    /// The blocks and sourced files that run, outermost first: how many moves there were when each
    /// began. `None` once a command inside it went to another moment.
    pub(super) groups: Vec<Option<usize>>,
}

/// A command that was undone.
pub(super) struct UndoneCommand {
    pub(super) text: Str,
    pub(super) target: RedoTarget,
}

/// How an undone command comes back.
pub(super) enum RedoTarget {
    /// By going there.
    Place(Place),
    /// By turning to the cluster that it had begun.
    Tree(Box<Tree<Checker>>),
}

impl UndoHistory {
    /// A copy that costs little: it knows what was undone on this cluster.
    pub(super) fn sketch(&self) -> UndoHistory {
        let here = |undone: &UndoneCommand| match undone.target {
            RedoTarget::Place(place) => {
                Some(UndoneCommand { text: undone.text.clone(), target: RedoTarget::Place(place) })
            }
            RedoTarget::Tree(_) => None,
        };
        let undone = self.undone.iter().filter_map(here).collect();
        UndoHistory { undone, undone_at: self.undone_at, ..UndoHistory::default() }
    }

    /// The present command has replaced a cluster.
    pub(super) fn replaced(&mut self, former: Tree<Checker>) {
        self.just_replaced = Some(former);
        (self.undone, self.undone_at) = (Vec::new(), None);
    }

    /// The present command has ended.
    pub(super) fn end_command(&mut self, typed: &str) {
        if let Some(former) = self.just_replaced.take() {
            self.former.push((former, typed.into()));
            if self.former.len() > FORMER {
                self.former.remove(0);
            }
        }
    }

    /// Remembers a move between moments.
    pub(super) fn travelled(&mut self, line: String) {
        self.travels.push_back(line);
        if self.travels.len() > TRAVELS {
            self.travels.pop_front();
        }
    }

    /// The latest moves between moments, the last one last.
    pub(super) fn travels(&self) -> impl Iterator<Item = &str> {
        self.travels.iter().map(String::as_str)
    }

    /// Somebody went elsewhere: what blocks and files do from here on joins nothing.
    pub(super) fn leave_groups(&mut self) {
        self.groups.iter_mut().for_each(|group| *group = None);
    }
}
