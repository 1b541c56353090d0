//! The bytes of a medium: how its records are spelled, what is read from them, and how they are harmed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Harm, Medium, NO_HARM};
use crate::disk::fault::{Ailing, Fault, Wound};
use crate::disk::record::{self, BLANK, Before, Content, Kind, MARKS, Mark, SLOT, Slot};
use crate::disk::recovery::{self, Checkpoint, Found, Place, Policy, Seen};

impl<S: Content, E: Content> Medium<S, E> {
    /// The bytes as they were written, slot by slot, the marks first.
    pub(in crate::disk) fn slots_as_written(&self) -> impl Iterator<Item = Slot> + use<S, E> {
        let mut before = Before::default();
        let written = self.all_records().into_iter().map(move |record| {
            let (slot, this) = record::write(&record, before);
            before = this;
            slot
        });
        self.marks().into_iter().chain(written)
    }

    /// The marks as they were written.
    fn marks(&self) -> [Slot; MARKS] {
        let Before { number: synced, identity: last, crc } = self.after(self.synced);
        [record::write_mark(Mark { synced, last, crc: crc.unwrap_or(0) }); MARKS]
    }

    /// The bytes as they are, slot by slot, the marks first.
    pub(in crate::disk) fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        let harm = self.harm();
        let now = move |(number, written)| harm.slots.get(&number).copied().unwrap_or(written);
        self.slots_as_written().enumerate().map(now).chain(harm.tail.iter().copied())
    }

    /// Reads everything, and shows every record's slot.
    pub(in crate::disk) fn read(&self, see: impl FnMut(Seen<S, E>)) -> Found<S, E> {
        recovery::read(self.slots(), Policy::Halt, see)
    }

    /// The same for a node that starts, and for whoever wants to know what a crash has left.
    ///
    /// As long as every record is as it was written, what they come to is known, and only what lies behind them is read.
    fn read_on(&self, policy: Policy, see: impl FnMut(Seen<S, E>)) -> Found<S, E> {
        if !self.harm().slots.is_empty() {
            return recovery::read(self.slots(), policy, see);
        }
        let known = Checkpoint { last: self.end(), state: self.state, entries: self.entries.clone() };
        let tail = self.harm().tail.iter().copied();
        let found = recovery::read_on(known, self.marks().into_iter().chain(tail), policy, see);
        debug_assert!(found == recovery::read(self.slots(), policy, |_| {}), "it reads as it was written");
        found
    }

    /// What a node finds that starts.
    ///
    /// # Errors
    /// What is lost, if the node must not go on without.
    pub(in crate::disk) fn recover(&self, policy: Policy) -> Result<Found<S, E>, Fault> {
        recovery::judge(self.read_on(policy, |_| {}), policy)
    }

    /// What the next record has to know of the last one.
    pub(in crate::disk) fn end(&self) -> Before {
        self.after(self.records)
    }

    /// What a record behind so many has to know of the last of these.
    fn after(&self, count: u32) -> Before {
        // A record's content checksum depends on its number and on the kind of the one before it: two are enough.
        let number = count.saturating_sub(2);
        let records = self.records_behind(number);
        let start = Before { number, ..Before::default() };
        let two = records.iter().take((count - number) as usize);
        two.fold(start, |before, record| record::write(record, before).1)
    }

    /// Bytes that a crash left behind the last record: what is whole and in order belongs to the log now.
    pub(in crate::disk) fn leave_tail(&mut self, tail: &[Slot]) {
        let last = tail.iter().rposition(|slot| *slot != BLANK).map_or(0, |last| last + 1);
        if last == 0 {
            return;
        }
        self.harm_mut().tail = tail[..last].to_vec();
        let records = self.records;
        let mut kept = Vec::new();
        self.read_on(Policy::Halt, |seen| {
            if seen.number > records && seen.place == Place::Tail {
                kept.extend(seen.reading);
            }
        });
        kept.iter().for_each(|record| self.push(record));
        self.harm_mut().tail.drain(..kept.len());
        self.drop_harm_if_none();
    }

    /// A start has found this: so much of the log is good, and what lies behind it goes. Now it is synced, and what was found is
    /// what is known of the medium from here on.
    pub(in crate::disk) fn settle(&mut self, found: &mut Found<S, E>) {
        if found.records < self.records {
            self.cut_to(found.records);
        }
        let end = MARKS + found.records as usize;
        self.synced = self.records;
        if let Some(harm) = &mut self.harm {
            let harm = Arc::make_mut(harm);
            harm.tail.clear();
            harm.slots.retain(|slot, _| (MARKS..end).contains(slot));
        }
        self.drop_harm_if_none();
        self.look_for_harm();
        debug_assert!(self.state == found.state && self.entries == found.entries, "read as it was written");
        found.entries = std::mem::take(&mut found.entries).beside(&self.entries);
        (self.state, self.entries) = (found.state, found.entries.clone());
    }

    /// What cannot be read besides these.
    pub(in crate::disk) fn ailing(&self) -> Ailing {
        if self.harm().slots.is_empty() {
            return Ailing::default();
        }
        let mut unread = BTreeSet::new();
        let found = self.read(|seen| {
            if seen.place == Place::Synced && seen.reading.is_err() {
                unread.insert(seen.number);
            }
        });
        let named = |wound: &Wound| {
            wound.identity.is_some_and(|identity| match identity.kind {
                Kind::State => self.state_damaged(),
                Kind::Entry => self.damaged().contains(&(identity.index as usize)),
                Kind::Truncation => false,
            })
        };
        found.wounds.iter().for_each(|wound| _ = unread.remove(&wound.number));
        let broken = found.marks.iter().zip(1..).filter(|(mark, _)| mark.is_none());
        Ailing {
            marks: broken.map(|(_, nth)| nth).collect(),
            lost: found.wounds.iter().filter(|wound| !named(wound)).map(|wound| wound.number).collect(),
            old: unread.into_iter().collect(),
        }
    }

    /// How many bytes there are.
    pub(in crate::disk) fn bytes(&self) -> u64 {
        ((MARKS + self.records as usize + self.harm().tail.len()) * SLOT) as u64
    }

    /// Makes a byte another than was written; false if it is so already.
    pub(in crate::disk) fn flip(&mut self, offset: u64) -> bool {
        let (number, at) = ((offset / SLOT as u64) as usize, (offset % SLOT as u64) as usize);
        let Some(mut slot) = self.slots().nth(number) else { return false };
        // What lies behind the last record was left there by a crash, not written.
        if self.slots_as_written().nth(number).is_some_and(|written| written[at] != slot[at]) {
            return false;
        }
        slot[at] = !slot[at];
        self.put(number, slot)
    }

    /// Puts other bytes into a slot, counted from the first mark; false if they are there already.
    pub(in crate::disk) fn put(&mut self, number: usize, slot: Slot) -> bool {
        if self.slots().nth(number) == Some(slot) {
            return false;
        }
        let end = MARKS + self.records as usize;
        let harm = self.harm_mut();
        match number.checked_sub(end) {
            Some(behind) => harm.tail[behind] = slot,
            None => _ = harm.slots.insert(number, slot),
        }
        self.look_for_harm();
        true
    }

    pub(super) fn harm(&self) -> &Harm {
        self.harm.as_deref().unwrap_or(&NO_HARM)
    }

    pub(super) fn harm_mut(&mut self) -> &mut Harm {
        Arc::make_mut(self.harm.get_or_insert_default())
    }

    /// Reads what is lost now.
    pub(super) fn look_for_harm(&mut self) {
        if self.harm.is_none() {
            return;
        }
        // The node that writes knows what is synced, and tells the marks anew: what is lost without them is another matter.
        let slots = self.marks().into_iter().chain(self.slots().skip(MARKS));
        let found: Found<S, E> = recovery::read(slots, Policy::Halt, |_| {});
        if found.records < self.records {
            // A record that a crash had left, and that was never synced, is torn now.
            let slots: Vec<Slot> = self.slots().skip(MARKS + found.records as usize).collect();
            self.cut_to(found.records);
            let harm = self.harm_mut();
            harm.slots.split_off(&(MARKS + found.records as usize));
            harm.tail = slots;
        }
        let lost =
            |kind| found.wounds.iter().filter_map(|wound| wound.identity).filter(move |it| it.kind == kind);
        let entries = lost(Kind::Entry).map(|identity| identity.index as usize).collect();
        let state = lost(Kind::State).next().is_some();
        let harm = self.harm_mut();
        (harm.entries, harm.state) = (entries, state);
        self.drop_harm_if_none();
    }

    pub(super) fn drop_harm_if_none(&mut self) {
        if self.harm().slots.is_empty() && self.harm().tail.is_empty() {
            self.harm = None;
        }
    }
}
