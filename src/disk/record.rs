//! Records, and the bytes they are written as.
//!
//! A record takes one slot of [`SLOT`] bytes. Numbers are in little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0, 1 | [`MAGIC`] |
//! | 2, 3 | the record's kind; the kind of the record before it, 0 if there is none |
//! | 4 to 7 | the record's number, from 1 |
//! | 8 to 11, 12 to 15 | the entry's index, the first index that a truncation deletes, or the last one in a snapshot; the term |
//! | 16 to 19, 20 to 23 | index and term of the record before it |
//! | 24 to 27 | the content checksum of the record before it |
//! | 28 to 31 | the header's checksum, over bytes 0 to 27 |
//! | 32 to 43 | the content |
//! | 44 to 47 | the content's checksum, over bytes 0 to 15 and 32 to 43 |
//!
//! So a record's identity is written in two places. One is its own header, which has a checksum of
//! its own, so that damage to the content does not reach it. The other is the header of the next
//! record, or the marks for the last synced record. The record's number tells a record that belongs
//! in its slot from an old one that came back. The content checksum that the next record, or the
//! marks, hold tells a slot that was written in another history of the log.
//!
//! The kinds, and what the fields of each hold:
//!
//! | kind | byte | index | term | content |
//! |---|---|---|---|---|
//! | state | `S` | 0 | the state's | the rest of the state |
//! | entry | `E` | the entry's | the entry's | the rest of the entry |
//! | truncation | `T` | the first that it deletes | 0 | zeros |
//! | snapshot | `P` | the last entry's that it covers | that entry's | index and term of the entry before those that stay; the owner's handle |
//!
//! The first two slots are the marks: two copies of how many records are synced. They are written
//! one after the other at the end of every sync, so that one of them is whole at any time.
//!
//! | bytes | what |
//! |---|---|
//! | 0, 1, 2 | [`MAGIC`], `M` |
//! | 3, 8 to 11, 12 to 15 | the last synced record's kind, index and term |
//! | 4 to 7 | its number, which is how many records are synced |
//! | 16 to 19 | its content checksum |
//! | 44 to 47 | the checksum, over bytes 0 to 43 |

use crc32fast::Hasher;

/// The size of a slot, in bytes.
pub const SLOT: usize = 48;

/// The size of a record's content, in bytes.
pub const CONTENT: usize = 12;

/// The number of slots before the first record: the two marks.
pub const MARKS: usize = 2;

/// The first bytes of every slot in use.
pub const MAGIC: [u8; 2] = *b"\xD5k";

const HEADER_CRC: usize = 28;
pub(super) const CONTENT_AT: usize = 32;
const CRC: usize = SLOT - 4;
const MARK: u8 = b'M';

/// The bytes of a slot.
pub type Slot = [u8; SLOT];

/// A slot that was never written.
pub const BLANK: Slot = [0; SLOT];

/// A value that a disk can hold: it has a term and a short content.
pub trait Content: Copy + PartialEq + Default {
    /// The value's term.
    fn term(&self) -> u32;

    /// The rest of the value.
    fn content(&self) -> [u8; CONTENT];

    /// Makes the value from its term and content; none if no value has these.
    fn read(term: u32, content: [u8; CONTENT]) -> Option<Self>;
}

/// A record: one thing that a disk's owner wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record<S, E> {
    /// The new state, which replaces the one before.
    State(S),
    /// An entry at the end of the log, with its index.
    Entry(u32, E),
    /// The entries from this index on are deleted from the log.
    Truncation(u32),
    /// A snapshot replaces the first entries of the log. The others stay if the log has the very
    /// entry at which the snapshot ends; otherwise they are deleted too.
    Snapshot(Base),
}

/// A snapshot, and where the log begins whose first entries it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Base {
    /// The index of the last entry that the snapshot covers.
    pub index: u32,
    /// That entry's term.
    pub term: u32,
    /// The index of the last entry that the log no longer has: at most `index`.
    pub base_index: u32,
    /// That entry's term.
    pub base_term: u32,
    /// The owner's handle of the snapshot, which means nothing to the disk.
    pub handle: u32,
}

impl Base {
    fn content(&self) -> [u8; CONTENT] {
        let mut content = [0; CONTENT];
        let numbers = [self.base_index, self.base_term, self.handle];
        for (bytes, number) in content.chunks_mut(4).zip(numbers) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        content
    }

    fn read(index: u32, term: u32, content: [u8; CONTENT]) -> Option<Base> {
        let number = |at: usize| {
            let mut bytes = [0; 4];
            bytes.copy_from_slice(&content[at..at + 4]);
            u32::from_le_bytes(bytes)
        };
        let base =
            Base { index, term, base_index: number(0), base_term: number(4), handle: number(8) };
        (base.base_index <= index).then_some(base)
    }
}

/// Kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// See [`Record::State`].
    State,
    /// See [`Record::Entry`].
    Entry,
    /// See [`Record::Truncation`].
    Truncation,
    /// See [`Record::Snapshot`].
    Snapshot,
}

impl Kind {
    const BYTES: [(Kind, u8); 4] = [
        (Kind::State, b'S'),
        (Kind::Entry, b'E'),
        (Kind::Truncation, b'T'),
        (Kind::Snapshot, b'P'),
    ];

    fn byte(self) -> u8 {
        Kind::BYTES[self as usize].1
    }

    fn read(byte: u8) -> Option<Kind> {
        Kind::BYTES.iter().find(|(_, known)| *known == byte).map(|(kind, _)| *kind)
    }
}

/// A record's identity: everything but its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The record's kind.
    pub kind: Kind,
    /// The entry's index, the first index that a truncation deletes, or the last index that a
    /// snapshot covers; 0 for a state.
    pub index: u32,
    /// The term of the entry, of the state, or of the last entry that a snapshot covers; 0 for a
    /// truncation.
    pub term: u32,
}

impl<S: Content, E: Content> Record<S, E> {
    /// The record's identity.
    pub fn identity(&self) -> Identity {
        match self {
            Record::State(state) => Identity { kind: Kind::State, index: 0, term: state.term() },
            Record::Entry(index, entry) => {
                Identity { kind: Kind::Entry, index: *index, term: entry.term() }
            }
            Record::Truncation(from) => Identity { kind: Kind::Truncation, index: *from, term: 0 },
            Record::Snapshot(Base { index, term, .. }) => {
                Identity { kind: Kind::Snapshot, index: *index, term: *term }
            }
        }
    }

    fn content(&self) -> [u8; CONTENT] {
        match self {
            Record::State(state) => state.content(),
            Record::Entry(_, entry) => entry.content(),
            Record::Truncation(_) => [0; CONTENT],
            Record::Snapshot(base) => base.content(),
        }
    }

    fn read(identity: Identity, content: [u8; CONTENT]) -> Option<Record<S, E>> {
        let Identity { kind, index, term } = identity;
        match kind {
            Kind::State if index == 0 => S::read(term, content).map(Record::State),
            Kind::Entry if index > 0 => {
                E::read(term, content).map(|entry| Record::Entry(index, entry))
            }
            Kind::Truncation if index > 0 && term == 0 && content == [0; CONTENT] => {
                Some(Record::Truncation(index))
            }
            Kind::Snapshot if index > 0 => Base::read(index, term, content).map(Record::Snapshot),
            _ => None,
        }
    }
}

/// What a record has to know of the record before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// That record's number; 0 if there is none.
    pub number: u32,
    /// That record's identity; none if it is not known, or if there is no such record.
    pub identity: Option<Identity>,
    /// That record's content checksum; none if it is not known.
    pub crc: Option<u32>,
}

/// A header that fits its checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The record's number.
    pub number: u32,
    /// The record's identity.
    pub identity: Identity,
    /// The identity of the record before it, if there is one.
    pub before: Option<Identity>,
    /// The content checksum of the record before it.
    pub before_crc: u32,
}

/// Writes a record after another one. Returns the slot, and what the next record has to know of
/// this one.
pub fn write<S: Content, E: Content>(record: &Record<S, E>, before: Before) -> (Slot, Before) {
    let (identity, number) = (record.identity(), before.number + 1);
    let mut slot = BLANK;
    slot[..2].copy_from_slice(&MAGIC);
    put_identity(&mut slot, identity);
    slot[2] = identity.kind.byte();
    put(&mut slot, 4, number);
    if let Some(before) = before.identity {
        slot[3] = before.kind.byte();
        put(&mut slot, 16, before.index);
        put(&mut slot, 20, before.term);
    }
    put(&mut slot, 24, before.crc.unwrap_or(0));
    let header_crc = crc32fast::hash(&slot[..HEADER_CRC]);
    put(&mut slot, HEADER_CRC, header_crc);
    slot[CONTENT_AT..CRC].copy_from_slice(&record.content());
    let crc = content_crc(&slot);
    put(&mut slot, CRC, crc);
    (slot, Before { number, identity: Some(identity), crc: Some(crc) })
}

/// Reads a slot's header; none if it does not fit its checksum.
pub fn header(slot: &Slot) -> Option<Header> {
    if slot[..2] != MAGIC || get(slot, HEADER_CRC) != crc32fast::hash(&slot[..HEADER_CRC]) {
        return None;
    }
    let before = Kind::read(slot[3]).map(|kind| Identity {
        kind,
        index: get(slot, 16),
        term: get(slot, 20),
    });
    let identity = identity(slot, slot[2])?;
    Some(Header { number: get(slot, 4), identity, before, before_crc: get(slot, 24) })
}

/// Reads the record of a slot with this header, and its content checksum; none if the content does
/// not fit it.
pub fn content<S: Content, E: Content>(
    slot: &Slot,
    header: &Header,
) -> Option<(Record<S, E>, u32)> {
    let crc = get(slot, CRC);
    let mut content = [0; CONTENT];
    content.copy_from_slice(&slot[CONTENT_AT..CRC]);
    let fits = crc == content_crc(slot);
    fits.then(|| Record::read(header.identity, content)).flatten().map(|record| (record, crc))
}

/// A sync mark: how many records are synced, and which is the last of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncMark {
    /// How many records are synced: the number of the last one.
    pub synced: u32,
    /// The last synced record's identity; none if no record is synced.
    pub last: Option<Identity>,
    /// The last synced record's content checksum.
    pub crc: u32,
}

/// Writes a mark.
pub fn write_mark(mark: SyncMark) -> Slot {
    let mut slot = BLANK;
    slot[..2].copy_from_slice(&MAGIC);
    slot[2] = MARK;
    put(&mut slot, 4, mark.synced);
    put(&mut slot, 16, mark.crc);
    if let Some(last) = mark.last {
        slot[3] = last.kind.byte();
        put_identity(&mut slot, last);
    }
    let crc = crc32fast::hash(&slot[..CRC]);
    put(&mut slot, CRC, crc);
    slot
}

/// Reads a slot's mark; none if it does not fit its checksum.
pub fn mark(slot: &Slot) -> Option<SyncMark> {
    let fits =
        slot[..2] == MAGIC && slot[2] == MARK && get(slot, CRC) == crc32fast::hash(&slot[..CRC]);
    fits.then(|| SyncMark {
        synced: get(slot, 4),
        last: identity(slot, slot[3]),
        crc: get(slot, 16),
    })
}

fn identity(slot: &Slot, kind: u8) -> Option<Identity> {
    Kind::read(kind).map(|kind| Identity { kind, index: get(slot, 8), term: get(slot, 12) })
}

fn put_identity(slot: &mut Slot, identity: Identity) {
    put(slot, 8, identity.index);
    put(slot, 12, identity.term);
}

fn content_crc(slot: &Slot) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&slot[..16]);
    hasher.update(&slot[CONTENT_AT..CRC]);
    hasher.finalize()
}

fn put(slot: &mut Slot, at: usize, number: u32) {
    slot[at..at + 4].copy_from_slice(&number.to_le_bytes());
}

fn get(slot: &Slot, at: usize) -> u32 {
    let mut bytes = [0; 4];
    bytes.copy_from_slice(&slot[at..at + 4]);
    u32::from_le_bytes(bytes)
}
