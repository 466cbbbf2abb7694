//! What the instruments judge by: policies of a folder, and a configuration where one is named.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use ::policy::{
    cases::Configured,
    config::{Faults, Layer},
};

use super::arguments::Given;
use crate::{
    command::Choice,
    config::{self, Loaded, Wrong, as_texts, named},
};

/// Settings and policies beside those that are built in.
#[derive(Debug, Default)]
pub struct Sources {
    pub layers: Vec<Layer>,
    pub policies: Vec<(String, String)>,
    pub machine: Vec<(String, String)>,
}

impl Sources {
    /// Reads what is named; without `--config` nobody's settings count.
    ///
    /// # Errors
    /// Something cannot be read, or settings are wrong.
    pub fn read(given: &Given) -> Result<Self, Box<dyn Error>> {
        let mut sources = Self::default();
        if let Some(file) = &given.config {
            let loaded = config::load(&Choice { config: Some(file.clone()), ..Choice::default() })?;
            sources = Self::of(&loaded);
        }
        sources.with_policies_of(given.policy.as_deref())
    }

    /// With the policies of a folder in place of the person's, where one is named.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn with_policies_of(self, folder: Option<&Path>) -> Result<Self, Box<dyn Error>> {
        match folder {
            Some(folder) => Ok(Self { policies: named(&folder_of(folder)?), ..self }),
            None => Ok(self),
        }
    }

    /// What was loaded for a run.
    pub fn of(loaded: &Loaded) -> Self {
        Self {
            layers: loaded.layers.clone(),
            policies: named(&loaded.user.policies),
            machine: named(loaded.machine_policies()),
        }
    }

    /// Gives them to `work`.
    pub fn with<T>(&self, work: impl FnOnce(Configured<'_>) -> T) -> T {
        let (policies, machine) = (as_texts(&self.policies), as_texts(&self.machine));
        let bound = (!machine.is_empty()).then_some(machine.as_slice());
        work(Configured { layers: &self.layers, policies: &policies, bound })
    }
}

/// The policies of a folder, which must exist.
///
/// # Errors
/// It does not, or something in it cannot be read.
pub fn folder_of(folder: &Path) -> Result<Vec<(PathBuf, String)>, Box<dyn Error>> {
    if !folder.is_dir() {
        return Err(format!("`{}` is no folder", folder.display()).into());
    }
    let mut unreadable = Vec::new();
    let policies = config::policies(folder, &mut unreadable);
    if unreadable.is_empty() {
        return Ok(policies);
    }
    Err(Wrong { unreadable, faults: Faults(Vec::new()) }.into())
}
