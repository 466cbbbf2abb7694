//! Every kind of operation on keys, under random policies.

use model::{Kind, RegistrySearchRequest, RegistryWaitRequest, SearchFor};
use proptest::prelude::*;

use super::*;

/// Every kind of operation on the registry, on this key.
fn each(path: &str) -> Vec<Operation> {
    let search = RegistrySearchRequest {
        key: key(path),
        sought: SearchFor::Type(ValueType::DWord),
        limit: 1,
        max_keys: 1,
        cursor: None,
    };
    let wait = RegistryWaitRequest { key: key(path), value: None, timeout_ms: 1 };
    let list = RegistryListRequest {
        key: key(path),
        keys: true,
        values: true,
        depth: 1,
        limit: 1,
        cursor: None,
        whole: false,
        expand: false,
    };
    vec![
        read(path),
        Operation::RegistryList(list),
        Operation::RegistrySearch(search),
        Operation::RegistryExport(RegistryExportRequest { key: key(path), max_bytes: 1_000 }),
        Operation::RegistryWait(wait),
        write(path, &["a"]),
        import(vec![(path, KeyChange::Delete)]),
        delete_key(path),
    ]
}

#[test]
fn each_kind_of_operation_is_judged_by_the_rules() {
    let kinds: Vec<Kind> = each("HKCU").iter().map(Operation::kind).collect();
    let all = Kind::ALL.iter().filter(|kind| kind.name().starts_with("registry_"));
    assert_eq!(kinds, all.copied().collect::<Vec<_>>());
    let policy = policy(&open(Profile::Lab), "");
    for operation in each(r"HKLM\SAM\x") {
        assert_eq!(
            code(policy.decide(&HERE, &operation, &facts(&operation))),
            Code::DeniedByPolicy,
            "{operation:?}"
        );
    }
    for operation in each(r"HKCU\Software\App") {
        assert_eq!(word_of(&policy, &operation), "allow", "{operation:?}");
    }
}

/// What may befall facts.
type Change<'a> = &'a dyn Fn(&mut Vec<RegistryKeyFacts>);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Whatever is missing, turned into an error or stands in a policy: what the rules or the whole facts refuse stays refused.
    #[test]
    fn no_missing_fact_and_no_policy_turns_a_refusal_into_leave(
        profile in prop::sample::select(Profile::ALL.to_vec()),
        granted in any::<bool>(),
        condition in prop::sample::select(vec![
            "true", "context.registry.view == 64", "9223372036854775807 + 1 == 0", "resource in RegistryKey::\"HKCU\"",
            "context.registry.values.contains(\"a\")",
        ]),
    ) {
        let settings = |profile| Settings { registry_grants: granted, ..open(profile) };
        let (plain, lab) = (policy(&settings(profile), ""), policy(&settings(Profile::Lab), ""));
        let permit = policy(&settings(profile), &format!(
            "@id(\"p\") @reason(\"r\") permit (principal, action in Action::\"registry\", resource) when {{ context has registry \
             && {condition} }};"
        ));
        let paths = [
            r"HKCU\Software\App", r"HKLM\SAM\x", r"HKCR\x\shell", r"HKLM\SYSTEM\CurrentControlSet\Control\Lsa",
            r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run", r"HKCU\Control Panel",
        ];
        for operation in paths.into_iter().flat_map(each) {
            let strictness = |policy: &Policy, facts: &Facts| policy.decide(&HERE, &operation, facts).strictness();
            let whole = facts(&operation);
            let changes: [Change<'_>; 3] =
                [&|keys| keys[0].names.clear(), &Vec::clear, &|keys| keys[0].link = true];
            for change in changes {
                let mut less = whole.clone();
                change(&mut less.registry);
                prop_assert_eq!(strictness(&plain, &less), 3, "{:?} {:?}", operation, less);
            }
            // A permit of the person's own may lift what the profile does not, and never what the rules say.
            prop_assert!(strictness(&permit, &whole) >= strictness(&lab, &whole), "{:?}", operation);
        }
    }
}
