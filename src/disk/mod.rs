//! A node's disk: a log of records in bytes, what of it is certain, and what crashes and damage
//! leave of it.
//!
//! # How it is kept
//!
//! A disk is written in one direction. Each change of a node's persistent state (a term and a vote,
//! an entry, the dropping of entries) is a record at the end of the log; nothing is ever written
//! over. [`mod@record`] says byte by byte what a record looks like. At the very beginning stand two
//! marks, written one after the other at the end of every sync: so many records are synced. They
//! are the only bytes that are written over, and one of the two is always whole.
//!
//! A write takes time. Until it has finished, its records are in the disk's cache only, in order:
//! the tail. A finished write is synced: all records before the mark survive every crash. Of the
//! tail a crash keeps what it likes ([`CrashTail`]).
//!
//! # How it is read
//!
//! [`recovery`] reads slot by slot and knows nothing but the bytes. From the marks it knows what
//! must be there, and so it can tell a torn tail (cut it, go on: nobody was promised anything) from
//! a synced record that was damaged, lost, or replaced by an old one (never take that for absent).
//! Every byte is under a checksum. Which entry was lost can be told from the record after it, or
//! from the marks.
//!
//! # Where it is simulated
//!
//! A disk is its bytes: starts, scrubs and listings read them; writes, crashes and damage change
//! them. What is lost is what a reader finds lost, and nobody keeps account of it otherwise.
//!
//! Nearly all slots of nearly all disks hold what was written there. `bytes` keeps these as the
//! difference that they made to the state and the log, which cost nothing besides what everybody
//! asks for anyway, and makes their bytes when somebody looks. Any other slot it keeps as it is. So
//! it also knows what was written where something else is now. No node is ever shown that, but an
//! onlooker is: [`Disk::durable`] says what was lost, as it was.
//!
//! | file | what |
//! |---|---|
//! | [`mod@record`] | records, marks, and their bytes |
//! | [`recovery`] | from bytes to a state; what to do about what is lost |
//! | `change` | what is written at once |
//! | `written` | what was written, in little room, and its bytes |
//! | `bytes` | what is there: slots, written or not |
//! | `medium` | the bytes, how they change, and what can be read of them |
//! | `crash` | what a crash leaves of the tail |
//! | `damage` | harming what is on the medium |
//! | [`fault`] | what may be wrong, in words |
//! | [`listing`] | what is there, for people |
//!
//! To add a kind of record, begin in [`mod@record`]; what it does to the log stands in `recovery`
//! (reading) and in `written` (writing, and the way back).
//!
//! The disk holds a state `S`, of which the latest counts, and entries `E`, numbered from 1, and
//! knows of both that they are [`Content`]. The log may begin behind a snapshot ([`Base`]); nobody
//! writes one yet. This folder imports nothing but [`crate::seq`].

mod bytes;
mod change;
mod crash;
mod damage;
pub mod fault;
pub mod listing;
mod medium;
pub mod record;
pub mod recovery;
mod written;

use std::collections::{BTreeSet, VecDeque};

use crate::seq::Seq;

use fault::UNFINISHED_MAX;
use medium::Medium;
use record::{BLANK, Slot};
use recovery::DiskContents;

pub use change::Change;
pub use damage::{DamageTarget, DamagedRange};
pub use fault::{CrashTail, DiskTrouble, Fault, LostRecord, SlotDefect, Unreadable};
pub use record::{Base, Content, Identity, Kind, Record};
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
    trouble: DiskTrouble,
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
            trouble: DiskTrouble::default(),
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

    /// A crash of the owner: of what has not finished it leaves as much as is said. `below` draws a
    /// number below its argument.
    pub fn crash(
        &mut self,
        tail: CrashTail,
        below: &mut dyn FnMut(u64) -> u64,
    ) -> Option<CrashRemains> {
        let tears = std::mem::take(&mut self.trouble.tears);
        let how = if tears { CrashTail::Torn } else { tail };
        let left = (how != CrashTail::Lose && !self.cache.is_empty()).then(|| {
            let mut slots: Vec<Slot> = self.cached().into_iter().map(|(_, slot)| slot).collect();
            let before = self.medium.bytes().records();
            crash::tear(&mut slots, how, below);
            self.medium.leave_tail(&slots);
            CrashRemains {
                kept: self.medium.bytes().records() - before,
                torn: self.medium.has_tail(),
            }
        });
        let left = left.filter(|left| left.kept > 0 || left.torn);
        self.cache.clear();
        self.claimed = 0;
        self.told = self.durable().1.end();
        left
    }

    /// The records in the cache, as they will be written.
    fn cached(&self) -> Vec<(Record<S, E>, Slot)> {
        let mut cached = Vec::new();
        if self.cache.is_empty() {
            return cached;
        }
        let mut before = self.medium.bytes().last();
        let mut last = self.durable().1.end();
        for Cached { change, vanishes } in &self.cache {
            for record in change.records(last) {
                let (slot, this) = record::write(&record, before);
                cached.push((record, if *vanishes { BLANK } else { slot }));
                before = this;
            }
            last = change.last_after(last);
        }
        cached
    }

    /// Reads everything, as a node does when it starts, and mends what may be mended: a torn tail
    /// is cut off. What is left is synced, and the marks say so. The node gets what was read, and
    /// nothing that anybody remembers.
    ///
    /// # Errors
    /// The disk is cut, or a record is lost without which the node must not start.
    pub fn start(&mut self, policy: Policy) -> Result<StartState<S, E>, Fault> {
        self.access()?;
        debug_assert!(self.cache.is_empty(), "a node starts after it has stopped");
        let found = self.medium.recover(policy)?;
        let synced = self.medium.bytes().synced();
        let (dropped, kept) =
            (synced.saturating_sub(found.records), found.records.saturating_sub(synced));
        self.medium.settle(&found);
        let (torn, renewed) = (found.torn && dropped == 0, found.marks.contains(&None));
        let DiskContents { state, base, entries, .. } = found;
        self.told = entries.end();
        let entries = entries.beside(self.durable().1);
        Ok(StartState { state, base, entries, torn, renewed, kept, dropped })
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
    pub fn trouble(&self) -> &DiskTrouble {
        &self.trouble
    }

    /// Changes that; false if nothing changed.
    pub fn set_trouble(&mut self, trouble: DiskTrouble) -> bool {
        std::mem::replace(&mut self.trouble, trouble) != trouble
    }

    /// Whether its owner has no access.
    pub fn is_cut(&self) -> bool {
        self.trouble.cut
    }

    /// What would survive a crash now, as an onlooker sees it who needs no access: as it was
    /// written. Whether all of it can be read is another question: see [`Disk::ailing`].
    pub fn durable(&self) -> (S, &Seq<E>) {
        let written = self.medium.bytes().written();
        (written.state(), written.entries())
    }

    /// The latest snapshot among that: the log begins behind it.
    pub fn base(&self) -> Option<Base> {
        self.medium.bytes().written().base()
    }

    /// What cannot be read any more. All records are read for that, once, if any byte is not as it
    /// was written.
    pub fn ailing(&self) -> &Unreadable {
        self.medium.ailing()
    }

    /// The indices of entries that cannot be read any more, in order.
    pub fn damaged(&self) -> &BTreeSet<usize> {
        &self.ailing().entries
    }

    /// Whether the latest state cannot be read any more.
    pub fn state_damaged(&self) -> bool {
        self.ailing().state
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
        self.medium.bytes().from(0)
    }

    /// How many bytes are on the medium.
    pub fn bytes(&self) -> u64 {
        self.medium.bytes().bytes()
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
pub struct CrashRemains {
    /// So many whole records.
    pub kept: u32,
    /// And something behind them.
    pub torn: bool,
}

/// What a node starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartState<S, E: Clone> {
    /// The latest state.
    pub state: S,
    /// The latest snapshot; the log begins behind it.
    pub base: Option<Base>,
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
