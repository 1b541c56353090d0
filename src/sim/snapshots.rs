//! Snapshots: taking them, by hand and by themselves, and what follows when they reach the disk.

use std::collections::BTreeSet;
use std::hint::cold_path;

use crate::raft::{
    Body, ClientMistake, Configuration, DiskSpace, Entry, Index, Input, NodeSet, Position,
    Snapshot, SnapshotWrite, Term,
};

use super::answer::{Applied, Refused};
use super::event::{EventId, EventKind};
use super::host::Host;
use super::host_context::HostContext;
use super::images::Content;
use super::members::Configurations;
use super::record::Record;
use super::world::{Events, World};

/// The cause of a snapshot that was asked for by hand; events are numbered from 1.
const BY_HAND: EventId = 0;

impl World {
    /// The entry that a node committed at an index, even if it has discarded it since.
    pub fn committed_at(&self, record: &Record, index: Index) -> Option<Entry> {
        let discarded = || {
            let gone = index <= record.log.base().index;
            gone.then(|| self.environment.compacted.get(index.previous().0 as usize).copied())?
        };
        record.committed(index).or_else(discarded)
    }

    /// Lets nodes take snapshots, and keep this many entries before the end of each.
    pub(super) fn snapshot(
        &mut self,
        nodes: NodeSet,
        keep: u32,
        events: Events,
    ) -> Result<Applied, Refused> {
        if let Some(host) = nodes.iter().map(|id| self.host(id)).find(|host| !host.is_up()) {
            return Err(Refused::NotUp(host.id, host.state));
        }
        self.free_images();
        Ok(self.each(nodes, |world, node| {
            let taken = world.context(node, events).take_snapshot(keep, BY_HAND);
            world.look(events);
            taken
        }))
    }
}

impl HostContext<'_> {
    /// The node takes a snapshot of its state machine. False if it has applied nothing since its
    /// latest one, or does not know the configuration that a snapshot must have: a node that was
    /// booted learns it from a later entry.
    #[cold]
    pub(super) fn take_snapshot(&mut self, keep: u32, cause: EventId) -> bool {
        let Some(record) = self.host.record() else { return false };
        if record.report.applied <= record.begun_snapshot {
            return false;
        }
        let group = record.members.group_at(record.report.applied);
        if group.voters.is_empty() {
            return false;
        }
        let configuration = Configuration::of(group);
        let mut store = self.host.store.clone();
        if self.environment.makes(self.host.id, ClientMistake::SessionsNotInSnapshot) {
            store.forget_sessions();
        }
        let image = self.environment.images.number(Content { store, configuration });
        self.input(Input::Snapshot { image, keep }, cause, false);
        true
    }

    /// Takes a snapshot if the setting `snapshot-every` asks for one.
    #[inline]
    pub(super) fn snapshot_if_due(&mut self, cause: EventId) {
        let Some(every) = self.environment.settings.of(self.host.id).snapshot_every else { return };
        cold_path();
        let due = self.host.record().is_some_and(|record| {
            record.room == DiskSpace::Plenty
                && record.report.applied.0.saturating_sub(record.begun_snapshot.0) >= every
        });
        if due && self.host.is_up() {
            self.take_snapshot(0, cause);
        }
    }

    /// The node discards the entries before this one: they are remembered, because conditions may
    /// ask for them.
    #[cold]
    pub(super) fn keep_compacted(&mut self, first: Index) {
        let Some(record) = self.host.record() else { return };
        let compacted = &mut self.environment.compacted;
        let next = Index(compacted.end() as u32 + 1);
        if next < first && record.log.first_index() <= next {
            let gone = record.log.iter_from(next).take_while(|(index, _)| *index < first);
            compacted.extend(gone.map(|(_, entry)| entry));
        }
    }

    /// The state machine becomes the image of a snapshot.
    #[cold]
    pub(super) fn restore(&mut self, snapshot: Snapshot) {
        self.record_mut(|record| record.snapshot = Some(snapshot));
        let Some(content) = self.environment.images.get(snapshot.image) else { return };
        self.host.store = content.store.clone();
        self.environment.commits(snapshot.last.index, snapshot.configuration);
    }

    /// A snapshot has reached the disk.
    pub(super) fn snapshot_synced(&mut self, written: SnapshotWrite, cause: EventId) -> EventId {
        let SnapshotWrite { snapshot, base, installed } = written;
        let Position { index, term } = snapshot.last;
        if installed {
            return self.record(Some(cause), EventKind::SnapshotSynced { index, term });
        }
        let first = base.index.next();
        self.record_mut(|record| {
            record.snapshot = Some(snapshot).max_by_index(record.snapshot);
        });
        // No event came before a snapshot that was asked for by hand.
        self.record(
            (cause != BY_HAND).then_some(cause),
            EventKind::SnapshotTaken { index, term, first, image: snapshot.image },
        )
    }
}

/// The later of two snapshots.
trait Later {
    fn max_by_index(self, other: Self) -> Self;
}

impl Later for Option<Snapshot> {
    fn max_by_index(self, other: Option<Snapshot>) -> Option<Snapshot> {
        let index = |one: &Option<Snapshot>| one.map(|snapshot| snapshot.last.index);
        if index(&other) > index(&self) { other } else { self }
    }
}

impl Record {
    /// The last index that its latest snapshot includes, whether that is on its disk or not.
    pub fn begun_snapshot(&self) -> Index {
        self.begun_snapshot
    }

    /// The term of the last entry that its latest snapshot includes, on its disk or not.
    pub fn term_of_snapshot(&self) -> Option<Term> {
        let index = self.begun_snapshot;
        let latest = self.snapshot.map(|snapshot| snapshot.last);
        let latest = latest.filter(|last| last.index == index).map(|last| last.term);
        latest.or_else(|| self.log.term_at(index))
    }

    /// The node's log begins after this index from now on.
    pub(super) fn compact(&mut self, first: Index) {
        self.log.forget_through(first.previous());
    }

    /// A leader's snapshot replaces the log.
    pub(super) fn install(&mut self, last: Position, configuration: Configuration) {
        self.log.restart_behind(last);
        self.members = Configurations::new(configuration.group(), &self.log);
        self.durable = Index(0);
        self.unfinished.iter_mut().for_each(|(_, through)| *through = Index(0));
        self.begun_snapshot = last.index;
    }
}

impl World {
    /// Frees the images that nobody names any more, if there are many.
    #[inline]
    pub(super) fn free_images(&mut self) {
        if self.environment.images.is_full() {
            self.free_unnamed_images();
        }
    }

    #[cold]
    fn free_unnamed_images(&mut self) {
        let mut named = BTreeSet::new();
        for host in self.hosts() {
            host.name_images(&mut named);
        }
        for in_flight in self.environment.network.in_flight() {
            name_image(&in_flight.message.body, &mut named);
        }
        self.environment.images.keep(&named);
    }
}

impl Host {
    fn name_images(&self, named: &mut BTreeSet<u32>) {
        named.extend(self.disk.handles());
        named.extend(self.record().and_then(|record| record.snapshot).map(|it| it.image.0));
        self.outbox.iter().for_each(|waiting| name_image(&waiting.message.body, named));
    }
}

fn name_image(body: &Body, named: &mut BTreeSet<u32>) {
    if let Body::InstallSnapshot { snapshot } = body {
        named.insert(snapshot.image.0);
    }
}
