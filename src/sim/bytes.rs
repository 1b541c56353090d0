//! What a node keeps on its disk, as bytes.

use crate::disk::Content;
use crate::disk::record::CONTENT;
use crate::raft::{Entry, HardState, NodeId, Payload, Term};

/// The vote is the number of the node that got it, 0 for none.
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

/// An entry carries a handle: the number of the request.
impl Content for Entry {
    fn term(&self) -> u32 {
        self.term.0
    }

    fn content(&self) -> [u8; CONTENT] {
        padded(self.payload.0)
    }

    fn read(term: u32, content: [u8; CONTENT]) -> Option<Entry> {
        Some(Entry { term: Term(term), payload: Payload(number(content)?) })
    }
}

/// A number in little endian, and nothing behind it.
fn padded(number: u32) -> [u8; CONTENT] {
    let mut content = [0; CONTENT];
    content[..4].copy_from_slice(&number.to_le_bytes());
    content
}

fn number(content: [u8; CONTENT]) -> Option<u32> {
    let [a, b, c, d, rest @ ..] = content;
    (rest == [0; CONTENT - 4]).then(|| u32::from_le_bytes([a, b, c, d]))
}
