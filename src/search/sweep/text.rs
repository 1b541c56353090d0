//! The report of a sweep for people.

use super::{Distribution, SweepReport};
use crate::quantity;
use crate::search::plan::{Seeds, Shard};
use crate::view::counted;
use crate::view::document::{Document, Paragraph, Table, Text, Tone};

/// The most failed seeds that are listed.
const FAILED_MAX: usize = 5;

/// The number of bars of a drawn distribution.
const BARS: u64 = 20;

/// The length of the longest bar, in characters.
const BAR_MAX: u64 = 50;

/// The report as a table, with what failed above it. With `plot`, each distribution is drawn below.
pub fn document(report: &SweepReport, plot: bool) -> Document {
    let mut document = Document::from(run(report));
    for failed in report.failed.iter().take(FAILED_MAX) {
        let text = Text::new()
            .toned(Tone::Bad, format!("seed {} failed", failed.seed))
            .plain(format!(" with status {}: {}", failed.status as u8, failed.error));
        document = document.paragraph(Paragraph::hanging(2, text));
    }
    if report.failed.len() > FAILED_MAX {
        let more = counted((report.failed.len() - FAILED_MAX) as u64, "more seed");
        document = document.line(format!("{more} failed; --format json lists all"));
    }
    if report.measures.is_empty() {
        return document.line("nothing was measured: `measure NAME` notes a value");
    }
    let rows = report.measures.iter().map(row).collect();
    let head = ["measure", "count", "least", "p50", "p90", "p99", "most", "mean"];
    document = document.table(Table::new(head, rows));
    match plot {
        true => report.measures.iter().fold(document, |document, one| document.then(drawn(one))),
        false => document,
    }
}

/// What was run, in a sentence.
fn run(report: &SweepReport) -> Text {
    let SweepReport { seeds, shard, failed, .. } = report;
    let part = shard.map_or(String::new(), |shard| format!(", shard {}/{}", shard.is, shard.of));
    let shard = shard.map(|shard| Shard { is: shard.is, of: shard.of });
    let planned = Seeds { all: seeds.from..=seeds.to, shard }.count() as u64;
    let all = if seeds.done < planned { format!(" of {planned}") } else { String::new() };
    let text = Text::new()
        .toned(Tone::Strong, format!("{}{all}", counted(seeds.done, "seed")))
        .plain(format!(" ({} to {}{part})", seeds.from, seeds.to));
    match failed.len() as u64 {
        0 => text,
        count => text.toned(Tone::Bad, format!(", {count} failed and left out")),
    }
}

fn row(one: &Distribution) -> Vec<Text> {
    let value = |value: u64| Text::from(shown(one, value).as_str());
    let Distribution { name, count, least, p50, p90, p99, most, mean, .. } = one;
    vec![
        name.as_str().into(),
        count.to_string().as_str().into(),
        value(*least),
        value(*p50),
        value(*p90),
        value(*p99),
        value(*most),
        value(*mean),
    ]
}

fn shown(one: &Distribution, value: u64) -> String {
    if one.is_duration { quantity::show_duration(value) } else { value.to_string() }
}

/// A distribution as bars: as many values of equal width as there are bars, from the least value
/// to p99, and one bar for all above. A long tail would press everything else into one bar.
fn drawn(one: &Distribution) -> Document {
    let title = Text::new().toned(Tone::Strong, &one.name);
    let width = ((one.p99 - one.least) / BARS).saturating_add(1);
    let mut counts: Vec<u64> = Vec::new();
    let mut above = 0;
    for value in &one.values {
        match usize::try_from((value - one.least) / width) {
            Ok(bar) if *value <= one.p99 => {
                if counts.len() <= bar {
                    counts.resize(bar + 1, 0);
                }
                counts[bar] += 1;
            }
            _ => above += 1,
        }
    }
    let longest = counts.iter().copied().chain([above]).max().unwrap_or(1).max(1);
    let mut seen = 0;
    let mut bar = |from: String, count: u64| {
        seen += count;
        let length = (count * BAR_MAX).div_ceil(longest) as usize;
        let percent = seen * 100 / one.count;
        vec![
            from.as_str().into(),
            count.to_string().as_str().into(),
            format!("{percent}%").as_str().into(),
            Text::new().toned(Tone::Leader, "█".repeat(length)),
        ]
    };
    let from = |nth: usize| one.least.saturating_add((nth as u64).saturating_mul(width));
    let mut rows: Vec<Vec<Text>> =
        counts.iter().enumerate().map(|(nth, count)| bar(shown(one, from(nth)), *count)).collect();
    if above > 0 {
        rows.push(bar(format!("above {}", shown(one, one.p99)), above));
    }
    Document::new()
        .line("")
        .line(title)
        .table(Table::new(["from", "count", "up to here", ""], rows))
}
