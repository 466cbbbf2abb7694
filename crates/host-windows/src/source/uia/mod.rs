//! UI Automation: cache requests, patterns, time-outs.
//!
//! Untrusted: everything that the target's provider says, and how long it takes to say it.
//! Guarantees: no call outlasts the job by more than the system's time-outs allow; a password field's content leaves
//! the system's cache for nowhere; what is operated was found again by its key just before.
//! Does not: bound a single call where the system's automation object has no time-outs (Wine); the worker does.

mod automation;
mod failure;
#[cfg(test)]
mod fake;
mod find;
mod held;
mod listen;
mod patterns;
mod properties;
#[cfg(test)]
mod tests;
mod tree;
mod variant;

use model::{
    Code, Fault, Means, Point, TreeLimits, WindowInfo,
    ui::{ElementKey, Node, Source as Origin, Tree, WindowKey, escape},
};

pub(crate) use self::listen::Listening;
use self::{
    automation::Client,
    failure::Failure,
    held::Recent,
    properties::Properties,
    tree::{Reading, Way},
};
use crate::{
    act::TopLevel,
    source::{Act, Job, Source},
};

/// Longest text of an element that is read, in UTF-16 units.
const LONGEST_TEXT: usize = 1_000_000;

/// Windows whose trees may be giant documents: never read at once.
const DOCUMENT_CLASSES: [&str; 3] = ["Chrome_WidgetWin_", "MozillaWindowClass", "MozillaDialogClass"];

/// Sees and operates the elements of one window by UI Automation.
#[derive(Debug)]
pub struct Uia {
    window: WindowKey,
    title: String,
    recent: Recent,
    /// How this window is read; found out by reading it.
    way: Option<Way>,
    /// Made at the first use, on the window's thread; dropped after the elements above.
    client: Option<Client>,
}

impl Uia {
    /// For one window, on its own thread.
    #[must_use]
    pub fn new(window: WindowKey) -> Self {
        Self { window, title: String::new(), recent: Recent::default(), way: None, client: None }
    }

    /// How many calls so far had to be answered by another process.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.client.as_ref().map_or(0, |client| client.calls)
    }

    /// The automation object, made if need be; refuses to begin where the window does not answer.
    fn client(&mut self, job: &Job) -> Result<&mut Client, Fault> {
        let client = match self.client.take() {
            Some(client) => client,
            None => Client::new().map_err(|error| {
                let message = format!("this Windows gives no UI Automation (0x{:08X})", error.code().0);
                Fault::new(Code::NotSupportedByTarget, message)
            })?,
        };
        let begun = client.begin(self.window.handle, job);
        let client = self.client.insert(client);
        match begun {
            Ok(()) => Ok(client),
            Err(_) => Err(silent(&self.title, self.window)),
        }
    }

    /// A failure of the window as a whole, in words.
    fn fault(&self, failure: Failure) -> Fault {
        let title = title(&self.title, self.window);
        match failure {
            Failure::Gone => Fault::new(Code::StaleElement, format!("the element of window {title} is gone")),
            Failure::Disabled => Fault::new(Code::ElementDisabled, "the element is disabled"),
            Failure::Silent | Failure::Late => silent(&self.title, self.window),
            Failure::Nothing | Failure::Unable => Fault::new(
                Code::NotSupportedByTarget,
                format!("window {title} gives nothing to UI Automation for this"),
            ),
            Failure::Missing => Fault::new(
                Code::NotSupportedByTarget,
                "this Windows lacks the part of UI Automation that this needs",
            ),
            Failure::Broken(code) => Fault::new(
                Code::NotSupportedByTarget,
                format!("the UI Automation of window {title} failed (0x{:08X})", code.0),
            ),
            Failure::Stopped(fault) => *fault,
        }
    }

    /// Reads the tree below an element that is found and read anew in one way.
    fn reading(
        &mut self,
        root: Option<&ElementKey>,
        way: Way,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Reading, Fault> {
        let whole = way == Way::Whole;
        let (id, held) = match root {
            None => self.window_element(whole, job)?,
            Some(key) => {
                let held = self.find(&key.id, whole, job)?.ok_or_else(|| self.fault(Failure::Gone))?;
                (key.id.clone(), held)
            }
        };
        if root.is_none() {
            self.recent.clear();
        }
        let (window, title) = (self.window, self.title.clone());
        let Some(client) = self.client.as_mut() else { return Err(silent(&title, window)) };
        tree::read(client, &mut self.recent, window, (id, held), way, limits, job)
            .map_err(|failure| self.fault(failure))
    }

    /// The way to try first.
    fn first_way(&self, class: &str) -> Way {
        let scoped = self.client.as_ref().is_some_and(|client| client.subtree.is_some());
        if !scoped || DOCUMENT_CLASSES.iter().any(|known| class.starts_with(known)) {
            return Way::Steps;
        }
        self.way.unwrap_or(Way::Whole)
    }
}

/// A window's title in backticks: as it was seen last, else as it is.
fn title(seen: &str, window: WindowKey) -> String {
    let now = || TopLevel(window.handle).info().map_or_else(String::new, |info| info.title);
    let title = if seen.is_empty() { now() } else { seen.to_owned() };
    format!("`{}`", escape(&title, 80))
}

/// The failure of a window that does not answer.
fn silent(seen: &str, window: WindowKey) -> Fault {
    Fault::new(
        Code::TargetNotResponding,
        format!("window {} does not answer UI Automation", title(seen, window)),
    )
}

impl Source for Uia {
    fn tree(
        &mut self,
        window: &WindowInfo,
        root: Option<&ElementKey>,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Tree, Fault> {
        self.title.clone_from(&window.title);
        self.client(job)?;
        let first = self.first_way(&window.class);
        let mut read = self.reading(root, first, limits, job);
        // A provider that fails over the whole, or takes too long for it, may still give it piece by piece.
        if first == Way::Whole
            && let Err(fault) = &read
            && (fault.code == Code::NotSupportedByTarget
                || (fault.code == Code::TargetNotResponding && self.window_answers(job)))
        {
            self.way = Some(Way::Steps);
            read = self.reading(root, Way::Steps, limits, job);
        }
        let Reading { nodes, cut, notes } = read?;
        Ok(Tree {
            window: Some(window.clone()),
            windows: Vec::new(),
            nodes,
            source: Origin::UiAutomation,
            cut,
            unmatched: false,
            notes,
        })
    }

    fn read(&mut self, key: &ElementKey, job: &Job) -> Result<Option<Node>, Fault> {
        self.client(job)?;
        let held = self.find(&key.id, false, job)?;
        Ok(held.map(|held| Properties(&held.element).node(self.window, key.id.clone(), 0)))
    }

    fn at(&mut self, window: &WindowInfo, point: Point, job: &Job) -> Result<Option<Node>, Fault> {
        self.title.clone_from(&window.title);
        self.client(job)?;
        self.at_point(point, job)
    }

    fn focused(&mut self, window: &WindowInfo, job: &Job) -> Result<Option<Node>, Fault> {
        self.title.clone_from(&window.title);
        self.client(job)?;
        self.with_focus(job)
    }

    fn text(&mut self, key: &ElementKey, job: &Job) -> Result<String, Fault> {
        self.client(job)?;
        let held = self.find(&key.id, false, job)?.ok_or_else(|| self.fault(Failure::Gone))?;
        self.text_of(&held.element, job)
    }

    fn act(&mut self, key: &ElementKey, act: &Act, job: &Job) -> Result<Means, Fault> {
        self.client(job)?;
        let held = self.find(&key.id, false, job)?.ok_or_else(|| self.fault(Failure::Gone))?;
        let node = Properties(&held.element).node(self.window, key.id.clone(), 0);
        self.operate(&held.element, &node, act, job)
    }
}
