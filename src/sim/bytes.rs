//! How a node's persistent state (term and vote, entries) is encoded on its disk.

use crate::disk::record::CONTENT;
use crate::disk::{Base, Content};
use crate::raft::{Configuration, Entry, HardState, Index, Log, NodeId, Payload, Position, Term};
use crate::seq::Seq;

/// The content holds the number of the node that got the vote, 0 for none.
impl Content for HardState {
    fn term(&self) -> u32 {
        self.current_term.0
    }

    fn content(&self) -> [u8; CONTENT] {
        padded(self.voted_for.map_or(0, |node| u32::from(node.number())))
    }

    fn read(term: u32, content: [u8; CONTENT]) -> Option<HardState> {
        let voted_for = match number(content)? {
            0 => None,
            vote => Some(NodeId::new(u64::from(vote))?),
        };
        Some(HardState { current_term: Term(term), voted_for })
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

/// The log that a disk holds. It begins after the disk's snapshot, if there is one.
pub(super) fn log(base: Option<Base>, entries: Seq<Entry>) -> Log {
    let position = |base: Base| Position { index: Index(base.index), term: Term(base.term) };
    Log::behind(base.map_or(Position::default(), position), entries)
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
