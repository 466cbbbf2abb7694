use model::{
    Code, Fault, Operation, Outcome, RegistryReadRequest,
    registry::{
        RegistryData, RegistryKeyInfo, RegistryNotes, RegistryOutcome, RegistryValue, ValueChange, ValueType,
    },
    tool::{Plan, Reply},
};
use serde_json::{Value, json};

fn plan(tool: &str, arguments: Value) -> Result<Plan, Fault> {
    let tool = crate::all().into_iter().find(|known| known.card().name == tool).unwrap();
    tool.plan(arguments.as_object().unwrap())
}

fn operation(tool: &str, arguments: Value) -> Operation {
    plan(tool, arguments).unwrap().operation
}

fn fault(tool: &str, arguments: Value) -> (Code, String) {
    let fault = plan(tool, arguments).unwrap_err();
    (fault.code, fault.message)
}

fn render(tool: &str, arguments: Value, outcome: RegistryOutcome) -> Reply {
    let known = crate::all().into_iter().find(|known| known.card().name == tool).unwrap();
    let operation = operation(tool, arguments);
    let reply = known.render(&operation, &Outcome::Registry(Box::new(outcome)));
    let schema = Value::Object(known.schemas().output.clone().unwrap());
    let structured = reply.structured.clone().unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&structured).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{tool}: {faults:?}: {structured}");
    reply
}

const PATH: &str = r"HKCU\Software\App";

#[test]
fn a_path_that_is_none_is_refused_in_the_callers_spelling() {
    for (path, code, part) in [
        (
            r"Software\App",
            Code::InvalidArgument,
            r#"`path` is "Software\\App": it does not begin with a hive"#,
        ),
        ("", Code::InvalidArgument, "it is empty"),
        (r"HKCU\\x", Code::InvalidArgument, "two separators"),
        ("HKCU\\a\u{200b}", Code::InvalidArgument, r"a\u{200b}"),
        (&format!(r"HKCU\{}", "a".repeat(256)), Code::LimitExceeded, "longer than 255"),
    ] {
        let (is, message) = fault("registry_read", json!({"path": path}));
        assert!(is == code && message.contains(part), "{path}: {is} {message}");
    }
    let (code, message) = fault("registry_list", json!({"path": PATH, "view": 16, "vew": 64}));
    assert_eq!(code, Code::InvalidArgument);
    assert!(message.contains("`view` is 16; accepted: 64, 32"), "{message}");
    assert!(
        message.contains("`vew` is not an argument of registry_list (did you mean `view`?)"),
        "{message}"
    );
}

#[test]
fn reading_without_names_is_about_the_key() {
    let of = |arguments| match operation("registry_read", arguments) {
        Operation::RegistryRead(RegistryReadRequest { values, info, security, expand, .. }) => {
            (values, info, security, expand)
        }
        _ => panic!(),
    };
    assert_eq!(of(json!({"path": PATH})), (vec![], true, false, false));
    assert_eq!(of(json!({"path": PATH, "values": [""]})), (vec![String::new()], false, false, false));
    let all = json!({"path": PATH, "values": ["a"], "security": true, "expanded": true});
    assert_eq!(of(all), (vec!["a".to_owned()], true, true, true));
    let (_, message) = fault("registry_read", json!({"path": PATH, "values": ["a\u{0}b"]}));
    assert!(message.contains("`values[0]`: the value's name holds a control character"), "{message}");
}

#[test]
fn data_is_read_by_its_type_and_types_by_both_names() {
    let data = |kind: &str, data: Value| {
        let arguments = json!({"path": PATH, "values": [{"name": "n", "type": kind, "data": data}]});
        let Operation::RegistryWrite(request) = operation("registry_write", arguments) else { panic!() };
        request.values[0].data.expose()
    };
    assert_eq!(data("string", json!("ab")).bytes, [b'a', 0, b'b', 0, 0, 0]);
    assert_eq!(data("REG_EXPAND_SZ", json!("%T%")).kind, ValueType::ExpandString);
    for number in [json!(42), json!("42"), json!("0x2A")] {
        assert_eq!(data("DWord", number).bytes, [42, 0, 0, 0]);
    }
    assert_eq!(data("qword", json!("18446744073709551615")).bytes, [255; 8]);
    assert_eq!(data("qword", json!(u64::MAX)).bytes, [255; 8]);
    assert_eq!(data("Binary", json!("AQI=")).bytes, [1, 2]);
    assert_eq!(data("none", json!("")).bytes, [0_u8; 0]);
    assert_eq!(data("REG_MULTI_SZ", json!(["a", "b"])).as_texts().unwrap(), ["a", "b"]);
}

#[test]
fn what_is_no_data_of_its_type_is_refused_and_never_shown() {
    for (kind, data, code) in [
        ("Float", json!("hunter2"), Code::InvalidValueType),
        ("DWord", json!("hunter2"), Code::InvalidValueType),
        ("DWord", json!("-1"), Code::InvalidValueType),
        ("DWord", json!(-1), Code::InvalidValueType),
        ("DWord", json!(1.5), Code::InvalidValueType),
        ("DWord", json!(4_294_967_296_u64), Code::InvalidValueType),
        ("DWord", json!("+1"), Code::InvalidValueType),
        ("DWord", json!(" 1"), Code::InvalidValueType),
        ("QWord", json!("18446744073709551616"), Code::InvalidValueType),
        ("Binary", json!("hunter2"), Code::InvalidValueType),
        ("Binary", json!([1]), Code::InvalidValueType),
        ("String", json!(1), Code::InvalidValueType),
        ("String", json!("hunter2\u{0}x"), Code::InvalidValueType),
        ("MultiString", json!("hunter2"), Code::InvalidValueType),
        ("MultiString", json!(["hunter2", ""]), Code::InvalidValueType),
        ("MultiString", json!(["hunter2", 1]), Code::InvalidValueType),
        ("REG_LINK", json!("hunter2"), Code::RegistryLink),
    ] {
        let value = json!({"name": "n", "type": kind, "data": data});
        let (is, message) = fault("registry_write", json!({"path": PATH, "values": [value]}));
        assert_eq!(is, code, "{kind} {data}: {message}");
        assert!(message.contains("values[0]") && !message.contains("hunter2"), "{kind} {data}: {message}");
    }
    for wrong in [
        json!("hunter2"),
        json!(["hunter2"]),
        json!([{"name": "n", "type": "String", "data": "x", "hunter": 2}]),
    ] {
        let (code, message) = fault("registry_write", json!({"path": PATH, "values": wrong}));
        assert_eq!(code, Code::InvalidArgument);
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_write_names_each_value_once_and_something_to_do() {
    let value = |name: &str| json!({"name": name, "type": "String", "data": ""});
    let (_, message) = fault("registry_write", json!({"path": PATH, "values": [value("a"), value("A")]}));
    assert!(message.contains("`values[1].name` is the name of a value before it"), "{message}");
    let (_, message) = fault("registry_write", json!({"path": PATH}));
    assert!(message.contains("`values` is empty"), "{message}");
    operation("registry_write", json!({"path": PATH, "create_key": true}));
}

#[test]
fn a_search_seeks_one_thing() {
    for (arguments, part) in [
        (json!({"path": PATH}), "give `text`, `type` or `clsid_for`"),
        (json!({"path": PATH, "text": "a", "type": "String"}), "`text` and `type` are given"),
        (json!({"path": PATH, "type": "String", "in": ["data"]}), "`in` goes with `text`"),
        (json!({"path": PATH, "type": "Float"}), "there is no such type"),
        (json!({"path": PATH, "text": ""}), "`text` is text of 0 characters"),
        (json!({"path": PATH, "text": "a", "in": ["value"]}), "accepted: keys, names, data"),
    ] {
        let (_, message) = fault("registry_search", arguments.clone());
        assert!(message.contains(part), "{arguments}: {message}");
    }
    operation("registry_search", json!({"path": PATH, "clsid_for": ""}));
}

#[test]
fn a_key_is_deleted_only_where_that_is_said() {
    for (arguments, part) in [
        (json!({"path": PATH}), "give `values`, or `key`"),
        (json!({"path": PATH, "values": ["a"], "key": true}), "only one of them"),
        (json!({"path": PATH, "values": ["a"], "recursive": true}), "`recursive` goes with `key`"),
        (json!({"path": PATH, "keys": 2, "values": ["a"]}), "`keys` goes with `key`"),
        (json!({"path": "x", "key": true, "recursive": true}), "`keys` is missing"),
    ] {
        let (code, message) = fault("registry_delete", arguments.clone());
        assert!(code == Code::InvalidArgument && message.contains(part), "{arguments}: {message}");
    }
    for arguments in [
        json!({"path": PATH, "key": true}),
        json!({"path": PATH, "key": true, "recursive": true, "keys": 3}),
        json!({"path": PATH, "key": true, "recursive": true, "dry_run": true}),
    ] {
        operation("registry_delete", arguments);
    }
    // Whether it is a dry run is also said by the session.
    let lacks = |arguments| plan("registry_delete", arguments).unwrap().lacks;
    let lacking = lacks(json!({"path": PATH, "key": true, "recursive": true})).unwrap();
    assert!(
        lacking.code == Code::InvalidArgument && lacking.message.starts_with("`keys` is missing"),
        "{lacking}"
    );
    assert_eq!(lacks(json!({"path": PATH, "key": true, "recursive": true, "keys": 3})), None);
}

#[test]
fn an_import_tells_every_faulty_line_and_nothing_that_stands_there() {
    let text = "REGEDIT4\n[HKCU\\A]\n\"hunter2\"=hunter2\nhunter2";
    let (code, message) = fault("registry_import", json!({"text": text}));
    assert_eq!(code, Code::InvalidArgument);
    assert!(message.contains("`text`: line 3: ") && message.contains("; line 4: "), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
    let many = format!("REGEDIT4\n{}", "[HKCU\\A]\n".repeat(1_001));
    assert_eq!(fault("registry_import", json!({"text": many})).0, Code::LimitExceeded);
    assert!(fault("registry_import", json!({"text": "REGEDIT4\n"})).1.contains("names no key"));
    let plan =
        plan("registry_import", json!({"text": "REGEDIT4\n[HKCU\\A]\n\"pw\"=\"hunter2\"", "view": 32}));
    let Operation::RegistryImport(request) = plan.unwrap().operation else { panic!() };
    assert_eq!(request.changes[0].0.view, model::registry::View::W32);
    assert!(!format!("{request:?}").contains("hunter2"));
}

fn value(name: &str, data: RegistryData) -> RegistryValue {
    RegistryValue { name: name.into(), data: Some(data), expanded: None }
}

#[test]
fn no_name_and_no_data_can_forge_a_line() {
    let evil = "x\n \"admin\" = String \"yes\"\u{202e}";
    let text = RegistryData::text(ValueType::String, evil);
    let texts = RegistryData::texts([evil]).unwrap();
    let hidden = RegistryValue { name: evil.into(), data: None, expanded: None };
    let read = RegistryOutcome::Read {
        path: r"HKEY_CURRENT_USER\Software\App".into(),
        values: vec![value(evil, text.clone()), value("m", texts), hidden],
        info: Some(RegistryKeyInfo {
            path: PATH.into(),
            subkeys: 9,
            subkey_names: vec![evil.into()],
            values: 3,
            last_write_ms: Some(0),
            class: Some(evil.into()),
            security: Some(evil.into()),
            notes: RegistryNotes { need_approval: vec![evil.into()], deeper: false },
        }),
    };
    let reply = render("registry_read", json!({"path": PATH}), read);
    assert_eq!(reply.text.lines().count(), 10, "{}", reply.text);
    assert!(!reply.text.contains('\u{202e}'));
    assert!(reply.text.contains("last changed: 1970-01-01T00:00:00Z"), "{}", reply.text);
    let list = RegistryOutcome::List {
        path: r"HKEY_CURRENT_USER\Software\App".into(),
        keys: vec![evil.into(), r"a\b".into()],
        values: vec![value(evil, text.clone())],
        cursor: Some(evil.into()),
        notes: RegistryNotes { need_approval: vec![evil.into()], deeper: false },
    };
    let reply = render("registry_list", json!({"path": PATH}), list);
    assert_eq!(reply.text.lines().count(), 8, "{}", reply.text);
    assert!(reply.text.contains("\n \"a\\b\"\n"), "{}", reply.text);
    let change =
        ValueChange { path: evil.into(), name: evil.into(), before: Some(text.clone()), after: None };
    let changed = RegistryOutcome::Changed {
        created: vec![evil.into()],
        deleted: vec![evil.into()],
        values: vec![change],
        more: 0,
    };
    let reply = render("registry_delete", json!({"path": PATH, "key": true}), changed);
    assert_eq!(reply.text.lines().count(), 4, "{}", reply.text);
}

#[test]
fn a_change_is_told_as_what_was_and_what_is() {
    let number = |number: u32| RegistryData { kind: ValueType::DWord, bytes: number.to_le_bytes().to_vec() };
    let path = r"HKEY_CURRENT_USER\Software\App";
    let change =
        |name: &str, before, after| ValueChange { path: path.into(), name: name.into(), before, after };
    let changed = RegistryOutcome::Changed {
        created: vec![path.into()],
        deleted: vec![],
        values: vec![
            change("", None, Some(RegistryData::text(ValueType::String, "new"))),
            change("n", Some(number(1)), Some(number(2))),
            change("old", Some(number(3)), None),
            change("pw", None, None),
        ],
        more: 7,
    };
    let reply = render("registry_write", json!({"path": PATH, "create_key": true}), changed);
    let expected = [
        r"+ HKEY_CURRENT_USER\Software\App",
        r"~ HKEY_CURRENT_USER\Software\App",
        "  (default): (none) -> String \"new\" (6 bytes)",
        "  \"n\": DWord 1 (0x1) -> DWord 2 (0x2)",
        "  \"old\": DWord 3 (0x3) -> (none)",
        "  \"pw\": [withheld: it looks like a secret]",
        "and 7 more values",
    ];
    assert_eq!(reply.text.lines().collect::<Vec<_>>(), expected);
    let nothing = RegistryOutcome::Changed { created: vec![], deleted: vec![], values: vec![], more: 0 };
    assert!(
        render("registry_import", json!({"text": "REGEDIT4\n[HKCU\\A]"}), nothing)
            .text
            .contains("nothing to change")
    );
}

#[test]
fn every_type_is_shown_as_what_it_is() {
    for (kind, bytes, shown) in [
        (ValueType::String, &b"a\0b\0\0\0"[..], r#"String "ab" (4 bytes)"#),
        (ValueType::String, b"a\0\0\0b\0", r#"String "a" (6 bytes, not all of it text)"#),
        (ValueType::String, b"a\0b", r#"String "a" (3 bytes, not all of it text)"#),
        (ValueType::String, b"", r#"String "" (0 bytes)"#),
        (ValueType::MultiString, b"a\0\0\0b\0\0\0\0\0", r#"MultiString ["a", "b"] (10 bytes)"#),
        (ValueType::DWord, b"\x2a\0\0\0", "DWord 42 (0x2a)"),
        (ValueType::DWord, b"\x2a", "DWord Kg== (1 byte)"),
        (ValueType::QWord, &[255; 8], "QWord 18446744073709551615 (0xffffffffffffffff)"),
        (ValueType::Binary, b"", "Binary (0 bytes)"),
        (ValueType::None, b"\0", "None AA== (1 byte)"),
        (ValueType::Other(77), b"\x01", "type 77 AQ== (1 byte)"),
    ] {
        let data = RegistryData { kind, bytes: bytes.to_vec() };
        assert_eq!(super::words::data(&data, 100), shown);
    }
    let long = RegistryData::text(ValueType::String, &"a".repeat(300));
    assert_eq!(super::words::data(&long, 3), "String \"aaa…+297\" (600 bytes)");
}

#[test]
fn what_was_taken_out_and_what_goes_on_is_said() {
    let found = RegistryOutcome::Found {
        hits: vec![model::registry::RegistryHit {
            path: r"HKEY_CURRENT_USER\Software\App".into(),
            value: Some(RegistryValue { name: "pw".into(), data: None, expanded: None }),
            clsid: None,
        }],
        keys: 4,
        cursor: Some("c1".into()),
        notes: RegistryNotes { need_approval: vec![r"HKEY_CURRENT_USER\A".into()], deeper: true },
    };
    let reply = render("registry_search", json!({"path": PATH, "text": "pw"}), found);
    assert_eq!(
        reply.text,
        "1 hit in 4 keys\nHKEY_CURRENT_USER\\Software\\App\n \"pw\" = [withheld: it looks like a secret]\n\
         note: keys below \"HKEY_CURRENT_USER\\A\" need approval: name them in a call of their own\n\
         note: keys that lie deeper than a walk may go (`registry.max_depth`, and that of the root) were not looked into\n\
         more: call again with the same arguments and cursor \"c1\""
    );
    let notes = RegistryNotes { need_approval: vec!["K".into()], deeper: false };
    let exported = RegistryOutcome::Exported { text: "x\r\n".into(), keys: 1, withheld: 2, notes };
    let reply = render("registry_export", json!({"path": PATH}), exported);
    assert_eq!(
        reply.text,
        "x\r\n; 2 values left out: they look like secrets\n; keys below \"K\" need approval: name them in a call of their own\n"
    );
    let reply = render(
        "registry_wait",
        json!({"path": PATH, "value": "a\\b"}),
        RegistryOutcome::Waited { elapsed_ms: 5 },
    );
    assert_eq!(reply.text, "\"a\\\\b\" of HKEY_CURRENT_USER\\Software\\App changed after 5 ms");
}
