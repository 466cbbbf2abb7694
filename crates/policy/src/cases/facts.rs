//! The facts of a case: what it says, and what goes without saying.

use model::{
    Ancestor, Around, ClipboardFacts, DesktopState, ElementFacts, Elevation, Facts, LaunchFacts, LaunchPath,
    Operation, ProcessFacts, Program, Scope, Sought, TargetFacts, WindowFacts, paths,
    ui::{ElementId, ElementKey, Role, WindowKey},
};
use serde::Deserialize;

use super::key::{KeysGiven, keys};

/// A program that is in no table: an ordinary editor.
const PROGRAM: &str = r"C:\Program Files\Editor\editor.exe";
const TITLE: &str = "Untitled - Editor";
const CLASS: &str = "EditorWindow";

/// When a case's call comes, by the clock of processes, and a minute of it.
pub(crate) const CLOCK: u64 = 133_500_000_000_000_000;
const MINUTE: u64 = 600_000_000;

/// The facts that a case gives. A new fact is one line here, and one where it goes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Given {
    pub(crate) target: TargetGiven,
    /// Where a drag ends.
    pub(crate) to: Option<TargetGiven>,
    pub(crate) launch: Option<LaunchGiven>,
    pub(crate) clipboard: Option<ClipboardGiven>,
    pub(crate) registry: Option<KeysGiven>,
    pub(crate) desktop: Option<DesktopGiven>,
}

/// One target.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TargetGiven {
    pub(crate) process: Option<ProcessGiven>,
    pub(crate) window: Option<WindowGiven>,
    pub(crate) element: Option<ElementGiven>,
    pub(crate) ancestors: Option<AncestorsGiven>,
    #[serde(default)]
    pub(crate) around: AroundGiven,
}

/// What an element lies in, from the innermost on.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "`ancestors` is a list of `{ role, name }`, or `false` where they are not known"
)]
pub(crate) enum AncestorsGiven {
    /// Whether they are known at all.
    Known(bool),
    These(Vec<Ancestor>),
}

/// What a press may answer or press besides.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AroundGiven {
    #[serde(default)]
    texts: Vec<String>,
    #[serde(default)]
    unread: bool,
    focused: Option<ElementGiven>,
    default: Option<ElementGiven>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClipboardGiven {
    #[serde(default)]
    excluded: bool,
    #[serde(default)]
    ours: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "`process` is a path, or a table of `path`, `elevation`, `own`, `signer` and `running_minutes`"
)]
pub(crate) enum ProcessGiven {
    Path(String),
    Told(ProcessTold),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcessTold {
    path: Option<String>,
    elevation: Option<Elevation>,
    own: Option<bool>,
    signer: Option<String>,
    #[serde(default)]
    running_minutes: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "`window` is a title, a table of `title`, `class` and `shell`, or `false` for none"
)]
pub(crate) enum WindowGiven {
    /// Whether there is one at all.
    There(bool),
    Title(String),
    Told(WindowTold),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowTold {
    title: Option<String>,
    class: Option<String>,
    shell: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElementGiven {
    role: Role,
    #[serde(default)]
    name: String,
    #[serde(default)]
    automation_id: String,
    #[serde(default)]
    password: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "`launch` is a path, or a table of `path`, `kind`, `app` and `signer`")]
pub(crate) enum LaunchGiven {
    Path(String),
    Told(LaunchTold),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LaunchTold {
    path: String,
    kind: Option<LaunchPath>,
    app: Option<String>,
    signer: Option<String>,
}

/// The states by the names that policies use.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DesktopGiven {
    Interactive,
    Secure,
    None,
    Unknown,
}

impl Given {
    /// A control of an ordinary program.
    pub(crate) fn control(role: Role, name: &str) -> Self {
        let element = ElementGiven { role, name: name.into(), automation_id: String::new(), password: false };
        Self { target: TargetGiven { element: Some(element), ..TargetGiven::default() }, ..Self::default() }
    }

    /// From an ordinary program's window to another one.
    pub(crate) fn across() -> Self {
        let to = TargetGiven { window: Some(WindowGiven::Title("Other".into())), ..TargetGiven::default() };
        Self { to: Some(to), ..Self::default() }
    }

    /// A window of this class.
    pub(crate) fn of_class(class: &str) -> Self {
        let told = WindowTold { class: Some(class.into()), ..WindowTold::default() };
        let target = TargetGiven { window: Some(WindowGiven::Told(told)), ..TargetGiven::default() };
        Self { target, ..Self::default() }
    }

    /// The facts about `operation`'s target.
    pub(crate) fn facts(self, operation: &Operation) -> Facts {
        let mut targets: Vec<TargetFacts> = Vec::new();
        if self.target.is_there(operation) {
            let elsewhere = self.to.as_ref().is_some_and(|to| to.process.is_some() || to.window.is_some());
            let to = self.to.unwrap_or_else(|| self.target.clone());
            targets.push(self.target.facts(1));
            if matches!(operation, Operation::Drag(_)) {
                targets.push(to.facts(if elsewhere { 2 } else { 1 }));
            }
        }
        let launch = launch(self.launch, operation);
        let desktop = match self.desktop {
            // Nobody looks where an operation needs none.
            None => (!targets.is_empty() || launch.is_some()).then_some(DesktopState::Interactive),
            Some(DesktopGiven::Interactive) => Some(DesktopState::Interactive),
            Some(DesktopGiven::Secure) => Some(DesktopState::Secure),
            Some(DesktopGiven::None) => Some(DesktopState::None),
            Some(DesktopGiven::Unknown) => None,
        };
        let of_clipboard = matches!(operation, Operation::ClipboardRead(_) | Operation::ClipboardWrite(_));
        let clipboard = self.clipboard.or_else(|| of_clipboard.then(ClipboardGiven::default));
        let clipboard =
            clipboard.map(|ClipboardGiven { excluded, ours }| ClipboardFacts { sequence: 1, excluded, ours });
        let registry = keys(self.registry, operation);
        Facts { targets, launch, clipboard, registry, desktop, ..Facts::default() }
    }
}

impl TargetGiven {
    /// Whether the call has a target: one that is given, or that its tool cannot do without.
    fn is_there(&self, operation: &Operation) -> bool {
        match (&self.window, operation) {
            (Some(WindowGiven::There(there)), _) => *there,
            (Some(_), _) => true,
            (None, Operation::Snapshot(request)) => request.scope != Scope::Desktop,
            (None, Operation::Find(_) | Operation::ReadText(_)) => true,
            (None, _) => operation.takes_input() || self.process.is_some() || self.element.is_some(),
        }
    }

    fn facts(self, handle: u64) -> TargetFacts {
        let ProcessTold { path, elevation, own, signer, running_minutes } = match self.process {
            None => ProcessTold::default(),
            Some(ProcessGiven::Path(path)) => ProcessTold { path: Some(path), ..ProcessTold::default() },
            Some(ProcessGiven::Told(told)) => told,
        };
        let WindowTold { title, class, shell } = match self.window {
            None | Some(WindowGiven::There(_)) => WindowTold::default(),
            Some(WindowGiven::Title(title)) => WindowTold { title: Some(title), ..WindowTold::default() },
            Some(WindowGiven::Told(told)) => told,
        };
        let (pid, started) = (7, CLOCK - u64::from(running_minutes) * MINUTE);
        let process = ProcessFacts {
            pid,
            started,
            path: path.unwrap_or_else(|| PROGRAM.into()),
            elevation: elevation.unwrap_or(Elevation::Same),
            own: own.unwrap_or(false),
        };
        let key = WindowKey { handle, pid, started };
        let window = WindowFacts {
            key,
            reference: None,
            title: title.unwrap_or_else(|| TITLE.into()),
            class: class.unwrap_or_else(|| CLASS.into()),
            process,
            shell: shell.unwrap_or(false),
        };
        let AroundGiven { texts, unread, focused, default } = self.around;
        let of = |element: Option<ElementGiven>| element.map(|element| element.facts(key));
        let around = Around { texts, unread, focused: of(focused), default: of(default) };
        let ancestors = match self.ancestors {
            None | Some(AncestorsGiven::Known(true)) => Some(Vec::new()),
            Some(AncestorsGiven::Known(false)) => None,
            Some(AncestorsGiven::These(these)) => Some(these),
        };
        let sought = Sought { ancestors, signer };
        TargetFacts { window, element: of(self.element), point: None, around, sought }
    }
}

impl ElementGiven {
    fn facts(self, window: WindowKey) -> ElementFacts {
        let Self { role, name, automation_id, password } = self;
        let key = ElementKey { window, id: ElementId::Runtime(vec![1]) };
        ElementFacts { key, role, name, automation_id, password }
    }
}

/// What would be started: as the case says, else what the call asks for.
fn launch(given: Option<LaunchGiven>, operation: &Operation) -> Option<LaunchFacts> {
    let Operation::AppLaunch(request) = operation else { return None };
    let (path, app) = match &request.program {
        Program::Executable(path) => (path.clone(), None),
        Program::App(name) => (format!(r"C:\Program Files\{name}\{name}.exe"), Some(name.clone())),
    };
    Some(match given {
        None => LaunchFacts { kind: paths::kind(&path), path, app, signer: None },
        Some(LaunchGiven::Path(path)) => LaunchFacts { kind: paths::kind(&path), path, app, signer: None },
        Some(LaunchGiven::Told(told)) => LaunchFacts {
            kind: told.kind.unwrap_or_else(|| paths::kind(&told.path)),
            path: told.path,
            app: told.app.or(app),
            signer: told.signer,
        },
    })
}
