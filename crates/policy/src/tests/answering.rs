//! What a press answers or presses besides.

use super::*;

fn answering(name: &str, around: Around) -> Facts {
    let target = control(notepad(), model::ui::Role::Button, name);
    facts(TargetFacts { around, ..target })
}

#[test]
fn yes_is_what_the_dialog_asks_and_no_and_a_harmless_question_are_nothing() {
    let asking = |text: &str| Around { texts: vec!["Notepad".into(), text.into()], ..Around::default() };
    let policy = of(Profile::Assistant);
    let verdict = |name, text| name_of(&policy, &click(), &answering(name, asking(text)));
    assert_eq!(verdict("&Yes", "The file a.txt will be deleted. Go on?"), "ask");
    assert_eq!(verdict("OK", "Möchten Sie den Ordner wirklich löschen?"), "ask");
    assert_eq!(verdict("&No", "The file a.txt will be deleted. Go on?"), "allow");
    assert_eq!(verdict("&Yes", "Do you want to see the next tip?"), "allow");
}

#[test]
fn enter_presses_the_default_button_and_what_has_the_keyboard_and_space_the_latter() {
    let button = |name: &str| control(notepad(), model::ui::Role::Button, name).element;
    let window = |around| facts(TargetFacts { around, ..notepad() });
    let policy = of(Profile::Assistant);
    let delete = button("Delete all");
    let default = window(Around { default: delete.clone(), focused: button("Help"), ..Around::default() });
    let focused = window(Around { focused: delete, default: button("OK"), ..Around::default() });
    assert_eq!(name_of(&policy, &press(&["Enter"]), &default), "ask");
    assert_eq!(name_of(&policy, &press(&["Space"]), &default), "allow");
    assert_eq!(name_of(&policy, &press(&["A"]), &focused), "allow");
    for key in ["Enter", "Space"] {
        assert_eq!(name_of(&policy, &press(&["Tab", key]), &focused), "ask", "{key}");
    }
    let typing = |submit| {
        let text = model::SecretText::new("x".into());
        let mode = model::TypeMode::Insert;
        Operation::TypeText(model::TypeTextRequest { target: None, text, mode, submit })
    };
    assert_eq!(name_of(&policy, &typing(true), &default), "ask");
    assert_eq!(name_of(&policy, &typing(false), &default), "allow");
}
