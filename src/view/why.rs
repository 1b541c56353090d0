//! `why`: an answer as sentences.

use crate::explain::{Answer, Case, Claim, Help, Since};
use crate::quantity;

use super::claims;
use super::document::{Document, Paragraph, STANDARD_WIDTH, Text, Tone};

/// The most lines of an answer about a condition, and the most moves that it lists.
const LINES: usize = 10;
const HELPS: usize = 2;

/// An answer: whether the condition holds and since when, what decides, what would help, and what
/// could be lost. An answer about a condition has no more lines than a reader takes in at once;
/// JSON has all its claims.
pub fn answer(case: &Case<'_>, answer: &Answer) -> Document {
    let goal = answer.goal.as_ref().unwrap_or(&answer.question);
    let helps = answer.helps.iter().take(HELPS).map(|help| would_help(goal, help));
    let (head, helps): (Vec<Text>, Vec<Text>) =
        (headline(answer).into_iter().collect(), helps.collect());
    let most = if answer.holds.is_some() { LINES } else { usize::MAX };
    let room = most.saturating_sub(head.iter().chain(&helps).map(lines).sum());
    let claims = fitting(case, &answer.claims, room);
    let all = head.into_iter().chain(claims).chain(helps);
    all.map(|text| Paragraph::hanging(2, text)).collect()
}

/// The sentences of the first claims, as many as fit into this many lines; the first one in any
/// case.
pub fn fitting(case: &Case<'_>, claims: &[Claim], mut room: usize) -> Vec<Text> {
    let mut texts = Vec::new();
    for claim in claims {
        let text = claims::sentence(case, claim);
        match room.checked_sub(lines(&text)) {
            Some(rest) => room = rest,
            None if texts.is_empty() => room = 0,
            None => break,
        }
        texts.push(text);
    }
    texts
}

/// How many lines a text takes on a page of the usual width, or one more.
fn lines(text: &Text) -> usize {
    let length: usize = text.0.iter().map(|span| span.text.chars().count()).sum();
    1 + length.saturating_sub(STANDARD_WIDTH).div_ceil(STANDARD_WIDTH - 12)
}

/// Whether the condition holds, and since when. Nothing if the question is about a thing.
fn headline(answer: &Answer) -> Option<Text> {
    let (holds, tone) = match answer.holds? {
        true => (" holds", Tone::Good),
        false => (" does not hold", Tone::Bad),
    };
    let text = Text::new().toned(Tone::Strong, &answer.question).toned(tone, holds);
    Some(match (answer.since, answer.holds) {
        (Some(Since { event: 0, .. }), Some(true)) => text.plain(", and has from the start"),
        (Some(Since { event: 0, .. }), _) => text.plain(", and never has"),
        (Some(Since { event, time_us }), _) => text
            .plain(format!(" since {}", quantity::time(time_us)))
            .toned(Tone::Dim, format!(" (#{event})")),
        (None, _) => text,
    })
}

/// Moves after which the condition held.
fn would_help(goal: &str, help: &Help) -> Text {
    let commands = match help.commands.as_slice() {
        [] => format!("run until {goal}"),
        commands => commands.join("; "),
    };
    Text::new()
        .toned(Tone::Strong, commands)
        .plain(format!(" would do: tried, true after {}", quantity::time(help.after_us)))
}
