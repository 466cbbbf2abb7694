//! Dry runs: everything up to leave, and nothing after it.

use serde_json::{Value, json};

use super::{
    client::{Home, Server},
    explain::explain_in,
    stage::world,
};

fn ready(options: &[&str]) -> Server {
    let mut server = Server::start_in(Home::of(&world()), options);
    server.initialize("2025-11-25");
    server
}

#[test]
fn a_dry_run_tells_what_would_be_done_and_does_nothing() {
    let mut server = ready(&[]);
    let before = server.call("snapshot", json!({}));
    let field = json!({"find": {"role": "Document"}});
    let mut typing = field.clone();
    typing["text"] = json!("a secret");
    typing["dry_run"] = json!(true);
    let shown = server.call("type_text", typing);
    let text = shown["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("dry run: nothing was done; it would be done"), "{text}");
    assert!(!shown.to_string().contains("a secret"), "{shown}");
    assert_eq!(shown["structuredContent"]["effects"], json!(["input"]));
    let after = server.call("snapshot", json!({}));
    let lines = |snapshot: &serde_json::Value| {
        let text = snapshot["content"][0]["text"].as_str().unwrap();
        text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lines(&before), lines(&after));
    let (_, home) = server.end();
    let records = home.records();
    let of: Vec<_> = records.iter().filter(|record| record["tool"] == "type_text").collect();
    assert_eq!(of.len(), 1, "{of:?}");
    let shown = (&of[0]["phase"], &of[0]["verdict"], &of[0]["dry_run"], &of[0]["code"]);
    assert_eq!(shown, (&json!("outcome"), &json!("allow"), &json!(true), &json!(null)));
}

#[test]
fn a_dry_run_of_a_text_tells_what_was_seen_there_and_how_long_the_text_is() {
    let mut server = ready(&[]);
    let typed = json!({"text": "a secret", "find": {"role": "Document"}});
    server.call("type_text", typed);
    let seen = server.call("snapshot", json!({"structured": true}));
    let seen: Value = serde_json::from_str(seen["content"][0]["text"].as_str().unwrap()).unwrap();
    let elements = seen["elements"].as_array().unwrap();
    let note = elements.iter().find(|element| element["role"] == "Document").unwrap();
    let dry = json!({"element": note["ref"], "text": "other", "mode": "replace", "dry_run": true});
    let shown = server.call("type_text", dry);
    let told = json!({"before": note["value"], "characters": 5, "replaces": true});
    assert_eq!(shown["structuredContent"]["text"], told, "{shown}");
    assert!(note["value"].as_str().unwrap().contains("a secret"));
    assert!(!shown.to_string().contains("other"), "{shown}");
    let text = shown["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("\nafter: 5 characters in its place"), "{text}");
    let copied = server.call("clipboard_write", json!({"text": "abc", "dry_run": true}));
    assert_eq!(copied["structuredContent"]["text"], json!({"characters": 3, "replaces": true}));
}

/// What a dry run tells, but for what every one does.
fn shown(server: &mut Server, tool: &str, mut arguments: Value) -> Value {
    arguments["dry_run"] = json!(true);
    let result = server.call(tool, arguments);
    assert_eq!(result["isError"], false, "{result}");
    let mut told = result["structuredContent"].clone();
    for field in ["dry_run", "verdict", "operation", "target", "effects"] {
        told.as_object_mut().unwrap().remove(field);
    }
    told
}

#[test]
fn a_dry_run_tells_before_and_after_of_an_element_or_a_window_however_it_is_named() {
    let mut server = ready(&[]);
    let find = |id: &str| json!({"window": "Options", "automation_id": id});
    let named = |name: &str, role: &str| json!({"window": "Options", "name": name, "role": role});
    let act = |find: Value, action: &str| json!({"find": find, "action": action});
    let state = |before: Value, after: Value| json!({"state": {"before": before, "after": after}});
    let mut set = act(find("name"), "set_value");
    set["value"] = json!("Berta");
    let window = |action: &str| json!({"window": "Options", "action": action});
    let mut moved = window("move");
    (moved["x"], moved["y"]) = (json!(0), json!(0));
    let rect = |left, top, right, bottom| json!({"rect": {"left": left, "top": top, "right": right, "bottom": bottom}});
    let launch =
        json!({"path": r"C:\Tools\Paint.exe", "arguments": ["/p"], "working_directory": r"C:\Tools"});
    for (tool, arguments, told) in [
        (
            "type_text",
            json!({"find": find("name"), "text": "Berta", "mode": "replace"}),
            json!({"text": {"before": "Ann", "characters": 5, "replaces": true}}),
        ),
        (
            "type_text",
            json!({"find": find("name"), "text": "e"}),
            json!({"text": {"before": "Ann", "characters": 1, "replaces": false}}),
        ),
        ("type_text", json!({"find": find("pin"), "text": "1"}), json!({})),
        ("element_action", set, json!({"text": {"before": "Ann", "characters": 5, "replaces": true}})),
        (
            "element_action",
            act(find("wrap"), "toggle"),
            state(json!({"checked": "off"}), json!({"checked": "on"})),
        ),
        (
            "element_action",
            act(named("Home", "TreeItem"), "expand"),
            state(json!({"expanded": false}), json!({"expanded": true})),
        ),
        (
            "element_action",
            act(named("Light", "RadioButton"), "select"),
            state(json!({"selected": true}), json!({"selected": true})),
        ),
        ("window_control", moved, state(rect(950, 20, 1700, 800), rect(0, 0, 750, 780))),
        (
            "window_control",
            window("minimize"),
            state(json!({"state": "normal"}), json!({"state": "minimized"})),
        ),
        (
            "app_launch",
            json!({"executable": r"C:\Tools\Paint.exe", "arguments": ["/p"]}),
            json!({ "launch": launch }),
        ),
        (
            "clipboard_write",
            json!({"text": "abc"}),
            json!({"text": {"characters": 3, "replaces": true}, "clipboard": {"ours": false}}),
        ),
    ] {
        assert_eq!(shown(&mut server, tool, arguments.clone()), told, "{tool} {arguments}");
    }
    let text = server.call("element_action", {
        let mut arguments = act(find("wrap"), "toggle");
        arguments["dry_run"] = json!(true);
        arguments
    });
    let text = text["content"][0]["text"].as_str().unwrap().to_owned();
    assert!(text.ends_with("\nbefore: checked off\nafter: checked on"), "{text}");
}

#[test]
fn what_may_not_be_read_without_asking_is_in_no_dry_run() {
    let typed =
        || json!({"find": {"window": "Options", "automation_id": "name"}, "text": "x", "mode": "replace"});
    let forbid = r#"@id("mine") @reason("r") forbid (principal, action == Action::"read_text", resource)
        when { context has window && context.window.title == "Options" };"#;
    for (settings, policy, before) in [
        ("", None, json!("Ann")),
        ("", Some(forbid), json!(null)),
        ("[protected]\napplications = [\"options.exe\"]\n", None, json!(null)),
    ] {
        let home = Home::of(&world());
        std::fs::write(home.path().join("winwarden.toml"), settings).unwrap();
        if let Some(policy) = policy {
            std::fs::create_dir(home.path().join("policies")).unwrap();
            std::fs::write(home.path().join("policies").join("mine.cedar"), policy).unwrap();
        }
        let mut server = Server::start_in(home, &[]);
        server.initialize("2025-11-25");
        let told = shown(&mut server, "type_text", typed());
        assert_eq!(told["text"]["before"], before, "{settings} {policy:?}");
        assert_eq!(told["text"]["characters"], 1);
    }
}

#[test]
fn what_the_act_would_be_refused_for_its_dry_run_is() {
    let home = Home::of(&world());
    std::fs::write(home.path().join("winwarden.toml"), "[limits]\nlaunches = 0\ndestructive_acts = 0\n")
        .unwrap();
    let mut server = Server::start_in(home, &[]);
    server.initialize("2025-11-25");
    let delete =
        json!({"keys": "Delete", "find": {"role": "RadioButton", "window": "Options"}, "dry_run": true});
    for (tool, arguments) in
        [("app_launch", json!({"app": "notepad", "dry_run": true})), ("press_keys", delete)]
    {
        let refused = server.call(tool, arguments);
        assert_eq!(refused["structuredContent"]["code"], "BUDGET_EXHAUSTED", "{refused}");
    }
}

#[test]
fn what_the_element_itself_would_refuse_its_dry_run_is_refused_for_in_the_same_words() {
    let undo = json!({"window": "Options", "name": "Undo"});
    let apply = json!({"window": "Options", "name": "Apply"});
    let serial = json!({"window": "Options", "automation_id": "serial"});
    let act = |find: &Value, action: &str| ("element_action", json!({"find": find, "action": action}));
    let mut set = act(&serial, "set_value");
    set.1["value"] = json!("B");
    for ((tool, arguments), code) in [
        (("click", json!({"find": undo})), "ELEMENT_DISABLED"),
        (("press_keys", json!({"find": undo, "keys": "Enter"})), "ELEMENT_DISABLED"),
        (("scroll", json!({"find": undo, "direction": "up"})), "ELEMENT_DISABLED"),
        (("move_pointer", json!({"find": undo})), "ELEMENT_DISABLED"),
        (("drag", json!({"from": {"find": undo}, "to": {"find": apply}})), "ELEMENT_DISABLED"),
        (act(&undo, "invoke"), "ELEMENT_DISABLED"),
        (act(&undo, "focus"), "ELEMENT_DISABLED"),
        (act(&undo, "scroll_into_view"), "NOT_SUPPORTED_BY_TARGET"),
        (act(&apply, "toggle"), "NOT_SUPPORTED_BY_TARGET"),
        (act(&apply, "expand"), "NOT_SUPPORTED_BY_TARGET"),
        (act(&apply, "invoke"), ""),
        (set, "NOT_SUPPORTED_BY_TARGET"),
        (("type_text", json!({"find": serial, "text": "B"})), "NOT_SUPPORTED_BY_TARGET"),
        (("click", json!({"find": serial})), ""),
        (("drag", json!({"from": {"find": apply}, "to": {"find": undo}})), ""),
    ] {
        let mut server = ready(&[]);
        let mut dry = arguments.clone();
        dry["dry_run"] = json!(true);
        let shown = server.call(tool, dry);
        let did = server.call(tool, arguments.clone());
        let told = |reply: &Value| {
            let of = &reply["structuredContent"];
            (of["code"].as_str().unwrap_or_default().to_owned(), of["message"].clone(), of["hint"].clone())
        };
        assert_eq!(told(&shown), told(&did), "{tool} {arguments}");
        assert_eq!(told(&shown).0, code, "{tool} {arguments}");
        let (_, home) = server.end();
        let records = home.records();
        let of_dry: Vec<_> = records.iter().filter(|record| record["dry_run"] == true).collect();
        assert_eq!(of_dry.len(), 1, "{of_dry:?}");
        let recorded = (&of_dry[0]["verdict"], of_dry[0]["code"].as_str().unwrap_or_default());
        assert_eq!(recorded, (&json!("allow"), code), "{tool} {arguments}");
        assert!(!home.written().contains("\"bars\""), "no record holds them");
    }
}

#[test]
fn the_record_of_a_dry_run_that_is_refused_says_that_it_was_one() {
    let locks = json!({"keys": "Win+L"});
    let cases = [
        (&[][..], json!({"keys": "Win+L", "dry_run": true}), json!(true)),
        (&[][..], json!({"keys": "no key", "dry_run": true}), json!(true)),
        (&["--dry-run"][..], locks.clone(), json!(true)),
        (&[][..], locks, json!(null)),
    ];
    for (options, refused, dry_run) in cases {
        let mut server = ready(options);
        assert_eq!(server.call("press_keys", refused.clone())["isError"], true, "{refused}");
        let (_, home) = server.end();
        let last = home.records().pop().unwrap();
        assert_eq!((&last["phase"], &last["dry_run"]), (&json!("outcome"), &dry_run), "{refused}: {last}");
    }
}

#[test]
fn what_would_ask_says_so_and_asks_nobody() {
    let mut server = ready(&["--profile", "assistant"]);
    let shown = server.call("app_launch", json!({"app": "notepad", "dry_run": true}));
    assert_eq!(shown["structuredContent"]["verdict"], "ask", "{shown}");
    let refused = server.call("press_keys", json!({"keys": "Win+L", "dry_run": true}));
    assert_eq!(refused["structuredContent"]["code"], "FORBIDDEN_KEYS", "a refusal stays one");
}

#[test]
fn a_session_of_dry_runs_looks_and_changes_nothing() {
    let mut server = ready(&["--dry-run"]);
    assert!(server.call("snapshot", json!({}))["structuredContent"].is_null());
    for (tool, arguments) in [
        ("app_launch", json!({"app": "notepad"})),
        ("press_keys", json!({"keys": "Ctrl+A"})),
        ("clipboard_write", json!({"text": "x"})),
    ] {
        let shown = server.call(tool, arguments);
        assert_eq!(shown["structuredContent"]["dry_run"], true, "{shown}");
    }
    let windows = server.call("window_list", json!({}));
    assert!(!windows["content"][0]["text"].as_str().unwrap().contains("Untitled - Notepad"), "{windows}");
}

/// A home whose policies permit of some actions a dry run only.
fn previewing(actions: &[&str]) -> Home {
    let home = Home::of(&world());
    let policies = home.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    let actions: Vec<String> = actions.iter().map(|action| format!("Action::\"{action}\"")).collect();
    let text = format!(
        r#"@id("look-first") @reason("only to be shown")
        forbid (principal, action in [{}], resource) unless {{ context.dry_run }};"#,
        actions.join(", ")
    );
    std::fs::write(policies.join("mine.cedar"), text).unwrap();
    home
}

#[test]
fn what_a_policy_only_previews_is_shown_and_not_done() {
    let mut server = Server::start_in(previewing(&["app_launch"]), &[]);
    server.initialize("2025-11-25");
    let shown = server.call("app_launch", json!({"app": "notepad"}));
    assert_eq!(shown["isError"], false, "{shown}");
    let text = shown["content"][0]["text"].as_str().unwrap();
    let said =
        "dry run: nothing was done; policy permits a dry run only: only to be shown (policy `look-first`)";
    assert!(text.starts_with(said), "{text}");
    let asked = server.call("app_launch", json!({"app": "notepad", "dry_run": true}));
    assert_eq!(asked, shown, "it is what a dry run would have said");
    let structured = &shown["structuredContent"];
    assert_eq!((&structured["dry_run"], &structured["verdict"]), (&json!(true), &json!("preview")));
    let windows = server.call("window_list", json!({}));
    assert!(!windows["content"][0]["text"].as_str().unwrap().contains("Untitled - Notepad"), "{windows}");
    let (_, home) = server.end();
    let records = home.records();
    let of: Vec<_> = records.iter().filter(|record| record["tool"] == "app_launch").collect();
    assert_eq!(of.len(), 2, "{of:?}");
    for record in of {
        let what = (&record["phase"], &record["verdict"], &record["dry_run"], &record["code"]);
        assert_eq!(what, (&json!("outcome"), &json!("preview"), &json!(true), &json!(null)), "{record}");
    }
}

#[test]
fn what_only_looks_has_no_dry_run_and_is_refused_where_policy_permits_no_more() {
    let mut server = Server::start_in(previewing(&["snapshot"]), &[]);
    server.initialize("2025-11-25");
    let refused = server.call("snapshot", json!({}));
    assert_eq!(refused["structuredContent"]["code"], "DENIED_BY_POLICY", "{refused}");
    assert!(!refused.to_string().contains("dry_run"), "there is no such argument: {refused}");
    let (_, home) = server.end();
    let last = home.records().pop().unwrap();
    assert_eq!((&last["verdict"], &last["dry_run"]), (&json!("preview"), &json!(null)), "{last}");
}

#[test]
fn a_preview_by_policy_uses_a_look_and_no_launch_and_its_refusal_is_recorded_as_that_of_a_dry_run() {
    let settings = "[limits]\nlaunches = 1\nreads_per_minute = 3\n";
    let home = previewing(&["app_launch"]);
    std::fs::write(home.path().join("winwarden.toml"), settings).unwrap();
    let mut server = Server::start_in(home, &[]);
    server.initialize("2025-11-25");
    let launch = || json!({"app": "notepad"});
    for _ in 0..3 {
        assert_eq!(server.call("app_launch", launch())["isError"], false);
    }
    assert_eq!(server.call("app_launch", launch())["structuredContent"]["code"], "RATE_LIMITED");
    let (_, home) = server.end();
    let last = home.records().pop().unwrap();
    assert_eq!((&last["verdict"], &last["dry_run"]), (&json!("preview"), &json!(true)), "{last}");
    let line = json!({"id": "1", "tool": "app_launch", "arguments": launch(), "session": "s"});
    let (answers, _) = explain_in(&previewing(&["app_launch"]), settings, &[], &vec![line; 4]);
    let verdicts: Vec<_> = answers.iter().map(|answer| &answer["verdict"]).collect();
    assert_eq!(verdicts, ["preview", "preview", "preview", "deny"], "{answers:?}");
    assert_eq!(answers[3]["code"], "RATE_LIMITED");
}
