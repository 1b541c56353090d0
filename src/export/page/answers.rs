//! What `why` answers at the moments at which somebody would ask: after each command, and where a
//! property was violated.
//!
//! An answer is kept where it differs from the one before. All answers of a page have a bound, so
//! that long sessions stay small: then the moments are spread evenly over the session.

use std::collections::{BTreeMap, BTreeSet};

use super::data::{Answer, TextId};
use super::texts::Texts;
use crate::check::Checker;
use crate::check::condition::{Condition, Fact};
use crate::explain::{self, Case, Thing};
use crate::history::tree::{Place, Tree};
use crate::language::Error;
use crate::raft::{NodeSet, Position};
use crate::sim::{EventId, World};
use crate::view::claims;
use crate::view::document::Tone;

/// The most moments at which questions are asked.
const MOMENTS: usize = 200;

/// The most entries, and the most nodes, that are asked about at a moment.
const ENTRIES: usize = 6;
const NODES: usize = 9;

/// The most bytes of all answers of a page.
const BYTES: usize = 90_000;

/// A moment: where it is, and after how many events.
pub(super) type Asked = (Place, EventId);

/// The answers at these moments of a branch, which must be in order. The tree is a copy, which goes
/// from moment to moment. `spent` is how many bytes the answers of the page have.
///
/// # Errors
/// What `check_stop` fails with.
pub(super) fn answers(
    tree: &mut Tree<Checker>,
    nodes: NodeSet,
    moments: &[Asked],
    (texts, spent): (&mut Texts, &mut usize),
    check_stop: &mut dyn FnMut() -> Result<(), Error>,
) -> Result<Vec<Answer>, Error> {
    let mut last: BTreeMap<String, (Option<bool>, Vec<TextId>)> = BTreeMap::new();
    let mut found = Vec::new();
    let apart = moments.len().div_ceil(MOMENTS).max(1);
    let latest = moments.len().saturating_sub(1);
    for (nth, (place, event)) in moments.iter().enumerate() {
        if *spent > BYTES {
            break;
        }
        if nth % apart != 0 && nth != latest {
            continue;
        }
        check_stop()?;
        tree.go_to(*place);
        let case = Case::new(tree);
        let told = asked(&case, nodes);
        let gone: Vec<String> =
            last.keys().filter(|question| !told.contains_key(*question)).cloned().collect();
        for question in gone {
            last.remove(&question);
            let q = texts.plain(&question);
            found.push(Answer { e: *event, q, h: None, c: Vec::new() });
        }
        for (question, answer) in told {
            let before = texts.bytes;
            let sentence = |claim| {
                let section = explain::Claim::about(claim).section;
                let text = claims::sentence(&case, claim).into_string();
                texts.of(Tone::Plain, text, section)
            };
            let c: Vec<TextId> = answer.claims.iter().map(sentence).collect();
            *spent += texts.bytes - before + 8 * c.len();
            if last.get(&question) == Some(&(answer.holds, c.clone())) {
                continue;
            }
            let q = texts.plain(&question);
            last.insert(question, (answer.holds, c.clone()));
            found.push(Answer { e: *event, q, h: answer.holds, c });
        }
    }
    Ok(found)
}

/// The answers to all questions that make sense at a moment.
fn asked(case: &Case<'_>, nodes: NodeSet) -> BTreeMap<String, explain::Answer> {
    let world = case.world();
    let mut told = BTreeMap::new();
    let mut keep = |answer: explain::Answer| {
        told.insert(answer.question.clone(), answer);
    };
    if world.leader().is_none()
        && let Ok(answer) = explain::condition(case, &Condition::Is(Fact::Leader))
    {
        keep(answer);
    }
    for violation in world.violations() {
        let violated = Condition::Is(Fact::Violated(violation.property));
        explain::condition(case, &violated).into_iter().for_each(&mut keep);
    }
    for entry in open_entries(world) {
        explain::thing(case, Thing::Entry(entry)).into_iter().for_each(&mut keep);
    }
    for node in nodes.intersection(world.nodes()).iter().take(NODES) {
        let number = node.position() as u64 + 1;
        explain::thing(case, Thing::Node(number)).into_iter().for_each(&mut keep);
    }
    told
}

/// The first entries in any log that no node knows as committed.
fn open_entries(world: &World) -> Vec<Position> {
    let committed = world.hosts().filter_map(|host| host.report()).map(|report| report.commit);
    let first = committed.max().unwrap_or_default().next();
    let mut open = BTreeSet::new();
    for host in world.hosts() {
        let log = host.log();
        let entries = log.iter_from(first.max(log.first_index())).take(ENTRIES);
        open.extend(entries.map(|(index, entry)| (index, entry.term)));
    }
    open.into_iter().take(ENTRIES).map(|(index, term)| Position { index, term }).collect()
}
