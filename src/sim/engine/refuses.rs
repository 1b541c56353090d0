//! Moves that version 1 of the protocol has no words for.

use super::hello::Ability;
use crate::sim::action::Action;
use crate::sim::answer::Refused;
use crate::sim::client::ReadKind;
use crate::sim::requests::RequestOptions;
use crate::sim::settings::Setting;
use crate::sim::world::World;

impl World {
    /// Whether the engines of the cluster, if it has any, take part in a move.
    ///
    /// # Errors
    /// If they do not.
    #[inline]
    pub(in crate::sim) fn engines_take(&self, action: &Action) -> Result<(), Refused> {
        match self.settings().engines.is_none() {
            true => Ok(()),
            false => self.engines_know(action),
        }
    }

    #[cold]
    fn engines_know(&self, action: &Action) -> Result<(), Refused> {
        let engines = self.settings().engines;
        let what = match action {
            Action::Preload(_) if !engines.can(Ability::Preload) => "preload",
            Action::Transfer(..) => "transfer",
            Action::Flaw(..) => "flaw",
            Action::Member(..) => "member",
            Action::Boot(_) => "boot",
            Action::Snapshot(..) => "snapshot",
            Action::Set(setting) | Action::SetOf(setting, _) if !is_known(self, *setting) => {
                return Err(Refused::NotAnOption(setting.name()));
            }
            Action::InvokeWith(_, _, RequestOptions { read: Some(read), .. })
                if !matches!(read, ReadKind::Log | ReadKind::Local) =>
            {
                "--read"
            }
            _ => return Ok(()),
        };
        Err(Refused::NotForEngines(what))
    }
}

/// Whether a setting is raftsh's own, or one that every engine heeds.
fn is_known(world: &World, setting: Setting) -> bool {
    let engines = world.settings().engines;
    // Snapshots are taken by raftsh's own Raft, and so are reads confirmed.
    let is_own = matches!(
        setting,
        Setting::SnapshotEvery(Some(_)) | Setting::Reads(ReadKind::Index | ReadKind::Lease)
    );
    !is_own && setting.is_heeded_by(engines)
}
