//! What is known about a call's target, read from the machine and chosen by no agent.

use serde::{Deserialize, Serialize};

use crate::{
    ElementVerb, Point, WindowRef, registry,
    ui::{ElementKey, Node, Role, WindowKey},
};

/// Everything that judging one operation needs to know, and that its execution is held to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Its targets, in the order of [`Operation::targets`](crate::Operation::targets); for operations on a window
    /// that window alone; none where it has no target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetFacts>,
    /// What would be started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub launch: Option<LaunchFacts>,
    /// The clipboard, for operations on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clipboard: Option<ClipboardFacts>,
    /// The registry keys it names, in the order of [`Operation::registry_keys`](crate::Operation::registry_keys).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registry: Vec<RegistryKeyFacts>,
    /// Whether there is a desktop to act on; unknown where nobody looked, for operations that need none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desktop: Option<DesktopState>,
    /// What the element of its first target would refuse. The gate takes it out: it is for dry runs, and neither judged,
    /// compared nor recorded.
    #[serde(default, skip_serializing_if = "Bars::is_empty")]
    pub bars: Bars,
}

/// What an element would refuse now, as far as its host knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Bars {
    /// Whether it is disabled.
    pub disabled: bool,
    /// Whether it holds a text that cannot be changed.
    pub read_only: bool,
    /// What it certainly cannot do by itself.
    pub lacks: Vec<ElementVerb>,
}

impl Bars {
    /// Whether nothing is known that it would refuse.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.disabled && !self.read_only && self.lacks.is_empty()
    }
}

impl Facts {
    /// Characters of a name, a title or another text that are judged: a longer one is denied.
    pub const CHARS: usize = 4096;

    /// A text as facts hold it: of one that is too long a character more than is judged, which tells that it is.
    #[must_use]
    pub fn text(text: &str) -> String {
        text.chars().take(Self::CHARS + 1).collect()
    }
}

/// One target: a window, and an element or a point of it where the call names one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetFacts {
    /// The window.
    pub window: WindowFacts,
    /// The element, where one is meant or lies at the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<ElementFacts>,
    /// The point, physical pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    /// What pressing it may answer or press besides; only for operations that press something.
    #[serde(default, skip_serializing_if = "Around::is_empty")]
    pub around: Around,
    /// What was looked for besides.
    #[serde(default, skip_serializing_if = "Sought::is_empty")]
    pub sought: Sought,
}

/// Facts that take long to find out: looked for only where a policy speaks of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sought {
    /// What the element lies in, from the innermost to the window's own; nothing where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ancestors: Option<Vec<Ancestor>>,
    /// Who signed the program that shows the window: empty where nobody validly did, nothing where nobody looked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
}

impl Sought {
    /// Whether nothing is known.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ancestors.is_none() && self.signer.is_none()
    }
}

/// An element that another one lies in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ancestor {
    /// Control type.
    pub role: Role,
    /// Name, by [`Facts::text`].
    pub name: String,
}

impl Ancestor {
    /// What the element of this key lies in, by a tree that holds it: from the innermost to the root. Nothing where the tree
    /// does not.
    #[must_use]
    pub fn all(tree: &[Node], key: &ElementKey) -> Option<Vec<Self>> {
        let at = tree.iter().position(|node| node.key == *key)?;
        let (before, rest) = tree.split_at_checked(at)?;
        let mut depth = rest.first()?.depth;
        let mut above = Vec::new();
        for node in before.iter().rev() {
            if node.depth < depth {
                depth = node.depth;
                above.push(Self { role: node.role, name: Facts::text(&node.name) });
            }
        }
        Some(above)
    }
}

/// What a press in a window may mean beyond the element that it names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Around {
    /// What the dialog says that the press answers, by [`Around::saying`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
    /// Whether that dialog says more, or could not be read whole.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// What has the keyboard of the window, for keys that press it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focused: Option<ElementFacts>,
    /// The button that Enter presses, wherever the keyboard is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<ElementFacts>,
}

impl Around {
    /// Texts of a dialog that are kept, at most.
    pub const TEXTS: usize = 100;
    /// Characters of them all that are kept, at most; but for the last text, of which [`Facts::text`] is.
    pub const CHARS: usize = 10 * Facts::CHARS;

    /// What a dialog says, each text by [`Facts::text`], and whether it says more than is kept.
    #[must_use]
    pub fn saying(texts: impl IntoIterator<Item = String>) -> Self {
        let mut around = Self::default();
        let mut left = Self::CHARS;
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            if around.texts.len() == Self::TEXTS || left == 0 {
                around.unread = true;
                break;
            }
            let text = Facts::text(&text);
            left = left.saturating_sub(text.chars().count());
            around.texts.push(text);
        }
        around
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.unread && self.texts.is_empty() && self.focused.is_none() && self.default.is_none()
    }
}

/// An element as policy sees it. Never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementFacts {
    /// Which one, for the host.
    pub key: ElementKey,
    /// Control type.
    pub role: Role,
    /// Name, by [`Facts::text`].
    pub name: String,
    /// UI Automation id.
    pub automation_id: String,
    /// Whether it is a password field.
    pub password: bool,
}

/// A top-level window as policy sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowFacts {
    /// Which one, for the host.
    pub key: WindowKey,
    /// The ref the agent knows it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<WindowRef>,
    /// Title, by [`Facts::text`].
    pub title: String,
    /// Window class.
    pub class: String,
    /// Whose it is.
    pub process: ProcessFacts,
    /// Whether it is the shell's own: desktop, taskbar.
    pub shell: bool,
}

/// The clipboard as policy sees it. Never what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipboardFacts {
    /// Counts what was put there: another number is another content.
    pub sequence: u32,
    /// Whether it is marked as not to be read by those who watch the clipboard; also where that cannot be told.
    pub excluded: bool,
    /// Whether this session put there what it holds; the gate knows, hosts say no.
    pub ours: bool,
}

/// A process as policy sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessFacts {
    /// Process id.
    pub pid: u32,
    /// When it started, in 100 ns units since 1601; with the id it names the process.
    pub started: u64,
    /// Full path of its executable; empty where it may not be read.
    pub path: String,
    /// Whether it is elevated while winwarden is not.
    pub elevation: Elevation,
    /// Whether it is winwarden or its worker.
    pub own: bool,
}

/// A process' elevation compared with ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Elevation {
    /// Not above ours.
    Same,
    /// Elevated, and ours is not.
    Higher,
    /// It could not be found out: treated as [`Elevation::Higher`].
    Unknown,
}

/// A registry key as policy sees it. Never what its values hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryKeyFacts {
    /// What the machine's names mean, as far as it tells.
    pub machine: registry::Machine,
    /// The names that the kernel has for what the path means: one, or two where it lies in the merge of classes.
    pub names: Vec<String>,
    /// Whether the key is there; for the merge of classes, one of them. Nothing where nobody may look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exists: Option<bool>,
    /// Whether it is a link, or is reached through one, that is not the system's own.
    pub link: bool,
}

/// What stands between winwarden and the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DesktopState {
    /// A person's desktop that takes input.
    Interactive,
    /// The secure desktop is shown (User Account Control, sign-in, lock screen).
    Secure,
    /// The session has none (a service), or none that this process may open.
    None,
}

/// A program that would be started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchFacts {
    /// What kind of path the caller or the registration gives.
    pub kind: LaunchPath,
    /// The full path of the executable that would run; empty where there is none.
    pub path: String,
    /// Its registered name, where it was given by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// Who signed it: empty where nobody validly did, nothing where nobody looked, as no policy speaks of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
}

/// What kind of path leads to a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LaunchPath {
    /// A full path on a local drive.
    Local,
    /// Relative, drive-relative or rooted without a drive.
    Relative,
    /// UNC, device or other path that leaves the machine or its drives.
    Network,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dialog_says_is_kept_within_bounds_and_that_there_is_more_is_told() {
        let saying = |count: usize, chars: usize| Around::saying(vec!["x".repeat(chars); count]);
        for (count, chars, kept, unread) in [
            (0, 1, 0, false),
            (100, 1, 100, false),
            (101, 1, 100, true),
            (10, 4096, 10, false),
            (11, 4096, 10, true),
            (1, 5000, 1, false), // which is too long, and tells so by itself
        ] {
            let around = saying(count, chars);
            assert_eq!((around.texts.len(), around.unread), (kept, unread), "{count} of {chars}");
        }
        assert_eq!(saying(1, 5000).texts[0].len(), Facts::CHARS + 1);
        assert!(Around::saying(vec![String::new(); 200]).is_empty(), "nothing is said");
        assert!(!Around { unread: true, ..Around::default() }.is_empty());
    }
}
