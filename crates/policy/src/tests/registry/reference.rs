//! The same verdicts by other means: a table of names that are one, rewritten as text until nothing changes, and lists
//! that are searched from end to end.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// The left name is the right one, with all below it.
const ONE: &[(&str, &str)] = &[
    ("hkcu", "hku/own"),
    ("hkcc", "hklm/system/currentcontrolset/hardware profiles/current"),
    ("hku/own_classes", "hku/own/software/classes"),
    ("hku/other_classes", "hku/other/software/classes"),
    ("hku/s-1-5-18_classes", "hku/.default/software/classes"),
    ("hku/.default_classes", "hku/.default/software/classes"),
    ("hku/s-1-5-18", "hku/.default"),
    ("hklm/system/currentcontrolset", "hklm/system/controlset001"),
    (
        "hklm/system/controlset001/hardware profiles/current",
        "hklm/system/controlset001/hardware profiles/0001",
    ),
    (
        "hklm/system/controlset002/hardware profiles/current",
        "hklm/system/controlset002/hardware profiles/0001",
    ),
    ("hklm/security/sam", "hklm/sam/sam"),
    ("hklm/software/wow6432node/classes", "hklm/software/classes/wow6432node"),
    ("hklm/software/classes/wow6432node/appid", "hklm/software/classes/appid"),
    ("hklm/software/wow6432node/policies", "hklm/software/policies"),
    ("hklm/software/wow6432node/microsoft/rpc", "hklm/software/microsoft/rpc"),
];

/// What the left name is to a 32-bit program; the first that fits.
const ONE_32: &[(&str, &str)] = &[
    ("hklm/software/wow6432node", "hklm/software/wow6432node"),
    ("hklm/software/policies", "hklm/software/policies"),
    ("hklm/software/microsoft/rpc", "hklm/software/microsoft/rpc"),
    ("hklm/software/classes/clsid", "hklm/software/classes/wow6432node/clsid"),
    ("hklm/software/classes", "hklm/software/classes"),
    ("hklm/software", "hklm/software/wow6432node"),
    ("hku/own/software/classes/clsid", "hku/own/software/classes/wow6432node/clsid"),
    ("hku/.default/software/classes/clsid", "hku/.default/software/classes/wow6432node/clsid"),
    ("hku/other/software/classes/clsid", "hku/other/software/classes/wow6432node/clsid"),
];

const OTHER: &str = "S-1-5-21-4-4-4-1002";

fn within(key: &str, above: &str) -> bool {
    key == above || key.starts_with(&format!("{above}/"))
}

fn put(key: &str, (from, to): &(&str, &str)) -> Option<String> {
    within(key, from).then(|| key.replacen(from, to, 1))
}

fn settled(mut key: String) -> String {
    while let Some(other) = ONE.iter().find_map(|one| put(&key, one)) {
        key = other;
    }
    key
}

/// All keys that a path may mean.
fn keys(path: &str, view: View) -> Vec<String> {
    let plain = path.to_lowercase().replace('\\', "/");
    let plain = plain.replace(&OWN.to_lowercase(), "own").replace(&OTHER.to_lowercase(), "other");
    let merged = plain
        .strip_prefix("hkcr")
        .map(|rest| vec![format!("hklm/software/classes{rest}"), format!("hku/own/software/classes{rest}")]);
    let all = merged.unwrap_or_else(|| vec![plain]).into_iter().map(settled);
    let seen = |key: String| match view {
        View::W64 => key,
        View::W32 => settled(ONE_32.iter().find_map(|one| put(&key, one)).unwrap_or(key)),
    };
    all.map(seen).collect()
}

/// What a key has in common with its twins.
fn common(key: &str) -> String {
    let sets = ["controlset001", "controlset002", "controlset003"];
    let mut key = key.to_owned();
    for set in sets {
        let (from, to) = (format!("hklm/system/{set}"), "hklm/system/any set");
        key = put(&key, &(&from, to)).unwrap_or(key);
    }
    let parts = key.split('/').filter(|part| !["wow6432node", "wowaa32node"].contains(part));
    parts.collect::<Vec<_>>().join("/")
}

/// Whether it may be done, were nothing guarded.
fn permitted(rules: &Rules, path: &str, view: View, act: Act<'_>) -> bool {
    let all = |path: &RegistryPath| {
        // The reference reads the short names only.
        let long = path.to_string();
        let short =
            [("HKEY_LOCAL_MACHINE", "HKLM"), ("HKEY_CURRENT_USER", "HKCU"), ("HKEY_CLASSES_ROOT", "HKCR")];
        let short = short.into_iter().chain([("HKEY_USERS", "HKU"), ("HKEY_CURRENT_CONFIG", "HKCC")]);
        keys(&short.fold(long, |text, (long, short)| text.replacen(long, short, 1)), View::W64)
    };
    let always = ["hklm/sam", "hklm/security", "hklm/system/any set/control/lsa"].map(str::to_owned);
    let denied = rules.denied.iter().flat_map(all).map(|key| common(&key)).chain(always);
    let denied: Vec<String> = denied.collect();
    let (needed, deletes) = match act {
        Act::Read | Act::List { .. } => (Access::Read, false),
        Act::Write(_) | Act::DeleteValues(_) => (Access::ReadWrite, false),
        Act::DeleteKey => (Access::Admin, true),
    };
    let one = |key: &String| {
        let twin = common(key);
        let is_denied =
            denied.iter().any(|denied| within(&twin, denied) || (deletes && within(denied, &twin)));
        let roots = rules
            .roots
            .iter()
            .flatten()
            .flat_map(|root| all(&root.path).into_iter().map(move |key| (key, root)));
        let roots: Vec<(String, &Root)> = roots.collect();
        let above = roots.iter().filter(|(root, _)| within(key, root));
        let longest = above.clone().map(|(root, _)| root.len()).max();
        let nearest = above.filter(|(root, _)| Some(root.len()) == longest);
        let access = nearest.clone().map(|(_, root)| root.access).min();
        let depth = nearest.map(|(_, root)| root.max_depth).min().unwrap_or(0);
        let depth = u64::from(depth.min(rules.limits.depth));
        let deep = matches!(act, Act::List { depth: asked } if asked > depth);
        let lesser =
            roots.iter().any(|(root, what)| within(root, key) && root != key && what.access < needed);
        let hive = key.split('/').count() <= 2;
        !is_denied && access >= Some(needed) && !deep && !(deletes && (lesser || hive))
    };
    rules.level >= needed && keys(path, view).iter().all(one)
}

fn path() -> impl Strategy<Value = String> {
    let base = select(vec![
        "HKLM".to_owned(),
        r"HKLM\SOFTWARE".into(),
        r"HKLM\SOFTWARE\WOW6432Node".into(),
        r"HKLM\SOFTWARE\Classes".into(),
        r"HKLM\SYSTEM\CurrentControlSet".into(),
        r"HKLM\SYSTEM\ControlSet001".into(),
        r"HKLM\SYSTEM\ControlSet002\Control".into(),
        r"HKLM\SECURITY".into(),
        r"HKLM\SAM".into(),
        "HKCU".into(),
        r"HKCU\Software".into(),
        r"HKCU\Software\Classes".into(),
        "HKCR".into(),
        "HKCC".into(),
        "HKU".into(),
        format!(r"HKU\{OWN}\Software"),
        format!(r"HKU\{OWN}_Classes"),
        format!(r"HKU\{OTHER}"),
        format!(r"HKU\{OTHER}_Classes"),
        r"HKU\S-1-5-18".into(),
        r"HKU\.DEFAULT".into(),
        r"HKU\S-1-5-18_Classes".into(),
    ]);
    let part = select(vec![
        "Software",
        "Classes",
        "CLSID",
        "AppID",
        "WOW6432Node",
        "WowAA32Node",
        "Policies",
        "Microsoft",
        "RPC",
        "App",
        "Secret",
        "Control",
        "Lsa",
        "Hardware Profiles",
        "Current",
        "0001",
        "SAM",
        "x",
    ]);
    (base, vec(part, 0..4))
        .prop_map(|(base, parts)| parts.iter().fold(base, |path, part| format!(r"{path}\{part}")))
}

fn access() -> impl Strategy<Value = Access> {
    select(vec![Access::Read, Access::ReadWrite, Access::Admin])
}

fn some_rules() -> impl Strategy<Value = Rules> {
    let root = (path(), access(), 1..=5_u32).prop_map(|(path, access, max_depth)| Root {
        path: path.parse().unwrap(),
        access,
        max_depth,
    });
    let wide =
        prop_oneof![Just(vec![]), Just(vec![super::root("admin 5 HKLM"), super::root("admin 5 HKU")]),];
    let denied = vec(path().prop_map(|path| path.parse().unwrap()), 0..3);
    (vec(root, 0..4), wide, denied, access()).prop_map(|(mut roots, wide, denied, level)| {
        roots.extend(wide);
        Rules { roots: vec![roots], denied, level, limits: Limits::default(), reveals: false }
    })
}

fn act() -> impl Strategy<Value = Act<'static>> {
    select(vec![Act::Read, Act::List { depth: 2 }, Act::List { depth: 4 }, WRITE, Act::DeleteKey])
}

fn view() -> impl Strategy<Value = View> {
    select(vec![View::W64, View::W32])
}

/// The same path in another spelling: name of the hive, case, separators, what stands before and after.
fn respelt(path: &str, how: u16) -> String {
    let bit = |at: u16| how >> at & 1 == 1;
    let (hive, rest) = path.split_once('\\').map_or((path, None), |(hive, rest)| (hive, Some(rest)));
    let long = match hive {
        "HKLM" => "HKEY_LOCAL_MACHINE",
        "HKCU" => "HKEY_CURRENT_USER",
        "HKCR" => "HKEY_CLASSES_ROOT",
        "HKU" => "HKEY_USERS",
        _ => "HKEY_CURRENT_CONFIG",
    };
    let own = format!(r"HKU\{OWN}");
    let hive = match (hive, how & 7) {
        ("HKCU", 0) => own.clone(),
        (_, 1) => long.into(),
        (_, 2) => format!("{hive}:"),
        (_, 3) => format!("Registry::{hive}"),
        (_, 4) => format!(r"Computer\{long}"),
        _ => hive.into(),
    };
    let mut text = rest.map_or(hive.clone(), |rest| format!(r"{hive}\{rest}"));
    if bit(3) {
        text = if bit(4) { text.to_ascii_lowercase() } else { text.to_ascii_uppercase() };
    }
    if bit(5) {
        text = text.replace('\\', "/");
    }
    if bit(6) {
        text.push('\\');
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn random_policies_judge_random_paths_as_the_reference_does(
        rules in some_rules(), path in path(), view in view(), act in act(),
    ) {
        let names = RegistryPath::parse(&path).unwrap().names(&machine(), view);
        let expected = permitted(&rules, &path, view, act);
        match rules.on(machine()).judge(&names, act) {
            // What is guarded is out of the reference's sight.
            Judged::Refuse(Refused::Never(_)) => {}
            Judged::Allow { .. } | Judged::Ask { .. } => prop_assert!(expected, "{path} {view:?} {act:?}"),
            Judged::Refuse(refused) => prop_assert!(!expected, "{path} {view:?} {act:?}: {refused}"),
        }
    }

    #[test]
    fn two_spellings_of_one_key_get_one_verdict(
        rules in some_rules(), path in path(), how: u16, view in view(), act in act(),
    ) {
        let guard = rules.on(machine());
        let judge = |path: &str| guard.judge(&RegistryPath::parse(path).unwrap().names(&machine(), view), act);
        let other = respelt(&path, how);
        prop_assert_eq!(judge(&path), judge(&other), "{} {}", path, other);
    }
}

#[test]
fn the_reference_and_the_judge_permit_and_refuse_something() {
    let rules = super::rules(&["admin 5 HKLM"], &[r"HKLM\SOFTWARE\Secret"]);
    assert!(permitted(&rules, r"HKLM\SOFTWARE\App", View::W32, Act::Read));
    assert!(!permitted(&rules, r"HKLM\SOFTWARE\Secret", View::W32, Act::Read));
}
