//! How a node's persistent state (term and vote, entries) is encoded on its disk.

use std::ops::Deref;

use crate::disk::record::CONTENT;
use crate::disk::{Base, Content, NewSnapshot};
use crate::raft::{
    Configuration, Entry, HardState, Index, Log, NodeId, Payload, Position, SnapshotWrite, Term,
};
use crate::seq::Seq;

/// What a disk holds beside the log: term and vote, and what an engine keeps besides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DiskState {
    /// The term and the vote.
    pub hard_state: HardState,
    /// The number of a text that an engine keeps beside its log, or in its place; 0 for none.
    pub more: u32,
    /// Whether that text stands in the place of everything else.
    pub is_blob: bool,
}

/// A disk's state is mostly its term and vote.
impl Deref for DiskState {
    type Target = HardState;

    fn deref(&self) -> &HardState {
        &self.hard_state
    }
}

impl From<HardState> for DiskState {
    fn from(hard_state: HardState) -> DiskState {
        DiskState { hard_state, ..DiskState::default() }
    }
}

/// The content holds the number of the node that got the vote, 0 for none, the number of the text
/// that an engine keeps, and whether that is all.
impl Content for DiskState {
    fn term(&self) -> u32 {
        self.hard_state.current_term.0
    }

    fn content(&self) -> [u8; CONTENT] {
        let vote = self.hard_state.voted_for.map_or(0, |node| u32::from(node.number()));
        let mut content = padded(vote);
        content[4..8].copy_from_slice(&self.more.to_le_bytes());
        content[8] = u8::from(self.is_blob);
        content
    }

    fn read(term: u32, content: [u8; CONTENT]) -> Option<DiskState> {
        let [a, b, c, d, e, f, g, h, is_blob, 0, 0, 0] = content else { return None };
        let voted_for = match u32::from_le_bytes([a, b, c, d]) {
            0 => None,
            vote => Some(NodeId::new(u64::from(vote))?),
        };
        let hard_state = HardState { current_term: Term(term), voted_for };
        let more = u32::from_le_bytes([e, f, g, h]);
        (is_blob <= 1).then_some(DiskState { hard_state, more, is_blob: is_blob == 1 })
    }
}

/// The content holds what identifies the entry: the number of the client's request, 0 for none, and
/// after it the digest of the configuration, 0 for none.
impl Content for Entry {
    fn term(&self) -> u32 {
        self.term.0
    }

    fn content(&self) -> [u8; CONTENT] {
        let (number, digest) = match self.payload {
            Payload::Noop => (0, 0),
            Payload::Command(number) => (number, 0),
            Payload::Configuration(configuration) => (0, configuration.digest()),
        };
        let mut content = padded(number);
        content[4..].copy_from_slice(&digest.to_le_bytes());
        content
    }

    fn read(term: u32, content: [u8; CONTENT]) -> Option<Entry> {
        let payload = match number(content) {
            Some(0) => Payload::Noop,
            Some(number) => Payload::Command(number),
            None => {
                let [0, 0, 0, 0, digest @ ..] = content else { return None };
                Payload::Configuration(Configuration::of_digest(u64::from_le_bytes(digest))?)
            }
        };
        Some(Entry { term: Term(term), payload })
    }
}

/// The log that a disk holds. It begins where the disk's snapshot says, if there is one.
pub(super) fn log(base: Option<Base>, entries: Seq<Entry>) -> Log {
    let position =
        |base: Base| Position { index: Index(base.base_index), term: Term(base.base_term) };
    Log::behind(base.map_or(Position::default(), position), entries)
}

/// Where a snapshot on a disk ends.
pub(super) fn end_of(base: Base) -> Position {
    Position { index: Index(base.index), term: Term(base.term) }
}

/// A snapshot as the disk takes it.
pub(super) fn new_snapshot(write: SnapshotWrite) -> NewSnapshot {
    let SnapshotWrite { snapshot, base, installed } = write;
    let base = Base {
        index: snapshot.last.index.0,
        term: snapshot.last.term.0,
        base_index: base.index.0,
        base_term: base.term.0,
        handle: snapshot.image.0,
    };
    NewSnapshot { base, replaces: installed }
}

/// A number in little endian, padded with zeros.
fn padded(number: u32) -> [u8; CONTENT] {
    let mut content = [0; CONTENT];
    content[..4].copy_from_slice(&number.to_le_bytes());
    content
}

fn number(content: [u8; CONTENT]) -> Option<u32> {
    let [a, b, c, d, rest @ ..] = content;
    (rest == [0; CONTENT - 4]).then(|| u32::from_le_bytes([a, b, c, d]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raft::{Group, NodeSet};

    #[test]
    fn entries_are_read_as_they_were_written() {
        let configuration = Configuration::of(Group::of(NodeSet::first(4)));
        for payload in [
            Payload::Noop,
            Payload::Command(1),
            Payload::Command(u32::MAX),
            Payload::Configuration(configuration),
        ] {
            let entry = Entry { term: Term(7), payload };
            assert_eq!(Entry::read(7, entry.content()), Some(entry));
        }
        let mut nobodys =
            Entry { term: Term(7), payload: Payload::Configuration(configuration) }.content();
        nobodys[11] ^= 1;
        assert_eq!(Entry::read(7, nobodys), None, "no entry ever carried that group");
    }
}
