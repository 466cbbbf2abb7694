use std::collections::HashSet;

use serde_json::json;

use super::*;

#[test]
fn every_kind_of_operation_is_read_back_as_it_is_written() {
    let target = json!({"find": {"window": {"title": "t"}, "role": "Button", "name": "n"}});
    let at = json!({"at": {"point": {"x": 1, "y": 2}, "picture": "p1", "expect_window": {"ref": "w1"}}});
    let held = json!({"ctrl": true, "alt": false, "shift": false, "win": false});
    let key = json!({"path": r"HKEY_CURRENT_USER\Software\App", "view": "32"});
    let value = json!({"name": "a", "data": {"type": 1, "length": 6}});
    let written = [
        json!({"kind": "status"}),
        json!({"kind": "window_list"}),
        json!({"kind": "display_list"}),
        json!({"kind": "app_list", "query": "q", "limit": 5}),
        json!({"kind": "snapshot", "scope": {"element": target}, "since": "s1", "structured": true,
            "limits": {"interactive_only": true, "max_elements": 1, "max_depth": 2, "query": "q"}}),
        json!({"kind": "snapshot", "scope": "desktop", "structured": false,
            "limits": {"interactive_only": true, "max_elements": 1, "max_depth": 2}}),
        json!({"kind": "find", "role": "Edit", "limit": 3}),
        json!({"kind": "read_text", "window": {"ref": "w2"}, "offset": 0, "max_chars": 9}),
        json!({"kind": "screenshot", "area": {"region": [0, 1, 2, 3]}, "format": "png", "max_bytes": 10_000, "marks": false}),
        json!({"kind": "wait_for", "condition": {"text_appears": {"window": null, "text": "t"}}, "timeout_ms": 50}),
        json!({"kind": "wait_for", "condition": {"duration": 7}, "timeout_ms": 50}),
        json!({"kind": "clipboard_read", "max_chars": 1}),
        json!({"kind": "click", "target": at, "button": "right", "count": 2, "modifiers": held}),
        json!({"kind": "type_text", "target": {"element": "e1"}, "text": "[7 characters]", "mode": "replace", "submit": true}),
        json!({"kind": "press_keys", "window": {"title": "t"}, "keys": ["Ctrl+S", "Enter"]}),
        json!({"kind": "scroll", "direction": "down", "amount": 3}),
        json!({"kind": "drag", "from": {"element": "e1"}, "to": at, "button": "left", "modifiers": held}),
        json!({"kind": "move_pointer", "target": {"element": "e1"}}),
        json!({"kind": "element_action", "target": {"element": "e1"}, "action": "set_value", "value": "[0 characters]"}),
        json!({"kind": "window_control", "window": {"ref": "w1"}, "verb": {"action": "move", "x": -1, "y": 5}}),
        json!({"kind": "app_launch", "program": {"executable": "C:\\a.exe"}, "arguments": ["a"], "working_directory": "C:\\"}),
        json!({"kind": "clipboard_write", "text": "[3 characters]"}),
        json!({"kind": "registry_read", "key": key, "values": ["", "a"], "info": true, "security": false, "expand": true}),
        json!({"kind": "registry_list", "key": key, "keys": true, "values": false, "depth": 2, "limit": 9, "cursor": "c",
            "whole": true, "expand": false}),
        json!({"kind": "registry_search", "key": key, "limit": 1, "max_keys": 2,
            "sought": {"text": {"text": "t", "keys": true, "names": false, "data": true}}}),
        json!({"kind": "registry_search", "key": key, "limit": 1, "max_keys": 2, "sought": {"type": 4}}),
        json!({"kind": "registry_search", "key": key, "limit": 1, "max_keys": 2, "sought": {"clsid_for": "x.dll"}}),
        json!({"kind": "registry_export", "key": key, "max_bytes": 1_000}),
        json!({"kind": "registry_wait", "key": key, "value": "", "timeout_ms": 5}),
        json!({"kind": "registry_write", "key": key, "values": [value], "create_key": true}),
        json!({"kind": "registry_import", "changes": [
            [key, {"write": {"values": [value], "delete": ["b"]}}],
            [key, "delete"],
        ]}),
        json!({"kind": "registry_delete", "key": key, "what": {"values": ["a"]}}),
        json!({"kind": "registry_delete", "key": key, "what": {"key": {"recursive": true, "keys": 3}}}),
    ];
    let mut kinds = HashSet::new();
    for written in written {
        let operation: Operation =
            serde_json::from_value(written.clone()).unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(serde_json::to_value(&operation).unwrap(), written);
        kinds.insert(operation.kind());
    }
    assert_eq!(kinds.len(), Kind::ALL.len());
}
