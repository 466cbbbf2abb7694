//! What one call has at hand: messages, memory in the target, and what is open and has the keyboard at the moment.

use std::{
    cell::{OnceCell, RefCell},
    sync::Arc,
};

use model::{
    Rect,
    ui::{Content, ElementId, ElementKey, Node, Patterns, Role, States, WindowKey},
};

use super::{
    ask::{Ask, Silence},
    control::{self, Control},
    remote::Remote,
};
use crate::system::TopLevel;

/// What one call has at hand.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) ask: Arc<Ask<'a>>,
    pub(super) window: WindowKey,
    /// The control that has the keyboard; 0 for none.
    pub(super) keyboard: u64,
    popups: OnceCell<Vec<Control>>,
    remote: RefCell<Option<Remote>>,
}

/// A part of a control: a list entry, tree item, tab and so on.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Where in the control.
    pub(super) path: Vec<u64>,
    pub(super) role: Role,
    pub(super) name: String,
    pub(super) value: Option<String>,
    pub(super) states: States,
    pub(super) patterns: Patterns,
    pub(super) rect: Rect,
}

impl Part {
    pub(super) fn new(path: Vec<u64>, role: Role, name: String, rect: Rect) -> Self {
        let (states, patterns) = (States::default(), Patterns::default());
        Self { path, role, name, value: None, states, patterns, rect }
    }

    /// As an element of a control.
    pub(super) fn node(self, window: WindowKey, handle: u64, depth: u32) -> Node {
        let content = self.value.map(|value| Content::new(&value, 0));
        let (value, rest) = content.map(|content| (content.value, content.rest)).unzip();
        Node {
            reference: None,
            key: ElementKey { window, id: ElementId::Item { handle, path: self.path } },
            depth,
            role: self.role,
            name: self.name,
            automation_id: String::new(),
            value,
            rest: rest.flatten(),
            states: self.states,
            patterns: self.patterns,
            rect: self.rect,
        }
    }
}

/// The parts of a control, outermost first, and what was left out.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) parts: Vec<Part>,
    pub(super) cut: bool,
    pub(super) note: Option<String>,
}

impl<'a> View<'a> {
    pub(super) fn new(window: WindowKey, ask: Ask<'a>) -> Self {
        let keyboard = owner_of_part(TopLevel(window.handle).keyboard());
        let ask = Arc::new(ask);
        Self { ask, window, keyboard, popups: OnceCell::new(), remote: RefCell::new(None) }
    }

    /// The same call for another thread.
    pub(super) fn beside(&self) -> impl Fn() -> Self + Sync {
        let (ask, window, keyboard) = (Arc::clone(&self.ask), self.window, self.keyboard);
        let popups = self.popups().to_vec();
        move || Self {
            ask: Arc::clone(&ask),
            window,
            keyboard,
            popups: OnceCell::from(popups.clone()),
            remote: RefCell::new(None),
        }
    }

    /// What the window's thread has open besides: menus, drop-downs.
    pub(super) fn popups(&self) -> &[Control] {
        self.popups.get_or_init(|| {
            let (thread, _) = control::owner(self.window.handle);
            let others = control::tops_of(thread).into_iter().filter(|top| *top != self.window.handle);
            others.filter_map(Control::look).collect()
        })
    }

    /// Works with memory in the process of a control.
    pub(super) fn with_remote<T>(
        &self,
        control: u64,
        work: impl FnOnce(&mut Remote, &Ask<'_>) -> Result<T, Silence>,
    ) -> Result<T, Silence> {
        let (_, pid) = control::owner(control);
        if pid == 0 {
            return Err(Silence::Gone);
        }
        let mut remote = self.remote.borrow_mut();
        if remote.as_ref().is_none_or(|remote| !remote.is_good() || remote.pid() != pid) {
            *remote = Some(Remote::open(pid).map_err(Silence::Closed)?);
        }
        remote.as_mut().map_or(Err(Silence::Gone), |remote| work(remote, &self.ask))
    }
}

/// The control that an inner window is part of: the edit of a combo box is the combo box.
pub(super) fn owner_of_part(window: u64) -> u64 {
    if window == 0 {
        return 0;
    }
    let parent = control::parent(window);
    match Control::look(parent).map(|outer| outer.kind) {
        Some(super::kind::Kind::Combo) => owner_of_part(parent),
        _ => window,
    }
}
