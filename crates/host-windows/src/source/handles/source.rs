//! The source itself: finds the control that a key names, and lets the rest of this folder see and operate it.

use std::collections::HashMap;

use model::{
    Code, Fault, Means, Point, TreeLimits, WindowInfo,
    ui::{self, ElementId, ElementKey, Node, Role, Tree, WindowKey},
};

use super::{
    acts,
    ask::{Ask, Silence},
    control::{self, Control},
    items,
    kept::Kept,
    kind, menu, menus,
    node::{self, Around},
    point,
    survey::{Survey, label_text},
    tree::Reading,
    view::View,
};
use crate::{
    input::virtual_screen,
    source::{Act, Job, Recall, Source},
};

/// Longest text that is read of one element, in characters.
const TEXT: usize = 1_000_000;

/// Sees and operates classic controls of one window.
#[derive(Debug)]
pub struct Handles {
    window: WindowKey,
    /// For each control that a label may name: which does, as of the last tree.
    labels: HashMap<u64, Option<u64>>,
    /// What the last tree leaves to the next.
    kept: Option<Kept>,
}

/// What a key names.
enum Named {
    /// The top-level window.
    Window(Control),
    /// A control in it.
    Control(Control),
    /// A part of a control.
    Part(Control, Vec<u64>),
    /// An item of the window's menu bar, or the bar.
    Menu(Vec<u64>),
}

impl Handles {
    /// For one window, on its own thread.
    #[must_use]
    pub fn new(window: WindowKey) -> Self {
        Self { window, labels: HashMap::new(), kept: None }
    }

    fn view<'a>(&self, job: &'a Job) -> Result<View<'a>, Fault> {
        let ask = Ask::all_the_time(self.window.handle, job);
        ask.go_on()?;
        Ok(View::new(self.window, ask))
    }

    /// Finds what a key names; `None` where it is gone, or the handle belongs to something else now.
    fn find(&self, key: &ElementKey) -> Option<Named> {
        let top = self.window.handle;
        if key.window != self.window || control::owner(top).1 != self.window.pid {
            return None;
        }
        match &key.id {
            ElementId::Handle { handle, class, .. } if *handle == top => {
                Control::look(top).filter(|window| window.class == *class).map(Named::Window)
            }
            ElementId::Handle { handle, control, class } => self
                .own(*handle)
                .filter(|found| found.class == *class && found.id == *control)
                .map(Named::Control),
            ElementId::Item { handle, path } if *handle == top => Some(Named::Menu(path.clone())),
            ElementId::Item { handle, path } => {
                self.own(*handle).map(|control| Named::Part(control, path.clone()))
            }
            ElementId::Runtime(_) | ElementId::Path(_) => None,
        }
    }

    /// A control of this window, or an open menu of its thread.
    fn own(&self, handle: u64) -> Option<Control> {
        let top = self.window.handle;
        let inside = control::top(handle) == top;
        let found = Control::look(handle)?;
        let open = found.kind == kind::Kind::Menu && control::owner(handle) == control::owner(top);
        (inside || open).then_some(found)
    }

    fn found(&self, key: &ElementKey) -> Result<Named, Fault> {
        self.find(key).ok_or_else(|| Fault::new(Code::StaleElement, "the element is gone"))
    }

    /// The label of a control, as the last tree had it; looked for where there was none.
    fn label(&mut self, view: &View<'_>, control: &Control) -> Result<Option<String>, Fault> {
        if !control.kind.wants_label() {
            return Ok(None);
        }
        if !self.labels.contains_key(&control.handle) {
            self.labels.extend(Survey::of(control::parent(control.handle), &view.ask, None)?.labels());
            self.labels.entry(control.handle).or_insert(None);
        }
        let label = self.labels.get(&control.handle).copied().flatten();
        Ok(label.filter(|label| control::is_shown(*label)).map(label_text))
    }

    /// A control alone as an element.
    fn node(&mut self, view: &View<'_>, control: &Control) -> Result<Option<Node>, Fault> {
        let label = self.label(view, control)?;
        let top = self.window.handle;
        let mut clip = virtual_screen();
        let (mut disabled, mut outer) = (false, control::parent(control.handle));
        for _ in 0..64 {
            clip = clip.intersection(control::rect(outer).unwrap_or_default());
            if outer == top || outer == 0 || control::parent(outer) == 0 {
                break;
            }
            disabled |= !control::is_enabled(outer);
            outer = control::parent(outer);
        }
        if control::top(control.handle) != top {
            clip = virtual_screen(); // an open menu lies in nothing
        }
        let scrolls = acts::scrolling(control.handle, top).is_some();
        let around = Around { label, disabled, clip, scrolls, lenient: false };
        match node::node(view, control, 0, &around) {
            Ok(mut node) => {
                node.states.offscreen |= !control::is_shown(control.handle);
                Ok(Some(node))
            }
            Err(Silence::Gone) => Ok(None),
            Err(silence) => Err(view.ask.fault(silence)),
        }
    }

    fn part(&self, view: &View<'_>, control: &Control, path: &[u64]) -> Result<Option<Node>, Fault> {
        let found = if control.kind == kind::Kind::Menu {
            let all = menus::open_parts(view, control, menu::MOST);
            all.map(|parts| parts.parts.into_iter().find(|part| part.path == path))
        } else {
            items::part(view, control, path)
        };
        match found {
            Ok(part) => Ok(part.map(|part| part.node(self.window, control.handle, 0))),
            Err(Silence::Gone) => Ok(None),
            Err(silence) => Err(view.ask.fault(silence)),
        }
    }

    fn named(&mut self, view: &View<'_>, named: &Named) -> Result<Option<Node>, Fault> {
        match named {
            Named::Window(window) => Ok(Some(node::window_node(view, window, virtual_screen()))),
            Named::Control(control) => self.node(view, control),
            Named::Part(control, path) => self.part(view, control, path),
            Named::Menu(path) => Ok(menus::bar_node(view, self.window.handle, path)),
        }
    }
}

impl Source for Handles {
    fn tree(
        &mut self,
        window: &WindowInfo,
        root: Option<&ElementKey>,
        limits: &TreeLimits,
        job: &Job,
    ) -> Result<Tree, Fault> {
        let top = self.window.handle;
        let view = View::new(self.window, Ask::for_tree(top, job));
        view.ask.go_on()?;
        let gone = || Fault::new(Code::StaleElement, "the window is gone");
        let named = match root {
            Some(root) => self.found(root)?,
            None => {
                let key = ElementId::Handle { handle: top, control: 0, class: window.class.clone() };
                let window = self.find(&ElementKey { window: self.window, id: key });
                window.or_else(|| Control::look(top).map(Named::Window)).ok_or_else(gone)?
            }
        };
        let parent = match &named {
            Named::Control(control) => control::parent(control.handle),
            Named::Window(_) | Named::Part(..) | Named::Menu(_) => top,
        };
        let mut kept = match job.recall {
            Recall::Nothing => None,
            Recall::Keep => Kept::begin(),
            Recall::Use => self.kept.take().map_or_else(Kept::begin, Kept::go_on),
        };
        let survey = match &named {
            Named::Window(_) | Named::Control(_) => Survey::of(parent, &view.ask, kept.as_ref())?,
            Named::Part(..) | Named::Menu(_) => Survey::default(),
        };
        let labels = survey.labels();
        let mut reading = Reading::new(&view, limits, &survey, &labels);
        match &named {
            Named::Window(window) => reading.window(window)?,
            Named::Control(control) => reading.below(control, parent)?,
            Named::Part(control, path) => {
                let parts = items::parts(&view, control, "", limits.max_elements as usize);
                let mut parts = parts.map_err(|silence| view.ask.fault(silence))?;
                parts.parts.retain(|part| part.path.starts_with(path));
                reading.add(parts, control, 0, virtual_screen())?;
            }
            Named::Menu(path) => {
                let (nodes, cut, _) = menus::bar_nodes(&view, top, 0);
                reading.cut |= cut;
                for mut node in nodes {
                    let below =
                        matches!(&node.key.id, ElementId::Item { path: own, .. } if own.starts_with(path));
                    node.depth = node.depth.saturating_sub(u32::try_from(path.len()).unwrap_or_default());
                    if below {
                        reading.push(node);
                    }
                }
            }
        }
        let notes = reading.notes(&window.title);
        let tree = Tree {
            window: Some(window.clone()),
            windows: Vec::new(),
            nodes: reading.nodes,
            source: ui::Source::WindowHandles,
            cut: reading.cut,
            unmatched: false,
            notes,
        };
        if matches!(named, Named::Window(_)) {
            if !control::exists(top) {
                return Err(gone());
            }
            self.labels = labels;
        } else {
            self.labels.extend(labels);
        }
        if let Some(kept) = &mut kept {
            kept.keep(survey.placed(), view.ask.take_answers());
        }
        if job.recall != Recall::Nothing {
            self.kept = kept; // a look that stands alone leaves what is kept as it is
        }
        if tree.nodes.is_empty() {
            return Err(if view.ask.is_deaf() { view.ask.not_responding() } else { gone() });
        }
        Ok(tree)
    }

    fn read(&mut self, key: &ElementKey, job: &Job) -> Result<Option<Node>, Fault> {
        let view = self.view(job)?;
        let Some(named) = self.find(key) else { return Ok(None) };
        self.named(&view, &named)
    }

    fn at(&mut self, window: &WindowInfo, point: Point, job: &Job) -> Result<Option<Node>, Fault> {
        let view = self.view(job)?;
        let mut inner = point::innermost(point);
        if Control::look(inner).is_some_and(|control| control.kind == kind::Kind::Dropped) {
            let combo = items::combo_of(&view, inner);
            inner = combo.map_err(|silence| view.ask.fault(silence))?;
        }
        if inner == window.key.handle {
            return self.bar_item(&view, point);
        }
        let Some(control) = self.own(inner) else { return Ok(None) };
        let part = if control.kind == kind::Kind::Menu {
            let all = menus::open_parts(&view, &control, menu::MOST);
            all.map(|parts| parts.parts.into_iter().find(|part| part.rect.contains(point)))
        } else {
            items::part_at(&view, &control, point)
        };
        match part {
            Ok(Some(part)) => Ok(Some(part.node(self.window, control.handle, 0))),
            // A control whose items cannot be told is still the control.
            Ok(None) | Err(Silence::Closed(_) | Silence::Refused) => self.node(&view, &control),
            Err(Silence::Gone) => Ok(None),
            Err(silence) => Err(view.ask.fault(silence)),
        }
    }

    fn focused(&mut self, _: &WindowInfo, job: &Job) -> Result<Option<Node>, Fault> {
        let view = self.view(job)?;
        if view.keyboard == self.window.handle {
            let window = Control::look(view.keyboard);
            return Ok(window.map(|window| node::window_node(&view, &window, virtual_screen())));
        }
        match self.own(view.keyboard) {
            Some(control) => self.node(&view, &control),
            None => Ok(None),
        }
    }

    fn text(&mut self, key: &ElementKey, job: &Job) -> Result<String, Fault> {
        let view = self.view(job)?;
        let named = self.found(key)?;
        let asked = match &named {
            Named::Control(control) => {
                let hidden = node::is_password(&view, control).map_err(|silence| view.ask.fault(silence))?;
                if hidden {
                    let message = "the text of a password field is never read";
                    return Err(Fault::new(Code::NotSupportedByTarget, message));
                }
                match control.kind {
                    kind if kind.is_edit() || kind == kind::Kind::Date => {
                        Some(view.ask.whole_text(control.handle, TEXT))
                    }
                    // What was chosen or typed; its entries where that is nothing.
                    kind::Kind::Combo => Some(view.ask.whole_text(control.handle, TEXT)),
                    kind::Kind::ListBox
                    | kind::Kind::ListView
                    | kind::Kind::TreeView
                    | kind::Kind::Tab
                    | kind::Kind::StatusBar => Some(items::lines(&view, control, TEXT)),
                    _ => None,
                }
            }
            Named::Window(_) | Named::Part(..) | Named::Menu(_) => None,
        };
        match asked {
            Some(text) => text.map_err(|silence| view.ask.fault(silence)),
            None => {
                let node = self.named(&view, &named)?;
                let node = node.ok_or_else(|| Fault::new(Code::StaleElement, "the element is gone"))?;
                let says_its_value = matches!(node.role, Role::Slider | Role::ProgressBar | Role::Spinner);
                Ok(match node.value {
                    Some(value) if node.name.is_empty() || says_its_value => value,
                    Some(value) if matches!(key.id, ElementId::Item { .. }) => {
                        format!("{}\t{value}", node.name)
                    }
                    _ => node.name,
                })
            }
        }
    }

    fn act(&mut self, key: &ElementKey, act: &Act, job: &Job) -> Result<Means, Fault> {
        let view = self.view(job)?;
        match self.found(key)? {
            Named::Window(window) => match act {
                Act::Scroll { .. } => acts::act(&view, &window, act),
                _ => Err(Fault::new(Code::NotSupportedByTarget, "a window has no message for this")
                    .hint("use `window_control`")),
            },
            Named::Control(control) => acts::act(&view, &control, act),
            Named::Part(control, path) => {
                if *act == Act::Focus {
                    return acts::focus(&view, &control);
                }
                if *act != Act::ScrollIntoView && !acts::takes_input(&view, &control) {
                    return Err(Fault::new(Code::ElementDisabled, "the element takes no input"));
                }
                let done = items::act(&view, &control, &path, act);
                done.map(|()| Means::Message).map_err(|refusal| refusal.fault(&view, &control))
            }
            Named::Menu(path) => {
                if *act != Act::Invoke {
                    return Err(Fault::new(Code::NotSupportedByTarget, "a menu item can only be invoked"));
                }
                let top = self.window.handle;
                if !control::is_enabled(top) {
                    return Err(Fault::new(Code::ElementDisabled, "the window takes no input"));
                }
                let mut menus = menus::SystemMenus { view: &view, window: top };
                menu::invoke(&mut menus, menus::bar(top), &path).map(|()| Means::Message)
            }
        }
    }
}

impl Handles {
    /// The item of the menu bar at a point, or else the window.
    fn bar_item(&self, view: &View<'_>, point: Point) -> Result<Option<Node>, Fault> {
        let top = self.window.handle;
        let (nodes, _, _) = menus::bar_nodes(view, top, 0);
        let item = nodes.into_iter().rev().find(|node| node.rect.contains(point));
        let window = || Control::look(top).map(|top| node::window_node(view, &top, virtual_screen()));
        Ok(item.map(|item| Node { depth: 0, ..item }).or_else(window))
    }
}
