use super::*;
use crate::PolicyText;

fn of(profile: Profile, configured: Configured<'_>) -> Description {
    describe(&Settings::of_profile(profile), |_| Some(Value::Number(Some(7))), configured).unwrap()
}

#[test]
fn what_usual_acts_come_to_is_what_they_are_judged_to_be() {
    let verdicts = |profile| -> Vec<&str> {
        of(profile, Configured::default()).acts.iter().map(|act| act.verdict).collect()
    };
    assert_eq!(
        verdicts(Profile::Assistant),
        ["allow", "ask", "allow", "allow", "ask", "ask", "ask", "ask", "ask", "ask", "allow", "deny", "deny"]
    );
    assert_eq!(
        verdicts(Profile::Observe),
        [
            "allow", "deny", "deny", "deny", "deny", "deny", "deny", "deny", "deny", "deny", "allow", "deny",
            "deny"
        ]
    );
    assert!(verdicts(Profile::Lab).iter().all(|verdict| *verdict == "allow"));
    assert!(!verdicts(Profile::Unattended).contains(&"ask"));
}

#[test]
fn each_usual_act_is_told_with_what_comes_of_it() {
    let described = of(Profile::Assistant, Configured::default());
    let dry = describe(
        &Settings { dry_run: true, ..Settings::of_profile(Profile::Assistant) },
        |_| Some(Value::Number(Some(7))),
        Configured::default(),
    )
    .unwrap();
    for act in described.acts.iter().chain(&dry.acts) {
        let word = match act.verdict {
            "allow" => "allowed",
            "ask" => "asks",
            "preview" => "shown only",
            "deny" => "refused",
            other => panic!("{other}"),
        };
        assert!(act.to_string().split("  ").any(|part| part.trim() == word), "{act}");
    }
}

#[test]
fn every_group_of_acts_is_spoken_of() {
    let described = of(Profile::Assistant, Configured::default());
    for group in model::Group::ALL {
        assert!(described.acts.iter().any(|act| act.group == group.name()), "{group:?}");
    }
}

#[test]
fn rules_tell_whether_they_permit_ask_or_refuse_and_whose_they_are() {
    let text = r#"
        @id("mine") @reason("not here") forbid (principal, action in Action::"input", resource)
        when { context has process && context.process.path like "*\\a.exe" };
        @id("asks-1") @reason("r") forbid (principal, action == Action::"click", resource) when { !context.approved && context.dry_run };
        @id("asks-2") @reason("r") permit (principal, action, resource) when { context.approved && context.in_workspace };
        @id("either") @reason("r") permit (principal, action, resource) when { context.approved || context.approved && context.dry_run };
        @id("other") @reason("r") permit (principal, action, resource) when { context.approved || context.dry_run };
        @id("whole") @reason("r") forbid (principal, action == Action::"drag", resource) unless { context.approved };
    "#;
    let machine =
        r#"@id("theirs") @reason("no") forbid (principal, action == Action::"app_launch", resource);"#;
    let (mine, theirs) =
        ([PolicyText { name: "mine.cedar", text }], [PolicyText { name: "machine.cedar", text: machine }]);
    let described = of(Profile::Assistant, Configured { layers: &[], policies: &mine, bound: Some(&theirs) });
    let rule = |id: &str| described.rules.iter().find(|rule| rule.policy == id).unwrap();
    let does = |id: &str| (rule(id).does, rule(id).conditional, rule(id).of_the_machine);
    assert_eq!(does("mine"), ("refuses", true, false));
    assert_eq!(rule("mine").facts, ["process"]);
    assert_eq!(rule("asks-1").facts, ["dry_run"]);
    assert_eq!(does("asks-1"), ("asks", true, false));
    assert_eq!(does("asks-2"), ("permits", true, false));
    assert!(rule("asks-2").on_approval && rule("approved").on_approval && !rule("reads").on_approval);
    assert!(rule("either").on_approval && !rule("other").on_approval);
    assert_eq!(does("whole"), ("asks", false, false));
    assert_eq!(does("theirs"), ("refuses", false, true));
    assert_eq!(does("changes-ask"), ("asks", true, false));
    assert_eq!(does("reads"), ("permits", false, false));
    assert_eq!(described.acts.iter().find(|act| act.act == "start a program").unwrap().verdict, "deny");
}

#[test]
fn the_page_names_every_rule_with_its_reason_and_every_limit() {
    let described = of(Profile::Assistant, Configured::default());
    let page = described.to_string();
    for rule in &described.rules {
        assert!(page.contains(&rule.reason) && page.contains(&rule.policy), "{}", rule.policy);
    }
    for limit in &described.limits {
        assert!(page.contains(limit.setting));
    }
    for part in ["silence is a no", "winwarden's own windows are out of reach", "start a program"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(of(Profile::Unattended, Configured::default()).to_string().contains("Nobody is asked"));
}

#[test]
fn keys_are_told_with_their_roots_and_by_a_name_that_people_know() {
    let text = r#"
        @id("below") @reason("r") forbid (principal, action in Action::"registry", resource in RegistryKey::"HKCU\\Software\\App");
        @id("one") @reason("r") forbid (principal, action in Action::"registry", resource == RegistryKey::"HKLM\\SOFTWARE");
    "#;
    let mine = [PolicyText { name: "mine.cedar", text }];
    let described = of(Profile::Assistant, Configured { policies: &mine, ..Configured::default() });
    assert_eq!(described.registry.level, "read_only");
    let page = described.to_string();
    for part in [
        r"of RegistryKey `HKEY_CURRENT_USER\\SOFTWARE\\APP` and below: r",
        r"of RegistryKey `HKEY_LOCAL_MACHINE\\SOFTWARE` itself: r",
        "`one` in mine.cedar",
        r"  read 3 HKEY_CURRENT_USER\\Software",
        r"  HKEY_LOCAL_MACHINE\\SAM",
        "the key's root permits less than `read_write`",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn folders_services_and_tasks_are_told_in_words() {
    let text = r#"
        @id("folder") @reason("r") forbid (principal, action in Action::"input", resource in Path::"c:/Tools/.");
        @id("drive") @reason("r") forbid (principal, action in Action::"input", resource is Window in Path::"D:\\");
        @id("service") @reason("r") forbid (principal, action in Action::"registry", resource in Service::"Spooler");
        @id("task") @reason("r") forbid (principal, action in Action::"registry", resource in Task::"Folder\\Task");
    "#;
    let mine = [PolicyText { name: "mine.cedar", text }];
    let page = of(Profile::Assistant, Configured { policies: &mine, ..Configured::default() }).to_string();
    for part in [
        r"refuses  input of programs in `C:\\tools` and below: r",
        r"input of programs in `D:\\` and below: r",
        "registry of the service `SPOOLER`: r",
        r"registry of the task, or the folder of tasks, `\\FOLDER\\TASK`: r",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

#[test]
fn each_profile_says_what_it_is_for() {
    let purposes = Profile::ALL.map(|profile| of(profile, Configured::default()).purpose);
    for (profile, purpose) in Profile::ALL.into_iter().zip(purposes) {
        let said = match profile {
            Profile::Observe => "nothing else",
            Profile::Unattended => "nobody is there",
            Profile::Assistant => "the rest asks",
            Profile::Workspace => "that are named",
            Profile::Lab => "thrown away",
        };
        assert!(purpose.contains(said), "{profile:?}: {purpose}");
        assert!(of(profile, Configured::default()).to_string().contains(purpose), "{profile:?}");
    }
}

#[test]
fn the_page_says_how_a_person_is_asked() {
    let mut described = of(Profile::Assistant, Configured::default());
    for (channel, words) in [
        (Channel::Elicitation, "a form of the client"),
        (Channel::Dialog, "a dialog of winwarden's own"),
        (Channel::Terminal, "`winwarden approvals` at a terminal"),
    ] {
        described.asked_by = vec![channel];
        assert!(described.to_string().contains(words), "{words}");
    }
}

#[test]
fn only_numbers_that_calls_are_held_to_are_limits() {
    let described = of(Profile::Assistant, Configured::default());
    let names: Vec<&str> = described.limits.iter().map(|limit| limit.setting).collect();
    for name in ["limits.launches", "registry.max_depth", "registry.requests_per_minute"] {
        assert!(names.contains(&name), "{name}");
    }
    for name in ["profile", "registry.level", "registry.roots", "pictures", "workspace.applications"] {
        assert!(!names.contains(&name), "{name}");
    }
}

#[test]
fn keys_that_are_changed_without_asking_are_told_where_they_are() {
    let told = |profile| {
        let mut settings = Settings::of_profile(profile);
        settings.workspace_keys = vec![r"HKCU\Software\App".parse().unwrap()];
        settings.workspace_applications = vec!["a.exe".into()];
        let described = describe(&settings, |_| None, Configured::default()).unwrap();
        (described.registry.workspace, described.workspace)
    };
    let (keys, programs) = told(Profile::Workspace);
    assert_eq!(
        (keys, programs),
        (vec![r"HKEY_CURRENT_USER\Software\App".to_owned()], vec!["a.exe".to_owned()])
    );
    assert_eq!(told(Profile::Assistant), (Vec::new(), Vec::new()));
}
