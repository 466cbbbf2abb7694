//! Refs and descriptions that do not, or no longer, mean one thing.

use serde_json::json;

use super::stage::{Stage, reference};

#[test]
fn what_was_replaced_is_stale_and_the_likely_new_ref_is_given_and_works() {
    let mut stage = Stage::new();
    let old = stage.element("Options", "Button", "Rebuild");
    stage.done("click", json!({"element": old}));
    let told = stage.refused("click", json!({"element": old}), "STALE_ELEMENT");
    let new = reference(&told, "Button \"Rebuild\"");
    assert_ne!(new, old, "{told}");
    let clicked = stage.done("move_pointer", json!({"element": new}));
    assert!(clicked.contains("Button \"Rebuild\""), "{clicked}");
    stage.refused("click", json!({"element": old}), "STALE_ELEMENT");
    stage.refused("read_text", json!({"element": old}), "STALE_ELEMENT");
}

#[test]
fn what_is_gone_without_a_like_gives_no_ref() {
    let mut stage = Stage::new();
    let apply = stage.element("Options", "Button", "Apply");
    let window = reference(&stage.done("window_list", json!({})), "Options");
    stage.done("window_control", json!({"window": window, "action": "close"}));
    let told = stage.refused("click", json!({"element": apply}), "STALE_ELEMENT");
    assert!(told.contains("Button `Apply`") && !told.contains("Button \""), "{told}");
    stage.refused("snapshot", json!({"window": window}), "STALE_ELEMENT");
}

#[test]
fn several_that_fit_are_listed_and_one_of_them_can_be_taken() {
    let mut stage = Stage::new();
    let told = stage.refused(
        "click",
        json!({"find": {"window": "Options", "role": "Button", "name": "Twin"}}),
        "AMBIGUOUS",
    );
    assert_eq!(told.matches("Button \"Twin\"").count(), 2, "{told}");
    let second = reference(told.lines().last().unwrap(), "Twin");
    stage.done("click", json!({"element": second}));
    assert_eq!(stage.text_of("Options", "status"), "right twin");
    let two = json!({"windows": [{"title": "Twins", "tree": {}}, {"title": "Twins", "tree": {}}]});
    let told = Stage::of(&two, &[]).refused("snapshot", json!({"window": "Twins"}), "AMBIGUOUS");
    assert!(told.contains("w1 \"Twins\"") && told.contains("w2 \"Twins\""), "{told}");
}

#[test]
fn what_was_never_given_is_unknown_and_what_fits_nothing_is_not_found() {
    let mut stage = Stage::new();
    assert!(stage.refused("click", json!({"element": "e999"}), "UNKNOWN_REF").contains("snapshot"));
    stage.refused("snapshot", json!({"window": "w999"}), "UNKNOWN_REF");
    let near = stage.refused(
        "click",
        json!({"find": {"window": "Options", "role": "Edit", "name": "Apply"}}),
        "NOT_FOUND",
    );
    assert!(near.contains("Button \"Apply\""), "it names what has the name: {near}");
    let missed = stage.refused("snapshot", json!({"window": "Opt"}), "NOT_FOUND");
    assert!(missed.contains("\"Options\""), "{missed}");
    stage.refused(
        "click",
        json!({"at": {"x": 1, "y": 1, "picture": "p9"}, "expect_window": "Options"}),
        "UNKNOWN_PICTURE",
    );
}
