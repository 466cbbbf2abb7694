//! `window_control`: each verb, and what is told of it.

use serde_json::json;

use super::stage::{Stage, sides};

#[test]
fn each_verb_does_what_it_says_and_tells_what_changed() {
    let mut stage = Stage::new();
    let mut control = |action: &str, more: serde_json::Value| {
        let mut arguments = json!({"window": "Options", "action": action});
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let told = stage.done("window_control", arguments);
        let windows = stage.result("window_list", json!({}))["structuredContent"]["windows"].clone();
        let options = windows.as_array().unwrap().iter().find(|window| window["title"] == "Options").cloned();
        (told, options.unwrap_or_default())
    };
    let (told, window) = control("focus", json!({}));
    assert!(told.contains("\"Options\" options.exe") && window["foreground"] == true, "{told}");
    let (told, window) = control("move", json!({"x": -10, "y": 5}));
    assert_eq!(sides(&window["rect"]), [-10, 5, 740, 785], "{told}");
    let (told, window) = control("resize", json!({"width": 400, "height": 300}));
    assert_eq!(sides(&window["rect"]), [-10, 5, 390, 305], "{told}");
    let (told, window) = control("maximize", json!({}));
    assert_eq!(
        (&window["state"], sides(&window["rect"])),
        (&json!("maximized"), [0, 0, 1920, 1040]),
        "{told}"
    );
    let (told, window) = control("minimize", json!({}));
    assert!(told.contains("\"note.txt - Notepad\"") && window["state"] == "minimized", "{told}");
    let (told, window) = control("restore", json!({}));
    assert_eq!((&window["state"], sides(&window["rect"])), (&json!("normal"), [-10, 5, 390, 305]), "{told}");
    let (told, window) = control("close", json!({}));
    assert!(told.contains("\"Options\" options.exe") && window.is_null(), "{told}");
}

#[test]
fn windows_of_winwarden_are_in_no_list_and_a_point_tells_only_that_one_lies_there() {
    let mut stage = Stage::new();
    let desktop = json!({"desktop": true});
    for (tool, arguments) in [("window_list", json!({})), ("snapshot", desktop)] {
        let listed = stage.result(tool, arguments).to_string();
        assert!(listed.contains("Options") && !listed.contains("Approval"), "{listed}");
    }
    let told = stage.refused("click", json!({"find": {"window": "None such", "name": "OK"}}), "NOT_FOUND");
    let at = json!({"at": {"x": 1000, "y": 900}, "expect_window": "Options"});
    let there = stage.refused("click", at, "WRONG_WINDOW");
    assert!(there.to_string().contains("there is winwarden's own window instead of"), "{there}");
    for refused in [told.to_string(), there.to_string()] {
        assert!(!refused.contains("Approval"), "{refused}");
    }
    stage.refused("click", json!({"find": {"window": "Approval", "name": "Approve"}}), "OWN_WINDOW");
}

#[test]
fn a_window_is_moved_only_when_it_is_neither_minimized_nor_maximized() {
    let mut stage = Stage::new();
    stage.done("window_control", json!({"window": "Options", "action": "maximize"}));
    let told = stage.refused(
        "window_control",
        json!({"window": "Options", "action": "move", "x": 1, "y": 1}),
        "NOT_SUPPORTED_BY_TARGET",
    );
    assert!(told.contains("maximized") && told.contains("restore"), "{told}");
    stage.refused(
        "window_control",
        json!({"window": "Options", "action": "move", "x": 1}),
        "INVALID_ARGUMENT",
    );
    stage.refused("window_control", json!({"window": "Option", "action": "focus"}), "NOT_FOUND");
    stage.refused("window_control", json!({"window": "w99", "action": "focus"}), "UNKNOWN_REF");
}

#[test]
fn what_is_pointed_at_moves_with_its_window() {
    let mut stage = Stage::new();
    let apply = stage.element("Options", "Button", "Apply");
    let before = stage.rect_of(&apply);
    stage.done("window_control", json!({"window": "Options", "action": "move", "x": 900, "y": 40}));
    let [left, top, right, bottom] = before;
    assert_eq!(stage.rect_of(&apply), [left - 50, top + 20, right - 50, bottom + 20]);
}
