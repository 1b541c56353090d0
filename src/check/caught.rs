//! Which property catches which mistake: the table that shows that the properties have no holes.
//!
//! Each line is measured: `scripts/flaws/NAME.raft` makes the mistake, and the property named here is the first to break, at
//! the event of this number. A test runs them all.

use crate::raft::Flaw;
use crate::sim::EventId;

/// How a mistake comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// This property breaks first, at this event of the flaw's script.
    By(&'static str, EventId),
    /// No promise breaks: what should happen does not happen.
    Progress,
}

/// How each mistake comes out, in the order of [`Flaw::ALL`].
pub const CAUGHT: &[(Flaw, Caught)] = &[];

/// How a mistake comes out.
pub fn caught(flaw: Flaw) -> Option<Caught> {
    CAUGHT.iter().find(|(known, _)| *known == flaw).map(|(_, caught)| *caught)
}
