//! `help redis`, `help psql`, `help gdb`: the words of these tools, and what is typed here.

use crate::command::foreign::{Counterpart, TOOLS};
use crate::view::document::{Document, Paragraph, Table, Text, Tone};

/// `help redis`
pub(super) fn redis() -> Document {
    page("redis").paragraph(Paragraph::new(
        "A write needs a leader: `run until leader` lets the nodes elect one. Time passes only \
         when you let it: `run 1s`, or add --wait to a request.",
    ))
}

/// `help psql`
pub(super) fn psql() -> Document {
    page("psql").paragraph(Paragraph::new(
        "There is one store of keys and values, and no SQL. A write needs a leader: `run until \
         leader`. Time passes only when you let it: `run 1s`, or add --wait to a request.",
    ))
}

/// `help gdb`
pub(super) fn gdb() -> Document {
    page("gdb").paragraph(Paragraph::new(
        "What runs is virtual time: `step` makes one step, `run until COND` stops where a \
         condition holds, and `history` names the cause of every event.",
    ))
}

/// The table of one tool.
fn page(name: &str) -> Document {
    let words = TOOLS.iter().find(|tool| tool.name == name).map_or(&[][..], |tool| tool.words);
    let row = |Counterpart { theirs, ours, about }: &Counterpart| {
        let ours = match ours.is_empty() {
            true => Text::new().toned(Tone::Dim, "(none)"),
            false => Text::from(*ours),
        };
        vec![Text::from(*theirs), ours, Text::new().toned(Tone::Dim, *about)]
    };
    let head = [name, "raftsh", ""].map(Text::from).to_vec();
    let rows = words.iter().map(row).collect();
    Document::new().table(Table {
        head,
        rows,
        key_columns: 1,
        narrowest: Some(12),
        ..Table::default()
    })
}
