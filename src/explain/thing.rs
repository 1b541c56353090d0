//! The life of one thing: an event, a request, a message, an entry, a node.

use super::answer::Answer;
use super::case::Case;
use super::existence::{NoSuchThing, Thing};
use super::life;

/// The life of a thing.
///
/// # Errors
/// If it does not exist.
pub fn thing(case: &Case<'_>, thing: Thing) -> Result<Answer, NoSuchThing> {
    case.exists(thing)?;
    let of_claims = |claims| Answer { claims, ..Answer::default() };
    let answer = match thing {
        Thing::Event(id) => of_claims(life::event::life(case, id)),
        Thing::Op(op) => life::request::life(case, case.op(op)?),
        Thing::Message(message) => of_claims(life::message::life(case, message)),
        Thing::Entry(entry) => life::entry::life(case, entry),
        Thing::Node(number) => of_claims(life::node::life(case, case.node(number)?)),
    };
    Ok(Answer { question: thing.to_string(), ..answer })
}
