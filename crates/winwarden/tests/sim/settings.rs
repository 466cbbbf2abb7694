//! Every setting does what it says: each has a test here, or names the one it has elsewhere.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    client::{Home, Server, winwarden},
    explain::explain,
    stage::world,
};

/// A setting with a narrow and a wide value, calls of one session, and what the last of them comes to under each.
type Judged = (&'static str, &'static str, &'static str, fn() -> Vec<Value>, &'static str, &'static str);

fn call(tool: &str, arguments: Value) -> Value {
    json!({"id": tool, "tool": tool, "arguments": arguments, "session": "s"})
}

fn start() -> Value {
    call("app_launch", json!({"app": "notepad"}))
}

fn delete() -> Value {
    call("press_keys", json!({"keys": "Delete", "find": {"role": "RadioButton", "window": "Options"}}))
}

/// Settings that change a verdict.
const JUDGED: &[Judged] = &[
    ("profile", "profile = \"observe\"", "profile = \"lab\"", || vec![start()], "DENIED_BY_POLICY", "allow"),
    (
        "workspace.applications",
        "profile = \"workspace\"",
        "profile = \"workspace\"\n[workspace]\napplications = [\"notepad.exe\"]",
        || vec![start()],
        "APPROVAL_REQUIRED",
        "allow",
    ),
    (
        "protected.applications",
        "[protected]\napplications = [\"notepad.exe\"]",
        "",
        || vec![call("press_keys", json!({"keys": "Ctrl+S"}))],
        "APPROVAL_REQUIRED",
        "allow",
    ),
    (
        "limits.reads_per_minute",
        "[limits]\nreads_per_minute = 1",
        "",
        || vec![call("window_list", json!({})), call("window_list", json!({}))],
        "RATE_LIMITED",
        "allow",
    ),
    (
        "limits.input_per_minute",
        "[limits]\ninput_per_minute = 1",
        "",
        || vec![call("press_keys", json!({"keys": "A"})), call("press_keys", json!({"keys": "A"}))],
        "RATE_LIMITED",
        "allow",
    ),
    (
        "limits.changes_per_minute",
        "profile = \"lab\"\n[limits]\nchanges_per_minute = 1",
        "profile = \"lab\"",
        || vec![start(), start()],
        "RATE_LIMITED",
        "allow",
    ),
    (
        "limits.cooldown_ms",
        "profile = \"lab\"\n[limits]\ncooldown_ms = 600000",
        "profile = \"lab\"",
        || vec![delete(), delete()],
        "COOLDOWN",
        "allow",
    ),
    (
        "limits.destructive_acts",
        "profile = \"lab\"\n[limits]\ndestructive_acts = 1",
        "profile = \"lab\"",
        || vec![delete(), delete()],
        "BUDGET_EXHAUSTED",
        "allow",
    ),
    (
        "limits.launches",
        "profile = \"lab\"\n[limits]\nlaunches = 1",
        "profile = \"lab\"",
        || vec![start(), start()],
        "BUDGET_EXHAUSTED",
        "allow",
    ),
    (
        "limits.session_minutes",
        "[limits]\nsession_minutes = 0",
        "",
        || vec![call("window_list", json!({}))],
        "BUDGET_EXHAUSTED",
        "allow",
    ),
    (
        "limits.taint_minutes",
        "profile = \"workspace\"\n[workspace]\napplications = [\"notepad.exe\"]",
        "profile = \"workspace\"\n[workspace]\napplications = [\"notepad.exe\"]\n[limits]\ntaint_minutes = 0",
        || vec![call("read_text", json!({"window": "Options"})), start()],
        "APPROVAL_REQUIRED",
        "allow",
    ),
];

/// Settings that change what is offered, as `winwarden tools` tells: a value, and a tool that goes with it.
const OFFERED: [(&str, &str, &str); 4] = [
    ("toolsets", "toolsets = [\"core\"]", "click"),
    ("tools", "tools = [\"click\"]", "scroll"),
    ("exclude_tools", "exclude_tools = [\"scroll\"]", "scroll"),
    ("pictures", "pictures = false", "screenshot"),
];

/// The tests of the others, as `folder::test`.
const ELSEWHERE: [(&str, &str); 19] = [
    (
        "acknowledge",
        "winwarden::a_server_and_other_users_are_told_of_at_the_start_and_in_status_until_they_are_acknowledged",
    ),
    ("limits.idle_minutes", "gate::after_half_an_hour_without_a_call_another_one_begins"),
    ("dry_run", "winwarden::dry_runs_of_a_setting_do_nothing"),
    ("log_level", "winwarden::a_log_level_says_how_much_is_said"),
    ("badge", "host-windows::a_person_stops_and_resumes_with_it"),
    ("stop_key", "host-windows::a_person_stops_with_the_key_and_a_program_does_not"),
    ("registry.level", "policy::each_setting_does_what_it_says"),
    ("registry.roots", "policy::each_setting_does_what_it_says"),
    ("registry.denied", "policy::each_setting_does_what_it_says"),
    ("registry.max_depth", "policy::each_setting_does_what_it_says"),
    ("registry.max_values", "policy::each_setting_does_what_it_says"),
    ("registry.max_value_bytes", "policy::each_setting_does_what_it_says"),
    ("workspace.keys", "policy::every_setting_of_the_registry_changes_a_verdict"),
    (
        "registry.requests_per_minute",
        "gate::every_call_on_the_registry_counts_in_its_rate_those_that_are_refused_too",
    ),
    ("registry.timeout_ms", "gate::a_call_on_the_registry_takes_its_own_time_and_a_wait_what_it_waits"),
    ("limits.registry_values", "gate::values_that_are_written_and_deleted_are_a_budget_of_the_session"),
    ("approvals.channels", "gate::channels_are_tried_in_the_order_of_the_settings"),
    ("approvals.trust_client_elicitation", "gate::a_clients_answer_does_not_count_for_what_is_dangerous"),
    ("approvals.wait_seconds", "winwarden::what_nobody_answers_is_refused_when_its_time_is_over"),
];

/// The same, of which there is no verdict.
const CALLS_AT_ONCE: (&str, &str) =
    ("limits.concurrent_calls", "gate::the_ninth_call_waits_and_can_be_cancelled");

#[test]
fn each_setting_that_changes_a_verdict_changes_it() {
    let last = |settings: &str, calls: Vec<Value>| {
        let answer = explain(settings, &[], &calls).0.pop().unwrap();
        answer["code"].as_str().unwrap_or(answer["verdict"].as_str().unwrap()).to_owned()
    };
    for (setting, narrow, wide, calls, refused, permitted) in JUDGED {
        assert_eq!(last(narrow, calls()), *refused, "{setting}: {narrow}");
        assert_eq!(last(wide, calls()), *permitted, "{setting}: {wide}");
    }
}

#[test]
fn each_setting_that_changes_what_is_offered_changes_it() {
    let offered = |settings: &str| {
        let home = Home::new();
        fs::write(home.path().join("winwarden.toml"), settings).unwrap();
        let listed = winwarden(home.path(), &["tools", "--json"]);
        let tools: Value = serde_json::from_slice(&listed.stdout).unwrap();
        let names = tools["tools"].as_array().unwrap().iter().map(|tool| tool["name"].to_string());
        names.collect::<Vec<_>>()
    };
    for (setting, value, tool) in OFFERED {
        let tool = json!(tool).to_string();
        assert!(offered("").contains(&tool) && !offered(value).contains(&tool), "{setting}");
    }
}

#[test]
fn dry_runs_of_a_setting_do_nothing() {
    for (settings, done) in [("dry_run = true", false), ("", true)] {
        let home = Home::of(&world());
        fs::write(home.path().join("winwarden.toml"), settings).unwrap();
        let mut server = Server::start_in(home, &["--profile", "lab"]);
        server.initialize("2025-11-25");
        server.call("clipboard_write", json!({"text": "copied"}));
        let read = server.call("clipboard_read", json!({}));
        assert_eq!(read.to_string().contains("copied"), done, "{settings}");
    }
}

#[test]
fn a_log_level_says_how_much_is_said() {
    for (level, said) in [("warn", true), ("off", false)] {
        let home = Home::of(&world());
        fs::write(home.path().join("winwarden.toml"), format!("log_level = \"{level}\"")).unwrap();
        let mut server = Server::start_in(home, &[]);
        server.send_line(b"this is no message");
        server.initialize("2025-11-25");
        let (ended, _) = server.end();
        assert_eq!(!ended.stderr.trim().is_empty(), said, "{level}: {}", ended.stderr);
    }
}

#[test]
fn every_setting_has_a_test() {
    let tested = |name: &str| {
        JUDGED.iter().any(|(setting, ..)| *setting == name)
            || OFFERED.iter().any(|(setting, ..)| *setting == name)
            || ELSEWHERE.iter().chain([&CALLS_AT_ONCE]).any(|(setting, _)| *setting == name)
    };
    for setting in policy::config::SETTINGS {
        assert!(tested(setting.name), "{}", setting.name);
    }
    for (setting, test) in ELSEWHERE.iter().chain([&CALLS_AT_ONCE]) {
        let (package, test) = test.split_once("::").unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package);
        assert!(holds(&folder, &format!("fn {test}(")), "{setting}: `{test}` does not exist");
    }
}

/// Whether a source file of the folder holds `text`.
fn holds(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds(&path, text);
        }
        path.extension().is_some_and(|extension| extension == "rs")
            && fs::read_to_string(path).unwrap().contains(text)
    })
}
