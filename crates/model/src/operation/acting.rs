//! The particulars of operations that act.

use serde::{Deserialize, Serialize};

use crate::{
    SecretText, Target, WindowSelector,
    keys::{Chord, Modifiers},
};

/// A mouse button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// The primary button.
    #[default]
    Left,
    /// The secondary button.
    Right,
    /// The wheel's button.
    Middle,
}

/// For [`Operation::Click`](crate::Operation::Click).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClickRequest {
    /// What to click.
    pub target: Target,
    /// With which button.
    pub button: Button,
    /// How often, 1 to 3.
    pub count: u8,
    /// Keys held meanwhile.
    pub modifiers: Modifiers,
}

/// What becomes of the text that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeMode {
    /// It stays; the new text goes where the caret is.
    #[default]
    Insert,
    /// It goes; the new text takes its place.
    Replace,
}

/// For [`Operation::TypeText`](crate::Operation::TypeText).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeTextRequest {
    /// Where to; the focused element where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// The text, at most 100,000 characters.
    pub text: SecretText,
    /// What becomes of the text that is there.
    pub mode: TypeMode,
    /// Press Enter afterwards.
    pub submit: bool,
}

/// For [`Operation::PressKeys`](crate::Operation::PressKeys).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PressKeysRequest {
    /// What gets the keyboard first; nothing is focused where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// The window that gets the keys; the foreground window where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowSelector>,
    /// The combinations, one after the other, 1 to 20.
    pub keys: Vec<Chord>,
}

/// Where to scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Towards the start.
    Up,
    /// Towards the end.
    Down,
    /// Towards the left side.
    Left,
    /// Towards the right side.
    Right,
}

/// For [`Operation::Scroll`](crate::Operation::Scroll).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScrollRequest {
    /// What to scroll; the middle of the foreground window where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Which way.
    pub direction: Direction,
    /// How many notches of the wheel, 1 to 100.
    pub amount: u32,
}

/// For [`Operation::Drag`](crate::Operation::Drag).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DragRequest {
    /// Where the button goes down.
    pub from: Target,
    /// Where it comes up.
    pub to: Target,
    /// Which button.
    pub button: Button,
    /// Keys held meanwhile.
    pub modifiers: Modifiers,
}

/// For [`Operation::MovePointer`](crate::Operation::MovePointer).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovePointerRequest {
    /// Where to.
    pub target: Target,
}

/// What an element's own patterns can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ElementVerb {
    /// Invoke pattern: press it.
    Invoke,
    /// Toggle pattern.
    Toggle,
    /// `ExpandCollapse` pattern.
    Expand,
    /// `ExpandCollapse` pattern.
    Collapse,
    /// `SelectionItem` pattern.
    Select,
    /// Value or `RangeValue` pattern.
    SetValue,
    /// `ScrollItem` pattern.
    ScrollIntoView,
    /// Give it the keyboard.
    Focus,
}

impl ElementVerb {
    /// Every verb.
    pub const ALL: &[Self] = &[
        Self::Invoke,
        Self::Toggle,
        Self::Expand,
        Self::Collapse,
        Self::Select,
        Self::SetValue,
        Self::ScrollIntoView,
        Self::Focus,
    ];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invoke => "invoke",
            Self::Toggle => "toggle",
            Self::Expand => "expand",
            Self::Collapse => "collapse",
            Self::Select => "select",
            Self::SetValue => "set_value",
            Self::ScrollIntoView => "scroll_into_view",
            Self::Focus => "focus",
        }
    }
}

/// For [`Operation::ElementAction`](crate::Operation::ElementAction).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementActionRequest {
    /// Which element.
    pub target: Target,
    /// What to do.
    pub action: ElementVerb,
    /// The value, for `set_value` and only there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<SecretText>,
}

/// What can be done with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum WindowVerb {
    /// Bring it to the foreground.
    Focus,
    /// Minimize it.
    Minimize,
    /// Maximize it.
    Maximize,
    /// Undo either.
    Restore,
    /// Ask it to close (`WM_CLOSE`): it may ask back.
    Close,
    /// Move its top left corner.
    Move {
        /// New left side, physical pixels.
        x: i32,
        /// New top side, physical pixels.
        y: i32,
    },
    /// Size it.
    Resize {
        /// New width, 1 to 32,767 physical pixels.
        width: u32,
        /// New height, 1 to 32,767 physical pixels.
        height: u32,
    },
}

/// For [`Operation::WindowControl`](crate::Operation::WindowControl).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowControlRequest {
    /// Which window.
    pub window: WindowSelector,
    /// What to do.
    pub verb: WindowVerb,
}

/// What to start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Program {
    /// A program by its registered name, exactly as `app_list` gives it (in any case).
    App(String),
    /// An executable by its full local path.
    Executable(String),
}

/// For [`Operation::AppLaunch`](crate::Operation::AppLaunch).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppLaunchRequest {
    /// What to start.
    pub program: Program,
    /// Its arguments, each one argument for the program whatever it holds; at most 64.
    pub arguments: Vec<String>,
    /// Its working directory, a full local path; the program's own folder where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
}

/// For [`Operation::ClipboardWrite`](crate::Operation::ClipboardWrite).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClipboardWriteRequest {
    /// The text, at most 1,000,000 characters.
    pub text: SecretText,
}
