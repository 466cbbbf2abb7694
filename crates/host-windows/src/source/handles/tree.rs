//! The whole tree of a window, or what lies below one of its controls.

use std::collections::HashMap;

use model::{
    Fault, Rect, TreeLimits,
    ui::{Node, escape, is_operable, mentions},
};

use super::{
    ask::Silence,
    beside,
    control::Control,
    items,
    kind::Kind,
    menus,
    node::{self, Around},
    remote::Closed,
    survey::{Arranged, Survey, scrolls},
    view::{Parts, View},
};
use crate::input::virtual_screen;

/// At most so many elements are given, whatever was asked for.
const MOST: usize = 20_000;
/// Controls lie in one another at most so deep.
const DEEP: u32 = 100;

/// A tree that is being read.
pub(super) struct Reading<'v, 'a> {
    view: &'v View<'a>,
    limits: &'v TreeLimits,
    query: Option<String>,
    survey: &'v Survey,
    labels: &'v HashMap<u64, Option<u64>>,
    pub(super) nodes: Vec<Node>,
    wanted: usize,
    pub(super) cut: bool,
    vanished: u32,
    closed: Option<Closed>,
    pub(super) notes: Vec<String>,
}

/// What holds for all that lies in something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Within {
    depth: u32,
    disabled: bool,
    clip: Rect,
    scrolls: bool,
}

impl<'v, 'a> Reading<'v, 'a> {
    pub(super) fn new(
        view: &'v View<'a>,
        limits: &'v TreeLimits,
        survey: &'v Survey,
        labels: &'v HashMap<u64, Option<u64>>,
    ) -> Self {
        Self {
            view,
            limits,
            query: limits.query.as_deref().map(str::to_lowercase),
            survey,
            labels,
            nodes: Vec::new(),
            wanted: 0,
            cut: survey.cut,
            vanished: survey.vanished,
            closed: None,
            notes: Vec::new(),
        }
    }

    /// Reads a whole top-level window.
    pub(super) fn window(&mut self, top: &Control) -> Result<(), Fault> {
        let screen = virtual_screen();
        self.push(node::window_node(self.view, top, screen));
        let depth = 1;
        self.menus(top.handle, depth)?;
        let clip = top.rect.intersection(screen);
        let within = Within { depth, disabled: false, clip, scrolls: scrolls(top.style) };
        self.children(top.handle, within)?;
        for popup in self.view.popups() {
            if popup.kind == Kind::Menu {
                self.control(popup, Within { clip: screen, scrolls: false, ..within })?;
            }
        }
        Ok(())
    }

    /// Reads a control and what lies in it, as the root; `siblings` are those it may hold as a group box.
    pub(super) fn below(&mut self, control: &Control, parent: u64) -> Result<(), Fault> {
        let clip = virtual_screen();
        let within = Within { depth: 0, disabled: false, clip, scrolls: false };
        self.control(control, within)?;
        if control.kind == Kind::GroupBox {
            let arranged = self.survey.arranged(parent);
            let own = self.survey.controls.iter().position(|other| other.handle == control.handle);
            if let Some(own) = own {
                self.in_order(&arranged.held, arranged.held.get(&own), Within { depth: 1, ..within })?;
            }
        }
        Ok(())
    }

    /// Adds an element; whether there is room for more.
    pub(super) fn push(&mut self, node: Node) {
        let asked = !self.limits.interactive_only || is_operable(&node);
        let fits = self.query.as_ref().is_none_or(|query| mentions(&node, query));
        self.wanted += usize::from(asked && fits);
        self.nodes.push(node);
    }

    /// How many more may be asked for.
    fn room(&self) -> usize {
        let wanted = (self.limits.max_elements as usize).saturating_sub(self.wanted);
        wanted.min(MOST.saturating_sub(self.nodes.len()))
    }

    fn is_full(&mut self, depth: u32) -> bool {
        let deep = if self.limits.interactive_only { DEEP } else { self.limits.max_depth };
        let full = self.room() == 0 || depth > deep.min(DEEP);
        if full || (self.view.ask.is_late() && !self.view.ask.is_deaf()) {
            self.cut = true;
            return true;
        }
        false
    }

    fn menus(&mut self, window: u64, depth: u32) -> Result<(), Fault> {
        let (nodes, cut, note) = menus::bar_nodes(self.view, window, depth);
        self.cut |= cut;
        self.notes.extend(note);
        for node in nodes {
            if self.is_full(node.depth) {
                break;
            }
            self.push(node);
        }
        self.view.ask.go_on()
    }

    fn children(&mut self, parent: u64, within: Within) -> Result<(), Fault> {
        if !self.survey.has_children(parent) {
            return Ok(());
        }
        let arranged = self.survey.arranged(parent);
        self.ask_ahead(&arranged, within);
        self.in_order(&arranged.held, Some(&arranged.outer), within)
    }

    /// Asks many controls by two threads, where all of them will be read: what they answer is known then.
    fn ask_ahead(&self, arranged: &Arranged, within: Within) {
        let all: Vec<usize> =
            arranged.outer.iter().chain(arranged.held.values().flatten()).copied().collect();
        if all.len() > self.room() {
            return;
        }
        let Self { survey, labels, limits, .. } = *self;
        let room = self.room();
        beside::each(&all, self.view.beside(), |view, index| {
            let Some(control) = survey.get(*index).filter(|control| !is_mute(control, limits)) else {
                return;
            };
            // What cannot be asked is noted when it is read.
            let node = node::node(view, control, 0, &around(survey, labels, control, within));
            if node.is_ok() && items::is_kept_whole(control) {
                let _ = items::parts(view, control, "", room);
            }
        });
    }

    fn in_order(
        &mut self,
        held: &HashMap<usize, Vec<usize>>,
        which: Option<&Vec<usize>>,
        within: Within,
    ) -> Result<(), Fault> {
        let survey = self.survey;
        for index in which.into_iter().flatten() {
            let Some(control) = survey.get(*index) else { continue };
            self.control(control, within)?;
            if held.contains_key(index) {
                let disabled = within.disabled || control.is_disabled();
                self.in_order(held, held.get(index), Within { depth: within.depth + 1, disabled, ..within })?;
            }
        }
        Ok(())
    }

    fn control(&mut self, control: &Control, within: Within) -> Result<(), Fault> {
        if self.is_full(within.depth) || is_mute(control, self.limits) {
            return Ok(());
        }
        let around = around(self.survey, self.labels, control, within);
        let node = match node::node(self.view, control, within.depth, &around) {
            Ok(node) => node,
            Err(silence) => return self.missed(silence),
        };
        let name = node.name.clone();
        self.push(node);
        let within = Within {
            depth: within.depth + 1,
            disabled: within.disabled || control.is_disabled(),
            clip: within.clip.intersection(control.rect),
            scrolls: within.scrolls || scrolls(control.style),
        };
        self.children(control.handle, within)?;
        self.items(control, &name, within)
    }

    fn items(&mut self, control: &Control, name: &str, within: Within) -> Result<(), Fault> {
        let room = self.room();
        let parts = match items::parts(self.view, control, name, room) {
            Ok(parts) => parts,
            Err(silence) => return self.missed(silence),
        };
        // What drops down from a combo box does not lie in it.
        let clip = if control.kind == Kind::Combo { virtual_screen() } else { within.clip };
        self.add(parts, control, within.depth, clip)
    }

    /// Adds the parts of a control.
    pub(super) fn add(
        &mut self,
        parts: Parts,
        control: &Control,
        depth: u32,
        clip: Rect,
    ) -> Result<(), Fault> {
        self.cut |= parts.cut;
        self.notes.extend(parts.note);
        let base = parts.parts.iter().map(|part| part.path.len()).min().unwrap_or_default();
        for mut part in parts.parts {
            let depth = depth.saturating_add(u32::try_from(part.path.len() - base).unwrap_or_default());
            if self.is_full(depth) {
                break;
            }
            part.states.offscreen |= part.rect.intersection(clip).is_empty();
            self.push(part.node(self.view.window, control.handle, depth));
        }
        self.view.ask.go_on()
    }

    /// Notes what could not be read; fails where the job is over.
    fn missed(&mut self, silence: Silence) -> Result<(), Fault> {
        match silence {
            Silence::Gone => self.vanished += 1,
            Silence::Closed(closed) => self.closed = Some(closed),
            Silence::Deaf | Silence::Refused => {}
            Silence::Over(fault) => return Err(fault),
        }
        Ok(())
    }

    /// What was left out, in words.
    pub(super) fn notes(&mut self, title: &str) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        let title = escape(title, 80);
        match self.vanished {
            0 => {}
            1 => notes.push("1 control went away while the window was read".to_owned()),
            many => notes.push(format!("{many} controls went away while the window was read")),
        }
        if self.view.ask.is_deaf() {
            self.cut = true;
            notes.push(format!(
                "window `{title}` does not answer: contents, choices and items of its controls are missing"
            ));
        } else if self.view.ask.is_late() {
            self.cut = true;
            notes.push(
                "the time was up before everything was read; ask for a part of it, or allow more time".into(),
            );
        }
        if let Some(closed) = self.closed {
            notes.push(format!("items of lists, trees, tabs and bars cannot be read: {}", closed.words()));
        }
        notes
    }
}

/// Text that cannot be operated is not even read where only what can be is asked for.
const fn is_mute(control: &Control, limits: &TreeLimits) -> bool {
    limits.interactive_only && matches!(control.kind, Kind::Label | Kind::Picture)
}

fn around(survey: &Survey, labels: &HashMap<u64, Option<u64>>, control: &Control, within: Within) -> Around {
    let label = labels.get(&control.handle).copied().flatten();
    let label = label.and_then(|label| survey.label(label));
    let Within { disabled, clip, scrolls, .. } = within;
    Around { label, disabled, clip, scrolls, lenient: true }
}
