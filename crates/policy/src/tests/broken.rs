//! Policies that cannot be taken: each fault told, with its file and line.

use super::*;

#[test]
fn broken_policies_are_told_with_file_line_and_what_cedar_says() {
    for (text, part) in [
        ("\npermit (principal, action, resource)", "mine.cedar:2:"),
        ("permit (principal, action, resource);", "`@id`"),
        (r#"@id("x") permit (principal, action, resource);"#, "`@reason`"),
        (r#"@id("x") @reason(" ") permit (principal, action, resource);"#, "`@reason`"),
        (r#"@id("x") @reason("r") @code("NOPE") permit (principal, action, resource);"#, "`@code`"),
        (
            "\n@id(\"x\") @reason(\"r\")\npermit (principal, action, resource)\nwhen { context.nope };",
            "mine.cedar:4:8: ",
        ),
        (r#"@id("x") @reason("r") permit (principal, action == Action::"nope", resource);"#, "nope"),
        (
            r#"@id("x") @reason("r") permit (principal, action, resource) when { context.desktop > 1 };"#,
            "mine.cedar:1:",
        ),
        (r#"@id("lab") @reason("r") permit (principal, action, resource);"#, "also defined in `lab.cedar`"),
        (r#"@id("x") @reason("r") permit (principal == ?principal, action, resource);"#, "template"),
    ] {
        let error = with_policies(Profile::Lab, text).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

/// What is wrong with a person's and the machine's policies together, one line each.
fn wrong_together(own: &[PolicyText<'_>], machine: &[PolicyText<'_>]) -> Vec<String> {
    let settings = Settings::of_profile(Profile::Assistant);
    match Policy::within(&settings, own, machine) {
        Ok(_) => Vec::new(),
        Err(BrokenPolicy::Policies(faults)) => {
            let told = |fault: &crate::config::Fault| {
                let line = fault.place.as_ref().map_or(0, |place| place.line);
                format!("{}:{line}: {}", fault.origin, fault.message)
            };
            faults.0.iter().map(told).collect()
        }
        Err(other) => panic!("{other}"),
    }
}

fn forbid(id: &str) -> String {
    format!("@id(\"{id}\") @reason(\"r\")\nforbid (principal, action == Action::\"scroll\", resource);\n")
}

#[test]
fn an_id_names_one_policy_of_all_files_the_machines_and_those_of_the_profile_too() {
    let (a, b, m) = (forbid("a") + &forbid("b"), forbid("b"), forbid("c") + &forbid("a"));
    let [a, b] = [("a.cedar", &a), ("b.cedar", &b)].map(|(name, text)| PolicyText { name, text });
    let m = PolicyText { name: "m.cedar", text: &m };
    assert_eq!(
        wrong_together(&[a, b], &[]),
        ["b.cedar:1: the policy `b` is also defined in `a.cedar`, line 3"]
    );
    assert_eq!(
        wrong_together(&[a], &[m]),
        ["a.cedar:1: the policy `a` is also defined in `m.cedar`, line 3"]
    );
    assert!(wrong_together(&[b], &[m]).is_empty());
    // Of the profile in use; of what holds in every profile; and the machine's set stands on `lab`.
    for (id, home) in [("reads", "assistant.cedar"), ("own-windows", "always.cedar"), ("lab", "lab.cedar")] {
        let text = forbid(id);
        let told = wrong_together(&[], &[PolicyText { name: "m.cedar", text: &text }]);
        assert!(
            told.len() == 1
                && told[0]
                    .starts_with(&format!("m.cedar:1: the policy `{id}` is also defined in `{home}`, line "))
                && told[0].ends_with(", which is built in"),
            "{told:?}"
        );
    }
}

#[test]
fn all_that_is_wrong_with_policies_and_groups_of_both_is_told_at_once() {
    let text = "permit (principal, action, resource);\n@id(\"t\") @reason(\"r\") permit (principal == ?principal, action, \
                resource);\n@id(\"x\") @reason(\"r\") permit (principal, action, resource) when { context.nope };\n\
                @id(\"x\") @reason(\"r\") permit (principal, action, resource) when { context.none };";
    let groups = "[\n{\"uid\": {\"type\": \"Process\", \"id\": \"a, [b\\\"].exe\"}, \"attrs\": {}, \"parents\": []},\n\
                  {\"uid\": {\"type\": \"ProgramGroup\", \"id\": \"fine\"}, \"attrs\": {}, \"parents\": []},\n\n 3,\n\
                  {\"uid\": {\"type\": \"Nothing\", \"id\": \"x\"}, \"attrs\": {}, \"parents\": []}]";
    let own = [
        PolicyText { name: "a.cedar", text },
        PolicyText { name: "b.entities.json", text: groups },
        PolicyText { name: "c.entities.json", text: "{" },
    ];
    let machine = [PolicyText { name: "m.cedar", text: "forbid" }];
    let told = wrong_together(&own, &machine);
    for (line, part) in [
        ("b.entities.json:2:", "no full path"),
        ("b.entities.json:5:", ""),
        ("b.entities.json:6:", "Nothing"),
        ("c.entities.json:1:", ""),
        ("a.cedar:1:", "has no `@id`"),
        ("a.cedar:2:", "is a template"),
        ("a.cedar:3:", "`nope`"),
        ("a.cedar:3:", " more like it here)"),
        ("a.cedar:4:", "`none`"),
        ("a.cedar:4:", "also defined in `a.cedar`, line 3"),
        ("m.cedar:1:", ""),
    ] {
        let found = told.iter().filter(|told| told.starts_with(line) && told.contains(part));
        assert!(found.count() > 0, "{line} {part}: {told:#?}");
    }
    assert_eq!(told.len(), 10, "{told:#?}");
}
