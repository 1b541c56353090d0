//! Reads a saved session. Its commands stay text: [`command`](crate::command) interprets them.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor, value::MapAccessDeserializer};

use super::tree::{Row, TreeItem, join};
use super::{EndState, KNOWN, Line, Saved, VERSION};
use crate::history::initial;
use crate::history::moves::Extent;
use crate::history::yaml::{self, END, Fault, Outline, Pairs, Scalar};
use crate::sim::Settings;
use crate::sim::engine::EngineChoice;
use crate::sim::settings::SETTING_NAMES;

/// The keys that every session must have.
const KEYS: [&str; 5] = ["raftsh", "nodes", "seed", "settings", "moves"];

/// The keys that a session of the present version may have.
const KEYS_NOW: [&str; 13] = [
    "raftsh",
    "nodes",
    "seed",
    "engine",
    "engine_folder",
    "settings",
    "moves",
    "first",
    "branches",
    "marks",
    "captions",
    "at",
    "end",
];

/// The keys that have lists below them.
const LISTS: [&str; 5] = ["engine", "moves", "branches", "marks", "captions"];

/// The file as the YAML parser reads it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(rename = "raftsh")]
    _version: Scalar,
    nodes: Scalar,
    seed: Scalar,
    #[serde(default)]
    engine: Vec<String>,
    #[serde(default)]
    engine_folder: String,
    settings: Option<Pairs>,
    moves: Vec<Item<PartialCommand>>,
    first: Option<String>,
    #[serde(default)]
    branches: Vec<Item<Box<Row>>>,
    #[serde(default)]
    marks: Vec<Row>,
    #[serde(default)]
    captions: Vec<Row>,
    at: Option<Row>,
    end: Option<EndState>,
}

/// An item of a list: a command, or a mapping.
enum Item<R> {
    Text(String),
    Row(R),
}

/// A command that was cut short, and how far it got.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PartialCommand {
    r#do: String,
    steps: u64,
    us: u64,
}

impl Item<PartialCommand> {
    fn into_move(self, line: usize) -> Line {
        match self {
            Item::Text(text) => Line { line, text, extent: None },
            Item::Row(PartialCommand { r#do: text, steps, us }) => {
                Line { line, text, extent: Some(Extent { steps, us }) }
            }
        }
    }
}

impl Item<Box<Row>> {
    fn into_tree_item(self, line: usize) -> TreeItem {
        let row = match self {
            Item::Text(text) => return TreeItem::Command(Line { line, text, extent: None }),
            Item::Row(row) => *row,
        };
        let is_plain = row.is_plain();
        match row {
            Row { r#do: Some(text), steps: Some(steps), us: Some(us), .. } if is_plain => {
                TreeItem::Command(Line { line, text, extent: Some(Extent { steps, us }) })
            }
            row => TreeItem::Row(Box::new(row), line),
        }
    }
}

impl<'de, R: Deserialize<'de>> Deserialize<'de> for Item<R> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Item<R>, D::Error> {
        from.deserialize_any(ItemVisitor(PhantomData))
    }
}

struct ItemVisitor<R>(PhantomData<R>);

impl<'de, R: Deserialize<'de>> Visitor<'de> for ItemVisitor<R> {
    type Value = Item<R>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a command as it is typed, or {do: COMMAND, steps: N, us: N}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Item<R>, E> {
        Ok(Item::Text(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Item<R>, A::Error> {
        R::deserialize(MapAccessDeserializer::new(map)).map(Item::Row)
    }
}

/// Reads a saved session.
///
/// # Errors
/// If the file has another format. The fault says what is wrong, and on which line.
pub fn read(text: &str) -> Result<Saved, Fault> {
    let typed = version(text)? > 1;
    if !text.ends_with('\n') {
        return Err(cut_short(text));
    }
    let outline = Outline::of(text)?;
    outline.check(false, if typed { &KEYS_NOW } else { &KEYS })?;
    outline.check(true, SETTING_NAMES)?;
    if !outline.ended {
        return Err(cut_short(text));
    }
    if let Some(missing) = KEYS
        .iter()
        .find(|name| !outline.keys.iter().any(|key| key.below.is_none() && key.name == **name))
    {
        return Err(Fault::whole(format!("'{missing}' is missing")));
    }
    check_places(&outline)?;
    let form: Form = yaml::read(text)?;
    let fault = |key: &str, message| outline.fault(false, key, message);
    let nodes = initial::nodes(&form.nodes.0).map_err(|why| fault("nodes", why))?;
    let seed = crate::quantity::count(&form.seed.0).map_err(|why| fault("seed", why))?;
    let mut settings = Settings::default();
    for (key, value) in form.settings.iter().flatten() {
        initial::set(&mut settings, key, &value.0).map_err(|why| outline.fault(true, key, why))?;
    }
    let lines = |key: &'static str, count: usize| {
        let lines = outline.items.iter().filter(|(_, above)| *above == key);
        let lines: Vec<usize> = lines.map(|(line, _)| *line).collect();
        match lines.len() == count {
            true => Ok(lines),
            false => Err(fault(key, "each move needs a line of its own".to_owned())),
        }
    };
    let moves = lines("moves", form.moves.len())?.into_iter().zip(form.moves);
    let moves = moves.map(|(line, item)| item.into_move(line)).collect();
    let lists = [&form.marks, &form.captions];
    let has_lists = !form.branches.is_empty() || lists.iter().any(|list| !list.is_empty());
    let has_tree = form.first.is_some() || has_lists;
    let tree = match form.at {
        Some(at) => {
            let items = lines("branches", form.branches.len())?.into_iter().zip(form.branches);
            let items = items.map(|(line, item)| item.into_tree_item(line));
            let marks = lines("marks", form.marks.len())?;
            let marks = form.marks.into_iter().zip(marks).collect();
            let captions = lines("captions", form.captions.len())?;
            let captions = form.captions.into_iter().zip(captions).collect();
            let line = outline.keys.iter().find(|key| key.name == "at").map_or(0, |key| key.line);
            Some(join(form.first, items.collect(), marks, captions, (at, line))?)
        }
        None if has_tree => return Err(Fault::whole("'at' is missing")),
        None => None,
    };
    let engines = form.engine.iter().map(|typed| EngineChoice::read(typed));
    let engines = engines.collect::<Result<_, _>>().map_err(|why| fault("engine", why))?;
    let folder = form.engine_folder;
    Ok(Saved { typed, nodes, seed, engines, folder, settings, moves, end: form.end, tree })
}

/// The version of the format. It is read first, because a file of an unknown version may have
/// another format.
fn version(text: &str) -> Result<u64, Fault> {
    let found = (1..).zip(text.lines()).find_map(|(line, text)| {
        let version = text.strip_prefix("raftsh:")?;
        let version = version.split(" #").next().unwrap_or_default();
        Some((line, version.trim().trim_matches(['\'', '"'])))
    });
    let Some((line, version)) = found else {
        return Err(Fault::whole(format!(
            "this is not a saved session: it has no line 'raftsh: {VERSION}'"
        )));
    };
    version.parse().ok().filter(|version| KNOWN.contains(version)).ok_or_else(|| {
        let (version, least) = (crate::quantity::shown(version), KNOWN.start());
        let known = format!("this raftsh reads versions {least} to {VERSION}");
        Fault::at(line, format!("this file is of version {version}; {known}"))
    })
}

/// Checks that indented keys are below `settings`, and list items below `moves`.
fn check_places(outline: &Outline<'_>) -> Result<(), Fault> {
    if let Some(key) =
        outline.keys.iter().find(|key| key.below.is_some_and(|above| above != "settings"))
    {
        return Err(Fault::at(key.line, format!("'{}' belongs below 'settings:'", key.name)));
    }
    match outline.items.iter().find(|(_, above)| !LISTS.contains(above)) {
        Some((line, _)) => Err(Fault::at(*line, "a move belongs below 'moves:'")),
        None => Ok(()),
    }
}

fn cut_short(text: &str) -> Fault {
    Fault::at(
        text.lines().count().max(1),
        format!("the file is cut short: its last line is not '{END}'"),
    )
}
