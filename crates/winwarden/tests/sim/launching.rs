//! Programs: which there are, and how one is started or not.

use serde_json::json;

use super::stage::Stage;

#[test]
fn a_program_is_started_by_its_name_or_its_full_path_and_its_window_is_named() {
    let mut stage = Stage::new();
    let listed = stage.done("app_list", json!({"query": "p"}));
    assert!(listed.contains("notepad") && listed.contains("Paint") && !listed.contains("todo"), "{listed}");
    let paint = stage.done("app_launch", json!({"app": "paint"}));
    assert!(paint.starts_with("started \"paint\", process ") && paint.contains("opened: w"), "{paint}");
    let todo =
        json!({"executable": "c:/windows/system32/NOTEPAD.exe", "arguments": [r"C:\Users\ann\todo.txt"]});
    let started = stage.done("app_launch", todo);
    assert!(started.contains("\"todo.txt - Notepad\" notepad.exe"), "{started}");
    assert_eq!(stage.done("read_text", json!({"find": {"role": "Document"}})), "buy milk");
}

#[test]
fn only_a_full_local_path_or_a_registered_name_starts_anything() {
    let mut stage = Stage::new();
    for path in [
        r"notepad.exe",
        r"tools\notepad.exe",
        r"C:notepad.exe",
        r"\\server\share\x.exe",
        "//server/share/x.exe",
        r"\\?\UNC\server\share\x.exe",
        r"\\.\C:\x.exe",
        r"\??\C:\x.exe",
    ] {
        stage.refused("app_launch", json!({"executable": path}), "FORBIDDEN_PATH");
    }
    let elsewhere = json!({"app": "Paint", "working_directory": r"\\server\share"});
    stage.refused("app_launch", elsewhere, "FORBIDDEN_PATH");
    stage.refused("app_launch", json!({"app": "pain"}), "NOT_FOUND");
    // The second names the same file as the first, in full.
    for none in [r"C:\Tools\none.exe", r"\\?\C:\Tools\none.exe"] {
        stage.refused("app_launch", json!({"executable": none}), "LAUNCH_FAILED");
    }
    stage.refused(
        "app_launch",
        json!({"app": "Paint", "executable": r"C:\Tools\Paint.exe"}),
        "INVALID_ARGUMENT",
    );
    assert_eq!(stage.done("window_list", json!({})).lines().count(), 7, "something was started");
}
