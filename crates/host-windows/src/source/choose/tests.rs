use std::{cell::RefCell, rc::Rc, sync::Arc};

use model::{
    WindowState,
    ui::{Patterns, Role, States, WindowKey},
};

use super::*;

const WINDOW: WindowKey = WindowKey { handle: 0x10, pid: 7, started: 1 };

/// What a source does when it is asked.
#[derive(Clone)]
enum Does {
    Shows(Vec<Node>),
    Fails(Code),
}

/// A source of few lines that writes down what it was asked.
struct Fake {
    name: &'static str,
    does: Rc<RefCell<Does>>,
    asked: Rc<RefCell<Vec<String>>>,
}

impl Fake {
    fn answer(&self, what: &str, key: Option<&ElementKey>) -> Result<Vec<Node>, Fault> {
        self.asked.borrow_mut().push(format!("{} {what}", self.name));
        match &*self.does.borrow() {
            Does::Fails(code) => Err(Fault::new(*code, "fails")),
            Does::Shows(nodes) => {
                let start = key.map_or(0, |key| nodes.iter().position(|node| node.key == *key).unwrap_or(0));
                let depth = nodes.get(start).map_or(0, |node| node.depth);
                let part = nodes.iter().take(subtree_end(nodes, start)).skip(start);
                Ok(part.map(|node| Node { depth: node.depth - depth, ..node.clone() }).collect())
            }
        }
    }
}

impl Source for Fake {
    fn tree(
        &mut self,
        _: &WindowInfo,
        root: Option<&ElementKey>,
        _: &TreeLimits,
        _: &Job,
    ) -> Result<Tree, Fault> {
        self.answer("tree", root).map(|nodes| Tree { nodes, ..Tree::default() })
    }

    fn read(&mut self, key: &ElementKey, _: &Job) -> Result<Option<Node>, Fault> {
        Ok(self.answer("read", Some(key))?.into_iter().next())
    }

    fn at(&mut self, _: &WindowInfo, point: Point, _: &Job) -> Result<Option<Node>, Fault> {
        Ok(self.answer("at", None)?.into_iter().rfind(|node| node.rect.contains(point)))
    }

    fn focused(&mut self, _: &WindowInfo, _: &Job) -> Result<Option<Node>, Fault> {
        Ok(self.answer("focused", None)?.into_iter().find(|node| node.states.focused))
    }

    fn text(&mut self, key: &ElementKey, _: &Job) -> Result<String, Fault> {
        self.answer("text", Some(key)).map(|_| self.name.to_owned())
    }

    fn act(&mut self, key: &ElementKey, _: &Act, _: &Job) -> Result<Means, Fault> {
        self.answer("act", Some(key)).map(|_| Means::Pattern)
    }
}

/// A window with two sources, and what they are and were asked.
struct Bench {
    source: WindowSource,
    window: WindowInfo,
    automation: Rc<RefCell<Does>>,
    handles: Rc<RefCell<Does>>,
    asked: Rc<RefCell<Vec<String>>>,
}

impl Bench {
    fn new(class: &str, automation: Does, handles: Does) -> Self {
        let asked = Rc::new(RefCell::new(Vec::new()));
        let (automation, handles) = (Rc::new(RefCell::new(automation)), Rc::new(RefCell::new(handles)));
        let fake = |name, does: &Rc<RefCell<Does>>| {
            Box::new(Fake { name, does: Rc::clone(does), asked: Rc::clone(&asked) })
        };
        let source = WindowSource::of(fake("automation", &automation), fake("handles", &handles));
        let window = WindowInfo {
            reference: None,
            key: WINDOW,
            title: "Test".into(),
            class: class.into(),
            process: "test.exe".into(),
            rect: Rect::new(0, 0, 400, 300),
            state: WindowState::Normal,
            foreground: true,
            responding: true,
        };
        Self { source, window, automation, handles, asked }
    }

    fn tree(&mut self) -> Result<Tree, Fault> {
        self.source.tree(&self.window, None, &all(), &job())
    }

    fn asked(&self) -> Vec<String> {
        self.asked.take()
    }
}

fn all() -> TreeLimits {
    TreeLimits { interactive_only: false, ..TreeLimits::default() }
}

fn job() -> Job {
    Job {
        deadline: Instant::now() + Duration::from_secs(5),
        cancelled: Arc::default(),
        recall: crate::source::Recall::Nothing,
    }
}

fn node(id: ElementId, depth: u32, name: &str, rect: [i32; 4]) -> Node {
    Node {
        reference: None,
        key: ElementKey { window: WINDOW, id },
        depth,
        role: Role::Pane,
        name: name.into(),
        automation_id: String::new(),
        value: None,
        rest: None,
        states: States::default(),
        patterns: Patterns::default(),
        rect: rect.into(),
    }
}

fn control(handle: u64, class: &str, depth: u32, rect: [i32; 4]) -> Node {
    node(ElementId::Handle { handle, control: 0, class: class.into() }, depth, class, rect)
}

fn drawn(id: i32, depth: u32, name: &str, rect: [i32; 4]) -> Node {
    node(ElementId::Runtime(vec![42, id]), depth, name, rect)
}

const WHOLE: [i32; 4] = [0, 0, 400, 300];
const PART: [i32; 4] = [10, 10, 100, 100];
const SMALL: [i32; 4] = [20, 20, 40, 40];

fn handles_of(class: &str) -> Does {
    Does::Shows(vec![control(0x10, "Top", 0, WHOLE), control(0x11, class, 1, PART)])
}

fn two_drawn() -> Does {
    Does::Shows(vec![drawn(1, 0, "top", WHOLE), drawn(2, 1, "area", PART), drawn(3, 2, "button", SMALL)])
}

fn names(tree: &Tree) -> Vec<(u32, &str)> {
    tree.nodes.iter().map(|node| (node.depth, node.name.as_str())).collect()
}

#[test]
fn a_classic_window_is_seen_by_its_handles_and_nothing_else_is_asked() {
    for class in ["#32770", "Notepad", "WinwardenTest.form"] {
        let mut bench = Bench::new(class, two_drawn(), handles_of("Edit"));
        assert_eq!(names(&bench.tree().unwrap()), [(0, "Top"), (1, "Edit")]);
        assert_eq!(bench.asked(), ["handles tree"], "{class}");
    }
}

#[test]
fn a_window_that_draws_its_own_controls_is_seen_by_ui_automation() {
    let only_window = Does::Shows(vec![control(0x10, "Qt650QWindowIcon", 0, WHOLE)]);
    let mut bench = Bench::new("Qt650QWindowIcon", two_drawn(), only_window);
    let tree = bench.tree().unwrap();
    assert_eq!(names(&tree), [(0, "top"), (1, "area"), (2, "button")]);
    assert!(tree.notes.is_empty());
}

#[test]
fn an_unknown_window_is_seen_by_the_source_that_sees_more_and_that_is_remembered() {
    let mut bench = Bench::new("Strange", two_drawn(), handles_of("StrangeArea"));
    assert_eq!(bench.tree().unwrap().nodes.len(), 3);
    assert_eq!(bench.source.chosen, Some(Choice::Automation));
    let only_window = Does::Shows(vec![drawn(1, 0, "top", WHOLE)]);
    let mut bench = Bench::new("Strange", only_window, handles_of("StrangeArea"));
    assert_eq!(names(&bench.tree().unwrap()), [(0, "Top"), (1, "StrangeArea")]);
    bench.asked();
    bench.tree().unwrap();
    assert_eq!(bench.asked(), ["handles tree"], "it was asked already, and saw less");
}

#[test]
fn a_window_that_turns_empty_is_considered_anew() {
    let mut bench = Bench::new("Strange", two_drawn(), handles_of("Edit"));
    assert_eq!(bench.tree().unwrap().nodes.len(), 2);
    *bench.handles.borrow_mut() = Does::Shows(vec![control(0x10, "Top", 0, WHOLE)]);
    assert_eq!(bench.tree().unwrap().nodes.len(), 3);
    *bench.automation.borrow_mut() = Does::Shows(vec![drawn(1, 0, "top", WHOLE)]);
    *bench.handles.borrow_mut() = handles_of("Edit");
    assert_eq!(names(&bench.tree().unwrap()), [(0, "Top"), (1, "Edit")]);
}

#[test]
fn a_drawn_part_of_a_classic_window_is_filled_by_ui_automation() {
    let handles = Does::Shows(vec![
        control(0x10, "#32770", 0, WHOLE),
        control(0x11, "Chrome_WidgetWin_1", 1, PART),
        control(0x12, "Chrome_RenderWidgetHostHWND", 2, PART),
        control(0x13, "Button", 1, SMALL),
    ]);
    let mut bench = Bench::new("#32770", two_drawn(), handles);
    let tree = bench.tree().unwrap();
    let expected = [(0, "#32770"), (1, "Chrome_WidgetWin_1"), (2, "area"), (3, "button"), (1, "Button")];
    assert_eq!(names(&tree), expected);
    assert_eq!(tree.source, Origin::Both);
}

#[test]
fn a_classic_control_that_ui_automation_does_not_list_is_added() {
    let handles = Does::Shows(vec![
        control(0x10, "Qt650QWindowIcon", 0, WHOLE),
        control(0x11, "Edit", 1, [200, 200, 300, 220]),
        control(0x12, "Button", 1, SMALL), // listed: the drawn button is there
    ]);
    let mut bench = Bench::new("Qt650QWindowIcon", two_drawn(), handles);
    let tree = bench.tree().unwrap();
    assert_eq!(names(&tree), [(0, "top"), (1, "area"), (2, "button"), (1, "Edit")]);
    assert_eq!(tree.source, Origin::Both);
}

#[test]
fn a_merged_tree_keeps_to_the_limits() {
    let mut bench = Bench::new("#32770", two_drawn(), handles_of("Chrome_WidgetWin_1"));
    let limits = TreeLimits { max_elements: 3, ..all() };
    let tree = bench.source.tree(&bench.window, None, &limits, &job()).unwrap();
    assert_eq!((tree.nodes.len(), tree.cut), (3, true));
    let limits = TreeLimits { max_depth: 2, ..all() };
    let tree = bench.source.tree(&bench.window, None, &limits, &job()).unwrap();
    assert_eq!((tree.nodes.len(), tree.cut), (3, true));
}

#[test]
fn ui_automation_that_hangs_falls_back_with_a_note_and_then_rests() {
    let mut bench =
        Bench::new("Qt650QWindowIcon", Does::Fails(Code::TargetNotResponding), handles_of("Edit"));
    let tree = bench.tree().unwrap();
    assert_eq!(tree.notes, ["UI Automation did not answer; this is what the window's handles show"]);
    assert_eq!(bench.asked(), ["automation tree", "handles tree"]);
    bench.tree().unwrap();
    assert_eq!(bench.asked(), ["handles tree"], "a source that hung is left alone for a while");
}

#[test]
fn where_both_fail_the_fault_is_told() {
    let fails = Does::Fails(Code::TargetNotResponding);
    let mut bench = Bench::new("Qt650QWindowIcon", fails.clone(), fails.clone());
    assert_eq!(bench.tree().unwrap_err().code, Code::TargetNotResponding);
    let mut bench = Bench::new("#32770", two_drawn(), fails);
    assert_eq!(bench.tree().unwrap_err().code, Code::TargetNotResponding);
}

#[test]
fn ui_automation_leaves_time_for_the_handles() {
    let mut bench = Bench::new("Qt650QWindowIcon", two_drawn(), handles_of("Edit"));
    for (seconds, kept) in [(10, Duration::from_millis(990)), (1, Duration::from_millis(490))] {
        let job = Job { deadline: Instant::now() + Duration::from_secs(seconds), ..job() };
        let given = bench.source.ask_automation(&bench.window, &job, |_, job| Ok(job.deadline)).unwrap();
        assert!(given + kept < job.deadline, "{seconds}");
        assert!(given + 2 * kept > job.deadline, "{seconds}");
    }
}

#[test]
fn a_cancelled_call_is_no_reason_to_ask_the_other_source() {
    let mut bench = Bench::new("Qt650QWindowIcon", Does::Fails(Code::Cancelled), handles_of("Edit"));
    assert_eq!(bench.tree().unwrap_err().code, Code::Cancelled);
    assert_eq!(bench.asked(), ["automation tree"]);
}

#[test]
fn keys_go_to_the_source_that_made_them() {
    let mut bench = Bench::new("#32770", two_drawn(), handles_of("Edit"));
    let key = |node: Node| node.key;
    let handle = key(control(0x11, "Edit", 1, PART));
    let item = key(node(ElementId::Item { handle: 0x11, path: vec![1] }, 1, "", PART));
    let path = key(node(ElementId::Path(vec![0]), 1, "", PART));
    for (key, maker) in [
        (handle, "handles"),
        (item, "handles"),
        (key(drawn(2, 1, "", PART)), "automation"),
        (path, "automation"),
    ] {
        assert_eq!(bench.source.text(&key, &job()).unwrap(), maker);
        bench.source.read(&key, &job()).unwrap();
        bench.source.act(&key, &Act::Invoke, &job()).unwrap();
        let asked = bench.asked();
        assert!(asked.len() == 3 && asked.iter().all(|asked| asked.starts_with(maker)), "{asked:?}");
    }
}

#[test]
fn a_point_is_looked_up_where_the_tree_came_from() {
    let point = Point { x: 25, y: 25 };
    let at = |class: &str, handles: Does| {
        let mut bench = Bench::new(class, two_drawn(), handles);
        bench.source.at(&bench.window.clone(), point, &job()).unwrap().unwrap().name
    };
    assert_eq!(at("#32770", handles_of("Edit")), "Edit");
    assert_eq!(at("#32770", handles_of("Chrome_WidgetWin_1")), "button");
    assert_eq!(
        at("Qt650QWindowIcon", Does::Shows(vec![control(0x10, "Qt650QWindowIcon", 0, WHOLE)])),
        "button"
    );
    // Native controls in a drawn window: UI Automation's word counts where it sees them, too.
    assert_eq!(at("Qt650QWindowIcon", handles_of("Edit")), "button");
    let tiny = Does::Shows(vec![control(0x10, "Top", 0, WHOLE), control(0x11, "Edit", 1, [24, 24, 27, 27])]);
    assert_eq!(at("Qt650QWindowIcon", tiny), "Edit");
}
