//! Whether the answers that clients got fit together: each request must seem to take effect at one
//! moment between its sending and its answer (Herlihy and Wing, 1990).
//!
//! Keys are independent, so each key is judged alone ([`Register`]), by the `model` of what
//! requests do to it. `search` finds the ways in which requests may have taken effect; what it
//! must remember of the past is a set of `calls::Configuration`s. `whole` judges a finished
//! history, and finds the fewest requests at odds; [`picture`] draws them.
//!
//! A write that was never answered may take effect at any later time, or never; a read that was
//! never answered says nothing; a request that was refused never takes effect. A `cas` that did not
//! match is a read of the value that it found.
//!
//! Invariants: the verdict after each answer is that of the whole history up to there. It depends
//! on the order of sendings and answers alone. A search ends after a fixed number of placings: then
//! the key is not judged any more ([`Verdict::Undecided`]), and nobody is accused.

mod calls;
mod model;
mod picture;
mod register;
mod search;
mod whole;

pub use model::{Effect, Reply, Value};
pub use picture::{Shown, picture};
pub use register::{Answer, Register, Verdict};
pub use whole::{Request, fewest, judge};
