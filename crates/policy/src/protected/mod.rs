//! Windows that stand for more than their buttons: where secrets lie, where money moves, where text is run.
//!
//! Untrusted: titles, classes and names of elements, which any program chooses; the path of its executable is the
//! system's word.
//! Guarantees: what `data/protected.toml` lists is found, in the languages it has; a window can get itself protected by
//! its title, and none gets out by it.
//! Does not: see the address of a page where neither title nor element tells it, nor know a program that was renamed.

mod table;
mod title;

use std::fmt;

use model::{ElementFacts, WindowFacts, paths};
use serde::{Deserialize, Serialize};

use self::{table::table, title::Title};
use crate::risk::words::read;

/// Why a window is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[must_use]
pub enum Protection {
    /// It asks for credentials or keeps those of the system. Meant to be neither read nor operated.
    Credentials,
    /// A password manager. Meant to be neither read nor operated.
    PasswordManager,
    /// The configuration names its program, and nothing else protects it.
    Configured,
    /// A bank, a wallet, a page that takes payments. Meant to ask before it is operated.
    Payment,
    /// Settings of the system's defences. Meant to ask before it is operated.
    SecuritySettings,
    /// A console, a terminal, the Run dialog: input to it is `execute`.
    Console,
    /// A registry editor. Meant to ask before it is operated.
    RegistryEditor,
    /// Another agent's window. Meant to ask before it is operated.
    Agent,
}

impl Protection {
    /// Every protection.
    pub const ALL: &[Self] = &[
        Self::Credentials,
        Self::PasswordManager,
        Self::Configured,
        Self::Payment,
        Self::SecuritySettings,
        Self::Console,
        Self::RegistryEditor,
        Self::Agent,
    ];

    /// Its name in policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::PasswordManager => "password_manager",
            Self::Configured => "configured",
            Self::Payment => "payment",
            Self::SecuritySettings => "security_settings",
            Self::Console => "console",
            Self::RegistryEditor => "registry_editor",
            Self::Agent => "agent",
        }
    }

    /// Whether what is shown there is itself the secret.
    #[must_use]
    pub const fn holds_secrets(self) -> bool {
        match self {
            Self::Credentials | Self::PasswordManager => true,
            Self::Configured
            | Self::Payment
            | Self::SecuritySettings
            | Self::Console
            | Self::RegistryEditor
            | Self::Agent => false,
        }
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a window is protected, if it is: the strictest reason that is known, else that the settings name its program
/// ([`is_configured`]).
pub fn of(window: &WindowFacts, element: Option<&ElementFacts>, configured: &[String]) -> Option<Protection> {
    let Some(table) = table() else { return Some(Protection::Credentials) };
    let subject = Subject {
        program: program(&window.process.path),
        class: window.class.to_lowercase(),
        title: Title::of(&window.title, table),
        hosts: [Some(window.title.as_str()), element.map(|element| element.name.as_str())]
            .into_iter()
            .flatten()
            .flat_map(table::hosts)
            .collect(),
        element: element.map(|element| read(&element.name).words),
    };
    let known = table.rules.iter().find(|rule| rule.covers(&subject)).map(|rule| rule.protects);
    // A setting adds to what is known: a console that it names stays one.
    known.or_else(|| is_configured(window, configured).then_some(Protection::Configured))
}

/// Whether the settings protect a window's program. `configured` are programs by full path or file name, as the setting
/// `protected.applications` has them.
pub fn is_configured(window: &WindowFacts, configured: &[String]) -> bool {
    configured.iter().any(|entry| names(entry, &window.process.path))
}

/// A window in the terms of the table.
struct Subject {
    program: String,
    class: String,
    title: Title,
    hosts: Vec<String>,
    element: Option<Vec<String>>,
}

/// Whether a program, as [`program`] names it, shows web pages.
pub(crate) fn is_browser(program: &str) -> bool {
    table().is_none_or(|table| table.browsers.contains(program))
}

/// The file name of an executable in lower case, without `.exe`.
pub(crate) fn program(path: &str) -> String {
    let name = paths::folded(path.rsplit(['\\', '/']).next().unwrap_or(path));
    name.strip_suffix(".exe").map(str::to_owned).unwrap_or(name)
}

/// Whether a configured program, by full path or by file name, is the one at `path`.
fn names(entry: &str, path: &str) -> bool {
    if path.is_empty() || entry.is_empty() {
        return false;
    }
    if entry.contains(['\\', '/']) {
        paths::folded(entry) == paths::folded(path)
    } else {
        program(entry) == program(path)
    }
}

#[cfg(test)]
mod tests;
