//! What an act has at hand, and the steps that several acts share.

use std::time::{Duration, Instant};

use model::{
    Code, Fault, Point,
    ui::{ElementId, Node, Role, escape},
};

use super::{Aim, desk::Desk};
use crate::{
    input::{Press, click, go_on, move_to},
    source::{Act, Job, Source},
};

/// How long a window may take to come forward, for each of three attempts.
const FORWARD_PATIENCE: Duration = Duration::from_millis(150);

/// How long an element may take to get the keyboard.
const FOCUS_PATIENCE: Duration = Duration::from_millis(300);

/// What an act has at hand.
pub(super) struct Stage<'a> {
    pub(super) aim: &'a Aim<'a>,
    /// The element, as it is now.
    pub(super) node: Option<Node>,
    pub(super) source: &'a mut dyn Source,
    pub(super) desk: &'a mut dyn Desk,
    pub(super) job: &'a Job,
    /// What the caller should know besides.
    pub(super) notes: Vec<String>,
    /// What was done on the way to what was asked for, which a fault says.
    pub(super) steps: Vec<String>,
}

/// Whether an element has the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyboard {
    /// It has.
    Here,
    /// Another one has.
    Elsewhere,
    /// The target does not tell.
    Unknown,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        aim: &'a Aim<'a>,
        source: &'a mut dyn Source,
        desk: &'a mut dyn Desk,
        job: &'a Job,
    ) -> Self {
        Self { aim, node: aim.node.clone(), source, desk, job, notes: Vec::new(), steps: Vec::new() }
    }

    /// The handle of the judged window.
    pub(super) const fn window(&self) -> u64 {
        self.aim.window.key.handle
    }

    /// Refuses what cannot be operated: a disabled element, or a window that waits for a dialog.
    pub(super) fn refuse_disabled(&self) -> Result<(), Fault> {
        if let Some(node) = self.node.as_ref().filter(|node| node.states.disabled) {
            return Err(Fault::new(Code::ElementDisabled, format!("{} is disabled", name_of(node)))
                .elements(vec![node.clone()]));
        }
        let window = self.window();
        let stance = self.desk.stance(window).ok_or_else(|| self.gone())?;
        let Some(dialog) = stance.blocked_by else { return Ok(()) };
        let dialog = self.desk.info(dialog);
        let title =
            dialog.as_ref().map_or_else(String::new, |info| format!(", `{}`", escape(&info.title, 80)));
        let message = format!("window {} takes no input until its dialog{title} is answered", self.title());
        Err(Fault::new(Code::Obscured, message)
            .hint("act on the dialog first")
            .windows(dialog.into_iter().collect()))
    }

    /// Makes sure that the judged window is in the foreground.
    pub(super) fn come_forward(&mut self) -> Result<(), Fault> {
        let window = self.window();
        go_on(self.job)?;
        self.refuse_disabled()?;
        let minimized = self.desk.stance(window).ok_or_else(|| self.gone())?.minimized;
        let was_front = self.is_front();
        if !minimized && was_front {
            return Ok(());
        }
        let came = self.call_forward();
        let step = self.how_far_it_came(minimized, was_front);
        self.steps.extend(step);
        came?;
        if minimized {
            self.notes.push("the window was minimized and has been restored".to_owned());
        }
        self.look_again()
    }

    /// Calls the judged window until it is in the foreground and in place.
    fn call_forward(&mut self) -> Result<(), Fault> {
        let window = self.window();
        let mut last = None;
        for try_harder in [false, true, true] {
            self.desk.call_forward(window, try_harder);
            let until = Instant::now() + FORWARD_PATIENCE;
            while Instant::now() < until {
                go_on(self.job)?;
                let shown = self.desk.stance(window).ok_or_else(|| self.gone())?;
                if !shown.minimized && self.is_front() && last == Some(shown.rect) {
                    return Ok(());
                }
                last = Some(shown.rect); // a window that is being restored moves before it is in place
                self.desk.answers(window, FORWARD_PATIENCE);
                self.desk.pause(Duration::from_millis(1));
            }
        }
        Err(Fault::new(Code::WrongWindow, format!("window {} does not come to the foreground", self.title()))
            .hint("another window keeps it; see `window_list`")
            .windows(self.desk.info(self.desk.foreground()).into_iter().collect()))
    }

    /// What calling the window has done to it so far; nothing where it is gone.
    fn how_far_it_came(&self, was_minimized: bool, was_front: bool) -> Option<String> {
        let restored = was_minimized && !self.desk.stance(self.window())?.minimized;
        let how = match (restored, !was_front && self.is_front()) {
            (true, true) => "restored and brought to the front",
            (true, false) => "restored",
            (false, true) => "brought to the front",
            (false, false) => "asked to come to the front, and may still do it",
        };
        Some(format!("window {} had been {how}", self.title()))
    }

    /// Whether the judged window, or a menu of it, is the foreground window.
    pub(super) fn is_front(&self) -> bool {
        self.owns(self.desk.foreground())
    }

    /// Whether a top-level window is the judged one, or a menu or the like of it.
    pub(super) fn owns(&self, top: u64) -> bool {
        top == self.window() || self.desk.is_popup_of(top, self.window())
    }

    /// Reads the element anew.
    pub(super) fn look_again(&mut self) -> Result<(), Fault> {
        let Some(node) = &self.node else { return Ok(()) };
        let now = self
            .source
            .read(&node.key, self.job)?
            .ok_or_else(|| Fault::new(Code::StaleElement, format!("{} went away", name_of(node))))?;
        self.node = Some(now);
        Ok(())
    }

    /// Brings the window forward and gives the keyboard to the element.
    pub(super) fn take_keyboard(&mut self) -> Result<(), Fault> {
        self.come_forward()?;
        let Some(node) = self.node.clone() else { return Ok(()) };
        if self.keyboard_at(&node) == Keyboard::Here {
            return Ok(());
        }
        let control = self.desk.keyboard(self.window());
        let focused = match self.aim.point {
            Some(_) => Err(Fault::new(Code::NotSupportedByTarget, "a point is clicked")),
            None => self.source.act(&node.key, &Act::Focus, self.job),
        };
        let asked = match focused {
            Ok(_) => "asked to take the keyboard",
            Err(fault) if fault.code == Code::NotSupportedByTarget && !does_something(&node) => {
                let point = self.point()?;
                let mut hands = self.desk.hands(self.window());
                click(hands.as_mut(), point, Press::default(), 1, self.job)?;
                "clicked to give it the keyboard"
            }
            Err(fault) => return Err(fault),
        };
        let taken = self.await_keyboard(&node);
        self.steps.push(format!("{} had been {asked}", name_of(&node)));
        if taken.is_err() && self.desk.keyboard(self.window()) != control {
            self.steps.push("the keyboard had moved to another element".to_owned());
        }
        taken
    }

    /// Waits until an element that was asked to take the keyboard has it.
    fn await_keyboard(&mut self, node: &Node) -> Result<(), Fault> {
        let until = Instant::now() + FOCUS_PATIENCE;
        loop {
            match self.keyboard_at(node) {
                Keyboard::Here => return Ok(()),
                Keyboard::Unknown => {
                    self.notes.push("the target does not tell which element has the keyboard".to_owned());
                    return Ok(());
                }
                Keyboard::Elsewhere if Instant::now() >= until => {
                    let message = format!("{} does not take the keyboard", name_of(node));
                    return Err(Fault::new(Code::NotSupportedByTarget, message)
                        .hint("click it first, or name an element that can be typed into"));
                }
                Keyboard::Elsewhere => {}
            }
            go_on(self.job)?;
            self.desk.pause(Duration::from_millis(2));
        }
    }

    /// Whether an element has the keyboard.
    pub(super) fn keyboard_at(&mut self, node: &Node) -> Keyboard {
        if let Some(control) = control_of(node) {
            let here = self.desk.is_within(self.desk.keyboard(control), control);
            return if here { Keyboard::Here } else { Keyboard::Elsewhere };
        }
        let Ok(Some(focused)) = self.source.focused(self.aim.window, self.job) else {
            return Keyboard::Unknown;
        };
        if self.is_part(node, &focused) { Keyboard::Here } else { Keyboard::Elsewhere }
    }

    /// Moves the pointer to a point that was checked.
    pub(super) fn move_pointer(&mut self, point: Point) -> Result<(), Fault> {
        move_to(self.desk.hands(self.window()).as_mut(), point, self.job)
    }

    /// The judged window's title, in backticks.
    pub(super) fn title(&self) -> String {
        format!("`{}`", escape(&self.aim.window.title, 80))
    }

    /// The failure that the judged window is gone.
    pub(super) fn gone(&self) -> Fault {
        Fault::new(Code::StaleElement, format!("window {} is gone", self.title()))
    }
}

/// Whether a click would do more to the element than give it the keyboard.
const fn does_something(node: &Node) -> bool {
    matches!(
        node.role,
        Role::Button
            | Role::CheckBox
            | Role::Hyperlink
            | Role::MenuItem
            | Role::RadioButton
            | Role::SplitButton
            | Role::TabItem
    )
}

/// An element in words, for messages.
pub(super) fn name_of(node: &Node) -> String {
    format!("{} `{}`", node.role, escape(&node.name, 80))
}

/// The control an element is, or is part of, where it has a handle of its own.
pub(super) const fn control_of(node: &Node) -> Option<u64> {
    match &node.key.id {
        ElementId::Handle { handle, .. } | ElementId::Item { handle, .. } => Some(*handle),
        ElementId::Runtime(_) | ElementId::Path(_) => None,
    }
}
