//! The names of clients, and the texts in answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kv::{ClientId, Str};
use crate::seq::Seq;

use super::numbers::{OpId, TextId};

/// All clients. Those with a name are few and are listed; the others have a number and no more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct ClientNames {
    /// How many clients there are, with and without a name.
    count: u32,
    named: Arc<BTreeMap<Str, NamedClient>>,
    names: Arc<BTreeMap<ClientId, Str>>,
}

/// A client with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NamedClient {
    pub(super) id: ClientId,
    /// How many requests it has sent.
    pub(super) serial: u32,
    /// Its latest request.
    pub(super) latest: Option<OpId>,
}

impl ClientNames {
    /// A new client without a name.
    pub(super) fn anonymous(&mut self) -> ClientId {
        self.count += 1;
        ClientId(self.count)
    }

    /// The client of this name; none if it has sent nothing yet.
    pub(super) fn get(&self, name: &str) -> Option<NamedClient> {
        self.named.get(name).copied()
    }

    /// The number of the client of this name, which gets one if it has none yet.
    pub(super) fn client(&mut self, name: &Str) -> ClientId {
        match self.get(name) {
            Some(client) => client.id,
            None => self.begin(name).id,
        }
    }

    fn begin(&mut self, name: &Str) -> NamedClient {
        let id = self.anonymous();
        let client = NamedClient { id, serial: 0, latest: None };
        Arc::make_mut(&mut self.names).insert(id, name.clone());
        Arc::make_mut(&mut self.named).insert(name.clone(), client);
        client
    }

    /// The client of this number, if it has a name.
    pub(super) fn by_id(&self, id: ClientId) -> Option<NamedClient> {
        self.get(self.names.get(&id)?)
    }

    /// The client of this name is about to send a request. Returns it with that request counted.
    pub(super) fn next_request(&mut self, name: &Str) -> NamedClient {
        let mut client = self.get(name).unwrap_or_else(|| self.begin(name));
        client.serial += 1;
        Arc::make_mut(&mut self.named).insert(name.clone(), client);
        client
    }

    /// The client of this number has sent this request.
    pub(super) fn sent(&mut self, id: ClientId, op: OpId) {
        if let Some(name) = self.names.get(&id)
            && let Some(client) = Arc::make_mut(&mut self.named).get_mut(name)
        {
            client.latest = Some(op);
        }
    }

    /// The name of a client; none if it has none.
    pub(super) fn name(&self, id: ClientId) -> Option<&str> {
        self.names.get(&id).map(AsRef::as_ref)
    }
}

/// The texts of all answers. Nodes that apply the same entry give the same answer, so a text is
/// kept once if it was among the latest few.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Texts {
    texts: Seq<Str>,
}

/// How many of the latest texts are compared.
const COMPARED: usize = 8;

impl Texts {
    /// The number of a text.
    pub(super) fn id(&mut self, text: &Str) -> TextId {
        let latest = self.texts.iter().rev().take(COMPARED);
        let back = latest.into_iter().position(|known| known == text);
        let position = match back {
            Some(back) => self.texts.end() - 1 - back,
            None => {
                self.texts.push(text.clone());
                self.texts.end() - 1
            }
        };
        TextId::at(position)
    }

    /// The text with this number.
    pub(super) fn get(&self, id: TextId) -> &str {
        self.texts.get(id.position()).map_or("", AsRef::as_ref)
    }
}
