//! A desktop and a source of few lines, whose state tests set and look at.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, VecDeque},
    rc::Rc,
    time::Duration,
};

use model::{
    Code, Fault, Means, Point, Rect, TreeLimits, WindowInfo, WindowState,
    ui::{ElementId, ElementKey, Node, Patterns, Role, States, Tree, WindowKey},
};

use super::{Aim, Desk, Spot, Stance};
use crate::{
    input::{Event, Hands, Shifts, Vk, fake::Fake},
    source::{Act, Job, Source},
};

/// The window that tests aim at.
pub(super) const MAIN: u64 = 0x10;
/// Another window, in front of part of it where a test puts it there.
pub(super) const OTHER: u64 = 0x20;

pub(super) fn window(handle: u64, title: &str) -> WindowInfo {
    WindowInfo {
        reference: None,
        key: WindowKey { handle, pid: 7, started: 1 },
        title: title.into(),
        class: "Test".into(),
        process: "test.exe".into(),
        rect: Rect::new(0, 0, 400, 300),
        state: WindowState::Normal,
        foreground: handle == MAIN,
        responding: true,
    }
}

/// A control with the handle `handle` at `rect`.
pub(super) fn control(handle: u64, role: Role, name: &str, rect: Rect) -> Node {
    let id = ElementId::Handle { handle, control: 0, class: "Test".into() };
    Node {
        reference: None,
        key: ElementKey { window: window(MAIN, "").key, id },
        depth: 1,
        role,
        name: name.into(),
        automation_id: String::new(),
        value: None,
        rest: None,
        states: States::default(),
        patterns: Patterns::default(),
        rect,
    }
}

/// The desktop of a test; its hands type into `text`.
#[derive(Debug)]
pub(super) struct FakeDesk {
    pub(super) foreground: u64,
    pub(super) keyboard: Cell<u64>,
    pub(super) stances: HashMap<u64, Stance>,
    /// Windows front to back, with what they cover.
    pub(super) tops: Vec<(WindowInfo, Rect)>,
    /// Whether other windows may come forward.
    pub(super) comes_forward: bool,
    /// The target leaves so many questions whether it is there without an answer, then opens a dialog.
    pub(super) busy: Cell<u32>,
    opened: Cell<bool>,
    pub(super) refuses: Option<Code>,
    pub(super) hands: Rc<RefCell<Fake>>,
    /// After so many strokes of the hands another window comes forward.
    pub(super) stolen_after: Option<usize>,
}

impl Default for FakeDesk {
    fn default() -> Self {
        let stance = Stance { rect: Rect::new(0, 0, 400, 300), minimized: false, blocked_by: None };
        Self {
            foreground: MAIN,
            keyboard: Cell::new(0x11),
            stances: HashMap::from([(MAIN, stance), (OTHER, stance)]),
            tops: vec![(window(MAIN, "Main"), Rect::new(0, 0, 400, 300))],
            comes_forward: true,
            busy: Cell::new(0),
            opened: Cell::new(false),
            refuses: None,
            hands: Rc::default(),
            stolen_after: None,
        }
    }
}

impl FakeDesk {
    fn is_stolen(&self) -> bool {
        self.stolen_after.is_some_and(|after| self.hands.borrow().strokes >= after)
    }
}

impl Desk for FakeDesk {
    fn foreground(&self) -> u64 {
        if self.is_stolen() { OTHER } else { self.foreground }
    }

    fn keyboard(&self, _: u64) -> u64 {
        self.keyboard.get()
    }

    fn at(&self, point: Point) -> Option<Spot> {
        let (info, _) = self.tops.iter().find(|(_, rect)| rect.contains(point))?;
        Some(Spot { inner: info.key.handle, top: info.key.handle })
    }

    fn is_within(&self, inner: u64, outer: u64) -> bool {
        inner == outer
    }

    fn top_of(&self, _: u64) -> u64 {
        MAIN
    }

    fn is_popup_of(&self, _: u64, _: u64) -> bool {
        false
    }

    fn stance(&self, window: u64) -> Option<Stance> {
        self.stances.get(&window).copied()
    }

    fn screen(&self) -> Rect {
        Rect::new(0, 0, 1280, 800)
    }

    fn call_forward(&mut self, window: u64, _: bool) {
        if self.comes_forward {
            self.foreground = window;
            if let Some(stance) = self.stances.get_mut(&window) {
                stance.minimized = false;
            }
        }
    }

    fn tops(&self) -> Vec<u64> {
        let dialog = self.opened.get().then_some(OTHER);
        self.tops.iter().map(|(info, _)| info.key.handle).chain(dialog).collect()
    }

    fn info(&self, handle: u64) -> Option<WindowInfo> {
        let known = self.tops.iter().find(|(info, _)| info.key.handle == handle);
        known.map(|(info, _)| info.clone()).or_else(|| (handle == OTHER).then(|| window(OTHER, "Other")))
    }

    fn answers(&self, _: u64, _: Duration) -> bool {
        let Some(left) = self.busy.get().checked_sub(1) else { return true };
        self.busy.set(left);
        if left == 0 {
            self.opened.set(true);
        }
        false
    }

    fn hands(&self, _: u64) -> Box<dyn Hands> {
        Box::new(Shared(Rc::clone(&self.hands)))
    }

    fn refuse_forbidden(&self, _: &WindowInfo) -> Result<(), Fault> {
        self.refuses.map_or(Ok(()), |code| Err(Fault::new(code, "refused")))
    }

    fn pause(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// Hands that a test looks at while they are used.
struct Shared(Rc<RefCell<Fake>>);

impl Hands for Shared {
    fn play(&mut self, events: &[Event]) -> usize {
        self.0.borrow_mut().play(events)
    }

    fn is_down(&self, vk: Vk) -> bool {
        self.0.borrow().is_down(vk)
    }

    fn seen_down(&self, vk: Vk) -> Option<bool> {
        self.0.borrow().seen_down(vk)
    }

    fn key_for(&self, c: char) -> Option<(Vk, Shifts)> {
        self.0.borrow().key_for(c)
    }

    fn pause(&self, time: Duration) {
        self.0.borrow().pause(time);
    }
}

/// The elements of a window, innermost last; what is done to them is remembered.
#[derive(Debug, Default)]
pub(super) struct FakeSource {
    pub(super) nodes: Vec<Node>,
    /// What elements can do by themselves.
    pub(super) can: Vec<Act>,
    pub(super) done: Vec<Act>,
    /// What its one field holds; unreadable where there is none.
    pub(super) text: Option<String>,
    /// What is added to text that is put in.
    pub(super) spoils: &'static str,
    /// What has the keyboard each time that is asked; the last stays.
    pub(super) focus: VecDeque<Node>,
}

impl Source for FakeSource {
    fn tree(
        &mut self,
        window: &WindowInfo,
        _: Option<&ElementKey>,
        _: &TreeLimits,
        _: &Job,
    ) -> Result<Tree, Fault> {
        Ok(Tree { window: Some(window.clone()), nodes: self.nodes.clone(), ..Tree::default() })
    }

    fn read(&mut self, key: &ElementKey, _: &Job) -> Result<Option<Node>, Fault> {
        Ok(self.nodes.iter().find(|node| node.key == *key).cloned())
    }

    fn at(&mut self, _: &WindowInfo, point: Point, _: &Job) -> Result<Option<Node>, Fault> {
        Ok(self.nodes.iter().rev().find(|node| node.rect.contains(point)).cloned())
    }

    fn focused(&mut self, _: &WindowInfo, _: &Job) -> Result<Option<Node>, Fault> {
        Ok(if self.focus.len() > 1 { self.focus.pop_front() } else { self.focus.front().cloned() })
    }

    fn text(&mut self, _: &ElementKey, _: &Job) -> Result<String, Fault> {
        self.text.clone().ok_or_else(|| Fault::new(Code::NotSupportedByTarget, "it has no text"))
    }

    fn act(&mut self, _: &ElementKey, act: &Act, _: &Job) -> Result<Means, Fault> {
        if !self.can.iter().any(|can| std::mem::discriminant(can) == std::mem::discriminant(act)) {
            return Err(Fault::new(Code::NotSupportedByTarget, "it has no such pattern"));
        }
        match act {
            Act::SetValue(text) => self.text = Some(format!("{}{}", text.expose(), self.spoils)),
            Act::InsertText(text) => {
                self.text.get_or_insert_default().push_str(&format!("{}{}", text.expose(), self.spoils));
            }
            _ => {}
        }
        self.done.push(act.clone());
        Ok(Means::Message)
    }
}

/// An aim at one element of the main window.
pub(super) fn aim<'a>(window: &'a WindowInfo, node: Option<&Node>) -> Aim<'a> {
    Aim { window, node: node.cloned(), point: None }
}
