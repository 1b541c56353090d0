//! Engines, the lives that they live (a start and the inputs since, with the answers), and the room
//! in which they do.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::seq::{Seq, digest};

use super::fault::Breakdown;
use super::hello::Hello;

/// An engine: a command that starts a process, and what the process said about itself.
#[derive(Debug)]
pub struct Engine {
    /// The command, as it was typed.
    pub command: Arc<str>,
    /// The folder in which it runs; empty for that of raftsh.
    pub directory: Arc<str>,
    /// What it answered to `hello`.
    pub hello: Hello,
    room: Arc<dyn Room>,
}

impl Engine {
    /// An engine whose processes live in a room.
    pub fn new(command: &str, directory: &str, hello: Hello, room: Arc<dyn Room>) -> Engine {
        Engine { command: command.into(), directory: directory.into(), hello, room }
    }

    /// Where its processes live.
    pub fn room(&self) -> &Arc<dyn Room> {
        &self.room
    }

    /// What it calls itself, or else its command.
    pub fn called(&self) -> &str {
        match self.hello.name.as_str() {
            "" => &self.command,
            name => name,
        }
    }

    /// What tells it from other engines.
    pub fn identity(&self) -> (&str, &str) {
        (&self.command, &self.directory)
    }
}

/// Where engines run. The world asks it for answers and knows nothing of processes.
pub trait Room: fmt::Debug + Send + Sync {
    /// The answer of an engine that has lived this life to one more input.
    ///
    /// # Errors
    /// If it gives none, or one that it would not have given before.
    fn ask(&self, life: &Life, input: &str) -> Result<Arc<str>, Breakdown>;

    /// Nobody is likely to continue the life with this claim: its process may be used for another
    /// one.
    fn over(&self, claim: u64);

    /// Lets a fresh process live this life, and compares its answers.
    ///
    /// # Errors
    /// If it answers one input differently, or fails.
    fn verify(&self, life: &Life) -> Result<(), Breakdown>;

    /// The latest lines that the process which lived this life wrote to standard error.
    fn last_words(&self, life: &Life) -> Vec<String>;
}

/// An input and its answer, as the lines that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The input.
    pub input: Arc<str>,
    /// The answer.
    pub answer: Arc<str>,
}

/// What an engine was told since its start, and what it answered. Clones share it.
#[derive(Clone, Debug)]
pub struct Life {
    engine: Arc<Engine>,
    exchanges: Seq<Exchange>,
    /// Identifies the engine and the inputs. Answers follow from these.
    digest: u64,
    bytes: u64,
    /// While this or a clone exists, a process is kept for it.
    claim: Option<Arc<Claim>>,
}

/// The claim of a life and its clones on a process.
#[derive(Debug)]
struct Claim {
    number: u64,
    room: Arc<dyn Room>,
}

/// How many claims there have been.
static CLAIMS: AtomicU64 = AtomicU64::new(0);

impl Drop for Claim {
    fn drop(&mut self) {
        self.room.over(self.number);
    }
}

impl Life {
    /// A life that has not begun.
    pub fn new(engine: Arc<Engine>) -> Life {
        let digest = Life::unborn(&engine);
        let number = 1 + CLAIMS.fetch_add(1, Ordering::Relaxed);
        let claim = Some(Arc::new(Claim { number, room: Arc::clone(engine.room()) }));
        Life { engine, exchanges: Seq::new(), digest, bytes: 0, claim }
    }

    /// What identifies a life of an engine that has not begun.
    pub fn unborn(engine: &Engine) -> u64 {
        digest(&engine.identity())
    }

    /// The number of its claim on a process; 0 if it is over.
    pub fn claim(&self) -> u64 {
        self.claim.as_ref().map_or(0, |claim| claim.number)
    }

    /// It is over: nobody needs its process any more.
    pub(super) fn end(&mut self) {
        if let Some(claim) = self.claim.take() {
            self.engine.room().over(claim.number);
        }
    }

    /// The engine that lives it.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// What identifies the engine and the inputs so far.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// What will identify it after one more input.
    pub fn digest_after(&self, input: &str) -> u64 {
        digest(&(self.digest, input))
    }

    /// The inputs and answers so far, the start first.
    pub fn exchanges(&self) -> &Seq<Exchange> {
        &self.exchanges
    }

    /// How many inputs there were, the start included.
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether it has not begun.
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }

    /// How many bytes its lines have.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Asks the engine, and adds the exchange to the life.
    ///
    /// # Errors
    /// If the engine gives no answer. Then the life stays as it was.
    pub fn ask(&mut self, input: String) -> Result<Arc<str>, Breakdown> {
        let answer = self.engine.room().ask(self, &input)?;
        self.digest = self.digest_after(&input);
        self.bytes += (input.len() + answer.len()) as u64;
        self.exchanges.push(Exchange { input: input.into(), answer: Arc::clone(&answer) });
        Ok(answer)
    }
}
