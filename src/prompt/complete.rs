//! What the word at the cursor may become, from the commands' definitions and the cluster.

mod condition;
mod things;

use std::collections::BTreeSet;
use std::path::Path;

use super::cursor::{Cursor, meaning};
use super::redirect;
use crate::check::selector::Selector;
use crate::command::{ArgumentSlot, Outlook, help};
use crate::console::setting::OutputSetting;
use crate::language::Token;
use crate::language::condition::Scope;
use crate::raft::{Flaw, NodeId};
use crate::script::TypingContext;
use crate::sim::settings::SETTING_NAMES;
use crate::sim::{Setting, World};
use crate::word::{QuotedWord, is_invisible};

/// The most candidates that are offered: nobody reads more.
const MOST: usize = 500;

/// The most nodes that are listed one by one before a part of a name was typed.
const NODES: usize = 20;

/// The number of latest requests that are offered.
const REQUESTS: usize = 20;

/// A word that the word at the cursor may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The word, as it is typed.
    pub text: String,
    /// Its meaning: the word without quotes and escapes. This is what must begin with what was
    /// typed.
    means: String,
    /// A description, shown if several candidates are listed.
    pub about: String,
    /// Whether the word is complete, so that a blank may follow.
    pub whole: bool,
}

impl Candidate {
    fn word(text: impl Into<String>) -> Candidate {
        let text = text.into();
        Candidate { means: text.clone(), text, about: String::new(), whole: true }
    }

    /// A word that may need quotes.
    fn quoted(word: &str) -> Candidate {
        Candidate { means: word.to_owned(), ..Candidate::word(QuotedWord(word).to_string()) }
    }

    /// Whether it begins with what was typed.
    pub fn goes_on(&self, typed: &str) -> bool {
        self.means.starts_with(&*meaning(typed))
    }

    /// The beginning of a longer word.
    fn stem(text: impl Into<String>) -> Candidate {
        Candidate { whole: false, ..Candidate::word(text) }
    }

    /// The same candidate with a sign that must follow at once.
    fn followed_by(self, sign: char) -> Candidate {
        let with = |text: String| format!("{text}{sign}");
        Candidate { text: with(self.text), means: with(self.means), whole: false, ..self }
    }
}

/// The candidates at byte `at` of a line, and where the word that they replace begins.
pub fn complete(line: &str, at: usize, typing_context: &TypingContext) -> (usize, Vec<Candidate>) {
    if let Some(start) = redirect::file_at(line, at, typing_context) {
        return (start, files(&meaning(&line[start..at])));
    }
    let Some(cursor) = Cursor::find(line, at, typing_context) else {
        return (at, Vec::new());
    };
    let offers = Offers { cursor: &cursor, typed: cursor.typed, typing_context };
    let (typed, all) = offers.all();
    let mut seen = BTreeSet::new();
    let found: Vec<Candidate> = all
        .into_iter()
        .filter(|candidate| {
            candidate.goes_on(typed) && (candidate.whole || candidate.text != typed)
        })
        .filter(|candidate| seen.insert(candidate.text.clone()))
        .take(MOST)
        .collect();
    (cursor.start + cursor.typed.len() - typed.len(), found)
}

/// What can be offered at the cursor.
#[derive(Clone, Copy)]
struct Offers<'a> {
    cursor: &'a Cursor<'a>,
    /// The text to complete: the word at the cursor, or the part of it after `--option=`.
    typed: &'a str,
    typing_context: &'a TypingContext,
}

impl<'a> Offers<'a> {
    /// The part of the word that the candidates replace, and the candidates.
    fn all(&self) -> (&'a str, Vec<Candidate>) {
        let (cursor, typed) = (self.cursor, self.typed);
        if cursor.in_name() {
            return (typed, self.aliases().chain(self.commands()).collect());
        }
        let Some(outlook) = self.typing_context.grammar.outlook(&cursor.words()) else {
            return (typed, Vec::new());
        };
        if typed.starts_with('-') && outlook.lead == 0 && !outlook.options.is_empty() {
            return (typed, outlook.options.into_iter().map(Candidate::word).collect());
        }
        match &outlook.slot {
            Some(slot) => Offers { typed: &typed[outlook.lead..], ..*self }.slot(slot, &outlook),
            // No argument can follow, so options are offered before a dash is typed.
            None => (typed, outlook.options.into_iter().map(Candidate::word).collect()),
        }
    }

    fn slot(&self, slot: &ArgumentSlot, outlook: &Outlook) -> (&'a str, Vec<Candidate>) {
        let typed = self.typed;
        let world = self.typing_context.world();
        match slot {
            ArgumentSlot::Nodes => self.nodes(),
            // A quoted word names no nodes.
            ArgumentSlot::NodeOr(other) if typed.starts_with(['"', '\'']) => {
                self.slot(other, outlook)
            }
            ArgumentSlot::NodeOr(other) => {
                let (part, mut found) = self.nodes();
                // Behind a comma only a further node can follow.
                if part.len() == typed.len() {
                    found.extend(self.slot(other, outlook).1);
                }
                (part, found)
            }
            ArgumentSlot::Groups => {
                let (typed, mut nodes) = self.nodes();
                if !outlook.rest.is_empty() || !self.cursor.arguments(outlook.from).is_empty() {
                    nodes.push(Candidate::word("|"));
                }
                (typed, nodes)
            }
            ArgumentSlot::Key => (typed, keys(world).map(Candidate::quoted).collect()),
            ArgumentSlot::Assignment => (typed, assignments(world)),
            ArgumentSlot::Setting => {
                let names = SETTING_NAMES.iter().copied().chain(OutputSetting::NAMES);
                (typed, names.map(Candidate::word).collect())
            }
            ArgumentSlot::SettingAssignment => match typed.split_once('=') {
                Some((name, value)) => (value, self.setting_values(name)),
                None => (
                    typed,
                    SETTING_NAMES.iter().map(|name| Candidate::stem(format!("{name}="))).collect(),
                ),
            },
            ArgumentSlot::SettingValue => {
                let name =
                    self.cursor.words().iter().rev().nth(1).copied().unwrap_or_default().to_owned();
                (typed, self.setting_values(&name))
            }
            ArgumentSlot::Flaw => {
                let on = self.cursor.words().get(1) == Some(&"off");
                let flaws =
                    Flaw::ALL.iter().filter(|flaw| world.settings().raft.flaws.has(**flaw) == on);
                (typed, flaws.map(|flaw| Candidate::word(flaw.name())).collect())
            }
            ArgumentSlot::Messages => self.messages(self.cursor.arguments(outlook.from)),
            ArgumentSlot::Condition(scope) => {
                self.condition(self.cursor.text(outlook.from), *scope, false)
            }
            ArgumentSlot::Question => self.question(outlook.from),
            ArgumentSlot::StopCondition => self.goal(outlook.from, true),
            ArgumentSlot::Distance => self.goal(outlook.from, false),
            ArgumentSlot::Watched => self.watched(self.cursor.text(outlook.from)),
            ArgumentSlot::Breakpoint => (typed, self.breakpoints()),
            ArgumentSlot::When => (typed, self.moments()),
            ArgumentSlot::Branch => (typed, self.branches()),
            ArgumentSlot::Event => (typed, self.latest_events()),
            ArgumentSlot::Request => (typed, self.latest_requests()),
            ArgumentSlot::Message => (typed, self.flying_messages()),
            ArgumentSlot::Entry => (typed, self.last_entries()),
            ArgumentSlot::File => (typed, files(&meaning(typed))),
            ArgumentSlot::Topic => {
                let topics = help::topics().map(|(name, _)| Candidate::word(name));
                (typed, self.commands().into_iter().chain(topics).chain(self.aliases()).collect())
            }
            ArgumentSlot::Alias => (typed, self.aliases().collect()),
            ArgumentSlot::Words(words) => (typed, words.iter().map(Candidate::word).collect()),
            ArgumentSlot::Free => (typed, Vec::new()),
        }
    }

    fn aliases(&self) -> impl Iterator<Item = Candidate> {
        self.typing_context.session.aliases.iter().map(|(name, commands)| Candidate {
            about: commands.to_owned(),
            ..Candidate::word(name)
        })
    }

    fn commands(&self) -> Vec<Candidate> {
        self.typing_context.grammar.names().into_iter().map(Candidate::word).collect()
    }

    /// Sets of nodes: only the part after the last comma, or after the dots of a range, is
    /// completed.
    fn nodes(&self) -> (&'a str, Vec<Candidate>) {
        let part = self.typed.rsplit(',').next().unwrap_or_default();
        match part.split_once("..") {
            Some((_, last)) => (last, self.node_names(last)),
            None => {
                let sets = Selector::WORDS.iter().map(|(name, _)| Candidate::word(*name));
                (part, sets.chain(self.node_names(part)).collect())
            }
        }
    }

    /// The names of the nodes. Of a large cluster only the range, until the user begins a name.
    fn node_names(&self, typed: &str) -> Vec<Candidate> {
        let count = self.typing_context.world().cluster_size();
        match count > NODES && typed.len() < 2 {
            true => vec![Candidate::stem("n"), Candidate::word(format!("n1..n{count}"))],
            false => NodeId::first(count).map(|node| Candidate::word(node.to_string())).collect(),
        }
    }

    /// The words that a setting accepts, or else its present value.
    fn setting_values(&self, name: &str) -> Vec<Candidate> {
        let words = [OutputSetting::words(name), &Setting::words(name)].concat();
        if !words.is_empty() {
            return words.into_iter().map(Candidate::word).collect();
        }
        let all = self.typing_context.world().settings().all();
        let named = all.iter().filter(|setting| setting.name() == name);
        named.map(|setting| Candidate::word(setting.value())).collect()
    }

    /// Messages in flight by number, oldest first; or nodes, if a route was begun or nothing was
    /// named yet.
    fn messages(&self, named: &[Token]) -> (&'a str, Vec<Candidate>) {
        let by_number = |word: &str| word.starts_with('m');
        let first = named.first().map(|word| word.text.as_str());
        let mut found = Vec::new();
        if first.is_none_or(by_number) {
            let mut in_flight: Vec<_> = self.typing_context.world().network().in_flight().collect();
            in_flight.sort_unstable_by_key(|one| one.id);
            found.extend(in_flight.into_iter().take(MOST).map(|one| Candidate {
                about: format!(
                    "{} → {} {}",
                    one.message.from,
                    one.message.to,
                    one.message.body.kind()
                ),
                ..Candidate::word(format!("m{}", one.id))
            }));
        }
        if first.is_some_and(by_number) || self.typed.starts_with('m') || named.len() >= 2 {
            return (self.typed, found);
        }
        let (typed, nodes) = self.nodes();
        if typed.len() == self.typed.len() {
            found.extend(nodes);
            return (typed, found);
        }
        (typed, nodes)
    }

    fn goal(&self, from: usize, within: bool) -> (&'a str, Vec<Candidate>) {
        match self.cursor.arguments(from) {
            [] => (self.typed, vec![Candidate::word("until")]),
            [.., last] if within && last.text == "within" => (self.typed, Vec::new()),
            [until, ..] if until.text == "until" => {
                self.condition(self.cursor.text(from + 1), Scope::Steps, within)
            }
            _ => (self.typed, Vec::new()),
        }
    }

    /// The numbers of breakpoints and watched values.
    fn breakpoints(&self) -> Vec<Candidate> {
        let rows = self.typing_context.session.breakpoint_rows().into_iter();
        let numbers = rows.map(|row| Candidate {
            about: format!("{} {}", row.kind, row.text),
            ..Candidate::word(row.id.to_string())
        });
        numbers.chain([Candidate::word("all")]).collect()
    }

    /// The moments that have a name.
    fn moments(&self) -> Vec<Candidate> {
        let marks = self.typing_context.session.tree().marks().map(|(name, _)| name);
        marks.chain(["start", "end"]).map(Candidate::word).collect()
    }

    fn branches(&self) -> Vec<Candidate> {
        let tree = self.typing_context.session.tree();
        tree.branches().map(|branch| Candidate::word(tree.name(branch))).collect()
    }
}

/// The keys in any node's store, and those of the latest requests.
fn keys(world: &World) -> impl Iterator<Item = &str> {
    let stored = world.hosts().flat_map(|host| host.store.iter().map(|(key, _)| key));
    let asked = world.ops().last(REQUESTS).filter_map(|(_, op)| op.asked.key());
    stored.chain(asked).collect::<BTreeSet<&str>>().into_iter().take(MOST)
}

/// Each of these keys, followed by `=`.
fn assignments(world: &World) -> Vec<Candidate> {
    keys(world).map(|key| Candidate::quoted(key).followed_by('=')).collect()
}

/// The files and directories that a path may become.
fn files(typed: &str) -> Vec<Candidate> {
    let (directory, name) = typed.rfind('/').map_or(("", typed), |at| typed.split_at(at + 1));
    let Ok(entries) =
        std::fs::read_dir(if directory.is_empty() { Path::new(".") } else { Path::new(directory) })
    else {
        return Vec::new();
    };
    let mut found: Vec<Candidate> = entries
        .take(10 * MOST)
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let file = entry.file_name().into_string().ok()?;
            // Hidden files are offered only after a dot.
            let path = format!("{directory}{file}");
            let wanted =
                file.starts_with(name) && (name.starts_with('.') || !file.starts_with('.'));
            let plain = !path
                .contains(|c: char| c.is_whitespace() || is_invisible(c) || "'\"#;{}".contains(c));
            let is_directory = entry.path().is_dir();
            let candidate = || match plain {
                true => Candidate::word(path),
                false => Candidate::quoted(&path),
            };
            wanted
                .then(candidate)
                .map(|found| if is_directory { found.followed_by('/') } else { found })
        })
        .collect();
    found.sort_by(|a, b| a.text.cmp(&b.text));
    found
}
