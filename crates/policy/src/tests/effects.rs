use model::PressKeysRequest;

use super::*;

fn does(keys: &[&str]) -> Vec<&'static str> {
    let keys = keys.iter().map(|text| text.parse().unwrap()).collect();
    of_keys(&Operation::PressKeys(PressKeysRequest { target: None, window: None, keys }))
}

#[test]
fn keys_that_lock_call_the_system_or_close_do_so_whatever_else_is_held() {
    assert_eq!(does(&["Win+L"]), ["locks"]);
    assert_eq!(does(&["Shift+Win+L"]), ["locks"]);
    assert_eq!(does(&["Ctrl+Alt+Delete"]), ["secure_attention"]);
    assert_eq!(does(&["Alt+F4"]), ["closes_window"]);
    assert_eq!(does(&["Ctrl+Alt+F4"]), ["closes_window"]);
    assert_eq!(does(&["A", "Alt+F4", "Win+L"]), ["locks", "closes_window"]);
}

#[test]
fn half_of_such_a_combination_does_nothing() {
    for keys in ["L", "Win+D", "Ctrl+Delete", "Alt+Delete", "Delete", "Ctrl+Alt+A", "F4", "Alt+F5", "Alt+A"] {
        assert_eq!(does(&[keys]), [""; 0], "{keys}");
    }
}
