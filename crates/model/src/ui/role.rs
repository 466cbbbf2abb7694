//! UI Automation's control types.
//!
//! Names and numbers: "Control Type Identifiers", `UIAutomationClient.h` (`UIA_ButtonControlTypeId` = 50000, …).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

macro_rules! roles {
    ($($variant:ident,)+) => {
        /// A UI Automation control type, under its own name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[repr(u8)]
        pub enum Role {
            $(#[doc = concat!("`UIA_", stringify!($variant), "ControlTypeId`")] $variant,)+
        }

        impl Role {
            /// Every control type, by ascending number from 50000.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),+ }
            }
        }
    };
}

roles! {
    Button, Calendar, CheckBox, ComboBox, Edit, Hyperlink, Image, ListItem, List, Menu, MenuBar, MenuItem,
    ProgressBar, RadioButton, ScrollBar, Slider, Spinner, StatusBar, Tab, TabItem, Text, ToolBar, ToolTip, Tree,
    TreeItem, Custom, Group, Thumb, DataGrid, DataItem, Document, SplitButton, Window, Pane, Header, HeaderItem,
    Table, TitleBar, Separator, SemanticZoom, AppBar,
}

/// A text that names no control type.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not a control type; use UI Automation's names, such as Button, Edit, MenuItem, ListItem, TreeItem"
)]
pub struct UnknownRole(String);

impl Role {
    /// The control type with UI Automation's number `id` (50000 to 50040).
    #[must_use]
    pub fn from_uia(id: i32) -> Option<Self> {
        Self::ALL.get(usize::try_from(id.checked_sub(50_000)?).ok()?).copied()
    }

    /// UI Automation's number for it.
    #[must_use]
    pub const fn to_uia(self) -> i32 {
        50_000 + self as i32
    }

    /// Its name after `a` or `an`, for a sentence.
    #[must_use]
    pub fn with_article(self) -> String {
        let article = if self.name().starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" };
        format!("{article} {self}")
    }

    /// Whether text is written into it: what one program calls an `Edit` is a `Document` or a `ComboBox` in another.
    #[must_use]
    pub const fn is_text_field(self) -> bool {
        matches!(self, Self::Edit | Self::Document | Self::ComboBox)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    /// Reads a name in any case.
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .iter()
            .find(|role| role.name().eq_ignore_ascii_case(text))
            .copied()
            .ok_or_else(|| UnknownRole(text.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_those_of_ui_automation() {
        assert_eq!(Role::from_uia(50_000), Some(Role::Button));
        assert_eq!(Role::from_uia(50_004), Some(Role::Edit));
        assert_eq!(Role::from_uia(50_032), Some(Role::Window));
        assert_eq!(Role::from_uia(50_040), Some(Role::AppBar));
        assert_eq!(Role::from_uia(50_041), None);
        assert_eq!(Role::from_uia(i32::MIN), None);
        for role in Role::ALL {
            assert_eq!(Role::from_uia(role.to_uia()), Some(*role));
            assert_eq!(role.name().to_lowercase().parse(), Ok(*role));
        }
    }
}
