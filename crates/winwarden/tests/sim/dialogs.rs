//! Answers to dialogs are judged by what the dialog asks, also where a key gives them.

use serde_json::{Value, json};

use super::stage::{Stage, dialog, world};

/// A dialog in front that asks this.
fn asking(question: &str) -> Value {
    let mut world = world();
    let mut front = dialog(
        "Notepad",
        vec![
            json!({"role": "Text", "name": question}),
            json!({"role": "Edit", "name": "Reason", "automation_id": "reason", "value": "", "focused": true}),
            json!({"role": "Button", "name": "OK", "automation_id": "1", "on_invoke": {"close": true}}),
        ],
    );
    front["pid"] = json!(200);
    front["foreground"] = json!(true);
    let windows = world["windows"].as_array_mut().unwrap();
    windows[0].as_object_mut().unwrap().remove("foreground");
    windows.insert(0, front);
    world
}

#[test]
fn an_answer_is_what_the_question_asks() {
    let calls = [
        ("click", json!({"find": {"window": "Notepad", "name": "OK"}})),
        ("element_action", json!({"find": {"window": "Notepad", "name": "OK"}, "action": "invoke"})),
        ("press_keys", json!({"keys": "Enter"})),
        ("type_text", json!({"text": "because", "submit": true})),
        ("type_text", json!({"text": "because\n"})),
    ];
    for (tool, arguments) in calls {
        let options = ["--profile", "assistant"];
        let mut stage = Stage::of(&asking("All notes will be deleted. Go on?"), &options);
        stage.refused(tool, arguments.clone(), "APPROVAL_UNAVAILABLE");
        assert!(stage.done("window_list", json!({})).contains("\"Notepad\""), "it was answered");
        Stage::of(&asking("There are two notes."), &options).done(tool, arguments);
    }
}

#[test]
fn another_way_out_of_a_dialog_is_free() {
    let mut stage = Stage::of(&asking("All notes will be deleted. Go on?"), &["--profile", "assistant"]);
    stage.done("click", json!({"find": {"window": "Notepad", "name": "Cancel"}}));
}
