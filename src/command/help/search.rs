//! The search for a word in all help texts.

use super::pages::{FAMILIES, about, entries, texts, topic, topics};
use crate::command::grammar::Grammar;
use crate::console::setting::OutputSetting;
use crate::language::suggest;
use crate::quantity::shown;
use crate::session::aliases::Aliases;
use crate::sim::Settings;
use crate::sim::settings::SETTING_NAMES;
use crate::view::document::{Document, Text, Tone};
use crate::view::render;

/// A page so wide that no line is wrapped.
const UNBROKEN: usize = 10_000;

/// `apropos WORD`: the commands, topics and settings in whose help a word occurs, or a line that
/// says that there are none.
pub fn apropos(grammar: &Grammar, word: &str) -> Document {
    let wanted = word.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let mut found: Vec<(String, String)> = Vec::new();
    for name in FAMILIES.iter().flat_map(|family| family.commands) {
        let Some(command) = grammar.definition(name) else { continue };
        if has(&everything(&command)) {
            found.push(((*name).to_owned(), about(&command)));
        }
    }
    for (name, about) in texts() {
        let told = topic(grammar, &Aliases::default(), name)
            .map(|document| render::text(&document, UNBROKEN));
        if told.is_ok_and(|told| has(&told)) {
            found.push((format!("help {name}"), about.to_owned()));
        }
    }
    let cluster = Settings::default().all().map(|setting| (setting.name(), setting.meaning()));
    for (name, meaning) in cluster
        .into_iter()
        .chain(OutputSetting::described())
        .filter(|(name, meaning)| has(name) || has(meaning))
    {
        found.push((format!("set {name}"), meaning.to_owned()));
    }
    if found.is_empty() {
        let names = grammar.names();
        let topics = topics().map(|(name, _)| name);
        let all =
            names.iter().map(String::as_str).chain(topics).chain(SETTING_NAMES.iter().copied());
        let near = suggest::hint(word, all);
        return Text::new()
            .toned(Tone::Dim, format!("the help does not mention {}{near}", shown(word)))
            .into();
    }
    entries(Document::new(), &found)
}

/// The whole help text of a command.
fn everything(command: &clap::Command) -> String {
    let texts = [command.get_about(), command.get_long_about(), command.get_after_help()];
    let arguments = command.get_arguments().flat_map(|argument| {
        let name = argument.get_long().map(|long| format!("--{long}"));
        [name, argument.get_help().map(ToString::to_string)]
    });
    let subs =
        command.get_subcommands().map(|sub| Some(format!("{} {}", sub.get_name(), about(sub))));
    let texts = texts.into_iter().map(|text| text.map(ToString::to_string));
    let all = std::iter::once(Some(command.get_name().to_owned()))
        .chain(texts)
        .chain(arguments)
        .chain(subs);
    all.flatten().collect::<Vec<_>>().join("\n")
}
