//! Both eras of MCP: the handshake up to 2025-11-25, and requests of 2026-07-28 that stand alone.

use serde_json::{Value, json};

use super::client::{Server, text};

/// What a request of 2026-07-28 says about itself, with `more` parameters.
fn alone(version: &str, more: Value) -> Value {
    let mut params = json!({"_meta": {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {}
    }});
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    params
}

fn assert_is_winwarden(info: &Value) {
    assert_eq!((&info["name"], &info["version"]), (&json!("winwarden"), &json!(env!("CARGO_PKG_VERSION"))));
}

#[test]
fn the_handshake_agrees_on_every_version_that_has_one() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut server = Server::start(&[]);
        let hello = server.initialize(version);
        assert_eq!(hello["protocolVersion"], version);
        assert_is_winwarden(&hello["serverInfo"]);
        assert!(hello["capabilities"]["tools"].is_object(), "{hello}");
        let instructions = hello["instructions"].as_str().unwrap().chars().count();
        assert!((1..1_200).contains(&instructions), "{instructions}");
        assert_eq!(server.call("window_list", json!({}))["isError"], false);
        assert_eq!(server.request("ping", json!({}))["result"], json!({}));
    }
}

#[test]
fn a_version_without_a_handshake_gets_the_newest_that_has_one() {
    for version in ["2026-07-28", "1999-01-01", "nonsense"] {
        let mut server = Server::start(&[]);
        assert_eq!(server.initialize(version)["protocolVersion"], "2025-11-25");
        assert_eq!(server.call("window_list", json!({}))["isError"], false);
    }
}

#[test]
fn requests_that_stand_alone_are_answered_without_a_handshake() {
    let mut server = Server::start(&[]);
    let found = server.request("server/discover", alone("2026-07-28", json!({})))["result"].clone();
    assert!(found["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")), "{found}");
    assert!(found["capabilities"]["tools"].is_object(), "{found}");
    assert!(found["instructions"].as_str().unwrap().contains("snapshot"), "{found}");
    let listed = server.request("tools/list", alone("2026-07-28", json!({})))["result"].clone();
    assert_eq!(listed["tools"].as_array().unwrap().len(), 21);
    let call = alone("2026-07-28", json!({"name": "window_list", "arguments": {}}));
    let called = server.request("tools/call", call)["result"].clone();
    assert_eq!(called["isError"], false);
    assert!(text(&called).contains("window"), "{called}");
}

#[test]
fn a_request_that_stands_alone_must_say_what_it_is() {
    let mut server = Server::start(&[]);
    let unsaid = server.request("tools/list", json!({}));
    assert_eq!(unsaid["error"]["code"], -32_602, "{unsaid}");
    assert!(unsaid["error"]["message"].as_str().unwrap().contains("protocolVersion"), "{unsaid}");
    let unknown = server.request("tools/list", alone("2999-01-01", json!({})));
    assert!(
        unknown["error"]["data"]["supported"].as_array().unwrap().contains(&json!("2026-07-28")),
        "{unknown}"
    );
    assert!(server.request("tools/list", alone("2026-07-28", json!({})))["result"].is_object());
}

#[test]
fn who_has_called_without_a_handshake_cannot_shake_hands_later() {
    let mut server = Server::start(&[]);
    let call = || alone("2026-07-28", json!({"name": "status", "arguments": {}}));
    assert_eq!(server.request("tools/call", call())["result"]["isError"], false);
    let hello = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
    let late = server.request("initialize", hello);
    assert_eq!(late["error"]["code"], -32_600, "{late}");
    assert!(late["error"]["message"].as_str().unwrap().contains("`_meta`"), "{late}");
    assert_eq!(server.request("tools/call", call())["result"]["isError"], false);
}

#[test]
fn hands_are_shaken_once_and_a_second_time_changes_nothing() {
    let mut server = Server::ready(&[]);
    for version in ["2026-07-28", "2025-06-18", "2025-11-25"] {
        let hello = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
        assert_eq!(server.request("initialize", hello)["error"]["code"], -32_600, "{version}");
        assert_eq!(server.request("ping", json!({}))["result"], json!({}), "{version}");
        assert_eq!(server.call("status", json!({}))["isError"], false, "{version}");
    }
    let (_, home) = server.end();
    assert!(home.records().iter().all(|record| record["claimed"]["name"] == "test"));
}

#[test]
fn what_the_server_does_not_announce_is_no_method() {
    let mut server = Server::start(&[]);
    let announced = server.initialize("2025-11-25")["capabilities"].clone();
    assert_eq!(announced, json!({"tools": {}}));
    for method in
        ["resources/list", "resources/templates/list", "resources/read", "prompts/list", "logging/setLevel"]
    {
        let parameters = if method == "resources/read" { json!({"uri": "a:b"}) } else { json!({}) };
        let parameters = if method == "logging/setLevel" { json!({"level": "info"}) } else { parameters };
        assert_eq!(server.request(method, parameters)["error"]["code"], -32_601, "{method}");
    }
}

#[test]
fn both_eras_are_spoken_in_one_process() {
    let mut server = Server::start(&[]);
    assert!(server.request("server/discover", alone("2026-07-28", json!({})))["result"].is_object());
    assert_eq!(server.initialize("2025-06-18")["protocolVersion"], "2025-06-18");
    assert!(server.request("tools/list", json!({}))["result"].is_object());
    let call = alone("2026-07-28", json!({"name": "status", "arguments": {}}));
    assert_eq!(server.request("tools/call", call)["result"]["isError"], false);
    assert_eq!(server.call("status", json!({}))["isError"], false);
}

#[test]
fn what_comes_before_the_handshake_does_not_end_the_session() {
    let mut server = Server::start(&[]);
    assert_eq!(server.request("ping", json!({}))["result"], json!({}));
    server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    server.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}));
    server.send(&json!({"jsonrpc": "2.0", "id": 77, "result": {}}));
    assert_eq!(server.initialize("2025-11-25")["protocolVersion"], "2025-11-25");
}

#[test]
fn an_unknown_tool_is_invalid_params_in_both_eras() {
    let mut legacy = Server::ready(&["--exclude-tools", "click"]);
    for (name, why) in
        [("no_such_tool", "does not exist"), ("click", "not offered"), ("Status", "does not exist")]
    {
        let reply = legacy.request("tools/call", json!({"name": name, "arguments": {}}));
        assert_eq!(reply["error"]["code"], -32_602, "{reply}");
        assert!(reply["error"]["message"].as_str().unwrap().contains(why), "{reply}");
    }
    let mut modern = Server::start(&[]);
    let reply =
        modern.request("tools/call", alone("2026-07-28", json!({"name": "no_such_tool", "arguments": {}})));
    assert_eq!(reply["error"]["code"], -32_602, "{reply}");
    let (_, home) = legacy.end();
    assert_eq!(home.records(), Vec::<Value>::new(), "what cannot be routed is no call");
}

#[test]
fn unknown_methods_and_pages_that_were_not_given_are_protocol_errors() {
    let mut server = Server::ready(&[]);
    assert_eq!(server.request("no/such", json!({}))["error"]["code"], -32_601);
    assert_eq!(server.request("resources/read", json!({"uri": "file:///x"}))["error"]["code"], -32_601);
    assert_eq!(server.request("tools/list", json!({"cursor": "x"}))["error"]["code"], -32_602);
    assert_eq!(server.request("tools/call", json!({"arguments": {}}))["error"]["code"], -32_602);
    assert_eq!(
        server.request("tools/call", json!({"name": "status", "arguments": 7}))["error"]["code"],
        -32_602
    );
}
