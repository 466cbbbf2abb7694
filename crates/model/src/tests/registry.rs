use proptest::prelude::*;

use super::*;

const OWN: &str = "S-1-5-21-1111111111-2222222222-3333333333-1001";

fn machine() -> Machine {
    Machine::new(Some(OWN.parse().unwrap()), Some(1))
}

fn kernel(path: &str, view: View) -> Vec<String> {
    let path = RegistryPath::parse(path).unwrap_or_else(|bad| panic!("{path}: {bad}"));
    path.names(&machine(), view).iter().map(ToString::to_string).collect()
}

#[test]
fn every_spelling_of_a_key_comes_to_its_one_name() {
    let own = |rest: &str| format!(r"\REGISTRY\USER\{OWN}{rest}");
    let spellings = [
        (own(""), vec![r"HKCU", r"HKEY_CURRENT_USER\", r"HKCU:\", r"hkcu/"]),
        (
            own(r"\SOFTWARE\APP"),
            vec![
                r"HKCU\Software\App",
                r"hkey_current_user\SOFTWARE\app",
                r"HKCU:\Software\App",
                r"hkcu:/Software/App/",
                r"Registry::HKCU\Software\App",
                r"registry::HKEY_CURRENT_USER/Software\App",
                r"Microsoft.PowerShell.Core\Registry::HKEY_CURRENT_USER\Software\App",
                r"Computer\HKEY_CURRENT_USER\Software\App",
                r"HKU\S-1-5-21-1111111111-2222222222-3333333333-1001\Software\App",
                r"HKEY_USERS\s-1-5-21-1111111111-2222222222-3333333333-1001\Software\App",
            ],
        ),
        (
            own(r"\SOFTWARE\CLASSES\X"),
            vec![r"HKCU\Software\Classes\x", r"HKU\S-1-5-21-1111111111-2222222222-3333333333-1001_Classes\x"],
        ),
        (
            r"\REGISTRY\USER\.DEFAULT\SOFTWARE\CLASSES".into(),
            vec![
                r"HKU\.Default\Software\Classes",
                r"HKU\S-1-5-18\Software\Classes",
                r"HKU\S-1-5-18_Classes",
                r"HKU\.DEFAULT_Classes",
            ],
        ),
        (
            r"\REGISTRY\MACHINE\SYSTEM\CONTROLSET001\HARDWARE PROFILES\0001\SOFTWARE".into(),
            vec![
                r"HKCC\Software",
                r"HKEY_CURRENT_CONFIG\software",
                r"HKLM\SYSTEM\CurrentControlSet\Hardware Profiles\Current\Software",
                r"HKLM\SYSTEM\ControlSet001\Hardware Profiles\0001\Software",
            ],
        ),
        (
            r"\REGISTRY\MACHINE\SAM\SAM\DOMAINS".into(),
            vec![r"HKLM\SECURITY\SAM\Domains", r"HKLM\SAM\SAM\Domains"],
        ),
    ];
    for (name, paths) in spellings {
        for path in paths {
            let [found] = kernel(path, View::W64).try_into().unwrap();
            assert_eq!(upcase(&found), name, "{path}");
        }
    }
    let merged = [r"\REGISTRY\MACHINE\SOFTWARE\Classes\x".into(), own(r"\Software\Classes\x")];
    assert_eq!(kernel(r"HKCR\x", View::W64), merged);
}

#[test]
fn each_view_has_its_own_keys_and_shares_the_others() {
    let software = r"\REGISTRY\MACHINE\SOFTWARE";
    for (path, in_64, in_32) in [
        (r"HKLM\SOFTWARE", "", r"\WOW6432Node"),
        (r"HKLM\SOFTWARE\App", r"\App", r"\WOW6432Node\App"),
        (r"HKLM\SOFTWARE\WOW6432Node\App", r"\WOW6432Node\App", r"\WOW6432Node\App"),
        (r"HKLM\SOFTWARE\Policies\App", r"\Policies\App", r"\Policies\App"),
        (r"HKLM\SOFTWARE\WOW6432Node\Policies\App", r"\Policies\App", r"\Policies\App"),
        (r"HKLM\SOFTWARE\Microsoft", r"\Microsoft", r"\WOW6432Node\Microsoft"),
        (r"HKLM\SOFTWARE\Microsoft\RPC", r"\Microsoft\RPC", r"\Microsoft\RPC"),
        (r"HKLM\SOFTWARE\Microsoft\RPCs", r"\Microsoft\RPCs", r"\WOW6432Node\Microsoft\RPCs"),
        (r"HKLM\SOFTWARE\Classes\.txt", r"\Classes\.txt", r"\Classes\.txt"),
        (r"HKLM\SOFTWARE\Classes\CLSID\x", r"\Classes\CLSID\x", r"\Classes\WOW6432Node\CLSID\x"),
        (
            r"HKLM\SOFTWARE\WOW6432Node\Classes\CLSID",
            r"\Classes\WOW6432Node\CLSID",
            r"\Classes\WOW6432Node\CLSID",
        ),
        (r"HKLM\SOFTWARE\Classes\WOW6432Node\TypeLib", r"\Classes\TypeLib", r"\Classes\TypeLib"),
    ] {
        assert_eq!(kernel(path, View::W64), [format!("{software}{in_64}")], "{path}, 64");
        assert_eq!(kernel(path, View::W32), [format!("{software}{in_32}")], "{path}, 32");
    }
    let user = kernel(r"HKCU\Software\Classes\CLSID\x", View::W32);
    assert_eq!(user, [format!(r"\REGISTRY\USER\{OWN}\Software\Classes\WOW6432Node\CLSID\x")]);
    assert_eq!(kernel(r"HKCU\Software\App", View::W32), kernel(r"HKCU\Software\App", View::W64));
}

#[test]
fn what_is_no_path_or_not_of_one_reading_only_is_refused() {
    use BadRegistryPath::{Character, Dots, Empty, EmptyName, Hive, Leading};
    for (path, why) in [
        ("", Empty),
        (r"\HKCU\Software", Leading),
        (r"/HKCU", Leading),
        (r"\\server\HKLM\SAM", Leading),
        (r"\\.\HKLM\SAM", Leading),
        (r"Registry::\HKLM", Leading),
        (r"SOFTWARE\App", Hive),
        (r" HKLM\SAM", Hive),
        (r"HKLM:SAM", Hive),
        (r"HKEY_LOCAL_MACHINE:\SAM", Hive),
        (r"Registry::HKLM:\SAM", Hive),
        (r"Computer\Registry::HKLM\SAM", Hive),
        (r"Computer", Hive),
        (r"[-HKLM\SAM]", Hive),
        ("\"HKLM\\SAM\"", Hive),
        (r"HKLM%5CSAM", Hive),
        (r"HKEY_PERFORMANCE_DATA", Hive),
        (r"\REGISTRY\A\{x}\Software", Leading),
        (r"\REGISTRY\A\{x}/Software", Hive),
        (r"\REGISTRY\MACHINE\SOFTWARE", Leading),
        (r"\Registry\User\S-1-5-18", Leading),
        (r"\REGISTRY\MACHINE/SAM", Hive),
        (r"\REGISTRY", Leading),
        (r"HKLM\\SAM", EmptyName),
        (r"HKLM\SAM\\", EmptyName),
        (r"HKLM/\SAM", EmptyName),
        (r"\REGISTRY\MACHINE\\SAM", Leading),
        (r"\REGISTRY\MACHINE\\S/M", EmptyName),
        (r"HKCU\Software\..\x", Dots),
        (r"HKCU\.\x", Dots),
        ("HKCU\\a\0b", Character),
        ("HKCU\\a\u{200b}b", Character),
        ("HKCU\\a\u{ad}b", Character),
        ("HKCU\\a\u{202e}b", Character),
        ("HKCU\\a\u{fe0f}b", Character),
        ("HKCU\\a\u{7f}b", Character),
        ("HKCU\\a\u{85}b", Character),
        ("HKCU\\a\nb", Character),
    ] {
        assert_eq!(RegistryPath::parse(path), Err(why), "{path:?}");
        assert_eq!(why.code(), crate::Code::InvalidArgument);
    }
}

#[test]
fn names_levels_and_paths_have_a_limit() {
    let parse = |path: String| RegistryPath::parse(&path).map(drop);
    let limit = |bad: BadRegistryPath| (Err(bad), bad.code() == crate::Code::LimitExceeded);
    assert_eq!(parse(format!(r"HKCU\{}", "a".repeat(255))), Ok(()));
    assert_eq!(parse(format!(r"HKCU\{}", "\u{fc}".repeat(255))), Ok(()));
    assert_eq!((parse(format!(r"HKCU\{}", "a".repeat(256))), true), limit(BadRegistryPath::LongName));
    // Characters are UTF-16 units.
    assert_eq!((parse(format!(r"HKCU\{}", "\u{10428}".repeat(128))), true), limit(BadRegistryPath::LongName));
    assert_eq!(parse(format!("HKCU{}", r"\a".repeat(512))), Ok(()));
    assert_eq!((parse(format!("HKCU{}", r"\a".repeat(513))), true), limit(BadRegistryPath::Levels));
    let long = format!(r"\{}", "a".repeat(200)).repeat(164);
    assert_eq!((parse(format!("HKCU{long}")), true), limit(BadRegistryPath::Long));
}

#[test]
fn a_space_at_the_end_and_a_slash_of_the_kernel_belong_to_a_name() {
    let name = |path: &str| RegistryPath::parse(path).unwrap().names(&machine(), View::W64).first().clone();
    assert_ne!(name(r"HKLM\SAM "), name(r"HKLM\SAM"));
    assert_ne!(name(r"\REGISTRY\MACHINE\SOFTWARE\a/b"), name(r"HKLM\SOFTWARE\a\b"));
    let path = RegistryPath::parse(r"\REGISTRY\MACHINE\SOFTWARE\a/b").unwrap();
    assert_eq!(RegistryPath::parse(&path.to_string()), Ok(path));
}

#[test]
fn what_a_machine_does_not_tell_makes_no_two_names_one() {
    let nothing = Machine::default();
    let name = |path: &str| RegistryPath::parse(path).unwrap().names(&nothing, View::W64).first().clone();
    assert_ne!(name(r"HKCU\x"), name(&format!(r"HKU\{OWN}\x")));
    assert_ne!(name(r"HKLM\SYSTEM\CurrentControlSet"), name(r"HKLM\SYSTEM\ControlSet001"));
    assert_eq!(Machine::new(None, Some(1000)), Machine::new(None, None));
}

#[test]
fn children_have_the_name_that_their_path_has() {
    let machine = machine();
    let name = |path: &str| RegistryPath::parse(path).unwrap().names(&machine, View::W64).first().clone();
    for (above, child, path) in [
        (r"HKLM\SYSTEM", "CurrentControlSet", r"HKLM\SYSTEM\ControlSet001"),
        (r"HKLM\SOFTWARE\WOW6432Node", "Policies", r"HKLM\SOFTWARE\Policies"),
        (r"HKU", &format!("{OWN}_Classes"), r"HKCU\Software\Classes"),
        (r"HKLM\SECURITY", "sam", r"HKLM\SAM\SAM"),
    ] {
        assert_eq!(name(above).child(child, &machine), name(path), "{above}, {child}");
    }
    assert!(name(r"HKLM\SOFTWARE\a").is_in(&name(r"hklm\software")));
    assert!(!name(r"HKLM\SOFTWAREs").is_in(&name(r"HKLM\SOFTWARE")));
}

#[test]
fn a_key_of_this_machine_is_also_known_by_what_is_current() {
    let machine = machine();
    for path in
        [r"HKCU\Software", r"HKLM\SYSTEM\CurrentControlSet\Services", r"HKCC\Software", r"HKLM\SOFTWARE"]
    {
        let path = RegistryPath::parse(path).unwrap();
        let known = path.names(&machine, View::W64).first().known_as(&machine);
        let unknown = path.names(&Machine::default(), View::W64);
        assert!(known.contains(&unknown.first().folded().to_owned()), "{path}: {known:?}");
    }
    let other = RegistryPath::parse(r"HKU\S-1-5-21-9-9-9-9\Software").unwrap();
    assert_eq!(other.names(&machine, View::W64).first().known_as(&machine).len(), 1);
}

#[test]
fn a_name_of_the_kernel_is_read_and_nothing_else() {
    let machine = machine();
    let is = |kernel: &str, path: &str| {
        let name = RegistryKeyName::from_kernel(kernel, &machine).unwrap();
        assert_eq!(name, *RegistryPath::parse(path).unwrap().names(&machine, View::W64).first());
    };
    is(r"\Registry\Machine\SAM", r"HKLM\SAM");
    is(&format!(r"\REGISTRY\USER\{OWN}\Software\App"), r"HKCU\Software\App");
    is(&format!(r"\REGISTRY\USER\{OWN}_CLASSES\x"), r"HKCU\Software\Classes\x");
    for other in [r"HKLM\SAM", r"\Device\x", r"\REGISTRY\A\x", ""] {
        assert!(RegistryKeyName::from_kernel(other, &machine).is_err(), "{other}");
    }
}

#[test]
fn types_are_read_by_both_their_names_and_numbers_in_any_case() {
    for (name, kind, number) in [
        ("string", ValueType::String, 1),
        ("REG_QWORD", ValueType::QWord, 11),
        ("reg_link", ValueType::Link, 6),
    ] {
        assert_eq!(ValueType::named(name), Ok(kind));
        assert_eq!((kind.number(), ValueType::of_number(number)), (number, kind));
    }
    assert_eq!(ValueType::named("REG_EVIL"), Err(UnknownValueType));
    assert_eq!(ValueType::of_number(77).number(), 77);
    assert_eq!(value_name("a\0b"), Err(BadValueName::Character));
    assert_eq!(value_name(&"a".repeat(16_384)), Err(BadValueName::Long));
    assert_eq!((value_name(""), value_name(r"a\b ")), (Ok(()), Ok(())));
}

#[test]
fn only_what_looks_like_a_security_identifier_is_one() {
    for sid in ["S-1-5-18", "s-1-5-21-1-2-3-1001", "S-1-12-1-4294967295-1-2-3"] {
        assert!(sid.parse::<Sid>().is_ok_and(|parsed| parsed.as_str() == sid.to_uppercase()), "{sid}");
    }
    for other in ["", "S-1-", "S-1-5", "S-1-5-", "S-2-5-18", "S-1-5-1x", r"S-1-5-18\x", "S-1-5-18_Classes"] {
        assert_eq!(other.parse::<Sid>(), Err(BadSid), "{other}");
    }
}

/// Parts that mean something to the rules, and some that do not.
fn part() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "Software",
        "SOFTWARE",
        "Classes",
        "CLSID",
        "AppID",
        "WOW6432Node",
        "WowAA32Node",
        "Policies",
        "Microsoft",
        "RPC",
        "SYSTEM",
        "CurrentControlSet",
        "ControlSet001",
        "ControlSet002",
        "Hardware Profiles",
        "Current",
        "SAM",
        "SECURITY",
        "S-1-5-18",
        "S-1-5-18_Classes",
        ".DEFAULT",
        "<SID>",
        "<SID>_Classes",
        "S-1-5-21-1111111111-2222222222-3333333333-1001",
        "S-1-5-21-1111111111-2222222222-3333333333-1001_Classes",
    ]);
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => "[a-z \u{df}\u{e4}\u{131}/*]{1,3}"]
}

fn view() -> impl Strategy<Value = View> {
    prop::sample::select(vec![View::W64, View::W32])
}

proptest! {
    #[test]
    fn no_text_is_a_panic_and_what_is_read_reads_back(text in "(HK(LM|CU|CR|U|CC)|\\\\REGISTRY\\\\(MACHINE|USER)|.{0,8})[\\\\/:]{0,2}.{0,40}") {
        if let Ok(path) = RegistryPath::parse(&text) {
            prop_assert_eq!(RegistryPath::parse(&path.to_string()), Ok(path.clone()));
            prop_assert!(path.names(&machine(), View::W32).iter().all(|name| name.as_str().starts_with(r"\REGISTRY\")));
        }
    }

    #[test]
    fn a_name_of_a_name_is_that_name(
        hive in prop::sample::select(vec!["HKLM", "HKCU", "HKU", "HKCR", "HKCC"]),
        parts in prop::collection::vec(part(), 0..7),
        view in view(),
        known: bool,
    ) {
        let machine = if known { machine() } else { Machine::default() };
        let text = parts.iter().fold(hive.to_owned(), |path, part| format!(r"{path}\{part}"));
        let Ok(path) = RegistryPath::parse(&text) else { return Ok(()) };
        for name in path.names(&machine, view).iter() {
            let again = RegistryPath::of_kernel(name.as_str()).unwrap().names(&machine, view);
            prop_assert_eq!(again.first().as_str(), name.as_str());
            let kernel = RegistryKeyName::from_kernel(name.folded(), &machine).unwrap();
            prop_assert_eq!(kernel.folded(), name.folded());
        }
    }
}
