//! Everything winwarden can do, on one page.

pub mod acting;
pub mod looking;
pub mod registry;

use std::fmt;

use serde::{Deserialize, Serialize};

use self::{acting::*, looking::*, registry::*};
use crate::{SecretText, Target};

macro_rules! operations {
    ($($(#[doc = $doc:literal])+ $variant:ident($payload:ty) = $name:literal in $group:ident,)+) => {
        /// What a call would do, as a value: it can be shown, judged, recorded and compared before it is done.
        ///
        /// Serialized it is what the audit holds; secrets show their length only, and are read back as no more.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Operation {
            $($(#[doc = $doc])+ $variant($payload),)+
        }

        /// Which operation, without its particulars: Cedar's action.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Operation {
            /// Which operation it is.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$variant(_) => Kind::$variant),+ }
            }
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name: that of the native tool, and of the action in policies.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Its group.
            #[must_use]
            pub const fn group(self) -> Group {
                match self { $(Self::$variant => Group::$group),+ }
            }
        }
    };
}

operations! {
    /// Report what winwarden can do here and what it refused so far.
    Status(StatusRequest) = "status" in Read,
    /// List the top-level windows.
    WindowList(WindowListRequest) = "window_list" in Read,
    /// List the displays.
    DisplayList(DisplayListRequest) = "display_list" in Read,
    /// List programs that can be launched by name.
    AppList(AppListRequest) = "app_list" in Read,
    /// Read a tree of elements.
    Snapshot(SnapshotRequest) = "snapshot" in Read,
    /// Find elements by role, name or id.
    Find(FindRequest) = "find" in Read,
    /// Read the text of an element or window.
    ReadText(ReadTextRequest) = "read_text" in Read,
    /// Take a picture.
    Screenshot(ScreenshotRequest) = "screenshot" in Read,
    /// Wait until something is so.
    WaitFor(WaitForRequest) = "wait_for" in Read,
    /// Read the clipboard's text.
    ClipboardRead(ClipboardReadRequest) = "clipboard_read" in Read,
    /// Click an element or a point.
    Click(ClickRequest) = "click" in Input,
    /// Type text.
    TypeText(TypeTextRequest) = "type_text" in Input,
    /// Press key combinations.
    PressKeys(PressKeysRequest) = "press_keys" in Input,
    /// Turn the mouse wheel, or scroll an element.
    Scroll(ScrollRequest) = "scroll" in Input,
    /// Press at one place, move, release at another.
    Drag(DragRequest) = "drag" in Input,
    /// Move the pointer without pressing.
    MovePointer(MovePointerRequest) = "move_pointer" in Input,
    /// Use an element's own pattern.
    ElementAction(ElementActionRequest) = "element_action" in Input,
    /// Focus, size, move or close a window.
    WindowControl(WindowControlRequest) = "window_control" in Input,
    /// Start a program.
    AppLaunch(AppLaunchRequest) = "app_launch" in Execute,
    /// Put text on the clipboard.
    ClipboardWrite(ClipboardWriteRequest) = "clipboard_write" in Change,
    /// Read values of a registry key, or what is known of it.
    RegistryRead(RegistryReadRequest) = "registry_read" in Read,
    /// List subkeys and values of a registry key.
    RegistryList(RegistryListRequest) = "registry_list" in Read,
    /// Search below a registry key.
    RegistrySearch(RegistrySearchRequest) = "registry_search" in Read,
    /// Read a registry key with all below it as the text of a `.reg` file.
    RegistryExport(RegistryExportRequest) = "registry_export" in Read,
    /// Wait until a registry key or value changes.
    RegistryWait(RegistryWaitRequest) = "registry_wait" in Read,
    /// Write values of a registry key, and create it.
    RegistryWrite(RegistryWriteRequest) = "registry_write" in Change,
    /// Do what a `.reg` file says.
    RegistryImport(RegistryImportRequest) = "registry_import" in Change,
    /// Delete values, or a registry key.
    RegistryDelete(RegistryDeleteRequest) = "registry_delete" in Destroy,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Cedar's action groups, from looking to sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Looks, changes nothing.
    Read,
    /// Acts through a window, as a hand on mouse or keyboard would.
    Input,
    /// Changes something that can be put back.
    Change,
    /// Takes something away.
    Destroy,
    /// Runs a program or code.
    Execute,
    /// Sends something out of the machine.
    Egress,
}

impl Group {
    /// Every group.
    pub const ALL: &[Self] =
        &[Self::Read, Self::Input, Self::Change, Self::Destroy, Self::Execute, Self::Egress];

    /// Its name in policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Input => "input",
            Self::Change => "change",
            Self::Destroy => "destroy",
            Self::Execute => "execute",
            Self::Egress => "egress",
        }
    }
}

impl Operation {
    /// The target or targets it names, in the order in which its facts hold them.
    #[must_use]
    pub fn targets(&self) -> Vec<&Target> {
        match self {
            Self::ReadText(r) => r.target.iter().collect(),
            Self::Click(r) => vec![&r.target],
            Self::TypeText(r) => r.target.iter().collect(),
            Self::PressKeys(r) => r.target.iter().collect(),
            Self::Scroll(r) => r.target.iter().collect(),
            Self::Drag(r) => vec![&r.from, &r.to],
            Self::MovePointer(r) => vec![&r.target],
            Self::ElementAction(r) => vec![&r.target],
            Self::Snapshot(_)
            | Self::Find(_)
            | Self::Screenshot(_)
            | Self::WaitFor(_)
            | Self::WindowControl(_)
            | Self::Status(_)
            | Self::WindowList(_)
            | Self::DisplayList(_)
            | Self::AppList(_)
            | Self::ClipboardRead(_)
            | Self::AppLaunch(_)
            | Self::ClipboardWrite(_)
            | Self::RegistryRead(_)
            | Self::RegistryList(_)
            | Self::RegistrySearch(_)
            | Self::RegistryExport(_)
            | Self::RegistryWait(_)
            | Self::RegistryWrite(_)
            | Self::RegistryImport(_)
            | Self::RegistryDelete(_) => Vec::new(),
        }
    }

    /// The registry keys it names, in the order in which its facts hold them.
    #[must_use]
    pub fn registry_keys(&self) -> Vec<&RegistryKey> {
        match self {
            Self::RegistryRead(r) => vec![&r.key],
            Self::RegistryList(r) => vec![&r.key],
            Self::RegistrySearch(r) => vec![&r.key],
            Self::RegistryExport(r) => vec![&r.key],
            Self::RegistryWait(r) => vec![&r.key],
            Self::RegistryWrite(r) => vec![&r.key],
            Self::RegistryImport(r) => r.changes.iter().map(|(key, _)| key).collect(),
            Self::RegistryDelete(r) => vec![&r.key],
            _ => Vec::new(),
        }
    }

    /// The text that must not be written anywhere, where it carries one.
    #[must_use]
    pub const fn secret(&self) -> Option<&SecretText> {
        match self {
            Self::TypeText(r) => Some(&r.text),
            Self::ElementAction(r) => r.value.as_ref(),
            Self::ClipboardWrite(r) => Some(&r.text),
            Self::Status(_)
            | Self::WindowList(_)
            | Self::DisplayList(_)
            | Self::AppList(_)
            | Self::Snapshot(_)
            | Self::Find(_)
            | Self::ReadText(_)
            | Self::Screenshot(_)
            | Self::WaitFor(_)
            | Self::ClipboardRead(_)
            | Self::Click(_)
            | Self::PressKeys(_)
            | Self::Scroll(_)
            | Self::Drag(_)
            | Self::MovePointer(_)
            | Self::WindowControl(_)
            | Self::AppLaunch(_)
            | Self::RegistryRead(_)
            | Self::RegistryList(_)
            | Self::RegistrySearch(_)
            | Self::RegistryExport(_)
            | Self::RegistryWait(_)
            | Self::RegistryWrite(_)
            | Self::RegistryImport(_)
            | Self::RegistryDelete(_) => None,
        }
    }

    /// Whether it goes through the one queue of keyboard and mouse.
    #[must_use]
    pub const fn takes_input(&self) -> bool {
        matches!(self.kind().group(), Group::Input)
    }
}

#[cfg(test)]
#[path = "../tests/operation.rs"]
mod tests;
