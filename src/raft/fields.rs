//! The names of parts of a message or note in serialized form: `prev_log_index` and
//! `prev_log_term` are fields of the message itself, as in figure 2, and not of a nested object.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::group::{Configuration, Group};
use super::nodes::{NodeId, NodeSet};
use super::types::{Index, Position, Term};

/// Makes a module for `#[serde(with = "…")]` of each row: a type, the fields that are serialized,
/// and how a value is made of them.
macro_rules! fields {
    ($($module:ident { $($field:ident: $type:ty),* } is $whole:ty = { $($value:tt)* };)*) => {$(
        pub(super) mod $module {
            use super::*;

            #[derive(Serialize, Deserialize)]
            struct Fields {
                $($field: $type,)*
            }

            pub(in super::super) fn serialize<S: Serializer>(value: &$whole, to: S) -> Result<S::Ok, S::Error> {
                let $($value)* = *value;
                Fields { $($field),* }.serialize(to)
            }

            pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<$whole, D::Error> {
                let Fields { $($field),* } = Fields::deserialize(from)?;
                Ok($($value)*)
            }
        }
    )*};
}

/// The members of a configuration. There are outgoing voters only while it is joint.
pub(super) mod members {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Fields {
        voters: NodeSet,
        outgoing: Option<NodeSet>,
        learners: NodeSet,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stays: bool,
    }

    pub(in super::super) fn serialize<S: Serializer>(
        value: &Configuration,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let Group { voters, outgoing, learners, stays } = value.group();
        let outgoing = Some(outgoing).filter(|outgoing| !outgoing.is_empty());
        Fields { voters, outgoing, learners, stays }.serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Configuration, D::Error> {
        let Fields { voters, outgoing, learners, stays } = Fields::deserialize(from)?;
        let outgoing = outgoing.unwrap_or_default();
        Ok(Configuration::of(Group { voters, outgoing, learners, stays }))
    }
}

fields! {
    prev_log { prev_log_index: Index, prev_log_term: Term } is Position =
        { Position { index: prev_log_index, term: prev_log_term } };
    last_log { last_log_index: Index, last_log_term: Term } is Position =
        { Position { index: last_log_index, term: last_log_term } };
    hint { hint_index: Index, hint_term: Term } is Position =
        { Position { index: hint_index, term: hint_term } };
    candidate_log { candidate_log_index: Index, candidate_log_term: Term } is Position =
        { Position { index: candidate_log_index, term: candidate_log_term } };
    last_included { last_included_index: Index, last_included_term: Term } is Position =
        { Position { index: last_included_index, term: last_included_term } };
    last_log_index { last_log_index: Index } is Index = { last_log_index };
    found_term { found_term: Term } is Term = { found_term };
    voted_for { voted_for: NodeId } is NodeId = { voted_for };
    term { term: Term } is Term = { term };
    index { index: Index } is Index = { index };
}
