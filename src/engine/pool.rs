//! The processes that run, and which life each of them stands at.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::guard;
use super::limit::{start_timeout, timeout};
use super::memory::{Answer, Memory};
use super::process::Process;
use crate::sim::engine::{Ability, Breakdown, Difference, Engine, Life, Room};

/// The most processes. Beyond, the one that was idle for longest gives way: its life can be lived
/// again.
const PROCESSES_MAX: usize = 256;

/// The lives whose last words are kept.
const EPITAPHS: usize = 256;

/// All processes of engines.
#[derive(Debug, Default)]
pub(super) struct Pool {
    state: Mutex<State>,
    /// Engines hold their room, so the pool knows itself.
    own: std::sync::OnceLock<Weak<Pool>>,
}

#[derive(Debug, Default)]
struct State {
    /// The processes that nobody asks at the moment, the one asked last at the end.
    idle: Vec<Resident>,
    memory: Memory,
    met: BTreeMap<(String, String), Arc<Engine>>,
    /// What processes that have ended wrote last, by the digest of their life.
    epitaphs: Vec<(u64, Vec<String>)>,
    /// Whether raftsh ends: nothing is started any more.
    ending: bool,
}

/// A process with the life that it stands at.
#[derive(Debug)]
struct Resident {
    process: Process,
    engine: Arc<Engine>,
    /// The digest of its life so far.
    at: u64,
    /// The claim for which it is kept; 0 if nobody needs it.
    claim: u64,
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, State> {
        // A thread that panicked while it held the lock left at most a process less in the list.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn meet(
        self: &Arc<Pool>,
        command: &str,
        directory: &str,
    ) -> Result<Arc<Engine>, Breakdown> {
        self.own.get_or_init(|| Arc::downgrade(self));
        let key = (command.to_owned(), directory.to_owned());
        if let Some(engine) = self.state().met.get(&key) {
            return Ok(Arc::clone(engine));
        }
        let (process, hello) = Process::start(command, directory, start_timeout())?;
        let room: Arc<dyn Room> = Arc::<Pool>::clone(self);
        let engine = Arc::new(Engine::new(command, directory, hello, room));
        let at = Life::unborn(&engine);
        let mut state = self.state();
        state.met.insert(key, Arc::clone(&engine));
        state.idle.push(Resident { process, engine: Arc::clone(&engine), at, claim: 0 });
        Ok(engine)
    }

    /// A process that has lived a life: one that stands there, or one that is led there.
    fn at(&self, life: &Life) -> Result<Resident, Breakdown> {
        if let Some(resident) = self.state().take(|resident| resident.stands_at(life)) {
            return Ok(resident);
        }
        let mut resident = self.fresh(life.engine())?;
        resident.claim = life.claim();
        self.lead(&mut resident, life)?;
        Ok(resident)
    }

    /// A process that is about to begin a life.
    fn fresh(&self, engine: &Arc<Engine>) -> Result<Resident, Breakdown> {
        let unborn = Life::unborn(engine);
        let (spare, evicted) = {
            let mut state = self.state();
            if state.ending {
                return Err(Breakdown::Unable("raftsh ends".to_owned()));
            }
            let again = engine.hello.can(Ability::Restart);
            let spare = state.take(|resident| {
                let is_its = resident.engine.identity() == engine.identity();
                is_its && resident.claim == 0 && (again || resident.at == unborn)
            });
            // What nobody needs and nobody can use is ended; and the eldest beyond the limit.
            let mut evicted = Vec::new();
            if spare.is_none() {
                evicted.extend(state.take(|resident| {
                    resident.claim == 0 && !resident.engine.hello.can(Ability::Restart)
                }));
                if state.idle.len() >= PROCESSES_MAX {
                    evicted.push(state.idle.remove(0));
                }
            }
            (spare, evicted)
        };
        drop(evicted);
        match spare {
            Some(resident) => Ok(Resident { at: unborn, ..resident }),
            None => {
                let (process, _) =
                    Process::start(&engine.command, &engine.directory, start_timeout())?;
                Ok(Resident { process, engine: Arc::clone(engine), at: unborn, claim: 0 })
            }
        }
    }

    /// Leads a fresh process through a life, and compares its answers.
    fn lead(&self, resident: &mut Resident, life: &Life) -> Result<(), Breakdown> {
        for (nth, exchange) in life.exchanges().iter().enumerate() {
            let answer = resident.process.ask(&exchange.input, timeout())?;
            if *answer != *exchange.answer {
                return Err(Breakdown::Different(Box::new(Difference {
                    input: nth,
                    was: exchange.answer.to_string(),
                    is: answer,
                })));
            }
        }
        resident.at = life.digest();
        Ok(())
    }

    pub(super) fn end_all(&self) {
        let idle = {
            let mut state = self.state();
            state.ending = true;
            std::mem::take(&mut state.idle)
        };
        drop(idle);
        guard::dismiss();
    }
}

impl State {
    /// Takes the process that was asked last among those that fit.
    fn take(&mut self, fits: impl Fn(&Resident) -> bool) -> Option<Resident> {
        let place = self.idle.iter().rposition(fits)?;
        Some(self.idle.remove(place))
    }

    fn bury(&mut self, life: u64, words: Vec<String>) {
        if self.epitaphs.len() >= EPITAPHS {
            self.epitaphs.remove(0);
        }
        self.epitaphs.push((life, words));
    }
}

impl Resident {
    fn stands_at(&self, life: &Life) -> bool {
        self.at == life.digest() && !life.is_empty()
    }
}

impl Room for Pool {
    fn ask(&self, life: &Life, input: &str) -> Answer {
        let after = life.digest_after(input);
        if let Some(known) = self.state().memory.get(after) {
            return known.clone();
        }
        let mut resident = self.at(life)?;
        match resident.process.ask(input, timeout()) {
            Ok(answer) => {
                let answer: Arc<str> = answer.into();
                resident.at = after;
                resident.claim = life.claim();
                let mut state = self.state();
                state.memory.keep(after, Ok(Arc::clone(&answer)));
                state.idle.push(resident);
                Ok(answer)
            }
            Err(breakdown) => {
                let words = resident.process.words();
                drop(resident);
                let mut state = self.state();
                state.bury(life.digest(), words);
                state.memory.keep(after, Err(breakdown.clone()));
                Err(breakdown)
            }
        }
    }

    fn over(&self, claim: u64) {
        for resident in &mut self.state().idle {
            if resident.claim == claim {
                resident.claim = 0;
            }
        }
    }

    fn verify(&self, life: &Life) -> Result<(), Breakdown> {
        let engine = life.engine();
        let (process, _) = Process::start(&engine.command, &engine.directory, start_timeout())?;
        let mut resident = Resident { process, engine: Arc::clone(engine), at: 0, claim: 0 };
        self.lead(&mut resident, life)
    }

    fn last_words(&self, life: &Life) -> Vec<String> {
        let mut state = self.state();
        let found = state.idle.iter_mut().rev().find(|resident| resident.stands_at(life));
        if let Some(resident) = found {
            return resident.process.words();
        }
        let known = state.epitaphs.iter().rev().find(|(digest, _)| *digest == life.digest());
        known.map(|(_, words)| words.clone()).unwrap_or_default()
    }
}
