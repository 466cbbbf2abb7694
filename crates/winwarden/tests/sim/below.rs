//! Keys below those that a call names, under policies that a person wrote.

use serde_json::{Value, json};

use super::{client::Home, explain::explain_in, stage::Stage};

const SETTINGS: &str = r"
toolsets = ['registry']
[registry]
level = 'admin'
roots = ['admin 5 HKCU\Software']
";

const MINE: &str = r#"
@id("mine") @reason("it is nobody's business")
forbid (principal, action in Action::"registry", resource in RegistryKey::"HKCU\\Software\\App\\Secret");

@id("careful") @reason("a person is asked about it")
forbid (principal, action in Action::"registry", resource in RegistryKey::"HKCU\\Software\\Other\\Careful")
unless { context.approved };
"#;

fn home() -> Home {
    let home = Home::of(&json!({
        "user": {"name": r"DESK\ann", "sid": "S-1-5-21-1-2-3-1001"},
        "registry": {
            "current_control_set": 1,
            "keys": {
                r"HKCU\Software\App": {"Name": ["String", "old"]},
                r"HKCU\Software\App\Free": {"x": ["String", "free"]},
                r"HKCU\Software\App\Secret": {"x": ["String", "gold"]},
                r"HKCU\Software\App\Secret\Inner": {"x": ["String", "gold"]},
                r"HKCU\Software\Other\Careful": {"x": ["String", "gold"]},
            }
        }
    }));
    std::fs::write(home.path().join("winwarden.toml"), SETTINGS).unwrap();
    std::fs::create_dir(home.path().join("policies")).unwrap();
    std::fs::write(home.path().join("policies/mine.cedar"), MINE).unwrap();
    home
}

fn reads(path: &str) -> [(&'static str, Value); 4] {
    [
        ("registry_list", json!({"path": path, "depth": 3})),
        ("registry_read", json!({"path": path})),
        ("registry_search", json!({"path": path, "text": "o"})),
        ("registry_export", json!({"path": path})),
    ]
}

fn delete(path: &str, keys: u32) -> Value {
    json!({"path": path, "key": true, "recursive": true, "keys": keys})
}

#[test]
fn what_a_person_forbids_is_shown_by_no_tool_and_the_record_says_how_much_was_left_out() {
    let mut stage = Stage::in_home(home(), &["--profile", "lab"]);
    for (tool, arguments) in reads(r"HKCU\Software\App") {
        let reply = stage.result(tool, arguments).to_string();
        assert!(
            !reply.contains("Secret") && !reply.contains("gold") && !reply.contains("approval"),
            "{tool}: {reply}"
        );
    }
    for (tool, arguments) in reads(r"HKCU\Software\Other") {
        let reply = stage.result(tool, arguments).to_string();
        assert!(!reply.contains("Careful") && !reply.contains("gold"), "{tool}: {reply}");
        assert!(reply.contains("need approval: name them in a call of their own"), "{tool}: {reply}");
    }
    let records = stage.kill().records();
    let below: Vec<_> = records.iter().filter_map(|record| record.get("below")).collect();
    let denied = json!({"denied": 1, "need_approval": 0, "policies": ["mine"]});
    let asked = json!({"denied": 0, "need_approval": 1, "policies": ["careful"]});
    assert_eq!(below, [&denied, &denied, &denied, &denied, &asked, &asked, &asked, &asked]);
}

#[test]
fn what_a_person_forbids_is_not_deleted_with_what_lies_above_and_a_dry_run_says_so() {
    let mut stage = Stage::in_home(home(), &["--profile", "lab"]);
    let mut dry = delete(r"HKCU\Software\App", 4);
    dry["dry_run"] = json!(true);
    for arguments in [dry, delete(r"HKCU\Software\App", 4)] {
        let told = stage.refused("registry_delete", arguments, "DENIED_BY_POLICY");
        assert!(told.contains("it is nobody's business (policy `mine`)"), "{told}");
        assert!(!told.contains("Secret"), "{told}");
    }
    let told = stage.refused("registry_delete", delete(r"HKCU\Software\Other", 2), "APPROVAL_REQUIRED");
    assert!(told.contains(r"keys below `HKCU\Software\Other` need approval"), "{told}");
    let text = "Windows Registry Editor Version 5.00\r\n\r\n[-HKEY_CURRENT_USER\\Software\\App]\r\n";
    stage.refused("registry_import", json!({"text": text}), "DENIED_BY_POLICY");
    stage.done("registry_delete", delete(r"HKCU\Software\App\Free", 1));
    let records = stage.kill().records();
    let refused = records.iter().filter(|record| record["code"] == "DENIED_BY_POLICY");
    assert!(
        refused.clone().count() == 3 && refused.clone().all(|record| record["below"]["denied"] == 1),
        "{records:?}"
    );
}

#[test]
fn explain_says_of_a_delete_what_would_become_of_it() {
    let home = home();
    let call = |id: &str, path: &str, keys| json!({"id": id, "tool": "registry_delete", "arguments": delete(path, keys)});
    let lines = [
        call("mine", r"HKCU\Software\App", 4),
        call("careful", r"HKCU\Software\Other", 2),
        call("free", r"HKCU\Software\App\Free", 1),
    ];
    let told = |profile: &str| -> Vec<String> {
        let (answers, _) = explain_in(&home, SETTINGS, &["--profile", profile], &lines);
        let of = |answer: &Value| {
            let reasons = answer["reasons"].as_array().unwrap().iter();
            let policies: Vec<_> = reasons.map(|reason| reason["policy"].as_str().unwrap()).collect();
            format!("{} {}", answer["verdict"].as_str().unwrap(), policies.join(","))
        };
        answers.iter().map(of).collect()
    };
    assert_eq!(told("lab"), ["deny mine", "deny careful", "allow "]);
    assert_eq!(told("assistant"), ["deny changes-ask,mine", "ask changes-ask,careful", "ask changes-ask"]);
}

#[test]
fn in_the_dialect_it_is_left_out_likewise() {
    let mut stage = Stage::in_home(home(), &["--dialect", "winreg"]);
    let listed =
        stage.result("enumerate_keys", json!({"path": r"HKCU\Software\App", "max_depth": 3})).to_string();
    assert!(listed.contains("Free") && !listed.contains("Secret"), "{listed}");
    let info = stage.result("get_key_info", json!({"path": r"HKCU\Software\App"})).to_string();
    assert!(!info.contains("Secret"), "{info}");
    let listed = stage.result("enumerate_keys", json!({"path": r"HKCU\Software\Other"})).to_string();
    assert!(!listed.contains("Careful"), "{listed}");
}

/// A machine whose worker is lost after so many changes of its registry.
fn breaking(after: u32) -> Stage {
    let home = Home::of(&json!({
        "user": {"name": r"DESK\ann", "sid": "S-1-5-21-1-2-3-1001"},
        "registry": {
            "current_control_set": 1,
            "keys": {
                r"HKCU\Software\App": {"a": ["String", "1"], "b": ["String", "2"], "c": ["String", "3"]},
                r"HKCU\Software\App\One": {"x": ["String", "1"]},
                r"HKCU\Software\App\Two\Deep": {"x": ["String", "1"]},
            },
            "breaks_off_after": after
        }
    }));
    std::fs::write(home.path().join("winwarden.toml"), SETTINGS).unwrap();
    Stage::in_home(home, &["--profile", "lab"])
}

#[test]
fn a_change_whose_worker_is_lost_in_the_middle_is_put_back_and_the_record_says_so() {
    let value = |name: &str| json!({"name": name, "type": "REG_SZ", "data": "new"});
    let write = json!({"path": r"HKCU\Software\App", "values": [value("a"), value("b"), value("d")]});
    for (tool, arguments) in [("registry_write", write), ("registry_delete", delete(r"HKCU\Software\App", 4))]
    {
        for after in 0..3 {
            let mut stage = breaking(after);
            let export =
                |stage: &mut Stage| stage.done("registry_export", json!({"path": r"HKCU\Software\App"}));
            let before = export(&mut stage);
            let told = stage.refused(tool, arguments.clone(), "WORKER_LOST");
            assert!(told.contains("what had been changed was put back"), "{told}");
            assert_eq!(export(&mut stage), before, "{tool} {after}");
            stage.done(tool, arguments.clone());
            let records = stage.kill().records();
            let put_back: Vec<_> = records.iter().filter_map(|record| record.get("put_back")).collect();
            assert_eq!(put_back, [&json!({"whole": true})], "{tool} {after}");
        }
    }
}
