use super::*;

fn read(text: &str) -> Policy {
    text.parse::<cedar_policy::PolicySet>().unwrap().policies().next().unwrap().clone()
}

/// What becomes of a policy with this condition.
fn condition(text: &str) -> String {
    let policy = format!("@id(\"p\") permit (principal, action, resource) when {{ {text} }};");
    let canonical = canonical(read(&policy)).unwrap();
    assert_eq!(canonical.annotation("id"), Some("p"), "nothing else is lost");
    canonical
        .to_cedar()
        .unwrap()
        .split_once("when {")
        .unwrap()
        .1
        .trim()
        .trim_end_matches("};")
        .trim()
        .to_owned()
}

#[test]
fn a_program_is_one_however_it_is_spelled() {
    for path in [r"C:\Windows\Notepad.EXE", "c:/windows/notepad.exe", r"\\?\C:\WINDOWS\notepad.exe"] {
        assert_eq!(program(path), r"c:\windows\notepad.exe");
        let spelled = path.replace('\\', "\\\\");
        let policy = format!("forbid (principal, action, resource in Process::\"{spelled}\");");
        let canonical = canonical(read(&policy)).unwrap().to_cedar().unwrap();
        assert!(canonical.contains(r#"Process::"c:\\windows\\notepad.exe""#), "{canonical}");
    }
}

#[test]
fn a_program_on_another_machine_keeps_the_form_that_says_so() {
    assert_eq!(program(r"\\?\UNC\Server\x.EXE"), r"\\?\unc\server\x.exe");
}

#[test]
fn a_key_of_the_registry_is_one_however_it_is_spelled() {
    for (key, name) in [
        (r"HKCU\Software", r"\REGISTRY\USER\<SID>\SOFTWARE"),
        (r"hkey_current_user/software/", r"\REGISTRY\USER\<SID>\SOFTWARE"),
        (r"Registry::HKLM\SECURITY\SAM", r"\REGISTRY\MACHINE\SAM\SAM"),
        (r"HKU\S-1-5-18", r"\REGISTRY\USER\.DEFAULT"),
    ] {
        let policy = format!("forbid (principal, action, resource in RegistryKey::{key:?});");
        let canonical = canonical(read(&policy)).unwrap().to_cedar().unwrap();
        assert!(canonical.contains(&format!("RegistryKey::{name:?}")), "{canonical}");
    }
    for wrong in [r"Software", r"HKLM\\SAM", r"HKCR\x", ""] {
        let policy = format!("forbid (principal, action, resource == RegistryKey::{wrong:?});");
        assert!(canonical(read(&policy)).is_err(), "{wrong}");
    }
}

#[test]
fn a_key_that_is_not_the_one_and_two_things_that_are_not_one_keep_their_meaning() {
    let not = condition(r#"resource != RegistryKey::"HKCU\\A""#);
    assert!(not.starts_with("!(resource in RegistryKey::") && not.contains(r"<SID>\\A"), "{not}");
    let other = condition(r#"context.window.title != "A""#);
    assert!(other.contains(r#"context.window.title"#) && other.contains(r#""A""#), "{other}");
}

#[test]
fn texts_that_paths_are_compared_with_are_brought_to_their_form() {
    assert_eq!(
        condition(r#"context.process.path like "C:\\Apps/*""#),
        r#"context.process.path like "c:\\apps\\*""#
    );
    assert_eq!(
        condition(r#"context.launch.path == "C:\\A.exe" || "C:\\B.EXE" != context.process.path"#),
        r#"(context.launch.path == "c:\\a.exe") || (!("c:\\b.exe" == context.process.path))"#
    );
    assert_eq!(
        condition(r#"["C:\\A.exe"].contains(context.process.path)"#),
        r#"["c:\\a.exe"].contains(context.process.path)"#
    );
    let title = condition(r#"context.window.title == "Save As""#);
    assert!(title.contains("Save As"), "other texts stay: {title}");
}

#[test]
fn a_program_that_cannot_be_is_a_fault() {
    for name in ["notepad.exe", r"..\\x.exe", r"\\\\server\\x.exe"] {
        let policy = format!("forbid (principal, action, resource in Process::\"{name}\");");
        assert!(canonical(read(&policy)).unwrap_err().contains("no full path"), "{name}");
    }
}
