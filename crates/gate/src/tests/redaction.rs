use std::cell::Cell;

use model::{
    Code, Condition, Found, Picture, Snapshot, WaitForRequest,
    ui::{Content, ElementId, Patterns, States, Tree, WindowKey},
};

use super::*;

const TOKEN: &str = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
const SHOWN: &str = "[redacted: token]";

fn node(handle: u64, role: Role, name: &str, value: Option<&str>) -> Node {
    let content = value.map(|value| Content::new(value, 0));
    let window = WindowKey { handle: 1, pid: 1, started: 1 };
    let id = ElementId::Handle { handle, control: 1, class: "Edit".into() };
    Node {
        reference: None,
        key: ElementKey { window, id },
        depth: u32::from(handle > 1),
        role,
        name: name.into(),
        automation_id: String::new(),
        value: content.as_ref().map(|content| content.value.clone()),
        rest: content.and_then(|content| content.rest),
        states: States::default(),
        patterns: Patterns { value: true, ..Patterns::default() },
        rect: model::Rect::default(),
    }
}

fn wait() -> Operation {
    Operation::WaitFor(WaitForRequest { condition: Condition::Duration(1), timeout_ms: 50 })
}

fn snapshot(nodes: Vec<Node>) -> Outcome {
    Outcome::Snapshot(Snapshot {
        id: None,
        tree: Tree { nodes, ..Tree::default() },
        changes: None,
        window_changes: None,
    })
}

fn nodes_of(outcome: Outcome) -> Vec<Node> {
    let Outcome::Snapshot(snapshot) = outcome else { panic!("{outcome:?}") };
    snapshot.tree.nodes
}

#[test]
fn names_and_values_lose_their_secrets() {
    let mut outcome = snapshot(vec![
        node(1, Role::Window, &format!("x {TOKEN}"), None),
        node(2, Role::Edit, "API key", Some("0123abcd4567")),
        node(3, Role::Text, "Password:", None),
        node(4, Role::Edit, "", Some("hunter2")),
        node(5, Role::Edit, "", Some("hunter2")),
    ]);
    Redaction::always().outcome(&wait(), &mut outcome);
    let nodes = nodes_of(outcome);
    assert_eq!(nodes[0].name, format!("x {SHOWN}"));
    let values: Vec<_> = nodes.iter().map(|node| node.value.as_deref()).collect();
    assert_eq!(
        values,
        [None, Some(SHOWN), None, Some("[redacted: password]"), Some("hunter2")],
        "a label counts for the field behind it alone"
    );
}

#[test]
fn a_value_that_was_cut_off_does_not_end_within_a_secret() {
    let start = TOKEN.get(..20).unwrap();
    let cut = format!("{} {start}", "word ".repeat(35).trim_end());
    let cut = format!("{}{cut}", "a".repeat(Content::SHOWN - cut.len()));
    let whole = format!("{cut}{}", TOKEN.get(20..).unwrap());
    let known = node(1, Role::Edit, "", Some(&whole)); // with what lies behind it
    let not_known = known.without_text();
    let shorter = node(1, Role::Edit, "", Some(&format!("{} {cut}", TOKEN))).without_text();
    let mut outcome = snapshot(vec![known, not_known, shorter]);
    Redaction::always().outcome(&wait(), &mut outcome);
    let nodes = nodes_of(outcome);
    let values: Vec<_> = nodes.iter().map(|node| node.value.as_deref().unwrap()).collect();
    assert!(values.iter().all(|value| !value.contains("ghp_")), "{values:?}");
    assert!(values[2].starts_with(SHOWN), "what says so is not cut off: {values:?}");
    assert_eq!(nodes[1].chars_behind(), 40 + 1, "with the space in front of it");
}

#[test]
fn a_long_value_is_judged_with_what_lies_behind_it_and_tells_its_length() {
    let begin = "word ".repeat(38); // 190 characters
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----";
    for (text, value, behind) in [
        (format!("{begin}{TOKEN} end"), format!("{begin}[redacted:"), 7 + 4),
        (format!("{begin}{begin}"), format!("{begin}{begin}").get(..200).unwrap().to_owned(), 180),
        (format!("password: {}", "aB3$".repeat(100)), "password: [redacted: password]".to_owned(), 0),
        (
            format!("{key}\n{}", "QUJD\n".repeat(8_000)),
            "[redacted: private key]".to_owned(),
            40_036 - 200 - 16_384,
        ),
    ] {
        let mut outcome = snapshot(vec![node(1, Role::Edit, "", Some(&text))]);
        Redaction::always().outcome(&wait(), &mut outcome);
        let nodes = nodes_of(outcome);
        assert_eq!(nodes[0].value.as_deref(), Some(value.as_str()));
        assert_eq!(nodes[0].chars_behind(), behind, "{value}");
        assert_eq!(nodes[0].content().as_deref(), Some(value.as_str()), "what lies behind goes nowhere");
    }
}

#[test]
fn who_may_be_shown_secrets_is_asked_once_and_only_where_there_are_some() {
    let asked = Cell::new(0);
    let redaction = Redaction::unless(|| {
        asked.set(asked.get() + 1);
        true
    });
    let mut plain = snapshot(vec![node(1, Role::Edit, "Name", Some("Ann"))]);
    redaction.outcome(&wait(), &mut plain);
    assert_eq!(asked.get(), 0);
    let mut secret = snapshot(vec![node(1, Role::Edit, TOKEN, Some(TOKEN))]);
    redaction.outcome(&wait(), &mut secret);
    assert_eq!(asked.get(), 1);
    assert_eq!(nodes_of(secret)[0].value.as_deref(), Some(TOKEN));
}

#[test]
fn a_part_of_a_text_is_judged_with_what_is_around_it() {
    let text = format!("{} {TOKEN} end", "word ".repeat(2_000));
    let at = u32::try_from(text.find("ghp_").unwrap()).unwrap();
    for offset in at - 3..at + 40 {
        let mut outcome = Outcome::Text(TextRead::part(&text, offset, 20, Vec::new()));
        Redaction::always().outcome(&wait(), &mut outcome);
        let Outcome::Text(read) = outcome else { panic!() };
        assert!(read.text.contains(SHOWN), "{offset}: {}", read.text);
        assert!((read.before + &read.after).is_empty(), "what is around it goes nowhere");
        assert_eq!(
            read.next_offset,
            (u64::from(offset) + 20 < read.total_chars).then_some(u64::from(offset) + 20)
        );
    }
}

#[test]
fn a_query_finds_nothing_in_a_secret() {
    let nodes = || {
        vec![
            node(1, Role::Window, "w", None),
            node(2, Role::Edit, "", Some(TOKEN)),
            node(3, Role::Edit, "key", Some("v")),
        ]
    };
    let limits = |query: &str| TreeLimits { query: Some(query.into()), ..TreeLimits::default() };
    let kept = |redaction: Redaction<'_>, query| {
        let kept = redaction.prune(nodes(), &limits(query)).nodes;
        kept.into_iter().map(|node| node.value).collect::<Vec<_>>()
    };
    assert_eq!(kept(Redaction::always(), "ghp_a"), [None]);
    assert_eq!(kept(Redaction::always(), "key"), [None, Some("v".to_owned())]);
    let far = format!("{} {TOKEN} Far", "word ".repeat(4_000));
    let behind = |redaction: Redaction<'_>, query| {
        let nodes = vec![node(1, Role::Window, "w", None), node(2, Role::Edit, "", Some(&far))];
        let kept = redaction.prune(nodes, &limits(query)).nodes;
        assert!(kept.get(1).is_none_or(|node| node.content().as_deref() == Some(far.as_str())), "whole");
        kept.len()
    };
    assert_eq!(behind(Redaction::always(), "ghp_a"), 1);
    assert_eq!(behind(Redaction::always(), "FAR"), 2);
    assert_eq!(behind(Redaction::unless(|| true), "ghp_a"), 2);
    let whole = kept(Redaction::unless(|| true), "ghp_a");
    assert_eq!(whole, [None, Some(TOKEN.to_owned())], "what is kept is whole: it is found again by it");

    let window = model::WindowInfo {
        reference: None,
        key: WindowKey { handle: 1, pid: 1, started: 1 },
        title: format!("Set {TOKEN}"),
        class: String::new(),
        process: "a.exe".into(),
        rect: model::Rect::default(),
        state: model::WindowState::Normal,
        foreground: true,
        responding: true,
    };
    let fits =
        |redaction: Redaction<'_>| ["ghp_a", "set", "a.exe"].map(|query| redaction.mentions(&window, query));
    assert_eq!(fits(Redaction::always()), [false, true, true]);
    assert_eq!(fits(Redaction::unless(|| true)), [true, true, true]);

    let request =
        FindRequest { window: None, role: None, name: Some("ghp_a".into()), automation_id: None, limit: 10 };
    let mut found =
        Outcome::Found(Found { elements: vec![node(2, Role::Edit, TOKEN, None)], ..Found::default() });
    Redaction::always().outcome(&Operation::Find(request), &mut found);
    assert!(matches!(found, Outcome::Found(found) if found.elements.is_empty()));
}

#[test]
fn what_was_found_by_its_name_as_people_write_it_stays() {
    let request = FindRequest {
        window: None,
        role: None,
        name: Some("save as".into()),
        automation_id: None,
        limit: 10,
    };
    let button = node(1, Role::Button, "Sa&ve as…", None);
    let mut found = Outcome::Found(Found { elements: vec![button.clone()], ..Found::default() });
    Redaction::always().outcome(&Operation::Find(request), &mut found);
    assert!(matches!(found, Outcome::Found(found) if found.elements == [button]));
}

#[test]
fn a_failure_tells_no_secret() {
    let mut fault = Fault::new(Code::Ambiguous, format!("`{TOKEN}` may be one of these"))
        .elements(vec![node(1, Role::Edit, TOKEN, Some(TOKEN))]);
    Redaction::always().fault(&mut fault);
    assert!(!format!("{fault:?}").contains("ghp_"), "{fault:?}");
}

#[test]
fn labels_of_pictures_tell_no_secret() {
    let frame =
        model::PictureFrame { id: "p1".parse().unwrap(), area: model::Rect::default(), width: 1, height: 1 };
    let mut outcome = Outcome::Picture(Picture {
        frame,
        format: model::PictureFormat::Png,
        base64: String::new(),
        marks: vec![node(1, Role::Edit, TOKEN, None)],
        notes: vec![TOKEN.to_owned()],
    });
    Redaction::always().outcome(&wait(), &mut outcome);
    let Outcome::Picture(picture) = outcome else { panic!() };
    assert_eq!((picture.marks[0].name.as_str(), picture.notes[0].as_str()), (SHOWN, SHOWN));
}
