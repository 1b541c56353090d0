//! What a crash leaves of the tail: the records of unfinished writes, as bytes.

use super::fault::CrashTail;
use super::record::{BLANK, SLOT, Slot};

/// The bytes that the disk writes at once: with [`CrashTail::Any`], each such block may survive or
/// not.
const BLOCK: usize = 16;

/// Clears what the crash takes from the tail. `below` draws a random number below its argument.
pub(super) fn tear(tail: &mut [Slot], how: CrashTail, below: &mut dyn FnMut(u64) -> u64) {
    match how {
        CrashTail::Lose => tail.fill(BLANK),
        CrashTail::Keep => {}
        CrashTail::Torn => {
            // Keeps at least one byte of the torn record, and nothing of its content checksum.
            let (at, piece) =
                (below(tail.len() as u64) as usize, 1 + below(SLOT as u64 - 4) as usize);
            cut(tail, at * SLOT + piece);
        }
        CrashTail::Any => match below(4) {
            0 => tail.fill(BLANK),
            1 => {}
            2 => cut(tail, below((tail.len() * SLOT) as u64) as usize),
            _ => {
                for block in tail.iter_mut().flat_map(|slot| slot.chunks_mut(BLOCK)) {
                    if below(2) == 0 {
                        block.fill(0);
                    }
                }
            }
        },
    }
}

/// Keeps the first `bytes` bytes of the tail.
fn cut(tail: &mut [Slot], bytes: usize) {
    let (at, piece) = (bytes / SLOT, bytes % SLOT);
    if let [torn, gone @ ..] = &mut tail[at..] {
        torn[piece..].fill(0);
        gone.fill(BLANK);
    }
}
