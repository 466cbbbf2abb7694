//! What a call names, found on the desktop; and found again before it is touched.

use gate::{Locator, Presses, WindowLocator};
use model::{
    Ancestor, Around, Code, ElementFacts, Facts, Fault, Point, Selector, Sought, TargetFacts, WindowInfo,
    ui::{CANDIDATES, ElementId, ElementKey, Node, Pick, Role, WindowKey, escape, matches, more_words, pick},
};

use crate::{
    desktop::{DIALOG, Desktop, Seen},
    world::{Element, Window},
};

/// Why something could not be done at once.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It cannot be done.
    Fault(Box<Fault>),
    /// This window does not answer.
    Hangs(Box<WindowInfo>),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

/// Something on the desktop.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) window: &'a Window,
    pub(crate) element: Option<Seen<'a>>,
    pub(crate) point: Option<Point>,
}

impl Found<'_> {
    /// What policy is to know about it.
    pub(crate) fn facts(&self, desktop: &Desktop) -> TargetFacts {
        let element = self.element.map(|seen| self.element_facts(&seen));
        TargetFacts {
            window: desktop.facts(self.window),
            element,
            point: self.point,
            around: Around::default(),
            sought: Sought::default(),
        }
    }

    /// What the element lies in.
    pub(crate) fn ancestors(&self) -> Option<Vec<Ancestor>> {
        let seen = self.element?;
        Ancestor::all(&Desktop::nodes(self.window, None), &Desktop::element_key(self.window, seen.element))
    }

    fn element_facts(&self, seen: &Seen<'_>) -> ElementFacts {
        ElementFacts {
            key: Desktop::element_key(self.window, seen.element),
            role: seen.element.role,
            name: Facts::text(&seen.element.name),
            automation_id: Facts::text(&seen.element.automation_id),
            password: seen.element.password,
        }
    }

    /// The same with what a press may mean besides.
    pub(crate) fn facts_to_press(&self, desktop: &Desktop, presses: Presses) -> TargetFacts {
        let facts = self.facts(desktop);
        if desktop.is_own(self.window) {
            return facts;
        }
        let around = match presses.on(self.element.map(|seen| seen.element.role)) {
            Presses::Nothing => Around::default(),
            _ if self.window.hangs => Around { unread: self.window.class == DIALOG, ..Around::default() },
            Presses::Target => dialog_says(self.window),
            Presses::Keyboard | Presses::Typing => Around {
                focused: self.window.seen_focused().map(|seen| self.element_facts(&seen)),
                default: self.window.seen_default().map(|seen| self.element_facts(&seen)),
                ..dialog_says(self.window)
            },
        };
        TargetFacts { around, ..facts }
    }

    pub(crate) fn node(&self) -> Option<Node> {
        self.element.map(|seen| Desktop::node(self.window, &seen))
    }
}

/// What a dialog says.
fn dialog_says(window: &Window) -> Around {
    if window.class != DIALOG {
        return Around::default();
    }
    let all = window.seen();
    let says = |element: &Element| {
        matches!(element.role, Role::Text | Role::Document)
            || (element.role == Role::Edit && !element.patterns().value)
    };
    let said = all.iter().filter(|seen| says(seen.element) && !seen.element.password && !seen.folded);
    Around::saying(
        said.flat_map(|seen| [Some(&seen.element.name), seen.element.value.as_ref()]).flatten().cloned(),
    )
}

/// Lets a window that hangs be waited for.
pub(crate) fn answers(desktop: &Desktop, window: &Window) -> Result<(), Trouble> {
    if window.hangs { Err(Trouble::Hangs(Box::new(desktop.info(window)))) } else { Ok(()) }
}

/// A window, without asking it anything.
pub(crate) fn window<'a>(desktop: &'a Desktop, locator: &WindowLocator) -> Result<&'a Window, Fault> {
    match locator {
        WindowLocator::Key(key) => by_key(desktop, *key),
        WindowLocator::Title(title) => by_title(desktop, title),
        WindowLocator::Foreground => desktop.foreground().ok_or_else(|| {
            let (infos, more) = some(desktop.infos());
            Fault::new(Code::NotFound, format!("there is no foreground window{more}"))
                .hint("name a window, or bring one forward with window_control")
                .windows(infos)
        }),
    }
}

fn by_key(desktop: &Desktop, key: WindowKey) -> Result<&Window, Fault> {
    let found = desktop.window(key.handle).filter(|window| Desktop::key(window) == key);
    found.ok_or_else(|| {
        Fault::new(Code::StaleElement, "the window is gone").hint("list the windows again with window_list")
    })
}

fn by_title<'a>(desktop: &'a Desktop, title: &str) -> Result<&'a Window, Fault> {
    let all = &desktop.world.windows;
    let mut found: Vec<&Window> = all.iter().filter(|window| window.title == title).collect();
    if found.is_empty() {
        let lower = title.to_lowercase();
        found = all.iter().filter(|window| window.title.to_lowercase() == lower).collect();
    }
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let (infos, more) = some(desktop.infos());
            Err(Fault::new(Code::NotFound, format!("no window has the title `{}`{more}", escape(title, 80)))
                .hint("give the whole title, or a ref from window_list")
                .windows(infos))
        }
        several => {
            let others = several.iter().filter(|window| !desktop.is_own(window));
            let (infos, more) = some(others.map(|window| desktop.info(window)).collect());
            let count = several.len();
            Err(Fault::new(
                Code::Ambiguous,
                format!("{count} windows have the title `{}`{more}", escape(title, 80)),
            )
            .hint("give one of their refs")
            .windows(infos))
        }
    }
}

/// As many as are told, and how many are not, in words that end a message.
fn some<T>(mut all: Vec<T>) -> (Vec<T>, String) {
    let more = more_words(all.len().saturating_sub(CANDIDATES));
    all.truncate(CANDIDATES);
    (all, more)
}

/// Finds what a locator means. Of winwarden's own windows nothing is read but who they are.
pub(crate) fn locate<'a>(desktop: &'a Desktop, locator: &Locator) -> Result<Found<'a>, Trouble> {
    let whole = |window| Found { window, element: None, point: None };
    let (window, point) = match locator {
        Locator::Window(locator) => return Ok(whole(window(desktop, locator)?)),
        Locator::Element(node) => {
            let found = by_key(desktop, node.key.window);
            (found.map_err(|_| gone(node, likely(desktop, node)))?, None)
        }
        Locator::Selector { window: locator, .. } => (window(desktop, locator)?, None),
        Locator::Point { point, expect } => (at(desktop, *point, expect)?, Some(*point)),
        Locator::Focus => (window(desktop, &WindowLocator::Foreground)?, None),
    };
    if desktop.is_own(window) {
        return Ok(Found { point, ..whole(window) });
    }
    answers(desktop, window)?;
    let element = match locator {
        Locator::Element(node) => Some(the_same(window, node)?),
        Locator::Selector { selector, .. } => Some(by_selector(window, selector)?),
        Locator::Point { point, .. } => window.seen_at(*point),
        Locator::Focus => Some(focused(window)?),
        Locator::Window(_) => None,
    };
    Ok(Found { window, element, point })
}

/// The expected window, if it is what lies at a point.
fn at<'a>(desktop: &'a Desktop, point: Point, expect: &WindowLocator) -> Result<&'a Window, Fault> {
    let expected = window(desktop, expect)?;
    match desktop.window_at(point) {
        Some(there) if there.handle == expected.handle => Ok(expected),
        there => {
            let title = match there {
                None => "no window".to_owned(),
                Some(window) if desktop.is_own(window) => "winwarden's own window".to_owned(),
                Some(window) => format!("window `{}`", escape(&window.title, 80)),
            };
            let message = format!(
                "at ({}, {}) there is {title} instead of window `{}`",
                point.x,
                point.y,
                escape(&expected.title, 80)
            );
            let told = there.filter(|window| !desktop.is_own(window));
            let windows = told.map(|window| desktop.info(window)).into_iter().collect();
            Err(Fault::new(Code::WrongWindow, message).windows(windows))
        }
    }
}

fn focused(window: &Window) -> Result<Seen<'_>, Fault> {
    window.seen_focused().ok_or_else(|| {
        let message = format!("no element of window `{}` has the keyboard", escape(&window.title, 80));
        Fault::new(Code::NotFound, message).hint("name the field, or click it first")
    })
}

fn by_selector<'a>(window: &'a Window, selector: &Selector) -> Result<Seen<'a>, Fault> {
    let nodes = Desktop::nodes(window, None);
    let title = escape(&window.title, 80);
    match pick(nodes.iter(), selector) {
        Pick::One(node) => by_number(window, number(&node.key)).ok_or_else(|| gone(&node, Vec::new())),
        Pick::None => {
            let Selector { role, name, automation_id, .. } = selector;
            let near = |role, id| -> Vec<Node> {
                nodes.iter().filter(|node| matches(node, role, name.as_deref(), id)).cloned().collect()
            };
            let mut candidates = near(*role, automation_id.as_deref());
            if candidates.is_empty() && name.is_some() {
                candidates = near(None, None);
            }
            if candidates.is_empty() && role.is_some_and(Role::is_text_field) {
                candidates = nodes.iter().filter(|node| node.role.is_text_field()).cloned().collect();
            }
            let (candidates, more) = some(candidates);
            let message = format!("nothing in window `{title}` matches the description{more}");
            Err(Fault::new(Code::NotFound, message)
                .hint("names are matched whole; see the window with snapshot")
                .elements(candidates))
        }
        Pick::Several { nodes, more } => {
            let more = more_words(more);
            Err(Fault::new(Code::Ambiguous, format!("several elements of window `{title}` match{more}"))
                .hint("give the ref of one of them, or narrow the description")
                .elements(nodes))
        }
    }
}

/// The element that was seen, if it is still there and still what it was.
fn the_same<'a>(window: &'a Window, node: &Node) -> Result<Seen<'a>, Fault> {
    let Some(seen) = by_number(window, number(&node.key)) else {
        return Err(gone(node, likes(window, node)));
    };
    if seen.element.role == node.role && seen.element.name == node.name {
        return Ok(seen);
    }
    let now = Desktop::node(window, &seen);
    let message = format!("{} is now {}", name_of(node), name_of(&now));
    Err(Fault::new(Code::StaleElement, message)
        .hint("if that is what you mean, use the ref given here")
        .elements(vec![now]))
}

/// The elements of a window that may have replaced one that was seen.
fn likes(window: &Window, node: &Node) -> Vec<Node> {
    let mut all = Desktop::nodes(window, None);
    all.retain(|other| {
        other.role == node.role
            && (other.name == node.name
                || (!node.automation_id.is_empty() && other.automation_id == node.automation_id))
    });
    all
}

/// The elements that may have replaced one whose window is gone, in the windows that its process has now.
fn likely(desktop: &Desktop, node: &Node) -> Vec<Node> {
    let of_process = |window: &&Window| Desktop::key(window).pid == node.key.window.pid;
    let can_be_read = |window: &&Window| !window.hangs && !desktop.is_own(window);
    let windows = desktop.world.windows.iter().filter(of_process).filter(can_be_read);
    windows.flat_map(|window| likes(window, node)).collect()
}

fn gone(node: &Node, replaced_by: Vec<Node>) -> Fault {
    let hint = if replaced_by.is_empty() {
        "look again with `snapshot`"
    } else {
        "if one of the elements given is what you mean, use its ref"
    };
    let (replaced_by, more) = some(replaced_by);
    let message = format!("{} is gone{more}", name_of(node));
    Fault::new(Code::StaleElement, message).hint(hint).elements(replaced_by)
}

fn by_number(window: &Window, number: Option<i32>) -> Option<Seen<'_>> {
    window.seen_number(number?)
}

/// The number in an element's key.
pub(crate) fn number(key: &ElementKey) -> Option<i32> {
    match &key.id {
        ElementId::Runtime(id) => id.last().copied(),
        ElementId::Handle { .. } | ElementId::Item { .. } | ElementId::Path(_) => None,
    }
}

/// Finds again what was judged, and compares.
pub(crate) fn again<'a>(desktop: &'a Desktop, judged: &TargetFacts) -> Result<Found<'a>, Trouble> {
    let window = by_key(desktop, judged.window.key)?;
    let found = match (judged.point, &judged.element) {
        (Some(point), _) => {
            at(desktop, point, &WindowLocator::Key(judged.window.key))?;
            answers(desktop, window)?;
            Found { window, element: window.seen_at(point), point: Some(point) }
        }
        (None, Some(element)) => {
            answers(desktop, window)?;
            Found { window, element: by_number(window, number(&element.key)), point: None }
        }
        (None, None) => Found { window, element: None, point: None },
    };
    // Titles change by what is typed; everything that policy decided on must be as it was.
    let mut now = found.facts(desktop);
    now.window.reference = judged.window.reference;
    now.window.title.clone_from(&judged.window.title);
    now.around.clone_from(&judged.around);
    now.sought.clone_from(&judged.sought);
    if now == *judged {
        return Ok(found);
    }
    let message = match &judged.element {
        Some(element) => {
            format!("{} `{}` is no longer what it was", element.role, escape(&element.name, 80))
        }
        None => format!("window `{}` is no longer what it was", escape(&judged.window.title, 80)),
    };
    Err(Fault::new(Code::StaleElement, message)
        .hint("look again")
        .elements(found.node().into_iter().collect())
        .into())
}

/// An element in words, for messages.
pub(crate) fn name_of(node: &Node) -> String {
    format!("{} `{}`", node.role, escape(&node.name, 80))
}
