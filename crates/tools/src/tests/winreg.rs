use model::{
    Code, RegistryListRequest, RegistrySearchRequest, SearchFor,
    registry::{
        RegistryData, RegistryHit, RegistryKeyInfo, RegistryNotes, RegistryOutcome, RegistryValue, ValueType,
    },
};
use serde_json::json;

use super::*;

fn all() -> Vec<Arc<dyn Tool>> {
    tools(Most { values: 7, timeout_ms: 300 })
}

fn tool(name: &str) -> Arc<dyn Tool> {
    all().into_iter().find(|tool| tool.card().name == name).unwrap()
}

fn plan(name: &str, arguments: Value) -> Result<Plan, Fault> {
    tool(name).plan(arguments.as_object().unwrap())
}

const PATH: &str = "hkcu/Software\\App";

fn write(kind: &str, data: &str) -> Result<RegistryData, Code> {
    let arguments = json!({"path": PATH, "value_name": "n", "value_data": data, "value_type": kind});
    match plan("write_value", arguments).map(|plan| plan.operation) {
        Ok(Operation::RegistryWrite(request)) => Ok(request.values[0].data.expose()),
        Ok(_) => panic!(),
        Err(fault) => {
            assert!(!fault.message.contains("hunter2"), "{}", fault.message);
            Err(fault.code)
        }
    }
}

fn render(name: &str, arguments: Value, outcome: RegistryOutcome) -> Value {
    let tool = tool(name);
    let operation = tool.plan(arguments.as_object().unwrap()).unwrap().operation;
    let reply = tool.render(&operation, &Outcome::Registry(Box::new(outcome)));
    assert_eq!(reply.text.lines().count(), 1, "{}", reply.text);
    let structured = reply.structured.unwrap();
    let schema = Value::Object(tool.schemas().output.clone().unwrap());
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&structured).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{name}: {faults:?}");
    structured
}

#[test]
fn there_are_eight_tools_with_the_parameters_that_they_have_there() {
    let parameters = |tool: &Arc<dyn Tool>| {
        let schema = &tool.schemas().input;
        let names: Vec<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        let required = schema.get("required").cloned().unwrap_or_else(|| json!([]));
        (tool.card().name, names.join(" "), required)
    };
    let told: Vec<_> = all().iter().map(parameters).collect();
    let path = json!(["path"]);
    let expected = [
        ("read_value", "path value_name", json!(["path", "value_name"])),
        (
            "write_value",
            "path value_data value_name value_type",
            json!(["path", "value_name", "value_data", "value_type"]),
        ),
        ("delete_value", "path value_name", json!(["path", "value_name"])),
        ("enumerate_keys", "max_depth path", path.clone()),
        ("enumerate_values", "path", path.clone()),
        ("get_key_info", "path", path.clone()),
        ("delete_key", "path", path),
        ("search_clsid", "dll_filter max_results", json!([])),
    ];
    for ((name, names, required), (is, its, needed)) in expected.iter().zip(&told) {
        let sorted = |names: &str| {
            let mut names: Vec<String> = names.split(' ').map(str::to_owned).collect();
            names.sort();
            names
        };
        let in_order = |value: &Value| {
            let mut names: Vec<String> =
                value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!((name, sorted(names), in_order(required)), (is, sorted(its), in_order(needed)));
    }
    assert_eq!(told.len(), 8);
    for tool in all() {
        let card = tool.card();
        assert!(
            (40..=400).contains(&card.description.len()) && card.description.ends_with('.'),
            "{}",
            card.name
        );
        let native = native_name(card.name).unwrap();
        let native = crate::all().into_iter().find(|tool| tool.card().name == native).unwrap();
        assert_eq!(native.card().hints.read_only, card.hints.read_only, "{}", card.name);
    }
}

#[test]
fn calls_carry_the_limits_that_were_set() {
    let planned = plan("enumerate_keys", json!({"path": PATH, "max_depth": 4})).unwrap();
    assert_eq!(planned.timeout_ms, Some(300));
    let Operation::RegistryList(RegistryListRequest { keys, values, depth, limit, whole, .. }) =
        planned.operation
    else {
        panic!()
    };
    assert_eq!((keys, values, depth, limit, whole), (true, false, 4, 7, true));
    let limit = |arguments| match plan("search_clsid", arguments).unwrap().operation {
        Operation::RegistrySearch(RegistrySearchRequest { limit, .. }) => limit,
        _ => panic!(),
    };
    assert_eq!(limit(json!({})), 50);
    assert_eq!(limit(json!({"dll_filter": "", "max_results": 10})), 10);
    assert_eq!(limit(json!({"dll_filter": "x", "max_results": 5000})), 200);
    assert_eq!(limit(json!({"dll_filter": "x", "max_results": u64::MAX})), 200);
    let depth = |depth: u64| match plan("enumerate_keys", json!({"path": PATH, "max_depth": depth})).unwrap()
    {
        Plan { operation: Operation::RegistryList(request), .. } => request.depth,
        Plan { .. } => panic!(),
    };
    assert_eq!([depth(2), depth(1 << 32), depth(u64::MAX)], [2, u32::MAX, u32::MAX]);
}

#[test]
fn data_is_a_text_of_its_type() {
    assert_eq!(write("string", "Hello").unwrap().size(), 10);
    assert_eq!(write("DWORD", "0x2A").unwrap().bytes, [42, 0, 0, 0]);
    assert_eq!(write("QWord", "9223372036854775807").unwrap().as_number(), Some(i64::MAX as u64));
    assert_eq!(write("binary", "AQI=").unwrap().bytes, [1, 2]);
    assert_eq!(write("ExpandString", "%T%").unwrap().kind, ValueType::ExpandString);
    for (text, items) in
        [("a\nb", &["a", "b"][..]), ("a\n", &["a"]), ("a", &["a"]), ("", &[]), ("a\r\nb", &["a\r", "b"])]
    {
        assert_eq!(write("MultiString", text).unwrap().as_texts().unwrap(), items, "{text:?}");
    }
}

#[test]
fn what_is_no_data_of_its_type_has_the_code_for_that() {
    for (kind, data) in [
        ("Float", "hunter2"),
        ("", "hunter2"),
        ("None", "aHVudGVyMg=="),
        ("Unknown", "hunter2"),
        ("Link", "hunter2"),
        ("REG_LINK", "hunter2"),
        ("DWord", "hunter2"),
        ("DWord", "-1"),
        ("DWord", "4294967296"),
        ("QWord", "18446744073709551616"),
        ("Binary", "***"),
        ("MultiString", "hunter2\n\nb"),
        ("String", "hunter2\u{0}"),
    ] {
        assert_eq!(write(kind, data), Err(Code::InvalidValueType), "{kind} {data}");
    }
    let wrong = json!({"path": PATH, "value_name": "n", "value_data": 42, "value_type": "DWord"});
    assert_eq!(plan("write_value", wrong).unwrap_err().code, Code::InvalidArgument);
}

#[test]
fn a_path_that_is_none_is_an_invalid_argument_whatever_is_wrong_with_it() {
    for path in
        ["", r"INVALID\x", r"Software\x", r"HKCU\\", &format!(r"HKCU\{}", "a".repeat(256)), "HKCU\\a\u{0}"]
    {
        let fault = plan("get_key_info", json!({"path": path})).unwrap_err();
        assert_eq!(code(fault.code), "INVALID_ARGUMENT", "{path}: {fault}");
    }
    for arguments in [
        json!({}),
        json!({"path": PATH, "max_depth": 0}),
        json!({"path": PATH, "max_depth": -1}),
        json!({"path": PATH, "deep": 1}),
    ] {
        assert_eq!(plan("enumerate_keys", arguments).unwrap_err().code, Code::InvalidArgument);
    }
}

fn value(name: &str, data: RegistryData) -> RegistryValue {
    RegistryValue { name: name.into(), data: Some(data), expanded: None }
}

#[test]
fn replies_have_the_fields_that_they_have_there() {
    let path = r"HKEY_CURRENT_USER\Software\App";
    let hello = || value("Setting1", RegistryData::text(ValueType::String, "Hello"));
    let read = RegistryOutcome::Read { path: path.into(), values: vec![hello()], info: None };
    let one = json!({"name": "Setting1", "data": "Hello", "type": "String", "path": path, "sizeBytes": 10, "exists": true});
    assert_eq!(render("read_value", json!({"path": PATH, "value_name": "Setting1"}), read), one);
    let list = |keys: &[&str], values| RegistryOutcome::List {
        path: path.into(),
        keys: keys.iter().map(ToString::to_string).collect(),
        values,
        cursor: None,
        notes: hidden_notes(),
    };
    assert_eq!(
        render("enumerate_values", json!({"path": PATH}), list(&[], vec![hello()])),
        json!({"count": 1, "items": [one]})
    );
    assert_eq!(
        render("enumerate_keys", json!({"path": PATH}), list(&["A", r"A\B\u{202e}"], vec![])),
        json!({"count": 2, "items": ["A", r"A\B\u{202e}"]})
    );
    let info = RegistryKeyInfo {
        path: path.into(),
        subkeys: 2,
        subkey_names: vec!["A".into(), "Z".into()],
        values: 8,
        last_write_ms: Some(0),
        class: None,
        security: None,
        notes: hidden_notes(),
    };
    let read = RegistryOutcome::Read { path: path.into(), values: vec![], info: Some(info) };
    assert_eq!(
        render("get_key_info", json!({"path": PATH}), read),
        json!({"path": path, "name": "App", "subKeyCount": 2, "valueCount": 8, "subKeyNames": ["A", "Z"],
               "lastWriteTime": "1970-01-01T00:00:00Z", "exists": true})
    );
    let changed = || RegistryOutcome::Changed { created: vec![], deleted: vec![], values: vec![], more: 0 };
    assert_eq!(
        render(
            "write_value",
            json!({"path": PATH, "value_name": "n", "value_data": "v", "value_type": "string"}),
            changed()
        ),
        json!({"written": true, "path": path, "name": "n", "type": "String"})
    );
    assert_eq!(
        render("delete_value", json!({"path": PATH, "value_name": "n"}), changed()),
        json!({"deleted": true, "path": path, "name": "n"})
    );
    assert_eq!(
        render("delete_key", json!({"path": PATH}), changed()),
        json!({"deleted": true, "path": path})
    );
}

/// What its replies have no place for.
fn hidden_notes() -> RegistryNotes {
    RegistryNotes { need_approval: vec!["x".into()], deeper: true }
}

#[test]
fn a_type_that_this_dialect_has_no_name_for_is_unknown() {
    for (number, name) in [(6, "Unknown"), (5, "Unknown"), (0, "None"), (7, "MultiString")] {
        let data = RegistryData { kind: ValueType::of_number(number), bytes: vec![0, 0] };
        let read = RegistryOutcome::Read {
            path: r"HKEY_CURRENT_USER\Software\App".into(),
            values: vec![value("n", data)],
            info: None,
        };
        assert_eq!(render("read_value", json!({"path": PATH, "value_name": "n"}), read)["type"], name);
    }
}

#[test]
fn only_classes_of_libraries_are_found() {
    let dll = r"C:\Windows\System32\shell32.dll";
    let hit = |server: &str| RegistryHit {
        path: format!(r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes\CLSID\{{1}}\{server}"),
        value: Some(value("", RegistryData::text(ValueType::String, dll))),
        clsid: Some("{1}".into()),
    };
    let sought = |plan: Plan| match plan.operation {
        Operation::RegistrySearch(RegistrySearchRequest { sought, .. }) => sought,
        _ => panic!(),
    };
    let planned = plan("search_clsid", json!({"dll_filter": "SHELL32"})).unwrap();
    assert_eq!(sought(planned), SearchFor::LibraryFor("SHELL32".into()));
    let found = RegistryOutcome::Found {
        hits: vec![hit("InprocServer32")],
        keys: 9,
        cursor: None,
        notes: hidden_notes(),
    };
    let registry_path = r"HKEY_LOCAL_MACHINE\SOFTWARE\Classes\CLSID\{1}\InprocServer32";
    assert_eq!(
        render("search_clsid", json!({"dll_filter": "SHELL32"}), found),
        json!({"count": 1, "items": [{"clsid": "{1}", "dllPath": dll, "registryPath": registry_path}]})
    );
}

#[test]
fn what_is_not_seen_is_escaped_in_the_text_and_the_text_stays_json() {
    let shown = visible(&json!({"a": "x\u{202e}\u{e0041}\n\u{e4}"}).to_string());
    assert_eq!(shown, "{\"a\":\"x\\u202e\\udb40\\udc41\\n\u{e4}\"}");
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), json!({"a": "x\u{202e}\u{e0041}\n\u{e4}"}));
}

#[test]
fn every_refusal_of_the_policy_has_one_code() {
    for (ours, theirs) in [
        (Code::DeniedByPolicy, "PATH_NOT_ALLOWED"),
        (Code::RegistryLink, "PATH_NOT_ALLOWED"),
        (Code::ApprovalUnavailable, "PATH_NOT_ALLOWED"),
        (Code::ApprovalDenied, "PATH_NOT_ALLOWED"),
        (Code::PolicyError, "PATH_NOT_ALLOWED"),
        (Code::KeyNotFound, "KEY_NOT_FOUND"),
        (Code::ValueNotFound, "VALUE_NOT_FOUND"),
        (Code::LimitExceeded, "LIMIT_EXCEEDED"),
        (Code::InvalidValueType, "INVALID_VALUE_TYPE"),
        (Code::AccessDenied, "ACCESS_DENIED"),
        (Code::TargetNotResponding, "TIMEOUT"),
        (Code::RateLimited, "RATE_LIMITED"),
        (Code::SessionStopped, "SESSION_STOPPED"),
    ] {
        let fault = Fault::new(ours, "no").hint("use snapshot");
        assert_eq!(fault_structured(&fault)["code"], theirs);
        assert_eq!(fault_text(&fault), format!("{theirs}: no"));
    }
}

#[test]
fn prompts_repeat_the_pattern_and_warn() {
    let text =
        prompt("safe_registry_query", |name| (name == "path_pattern").then(|| r"HKCU\Software\*".into()));
    let text = text.unwrap();
    assert!(text.contains(r"HKCU\Software\*") && text.contains("SECURITY, SAM, LSA"), "{text}");
    assert_eq!(prompt("safe_registry_query", |_| None), Err(BadPrompt::Missing("path_pattern")));
    assert!(prompt("registry_troubleshooting", |_| None).is_ok());
    assert_eq!(prompt("other", |_| None), Err(BadPrompt::Unknown));
}
