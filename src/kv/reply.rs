//! The answers of the store.

use super::command::Str;

/// The store's answer to a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The command was applied. Contains the value that a `get` found, if any; the new number of
    /// an `incr`; the new length of an `append`, in characters.
    Done(Option<Str>),
    /// A `cas` found another value than expected and changed nothing. Contains that value, if any.
    Mismatch(Option<Str>),
    /// An `incr` found this value, which is no number or too large a one, and changed nothing.
    NoNumber(Str),
    /// An `append` would have made the value longer than [`MAX_VALUE`], and changed nothing.
    TooLong,
    /// The client had given the request up for a later one, so it was not carried out.
    GivenUp,
}

/// The most bytes to which `append` extends a value: as much as a line can hold.
pub const MAX_VALUE: usize = 64 * 1024;
