//! `continue` at a prompt: it does what a breakpoint left of a command and of its line.

use super::rest::{LineRest, Part};
use super::{FailurePolicy, Flow, Ran, Runner};
use crate::language::statement::{Builder, Node};
use crate::language::{Failure, Statement};
use crate::script::source::Script;

impl Runner<'_> {
    /// A breakpoint has stopped this command: its line ends here.
    pub(super) fn stop_line(&mut self, statement: &Statement) {
        self.rest = LineRest { negated: statement.negated, parts: Vec::new() };
    }

    /// These commands and blocks are left.
    pub(super) fn leave_nodes(&mut self, nodes: &[Node], outermost: bool) {
        let Some(first) = nodes.first() else { return };
        let is_typed = outermost && first.statement().place.source.is_none();
        let redirects = if is_typed { std::mem::take(&mut self.redirects) } else { Vec::new() };
        self.rest.parts.push(Part::Nodes { nodes: nodes.to_vec(), outermost, redirects });
    }

    /// A block is left, which is still to be run this often.
    pub(super) fn leave_repeat(&mut self, count: u64, body: &[Node]) {
        if count > 0 {
            self.rest.parts.push(Part::Repeat { count, body: body.to_vec() });
        }
    }

    /// A sourced file is left before its end. It is no longer open.
    pub(super) fn leave_source(&mut self, script: Script, builder: Builder, by: &Statement) {
        if let Some(file) = self.files.close() {
            let statement = by.clone();
            self.rest.parts.push(Part::Source { script, builder, file, statement });
        }
    }

    /// Whether this is a `continue` with which a line continues.
    pub(super) fn resumes(&self, node: &Node) -> bool {
        let is_continue =
            |statement: &Statement| statement.word() == "continue" && statement.tokens.len() == 1;
        let named = matches!(node, Node::Command(statement) if is_continue(statement));
        named && self.stops_lines && self.interpreter.can_continue()
    }

    /// Runs `continue` at a prompt: the rest of the command, then the rest of its line.
    pub(super) fn resume(&mut self, statement: &Statement) -> Ran {
        let LineRest { negated, parts } = std::mem::take(&mut self.rest);
        let statement = Statement { negated: negated || statement.negated, ..statement.clone() };
        self.interpreter.begin_group();
        let ran = self.node(&Node::Command(statement.clone()), false);
        let ran = ran.and_then(|flow| self.resume_parts(flow, parts));
        self.interpreter.end_group(statement.source());
        ran
    }

    /// Runs what follows the command that was continued. If that stops again, all that is left is
    /// kept.
    fn resume_parts(&mut self, mut flow: Flow, parts: Vec<Part>) -> Ran {
        for part in parts {
            flow = match flow {
                Flow::On => self.resume_part(part)?,
                Flow::Quit => return Ok(Flow::Quit),
                Flow::Stopped => {
                    self.rest.parts.push(part);
                    Flow::Stopped
                }
            };
        }
        Ok(flow)
    }

    fn resume_part(&mut self, part: Part) -> Ran {
        match part {
            Part::Nodes { nodes, outermost, redirects } => {
                let of_this_line = std::mem::replace(&mut self.redirects, redirects);
                let ran = self.nodes(&nodes, false, outermost);
                self.redirects = of_this_line;
                ran
            }
            Part::Repeat { count, body } => self.repeat(count, &body, false),
            Part::Source { mut script, mut builder, file, statement } => {
                self.files.reopen(file);
                let ran = self.lines(&mut script, &mut builder, FailurePolicy::Stop);
                self.leave_file(ran, script, builder, &statement)
            }
        }
    }

    /// Leaves a sourced file after its end, after a failure, or where a breakpoint stopped it.
    pub(super) fn leave_file(
        &mut self,
        ran: Ran,
        script: Script,
        builder: Builder,
        by: &Statement,
    ) -> Ran {
        if let Ok(Flow::Stopped) = ran {
            self.leave_source(script, builder, by);
            return ran;
        }
        self.files.close();
        ran.map_err(|mut failure: Failure| {
            if let Some(source) = &by.place.source {
                failure.error.help.push(format!("sourced at {source}:{}", by.place.line));
            }
            failure
        })
    }
}
