//! A node's disk: a log of records in bytes, what of it is certain, and what crashes and damage leave of it.
//!
//! # How it is kept
//!
//! A disk is written in one direction. Each change of a node's persistent state (a term and a vote, an entry, the dropping of
//! entries) is a record at the end of the log; nothing is ever written over. [`mod@record`] says byte by byte what a record
//! looks like. At the very beginning stand two marks, written one after the other at the end of every sync: so many records
//! are synced. They are the only bytes that are written over, and one of the two is always whole.
//!
//! A write takes time. Until it has finished, its records are in the disk's cache only, in order: the tail. A finished write
//! is synced: all records before the mark survive every crash. Of the tail a crash keeps what it likes ([`CrashTail`]).
//!
//! # How it is read
//!
//! [`recovery`] reads slot by slot and knows nothing but the bytes. From the marks it knows what must be there, and so it can
//! tell a torn tail (cut it, go on: nobody was promised anything) from a synced record that was damaged, lost, or replaced by
//! an old one (never take that for absent). Every byte is under a checksum. Which entry was lost can be told from the
//! record after it, or from the marks.
//!
//! # Where it is simulated
//!
//! Bytes follow from records, and nobody sees them but faults, listings and starts; so the `medium` keeps records, shared
//! between clones, and writes bytes when these ask. What damage did to bytes is kept as bytes. A start reads all of them, but
//! for records of which not one byte was touched since they were written: these read as what was written, and tests compare.
//!
//! | file | what |
//! |---|---|
//! | [`mod@record`] | records, marks, and their bytes |
//! | [`recovery`] | from bytes to a state; what to do about what is lost |
//! | `medium` | what reached the medium: records, and their bytes |
//! | `crash` | what a crash leaves of the tail |
//! | `damage` | harming what is on the medium |
//! | [`fault`] | what may be wrong, in words |
//! | [`listing`] | what is there, for people |
//!
//! The disk holds a state `S`, of which the latest counts, and entries `E`, numbered from 1, and knows of both that they are
//! [`Content`]. This folder imports nothing but [`crate::seq`].

mod crash;
mod damage;
pub mod fault;
pub mod listing;
mod medium;
pub mod record;
pub mod recovery;

use std::collections::{BTreeSet, VecDeque};

use crate::seq::Seq;

use fault::UNFINISHED_MAX;
use medium::Medium;
use record::{BLANK, Slot};

pub use damage::{Spot, Target};
pub use fault::{Ailing, CrashTail, Fault, Ill, Trouble, Wound};
pub use medium::Change;
pub use record::{Content, Identity, Kind, Record};
pub use recovery::Policy;

/// A disk that is full has room for so many more states: space that is set aside for them.
pub const RESERVE: u32 = 8;

/// A simulated disk.
#[derive(Clone, Debug, Hash)]
pub struct Disk<S: Clone, E: Clone> {
    medium: Medium<S, E>,
    /// Writes that have not reached the medium, oldest first.
    cache: VecDeque<Cached<S, E>>,
    /// So many of them, the oldest, are said to be synced.
    claimed: usize,
    /// How many entries its owner believes to be synced.
    told: usize,
    trouble: Trouble,
}

/// A write that has not reached the medium.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Cached<S, E> {
    change: Change<S, E>,
    /// It never will.
    vanishes: bool,
}

impl<S: Content, E: Content> Default for Disk<S, E> {
    fn default() -> Disk<S, E> {
        Disk::new(Seq::new())
    }
}

impl<S: Content, E: Content> Disk<S, E> {
    /// An empty disk, whose log grows from this sequence: an empty one.
    pub fn new(entries: Seq<E>) -> Disk<S, E> {
        Disk {
            medium: Medium::new(entries),
            cache: VecDeque::new(),
            claimed: 0,
            told: 0,
            trouble: Trouble::default(),
        }
    }

    /// Begins a write. It is durable once [`Disk::finish`] was called as often as writes began.
    ///
    /// # Errors
    /// The disk is cut, full, or takes no more.
    pub fn begin(&mut self, change: Change<S, E>) -> Result<(), Fault> {
        self.access()?;
        if self.unfinished() == UNFINISHED_MAX {
            return Err(Fault::Overwhelmed);
        }
        if let Some(reserve) = &mut self.trouble.full {
            let fits = *reserve > 0 && change.keep.is_none() && change.append.is_none();
            *reserve = if fits { *reserve - 1 } else { return Err(Fault::Full) };
        }
        let vanishes = std::mem::take(&mut self.trouble.loses);
        self.cache.push_back(Cached { change, vanishes });
        Ok(())
    }

    /// Finishes the oldest write: now it survives a crash, unless the disk lies.
    ///
    /// # Errors
    /// The disk was cut meanwhile; the write is lost.
    pub fn finish(&mut self) -> Result<Finished<S>, Fault> {
        self.access()?;
        let Some(Cached { change, vanishes }) = self.cache.get(self.claimed) else {
            return Ok(Finished::default());
        };
        let touched = change.keep.is_some() || change.append.is_some();
        let kept = change.keep.unwrap_or(self.told);
        self.told = kept + change.append.as_ref().map_or(0, |entries| entries.len());
        let finished = Finished {
            state: change.state,
            kept: touched.then_some(kept),
            through: self.told,
            vanished: *vanishes,
        };
        self.claimed += 1;
        if !self.trouble.lies {
            self.sync();
        }
        Ok(finished)
    }

    /// All that is said to be synced is.
    fn sync(&mut self) {
        for Cached { change, vanishes } in self.cache.drain(..self.claimed) {
            match vanishes {
                false => self.medium.write(&change),
                true => self.medium.lose(&change),
            }
        }
        self.claimed = 0;
    }

    /// A crash of the owner: of what has not finished it leaves as much as is said. `below` draws a number below its
    /// argument.
    pub fn crash(&mut self, tail: CrashTail, below: &mut dyn FnMut(u64) -> u64) -> Option<Left> {
        let tears = std::mem::take(&mut self.trouble.tears);
        let how = if tears { CrashTail::Torn } else { tail };
        let left = (how != CrashTail::Lose && !self.cache.is_empty()).then(|| {
            let mut slots: Vec<Slot> = self.cached().into_iter().map(|(_, slot)| slot).collect();
            let before = self.medium.records();
            crash::tear(&mut slots, how, below);
            self.medium.leave_tail(&slots);
            Left { kept: self.medium.records() - before, torn: self.medium.has_tail() }
        });
        let left = left.filter(|left| left.kept > 0 || left.torn);
        self.cache.clear();
        self.claimed = 0;
        self.told = self.medium.durable().1.end();
        left
    }

    /// The records in the cache, as they will be written.
    fn cached(&self) -> Vec<(Record<S, E>, Slot)> {
        let mut cached = Vec::new();
        if self.cache.is_empty() {
            return cached;
        }
        let mut before = self.medium.end();
        let mut length = self.medium.durable().1.end();
        for Cached { change, vanishes } in &self.cache {
            for record in change.records(length) {
                let (slot, this) = record::write(&record, before);
                cached.push((record, if *vanishes { BLANK } else { slot }));
                before = this;
            }
            length = change.length_after(length);
        }
        cached
    }

    /// Reads everything, as a node does when it starts, and mends what may be mended: a torn tail is cut off. What is left
    /// is synced, and the marks say so. The node gets what was read, and nothing that anybody remembers.
    ///
    /// # Errors
    /// The disk is cut, or a record is lost without which the node must not start.
    pub fn start(&mut self, policy: Policy) -> Result<Started<S, E>, Fault> {
        self.access()?;
        debug_assert!(self.cache.is_empty(), "a node starts after it has stopped");
        let mut found = self.medium.recover(policy)?;
        let dropped = self.medium.synced().saturating_sub(found.records);
        let kept = found.records.saturating_sub(self.medium.synced());
        self.medium.settle(&mut found);
        self.told = found.entries.end();
        let (torn, renewed) = (found.torn && dropped == 0, found.marks.contains(&None));
        Ok(Started { state: found.state, entries: found.entries, torn, renewed, kept, dropped })
    }

    /// Reads everything and changes nothing.
    ///
    /// # Errors
    /// The disk is cut, or a record is lost: the first one is named.
    pub fn scrub(&self) -> Result<(), Fault> {
        self.access()?;
        recovery::recover::<S, E>(self.slots(), Policy::Halt).map(|_| ())
    }

    fn access(&self) -> Result<(), Fault> {
        if self.trouble.cut { Err(Fault::Cut) } else { Ok(()) }
    }

    /// What is wrong with it for now.
    pub fn trouble(&self) -> &Trouble {
        &self.trouble
    }

    /// Changes that; false if nothing changed.
    pub fn set_trouble(&mut self, trouble: Trouble) -> bool {
        std::mem::replace(&mut self.trouble, trouble) != trouble
    }

    /// Whether its owner has no access.
    pub fn is_cut(&self) -> bool {
        self.trouble.cut
    }

    /// What would survive a crash now, as an onlooker sees it who needs no access. Lost entries are among it: see
    /// [`Disk::damaged`] and [`Disk::state_damaged`].
    pub fn durable(&self) -> (S, &Seq<E>) {
        self.medium.durable()
    }

    /// The indices of entries that cannot be read any more, in order.
    pub fn damaged(&self) -> &BTreeSet<usize> {
        self.medium.damaged()
    }

    /// Whether the latest state cannot be read any more.
    pub fn state_damaged(&self) -> bool {
        self.medium.state_damaged()
    }

    /// What cannot be read besides: all records are read for that, if any byte is not as it was written.
    pub fn ailing(&self) -> Ailing {
        self.medium.ailing()
    }

    /// Whether a crash left torn pieces behind the last record.
    pub fn is_torn(&self) -> bool {
        self.medium.has_tail()
    }

    /// How many writes have begun and not finished.
    pub fn unfinished(&self) -> usize {
        self.cache.len() - self.claimed
    }

    /// How many writes are said to be synced and are not.
    pub fn claimed(&self) -> usize {
        self.claimed
    }

    /// What is on the medium, slot by slot, the marks first.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.medium.slots()
    }

    /// How many bytes are on the medium.
    pub fn bytes(&self) -> u64 {
        self.medium.bytes()
    }
}

impl<S: Content, E: Content> Change<S, E> {
    /// The records that it is written as, behind a log of this length.
    fn records(&self, length: usize) -> impl Iterator<Item = Record<S, E>> + '_ {
        let kept = self.keep.unwrap_or(length);
        let entries = self.append.iter().flat_map(|entries| entries.iter());
        let entries = (kept as u32 + 1..).zip(entries).map(|(index, &entry)| Record::Entry(index, entry));
        let truncation = self.keep.map(|keep| Record::Truncation(keep as u32 + 1));
        self.state.map(Record::State).into_iter().chain(truncation).chain(entries)
    }

    fn length_after(&self, length: usize) -> usize {
        self.keep.unwrap_or(length) + self.append.as_ref().map_or(0, |entries| entries.len())
    }
}

/// What a finished write made durable, or is said to have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Finished<S> {
    /// The new state, if the write had one.
    pub state: Option<S>,
    /// If it dropped or added entries: how many stayed as they were.
    pub kept: Option<usize>,
    /// How many entries there are now.
    pub through: usize,
    /// It is not so: the write has vanished.
    pub vanished: bool,
}

/// What a crash left of a tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// So many whole records.
    pub kept: u32,
    /// And something behind them.
    pub torn: bool,
}

/// What a node starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started<S, E: Clone> {
    /// The latest state.
    pub state: S,
    /// The log.
    pub entries: Seq<E>,
    /// Whether there was a torn tail, which is now cut off.
    pub torn: bool,
    /// Whether a mark was damaged: both are whole now.
    pub renewed: bool,
    /// How many whole records of the tail were kept.
    pub kept: u32,
    /// How many synced records were dropped. Only an unsafe policy does that.
    pub dropped: u32,
}
