//! What a client's model reads of the default tools, and whether it is true.
#![expect(clippy::print_stdout, reason = "the figures are for people to read")]

use model::{
    Code, Fault, Group, Kind, Rect,
    tool::{Card, Tool},
    ui::{ElementId, ElementKey, Node, Patterns, Role, States, WindowKey},
};
use serde_json::json;
use tools::{DEFAULT_TOOLSETS, fault_structured, fault_text};

/// Bytes of names, descriptions and input schemas that the default tools may cost in all.
const BUDGET: usize = 12_000;

/// What a client gives a model of a tool.
fn told(tool: &dyn Tool) -> serde_json::Value {
    let card = tool.card();
    json!({ "name": card.name, "description": card.description, "inputSchema": tool.schemas().input })
}

/// Bytes of compact JSON in which what is not ASCII is escaped: the most that a client may make of it.
fn bytes(value: &serde_json::Value) -> usize {
    let json = value.to_string();
    json.chars().map(|c| if c.is_ascii() { 1 } else { 6 * c.len_utf16() }).sum()
}

#[test]
fn the_default_tools_fit_the_budget_as_one_list_in_the_longest_spelling() {
    assert_eq!(bytes(&json!(["a\u{e4}\u{1f600}"])), r#"["a\u00e4\ud83d\ude00"]"#.len());
    let tools = tools::select(DEFAULT_TOOLSETS, None, &[], false).unwrap();
    let list: Vec<serde_json::Value> = tools.iter().map(|tool| told(tool.as_ref())).collect();
    for tool in &list {
        println!("{:6}  {}", bytes(tool), tool["name"]);
    }
    let total = bytes(&json!(list));
    println!("{total:6}  of {BUDGET}");
    assert!(total <= BUDGET, "{total} bytes of {BUDGET}");
}

#[test]
fn a_tool_is_read_only_exactly_if_its_operation_only_looks() {
    for tool in tools::all() {
        let Card { name, hints, .. } = tool.card();
        if *name == tools::RUN_STEPS {
            assert!(hints.destructive && !hints.read_only, "it does what its steps do");
            continue;
        }
        let kind = Kind::ALL.iter().find(|kind| kind.name() == *name).unwrap();
        assert_eq!(hints.read_only, kind.group() == Group::Read, "{name}");
        assert!(!(hints.read_only && hints.destructive), "{name}");
        let harmless = hints.read_only || ["scroll", "move_pointer"].contains(name);
        assert_eq!(hints.destructive, !harmless, "{name}");
    }
}

#[test]
fn only_what_a_call_cannot_do_without_is_required() {
    let required = |name: &str| {
        let tool = tools::all().into_iter().find(|tool| tool.card().name == name).unwrap();
        tool.schemas().input.get("required").cloned().unwrap_or_default()
    };
    for tool in tools::all() {
        let expected = match tool.card().name {
            "type_text" | "clipboard_write" => json!(["text"]),
            "press_keys" => json!(["keys"]),
            "run_steps" => json!(["steps"]),
            "scroll" => json!(["direction"]),
            "drag" => json!(["from", "to"]),
            "element_action" => json!(["action"]),
            "window_control" => json!(["window", "action"]),
            "registry_import" => json!(["text"]),
            name if name.starts_with("registry_") => json!(["path"]),
            _ => json!(null),
        };
        assert_eq!(required(tool.card().name), expected, "{}", tool.card().name);
    }
}

/// What is wrong with `name` given as `number`; arguments inside others are named with a point between.
fn refused(tool: &dyn Tool, name: &str, number: &serde_json::Value) -> String {
    let one = |name: &str, value| serde_json::Map::from_iter([(name.to_owned(), value)]);
    let given = match name.split_once('.') {
        Some((outer, inner)) => one(outer, one(inner, number.clone()).into()),
        None => one(name, number.clone()),
    };
    let planned = tool.plan(&given);
    planned.map_or_else(|fault| fault.message, |_| String::new())
}

#[test]
fn a_number_that_is_none_of_the_accepted_is_refused_by_the_name_of_its_argument() {
    let numbers =
        [json!(-1), json!(1.5), json!(1e10), json!(4_294_967_296_u64), json!(u64::MAX), json!(1e300)];
    let most = tools::dialects::winreg::Most { values: 100, timeout_ms: 5000 };
    let mut held = 0;
    for tool in tools::all().into_iter().chain(tools::dialects::winreg::tools(most)) {
        let schema = serde_json::Value::Object(tool.schemas().input.clone());
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let inner = property["propertyNames"]["enum"].as_array().cloned().unwrap_or_default();
            let inner = inner.iter().map(|inner| format!("{name}.{}", inner.as_str().unwrap()));
            for name in inner.chain([name.clone()]) {
                for number in &numbers {
                    let message = refused(&*tool, &name, number);
                    let tool = tool.card().name;
                    assert!(!message.contains("cannot be read"), "{tool} {name} {number}: {message}");
                    // These are capped, and refused for the limit, elsewhere.
                    let capped =
                        property.get("maximum").is_none() && (number.is_u64() || *number == json!(1e10));
                    let capped = capped && ["max_results", "max_depth"].contains(&&*name);
                    let below = *number == json!(-1) && property.get("minimum").is_none();
                    let is_number = property["type"] == "integer" || ["at.x", "at.y"].contains(&&*name);
                    if is_number && !capped && !below {
                        let named = format!("`{name}` is {number}; accepted: ");
                        let named = named.replace("10000000000.0", "10000000000");
                        assert!(message.contains(&named), "{tool} {name} {number}: {message}");
                        held += 1;
                    }
                }
            }
        }
    }
    assert!(held > 200, "{held}");
}

#[test]
fn a_call_needs_no_more_than_what_is_required() {
    for (name, arguments) in [
        ("click", json!({"find": {"name": "Save"}})),
        ("click", json!({"at": {"x": 1, "y": 2}, "expect_window": "w3"})),
        ("type_text", json!({"text": "a"})),
        ("press_keys", json!({"keys": "Ctrl+S"})),
        ("wait_for", json!({"duration_ms": 100})),
        ("wait_for", json!({"condition": "window_gone", "window": "w1"})),
        ("snapshot", json!({})),
        ("screenshot", json!({})),
        ("read_text", json!({})),
        ("scroll", json!({"direction": "down"})),
        ("window_control", json!({"window": "w1", "action": "focus"})),
        ("registry_read", json!({"path": "HKCU"})),
        ("registry_list", json!({"path": "HKCU"})),
        ("registry_search", json!({"path": "HKCU", "text": "a"})),
        ("registry_export", json!({"path": "HKCU"})),
        ("registry_wait", json!({"path": "HKCU"})),
        ("registry_write", json!({"path": "HKCU", "create_key": true})),
        ("registry_import", json!({"text": "REGEDIT4\n[HKCU\\A]"})),
        ("registry_delete", json!({"path": "HKCU", "values": [""]})),
        ("drag", json!({"from": {"element": "e1"}, "to": {"find": {"role": "Edit"}}})),
    ] {
        let tool = tools::all().into_iter().find(|tool| tool.card().name == name).unwrap();
        let planned = tool.plan(arguments.as_object().unwrap());
        assert!(planned.is_ok(), "{name} {arguments}: {planned:?}");
    }
}

#[test]
fn descriptions_are_one_paragraph_that_says_when_to_use_the_tool() {
    for tool in tools::all() {
        let Card { name, title, description, .. } = tool.card();
        assert!(!title.is_empty() && !description.contains('\n'), "{name}");
        assert!(
            (40..=400).contains(&description.len()) && description.ends_with('.'),
            "{name}: {description}"
        );
    }
}

#[test]
fn a_fault_names_its_candidates_without_what_stands_in_them() {
    let field = Node {
        reference: None,
        key: ElementKey {
            window: WindowKey { handle: 1, pid: 1, started: 1 },
            id: ElementId::Runtime(vec![1]),
        },
        depth: 0,
        role: Role::Edit,
        name: "Note".into(),
        automation_id: String::new(),
        value: Some("hunter2".into()),
        rest: None,
        states: States::default(),
        patterns: Patterns::default(),
        rect: Rect::default(),
    };
    let fault = Fault::new(Code::Ambiguous, "two match").elements(vec![field]);
    let told = format!("{}{}", fault_text(&fault), fault_structured(&fault));
    assert!(told.contains("Note") && !told.contains("hunter2"), "{told}");
}
