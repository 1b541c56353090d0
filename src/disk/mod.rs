//! A node's disk: what it was told, what it holds for certain, and what a crash or damage leaves of that.
//!
//! A write takes time. Until it has finished it is in the cache only, and a crash forgets it; writes finish in the
//! order in which they began. A cut disk fails every access. Damage is silent until somebody reads: then the checksum
//! of the record no longer fits, and [`Disk::read`] says which record it is.
//!
//! The disk keeps two kinds of records and knows the content of neither: a state `S`, of which the latest counts, and
//! entries `E`, numbered from 1. This folder imports nothing but [`crate::seq`].

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use crate::seq::Seq;

/// So many writes may be unfinished at once: a disk that never finishes any must not fill the machine's memory.
const UNFINISHED_MAX: usize = 1_000_000;

/// A simulated disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk<S, E: Clone> {
    state: S,
    entries: Seq<E>,
    /// Entries whose bytes no longer fit their checksum, by number.
    damaged: BTreeSet<usize>,
    cache: VecDeque<Change<S, E>>,
    cut: bool,
}

impl<S: Default, E: Clone> Default for Disk<S, E> {
    fn default() -> Disk<S, E> {
        Disk {
            state: S::default(),
            entries: Seq::new(),
            damaged: BTreeSet::new(),
            cache: VecDeque::new(),
            cut: false,
        }
    }
}

/// Changes that reach the disk together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change<S, E> {
    /// The new state.
    pub state: Option<S>,
    /// First keep only so many entries.
    pub keep: Option<usize>,
    /// Then add these.
    pub append: Option<Arc<[E]>>,
}

impl<S: Copy + Default, E: Clone> Disk<S, E> {
    /// Begins a write. It is durable once [`Disk::finish`] was called as often as writes began.
    ///
    /// # Errors
    /// The disk is cut, or takes no more.
    pub fn begin(&mut self, change: Change<S, E>) -> Result<(), Fault> {
        self.access()?;
        if self.cache.len() == UNFINISHED_MAX {
            return Err(Fault::Overwhelmed);
        }
        self.cache.push_back(change);
        Ok(())
    }

    /// Finishes the oldest write: now it survives a crash.
    ///
    /// # Errors
    /// The disk was cut meanwhile; the write is lost.
    pub fn finish(&mut self) -> Result<Finished<S>, Fault> {
        self.access()?;
        let Some(change) = self.cache.pop_front() else { return Ok(Finished::default()) };
        self.state = change.state.unwrap_or(self.state);
        if let Some(keep) = change.keep {
            self.entries.truncate(keep);
            self.damaged.split_off(&(keep + 1));
        }
        let kept = self.entries.len();
        self.entries.extend(change.append.iter().flat_map(|entries| entries.iter().cloned()));
        let touched = change.keep.is_some() || change.append.is_some();
        Ok(Finished { state: change.state, kept: touched.then_some(kept) })
    }

    /// A crash of the owner: what has not finished is lost.
    pub fn crash(&mut self) {
        self.cache.clear();
    }

    /// Reads everything, as a node does when it starts.
    ///
    /// # Errors
    /// The disk is cut, or a record is damaged: the first one is named.
    pub fn read(&self) -> Result<(S, Seq<E>), Fault> {
        self.access()?;
        match self.damaged.first() {
            Some(&number) => Err(Fault::Damaged(number)),
            None => Ok((self.state, self.entries.clone())),
        }
    }

    fn access(&self) -> Result<(), Fault> {
        if self.cut { Err(Fault::Cut) } else { Ok(()) }
    }

    /// Damages the bytes of an entry; false if there is no such entry or it was damaged already.
    pub fn damage(&mut self, number: usize) -> bool {
        (1..=self.entries.len()).contains(&number) && self.damaged.insert(number)
    }

    /// Cuts its owner's access off, or gives it back; false if that is so already.
    pub fn set_cut(&mut self, cut: bool) -> bool {
        std::mem::replace(&mut self.cut, cut) != cut
    }

    /// Whether its owner has no access.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// What would survive a crash now, as an onlooker sees it who needs no access.
    pub fn durable(&self) -> (S, &Seq<E>) {
        (self.state, &self.entries)
    }

    /// The numbers of damaged entries, in order.
    pub fn damaged(&self) -> &BTreeSet<usize> {
        &self.damaged
    }

    /// How many writes have begun and not finished.
    pub fn unfinished(&self) -> usize {
        self.cache.len()
    }
}

/// What a finished write made durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Finished<S> {
    /// The new state, if the write had one.
    pub state: Option<S>,
    /// If it dropped or added entries: how many stayed as they were.
    pub kept: Option<usize>,
}

/// Why the disk failed its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The node has no access to its disk.
    Cut,
    /// Too many writes are unfinished.
    Overwhelmed,
    /// The checksum of this entry does not fit.
    Damaged(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Cut => f.write_str("no access to its disk"),
            Fault::Overwhelmed => {
                write!(f, "its disk has {UNFINISHED_MAX} unfinished writes and takes no more")
            }
            Fault::Damaged(number) => write!(f, "entry {number} on its disk is damaged"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(state: Option<u8>, keep: Option<usize>, append: &[char]) -> Change<u8, char> {
        Change { state, keep, append: (!append.is_empty()).then(|| append.into()) }
    }

    fn content(disk: &Disk<u8, char>) -> (u8, String) {
        let (state, entries) = disk.durable();
        (state, entries.iter().collect())
    }

    #[test]
    fn a_disk_takes_no_end_of_writes() {
        let mut disk = Disk::<u8, char>::default();
        for _ in 0..UNFINISHED_MAX {
            assert_eq!(disk.begin(change(Some(1), None, &[])), Ok(()));
        }
        assert_eq!(disk.begin(change(Some(1), None, &[])), Err(Fault::Overwhelmed));
        assert!(disk.finish().is_ok());
        assert_eq!(disk.begin(change(Some(1), None, &[])), Ok(()));
    }

    #[test]
    fn a_crash_keeps_what_has_finished() {
        let mut disk = Disk::default();
        disk.begin(change(Some(1), None, &['a', 'b', 'c'])).unwrap();
        disk.begin(change(None, Some(1), &['x'])).unwrap();
        disk.begin(change(Some(2), None, &['y'])).unwrap();
        assert_eq!(content(&disk), (0, String::new()));
        assert_eq!(disk.finish(), Ok(Finished { state: Some(1), kept: Some(0) }));
        assert_eq!(content(&disk), (1, "abc".into()));
        assert_eq!(disk.finish(), Ok(Finished { state: None, kept: Some(1) }));
        disk.crash();
        assert_eq!(disk.finish(), Ok(Finished::default()), "nothing is left to finish");
        assert_eq!(content(&disk), (1, "ax".into()));
    }

    #[test]
    fn damage_is_found_by_reading_and_goes_with_the_record() {
        let mut disk = Disk::default();
        disk.begin(change(None, None, &['a', 'b'])).unwrap();
        disk.finish().unwrap();
        assert!(!disk.damage(3) && !disk.damage(0), "there are no such entries");
        assert!(disk.damage(2));
        assert_eq!(disk.read(), Err(Fault::Damaged(2)));
        disk.begin(change(None, Some(1), &['z'])).unwrap();
        disk.finish().unwrap();
        assert!(disk.read().is_ok());
    }

    #[test]
    fn a_cut_disk_fails_every_access() {
        let mut disk = Disk::default();
        disk.begin(change(Some(1), None, &['a'])).unwrap();
        disk.set_cut(true);
        assert_eq!(disk.begin(change(Some(2), None, &[])), Err(Fault::Cut));
        assert_eq!(disk.finish(), Err(Fault::Cut));
        assert_eq!(disk.read(), Err(Fault::Cut));
    }
}
