//! What the README shows of a call is what a call is answered.

use std::{fs, path::Path};

use serde_json::json;

use super::stage::Stage;

/// Without the numbers of refs, which depend on what was seen before.
fn without_numbers(text: &str) -> String {
    let plain = |word: &str| match word.strip_prefix(['e', 'w']) {
        Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => word.chars().take(1).collect(),
        _ => word.to_owned(),
    };
    text.lines().map(|line| line.split(' ').map(plain).collect::<Vec<_>>().join(" ") + "\n").collect()
}

#[test]
fn the_call_in_the_readme_is_answered_as_it_says() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let shown = readme.split("```text\n> ").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let (call, reply) = shown.split_once('\n').unwrap();
    let (tool, arguments) = call.split_once(' ').unwrap();
    let mut stage = Stage::new();
    stage.done("press_keys", json!({"keys": "Ctrl+Shift+S"}));
    let said = stage.done(tool, serde_json::from_str(arguments).unwrap());
    assert_eq!(without_numbers(&said), without_numbers(reply));
}
