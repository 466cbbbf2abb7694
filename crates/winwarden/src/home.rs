//! Where state lives.

use std::{env, path::PathBuf};

use thiserror::Error;

/// The variable that names the folder.
pub const VARIABLE: &str = "WINWARDEN_HOME";

/// There is no such place.
#[derive(Debug, Error)]
pub enum NoHome {
    /// The variable is no full path.
    #[error("WINWARDEN_HOME is `{0}`; accepted: the full path of a folder")]
    Relative(String),
    /// Nothing tells where the user's folder is.
    #[error("there is no folder for the audit: set WINWARDEN_HOME to the full path of one")]
    Unknown,
}

/// The folder for audit and other state: what `WINWARDEN_HOME` names, else `%LOCALAPPDATA%\winwarden`, or
/// `$XDG_STATE_HOME/winwarden` (`~/.local/state/winwarden`) on Linux.
pub fn folder() -> Result<PathBuf, NoHome> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(home) = set(VARIABLE) {
        return if home.is_absolute() { Ok(home) } else { Err(NoHome::Relative(home.display().to_string())) };
    }
    let base = if cfg!(windows) {
        set("LOCALAPPDATA")
    } else {
        set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local").join("state")))
    };
    base.filter(|base| base.is_absolute()).map(|base| base.join("winwarden")).ok_or(NoHome::Unknown)
}
