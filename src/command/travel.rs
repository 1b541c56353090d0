//! Going to other moments: `goto`, `back`, `forward`, `undo`, `redo`, and names for moments.

use clap::Subcommand;

use crate::check::condition::Condition;
use crate::console::Output;
use crate::history::tree::Place;
use crate::language::condition::Scope;
use crate::language::{Error, Statement, When, when};
use crate::quantity::{self, shown};
use crate::session::Session;
use crate::view::document::{Document, Text, Tone};
use crate::view::{event, json, places};

/// Commands that go to other moments of the session, and name them.
#[derive(Clone, Debug, Subcommand)]
pub enum Travel {
    /// Go to another moment of this session
    ///
    /// WHEN is a time (`180ms`: the latest moment that is not later), an event (`42`: right after
    /// the step or command that brought it about), a mark, `start` or `end`. In the past, commands
    /// show that moment. What changes the cluster there begins a new branch; the old one is kept.
    #[command(
        after_help = "goto 0\nrun until leader; mark elected; kill leader; goto elected\ngoto end"
    )]
    Goto {
        /// The moment
        when: When,
    },
    /// Go back one step or command, or N, or to where a condition held last
    #[command(after_help = "run 1s; back\nrun 1s; back 5\nrun 1s; back until no-leader")]
    Back {
        /// How many, or `until` and a condition
        #[arg(value_name = "N|until COND", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// How far, read from the words; `None` until they are read.
        #[arg(skip)]
        distance: Option<Distance>,
    },
    /// Go forward along what is recorded: one step or command, or N, or to where a condition holds
    #[command(after_help = "run 1s; goto 0; forward\nrun 1s; goto 0; forward until leader")]
    Forward {
        /// How many, or `until` and a condition
        #[arg(value_name = "N|until COND", num_args = 0.., trailing_var_arg = true,
              allow_hyphen_values = true)]
        words: Vec<String>,
        /// How far, read from the words; `None` until they are read.
        #[arg(skip)]
        distance: Option<Distance>,
    },
    /// Go to before the last command that changed something, or the last N
    ///
    /// A `source`, a `repeat` and a `load` count as one command. Nothing is lost: `redo` brings
    /// them back, and `branches` lists what was left. `undo` reaches back over `cluster` and
    /// `load`, too.
    #[command(visible_alias = "u", after_help = "kill n1; undo\nkill n1; kill n2; undo 2")]
    Undo {
        /// How many
        #[arg(value_name = "N", default_value = "1", value_parser = quantity::count,
              allow_hyphen_values = true)]
        count: u64,
    },
    /// Do again what the last `undo` took back
    #[command(after_help = "kill n1; undo; redo")]
    Redo {
        /// How many commands
        #[arg(value_name = "N", default_value = "1", value_parser = quantity::count,
              allow_hyphen_values = true)]
        count: u64,
    },
    /// Name this moment, or list the names
    ///
    /// `goto NAME` comes back to it, from any branch. A name that is given again moves.
    #[command(arg = super::shared::format(), after_help = "mark elected\nmark")]
    Mark {
        /// The name: a letter, then letters, digits, - and _
        #[arg(value_parser = when::name)]
        name: Option<String>,
    },
}

/// How far `back` and `forward` go.
#[derive(Clone, Debug)]
pub enum Distance {
    /// This many steps and commands.
    Count(u64),
    /// To the nearest moment at which this holds.
    Until(Condition),
}

/// In which direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Back,
    Forward,
}

impl Travel {
    pub(super) fn refine(&mut self, statement: &Statement) -> Result<(), Error> {
        if let Travel::Back { words, distance } | Travel::Forward { words, distance } = self {
            *distance = Some(read_pace(words, statement)?);
        }
        Ok(())
    }

    /// Whether an empty line at the prompt repeats it.
    pub(super) fn steps(&self) -> bool {
        matches!(self, Travel::Back { .. } | Travel::Forward { .. })
    }

    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        match self {
            Travel::Goto { when } => {
                let place = session.moment(&when, session.tree().present())?;
                let switches = place.branch != session.tree().present();
                session.go_to(place);
                arrived(None, switches, session, out);
            }
            Travel::Back { distance, .. } => go(Direction::Back, distance, session, out)?,
            Travel::Forward { distance, .. } => go(Direction::Forward, distance, session, out)?,
            Travel::Undo { count } => {
                let undone = session.undo(count)?;
                said("undone", &undone, out);
                arrived(None, false, session, out);
                out.hint("`redo` does it again; what you do now begins a branch of its own");
            }
            Travel::Redo { count } => {
                let redone = session.redo(count)?;
                said("redone", &redone, out);
                arrived(None, false, session, out);
            }
            Travel::Mark { name: Some(name) } => mark(&name, session, out)?,
            Travel::Mark { name: None } => {
                let tree = session.tree();
                out.show(|| places::marks(tree), "marks", || json::marks(tree));
            }
        }
        Ok(())
    }
}

/// Reads how far to go.
fn read_pace(words: &[String], statement: &Statement) -> Result<Distance, Error> {
    let tokens = &statement.tokens;
    match words {
        [] => Ok(Distance::Count(1)),
        [until, ..] if until == "until" => {
            super::condition(statement, 2..tokens.len(), Scope::Steps).map(Distance::Until)
        }
        [count] => quantity::count(count)
            .map(Distance::Count)
            .map_err(|why| Error::usage(why).at(tokens[1].span.clone())),
        [_, second, ..] => Err(Error::usage(format!("unexpected {}", shown(second)))
            .at(tokens[2].span.clone())
            .help(format!("{0} 5, or {0} until leader", statement.word()))),
    }
}

fn go(
    direction: Direction,
    distance: Option<Distance>,
    session: &mut Session,
    out: &mut Output,
) -> Result<(), Error> {
    let place = match (distance.unwrap_or(Distance::Count(1)), direction) {
        (Distance::Count(count), Direction::Back) => {
            session.tree().back(count).ok_or_else(|| {
                Error::failed("the start is nearer than that").help("`goto start` goes there")
            })?
        }
        (Distance::Count(count), Direction::Forward) => {
            session.tree().forward(count).ok_or_else(|| match session.tree().is_past() {
                true => Error::failed("the end of the branch is nearer than that")
                    .help("`goto end` goes there"),
                false => Error::failed("nothing is recorded after this moment")
                    .help("`step` makes the next step"),
            })?
        }
        (Distance::Until(condition), direction) => until(direction, &condition, session, out)?,
    };
    session.go_to(place);
    let events = event::list(session.world(), session.latest());
    arrived(Some(events), false, session, out);
    Ok(())
}

/// The nearest moment in this direction at which the condition holds.
fn until(
    direction: Direction,
    condition: &Condition,
    session: &Session,
    out: &mut Output,
) -> Result<Place, Error> {
    let found = match direction {
        Direction::Back => session.last_before(condition, out)?,
        Direction::Forward => session.first_after(condition, out)?,
    };
    found.ok_or_else(|| {
        let (way, ends) = match direction {
            Direction::Back => ("before this moment", "start"),
            Direction::Forward => ("from here to the end of the branch", "end"),
        };
        Error::expectation(format!("`{condition}` does not hold {way}"))
            .help(format!("`goto {ends}` goes to the {ends}"))
    })
}

fn mark(name: &str, session: &mut Session, out: &mut Output) -> Result<(), Error> {
    let tree = session.tree();
    if tree.named(name).is_some() {
        return Err(Error::failed(format!("'{name}' is the name of a branch")).word(name));
    }
    let moved = tree.mark(name).is_some();
    session.set_mark(name);
    let verb = if moved { "moves to" } else { "is" };
    let line = Text::new()
        .toned(Tone::Strong, name)
        .plain(format!(" {verb} {}", places::describe(session.tree(), session.tree().bookmark())));
    out.remark(&line.into());
    out.data("marks", &json::marks(session.tree()));
    out.hint(format!("`goto {name}` comes back here"));
    Ok(())
}

/// Tells which commands were undone or redone.
fn said(verb: &str, commands: &[crate::kv::Str], out: &mut Output) {
    for command in commands {
        out.remark(&format!("{verb}: {command}").into());
    }
    out.data("commands", &commands.iter().map(|text| &**text).collect::<Vec<_>>());
}

/// Tells where the session stands now. `events` led there.
fn arrived(events: Option<Document>, switches: bool, session: &Session, out: &mut Output) {
    out.data("at", &json::place_here(session.tree()));
    if out.is_json() {
        return;
    }
    if let Some(events) = events.filter(|events| !events.0.is_empty()) {
        out.emit(&events);
    }
    if switches {
        let name = session.tree().name(session.tree().present());
        out.remark(&format!("switched to branch {name}").into());
    }
    out.remark(&places::here(session.tree()).into());
}
