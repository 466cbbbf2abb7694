//! The tree of window handles, on real controls.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use host_windows::{
    act::{Action, Aim, Desk, SystemDesk, perform},
    source::{Act, Handles, Job, Recall, Source},
};
use model::{
    Button, Code, Fault, Means, ReadBack, SecretText, TreeLimits, TypeMode,
    keys::Modifiers,
    ui::{ElementId, ElementKey, Node, Role, Toggle, Tree, tree_text},
};
use testapps::ids::{self, form};

use crate::program::{Program, job, text_of};

const ALL: TreeLimits =
    TreeLimits { interactive_only: false, max_elements: 5000, max_depth: 64, query: None };

fn source(program: &Program) -> Handles {
    Handles::new(program.window().key)
}

fn tree(program: &Program) -> Tree {
    source(program).tree(&program.window(), None, &ALL, &job()).unwrap()
}

fn by_id(tree: &Tree, id: u16) -> Node {
    let id = id.to_string();
    tree.nodes.iter().find(|node| node.automation_id == id).cloned().unwrap_or_else(|| {
        panic!("no control {id} in\n{}", tree_text(tree));
    })
}

fn named(tree: &Tree, role: Role, name: &str) -> Node {
    tree.nodes.iter().find(|node| node.role == role && node.name == name).cloned().unwrap_or_else(|| {
        panic!("no {role} {name} in\n{}", tree_text(tree));
    })
}

fn act(program: &Program, node: &Node, act: &Act) -> Result<Means, Fault> {
    source(program).act(&node.key, act, &job())
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

#[test]
fn a_form_reads_as_a_person_sees_it() {
    let program = Program::start("form", &[]);
    let tree = tree(&program);
    let text = tree_text(&tree);
    eprintln!("{text}{:?}", tree.notes);
    for (id, role, name, value) in [
        (form::NAME, Role::Edit, "Name", Some("Ada Lovelace")),
        (form::NOTES, Role::Document, "Notes", Some("First line\r\nSecond line")),
        (form::PASSWORD, Role::Edit, "Password", None),
        (form::READ_ONLY, Role::Edit, "Serial number", Some("AB-1234")),
        (form::COUNTRY, Role::ComboBox, "Country", Some("Canada")),
        (form::CITY, Role::ComboBox, "City", Some("Vienna")),
        (form::FRUIT, Role::List, "", None),
        (form::VOLUME, Role::Slider, "Volume", Some("30")),
        (form::SUBMIT, Role::Button, "Submit", None),
        (form::SUBSCRIBE, Role::CheckBox, "Subscribe", None),
    ] {
        let node = by_id(&tree, id);
        assert_eq!(
            (node.role, node.name.as_str(), node.value.as_deref()),
            (role, name, value),
            "{id}\n{text}"
        );
    }
    assert!(!text.contains("correct horse"), "{text}");
    assert!(by_id(&tree, form::PASSWORD).states.password);
    assert!(by_id(&tree, form::READ_ONLY).states.read_only);
    assert!(by_id(&tree, form::DISABLED).states.disabled);
    assert_eq!(by_id(&tree, form::SUBSCRIBE).states.checked, Some(Toggle::On));
    assert_eq!(by_id(&tree, form::PARTIAL).states.checked, Some(Toggle::Mixed));
    assert_eq!(by_id(&tree, form::MEDIUM).states.selected, Some(true));
    assert_eq!(by_id(&tree, form::COUNTRY).states.expanded, Some(false));
    let hidden = form::HIDDEN.to_string();
    assert!(tree.nodes.iter().all(|node| node.automation_id != hidden), "{text}");
}

#[test]
fn items_of_lists_trees_tabs_and_bars_are_read_from_another_process() {
    let program = Program::start("form", &[]);
    let tree = tree(&program);
    assert_eq!(named(&tree, Role::ListItem, "Banana").states.selected, Some(true));
    assert_eq!(named(&tree, Role::ListItem, "Apple").states.selected, Some(false));
    let row = named(&tree, Role::ListItem, "photo.png");
    assert_eq!(row.value.as_deref(), Some("2 MB | Picture"));
    let header = named(&tree, Role::HeaderItem, "Size");
    assert!(!header.rect.is_empty() && header.rect.top <= row.rect.top, "{header:?} {row:?}");
    let computer = named(&tree, Role::TreeItem, "Computer");
    let documents = named(&tree, Role::TreeItem, "Documents");
    assert_eq!((computer.states.expanded, documents.states.expanded), (Some(true), Some(false)));
    assert_eq!(documents.depth, computer.depth + 1);
    assert!(tree.nodes.iter().all(|node| node.name != "Letters"), "it is in a closed one");
    assert_eq!(named(&tree, Role::TabItem, "General").states.selected, Some(true));
    assert_eq!(named(&tree, Role::Text, "Line 1, column 1").role, Role::Text);
}

#[test]
fn a_group_box_holds_its_radio_buttons_and_rows_are_read_from_the_left() {
    let program = Program::start("form", &[]);
    let tree = tree(&program);
    let place = |wanted: &str| tree.nodes.iter().position(|node| node.name == wanted).unwrap();
    let is_group = |node: &Node| node.role == Role::Group && node.name == "Size";
    let group = tree.nodes.iter().position(is_group).unwrap();
    let inside: Vec<_> = tree.nodes[group + 1..group + 4].iter().map(|node| node.name.as_str()).collect();
    assert_eq!(inside, ["Small", "Medium", "Large"]);
    assert_eq!(tree.nodes[group + 1].depth, tree.nodes[group].depth + 1);
    assert!(place("Submit") < place("Delete...") && place("Delete...") < place("Second window"));
}

#[test]
fn menus_are_read_or_it_is_said_that_they_cannot_be() {
    let program = Program::start("form", &[]);
    let tree = tree(&program);
    match tree.nodes.iter().find(|node| node.role == Role::MenuItem) {
        Some(_) => {
            let copy = named(&tree, Role::MenuItem, "Copy");
            act(&program, &copy, &Act::Invoke).unwrap();
            let mut program = program;
            program.wait_for("the command", |line| line["event"] == "menu" && line["id"] == form::MENU_COPY);
        }
        None => assert!(tree.notes.iter().any(|note| note.contains("Alt+F")), "{:?}", tree.notes),
    }
}

#[test]
fn every_element_reads_anew_as_the_tree_had_it() {
    let program = Program::start("form", &[]);
    let (mut source, window) = (source(&program), program.window());
    let tree = source.tree(&window, None, &ALL, &job()).unwrap();
    let mut new = Handles::new(window.key); // one that has seen no tree
    for node in &tree.nodes {
        for source in [&mut source, &mut new] {
            let read = source.read(&node.key, &job()).unwrap().unwrap_or_else(|| panic!("{node:?}"));
            assert_eq!((read.role, &read.name, &read.value), (node.role, &node.name, &node.value));
            assert_eq!((read.rect, &read.key), (node.rect, &node.key));
            assert_eq!(read.states.disabled, node.states.disabled);
        }
    }
}

#[test]
fn what_lies_at_a_point_is_found_down_to_the_item() {
    let program = Program::start("form", &[]);
    let (mut source, window) = (source(&program), program.window());
    let tree = source.tree(&window, None, &ALL, &job()).unwrap();
    for (role, name) in [
        (Role::ListItem, "Banana"),
        (Role::TreeItem, "Documents"),
        (Role::TabItem, "Details"),
        (Role::RadioButton, "Medium"),
        (Role::Button, "Not now"),
        (Role::Edit, "Password"),
        (Role::ComboBox, "City"),
    ] {
        let node = named(&tree, role, name);
        let found = source.at(&window, node.rect.center(), &job()).unwrap().unwrap();
        assert_eq!((found.role, found.name.as_str(), &found.key), (role, name, &node.key));
    }
    let row = named(&tree, Role::ListItem, "main.rs");
    let point = model::Point { x: row.rect.left + 10, y: row.rect.center().y };
    assert_eq!(source.at(&window, point, &job()).unwrap().unwrap().key, row.key);
}

#[test]
fn the_keyboard_goes_where_it_is_sent() {
    let program = Program::start("form", &[]);
    let (mut source, window) = (source(&program), program.window());
    let tree = source.tree(&window, None, &ALL, &job()).unwrap();
    for id in [form::NOTES, form::CITY, form::NAME] {
        let node = by_id(&tree, id);
        source.act(&node.key, &Act::Focus, &job()).unwrap();
        let focused = source.focused(&window, &job()).unwrap().unwrap();
        assert_eq!(focused.key, node.key);
        assert!(focused.states.focused);
    }
    let label = named(&tree, Role::Text, "Notes:");
    assert_eq!(source.act(&label.key, &Act::Focus, &job()).unwrap_err().code, Code::NotSupportedByTarget);
}

#[test]
fn buttons_boxes_and_radios_are_pressed_by_their_message() {
    let mut program = Program::start("form", &[]);
    let tree = tree(&program);
    act(&program, &by_id(&tree, form::SUBSCRIBE), &Act::Toggle).unwrap();
    act(&program, &by_id(&tree, form::LARGE), &Act::Select).unwrap();
    let after = self::tree(&program);
    assert_eq!(by_id(&after, form::SUBSCRIBE).states.checked, Some(Toggle::Off));
    assert_eq!(by_id(&after, form::LARGE).states.selected, Some(true));
    assert_eq!(by_id(&after, form::MEDIUM).states.selected, Some(false));
    act(&program, &by_id(&tree, form::SUBMIT), &Act::Invoke).unwrap();
    program.wait_for("the press", |line| line["event"] == "submitted");
    let fault = act(&program, &by_id(&tree, form::DISABLED), &Act::Invoke).unwrap_err();
    assert_eq!(fault.code, Code::ElementDisabled);
    let fault = act(&program, &by_id(&tree, form::SUBMIT), &Act::Expand).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
}

#[test]
fn a_press_that_opens_a_dialog_returns_at_once() {
    let mut program = Program::start("modal", &[]);
    let button = by_id(&tree(&program), ids::ACT_BUTTON);
    let start = Instant::now();
    assert_eq!(act(&program, &button, &Act::Invoke).unwrap(), Means::Message);
    assert!(start.elapsed() < Duration::from_secs(5));
    let opened = program.wait_for("the dialog", |line| line["event"] == "dialog_opened");
    let dialog = SystemDesk::default().info(opened["hwnd"].as_u64().unwrap()).unwrap();
    let mut inside = Handles::new(dialog.key);
    let tree = inside.tree(&dialog, None, &ALL, &job()).unwrap();
    let no = named(&tree, Role::Button, "No");
    let fault = act(&program, &button, &Act::Invoke).unwrap_err();
    assert_eq!(fault.code, Code::ElementDisabled, "its window waits for the dialog");
    inside.act(&no.key, &Act::Invoke, &job()).unwrap();
    program.wait_for("the answer", |line| line["event"] == "dialog_closed" && line["answer"] == "no");
}

#[test]
fn entries_items_and_tabs_are_chosen_and_the_program_is_told() {
    let mut program = Program::start("form", &[]);
    let tree = tree(&program);
    for (role, name, id) in [
        (Role::ListItem, "Cherry", form::FRUIT),
        (Role::ListItem, "main.rs", form::FILES),
        (Role::TreeItem, "Network", form::FOLDERS),
        (Role::TabItem, "Security", form::PAGES),
    ] {
        act(&program, &named(&tree, role, name), &Act::Select).unwrap();
        program.wait_for(name, |line| line["event"] == "selected" && line["id"] == id);
        assert_eq!(named(&self::tree(&program), role, name).states.selected, Some(true), "{name}");
    }
    act(&program, &by_id(&tree, form::COUNTRY), &Act::SetValue(secret("Österreich"))).unwrap();
    program.wait_for("the country", |line| line["event"] == "selected" && line["id"] == form::COUNTRY);
    let fault = act(&program, &by_id(&tree, form::COUNTRY), &Act::SetValue(secret("Atlantis"))).unwrap_err();
    assert_eq!(fault.code, Code::NotFound);
    assert!(!fault.message.contains("Atlantis"));
    assert_eq!(by_id(&self::tree(&program), form::COUNTRY).value.as_deref(), Some("Österreich"));
}

#[test]
fn trees_and_combo_boxes_open_and_close_and_show_what_is_in_them() {
    let program = Program::start("form", &[]);
    let first = tree(&program);
    act(&program, &named(&first, Role::TreeItem, "Documents"), &Act::Expand).unwrap();
    let letters = named(&tree(&program), Role::TreeItem, "Letters");
    act(&program, &named(&first, Role::TreeItem, "Computer"), &Act::Collapse).unwrap();
    assert!(tree(&program).nodes.iter().all(|node| node.name != "Documents"));
    assert!(source(&program).read(&letters.key, &job()).unwrap().is_some(), "closed, not gone");
    let country = by_id(&first, form::COUNTRY);
    act(&program, &country, &Act::Focus).unwrap();
    act(&program, &country, &Act::Expand).unwrap();
    let open = tree(&program);
    let denmark = named(&open, Role::ListItem, "Denmark");
    assert!(!denmark.rect.is_empty() && !denmark.states.offscreen, "{denmark:?}");
    act(&program, &denmark, &Act::Select).unwrap();
    act(&program, &country, &Act::Collapse).unwrap();
    assert_eq!(by_id(&tree(&program), form::COUNTRY).value.as_deref(), Some("Denmark"));
}

#[test]
fn text_goes_in_whole_and_the_program_is_told_of_it() {
    let mut program = Program::start("form", &[]);
    let tree = tree(&program);
    let (name, notes, password) =
        (by_id(&tree, form::NAME), by_id(&tree, form::NOTES), by_id(&tree, form::PASSWORD));
    let text = "Zoë 😀 שלום \"x\"";
    act(&program, &name, &Act::SetValue(secret(text))).unwrap();
    program.wait_for("the change", |line| line["event"] == "text" && line["id"] == form::NAME);
    assert_eq!(text_of(program.control(form::NAME)), text);
    act(&program, &notes, &Act::SetValue(secret("one\ntwo"))).unwrap();
    assert_eq!(source(&program).text(&notes.key, &job()).unwrap(), "one\r\ntwo");
    act(&program, &by_id(&tree, form::CITY), &Act::SetValue(secret("Bregenz"))).unwrap();
    assert_eq!(by_id(&self::tree(&program), form::CITY).value.as_deref(), Some("Bregenz"));
    act(&program, &by_id(&tree, form::VOLUME), &Act::SetValue(secret("70"))).unwrap();
    assert_eq!(by_id(&self::tree(&program), form::VOLUME).value.as_deref(), Some("70"));
    act(&program, &password, &Act::SetValue(secret("new secret"))).unwrap();
    let fault = source(&program).text(&password.key, &job()).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
    for (node, value, code) in [
        (&name, "two\nlines", Code::InvalidArgument),
        (&name, "a\0b", Code::InvalidArgument),
        (&by_id(&tree, form::READ_ONLY), "x", Code::NotSupportedByTarget),
        (&by_id(&tree, form::VOLUME), "101", Code::InvalidArgument),
        (&by_id(&tree, form::VOLUME), "loud", Code::InvalidArgument),
    ] {
        let fault = act(&program, node, &Act::SetValue(secret(value))).unwrap_err();
        assert_eq!(fault.code, code, "{value}");
        assert!(!fault.message.contains(value), "{fault}");
    }
    assert_eq!(text_of(program.control(form::NAME)), text);
}

#[test]
fn a_whole_act_types_and_clicks_without_the_keyboard_or_the_pointer() {
    let mut program = Program::start("form", &[]);
    let (window, tree) = (program.window(), tree(&program));
    let text = secret(&"Some words, none of them long. ".repeat(40));
    let aim = Aim { window: &window, node: Some(by_id(&tree, form::NOTES)), point: None };
    let typing = Action::Type { text: &text, mode: TypeMode::Insert, submit: false };
    let acted = perform(&typing, &aim, &mut source(&program), &mut SystemDesk::default(), &job()).unwrap();
    assert_eq!(acted.means, Means::Message);
    assert!(matches!(acted.read_back, Some(ReadBack::Holds { .. })), "{acted:?}");
    let aim = Aim { window: &window, node: Some(by_id(&tree, form::DELETE)), point: None };
    let click = Action::Click { button: Button::Left, count: 1, modifiers: Modifiers::default() };
    let acted = perform(&click, &aim, &mut source(&program), &mut SystemDesk::default(), &job()).unwrap();
    assert_eq!((acted.means, acted.opened.len()), (Means::Message, 1), "{acted:?}");
    program.wait_for("the dialog", |line| line["event"] == "dialog_opened");
}

#[test]
fn lists_and_trees_are_text_too() {
    let program = Program::start("form", &[]);
    let tree = tree(&program);
    let mut source = source(&program);
    let mut text = |id| source.text(&by_id(&tree, id).key, &job()).unwrap();
    assert!(text(form::FRUIT).starts_with("Apple\nBanana\n"));
    assert_eq!(text(form::FILES).lines().nth(1), Some("photo.png\t2 MB\tPicture"));
    assert_eq!(text(form::FOLDERS), "Computer\n  Documents\n  Pictures\nNetwork\n");
    assert_eq!(text(form::SUBMIT), "Submit");
}

#[test]
fn hostile_names_are_bounded_and_break_nothing() {
    let program = Program::start("names", &[]);
    let tree = tree(&program);
    assert_eq!(tree_text(&tree).lines().count(), tree.nodes.len());
    for node in &tree.nodes {
        assert!(node.name.chars().count() <= model::Facts::CHARS + 1, "{}", node.name.len());
        assert!(node.value.as_ref().is_none_or(|value| value.chars().count() <= 200));
    }
    let lying =
        tree.nodes.iter().find(|node| node.value.as_deref() == Some("short")).expect("the lying edit");
    let mut source = source(&program);
    // To ask that one for as much as it claims to have ends its own process: it has the system read beyond its text.
    for node in tree.nodes.iter().filter(|node| node.key != lying.key) {
        let text = source.text(&node.key, &job()).unwrap_or_else(|fault| panic!("{fault}: {node:?}"));
        assert!(text.chars().count() <= 1_000_000);
    }
}

#[test]
fn controls_that_go_away_are_left_out_and_counted() {
    let program = Program::start("vanish", &["--mode", "controls", "--after-reads", "20"]);
    let tree = tree(&program);
    assert!(tree.nodes.len() > 50, "{}", tree.nodes.len());
    assert!(tree.notes.iter().any(|note| note.contains("went away")), "{:?}", tree.notes);
}

#[test]
fn a_window_that_goes_away_is_said_to_be_gone() {
    for mode in ["window", "process"] {
        let program = Program::start("vanish", &["--mode", mode, "--after-reads", "20"]);
        let window = program.window();
        let fault = source(&program).tree(&window, None, &ALL, &job()).unwrap_err();
        assert_eq!(fault.code, Code::StaleElement, "{mode}: {fault}");
    }
}

#[test]
fn a_hung_window_gives_what_needs_no_answer_and_costs_no_more_than_the_time_given() {
    let mut program = Program::start("hang", &[]);
    let window = program.window();
    let edit = by_id(&tree(&program), ids::EDIT);
    let button = by_id(&tree(&program), ids::ACT_BUTTON);
    act(&program, &button, &Act::Invoke).unwrap();
    program.wait_for("the hang", |line| line["event"] == "hanging");
    let mut short = job();
    short.deadline = Instant::now() + Duration::from_millis(1500);
    let start = Instant::now();
    let tree = source(&program).tree(&window, None, &ALL, &short).unwrap();
    assert_eq!(named(&tree, Role::Button, "Press").automation_id, ids::SUBJECT.to_string());
    assert!(tree.notes.iter().any(|note| note.contains("does not answer")), "{:?}", tree.notes);
    short.deadline = Instant::now() + Duration::from_millis(500);
    let fault = source(&program).text(&edit.key, &short).unwrap_err();
    assert_eq!(fault.code, Code::TargetNotResponding);
    assert!(fault.message.contains("`Hang`"), "{fault}");
    short.deadline = Instant::now() + Duration::from_millis(500);
    let fault = source(&program).act(&edit.key, &Act::Focus, &short).unwrap_err();
    assert_eq!(fault.code, Code::TargetNotResponding);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_cancelled_call_reads_nothing() {
    let program = Program::start("form", &[]);
    let job = job();
    job.cancelled.store(true, Ordering::Relaxed);
    let fault = source(&program).tree(&program.window(), None, &ALL, &job).unwrap_err();
    assert_eq!(fault.code, Code::Cancelled);
}

#[test]
fn a_key_of_another_control_class_window_or_item_is_stale() {
    let program = Program::start("form", &[]);
    let tree = tree(&program);
    let name = by_id(&tree, form::NAME);
    let ElementId::Handle { handle, control, class } = name.key.id.clone() else { panic!("{name:?}") };
    let window = name.key.window;
    let other = ElementId::Handle { handle, control, class: "Button".into() };
    let renumbered = ElementId::Handle { handle, control: control + 1, class };
    let fruit = program.control(form::FRUIT);
    let folders = program.control(form::FOLDERS);
    let beyond = ElementId::Item { handle: fruit, path: vec![999] };
    let no_item = ElementId::Item { handle: folders, path: vec![0x1234_5678] };
    for id in [other, renumbered, beyond, no_item] {
        let key = ElementKey { window, id };
        assert_eq!(source(&program).read(&key, &job()).unwrap(), None, "{key:?}");
        let fault = source(&program).act(&key, &Act::Select, &job()).unwrap_err();
        assert_eq!(fault.code, Code::StaleElement, "{key:?}");
    }
}

#[test]
fn a_limit_of_elements_holds_and_a_part_can_be_asked_for() {
    let program = Program::start("controls", &["--count", "200"]);
    let (mut source, window) = (source(&program), program.window());
    let few = TreeLimits { interactive_only: false, max_elements: 10, ..TreeLimits::default() };
    let tree = source.tree(&window, None, &few, &job()).unwrap();
    assert_eq!((tree.nodes.len(), tree.cut), (10, true));
    let group = tree.nodes.iter().find(|node| node.role == Role::Group).unwrap();
    let part = source.tree(&window, Some(&group.key), &ALL, &job()).unwrap();
    assert_eq!((part.nodes[0].depth, &part.nodes[0].key), (0, &group.key));
    assert!(
        part.nodes.len() > 15 && part.nodes.iter().all(|node| node.name != "Group 2"),
        "{}",
        tree_text(&part)
    );
}

#[test]
fn a_control_scrolled_away_is_brought_into_view() {
    let program = Program::start("controls", &["--count", "400"]);
    let (mut source, window) = (source(&program), program.window());
    let tree = source.tree(&window, None, &ALL, &job()).unwrap();
    let last = tree.nodes.iter().rfind(|node| node.role == Role::Button).unwrap();
    assert!(last.states.offscreen && last.patterns.scroll_into_view, "{last:?}");
    source.act(&last.key, &Act::ScrollIntoView, &job()).unwrap();
    let now = source.read(&last.key, &job()).unwrap().unwrap();
    assert!(!now.states.offscreen && window.rect.contains(now.rect.center()), "{now:?}");
}

/// For those who want to know: run with `WINWARDEN_TEST_FIGURES` set; else it only looks that all are there.
#[test]
fn two_thousand_controls_are_read() {
    let program = Program::start("controls", &[]);
    let (mut source, window) = (source(&program), program.window());
    let rounds = if std::env::var_os("WINWARDEN_TEST_FIGURES").is_some() { 5 } else { 1 };
    for _ in 0..rounds {
        let start = Instant::now();
        let tree = source.tree(&window, None, &ALL, &job()).unwrap();
        let handles =
            tree.nodes.iter().filter(|node| matches!(node.key.id, ElementId::Handle { .. })).count();
        eprintln!("{} elements, {handles} of them controls: {:?}", tree.nodes.len(), start.elapsed());
        assert_eq!(handles, 2001, "{:?}", tree.notes);
        let interactive = TreeLimits { interactive_only: true, ..ALL };
        let start = Instant::now();
        let tree = source.tree(&window, None, &interactive, &job()).unwrap();
        eprintln!("{} of them to be operated: {:?}", tree.nodes.len(), start.elapsed());
        let start = Instant::now();
        let tree = source.tree(&window, None, &TreeLimits::default(), &job()).unwrap();
        eprintln!("{} by default: {:?}", tree.nodes.len(), start.elapsed());
        for recall in [Recall::Keep, Recall::Use, Recall::Use] {
            let start = Instant::now();
            let again = source.tree(&window, None, &ALL, &Job { recall, ..job() }).unwrap();
            eprintln!("{} with {recall:?}: {:?}", again.nodes.len(), start.elapsed());
        }
    }
    if rounds > 1 {
        let test = std::env::current_exe().unwrap();
        let bare = test.parent().unwrap().parent().unwrap().join("bareloop.exe");
        let hwnd = program.hwnd.to_string();
        for states in [&[] as &[&str], &["--states"]] {
            let output =
                std::process::Command::new(&bare).args(["--hwnd", &hwnd]).args(states).output().unwrap();
            eprintln!("bare loop: {}", String::from_utf8_lossy(&output.stdout));
        }
    }
}
