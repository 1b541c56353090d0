//! The guided tour, and the pauses between the commands of a paced script.

use super::{FailurePolicy, Flow, Ran, Runner};
use crate::console::setting::OutputSetting;
use crate::console::{Format, Interrupt};
use crate::language::statement::Builder;
use crate::language::{Error, Failure, Statement, Status};
use crate::script::paced::{self, Wish};
use crate::script::source::Script;
use crate::script::syntax;
use crate::view::document::Document;

impl Runner<'_> {
    /// Waits until the reader wants to see the next command, or no more.
    pub(super) fn wait(&mut self, statement: &Statement) -> Ran {
        let Some(pause) = &mut self.pause else { return Ok(Flow::On) };
        match pause.wait(self.out) {
            Wish::Next => {
                self.out.emit(&Document::new().line(""));
                Ok(Flow::On)
            }
            Wish::Leave => {
                self.is_left = true;
                Ok(Flow::Quit)
            }
            Wish::Interrupt => {
                self.is_left = true;
                let error = Error::new(Status::Interrupted, "interrupted");
                Err(Failure::new(error, statement))
            }
        }
    }

    /// The guided tour: its script on a cluster of its own, with a pause after each command. The
    /// user's cluster and settings come back, however the tour ends.
    pub(super) fn tour(&mut self, statement: &Statement) -> Ran {
        syntax::alone(statement).map_err(|error| Failure::new(error, statement))?;
        if self.pause.is_none() {
            return Err(Failure::new(syntax::prompt_only(statement), statement));
        }
        let (settings, hints) = (self.out.settings(), self.out.hints);
        for setting in [OutputSetting::Ascii(false), OutputSetting::Format(Format::Table)] {
            self.out.set(setting);
        }
        (self.out.hints, self.is_paced) = (false, true);
        self.interpreter.set_aside();
        self.out.emit(&paced::welcome());
        // The tour is a script. What a breakpoint left before it stays.
        let stops_lines = std::mem::replace(&mut self.stops_lines, false);
        let rest = std::mem::take(&mut self.rest);
        let mut script = Script::text(Some("tour"), paced::TOUR);
        let toured = match self.wait(statement) {
            Ok(Flow::On) => self.lines(&mut script, &mut Builder::default(), FailurePolicy::Stop),
            other => other,
        };
        self.interpreter.bring_back();
        (self.stops_lines, self.rest) = (stops_lines, rest);
        (self.out.hints, self.is_paced, self.is_left) = (hints, false, false);
        for setting in settings {
            self.out.set(setting);
        }
        match toured {
            Err(failure) if failure.error.status != Status::Interrupted || self.out.closed() => {
                Err(failure)
            }
            Ok(_) | Err(_) => {
                Interrupt::clear();
                self.out.remark(&paced::farewell());
                Ok(Flow::On)
            }
        }
    }
}
