//! Names and options that do not exist are named, with the nearest that does; exit codes are 0, 1 and 2.

use std::fs;

use serde_json::json;

use super::client::{Home, Server, winwarden};

/// Exit code, stdout and stderr.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let home = Home::new();
    let output = winwarden(home.path(), arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_wrong_option_command_or_name_is_refused_with_the_nearest() {
    for (arguments, nearest) in [
        (&["serve", "--toolset", "core"][..], "--toolsets"),
        (&["serve", "--no-picture"], "--no-pictures"),
        (&["serve", "--loglevel", "debug"], "--log-level"),
        (&["serv"], "serve"),
        (&["serve", "--log-level", "debg"], "debug"),
        (&["tools", "--toolsets", "dekstop"], "`dekstop` is not a toolset; did you mean `desktop`?"),
        (&["tools", "--toolsets", "CORE"], "`CORE` is not a toolset; did you mean `core`?"),
        (&["serve", "--tools", "CLICK"], "`CLICK` is not a tool; did you mean `click`?"),
        (&["serve", "--profile", "LAB"], "`LAB` is no value of `profile`; did you mean `lab`?"),
        (&["serve", "--toolsets", ""], "accepted: \"core\", \"desktop\", \"registry\", \"all\""),
        (&["serve", "--toolsets", "core,dekstop"], "`dekstop` is not a toolset; did you mean `desktop`?"),
        (&["serve", "--tools", "clik"], "`clik` is not a tool; did you mean `click`?"),
        (
            &["serve", "--exclude-tools", "screenshots"],
            "`screenshots` is not a tool; did you mean `screenshot`?",
        ),
        (&["audit", "export", "--format", "json"], "jsonl"),
        (&["serve", "--dialect", "winregg"], "did you mean `winreg`?"),
        (&["serve", "--dialect", "windows-mcp"], "`windows-mcp` does not exist yet"),
        (&["explain", "--batch", "--dialect", "powershell-json"], "`powershell-json` does not exist yet"),
        (&["serve", "--dialect", "winreg", "--toolsets", "core"], "cannot be used with"),
    ] {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(nearest), "{arguments:?}: {stderr}");
    }
}

#[test]
fn what_is_asked_for_and_there_is_code_0() {
    for (arguments, said) in [
        (&["--version"][..], env!("CARGO_PKG_VERSION")),
        (&["--help"], "serve"),
        (&["codes"], "STALE_ELEMENT"),
        (&["tools"], "snapshot"),
    ] {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!((code, stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(stdout.contains(said), "{arguments:?}: {stdout}");
    }
}

#[test]
fn a_start_that_cannot_be_is_code_2_and_says_why() {
    let (code, _, stderr) = run(&["serve"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("--sim WORLD.json"), "{stderr}");
    let (code, _, stderr) = run(&["serve", "--sim", "/no/such/world.json"]);
    assert_eq!(code, 2);
    assert!(stderr.contains("/no/such/world.json"), "{stderr}");
    let relative = winwarden(std::path::Path::new("relative"), &["audit", "export"]);
    assert_eq!(relative.status.code(), Some(2));
    let home = Home::new();
    fs::write(home.path().join("audit"), "in the way").unwrap();
    let world = home.path().join("world.json");
    let blocked = winwarden(home.path(), &["serve", "--sim", world.to_str().unwrap()]);
    assert_eq!(blocked.status.code(), Some(2));
    assert!(String::from_utf8(blocked.stderr).unwrap().contains("cannot write the audit"));
}

/// The names of the tools that a server with these options offers.
fn offered(options: &[&str]) -> Vec<String> {
    let mut server = Server::ready(options);
    let listed = server.request("tools/list", json!({}))["result"]["tools"].clone();
    listed.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn tools_are_offered_as_chosen() {
    assert_eq!(offered(&["--toolsets", "core"]), ["status", "run_steps"]);
    assert_eq!(offered(&["--toolsets", "core,desktop"]), offered(&[]));
    let all = offered(&["--toolsets", "all"]);
    assert_eq!(all, [offered(&[]), offered(&["--toolsets", "registry"])].concat());
    assert_eq!(all.len(), 29);
    assert_eq!(offered(&["--tools", "click,snapshot"]), ["snapshot", "click"]);
    let without = offered(&["--exclude-tools", "click,type_text"]);
    assert_eq!(without.len(), 19);
    assert!(!without.contains(&"click".to_owned()));
    assert_eq!(offered(&["--tools", "screenshot,status", "--no-pictures"]), ["status"]);
}

#[test]
fn without_pictures_no_tool_gives_one() {
    let mut server = Server::ready(&["--no-pictures"]);
    let picture = server.request("tools/call", json!({"name": "screenshot", "arguments": {}}));
    assert_eq!(picture["error"]["code"], -32_602);
    let listed = server.request("tools/list", json!({}))["result"]["tools"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 20);
}
