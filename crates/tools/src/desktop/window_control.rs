//! `window_control`: focus, size, move or close a window.

use model::{
    Operation, Outcome, WindowControlRequest, WindowSelector, WindowVerb,
    tool::{Plan, Reply},
    ui::quote,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Number;

use crate::{
    arguments::Check,
    native::{About, Native, OPERATES},
    schema::one_of,
    target::{coordinate, pixel, window},
    words::acted,
};

pub(crate) struct WindowControl;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[schemars(required, length(min = 1, max = 500))]
    window: Option<String>,
    #[schemars(required, schema_with = "actions")]
    action: Option<Action>,
    /// For move
    #[serde(default)]
    #[schemars(schema_with = "pixel")]
    x: Option<Number>,
    #[serde(default)]
    #[schemars(schema_with = "pixel")]
    y: Option<Number>,
    /// For resize
    #[schemars(range(min = 1, max = 32_767))]
    width: Option<u32>,
    #[schemars(range(min = 1, max = 32_767))]
    height: Option<u32>,
    #[schemars(range(min = 100, max = 60_000))]
    timeout_ms: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Action {
    Focus,
    Minimize,
    Maximize,
    Restore,
    Close,
    Move,
    Resize,
}

fn actions(_: &mut SchemaGenerator) -> Schema {
    one_of(&["focus", "minimize", "maximize", "restore", "close", "move", "resize"])
}

impl Native for WindowControl {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "window_control",
        title: "Control a window",
        description: "Focus, minimize, maximize, restore, close, move or resize a window.",
        toolset: "desktop",
        // Closing can lose work; closing by title twice closes two windows.
        hints: OPERATES,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        for (names, action, given) in [
            (["x", "y"], Action::Move, [arguments.x.is_some(), arguments.y.is_some()]),
            (["width", "height"], Action::Resize, [arguments.width.is_some(), arguments.height.is_some()]),
        ] {
            for (name, given) in names.into_iter().zip(given) {
                go_together(name, given, action, arguments.action, check);
            }
        }
        let x = coordinate(arguments.x.as_ref(), "x", check);
        let y = coordinate(arguments.y.as_ref(), "y", check);
        let verb = match arguments.action? {
            Action::Focus => WindowVerb::Focus,
            Action::Minimize => WindowVerb::Minimize,
            Action::Maximize => WindowVerb::Maximize,
            Action::Restore => WindowVerb::Restore,
            Action::Close => WindowVerb::Close,
            Action::Move => WindowVerb::Move { x: x?, y: y? },
            Action::Resize => WindowVerb::Resize { width: arguments.width?, height: arguments.height? },
        };
        let request = WindowControlRequest { window: window(arguments.window)?, verb };
        Some(Plan::new(Operation::WindowControl(request), arguments.timeout_ms))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::WindowControl(request), Outcome::Acted(done)) = (operation, outcome) else {
            return None;
        };
        let window = match &request.window {
            WindowSelector::Ref(reference) => reference.to_string(),
            WindowSelector::Title(title) => quote(title),
        };
        let did = match request.verb {
            WindowVerb::Focus => format!("focused {window}"),
            WindowVerb::Minimize => format!("minimized {window}"),
            WindowVerb::Maximize => format!("maximized {window}"),
            WindowVerb::Restore => format!("restored {window}"),
            WindowVerb::Close if done.closed.is_empty() => {
                format!("asked {window} to close; it is still open")
            }
            WindowVerb::Close => format!("asked {window} to close"),
            WindowVerb::Move { x, y } => format!("moved {window} to {x},{y}"),
            WindowVerb::Resize { width, height } => format!("resized {window} to {width}x{height}"),
        };
        Some(acted(&did, done))
    }
}

/// Tells of an argument that `its` action lacks, or that another action is given.
fn go_together(name: &str, given: bool, its: Action, action: Option<Action>, check: &mut Check) {
    let Some(action) = action else { return };
    let word = if its == Action::Move { "move" } else { "resize" };
    if action == its && !given && !check.is_faulty(name) {
        check.refuse_argument(name, format!("`{name}` is missing; action {word} needs it"));
    } else if action != its && given {
        check.refuse_argument(name, format!("`{name}` goes with action {word} only"));
    }
}
