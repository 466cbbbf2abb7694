//! The registry, beside what Windows' own `reg` and `regedit` say of it.

use std::{
    fs,
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use e2e::{Desk, Program, Reply, Session, Trouble};
use serde_json::{Value, json};

/// A key of a test's own, gone with all below it when dropped.
struct Place(String);

impl Place {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let place = Self(format!(r"HKEY_CURRENT_USER\Software\winwarden-e2e-{}-{count}", std::process::id()));
        reg(&["add", &place.0, "/f"]);
        place
    }

    fn below(&self, rest: &str) -> String {
        format!(r"{}\{rest}", self.0)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        reg(&["delete", &self.0, "/f"]);
    }
}

fn started() -> Result<Session, Trouble> {
    Session::start(&["--toolsets", "core,registry"])
}

/// What Windows' `reg` says.
fn reg(arguments: &[&str]) -> String {
    let output = Desk::get().command("reg", arguments).stdin(Stdio::null()).output();
    output.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether `reg` shows a value: name, type and data with four spaces between.
fn shows(listed: &str, name: &str, kind: &str, data: &str) -> bool {
    let wanted = format!("{name}    {kind}    {data}");
    listed.lines().any(|line| line.trim() == wanted)
}

/// The text of what `regedit` exports.
fn regedit(key: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.reg");
    let mut command = Desk::get().command("regedit", &["/E", &Desk::get().path(&file), key]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap();
    let bytes = fs::read(&file).unwrap();
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    text.filter(|c| *c != '\u{feff}').collect()
}

/// A `.reg` text with each value on one line: how long lines are broken is anybody's own.
fn unbroken(text: &str) -> Vec<String> {
    let joined = text.replace("\r\n", "\n").replace("\\\n  ", "");
    joined.lines().map(|line| line.trim_end().to_lowercase()).filter(|line| !line.is_empty()).collect()
}

fn relink(arguments: &[&str]) -> Result<Command, Trouble> {
    Desk::get().test_program("relink", arguments)
}

/// The values of a reply, by name.
fn value<'a>(reply: &'a Reply, name: &str) -> &'a Value {
    let all = reply.structured["values"].as_array();
    all.and_then(|all| all.iter().find(|one| one["name"] == name)).unwrap_or(&Value::Null)
}

fn odd() -> Value {
    json!([
        {"name": "", "type": "String", "data": "the default one"},
        {"name": "text", "type": "REG_SZ", "data": "Grüße, 😀"},
        {"name": "path", "type": "ExpandString", "data": "%SystemRoot%\\x"},
        {"name": "several", "type": "MultiString", "data": ["one", "two"]},
        {"name": "number", "type": "DWord", "data": 4_000_000_000_u32},
        {"name": "long", "type": "QWord", "data": "0xffffffffffffffff"},
        {"name": "bytes", "type": "Binary", "data": "AP/Y"},
        {"name": "nothing", "type": "None", "data": ""},
        {"name": "odd\\name \"=", "type": "String", "data": "\"\\"},
    ])
}

#[test]
fn what_is_written_is_what_reg_says_and_what_reg_adds_is_read() -> Result<(), Trouble> {
    let (mut session, place) = (started()?, Place::new());
    let key = place.below("New");
    let write = json!({"path": key, "values": odd(), "create_key": true});
    let mut dry = write.clone();
    dry["dry_run"] = json!(true);
    let told = session.call("registry_write", dry)?.done()?;
    assert!(told.text.contains("Grüße"), "{}", told.text);
    assert!(!reg(&["query", &place.0]).contains("New"), "a dry run wrote");
    session.call("registry_write", write)?.done()?;
    let listed = reg(&["query", &key]);
    for (name, kind, data) in [
        ("number", "REG_DWORD", "0xee6b2800"),
        ("path", "REG_EXPAND_SZ", r"%SystemRoot%\x"),
        ("bytes", "REG_BINARY", "00FFD8"),
        ("several", "REG_MULTI_SZ", r"one\0two"),
    ] {
        assert!(shows(&listed, name, kind, data), "{name}: {listed}");
    }
    reg(&["add", &key, "/v", "added", "/t", "REG_SZ", "/d", "by reg", "/f"]);
    let read =
        json!({"path": key, "values": ["added", "NUMBER", "", "path"], "expanded": true, "info": true});
    let reply = session.call("registry_read", read)?.done()?;
    assert_eq!(value(&reply, "added")["data"], "by reg", "{}", reply.text);
    assert_eq!(value(&reply, "")["data"], "the default one");
    assert_eq!(reply.structured["info"]["values"], 10, "{}", reply.text);
    let expanded = value(&reply, "path")["expanded"].as_str().unwrap_or_default().to_lowercase();
    assert!(expanded.ends_with(r"\x") && expanded.starts_with(r"c:\"), "{expanded}");
    let missing = session.call("registry_read", json!({"path": key, "values": ["none"]}))?;
    assert_eq!(missing.refused()?, "VALUE_NOT_FOUND");
    let missing = session.call("registry_read", json!({"path": place.below("None")}))?;
    assert_eq!(missing.refused()?, "KEY_NOT_FOUND");
    // Data stands in no record.
    for (path, text) in session.written()? {
        assert!(!text.contains("Grüße") && !text.contains("by reg"), "{path}");
    }
    Ok(())
}

#[test]
fn an_export_is_what_regedit_writes_and_brings_back_what_was_deleted() -> Result<(), Trouble> {
    let (mut session, place) = (started()?, Place::new());
    let tree = place.below("Tree");
    session.call("registry_write", json!({"path": tree, "values": odd(), "create_key": true}))?.done()?;
    let large = json!([{"name": "large", "type": "Binary", "data": "q83v".repeat(400)}]);
    let second = json!({"path": format!(r"{tree}\Second"), "values": large, "create_key": true});
    session.call("registry_write", second)?.done()?;
    let empty = json!({"path": format!(r"{tree}\Empty\Deeper"), "create_key": true});
    session.call("registry_write", empty)?.done()?;
    let export = |session: &mut Session| -> Result<String, Trouble> {
        let reply = session.call("registry_export", json!({"path": tree}))?.done()?;
        Ok(reply.structured["text"].as_str().unwrap_or_default().to_owned())
    };
    let ours = export(&mut session)?;
    assert_eq!(unbroken(&ours), unbroken(&regedit(&tree)));
    let delete = json!({"path": tree, "key": true, "recursive": true});
    let mut wrong = delete.clone();
    wrong["keys"] = json!(3);
    assert!(session.call("registry_delete", wrong)?.failed);
    assert_eq!(export(&mut session)?, ours);
    let mut right = delete;
    right["keys"] = json!(4);
    session.call("registry_delete", right)?.done()?;
    assert!(!reg(&["query", &place.0]).contains("Tree"));
    session.call("registry_import", json!({"text": ours}))?.done()?;
    assert_eq!(export(&mut session)?, ours);
    assert_eq!(unbroken(&ours), unbroken(&regedit(&tree)));
    Ok(())
}

#[test]
fn ten_thousand_values_are_listed_in_parts_and_found() -> Result<(), Trouble> {
    let (mut session, place) = (started()?, Place::new());
    let key = place.below("Many");
    for hundred in 0..100_u32 {
        let one = |number: u32| json!({"name": format!("value {number}"), "type": "DWord", "data": number});
        let values: Vec<Value> = (0..100).map(|number| one(hundred * 100 + number)).collect();
        session.call("registry_write", json!({"path": key, "values": values, "create_key": true}))?.done()?;
    }
    let mut numbers = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut list = json!({"path": key, "keys": false});
        if !cursor.is_null() {
            list["cursor"] = cursor;
        }
        let part = session.call("registry_list", list)?.done()?;
        let values = part.structured["values"].as_array().cloned().unwrap_or_default();
        assert!(values.len() <= 100);
        numbers.extend(values.iter().filter_map(|value| value["data"].as_u64()));
        cursor = part.structured["cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..10_000));
    let found = session.call("registry_search", json!({"path": place.0, "text": "value 9999"}))?.done()?;
    assert_eq!(found.structured["hits"].as_array().map(Vec::len), Some(1), "{}", found.text);
    Ok(())
}

#[test]
fn a_link_is_refused_and_what_lies_behind_it_is_never_read() -> Result<(), Trouble> {
    let (mut session, place) = (started()?, Place::new());
    let (secret, swapped) = (place.below("Secret"), place.below("Swapped"));
    let hidden = json!([{"name": "hidden", "type": "String", "data": "behind"}]);
    session.call("registry_write", json!({"path": secret, "values": hidden, "create_key": true}))?.done()?;
    let made = relink(&[&swapped, &secret, "0"])?.stdout(Stdio::null()).status();
    assert!(made.is_ok_and(|made| made.success()));
    let read = json!({"path": swapped, "values": ["hidden"]});
    let one = json!([{"name": "new", "type": "DWord", "data": 1}]);
    for (tool, arguments) in [
        ("registry_read", read.clone()),
        ("registry_list", json!({"path": swapped})),
        ("registry_export", json!({"path": swapped})),
        ("registry_write", json!({"path": swapped, "values": one})),
        ("registry_delete", json!({"path": swapped, "key": true})),
        ("registry_read", json!({"path": format!(r"{swapped}\Below")})),
    ] {
        let refused = session.call(tool, arguments)?;
        assert_eq!(refused.refused()?, "REGISTRY_LINK", "{tool}: {}", refused.text);
        assert!(!refused.text.contains("Secret") && !refused.text.contains("S-1-5"), "{}", refused.text);
    }
    let link = json!([{"name": "SymbolicLinkValue", "type": "String", "data": "x"}]);
    let refused = session.call("registry_write", json!({"path": secret, "values": link}))?;
    assert!(refused.failed, "{}", refused.text);
    // Another program swaps key and link as fast as it can.
    let mut race = Program::with(relink(&[&swapped, &secret, "10000"])?)?;
    let (mut as_key, mut as_link) = (0, 0);
    while !race.reports(Duration::ZERO).iter().any(|line| line["event"] == "ended") {
        let reply = session.call("registry_read", read.clone())?;
        assert!(!reply.text.contains("behind"), "{}", reply.text);
        match reply.refused()? {
            "REGISTRY_LINK" => as_link += 1,
            _ => as_key += 1,
        }
    }
    assert!(as_key > 0 && as_link > 0, "{as_key} {as_link}");
    Ok(())
}

#[test]
fn the_systems_own_links_and_the_two_views_are_names_of_one_key() -> Result<(), Trouble> {
    let mut session = started()?;
    let mut count = |path: &str, view: u32| -> Result<Value, Trouble> {
        let info = json!({"path": path, "view": view});
        Ok(session.call("registry_read", info)?.done()?.structured["info"]["subkeys"].clone())
    };
    let control = count(r"HKLM\SYSTEM\CurrentControlSet\Control", 64)?;
    assert_eq!(control, count(r"HKLM\SYSTEM\ControlSet001\Control", 64)?);
    let classes = r"HKLM\SOFTWARE\Classes";
    let narrow = count(&format!(r"{classes}\CLSID"), 32)?;
    assert_eq!(narrow, count(&format!(r"{classes}\WOW6432Node\CLSID"), 64)?);
    assert_eq!(narrow, count(r"HKLM\SOFTWARE\WOW6432Node\Classes\CLSID", 64)?);
    let listed = reg(&["query", r"HKLM\SOFTWARE\Classes\WOW6432Node\CLSID"]);
    let listed = listed.lines().filter(|line| line.contains('{')).count();
    assert_eq!(narrow, json!(listed));
    for denied in
        [r"HKLM\SAM", r"HKLM\SAM\None", r"HKLM\SECURITY\SAM", r"HKLM\SYSTEM\ControlSet001\Control\Lsa"]
    {
        let refused = session.call("registry_read", json!({"path": denied}))?;
        assert_eq!(refused.refused()?, "DENIED_BY_POLICY", "{}", refused.text);
    }
    Ok(())
}

#[test]
fn a_wait_ends_when_another_program_changes_the_value() -> Result<(), Trouble> {
    let (mut session, place) = (started()?, Place::new());
    let wait = json!({"path": place.0, "value": "ready", "timeout_ms": 20_000});
    let waiting = session.begin_call("registry_wait", wait)?;
    session.call("registry_list", json!({"path": place.0}))?.done()?;
    reg(&["add", &place.0, "/v", "ready", "/t", "REG_DWORD", "/d", "1", "/f"]);
    session.finish_call(waiting, "registry_wait")?.done()?;
    let wait = json!({"path": place.0, "timeout_ms": 300});
    assert_eq!(session.call("registry_wait", wait)?.refused()?, "TIMEOUT");
    Ok(())
}
