//! The windows of a world.

use model::{Rect, WindowState};
use serde_json::{Map, Value, json};

use super::{
    Element,
    element::rect,
    reader::Spot,
    write::{put, put_flag, put_text},
};

/// A top-level window, as it is at the moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Window {
    pub(crate) title: String,
    pub(crate) class: String,
    /// Whose it is; in the window that an element opens, none means the element's process.
    pub(crate) pid: Option<u32>,
    /// Where it is when it is neither minimized nor maximized; in a cascade where nothing is said.
    pub(crate) rect: Option<Rect>,
    pub(crate) foreground: bool,
    /// It answers nothing.
    pub(crate) hangs: bool,
    pub(crate) state: WindowState,
    pub(crate) tree: Element,
    /// Names it as long as the machine runs; 0 until it is on the desktop. Not in the file.
    pub(crate) handle: u64,
    /// When its process started. Not in the file.
    pub(crate) started: u64,
    /// Where it is as it is shown now. Not in the file.
    pub(crate) place: Rect,
}

impl Window {
    pub(crate) fn new(title: &str, class: &str, tree: Element) -> Self {
        Self {
            title: title.to_owned(),
            class: class.to_owned(),
            pid: None,
            rect: None,
            foreground: false,
            hangs: false,
            state: WindowState::Normal,
            tree,
            handle: 0,
            started: 0,
            place: Rect::default(),
        }
    }

    pub(super) fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let title = fields.text("title").unwrap_or_default();
        let class = fields.text("class").unwrap_or_default();
        let mut window = Self {
            pid: fields.get("pid").and_then(|spot| spot.count(u32::MAX)),
            rect: fields.get("rect").and_then(|spot| rect(&spot)),
            foreground: fields.flag("foreground", false),
            hangs: fields.flag("hangs", false),
            ..Self::new(&title, &class, Element::window_root())
        };
        if let Some(spot) = fields.get("state") {
            window.state = match spot.text() {
                Some("minimized") => WindowState::Minimized,
                Some("maximized") => WindowState::Maximized,
                Some("normal") | None => WindowState::Normal,
                Some(_) => {
                    spot.fault("known: normal, minimized, maximized");
                    WindowState::Normal
                }
            };
        }
        if let Some(spot) = fields.get("tree") {
            if let Some(tree) = Element::read(spot.clone(), true) {
                window.tree = tree;
            }
            if window.tree.count(&|element| element.focused) > 1 {
                spot.fault("more than one element has the keyboard");
            }
        }
        fields.end();
        Some(window)
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "title", json!(self.title));
        put_text(&mut map, "class", &self.class);
        if let Some(pid) = self.pid {
            put(&mut map, "pid", json!(pid));
        }
        if let Some(rect) = self.rect {
            put(&mut map, "rect", json!(rect));
        }
        put_flag(&mut map, "foreground", self.foreground, false);
        put_flag(&mut map, "hangs", self.hangs, false);
        if self.state != WindowState::Normal {
            put(&mut map, "state", json!(self.state));
        }
        if self.tree != Element::window_root() {
            put(&mut map, "tree", self.tree.write());
        }
        Value::Object(map)
    }
}
