//! The port to a machine: what the gate asks of Windows, real or simulated.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    AppLaunchRequest, Area, Code, ElementRef, Facts, Fault, LocalTime, Operation, Outcome, Point, Preview,
    Rect, RegistryKey, Selector, TargetFacts, WindowInfo,
    ui::{Node, Role, WindowKey, escape},
};
use policy::registry::Rules;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{
    Permit,
    registry::{Before, Policies},
    sight::{Cover, Sight, Texts},
};

/// What an asynchronous port gives back.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send + 'a>>;

/// A machine.
///
/// `resolve` and `survey` only look. `execute` acts, and takes a [`Permit`], which only the gate can make.
pub trait Host: Send + Sync + fmt::Debug {
    /// Finds what the locators mean and reads the facts about it, without changing anything.
    ///
    /// Facts hold one target per locator, in order; for `optional` lookups the targets that do not exist are left out.
    /// The desktop's state is always told.
    ///
    /// # Errors
    /// `STALE_ELEMENT`, `NOT_FOUND`, `AMBIGUOUS` (each with the elements or windows that may have been meant),
    /// `WRONG_WINDOW` for a point that belongs to another window than the one expected,
    /// `TARGET_NOT_RESPONDING`, `NO_INTERACTIVE_DESKTOP`, `CANCELLED`, `WORKER_LOST`.
    fn resolve<'a>(&'a self, lookup: Lookup, run: &'a Run) -> Answer<'a, Facts>;

    /// Does what the permit says to what its facts name, after finding each target again and comparing it.
    ///
    /// # Errors
    /// Those of `resolve`, and those of the act. A fault's message says what was done before it, if anything was.
    fn execute<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Answer<'a, Outcome>;

    /// Reads the elements that a picture with marks will show, for the gate to name them; they come back to
    /// `execute` as [`Run::marks`].
    ///
    /// # Errors
    /// Those of `resolve`.
    fn survey<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Answer<'a, Vec<Node>>;

    /// The windows that a picture of `area` can show, `targets` those that it names: who they are, without asking them.
    ///
    /// A host that cannot tell shows none.
    ///
    /// # Errors
    /// Those of `resolve`.
    fn sights<'a>(&'a self, _: &'a Area, _: &'a [TargetFacts], _: &'a Run) -> Answer<'a, Vec<Sight>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Reads what stands in windows, all of them within `budget`; one entry for each window that was not forgotten.
    ///
    /// # Errors
    /// `CANCELLED`, `WORKER_LOST`. A window that cannot be read is no error.
    fn texts<'a>(&'a self, _: Vec<WindowKey>, _budget: Duration, _: &'a Run) -> Answer<'a, Vec<Texts>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// A small picture of a target's window with the target marked, showing what `run` lets it; none where there is none
    /// to be had.
    ///
    /// # Errors
    /// Those of `resolve`, and `CAPTURE_FAILED`.
    fn portrait<'a>(&'a self, _: &'a TargetFacts, _: &'a Run) -> Answer<'a, Option<Preview>> {
        Box::pin(async { Ok(None) })
    }

    /// A target as it is at present, only looked at; nothing where the host cannot tell.
    ///
    /// # Errors
    /// Those of `resolve`; `STALE_ELEMENT` where it is no longer what was judged.
    fn present<'a>(&'a self, _: &'a TargetFacts, _: &'a Run) -> Answer<'a, Option<Present>> {
        Box::pin(async { Ok(None) })
    }

    /// What an operation on the registry would change; nothing is changed. Its facts are those of `resolve`.
    ///
    /// # Errors
    /// Those of `execute`; `NOT_SUPPORTED_BY_TARGET` for other operations.
    fn preview<'a>(&'a self, _: &'a Operation, _: &'a Facts, _: &'a Run) -> Answer<'a, Outcome> {
        Box::pin(async {
            Err(Fault::new(Code::NotSupportedByTarget, "what this would change cannot be told beforehand"))
        })
    }

    /// What an operation is about to change, as it is before; none where there is nothing that could be kept.
    ///
    /// # Errors
    /// Those of `execute`.
    fn before<'a>(&'a self, _: &'a Operation, _: &'a Facts, _: &'a Run) -> Answer<'a, Option<Before>> {
        Box::pin(async { Ok(None) })
    }

    /// Puts back what a change that broke off has left changed, from what was there before it. Doing it twice is as doing it once.
    ///
    /// # Errors
    /// Not all could be put back; `WORKER_LOST`, `TIMEOUT`.
    fn restore<'a>(&'a self, _: &'a Before, _: &'a Run) -> Answer<'a, ()> {
        Box::pin(async {
            Err(Fault::new(Code::NotSupportedByTarget, "nothing can be put back on this machine"))
        })
    }

    /// The machine's local time.
    fn local_time(&self) -> LocalTime;

    /// When it is, by the clock that tells when processes started: 100 ns units since 1601; nothing where there is none.
    fn process_clock(&self) -> Option<u64> {
        None
    }

    /// Who signed the program at this path, where its signature is valid. May take as long as reading the file does;
    /// opens no connection.
    fn signer(&self, _: &str) -> Option<String> {
        None
    }

    /// Begins what takes long to get ready, and returns at once. Calls do so themselves where nobody did.
    fn prepare(&self) {}

    /// What there is to say about the machine in `status`; never waits for a window.
    fn report(&self) -> HostReport;
}

/// A target as it is at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Its window.
    pub window: WindowInfo,
    /// The element, where one is meant.
    pub element: Option<Node>,
}

/// What a host tells of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostReport {
    /// `Windows 11 (10.0.26100)`, `Wine 10.0`, `simulator`.
    pub platform: String,
    /// Session, desktop and elevation in words.
    pub desktop: String,
    /// What is missing here and what follows, in words.
    pub limitations: Vec<String>,
    /// What whoever lets an agent work here should know.
    pub notices: Vec<Notice>,
    /// How often the worker was replaced.
    pub worker_restarts: u64,
}

/// Something about a machine that is said until the configuration acknowledges it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It is a server.
    WindowsServer,
    /// These other users are signed in.
    OtherUsers(Vec<String>),
}

impl Notice {
    /// Its name in the setting `acknowledge`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::WindowsServer => "windows_server",
            Self::OtherUsers(_) => "other_users",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WindowsServer => {
                f.write_str("this is a Windows Server: what an agent does here may concern others")
            }
            Self::OtherUsers(users) => {
                let users: Vec<String> = users.iter().map(|user| format!("`{}`", escape(user, 80))).collect();
                write!(f, "other users are signed in: {}", users.join(", "))
            }
        }?;
        write!(f, " (acknowledge = [\"{}\"] in the configuration ends this notice)", self.name())
    }
}

/// What a call is run under.
#[derive(Debug, Clone)]
pub struct Run {
    /// When it must have ended.
    pub deadline: Instant,
    /// Ends it early.
    pub cancel: CancellationToken,
    /// Elements to draw into a picture, with their refs.
    pub marks: Arc<[(ElementRef, Rect)]>,
    /// What a picture may show.
    pub cover: Arc<Cover>,
    /// Whether a text that is waited for may be found in a secret.
    pub reveals: bool,
    /// What the settings say of the registry, for what is met while a call runs.
    pub registry: Arc<Rules>,
    /// What policies say of keys that it meets and does not name; none where they tell no keys apart.
    pub policies: Option<Arc<dyn Policies>>,
}

/// What to find.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lookup {
    /// The targets.
    pub locators: Vec<Locator>,
    /// Whether a target that does not exist is left out instead of being an error (for waits).
    pub optional: bool,
    /// A program to look up.
    pub launch: Option<AppLaunchRequest>,
    /// Whether the clipboard is to be looked at.
    pub clipboard: bool,
    /// What is to be pressed there, for [`Around`](model::Around).
    pub presses: Presses,
    /// Whether to find out what elements lie in, for [`Sought`](model::Sought).
    pub ancestors: bool,
    /// Registry keys to look up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registry: Vec<RegistryKey>,
}

/// What an operation presses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Presses {
    /// Nothing that an answer could be.
    #[default]
    Nothing,
    /// The target: where that is a button of a dialog, what the dialog says is read.
    Target,
    /// What has the keyboard, or is the default button.
    Keyboard,
    /// The same, but where the target is an edit or a document: text is written there.
    Typing,
}

impl Presses {
    /// What it presses where the target has this role, if that is known.
    #[must_use]
    pub const fn on(self, role: Option<Role>) -> Self {
        match (self, role) {
            (Self::Typing, Some(Role::Edit | Role::Document)) => Self::Nothing,
            (Self::Typing, _) => Self::Keyboard,
            (presses, _) => presses,
        }
    }
}

/// One target, with refs already turned into what was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locator {
    /// An element that was seen: it must still be there, with the same role and name.
    Element(Box<Node>),
    /// The one element that matches; `selector.window` is to be read from `window`.
    Selector {
        /// The window to look in.
        window: WindowLocator,
        /// What to look for.
        selector: Selector,
    },
    /// Whatever lies at a point in physical pixels; it must belong to this window.
    Point {
        /// The point.
        point: Point,
        /// The window that must own it.
        expect: WindowLocator,
    },
    /// A window.
    Window(WindowLocator),
    /// The element that has the keyboard, in the foreground window.
    Focus,
}

/// One window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WindowLocator {
    /// A window that was seen.
    Key(WindowKey),
    /// The one window with this whole title (exact case preferred, else any case).
    Title(String),
    /// The foreground window.
    Foreground,
}
