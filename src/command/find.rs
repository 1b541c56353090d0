//! `find`: moves that lead from now to a moment at which a condition holds.

use crate::console::{Interrupt, Output, file};
use crate::history::saved;
use crate::language::{Error, Status};
use crate::search::find::{Found, Search, WayMove, find};
use crate::session::Session;
use crate::sim::OnViolation;
use crate::view::counted;
use crate::view::document::{Document, Text, Tone};

/// The column in which comments begin, if the command is not longer.
const COLUMN: usize = 44;

pub(super) fn run(
    search: &Search,
    go: bool,
    file: Option<&str>,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    // A node that does not exist is an error, not a condition that is never reached.
    session.holds(&search.condition)?;
    if let Some(file) = file {
        file::write(file, "")?;
    }
    Interrupt::watch();
    let goal = search.condition.to_string();
    let found = find(session, search, &Interrupt::raised, |tries, shapes| {
        out.progress(|| format!("{tries} tries, {shapes} shapes …"));
    });
    out.wipe_progress();
    let Found { way, tries, shapes, is_interrupted } = found;
    let effort = (tries, shapes);
    out.data("found", &way.is_some());
    out.data("script", &way.as_ref().map(|way| script(way)));
    out.data("commands", &way.as_ref().map(Vec::len));
    out.data("tries", &tries);
    out.data("shapes", &shapes);
    out.data("took", &(go && way.is_some()));
    let Some(way) = way else {
        let stops = session.world().settings().on_violation == OnViolation::Stop;
        return Err(not_found(&goal, search, effort, is_interrupted, stops));
    };
    if let Some(file) = file {
        let mut text = saved::script(session.journal());
        text.push_str(&script(&way));
        text.push_str(&format!("expect {goal}\n"));
        file::write(file, &text)?;
    }
    if !out.is_json() {
        out.emit(&document(&way, &goal, effort));
    }
    if go { make(&way, &format!("find {goal} --go"), session) } else { Ok(()) }
}

/// The way as lines, each with what it leads to.
fn script(way: &[WayMove]) -> String {
    way.iter().map(|one| format!("{}\n", line(one))).collect()
}

fn line(one: &WayMove) -> String {
    match one.comment.as_str() {
        "" => one.line.clone(),
        comment => format!("{:COLUMN$}  # {comment}", one.line),
    }
}

fn document(way: &[WayMove], goal: &str, (tries, shapes): (u64, usize)) -> Document {
    if way.is_empty() {
        return format!("`{goal}` holds already").into();
    }
    let moves = counted(way.len() as u64, "move");
    let found = Text::new()
        .toned(Tone::Good, format!("`{goal}` after {moves}"))
        .plain(format!("; {}", effort(tries, shapes)));
    way.iter().fold(Document::from(found), |document, one| document.line(line(one)))
}

fn effort(tries: u64, shapes: usize) -> String {
    let tried = counted(tries, "random try");
    match shapes {
        0 => tried,
        shapes => format!("{tried}, {}", counted(shapes as u64, "shape")),
    }
}

/// Makes the moves, each as a command of its own, and all as one command for `undo`.
fn make(way: &[WayMove], typed: &str, session: &mut Session) -> Result<(), Error> {
    session.pass_breaks();
    session.begin_group();
    let mut made = Ok(());
    for one in way {
        session.begin_command(None);
        made = session.act(one.action.clone()).map(drop).map_err(Error::from);
        session.end_command(&one.line, &made);
        if made.is_err() {
            break;
        }
    }
    session.end_group(typed);
    session.begin_command(None);
    made
}

fn not_found(
    goal: &str,
    search: &Search,
    (tries, shapes): (u64, usize),
    is_interrupted: bool,
    stops: bool,
) -> Error {
    let made = effort(tries, shapes);
    if is_interrupted {
        return Error::new(Status::Interrupted, format!("interrupted after {made}"));
    }
    let most = counted(search.depth as u64, "move");
    let error =
        Error::expectation(format!("no way of at most {most} to `{goal}` was found: {made}"))
            .help("this is no proof: other moves, more faults or time might lead there");
    match stops && search.condition.speaks_of_violation() {
        true => error.help(
            "a way stops at the first violation; after `set on-violation continue` it does not",
        ),
        false => error,
    }
}
