//! What explanations read of a session, and what failed in it last.

use crate::check::condition::{Condition, Fact};
use crate::check::evaluate::Situation;
use crate::explain::Case;
use crate::language::{Error, Selection, Statement};
use crate::raft::NodeSet;
use crate::session::Session;
use crate::session::failure::FailedCommand;
use crate::sim::World;

impl Session {
    /// What an explanation reads, in the situation that the latest command left.
    pub fn case(&self) -> Case<'_> {
        let world = self.world();
        let before = self.before.as_ref();
        let latest = if before.is_some() { self.latest() } else { &[] };
        let now = Situation { world, before: before.unwrap_or(world), latest };
        Case::in_situation(self.tree(), now)
    }

    /// The cluster as it was when the command began that has just failed: its condition looks back.
    pub fn looked_back(&mut self, before: Option<World>) {
        self.before = before;
    }

    /// What failed last.
    pub fn failure(&self) -> Option<&FailedCommand> {
        self.failure.as_ref()
    }

    /// Takes note of a command that failed or violated properties.
    pub fn note_failure(
        &mut self,
        statement: &Statement,
        broken: &[&'static str],
        ran: &Result<(), Error>,
    ) {
        let command = statement.source().to_owned();
        let violated = broken.first().map(|name| Condition::Is(Fact::Violated(name)));
        self.failure = match ran {
            Err(error) if error.status.can_be_expected() => Some(FailedCommand {
                command,
                message: error.message.clone(),
                condition: error.unmet.as_ref().map(|unmet| unmet.condition.clone()).or(violated),
                nodes: self.about(error),
            }),
            _ if violated.is_some() => {
                let (message, nodes) = (String::new(), NodeSet::EMPTY);
                Some(FailedCommand { command, message, condition: violated, nodes })
            }
            Ok(()) | Err(_) => return,
        };
    }

    /// The condition of the `expect` that failed last, if nothing else has failed since then.
    pub fn failed_expect(&self) -> Option<&Condition> {
        let failed = self.failure.as_ref()?;
        failed.condition.as_ref().filter(|_| failed.command.starts_with("expect"))
    }

    /// The nodes that an error's word names.
    fn about(&self, error: &Error) -> NodeSet {
        let word = error.word.as_deref().and_then(|word| word.parse::<Selection>().ok());
        word.and_then(|selection| self.nodes(&selection).ok()).unwrap_or_default()
    }
}
