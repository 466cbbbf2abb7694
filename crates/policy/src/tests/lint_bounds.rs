//! What can never hold, and what bounds nothing.

use super::*;

#[test]
fn numbers_that_no_fact_is_are_told() {
    for (condition, part) in [
        ("context.time.hour > 24", "compares `context.time.hour` with a number that it never is"),
        ("context.time.hour > 23", "`context.time.hour`"),
        ("24 == context.time.hour", "`context.time.hour`"),
        ("context.time.minute >= 60", "`context.time.minute`"),
        ("context.session.calls < 0", "`context.session.calls`"),
        ("context.approved || context.time.hour > 24", "`context.time.hour`"),
        (
            "context.time.hour < 5 && context.time.hour > 8",
            "can never match: what it asks of `context.time.hour`",
        ),
        ("context.time.hour < 5 && context.approved && 5 <= context.time.hour", "can never match"),
        ("context.approved || context.time.hour == 3 && context.time.hour == 4", "can never match"),
        (
            "context has registry && context.registry.view == 63",
            "compares `context.registry.view` with a number that it never is",
        ),
        (
            "context has registry && context.registry.view > 32 && context.registry.view < 64",
            "can never match",
        ),
    ] {
        let text = policy("p", &format!("forbid (principal, action, resource) when {{ {condition} }};"));
        holds(&found(&text), part);
    }
    for condition in [
        "context.time.hour >= 18 && context.time.hour < 24",
        "context.time.hour < 5 || context.time.hour > 8",
        "context.time.hour >= 0 && context.time.minute == 59",
        "context.time.hour == 23 && context.time.hour >= 23",
        "context has registry && context.registry.view == 64",
        "context has registry && context.registry.view > 32",
    ] {
        let text = policy("p", &format!("forbid (principal, action, resource) when {{ {condition} }};"));
        assert_eq!(found(&text), [""; 0], "{condition}");
    }
}

#[test]
fn ids_that_nothing_has_are_told() {
    for (resource, part) in [
        (r#"resource in Window::"Form""#, "names `Window::\"Form\"`, which nothing is"),
        (r#"resource == Element::"e1""#, "names `Element::\"e1\"`"),
        (r#"resource in Desktop::"x""#, "names `Desktop::\"x\"`"),
        (
            r#"resource) when { resource in Window::"Form" || context.approved };//"#,
            "names `Window::\"Form\"`",
        ),
    ] {
        holds(
            &found(&policy("p", &format!("forbid (principal, action == Action::\"click\", {resource});"))),
            part,
        );
    }
    let right =
        policy("p", r#"forbid (principal, action == Action::"click", resource in Desktop::"desktop");"#);
    assert_eq!(found(&right), [""; 0]);
}

#[test]
fn a_drive_bounds_no_grant_and_a_folder_bounds_all_but_everything() {
    let launch = "action == Action::\"app_launch\", resource";
    let drives = [r#"Path::"C:\\""#, r#"Path::"c:/""#, r#"Path::"\\\\?\\D:\\Apps\\..""#];
    for (scope, condition) in drives.into_iter().flat_map(|drive| {
        [
            (format!("{launch} in {drive}"), String::new()),
            (format!("{launch} is Process in {drive}"), String::new()),
            (launch.to_owned(), format!("resource in {drive}")),
            (launch.to_owned(), format!("resource in [{drive}]")),
            (launch.to_owned(), format!("resource is Process in {drive}")),
            (format!("action in Action::\"read\", resource in {drive}"), "!context.tainted".to_owned()),
        ]
    }) {
        let when = if condition.is_empty() { String::new() } else { format!("when {{ {condition} }}") };
        let permit = format!("permit (principal, {scope}) {when};");
        holds(&found(&policy("p", &permit)), "warning: `p` permits the programs of a whole drive, `");
        assert_eq!(found(&policy("p", &permit.replace("permit (", "forbid ("))), [""; 0], "{permit}");
        let asks = format!("permit (principal, {scope}) {when} when {{ context.approved }};");
        assert_eq!(found(&policy("p", &asks)), [""; 0], "{asks}");
    }
    let folder = r#"Path::"C:\\Apps""#;
    for permit in [
        format!("permit (principal, {launch} in {folder});"),
        format!("permit (principal, {launch}) when {{ resource in {folder} }};"),
        format!("permit (principal, action in Action::\"read\", resource is Window in {folder});"),
        r#"permit (principal, action in Action::"registry", resource in Service::"Spooler");"#.to_owned(),
        r#"permit (principal, action == Action::"registry_write", resource) when { resource in Task::"\\Mine" };"#.to_owned(),
    ] {
        assert_eq!(found(&policy("p", &permit)), [""; 0], "{permit}");
    }
    let all = policy("p", &format!("permit (principal, action, resource in {folder});"));
    holds(&found(&all), "permits everything of the programs in `");
    let all = policy("p", &format!("permit (principal, action, resource) when {{ resource in {folder} }};"));
    holds(&found(&all), "permits everything of a program");
}

#[test]
fn one_folder_however_it_is_spelled_is_one_in_what_contradicts() {
    let about = |id: &str, effect: &str, resource: &str| {
        policy(id, &format!("{effect} (principal, action in Action::\"input\", resource {resource});"))
    };
    let found_of =
        |one: &str, other: &str| found(&(about("a", "permit", one) + &about("b", "forbid", other)));
    let (folder, same) = (r#"in Path::"C:\\Apps""#, r#"in Path::"c:/apps/""#);
    holds(&found_of(folder, same), "`b` says the contrary of `a`");
    holds(&found(&(about("a", "permit", folder) + &about("b", "permit", same))), "`b` says the same as `a`");
    for (narrow, wide) in [
        (r#"in Path::"C:\\Apps\\Editor""#, same),
        (r#"in Path::"D:\\Apps""#, r#"in Path::"d:/""#),
        (r#"is Window in Path::"C:\\Apps""#, r#"in Path::"C:\\""#),
        (r#"is Window in Path::"C:\\Apps""#, r#"is Window in Path::"c:/""#),
    ] {
        holds(&found_of(narrow, wide), "`a` permits nothing: `b`");
        let turned = found_of(wide, narrow);
        assert!(!turned.iter().any(|finding| finding.contains("permits nothing")), "{turned:?}");
    }
    let beside = found_of(r#"in Path::"C:\\Apps2""#, folder);
    assert_eq!(beside, [""; 0]);
}

#[test]
fn a_place_a_service_or_a_task_that_can_never_be_is_told_and_so_is_what_no_tool_acts_on() {
    for (resource, part) in [
        (r#"in Path::"Tools""#, "is no full path"),
        (r#"== Path::"C:\\Tools\\a.exe""#, "no resource is a `Path` itself"),
        (r#"in Service::"Win*""#, "has a wildcard"),
        (r#"in Task::"\\..\\x""#, "no directions"),
        (r#"in Host::"example.com""#, "no tool acts on hosts of the web yet"),
        (r#"in Url::"example""#, "is never visited"),
    ] {
        holds(&found(&policy("p", &format!("forbid (principal, action, resource {resource});"))), part);
    }
    for resource in [r#"Path::"C:\\Tools""#, r#"Service::"Spooler""#, r#"Task::"\\Mine""#] {
        let right = policy("p", &format!("forbid (principal, action, resource in {resource});"));
        assert_eq!(found(&right), [""; 0], "{resource}");
    }
}

#[test]
fn an_id_that_reads_as_another_is_told() {
    let rest = "forbid (principal, action == Action::\"click\", resource);";
    for id in ["n\u{43e}-clicks", "no\u{200b}-clicks", "no-clicks\u{202e}"] {
        holds(&found(&policy(id, rest)), "warning: ");
    }
    for id in ["no-clicks", "keine-klicks-für-ä", "запрет", "запрет-cmd"] {
        assert_eq!(found(&policy(id, rest)), [""; 0], "{id}");
    }
}

#[test]
fn a_pattern_that_nearly_everything_is_like_is_no_bound() {
    for (rest, part) in [
        (
            r#"permit (principal, action == Action::"app_launch", resource) when { context has launch && context.launch.path like "C:\\*" };"#,
            "permits all of `execute`",
        ),
        (
            r#"permit (principal, action == Action::"app_launch", resource) when { context has launch && context.launch.path like "*.exe" };"#,
            "permits all of `execute`",
        ),
        (
            r#"permit (principal, action == Action::"registry_write", resource) when { context has registry && context.registry.path like "HKEY_LOCAL_MACHINE\\*" };"#,
            "permits changing the whole registry",
        ),
        (
            r#"permit (principal, action in Action::"input", resource) when { context has process && context.process.path like "c:/*" };"#,
            "has a `like \"c:/*\"`, which nearly everything is like",
        ),
    ] {
        holds(&found(&policy("p", rest)), part);
    }
    for path in [r"C:\\Apps\\*", r"*\\notepad.exe", r"C:\\Users\\*\\tool.exe"] {
        let rest = format!(
            "permit (principal, action == Action::\"app_launch\", resource) when {{ context has launch && context.launch.path like \"{path}\" }};"
        );
        assert_eq!(found(&policy("p", &rest)), [""; 0], "{path}");
    }
}

#[test]
fn spellings_of_keys_that_no_fact_has_are_told() {
    let never = "which it never is";
    for (comparison, part) in [
        (r#"== "HKLM\\SOFTWARE\\App""#, never),
        (r#"!= "HKLM\\SOFTWARE\\App""#, never),
        (r#"== "HKEY_LOCAL_MACHINE/SOFTWARE/App""#, never),
        (r#"== "HKEY_CLASSES_ROOT\\App""#, never),
        (r#"== "HKEY_CURRENT_CONFIG\\Software""#, never),
        (r#"== "Software\\App""#, never),
        (r#"like "HKLM\\*""#, never),
        (r#"like "HKEY_CLASSES_ROOT\\*""#, never),
        (r#"like "HKEY_CURRENT_USER/Environment*""#, never),
        (r#"like "hkcu\\environment""#, never),
        (r#"== "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services""#, "while that control set is in use"),
        (r#"like "HKEY_LOCAL_MACHINE\\System\\ControlSet001\\*""#, "while that control set is in use"),
    ] {
        let condition = format!("context has registry && context.registry.path {comparison}");
        let text = policy("p", &format!("forbid (principal, action, resource) when {{ {condition} }};"));
        holds(&found(&text), part);
    }
    let listed = r#"context has registry && ["HKLM\\SOFTWARE"].contains(context.registry.path)"#;
    holds(&found(&policy("p", &format!("forbid (principal, action, resource) when {{ {listed} }};"))), never);
    for comparison in [
        r#"== "HKEY_LOCAL_MACHINE\\Software\\App""#,
        r#"== "hkey_current_user\\environment""#,
        r#"== "HKEY_USERS\\.DEFAULT\\Console""#,
        r#"== "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services""#,
        r#"like "HKEY_LOCAL_MACHINE\\SOFTWARE\\a/b*""#,
        r#"like "*\\Run""#,
        r#"like "HKEY_*""#,
    ] {
        let condition = format!("context has registry && context.registry.path {comparison}");
        let text = policy("p", &format!("forbid (principal, action, resource) when {{ {condition} }};"));
        assert_eq!(found(&text), [""; 0], "{comparison}");
    }
    let told = check(&[PolicyText {
        name: "a.cedar",
        text: &policy(
            "p",
            r#"forbid (principal, action, resource)
               when { context has registry && context.registry.path == "HKLM\\Software" };"#,
        ),
    }]);
    let right = &told.unwrap()[0].right;
    assert!(right.contains(r"told as `HKEY_LOCAL_MACHINE\SOFTWARE`"), "{right}");
}

#[test]
fn patterns_that_no_word_is_like_and_what_excludes_itself_are_told() {
    let unlike = "with a pattern that it is never like";
    let contrary = "asks for something and for its contrary";
    for (condition, part) in [
        (r#"context has protected && context.protected like "bank*""#, unlike),
        (r#"context has verb && context.verb like "Close""#, unlike),
        (r#"context has process && context.process.elevation like "*high""#, unlike),
        ("context.approved && !context.approved", contrary),
        ("!context.tainted && context.approved && context.tainted", contrary),
        (r#"context.desktop == "none" && context.desktop != "none""#, contrary),
        (r#"context has verb && context.verb == "close" && context.verb == "move""#, contrary),
        ("context.tainted || context.approved && !context.approved", contrary),
        ("context.approved } unless { context.approved", contrary),
        ("context.approved } unless { context.tainted || context.approved", contrary),
    ] {
        let text = policy("p", &format!("forbid (principal, action, resource) when {{ {condition} }};"));
        holds(&found(&text), part);
    }
    for condition in [
        r#"context has protected && context.protected like "pass*""#,
        r#"context has protected && context.protected like "*""#,
        "context.approved || !context.approved",
        "context.approved } unless { context.approved && context.tainted",
        r#"context has verb && (context.verb == "close" || context.verb == "move")"#,
        r#"context.desktop != "none" && context.desktop != "secure""#,
        r#"context has process && context.process.path == "C:\\a.exe" && context.process.path == "c:/A.exe""#,
    ] {
        let text = policy("p", &format!("forbid (principal, action, resource) when {{ {condition} }};"));
        let findings = found(&text);
        assert!(
            !findings.iter().any(|told| told.contains(unlike) || told.contains(contrary)),
            "{findings:?}"
        );
    }
}
