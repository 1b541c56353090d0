//! What a user says of the engines of a cluster.

use std::fmt;

use crate::raft::NodeId;

/// What `--engine` says: a command for all nodes or for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineChoice {
    /// The node; none for all nodes that have no command of their own.
    pub node: Option<NodeId>,
    /// The command.
    pub command: String,
}

impl EngineChoice {
    /// Reads what was typed: `CMD`, or `n3=CMD`.
    ///
    /// # Errors
    /// If the command is empty, or its quotes do not close.
    pub fn read(text: &str) -> Result<EngineChoice, String> {
        let own = text.split_once('=').and_then(|(node, command)| {
            let number = node.strip_prefix('n')?.parse().ok()?;
            Some((NodeId::new(number)?, command))
        });
        let (node, command) = match own {
            Some((node, command)) => (Some(node), command),
            None => (None, text),
        };
        match shlex::split(command) {
            Some(words) if !words.is_empty() => {
                Ok(EngineChoice { node, command: command.to_owned() })
            }
            Some(_) => Err("an engine is a command: --engine \"python3 my_raft.py\"".to_owned()),
            None => Err("a quote in the command does not close".to_owned()),
        }
    }
}

/// As it is typed behind `--engine`.
impl fmt::Display for EngineChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.iter().try_for_each(|node| write!(f, "{node}="))?;
        f.write_str(&self.command)
    }
}
