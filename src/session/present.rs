//! Which nodes a selection names now, and whether a condition holds now.

use crate::check::condition::Condition;
use crate::check::evaluate::{self, Situation, Undecided};
use crate::check::selector::Selector;
use crate::language::{Error, Selection};
use crate::raft::{NodeId, NodeSet};
use crate::session::Session;

impl Session {
    /// The nodes that a selection names now, at least one.
    ///
    /// # Errors
    /// If one of them does not exist, or it names none now.
    pub fn nodes(&self, selection: &Selection) -> Result<NodeSet, Error> {
        let select = |set: NodeSet, selector| {
            evaluate::select(self.world(), selector).map(|nodes| set.union(nodes))
        };
        let nodes = selection.parts.iter().copied().try_fold(NodeSet::EMPTY, select);
        let nodes = nodes.map_err(|why| self.undecided(why).word(&selection.text))?;
        if nodes.is_empty() {
            return Err(self.empty(selection));
        }
        Ok(nodes)
    }

    /// The error for a selection that has no members now.
    fn empty(&self, selection: &Selection) -> Error {
        let status = || "`status` shows the nodes".to_owned();
        let members = || "`members` shows the configuration".to_owned();
        let (message, help) = match selection.parts[..] {
            [Selector::Leader] => ("there is no leader now".to_owned(), self.way_to_a_leader()),
            [Selector::Followers] => ("no node is a follower now".to_owned(), status()),
            [Selector::Live] => ("no node is up now".to_owned(), status()),
            [Selector::Down] => ("no node is down now".to_owned(), status()),
            [Selector::Learners] => ("there are no learners now".to_owned(), members()),
            [Selector::Spares] => {
                ("every node is a member now".to_owned(), "`boot` starts another node".to_owned())
            }
            _ => (format!("'{}' contains no node now", selection.text), status()),
        };
        Error::failed(message).word(&selection.text).help(help)
    }

    /// The nodes that a selection names now; all nodes without a selection.
    ///
    /// # Errors
    /// As [`Session::nodes`].
    pub fn nodes_or_all(&self, selection: Option<&Selection>) -> Result<NodeSet, Error> {
        selection.map_or(Ok(self.world().nodes()), |selection| self.nodes(selection))
    }

    /// The one node that a selection names now.
    ///
    /// # Errors
    /// If it does not exist, or the selection names none or several.
    pub fn one(&self, selection: &Selection) -> Result<NodeId, Error> {
        let nodes = self.nodes(selection)?;
        nodes.single().ok_or_else(|| {
            let message =
                format!("'{}' is {} nodes, but this needs one", selection.text, nodes.len());
            Error::failed(message).word(&selection.text)
        })
    }

    /// Whether a condition holds.
    ///
    /// # Errors
    /// If it names a node that does not exist, or depends on a violation after judging has ended.
    pub fn holds(&self, condition: &Condition) -> Result<bool, Error> {
        self.holds_in(Situation::now(self.world()), condition)
    }

    /// Whether a condition holds in a situation of this cluster.
    ///
    /// # Errors
    /// As [`Session::holds`].
    pub fn holds_in(&self, now: Situation<'_>, condition: &Condition) -> Result<bool, Error> {
        evaluate::holds(now, condition).map_err(|why| self.undecided(why))
    }

    /// The error for a condition that cannot be decided.
    pub(super) fn undecided(&self, why: Undecided) -> Error {
        match why {
            Undecided::UnknownNode(number) => {
                let nodes = match self.world().cluster_size() {
                    1 => "the only node is n1".to_owned(),
                    count => format!("nodes are n1 to n{count}"),
                };
                Error::failed(why.to_string()).word(format!("n{number}")).help(nodes)
            }
            Undecided::TooMany(_) => Error::expectation(why.to_string()),
            Undecided::NotJudged(ended) => Error::expectation(why.to_string()).help(ended.why).help(
                "`preload` takes --term and --vote: let a majority be in the last entry's term, \
                    or later",
            ),
        }
    }
}
