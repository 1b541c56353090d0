//! A session as the runner sees it: statements in; what came of them, and what broke meanwhile, out.

use std::rc::Rc;

use super::Session;
use crate::shell::command::{News, Reading};
use crate::shell::error::Error;
use crate::shell::output::Output;
use crate::shell::prompt::Sight;
use crate::shell::runner::Interpreter;
use crate::shell::statement::{Failure, Statement};
use crate::sim::EventId;
use crate::view::json;

/// So many events a command shows at most, where time passed by itself.
const LATEST: usize = 1_000;

impl Interpreter for Session {
    fn execute(&mut self, statement: &Statement, out: &mut Output) -> Result<(), Error> {
        let Reading { command, format } = self.grammar.read(statement)?;
        if let Some(format) = format {
            out.set_format_once(format);
        }
        let (before, news) = (self.world().event_count(), command.news());
        let ran = command.run(self, out);
        let broken = self.judgement.tell(self.timeline.world(), out);
        // What a command brought about it brought about even where it failed.
        if out.is_json() {
            self.tell_news(news, before, out);
            if !broken.is_empty() {
                out.data("violated", &broken);
            }
        }
        self.judgement.charge(broken, statement, self.timeline.world(), out);
        ran
    }

    fn check(&self, statement: &Statement) -> Result<(), Error> {
        self.grammar.read(statement).map(drop)
    }

    fn reset(&mut self) -> Result<(), Error> {
        self.begin(self.start);
        Ok(())
    }

    fn owed(&mut self, next: &Statement, out: &mut Output) -> Result<(), Failure> {
        let read = || self.grammar.read(next).is_ok_and(|reading| reading.command.expects_violation());
        self.judgement.owed(|| !next.negated && read(), out)
    }

    fn seen(&mut self) {
        self.judgement.seen();
    }

    fn failed(&mut self, error: &mut Error) {
        self.judgement.join(error);
    }

    fn finish(&mut self, out: &mut Output) -> Result<(), Failure> {
        self.judgement.end(out)
    }

    fn sight(&self) -> Option<Sight> {
        Some(Sight { grammar: Rc::clone(&self.grammar), world: self.world().clone() })
    }

    fn time_us(&self) -> u64 {
        self.world().now_us()
    }
}

impl Session {
    /// The events after this one, as far as a command shows them.
    fn tell_news(&self, news: News, before: EventId, out: &mut Output) {
        let most = match news {
            News::Nothing => return,
            News::Latest => LATEST,
            News::All => usize::MAX,
        };
        let count = self.world().event_count().saturating_sub(before);
        let events = self.events().since(before + 1);
        let left_out = events.len().saturating_sub(most);
        let shown = (events.len() - left_out) as u64;
        out.data("events", &json::events(self.world(), events.skip(left_out)));
        out.data("count", &count);
        out.data("truncated", &(shown < count));
    }
}
