//! A window of two thousand controls.

use std::fmt::Write as _;

use e2e::{Program, Session, Trouble};
use serde_json::{Value, json};
use testapps::ids;

use crate::stage::{clicked, middle, text};

#[test]
fn two_thousand_controls_are_shown_whole_and_a_change_alone() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut program = Program::start("controls", &["--title", "Very many"])?;
    let whole = json!({"window": "Very many", "interactive_only": false, "max_elements": 5000,
                       "timeout_ms": 60_000});
    let seen = session.seen(whole.clone())?;
    let elements = seen.structured["elements"].as_array().cloned().unwrap_or_default();
    assert!(elements.len() > 2_000, "{}", elements.len());
    assert_eq!(seen.structured["cut"], json!(false));
    let of_kind = |role: &str| elements.iter().filter(|element| text(element, "role") == role).count();
    for (role, least) in
        [("Edit", 300), ("CheckBox", 200), ("RadioButton", 200), ("ComboBox", 100), ("List", 100)]
    {
        assert!(of_kind(role) >= least, "{} of {role}", of_kind(role));
    }

    let change = json!({"find": {"window": "Very many", "automation_id": ids::ACT_BUTTON.to_string()}});
    session.call("click", change)?.done()?;
    let changed = program.event("changed")?["id"].to_string();
    let mut since = whole;
    since["since"] = json!(seen.snapshot()?);
    let delta = session.seen(since)?;
    let lines: Vec<&str> = delta.text.lines().filter(|line| line.starts_with(['+', '~', '-'])).collect();
    let is_change = |line: &&str| line.starts_with("~ ") && line.contains("\"changed 1\"");
    assert_eq!(lines.iter().filter(|line| is_change(line)).count(), 1, "{}", delta.text);
    // The button that was clicked has the keyboard now, and another element may have lost it.
    let others = lines.iter().filter(|line| !is_change(line) && !line.contains("\"Change one\"")).count();
    assert!(others <= 1 && lines.len() <= 3, "{}", delta.text);
    let entries = delta.structured["changes"]["changed"].as_array().cloned().unwrap_or_default();
    assert!(entries.iter().any(|entry| text(entry, "automation_id") == changed), "{}", delta.text);
    assert!(delta.text.len() < 1_000, "{}", delta.text.len());
    Ok(())
}

#[test]
fn what_can_be_operated_takes_at_most_half_the_characters_of_the_usual_form_and_labels_little_more()
-> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    for (program, arguments) in [("controls", vec!["--count", "2000"]), ("form", vec![])] {
        let all: Vec<&str> = ["--title", "Measured"].into_iter().chain(arguments).collect();
        let running = Program::start(program, &all)?;
        for (interactive, percent) in [(true, 50), (false, 52)] {
            let arguments = json!({"window": "Measured", "interactive_only": interactive, "max_depth": 64,
                                   "max_elements": 5000, "timeout_ms": 60_000});
            let seen = session.seen(arguments)?;
            let elements = seen.structured["elements"].as_array().cloned().unwrap_or_default();
            let lines = seen.text.lines().skip(1).filter(|line| !line.starts_with("note: "));
            let ours: usize = lines.map(|line| line.chars().count() + 1).sum();
            let other = other_form(&elements).chars().count();
            let what = format!("{program}, interactive only {interactive}, {} elements", elements.len());
            eprintln!("{what}: {ours} characters against {other}");
            let most = other * percent / 100;
            assert!(ours <= most, "{what}: {ours} characters against {other} of the other form");
        }
        drop(running);
    }
    Ok(())
}

#[test]
fn limits_cut_a_large_window_and_say_how_to_get_the_rest() -> Result<(), Trouble> {
    let mut session = Session::start(&[])?;
    let mut program = Program::start("controls", &["--title", "Rather many", "--count", "600"])?;
    let usual = session.call("snapshot", json!({"window": "Rather many"}))?.done()?;
    assert!(usual.text.contains("cut at 300 elements: raise max_elements"), "{}", usual.text);
    let query = session.call("snapshot", json!({"window": "Rather many", "query": "Option 587"}))?.done()?;
    let wanted = query.element(&["CheckBox"], "\"Option 587\"")?;
    assert!(query.text.lines().count() < 12, "{}", query.text);
    // It lies far below what the window shows: it is operated all the same, and brought into view for the pointer.
    session.call("click", json!({"element": wanted}))?.done()?;
    clicked(&mut program, ids::FIRST_OF_MANY + 587)?;
    let after = session.call("find", json!({"window": "Rather many", "name": "Option 587"}))?.done()?;
    assert!(after.text.contains("checked"), "{}", after.text);

    let gone = json!({"window": "Rather many", "since": "s999"});
    assert_eq!(session.call("snapshot", gone)?.refused()?, "UNKNOWN_SNAPSHOT");
    Ok(())
}

/// The same elements in the text form of a widely used server, for its size: tree branches, centre point of what can
/// be acted on, control type in lower-case words, name in quotes, actions and tags in brackets.
fn other_form(elements: &[Value]) -> String {
    let mut form = String::from("UI Tree:\ndesktop\n");
    for (index, element) in elements.iter().enumerate() {
        let depth = element["depth"].as_u64().unwrap_or_default();
        let later = elements.iter().skip(index + 1).map(|other| other["depth"].as_u64().unwrap_or_default());
        let is_last = later.take_while(|other| *other >= depth).all(|other| other != depth);
        for _ in 0..depth {
            form.push_str("│   ");
        }
        form.push_str(if is_last { "└── " } else { "├── " });
        let role = text(element, "role");
        let acts = !matches!(role, "Text" | "Group" | "Pane" | "Window" | "Image");
        if acts {
            let (x, y) = middle(element);
            let _ = write!(form, "({x},{y}) ");
        }
        for (at, c) in role.char_indices() {
            if c.is_ascii_uppercase() && at > 0 {
                form.push(' ');
            }
            form.push(c.to_ascii_lowercase());
        }
        let _ = write!(form, " \"{}\"", text(element, "name"));
        if acts {
            form.push_str("  [action: click]");
        }
        let value = element.get("value").and_then(Value::as_str);
        if let Some(value) = value {
            let _ = write!(form, "  [value:\"{value}\"]");
        }
        for state in element["states"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let tag = match state {
                "focused" => "  [focused]",
                "password" => "  [password]",
                "checked" | "selected" => "  [toggle:on]",
                "unchecked" => "  [toggle:off]",
                "expanded" => "  [state:expanded]",
                "collapsed" => "  [state:collapsed]",
                _ => "",
            };
            form.push_str(tag);
        }
        form.push('\n');
    }
    form
}
