mod reference;

use model::registry::{BadValueName, KeyNames, Machine, RegistryPath, ValueType, View};

use super::*;

const OWN: &str = "S-1-5-21-1111111111-2222222222-3333333333-1001";

fn machine() -> Machine {
    Machine::new(Some(OWN.parse().unwrap()), Some(1))
}

fn root(text: &str) -> Root {
    Root::parse(text).unwrap()
}

fn rules(roots: &[&str], denied: &[&str]) -> Rules {
    Rules {
        roots: vec![roots.iter().map(|text| root(text)).collect()],
        denied: denied.iter().map(|path| path.parse().unwrap()).collect(),
        level: Access::Admin,
        limits: Limits::default(),
        reveals: false,
    }
}

fn names(path: &str) -> KeyNames {
    RegistryPath::parse(path).unwrap().names(&machine(), View::W64)
}

fn judged(rules: &Rules, path: &str, act: Act<'_>) -> Judged {
    rules.on(machine()).judge(&names(path), act)
}

fn allowed(rules: &Rules, path: &str, act: Act<'_>) -> bool {
    matches!(judged(rules, path, act), Judged::Allow { .. })
}

const WRITE: Act<'_> = Act::Write(Values::Named(&["Name"]));

#[test]
fn the_most_specific_root_counts_whichever_comes_first() {
    let roots =
        [r"read_write 3 HKCU\Software", r"read 5 HKCU\Software\App", r"admin 2 HKCU\Software\App\Own"];
    for roots in [roots, [roots[2], roots[1], roots[0]]] {
        let rules = rules(&roots, &[]);
        assert!(allowed(&rules, r"HKCU\Software\Other", WRITE));
        assert!(!allowed(&rules, r"HKCU\Software\App\x", WRITE));
        assert!(allowed(&rules, r"HKCU\Software\App\Own\x", Act::DeleteKey));
        let other = judged(&rules, r"HKCU\Control Panel", Act::Read);
        assert_eq!(other, Judged::Refuse(Refused::Outside));
    }
    let twice = rules(&[r"admin 3 HKCU\Software", r"read 3 HKEY_CURRENT_USER\SOFTWARE"], &[]);
    assert!(!allowed(&twice, r"HKCU\Software", WRITE), "of two roots on one key the narrower counts");
}

#[test]
fn the_level_bounds_every_root() {
    for (level, write, delete) in
        [(Access::Read, false, false), (Access::ReadWrite, true, false), (Access::Admin, true, true)]
    {
        let rules = Rules { level, ..rules(&[r"admin 3 HKCU\Software"], &[]) };
        assert!(allowed(&rules, r"HKCU\Software\x", Act::Read));
        assert_eq!(allowed(&rules, r"HKCU\Software\x", WRITE), write);
        assert_eq!(allowed(&rules, r"HKCU\Software\x", Act::DeleteKey), delete);
    }
}

#[test]
fn each_list_of_roots_has_to_permit_a_key() {
    let mut rules = rules(&[r"admin 5 HKCU\Software"], &[]);
    rules.roots.push(vec![root(r"read 2 HKCU"), root(r"read_write 2 HKCU\Software\App")]);
    assert_eq!(judged(&rules, r"HKCU\Software\x", Act::Read), Judged::Allow { max_depth: 2 });
    assert!(!allowed(&rules, r"HKCU\Software\x", WRITE));
    assert!(allowed(&rules, r"HKCU\Software\App", WRITE));
    assert!(!allowed(&rules, r"HKCU\Environment", Act::Read));
    rules.roots.clear();
    assert!(!allowed(&rules, r"HKCU\Software\x", Act::Read), "no list permits nothing");
}

#[test]
fn a_denied_key_covers_its_twins_its_other_names_and_what_lies_above_it_when_that_is_deleted() {
    for (denied, path) in [
        (r"HKLM\SOFTWARE\Secret", r"HKLM\SOFTWARE\WOW6432Node\Secret\x"),
        (r"HKLM\SOFTWARE\WOW6432Node\Secret", r"HKLM\SOFTWARE\Secret"),
        (r"HKLM\SOFTWARE\Secret", r"HKLM\SOFTWARE\WowAA32Node\Secret"),
        (r"HKLM\SOFTWARE\Classes\CLSID", r"HKLM\SOFTWARE\WOW6432Node\Classes\CLSID"),
        (r"HKLM\SYSTEM\ControlSet001\Services\x", r"HKLM\SYSTEM\ControlSet002\Services\x"),
        (r"HKLM\SYSTEM\CurrentControlSet\Services\x", r"HKLM\SYSTEM\ControlSet003\Services\x"),
        (r"HKCR\x", r"HKCU\Software\Classes\x"),
        (r"HKCR\x", r"HKLM\SOFTWARE\Classes\x"),
        (r"HKCU\Software\Classes\x", r"HKCR\x"),
    ] {
        let rules = rules(&["admin 3 HKLM", "admin 3 HKU"], &[denied]);
        assert_eq!(judged(&rules, path, Act::Read), Judged::Refuse(Refused::Denied), "{denied}, {path}");
    }
    let rules =
        rules(&["admin 3 HKLM", "admin 3 HKCU"], &[r"HKCU\Software\App\Secret", r"HKLM\SOFTWARE\A\B"]);
    assert!(allowed(&rules, r"HKCU\Software\App", Act::List { depth: 3 }));
    for above in [r"HKCU\Software\App", r"HKCU\Software", r"HKLM\SOFTWARE\WOW6432Node\A"] {
        assert_eq!(judged(&rules, above, Act::DeleteKey), Judged::Refuse(Refused::Above), "{above}");
    }
    assert!(allowed(&rules, r"HKCU\Software\App\Secrets", Act::DeleteKey));
}

#[test]
fn deleting_a_key_needs_the_right_to_all_roots_below_it() {
    let rules = rules(&[r"admin 3 HKCU\Software\App", r"read 3 HKCU\Software\App\Kept"], &[]);
    assert_eq!(judged(&rules, r"HKCU\Software\App", Act::DeleteKey), Judged::Refuse(Refused::Above));
    assert!(allowed(&rules, r"HKCU\Software\App\Other", Act::DeleteKey));
}

#[test]
fn hives_are_never_deleted() {
    let rules = rules(&["admin 3 HKLM", "admin 3 HKU"], &[]);
    for hive in ["HKLM", "HKU", "HKCU", r"HKLM\HARDWARE", r"HKLM\BCD00000000", r"HKU\.DEFAULT"] {
        assert_eq!(judged(&rules, hive, Act::DeleteKey), Judged::Refuse(Refused::Hive), "{hive}");
    }
}

#[test]
fn secrets_of_the_system_are_not_even_read_by_any_name() {
    let rules = rules(&["admin 3 HKLM"], &[]);
    for path in [
        r"HKLM\SAM\SAM\Domains",
        r"HKLM\SECURITY",
        r"HKLM\SECURITY\SAM",
        r"HKLM\SYSTEM\CurrentControlSet\Control\Lsa",
        r"HKLM\SYSTEM\ControlSet002\Control\Lsa\JD",
    ] {
        assert_eq!(judged(&rules, path, Act::Read), Judged::Refuse(Refused::Denied), "{path}");
    }
    assert!(allowed(&rules, r"HKLM\SYSTEM\CurrentControlSet\Control", Act::List { depth: 1 }));
    assert!(allowed(&rules, r"HKLM\SYSTEM\CurrentControlSet\Control\LsaInformation", Act::Read));
}

#[test]
fn no_root_opens_what_takes_the_machine_over() {
    let rules = rules(&["admin 3 HKLM", "admin 3 HKU"], &[]);
    for path in [
        r"HKLM\SOFTWARE\winwarden",
        r"HKCU\Software\Winwarden\x",
        r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Exclusions",
        r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows Defender",
        r"HKLM\SYSTEM\ControlSet002\Services\WinDefend",
        r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile",
        r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options\sethc.exe",
        r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\AppCertDlls",
    ] {
        assert!(matches!(judged(&rules, path, WRITE), Judged::Refuse(Refused::Never(_))), "{path}");
        assert!(matches!(judged(&rules, path, Act::DeleteKey), Judged::Refuse(Refused::Never(_))), "{path}");
        assert!(allowed(&rules, path, Act::Read), "{path}");
    }
    for path in [
        r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run",
        r"HKU\S-1-5-21-9-9-9-9\Software\Microsoft\Windows\CurrentVersion\RunOnce",
        r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Run",
        r"HKCU\Software\Classes\CLSID\{0}\InprocServer32",
        r"HKCR\CLSID\{0}\LocalServer32",
        r"HKLM\SOFTWARE\Classes\WOW6432Node\CLSID\{0}\TreatAs",
        r"HKCR\txtfile\shell\open\command",
        r"HKCU\Software\Classes\ms-settings\shell\open\command",
        r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon",
    ] {
        assert!(matches!(judged(&rules, path, WRITE), Judged::Ask { .. }), "{path}");
        assert!(allowed(&rules, path, Act::Read), "{path}");
    }
    let ordinary = r"HKCU\Software\Classes\.txt";
    assert!(allowed(&rules, ordinary, WRITE), "other classes are ordinary keys");
}

#[test]
fn values_that_start_programs_are_told_from_those_beside_them() {
    let rules = rules(&["admin 3 HKLM", "admin 3 HKCU"], &[]);
    let service = r"HKLM\SYSTEM\CurrentControlSet\Services\App";
    let one = |name: &'static str| [name];
    for (path, name, plain) in [
        (service, "ImagePath", false),
        (service, "imagepath", false),
        (service, "Description", true),
        (r"HKLM\SYSTEM\ControlSet002\Services\App\Parameters", "ServiceDll", false),
        (r"HKLM\SYSTEM\CurrentControlSet\Services\App\Parameters\ImagePath", "ImagePath", true),
        (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows", "AppInit_DLLs", false),
        (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows", "DesktopHeapLogging", true),
        (r"HKCU\Environment", "UserInitMprLogonScript", false),
        (r"HKCU\Environment", "Path", true),
        (r"HKCU\Control Panel\Desktop", "SCRNSAVE.EXE", false),
    ] {
        let names = one(name);
        assert_eq!(allowed(&rules, path, Act::Write(Values::Named(&names))), plain, "{path}, {name}");
        assert_eq!(allowed(&rules, path, Act::DeleteValues(Values::Named(&names))), plain, "{path}, {name}");
    }
    assert!(!allowed(&rules, service, Act::Write(Values::Unknown)), "which is not known counts as each");
    assert!(!allowed(&rules, service, Act::Write(Values::Named(&["Start", "ImagePath"]))), "one of several");
    assert!(allowed(&rules, service, Act::Write(Values::Named(&[]))), "a key without values");
    assert!(matches!(judged(&rules, service, Act::DeleteKey), Judged::Ask { .. }));
    let above = r"HKLM\SYSTEM\CurrentControlSet\Services";
    assert!(
        matches!(judged(&rules, above, Act::DeleteKey), Judged::Refuse(Refused::Never(_))),
        "the worst below"
    );
}

#[test]
fn more_than_the_limits_is_refused_with_what_and_by_how_much() {
    let mut rules = rules(&[r"read 5 HKCU\Software", r"read 2 HKCU\Software\App"], &[]);
    let list = |rules: &Rules, path: &str, depth| judged(rules, path, Act::List { depth });
    let over = |what, asked, most| Judged::Refuse(Refused::Limit { what, asked, most });
    assert_eq!(list(&rules, r"HKCU\Software", 3), Judged::Allow { max_depth: 3 });
    assert_eq!(list(&rules, r"HKCU\Software", 4), over("a depth", 4, 3));
    assert_eq!(list(&rules, r"HKCU\Software\App", 3), over("a depth", 3, 2));
    rules.limits.depth = 10;
    assert_eq!(list(&rules, r"HKCU\Software", 5), Judged::Allow { max_depth: 5 });
    assert_eq!(list(&rules, r"HKCU\Software", 0), Judged::Refuse(Refused::Nothing("a depth")));
    let limits = Limits::default();
    assert_eq!((limits.values(100), limits.bytes(1_048_576), limits.bytes(0)), (Ok(()), Ok(()), Ok(())));
    let refused = limits.values(103).unwrap_err();
    assert_eq!(refused.code(), Code::LimitExceeded);
    assert_eq!(refused.to_string(), "a number of values of 103 is over the limit of 100 by 3");
    assert!(limits.bytes(1_048_577).is_err());
}

#[test]
fn no_link_is_made_or_unmade() {
    let rules = rules(&[r"admin 3 HKCU\Software"], &[]);
    for act in [
        Act::Write(Values::Named(&["x", "symboliclinkvalue"])),
        Act::DeleteValues(Values::Named(&["SymbolicLinkValue"])),
    ] {
        assert_eq!(judged(&rules, r"HKCU\Software\x", act), Judged::Refuse(Refused::Link));
    }
    assert_eq!(writable(ValueType::Link), Err(Refused::Link));
    assert_eq!(writable(ValueType::String), Ok(()));
    let bad = Refused::Name(BadValueName::Character);
    assert_eq!(judged(&rules, r"HKCU\Software\x", Act::Write(Values::Named(&["a\0"]))), Judged::Refuse(bad));
}

#[test]
fn what_is_denied_and_what_is_missing_below_it_get_one_answer() {
    let rules = rules(&[r"admin 3 HKCU\Software"], &[r"HKCU\Software\Secret"]);
    let answer = judged(&rules, r"HKCU\Software\Secret", Act::Read);
    for missing in [r"HKCU\Software\Secret\none", r"HKCU\Software\Secret\a\b\c"] {
        assert_eq!(judged(&rules, missing, Act::Read), answer);
    }
}

#[test]
fn a_user_who_is_not_known_is_any_person() {
    let rules = rules(&["admin 3 HKU"], &[r"HKCU\Software\Secret"]);
    let guard = rules.on(Machine::default());
    let of = |path: &str| {
        let names = RegistryPath::parse(path).unwrap().names(guard.machine(), View::W64);
        matches!(guard.judge(&names, Act::Read), Judged::Allow { .. })
    };
    assert!(!of(&format!(r"HKU\{OWN}\Software\Secret")));
    assert!(!of(r"HKCU\Software\Secret"));
    assert!(of(r"HKU\.DEFAULT\Software\Secret"));
}

#[test]
fn a_root_is_read_as_it_is_written() {
    let text = r"read_write 10 HKEY_CURRENT_USER\Software\My App ";
    assert_eq!(root(text).to_string(), text);
    for wrong in [
        "",
        "read",
        "read 3",
        "write 3 HKCU",
        "read 0 HKCU",
        "read 11 HKCU",
        "read x HKCU",
        "read 3 SAM",
        r"read 3 HKCU\\x",
    ] {
        assert!(Root::parse(wrong).is_err(), "{wrong}");
    }
}

/// The judge that this `winwarden.toml` makes.
fn of_settings(lines: &str) -> Guard {
    use crate::config::{Layer, Names, Origin, merge};
    let names = Names { toolsets: &[], tools: &[] };
    let layer =
        Layer::of_file(Origin::User, "winwarden.toml", &format!("[registry]\n{lines}"), names).unwrap();
    merge(&[layer]).0.registry.on(machine())
}

#[test]
fn each_setting_does_what_it_says() {
    let judge =
        |guard: &Guard, path: &str, act| matches!(guard.judge(&names(path), act), Judged::Allow { .. });
    let usual = of_settings("");
    assert!(judge(&usual, r"HKCU\Software\x", Act::List { depth: 3 }));
    assert!(judge(&usual, r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\x", Act::List { depth: 2 }));
    assert!(!judge(&usual, r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\x", Act::List { depth: 3 }));
    assert!(!judge(&usual, r"HKCU\Control Panel", Act::Read));
    let roots = "roots = ['read_write 10 HKCU\\Control Panel']";
    assert!(!judge(&of_settings(roots), r"HKCU\Control Panel", WRITE), "the level is still `read_only`");
    let level = format!("{roots}\nlevel = 'read_write'");
    assert!(judge(&of_settings(&level), r"HKCU\Control Panel", WRITE));
    assert!(
        !judge(&of_settings(roots), r"HKCU\Software\x", Act::Read),
        "roots take the place of the usual ones"
    );
    let denied = of_settings(r"denied = ['HKU\S-1-5-21-1111111111-2222222222-3333333333-1001\Software\x']");
    assert!(!judge(&denied, r"HKCU\Software\x\y", Act::Read));
    let deep = of_settings(&format!("{roots}\nmax_depth = 7"));
    assert!(judge(&deep, r"HKCU\Control Panel", Act::List { depth: 7 }));
    assert!(!judge(&deep, r"HKCU\Control Panel", Act::List { depth: 8 }));
    let sizes = of_settings("max_values = 5\nmax_value_bytes = 2048").limits();
    assert_eq!((sizes.values(5).is_ok(), sizes.values(6).is_ok()), (true, false));
    assert_eq!((sizes.bytes(2_048).is_ok(), sizes.bytes(2_049).is_ok()), (true, false));
}
