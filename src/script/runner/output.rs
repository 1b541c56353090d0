//! Where the output of a command goes: to the screen, through a pager, to a file or a program.

use super::{Ran, Runner};
use crate::language::statement::Node;
use crate::language::{Error, Failure};
use crate::script::source::RedirectedCommand;

impl Runner<'_> {
    /// Runs a command or a block. A command that only shows something may be too long for the
    /// screen. One that sends its output elsewhere is read before the file or program is touched.
    pub(super) fn sent_node(&mut self, node: &Node, keep_going: bool) -> Ran {
        let statement = node.statement();
        let here = |sent: &RedirectedCommand| {
            sent.end == statement.span().end && statement.place.source.is_none()
        };
        let Some(nth) = self.redirects.iter().position(here) else {
            let typed = statement.place.source.is_none() || self.is_paced;
            if typed && self.interpreter.only_shows(statement) {
                self.out.begin_paging();
            }
            let ran = match self.resumes(node) {
                true => self.resume(statement),
                false => self.node(node, keep_going),
            };
            // A pager reports no error.
            let _ = self.out.end_detour();
            return ran;
        };
        let RedirectedCommand { to, typed, at, .. } = self.redirects.swap_remove(nth);
        let not_sent =
            |error: Error| Failure::in_line(error.at(at.clone()), statement.place.clone(), &*typed);
        if let Err(error) = self.interpreter.check(statement) {
            return Err(self.tell(Failure::new(error, statement)));
        }
        self.out.redirect(&to).map_err(|error| self.tell(not_sent(error)))?;
        let ran = self.node(node, keep_going);
        let sent = self.out.end_detour();
        // What the command itself has to say matters more.
        let flow = ran?;
        sent.map(|()| flow).map_err(not_sent)
    }
}
