//! Images of state machines: what snapshots contain. A disk and a message name an image by a number
//! that follows from its content, so equal images are one. An image that nobody names is freed.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::disk::Base;
use crate::kv::Store;
use crate::raft::{Configuration, Image, Index, Position, Snapshot, Term};
use crate::seq::digest;

/// The content of an image: the state machine with its sessions, and the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Content {
    pub(super) store: Store,
    pub(super) configuration: Configuration,
}

/// All images that somebody names.
#[derive(Clone, Debug, Default)]
pub(super) struct Images {
    by_number: Arc<BTreeMap<u32, Arc<Content>>>,
    /// How many there may be before the next look at which are still named.
    most: usize,
}

/// The fewest images at which it is worth looking which are still named.
const LOOK_AT: usize = 32;

impl Images {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.by_number.is_empty()
    }

    /// The number of an image with this content.
    pub(super) fn number(&mut self, content: Content) -> Image {
        let mut number = digest(&content) as u32;
        loop {
            match self.by_number.get(&number) {
                Some(known) if **known == content => return Image(number),
                Some(_) => number = number.wrapping_add(1),
                None => break,
            }
        }
        Arc::make_mut(&mut self.by_number).insert(number, Arc::new(content));
        Image(number)
    }

    /// The content of an image.
    pub(super) fn get(&self, image: Image) -> Option<&Content> {
        self.by_number.get(&image.0).map(AsRef::as_ref)
    }

    /// Whether it is time to look which images are still named.
    pub(super) fn is_full(&self) -> bool {
        self.by_number.len() > self.most.max(LOOK_AT)
    }

    pub(super) fn keep(&mut self, named: &BTreeSet<u32>) {
        Arc::make_mut(&mut self.by_number).retain(|number, _| named.contains(number));
        self.most = 2 * self.by_number.len();
    }

    /// The snapshot that a disk holds.
    pub(super) fn snapshot(&self, base: Base) -> Option<Snapshot> {
        let image = Image(base.handle);
        let last = Position { index: Index(base.index), term: Term(base.term) };
        let configuration = self.get(image)?.configuration;
        Some(Snapshot { last, configuration, image })
    }
}

impl Hash for Images {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.by_number.hash(state);
    }
}
