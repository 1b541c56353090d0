//! `why`: an answer as sentences.

use crate::explain::{Answer, Case, Help, Since};
use crate::quantity;

use super::claims;
use super::document::{Document, Paragraph, Text, Tone};

/// An answer: whether the condition holds and since when, what decides, what would help, and what
/// could be lost.
pub fn answer(case: &Case<'_>, answer: &Answer) -> Document {
    let claims = answer.claims.iter().map(|claim| claims::sentence(case, claim));
    let helps = answer.helps.iter().map(|help| would_help(&answer.question, help));
    let lines = headline(answer).into_iter().chain(claims).chain(helps);
    lines.map(|text| Paragraph::hanging(2, text)).collect()
}

/// Whether the condition holds, and since when. Nothing if the question is about a thing.
fn headline(answer: &Answer) -> Option<Text> {
    let (holds, tone) = match answer.holds? {
        true => (" holds", Tone::Good),
        false => (" does not hold", Tone::Bad),
    };
    let text = Text::new().toned(Tone::Strong, &answer.question).toned(tone, holds);
    Some(match answer.since {
        Some(Since { event: 0, .. }) => text.plain(", as at the start"),
        Some(Since { event, time_us }) => text
            .plain(format!(" since {}", quantity::time(time_us)))
            .toned(Tone::Dim, format!(" (#{event})")),
        None => text,
    })
}

/// Moves after which the condition came true.
fn would_help(question: &str, help: &Help) -> Text {
    let commands = match help.commands.as_slice() {
        [] => format!("run until {question}"),
        commands => commands.join("; "),
    };
    Text::new()
        .toned(Tone::Strong, commands)
        .plain(format!(" would do: tried, true after {}", quantity::time(help.after_us)))
}
