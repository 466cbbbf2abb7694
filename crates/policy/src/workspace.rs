//! What profile `workspace` sets free: programs that the configuration names.

use model::{Facts, TargetFacts};

use crate::config::{Profile, Settings};

/// Targets that are set free.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    /// Full paths and file names, in lower case.
    applications: Vec<String>,
}

impl Workspace {
    /// What the settings name; nothing in any other profile.
    pub(crate) fn new(settings: &Settings) -> Self {
        if settings.profile != Profile::Workspace {
            return Self::default();
        }
        Self {
            applications: settings.workspace_applications.iter().map(|name| name.to_lowercase()).collect(),
        }
    }

    /// Whether a target, or the program that would be started, is set free.
    pub(crate) fn holds(&self, facts: &Facts, target: Option<&TargetFacts>) -> bool {
        let path = match (target, &facts.launch) {
            (Some(target), _) => &target.window.process.path,
            (None, Some(launch)) => &launch.path,
            (None, None) => return false,
        };
        self.names(path)
    }

    fn names(&self, path: &str) -> bool {
        self.applications.iter().any(|named| names_program(named, path))
    }
}

/// Whether `named`, of the settings, means the program at `path`. A name without a folder means it wherever it lies.
#[must_use]
pub fn names_program(named: &str, path: &str) -> bool {
    let (named, path) = (named.to_lowercase(), path.to_lowercase());
    let file = path.rsplit(['\\', '/']).next().unwrap_or_default();
    !file.is_empty() && (named == path || named == file)
}
