//! Sessions of clients: what each client has asked last, and the answer that it got (thesis, §6.3).
//!
//! A client numbers its requests, and has one at a time. The store remembers the latest request of
//! each client with its answer. A request that arrives again gets the remembered answer and is not
//! carried out again. One that the client has given up for a later one is not carried out at all.
//! A session begins with a client's first request and never expires.

use crate::seq::Seq;

use super::reply::Reply;

/// A client's number. Numbers have to be small: a session is at the place of its client in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u32);

/// Names a request across all nodes: its client, and the client's number for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId {
    /// The client.
    pub client: ClientId,
    /// The client's number for the request: 1 for its first, and higher for later ones.
    pub serial: u32,
}

/// What became of a request when it was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It was carried out.
    Done,
    /// It had been carried out before: its answer is the remembered one.
    Repeated,
    /// Its client had already had a later request carried out, so it was not.
    GivenUp,
}

impl Effect {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Effect::Done => "done",
            Effect::Repeated => "repeated",
            Effect::GivenUp => "given_up",
        }
    }
}

/// The latest request of a client, and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Session {
    serial: u32,
    reply: Reply,
}

/// The sessions of all clients, each at the position of its client's number. Clones share them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Sessions {
    sessions: Seq<Option<Session>>,
}

impl Sessions {
    /// What is known of a request: none if it has to be carried out.
    pub(super) fn known(&self, id: RequestId) -> Option<(Reply, Effect)> {
        let Session { serial, reply } = self.sessions.get(id.client.0 as usize)?.as_ref()?;
        match id.serial.cmp(serial) {
            std::cmp::Ordering::Greater => None,
            std::cmp::Ordering::Equal => Some((reply.clone(), Effect::Repeated)),
            std::cmp::Ordering::Less => Some((Reply::GivenUp, Effect::GivenUp)),
        }
    }

    /// Remembers the answer to a client's latest request.
    pub(super) fn remember(&mut self, RequestId { client, serial }: RequestId, reply: Reply) {
        let position = client.0 as usize;
        while self.sessions.end() <= position {
            self.sessions.push(None);
        }
        if let Some(session) = self.sessions.get_mut(position) {
            *session = Some(Session { serial, reply });
        }
    }
}
