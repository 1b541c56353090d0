//! The report of a hunt for people.

use super::coverage::MARKS;
use super::report::{BrokenProperty, Report};
use super::storm::trouble::Trouble;
use crate::check::property;
use crate::quantity;
use crate::view::counted;
use crate::view::document::{Document, Paragraph, Table, Text, Tone};
use crate::view::glance::clock;
use crate::view::violations;

/// The report without the scripts.
pub fn document(report: &Report) -> Document {
    let mut document = Document::from(tried(report));
    for finding in &report.findings {
        document = document.paragraph(Paragraph::hanging(2, broken(finding, report.all)));
        document = violations::drawn(document, &finding.detail);
    }
    if report.is_safe() {
        document = document.line(Text::new().toned(Tone::Good, "nothing broke"));
    }
    if report.not_judged > 0 {
        let not_judged = Text::new().toned(Tone::Warn, "not judged").plain(format!(
            ": progress in {}, whose settings or disks make a leader unlikely",
            counted(report.not_judged, "seed")
        ));
        document = document.paragraph(Paragraph::hanging(2, not_judged));
    }
    document.then(coverage(report))
}

/// What was tried, in a sentence.
fn tried(report: &Report) -> Text {
    let Report { seeds, nodes, shard, clients, .. } = report;
    let sizes = match nodes {
        Some(nodes) => counted(*nodes as u64, "node"),
        None => "1 to 7 nodes".to_owned(),
    };
    let part = shard.map_or(String::new(), |shard| format!(", shard {}/{}", shard.is, shard.of));
    let flaws = match report.flaws.as_slice() {
        [] => Text::new(),
        flaws => Text::new().toned(Tone::Bad, format!(" FLAWED: {}", flaws.join(", "))),
    };
    let planned = report.planned();
    let all = if seeds.done < planned { format!(" of {planned}") } else { String::new() };
    let simulated = clock(report.simulated_us);
    let text = Text::new()
        .toned(Tone::Strong, format!("{}{all}", counted(seeds.done, "seed")))
        .plain(format!(
            " ({} to {}{part}) of {}: clusters of {sizes}, {}, {simulated} of virtual time in all;",
            seeds.from,
            seeds.to,
            quantity::show_duration(report.for_us),
            counted(u64::from(*clients), "client"),
        ));
    let faults = match report.faults.as_slice() {
        [] => " no faults".to_owned(),
        faults => format!(" faults: {}", faults.join(", ")),
    };
    text.plain(faults).joined(flaws)
}

/// What broke, in a sentence.
fn broken(finding: &BrokenProperty, all: bool) -> Text {
    let BrokenProperty { property: name, seed, count, event, time_us, detail, .. } = finding;
    let detail = detail.lines().next().unwrap_or_default();
    let section = property::named(name).map_or("", |property| property.section);
    let others = match all && finding.seeds.len() > 1 {
        true => {
            let seeds: Vec<String> = finding.seeds.iter().map(u64::to_string).collect();
            format!(": {}", seeds.join(", "))
        }
        false => String::new(),
    };
    Text::new()
        .toned(Tone::Bad, format!("VIOLATED {name}"))
        .plain(format!(
            " in {}{others}; first in seed {seed} at #{event}, {}: {detail} ",
            counted(*count, "seed"),
            quantity::time(*time_us)
        ))
        .toned(Tone::Dim, format!("({section})"))
}

/// What happened how often, and what never did.
fn coverage(report: &Report) -> Document {
    let says = |name: &str| MARKS.iter().find(|(known, _)| *known == name).map_or("", |(_, it)| it);
    let happened = report.coverage.iter().filter(|one| one.count > 0);
    let rows: Vec<Vec<Text>> = happened
        .map(|one| {
            let (name, count) = (one.name.as_str(), one.count.to_string());
            vec![name.into(), count.as_str().into(), says(name).into()]
        })
        .collect();
    let never: Vec<&str> =
        report.coverage.iter().filter(|one| one.count == 0).map(|one| one.name.as_str()).collect();
    let document = match rows.is_empty() {
        true => Document::new(),
        false => Document::new().table(Table::new(["mark", "count", "what happened"], rows)),
    };
    match never.as_slice() {
        [] => document,
        never => {
            let text = Text::new()
                .toned(Tone::Warn, "never happened")
                .plain(format!(": {}", never.join(", ")));
            document.paragraph(Paragraph::hanging(2, text))
        }
    }
}

/// `help storms`: what a storm may do, and what a report counts.
pub fn storms() -> Document {
    let head = |text: &str| Text::new().toned(Tone::Strong, text);
    let begin = Document::from(
        "`hunt` draws a storm from each seed: the size and settings of a cluster, as far as nobody \
         chose them, which of the faults below it uses, how often and for how long, and what it \
         forces when something happens, such as a crash between a write and its sync. Storms rage \
         and rest in turns. A hunt does the same in every run, on any number of threads.",
    );
    let is_usual = |trouble: &&Trouble| trouble.is_recoverable();
    let faults = |document: Document, trouble: &Trouble| {
        document.paragraph(entry(trouble.name(), trouble.says()))
    };
    let document = begin.line(head("Faults that a correct cluster survives"));
    let document = Trouble::ALL.iter().filter(is_usual).fold(document, faults);
    let document = document.line(head("Faults that may lose what was committed: only if named"));
    let document = Trouble::ALL.iter().filter(|one| !is_usual(one)).fold(document, faults);
    let document = document.line(head("What a report counts"));
    MARKS.iter().fold(document, |document, (name, says)| document.paragraph(entry(name, says)))
}

/// A name with what it means, in two columns.
fn entry(name: &str, says: &str) -> Paragraph {
    const WIDTH: usize = 24;
    let text = Text::new().toned(Tone::Leader, format!("{name:<WIDTH$}  ")).plain(says);
    Paragraph::hanging(WIDTH + 2, text)
}
