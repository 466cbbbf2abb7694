//! Which calls are the same act, so that one yes holds for both.

use model::{
    Around, Elevation, ProcessFacts, Program, RegistryKey, SecretText, Sought, TargetFacts, WindowFacts,
    registry::{RegistryData, ValueType},
};

use model::ui::WindowKey;

use super::*;

fn on(windows: &[&str]) -> Facts {
    let target = |title: &&str| TargetFacts {
        window: WindowFacts {
            key: WindowKey { handle: u64::from(title.as_bytes()[0]), pid: 2, started: 3 },
            reference: None,
            title: (*title).to_owned(),
            class: "C".into(),
            process: ProcessFacts {
                pid: 2,
                started: 3,
                path: r"C:\p.exe".into(),
                elevation: Elevation::Same,
                own: false,
            },
            shell: false,
        },
        element: None,
        point: None,
        around: Around::default(),
        sought: Sought::default(),
    };
    Facts { targets: windows.iter().map(target).collect(), ..Facts::default() }
}

fn put(text: &str) -> Operation {
    Operation::ClipboardWrite(model::ClipboardWriteRequest { text: SecretText::new(text.into()) })
}

fn import(byte: u8) -> Operation {
    let key =
        RegistryKey { path: r"HKCU\Software\App".parse().unwrap(), view: model::registry::View::default() };
    let data = RegistryData { kind: ValueType::Binary, bytes: vec![byte] }.into();
    let values = vec![ValueToWrite { name: "v".into(), data }];
    let change = KeyChange::Write { values, delete: Vec::new() };
    Operation::RegistryImport(model::RegistryImportRequest { changes: vec![(key, change)] })
}

fn typing(text: &str) -> Operation {
    let text = SecretText::new(text.into());
    let mode = model::TypeMode::Insert;
    Operation::TypeText(model::TypeTextRequest { target: None, text, mode, submit: false })
}

fn keys(keys: &str) -> Operation {
    let keys = vec![keys.parse().unwrap()];
    Operation::PressKeys(model::PressKeysRequest { target: None, window: None, keys })
}

/// Of a program that is not protected.
fn act(operation: &Operation, facts: &Facts, effects: &[Group]) -> Act {
    Act::of(operation, facts, &effects.iter().copied().collect(), false)
}

/// Whether a yes that lasts for the one holds for the other.
fn lasts(one: &Act, other: &Act) -> bool {
    one.lasting == other.lasting
}

#[test]
fn a_lasting_yes_for_ordinary_text_is_for_any_text_on_that_target_alone() {
    let input = &[Group::Input];
    let one = act(&typing("a"), &on(&["w"]), input);
    let other = act(&typing("other and longer"), &on(&["w"]), input);
    assert!(lasts(&one, &other) && one.whole != other.whole);
    assert!(!lasts(&one, &act(&typing("a"), &on(&["x"]), input)));
    assert!(!lasts(&one, &act(&typing("a"), &on(&["w", "x"]), input)));
}

#[test]
fn a_lasting_yes_is_for_no_other_text_where_the_text_is_run_or_kept_or_the_program_protected() {
    for effects in
        [&[Group::Input, Group::Execute][..], &[Group::Destroy], &[Group::Egress], &[Group::Change]]
    {
        let of = |text| act(&typing(text), &on(&["w"]), effects);
        assert!(lasts(&of("dir"), &of("dir")) && !lasts(&of("dir"), &of("del")), "{effects:?}");
    }
    let of = |text| Act::of(&typing(text), &on(&["w"]), &BTreeSet::from([Group::Input]), true);
    assert!(!lasts(&of("one"), &of("two")), "a protected program");
    let put = |text| act(&put(text), &on(&[]), &[Group::Change]);
    assert!(lasts(&put("one"), &put("one")) && !lasts(&put("one"), &put("two")));
}

#[test]
fn a_lasting_yes_is_for_no_other_keys_and_for_nothing_that_does_more() {
    let input = &[Group::Input];
    let one = act(&keys("Enter"), &on(&["w"]), input);
    assert!(!lasts(&one, &act(&keys("Shift+Delete"), &on(&["w"]), input)));
    assert!(!lasts(&one, &act(&keys("Enter"), &on(&["w"]), &[Group::Input, Group::Execute])));
    assert!(lasts(&one, &act(&keys("Enter"), &on(&["w"]), input)));
}

#[test]
fn a_clients_word_counts_neither_for_grave_acts_nor_on_protected_programs() {
    let of = |effects: &[Group], is_protected| {
        Act::of(&keys("Enter"), &on(&["w"]), &effects.iter().copied().collect(), is_protected).grave
    };
    assert!(!of(&[Group::Input], false) && !of(&[Group::Change], false));
    assert!(of(&[Group::Input], true));
    for grave in [Group::Destroy, Group::Execute, Group::Egress] {
        assert!(of(&[Group::Input, grave], false), "{grave:?}");
    }
}

#[test]
fn a_program_with_other_arguments_is_another_act_though_its_window_is_there() {
    let launch = |arguments: &[&str]| {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let program = Program::Executable(r"C:\a.exe".into());
        let request = model::AppLaunchRequest { program, arguments, working_directory: None };
        act(&Operation::AppLaunch(request), &on(&["w"]), &[Group::Execute])
    };
    assert_eq!(launch(&["x"]), launch(&["x"]));
    assert_ne!(launch(&["x"]), launch(&["y"]));
}

#[test]
fn an_import_of_other_data_of_the_same_length_is_another_act() {
    let of = |byte| act(&import(byte), &on(&[]), &[Group::Change]);
    assert_eq!(of(1), of(1));
    assert!(of(1).whole != of(2).whole && !lasts(&of(1), &of(2)));
}
