//! The checker: it receives every event and checks every property against it.

use crate::raft::{Entry, Group, Index, Note, Position, Term};
use crate::seq::Pool;
use crate::sim::{
    Event, EventKind, Finding, JudgingEnded, NodeReport, Ops, ProgressCase, Violation, Watch,
};

use super::clients::{Clients, Objection};
use super::ledger::{Election, Ledger};
use super::progress::{self, Missing};
use super::property::{self, Case, PROGRESS, Property};

/// Checks the guarantees of Raft. It reports each property once, at the first event that violates
/// it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Checker {
    ledger: Ledger,
    clients: Clients,
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

    /// What a cluster without faults has not reached: nothing if it has made progress.
    pub fn missing(&self, case: &ProgressCase<'_>) -> Vec<Missing> {
        let mut missing = progress::missing(case);
        if !missing.is_empty() {
            progress::explain(case, &self.ledger, &mut missing);
        }
        missing
    }

    /// Whether an entry of this index and term is known to have existed. Not known are entries
    /// that no node but the first had and no disk, if a crash lost them, and those that came after
    /// judging ended.
    pub fn knows(&self, entry: Position) -> bool {
        self.ledger.has_existed(entry.index, entry.term)
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
        let (ledger, clients) = (Ledger::new(group, pool), Clients::default());
        Checker { ledger, clients, broken: 0, ended: false }
    }

    fn look(
        &mut self,
        news: &[Event],
        account: Option<&NodeReport<'_>>,
        ops: &Ops,
    ) -> Vec<Finding> {
        let mut found = Vec::new();
        let Some(first) = news.first().filter(|_| !self.ended) else { return found };
        let Checker { ledger, clients, broken, ended } = self;
        let given = &ops.given;
        if !ledger.has_begun() && prepared_again(news) {
            *ledger = ledger.without(first.node);
        }
        let mut rest = news;
        while let Some((event, behind)) = rest.split_first() {
            ledger.meet(event.node);
            // A node that starts again applies its whole log again.
            if clients.has_no_repeats()
                && let again @ 1.. = ledger.applied_again(rest)
            {
                clients.applied_again(&rest[again - 1]);
                rest = &rest[again..];
                continue;
            }
            rest = behind;
            let account = account.filter(|_| event.node == first.node);
            let mut object = |property, detail| {
                if property::is_judged(property, given) {
                    found.extend(Checker::object(broken, event, property, detail));
                }
            };
            property::before(
                &Case::new(ledger, event, news, account, given.by_engines),
                &mut object,
            );
            ledger.note(event, account);
            if let Some(why) = ledger.beyond_judgement() {
                *ended = true;
                found.push(Finding::Ended(JudgingEnded { node: event.node, event: event.id, why }));
                return found;
            }
            property::after(
                &Case::new(ledger, event, news, account, given.by_engines),
                &mut object,
            );
            clients.note(event, ops, &mut |objection| match objection {
                Objection::Violated(property, _) if !property::is_judged(property, given) => {}
                Objection::Violated(property, detail) => {
                    found.extend(Checker::object(broken, event, property, detail));
                }
                Objection::Undecided => found.push(undecided(event)),
            });
        }
        // The report describes the node after all of these events, so it is judged at the node's
        // last one.
        let of_node = |event: &&Event| {
            event.node == first.node && !matches!(event.kind, EventKind::PropertyViolated { .. })
        };
        let last = news.iter().rev().find(of_node).unwrap_or(first);
        let mut object = |property, detail| {
            if property::is_judged(property, given) {
                found.extend(Checker::object(broken, last, property, detail));
            }
        };
        property::at_rest(&Case::new(ledger, last, news, account, given.by_engines), &mut object);
        found
    }

    /// A cluster that is not safe promises no progress: two leaders of one term would undo each
    /// other's entries without end. So nothing is judged after any violation.
    fn judge_progress(&mut self, case: &ProgressCase<'_>) -> Vec<Finding> {
        let missing = self.missing(case);
        if self.ended || self.broken != 0 {
            return Vec::new();
        }
        let violated = |property: &Property, missing: &[Missing]| {
            let node = progress::blamed(case, missing)?;
            let detail = progress::detail(case, missing).into();
            let (property, event) = (property.name, case.event);
            Some(Finding::Violated(Violation { property, node, event, detail }))
        };
        let all = (!missing.is_empty()).then_some((PROGRESS, &missing[..]));
        let own = missing.iter().filter_map(|one| Some((one.property?, std::slice::from_ref(one))));
        let mut found = Vec::new();
        for (property, missing) in all.into_iter().chain(own) {
            // Without a voter nobody could make progress, and nothing is violated.
            if let Some(violation) = violated(property, missing) {
                self.broken |= 1 << property::position(property);
                found.push(violation);
            }
        }
        found
    }
}

/// The judge gives up whether answers fit together.
#[cold]
fn undecided(event: &Event) -> Finding {
    let why = "the requests for a key may have taken effect in too many ways";
    Finding::Undecided(JudgingEnded { node: event.node, event: event.id, why })
}

/// Judges the recorded history of a cluster that began with this group, with what its clients asked
/// for and were told. A history does not contain
/// the nodes' reports of their own state, so the properties that compare events with reports are
/// not judged.
pub fn judge(group: &Group, history: &[Event], ops: &Ops) -> Vec<Finding> {
    let mut checker = Checker::watching(group, &Pool::default());
    let mut found = Vec::new();
    let mut rest = history;
    while let Some(first) = rest.first() {
        let (happening, behind) = rest.split_at(happening(first, &rest[1..]));
        found.extend(checker.look(happening, None, ops));
        rest = behind;
    }
    found
}

/// How many events form one batch, the first included: those that it caused, and those that replace
/// a prepared log. A delivery and a timer begin a batch of their own, and what an earlier judgement
/// wrote down belongs to none.
fn happening(first: &Event, behind: &[Event]) -> usize {
    let begins = |event: &Event| {
        matches!(
            event.kind,
            EventKind::MessageDelivered { .. }
                | EventKind::TimerFired { .. }
                | EventKind::PropertyViolated { .. }
                | EventKind::JudgingEnded
        )
    };
    let belongs = |event: &&Event| {
        if begins(event) {
            return false;
        }
        let prepared = matches!(event.kind, EventKind::Note(Note::RoleChanged { .. }));
        event.cause().map_or(prepared, |cause| cause >= first.id)
    };
    1 + behind.iter().take_while(belongs).count()
}
