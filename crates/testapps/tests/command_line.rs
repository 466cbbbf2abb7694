//! What the programs do where there is no desktop.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

#[cfg(not(windows))]
#[test]
fn a_program_without_windows_says_so_and_exits_with_2() {
    for executable in [env!("CARGO_BIN_EXE_form"), env!("CARGO_BIN_EXE_bareloop")] {
        let output = Command::new(executable).arg("--help").output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().contains("needs Windows"));
    }
}

#[test]
fn the_bare_server_echoes() {
    let mut server = Command::new(env!("CARGO_BIN_EXE_rawmcp"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = server.stdin.take().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let mut ask = |message: Value, answered: bool| -> Value {
        writeln!(stdin, "{message}").unwrap();
        if answered { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() } else { Value::Null }
    };
    let client = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    let hello = ask(json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}), true);
    assert_eq!(hello["result"]["serverInfo"]["name"], "rawmcp");
    ask(json!({"jsonrpc": "2.0", "method": "notifications/initialized"}), false);
    let call = json!({"name": "echo", "arguments": {"text": "grüß dich"}});
    let reply = ask(json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}), true);
    assert_eq!(reply["result"]["content"][0]["text"], "grüß dich");
    drop(stdin);
    assert!(server.wait().unwrap().success());
}

#[test]
fn the_readme_lists_every_program_and_nothing_else() {
    let readme = include_str!("../README.md");
    let listed: Vec<&str> = readme
        .lines()
        .skip_while(|line| !line.starts_with("| program |"))
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let mut known: Vec<&str> = testapps::Program::ALL.iter().map(|program| program.name()).collect();
    known.extend(["console", "pipes", "rawmcp", "relink", "valueloop"]);
    known.sort_unstable();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, known);
}
