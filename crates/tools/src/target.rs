//! What a call is aimed at: the same arguments for every tool that looks at or acts on an element.

use model::{
    ElementRef, PictureId, Place, Point, Selector, Target, WindowSelector,
    ui::{Role, escape},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::Number;

use crate::{
    arguments::{Check, resembling},
    schema::{patterns, text_like},
};

/// Pixels of the virtual desktop lie within 16 bits.
const PIXELS: std::ops::RangeInclusive<i64> = -32_768..=32_767;

// The target of a call: one of `element`, `find` and `at`. No words for clients here: they would stand in the schema of
// every tool; the instructions say it once.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct TargetArguments {
    #[serde(default)]
    #[schemars(schema_with = "element_ref")]
    element: Option<ElementRef>,
    find: Option<FindArguments>,
    at: Option<AtArguments>,
    #[schemars(length(min = 1, max = 500))]
    expect_window: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
struct FindArguments {
    #[schemars(length(min = 1, max = 500))]
    window: Option<String>,
    role: Option<String>,
    #[schemars(length(max = 500))]
    name: Option<String>,
    #[schemars(length(max = 500))]
    automation_id: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
struct AtArguments {
    #[schemars(required, schema_with = "pixel")]
    x: Option<Number>,
    #[schemars(required, schema_with = "pixel")]
    y: Option<Number>,
    #[serde(default)]
    #[schemars(schema_with = "picture_id")]
    picture: Option<PictureId>,
}

pub(crate) fn element_ref(_: &mut SchemaGenerator) -> Schema {
    text_like(patterns::ELEMENT)
}

fn picture_id(_: &mut SchemaGenerator) -> Schema {
    text_like(patterns::PICTURE)
}

/// A coordinate; its range is checked by [`coordinate`].
pub(crate) fn pixel(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({"type": "integer"})
}

/// The coordinate given as the argument at `path`.
pub(crate) fn coordinate(number: Option<&Number>, path: &str, check: &mut Check) -> Option<i32> {
    let number = number?;
    let pixels = number.as_i64().filter(|n| PIXELS.contains(n)).and_then(|n| i32::try_from(n).ok());
    if pixels.is_none() {
        let given: String = number.to_string().chars().take(40).collect();
        check.refuse_argument(path, format!("`{path}` is {given}; accepted: pixels, -32768 to 32767"));
    }
    pixels
}

/// The role written `text` in the argument at `path`.
pub(crate) fn role(text: Option<String>, path: &str, check: &mut Check) -> Option<Role> {
    let text = text?;
    let role = text.parse().ok();
    if role.is_none() {
        let meant = resembling(&text, Role::ALL.iter().map(|role| role.name()));
        let meant = meant.map_or_else(String::new, |m| format!(" (did you mean `{m}`?)"));
        let problem = format!(
            "`{path}` is \"{}\"; accepted: a UI Automation control type such as Button, Edit, MenuItem{meant}",
            escape(&text, 40)
        );
        check.refuse_argument(path, problem);
    }
    role
}

/// The window named in an argument: a ref or a whole title.
pub(crate) fn window(text: Option<String>) -> Option<WindowSelector> {
    text.map(|text| WindowSelector::parse(&text))
}

impl TargetArguments {
    /// Which of the three ways to name a target were used, faulty ones included.
    pub(crate) fn ways(&self, of: &str, check: &Check) -> Vec<&'static str> {
        let used = |name, given| given || check.is_faulty(&inside(of, name));
        [("element", self.element.is_some()), ("find", self.find.is_some()), ("at", self.at.is_some())]
            .into_iter()
            .filter_map(|(name, given)| used(name, given).then_some(name))
            .collect()
    }

    /// The target, which must be given; `of` is the argument they are in (empty at the top).
    pub(crate) fn required(self, of: &str, check: &mut Check) -> Option<Target> {
        if self.ways(of, check).is_empty() {
            let whose = if of.is_empty() { "the call".into() } else { format!("`{of}`") };
            check.refuse(format!(
                "{whose} names no target; give one of `element`, `find` and `at` (with `expect_window`)"
            ));
        }
        self.optional(of, check)
    }

    /// The target, if one is given.
    pub(crate) fn optional(self, of: &str, check: &mut Check) -> Option<Target> {
        let ways = self.ways(of, check);
        if ways.len() > 1 {
            let used: Vec<String> = ways.iter().map(|way| format!("`{}`", inside(of, way))).collect();
            check.refuse(format!("{} are given; only one of them can name the target", used.join(" and ")));
        }
        let expect = inside(of, "expect_window");
        let expected = self.expect_window.is_some() || check.is_faulty(&expect);
        if expected && !ways.contains(&"at") {
            check.refuse_argument(&expect, format!("`{expect}` goes with `at` only"));
        }
        if !expected && ways.contains(&"at") {
            let at = inside(of, "at");
            check.refuse(format!(
                "`{at}` needs `{expect}`: the ref or whole title of the window that must lie there"
            ));
        }
        let find = self.find.map(|find| find.plan(&inside(of, "find"), check));
        let place = self.at.map(|at| at.plan(&inside(of, "at"), self.expect_window, check));
        match (self.element, find, place) {
            (Some(element), None, None) => Some(Target::Element(element)),
            (None, Some(find), None) => find.map(Target::Find),
            (None, None, Some(place)) => place.map(Target::At),
            // Told above.
            _ => None,
        }
    }
}

impl FindArguments {
    fn plan(self, of: &str, check: &mut Check) -> Option<Selector> {
        let given = |name, is: bool| is || check.is_faulty(&inside(of, name));
        if !(given("role", self.role.is_some())
            || given("name", self.name.is_some())
            || given("automation_id", self.automation_id.is_some()))
        {
            check.refuse(format!("`{of}` needs at least one of `role`, `name` and `automation_id`"));
            return None;
        }
        let had_role = self.role.is_some();
        let role = role(self.role, &inside(of, "role"), check);
        if had_role && role.is_none() {
            return None;
        }
        Some(Selector {
            window: window(self.window),
            role,
            name: self.name,
            automation_id: self.automation_id,
        })
    }
}

impl AtArguments {
    fn plan(self, of: &str, expect: Option<String>, check: &mut Check) -> Option<Place> {
        let x = coordinate(self.x.as_ref(), &inside(of, "x"), check);
        let y = coordinate(self.y.as_ref(), &inside(of, "y"), check);
        Some(Place { point: Point { x: x?, y: y? }, picture: self.picture, expect_window: window(expect)? })
    }
}

/// The argument `name` inside the argument `of`.
pub(crate) fn inside(of: &str, name: &str) -> String {
    if of.is_empty() { name.to_owned() } else { format!("{of}.{name}") }
}
