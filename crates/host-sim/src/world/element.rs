//! The elements of a world's windows.

use std::ops::Range;

use model::{
    Rect,
    ui::{Patterns, Role, Toggle},
};
use serde_json::{Map, Value, json};

use super::{
    Window, pattern,
    reader::Spot,
    write::{put, put_flag, put_text},
};

/// An element, as it is at the moment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element {
    pub(crate) role: Role,
    pub(crate) name: String,
    pub(crate) automation_id: String,
    pub(crate) value: Option<String>,
    pub(crate) password: bool,
    pub(crate) enabled: bool,
    /// It has the keyboard of its window.
    pub(crate) focused: bool,
    /// Where its author put it; physical pixels of the virtual desktop.
    pub(crate) rect: Option<Rect>,
    /// Its patterns as its author wrote them; those of its role where he wrote none.
    pub(crate) patterns: Option<Vec<String>>,
    pub(crate) children: Vec<Element>,
    pub(crate) on_invoke: Option<OnInvoke>,
    pub(crate) checked: Option<Toggle>,
    pub(crate) selected: Option<bool>,
    pub(crate) expanded: Option<bool>,
    /// Names it as long as the machine runs; 0 until it is on the desktop. Not in the file.
    pub(crate) number: i32,
    /// Where it is. Not in the file.
    pub(crate) place: Rect,
    /// Where text goes; at its end where nobody put the caret elsewhere. Not in the file.
    pub(crate) cursor: Option<Cursor>,
}

/// Caret and selection of a field, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Where the selection began.
    pub(crate) anchor: usize,
    /// Where the caret is.
    pub(crate) caret: usize,
}

impl Cursor {
    pub(crate) const fn at(caret: usize) -> Self {
        Self { anchor: caret, caret }
    }

    /// What is selected.
    pub(crate) fn selection(self) -> Range<usize> {
        self.anchor.min(self.caret)..self.anchor.max(self.caret)
    }
}

/// What happens when an element is invoked, in this order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct OnInvoke {
    /// The element with this automation id gets this value.
    pub(crate) set: Option<(String, String)>,
    /// This window opens.
    pub(crate) open: Option<Box<Window>>,
    /// The element's own window closes.
    pub(crate) close: bool,
}

impl Default for Element {
    fn default() -> Self {
        Self {
            role: Role::Custom,
            name: String::new(),
            automation_id: String::new(),
            value: None,
            password: false,
            enabled: true,
            focused: false,
            rect: None,
            patterns: None,
            children: Vec::new(),
            on_invoke: None,
            checked: None,
            selected: None,
            expanded: None,
            number: 0,
            place: Rect::default(),
            cursor: None,
        }
    }
}

impl Element {
    pub(crate) fn new(role: Role, name: &str) -> Self {
        Self { role, name: name.to_owned(), ..Self::default() }
    }

    /// The root of a window of which nothing is said.
    pub(crate) fn window_root() -> Self {
        Self::new(Role::Window, "")
    }

    /// How many elements are so, itself and all in it.
    pub(crate) fn count(&self, is_so: &impl Fn(&Self) -> bool) -> usize {
        usize::from(is_so(self)) + self.children.iter().map(|child| child.count(is_so)).sum::<usize>()
    }

    /// The root of a window, or an element in it.
    pub(super) fn read(spot: Spot<'_>, is_root: bool) -> Option<Self> {
        let mut fields = spot.fields()?;
        let mut element = Self::default();
        if is_root {
            element.role = Role::Window;
        }
        if let Some(spot) = fields.get("role")
            && let Some(text) = spot.text()
        {
            match text.parse() {
                Ok(role) => element.role = role,
                Err(error) => spot.fault(error),
            }
        }
        element.name = fields.text("name").unwrap_or_default();
        element.automation_id = fields.text("automation_id").unwrap_or_default();
        fields.spot.has_id(&element.automation_id);
        element.value = fields.text("value");
        element.password = fields.flag("password", false);
        element.enabled = fields.flag("enabled", true);
        element.focused = fields.flag("focused", false);
        element.rect = fields.get("rect").and_then(|spot| rect(&spot));
        element.patterns = fields.get("patterns").map(|spot| pattern::read(&spot));
        element.checked = fields.get("checked").and_then(|spot| toggle(&spot));
        element.selected = fields.get("selected").and_then(|spot| spot.flag());
        element.expanded = fields.get("expanded").and_then(|spot| spot.flag());
        for spot in fields.get("children").map(|spot| spot.items()).unwrap_or_default() {
            element.children.extend(Self::read(spot, false));
        }
        element.on_invoke = fields.get("on_invoke").and_then(OnInvoke::read);
        fields.end();
        Some(element)
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "role", json!(self.role.name()));
        put_text(&mut map, "name", &self.name);
        put_text(&mut map, "automation_id", &self.automation_id);
        if let Some(value) = &self.value {
            put(&mut map, "value", json!(value));
        }
        put_flag(&mut map, "password", self.password, false);
        put_flag(&mut map, "enabled", self.enabled, true);
        put_flag(&mut map, "focused", self.focused, false);
        if let Some(rect) = self.rect {
            put(&mut map, "rect", json!(rect));
        }
        if let Some(patterns) = &self.patterns {
            put(&mut map, "patterns", json!(patterns));
        }
        for (name, value) in [
            ("checked", self.checked.map(|toggle| json!(toggle))),
            ("selected", self.selected.map(|is| json!(is))),
            ("expanded", self.expanded.map(|is| json!(is))),
            ("on_invoke", self.on_invoke.as_ref().map(OnInvoke::write)),
        ] {
            if let Some(value) = value {
                put(&mut map, name, value);
            }
        }
        if !self.children.is_empty() {
            put(&mut map, "children", self.children.iter().map(Self::write).collect());
        }
        Value::Object(map)
    }

    /// What its own patterns can do.
    pub(crate) fn patterns(&self) -> Patterns {
        let mut own = match &self.patterns {
            None => usual(self.role, !self.children.is_empty()),
            Some(names) => pattern::of(names),
        };
        let acts = own.toggle || own.select || own.expand_collapse;
        own.invoke |= self.on_invoke.is_some() && !acts;
        own
    }

    /// Whether what is in it shows: a closed menu, list or branch hides it.
    pub(crate) fn is_open(&self) -> bool {
        self.expanded.unwrap_or(!self.drops_down())
    }

    /// Whether what is in it shows in front of the rest of the window.
    pub(crate) const fn drops_down(&self) -> bool {
        matches!(self.role, Role::MenuItem | Role::ComboBox | Role::SplitButton)
    }

    /// The element with that number, itself or in it.
    pub(crate) fn find(&self, number: i32) -> Option<&Self> {
        if self.number == number {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(number))
    }

    /// The same, to be changed.
    pub(crate) fn find_mut(&mut self, number: i32) -> Option<&mut Self> {
        if self.number == number {
            return Some(self);
        }
        self.children.iter_mut().find_map(|child| child.find_mut(number))
    }

    /// The first element that is so, to be changed.
    pub(crate) fn first_mut(&mut self, is_so: &impl Fn(&Self) -> bool) -> Option<&mut Self> {
        if is_so(self) {
            return Some(self);
        }
        self.children.iter_mut().find_map(|child| child.first_mut(is_so))
    }

    /// Does something to it and to all in it.
    pub(crate) fn each(&mut self, change: &mut impl FnMut(&mut Self)) {
        change(self);
        for child in &mut self.children {
            child.each(change);
        }
    }

    /// Whether text can be typed into it.
    pub(crate) const fn takes_text(&self) -> bool {
        matches!(self.role, Role::Edit | Role::Document | Role::ComboBox | Role::Spinner)
    }
}

/// The patterns that elements of a role have where nothing is said.
const fn usual(role: Role, has_children: bool) -> Patterns {
    const NONE: Patterns = Patterns {
        invoke: false,
        toggle: false,
        expand_collapse: false,
        select: false,
        value: false,
        scroll: false,
        scroll_into_view: false,
    };
    match role {
        Role::Button | Role::Hyperlink | Role::HeaderItem => Patterns { invoke: true, ..NONE },
        Role::SplitButton => Patterns { invoke: true, expand_collapse: true, ..NONE },
        Role::MenuItem => Patterns { invoke: !has_children, expand_collapse: has_children, ..NONE },
        Role::CheckBox => Patterns { toggle: true, ..NONE },
        Role::RadioButton | Role::TabItem => Patterns { select: true, ..NONE },
        Role::ListItem | Role::DataItem => Patterns { select: true, scroll_into_view: true, ..NONE },
        Role::TreeItem => {
            Patterns { select: true, scroll_into_view: true, expand_collapse: has_children, ..NONE }
        }
        Role::ComboBox => Patterns { value: true, expand_collapse: true, ..NONE },
        Role::Edit | Role::Slider | Role::Spinner => Patterns { value: true, ..NONE },
        Role::Document => Patterns { value: true, scroll: true, ..NONE },
        Role::List | Role::Tree | Role::DataGrid | Role::Table => Patterns { scroll: true, ..NONE },
        Role::Calendar
        | Role::Image
        | Role::Menu
        | Role::MenuBar
        | Role::ProgressBar
        | Role::ScrollBar
        | Role::StatusBar
        | Role::Tab
        | Role::Text
        | Role::ToolBar
        | Role::ToolTip
        | Role::Custom
        | Role::Group
        | Role::Thumb
        | Role::Window
        | Role::Pane
        | Role::Header
        | Role::TitleBar
        | Role::Separator
        | Role::SemanticZoom
        | Role::AppBar => NONE,
    }
}

fn toggle(spot: &Spot<'_>) -> Option<Toggle> {
    let toggle = match spot.text()? {
        "off" => Some(Toggle::Off),
        "on" => Some(Toggle::On),
        "mixed" => Some(Toggle::Mixed),
        _ => None,
    };
    if toggle.is_none() {
        spot.fault("known: on, off, mixed");
    }
    toggle
}

/// Four whole numbers: left, top, right, bottom.
pub(super) fn rect(spot: &Spot<'_>) -> Option<Rect> {
    let sides = spot.exactly::<4>()?;
    let sides = sides.map(|side| side.whole(-32_768..=32_767).and_then(|side| i32::try_from(side).ok()));
    let [Some(left), Some(top), Some(right), Some(bottom)] = sides else { return None };
    if right <= left || bottom <= top {
        spot.fault("right must be greater than left, and bottom than top");
    }
    Some(Rect::new(left, top, right, bottom))
}

impl OnInvoke {
    fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let open = fields.get("open").and_then(Window::read);
        let set = fields.get("set").and_then(|spot| {
            let [id, value] = spot.exactly()?;
            id.means_id(id.text()?);
            Some((id.text()?.to_owned(), value.text()?.to_owned()))
        });
        let close = fields.flag("close", false);
        if !["open", "set", "close"].iter().any(|name| fields.has(name)) {
            fields.spot.fault("give close, open or set");
        }
        fields.end();
        Some(Self { set, open: open.map(Box::new), close })
    }

    fn write(&self) -> Value {
        let mut map = Map::new();
        if let Some((id, value)) = &self.set {
            put(&mut map, "set", json!([id, value]));
        }
        if let Some(window) = &self.open {
            put(&mut map, "open", window.write());
        }
        if self.close || map.is_empty() {
            put(&mut map, "close", json!(self.close));
        }
        Value::Object(map)
    }
}
