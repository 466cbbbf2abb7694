//! `--sim-state`: written after each change, and started from.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    client::{Home, winwarden},
    stage::{Stage, world},
};

struct StateFile(TempDir);

impl StateFile {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("state.json")
    }

    fn stage(&self) -> Stage {
        Stage::of(&world(), &["--sim-state", self.path().to_str().unwrap()])
    }

    fn read(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path()).unwrap()).unwrap()
    }

    /// What the element with this automation id holds in the file.
    fn value(&self, id: &str) -> Value {
        fn find<'a>(element: &'a Value, id: &str) -> Option<&'a Value> {
            if element["automation_id"] == id {
                return Some(element);
            }
            element["children"].as_array()?.iter().find_map(|child| find(child, id))
        }
        let state = self.read();
        let windows = state["windows"].as_array().unwrap();
        windows.iter().find_map(|window| find(&window["tree"], id)).unwrap()["value"].clone()
    }
}

#[test]
fn the_machine_is_written_after_each_change_and_not_for_a_look() {
    let state = StateFile::new();
    let mut stage = state.stage();
    stage.done("snapshot", json!({}));
    assert!(!state.path().exists(), "a look was written");
    stage.done("type_text", json!({"text": "one"}));
    assert_eq!(state.value("text"), "one");
    stage.done("type_text", json!({"text": ", two"}));
    assert_eq!(state.value("text"), "one, two");
    stage.done("window_control", json!({"window": "Options", "action": "minimize"}));
    let windows = state.read()["windows"].clone();
    assert_eq!(
        windows.as_array().unwrap().iter().find(|window| window["title"] == "Options").unwrap()["state"],
        "minimized"
    );
    stage.refused("click", json!({"find": {"window": "Registry Editor", "name": "Key"}}), "ELEVATED_TARGET");
    assert_eq!(fs::read_dir(state.0.path()).unwrap().count(), 1, "something was left beside it");
}

#[test]
fn a_machine_goes_on_where_it_was_left() {
    let state = StateFile::new();
    let mut stage = state.stage();
    stage.done("type_text", json!({"text": "kept"}));
    stage.done("click", json!({"find": {"window": "Options", "name": "Word wrap"}}));
    stage.done("press_keys", json!({"keys": "Ctrl+Shift+S", "window": "note.txt - Notepad"}));
    stage.done("app_launch", json!({"app": "Paint"}));
    let before = stage.done("window_list", json!({}));
    stage.0.end();
    let mut stage = state.stage();
    let after = stage.done("window_list", json!({}));
    let titles = |list: &str| -> Vec<String> {
        list.lines().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect()
    };
    assert_eq!(titles(&after), titles(&before));
    assert_eq!(stage.text_of("note.txt - Notepad", "text"), "kept");
    assert!(stage.done("snapshot", json!({"window": "Options"})).contains("\"Word wrap\" checked"));
    let closed = stage.done("click", json!({"find": {"window": "Save As", "name": "Save"}}));
    assert!(closed.contains("closed: w"), "what buttons do is kept too: {closed}");
}

#[test]
fn a_state_that_cannot_be_used_stops_the_start_and_one_that_cannot_be_written_fails_the_act() {
    let state = StateFile::new();
    fs::write(state.path(), "{\"windows\": 7}").unwrap();
    let home = Home::of(&world());
    let world_file = home.path().join("world.json");
    let arguments = [
        "serve",
        "--profile",
        "lab",
        "--sim",
        world_file.to_str().unwrap(),
        "--sim-state",
        state.path().to_str().unwrap(),
    ]
    .map(str::to_owned);
    let output = winwarden(home.path(), &arguments.each_ref().map(String::as_str));
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("/windows: a number instead of a list"),
        "{output:?}"
    );
    let nowhere = state.0.path().join("no-folder").join("state.json");
    let mut stage = Stage::of(&world(), &["--sim-state", nowhere.to_str().unwrap()]);
    let told = stage.refused("type_text", json!({"text": "x"}), "INTERNAL");
    assert!(told.contains("it was done, but"), "{told}");
}
