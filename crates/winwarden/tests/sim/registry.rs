//! The registry's tools on a simulated machine, and the same calls in the words of another server.

use serde_json::{Value, json};

use super::{
    client::{Home, Server, text},
    explain::explain_in,
    stage::Stage,
};

const APP: &str = r"HKEY_CURRENT_USER\Software\App";

/// A machine with an application's settings, one of which is a secret.
fn world() -> Value {
    json!({
        "user": {"name": "Ann", "sid": "S-1-5-21-1-2-3-1001"},
        "registry": {
            "keys": {
                APP: {
                    "": ["String", "all"],
                    "Name": ["String", "Ann"],
                    "Limit": ["DWord", 10],
                    "Password": ["String", "hunter2hunter2"],
                    "Place": ["ExpandString", r"%USERPROFILE%\x"],
                    "Names": ["MultiString", ["a", "b"]],
                    "Blob": ["Binary", "AQID"]
                },
                format!(r"{APP}\A"): {}, format!(r"{APP}\A\B"): {"deep": ["QWord", 7]}, format!(r"{APP}\Z"): {},
                r"HKEY_LOCAL_MACHINE\SAM\SAM": {"C": ["Binary", "AA=="]},
                r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes\CLSID\{11111111-1111-1111-1111-111111111111}\InprocServer32":
                    {"": ["String", r"C:\Windows\System32\shell32.dll"]}
            },
            "current_control_set": 1
        }
    })
}

fn stage() -> Stage {
    Stage::of(&world(), &["--toolsets", "core,registry"])
}

#[test]
fn values_are_read_as_what_they_are() {
    let mut stage = stage();
    let read = json!({"path": r"HKCU\Software\App", "values": ["name", "", "Limit", "Place", "Names", "Blob"], "expanded": true});
    let result = stage.result("registry_read", read);
    let lines: Vec<&str> = text(&result).lines().collect();
    assert_eq!(lines[0], APP);
    assert_eq!(lines[1], " \"name\" = String \"Ann\" (6 bytes)");
    assert_eq!(lines[2], " (default) = String \"all\" (6 bytes)");
    assert_eq!(lines[3], " \"Limit\" = DWord 10 (0xa)");
    assert!(
        lines[4].starts_with(r#" "Place" = ExpandString "%USERPROFILE%\\x" (30 bytes), expanded ""#),
        "{}",
        lines[4]
    );
    assert_eq!(lines[5], " \"Names\" = MultiString [\"a\", \"b\"] (10 bytes)");
    assert_eq!(lines[6], " \"Blob\" = Binary AQID (3 bytes)");
    assert_eq!(result["structuredContent"]["values"][2]["data"], 10);
    let key = stage.done("registry_read", json!({"path": APP}));
    assert!(key.contains("\nsubkeys: 2 (\"A\", \"Z\")\nvalues: 7"), "{key}");
    stage.refused("registry_read", json!({"path": APP, "values": ["No"]}), "VALUE_NOT_FOUND");
    stage.refused("registry_read", json!({"path": format!(r"{APP}\No")}), "KEY_NOT_FOUND");
    stage.refused("registry_read", json!({"path": r"HKLM\SAM\SAM", "values": ["C"]}), "DENIED_BY_POLICY");
}

#[test]
fn a_listing_comes_in_parts_that_are_the_whole() {
    let mut stage = stage();
    let mut arguments = json!({"path": APP, "depth": 3, "limit": 3});
    let (mut keys, mut values, mut parts) = (Vec::new(), Vec::new(), 0);
    loop {
        let result = stage.result("registry_list", arguments.clone());
        let part = &result["structuredContent"];
        keys.extend(part["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()));
        let names = part["values"].as_array().unwrap().iter();
        values.extend(names.map(|value| value["name"].as_str().unwrap().to_owned()));
        parts += 1;
        let Some(cursor) = part["cursor"].as_str() else { break };
        assert!(text(&result).contains("more: call again with the same arguments and cursor"), "{result}");
        arguments["cursor"] = json!(cursor);
        assert!(parts < 9);
    }
    assert_eq!(keys, ["A", r"A\B", "Z"]);
    values.sort();
    assert_eq!(values, ["", "Blob", "Limit", "Name", "Names", "Password", "Place"]);
    assert!(parts > 3);
}

#[test]
fn a_write_says_what_each_value_was_and_a_dry_run_says_it_without_writing() {
    let mut stage = stage();
    let mut write = json!({"path": APP, "values": [
        {"name": "Name", "type": "string", "data": "Bob"},
        {"name": "New", "type": "REG_QWORD", "data": "0x10"},
    ]});
    let changes = "~ HKEY_CURRENT_USER\\Software\\App\n  \"Name\": String \"Ann\" (6 bytes) -> String \"Bob\" (6 bytes)\n  \
                   \"New\": (none) -> QWord 16 (0x10)";
    write["dry_run"] = json!(true);
    let shown = stage.done("registry_write", write.clone());
    assert!(shown.starts_with("dry run: nothing was done") && shown.contains(changes), "{shown}");
    assert!(stage.done("registry_read", json!({"path": APP, "values": ["Name"]})).contains("Ann"));
    write["dry_run"] = json!(false);
    assert_eq!(stage.done("registry_write", write), changes);
    assert!(stage.done("registry_read", json!({"path": APP, "values": ["Name"]})).contains("Bob"));
    let below = json!({"path": format!(r"{APP}\C\D"), "values": [{"name": "x", "type": "DWord", "data": 1}]});
    stage.refused("registry_write", below.clone(), "KEY_NOT_FOUND");
    let mut creating = below;
    creating["create_key"] = json!(true);
    let created = stage.done("registry_write", creating);
    assert!(
        created.starts_with(
            "+ HKEY_CURRENT_USER\\Software\\App\\C\n+ HKEY_CURRENT_USER\\Software\\App\\C\\D\n~ "
        ),
        "{created}"
    );
}

#[test]
fn a_tree_is_deleted_where_its_size_is_the_one_that_was_stated() {
    let mut stage = stage();
    let tree = |more: Value| {
        let mut arguments = json!({"path": format!(r"{APP}\A"), "key": true});
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        arguments
    };
    let shown = stage.done("registry_delete", tree(json!({"recursive": true, "dry_run": true})));
    assert!(
        shown.contains("- HKEY_CURRENT_USER\\Software\\App\\A\n- HKEY_CURRENT_USER\\Software\\App\\A\\B"),
        "{shown}"
    );
    for wrong in [json!({}), json!({"recursive": true, "keys": 3})] {
        let result = stage.0.call("registry_delete", tree(wrong));
        assert_eq!(result["isError"], true, "{result}");
    }
    stage.done("registry_delete", tree(json!({"recursive": true, "keys": 2})));
    stage.refused("registry_read", json!({"path": format!(r"{APP}\A")}), "KEY_NOT_FOUND");
    stage.done("registry_delete", json!({"path": APP, "values": ["Limit"]}));
    stage.refused("registry_delete", json!({"path": APP, "values": ["Name", "Limit"]}), "VALUE_NOT_FOUND");
    assert!(
        stage.done("registry_read", json!({"path": APP, "values": ["Name"]})).contains("Ann"),
        "all or none"
    );
}

#[test]
fn what_is_exported_is_imported_as_it_was() {
    let mut stage = stage();
    let exported = stage.result("registry_export", json!({"path": APP}));
    let file = exported["structuredContent"]["text"].as_str().unwrap().to_owned();
    stage.done("registry_delete", json!({"path": APP, "key": true, "recursive": true, "keys": 4}));
    let changed = stage.result("registry_import", json!({"text": file}));
    assert_eq!(changed["structuredContent"]["created"].as_array().unwrap().len(), 4, "{changed}");
    let again = stage.result("registry_export", json!({"path": APP}));
    assert_eq!(again["structuredContent"]["text"], json!(file));
    let beyond = "REGEDIT4\n[HKEY_CURRENT_USER\\Software\\App]\n\"x\"=\"1\"\n[HKEY_LOCAL_MACHINE\\SAM\\x]\n\"y\"=\"1\"\n";
    stage.refused("registry_import", json!({"text": beyond}), "DENIED_BY_POLICY");
    stage.refused("registry_read", json!({"path": APP, "values": ["x"]}), "VALUE_NOT_FOUND");
}

#[test]
fn secrets_are_withheld_and_that_is_said() {
    let mut stage = Stage::of(&world(), &["--toolsets", "registry", "--profile", "observe"]);
    let result = stage.result("registry_read", json!({"path": APP, "values": ["Password", "Name"]}));
    assert!(text(&result).contains("\"Password\" = [withheld: it looks like a secret]"), "{result}");
    assert_eq!(result["structuredContent"]["values"][0], json!({"name": "Password", "withheld": true}));
    for (tool, arguments) in [
        ("registry_list", json!({"path": APP})),
        ("registry_export", json!({"path": APP})),
        ("registry_search", json!({"path": APP, "text": "password"})),
        ("registry_search", json!({"path": APP, "text": "hunter2"})),
    ] {
        let result = stage.result(tool, arguments.clone());
        assert!(!result.to_string().contains("hunter2hunter2"), "{tool} {arguments}: {result}");
        if arguments["text"] == "hunter2" {
            assert_eq!(result["structuredContent"]["hits"], json!([]), "it can be guessed part by part");
        }
    }
    let (_, home) = stage.0.end();
    assert!(!home.written().contains("hunter2"), "neither what is there nor what was sought");
}

#[test]
fn a_secret_in_the_name_of_a_value_is_withheld_with_it() {
    let token = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
    let mut world = world();
    world["registry"]["keys"][APP][token] = json!(["String", "other half"]);
    let home = Home::of(&world);
    let settings = "[registry]\nlevel = \"read_write\"\nroots = ['read_write 3 HKCU\\Software']\n";
    std::fs::write(home.path().join("winwarden.toml"), settings).unwrap();
    let mut stage = Stage::in_home(home, &["--toolsets", "registry", "--profile", "workspace"]);
    let withheld = json!({"name": "[redacted: token]", "withheld": true});
    let delete = json!({"path": APP, "values": [token], "dry_run": true});
    for (tool, arguments) in [
        ("registry_list", json!({"path": APP, "keys": false})),
        ("registry_read", json!({"path": APP, "values": [token]})),
        ("registry_search", json!({"path": APP, "type": "REG_SZ"})),
        ("registry_search", json!({"path": APP, "text": "ghp"})),
        ("registry_export", json!({"path": APP})),
        ("registry_delete", delete),
    ] {
        let said = stage.0.call(tool, arguments.clone()).to_string();
        assert!(!said.contains("16C7e42F") && !said.contains("other half"), "{tool} {arguments}: {said}");
        let named = said.contains(&withheld.to_string()) || said.contains("\"name\":\"[redacted: token]\"");
        assert_eq!(
            named,
            !said.contains("\"hits\":[]") && tool != "registry_export",
            "{tool} {arguments}: {said}"
        );
    }
    let mut stage = Stage::of(&world, &["--toolsets", "registry", "--profile", "lab"]);
    assert!(stage.done("registry_list", json!({"path": APP})).contains(token), "who may see secrets sees it");
}

#[test]
fn a_search_finds_names_data_types_and_classes() {
    let mut stage = stage();
    let mut paths = |arguments: Value| {
        let result = stage.result("registry_search", arguments);
        let hits = result["structuredContent"]["hits"].as_array().unwrap().clone();
        let name =
            |hit: &Value| hit["value"]["name"].as_str().map_or_else(String::new, |name| format!(" {name}"));
        hits.iter().map(|hit| hit["path"].as_str().unwrap().replace(APP, "") + &name(hit)).collect::<Vec<_>>()
    };
    assert_eq!(paths(json!({"path": APP, "text": "DEEP"})), [r"\A\B deep"]);
    assert_eq!(paths(json!({"path": APP, "text": "ann", "in": ["data"]})), [" Name"]);
    assert_eq!(paths(json!({"path": APP, "text": "z", "in": ["keys"]})), [r"\Z"]);
    assert_eq!(paths(json!({"path": APP, "type": "REG_QWORD"})), [r"\A\B deep"]);
    let classes = paths(json!({"path": r"HKLM\SOFTWARE\Classes", "clsid_for": "SHELL32"}));
    assert_eq!(classes.len(), 1, "{classes:?}");
}

#[test]
fn a_wait_ends_with_a_change_or_with_its_time() {
    let mut stage = stage();
    let waits = stage.begin("registry_wait", json!({"path": APP, "value": "Name", "timeout_ms": 20_000}));
    let other = json!({"path": APP, "values": [{"name": "Other", "type": "String", "data": "x"}]});
    stage.done("registry_write", other);
    let own = json!({"path": APP, "values": [{"name": "Name", "type": "String", "data": "Bob"}]});
    // The wait may begin after a change, which is then the state that it waits from.
    let mut turn = 0;
    let reply = loop {
        turn += 1;
        assert!(turn < 100, "no change was heard of");
        let mut write = own.clone();
        write["values"][0]["data"] = json!(format!("Bob {turn}"));
        let written = stage.begin("registry_write", write);
        let mut waited = None;
        loop {
            let message = stage.0.next();
            if message["id"] == json!(waits) {
                waited = Some(message);
            } else if message["id"] == json!(written) {
                break;
            }
        }
        if let Some(waited) = waited {
            break waited;
        }
        if let Some(message) = stage.0.next_within(std::time::Duration::from_millis(200)) {
            break message;
        }
    };
    assert!(
        text(&reply["result"]).starts_with("\"Name\" of HKEY_CURRENT_USER\\Software\\App changed after"),
        "{reply}"
    );
    stage.refused("registry_wait", json!({"path": APP, "timeout_ms": 50}), "TIMEOUT");
}

#[test]
fn in_a_dialect_calls_are_explained_by_its_names_and_codes() {
    let home = Home::of(&world());
    let call = |tool: &str, arguments: Value| json!({"id": tool, "tool": tool, "arguments": arguments});
    let write = json!({"path": APP, "value_name": "n", "value_data": "v", "value_type": "String"});
    let (answers, code) = explain_in(
        &home,
        "",
        &["--dialect", "winreg"],
        &[
            call("read_value", json!({"path": APP, "value_name": "Name"})),
            call("get_key_info", json!({"path": r"HKLM\SAM"})),
            call("write_value", write),
            call("enumerate_keys", json!({"path": "App"})),
            call("registry_read", json!({"path": APP})),
        ],
    );
    assert_eq!(code, 0);
    let told: Vec<String> = answers
        .iter()
        .map(|answer| format!("{} {}", answer["verdict"], answer["code"]).replace('"', ""))
        .collect();
    let no = "deny INVALID_ARGUMENT";
    assert_eq!(told, ["allow null", "deny PATH_NOT_ALLOWED", "deny PATH_NOT_ALLOWED", no, no]);
}

#[test]
fn a_tool_that_is_excluded_is_so_in_a_dialect_too() {
    let home = Home::of(&world());
    std::fs::write(
        home.path().join("winwarden.toml"),
        "exclude_tools = [\"registry_write\", \"registry_delete\"]",
    )
    .unwrap();
    let mut server = Server::start_in(home, &["--dialect", "winreg"]);
    let hello = server.initialize("2025-11-25");
    assert!(hello["capabilities"]["prompts"].is_object(), "{hello}");
    let listed = server.request("tools/list", json!({}));
    let names: Vec<&str> = listed["result"]["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["read_value", "enumerate_keys", "enumerate_values", "get_key_info", "search_clsid"]);
}

#[test]
fn without_a_dialect_there_are_no_prompts() {
    let mut server = Server::start_in(Home::of(&world()), &[]);
    let hello = server.initialize("2025-11-25");
    assert!(hello["capabilities"].get("prompts").is_none(), "{hello}");
    let reply = server.request("prompts/get", json!({"name": "safe_registry_query"}));
    assert_eq!(reply["error"]["code"], -32601, "{reply}");
}

#[test]
fn a_key_with_a_slash_in_its_name_is_named_so_that_it_reads_back_as_that_key() {
    let mut world = world();
    let keys = world["registry"]["keys"].as_object_mut().unwrap();
    keys.insert(format!(r"{APP}\text/html"), json!({"v": ["String", "with a slash"]}));
    keys.insert(format!(r"{APP}\text\html"), json!({"v": ["String", "below another"]}));
    let home = Home::of(&world);
    std::fs::write(
        home.path().join("winwarden.toml"),
        "[registry]\nlevel = \"admin\"\nroots = ['admin 5 HKCU\\Software']\n",
    )
    .unwrap();
    let mut stage = Stage::in_home(home, &["--toolsets", "core,registry", "--profile", "lab"]);
    let found = stage.result("registry_search", json!({"path": APP, "text": "with a slash", "in": ["data"]}));
    let path = found["structuredContent"]["hits"][0]["path"].as_str().unwrap().to_owned();
    assert_eq!(path, r"\REGISTRY\USER\S-1-5-21-1-2-3-1001\Software\App\text/html");
    let read = stage.done("registry_read", json!({"path": path, "values": ["v"]}));
    assert!(read.contains("with a slash"), "{read}");
    let text = stage.result("registry_export", json!({"path": APP}));
    let text = text["structuredContent"]["text"].as_str().unwrap().to_owned();
    assert!(text.contains(r"[HKEY_USERS\S-1-5-21-1-2-3-1001\Software\App\text/html]"), "{text}");
    let again = stage.done("registry_import", json!({"text": text, "dry_run": true}));
    assert!(again.contains("text/html"), "{again}");
}

#[test]
fn a_hive_that_is_a_key_of_another_is_created_under_its_own_name() {
    let home = Home::of(&world());
    let settings = "[registry]\nlevel = \"admin\"\nroots = ['admin 5 HKLM\\SYSTEM', 'admin 5 HKCC']\n";
    std::fs::write(home.path().join("winwarden.toml"), settings).unwrap();
    let mut stage = Stage::in_home(home, &["--toolsets", "core,registry", "--profile", "lab"]);
    let write = json!({"path": r"HKCC\New", "values": [], "create_key": true, "dry_run": true});
    let told = stage.result("registry_write", write);
    let created: Vec<&str> = told["structuredContent"]["changes"]["created"]
        .as_array()
        .or_else(|| told.pointer("/structuredContent/created").and_then(Value::as_array))
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let mut once = created.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), created.len(), "{created:?}");
    assert!(created.contains(&r"HKEY_CURRENT_CONFIG\New"), "{created:?}");
}
