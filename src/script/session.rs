//! Implements [`Interpreter`] for a session: runs its commands, and reports the properties that
//! they broke.

use std::collections::BTreeMap;

use super::guarded;
use super::interpreter::{Interpreter, TypingContext};
use crate::check::condition::{Condition, Fact};
use crate::command::{Grammar, ParsedCommand, tell_changes};
use crate::console::json::Standing;
use crate::console::{Output, file};
use crate::explain;
use crate::history::tree::MAIN;
use crate::language::{Error, Failure, Statement, Status};
use crate::session::Session;
use crate::sim::{EventId, EventKind, HaltReason};
use crate::view::breaks::Stopped;
use crate::view::document::Text;
use crate::view::{json, places, why};

/// What somebody at a prompt may type after a violation has cut a command short.
const AFTER_VIOLATION: &str =
    "`run 1s` continues from here; `set on-violation continue` lets commands run to their end";

/// The most lines of why that a failure gets.
const WHY: usize = 3;

/// What the script that a command is about has broken, on a cluster of its own.
fn examined(script: &str, session: &Session, out: &Output) -> Result<Session, Error> {
    if session.is_examined {
        let error = Error::usage("a script that is being shrunk cannot shrink another one");
        return Err(error.word(script));
    }
    if file::is_stdin(script.as_ref()) {
        session.may_read_stdin("shrink").map_err(|error| error.word(script))?;
    }
    guarded::broken_session(script, session.start(), out.page().width)
}

impl Interpreter for Session {
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error> {
        let grammar = Grammar::shared();
        let ParsedCommand { command, format, hidden_number } =
            grammar.read(statement).map_err(|error| with_leader(error, &grammar, self))?;
        out.format_once = format;
        let (before, most) = (self.world().event_count(), command.events_shown());
        if command.moves() {
            self.may_begin_branch()?;
        }
        self.begin_command(None);
        let script = command.script().map(str::to_owned);
        let ran = match script {
            Some(script) => examined(&script, self, out)
                .and_then(|mut other| command.run(&grammar, &mut other, out)),
            None => command.run(&grammar, self, out),
        };
        let is_cut_short = self.is_cut_short();
        if out.is_json() {
            let changes = self.take_changes();
            if !changes.is_empty() {
                out.data("watched", &changes);
            }
        }
        tell_changes(self, out);
        self.end_command(statement.source(), &ran);
        tell_began(self, out);
        if !self.world().settings().engines.is_none() {
            tell_last_words(self, before, out);
        }
        let (judgement, world) = self.judgement();
        let broken = judgement.tell(world, out);
        // A command that failed may have changed the cluster before: its events are reported, too.
        if out.is_json() {
            if let Some(most) = most {
                tell_events(self, most, before, out);
            }
            if !broken.is_empty() {
                out.data("violated", &broken);
            }
        }
        tell_stopped(self, is_cut_short && !broken.is_empty(), &ran, out);
        if !broken.is_empty() || ran.is_err() {
            out.drop_hints();
        }
        if !broken.is_empty() && is_cut_short {
            out.hint(AFTER_VIOLATION);
        }
        if let Some(hint) = hidden_number {
            out.hint(hint);
        }
        out.show_hints();
        self.note_failure(statement, &broken, &ran);
        let (judgement, world) = self.judgement();
        judgement.charge(broken, statement, world, out);
        ran
    }

    fn check(&self, statement: &Statement) -> Result<(), Error> {
        Grammar::shared().read(statement).map(drop)
    }

    fn set_aside(&mut self) {
        Session::set_aside(self);
    }

    fn bring_back(&mut self) {
        Session::bring_back(self);
    }

    fn only_shows(&self, statement: &Statement) -> bool {
        let words = statement.words();
        Grammar::shared().is_redirectable(&words)
    }

    fn reset(&mut self) {
        self.start_over();
    }

    fn owed(&mut self, next: &Statement, out: &mut Output) -> Result<(), Failure> {
        let read = || {
            Grammar::shared().read(next).is_ok_and(|reading| reading.command.expects_violation())
        };
        self.judgement().0.owed(|| !next.negated && read(), out)
    }

    fn seen(&mut self) {
        self.judgement().0.seen();
    }

    fn failed(&mut self, error: &mut Error, out: &mut Output) {
        tell_why(self, error, out);
        self.judgement().0.join(error);
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), Failure> {
        self.judgement().0.end(out)
    }

    fn typing_context(&self) -> Option<TypingContext> {
        Some(TypingContext { grammar: Grammar::shared(), session: self.copy() })
    }

    fn standing(&self) -> Standing<'_> {
        let (time_us, tree) = (self.world().now_us(), self.tree());
        let branch = Some(tree.name(tree.present())).filter(|name| *name != MAIN);
        Standing { time_us, branch, is_past: tree.is_past() }
    }

    fn has_stopped(&self) -> bool {
        Session::has_stopped(self)
    }

    fn can_continue(&self) -> bool {
        Session::can_continue(self)
    }

    fn begin_group(&mut self) {
        Session::begin_group(self);
    }

    fn end_group(&mut self, text: &str) {
        Session::end_group(self, text);
    }
}

/// Tells what the engines that failed in this command wrote to standard error last.
fn tell_last_words(session: &Session, before: EventId, out: &mut Output) {
    let mut all = BTreeMap::new();
    for event in session.events().iter().rev().take_while(|event| event.id > before) {
        if let EventKind::NodeHalted { reason: HaltReason::Engine(_) } = event.kind
            && let Some(engine) = &session.world().host(event.node).engine
            && let Some(life) = engine.lives.last()
        {
            let words = life.engine().room().last_words(life);
            if !words.is_empty() {
                all.insert(event.node.to_string(), words);
            }
        }
    }
    for (node, words) in &all {
        out.emit(&format!("the engine of {node} wrote to standard error:").into());
        words.iter().for_each(|word| out.emit(&format!("  {word}").into()));
    }
    if !all.is_empty() {
        out.data("last_words", &all);
    }
}

/// Tells what stopped the command before it had done everything, and how it continues.
fn tell_stopped(session: &Session, by_violation: bool, ran: &Result<(), Error>, out: &mut Output) {
    let interrupted = matches!(ran, Err(error) if error.status == Status::Interrupted);
    let (by, id) = match session.hits().first() {
        Some(hit) if session.has_stopped() => ("break", Some(hit.id)),
        _ if by_violation => ("violation", None),
        _ if interrupted => ("interrupt", None),
        _ => return,
    };
    if out.is_json() {
        out.data("stopped", &Stopped { by, id });
    }
    if by == "break" {
        out.hint("`continue` does the rest");
    }
}

/// Adds to an error at most three lines that say why its condition does not hold.
fn tell_why(session: &Session, error: &mut Error, out: &mut Output) {
    let Some(unmet) = error.unmet.as_mut() else { return };
    let case = session.case();
    let Ok(answer) = explain::condition_briefly(&case, &unmet.condition, WHY) else { return };
    if out.is_json() {
        out.data("why", &json::why(&case, &answer));
    }
    let texts = why::fitting(&case, &answer.claims, WHY);
    unmet.why = texts.into_iter().map(Text::into_string).collect();
}

/// Tells that the command has begun a branch, if it did.
fn tell_began(session: &mut Session, out: &mut Output) {
    let Some(branch) = session.take_new_branch() else { return };
    let tree = session.tree();
    if let Some(began) = json::began(tree, branch) {
        out.data("began", &began);
    }
    if let Some(text) = places::began(tree, branch) {
        out.remark(&text.into());
    }
}

/// An error that suggests a request, where no leader would take it, says how to get one.
fn with_leader(error: Error, grammar: &Grammar, session: &Session) -> Error {
    let request = error.meant.as_deref().filter(|line| grammar.asks_leader(line));
    let Some(request) = request.filter(|_| session.world().leader().is_none()) else {
        return error;
    };
    let help = match session.would_meet(&Condition::Is(Fact::Leader)) {
        true => format!(
            "no node leads yet: `run until leader; {request} --wait` waits for a leader, and for \
             the outcome"
        ),
        false => format!("there is no leader now, and {}", session.way_to_a_leader()),
    };
    // What works comes before what is only near.
    let mut error = error;
    error.help.insert(0, help);
    error
}

/// Adds the events after `before` to the command's JSON object, but at most the latest `most`.
fn tell_events(session: &Session, most: usize, before: EventId, out: &mut Output) {
    let count = session.world().event_count().saturating_sub(before);
    let events = session.events().since(before + 1);
    let left_out = events.len().saturating_sub(most);
    let shown = (events.len() - left_out) as u64;
    out.data("events", &json::events(session.world(), events.skip(left_out)));
    out.data("count", &count);
    out.data("truncated", &(shown < count));
}
