//! A person at a terminal, who types and looks at the screen.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a person reads while raftsh writes, and does not wait for ever"
)]

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use rexpect::process::PtyProcess;

use crate::surroundings::{Folder, RAFTSH, untold};

/// The longest wait for one thing to happen: machines that run tests are slow and shared.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the line editor writes when it begins to wait for keys, and when it has a line.
const WAITS: &[u8] = b"\x1b[?2004h";
const TAKES: &[u8] = b"\x1b[?2004l";

/// How and where raftsh is started.
pub(crate) struct Desk {
    /// The arguments.
    pub(crate) arguments: Vec<String>,
    /// The directory in which raftsh starts, which is also its `HOME`.
    pub(crate) home: Folder,
    /// The value of `TERM`.
    pub(crate) term: &'static str,
    /// Whether `NO_COLOR` is set.
    pub(crate) no_color: bool,
    /// The value of `PAGER`; an empty one is none.
    pub(crate) pager: &'static str,
    /// The number of rows on the screen.
    pub(crate) rows: u16,
    /// The number of columns on the screen.
    pub(crate) columns: u16,
}

impl Desk {
    /// A screen of 24 rows and 80 columns, and an empty home.
    pub(crate) fn new(name: &str) -> Desk {
        let (arguments, home) = (Vec::new(), Folder::new(name));
        Desk { arguments, home, term: "xterm", no_color: true, pager: "", rows: 24, columns: 80 }
    }

    /// Starts raftsh.
    pub(crate) fn starts(&self) -> Person {
        let mut command = untold("sh");
        let Desk { rows, columns, .. } = self;
        command.args(["-c", &format!("stty rows {rows} cols {columns}; exec \"$0\" \"$@\"")]);
        command.arg(RAFTSH).args(&self.arguments).current_dir(&self.home);
        command.env("TERM", self.term).env("HOME", &*self.home);
        if self.no_color {
            command.env("NO_COLOR", "1");
        }
        command.env("PAGER", self.pager);
        let process = PtyProcess::new(command).unwrap();
        let (mut reads, writes) =
            (process.get_file_handle().unwrap(), process.get_file_handle().unwrap());
        let (tells, hears) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Reading from a terminal whose other end is closed fails.
            while let Ok(length @ 1..) = reads.read(&mut bytes) {
                if tells.send(bytes[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(size(self.rows), size(self.columns), 0);
        let (process, keys, home) = (Some(process), Some(writes), self.home.clone());
        Person { process, keys, hears, said: Vec::new(), screen, home }
    }

    /// Starts raftsh and waits for its first prompt.
    pub(crate) fn sits_down(&self) -> Person {
        let mut person = self.starts();
        person.waits_for_prompt(1);
        person
    }
}

/// A person at the terminal in which raftsh runs.
pub(crate) struct Person {
    process: Option<PtyProcess>,
    keys: Option<std::fs::File>,
    hears: Receiver<Vec<u8>>,
    said: Vec<u8>,
    screen: vt100::Parser,
    /// Holding the folder keeps it from being removed.
    pub(crate) home: Folder,
}

impl Person {
    /// Presses keys.
    pub(crate) fn presses(&mut self, keys: &str) {
        let terminal = self.keys.as_mut().unwrap();
        terminal.write_all(keys.as_bytes()).unwrap();
        terminal.flush().unwrap();
    }

    /// Reads until the condition holds.
    pub(crate) fn waits_until(&mut self, what: &str, is_so: impl Fn(&Person) -> bool) {
        while !is_so(self) {
            match self.hears.recv_timeout(PATIENCE) {
                Ok(bytes) => {
                    self.screen.process(&bytes);
                    self.said.extend(bytes);
                }
                Err(why) => {
                    let ended = why == RecvTimeoutError::Disconnected;
                    panic!("waited for {what}; ended: {ended}\n{}", self.screen().join("\n"))
                }
            }
        }
    }

    /// Waits until raftsh has asked for this many lines, and shows a prompt.
    pub(crate) fn waits_for_prompt(&mut self, count: usize) {
        self.waits_until("a prompt", |person| {
            count_of(&person.said, WAITS) >= count && person.line().trim_end().ends_with('>')
        });
    }

    /// The screen, without the blanks at the ends of lines and the empty lines at its end.
    pub(crate) fn screen(&self) -> Vec<String> {
        let screen = self.screen.screen();
        let mut rows: Vec<String> =
            screen.rows(0, screen.size().1.get()).map(|row| row.trim_end().to_owned()).collect();
        while rows.last().is_some_and(String::is_empty) {
            rows.pop();
        }
        rows
    }

    /// The text of the screen, with the lines joined that the terminal wrapped.
    pub(crate) fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// The row of the screen that the cursor is in.
    pub(crate) fn line(&self) -> String {
        let screen = self.screen.screen();
        let row = usize::from(screen.cursor_position().0);
        screen.rows(0, screen.size().1.get()).nth(row).unwrap_or_default()
    }

    /// The row of the cursor, with its colours: `{green kill} n1`.
    pub(crate) fn coloured_line(&self) -> String {
        let screen = self.screen.screen();
        let (row, columns) = (screen.cursor_position().0, screen.size().1.get());
        let (mut line, mut style) = (String::new(), String::new());
        for column in 0..columns {
            let Some(cell) = screen.cell(row, column) else { continue };
            let text = if cell.has_contents() { cell.contents() } else { " " };
            let now = if text == " " { String::new() } else { style_of(cell) };
            if now != style {
                line.push_str(if style.is_empty() { "" } else { "}" });
                if !now.is_empty() {
                    line.push_str(&format!("{{{now} "));
                }
                style = now;
            }
            line.push_str(text);
        }
        line.push_str(if style.is_empty() { "" } else { "}" });
        line.trim_end().to_owned()
    }

    /// Types a text, and waits until the screen shows it before the cursor.
    pub(crate) fn types(&mut self, text: &str) {
        self.presses(text);
        self.waits_until(text, |person| {
            let (_, column) = person.screen.screen().cursor_position();
            let before: String = person.line().chars().take(column.into()).collect();
            before.ends_with(text)
        });
    }

    /// Enters a line, waits for the next prompt, and returns what raftsh printed in between.
    pub(crate) fn gives(&mut self, line: &str) -> String {
        let asked = count_of(&self.said, WAITS);
        self.presses(line);
        self.presses("\r");
        self.waits_for_prompt(asked + 1);
        self.answer()
    }

    /// What raftsh printed between the last line that it took and the prompt at which it waits.
    pub(crate) fn answer(&self) -> String {
        let until = last_of(&self.said, WAITS);
        let from = last_of(&self.said[..until], TAKES) + TAKES.len();
        let mut paper = vt100::Parser::new(size(1_000), size(400), 0);
        paper.process(&self.said[from..until]);
        paper.screen().contents().trim().to_owned()
    }

    /// Enters a line, and checks that the answer contains all these pieces.
    pub(crate) fn asks(&mut self, line: &str, pieces: &[&str]) -> String {
        let answer = self.gives(line);
        for piece in pieces {
            assert!(answer.contains(piece), "{line}\nhas no {piece:?}:\n{answer}");
        }
        answer
    }

    /// Everything that was written to the terminal.
    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&self.said).into_owned()
    }

    /// Drops the line with Ctrl-C.
    pub(crate) fn drops(&mut self) {
        let asked = count_of(&self.said, WAITS);
        self.presses("\x03");
        self.waits_for_prompt(asked + 1);
    }

    /// Waits until the screen is the one that is kept under this name. With `BLESS` set, keeps the
    /// present screen instead.
    pub(crate) fn sees(&mut self, name: &str) {
        let file = format!("{}/tests/it/prompt/screens/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("BLESS").is_some() {
            while let Ok(bytes) = self.hears.recv_timeout(Duration::from_secs(1)) {
                self.screen.process(&bytes);
                self.said.extend(bytes);
            }
            std::fs::write(&file, self.screen().join("\n") + "\n").unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        self.waits_until(&format!("screens/{name}.txt\n{kept}\nand looks at"), |person| {
            person.screen().iter().map(String::as_str).eq(kept.lines())
        });
    }

    /// Clears the screen but for the line, with Ctrl-L.
    pub(crate) fn clears(&mut self) {
        let line = self.line();
        self.presses("\x0c");
        self.waits_until("a clear screen", |person| person.screen() == [line.trim_end()]);
    }

    /// Waits until raftsh has printed this, anywhere on the screen.
    pub(crate) fn reads(&mut self, text: &str) {
        self.waits_until(text, |person| person.text().contains(text));
    }

    /// Changes the size of the window.
    pub(crate) fn resizes(&mut self, rows: u16, columns: u16) {
        let window =
            rustix::termios::Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        rustix::termios::tcsetwinsize(self.keys.as_ref().unwrap(), window).unwrap();
        self.screen.screen_mut().set_size(size(rows), size(columns));
    }

    /// Waits for a moment: an Enter that comes at once repeats nothing, because nobody can have
    /// read the screen.
    pub(crate) fn ponders(&self) {
        std::thread::sleep(Duration::from_millis(100));
    }

    /// Waits until raftsh has ended, with this status.
    pub(crate) fn sees_it_end(mut self, status: i32) {
        self.waits_for_the_end();
        // rexpect does not re-export the type; its `Debug` form is `Exited(Pid(123), 0)`.
        let ended = format!("{:?}", self.process.as_ref().unwrap().wait().unwrap());
        assert!(
            ended.starts_with("Exited(") && ended.ends_with(&format!(", {status})")),
            "{ended}"
        );
    }

    /// Reads until the terminal is closed.
    fn waits_for_the_end(&mut self) {
        loop {
            match self.hears.recv_timeout(PATIENCE) {
                Ok(bytes) => self.said.extend(bytes),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it does not end\n{}", self.screen().join("\n"))
                }
            }
        }
    }
}

fn size(cells: u16) -> NonZero<u16> {
    NonZero::new(cells).unwrap()
}

/// The look of a cell, in words.
fn style_of(cell: &vt100::Cell) -> String {
    let colour = match cell.fgcolor() {
        vt100::Color::Idx(1) => "red",
        vt100::Color::Idx(2) => "green",
        vt100::Color::Idx(3) => "yellow",
        vt100::Color::Idx(6) => "cyan",
        vt100::Color::Default => "",
        _ => "other",
    };
    let weight = if cell.bold() {
        "bold"
    } else if cell.dim() {
        "dim"
    } else {
        ""
    };
    [weight, colour].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

fn count_of(bytes: &[u8], piece: &[u8]) -> usize {
    bytes.windows(piece.len()).filter(|window| *window == piece).count()
}

/// The position of the last such piece, or 0.
fn last_of(bytes: &[u8], piece: &[u8]) -> usize {
    bytes.windows(piece.len()).rposition(|window| window == piece).unwrap_or(0)
}
