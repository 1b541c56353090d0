//! The report of a hunt as JUnit XML: a test case for each property that was judged.

use super::report::Report;
use crate::check::property;
use crate::console::junit::{Case, Trouble, xml};

/// The report as an XML document. Nothing in it depends on the time.
pub fn document(report: &Report) -> String {
    let cases: Vec<Case> = property::ALL
        .iter()
        .map(|property| {
            let broke = report.findings.iter().find(|found| found.property == property.name);
            Case {
                class: "hunt".to_owned(),
                name: property.name.to_owned(),
                file: None,
                trouble: broke.map(|found| Trouble::Failure {
                    kind: "expectation",
                    message: format!(
                        "violated in {} of {} seeds, first in seed {}: {}",
                        found.count, report.seeds.done, found.seed, found.detail
                    ),
                    text: found.script.clone(),
                }),
            }
        })
        .collect();
    xml(&cases)
}
