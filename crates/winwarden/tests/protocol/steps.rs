//! `run_steps`: several calls in one request.

use serde_json::{Value, json};

use super::client::{Server, text};

fn run(server: &mut Server, steps: Value) -> Value {
    server.call("run_steps", json!({ "steps": steps }))
}

#[test]
fn each_step_is_a_call_of_its_own_up_to_the_first_that_fails() {
    let mut server = Server::start(&[]);
    server.initialize("2025-11-25");
    let result = run(
        &mut server,
        json!([
            {"tool": "window_list"},
            {"tool": "screenshot", "arguments": {"max_width": 64}},
            {"tool": "click", "arguments": {"element": "e999"}},
            {"tool": "clipboard_write", "arguments": {"text": "never"}},
        ]),
    );
    assert_eq!(result["isError"], true);
    let told = &result["structuredContent"];
    assert_eq!((&told["code"], &told["left"]), (&json!("UNKNOWN_REF"), &json!(1)), "{told}");
    let tools: Vec<_> = told["steps"].as_array().unwrap().iter().map(|step| step["tool"].clone()).collect();
    assert_eq!(tools, ["window_list", "screenshot", "click"]);
    let kinds: Vec<_> =
        result["content"].as_array().unwrap().iter().map(|part| part["type"].clone()).collect();
    assert_eq!(kinds, ["text", "text", "text", "image", "text", "text"]);
    let first = text(&result);
    assert!(first.starts_with("UNKNOWN_REF at step 3 of 4 (click): ") && first.contains("e999"), "{first}");
    let steps = &told["steps"];
    assert!(steps[0]["result"]["windows"].is_array() && steps[0].get("text").is_none(), "{told}");
    let mime = result["content"][3]["mimeType"].as_str().unwrap();
    assert_eq!(steps[1]["picture"], format!("{mime}, in the content"), "{told}");
    let (_, home) = server.end();
    let records: Vec<_> = home
        .records()
        .iter()
        .map(|record| (record["tool"].clone(), record["step"].clone(), record["phase"].clone()))
        .collect();
    let of = |tool: &str, step: u32, phase: &str| (json!(tool), json!(step), json!(phase));
    assert_eq!(
        records,
        [
            of("window_list", 1, "intent"),
            of("window_list", 1, "outcome"),
            of("screenshot", 2, "intent"),
            of("screenshot", 2, "outcome"),
            of("click", 3, "outcome"),
        ]
    );
    assert!(home.records().iter().all(|record| record["request_id"] == home.records()[0]["request_id"]));
}

#[test]
fn a_step_that_gives_text_alone_gives_it_to_programs_too() {
    let mut server = Server::ready(&[]);
    let result = run(&mut server, json!([{"tool": "snapshot"}, {"tool": "status"}]));
    let steps = &result["structuredContent"]["steps"];
    let said = steps[0]["text"].as_str().unwrap();
    assert!(said.contains("Button \"Save\"") && text(&result).ends_with(said), "{result}");
    assert!(steps[0].get("result").is_none() && steps[1]["result"]["calls"].is_u64(), "{steps}");
}

#[test]
fn a_step_is_refused_as_it_would_be_alone_and_none_follows() {
    let mut server = Server::start(&["--profile", "observe"]);
    server.initialize("2025-11-25");
    let result = run(
        &mut server,
        json!([{"tool": "press_keys", "arguments": {"keys": "Enter"}}, {"tool": "window_list"}]),
    );
    assert_eq!(result["structuredContent"]["code"], "DENIED_BY_POLICY", "{result}");
    let (_, home) = server.end();
    assert_eq!(home.records().len(), 1);
}

#[test]
fn steps_that_cannot_be_read_are_refused_whole_and_recorded_once() {
    let mut server = Server::start(&["--exclude-tools", "click"]);
    server.initialize("2025-11-25");
    let result = run(&mut server, json!([{"tool": "window_list"}, {"tool": "click", "arguments": {}}]));
    assert_eq!(result["structuredContent"]["code"], "INVALID_ARGUMENT", "{result}");
    assert!(result.to_string().contains("steps[1].tool"), "{result}");
    let (_, home) = server.end();
    let records = home.records();
    assert_eq!((records.len(), &records[0]["tool"]), (1, &json!("run_steps")));
}
