//! What a tool says of itself, and how its calls end.

use serde_json::json;

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

#[test]
fn a_tool_with_an_output_schema_gives_structure_beside_text_that_is_useful_alone() {
    let mut server = Server::ready(&[]);
    let listed = server.request("tools/list", json!({}))["result"]["tools"].clone();
    let with_schema: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .filter(|tool| tool["outputSchema"].is_object())
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(with_schema, ["status", "run_steps", "window_list", "display_list", "app_list", "find"]);
    let windows = server.call("window_list", json!({}));
    assert_eq!(windows["structuredContent"]["windows"][0]["title"], "Save As", "{windows}");
    assert!(text(&windows).contains("\"Save As\" notepad.exe"), "{windows}");
    let status = server.call("status", json!({}));
    assert_eq!(status["structuredContent"]["version"], env!("CARGO_PKG_VERSION"));
    assert!(text(&status).starts_with("winwarden "), "{status}");
}

#[test]
fn a_failed_call_has_code_message_and_hint_in_both_forms() {
    let mut server = Server::ready(&[]);
    let failed = server.call("read_text", json!({"element": "e999"}));
    assert_eq!(failed["isError"], true);
    let form = &failed["structuredContent"];
    assert_eq!(form["code"], "UNKNOWN_REF");
    for part in ["code", "message", "hint"] {
        let words = form[part].as_str().unwrap();
        assert!(!words.is_empty() && text(&failed).contains(words), "{part}: {failed}");
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
