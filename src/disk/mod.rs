//! A node's disk: a log of records in bytes, which part of it is durable, and what crashes and
//! damage leave of it.
//!
//! # How it is kept
//!
//! A disk is written in one direction. Each change of a node's persistent state (a term and a vote,
//! an entry, the deletion of entries) is a record at the end of the log. No record is ever
//! overwritten. [`mod@record`] says byte by byte what a record looks like. The disk begins with two
//! sync marks, which say how many records are synced. They are written one after the other at the
//! end of every sync. They are the only bytes that are overwritten, and one of the two is always
//! whole.
//!
//! A write takes time. Until it has finished, its records are only in the disk's cache, in order:
//! they are the tail. A finished write is synced: every record that the marks count survives every
//! crash. What a crash leaves of the tail is up to [`CrashTail`].
//!
//! # How it is read
//!
//! [`recovery`] reads slot by slot and uses nothing but the bytes. The marks tell it which records
//! must be there. So it can tell a torn tail from a synced record that was damaged, lost, or
//! replaced by an old one. It cuts a torn tail off and continues, because nothing in it was
//! acknowledged. It never treats a synced record as absent. Every byte is covered by a checksum.
//! The record after a lost one, or the marks, tell which entry was lost.
//!
//! # How it is simulated
//!
//! A disk is its bytes: starts, scrubs and listings read them; writes, crashes and damage change
//! them. What is lost is what a reader finds lost; there is no second account of it.
//!
//! Nearly all slots of nearly all disks hold what was written there. For these slots, `bytes` keeps
//! only what undoes each record, beside the state and the log, which are needed anyway. It makes
//! the bytes when somebody reads them. All other slots it keeps as they are. So it also knows what
//! was written where something else is now. A node never sees that, but an observer does:
//! [`Disk::durable`] gives lost records as they were written.
//!
//! | file | what |
//! |---|---|
//! | [`mod@record`] | records, marks, and their bytes |
//! | [`recovery`] | reads bytes into a state; decides what to do about lost records |
//! | `change` | what is written at once |
//! | `written` | what was written, stored compactly, and its bytes |
//! | `bytes` | the slots as they are, whether they hold what was written or not |
//! | `medium` | the bytes, how they change, and what cannot be read of them |
//! | `crash` | what a crash leaves of the tail |
//! | `damage` | damaging what is on the medium |
//! | [`fault`] | what may be wrong with a disk, and how that is said |
//! | [`listing`] | the disk's contents, record by record, for people |
//!
//! To add a kind of record, start at [`mod@record`]; then say what it does to the log, in
//! `recovery` (reading) and in `written` (writing and undoing).
//!
//! The disk holds a state `S`, of which only the latest counts, and entries `E`, numbered from 1.
//! All it knows of them is that they are [`Content`]. The log may begin after a snapshot
//! ([`Base`]). Once a snapshot is synced, the disk rewrites what still counts, and frees the
//! rest.
//! This folder does not know Raft or the simulation: it imports nothing but [`crate::seq`].

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

use crate::seq::{InPlace, Seq};

use fault::UNFINISHED_MAX;
use medium::Medium;
use record::{BLANK, Slot};
use recovery::DiskContents;

pub use change::{Change, NewSnapshot};
pub use damage::{DamageTarget, DamagedRange};
pub use fault::{CrashTail, DiskTrouble, Fault, LostRecord, SlotDefect, Unreadable};
pub use record::{Base, Content, Identity, Kind, Record};
pub use recovery::Policy;

/// How many more states a disk that is full can still take: space is reserved for them.
pub const RESERVE: u32 = 8;

/// A simulated disk.
#[derive(Clone, Debug, Hash)]
pub struct Disk<S: Clone, E: Clone> {
    medium: Medium<S, E>,
    /// Writes that have not reached the medium, oldest first.
    cache: VecDeque<Cached<S, E>>,
    /// How many of them, the oldest ones, were reported as synced but are not.
    claimed: usize,
    /// The index of the last entry that the owner believes to be synced.
    told: usize,
    trouble: DiskTrouble,
}

/// A write that has not reached the medium.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Cached<S, E> {
    change: Change<S, E>,
    /// Whether it will be lost, although it is reported as synced.
    vanishes: bool,
}

impl<S: Content, E: Content> Default for Disk<S, E> {
    fn default() -> Disk<S, E> {
        Disk::new(Seq::new())
    }
}

impl<S: Content, E: Content> Disk<S, E> {
    /// An empty disk. Its log grows from this sequence, which must be empty.
    pub fn new(entries: Seq<E>) -> Disk<S, E> {
        Disk {
            medium: Medium::new(entries),
            cache: VecDeque::new(),
            claimed: 0,
            told: 0,
            trouble: DiskTrouble::default(),
        }
    }

    /// Begins a write. Each call of [`Disk::finish`] finishes the oldest one.
    ///
    /// # Errors
    /// The disk is cut, is full, or has too many unfinished writes.
    #[inline(always)]
    pub fn begin(&mut self, change: Change<S, E>) -> Result<(), Fault> {
        self.access()?;
        if self.unfinished() == UNFINISHED_MAX {
            return Err(Fault::Overwhelmed);
        }
        if let Some(reserve) = &mut self.trouble.full {
            let is_state =
                change.snapshot.is_none() && change.keep.is_none() && change.append.is_empty();
            let fits = *reserve > 0 && is_state;
            *reserve = if fits { *reserve - 1 } else { return Err(Fault::Full) };
        }
        let vanishes = std::mem::take(&mut self.trouble.loses);
        self.cache.place(Cached { change, vanishes });
        Ok(())
    }

    /// Finishes the oldest write: from now on it survives a crash, unless the disk lies.
    ///
    /// # Errors
    /// The disk was cut meanwhile. The write is lost.
    pub fn finish(&mut self) -> Result<Finished<S>, Fault> {
        self.access()?;
        let Some(Cached { change, vanishes }) = self.cache.get(self.claimed) else {
            return Ok(Finished::default());
        };
        let touched = change.keep.is_some() || !change.append.is_empty();
        let kept = change.keep.unwrap_or(change.last_behind_snapshot(self.told));
        self.told = kept + change.append.len();
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

    /// Puts all writes that were reported as synced on the medium.
    fn sync(&mut self) {
        while self.claimed > 0
            && let Some(Cached { change, vanishes }) = self.cache.pop_front()
        {
            self.claimed -= 1;
            match vanishes {
                false => self.medium.write(&change),
                true => self.medium.lose(&change),
            }
        }
    }

    /// The owner crashes. `tail` says how much is left of the unfinished writes, and `below` draws
    /// a random number below its argument. None if nothing is left.
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

    /// The records in the cache, with the slots that they will be written as.
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

    /// Reads the whole disk, as a node does when it starts, and repairs what may be repaired: a
    /// torn tail is cut off. What remains is synced, and the marks say so. The node gets only what
    /// was read from the bytes.
    ///
    /// # Errors
    /// The disk is cut, or a record is lost and the policy does not let the node start without it.
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

    /// Reads the whole disk and changes nothing.
    ///
    /// # Errors
    /// The disk is cut, or records are lost: the error names the first one.
    pub fn scrub(&self) -> Result<(), Fault> {
        self.access()?;
        recovery::recover::<S, E>(self.slots(), Policy::Halt).map(|_| ())
    }

    fn access(&self) -> Result<(), Fault> {
        if self.trouble.cut { Err(Fault::Cut) } else { Ok(()) }
    }

    /// The disk's temporary trouble.
    pub fn trouble(&self) -> &DiskTrouble {
        &self.trouble
    }

    /// The last index of the log when all writes that have begun have finished.
    pub fn log_end_ahead(&self) -> usize {
        let end = self.durable().1.end();
        self.cache.iter().fold(end, |last, cached| cached.change.last_after(last))
    }

    /// The log as it will be when all writes that have begun have finished.
    pub fn log_ahead(&self) -> Seq<E> {
        let mut log = self.durable().1.clone();
        for Cached { change, .. } in &self.cache {
            log.truncate(change.keep.unwrap_or(log.end()));
            log.extend_from_slice(&change.append);
        }
        log
    }

    /// Changes the disk's trouble; false if that changed nothing.
    pub fn set_trouble(&mut self, trouble: DiskTrouble) -> bool {
        std::mem::replace(&mut self.trouble, trouble) != trouble
    }

    /// Whether the owner has no access to the disk.
    pub fn is_cut(&self) -> bool {
        self.trouble.cut
    }

    /// The state and the log that would survive a crash now, as they were written. This is an
    /// observer's view, which needs no access. [`Disk::unreadable`] says which of it cannot be
    /// read.
    pub fn durable(&self) -> (S, &Seq<E>) {
        let written = self.medium.bytes().written();
        (written.state(), written.entries())
    }

    /// The latest durable snapshot; the log begins after it.
    pub fn base(&self) -> Option<Base> {
        self.medium.bytes().written().base()
    }

    /// The handles of all snapshots that the disk holds or is writing.
    pub fn handles(&self) -> impl Iterator<Item = u32> + '_ {
        let written = self.medium.bytes().written().handles();
        let cached = self.cache.iter().filter_map(|cached| cached.change.snapshot);
        written.chain(cached.map(|snapshot| snapshot.base.handle))
    }

    /// What cannot be read any more. If any byte differs from what was written, all records are
    /// read to find out, once until the bytes change.
    pub fn unreadable(&self) -> &Unreadable {
        self.medium.unreadable()
    }

    /// The indices of entries that cannot be read any more, in order.
    pub fn damaged(&self) -> &BTreeSet<usize> {
        &self.unreadable().entries
    }

    /// Whether the latest state cannot be read any more.
    pub fn state_damaged(&self) -> bool {
        self.unreadable().state
    }

    /// Whether a crash left anything after the last record.
    pub fn is_torn(&self) -> bool {
        self.medium.has_tail()
    }

    /// How many writes have begun and not finished.
    pub fn unfinished(&self) -> usize {
        self.cache.len() - self.claimed
    }

    /// How many writes were reported as synced but are not.
    pub fn claimed(&self) -> usize {
        self.claimed
    }

    /// The slots on the medium, the marks first.
    pub fn slots(&self) -> impl Iterator<Item = Slot> + '_ {
        self.medium.bytes().from(0)
    }

    /// How many bytes are on the medium.
    pub fn bytes(&self) -> u64 {
        self.medium.bytes().bytes()
    }
}

/// What a finished write made durable, or is reported to have made durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Finished<S> {
    /// The new state, if the write had one.
    pub state: Option<S>,
    /// If the write deleted or added entries: the index of the last entry that stayed as it was.
    pub kept: Option<usize>,
    /// The index of the last entry now.
    pub through: usize,
    /// Whether the write was lost although it is reported as synced.
    pub vanished: bool,
}

/// What a crash left of the tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrashRemains {
    /// How many whole records.
    pub kept: u32,
    /// Whether anything else is left after them.
    pub torn: bool,
}

/// What a node reads from its disk when it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartState<S, E: Clone> {
    /// The latest state.
    pub state: S,
    /// The latest snapshot; the log begins after it.
    pub base: Option<Base>,
    /// The log.
    pub entries: Seq<E>,
    /// Whether there was a torn tail, which is now cut off.
    pub torn: bool,
    /// Whether a mark was damaged, which is now rewritten.
    pub renewed: bool,
    /// How many whole records of the tail were kept.
    pub kept: u32,
    /// How many synced records were dropped. Only [`Policy::Truncate`] drops any.
    pub dropped: u32,
}
