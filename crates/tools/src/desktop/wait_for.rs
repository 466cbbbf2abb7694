//! `wait_for`: until something is so, or for a time.

use model::{
    Condition, Operation, Outcome, Target, WaitForRequest,
    tool::{Plan, Reply},
    ui::line,
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

use crate::{
    arguments::Check,
    native::{About, LOOKS_AT_PROGRAMS, Native},
    schema::one_of,
    target::{TargetArguments, window},
    words::window_line,
};

pub(crate) struct WaitFor;

/// How long a wait lasts where nothing is said, in milliseconds.
const USUAL_MS: u32 = 10_000;

/// What the call may take beyond the wait itself, in milliseconds: its end must be told as the wait's own.
const GRACE_MS: u32 = 1_000;

#[derive(Deserialize, JsonSchema)]
pub(crate) struct Arguments {
    #[serde(default)]
    #[schemars(schema_with = "conditions")]
    condition: Option<Wanted>,
    #[serde(flatten)]
    target: TargetArguments,
    #[schemars(length(min = 1, max = 500))]
    window: Option<String>,
    /// For text_appears
    #[schemars(length(min = 1, max = 1_000))]
    text: Option<String>,
    /// Just wait
    #[schemars(range(min = 1, max = 60_000))]
    duration_ms: Option<u32>,
    #[schemars(range(min = 50, max = 60_000), extend("default" = USUAL_MS))]
    timeout_ms: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wanted {
    ElementExists,
    ElementGone,
    ElementEnabled,
    TextAppears,
    WindowAppears,
    WindowGone,
    WindowIdle,
}

const CONDITIONS: [(&str, Wanted); 7] = [
    ("element_exists", Wanted::ElementExists),
    ("element_gone", Wanted::ElementGone),
    ("element_enabled", Wanted::ElementEnabled),
    ("text_appears", Wanted::TextAppears),
    ("window_appears", Wanted::WindowAppears),
    ("window_gone", Wanted::WindowGone),
    ("window_idle", Wanted::WindowIdle),
];

fn conditions(_: &mut SchemaGenerator) -> Schema {
    one_of(&CONDITIONS.map(|(name, _)| name))
}

impl Wanted {
    fn name(self) -> &'static str {
        CONDITIONS.iter().find(|(_, wanted)| *wanted == self).map_or("", |(name, _)| name)
    }

    const fn is_of_element(self) -> bool {
        matches!(self, Self::ElementExists | Self::ElementGone | Self::ElementEnabled)
    }
}

impl Native for WaitFor {
    type Arguments = Arguments;

    const ABOUT: About = About {
        name: "wait_for",
        title: "Wait",
        description: "Wait until an element, text or window is so, or for duration_ms, instead of looking repeatedly.",
        toolset: "desktop",
        hints: LOOKS_AT_PROGRAMS,
        gives_pictures: false,
    };

    fn plan(arguments: Arguments, check: &mut Check) -> Option<Plan> {
        let condition = condition(arguments.condition, &arguments, check);
        let Arguments { condition: wanted, target, window: place, text, duration_ms, timeout_ms } = arguments;
        let needs_target = wanted.is_some_and(Wanted::is_of_element);
        let target = if needs_target { target.required("", check) } else { target.optional("", check) };
        let condition = match condition? {
            Kind::Duration => Condition::Duration(duration_ms?),
            Kind::Element(of) => of(target?),
            Kind::Text => Condition::TextAppears { window: window(place), text: text? },
            Kind::Window(of) => of(window(place)?),
            Kind::Idle => Condition::WindowIdle(window(place)),
        };
        let wait_ms = match condition {
            Condition::Duration(duration) => duration.max(50),
            _ => timeout_ms.unwrap_or(USUAL_MS),
        };
        let request = WaitForRequest { condition, timeout_ms: wait_ms };
        Some(Plan::new(Operation::WaitFor(request), Some(wait_ms + GRACE_MS)))
    }

    fn render(operation: &Operation, outcome: &Outcome) -> Option<Reply> {
        let (Operation::WaitFor(request), Outcome::Waited(waited)) = (operation, outcome) else {
            return None;
        };
        let what = match &request.condition {
            Condition::ElementExists(_) => "the element exists",
            Condition::ElementGone(_) => "the element is gone",
            Condition::ElementEnabled(_) => "the element is enabled",
            Condition::TextAppears { .. } => "the text is there",
            Condition::WindowAppears(_) => "the window is there",
            Condition::WindowGone(_) => "the window is gone",
            Condition::WindowIdle(_) => "the window is idle",
            Condition::Duration(_) => "waited",
        };
        let mut text = format!("{what} after {} ms", waited.elapsed_ms);
        if let Some(element) = &waited.element {
            text.push_str(&format!(": {}", line(element)));
        }
        if let Some(window) = &waited.window {
            let joint = if waited.element.is_some() { "\nin " } else { ": " };
            text.push_str(&format!("{joint}{}", window_line(window)));
        }
        Some(Reply { text, ..Reply::default() })
    }
}

/// What a condition is made of.
enum Kind {
    Duration,
    Element(fn(Target) -> Condition),
    Text,
    Window(fn(model::WindowSelector) -> Condition),
    Idle,
}

/// Which condition is meant, with what it lacks and what does not belong to it told to `check`.
fn condition(wanted: Option<Wanted>, arguments: &Arguments, check: &mut Check) -> Option<Kind> {
    let timed = arguments.duration_ms.is_some() || check.is_faulty("duration_ms");
    let Some(wanted) = wanted else {
        if check.is_faulty("condition") {
            return None;
        }
        if !timed {
            check.refuse("give `condition` or `duration_ms`");
            return None;
        }
        only_with(arguments, &[], "a `condition`", check);
        if arguments.timeout_ms.is_some() {
            check.refuse("`timeout_ms` goes with a `condition`; `duration_ms` alone says how long to wait");
        }
        return Some(Kind::Duration);
    };
    let name = wanted.name();
    if timed {
        check.refuse("`condition` and `duration_ms` are given; only one of them can end the wait");
    }
    let takes: &[&str] = match wanted {
        Wanted::ElementExists | Wanted::ElementGone | Wanted::ElementEnabled => &["element", "find", "at"],
        Wanted::TextAppears => &["text", "window"],
        Wanted::WindowAppears | Wanted::WindowGone | Wanted::WindowIdle => &["window"],
    };
    only_with(arguments, takes, &format!("condition {name}, which takes {}", takes.join(", ")), check);
    let lacks = |given: bool, path: &str, check: &mut Check| {
        if !given && !check.is_faulty(path) {
            check.refuse_argument(path, format!("`{path}` is missing; condition {name} needs it"));
        }
    };
    Some(match wanted {
        Wanted::ElementExists => Kind::Element(Condition::ElementExists),
        Wanted::ElementGone => Kind::Element(Condition::ElementGone),
        Wanted::ElementEnabled => Kind::Element(Condition::ElementEnabled),
        Wanted::TextAppears => {
            lacks(arguments.text.is_some(), "text", check);
            Kind::Text
        }
        Wanted::WindowAppears => {
            lacks(arguments.window.is_some(), "window", check);
            Kind::Window(Condition::WindowAppears)
        }
        Wanted::WindowGone => {
            lacks(arguments.window.is_some(), "window", check);
            Kind::Window(Condition::WindowGone)
        }
        Wanted::WindowIdle => Kind::Idle,
    })
}

/// Tells of each given argument that the condition does not take.
fn only_with(arguments: &Arguments, takes: &[&str], what: &str, check: &mut Check) {
    let mut given = arguments.target.ways("", check);
    given.extend(arguments.window.is_some().then_some("window"));
    given.extend(arguments.text.is_some().then_some("text"));
    for name in given.into_iter().filter(|name| !takes.contains(name)) {
        let problem = if takes.is_empty() {
            format!("`{name}` goes with {what}")
        } else {
            format!("`{name}` does not go with {what}")
        };
        check.refuse_argument(name, problem);
    }
}
