//! Finding what a call names, and the facts about it.

use model::{
    Ancestor, Around, Bars, Code, DesktopState, Facts, Fault, Point, Rect, Selector, Sought, TargetFacts,
    TreeLimits, WindowFacts, WindowInfo,
    ui::{ElementKey, Node, Pick, Role, WindowKey, escape, more_words, pick},
};

use gate::{Locator, Lookup, WindowLocator};

use super::{
    again::Found,
    bars, element_facts,
    identity::{is_same, likely, near},
    machine::{Machine, refuse_no_desktop},
};
use crate::{
    act::Desk,
    source::{Job, Source, WindowSource},
    system,
};

/// How much of a window is looked through for one element.
pub(super) const WHOLE: TreeLimits =
    TreeLimits { interactive_only: false, max_elements: 5000, max_depth: 64, query: None };

/// What a miss is worth: an explanation for the caller, or only the news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Miss {
    /// Say what may have been meant, if it takes another look at the window.
    Explained,
    /// Someone waits, and will look again at once.
    Told,
}

impl Machine {
    /// Finds what the locators mean, without changing anything.
    ///
    /// # Errors
    /// Those of [`Host::resolve`](gate::Host::resolve).
    pub(super) fn resolve(&self, lookup: &Lookup, job: &Job) -> Result<Facts, Fault> {
        let desktop = system::desktop_state();
        if desktop == DesktopState::None && !lookup.locators.is_empty() {
            refuse_no_desktop()?;
        }
        let launch = lookup.launch.as_ref().map(|request| system::launch_facts(request, job)).transpose()?;
        let mut targets = Vec::with_capacity(lookup.locators.len());
        let mut barred = Bars::default();
        for locator in &lookup.locators {
            let sought = |found: &Found| match lookup.ancestors {
                true => Sought { ancestors: self.ancestors(found, job), signer: None },
                false => Sought::default(),
            };
            if lookup.optional {
                let found = self.locate_if_there(locator, job)?;
                targets
                    .extend(found.map(|found| TargetFacts { sought: sought(&found), ..found.into_facts() }));
                continue;
            }
            match self.locate(locator, Miss::Explained, job) {
                Ok(found) => {
                    if targets.is_empty() {
                        barred = found.node.as_ref().map(bars).unwrap_or_default();
                    }
                    let around = self.around(&found, lookup.presses, job);
                    targets.push(TargetFacts { around, sought: sought(&found), ..found.into_facts() });
                }
                // Behind the secure desktop nothing can be found, which is the better reason.
                Err(fault) => return Err(refuse_no_desktop().err().unwrap_or(fault)),
            }
        }
        let clipboard = lookup.clipboard.then(|| system::clipboard_facts(job));
        Ok(Facts { targets, launch, clipboard, desktop: Some(desktop), bars: barred, ..Facts::default() })
    }

    /// What the element lies in, by another look through its window; nothing where that does not show it. Windows of ours
    /// are not looked through.
    fn ancestors(&self, found: &Found, job: &Job) -> Option<Vec<Ancestor>> {
        if found.facts.process.own {
            return None;
        }
        let key = found.key()?.clone();
        let info = found.info.clone();
        let tree = self.at_window(&found.info, job, move |source, job| source.tree(&info, None, &WHOLE, job));
        Ancestor::all(&tree.ok()?.nodes, &key)
    }

    /// Finds one target.
    pub(super) fn locate(&self, locator: &Locator, miss: Miss, job: &Job) -> Result<Found, Fault> {
        match locator {
            Locator::Window(window) => Ok(Found::window(self.top(window)?)),
            Locator::Element(seen) => self.locate_element(seen, miss, job),
            Locator::Selector { window, selector } => {
                let top = self.top(window)?;
                let (info, selector) = (top.0.clone(), selector.clone());
                let node =
                    self.at_window(&top.0, job, move |source, job| select(source, &info, &selector, job))?;
                Ok(Found { node: Some(node), ..Found::window(top) })
            }
            Locator::Point { point, expect } => self.locate_point(*point, self.top(expect)?, job),
            Locator::Focus => {
                let top = self.top(&WindowLocator::Foreground)?;
                let info = top.0.clone();
                let node = self.at_window(&top.0, job, move |source, job| source.focused(&info, job))?;
                Ok(Found { node, ..Found::window(top) })
            }
        }
    }

    /// Finds one target that need not exist; where several may be meant, the first of them.
    pub(super) fn locate_if_there(&self, locator: &Locator, job: &Job) -> Result<Option<Found>, Fault> {
        let fault = match self.locate(locator, Miss::Told, job) {
            Ok(found) => return Ok(Some(found)),
            Err(fault) => fault,
        };
        match fault.code {
            Code::NotFound | Code::StaleElement | Code::WrongWindow => Ok(None),
            Code::Ambiguous => {
                let node = fault.elements.into_iter().next();
                let window = node.as_ref().map(|node| node.key.window);
                let window = window.or_else(|| fault.windows.first().map(|window| window.key));
                let top = window.map(|key| self.facts(key)).transpose()?;
                Ok(top.map(|top| Found { node, ..Found::window(top) }))
            }
            _ => Err(fault),
        }
    }

    fn facts(&self, key: WindowKey) -> Result<(WindowInfo, WindowFacts), Fault> {
        system::facts(key, &self.own)
    }

    /// A window by whatever it is known by.
    pub(super) fn top(&self, locator: &WindowLocator) -> Result<(WindowInfo, WindowFacts), Fault> {
        match locator {
            WindowLocator::Key(key) => self.facts(*key),
            WindowLocator::Title(title) => self.facts(system::by_title(title)?.key),
            WindowLocator::Foreground => {
                let desk = self.desk();
                let info = desk.info(desk.foreground()).ok_or_else(|| {
                    Fault::new(Code::NotFound, "no window is in the foreground")
                        .hint("name a window; see `window_list`")
                })?;
                self.facts(info.key)
            }
        }
    }

    fn locate_element(&self, seen: &Node, miss: Miss, job: &Job) -> Result<Found, Fault> {
        let top = self.facts(seen.key.window)?;
        let (info, seen) = (top.0.clone(), seen.clone());
        let node = self.at_window(&top.0, job, move |source, job| {
            let now = source.read(&seen.key, job)?;
            match now {
                Some(now) if is_same(seen.role, &seen.name, &now) => Ok(now),
                now => Err(stale(source, &info, (seen.role, &seen.name, seen.rect), now, miss, job)),
            }
        })?;
        Ok(Found { node: Some(node), ..Found::window(top) })
    }

    /// What lies at a point, if it belongs to the window that is expected there.
    fn locate_point(&self, point: Point, top: (WindowInfo, WindowFacts), job: &Job) -> Result<Found, Fault> {
        self.refuse_foreign_point(point, &top.0)?;
        let info = top.0.clone();
        let node = self.at_window(&top.0, job, move |source, job| at(source, &info, point, job))?;
        Ok(Found { node, point: Some(point), ..Found::window(top) })
    }

    /// Refuses a point at which another window lies than the one expected.
    pub(super) fn refuse_foreign_point(&self, point: Point, expected: &WindowInfo) -> Result<(), Fault> {
        let desk = self.desk();
        let spot = desk.at(point);
        let window = expected.key.handle;
        if spot.is_some_and(|spot| spot.top == window || desk.is_popup_of(spot.top, window)) {
            return Ok(());
        }
        let other = spot.and_then(|spot| desk.info(spot.top));
        let there = other
            .as_ref()
            .map_or_else(|| "no window".to_owned(), |info| format!("`{}`", escape(&info.title, 80)));
        let message = format!(
            "at ({}, {}) there is {there} instead of window `{}`",
            point.x,
            point.y,
            escape(&expected.title, 80)
        );
        Err(Fault::new(Code::WrongWindow, message)
            .hint("bring the window to the front, or name what lies there")
            .windows(other.into_iter().collect()))
    }
}

/// The innermost element at a point; nothing where the window's source cannot tell.
pub(super) fn at(
    source: &mut WindowSource,
    window: &WindowInfo,
    point: Point,
    job: &Job,
) -> Result<Option<Node>, Fault> {
    match source.at(window, point, job) {
        Err(fault) if fault.code == Code::NotSupportedByTarget => Ok(None),
        found => found,
    }
}

/// The one element of a window that fits.
fn select(
    source: &mut WindowSource,
    window: &WindowInfo,
    selector: &Selector,
    job: &Job,
) -> Result<Node, Fault> {
    let tree = source.tree(window, None, &WHOLE, job)?;
    let title = escape(&window.title, 80);
    match pick(tree.nodes.iter(), selector) {
        Pick::One(node) => Ok(*node),
        Pick::Several { nodes, more } => {
            let (what, more) = (in_words(selector), more_words(more));
            let message = format!("more than one element of window `{title}` is {what}{more}");
            Err(Fault::new(Code::Ambiguous, message)
                .hint("use the ref of one of them, or say more: role, name, automation_id")
                .elements(nodes))
        }
        Pick::None => {
            let mut message = format!("no element of window `{title}` is {}", in_words(selector));
            if tree.cut {
                message.push_str(&format!(" among the first {}", tree.nodes.len()));
            }
            Err(Fault::new(Code::NotFound, message)
                .hint("names are matched whole; `find` and `snapshot` show what there is")
                .elements(near(&tree.nodes, selector)))
        }
    }
}

/// A selector in words.
fn in_words(selector: &Selector) -> String {
    let mut words = selector.role.map_or_else(|| "an element".to_owned(), Role::with_article);
    if let Some(name) = &selector.name {
        words.push_str(&format!(" named `{}`", escape(name, 80)));
    }
    if let Some(id) = &selector.automation_id {
        words.push_str(&format!(" with the id `{}`", escape(id, 80)));
    }
    words
}

/// The failure that an element is gone or is something else by now.
pub(super) fn stale(
    source: &mut WindowSource,
    window: &WindowInfo,
    seen: (Role, &str, Rect),
    now: Option<Node>,
    miss: Miss,
    job: &Job,
) -> Fault {
    let was = format!("{} `{}`", seen.0, escape(seen.1, 80));
    let message = match &now {
        Some(now) => format!("{was} is now {} `{}`", now.role, escape(&now.name, 80)),
        None => format!("{was} is gone"),
    };
    let nodes = match miss {
        Miss::Explained => source.tree(window, None, &WHOLE, job).map(|tree| tree.nodes).unwrap_or_default(),
        Miss::Told => Vec::new(),
    };
    let candidates = likely(seen, now, nodes);
    let hint = match candidates.is_empty() {
        true => "look again with `snapshot`",
        false => "if one of the elements given is what you mean, use its ref",
    };
    Fault::new(Code::StaleElement, message).hint(hint).elements(candidates)
}

impl Found {
    /// As policy sees it.
    fn into_facts(self) -> TargetFacts {
        TargetFacts {
            element: self.node.as_ref().map(element_facts),
            window: self.facts,
            point: self.point,
            around: Around::default(),
            sought: Sought::default(),
        }
    }

    /// The element's key, where one is meant.
    pub(super) fn key(&self) -> Option<&ElementKey> {
        self.node.as_ref().map(|node| &node.key)
    }
}
