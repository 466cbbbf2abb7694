//! Programs: which there are, and how one is started or not.

use serde_json::json;

use super::{
    client::Home,
    explain::explain_in,
    stage::{Stage, world},
};

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
    assert_eq!(stage.done("window_list", json!({})).lines().count(), 6, "something was started");
}

#[test]
fn a_launch_is_judged_by_what_its_links_and_short_names_lead_to() {
    let mut world = world();
    let files = world["files"].as_object_mut().unwrap();
    for (path, file) in [
        (r"C:\Windows\System32\cmd.exe", json!({"text": ""})),
        (r"C:\Windows\System32\powershell.exe", json!({"text": ""})),
        (r"C:\Tools\cmdlink.exe", json!({"link": r"C:\Windows\System32\cmd.exe"})),
        (r"C:\Tools\own.exe", json!({"link": r"C:\Program Files\winwarden\winwarden.exe"})),
        (r"C:\Program Files\winwarden\winwarden.exe", json!({"text": ""})),
        (r"C:\Tools\unc.exe", json!({"link": r"\\srv\share\a.exe"})),
        (r"C:\winlink", json!({"link": r"C:\Windows\System32"})),
        (r"C:\Tools\loop.exe", json!({"link": r"C:\Tools\loop.exe"})),
    ] {
        files.insert(path.to_owned(), file);
    }
    let line = |path: &str| json!({"id": path, "tool": "app_launch", "arguments": {"executable": path}});
    let lines = [
        r"C:\Tools\cmdlink.exe",
        r"C:\winlink\cmd.exe",
        r"C:\winlink\POWERS~1.EXE",
        r"C:\Tools\own.exe",
        r"C:\Tools\unc.exe",
        r"C:\Tools\loop.exe",
        r"C:\Tools",
        r"C:\Nowhere\x.exe",
        r"C:\Windows\System32\notepad.exe",
    ]
    .map(line);
    let home = Home::of(&world);
    let policies = home.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    let forbid = |path: &str| {
        let path = path.replace('\\', r"\\");
        format!(
            "@id(\"no-{}\") @reason(\"no\") forbid (principal, action == Action::\"app_launch\", resource == \
             Process::\"{path}\");\n",
            path.len()
        )
    };
    let text = forbid(r"C:\Windows\System32\cmd.exe") + &forbid(r"C:\Windows\System32\powershell.exe");
    std::fs::write(policies.join("no.cedar"), text).unwrap();
    let (answers, _) = explain_in(&home, "", &["--profile", "lab"], &lines);
    let codes: Vec<_> = answers.iter().map(|answer| answer["code"].as_str().unwrap_or("")).collect();
    let (denied, forbidden, failed) = ("DENIED_BY_POLICY", "FORBIDDEN_PATH", "LAUNCH_FAILED");
    assert_eq!(codes, [denied, denied, denied, forbidden, forbidden, failed, failed, failed, ""]);
}
