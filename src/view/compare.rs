//! Two branches compared: where they part, and a table of what differs.

use crate::check::Checker;
use crate::check::difference::Difference;
use crate::history::tree::{Bookmark, BranchId, Tree};
use crate::kv::Str;
use crate::quantity;
use crate::sim::World;

use super::document::{Document, Text, Tone};
use super::places;
use super::tables::table;

/// The two sides of a comparison.
pub struct Sides<'a> {
    /// The names of the branches.
    pub names: [&'a str; 2],
    /// Where they part.
    pub parted: Option<Bookmark>,
    /// The next command of each; `None` of one that ends there.
    pub next: [Option<Str>; 2],
    /// The times at which they are compared, in microseconds.
    pub at_us: [u64; 2],
}

impl<'a> Sides<'a> {
    /// Two branches, and their clusters at the moments that are compared.
    pub fn new(
        tree: &'a Tree<Checker>,
        left: BranchId,
        right: BranchId,
        worlds: [&World; 2],
    ) -> Sides<'a> {
        let parted = tree.parting_of(left, right);
        let next = [left, right].map(|branch| {
            parted.and_then(|bookmark| tree.command_after(branch, bookmark.place.moment))
        });
        Sides {
            names: [left, right].map(|branch| tree.name(branch)),
            parted,
            next,
            at_us: worlds.map(World::now_us),
        }
    }
}

/// `compare`: where two branches part, and what differs.
pub fn compare(sides: &Sides<'_>, differences: &[Difference]) -> Document {
    let [left, right] = sides.names;
    let mut document = Document::new();
    if let Some(Bookmark { event, time_us, .. }) = sides.parted {
        let moment = format!("{}, t={}", places::event(event), quantity::time(time_us));
        document = document.line(format!("{left} and {right} part at {moment}:"));
        for (name, next) in sides.names.iter().zip(&sides.next) {
            let text = match next {
                Some(command) => command.to_string(),
                None => "ends there".to_owned(),
            };
            let line =
                Text::new().plain("  ").toned(Tone::Strong, *name).plain(format!("  {text}"));
            document = document.line(line);
        }
    }
    let times = sides.at_us.map(|us| format!("t={}", quantity::time(us)));
    if differences.is_empty() {
        let [one, other] = times;
        return document
            .line(format!("nothing differs between {left} at {one} and {right} at {other}"));
    }
    let cell = |value: &Option<String>| match value {
        Some(value) => Text::from(value.as_str()),
        None => Text::new().toned(Tone::Dim, "none"),
    };
    let rows = differences.iter().map(|difference| {
        let of = difference.of.as_deref().unwrap_or_default();
        let what = format!("{} {of}", difference.what);
        vec![what.trim_end().into(), cell(&difference.left), cell(&difference.right)]
    });
    let [one, other] = times;
    let head = ["differs".to_owned(), format!("{left}, {one}"), format!("{right}, {other}")];
    document.then(table(head, rows.collect()))
}
