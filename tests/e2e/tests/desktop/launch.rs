//! Programs that are started.

use std::fs;

use e2e::{Desk, Session, Trouble, eventually};
use serde_json::{Value, json};

use crate::stage::window;

/// Words that a shell, or careless quoting, would take apart.
const TITLE: &str = r#"two  words, "quoted" %PATH% & | ^ > C:\dir\ \"#;

#[test]
fn a_program_gets_its_arguments_as_they_are_and_outlives_the_server() -> Result<(), Trouble> {
    let desk = Desk::get();
    let file = desk.program_file("form")?;
    let folder =
        tempfile::tempdir().map_err(|source| Trouble::Io { doing: "make a folder".into(), source })?;
    let log = folder.path().join("log of it.jsonl");
    let mut session = Session::start(&[])?;
    let arguments = json!({
        "executable": desk.path(&file),
        "arguments": ["--title", TITLE, "--log", desk.path(&log), "--lifetime", "60000"],
    });
    let started = session.call("app_launch", arguments)?.done()?;
    assert!(started.text.starts_with("started "), "{}", started.text);
    assert!(started.text.contains("opened: "), "{}", started.text);
    let ready = eventually("ready line in its log", || {
        let text = fs::read_to_string(&log).ok()?;
        let first = text.lines().next()?;
        serde_json::from_str::<Value>(first).ok()
    })?;
    assert_eq!(ready["title"], json!(TITLE));

    session.end()?;
    let mut later = Session::start(&[])?;
    let launched = window(&mut later, TITLE)
        .or_else(|_| later.call("window_list", json!({}))?.done()?.window("two  words"))?;
    later.call("window_control", json!({"window": launched, "action": "close"}))?.done()?;
    eventually("end of the program", || fs::read_to_string(&log).ok()?.contains("\"ended\"").then_some(()))?;
    Ok(())
}

#[test]
fn a_registered_program_starts_by_its_exact_name_only() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let listed = session.call("app_list", json!({"query": "wordpad"}))?.done()?;
    let apps = listed.structured["apps"].as_array().cloned().unwrap_or_default();
    let name = apps.iter().find_map(|app| {
        let target = app["target"].as_str()?.to_lowercase();
        target.ends_with("wordpad.exe").then(|| app["name"].as_str().unwrap_or_default().to_owned())
    });
    let name = name.unwrap_or_else(|| panic!("{}", listed.text));
    let part: String = name.chars().take(3).collect();
    let refused = session.call("app_launch", json!({"app": part}))?;
    assert_eq!(refused.refused()?, "NOT_FOUND", "{}", refused.text);
    let started = session.call("app_launch", json!({"app": name, "timeout_ms": 30_000}))?.done()?;
    let opened = started.window("wordpad.exe");
    Desk::get().sweep("wordpad.exe");
    opened?;
    Ok(())
}

#[test]
fn what_is_no_full_local_path_of_a_program_is_refused_and_starts_nothing() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let before = session.call("window_list", json!({}))?.done()?.text;
    let system = r"C:\windows\system32\notepad.exe";
    for path in [
        "notepad.exe",
        r"tools\notepad.exe",
        r"..\notepad.exe",
        r"\windows\system32\notepad.exe",
        r"C:notepad.exe",
        r"\\server\share\tool.exe",
        "//server/share/tool.exe",
        r"\\?\UNC\server\share\tool.exe",
        r"\\.\C:\windows\system32\notepad.exe",
        r"\??\C:\windows\system32\notepad.exe",
    ] {
        let refused = session.call("app_launch", json!({"executable": path}))?;
        assert_eq!(refused.refused()?, "FORBIDDEN_PATH", "{path}: {}", refused.text);
    }
    for (arguments, codes) in [
        (json!({"executable": r"C:\no\such\program.exe"}), ["NOT_FOUND", "LAUNCH_FAILED"]),
        (json!({"executable": r"C:\windows"}), ["LAUNCH_FAILED", "NOT_FOUND"]),
        (json!({"executable": format!("{system} --x")}), ["NOT_FOUND", "LAUNCH_FAILED"]),
        (json!({"executable": format!("{system}:stream")}), ["FORBIDDEN_PATH", "LAUNCH_FAILED"]),
        (json!({"app": "no such program at all"}), ["NOT_FOUND", "NOT_FOUND"]),
        (json!({"executable": system, "arguments": "C:\\a b"}), ["INVALID_ARGUMENT", "INVALID_ARGUMENT"]),
        (json!({"app": "Notepad", "executable": system}), ["INVALID_ARGUMENT", "INVALID_ARGUMENT"]),
        (json!({"executable": system, "working_directory": "here"}), ["FORBIDDEN_PATH", "INVALID_ARGUMENT"]),
    ] {
        let refused = session.call("app_launch", arguments.clone())?;
        let code = refused.refused()?;
        assert!(codes.contains(&code), "{arguments}: {}", refused.text);
    }
    assert_eq!(session.call("window_list", json!({}))?.done()?.text, before);
    Ok(())
}
