//! The script of a finding: the moves of its storm, up to the violation.

use super::plan::Plan;
use super::report::BrokenProperty;
use super::shrink::{Goal, Recording, RerunLines, shrink};
use super::trial;
use crate::check::property;
use crate::history::saved;
use crate::quantity;
use crate::sim::World;

/// Runs the seed of a finding again, with its history, and writes the script that breaks the
/// property again: a short one, or else the recorded moves. With engines it is the recorded moves:
/// trying shorter ones would start their processes again and again.
///
/// Before anything is said of an engine, fresh processes live its lives again: the difference is
/// returned, if there is one.
pub(super) fn write(
    plan: &Plan,
    finding: &mut BrokenProperty,
    rerun: Option<RerunLines>,
    stop: &dyn Fn() -> bool,
) -> Option<String> {
    let property = property::named(&finding.property)?;
    let (timeline, before_mend) = trial::record(plan, finding.seed);
    let different = verified(timeline.world());
    let goal = Goal::Violated(property.name);
    let recording = Recording::of(timeline.journal());
    let shrunk = match timeline.world().settings().engines.is_none() {
        true => shrink(&recording, &goal, before_mend, rerun, stop),
        false => None,
    };
    let script = match shrunk {
        Some(shrunk) => shrunk.script,
        None => saved::script(timeline.journal()),
    };
    (finding.script, finding.commands) = finished(finding, property.says, &script);
    different.map(|what| format!("seed {}: {what}", finding.seed))
}

/// How an engine answers differently when it lives a life again.
fn verified(world: &World) -> Option<String> {
    world.hosts().find_map(|host| {
        let ended = host.engine.iter().flat_map(|engine| engine.lives.iter());
        let mut lives = ended.chain(host.engine_life());
        lives.find_map(|life| match life.engine().room().verify(life) {
            Ok(()) => None,
            Err(breakdown) => Some(format!("the engine of {} {breakdown}", host.id)),
        })
    })
}

/// Whether a line is this command, with a comment or without one.
fn is_command(line: &str, command: &str) -> bool {
    line.split('#').next().is_some_and(|typed| typed.trim_end() == command)
}

/// The script with a heading, and with the property in its last line; and how many commands it has.
fn finished(finding: &BrokenProperty, says: &str, script: &str) -> (String, usize) {
    let BrokenProperty { property, seed, event, time_us, detail, .. } = finding;
    let expected = format!("expect violated {property}");
    // A step can violate several properties, and this one need not be the last.
    let (ends, mut lines): (Vec<&str>, Vec<&str>) =
        script.lines().partition(|line| is_command(line, &expected));
    lines.push(ends.last().unwrap_or(&expected.as_str()));
    let mut told = detail.lines();
    let mut text = format!(
        "# Seed {seed} violates {property}: {says}.\n# At #{event}, {}: {}.\n",
        quantity::time(*time_us),
        told.next().unwrap_or_default()
    );
    told.for_each(|drawn| text.push_str(&format!("#   {drawn}\n")));
    text.push('\n');
    for line in &lines {
        text.push_str(line);
        text.push('\n');
    }
    (text, lines.len())
}
