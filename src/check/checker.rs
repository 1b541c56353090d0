//! The checker: it receives every event and checks every property against it.

use crate::raft::{Entry, Group, Index, Note, Position, Term};
use crate::seq::Pool;
use crate::sim::{
    Event, EventKind, Finding, JudgingEnded, NodeReport, ProgressCase, Violation, Watch,
};

use super::ledger::{Election, Ledger};
use super::progress;
use super::property::{self, Case, PROGRESS, Property};

/// Checks the guarantees of Raft. It reports each property once, at the first event that violates
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Checker {
    ledger: Ledger,
    /// A bit for each violated property, by its position in [`property::ALL`].
    broken: u64,
    /// Whether judging has ended.
    ended: bool,
}

impl Checker {
    /// Who stood for election in a term, who voted for whom, and who won. None once nothing is
    /// judged any more.
    pub fn election(&self, term: Term) -> Option<Election> {
        (!self.ended).then(|| self.ledger.election(term))
    }

    /// Whether an entry of this index and term is known to have existed. Not known are entries
    /// that no node but the first had and no disk, if a crash lost them, and those that came after
    /// judging ended.
    pub fn knows(&self, entry: Position) -> bool {
        self.ledger.birth(entry.index, entry.term).is_some()
    }

    /// The entry that was committed at an index, if any is known to be.
    pub fn committed(&self, index: Index) -> Option<Entry> {
        self.ledger.committed(index)
    }

    /// The index of the last entry that is known to be committed.
    pub fn last_committed(&self) -> Index {
        self.ledger.committed_count()
    }

    /// Records a violation. It is reported only if the property was not violated before.
    #[cold]
    fn object(
        broken: &mut u64,
        event: &Event,
        property: &'static Property,
        detail: String,
    ) -> Option<Finding> {
        let bit = 1 << property::position(property);
        let known = *broken & bit != 0;
        *broken |= bit;
        let (property, node, event) = (property.name, event.node, event.id);
        (!known)
            .then(|| Finding::Violated(Violation { property, node, event, detail: detail.into() }))
    }
}

/// Whether these events replace a node's prepared log. They begin with a restart, as a real start
/// does, but also write a term and a vote.
fn prepared_again(news: &[Event]) -> bool {
    matches!(news.first(), Some(Event { kind: EventKind::NodeRestarted { .. }, .. }))
        && news.iter().any(|event| matches!(event.kind, EventKind::VoteSynced { .. }))
}

impl Watch for Checker {
    fn watching(group: &Group, pool: &Pool<Entry>) -> Checker {
        Checker { ledger: Ledger::new(group, pool), broken: 0, ended: false }
    }

    fn look(&mut self, news: &[Event], account: Option<&NodeReport<'_>>) -> Vec<Finding> {
        let mut found = Vec::new();
        let Some(first) = news.first().filter(|_| !self.ended) else { return found };
        let Checker { ledger, broken, ended } = self;
        if !ledger.has_begun() && prepared_again(news) {
            *ledger = ledger.without(first.node);
        }
        for event in news {
            ledger.meet(event.node);
            let account = account.filter(|_| event.node == first.node);
            let mut object =
                |property, detail| found.extend(Checker::object(broken, event, property, detail));
            property::before(&Case { ledger, event, account }, &mut object);
            ledger.note(event, account);
            if let Some(why) = ledger.beyond_judgement() {
                *ended = true;
                found.push(Finding::Ended(JudgingEnded { node: event.node, event: event.id, why }));
                return found;
            }
            property::after(&Case { ledger, event, account }, &mut object);
        }
        // The report describes the node after all of these events, so it is judged at the node's
        // last one.
        let last = news.iter().rev().find(|event| event.node == first.node).unwrap_or(first);
        let mut object =
            |property, detail| found.extend(Checker::object(broken, last, property, detail));
        property::at_rest(&Case { ledger, event: last, account }, &mut object);
        found
    }

    /// A cluster that is not safe promises no progress: two leaders of one term would undo each
    /// other's entries without end. So nothing is judged after any violation.
    fn judge_progress(&mut self, case: &ProgressCase<'_>) -> Option<Finding> {
        let missing = progress::missing(case);
        if self.ended || self.broken != 0 || missing.is_empty() {
            return None;
        }
        let node = progress::blamed(case, &missing)?;
        self.broken |= 1 << property::position(PROGRESS);
        let detail = progress::detail(case, &missing).into();
        let (property, event) = (PROGRESS.name, case.event);
        Some(Finding::Violated(Violation { property, node, event, detail }))
    }
}

/// Judges the recorded history of a cluster that began with this group. A history does not contain
/// the nodes' reports of their own state, so the properties that compare events with reports are
/// not judged.
pub fn judge(group: &Group, history: &[Event]) -> Vec<Finding> {
    let mut checker = Checker::watching(group, &Pool::default());
    let mut found = Vec::new();
    let mut rest = history;
    while let Some(first) = rest.first() {
        let (happening, behind) = rest.split_at(happening(first, &rest[1..]));
        found.extend(checker.look(happening, None));
        rest = behind;
    }
    found
}

/// How many events form one batch, the first included: those that it caused, and those that replace
/// a prepared log.
fn happening(first: &Event, behind: &[Event]) -> usize {
    let belongs = |event: &&Event| {
        let prepared = matches!(event.kind, EventKind::Note(Note::RoleChanged { .. }));
        event.cause().map_or(prepared, |cause| cause >= first.id)
    };
    1 + behind.iter().take_while(belongs).count()
}
