//! The script of a scene, with a comment on each line that says what it is for.

use std::collections::BTreeSet;

use super::super::mend::mend;
use super::super::moves::{Move, Scene, Tags};
use super::goal::Goal;
use super::play::MEND_STEPS_MAX;
use crate::check::Checker;
use crate::history::Timeline;
use crate::sim::{Action, Event, EventId, EventKind, Range, Settings, World};
use crate::view::event;

/// The column in which comments begin, if the command is not longer.
const COLUMN: usize = 44;

/// The longest comment, in characters.
const COMMENT_MAX: usize = 100;

/// The script, and how many commands it has; none if it does not reach the goal.
pub(super) fn script(scene: &Scene, goal: &Goal) -> Option<(String, usize)> {
    let mut timeline: Timeline<Checker> =
        Timeline::with_settings(scene.nodes, scene.seed, scene.settings);
    let mut tags = Tags::default();
    let mut lines = Vec::new();
    let mut reached = None;
    for one in &scene.moves {
        if !one.make(&mut timeline, &mut tags) {
            continue;
        }
        lines.push((one.clone(), one.line(&tags), timeline.latest().to_vec()));
        reached = goal.after_move(timeline.world());
        if reached.is_some() {
            break;
        }
    }
    let mends = goal.mends() && reached.is_none();
    if mends {
        mend(&mut timeline, MEND_STEPS_MAX);
    }
    if !reached.unwrap_or_else(|| goal.is_reached(timeline.world())) {
        return None;
    }
    let causes = causes(&timeline, lines.last().map_or(&[], |(_, _, events)| events.as_slice()));
    let mut text = commented(&scene.first_line(), &cluster(&scene.settings));
    for (one, line, events) in &lines {
        let comment = comment(one, events, &causes, timeline.world());
        text.push_str(&commented(line, &comment));
    }
    if mends {
        text.push_str(&commented("mend", "all faults end, but there is no progress"));
    }
    text.push_str(&commented(&goal.line(), goal.meaning()));
    Some((text, lines.len() + usize::from(mends) + 2))
}

/// What is special about a cluster.
pub(super) fn cluster(settings: &Settings) -> String {
    let usual = Settings::default().all();
    let special = settings.all().into_iter().filter(|setting| !usual.contains(setting));
    let meanings: Vec<&str> = special.map(|setting| setting.meaning()).collect();
    match meanings.as_slice() {
        _ if settings.disk_latency == Range::exactly(0) && meanings.len() == 1 => {
            "writes finish at once".to_owned()
        }
        [] => "a fresh cluster".to_owned(),
        [only] => shortened(only),
        several => format!("{} settings matter", several.len()),
    }
}

/// A line with its comment.
pub(super) fn commented(line: &str, comment: &str) -> String {
    match comment {
        "" => format!("{line}\n"),
        comment => format!("{line:COLUMN$}  # {comment}\n"),
    }
}

/// The events in the chains of causes that lead to the violations among these events; to all of
/// these events if there is none.
fn causes(timeline: &Timeline<Checker>, last: &[Event]) -> BTreeSet<EventId> {
    let is_violation = |event: &&Event| matches!(event.kind, EventKind::PropertyViolated { .. });
    let broken: Vec<EventId> = last.iter().filter(is_violation).map(|event| event.id).collect();
    let mut open = match broken.is_empty() {
        true => last.iter().map(|event| event.id).collect(),
        false => broken,
    };
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if found.insert(id) {
            open.extend(timeline.events().get(id).and_then(Event::cause));
        }
    }
    found
}

/// What a move is for: what it led to in the chain of causes, or else what it changed.
fn comment(one: &Move, events: &[Event], causes: &BTreeSet<EventId>, world: &World) -> String {
    match one {
        Move::Act(Action::Flaw(flaw, true)) => return flaw.does().to_owned(),
        Move::Act(Action::Hold(..)) => return "messages arrive only by hand".to_owned(),
        Move::Act(Action::Wait(_)) => return "time passes, and nothing else happens".to_owned(),
        Move::Act(Action::Set(setting) | Action::SetOf(setting, _)) => {
            return setting.meaning().to_owned();
        }
        _ => {}
    }
    let told: Vec<&Event> = events.iter().filter(|event| tells(event)).collect();
    let in_chain = told.iter().rev().find(|event| causes.contains(&event.id));
    let leads = told.iter().rev().find(|event| event.kind.attributes().told.notable);
    let chosen = in_chain.or(leads).or(told.last()).copied().or(events.first());
    chosen.map_or_else(String::new, |event| shortened(&event::words(world, event)))
}

/// Whether an event says more than that a message was sent or arrived.
fn tells(event: &Event) -> bool {
    !matches!(
        event.kind,
        EventKind::MessageSent { .. }
            | EventKind::MessageDelivered { .. }
            | EventKind::TimerFired { .. }
            | EventKind::VoteSynced { .. }
    )
}

fn shortened(words: &str) -> String {
    match words.char_indices().nth(COMMENT_MAX) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words.to_owned(),
    }
}
