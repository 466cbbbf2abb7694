//! What people and agents are shown of a change.

use model::{
    AppLaunchRequest, Around, ClipboardWriteRequest, ElementActionRequest, ElementFacts, ElementRef,
    ElementVerb, Elevation, Facts, PressKeysRequest, ProcessFacts, Program, Rect, Sought, Target,
    TargetFacts, TypeTextRequest, WindowControlRequest, WindowFacts, WindowInfo, WindowSelector, WindowState,
    WindowVerb,
    ui::{Content, ElementId, ElementKey, Node, Patterns, Role, States, Toggle, WindowKey},
};

use serde_json::{Value, json};

use super::*;

/// What a person sees of an operation on a field that holds `old`: before and after.
fn on_field(operation: Operation, password: bool) -> (Option<String>, Option<String>) {
    let Change { before, after, lines } = Change::of(&resolved("old", operation, password), None, None);
    assert!(lines.is_empty());
    (before, after.map(|after| after.expose().to_owned()))
}

/// An operation on a field that was last seen with this in it.
fn resolved(value: &str, operation: Operation, password: bool) -> Resolved {
    let window = WindowKey { handle: 1, pid: 2, started: 3 };
    let key = ElementKey { window, id: ElementId::Runtime(vec![1]) };
    let process =
        ProcessFacts { pid: 2, started: 3, path: String::new(), elevation: Elevation::Same, own: false };
    let (name, automation_id) = ("Field".to_owned(), String::new());
    let (title, class) = (String::new(), String::new());
    let target = TargetFacts {
        window: WindowFacts { key: window, reference: None, title, class, process, shell: false },
        element: Some(ElementFacts {
            key: key.clone(),
            role: Role::Edit,
            name: name.clone(),
            automation_id: automation_id.clone(),
            password,
        }),
        point: None,
        around: Around::default(),
        sought: Sought::default(),
    };
    let content = Content::new(value, 0);
    let seen = Node {
        reference: None,
        key,
        depth: 0,
        role: Role::Edit,
        name,
        automation_id,
        value: Some(content.value),
        rest: content.rest,
        states: States::default(),
        patterns: Patterns::default(),
        rect: Rect::default(),
    };
    Resolved {
        operation,
        locators: vec![Locator::Element(Box::new(seen))],
        facts: Facts { targets: vec![target], ..Facts::default() },
        call: model::CallFacts::default(),
        below: None,
        barred: None,
    }
}

#[test]
fn a_person_sees_what_is_replaced_where_it_is_and_nothing_of_a_password() {
    let target = || Target::Element(ElementRef::new(1));
    let new = || SecretText::new("new".into());
    let typed = |mode| {
        Operation::TypeText(TypeTextRequest { target: Some(target()), text: new(), mode, submit: false })
    };
    let acted =
        |action, value| Operation::ElementAction(ElementActionRequest { target: target(), action, value });
    let keys = vec!["Ctrl+A".parse().unwrap(), "Delete".parse().unwrap()];
    let pressed = Operation::PressKeys(PressKeysRequest { target: Some(target()), window: None, keys });
    for (operation, before, after) in [
        (typed(TypeMode::Insert), None, Some("new")),
        (typed(TypeMode::Replace), Some("old"), Some("new")),
        (acted(ElementVerb::SetValue, Some(new())), Some("old"), Some("new")),
        (acted(ElementVerb::Invoke, None), None, None),
        (pressed, None, Some("Ctrl+A Delete")),
    ] {
        assert_eq!(on_field(operation.clone(), false), (before.map(str::to_owned), after.map(str::to_owned)));
        assert_eq!(on_field(operation, true), (None, None));
    }
}

fn after(text: &str) -> String {
    let operation = Operation::ClipboardWrite(ClipboardWriteRequest { text: SecretText::new(text.into()) });
    let resolved = Resolved {
        operation,
        locators: Vec::new(),
        facts: Facts::default(),
        call: model::CallFacts::default(),
        below: None,
        barred: None,
    };
    Change::of(&resolved, None, None).after.unwrap().expose().to_owned()
}

#[test]
fn a_person_sees_all_but_secrets_and_how_much_more_there_is() {
    assert_eq!(after("rm -rf /"), "rm -rf /");
    assert_eq!(after("password: hunter2"), "password: [redacted: password]");
    assert!(after(&"a".repeat(2_500)).ends_with("a … and 500 characters more"));
}

/// What an agent is told of an operation on a field that holds this.
fn told(value: &str, operation: Operation, password: bool) -> Value {
    let resolved = resolved(value, operation, password);
    let Some(Locator::Element(node)) = resolved.locators.first() else { panic!("there is none") };
    let present = Present { window: window(WindowState::Normal), element: Some(node.as_ref().clone()) };
    fields(&Told::of(&resolved, Some(&present), &Value::Null))
}

fn fields(told: &Told) -> Value {
    let mut fields = serde_json::Map::new();
    told.put_into(&mut fields);
    Value::Object(fields)
}

fn window(state: WindowState) -> WindowInfo {
    WindowInfo {
        reference: None,
        key: WindowKey { handle: 1, pid: 2, started: 3 },
        title: String::new(),
        class: String::new(),
        process: String::new(),
        rect: Rect::new(10, 20, 110, 70),
        state,
        foreground: false,
        responding: true,
    }
}

#[test]
fn an_agent_is_told_what_is_there_without_secrets_and_of_its_text_the_length() {
    let typed = |mode| {
        let (target, text) = (Some(Target::Element(ElementRef::new(1))), SecretText::new("näw".into()));
        Operation::TypeText(TypeTextRequest { target, text, mode, submit: false })
    };
    let words = "word ".repeat(38);
    let long = format!("{words}ghp_abcdefghijklmnopqrstuvwxyz0123456789");
    let shown = format!("{} … and 41 characters more", words.trim_end()); // cut off in the token
    for (mode, value, before) in [
        (TypeMode::Replace, "old", "old"),
        (TypeMode::Insert, "password: hunter2", "password: [redacted: password]"),
        (TypeMode::Replace, long.as_str(), shown.as_str()),
    ] {
        let text = json!({"before": before, "characters": 3, "replaces": mode == TypeMode::Replace});
        assert_eq!(told(value, typed(mode), false), json!({ "text": text }));
        assert_eq!(told(value, typed(mode), true), json!({}), "a password field");
    }
    let unread = Told::of(&resolved("old", typed(TypeMode::Replace), false), None, &Value::Null);
    assert_eq!(fields(&unread), json!({"text": {"characters": 3, "replaces": true}}), "it may not be read");
    assert_eq!(told("old", act(ElementVerb::Invoke), false), json!({}));
}

fn act(action: ElementVerb) -> Operation {
    Operation::ElementAction(ElementActionRequest {
        target: Target::Element(ElementRef::new(1)),
        action,
        value: None,
    })
}

/// What is told of a verb on an element with these states: its words, and before and after.
fn turned(operation: &Operation, states: States, state: WindowState) -> Option<(String, Value, Value)> {
    let mut resolved = resolved("", operation.clone(), false);
    let Some(Locator::Element(node)) = resolved.locators.pop() else { panic!("there is none") };
    let present = Present { window: window(state), element: Some(Node { states, ..*node }) };
    let told = Told::of(&resolved, Some(&present), &Value::Null);
    let turn = fields(&told).get("state").cloned()?;
    let line = Change::of(&resolved, None, Some(&present)).lines.pop().unwrap();
    assert!(line.text.expose().contains(" -> "), "{line:?}");
    Some((told.in_words(), turn["before"].clone(), turn["after"].clone()))
}

#[test]
fn what_an_element_is_and_what_it_would_be_is_told_where_it_is_known() {
    let checked = |checked| States { checked: Some(checked), ..States::default() };
    let expanded = States { expanded: Some(false), selected: Some(false), ..States::default() };
    let hidden = States { offscreen: true, ..States::default() };
    for (verb, states, before, after) in [
        (ElementVerb::Toggle, checked(Toggle::Off), json!({"checked": "off"}), json!({"checked": "on"})),
        (ElementVerb::Toggle, checked(Toggle::On), json!({"checked": "on"}), json!({"checked": "off"})),
        (ElementVerb::Toggle, checked(Toggle::Mixed), json!({"checked": "mixed"}), json!({})),
        (ElementVerb::Expand, expanded, json!({"expanded": false}), json!({"expanded": true})),
        (ElementVerb::Collapse, expanded, json!({"expanded": false}), json!({"expanded": false})),
        (ElementVerb::Select, expanded, json!({"selected": false}), json!({"selected": true})),
        (ElementVerb::Focus, hidden, json!({"focused": false}), json!({"focused": true})),
        (ElementVerb::ScrollIntoView, hidden, json!({"offscreen": true}), json!({"offscreen": false})),
    ] {
        let (_, was, will) = turned(&act(verb), states, WindowState::Normal).unwrap();
        assert_eq!((was, will), (before, after), "{verb:?} {states:?}");
    }
    let (words, ..) = turned(&act(ElementVerb::Toggle), checked(Toggle::Off), WindowState::Normal).unwrap();
    assert_eq!(words, "\nbefore: checked off\nafter: checked on");
    let (words, ..) = turned(&act(ElementVerb::Toggle), checked(Toggle::Mixed), WindowState::Normal).unwrap();
    assert_eq!(words, "\nbefore: checked mixed\nafter: checked not known");
    for verb in [ElementVerb::Invoke, ElementVerb::Toggle, ElementVerb::Expand, ElementVerb::Select] {
        assert_eq!(turned(&act(verb), hidden, WindowState::Normal), None, "{verb:?}: it has no such state");
    }
}

#[test]
fn where_a_window_is_and_would_be_is_told_and_nothing_guessed() {
    let (normal, small) = (WindowState::Normal, WindowState::Minimized);
    let rect = |sides: [i32; 4]| json!({"rect": {"left": sides[0], "top": sides[1], "right": sides[2], "bottom": sides[3]}});
    let here = || rect([10, 20, 110, 70]);
    for (verb, state, before, after) in [
        (WindowVerb::Move { x: 1, y: 2 }, normal, here(), rect([1, 2, 101, 52])),
        (WindowVerb::Resize { width: 5, height: 6 }, normal, here(), rect([10, 20, 15, 26])),
        (WindowVerb::Move { x: 1, y: 2 }, small, here(), json!({})),
        (WindowVerb::Minimize, normal, json!({"state": "normal"}), json!({"state": "minimized"})),
        (WindowVerb::Maximize, small, json!({"state": "minimized"}), json!({"state": "maximized"})),
        (
            WindowVerb::Restore,
            WindowState::Maximized,
            json!({"state": "maximized"}),
            json!({"state": "normal"}),
        ),
        (WindowVerb::Restore, small, json!({"state": "minimized"}), json!({})),
        (WindowVerb::Focus, normal, json!({"foreground": false}), json!({"foreground": true})),
        (WindowVerb::Close, normal, json!({"open": true}), json!({})),
    ] {
        let window = WindowSelector::Title("x".into());
        let operation = Operation::WindowControl(WindowControlRequest { window, verb });
        let (_, was, will) = turned(&operation, States::default(), state).unwrap();
        assert_eq!((was, will), (before, after), "{verb:?} {state:?}");
    }
}

#[test]
fn what_would_be_started_and_what_is_replaced_on_the_clipboard_is_told() {
    let plain = |operation, facts| Resolved {
        operation,
        locators: Vec::new(),
        facts,
        call: model::CallFacts::default(),
        below: None,
        barred: None,
    };
    let launch = model::LaunchFacts {
        kind: model::LaunchPath::Local,
        path: r"C:\Tools\a.exe".into(),
        app: None,
        signer: None,
    };
    for (chosen, folder) in [(None, r"C:\Tools"), (Some(r"C:\Data".to_owned()), r"C:\Data")] {
        let request = AppLaunchRequest {
            program: Program::Executable(r"C:\Tools\a.exe".into()),
            arguments: vec!["/x".into()],
            working_directory: chosen,
        };
        let operation = Operation::AppLaunch(request);
        let recorded = serde_json::to_value(&operation).unwrap();
        let facts = Facts { launch: Some(launch.clone()), ..Facts::default() };
        let told = Told::of(&plain(operation, facts), None, &recorded);
        let expected = json!({"path": r"C:\Tools\a.exe", "arguments": ["/x"], "working_directory": folder});
        assert_eq!(fields(&told), json!({ "launch": expected }));
        assert!(told.in_words().starts_with("\nwould start: C:\\Tools\\a.exe"), "{}", told.in_words());
    }
    for ours in [false, true] {
        let facts = model::ClipboardFacts { sequence: 1, excluded: false, ours };
        let facts = Facts { clipboard: Some(facts), ..Facts::default() };
        let text = SecretText::new("abc".into());
        let told = Told::of(
            &plain(Operation::ClipboardWrite(ClipboardWriteRequest { text }), facts),
            None,
            &Value::Null,
        );
        let text = json!({"characters": 3, "replaces": true});
        assert_eq!(fields(&told), json!({"text": text, "clipboard": {"ours": ours}}));
        assert!(told.in_words().contains("which is not read"));
    }
}
