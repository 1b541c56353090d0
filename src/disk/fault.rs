//! What may be wrong with a disk: for good (records that are lost), or for as long as somebody
//! wants it so.

use std::collections::BTreeSet;
use std::fmt;

use super::record::{Identity, Kind};

/// So many writes may be unfinished at once: a disk that never finishes any must not fill the
/// machine's memory.
pub(super) const UNFINISHED_MAX: usize = 1_000_000;

/// A record that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LostRecord {
    /// Its number.
    pub number: u32,
    /// Which it was, if that can still be read somewhere.
    pub identity: Option<Identity>,
    /// What is wrong with it.
    pub ill: SlotDefect,
}

/// What cannot be read any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreadable {
    /// Entries, by index.
    pub entries: BTreeSet<usize>,
    /// The latest state.
    pub state: bool,
    /// The marks, 1 and 2. As long as one is whole, nothing is lost.
    pub marks: Vec<usize>,
    /// Other records that matter, by number: snapshots, and those of which nobody knows what they
    /// were. Without a mark nobody knows which there must be, and none is listed.
    pub lost: Vec<u32>,
    /// Records for which something later makes up: older states, entries that were dropped since.
    pub old: Vec<u32>,
}

/// What is wrong with a record's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotDefect {
    /// Bytes that do not fit their checksum.
    Damaged,
    /// Nothing was ever written there.
    Missing,
    /// A record that does not belong there: an older one, with this number.
    Stale(u32),
}

impl SlotDefect {
    /// What is to be said of a record.
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
                write!(f, "entry {index} on its disk {}", self.ill.of_one())
            }
            Some(Identity { kind: Kind::State, .. }) => {
                write!(f, "the record of its term and vote {}", self.ill.of_one())
            }
            Some(Identity { kind: Kind::Snapshot, index, .. }) => {
                write!(f, "the snapshot up to entry {index} on its disk {}", self.ill.of_one())
            }
            Some(Identity { kind: Kind::Truncation, .. }) | None => {
                write!(f, "record #{} on its disk {}", self.number, self.ill.of_one())
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
    /// There is no room for the write.
    Full,
    /// A synced record is lost.
    Unreadable(LostRecord),
    /// Neither mark is whole, so nobody can say what must be there.
    Unmarked,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Cut => f.write_str("no access to its disk"),
            Fault::Overwhelmed => {
                write!(f, "its disk has {} unfinished writes and takes no more", UNFINISHED_MAX)
            }
            Fault::Full => f.write_str("its disk is full"),
            Fault::Unreadable(wound) => wound.fmt(f),
            Fault::Unmarked => f.write_str("both marks of what is synced on its disk are damaged"),
        }
    }
}

/// What somebody does to a disk for a while. None of it harms what is synced already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DiskTrouble {
    /// Every access fails.
    pub cut: bool,
    /// No room for entries, and for so many more states.
    pub full: Option<u32>,
    /// How long a write takes, in microseconds, whatever is usual.
    pub slow_us: Option<u64>,
    /// It says that it has synced, and has not.
    pub lies: bool,
    /// The next crash tears a record of the tail.
    pub tears: bool,
    /// The next write vanishes, and is said to be synced.
    pub loses: bool,
}

/// What a crash leaves of the writes that had not finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CrashTail {
    /// Nothing.
    #[default]
    Lose,
    /// Everything.
    Keep,
    /// Whole records up to some point, and a piece of the next.
    Torn,
    /// Any of these, or any blocks.
    Any,
}

impl CrashTail {
    /// Each with its word.
    pub const WORDS: &[(&str, CrashTail)] = &[
        ("lose", CrashTail::Lose),
        ("keep", CrashTail::Keep),
        ("torn", CrashTail::Torn),
        ("any", CrashTail::Any),
    ];
}
