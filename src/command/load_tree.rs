//! Makes the branches, marks and captions of a saved session again, and goes to its present moment.
//!
//! Each function that goes somewhere returns whether the session is another one there than when it
//! was saved.

use crate::history::saved::{SavedBranch, SavedCaption, SavedMark, SavedMoment, SavedTree};
use crate::history::tree::{BranchId, MAIN, Place};
use crate::history::yaml::Fault;
use crate::language::when;
use crate::quantity::shown;
use crate::session::Session;

/// Begins a tree whose first branch was loaded.
pub(super) fn begin(saved: &SavedTree, session: &mut Session) -> Result<(), Fault> {
    if saved.first != MAIN {
        when::name(&saved.first).map_err(Fault::whole)?;
        session.name_branch(&saved.first);
    }
    Ok(())
}

/// Begins a branch, on which the session then stands.
pub(super) fn begin_branch(saved: &SavedBranch, session: &mut Session) -> Result<bool, Fault> {
    let SavedBranch { line, ref name, ref from, moment, .. } = *saved;
    let fault = |message: String| Fault::at(line, message);
    free(name, session).map_err(fault)?;
    let from = known(from, session).map_err(fault)?;
    let (place, differs) = place(from, moment, session).map_err(fault)?;
    session.go_to(place);
    if !session.tree().is_past() {
        return Err(fault("no branch can begin at the end of another one".to_owned()));
    }
    session.may_begin_branch().map_err(|error| fault(error.message))?;
    session.name_branch(name);
    session.take_new_branch();
    Ok(differs)
}

/// Sets a mark. The session then stands there.
pub(super) fn set_mark(saved: &SavedMark, session: &mut Session) -> Result<bool, Fault> {
    let SavedMark { line, name, branch, moment } = saved;
    let fault = |message: String| Fault::at(*line, message);
    free(name, session).map_err(fault)?;
    let branch = known(branch, session).map_err(fault)?;
    let (place, differs) = place(branch, *moment, session).map_err(fault)?;
    session.go_to(place);
    session.set_mark(name);
    Ok(differs)
}

/// Takes note of what was said.
pub(super) fn say(saved: &SavedCaption, session: &mut Session) -> Result<bool, Fault> {
    let SavedCaption { line, text, branch, moment } = saved;
    let fault = |message: String| Fault::at(*line, message);
    let branch = known(branch, session).map_err(fault)?;
    let (place, differs) = place(branch, *moment, session).map_err(fault)?;
    session.caption_at(place, text);
    Ok(differs)
}

/// Goes to the present moment.
pub(super) fn end(saved: &SavedTree, session: &mut Session) -> Result<bool, Fault> {
    let fault = |message: String| Fault::at(saved.at.line, message);
    let branch = known(&saved.at.branch, session).map_err(fault)?;
    let end = session.tree().end_of(branch);
    let (place, differs) = match saved.at.moment {
        Some(moment) => place(branch, moment, session).map_err(fault)?,
        None => (end, false),
    };
    session.go_to(place);
    for SavedBranch { name, .. } in saved.branches.iter().filter(|branch| !branch.named) {
        session.set_default_name(name);
    }
    Ok(differs)
}

/// Checks a name that must be free.
fn free(name: &str, session: &Session) -> Result<(), String> {
    when::name(name)?;
    let tree = session.tree();
    match tree.named(name).is_some() || tree.mark(name).is_some() {
        true => Err(format!("{} names something else already", shown(name))),
        false => Ok(()),
    }
}

fn known(name: &str, session: &Session) -> Result<BranchId, String> {
    let known = session.tree().named(name);
    known.ok_or_else(|| format!("no branch {} comes before this line", shown(name)))
}

/// The place of a moment, and whether another event or time is there than when it was saved.
fn place(
    branch: BranchId,
    moment: SavedMoment,
    session: &Session,
) -> Result<(Place, bool), String> {
    let SavedMoment { at, waited_us, event, time_us } = moment;
    let tree = session.tree();
    let place = tree.place_of(branch, at, waited_us).ok_or_else(|| {
        format!("branch {} does not reach this moment: its moves were edited", tree.name(branch))
    })?;
    let found = tree.bookmark_of(place);
    Ok((place, (found.event, found.time_us) != (event, time_us)))
}
