//! Damage to the bytes on the medium. It is silent: a node finds it only when it reads.

use std::collections::BTreeMap;

use super::Disk;
use super::listing::offset;
use super::record::{self, CONTENT_AT, Content, Identity, Kind, MARKS, SLOT, Slot};

/// Which bytes to damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageTarget {
    /// The first byte of the last entry's content.
    LastEntry,
    /// The first byte of the content of the entry at this index.
    Entry(u32),
    /// The first byte of the latest state's content.
    State,
    /// The first byte of the latest snapshot's content.
    Snapshot,
    /// The first byte of the content of the last record, of any kind.
    Tail,
    /// The byte at this offset.
    Byte(u64),
}

/// The damaged bytes: a single byte, or a slot that was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DamagedRange {
    /// The offset of the byte, or of the slot's first byte.
    pub offset: u64,
    /// The record's number; 0 for a mark.
    pub number: u32,
    /// The record that was written there; none for a mark, or if none was written there.
    pub identity: Option<Identity>,
}

impl<S: Content, E: Content> Disk<S, E> {
    /// Finds the target; none if the disk has no such bytes.
    pub fn spot(&self, target: DamageTarget) -> Option<DamagedRange> {
        let (_, entries) = self.durable();
        let content = |number: u32| offset(number) + CONTENT_AT as u64;
        let snapshot = self.base().map_or(0, |base| base.index);
        let entry = |index| self.latest(Kind::Entry, index).map(content);
        let offset = match target {
            DamageTarget::LastEntry => entry(entries.end() as u32)?,
            DamageTarget::Entry(index) if index as usize > entries.end() || index <= snapshot => {
                return None;
            }
            DamageTarget::Entry(index) => entry(index)?,
            DamageTarget::Snapshot => content(self.latest(Kind::Snapshot, snapshot)?),
            DamageTarget::State => content(self.latest(Kind::State, 0)?),
            DamageTarget::Tail => {
                content(Some(self.medium.bytes().records()).filter(|&number| number > 0)?)
            }
            DamageTarget::Byte(offset) if offset >= self.bytes() => return None,
            DamageTarget::Byte(offset) => offset,
        };
        Some(self.spot_at(offset))
    }

    /// The identities of the records as they were written, in order.
    fn identities(&self) -> impl Iterator<Item = Identity> {
        let slots = self.medium.bytes().written_from(MARKS);
        slots.filter_map(|slot| record::header(&slot)).map(|header| header.identity)
    }

    /// The number of the latest record that wrote this entry, or the state.
    fn latest(&self, kind: Kind, index: u32) -> Option<u32> {
        let numbered = (1..).zip(self.identities());
        let given =
            numbered.filter(|(_, identity)| identity.kind == kind && identity.index == index);
        given.map(|(number, _)| number).last()
    }

    fn spot_at(&self, offset: u64) -> DamagedRange {
        let slot = (offset / SLOT as u64) as usize;
        let number = (slot + 1).saturating_sub(MARKS) as u32;
        let written = self.medium.bytes().written_at(slot).filter(|_| number > 0);
        let identity = written.and_then(|slot| record::header(&slot)).map(|header| header.identity);
        DamagedRange { offset, number, identity }
    }

    /// Inverts the byte at this offset. False if it is damaged already, or if the disk has no such
    /// byte.
    pub fn damage(&mut self, spot: DamagedRange) -> bool {
        let (number, at) =
            ((spot.offset / SLOT as u64) as usize, (spot.offset % SLOT as u64) as usize);
        let bytes = self.medium.bytes();
        let Some(mut slot) = bytes.get(number) else { return false };
        // What is after the last record was left there by a crash, so nothing says what it should
        // be.
        if bytes.written_at(number).is_some_and(|written| written[at] != slot[at]) {
            return false;
        }
        slot[at] = !slot[at];
        self.medium.put(number, slot);
        true
    }

    /// The record to be replaced next by its older version: its slot's number, and the older
    /// version's bytes. It is the latest state, or else the last entry that replaced another one.
    /// None if no record has an older version, or if all are replaced already.
    pub fn older_version(&self) -> Option<(usize, Slot)> {
        // For each entry and for the state, the slots of its latest version and of the one before.
        // States come after entries, and higher indices after lower ones.
        let mut versions = BTreeMap::new();
        let mut latest = BTreeMap::new();
        for (at, Identity { kind, index, .. }) in (MARKS..).zip(self.identities()) {
            let key = (kind == Kind::State, index);
            if matches!(kind, Kind::State | Kind::Entry)
                && let Some(older) = latest.insert(key, at)
            {
                versions.insert(key, (at, older));
            }
        }
        let written: Vec<Slot> = self.medium.bytes().written_from(0).collect();
        let now: Vec<Slot> = self.slots().collect();
        let (at, older) =
            versions.into_values().rev().find(|(at, older)| now[*at] != written[*older])?;
        Some((at, written[older]))
    }

    /// Replaces that record by its older version; returns where, or none if there is none.
    pub fn go_stale(&mut self) -> Option<DamagedRange> {
        let (at, older) = self.older_version()?;
        self.medium.put(at, older);
        Some(self.spot_at((at * SLOT) as u64))
    }
}
