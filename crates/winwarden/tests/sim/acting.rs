//! Clicks, texts and the elements' own patterns, by every way to name a target; and what is told of them.

use serde_json::json;

use super::stage::{Stage, middle, reference};

#[test]
fn an_element_is_clicked_by_its_ref_by_what_it_is_and_by_where_it_is() {
    let mut stage = Stage::new();
    let apply = stage.element("Options", "Button", "Apply");
    let by_ref = stage.done("click", json!({"element": apply}));
    assert_eq!(by_ref.lines().next().unwrap(), format!("clicked {apply} Button \"Apply\" (by its pattern)"));
    assert_eq!(stage.text_of("Options", "status"), "applied");
    let by_find = stage.done("click", json!({"find": {"window": "Options", "automation_id": "right"}}));
    assert!(by_find.contains("Button \"Twin\""), "{by_find}");
    assert_eq!(stage.text_of("Options", "status"), "right twin");
    let point = middle(stage.rect_of(&apply));
    let by_point = stage.done("click", json!({"at": point, "expect_window": "Options"}));
    assert!(
        by_point.starts_with(&format!("clicked {apply} Button \"Apply\"")) && by_point.contains("(by input)"),
        "{by_point}"
    );
    assert!(by_point.contains("foreground: w"), "the click brought the window forward: {by_point}");
    assert_eq!(stage.text_of("Options", "status"), "applied");
}

#[test]
fn a_point_is_clicked_only_where_the_expected_window_lies() {
    let mut stage = Stage::new();
    let apply = stage.element("Options", "Button", "Apply");
    let point = middle(stage.rect_of(&apply));
    let told =
        stage.refused("click", json!({"at": point, "expect_window": "note.txt - Notepad"}), "WRONG_WINDOW");
    assert!(told.contains("\"Options\""), "it names what is there: {told}");
    stage.refused("click", json!({"at": point}), "INVALID_ARGUMENT");
    assert_eq!(stage.text_of("Options", "status"), "ready");
}

#[test]
fn text_goes_where_the_caret_is_or_in_place_of_what_is_there_and_is_read_back() {
    let mut stage = Stage::new();
    let typed = stage.done("type_text", json!({"text": "bread, crème, 🍎"}));
    assert!(
        typed.starts_with("typed 15 characters into e")
            && typed.contains("now holds the text (15 characters in all)"),
        "{typed}"
    );
    let more = stage.done("type_text", json!({"text": " לחם"}));
    assert!(more.contains("(19 characters in all)"), "{more}");
    assert_eq!(stage.text_of("note.txt - Notepad", "text"), "bread, crème, 🍎 לחם");
    let name = json!({"window": "Options", "automation_id": "name"});
    let replaced = stage.done("type_text", json!({"find": name, "text": "Bea", "mode": "replace"}));
    assert!(
        replaced.contains("replaced the text of") && replaced.contains("(3 characters in all)"),
        "{replaced}"
    );
    let entered = stage.done("type_text", json!({"find": name, "text": "!", "submit": true}));
    assert!(entered.contains("and pressed Enter"), "{entered}");
    assert_eq!(
        (stage.text_of("Options", "name"), stage.text_of("Options", "status")),
        ("Bea!".into(), "entered".into())
    );
    let emptied = stage.done("type_text", json!({"find": name, "text": "", "mode": "replace"}));
    assert!(emptied.contains("(0 characters in all)"), "{emptied}");
}

#[test]
fn a_field_sought_by_the_role_of_another_field_is_named() {
    let mut stage = Stage::new();
    let sought = json!({"find": {"window": "Options", "role": "Document"}, "text": "x"});
    let refused = stage.refused("type_text", sought, "NOT_FOUND");
    assert!(refused.contains("Edit \"Name\""), "{refused}");
}

#[test]
fn what_takes_no_text_says_so() {
    let mut stage = Stage::new();
    for (id, code) in
        [("apply", "NOT_SUPPORTED_BY_TARGET"), ("serial", "NOT_SUPPORTED_BY_TARGET"), ("none", "NOT_FOUND")]
    {
        stage.refused(
            "type_text",
            json!({"find": {"window": "Options", "automation_id": id}, "text": "x"}),
            code,
        );
    }
    assert_eq!(stage.text_of("Options", "serial"), "A-1");
    let disabled = json!({"find": {"window": "Options", "name": "Undo"}});
    assert!(stage.refused("click", disabled, "ELEMENT_DISABLED").contains("element_enabled"));
}

#[test]
fn a_menu_opens_over_the_window_and_its_command_opens_a_dialog() {
    let mut stage = Stage::new();
    let opened = stage.done("click", json!({"find": {"role": "MenuItem", "name": "File"}}));
    assert!(opened.contains("expanded"), "{opened}");
    let seen = stage.done("snapshot", json!({}));
    let save = reference(&seen, "Save As");
    assert!(!seen.contains("\"New\" offscreen") && seen.contains("\"About\" offscreen"), "{seen}");
    let over = middle(stage.rect_of(&save));
    let chosen = stage.done("click", json!({"at": over, "expect_window": "note.txt - Notepad"}));
    assert!(chosen.contains("opened: w") && chosen.contains("foreground: w"), "{chosen}");
    assert!(
        stage.done("snapshot", json!({"window": "note.txt - Notepad"})).contains("\"New\" offscreen"),
        "the menu closed over its command"
    );
    let field = stage.done("type_text", json!({"text": "list.txt", "mode": "replace"}));
    assert!(field.contains("Edit \"File name:\""), "the dialog has the keyboard: {field}");
    let saved = stage.done("click", json!({"find": {"role": "Button", "name": "Save"}}));
    assert!(
        saved.contains("closed: w") && saved.contains("foreground: w1 \"note.txt - Notepad\""),
        "{saved}"
    );
    assert!(!stage.done("window_list", json!({})).contains("Save As"));
}

#[test]
fn the_focus_is_told_where_an_act_moved_it_or_was_to_give_it() {
    let mut stage = Stage::new();
    let name = json!({"window": "Options", "role": "Edit", "name": "Name"});
    let mut act = |find: &serde_json::Value, action: &str| {
        stage.done("element_action", json!({"find": find, "action": action}))
    };
    assert!(act(&name, "focus").contains("\nfocus: e"));
    assert!(act(&name, "focus").contains("\nfocus: e"), "it was asked for");
    let check = json!({"window": "Options", "role": "CheckBox", "name": "Word wrap"});
    let toggled = act(&check, "toggle");
    assert!(!toggled.contains("focus"), "{toggled}");
    let moved = stage.result("press_keys", json!({"keys": "Tab", "window": "Options"}));
    assert!(moved["structuredContent"]["focused"]["ref"].is_string(), "{moved}");
    let typed = stage.result("press_keys", json!({"keys": "F2", "window": "Options"}));
    assert!(typed["structuredContent"].get("focused").is_none(), "{typed}");
}

#[test]
fn every_pattern_does_its_own() {
    let mut stage = Stage::new();
    let mut act = |role: &str, name: &str, action: &str| {
        let find = json!({"window": "Options", "role": role, "name": name});
        stage.done("element_action", json!({"find": find, "action": action}))
    };
    assert!(act("CheckBox", "Word wrap", "toggle").contains("CheckBox \"Word wrap\" checked"));
    assert!(act("TreeItem", "Home", "expand").contains("expanded"));
    assert!(act("TreeItem", "Desk", "select").contains("selected"));
    assert!(act("TreeItem", "Home", "collapse").contains("collapsed"));
    assert!(act("ComboBox", "Font", "expand").contains("expanded"));
    assert!(act("ListItem", "Courier", "select").contains("selected"));
    act("ListItem", "Courier", "scroll_into_view");
    act("Button", "Apply", "invoke");
    assert!(act("Edit", "Name", "focus").contains("focus: "));
    let volume = json!({"window": "Options", "role": "Slider", "name": "Volume"});
    let set = stage.done("element_action", json!({"find": volume, "action": "set_value", "value": "40"}));
    assert!(set.contains("now holds the text (2 characters in all)"), "{set}");
    for (id, text) in [("volume", "40"), ("font", "Courier"), ("status", "applied")] {
        assert_eq!(stage.text_of("Options", id), text);
    }
    let told = stage.refused(
        "element_action",
        json!({"find": volume, "action": "toggle"}),
        "NOT_SUPPORTED_BY_TARGET",
    );
    assert!(told.contains("Slider `Volume` cannot toggle"), "{told}");
}

#[test]
fn the_pointer_goes_where_it_is_sent() {
    let mut stage = Stage::new();
    let document = stage.element("note.txt - Notepad", "Document", "Text editor");
    let moved = stage.done("move_pointer", json!({"element": document}));
    assert!(moved.contains("Document \"Text editor\"") && moved.contains(" at "), "{moved}");
    let by_pattern = stage.done("scroll", json!({"element": document, "direction": "down", "amount": 5}));
    assert!(by_pattern.contains("by its pattern"), "{by_pattern}");
    let by_wheel = stage
        .done("scroll", json!({"at": {"x": 1200, "y": 700}, "expect_window": "Options", "direction": "up"}));
    assert!(by_wheel.contains("by input") && by_wheel.contains("1200,700"), "{by_wheel}");
    let from = json!({"at": {"x": 1000, "y": 700}, "expect_window": "Options"});
    let dragged = stage.done("drag", json!({"from": from, "to": {"element": document}}));
    assert!(dragged.starts_with(&format!("dragged 1000,700 to {document}")), "{dragged}");
    stage.refused(
        "drag",
        json!({"from": from, "to": {"at": {"x": 1000, "y": 700}, "expect_window": "Stuck"}}),
        "WRONG_WINDOW",
    );
}

#[test]
fn what_is_covered_is_not_clicked_by_the_pointer() {
    let world = json!({"windows": [
        {"title": "Front", "rect": [0, 0, 400, 400]},
        {"title": "Back", "rect": [0, 0, 400, 400], "tree": {"children": [
            {"role": "Pane", "name": "Canvas", "rect": [10, 50, 100, 100]},
            {"role": "Group", "name": "Cover", "rect": [0, 40, 400, 400]}]}}]});
    let mut stage = Stage::of(&world, &[]);
    let told = stage.refused("click", json!({"find": {"window": "Back", "name": "Canvas"}}), "OBSCURED");
    assert!(told.contains("Group `Cover` lies in front of Pane `Canvas`"), "{told}");
}

#[test]
fn what_fails_says_what_had_been_done_on_the_way() {
    let world = json!({"windows": [
        {"title": "Top", "rect": [0, 0, 200, 200]},
        {"title": "Low", "rect": [0, 0, 600, 600], "state": "minimized", "tree": {"children": [
            {"role": "Text", "name": "Label", "rect": [20, 520, 100, 560]},
            {"role": "Edit", "name": "Line", "rect": [20, 20, 100, 60]},
            {"role": "Custom", "name": "Canvas", "rect": [120, 520, 200, 560]},
            {"role": "Button", "name": "Cover", "rect": [110, 500, 300, 590], "on_invoke": {"close": true}}]}}]});
    let (canvas, label) =
        (json!({"window": "Low", "name": "Canvas"}), json!({"window": "Low", "name": "Label"}));
    let from = json!({"find": {"window": "Low", "name": "Cover"}});
    let to = json!({"at": {"x": 50, "y": 50}, "expect_window": "Top"});
    for (tool, arguments, code) in [
        ("click", json!({"find": canvas}), "OBSCURED"),
        ("scroll", json!({"find": canvas, "direction": "up"}), "OBSCURED"),
        ("move_pointer", json!({"find": canvas}), "OBSCURED"),
        ("press_keys", json!({"find": label, "keys": "A"}), "NOT_SUPPORTED_BY_TARGET"),
        ("element_action", json!({"find": label, "action": "focus"}), "NOT_SUPPORTED_BY_TARGET"),
        ("drag", json!({"from": from, "to": to}), "WRONG_WINDOW"),
    ] {
        let mut stage = Stage::of(&world, &[]);
        let told = stage.refused(tool, arguments.clone(), code);
        let first = told.lines().next().unwrap();
        assert!(
            first.ends_with("; window `Low` had been restored and brought to the front"),
            "{tool}: {told}"
        );
        assert!(stage.done("window_list", json!({})).contains("\"Low\" 600x600 at 0,0 foreground"), "{tool}");
        let again = stage.refused(tool, arguments, code);
        assert!(!again.contains("had been"), "nothing was done this time: {again}");
    }
    let mut stage = Stage::of(&world, &["--profile", "lab"]);
    let line = json!({"window": "Low", "name": "Line"});
    let told = stage.refused("press_keys", json!({"find": line, "keys": "Alt+F4 A"}), "WRONG_WINDOW");
    assert!(
        told.contains("; 1 of 2 combinations were pressed; window `Low` had been restored and brought to the front; Edit `Line` had been given the keyboard"),
        "{told}"
    );
}
