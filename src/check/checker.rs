//! The checker: it receives every event and checks every property against it.

use std::hint::cold_path;

use crate::raft::{Entry, Group, Index, Note, Position, Term};
use crate::seq::Pool;
use crate::sim::engine::Given;
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
    /// What clients saw; none if that is not judged.
    clients: Option<Clients>,
    /// A bit for each violated property, by its position in [`property::ALL`].
    broken: u64,
    /// Whether judging has ended.
    ended: bool,
}

impl Checker {
    /// The same checker, which does not judge what clients saw. Benchmarks measure by it what the
    /// rest costs.
    #[must_use]
    pub fn without_clients(self) -> Checker {
        Checker { clients: None, ..self }
    }

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
}

/// Whether these events replace a node's prepared log. They begin with a restart, as a real start
/// does, but also write a term and a vote.
fn prepared_again(news: &[Event]) -> bool {
    matches!(news.first(), Some(Event { kind: EventKind::NodeRestarted { .. }, .. }))
        && news.iter().any(|event| matches!(event.kind, EventKind::VoteSynced { .. }))
}

impl Watch for Checker {
    fn watching(group: &Group, pool: &Pool<Entry>) -> Checker {
        let (ledger, clients) = (Ledger::new(group, pool), Some(Clients::default()));
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
        if !self.ledger.has_begun() && prepared_again(news) {
            self.ledger = self.ledger.without(first.node);
        }
        let batch = news;
        let mut judge = Judge { checker: self, batch, first, account, ops, found: &mut found };
        judge.events();
        if !judge.checker.ended {
            judge.rest();
        }
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

/// The judgement of a batch of events.
struct Judge<'a, 'b> {
    checker: &'a mut Checker,
    batch: &'a [Event],
    /// The first event of the batch.
    first: &'a Event,
    account: Option<&'a NodeReport<'b>>,
    ops: &'a Ops,
    found: &'a mut Vec<Finding>,
}

/// Defines a function that judges the events of a kind, for each kind of which there are many. All
/// that concerns the kind is inlined into it, and nothing else, because the compiler knows the kind
/// there. So an event is dispatched once, and not again at each stage of its judgement.
macro_rules! by_kind {
    ($($judge:ident: $kind:pat,)*) => {
        $(#[inline(never)]
        fn $judge(&mut self, event: &'a Event) {
            if let kind @ $kind = event.kind {
                self.event(event, kind);
            }
        })*
    };
}

impl<'a> Judge<'a, '_> {
    /// Judges each event of the batch, until judging ends.
    #[inline(always)]
    fn events(&mut self) {
        let mut rest = self.batch;
        while let [event, behind @ ..] = rest
            && !self.checker.ended
        {
            self.checker.ledger.meet(event.node);
            match event.kind {
                EventKind::EntryApplied { .. } => match self.applied_again(rest) {
                    0 => self.applied(event),
                    again => {
                        rest = &rest[again..];
                        continue;
                    }
                },
                EventKind::MessageSent { .. } => self.sent(event),
                EventKind::MessageDelivered { .. } => self.delivered(event),
                EventKind::EntriesSynced { .. } => self.synced(event),
                EventKind::TimerFired { .. } => self.fired(event),
                EventKind::ClientInvoked { .. } => self.invoked(event),
                EventKind::ClientReplied { .. } => self.replied(event),
                EventKind::Note(Note::EntryAppended { .. }) => self.appended(event),
                EventKind::Note(Note::CommitAdvanced { .. }) => self.committed(event),
                _ => self.other(event),
            }
            rest = behind;
        }
    }

    by_kind! {
        applied: EventKind::EntryApplied { .. },
        sent: EventKind::MessageSent { .. },
        delivered: EventKind::MessageDelivered { .. },
        synced: EventKind::EntriesSynced { .. },
        fired: EventKind::TimerFired { .. },
        invoked: EventKind::ClientInvoked { .. },
        replied: EventKind::ClientReplied { .. },
        appended: EventKind::Note(Note::EntryAppended { .. }),
        committed: EventKind::Note(Note::CommitAdvanced { .. }),
    }

    #[inline(never)]
    fn other(&mut self, event: &'a Event) {
        self.event(event, event.kind);
    }

    /// A node that starts again applies its whole log again. Returns how many of these events, the
    /// first ones, do just that.
    #[inline(always)]
    fn applied_again(&mut self, events: &[Event]) -> usize {
        let Checker { ledger, clients, .. } = &mut *self.checker;
        if clients.as_ref().is_some_and(|clients| !clients.has_no_repeats()) {
            return 0;
        }
        let again = ledger.applied_again(events);
        if let (Some(last), Some(clients)) = (again.checked_sub(1), clients) {
            clients.applied_again(&events[last]);
        }
        again
    }

    /// Judges an event: before the ledger records it, after that, and by what clients saw.
    #[inline(always)]
    fn event(&mut self, event: &'a Event, kind: EventKind) {
        let Checker { ledger, clients, broken, ended } = &mut *self.checker;
        let (batch, by_engines) = (self.batch, self.ops.given.by_engines);
        let account = self.account.filter(|_| event.node == self.first.node);
        let mut report = Reporter { broken, found: self.found, given: &self.ops.given, event };
        property::before(
            &Case::new(ledger, event, batch, account, by_engines),
            kind,
            &mut |property, detail| report.violated(property, detail),
        );
        ledger.note(event, kind, account);
        if let Some(why) = ledger.beyond_judgement() {
            cold_path();
            *ended = true;
            let finding = JudgingEnded { node: event.node, event: event.id, why };
            return report.found.push(Finding::Ended(finding));
        }
        property::after(
            kind,
            || Case::new(ledger, event, batch, account, by_engines),
            &mut |property, detail| report.violated(property, detail),
        );
        if let Some(clients) = clients {
            clients.note(event, kind, self.ops, &mut |objection| report.objected(objection));
        }
    }

    /// Judges the node of the batch at rest. Its report describes it after all of the events, so
    /// what is wrong with it is wrong since the last one of its own.
    #[inline(always)]
    fn rest(&mut self) {
        let Checker { ledger, broken, .. } = &mut *self.checker;
        let Judge { batch, first, account, ops, .. } = *self;
        let case = Case::new(ledger, first, batch, account, ops.given.by_engines);
        property::at_rest(&case, &mut |property, detail| {
            let event = last_of_its_node(batch, first);
            let found = &mut *self.found;
            Reporter { broken, found, given: &ops.given, event }.violated(property, detail);
        });
    }
}

/// The last event of a batch at the node of the first one.
#[cold]
fn last_of_its_node<'a>(batch: &'a [Event], first: &'a Event) -> &'a Event {
    let of_node = |event: &&Event| {
        event.node == first.node && !matches!(event.kind, EventKind::PropertyViolated { .. })
    };
    batch.iter().rev().find(of_node).unwrap_or(first)
}

/// Writes down what is wrong with an event.
struct Reporter<'a> {
    broken: &'a mut u64,
    found: &'a mut Vec<Finding>,
    given: &'a Given,
    event: &'a Event,
}

impl Reporter<'_> {
    /// Records a violation, if the property can be judged. It is reported only if the property was
    /// not violated before.
    #[cold]
    #[inline(never)]
    fn violated(&mut self, property: &'static Property, detail: String) {
        if !property::is_judged(property, self.given) {
            return;
        }
        let bit = 1 << property::position(property);
        let known = *self.broken & bit != 0;
        *self.broken |= bit;
        if !known {
            let (property, node, event) = (property.name, self.event.node, self.event.id);
            let violation = Violation { property, node, event, detail: detail.into() };
            self.found.push(Finding::Violated(violation));
        }
    }

    #[cold]
    #[inline(never)]
    fn objected(&mut self, objection: Objection) {
        match objection {
            Objection::Violated(property, detail) => self.violated(property, detail),
            Objection::Undecided => self.found.push(undecided(self.event)),
        }
    }
}

/// The judge gives up whether answers fit together.
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
