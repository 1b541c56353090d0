//! The script of a finding: the moves of its storm, up to the violation.

use super::plan::Plan;
use super::report::BrokenProperty;
use super::trial;
use crate::check::property;
use crate::history::saved;
use crate::quantity;

/// Runs the seed of a finding again, with its history, and writes the script that breaks the
/// property again. What makes scripts shorter belongs here, between the two.
pub(super) fn write(plan: &Plan, finding: &mut BrokenProperty) {
    let Some(property) = property::named(&finding.property) else { return };
    let timeline = trial::record(plan, finding.seed);
    let script = saved::script(timeline.journal());
    (finding.script, finding.commands) = finished(finding, property.says, &script);
}

/// The script with a heading, and with the property in its last line; and how many commands it has.
fn finished(finding: &BrokenProperty, says: &str, script: &str) -> (String, usize) {
    let BrokenProperty { property, seed, event, time_us, detail, .. } = finding;
    let expected = format!("expect violated {property}");
    // A step can violate several properties, and this one need not be the last.
    let mut lines: Vec<&str> = script.lines().filter(|line| *line != expected).collect();
    lines.push(&expected);
    let mut text = format!(
        "# Seed {seed} violates {property}: {says}.\n# At #{event}, {}: {detail}.\n\n",
        quantity::time(*time_us)
    );
    for line in &lines {
        text.push_str(line);
        text.push('\n');
    }
    (text, lines.len())
}
