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
    ] {
        let text = policy("p", &format!("forbid (principal, action, resource) when {{ {condition} }};"));
        holds(&found(&text), part);
    }
    for condition in [
        "context.time.hour >= 18 && context.time.hour < 24",
        "context.time.hour < 5 || context.time.hour > 8",
        "context.time.hour >= 0 && context.time.minute == 59",
        "context.time.hour == 23 && context.time.hour >= 23",
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
