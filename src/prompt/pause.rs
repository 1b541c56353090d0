//! Waits for Enter between the commands of a script.

use rustyline::config::BellStyle;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{Config, Editor};

use crate::console::Output;
use crate::script::{Pause, Wish};
use crate::view::document::{Text, Tone};
use crate::view::render;

/// What is shown while it waits.
const ASKS: &str = "[Enter: next, q: leave] ";

/// The Enter key of a user at a terminal.
pub struct EnterKey(Editor<(), DefaultHistory>);

impl EnterKey {
    /// The Enter key; `None` if the terminal cannot be used.
    pub fn new() -> Option<EnterKey> {
        let config = Config::builder().bell_style(BellStyle::None).build();
        Some(EnterKey(Editor::with_config(config).ok()?))
    }
}

impl Pause for EnterKey {
    fn wait(&mut self, out: &mut Output) -> Wish {
        out.flush();
        let asks = match out.coloured {
            true => render::coloured(&Text::new().toned(Tone::Dim, ASKS)),
            false => ASKS.to_owned(),
        };
        loop {
            match self.0.readline(&asks).as_deref().map(str::trim) {
                Ok("") => return Wish::Next,
                Ok("q" | "quit" | "exit") => return Wish::Leave,
                Ok(_) => out.remark(&"press Enter for the next command, or type q to leave".into()),
                Err(ReadlineError::Interrupted) => return Wish::Interrupt,
                // Ctrl-D, or the terminal was closed.
                Err(_) => return Wish::Leave,
            }
        }
    }
}
