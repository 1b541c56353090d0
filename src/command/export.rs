//! `export`: the session as a file for people without raftsh.

use std::convert::Infallible;
use std::path::Path;

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use super::grammar::unmask;
use super::history::{first_event, moment};
use crate::check::Checker;
use crate::console::{FileKind, Output, file};
use crate::export::{self, Act, Exported, Format, Part};
use crate::history::EventLog;
use crate::history::tree::Tree;
use crate::language::{Error, Selection, When};
use crate::quantity::shown;
use crate::raft::NodeSet;
use crate::session::Session;
use crate::view::{self, document::Text};

/// Commands that make pictures.
#[derive(Clone, Debug, Subcommand)]
pub enum Pictures {
    /// Write the session to a file that others can look at without raftsh
    ///
    /// The suffix of FILE chooses the format. .html is a page that plays the session, with all its
    /// branches, and explains it; it needs no network. .svg is the sequence diagram as a picture,
    /// .mmd the same in the notation of Mermaid, .shiviz a log with vector clocks for ShiViz, and
    /// .jsonl has one event a line, as in `history --format json`. These four show the present
    /// branch; in the past, up to the present moment. What a script says with `echo` is a caption
    /// of the page, and marks name moments there. A format that cannot hold all events keeps the
    /// last ones. An existing file is replaced. `-` is standard output, with --as. Paths are
    /// relative to the directory in which raftsh was started.
    #[command(
        after_help = "export run.html\nexport run.svg\nexport run.mmd n1..n3 --since 150ms\n\
                            export run.shiviz\nexport run.jsonl\nexport --as mmd -"
    )]
    Export {
        /// The file to write
        #[arg(value_name = "FILE", value_parser = path)]
        file: String,
        /// Export only events at these nodes
        nodes: Option<Selection>,
        /// Start at this time, event or mark
        #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
        since: Option<When>,
        /// End at this time, event or mark
        #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
        until: Option<When>,
        /// The format, whatever the file is called: html, svg, mmd, shiviz or
        /// jsonl
        #[arg(long = "as", value_name = "FORMAT", value_parser = format())]
        format: Option<Format>,
    },
}

fn path(text: &str) -> Result<String, Infallible> {
    Ok(unmask(text).to_owned())
}

/// Reads the name of a format. The prompt completes it.
fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(names())
        .try_map(|name| Format::named(&name).ok_or_else(|| format!("{name} is no format")))
}

/// The names of all formats.
fn names() -> Vec<&'static str> {
    Format::ALL.iter().map(|(name, _)| *name).collect()
}

/// The format of a file.
///
/// # Errors
/// If neither its name nor `chosen` tells, or other commands would take it for something else.
pub fn format_of(file: &str, chosen: Option<Format>) -> Result<Format, Error> {
    if let Some(kind) = FileKind::by_name(Path::new(file)) {
        let message = format!("{} is the name of {}, not of an export", shown(file), kind.words());
        return Err(Error::usage(message).word(file).help(endings()));
    }
    chosen.or_else(|| Format::of_file(Path::new(file))).ok_or_else(|| {
        let message = match file {
            "-" => "standard output has no suffix that would tell the format".to_owned(),
            _ => format!("the suffix of {} tells no format", shown(file)),
        };
        Error::usage(message).word(file).help(endings())
    })
}

fn endings() -> String {
    let dotted: Vec<String> = names().iter().map(|name| format!(".{name}")).collect();
    format!("name it NAME{}; --as says the format of any other name", dotted.join(", NAME"))
}

impl Pictures {
    pub(super) fn check(&self) -> Result<(), Error> {
        let Pictures::Export { file, format, .. } = self;
        format_of(file, *format).map(drop)
    }

    pub(super) fn run(self, session: &Session, out: &mut Output) -> Result<(), Error> {
        let Pictures::Export { file, nodes, since, until, format } = self;
        let format = format_of(&file, format)?;
        let nodes = session.nodes_or_all(nodes.as_ref())?;
        let exported = exported(
            format,
            session,
            nodes,
            (since.as_ref(), until.as_ref()),
            &title(session, &file),
            out,
        )?;
        if file == "-" {
            match out.is_json() {
                true => out.data("text", &exported.text),
                false => out.write(&exported.text),
            }
            return Ok(());
        }
        let Written { file, format, events, bytes } = write(&file, format, &exported, out)?;
        out.data("file", &file);
        out.data("format", &format);
        out.data("events", &events);
        out.data("bytes", &bytes);
        Ok(())
    }
}

/// A part of the session in a format.
fn exported(
    format: Format,
    session: &Session,
    nodes: NodeSet,
    (since, until): (Option<&When>, Option<&When>),
    title: &str,
    out: &mut Output,
) -> Result<Exported, Error> {
    let since = since.map(|when| moment(when, session)).transpose()?;
    let until = until.map(|when| moment(when, session)).transpose()?;
    let first = since.map_or(1, |since| first_event(since, session));
    let again = made_again(first, format.capacity(), session, out)?;
    let log = again.as_ref().unwrap_or(session.events());
    let (tree, world) = (session.tree(), session.world());
    let part = Part { title, tree, world, log, nodes, since, until };
    export::export(format, &part, &mut || out.check_stop())
}

/// The events from a number on, at most the last `most`, if some of them are no longer kept.
fn made_again(
    first: u64,
    most: usize,
    session: &Session,
    out: &mut Output,
) -> Result<Option<EventLog>, Error> {
    let first = first.max((session.world().event_count() + 1).saturating_sub(most as u64));
    match first <= session.events().forgotten() {
        true => session.tree().events_from(first, || out.check_stop()).map(Some),
        false => Ok(None),
    }
}

/// What a page is called if nobody says: its file without the suffix.
fn title(session: &Session, file: &str) -> String {
    let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let size = session.world().cluster_size();
    stem.filter(|_| file != "-").unwrap_or_else(|| format!("a cluster of {size} nodes"))
}

/// All of a session that a format can hold. A page also shows the clusters that the session began
/// with and replaced, and those of the sessions before it.
///
/// # Errors
/// If it is interrupted.
pub fn whole(
    format: Format,
    before: &[Session],
    session: &Session,
    title: &str,
    out: &mut Output,
) -> Result<Exported, Error> {
    let nodes = session.world().nodes();
    if format != Format::Html {
        return exported(format, session, nodes, (None, None), title, out);
    }
    let trees = before.iter().chain([session]).flat_map(Session::clusters);
    let is_used = |tree: &&Tree<Checker>| !tree.journal(tree.present()).is_empty();
    let mut acts: Vec<Act<'_>> = trees.filter(is_used).map(Act::whole).collect();
    let (tree, world, log) = (session.tree(), session.world(), session.events());
    if acts.is_empty() {
        acts.push(Act::whole(tree));
    }
    let part = Part { title, tree, world, log, nodes, since: None, until: None };
    export::page(&part, &acts, &mut || out.check_stop())
}

/// A file that was written.
#[derive(Clone, Copy, Serialize)]
pub struct Written<'a> {
    file: &'a str,
    format: &'static str,
    events: usize,
    bytes: usize,
}

/// Writes an export to a file, and says so.
///
/// # Errors
/// If it cannot be written.
pub fn write<'a>(
    file: &'a str,
    format: Format,
    exported: &Exported,
    out: &mut Output,
) -> Result<Written<'a>, Error> {
    let Exported { text, events, left_out } = exported;
    file::write(file, text).map_err(|error| error.word(file))?;
    if !out.is_json() {
        let (count, size) = (view::counted(*events as u64, "event"), size(text.len()));
        out.remark(&Text::new().plain(format!("wrote {count} to {file} ({size})")).into());
        if *left_out > 0 {
            let earlier = view::counted(*left_out, "earlier event");
            let text = format!("{earlier} left out: --since and --until choose another part");
            out.remark(&text.into());
        }
    }
    Ok(Written { file, format: format.name(), events: *events, bytes: text.len() })
}

fn size(bytes: usize) -> String {
    match bytes {
        ..1_000 => view::counted(bytes as u64, "byte"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000.. => format!("{} MB", bytes / 1_000_000),
    }
}
