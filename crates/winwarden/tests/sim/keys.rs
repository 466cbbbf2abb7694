//! Key combinations: shortcuts, access keys, the clipboard, and the keys of dialogs.

use serde_json::json;

use super::stage::Stage;

#[test]
fn shortcuts_work_on_the_field_that_has_the_keyboard() {
    let mut stage = Stage::new();
    stage.done("type_text", json!({"text": "abc"}));
    let copied = stage.done("press_keys", json!({"keys": "Ctrl+A Ctrl+C"}));
    assert!(copied.contains("Ctrl+A Ctrl+C"), "{copied}");
    assert_eq!(stage.done("clipboard_read", json!({})), "abc");
    stage.done("press_keys", json!({"keys": "End Ctrl+V Shift+Left Delete Home X"}));
    assert_eq!(stage.text_of("note.txt - Notepad", "text"), "xabcab");
}

#[test]
fn what_is_no_key_is_refused_with_all_that_are_accepted() {
    let mut stage = Stage::new();
    let mut told = |keys: &str| stage.refused("press_keys", json!({"keys": keys}), "INVALID_ARGUMENT");
    let key = told("qqqqqqq");
    for name in model::keys::NamedKey::ALL.iter().map(|key| key.name()) {
        assert!(key.contains(&format!(", {name}")), "{name}: {key}");
    }
    let held = told("qqqqqqq+S");
    assert!(held.contains("cannot be held; accepted: Ctrl, Alt, Shift, Win;"), "{held}");
}

#[test]
fn what_is_put_on_the_clipboard_is_pasted_and_read() {
    let mut stage = Stage::new();
    let written = stage.done("clipboard_write", json!({"text": "milk, 🍞"}));
    assert!(written.contains("7 characters") && !written.contains("milk"), "{written}");
    assert_eq!(stage.done("clipboard_read", json!({})), "milk, 🍞");
    assert!(
        stage.done("clipboard_read", json!({"max_chars": 4})).starts_with("milk\n[characters 0 to 4 of 7")
    );
    stage.done("press_keys", json!({"keys": "Ctrl+V", "window": "note.txt - Notepad"}));
    assert_eq!(stage.text_of("note.txt - Notepad", "text"), "milk, 🍞");
}

#[test]
fn menus_open_and_are_used_by_their_access_keys_and_shortcuts() {
    let mut stage = Stage::new();
    let about = stage.done("press_keys", json!({"keys": "Alt+H A"}));
    assert!(about.contains("opened: w") && about.contains("\"About\""), "{about}");
    let shell = stage.done("press_keys", json!({"keys": "Ctrl+Shift+Escape"}));
    assert!(!shell.contains("closed"), "{shell}");
    let gone = stage.done("press_keys", json!({"keys": "Escape"}));
    assert!(gone.contains("closed: w"), "{gone}");
    let save_as = stage.done("press_keys", json!({"keys": "Ctrl+Shift+S"}));
    assert!(save_as.contains("\"Save As\""), "{save_as}");
    let saved = stage.done("press_keys", json!({"keys": "Enter"}));
    assert!(saved.contains("closed: w"), "{saved}");
}

#[test]
fn keys_stop_where_another_window_comes_in_front() {
    let mut stage = Stage::new();
    let told = stage.refused("press_keys", json!({"keys": "Ctrl+Shift+S Q W"}), "WRONG_WINDOW");
    assert!(told.contains("1 of 3") && told.contains("Save As"), "{told}");
    assert_eq!(stage.text_of("Save As", "1001"), "*.txt", "the rest reached the dialog");
}

#[test]
fn tab_walks_through_a_window_and_space_presses_what_has_the_keyboard() {
    let mut stage = Stage::new();
    let first = stage.done("press_keys", json!({"keys": "Tab", "window": "Options"}));
    assert!(first.contains("focus: e") && first.contains("CheckBox \"Word wrap\""), "{first}");
    stage.done("press_keys", json!({"keys": "Space", "window": "Options"}));
    let seen = stage.done("snapshot", json!({"window": "Options"}));
    assert!(seen.contains("CheckBox \"Word wrap\" checked focused"), "{seen}");
}

#[test]
fn what_is_no_combination_is_refused_before_anything_is_pressed() {
    let mut stage = Stage::new();
    let told = stage.refused("press_keys", json!({"keys": "A Ctrl+Foo"}), "INVALID_ARGUMENT");
    assert!(told.contains("keys"), "{told}");
    assert_eq!(stage.text_of("note.txt - Notepad", "text"), "[the element holds no text]");
}
