//! What a tool says of itself, and how its calls end.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::client::{Server, text};

#[test]
fn every_tool_says_what_it_is_and_takes_nothing_it_does_not_name() {
    let mut server = Server::ready(&[]);
    let listed = server.request("tools/list", json!({}))["result"]["tools"].clone();
    for tool in listed.as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{name}");
        assert!(!tool["title"].as_str().unwrap().is_empty(), "{name}");
        assert!(!tool["description"].as_str().unwrap().contains('\n'), "{name}");
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{name}");
        for hint in ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"] {
            assert!(tool["annotations"][hint].is_boolean(), "{name} lacks {hint}");
        }
    }
}

/// The tools that declare what their structure is like, and that.
fn output_schemas(server: &mut Server) -> HashMap<String, Value> {
    let listed = server.request("tools/list", json!({}))["result"]["tools"].clone();
    let tools = listed.as_array().unwrap().iter();
    let of = |tool: &Value| Some((tool["name"].as_str()?.to_owned(), tool.get("outputSchema")?.clone()));
    tools.filter_map(of).collect()
}

fn assert_fits(schema: &Value, given: &Value, tool: &str) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(given).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{tool}: {faults:?}: {given}");
}

#[test]
fn a_failure_fits_what_its_tool_declares_and_nothing_at_all_does_not() {
    for options in [&["--toolsets", "all"][..], &["--dialect", "winreg"]] {
        let mut server = Server::ready(options);
        let schemas = output_schemas(&mut server);
        assert!(schemas.len() >= 8, "{schemas:?}");
        for (tool, schema) in &schemas {
            assert!(!jsonschema::validator_for(schema).unwrap().is_valid(&json!({})), "{tool}");
            let failed = server.call(tool, json!({"no_such_argument": 1}));
            assert_eq!(failed["isError"], true, "{tool}");
            assert_fits(schema, &failed["structuredContent"], tool);
        }
        if let Some(steps) = schemas.get("run_steps") {
            let lost = json!({"tool": "click", "arguments": {"element": "e999"}});
            let failed = server.call("run_steps", json!({"steps": [{"tool": "status"}, lost]}));
            assert_eq!(failed["isError"], true, "{failed}");
            assert_fits(steps, &failed["structuredContent"], "run_steps");
        }
    }
}

#[test]
fn structure_is_given_by_the_tools_that_declare_it_beside_text_that_is_useful_alone() {
    let mut server = Server::ready(&["--toolsets", "all"]);
    let schemas = output_schemas(&mut server);
    let save = json!({"role": "Button", "name": "Save"});
    let note = json!({"role": "Edit", "name": "Note"});
    let key = r"HKCU\Software\Acme";
    let calls = [
        ("status", json!({})),
        ("window_list", json!({})),
        ("display_list", json!({})),
        ("app_list", json!({})),
        ("find", json!({"role": "Button"})),
        ("snapshot", json!({})),
        ("snapshot", json!({"structured": true})),
        ("read_text", json!({"find": save})),
        ("wait_for", json!({"duration_ms": 1})),
        ("registry_read", json!({"path": r"HKLM\SOFTWARE"})),
        ("run_steps", json!({"steps": [{"tool": "status", "arguments": {}}]})),
        ("type_text", json!({"find": note, "text": "a", "dry_run": true})),
        ("type_text", json!({"find": note, "text": "a"})),
        ("press_keys", json!({"keys": "Tab", "dry_run": true})),
        ("press_keys", json!({"keys": "Tab"})),
        ("element_action", json!({"find": save, "action": "focus"})),
        ("clipboard_write", json!({"text": "a", "dry_run": true})),
        ("clipboard_write", json!({"text": "a"})),
        (
            "registry_write",
            json!({"path": key, "values": [{"name": "a", "type": "String", "data": "b"}], "create_key": true,
                   "dry_run": true}),
        ),
        ("app_launch", json!({"app": "notepad", "dry_run": true})),
        ("window_control", json!({"window": "Save As", "action": "focus"})),
        ("click", json!({"find": save})),
    ];
    for (tool, arguments) in calls {
        let reply = server.call(tool, arguments.clone());
        assert_eq!(reply["isError"], false, "{tool} {arguments}: {reply}");
        assert!(!text(&reply).is_empty(), "{tool}");
        match (schemas.get(tool), reply.get("structuredContent")) {
            (Some(schema), Some(given)) => assert_fits(schema, given, tool),
            (None, None) => {}
            (schema, given) => panic!("{tool} {arguments}: declared {schema:?}, given {given:?}"),
        }
    }
    let windows = server.call("window_list", json!({}));
    assert!(text(&windows).contains("notepad.exe"), "{windows}");
}

#[test]
fn a_snapshot_is_given_as_json_in_place_of_its_lines_on_request() {
    let mut server = Server::ready(&[]);
    let seen = server.call("snapshot", json!({"structured": true}));
    let seen: Value = serde_json::from_str(text(&seen)).unwrap();
    assert_eq!(seen["window"]["title"], "Save As", "{seen}");
    assert!(seen["elements"].as_array().unwrap().iter().any(|element| element["role"] == "Button"), "{seen}");
}

#[test]
fn what_an_act_did_is_told_as_structure_too() {
    let mut server = Server::ready(&[]);
    let clicked = server.call("click", json!({"find": {"role": "Button", "name": "Save"}}));
    let told = &clicked["structuredContent"];
    assert!(text(&clicked).starts_with(told["did"].as_str().unwrap()), "{clicked}");
    assert_eq!((&told["element"]["name"], &told["means"]), (&json!("Save"), &json!("pattern")), "{told}");
    assert_eq!(told["closed"][0]["title"], "Save As", "{told}");
}

#[test]
fn a_failed_call_has_code_message_and_hint_in_both_forms() {
    let mut server = Server::ready(&["--toolsets", "all"]);
    for (tool, arguments, code) in [
        ("read_text", json!({"element": "e999"}), "UNKNOWN_REF"),
        ("registry_read", json!({"path": r"HKLM\SOFTWARE\None"}), "KEY_NOT_FOUND"),
    ] {
        let failed = server.call(tool, arguments);
        assert_eq!(failed["isError"], true);
        let form = &failed["structuredContent"];
        assert_eq!(form["code"], code);
        for part in ["code", "message", "hint"] {
            let words = form[part].as_str().unwrap();
            assert!(!words.is_empty() && text(&failed).contains(words), "{part}: {failed}");
        }
    }
}

#[test]
fn every_fault_of_a_call_is_told_at_once() {
    let mut server = Server::ready(&[]);
    let wrong = json!({"butten": "left", "count": 9, "element": "x", "timeout_ms": "soon", "at": {"x": 1}});
    let failed = server.call("click", wrong);
    assert_eq!(failed["structuredContent"]["code"], "INVALID_ARGUMENT");
    let message = failed["structuredContent"]["message"].as_str().unwrap();
    for named in
        ["`butten`", "did you mean `button`", "`count` is 9", "1 to 3", "`element`", "`timeout_ms`", "`at.y`"]
    {
        assert!(message.contains(named), "{named}: {message}");
    }
    let bare = server.request("tools/call", json!({"name": "click"}))["result"].clone();
    assert_eq!(bare["structuredContent"]["code"], "INVALID_ARGUMENT", "{bare}");
}

#[test]
fn a_hit_is_acted_on_and_told() {
    let mut server = Server::ready(&[]);
    let clicked = server.call("click", json!({"find": {"role": "Button", "name": "Save"}}));
    assert_eq!(clicked["isError"], false, "{clicked}");
    let told = text(&clicked);
    assert!(told.starts_with("clicked e"), "{told}");
    assert!(told.contains("Button \"Save\"") && told.contains("closed: w"), "{told}");
    assert_eq!(
        server.call("window_list", json!({}))["structuredContent"]["windows"].as_array().unwrap().len(),
        1
    );
}
