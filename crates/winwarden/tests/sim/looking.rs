//! What an agent is shown: windows, trees of elements, parts of them, texts, and what changed since.

use serde_json::{Value, json};

use super::{
    client::text,
    stage::{Stage, reference, sides},
};

#[test]
fn windows_are_listed_front_to_back_with_what_matters_of_each() {
    let mut stage = Stage::new();
    let listed = stage.done("window_list", json!({}));
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines[0], "5 windows");
    assert_eq!(lines[1], r#"w1 "note.txt - Notepad" notepad.exe 800x400 at 100,100 foreground"#);
    assert_eq!(lines[2], r#"w2 "Options" options.exe 750x780 at 950,20"#);
    assert_eq!(lines[3], r#"w3 "Stuck" stuck.exe 300x250 at 100,550 not responding"#);
    assert_eq!(lines.len(), 6); // winwarden's own is not listed
    let displays = stage.result("display_list", json!({}));
    assert_eq!(displays["structuredContent"]["displays"][0]["primary"], true, "{displays}");
    assert_eq!(sides(&displays["structuredContent"]["displays"][0]["rect"]), [0, 0, 1920, 1080]);
}

#[test]
fn a_snapshot_has_a_line_for_each_element_indented_by_what_it_lies_in() {
    let mut stage = Stage::new();
    let seen = stage.done("snapshot", json!({}));
    let wanted = r#"s1 w1 "note.txt - Notepad" notepad.exe, 9 elements
e1 Window "note.txt - Notepad"
 e2 MenuBar "Application"
  e3 MenuItem "&File" collapsed
   e4 MenuItem "New" offscreen
   e5 MenuItem "Save As...\tCtrl+Shift+S" offscreen
   e6 MenuItem "Exit" offscreen
  e7 MenuItem "&Help" collapsed
   e8 MenuItem "About" offscreen
 e9 Document "Text editor" focused"#;
    assert_eq!(seen, wanted);
    assert_eq!(
        stage.done("snapshot", json!({"window": "NOTE.txt - notepad"})).split_once(' ').unwrap().1,
        wanted.split_once(' ').unwrap().1,
        "refs stay"
    );
    let menu = stage.done("snapshot", json!({"element": "e7"}));
    assert!(menu.ends_with("\ne7 MenuItem \"&Help\" collapsed\n e8 MenuItem \"About\" offscreen"), "{menu}");
    let windows = stage.done("snapshot", json!({"desktop": true}));
    assert!(windows.contains("5 windows") && windows.contains("w3 \"Stuck\""), "{windows}");
}

#[test]
fn limits_hold_and_what_they_cut_off_is_told() {
    let mut stage = Stage::new();
    let few = stage.done("snapshot", json!({"max_elements": 4}));
    assert!(
        few.contains("4 elements") && few.contains("raise max_elements") && !few.contains("Save As"),
        "{few}"
    );
    let flat = stage.done("snapshot", json!({"max_depth": 1}));
    assert!(flat.contains("MenuBar") && flat.contains("Document") && !flat.contains("File"), "{flat}");
    assert!(flat.contains("raise max_depth"), "{flat}");
    let asked = stage.done("snapshot", json!({"query": "about"}));
    assert_eq!(asked.lines().count(), 5, "header, window, bar, Help, About: {asked}");
    let all = stage.done("snapshot", json!({"window": "Options", "interactive_only": false}));
    assert!(all.contains("Text \"Status\" =\"ready\""), "{all}");
    let operable = stage.done("snapshot", json!({"window": "Options"}));
    assert!(!operable.contains("Status") && operable.contains("Button \"Undo\" disabled"), "{operable}");
}

#[test]
fn a_query_that_nothing_matches_says_so_and_where_it_did_not_look() {
    let mut stage = Stage::new();
    let told = |stage: &mut Stage, query: Value| {
        let text = stage.done("snapshot", query.clone());
        let form: Value =
            serde_json::from_str(&stage.done("snapshot", with(&query, "structured", json!(true)))).unwrap();
        let header = text.lines().next().unwrap();
        assert!(header.ends_with(", no match"), "{text}");
        assert_eq!(form["notes"], json!([text.lines().last().unwrap()]), "{text}");
        text.lines().last().unwrap().to_owned()
    };
    let operable = told(&mut stage, json!({"window": "Options", "query": "ready"}));
    assert!(operable.starts_with("nothing matches the query; with interactive_only false"), "{operable}");
    let nowhere = told(&mut stage, json!({"query": "nowhere", "interactive_only": false}));
    assert_eq!(nowhere, "nothing matches the query");
    let windows = told(&mut stage, json!({"desktop": true, "query": "ready"}));
    assert!(windows.starts_with("nothing matches the query; contents of windows"), "{windows}");
    let found =
        stage.done("snapshot", json!({"window": "Options", "query": "ready", "interactive_only": false}));
    assert!(found.contains("2 elements") && !found.contains("match"), "{found}");
}

#[test]
fn windows_of_the_desktop_are_searched_cut_and_compared() {
    let mut stage = Stage::new();
    let by_process = stage.done("snapshot", json!({"desktop": true, "query": "OPTIONS.exe"}));
    assert!(
        by_process.starts_with("s1 desktop, 1 window\nw") && by_process.contains("\"Options\""),
        "{by_process}"
    );
    let by_title = stage.done("snapshot", json!({"desktop": true, "query": "note.TXT"}));
    assert!(by_title.starts_with("s2 desktop, 1 window\n"), "{by_title}");
    let few = stage.done("snapshot", json!({"desktop": true, "max_elements": 2}));
    assert_eq!(few.lines().count(), 4, "{few}");
    assert!(
        few.ends_with("cut at 2 windows: raise max_elements (up to 5000), or narrow it with query"),
        "{few}"
    );
    let form = stage.done("snapshot", json!({"desktop": true, "max_elements": 2, "structured": true}));
    let form: Value = serde_json::from_str(&form).unwrap();
    assert_eq!((form["windows"].as_array().unwrap().len(), &form["cut"]), (2, &json!(true)), "{form}");

    let all = stage.done("snapshot", json!({"desktop": true}));
    let number = few.split(' ').next().unwrap(); // all are compared, also those that it did not list
    assert_eq!(all.lines().count(), 6, "{all}");
    let same = stage.done("snapshot", json!({"desktop": true, "since": number, "interactive_only": false}));
    assert!(same.ends_with(&format!("since {number}: 0 added, 0 changed, 0 removed, 5 unchanged")), "{same}");
    stage.done("window_control", json!({"window": "Options", "action": "minimize"}));
    stage.done("window_control", json!({"window": "note.txt - Notepad", "action": "close"}));
    let changed = stage.done("snapshot", json!({"desktop": true, "since": number}));
    let signs: String = changed.lines().skip(1).map(|line| line.get(..2).unwrap()).collect();
    assert!(
        changed.contains("\n~ w") && changed.contains("\n- w") && !changed.contains("\n+ w"),
        "{changed}"
    );
    assert!(changed.contains("\"Options\" options.exe minimized"), "{changed}");
    let form = stage.done("snapshot", json!({"desktop": true, "since": number, "structured": true}));
    let form: Value = serde_json::from_str(&form).unwrap();
    let changes = &form["changes"];
    assert_eq!(changes["removed"][0]["title"], "note.txt - Notepad", "{form}");
    assert_eq!(changes["changed"].as_array().unwrap().len(), signs.matches('~').count(), "{form}");
    assert!(form.get("windows").is_none(), "{form}");
    stage.refused("snapshot", json!({"desktop": true, "since": number, "query": "note"}), "UNKNOWN_SNAPSHOT");
}

#[test]
fn only_what_changed_since_a_snapshot_is_told() {
    let mut stage = Stage::new();
    stage.done("snapshot", json!({}));
    let same = stage.done("snapshot", json!({"since": "s1"}));
    assert!(same.ends_with("since s1: 0 added, 0 changed, 0 removed, 9 unchanged"), "{same}");
    stage.done("type_text", json!({"text": "milk"}));
    stage.done("click", json!({"element": "e7"}));
    let changed = stage.done("snapshot", json!({"since": "s1"}));
    let lines: Vec<&str> = changed.lines().skip(1).collect();
    let wanted = [
        "~ e7 MenuItem \"&Help\" expanded",
        "~ e8 MenuItem \"About\"",
        "~ e9 Document \"Text editor\" =\"milk\" focused",
    ];
    assert_eq!(lines, wanted, "{changed}");
    assert!(
        changed.lines().next().unwrap().ends_with("0 added, 3 changed, 0 removed, 6 unchanged"),
        "{changed}"
    );
    stage.refused("snapshot", json!({"since": "s99"}), "UNKNOWN_SNAPSHOT");
}

#[test]
fn a_long_value_tells_its_length_and_is_compared_and_looked_through_as_a_whole() {
    let of = |chars: usize| {
        let field =
            json!({"role": "Document", "name": "d", "automation_id": "d", "value": "x".repeat(chars)});
        Stage::of(&json!({"windows": [{"title": "A", "tree": {"role": "Window", "children": [field]}}]}), &[])
    };
    for chars in [121, 200, 201, 300, 100_000] {
        let mut stage = of(chars);
        let seen = stage.done("snapshot", json!({}));
        assert!(seen.ends_with(&format!("x…+{}\"", chars - 120)), "{seen}");
        let found = stage.result("find", json!({"role": "Document"}));
        let form = stage.done("snapshot", json!({"structured": true}));
        let form: Value = serde_json::from_str(&form).unwrap();
        for element in [&form["elements"][1], &found["structuredContent"]["elements"][0]] {
            assert_eq!(element["value"].as_str().unwrap().len(), chars.min(200));
            assert_eq!(element["value_chars"].as_u64(), (chars > 200).then_some(chars as u64));
        }
        assert_eq!(
            (&form["cut"], form["notes"].as_array().unwrap().len()),
            (&json!(chars > 200), usize::from(chars > 200))
        );
    }
    let mut stage = of(300);
    stage.done("snapshot", json!({}));
    stage.done("type_text", json!({"find": {"name": "d"}, "text": "CHANGED"}));
    let changed = stage.done("snapshot", json!({"since": "s1"}));
    assert!(changed.contains("1 changed") && changed.ends_with("x…+187\""), "{changed}");
    let asked = stage.done("snapshot", json!({"query": "xchanged"}));
    assert!(asked.contains("2 elements"), "{asked}");
    let none = stage.done("snapshot", json!({"query": "changedx"}));
    assert!(!none.contains("Document"), "{none}");
}

#[test]
fn elements_are_found_by_part_of_a_name_by_role_and_by_id() {
    let mut stage = Stage::new();
    let twins = stage.result("find", json!({"window": "Options", "name": "win", "role": "Button"}));
    let twins = &twins["structuredContent"];
    assert_eq!((twins["elements"].as_array().unwrap().len(), &twins["more"]), (2, &json!(0)), "{twins}");
    let one = stage.result("find", json!({"window": "Options", "role": "Button", "limit": 1}));
    assert_eq!(one["structuredContent"]["more"], 4, "{one}");
    let by_id = stage.done("find", json!({"window": "Options", "automation_id": "volume"}));
    assert!(by_id.contains("Slider \"Volume\" =\"10\""), "{by_id}");
    let none = stage.result("find", json!({"name": "no such thing"}));
    assert_eq!(none["structuredContent"]["elements"], json!([]));
}

#[test]
fn how_many_more_there_are_than_are_listed_is_told() {
    let window = |title: &str, children: Vec<Value>| json!({"title": title, "tree": {"role": "Window", "children": children}});
    let same = vec![json!({"role": "Button", "name": "Same"}); 13];
    let mut windows = vec![window("First", same)];
    windows.extend(vec![window("Twin", Vec::new()); 12]);
    let mut stage = Stage::of(&json!({"windows": windows}), &[]);
    for (find, code, more) in [
        (json!({"window": "First", "name": "Same"}), "AMBIGUOUS", "3 more are not listed here"),
        (json!({"window": "Twin", "name": "x"}), "AMBIGUOUS", "2 more are not listed here"),
        (json!({"window": "None", "name": "x"}), "NOT_FOUND", "3 more are not listed here"),
        (json!({"window": "First", "name": "Sam"}), "NOT_FOUND", "3 more are not listed here"),
    ] {
        let told = stage.refused("read_text", json!({"find": find}), code);
        assert!(told.lines().next().unwrap().ends_with(more), "{told}");
        assert_eq!(told.lines().filter(|line| line.starts_with(' ')).count(), 10, "{told}");
    }
}

#[test]
fn the_user_is_named_as_they_are() {
    let status = Stage::new().result("status", json!({}));
    assert!(text(&status).contains(r"of DESK\ann,"), "{status}");
    let desktop = status["structuredContent"]["desktop"].as_str().unwrap();
    assert!(desktop.contains(r"of DESK\ann,"), "{desktop}");
}

#[test]
fn a_text_is_read_whole_or_in_parts() {
    let mut stage = Stage::new();
    stage.done("type_text", json!({"text": "eins zwei ドライ"}));
    assert_eq!(stage.text_of("note.txt - Notepad", "text"), "eins zwei ドライ");
    let part =
        stage.done("read_text", json!({"offset": 5, "max_chars": 4, "find": {"automation_id": "text"}}));
    assert!(part.starts_with("zwei\n[characters 5 to 9 of 13"), "{part}");
    let window = stage.done("read_text", json!({"window": "Options"}));
    assert!(window.contains("Word wrap\n") && window.contains("Status\nready"), "{window}");
    assert!(!window.contains("Desk"), "what is folded away is not to be read: {window}");
}

#[test]
fn no_name_can_make_a_line_of_its_own() {
    let evil = "OK\"\n e99 Button \"Delete\u{202e}\0";
    let world =
        json!({"windows": [{"title": evil, "tree": {"children": [{"role": "Button", "name": evil}]}}]});
    let mut stage = Stage::of(&world, &[]);
    for (tool, lines) in [("window_list", 2), ("snapshot", 3)] {
        let seen = stage.done(tool, json!({}));
        assert_eq!(seen.lines().count(), lines, "{seen}");
        assert!(!seen.contains('\u{202e}') && !seen.contains('\0'), "{seen:?}");
    }
    assert_eq!(reference(&stage.done("find", json!({"role": "Button"})), "OK"), "e2");
}

#[test]
fn where_things_are_is_told_to_programs_that_ask() {
    let mut stage = Stage::new();
    let form = stage.done("snapshot", json!({"structured": true}));
    let form: Value = serde_json::from_str(&form).unwrap();
    let window = sides(&form["elements"][0]["rect"]);
    assert_eq!(window, [100, 100, 900, 500]);
    for element in form["elements"].as_array().unwrap() {
        let rect = sides(&element["rect"]);
        let inside =
            rect[0] >= window[0] && rect[1] >= window[1] && rect[2] <= window[2] && rect[3] <= window[3];
        assert!(inside, "{element}");
    }
}

/// The same arguments with one more.
fn with(arguments: &Value, name: &str, value: Value) -> Value {
    let mut arguments = arguments.clone();
    arguments[name] = value;
    arguments
}
