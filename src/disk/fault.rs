//! What may be wrong with a disk: records that are lost for good, and trouble that lasts until
//! somebody ends it.

use std::collections::BTreeSet;
use std::fmt;

use super::record::{Identity, Kind};

/// The most writes that may be unfinished at once. A disk that never finishes any must not fill the
/// machine's memory.
pub(super) const UNFINISHED_MAX: usize = 1_000_000;

/// A lost record: one that is damaged, missing, or replaced by an older one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LostRecord {
    /// The record's number.
    pub number: u32,
    /// Which record it was, if that can still be read somewhere.
    pub identity: Option<Identity>,
    /// What is wrong with its slot.
    pub defect: SlotDefect,
}

/// What cannot be read any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// The indices of lost entries.
    pub entries: BTreeSet<usize>,
    /// Whether the latest state is lost.
    pub state: bool,
    /// The damaged marks, 1 and 2. As long as one is whole, they cost no record.
    pub marks: Vec<usize>,
    /// The numbers of other lost records that matter: snapshots, truncations that do not fit, and
    /// records that nothing identifies. If both marks are damaged, nothing says which records must
    /// be there, and none is listed.
    pub lost: Vec<u32>,
    /// The numbers of unreadable records that a later one replaces: older states, and entries that
    /// were deleted since.
    pub old: Vec<u32>,
}

/// What is wrong with a record's slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotDefect {
    /// Its bytes do not fit their checksums.
    Damaged,
    /// The slot was never written.
    Missing,
    /// The slot holds an older record, with this number.
    Stale(u32),
}

impl SlotDefect {
    /// The predicate of a sentence about one record.
    fn of_one(self) -> &'static str {
        match self {
            SlotDefect::Damaged => "is damaged",
            SlotDefect::Missing => "is missing",
            SlotDefect::Stale(_) => "is an older version",
        }
    }
}

impl fmt::Display for LostRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.identity {
            Some(Identity { kind: Kind::Entry, index, .. }) => {
                write!(f, "entry {index} on its disk {}", self.defect.of_one())
            }
            Some(Identity { kind: Kind::State, .. }) => {
                write!(f, "the record of its term and vote {}", self.defect.of_one())
            }
            Some(Identity { kind: Kind::Snapshot, index, .. }) => {
                write!(f, "the snapshot up to entry {index} on its disk {}", self.defect.of_one())
            }
            Some(Identity { kind: Kind::Truncation, .. }) | None => {
                write!(f, "record #{} on its disk {}", self.number, self.defect.of_one())
            }
        }
    }
}

/// Why the disk failed its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The node has no access to its disk.
    Cut,
    /// Too many writes are unfinished.
    Overwhelmed,
    /// The disk has no room for the write.
    Full,
    /// A synced record is lost.
    Unreadable(LostRecord),
    /// Both marks are damaged, so nothing says which records must be there.
    Unmarked,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Cut => f.write_str("no access to its disk"),
            Fault::Overwhelmed => {
                write!(f, "its disk has {} unfinished writes, which is the most", UNFINISHED_MAX)
            }
            Fault::Full => f.write_str("its disk is full"),
            Fault::Unreadable(wound) => wound.fmt(f),
            Fault::Unmarked => f.write_str("both sync marks on its disk are damaged"),
        }
    }
}

/// Temporary trouble of a disk. It changes no record that is synced already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DiskTrouble {
    /// Every access fails.
    pub cut: bool,
    /// If the disk is full: how many more states it can take. It takes no entries.
    pub full: Option<u32>,
    /// How long every write takes, in microseconds; none if the setting applies.
    pub slow_us: Option<u64>,
    /// The disk reports writes as synced that are not.
    pub lies: bool,
    /// The next crash tears a record of the tail.
    pub tears: bool,
    /// The next write vanishes, and is reported as synced.
    pub loses: bool,
}

/// What a crash leaves of unfinished writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CrashTail {
    /// None of their records.
    #[default]
    Lose,
    /// All their records.
    Keep,
    /// Whole records up to some point, and a piece of the next one.
    Torn,
    /// Any of these, or arbitrary blocks.
    Any,
}

impl CrashTail {
    /// The word for each value.
    pub const WORDS: &[(&str, CrashTail)] = &[
        ("lose", CrashTail::Lose),
        ("keep", CrashTail::Keep),
        ("torn", CrashTail::Torn),
        ("any", CrashTail::Any),
    ];
}
