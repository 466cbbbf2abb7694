//! What profile `workspace` sets free: programs and keys that the configuration names.

use model::{
    Facts, Operation, TargetFacts, paths,
    registry::{RegistryPath, View},
};

use crate::{
    config::{Profile, Settings},
    on_registry::KeyGiven,
    risk::is_for_the_shell,
};

/// Targets that are set free.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    /// Full paths and file names.
    applications: Vec<String>,
    /// Keys, each with all below it.
    keys: Vec<RegistryPath>,
}

impl Workspace {
    /// What the settings name; nothing in any other profile.
    pub(crate) fn new(settings: &Settings) -> Self {
        if settings.profile != Profile::Workspace {
            return Self::default();
        }
        Self { applications: settings.workspace_applications.clone(), keys: settings.workspace_keys.clone() }
    }

    /// Whether a target, or the program that would be started, is set free.
    pub(crate) fn holds(&self, operation: &Operation, facts: &Facts, target: Option<&TargetFacts>) -> bool {
        if matches!(operation, Operation::PressKeys(request) if request.keys.iter().any(is_for_the_shell)) {
            return false; // the target does not get them
        }
        let path = match (target, &facts.launch) {
            (Some(target), _) => &target.window.process.path,
            (None, Some(launch)) => &launch.path,
            (None, None) => return false,
        };
        self.names(path)
    }

    /// Whether some keys are set free.
    pub(crate) const fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Whether a key is set free.
    pub(crate) fn holds_key(&self, key: KeyGiven<'_>) -> bool {
        let holds = |path: &RegistryPath| {
            let names = path.names(key.machine, View::W64);
            names.iter().any(|name| key.name.is_in(name))
        };
        self.keys.iter().any(holds)
    }

    fn names(&self, path: &str) -> bool {
        self.applications.iter().any(|named| names_program(named, path))
    }
}

/// Whether `named`, of the settings, means the program at `path`. A name without a folder means it wherever it lies.
#[must_use]
pub fn names_program(named: &str, path: &str) -> bool {
    let (named, path) = (paths::folded(named), paths::folded(path));
    let file = path.rsplit('\\').next().unwrap_or_default();
    !file.is_empty() && (named == path || named == file)
}
