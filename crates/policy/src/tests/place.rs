use std::collections::BTreeSet;

use model::{AppLaunchRequest, CallFacts, Code, Facts, Operation, Program};
use proptest::prelude::*;

use super::*;
use crate::{
    BrokenPolicy, Circumstances, Policy, PolicyText, Verdict,
    cases::facts::{Given, ProcessGiven},
    config::{Profile, Settings},
};

fn loaded(profile: Profile, text: &str) -> Result<Policy, BrokenPolicy> {
    Policy::new(&Settings::of_profile(profile), &[PolicyText { name: "a.cedar", text }])
}

/// A policy of this effect and resource, and what follows.
fn text(effect: &str, resource: &str, rest: &str) -> String {
    format!("@id(\"p\") @reason(\"r\") {effect} (principal, action, resource {resource}) {rest};\n")
}

fn policy(effect: &str, resource: &str, rest: &str) -> Policy {
    loaded(Profile::Lab, &text(effect, resource, rest)).unwrap()
}

/// A look at an element of the program at `path`, and a start of it.
pub(crate) fn calls(path: &str) -> [(Operation, Facts); 2] {
    let point = Operation::MovePointer(model::MovePointerRequest {
        target: model::Target::Element(model::ElementRef::new(1)),
    });
    let mut given = Given::control(model::ui::Role::Button, "Bold");
    given.target.process = Some(ProcessGiven::Path(path.into()));
    let launch = Operation::AppLaunch(AppLaunchRequest {
        program: Program::Executable(path.into()),
        arguments: vec![],
        working_directory: None,
    });
    let (pointed, started) = (given.facts(&point), Given::default().facts(&launch));
    [(point, pointed), (launch, started)]
}

fn verdicts(policy: &Policy, path: &str) -> [Verdict; 2] {
    let nothing = BTreeSet::new();
    let call = CallFacts::default();
    let here = Circumstances { session: "s", taint: &nothing, call: &call };
    calls(path).map(|(operation, facts)| policy.decide(&here, &operation, &facts))
}

fn names(policy: &Policy, path: &str) -> [&'static str; 2] {
    verdicts(policy, path).map(|verdict| verdict.name())
}

#[test]
fn a_folder_holds_for_the_programs_below_it_however_it_is_spelled() {
    for folder in [
        r"C:\\Tools",
        r"c:\\tools\\",
        "C:/TOOLS",
        r"\\\\?\\C:\\Tools",
        r"//?/C:/Tools/",
        r"C:\\Other\\..\\Tools\\.",
        r"C:\\\\Tools",
    ] {
        let policy = policy("forbid", &format!("in Path::\"{folder}\""), "");
        for below in
            [r"C:\Tools\a.exe", r"c:/tools/DEEP/er/a.exe", r"\\?\C:\Tools\a.exe", r"C:\x\..\Tools\a.exe"]
        {
            assert_eq!(names(&policy, below), ["deny"; 2], "{folder} {below}");
        }
        for beside in [r"C:\Tools2\a.exe", r"C:\a.exe", r"D:\Tools\a.exe", r"C:\x\Tools\a.exe"] {
            assert_eq!(names(&policy, beside), ["allow"; 2], "{folder} {beside}");
        }
    }
}

#[test]
fn a_drive_and_a_file_are_places_too_and_letters_are_those_of_nt() {
    let of = |path: &str| policy("forbid", &format!("in Path::{path:?}"), "");
    assert_eq!(names(&of(r"C:\"), r"C:\Tools\a.exe"), ["deny"; 2]);
    assert_eq!(names(&of(r"C:\"), r"D:\Tools\a.exe"), ["allow"; 2]);
    assert_eq!(names(&of(r"C:\Tools\A.exe"), r"c:\tools\a.EXE"), ["deny"; 2]);
    assert_eq!(names(&of(r"C:\Tools\a.exe"), r"C:\Tools\b.exe"), ["allow"; 2]);
    assert_eq!(names(&of(r"C:\Öl"), r"c:\ÖL\a.exe"), ["deny"; 2]);
    assert_eq!(names(&of(r"C:\keep"), "C:\\\u{212a}eep\\a.exe"), ["allow"; 2]);
}

#[test]
fn a_folder_may_stand_wherever_a_resource_may() {
    for (resource, rest, expected) in [
        ("is Process in Path::\"C:\\\\Tools\"", "", ["allow", "deny"]),
        ("is Element in Path::\"C:\\\\Tools\"", "", ["deny", "allow"]),
        ("", "when { resource in Path::\"C:\\\\Tools\" }", ["deny"; 2]),
        ("", "when { resource in [Path::\"D:\\\\\", Path::\"c:/tools\"] }", ["deny"; 2]),
        ("", "unless { resource in Path::\"C:\\\\Tools\" }", ["allow"; 2]),
        ("in Path::\"C:\\\\\"", "unless { resource in Path::\"C:\\\\Tools\" }", ["allow"; 2]),
    ] {
        assert_eq!(
            names(&policy("forbid", resource, rest), r"C:\Tools\a.exe"),
            expected,
            "{resource} {rest}"
        );
    }
}

/// Paths that do not tell where a program lies, and how far they do.
const UNTOLD: [(&str, &str); 9] = [
    ("", ""),
    (r"\\server\share\a.exe", ""),
    (r"\\localhost\c$\Tools\a.exe", ""),
    (r"\Device\HarddiskVolume3\Tools\a.exe", ""),
    ("a.exe", ""),
    (r"C:\TOOLS~1\a.exe", "c:"),
    (r"C:\Tools\x.exe:a.exe", r"c:\tools"),
    (r"C:\Tools\sub.\a.exe", r"c:\tools"),
    (r"C:\Tools\d:a.exe", r"c:\tools"),
];

#[test]
fn a_path_tells_as_far_as_it_is_plain() {
    for (path, known) in UNTOLD {
        assert_eq!(Place::of(path), Place::Within(known.into()), "{path}");
    }
    assert_eq!(Place::of(r"\\?\C:\Tools\.\A.exe"), Place::Whole(r"c:\tools\a.exe".into()));
}

#[test]
fn where_it_is_not_known_where_a_program_lies_every_place_forbids() {
    for (path, known) in UNTOLD {
        let used = |resource: &str, rest: &str| {
            let [used, _] = verdicts(&policy("forbid", resource, rest), path);
            used
        };
        // One that it may lie in, and one that it lies in only where nothing is known.
        let (may, other) = (r#"in Path::"C:\\Tools\\Sub\\Deep""#, r#"in Path::"D:\\Tools""#);
        for (resource, rest, expected) in [
            (may, "", "deny"),
            (may, "unless { context.approved }", "ask"),
            (may, "when { context.tainted }", "allow"),
            ("", &format!("when {{ resource {may} }}"), "deny"),
            ("", &format!("unless {{ resource {may} }}"), "deny"),
            (other, "", if known.is_empty() { "deny" } else { "allow" }),
        ] {
            assert_eq!(used(resource, rest).name(), expected, "{path} {resource} {rest}");
        }
        let Verdict::Deny { code: Code::DeniedByPolicy, reasons } = used(may, "") else { panic!("{path}") };
        assert_eq!(reasons[0].policy, "p");
    }
}

/// Whether secrets of the program at `path` are shown, which only a policy of one's own permits.
fn shows(resource: &str, rest: &str, path: &str) -> bool {
    let policy = loaded(Profile::Assistant, &text("permit", resource, rest)).unwrap();
    let nothing = BTreeSet::new();
    let call = CallFacts::default();
    let here = Circumstances { session: "s", taint: &nothing, call: &call };
    let [(operation, facts), _] = calls(path);
    policy.reveals(&here, &operation, &facts)
}

#[test]
fn where_it_is_not_known_where_a_program_lies_no_place_permits() {
    let deep = r#"in Path::"C:\\Tools\\Sub\\Deep""#;
    for (path, known) in UNTOLD {
        assert!(!shows(deep, "", path), "{path}");
        assert!(!shows("", &format!("when {{ resource {deep} }}"), path), "{path}");
        assert!(!shows("", &format!("unless {{ resource {deep} }}"), path), "{path}");
        assert_eq!(shows(r#"in Path::"C:\\""#, "", path), !known.is_empty(), "{path}");
        assert_eq!(shows(r#"in Path::"C:\\Tools""#, "", path), known == r"c:\tools", "{path}");
    }
    let told = r"C:\Tools\Sub\Deep\a.exe";
    assert!(shows(deep, "", told) && !shows("", &format!("unless {{ resource {deep} }}"), told));
    assert!(shows("", &format!("unless {{ resource {deep} }}"), r"C:\Tools\a.exe"));
}

#[test]
fn what_shows_no_program_lies_in_no_folder() {
    let policy = policy("forbid", r#"in Path::"C:\\""#, "");
    let nothing = BTreeSet::new();
    let call = CallFacts::default();
    let here = Circumstances { session: "s", taint: &nothing, call: &call };
    let status = Operation::Status(model::StatusRequest {});
    assert_eq!(policy.decide(&here, &status, &Facts::default()).name(), "allow");
    let read = Operation::ClipboardRead(model::ClipboardReadRequest { max_chars: 1 });
    let facts = Given::default().facts(&read);
    assert_eq!(policy.decide(&here, &read, &facts).name(), "allow");
}

#[test]
fn a_place_that_can_never_be_is_a_fault_with_its_line_and_what_would_be_right() {
    for (path, part) in [
        ("Tools", "is no full path; write the full path on a drive"),
        ("", "is no full path"),
        (r"\\Tools", "is no full path"),
        ("C:", "is no full path"),
        ("C:Tools", "is no full path"),
        ("%ProgramFiles%", "is no full path"),
        (r"\\\\server\\share", "lies on another machine, or is a device"),
        (r"\\\\.\\C:\\Tools", "lies on another machine, or is a device"),
        (r"\\??\\C:\\Tools", "lies on another machine, or is a device"),
        (r"C:\\Tools:x", "names a stream"),
        (r"C:\\Tools\\*", "holds for all below it, without a wildcard"),
        (r"C:\\Tools.", "ends in a dot or a space"),
        (r"C:\\nul", "names a device"),
        (r"C:\\PROGRA~1", "write the long one"),
    ] {
        for scope in [format!("in Path::\"{path}\""), format!(") when {{ resource in Path::\"{path}\" }};//")]
        {
            let text = format!("\n\n{}", text("forbid", &scope, ""));
            let error = loaded(Profile::Lab, &text).map(drop).unwrap_err().to_string();
            assert!(error.contains("a.cedar:3") && error.contains(part), "{path}: {error}");
        }
    }
}

#[test]
fn nothing_is_compared_with_a_place_as_nothing_is_one() {
    for rest in [
        r#"== Path::"C:\\Tools""#,
        "is Path",
        r#"is Path in Path::"C:\\Tools""#,
        r#") when { resource == Path::"C:\\Tools" };//"#,
        r#") when { Path::"C:\\Tools" != resource };//"#,
        r#") when { [Path::"C:\\Tools"].contains(resource) };//"#,
        ") when { resource is Path };//",
    ] {
        let error = loaded(Profile::Lab, &text("forbid", rest, "")).map(drop).unwrap_err().to_string();
        assert!(error.contains("a.cedar:1") && error.contains("use `resource in Path::"), "{rest}: {error}");
    }
    assert!(
        loaded(Profile::Lab, &text("forbid", "", r#"when { (resource in Path::"C:\\a") == false }"#)).is_ok()
    );
}

/// One of the ways in which a person may write a folder.
fn spelled(parts: &[String], way: u8, upper: bool) -> String {
    let path = match way % 6 {
        0 => parts.join("\\"),
        1 => parts.join("/"),
        2 => format!(r"\\?\{}\", parts.join("\\")),
        3 => parts.join(r"\.\"),
        4 => format!(r"{}\x\..\\", parts.join(r"\\")),
        _ => format!("{}/", parts.join("\\")),
    };
    let path = if parts.len() == 1 && !path.ends_with(['\\', '/']) { format!("{path}\\") } else { path };
    if upper { path.to_uppercase() } else { path.to_lowercase() }
}

fn parts() -> impl Strategy<Value = Vec<String>> {
    let drive = prop::sample::select(vec!["C:".to_owned(), "D:".to_owned()]);
    // Few names, so that folders are often one in another.
    let name = prop::sample::select(vec!["a", "A b", "ab", "b.c", "ä"]).prop_map(str::to_owned);
    (drive, prop::collection::vec(name, 0..4)).prop_map(|(drive, names)| [vec![drive], names].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_policy_on_a_folder_holds_for_exactly_the_programs_below_it(
        folder in parts(),
        own in 0..5_usize,
        programs in prop::collection::vec((parts(), any::<bool>()), 8),
        way in any::<u8>(),
        upper in any::<bool>(),
        in_condition in any::<bool>(),
    ) {
        // Often the folder of one of the programs.
        let folder = programs.get(own).map_or(folder, |(parts, _)| parts[..parts.len().min(own + 1)].to_vec());
        let named = format!("in Path::{:?}", spelled(&folder, way, upper));
        let forbids = match in_condition {
            true => policy("forbid", "", &format!("when {{ resource {named} }}")),
            false => policy("forbid", &named, ""),
        };
        let fold = |parts: &[String]| parts.iter().map(|part| part.to_lowercase()).collect::<Vec<_>>();
        for (parts, upper) in &programs {
            let path = format!(r"{}\prog.exe", parts.join("\\"));
            let path = if *upper { path.to_uppercase() } else { path };
            let expected = if fold(parts).starts_with(&fold(&folder)) { "deny" } else { "allow" };
            prop_assert_eq!(names(&forbids, &path), [expected; 2], "{} {}", named, path);
        }
    }
}
