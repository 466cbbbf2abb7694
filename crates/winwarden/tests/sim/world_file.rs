//! A fault in a world stops the start with a JSON pointer; and what else stops it.

use std::{fs, path::Path};

use serde_json::json;

use super::{
    client::{Home, winwarden},
    stage::world,
};

/// What is said on stderr when this is the world; the exit code must be 2.
fn fault_of(text: &str) -> String {
    let home = Home::of(&json!({}));
    let file = home.path().join("world.json");
    fs::write(&file, text).unwrap();
    let output = winwarden(home.path(), &["serve", "--sim", file.to_str().unwrap()]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{stderr}");
    stderr
}

#[test]
fn each_fault_is_told_with_where_it_stands() {
    for (world, told) in [
        (json!([]), r#""" (the whole file): a list instead of an object"#),
        (json!({"windos": []}), "/windos: there is no such key"),
        (json!({"windows": [{"title": 7}]}), "/windows/0/title: a number instead of a text"),
        (json!({"windows": [{"rect": [0, 0, 10]}]}), "/windows/0/rect: 3 items instead of 4"),
        (json!({"windows": [{"rect": [9, 0, 1, 5]}]}), "/windows/0/rect: right must be greater than left"),
        (
            json!({"windows": [{"tree": {"children": [{"role": "Buton"}]}}]}),
            "/windows/0/tree/children/0/role: ",
        ),
        (
            json!({"windows": [{"tree": {"on_invoke": {"set": ["none", "x"]}}}]}),
            "/windows/0/tree/on_invoke/set/0: no element has the automation id `none`",
        ),
        (
            json!({"windows": [{"foreground": true}, {"foreground": true}]}),
            "/windows/1: another window is the foreground window",
        ),
        (json!({"processes": [{"pid": 1}, {"pid": 1}]}), "/processes/1: another process has the pid 1"),
        (json!({"user": {"sid": "me"}}), "/user/sid: not a security id"),
        (json!({"delays_ms": {"ui": -1}}), "/delays_ms/ui: -1 instead of a whole number"),
        (json!({"files": {"C:\\a": {}}}), "/files/C:"),
        (
            json!({"windows": [{"tree": {"patterns": ["Invoke", "LegacyAccessible"]}}]}),
            "/windows/0/tree/patterns/1: UI Automation has no pattern `LegacyAccessible`; the nearest is `LegacyIAccessible`",
        ),
    ] {
        let said = fault_of(&world.to_string());
        assert!(said.contains(told), "{world}: {said}");
    }
    let both = fault_of(&json!({"user": 1, "files": 2}).to_string());
    assert!(both.contains("/user: ") && both.contains("/files: "), "every fault at once: {both}");
    assert!(fault_of("{").contains("not JSON"));
}

#[test]
fn a_key_that_stands_twice_has_two_readings_and_is_refused() {
    let said = fault_of(r#"{"user": {"name": "a", "elevated": true, "elevated": false}, "user": {}}"#);
    assert!(said.contains("/user/elevated: the key stands twice"), "{said}");
    assert!(said.contains("/user: the key stands twice"), "{said}");
    let deep = fault_of(r#"{"windows": [{}, {"tree": {"children": [{"na/me": 1, "na/me": 2}]}}]}"#);
    assert!(deep.contains("/windows/1/tree/children/0/na~1me: the key stands twice"), "{deep}");
}

#[test]
fn what_lies_too_deep_is_told_with_where_and_as_deep_as_it_may_lie_it_is_served() {
    let nested = |depth: usize| {
        let open = r#"{"name": "x", "children": ["#.repeat(depth);
        let close = "]}".repeat(depth);
        format!(
            r#"{{"windows": [{{"title": "Deep", "tree": {open}{{"role": "Button", "name": "End"}}{close}}}]}}"#
        )
    };
    for depth in [62, 70, 10_000] {
        let said = fault_of(&nested(depth));
        assert!(said.contains("/windows/0/tree/children/0/"), "{depth}: {said}");
        assert!(said.contains("/children: more than 126 levels deep"), "{depth}: {said}");
    }
    let world = serde_json::from_str(&nested(61)).unwrap();
    let mut stage = super::stage::Stage::of(&world, &[]);
    assert!(stage.done("find", json!({"window": "Deep", "name": "End"})).contains("Button \"End\""));
}

#[test]
fn all_patterns_of_ui_automation_are_accepted_and_those_without_use_change_nothing() {
    let names = "Annotation CustomNavigation Dock Drag DropTarget ExpandCollapse Grid GridItem Invoke ItemContainer \
        LegacyIAccessible MultipleView ObjectModel RangeValue Scroll ScrollItem Selection Selection2 SelectionItem \
        Spreadsheet SpreadsheetItem Styles SynchronizedInput Table TableItem Text Text2 TextChild TextEdit Toggle \
        Transform Transform2 Value VirtualizedItem Window";
    let idle = |name: &&str| {
        ![
            "ExpandCollapse",
            "Invoke",
            "RangeValue",
            "Scroll",
            "ScrollItem",
            "SelectionItem",
            "Toggle",
            "Value",
        ]
        .contains(name)
    };
    let with_ending = |name: &str| match name.strip_suffix('2') {
        Some(name) => format!("{name}Pattern2"),
        None => format!("{name}Pattern"),
    };
    let mut patterns: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    assert_eq!(patterns.len(), 35);
    patterns.extend(names.split_whitespace().map(with_ending));
    let idle: Vec<String> = names.split_whitespace().filter(idle).map(with_ending).collect();
    let world = json!({"windows": [{"title": "W", "tree": {"children": [
        {"role": "Group", "name": "All", "patterns": patterns},
        {"role": "Group", "name": "Idle", "patterns": idle}]}}]});
    let mut stage = super::stage::Stage::of(&world, &[]);
    let mut invoke = |name: &str, action: &str| {
        let find = json!({"window": "W", "name": name});
        stage.0.call("element_action", json!({"find": find, "action": action}))["isError"].clone()
    };
    for action in ["invoke", "toggle", "expand", "select", "scroll_into_view"] {
        assert_eq!((invoke("All", action), invoke("Idle", action)), (json!(false), json!(true)), "{action}");
    }
}

#[test]
fn a_simulated_machine_may_be_empty() {
    let mut stage = super::stage::Stage::of(&json!({}), &[]);
    assert!(stage.done("window_list", json!({})).starts_with("0 windows"), "it says that there are none");
    stage.refused("snapshot", json!({}), "NOT_FOUND");
    stage.done("screenshot", json!({}));
    stage.done("app_launch", json!({"app": "notepad"}));
    assert!(stage.done("snapshot", json!({})).contains("Untitled - Notepad"));
}

#[test]
fn the_world_in_the_documentation_is_one_and_does_what_it_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/simulator.md");
    let text = fs::read_to_string(path).unwrap();
    let world = text.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let mut stage = super::stage::Stage::of(&serde_json::from_str(world).unwrap(), &[]);
    stage.done("click", json!({"find": {"name": "Clear"}}));
    assert_eq!(stage.text_of("Form", "name"), "[the element holds no text]");
    assert!(stage.done("app_list", json!({})).contains("form"));
    assert!(stage.done("click", json!({"find": {"name": "Close"}})).contains("closed: w"));
}

#[test]
fn a_toolset_that_does_not_exist_is_named_with_the_nearest() {
    let home = Home::of(&world());
    let file = home.path().join("world.json");
    let output =
        winwarden(home.path(), &["serve", "--sim", file.to_str().unwrap(), "--toolsets", "core,dekstop"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `desktop`?"), "{output:?}");
}
