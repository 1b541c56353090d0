//! What `help` shows: all commands, a family, a command, a topic.

use super::glossary;
use super::tools;
use super::topics::TOPICS;
use crate::command::alias::alias_text;
use crate::command::grammar::Grammar;
use crate::command::outlook::value_name;
use crate::language::statement::PROMPT;
use crate::language::{Error, Status, suggest};
use crate::quantity::shown;
use crate::search::text::storms;
use crate::session::aliases::Aliases;
use crate::view::document::{Document, Paragraph, Text, Tone};
use crate::view::{flaws, violations};

/// Commands for the same purpose.
pub(super) struct Family {
    /// Their purpose, as a heading.
    pub(super) title: &'static str,
    /// The name of the family as a topic of `help`.
    pub(super) topic: &'static str,
    /// The names of the commands.
    pub(super) commands: &'static [&'static str],
}

const fn family(
    title: &'static str,
    topic: &'static str,
    commands: &'static [&'static str],
) -> Family {
    Family { title, topic, commands }
}

/// The commands by purpose, in the order in which a newcomer needs them.
pub(super) const FAMILIES: &[Family] = &[
    family(
        "Looking",
        "looking",
        &["status", "logs", "history", "kv", "links", "messages", "ops", "diff", "settings"],
    ),
    family("Time", "time", &["step", "run", "settle"]),
    family("Other moments", "travel", &["goto", "back", "forward", "undo", "redo", "mark", "when"]),
    family("Breakpoints", "breakpoints", &["break", "watch", "breaks", "unbreak", "continue"]),
    family("Branches", "branching", &["branches", "branch", "switch", "compare"]),
    family(
        "Clients",
        "requests",
        &["put", "get", "del", "cas", "incr", "append", "retry", "clients"],
    ),
    family(
        "Faults",
        "faults",
        &["kill", "restart", "pause", "resume", "drift", "corrupt", "disk", "mend"],
    ),
    family(
        "Network",
        "network",
        &["cut", "heal", "isolate", "partition", "delay", "loss", "duplicate", "hold", "release"],
    ),
    family("By hand", "by-hand", &["timeout", "tick", "transfer", "deliver", "drop", "dup"]),
    family("Members", "changing", &["member", "members", "boot", "snapshot"]),
    family("Checking", "checking", &["expect", "why", "violations", "flaw"]),
    family("Searching", "searching", &["hunt", "shrink", "find", "stopwatch", "measure"]),
    family(
        "Sessions",
        "sessions",
        &["cluster", "engine", "preload", "set", "save", "load", "export"],
    ),
    family(
        "The shell",
        "shell",
        &["help", "tour", "apropos", "alias", "unalias", "echo", "source", "repeat", "quit"],
    ),
];

/// A topic whose page is generated: its name, what it is about, and the function that makes the
/// page.
type GeneratedTopic = (&'static str, &'static str, fn() -> Document);

const MADE: [GeneratedTopic; 7] = [
    (
        "properties",
        "the safety properties of Raft, checked at every event, and progress",
        violations::properties,
    ),
    ("storms", "what a hunt does to clusters, and what its report counts", storms),
    ("flaws", "what each flaw does, which property catches it, and its source", flaws::sources),
    (
        "glossary",
        "the terms of the paper, Kleppmann's lectures and etcd, side by side",
        glossary::glossary,
    ),
    ("redis", "what redis's commands are here", tools::redis),
    ("psql", "what SQL and psql's commands are here", tools::psql),
    ("gdb", "what gdb's commands are here", tools::gdb),
];

/// `help`: all commands, aliases and topics, one line each.
pub fn overview(grammar: &Grammar, aliases: &Aliases) -> Document {
    let mut document = Document::new();
    for Family { title, topic, commands } in FAMILIES {
        let title =
            Text::new().toned(Tone::Strong, *title).toned(Tone::Dim, format!("  help {topic}"));
        document = document.line(title);
        for name in *commands {
            let about = grammar.definition(name).map(|command| about(&command));
            document = document.paragraph(entry(name, WIDTH, &about.unwrap_or_default()));
        }
    }
    if aliases.iter().next().is_some() {
        document = document.line(Text::new().toned(Tone::Strong, "Aliases"));
    }
    for (name, commands) in aliases.iter() {
        document = document.paragraph(entry(name, WIDTH, commands));
    }
    document = document.line(Text::new().toned(Tone::Strong, "Topics"));
    let document = texts()
        .fold(document, |document, (name, about)| document.paragraph(entry(name, WIDTH, about)));
    document.paragraph(Paragraph::new(Text::new().toned(
        Tone::Dim,
        "help CMD and help TOPIC explain one of these; apropos WORD searches the help. To begin: \
            run until leader; put x=5; run 1s; logs. At the prompt, `tour` shows you around.",
    )))
}

/// The topics that are not families: the name of each, and what it is about.
pub(super) fn texts() -> impl Iterator<Item = (&'static str, &'static str)> {
    TOPICS
        .iter()
        .map(|topic| (topic.name, topic.about))
        .chain(MADE.iter().map(|made| (made.0, made.1)))
}

/// All topics, families included: the name of each, and what it is about.
pub fn topics() -> impl Iterator<Item = (&'static str, &'static str)> {
    texts().chain(FAMILIES.iter().map(|family| (family.topic, family.title)))
}

/// The width of the longest name of a command or topic.
const WIDTH: usize = 10;

/// A name, followed by what it is about.
pub(super) fn entry(name: &str, width: usize, about: &str) -> Paragraph {
    let text = Text::new().toned(Tone::Leader, format!("  {name:<width$}  ")).plain(about);
    Paragraph::hanging(width + 4, text)
}

/// The widest name that has its text beside it: the text begins below a wider one.
const WIDEST: usize = 24;

/// The document with these entries below it, in two columns: the first is as wide as the widest
/// name, or as [`WIDEST`].
pub(super) fn entries(mut document: Document, entries: &[(String, String)]) -> Document {
    let widths = entries.iter().map(|(name, _)| name.chars().count());
    let width = widths.filter(|width| *width <= WIDEST).max().unwrap_or(0);
    for (name, about) in entries {
        if name.chars().count() <= width {
            document = document.paragraph(entry(name, width, about));
        } else {
            let name = Text::new().toned(Tone::Leader, format!("  {name}"));
            document = document.line(name).paragraph(Paragraph::hanging(
                width + 4,
                Text::new().plain(format!("{:1$}{about}", "", width + 4)),
            ));
        }
    }
    document
}

pub(super) fn about(command: &clap::Command) -> String {
    help_of(command.get_about())
}

/// The examples of a command.
fn examples(command: &clap::Command) -> String {
    help_of(command.get_after_help())
}

/// `help NAME`: the page of a command, an alias or a topic.
///
/// # Errors
/// If there is no command, alias or topic of this name.
pub fn topic(grammar: &Grammar, aliases: &Aliases, name: &str) -> Result<Document, Error> {
    if let Some(commands) = aliases.get(name) {
        let title = Text::new().toned(Tone::Strong, format!("{name}: an alias for the prompt"));
        let forget = format!("`unalias {name}` forgets it, `help alias` explains aliases");
        return Ok(Document::from(title)
            .line(alias_text(name, commands))
            .line(Text::new().toned(Tone::Dim, forget)));
    }
    if let Some(topic) = TOPICS.iter().find(|topic| topic.name == name) {
        let title = Text::new().toned(Tone::Strong, format!("{}: {}", topic.name, topic.about));
        let document = topic.text.lines().fold(Document::from(title), |document, line| {
            document.paragraph(Paragraph::hanging(indent_of(line), line))
        });
        return Ok(match topic.name {
            "prompt" => document.paragraph(short(grammar)),
            "scripts" => Status::ALL.into_iter().fold(document, |document, status| {
                document.paragraph(entry(&(status as u8).to_string(), 3, status.meaning()))
            }),
            _ => document,
        });
    }
    if let Some((name, about, make)) = MADE.iter().find(|made| made.0 == name) {
        let mut document =
            Document::from(Text::new().toned(Tone::Strong, format!("{name}: {about}")));
        document.0.extend(make().0);
        return Ok(document);
    }
    if let Some(family) = FAMILIES.iter().find(|family| family.topic == name) {
        return Ok(commands(grammar, family));
    }
    let (first, rest) = name.split_once(' ').unwrap_or((name, ""));
    let known = grammar.definition(first).filter(|command| {
        rest.is_empty() || command.get_subcommands().any(|below| below.get_name() == rest)
    });
    match known {
        Some(command) => Ok(describe(grammar, &command)),
        None => {
            let names = grammar.names();
            let all = names.iter().map(String::as_str).chain(topics().map(|(name, _)| name));
            let near = suggest::hint(name, all);
            let message = format!("there is no help on {}{near}", shown(name));
            let word = name.split_whitespace().next().unwrap_or(name);
            let error = Error::usage(message).word(name).help("`help` lists commands and topics");
            Err(error.help(format!("`apropos {word}` searches the help for this word")))
        }
    }
}

/// The list of short names for commands.
fn short(grammar: &Grammar) -> Paragraph {
    let aliases = |name: &String| {
        let command = grammar.definition(name)?;
        let aliases: Vec<&str> = command.get_visible_aliases().collect();
        (!aliases.is_empty()).then(|| format!("{} {name}", aliases.join(" or ")))
    };
    let all: Vec<String> = grammar.names().iter().filter_map(aliases).collect();
    Paragraph::new(format!("Short names of commands: {}.", all.join(", ")))
}

/// Where the second column of a line begins, after three blanks or more: wrapped lines continue
/// there. Without a second column, where the line itself begins.
fn indent_of(line: &str) -> usize {
    let begin = line.len() - line.trim_start().len();
    let column = line[begin..].find("   ").map(|gap| begin + gap);
    let column = column.map(|gap| gap + line[gap..].len() - line[gap..].trim_start().len());
    column.map_or(begin, |column| line[..column].chars().count())
}

/// The commands of a family, each with an example.
fn commands(grammar: &Grammar, family: &Family) -> Document {
    let definitions = family.commands.iter().filter_map(|name| grammar.definition(name));
    let title = Document::from(Text::new().toned(Tone::Strong, family.title));
    definitions.fold(title, |document, command| {
        let example = examples(&command).lines().next().unwrap_or_default().to_owned();
        let example = Text::new().toned(Tone::Dim, PROMPT).plain(example);
        document
            .paragraph(entry(command.get_name(), WIDTH, &about(&command)))
            .example(WIDTH + 4, example)
    })
}

fn describe(grammar: &Grammar, command: &clap::Command) -> Document {
    let about = command
        .get_long_about()
        .or(command.get_about())
        .map(ToString::to_string)
        .unwrap_or_default();
    let mut document =
        Document::from(Text::new().toned(Tone::Strong, grammar.usage(command.get_name())));
    document =
        about.lines().fold(document, |document, line| document.paragraph(Paragraph::new(line)));
    let mut listed: Vec<(String, String)> =
        command.get_subcommands().map(|sub| (call(sub), help_of(sub.get_about()))).collect();
    // Subcommands share most of their arguments: each is explained once.
    let below = command.get_subcommands().flat_map(clap::Command::get_arguments);
    for argument in command.get_arguments().chain(below) {
        let name = synopsis(argument);
        if command.get_subcommands().next().is_none() || listed.iter().all(|it| it.0 != name) {
            listed.push((name, help_of(argument.get_help())));
        }
    }
    let aliases: Vec<&str> = command.get_visible_aliases().collect();
    if !aliases.is_empty() {
        document = document.line(format!("Short at the prompt: {}", aliases.join(", ")));
    }
    let document = entries(document, &listed);
    examples(command).lines().fold(document, |document, example| {
        document.example(2, Text::new().toned(Tone::Dim, PROMPT).plain(example))
    })
}

fn help_of(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

/// How a subcommand is called, without its options: `slow NODES DURATION`.
fn call(command: &clap::Command) -> String {
    let arguments = command.get_positionals().map(value_name);
    let words: Vec<String> =
        std::iter::once(command.get_name().to_owned()).chain(arguments).collect();
    words.join(" ")
}

/// How an argument is written: `NODES`, `--last N`.
fn synopsis(argument: &clap::Arg) -> String {
    match argument.get_long() {
        Some(long) if argument.get_action().takes_values() => {
            format!("--{long} {}", value_name(argument))
        }
        Some(long) => format!("--{long}"),
        None => value_name(argument),
    }
}
