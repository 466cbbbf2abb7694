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

#[test]
fn on_a_target_the_words_of_a_call_do_not_matter_and_the_target_does() {
    let same = Act::of(&put("a"), &on(&["w"]));
    assert_eq!(same, Act::of(&put("other and longer"), &on(&["w"])));
    assert_ne!(same, Act::of(&put("a"), &on(&["x"])));
    assert_ne!(same, Act::of(&put("a"), &on(&["w", "x"])));
}

#[test]
fn without_a_target_a_call_is_the_same_act_as_its_like_alone() {
    assert_eq!(Act::of(&put("a"), &on(&[])), Act::of(&put("a"), &on(&[])));
    assert_ne!(Act::of(&put("a"), &on(&[])), Act::of(&put("other"), &on(&[])));
}

#[test]
fn a_program_with_other_arguments_is_another_act_though_its_window_is_there() {
    let launch = |arguments: &[&str]| {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        let program = Program::Executable(r"C:\a.exe".into());
        let request = model::AppLaunchRequest { program, arguments, working_directory: None };
        Act::of(&Operation::AppLaunch(request), &on(&["w"]))
    };
    assert_eq!(launch(&["x"]), launch(&["x"]));
    assert_ne!(launch(&["x"]), launch(&["y"]));
}

#[test]
fn an_import_of_other_data_of_the_same_length_is_another_act() {
    assert_eq!(Act::of(&import(1), &on(&[])), Act::of(&import(1), &on(&[])));
    assert_ne!(Act::of(&import(1), &on(&[])), Act::of(&import(2), &on(&[])));
    assert_ne!(Act::of(&import(1), &on(&[])).digest(), Act::of(&import(2), &on(&[])).digest());
}
