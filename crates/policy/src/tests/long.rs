//! What stands anywhere in a text that facts hold is found, and a longer text is denied.

use model::{Ancestor, ElementFacts, ReadTextRequest, ui::Role};

use super::*;

/// So many characters, the last of which are these.
fn ending(chars: usize, end: &str) -> String {
    format!("{}{end}", "\u{e9} ".repeat(chars).chars().take(chars - end.chars().count()).collect::<String>())
}

#[test]
fn a_risky_word_is_found_at_the_end_of_any_name_that_is_judged() {
    let policy = of(Profile::Assistant);
    for chars in [100, 199, 200, 201, 207, 500, 1000, 4095, Facts::CHARS] {
        let name = ending(chars, " Delete");
        assert_eq!(name.chars().count(), chars);
        let facts = facts(control(notepad(), Role::Button, &Facts::text(&name)));
        assert!(matches!(policy.decide(&HERE, &click(), &facts), Verdict::Ask { .. }), "{chars}");
        assert!(policy.effects(&click(), &facts).contains(&Group::Destroy), "{chars}");
    }
}

#[test]
fn a_text_that_is_longer_than_is_judged_is_denied_whichever_it_is_and_for_reads_too() {
    let text = |chars| Facts::text(&ending(chars, "x"));
    type Put = fn(&mut TargetFacts, String);
    let puts: [(&str, Put); 7] = [
        ("title of the window", |target, text| target.window.title = text),
        ("name of the element", |target, text| target.element.as_mut().unwrap().name = text),
        ("id of the element", |target, text| target.element.as_mut().unwrap().automation_id = text),
        ("text of the dialog", |target, text| target.around.texts = vec!["Sure?".into(), text]),
        ("what has the keyboard", |target, text| {
            target.around.focused = Some(ElementFacts { name: text, ..target.element.clone().unwrap() });
        }),
        ("default button", |target, text| {
            target.around.default = Some(ElementFacts { name: text, ..target.element.clone().unwrap() });
        }),
        ("what the element lies in", |target, name| {
            target.sought.ancestors = Some(vec![Ancestor { role: Role::Group, name }]);
        }),
    ];
    let lab = of(Profile::Lab);
    let read = Operation::ReadText(ReadTextRequest { target: None, window: None, offset: 0, max_chars: 1 });
    for (what, put) in puts {
        for operation in [&click(), &press(&["A"]), &read] {
            let decided = |chars| {
                let mut target = control(notepad(), Role::Button, "Next");
                put(&mut target, text(chars));
                lab.decide(&HERE, operation, &facts(target))
            };
            assert!(matches!(decided(Facts::CHARS), Verdict::Allow { .. }), "{what} {operation:?}");
            for chars in [Facts::CHARS + 1, 100_000] {
                let Verdict::Deny { code, reasons } = decided(chars) else { panic!("{what} {operation:?}") };
                assert_eq!(code, Code::LimitExceeded, "{what} {operation:?}");
                assert!(reasons[0].text.contains(what), "{what}: {reasons:?}");
                assert!(crate::is_for_length(&reasons), "{reasons:?}");
            }
        }
    }
}
