//! What a crash leaves of the tail: the records of writes that had not finished, as bytes.

use super::fault::CrashTail;
use super::record::{BLANK, SLOT, Slot};

/// The disk writes this much at once: it is there or it is not, whatever else of the tail is.
const BLOCK: usize = 16;

/// Takes from the tail what a crash takes. `below` draws a number below its argument.
pub(super) fn tear(tail: &mut [Slot], how: CrashTail, below: &mut dyn FnMut(u64) -> u64) {
    match how {
        CrashTail::Lose => tail.fill(BLANK),
        CrashTail::Keep => {}
        CrashTail::Torn => {
            // At least a byte of the record is there, and none of its last checksum.
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

/// Keeps so many bytes.
fn cut(tail: &mut [Slot], bytes: usize) {
    let (at, piece) = (bytes / SLOT, bytes % SLOT);
    if let [torn, gone @ ..] = &mut tail[at..] {
        torn[piece..].fill(0);
        gone.fill(BLANK);
    }
}
