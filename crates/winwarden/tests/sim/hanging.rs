//! A window that does not answer costs its own calls their deadline, and nothing else.

use std::time::{Duration, Instant};

use serde_json::json;

use super::stage::Stage;

#[test]
fn a_hung_window_fails_at_its_deadline_and_another_is_served_meanwhile() {
    let mut stage = Stage::new();
    let began = Instant::now();
    let hung = stage.begin("snapshot", json!({"window": "Stuck", "timeout_ms": 2_500}));
    let seen = stage.done("snapshot", json!({"window": "Options"}));
    stage.done("type_text", json!({"text": "served"}));
    assert!(seen.contains("Button \"Apply\""), "{seen}");
    // Its reply is the last to come: one that came before would have been passed over.
    let told = stage.end(hung);
    assert!(began.elapsed() >= Duration::from_millis(2_500), "before its deadline: {:?}", began.elapsed());
    assert_eq!(told["structuredContent"]["code"], "TARGET_NOT_RESPONDING", "{told}");
    assert!(told.to_string().contains("window `Stuck` does not answer"), "it names the window: {told}");
}

#[test]
fn nothing_is_done_to_a_hung_window_and_it_is_still_listed_and_brought_forward() {
    let poke = json!({"window": "Stuck", "name": "Poke"});
    for (tool, arguments) in [
        ("click", json!({"find": poke, "timeout_ms": 100})),
        ("press_keys", json!({"keys": "Enter", "window": "Stuck", "timeout_ms": 100})),
        ("find", json!({"window": "Stuck", "role": "Button", "timeout_ms": 100})),
        ("read_text", json!({"window": "Stuck", "timeout_ms": 100})),
        ("window_control", json!({"window": "Stuck", "action": "close", "timeout_ms": 100})),
        ("screenshot", json!({"window": "Stuck", "marks": true, "timeout_ms": 100})),
    ] {
        let mut stage = Stage::new();
        let told = stage.refused(tool, arguments, "TARGET_NOT_RESPONDING");
        assert!(told.contains("\n w1 \"Stuck\""), "{tool} gives the window by its ref: {told}");
    }
    let mut stage = Stage::new();
    let focused = stage.done("window_control", json!({"window": "Stuck", "action": "focus"}));
    assert!(focused.contains("foreground: w"), "{focused}");
    let listed = stage.done("window_list", json!({}));
    assert!(listed.lines().nth(1).unwrap().contains("\"Stuck\""), "it is in front: {listed}");
    stage.done("screenshot", json!({"window": "Stuck"}));
}

#[test]
fn a_slow_machine_takes_its_time_and_a_slower_one_misses_the_deadline() {
    let slow = |ms: u32| json!({"windows": [{"title": "Form", "tree": {}}], "delays_ms": {"ui": ms}});
    let mut stage = Stage::of(&slow(150), &[]);
    let began = Instant::now();
    stage.done("snapshot", json!({}));
    assert!(began.elapsed() >= Duration::from_millis(300), "to find and to look: {:?}", began.elapsed());
    let mut stage = Stage::of(&slow(60_000), &[]);
    let began = Instant::now();
    let told = stage.refused("snapshot", json!({"timeout_ms": 200}), "TARGET_NOT_RESPONDING");
    assert!(told.contains("delays_ms.ui") && began.elapsed() < Duration::from_secs(20), "{told}");
}
