//! Harm that is done to what is on the medium. It is silent: a node finds it when it reads.

use std::collections::BTreeMap;

use super::Disk;
use super::listing::offset;
use super::record::{self, CONTENT_AT, Content, Identity, Kind, MARKS, SLOT, Slot};

/// Which bytes are to be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageTarget {
    /// Those of the last entry.
    LastEntry,
    /// Those of this entry.
    Entry(u32),
    /// Those of the latest state.
    State,
    /// Those of the last record, whatever it is.
    Tail,
    /// The byte at this offset.
    Byte(u64),
}

/// Where harm was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DamagedRange {
    /// The byte, or the slot's first.
    pub offset: u64,
    /// The number of the record; 0 for a mark.
    pub number: u32,
    /// Which record it was written as; none for a mark, or where there was none.
    pub identity: Option<Identity>,
}

impl<S: Content, E: Content> Disk<S, E> {
    /// Where the target is. None if there is nothing of the kind.
    pub fn spot(&self, target: DamageTarget) -> Option<DamagedRange> {
        let (_, entries) = self.durable();
        let content = |number: u32| offset(number) + CONTENT_AT as u64;
        let entry = |index| self.latest(Kind::Entry, index).map(content);
        let offset = match target {
            DamageTarget::LastEntry => entry(entries.end() as u32)?,
            DamageTarget::Entry(index) if index as usize > entries.end() => return None,
            DamageTarget::Entry(index) => entry(index)?,
            DamageTarget::State => content(self.latest(Kind::State, 0)?),
            DamageTarget::Tail => {
                content(Some(self.medium.bytes().records()).filter(|&number| number > 0)?)
            }
            DamageTarget::Byte(offset) if offset >= self.bytes() => return None,
            DamageTarget::Byte(offset) => offset,
        };
        Some(self.spot_at(offset))
    }

    /// Which records were written, in order.
    fn identities(&self) -> impl Iterator<Item = Identity> {
        let slots = self.medium.bytes().written_from(MARKS);
        slots.filter_map(|slot| record::header(&slot)).map(|header| header.identity)
    }

    /// The number of the latest record that gave this: an entry, or the state.
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

    /// Makes the byte at an offset another one; false if it is so already, or there is none.
    pub fn damage(&mut self, spot: DamagedRange) -> bool {
        let (number, at) =
            ((spot.offset / SLOT as u64) as usize, (spot.offset % SLOT as u64) as usize);
        let bytes = self.medium.bytes();
        let Some(mut slot) = bytes.get(number) else { return false };
        // What lies behind the last record was left there by a crash, not written.
        if bytes.written_at(number).is_some_and(|written| written[at] != slot[at]) {
            return false;
        }
        slot[at] = !slot[at];
        self.medium.put(number, slot);
        true
    }

    /// The record whose older version may come back next, as its place and the older one's: the
    /// latest state, or, where there was only ever one, the last entry that took the place of
    /// another. None if no record has an older version, or all have come back.
    pub fn older_version(&self) -> Option<(usize, Slot)> {
        // States after entries, later ones after earlier ones: for each its slot, and that of its
        // older version.
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

    /// It comes back. Says which record it took the place of.
    pub fn go_stale(&mut self) -> Option<DamagedRange> {
        let (at, older) = self.older_version()?;
        self.medium.put(at, older);
        Some(self.spot_at((at * SLOT) as u64))
    }
}
