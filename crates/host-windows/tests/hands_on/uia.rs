//! UI Automation of a real program: Qt's `assistant.exe`, in the folder that `WINWARDEN_TEST_QT` names. Steps cost 0.1 s in
//! Wine, so trees are small here.

use std::{
    path::PathBuf,
    process::{Child, Command},
    time::{Duration, Instant},
};

use host_windows::{
    act::{Desk, SystemDesk},
    source::{Act, Job, Source, Uia},
};
use model::{
    Code, TreeLimits, WindowInfo,
    ui::{ElementId, Node, Role, Source as Origin},
};

use crate::program::{Program, Turn, job};

/// A Qt program alone on the desktop, ended when dropped.
struct Qt {
    child: Child,
    window: WindowInfo,
    _turn: Turn,
}

impl Qt {
    fn start(name: &str) -> Self {
        let folder =
            PathBuf::from(std::env::var_os("WINWARDEN_TEST_QT").expect("WINWARDEN_TEST_QT names no folder"));
        let turn = Turn::take();
        let child = Command::new(folder.join(name)).spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(60);
        let window = loop {
            let desk = SystemDesk::default();
            let tops = desk.tops().into_iter().filter_map(|top| desk.info(top));
            let own = tops.filter(|window| window.key.pid == child.id() && window.class.starts_with("Qt"));
            if let Some(window) = own.max_by_key(|window| window.rect.width()) {
                break window;
            }
            assert!(Instant::now() < until, "{name} shows no window");
            std::thread::sleep(Duration::from_millis(100));
        };
        std::thread::sleep(Duration::from_secs(2)); // it goes on building itself
        Self { child, window, _turn: turn }
    }
}

impl Drop for Qt {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_plain_window_is_seen_by_ui_automation_at_least_as_itself() {
    let program = Program::start("form", &[]);
    let window = program.window();
    let mut uia = Uia::new(window.key);
    let tree = uia.tree(&window, None, &TreeLimits::default(), &job()).unwrap();
    let own = tree.nodes.first().unwrap();
    assert_eq!((own.depth, own.name.as_str()), (0, window.title.as_str()));
    assert!(!own.states.disabled && !own.rect.is_empty(), "{own:?}");
    assert!(tree.nodes.iter().all(|node| !node.states.password || node.value.is_none()));
    assert_eq!(uia.read(&own.key, &job()).unwrap().unwrap().name, window.title);
}

#[test]
fn a_hung_window_costs_a_call_and_is_named() {
    let program = Program::start("hang", &["--hang-after", "1"]);
    let window = program.window();
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    let short = Job { deadline: start + Duration::from_secs(2), ..job() };
    let seen = Uia::new(window.key).tree(&window, None, &TreeLimits::default(), &short);
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    // The system may know of the window what it need not be asked for.
    if let Err(fault) = seen {
        assert_eq!(fault.code, Code::TargetNotResponding);
        assert!(fault.message.contains(&window.title), "{}", fault.message);
    }
}

/// The first elements of a tree, breadth first: the window, its bars, and what is in them.
const BARS: TreeLimits = TreeLimits { interactive_only: false, max_elements: 36, max_depth: 64, query: None };

#[test]
#[ignore = "needs Qt programs, in the folder that WINWARDEN_TEST_QT names"]
fn a_qt_program_is_seen_element_by_element_and_found_again_by_its_keys() {
    let qt = Qt::start("assistant.exe");
    let mut uia = Uia::new(qt.window.key);
    let tree = uia.tree(&qt.window, None, &BARS, &job()).unwrap();
    assert_eq!(
        (tree.source, tree.cut, tree.nodes.len()),
        (Origin::UiAutomation, true, 36),
        "{:?}",
        tree.notes
    );
    assert!(uia.calls() <= 38, "at most one call for each element, and two for the window: {}", uia.calls());
    let named = |role: Role, name: &str| {
        let found = tree.nodes.iter().find(|node| node.role == role && node.name == name);
        found.unwrap_or_else(|| panic!("{role} `{name}` in {tree:#?}")).clone()
    };
    let (file, forward) = (named(Role::MenuItem, "File"), named(Role::Button, "Forward"));
    assert!(forward.states.disabled && !named(Role::Button, "Back").states.disabled);
    assert!(matches!(file.key.id, ElementId::Runtime(_)));
    let keys: std::collections::HashSet<_> = tree.nodes.iter().map(|node| &node.key).collect();
    assert_eq!(keys.len(), tree.nodes.len(), "no two elements have one key");
    let inside = file.rect.intersection(qt.window.rect);
    assert!(!file.rect.is_empty() && inside == file.rect, "{:?} in {:?}", file.rect, qt.window.rect);

    let calls = uia.calls();
    assert_eq!(uia.read(&file.key, &job()).unwrap(), Some(Node { depth: 0, ..file.clone() }));
    assert_eq!(uia.calls(), calls + 1, "an element of a recent look is read in one call");
    assert_eq!(uia.text(&file.key, &job()).unwrap(), "File");
    let found = uia.at(&qt.window, file.rect.center(), &job()).unwrap().unwrap();
    assert_eq!(found.key, file.key);
    let fault = uia.act(&forward.key, &Act::Invoke, &job()).unwrap_err();
    assert_eq!(fault.code, Code::ElementDisabled);
    match uia.act(&file.key, &Act::Toggle, &job()) {
        Err(fault) => assert_eq!(fault.code, Code::NotSupportedByTarget),
        Ok(means) => panic!("a menu has no switch, but: {means:?}"),
    }
}

#[test]
#[ignore = "needs Qt programs, in the folder that WINWARDEN_TEST_QT names"]
fn an_element_of_a_qt_program_that_ended_is_gone() {
    let mut qt = Qt::start("assistant.exe");
    let mut uia = Uia::new(qt.window.key);
    let few = TreeLimits { max_elements: 3, ..BARS };
    let tree = uia.tree(&qt.window, None, &few, &job()).unwrap();
    let key = tree.nodes.last().unwrap().key.clone();
    qt.child.kill().unwrap();
    qt.child.wait().unwrap();
    match uia.read(&key, &job()) {
        Ok(found) => assert_eq!(found, None),
        Err(fault) => assert_eq!(fault.code, Code::TargetNotResponding),
    }
}
