//! An operation without its targets and secrets: what is left for the worker to know.

use gate::{Cover, Locator, Run};
use model::{
    AppLaunchRequest, AppListRequest, Button, Code, Condition, Direction, ElementRef, ElementVerb, Fault,
    FindRequest, Operation, ReadTextRequest, Rect, Scope, ScreenshotRequest, TreeLimits, TypeMode,
    WindowVerb,
    keys::{Chord, Modifiers},
};
use serde::{Deserialize, Serialize};

/// What is to be done; to what stands in the facts beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "variants and fields are those of `model::Operation`")]
pub enum Work {
    WindowList,
    DisplayList,
    AppList(AppListRequest),
    Snapshot { desktop: bool, limits: TreeLimits, since: bool },
    Find(FindRequest),
    ReadText(ReadTextRequest),
    Screenshot { request: ScreenshotRequest, marks: Vec<(ElementRef, Rect)>, cover: Cover },
    WaitFor { until: Shown, target: Option<Locator>, timeout_ms: u32 },
    ClipboardRead { max_chars: u32 },
    ClipboardWrite,
    Click { button: Button, count: u8, modifiers: Modifiers },
    Type { mode: TypeMode, submit: bool },
    Keys(Vec<Chord>),
    Scroll { direction: Direction, amount: u32 },
    Drag { button: Button, modifiers: Modifiers },
    Move,
    Element(ElementVerb),
    Window(WindowVerb),
    Launch(AppLaunchRequest),
}

/// What is waited for, of the target that goes with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// The element exists.
    Exists,
    /// It does not.
    Gone,
    /// It exists and is enabled.
    Enabled,
    /// The text stands in the window.
    Text {
        /// In any case.
        text: String,
        /// Whether it may be found in a secret.
        reveals: bool,
    },
    /// The window exists.
    WindowExists,
    /// It does not.
    WindowGone,
    /// The window answers and its elements stay as they are.
    Idle,
    /// So many milliseconds have passed.
    Passed(u32),
}

/// What the worker needs to know of a permitted operation. Its secret travels beside it.
///
/// # Errors
/// `INTERNAL` for `status`, which is the gate's own, and for the registry, of which the whole operation is sent.
pub fn work(operation: &Operation, locators: &[Locator], run: &Run) -> Result<Work, Fault> {
    Ok(match operation {
        Operation::Status(_) => return Err(Fault::new(Code::Internal, "`status` is no work for the worker")),
        Operation::WindowList(_) => Work::WindowList,
        Operation::DisplayList(_) => Work::DisplayList,
        Operation::AppList(request) => Work::AppList(request.clone()),
        Operation::Snapshot(request) => Work::Snapshot {
            desktop: request.scope == Scope::Desktop,
            limits: request.limits.clone(),
            since: request.since.is_some(),
        },
        Operation::Find(request) => Work::Find(request.clone()),
        Operation::ReadText(request) => Work::ReadText(request.clone()),
        Operation::Screenshot(request) => Work::Screenshot {
            request: request.clone(),
            marks: run.marks.to_vec(),
            cover: Cover::clone(&run.cover),
        },
        Operation::WaitFor(request) => Work::WaitFor {
            until: match &request.condition {
                Condition::ElementExists(_) => Shown::Exists,
                Condition::ElementGone(_) => Shown::Gone,
                Condition::ElementEnabled(_) => Shown::Enabled,
                Condition::TextAppears { window: _, text } => {
                    Shown::Text { text: text.clone(), reveals: run.reveals }
                }
                Condition::WindowAppears(_) => Shown::WindowExists,
                Condition::WindowGone(_) => Shown::WindowGone,
                Condition::WindowIdle(_) => Shown::Idle,
                Condition::Duration(milliseconds) => Shown::Passed(*milliseconds),
            },
            target: locators.first().cloned(),
            timeout_ms: request.timeout_ms,
        },
        Operation::ClipboardRead(request) => Work::ClipboardRead { max_chars: request.max_chars },
        Operation::ClipboardWrite(_) => Work::ClipboardWrite,
        Operation::Click(request) => {
            Work::Click { button: request.button, count: request.count, modifiers: request.modifiers }
        }
        Operation::TypeText(request) => Work::Type { mode: request.mode, submit: request.submit },
        Operation::PressKeys(request) => Work::Keys(request.keys.clone()),
        Operation::Scroll(request) => Work::Scroll { direction: request.direction, amount: request.amount },
        Operation::Drag(request) => Work::Drag { button: request.button, modifiers: request.modifiers },
        Operation::MovePointer(_) => Work::Move,
        Operation::ElementAction(request) => Work::Element(request.action),
        Operation::WindowControl(request) => Work::Window(request.verb),
        Operation::AppLaunch(request) => Work::Launch(request.clone()),
        Operation::RegistryRead(_)
        | Operation::RegistryList(_)
        | Operation::RegistrySearch(_)
        | Operation::RegistryExport(_)
        | Operation::RegistryWait(_)
        | Operation::RegistryWrite(_)
        | Operation::RegistryImport(_)
        | Operation::RegistryDelete(_) => {
            return Err(Fault::new(Code::Internal, "the registry is used by orders of its own"));
        }
    })
}
