//! `wait_for`: every condition, already so, coming true, and never.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::stage::Stage;

/// Begins a wait that is not over yet, does something, and gives back what the wait then said and how it ended.
fn while_waiting(stage: &mut Stage, wait: Value, tool: &str, arguments: Value) -> Value {
    let id = stage.begin("wait_for", wait);
    assert!(stage.0.next_within(Duration::from_millis(250)).is_none(), "it did not wait");
    let act = stage.begin(tool, arguments);
    // The two replies come in either order.
    let mut replies = [stage.0.next(), stage.0.next()];
    replies.sort_by_key(|reply| reply["id"] != json!(id));
    assert_eq!((&replies[0]["id"], &replies[1]["id"]), (&json!(id), &json!(act)));
    assert_eq!(replies[1]["result"]["isError"], false, "{}", replies[1]);
    replies[0]["result"].clone()
}

#[track_caller]
fn assert_told(result: &Value, words: &[&str]) {
    assert_eq!(result["isError"], false, "{result}");
    for word in words {
        assert!(result["content"][0]["text"].as_str().unwrap().contains(word), "{word}: {result}");
    }
}

#[test]
fn a_window_that_appears_and_goes_is_waited_for() {
    let mut stage = Stage::new();
    let save_as = json!({"keys": "Ctrl+Shift+S", "window": "note.txt - Notepad"});
    let appears = json!({"condition": "window_appears", "window": "save as"});
    let came = while_waiting(&mut stage, appears.clone(), "press_keys", save_as);
    assert_told(&came, &["the window is there after", "\"Save As\""]);
    assert_told(&stage.result("wait_for", appears), &["the window is there after 0 ms"]);
    let gone = json!({"condition": "window_gone", "window": "Save As"});
    let went = while_waiting(&mut stage, gone, "press_keys", json!({"keys": "Escape"}));
    assert_told(&went, &["the window is gone after"]);
}

#[test]
fn an_element_that_appears_and_goes_is_waited_for() {
    let mut stage = Stage::new();
    stage.done("press_keys", json!({"keys": "Ctrl+Shift+S"}));
    let field = json!({"window": "Save As", "role": "Edit", "name": "File name:"});
    let there = stage.result("wait_for", json!({"condition": "element_exists", "find": field}));
    assert_told(&there, &["the element exists after", "Edit \"File name:\" =\"*.txt\""]);
    let gone = json!({"condition": "element_gone", "find": field});
    let went = while_waiting(&mut stage, gone, "press_keys", json!({"keys": "Escape"}));
    assert_told(&went, &["the element is gone after"]);
    let exists = json!({"condition": "element_exists", "find": field});
    let came =
        while_waiting(&mut stage, exists, "press_keys", json!({"keys": "Ctrl+Shift+S", "window": "w1"}));
    assert_told(&came, &["the element exists after"]);
    let button = stage.element("Save As", "Button", "Cancel");
    let gone = json!({"condition": "element_gone", "element": button});
    let went = while_waiting(&mut stage, gone, "click", json!({"element": button}));
    assert_told(&went, &["the element is gone after"]);
}

#[test]
fn a_text_that_appears_is_waited_for() {
    let mut stage = Stage::new();
    let text = json!({"condition": "text_appears", "window": "Options", "text": "APPLIED"});
    let apply = json!({"find": {"window": "Options", "name": "Apply"}});
    assert_told(
        &while_waiting(&mut stage, text, "click", apply),
        &["the text is there after", "\"Options\""],
    );
}

#[test]
fn an_element_is_enabled_or_the_wait_is_over() {
    let mut stage = Stage::new();
    let of = |name: &str| json!({"condition": "element_enabled", "timeout_ms": 200, "find": {"window": "Options", "name": name}});
    assert_told(
        &stage.result("wait_for", of("Apply")),
        &["the element is enabled after", "Button \"Apply\""],
    );
    stage.refused("wait_for", of("Undo"), "TIMEOUT");
}

#[test]
fn a_window_is_idle_when_nothing_changes_in_it() {
    let mut stage = Stage::new();
    assert_told(
        &stage.result("wait_for", json!({"condition": "window_idle"})),
        &["the window is idle after", "Notepad"],
    );
    let id = stage.begin("wait_for", json!({"condition": "window_idle"}));
    let began = Instant::now();
    // It is typed into all the while: that is not idle.
    for _ in 0..20 {
        stage.done("type_text", json!({"text": "x"}));
        std::thread::sleep(Duration::from_millis(30));
    }
    let busy = u64::try_from(began.elapsed().as_millis()).unwrap();
    let told = stage.0.next();
    assert_eq!(told["id"], json!(id), "{told}");
    let text = told["result"]["content"][0]["text"].as_str().unwrap();
    let after: u64 = text.split("after ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(after >= busy.saturating_sub(100), "idle after {after} ms of {busy} ms of typing");
}

#[test]
fn what_does_not_come_true_in_time_is_a_timeout() {
    let mut stage = Stage::new();
    for wait in [
        json!({"condition": "element_exists", "find": {"name": "none"}}),
        json!({"condition": "element_gone", "find": {"name": "Text editor"}}),
        json!({"condition": "text_appears", "text": "none"}),
        json!({"condition": "window_appears", "window": "none"}),
        json!({"condition": "window_gone", "window": "Options"}),
    ] {
        let mut wait = wait;
        wait["timeout_ms"] = json!(120);
        let began = Instant::now();
        let told = stage.refused("wait_for", wait.clone(), "TIMEOUT");
        assert!(told.contains("120 ms") && began.elapsed() >= Duration::from_millis(120), "{wait}: {told}");
    }
    let hung = json!({"condition": "element_exists", "timeout_ms": 150, "find": {"window": "Stuck", "name": "Poke"}});
    stage.refused("wait_for", hung, "TARGET_NOT_RESPONDING");
}

#[test]
fn a_time_is_waited_and_a_cancel_ends_any_wait() {
    let mut stage = Stage::new();
    assert_told(&stage.result("wait_for", json!({"duration_ms": 60})), &["waited after "]);
    for wait in [
        json!({"duration_ms": 60_000}),
        json!({"condition": "window_appears", "window": "none", "timeout_ms": 60_000}),
        json!({"condition": "element_exists", "find": {"window": "Stuck", "name": "Poke"}, "timeout_ms": 60_000}),
    ] {
        let id = stage.begin("wait_for", wait.clone());
        assert!(stage.0.next_within(Duration::from_millis(150)).is_none(), "{wait}");
        stage.0.send(
            &json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}),
        );
    }
    stage.done("status", json!({}));
    let Stage(server) = stage;
    let (ended, home) = server.end();
    assert!(ended.took < Duration::from_secs(1), "a wait went on: {:?}", ended.took);
    let cancelled = home.records().iter().filter(|record| record["code"] == "CANCELLED").count();
    assert_eq!(cancelled, 3);
}
