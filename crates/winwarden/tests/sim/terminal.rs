//! `winwarden stop`, `resume` and `approvals`, with the codes of a simulated badge.

use std::{
    fs,
    path::PathBuf,
    process::Output,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    client::{Home, Server, winwarden},
    stage::{Stage, world},
};

/// How long a question may take to be shown; less than it waits for an answer.
const ASKED: Duration = Duration::from_secs(30);

/// A server with a terminal beside it.
struct Desk {
    stage: Stage,
    /// Where the simulated badge shows its codes.
    badge: Option<PathBuf>,
}

impl Desk {
    fn new(profile: &str) -> Self {
        Self::in_home(Home::of(&world()), profile, true)
    }

    fn in_home(home: Home, profile: &str, with_badge: bool) -> Self {
        let badge = with_badge.then(|| home.path().join("badge"));
        let mut options = vec!["--profile".to_owned(), profile.to_owned()];
        options.extend(badge.iter().flat_map(|badge| ["--sim-codes".into(), badge.display().to_string()]));
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let mut server = Server::start_in(home, &options);
        server.initialize("2025-11-25");
        Self { stage: Stage(server), badge }
    }

    fn terminal(&self, words: &[&str]) -> Output {
        winwarden(self.stage.0.home.path(), words)
    }

    /// What a command says, which must succeed.
    #[track_caller]
    fn says(&self, words: &[&str]) -> String {
        let output = self.terminal(words);
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Why a command is refused, which must be.
    #[track_caller]
    fn refused(&self, words: &[&str]) -> String {
        let output = self.terminal(words);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{words:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    fn shown(&self) -> Value {
        serde_json::from_slice(&fs::read(self.badge.as_ref().unwrap()).unwrap()).unwrap()
    }

    /// Begins a call that asks; its request, and the id and code of the question.
    #[track_caller]
    fn asks(&mut self) -> (u64, String, String) {
        let before = self.shown()["question"].clone();
        let call = self.stage.begin("app_launch", json!({"executable": r"C:\Tools\Paint.exe"}));
        let until = Instant::now() + ASKED;
        let question = loop {
            let question = self.shown()["question"].clone();
            if question != before && !question.is_null() {
                break question;
            }
            if Instant::now() > until {
                let replies: Vec<Value> =
                    std::iter::from_fn(|| self.stage.0.next_within(Duration::ZERO)).collect();
                panic!("nobody was asked in {ASKED:?}: the badge shows {question}; replies: {replies:?}");
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |name: &str| question[name].as_str().unwrap().to_owned();
        (call, text("id"), text("code"))
    }

    fn look(&mut self) -> Value {
        self.stage.0.call("window_list", json!({}))["structuredContent"]["code"].clone()
    }
}

fn wrong(code: &str) -> String {
    code.chars().map(|digit| if digit == '1' { '2' } else { '1' }).collect()
}

#[test]
fn a_question_is_listed_shown_and_allowed_with_its_code() {
    let mut desk = Desk::new("assistant");
    assert_eq!(desk.says(&["approvals", "list"]), "");
    let (call, id, code) = desk.asks();
    let listed = desk.says(&["approvals", "list"]);
    assert!(listed.starts_with(&format!("{id} app_launch ")) && listed.lines().count() == 1, "{listed}");
    let shown = desk.says(&["approvals", "show", &id]);
    assert!(shown.contains("Paint.exe") && shown.contains("Effects: execute"), "{shown}");
    assert!(!listed.contains(&code) && !shown.contains(&code), "a terminal shows no code");
    let refused = desk.refused(&["approvals", "allow", &id, "--code", &wrong(&code)]);
    assert!(refused.contains("2 more"), "{refused}");
    desk.says(&["approvals", "allow", &id, "--code", &code]);
    assert_ne!(desk.stage.end(call)["isError"], true);
    let refused = desk.refused(&["approvals", "allow", &id, "--code", &code]);
    assert!(refused.contains("no such"), "it holds once: {refused}");
    let home = desk.stage.kill();
    let given: Vec<Value> = home.records().iter().map(|record| record["approval"].clone()).collect();
    assert_eq!(given, [json!({"channel": "terminal"}), Value::Null]);
    assert!(!home.records().iter().any(|record| record.to_string().contains(&code)));
}

#[test]
fn three_wrong_codes_are_a_no() {
    let mut desk = Desk::new("assistant");
    let (call, id, code) = desk.asks();
    for _ in 0..3 {
        desk.refused(&["approvals", "allow", &id, "--code", &wrong(&code)]);
    }
    assert_eq!(desk.stage.end(call)["structuredContent"]["code"], "APPROVAL_DENIED");
    desk.refused(&["approvals", "allow", &id, "--code", &code]);
}

#[test]
fn a_no_and_a_no_that_stops_need_no_code() {
    let mut desk = Desk::new("assistant");
    let (call, id, _) = desk.asks();
    desk.says(&["approvals", "deny", &id]);
    assert_eq!(desk.stage.end(call)["structuredContent"]["code"], "APPROVAL_DENIED");
    assert_eq!(desk.look(), Value::Null);
    let (call, id, _) = desk.asks();
    desk.says(&["approvals", "deny", &id, "--stop"]);
    assert_eq!(desk.stage.end(call)["structuredContent"]["code"], "APPROVAL_DENIED");
    assert_eq!(desk.look(), "SESSION_STOPPED");
    let records = desk.stage.kill().records();
    let answers: Vec<&Value> = records.iter().filter_map(|record| record.get("answer")).collect();
    let said = |said: &str| json!({"channel": "terminal", "said": said});
    assert_eq!(answers, [&said("no"), &said("no_and_stop")]);
    let events: Vec<&Value> = records.iter().filter_map(|record| record.get("event")).collect();
    assert_eq!(events, [&json!({"what": "stop", "by": "answer", "channel": "terminal"})]);
}

#[test]
fn what_a_person_refuses_or_stops_uses_no_budget_and_what_runs_does() {
    let home = Home::of(&world());
    fs::write(home.path().join("winwarden.toml"), "[limits]\nlaunches = 1\n").unwrap();
    let mut desk = Desk::in_home(home, "assistant", true);
    let used = |desk: &mut Desk| {
        desk.stage.0.call("status", json!({}))["structuredContent"]["budgets"][1]["used"].clone()
    };
    let (call, id, _) = desk.asks();
    assert_eq!(used(&mut desk), 1, "while it waits, it counts");
    let second = desk.stage.0.call("app_launch", json!({"executable": r"C:\Tools\Paint.exe"}));
    assert_eq!(second["structuredContent"]["code"], "INPUT_FROZEN");
    desk.says(&["approvals", "deny", &id]);
    assert_eq!(desk.stage.end(call)["structuredContent"]["code"], "APPROVAL_DENIED");
    assert_eq!(used(&mut desk), 0);
    let (call, _, _) = desk.asks();
    desk.stage
        .0
        .send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": call}}));
    while used(&mut desk) != 0 {}
    let (call, id, code) = desk.asks();
    desk.says(&["approvals", "allow", &id, "--code", &code]);
    assert_ne!(desk.stage.end(call)["isError"], true);
    assert_eq!(used(&mut desk), 1);
    let home = desk.stage.kill();
    let mut desk = Desk::in_home(home, "assistant", true);
    desk.look();
    assert_eq!(used(&mut desk), 1, "a restart gives nothing back");
}

#[test]
fn a_stop_withdraws_the_question_and_ends_what_runs() {
    let mut desk = Desk::new("assistant");
    let (call, id, code) = desk.asks();
    desk.says(&["stop"]);
    assert_eq!(desk.stage.end(call)["structuredContent"]["code"], "SESSION_STOPPED");
    desk.refused(&["approvals", "allow", &id, "--code", &code]);
}

#[test]
fn a_stop_holds_over_a_restart_until_the_code_of_the_badge_is_typed() {
    let mut desk = Desk::new("lab");
    assert_eq!(desk.look(), Value::Null);
    assert!(desk.refused(&["resume", "--code", "1"]).contains("stopped"), "nothing is");
    desk.says(&["stop"]);
    assert_eq!(desk.look(), "SESSION_STOPPED");
    let first = desk.shown()["resume_code"].as_str().unwrap().to_owned();
    let mut desk = Desk::in_home(desk.stage.kill(), "lab", true);
    // It is so before any call.
    while desk.shown()["standing"] != "stopped" {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(desk.look(), "SESSION_STOPPED");
    let code = desk.shown()["resume_code"].as_str().unwrap().to_owned();
    if code != first {
        desk.refused(&["resume", "--code", &first]);
    }
    desk.says(&["resume", "--code", &code]);
    assert_eq!(desk.look(), Value::Null);
    assert_eq!(
        (desk.shown()["standing"].clone(), desk.shown()["resume_code"].clone()),
        (json!("working"), Value::Null)
    );
    desk.refused(&["resume", "--code", &code]);
    let records = desk.stage.kill().records();
    let events: Vec<&Value> = records.iter().filter_map(|record| record.get("event")).collect();
    let what: Vec<(&Value, &Value)> = events.iter().map(|event| (&event["what"], &event["by"])).collect();
    assert_eq!(what, [(&json!("stop"), &json!("terminal")), (&json!("resume"), &json!("terminal"))]);
    for event in events {
        let program = event["program"].as_str().unwrap();
        assert!(
            program.ends_with("winwarden") && event["of_session"] == false && event["pid"].is_u64(),
            "{event}"
        );
    }
}

#[test]
fn three_wrong_codes_leave_it_stopped_for_good() {
    let mut desk = Desk::new("lab");
    desk.look();
    desk.says(&["stop"]);
    let code = desk.shown()["resume_code"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        desk.refused(&["resume", "--code", &wrong(&code)]);
    }
    desk.refused(&["resume", "--code", &code]);
    assert_eq!(desk.look(), "SESSION_STOPPED");
}

#[test]
fn where_nothing_shows_a_code_nothing_is_resumed() {
    let mut desk = Desk::in_home(Home::of(&world()), "lab", false);
    desk.look();
    desk.says(&["stop"]);
    let refused = desk.refused(&["resume", "--code", "123456"]);
    assert!(refused.contains("nothing shows a code"), "{refused}");
    assert_eq!(desk.look(), "SESSION_STOPPED");
}

#[test]
fn a_session_whose_time_is_over_is_followed_by_another_when_a_person_resumes() {
    let home = Home::of(&world());
    fs::write(home.path().join("winwarden.toml"), "[limits]\nsession_minutes = 0\n").unwrap();
    let mut desk = Desk::in_home(home, "lab", true);
    assert_eq!(desk.look(), "BUDGET_EXHAUSTED");
    let session =
        |desk: &mut Desk| desk.stage.result("status", json!({}))["structuredContent"]["session"].clone();
    let before = session(&mut desk);
    let code = desk.shown()["resume_code"].as_str().unwrap().to_owned();
    desk.says(&["resume", "--code", &code]);
    assert_ne!(session(&mut desk), before);
}

#[test]
fn a_stop_is_for_the_session_that_is_named() {
    let mut desk = Desk::new("lab");
    desk.look();
    assert!(desk.refused(&["stop", "--session", "another"]).contains("no such session"));
    assert_eq!(desk.look(), Value::Null);
    let home = tempfile::tempdir().unwrap();
    let nobody = winwarden(home.path(), &["stop"]);
    assert_eq!(nobody.status.code(), Some(1), "{nobody:?}");
}

#[test]
fn a_person_who_resumes_can_forget_what_the_session_has_read() {
    let mut desk = Desk::new("assistant");
    let taint = |desk: &mut Desk| {
        let status = desk.stage.result("status", json!({}))["structuredContent"].clone();
        status["taint"].as_array().unwrap().len()
    };
    desk.stage.done("snapshot", json!({"window": "note.txt - Notepad"}));
    assert_eq!(taint(&mut desk), 1);
    for (options, left) in [(&[][..], 1), (&["--clear-taint"], 0)] {
        desk.says(&["stop"]);
        let code = desk.shown()["resume_code"].as_str().unwrap().to_owned();
        desk.refused(&[&["resume", "--code", &wrong(&code)], options].concat());
        assert_eq!(taint(&mut desk), 1, "a wrong code changes nothing");
        desk.says(&[&["resume", "--code", &code], options].concat());
        assert_eq!(taint(&mut desk), left);
    }
}
