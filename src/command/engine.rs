//! `engine`: what runs at the nodes, what it wrote to standard error, and whether it is
//! deterministic.

use clap::Subcommand;
use serde::Serialize;

use super::shared::format;
use crate::console::Output;
use crate::engine;
use crate::language::{Error, Selection, Status};
use crate::raft::NodeId;
use crate::session::Session;
use crate::sim::World;
use crate::sim::engine::{Breakdown, Life};
use crate::view::document::{Document, Text, Tone};
use crate::view::engines;
use crate::view::json;

/// Commands about engines.
#[derive(Clone, Debug, Subcommand)]
pub enum Engine {
    /// Show the engines that run at the nodes, or check them
    ///
    /// An engine is somebody else's Raft in a process of its own: `cluster 3 --engine CMD` runs one
    /// at each node. `help engines` says what it reads and writes.
    #[command(
        arg = format(),
        after_help = "engine\nengine log n1\nengine verify"
    )]
    Engine {
        /// What to do; without it, the engines are listed
        #[command(subcommand)]
        what: Option<EngineCommand>,
    },
}

/// What is asked about engines.
#[derive(Clone, Debug, Subcommand)]
pub enum EngineCommand {
    /// Show the latest lines that a node's engine wrote to standard error
    Log {
        /// The node
        node: Selection,
    },
    /// Let fresh processes live all lives of the engines again, and compare their answers
    Verify,
}

/// An engine whose answers differ, for JSON.
#[derive(Debug, Serialize)]
struct Different {
    node: String,
    life: usize,
    input: usize,
    was: String,
    is: String,
}

impl Engine {
    pub(super) fn run(self, session: &mut Session, out: &mut Output) -> Result<(), Error> {
        let Engine::Engine { what } = self;
        let world = session.world();
        match what {
            Some(EngineCommand::Log { node }) => {
                let node = session.one(&node)?;
                log(world, node, out)
            }
            _ if world.settings().engines.is_none() => {
                let none: [json::Engine; 0] = [];
                out.data("engines", &none);
                out.emit(&"no engine runs: the nodes run raftsh's own Raft".into());
                out.hint("`cluster 3 --engine CMD` runs another one; `help engines` tells more");
                Ok(())
            }
            None => {
                out.show(|| engines::table(world), "engines", || json::engines(world));
                Ok(())
            }
            Some(EngineCommand::Verify) => verify(world, out),
        }
    }
}

/// The lives of a node's engine, the present one last.
fn lives(world: &World, node: NodeId) -> impl Iterator<Item = &Life> {
    let host = world.host(node);
    let ended = host.engine.iter().flat_map(|engine| engine.lives.iter());
    ended.chain(host.engine_life())
}

fn log(world: &World, node: NodeId, out: &mut Output) -> Result<(), Error> {
    let Some(life) = lives(world, node).last() else {
        let none: [String; 0] = [];
        out.data("node", &node.to_string());
        out.data("lines", &none);
        out.emit(&format!("{node} runs raftsh's own Raft, which writes nothing elsewhere").into());
        out.hint("`cluster 3 --engine CMD` runs an engine at each node");
        return Ok(());
    };
    let words = life.engine().room().last_words(life);
    out.data("node", &node.to_string());
    out.data("lines", &words);
    if words.is_empty() {
        out.emit(&format!("the engine of {node} has written nothing to standard error").into());
    }
    for word in words {
        out.emit(&word.into());
    }
    Ok(())
}

fn verify(world: &World, out: &mut Output) -> Result<(), Error> {
    let (mut checked, mut different) = (0usize, Vec::new());
    let mut failure = None;
    for node in world.nodes().iter() {
        for (life, lived) in (1..).zip(lives(world, node)) {
            out.check_stop()?;
            checked += 1;
            match engine::verify(lived) {
                Ok(()) => {}
                Err(Breakdown::Different(found)) => different.push(Different {
                    node: node.to_string(),
                    life,
                    input: found.input,
                    was: found.was,
                    is: found.is,
                }),
                Err(other) => failure = failure.or(Some(format!("the engine of {node} {other}"))),
            }
        }
    }
    out.data("checked", &checked);
    out.data("different", &different);
    for Different { node, life, input, was, is } in &different {
        let text = format!("{node} is not deterministic at input {input} of life {life}");
        out.emit(&Document::new().line(Text::new().toned(Tone::Bad, text)));
        out.emit(&format!("  was: {}", short(was)).into());
        out.emit(&format!("  is:  {}", short(is)).into());
    }
    if let Some(what) = failure {
        return Err(Error::usage(format!("{what}, when it lived a life again")));
    }
    if !different.is_empty() {
        let lives = counted(different.len());
        let error = Error::new(Status::Usage, format!("not deterministic: {lives}"));
        return Err(error.help(
            "an answer may depend only on the inputs: no clock, no dice, no order of a hash map",
        ));
    }
    out.emit(&format!("{} lived again: all answers are the same", counted(checked)).into());
    Ok(())
}

/// A number of lives.
fn counted(lives: usize) -> String {
    format!("{lives} {}", if lives == 1 { "life" } else { "lives" })
}

/// A line, or its beginning.
fn short(line: &str) -> String {
    crate::console::diagnostic::shorten(line, 400)
}
