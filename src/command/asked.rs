//! The node of a request, which may be left out: then the leader is asked.
//!
//! `put x=5` is read as `put leader x=5`. A first word that names nodes is always the node, so
//! `get n1` needs a key.

use clap::Arg;

use crate::check::selector::Selector;
use crate::language::select::selector;

/// The id of an argument that names the node of a request. Without it, the leader is asked.
pub(super) const ASKED: &str = "asked";

/// Whether an argument is the node of a request, which may be left out.
pub(super) fn is_asked(argument: &Arg) -> bool {
    argument.get_id() == ASKED
}

/// Whether a word names nodes.
pub(super) fn names_nodes(word: &str) -> bool {
    word.split(',').all(|part| selector(part).is_ok())
}

/// Whether a word that is being typed may come to name nodes.
pub(super) fn may_name_nodes(word: &str) -> bool {
    let begins_one = || Selector::WORDS.iter().any(|(name, _)| name.starts_with(word));
    names_nodes(word) || word == "n" || !word.is_empty() && begins_one()
}
