//! Answers to dialogs are judged by what the dialog asks, also where a key gives them.

use serde_json::{Value, json};

use super::stage::{Stage, dialog, world};

/// A dialog in front that asks this.
fn asking(question: &str) -> Value {
    saying(&[json!({"role": "Text", "name": question})])
}

/// A dialog in front in which these stand.
fn saying(texts: &[Value]) -> Value {
    let mut world = world();
    let mut children = texts.to_vec();
    children.extend([
        json!({"role": "Edit", "name": "Reason", "automation_id": "reason", "value": "", "focused": true}),
        json!({"role": "Button", "name": "OK", "automation_id": "1", "on_invoke": {"close": true}}),
    ]);
    let mut front = dialog("Notepad", children);
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

#[test]
fn a_question_counts_wherever_in_its_dialog_it_stands_and_however_much_is_said_before_it() {
    let text = |text: &str| json!({"role": "Text", "name": text});
    let question = "All notes will be deleted. Go on?";
    let after = |count| (0..count).map(|_| text("One note.")).collect::<Vec<_>>();
    let long = format!("{} {question}", "One note. ".repeat(60));
    let last = |mut texts: Vec<Value>, last: Value| {
        texts.push(last);
        texts
    };
    let yes = || json!({"find": {"window": "Notepad", "name": "OK"}});
    for (texts, free) in [
        (last(after(10), text(question)), false),
        (last(after(99), text(question)), false),
        (last(Vec::new(), json!({"role": "Text", "name": "Notes", "value": long})), false),
        (
            last(Vec::new(), json!({"role": "Edit", "name": "", "value": question, "patterns": ["text"]})),
            false,
        ),
        (after(99), true),
        (after(100), true),
        // What says more than is read may ask anything.
        (after(101), false),
    ] {
        let mut stage = Stage::of(&saying(&texts), &["--profile", "assistant"]);
        if free {
            stage.done("click", yes());
        } else {
            stage.refused("click", yes(), "APPROVAL_UNAVAILABLE");
        }
    }
}
