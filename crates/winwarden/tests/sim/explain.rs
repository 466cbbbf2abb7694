//! `winwarden explain`: verdicts on calls that are never run.

use std::{
    fmt::Display,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::{client::Home, stage::world};

/// The answers to calls under a configuration, and the exit code.
pub fn explain(settings: &str, arguments: &[&str], lines: &[impl Display]) -> (Vec<Value>, i32) {
    explain_in(&Home::of(&world()), settings, arguments, lines)
}

pub fn explain_in(
    home: &Home,
    settings: &str,
    arguments: &[&str],
    lines: &[impl Display],
) -> (Vec<Value>, i32) {
    std::fs::write(home.path().join("winwarden.toml"), settings).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
    command.args(["explain", "--batch", "--sim"]).arg(home.path().join("world.json")).args(arguments);
    command.env("WINWARDEN_HOME", home.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    assert!(!home.path().join("audit").exists(), "something was recorded");
    (answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code().unwrap())
}

fn call(tool: &str, arguments: Value) -> Value {
    json!({"id": tool, "tool": tool, "arguments": arguments})
}

fn verdicts(profile: &str, calls: &[Value]) -> Vec<String> {
    let (answers, code) = explain("", &["--profile", profile], calls);
    assert_eq!(code, 0);
    let of = |answer: &Value| {
        assert_eq!(answer["verdict"] == "allow", answer["code"].is_null(), "{answer}");
        assert_eq!(answer["verdict"] == "allow", answer["reasons"] == json!([]), "{answer}");
        let code = answer["code"].as_str().map(|code| format!(" {code}")).unwrap_or_default();
        format!("{}{code}", answer["verdict"].as_str().unwrap())
    };
    answers.iter().map(of).collect()
}

#[test]
fn a_dry_run_is_denied_for_what_its_element_would_refuse_and_the_verdict_on_an_act_stays_the_policys() {
    let undo = json!({"window": "Options", "name": "Undo"});
    let calls = [
        call("click", json!({"find": undo, "dry_run": true})),
        call("click", json!({"find": undo})),
        call(
            "element_action",
            json!({"find": {"window": "Options", "name": "Apply"}, "action": "toggle", "dry_run": true}),
        ),
    ];
    assert_eq!(verdicts("lab", &calls), ["deny ELEMENT_DISABLED", "allow", "deny NOT_SUPPORTED_BY_TARGET"]);
}

#[test]
fn a_window_that_hangs_keeps_no_question_waiting() {
    let poke = json!({"find": {"window": "Stuck", "role": "Button", "name": "Poke"}});
    let begun = std::time::Instant::now();
    assert_eq!(verdicts("lab", &[call("click", poke)]), ["deny TARGET_NOT_RESPONDING"]);
    assert!(begun.elapsed().as_secs() < 8, "a call waits 10 s: {:?}", begun.elapsed());
}

#[test]
fn the_same_calls_get_another_verdict_in_each_profile() {
    let calls = [
        call("window_list", json!({})),
        call("press_keys", json!({"keys": "Ctrl+S"})),
        call("app_launch", json!({"app": "notepad"})),
        call("press_keys", json!({"keys": "Win+L"})),
    ];
    let asks = "ask APPROVAL_REQUIRED";
    let keys = "deny FORBIDDEN_KEYS";
    let nobody = "deny APPROVAL_UNAVAILABLE";
    assert_eq!(
        verdicts("observe", &calls),
        ["allow", "deny DENIED_BY_POLICY", "deny DENIED_BY_POLICY", keys]
    );
    assert_eq!(verdicts("unattended", &calls), ["allow", "allow", nobody, keys]);
    assert_eq!(verdicts("assistant", &calls), ["allow", "allow", asks, keys]);
    assert_eq!(verdicts("workspace", &calls), ["allow", "allow", asks, keys]);
    assert_eq!(verdicts("lab", &calls), ["allow", "allow", "allow", keys]);
}

#[test]
fn where_nothing_is_to_be_done_no_budget_is_spent() {
    let mut launch = call("app_launch", json!({"app": "notepad"}));
    launch["session"] = json!("s");
    let verdicts = |settings: &str| {
        let (answers, _) = explain(settings, &["--profile", "lab"], &[launch.clone(), launch.clone()]);
        answers.iter().map(|answer| answer["verdict"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(verdicts("[limits]\nlaunches = 1\n"), ["allow", "deny"]);
    assert_eq!(verdicts("dry_run = true\n[limits]\nlaunches = 1\n"), ["allow", "allow"]);
    assert_eq!(
        verdicts("dry_run = true\n[limits]\nlaunches = 0\n"),
        ["deny", "deny"],
        "nor would it be done"
    );
}

#[test]
fn nobody_is_asked_about_what_the_limits_refuse() {
    let launch = [call("app_launch", json!({"app": "notepad"}))];
    let (answers, _) = explain("[limits]\nlaunches = 0\n", &["--profile", "assistant"], &launch);
    assert_eq!(answers[0]["code"], "BUDGET_EXHAUSTED", "{answers:?}");
}

#[test]
fn what_cannot_be_planned_or_found_is_a_deny_with_its_code() {
    let calls = [
        call("no_such_tool", json!({})),
        call("click", json!({"count": 0})),
        call("click", json!({"element": "e999"})),
        call("snapshot", json!({"window": "No such window"})),
    ];
    assert_eq!(
        verdicts("lab", &calls),
        ["deny INVALID_ARGUMENT", "deny INVALID_ARGUMENT", "deny UNKNOWN_REF", "deny NOT_FOUND"]
    );
}

#[test]
fn arguments_that_are_no_object_or_have_two_readings_are_denied_by_name() {
    let line = |arguments: &str| format!(r#"{{"id":"a","tool":"window_list","arguments":{arguments}}}"#);
    let lines: Vec<_> = ["[]", "null", "\"x\"", "7", "{}"].map(line).into();
    let (answers, code) = explain("", &[], &lines);
    assert_eq!(code, 0);
    for answer in &answers[..4] {
        assert_eq!((&answer["verdict"], &answer["code"]), (&json!("deny"), &json!("INVALID_ARGUMENT")));
        assert!(answer["reasons"][0]["text"].as_str().unwrap().contains("`arguments`"), "{answer}");
    }
    assert_eq!(answers[4]["verdict"], "allow");
    let twice = |arguments: &str| format!(r#"{{"id":"a","tool":"click","arguments":{arguments}}}"#);
    let lines = [
        twice(r#"{"element":"e1","element":"e2"}"#),
        twice(r#"{"find":{"name":"a","name":"b"}}"#),
        r#"{"id":"a","tool":"click","tool":"window_list"}"#.to_owned(),
        r#"{"id":"a","tool":"window_list","more":1}"#.to_owned(),
    ];
    let (answers, code) = explain("", &[], &lines);
    assert_eq!(code, 2, "a field of the line itself stands twice");
    for (answer, name) in answers.iter().zip(["`element`", "`name`"]) {
        assert_eq!((&answer["verdict"], &answer["code"]), (&json!("deny"), &json!("INVALID_ARGUMENT")));
        assert!(answer["reasons"][0]["text"].as_str().unwrap().contains(name), "{answer}");
    }
    assert_eq!((&answers[2]["id"], answers[2]["error"].is_string()), (&json!("a"), true));
    assert_eq!(answers[3]["verdict"], "allow", "unknown fields are ignored, missing arguments are none");
}

#[test]
fn calls_of_one_session_share_its_limits_and_others_do_not() {
    let launch = |id: &str, session: Value| json!({"id": id, "tool": "app_launch", "arguments": {"app": "notepad"}, "session": session});
    let lines = [
        launch("a1", json!("a")),
        launch("a2", json!("a")),
        launch("a3", json!("a")),
        launch("b1", json!("b")),
        launch("alone", Value::Null),
    ];
    let settings = "profile = \"lab\"\n[limits]\nlaunches = 2\n";
    let (answers, _) = explain(settings, &[], &lines);
    let verdicts: Vec<_> = answers.iter().map(|answer| answer["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["allow", "allow", "deny", "allow", "allow"]);
    assert_eq!(answers[2]["code"], "BUDGET_EXHAUSTED");
    assert_eq!(answers[2]["reasons"][0]["policy"], "limits");
    assert_eq!(
        (&answers[1]["limits"]["launches"], &answers[3]["limits"]["launches"]),
        (&json!(2), &json!(1))
    );
}

#[test]
fn what_a_session_has_read_counts_for_what_it_runs_later() {
    let settings = "profile = \"workspace\"\n[workspace]\napplications = [\"notepad.exe\"]\n";
    let line = |id: &str, tool: &str, arguments: Value, session: &str| json!({"id": id, "tool": tool, "arguments": arguments, "session": session});
    let launch = |id, session| line(id, "app_launch", json!({"app": "notepad"}), session);
    let lines = [
        launch("before", "a"),
        line("list", "window_list", json!({}), "a"),
        launch("still", "a"),
        line("look", "read_text", json!({"window": "Options"}), "a"),
        launch("after", "a"),
        launch("another", "b"),
    ];
    let (answers, _) = explain(settings, &[], &lines);
    let verdicts: Vec<_> = answers.iter().map(|answer| answer["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["allow", "allow", "allow", "allow", "ask", "allow"]);
    assert_eq!(answers[4]["reasons"][0]["policy"], "taint-asks");
    let timed = format!("{settings}[limits]\ntaint_minutes = 0\n");
    let (answers, _) = explain(&timed, &[], &lines);
    assert_eq!(answers[4]["verdict"], "allow", "it lasts as long as the setting says");
}

#[test]
fn a_session_would_read_back_what_it_would_have_written_and_no_other_would() {
    let line = |id: &str, tool: &str, arguments: Value, session: Value| json!({"id": id, "tool": tool, "arguments": arguments, "session": session});
    let write = |id, session| line(id, "clipboard_write", json!({"text": "x"}), session);
    let read = |id, session| line(id, "clipboard_read", json!({}), session);
    let dry = line("dry", "clipboard_write", json!({"text": "x", "dry_run": true}), json!("a"));
    let lines = [
        read("before", json!("a")),
        dry,
        read("after a dry run", json!("a")),
        write("a writes", json!("a")),
        read("own", json!("a")),
        read("of another", json!("b")),
        read("alone", Value::Null),
        write("b writes", json!("b")),
        read("no longer own", json!("a")),
    ];
    let home = Home::of(&world());
    std::fs::create_dir(home.path().join("policies")).unwrap();
    let text = r#"@id("own-only") @reason("not the person's")
        forbid (principal, action == Action::"clipboard_read", resource) unless { context.clipboard_ours };"#;
    std::fs::write(home.path().join("policies/own.cedar"), text).unwrap();
    let (answers, _) = explain_in(&home, "profile = \"lab\"", &[], &lines);
    let verdicts: Vec<_> = answers.iter().map(|answer| answer["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["deny", "allow", "deny", "allow", "allow", "deny", "deny", "allow", "deny"]);
}

#[test]
fn nothing_typed_is_shown_and_nothing_changes() {
    let typed = call("type_text", json!({"find": {"role": "Edit", "name": "Name"}, "text": "a secret"}));
    let (answers, _) = explain("profile = \"lab\"", &[], &[typed]);
    assert!(!answers[0].to_string().contains("a secret"), "{}", answers[0]);
}

#[test]
fn a_policy_of_the_person_counts_and_a_broken_one_stops_the_command() {
    let home = Home::of(&world());
    let policies = home.path().join("policies");
    std::fs::create_dir(&policies).unwrap();
    let run = |text: &str| {
        std::fs::write(policies.join("mine.cedar"), text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
        command.args(["explain", "--batch", "--profile", "lab", "--sim"]).arg(home.path().join("world.json"));
        command.env("WINWARDEN_HOME", home.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        // A command that stopped reads nothing.
        let _ = writeln!(child.stdin.take().unwrap(), "{}", call("window_list", json!({})));
        child.wait_with_output().unwrap()
    };
    let forbids = r#"@id("blind") @reason("nothing is looked at here") forbid (principal, action in Action::"read", resource);"#;
    let answer: Value = serde_json::from_slice(&run(forbids).stdout).unwrap();
    assert_eq!(answer["reasons"], json!([{"policy": "blind", "text": "nothing is looked at here"}]));
    let broken = run("forbid (principal, action, resource)");
    assert_eq!(broken.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&broken.stderr).contains("mine.cedar:1:"), "{broken:?}");
    let unfit =
        run("@id(\"x\") @reason(\"x\")\nforbid (principal, action, resource) when { context.windw };");
    assert!(String::from_utf8_lossy(&unfit.stderr).contains("mine.cedar:2:"), "{unfit:?}");
}

#[test]
fn nothing_is_started_on_winwardens_own_folder_wherever_it_lies() {
    let home = Home::of(&world());
    let elsewhere = tempfile::tempdir().unwrap();
    let settings = elsewhere.path().join("mine.toml");
    std::fs::write(&settings, "profile = 'lab'").unwrap();
    let start = |file: &std::path::Path| {
        call("app_launch", json!({"app": "notepad", "arguments": [file.display().to_string()]}))
    };
    let lines = [
        start(&home.path().join("audit").join("x.jsonl")),
        start(&settings),
        start(&elsewhere.path().join("policies").join("a.cedar")),
        start(&elsewhere.path().join("notes.txt")),
    ];
    let given = settings.display().to_string();
    let (answers, _) = explain_in(&home, "", &["--config", &given], &lines);
    let codes: Vec<&Value> = answers.iter().map(|answer| &answer["code"]).collect();
    let forbidden = &json!("FORBIDDEN_PATH");
    assert_eq!(codes, [forbidden, forbidden, forbidden, &Value::Null]);
}

fn steps(steps: &[(&str, Value)]) -> Value {
    let steps: Vec<_> =
        steps.iter().map(|(tool, arguments)| json!({"tool": tool, "arguments": arguments})).collect();
    call("run_steps", json!({ "steps": steps }))
}

#[test]
fn steps_come_to_the_strictest_of_their_verdicts_and_what_comes_after_a_refusal_is_not_judged() {
    let (list, start) = (("window_list", json!({})), ("app_launch", json!({"app": "notepad"})));
    let lock = ("press_keys", json!({"keys": "Win+L"}));
    let broken = ("click", json!({}));
    let questions = [
        steps(&[list.clone(), list.clone()]),
        steps(&[list.clone(), start.clone(), list.clone()]),
        steps(&[start.clone(), list.clone(), lock.clone(), start.clone()]),
        steps(&[list.clone(), broken]),
        steps(&[list.clone(), ("clik", json!({}))]),
        call("run_steps", json!({"steps": []})),
    ];
    let (answers, _) = explain("", &[], &questions);
    let told: Vec<_> =
        answers.iter().map(|answer| (&answer["verdict"], &answer["code"], &answer["step"])).collect();
    let expected = [
        ("allow", json!(null), json!(1)),
        ("ask", json!("APPROVAL_REQUIRED"), json!(2)),
        ("deny", json!("FORBIDDEN_KEYS"), json!(3)),
        ("deny", json!("INVALID_ARGUMENT"), json!(2)),
        ("deny", json!("INVALID_ARGUMENT"), json!(null)),
        ("deny", json!("INVALID_ARGUMENT"), json!(null)),
    ];
    for ((told, expected), question) in told.iter().zip(&expected).zip(&questions) {
        assert_eq!((told.0, told.1, told.2), (&json!(expected.0), &expected.1, &expected.2), "{question}");
    }
    assert_eq!(answers[1]["effects"], json!(["execute"]));
    assert_eq!(answers[1]["operation"]["kind"], "app_launch");
    assert!(answers[4]["reasons"][0]["text"].as_str().unwrap().contains("did you mean `click`?"));
}

#[test]
fn steps_share_the_limits_of_their_session_or_of_one_of_their_own() {
    let settings = "[limits]\nreads_per_minute = 2\n";
    let list = ("window_list", json!({}));
    let (two, three) = (steps(&[list.clone(), list.clone()]), steps(&[list.clone(), list.clone(), list]));
    let mut of_session = [two.clone(), two.clone()];
    of_session.iter_mut().for_each(|call| call["session"] = json!("s"));
    let [first, second] = of_session;
    let alone = call("window_list", json!({}));
    let (answers, _) = explain(settings, &[], &[two.clone(), two, alone, three, first, second]);
    let told: Vec<_> =
        answers.iter().map(|answer| (answer["code"].as_str(), answer["step"].as_u64())).collect();
    let limited = Some("RATE_LIMITED");
    assert_eq!(
        told,
        [
            (None, Some(1)),
            (None, Some(1)),
            (None, None),
            (limited, Some(3)),
            (None, Some(1)),
            (limited, Some(1))
        ]
    );
}
