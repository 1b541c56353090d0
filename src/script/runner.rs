//! Runs lines: the one reader of scripts, pipes, `-c` texts and the prompt.
//!
//! The runner knows how a script proceeds, but not what its commands do. It handles `repeat`,
//! `source`, `quit`, `!`, failures and Ctrl-C, and hands every other command to an [`Interpreter`].
//! An error propagates as a [`Failure`] until something handles it: a `!` that expected it,
//! `--keep-going` after each command, the prompt after each line, or the end of the script.
//!
//! `output` decides where the output of a command goes, `rest` keeps what a breakpoint left of a
//! line, `resume` does it, and `tour` runs the guided tour.

mod output;
mod rest;
mod resume;
mod tour;

use std::path::Path;

use self::rest::LineRest;
use super::interpreter::Interpreter;
use super::paced::{Comment, Pause};
use super::source::{Files, Input, Lines, RedirectedCommand, Script};
use super::syntax;
use crate::console::json::CommandEnded;
use crate::console::{Interrupt, Output, diagnostic};
use crate::language::statement::PROMPT;
use crate::language::statement::{Builder, Node};
use crate::language::{Failure, Statement, Status};
use crate::view::document::{Document, Text, Tone};

/// The commands that the runner itself runs.
pub const CONTROL_WORDS: [&str; 4] = ["quit", "repeat", "source", "tour"];

/// How a source of lines ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceEnd {
    /// The lines ended; other sources may follow.
    End,
    /// A failure ended it. Only a prompt can follow.
    Failed,
    /// `quit` ended it, or the output is closed.
    Quit,
}

/// What the runner does after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailurePolicy {
    /// The first failure ends the script.
    Stop,
    /// Each failure is reported, and the next command runs (`--keep-going`).
    KeepGoing,
    /// The rest of the line is dropped, and the next line is read. Failures do not change the exit
    /// status.
    Prompt,
}

/// Whether the runner continues after a command.
enum Flow {
    On,
    Quit,
    /// A breakpoint ends the line.
    Stopped,
}

type Ran = Result<Flow, Failure>;

/// Runs lines on an interpreter.
pub struct Runner<'a> {
    /// The interpreter that runs the commands.
    pub interpreter: &'a mut dyn Interpreter,
    /// Where all output goes.
    pub out: &'a mut Output,
    /// Whether each command is printed before its output (`--echo`).
    pub echo: bool,
    /// The worst status reported so far. Failures at the prompt do not count.
    pub worst: Status,
    /// The failure that was reported last.
    pub failure: Option<Failure>,
    /// Waits for a reader, if there is one.
    pub pause: Option<Box<dyn Pause>>,
    /// Whether to wait after each command, and to show its comment and itself before it.
    pub is_paced: bool,
    /// Whether the reader has left: no further script is read.
    pub is_left: bool,
    /// Whether a breakpoint ends the line, as at a prompt, and not only its command.
    pub stops_lines: bool,
    /// What is left of the line that a breakpoint ended.
    rest: LineRest,
    comment: Comment,
    files: Files,
    /// How many files are open where commands about the prompt are taken: at the prompt, or in
    /// `init.raft`; `None` if nobody is at a prompt.
    prompt_depth: Option<usize>,
    /// The commands of the present line that send their output elsewhere.
    redirects: Vec<RedirectedCommand>,
}

impl<'a> Runner<'a> {
    /// A runner that has run nothing yet.
    pub fn new(interpreter: &'a mut dyn Interpreter, out: &'a mut Output) -> Runner<'a> {
        Runner {
            interpreter,
            out,
            echo: false,
            worst: Status::Ok,
            failure: None,
            pause: None,
            is_paced: false,
            is_left: false,
            stops_lines: false,
            rest: LineRest::default(),
            comment: Comment::default(),
            files: Files::default(),
            prompt_depth: None,
            redirects: Vec::new(),
        }
    }

    /// From now on, resolves paths in `source` from the folder of this file.
    pub fn within(&mut self, file: &Path) {
        self.files.enter(file);
    }

    /// Runs the script in a file.
    pub fn file(&mut self, path: impl AsRef<Path>, policy: FailurePolicy) -> SourceEnd {
        match self.files.open(path) {
            Ok(mut script) => {
                let ending = self.run(&mut script, policy);
                self.files.close();
                ending
            }
            Err(error) => {
                self.out.error(&diagnostic::render_bare(&error));
                self.worst = self.worst.max(error.status);
                if policy == FailurePolicy::Stop { SourceEnd::Failed } else { SourceEnd::End }
            }
        }
    }

    /// Runs the script that prepares a prompt. Unlike other scripts, it may define aliases.
    pub fn init_file(&mut self, path: impl AsRef<Path>) {
        self.prompt_depth = Some(1);
        self.file(path, FailurePolicy::Stop);
        self.prompt_depth = None;
    }

    /// Runs lines until they end or something ends them, and reports failures.
    pub fn run(&mut self, lines: &mut dyn Lines, policy: FailurePolicy) -> SourceEnd {
        Interrupt::watch();
        if lines.is_prompt() {
            self.prompt_depth = Some(self.files.depth());
        }
        self.stops_lines |= policy == FailurePolicy::Prompt;
        match self.lines(lines, &mut Builder::default(), policy) {
            Ok(Flow::On | Flow::Stopped) => SourceEnd::End,
            Ok(Flow::Quit) => SourceEnd::Quit,
            Err(_) if self.out.closed() => SourceEnd::Quit,
            Err(failure) => {
                self.report(&failure);
                SourceEnd::Failed
            }
        }
    }

    /// Lets the interpreter judge the script that just ended, and reports what failed.
    pub fn finish(&mut self) {
        if self.out.check_stop().is_err() {
            return;
        }
        if let Err(failure) = self.interpreter.finish(self.out) {
            let failure = self.tell(failure);
            self.report(&failure);
        }
    }

    fn report(&mut self, failure: &Failure) {
        self.worst = self.worst.max(failure.error.status);
        self.out.error(&diagnostic::render(&failure.error, &failure.statement));
        self.failure = Some(failure.clone());
    }

    fn lines(
        &mut self,
        lines: &mut dyn Lines,
        builder: &mut Builder,
        policy: FailurePolicy,
    ) -> Ran {
        loop {
            lines.see(self.interpreter);
            if policy == FailurePolicy::Prompt {
                // A Ctrl-C before this line does not interrupt it; a Ctrl-C from here on does.
                Interrupt::clear();
            }
            let input = lines.next(builder.depth(), self.out);
            if policy == FailurePolicy::Prompt {
                // The terminal may have been resized.
                self.out.measure();
                // The user has seen any violation, so the next command need not expect it.
                self.interpreter.seen();
            }
            self.out.begin_line();
            if let (Input::Line(text), true) = (&input, self.is_paced) {
                self.comment.line(text, builder.depth(), self.out);
            }
            let read = match input {
                Input::Line(text) => builder.feed(&lines.place(), &text),
                Input::Redirected(text, redirects) => {
                    self.redirects = redirects;
                    builder.feed(&lines.place(), &text)
                }
                Input::Bad(failure) => {
                    builder.spoil();
                    Err(failure)
                }
                Input::Dropped => {
                    builder.clear();
                    Ok(Vec::new())
                }
                Input::End => {
                    self.comment.show(self.out);
                    if let Err(failure) = builder.end() {
                        let failure = self.tell(failure);
                        self.tolerate(failure, policy)?;
                    }
                    // A Ctrl-C that no command noticed still ends the script.
                    self.out
                        .check_stop()
                        .map_err(|error| Failure::in_line(error, lines.place(), ""))?;
                    return Ok(Flow::On);
                }
            };
            let read = read.map_err(|failure| self.tell(failure));
            let ran =
                read.and_then(|nodes| self.nodes(&nodes, policy == FailurePolicy::KeepGoing, true));
            if policy == FailurePolicy::Prompt {
                self.redirects.clear();
            }
            match ran {
                Ok(Flow::On) => {}
                Ok(Flow::Stopped) if policy == FailurePolicy::Prompt => builder.clear(),
                Ok(ended) => return Ok(ended),
                Err(failure) => {
                    self.tolerate(failure, policy)?;
                    if policy == FailurePolicy::Prompt {
                        builder.clear();
                    }
                }
            }
        }
    }

    /// Reports a failure, or returns it if it ends the lines.
    fn tolerate(&mut self, failure: Failure, policy: FailurePolicy) -> Result<(), Failure> {
        let interrupted = failure.error.status == Status::Interrupted;
        match policy {
            _ if self.out.closed() => Err(failure),
            FailurePolicy::Prompt => {
                let worst = self.worst;
                self.report(&failure);
                self.worst = worst;
                Ok(())
            }
            FailurePolicy::KeepGoing if !interrupted => {
                self.report(&failure);
                Ok(())
            }
            FailurePolicy::Stop | FailurePolicy::KeepGoing => Err(failure),
        }
    }

    /// Runs commands and blocks. An `outermost` block is checked as a whole before any of it runs,
    /// so that an error in its last command is found before its first command runs.
    fn nodes(&mut self, nodes: &[Node], keep_going: bool, outermost: bool) -> Ran {
        for (nth, node) in nodes.iter().enumerate() {
            let checked = match node {
                Node::Repeat { body, .. } if outermost => {
                    syntax::check_block(self.interpreter, body)
                }
                Node::Command(_) | Node::Repeat { .. } => Ok(()),
            };
            let checked = checked.map_err(|failure| self.tell(failure));
            match checked.and_then(|()| self.sent_node(node, keep_going)) {
                Ok(Flow::On)
                    if outermost && self.is_paced && node.statement().word() != "source" =>
                {
                    if let Flow::Quit = self.wait(node.statement())? {
                        return Ok(Flow::Quit);
                    }
                }
                Ok(Flow::On) => {}
                Ok(Flow::Stopped) => {
                    self.leave_nodes(&nodes[nth + 1..], outermost);
                    return Ok(Flow::Stopped);
                }
                Err(failure) if keep_going => self.tolerate(failure, FailurePolicy::KeepGoing)?,
                other => return other,
            }
        }
        Ok(Flow::On)
    }

    /// Runs a command or a block, and inverts the result if it is negated with `!`. In JSON, each
    /// command gives one object, and so does each failure where it arises. A block or a sourced
    /// file that succeeds gives none, because its commands do.
    fn node(&mut self, node: &Node, keep_going: bool) -> Ran {
        let statement = node.statement();
        if let Err(error) = self.out.check_stop() {
            return Err(self.tell(Failure::new(error, statement)));
        }
        let speaks = matches!(node, Node::Command(statement) if statement.word() != "source");
        if speaks && let Err(failure) = self.interpreter.owed(statement, self.out) {
            let failure = self.tell(failure);
            if !keep_going {
                return Err(failure);
            }
            self.tolerate(failure, FailurePolicy::KeepGoing)?;
        }
        let ran = self.plain_node(node, keep_going && !statement.negated);
        match ran {
            Ok(Flow::On) if statement.negated => {
                let mut error = diagnostic::unexpected_success(statement);
                self.interpreter.failed(&mut error, self.out);
                Err(self.tell(Failure::new(error, statement)))
            }
            Err(failure)
                if statement.negated
                    && !failure.charged
                    && failure.error.status.can_be_expected() =>
            {
                let message = diagnostic::shorten(&failure.error.message, 400);
                if !self.out.is_json() {
                    self.out.remark(
                        &Text::new()
                            .toned(Tone::Dim, format!("failed as expected: {message}"))
                            .into(),
                    );
                }
                self.end(statement, CommandEnded::AsExpected(&failure.error));
                Ok(Flow::On)
            }
            Err(mut failure) if speaks => {
                self.interpreter.failed(&mut failure.error, self.out);
                Err(self.tell(failure))
            }
            Ok(flow) if speaks => {
                self.end(statement, CommandEnded::Well);
                Ok(flow)
            }
            ran => ran,
        }
    }

    fn end(&mut self, statement: &Statement, ended: CommandEnded<'_>) {
        self.out.end_command(statement, ended, self.interpreter.standing());
    }

    /// Ends the output of a command that failed, or of a line that could not be read.
    fn tell(&mut self, failure: Failure) -> Failure {
        self.end(&failure.statement, CommandEnded::Badly(&failure.error));
        failure
    }

    fn plain_node(&mut self, node: &Node, keep_going: bool) -> Ran {
        match node {
            Node::Command(statement) => self.command(statement, keep_going),
            // A block without commands takes no time, whatever its count.
            node if node.is_idle() => Ok(Flow::On),
            Node::Repeat { head, count, body } => {
                self.interpreter.begin_group();
                let ran = self.repeat(*count, body, keep_going);
                self.interpreter.end_group(head.source());
                ran
            }
        }
    }

    fn repeat(&mut self, count: u64, body: &[Node], keep_going: bool) -> Ran {
        for left in (0..count).rev() {
            match self.nodes(body, keep_going, false)? {
                Flow::On => {}
                Flow::Quit => return Ok(Flow::Quit),
                Flow::Stopped => {
                    self.leave_repeat(left, body);
                    return Ok(Flow::Stopped);
                }
            }
        }
        Ok(Flow::On)
    }

    fn command(&mut self, statement: &Statement, keep_going: bool) -> Ran {
        let shown = self.is_paced || self.out.is_json();
        if self.echo && statement.place.source.is_some() && !shown {
            self.echo(statement);
        }
        let failed = |error| Failure::new(error, statement);
        match statement.word() {
            word if syntax::PROMPT_WORDS.contains(&word)
                && self.prompt_depth != Some(self.files.depth()) =>
            {
                Err(failed(syntax::prompt_only(statement)))
            }
            "quit" => syntax::alone(statement).map(|()| Flow::Quit).map_err(failed),
            "tour" => self.tour(statement),
            "source" => {
                let opened = syntax::source(statement).and_then(|file| {
                    self.files.open(&file.text).map_err(|error| error.at(file.span.clone()))
                });
                let script = opened.map_err(|error| self.tell(failed(error)))?;
                self.source(script, statement, keep_going)
            }
            word => {
                if word == "cluster" || word == "load" {
                    self.out.directory = self.files.directory();
                }
                self.interpreter.execute(statement, self.out).map_err(failed)?;
                if self.stops_lines && self.interpreter.has_stopped() {
                    self.stop_line(statement);
                    return Ok(Flow::Stopped);
                }
                Ok(Flow::On)
            }
        }
    }

    /// Runs a file that `source` has just opened.
    fn source(&mut self, mut script: Script, statement: &Statement, keep_going: bool) -> Ran {
        self.interpreter.begin_group();
        let mut builder = Builder::default();
        let policy = if keep_going { FailurePolicy::KeepGoing } else { FailurePolicy::Stop };
        let ran = self.lines(&mut script, &mut builder, policy);
        self.interpreter.end_group(statement.source());
        self.leave_file(ran, script, builder, statement)
    }

    /// Prints a command as it would look at a prompt.
    fn echo(&mut self, statement: &Statement) {
        let bang = if statement.negated { "!" } else { "" };
        let text =
            Text::new().toned(Tone::Dim, PROMPT).plain(format!("{bang}{}", statement.source()));
        self.out.emit(&Document::new().line(text));
    }
}
