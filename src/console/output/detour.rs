//! Where standard output goes while a command sends it elsewhere, or through a pager.

use anstream::adapter::strip_str;

use crate::console::pager::Paged;
use crate::console::redirect::Receiver;

/// Where standard output goes instead of its stream.
pub(super) enum Detour {
    /// To a file or a program.
    Redirected {
        /// The file or the program.
        receiver: Receiver,
        /// The width for which output is laid out afterwards.
        width: usize,
    },
    /// Through a pager, if it is longer than the screen.
    Paged {
        /// The pager.
        paged: Paged,
        /// Whether it gets the colours.
        coloured: bool,
    },
}

impl Detour {
    /// Takes text. Returns what must be written to the stream all the same.
    pub(super) fn put(&mut self, text: &str) -> Option<String> {
        let plain = strip_str(text).to_string();
        match self {
            Detour::Redirected { receiver, .. } => {
                receiver.put(&plain);
                None
            }
            Detour::Paged { paged, coloured: true } => paged.put(text, &plain),
            Detour::Paged { paged, coloured: false } => paged.put(&plain, &plain),
        }
    }

    /// Whether somebody or something still reads what is written.
    pub(super) fn listens(&self) -> bool {
        match self {
            Detour::Redirected { receiver, .. } => receiver.listens(),
            Detour::Paged { paged, .. } => paged.listens(),
        }
    }
}
