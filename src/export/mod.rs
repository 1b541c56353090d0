//! Exports: a session as a file that others can look at without raftsh.
//!
//! | file | what |
//! |---|---|
//! | this one | the formats, by their suffixes |
//! | `part` | the part of a session that is exported, and what comes out |
//! | [`mod@page`] | a page that needs nothing else |
//! | `jsonl` | events for programs, one a line |
//! | `mermaid` | a sequence diagram for web pages and editors that draw Mermaid |
//! | `shiviz` | a log with vector clocks for ShiViz |
//! | `svg` | the sequence diagram as a picture |
//! | `markup` | escapes text inside markup |
//!
//! # What holds
//!
//! - An export is a function of the session: the same session gives the same bytes. Nothing here
//!   writes a file.
//! - Words come from [`view`](crate::view): an export says what the shell says.
//! - Nothing that a user typed can become markup or a line of its own: texts pass through `markup`,
//!   or through the notation's own escapes.
//! - A format that cannot hold everything keeps the last events, and says how many it left out.
//!
//! To add a format, start at [`Format`]; the compiler names the other places.

mod jsonl;
mod markup;
mod mermaid;
pub mod page;
mod part;
mod shiviz;
mod svg;

use std::path::Path;

use crate::language::Error;
pub use page::Act;
use page::Picture;
pub use part::{Exported, Part};

/// A format, known by the suffix of a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A page that needs nothing else.
    Html,
    /// A picture of the sequence diagram.
    Svg,
    /// The sequence diagram in the notation of Mermaid.
    Mermaid,
    /// A log with vector clocks, for ShiViz.
    Shiviz,
    /// An event a line, in JSON.
    JsonLines,
}

impl Format {
    /// All formats, each with its suffix.
    pub const ALL: &[(&str, Format)] = &[
        ("html", Format::Html),
        ("svg", Format::Svg),
        ("mmd", Format::Mermaid),
        ("shiviz", Format::Shiviz),
        ("jsonl", Format::JsonLines),
    ];

    /// The format of this suffix.
    pub fn named(suffix: &str) -> Option<Format> {
        let suffix = suffix.to_ascii_lowercase();
        Format::ALL.iter().find(|(name, _)| *name == suffix).map(|(_, format)| *format)
    }

    /// The format that the name of a file promises.
    pub fn of_file(file: &Path) -> Option<Format> {
        Format::named(file.extension()?.to_str()?)
    }

    /// Its suffix, which is also its name.
    pub fn name(self) -> &'static str {
        Format::ALL[self as usize].0
    }

    /// The most events that a file of this format can hold.
    pub fn capacity(self) -> usize {
        match self {
            Format::Html => page::EVENTS,
            Format::Svg | Format::Mermaid => 2_000,
            Format::Shiviz => 100_000,
            Format::JsonLines => 1_000_000,
        }
    }

    /// Whether idle heartbeats, which nobody wants to look at, are left out.
    fn leaves_out_heartbeats(self) -> bool {
        match self {
            Format::Svg | Format::Mermaid => true,
            Format::Html | Format::Shiviz | Format::JsonLines => false,
        }
    }
}

/// Whether the work may go on: called now and then.
pub type CheckStop<'a> = &'a mut dyn FnMut() -> Result<(), Error>;

/// Exports a part of a session.
///
/// # Errors
/// What `check_stop` fails with.
pub fn export(
    format: Format,
    part: &Part<'_>,
    check_stop: CheckStop<'_>,
) -> Result<Exported, Error> {
    let (events, left_out) = part.events(format.capacity(), !format.leaves_out_heartbeats());
    let exported = match format {
        Format::Html => {
            let (first, last) = (events.first(), events.last());
            let is_whole = part.since.is_none() && part.until.is_none();
            let ends = first.zip(last).map(|(first, last)| (first.id, last.id));
            let shown = ends.unwrap_or((1, 0));
            let act =
                Act { tree: part.tree, nodes: part.nodes, part: (!is_whole).then_some(shown) };
            return page(part, &[act], check_stop);
        }
        Format::Svg => svg::write(part, &events),
        Format::Mermaid => mermaid::write(part, &events),
        Format::Shiviz => shiviz::write(part, &events),
        Format::JsonLines => jsonl::write(part, &events),
    };
    Ok(Exported { left_out: exported.left_out + left_out, ..exported })
}

/// The most events of the sequence diagram within a page.
const PICTURE: usize = 600;

/// A page of several clusters, the last of which is the present one.
///
/// # Errors
/// What `check_stop` fails with.
pub fn page(
    part: &Part<'_>,
    acts: &[Act<'_>],
    check_stop: CheckStop<'_>,
) -> Result<Exported, Error> {
    let (events, left_out) = part.events(PICTURE, false);
    let drawn = match left_out {
        0 => "Sequence diagram".to_owned(),
        _ => format!("Sequence diagram of the last {} events", events.len()),
    };
    let title = match part.tree.branches().count() {
        1 => drawn,
        _ => format!("{drawn}, branch {}", part.tree.name(part.tree.present())),
    };
    let picture = Picture { title: &title, svg: &svg::write(part, &events).text };
    page::write(part.title, acts, picture, check_stop)
}
