//! What is known of a call besides its target, what elements lie in, and who signed what: read from the machine.

use std::fs;

use serde_json::{Value, json};

use super::{
    client::{Home, winwarden},
    explain::explain_in,
    stage::{Stage, world},
};

/// A home with a machine whose clock stands still on a Sunday evening and whose options lie in a danger zone, and with
/// this policy.
fn home(policy: &str) -> Home {
    let mut world = world();
    world["machine"] = json!({"time": {"hour": 22, "minute": 5, "weekday": "sunday"}});
    world["processes"][2]["signer"] = json!("Contoso Ltd");
    world["processes"][2]["running_minutes"] = json!(30);
    let zone = json!({"role": "Group", "name": "Danger zone", "rect": [960, 600, 1200, 700], "children": [
        {"role": "Button", "name": "Poke", "automation_id": "poke", "rect": [970, 610, 1050, 640]}
    ]});
    world["windows"][1]["tree"]["children"].as_array_mut().unwrap().push(zone);
    let home = Home::of(&world);
    fs::create_dir(home.path().join("policies")).unwrap();
    fs::write(home.path().join("policies/own.cedar"), policy).unwrap();
    fs::write(home.path().join("winwarden.toml"), "profile = \"lab\"\n").unwrap();
    home
}

fn start(home: Home) -> Stage {
    let mut server = super::client::Server::start_in(home, &[]);
    server.initialize("2025-11-25");
    Stage(server)
}

fn forbids(action: &str, when: &str) -> String {
    format!(
        "@id(\"own\") @reason(\"r\") forbid (principal, action == Action::\"{action}\", resource) when {{ {when} }};"
    )
}

#[test]
fn the_machines_clock_and_what_the_session_has_done_decide() {
    let late = "context.time.hour == 22 && context.time.minute == 5 && context.time.weekday == \"sunday\"";
    start(home(&forbids("window_list", late))).refused("window_list", json!({}), "DENIED_BY_POLICY");
    start(home(&forbids("window_list", "context.time.hour < 22"))).done("window_list", json!({}));

    let mut stage = start(home(&forbids("window_list", "context.session.calls >= 3")));
    stage.done("window_list", json!({}));
    stage.done("status", json!({}));
    stage.done("window_list", json!({}));
    // Calls that only look are written with the next that does not.
    stage.done("clipboard_write", json!({"text": "x"}));
    stage.refused("window_list", json!({}), "DENIED_BY_POLICY");
    // It is the session's count, not the server's.
    let mut stage = start(stage.kill());
    stage.refused("window_list", json!({}), "DENIED_BY_POLICY");

    let paint = json!({"executable": r"C:\Tools\Paint.exe"});
    let mut stage = start(home(&forbids("app_launch", "context.session.launches > 0")));
    stage.done("app_launch", paint.clone());
    stage.refused("app_launch", paint, "DENIED_BY_POLICY");
}

#[test]
fn the_client_is_the_program_that_started_the_server_and_its_name_is_its_own_word() {
    let own = std::env::current_exe().unwrap().display().to_string();
    let is_this = format!("context.client.path == {own:?} && context.client.claimed_name == \"test\"");
    let mut stage = start(home(&forbids("window_list", &is_this)));
    stage.refused("window_list", json!({}), "DENIED_BY_POLICY");
    let record = stage.kill().records().pop().unwrap();
    let client = &record["circumstances"]["client"];
    assert_eq!(client["claimed_name"], record["claimed"]["name"]);
    assert_eq!((&client["path"], client.get("signer")), (&record["principal"]["parent"], None));
}

#[test]
fn what_an_element_lies_in_is_known_however_it_is_named() {
    let danger =
        "context has ancestors && context.ancestors.contains({ role: \"Group\", name: \"Danger zone\" })";
    let mut stage = start(home(&forbids("click", danger)));
    let poke = stage.element("Options", "Button", "Poke");
    let apply = stage.element("Options", "Button", "Apply");
    stage.refused("click", json!({"element": poke}), "DENIED_BY_POLICY");
    stage.refused("click", json!({"find": {"name": "Poke", "window": "Options"}}), "DENIED_BY_POLICY");
    stage.refused(
        "click",
        json!({"at": {"x": 1000, "y": 620}, "expect_window": "Options"}),
        "DENIED_BY_POLICY",
    );
    stage.done("click", json!({"element": apply}));
    let records = stage.kill().records();
    let sought: Vec<&Value> =
        records.iter().filter_map(|record| record.pointer("/facts/targets/0/sought")).collect();
    let zone = json!({"role": "Group", "name": "Danger zone"});
    assert_eq!(sought.len(), 4, "{sought:?}");
    assert_eq!(sought[0]["ancestors"][0], zone);
    assert_eq!(sought[0]["ancestors"][1]["role"], "Window");
}

#[test]
fn signers_are_looked_for_where_a_policy_asks_and_ancestors_too() {
    let signed =
        "!(context has process && context.process has signer && context.process.signer == \"Contoso Ltd\")";
    let mut stage = start(home(&forbids("snapshot", signed)));
    stage.done("snapshot", json!({"window": "Options"}));
    stage.refused("snapshot", json!({"window": "note.txt - Notepad"}), "DENIED_BY_POLICY");
    stage.done("read_text", json!({"find": {"window": "Options", "automation_id": "name"}}));
    let records = stage.kill().records();
    let sought: Vec<Option<&Value>> = records
        .iter()
        .filter(|record| record.get("facts").is_some())
        .map(|record| record.pointer("/facts/targets/0/sought"))
        .collect();
    assert_eq!(sought, [Some(&json!({"signer": "Contoso Ltd"})), Some(&json!({"signer": ""})), None]);
}

#[test]
fn how_long_a_program_has_been_running_is_read_where_a_policy_asks() {
    let young = "!(context has process && context.process has running_minutes \
                 && context.process.running_minutes >= 30)";
    let mut stage = start(home(&forbids("snapshot", young)));
    stage.done("snapshot", json!({"window": "Options"}));
    stage.refused("snapshot", json!({"window": "note.txt - Notepad"}), "DENIED_BY_POLICY");
    stage.done("read_text", json!({"find": {"window": "Options", "automation_id": "name"}}));
    let records = stage.kill().records();
    let clocks: Vec<bool> = records
        .iter()
        .filter_map(|record| record.get("circumstances"))
        .map(|known| known.get("clock").is_some())
        .collect();
    assert_eq!(clocks, [true, true, false], "it stands in the record of a call that was judged by it");
}

#[test]
fn a_recorded_decision_is_judged_again_by_the_circumstances_of_its_time() {
    let mut stage =
        start(home("@id(\"own\") @reason(\"r\") permit (principal, action, resource) when { false };"));
    stage.done("window_list", json!({}));
    stage.done("click", json!({"find": {"name": "Apply", "window": "Options"}}));
    let home = stage.kill();
    let replay = |text: &str| {
        let draft = home.path().join("draft");
        fs::create_dir_all(&draft).unwrap();
        fs::write(draft.join("a.cedar"), text).unwrap();
        let draft = draft.display().to_string();
        let output = winwarden(home.path(), &["policy", "replay", "--policy", &draft]);
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, stdout) =
        replay(&forbids("window_list", "context.time.hour == 22 && context.session.calls == 0"));
    assert!(code == 1 && stdout.contains("1  allow -> deny"), "{stdout}");
    let (code, stdout) = replay(&forbids("window_list", "context.time.hour != 22"));
    assert!(code == 0 && stdout.contains("none would have been"), "{stdout}");
    // Nobody looked for these then.
    for asks in [
        "context has process && context.process has signer",
        "context has ancestors && true",
        "context has process && context.process has running_minutes",
    ] {
        let (code, stdout) = replay(&forbids("click", asks));
        assert!(code == 0 && stdout.contains("cannot be judged: 1 records ("), "{stdout}");
    }
}

#[test]
fn explain_takes_a_time_and_a_client_with_each_question_and_else_the_machines_clock() {
    let line = |id: &str, tool: &str, more: Value| {
        let mut line = json!({"id": id, "tool": tool, "arguments": {}});
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line
    };
    let policy = forbids("window_list", "context.time.hour == 22").replace("\"own\"", "\"late\"")
        + &forbids(
            "app_list",
            "context.client.path like \"*\\\\mine.exe\" && context.client.claimed_name == \"me\"",
        );
    let home = home(&policy);
    let noon = json!({"time": {"hour": 12, "minute": 0, "weekday": "monday"}});
    let lines = [
        line("now", "window_list", json!({})),
        line("noon", "window_list", noon),
        line("nobody", "app_list", json!({})),
        line("mine", "app_list", json!({"client": {"path": r"C:\Mine.exe", "claimed_name": "me"}})),
        line("wrong", "app_list", json!({"time": {"hour": "x"}})),
        line("late", "app_list", json!({"time": {"hour": 24, "minute": 0, "weekday": "monday"}})),
        line("later", "app_list", json!({"time": {"hour": 23, "minute": 60, "weekday": "monday"}})),
    ];
    let (answers, code) = explain_in(&home, "profile = \"lab\"\n", &[], &lines);
    let verdicts: Vec<&Value> = answers.iter().map(|answer| &answer["verdict"]).collect();
    let (allow, deny, none) = (&json!("allow"), &json!("deny"), &Value::Null);
    assert_eq!(verdicts, [deny, allow, allow, deny, none, none, none]);
    assert!(answers[5]["error"].to_string().contains("24 is no part of a time of day"), "{}", answers[5]);
    assert_eq!(code, 2, "the last three are no questions");
}

#[test]
fn a_world_whose_clock_shows_no_time_is_a_fault() {
    let home = Home::of(&json!({"machine": {"time": {"hour": 24, "weekday": "someday"}}}));
    let world = home.path().join("world.json").display().to_string();
    let output = winwarden(home.path(), &["explain", "--batch", "--sim", &world]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("/machine/time/hour") && told.contains("/machine/time/weekday"), "{told}");
}
