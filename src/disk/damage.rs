//! Harm that is done to what is on the medium. It is silent: a node finds it when it reads.

use std::collections::BTreeMap;

use super::Disk;
use super::listing::offset;
use super::record::{CONTENT_AT, Content, Identity, Kind, MARKS, Record, SLOT, Slot};

/// Which bytes are to be damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
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
pub struct Spot {
    /// The byte, or the slot's first.
    pub offset: u64,
    /// The number of the record; 0 for a mark.
    pub number: u32,
    /// Which record it was written as; none for a mark, or where there was none.
    pub identity: Option<Identity>,
}

impl<S: Content, E: Content> Disk<S, E> {
    /// Where the target is. None if there is nothing of the kind.
    pub fn spot(&self, target: Target) -> Option<Spot> {
        let (_, entries) = self.medium.durable();
        let content = |number: u32| offset(number) + CONTENT_AT as u64;
        let offset = match target {
            Target::LastEntry => content(self.medium.number_of(Kind::Entry, entries.len() as u32)?),
            Target::Entry(index) if index as usize > entries.len() => return None,
            Target::Entry(index) => content(self.medium.number_of(Kind::Entry, index)?),
            Target::State => content(self.medium.number_of(Kind::State, 0)?),
            Target::Tail => content(Some(self.medium.records()).filter(|&number| number > 0)?),
            Target::Byte(offset) if offset >= self.bytes() => return None,
            Target::Byte(offset) => offset,
        };
        Some(self.spot_at(offset))
    }

    fn spot_at(&self, offset: u64) -> Spot {
        let number = (offset / SLOT as u64 + 1).saturating_sub(MARKS as u64) as u32;
        let position = (number as usize).checked_sub(1);
        let records = self.medium.all_records();
        let identity = position.and_then(|position| records.get(position)).map(Record::identity);
        Spot { offset, number, identity }
    }

    /// Makes the byte at an offset another one; false if it is so already, or there is none.
    pub fn damage(&mut self, spot: Spot) -> bool {
        spot.offset < self.bytes() && self.medium.flip(spot.offset)
    }

    /// The record whose older version may come back next, as its place and the older one's: the latest state, or, where
    /// there was only ever one, the last entry that took the place of another. None if no record has an older version, or
    /// all have come back.
    pub fn older_version(&self) -> Option<(usize, Slot)> {
        let records = self.medium.all_records();
        // States after entries, later ones after earlier ones: for each its place, and that of its older version.
        let mut versions = BTreeMap::new();
        let mut latest = BTreeMap::new();
        for (at, record) in records.iter().enumerate() {
            let Identity { kind, index, .. } = record.identity();
            let key = (kind == Kind::State, index);
            if kind != Kind::Truncation
                && let Some(older) = latest.insert(key, at)
            {
                versions.insert(key, (at, older));
            }
        }
        let (written, now): (Vec<Slot>, Vec<Slot>) =
            (self.medium.slots_as_written().collect(), self.medium.slots().collect());
        let stale = |(at, older): &(usize, usize)| now[MARKS + at] == written[MARKS + older];
        let (at, older) = versions.into_values().rev().find(|version| !stale(version))?;
        Some((at, written[MARKS + older]))
    }

    /// It comes back. Says which record it took the place of.
    pub fn go_stale(&mut self) -> Option<Spot> {
        let (at, older) = self.older_version()?;
        self.medium.put(MARKS + at, older);
        Some(self.spot_at(offset(at as u32 + 1)))
    }
}
