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
    for path in [
        r"C:\Windows\Notepad.EXE",
        "c:/windows/notepad.exe",
        r"\\?\C:\WINDOWS\notepad.exe",
        r"C:\\Windows\\notepad.exe",
        r"C:\Windows\.\notepad.exe",
        r"C:\Users\..\Windows/notepad.exe",
    ] {
        assert_eq!(named(path).as_deref(), Ok(r"c:\windows\notepad.exe"));
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
    assert_eq!(
        condition(r#"context.launch.path == "C:\\A\\..\\B//c.EXE""#),
        r#"context.launch.path == "c:\\b\\c.exe""#
    );
    // Not known; and on another machine, where a program may run though none is started there.
    assert_eq!(condition(r#"context.launch.path == """#), r#"context.launch.path == """#);
    assert_eq!(
        condition(r#"context.process.path == "//Srv/X.exe""#),
        r#"context.process.path == "\\\\srv\\x.exe""#
    );
    let title = condition(r#"context.window.title == "Save As""#);
    assert!(title.contains("Save As"), "other texts stay: {title}");
}

#[test]
fn a_program_that_cannot_be_is_a_fault_with_its_reason() {
    for (name, why) in [
        ("notepad.exe", "no full path"),
        (r"..\\x.exe", "no full path"),
        ("C:x.exe", "no full path"),
        (r"\\\\server\\x.exe", "no full path"),
        (r"C:\\x.exe.", "ends in a dot or a space"),
        (r"C:\\x.exe ", "ends in a dot or a space"),
        (r"C:\\x.exe:stream", "stream"),
        (r"C:\\PROGRA~1\\x.exe", "short name"),
        (r"C:\\Apps\\*", "characters that no file name has"),
        (r"C:\\Apps\\", "names a folder"),
        ("", "no full path"),
    ] {
        let policy = |condition: &str| read(&format!("forbid (principal, action, {condition};"));
        let id = canonical(policy(&format!("resource in Process::\"{name}\")"))).unwrap_err();
        assert!(id.contains(why) && id.contains("context.process.path like"), "{name}: {id}");
        if name.starts_with(r"\\") || name.is_empty() {
            continue;
        }
        for fact in ["process", "launch"] {
            let compared =
                canonical(policy(&format!("resource) when {{ context.{fact}.path == \"{name}\" }}")));
            assert!(compared.unwrap_err().contains(why), "{name}");
            let listed = canonical(policy(&format!(
                "resource) when {{ [\"{name}\"].contains(context.{fact}.path) }}"
            )));
            assert!(listed.unwrap_err().contains(why), "{name}");
        }
    }
}
