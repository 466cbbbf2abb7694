mod values;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    Rect, SecretText, WindowState,
    ui::{ElementId, Role},
};
use windows::{
    Win32::{
        Foundation::{E_FAIL, E_NOTIMPL},
        UI::{Accessibility::*, WindowsAndMessaging::GetDesktopWindow},
    },
    core::HRESULT,
};

use super::{
    fake::{Bench, Value},
    *,
};

const TIMED_OUT: HRESULT = HRESULT(UIA_E_TIMEOUT.cast_signed());
const GONE: HRESULT = HRESULT(UIA_E_ELEMENTNOTAVAILABLE.cast_signed());

/// A window that does not exist, so that it answers no message.
const NOWHERE: u64 = 0x7FFF_FFF0;

fn job() -> Job {
    let deadline = Instant::now() + Duration::from_secs(10);
    Job { deadline, cancelled: Arc::default(), recall: crate::source::Recall::Nothing }
}

fn window(handle: u64, class: &str) -> WindowInfo {
    WindowInfo {
        reference: None,
        key: WindowKey { handle, pid: 7, started: 1 },
        title: "The window".into(),
        class: class.into(),
        process: "test.exe".into(),
        rect: Rect::new(0, 0, 400, 300),
        state: WindowState::Normal,
        foreground: true,
        responding: true,
    }
}

fn all() -> TreeLimits {
    TreeLimits { interactive_only: false, ..TreeLimits::default() }
}

/// A window with a tool bar that holds a button and a check box, and an edit.
fn form() -> Bench {
    let bench = Bench::default();
    let top = bench.add(None, UIA_WindowControlTypeId, "Form");
    bench.set(top, UIA_NativeWindowHandlePropertyId, Value::Int(i32::try_from(NOWHERE).unwrap()));
    let bar = bench.add(Some(top), UIA_ToolBarControlTypeId, "Bar");
    let save = bench.add(Some(bar), UIA_ButtonControlTypeId, "Save");
    bench.give(save, UIA_InvokePatternId, UIA_IsInvokePatternAvailablePropertyId);
    let loud = bench.add(Some(bar), UIA_CheckBoxControlTypeId, "Loud");
    bench.give(loud, UIA_TogglePatternId, UIA_IsTogglePatternAvailablePropertyId);
    bench.set(loud, UIA_ToggleToggleStatePropertyId, Value::Int(1));
    let note = bench.add(Some(top), UIA_EditControlTypeId, "Note");
    bench.give(note, UIA_ValuePatternId, UIA_IsValuePatternAvailablePropertyId);
    bench.set(note, UIA_ValueValuePropertyId, Value::Text("hello"));
    bench.set(note, UIA_AutomationIdPropertyId, Value::Text("note"));
    bench.set(note, UIA_BoundingRectanglePropertyId, Value::Rect([10.0, 20.0, 100.0, 30.0]));
    bench.install();
    bench
}

const SAVE: i32 = 2;
const LOUD: i32 = 3;
const NOTE: i32 = 4;

fn uia() -> Uia {
    Uia::new(window(NOWHERE, "Test").key)
}

fn key(id: i32) -> ElementKey {
    ElementKey { window: window(NOWHERE, "Test").key, id: ElementId::Runtime(vec![42, id]) }
}

fn tree(uia: &mut Uia, limits: &TreeLimits) -> Result<Tree, Fault> {
    uia.tree(&window(NOWHERE, "Test"), None, limits, &job())
}

fn shape(tree: &Tree) -> Vec<(u32, &str)> {
    tree.nodes.iter().map(|node| (node.depth, node.name.as_str())).collect()
}

const WHOLE_FORM: [(u32, &str); 5] = [(0, "Form"), (1, "Bar"), (2, "Save"), (2, "Loud"), (1, "Note")];

#[test]
fn uia_reads_a_whole_window_in_one_call() {
    let bench = form();
    let mut uia = uia();
    let tree = tree(&mut uia, &all()).unwrap();
    assert_eq!(shape(&tree), WHOLE_FORM);
    assert_eq!(bench.log(), ["ElementFromHandleBuildCache 0"]);
    assert_eq!(uia.calls(), 1);
    assert!(!tree.cut && tree.notes.is_empty());
}

#[test]
fn uia_tells_states_values_and_places() {
    let bench = form();
    bench.set(2, UIA_IsEnabledPropertyId, Value::Flag(false));
    let tree = tree(&mut uia(), &all()).unwrap();
    let [_, _, save, loud, note] = tree.nodes.as_slice() else { panic!("{tree:?}") };
    assert!(save.states.disabled && save.patterns.invoke);
    assert_eq!(loud.states.checked, Some(model::ui::Toggle::On));
    assert_eq!((note.role, note.value.as_deref()), (Role::Edit, Some("hello")));
    assert_eq!((note.automation_id.as_str(), note.rect), ("note", Rect::new(10, 20, 110, 50)));
    assert!(note.patterns.value && !note.states.disabled);
    assert_eq!(note.key, key(NOTE));
}

#[test]
fn uia_sets_the_time_outs_and_never_longer_than_the_job() {
    let bench = form();
    let mut uia = uia();
    let short = Job { deadline: Instant::now() + Duration::from_millis(300), ..job() };
    uia.tree(&window(NOWHERE, "Test"), None, &all(), &short).unwrap();
    let timeouts = bench.0.borrow().timeouts.clone();
    let [connection, transaction, later @ ..] = timeouts.as_slice() else { panic!("{timeouts:?}") };
    assert_eq!((*connection, *transaction), (2000, 2000));
    assert!(later.len() == 2 && later.iter().all(|timeout| *timeout <= 300), "{later:?}");
}

#[test]
fn uia_never_reads_the_value_of_a_password_field() {
    let bench = form();
    bench.set(4, UIA_IsPasswordPropertyId, Value::Flag(true));
    let mut uia = uia();
    let tree = tree(&mut uia, &all()).unwrap();
    let note = tree.nodes.last().unwrap();
    assert!(note.states.password && note.value.is_none());
    let fault = uia.text(&key(NOTE), &job()).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
    assert!(!fault.message.contains("hello"));
    uia.read(&key(NOTE), &job()).unwrap().unwrap();
    let world = bench.0.borrow();
    assert!(!world.read.contains(&(4, UIA_ValueValuePropertyId.0)));
    assert!(!world.log.iter().any(|call| call.starts_with("GetText")));
}

#[test]
fn uia_of_a_provider_that_gives_no_whole_tree_is_read_children_by_children() {
    for lacks in [true, false] {
        let bench = form();
        match lacks {
            true => bench.refuse("SetTreeScope", E_NOTIMPL),
            false => bench.refuse("ElementFromHandleBuildCache", E_FAIL),
        }
        let mut uia = uia();
        if !lacks {
            // The first, whole look fails; from then on it works.
            assert!(tree(&mut uia, &all()).is_err());
            bench.0.borrow_mut().refuses.clear();
            bench.log();
        }
        assert_eq!(shape(&tree(&mut uia, &all()).unwrap()), WHOLE_FORM);
        let calls = bench.log();
        assert_eq!(calls.iter().filter(|call| call.starts_with("FindAll")).count(), 5, "{calls:?}");
        assert_eq!(calls.len(), 6);
    }
}

#[test]
fn uia_of_a_browser_is_read_children_by_children_so_that_bars_and_tabs_stay() {
    let bench = Bench::default();
    let top = bench.add(None, UIA_WindowControlTypeId, "Browser");
    let document = bench.add(Some(top), UIA_DocumentControlTypeId, "Page");
    for _ in 0..50 {
        bench.add(Some(document), UIA_TextControlTypeId, "text");
    }
    bench.add(Some(top), UIA_EditControlTypeId, "Address bar");
    bench.add(Some(top), UIA_TabControlTypeId, "Tabs");
    bench.install();
    let limits = TreeLimits { max_elements: 10, ..all() };
    let tree = uia().tree(&window(NOWHERE, "Chrome_WidgetWin_1"), None, &limits, &job()).unwrap();
    let names: Vec<_> = tree.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!((names.len(), tree.cut), (10, true));
    assert!(names.ends_with(&["text", "Address bar", "Tabs"]), "{names:?}");
}

#[test]
fn uia_keeps_to_depth_and_number() {
    form();
    let tree_of = |limits: TreeLimits| tree(&mut uia(), &limits).unwrap();
    let flat = tree_of(TreeLimits { max_depth: 1, ..all() });
    assert_eq!(
        (shape(&flat).as_slice(), flat.cut),
        ([(0, "Form"), (1, "Bar"), (1, "Note")].as_slice(), true)
    );
    let few = tree_of(TreeLimits { max_elements: 4, ..all() });
    assert_eq!((few.nodes.len(), few.cut), (4, true));
}

#[test]
fn uia_leaves_out_and_counts_what_vanishes_meanwhile() {
    let bench = form();
    bench.refuse("SetTreeScope", E_NOTIMPL);
    bench.fail(1, GONE);
    let tree = tree(&mut uia(), &all()).unwrap();
    assert_eq!(shape(&tree), [(0, "Form"), (1, "Note")]);
    assert_eq!(tree.notes, ["1 element vanished while the window was read"]);
}

#[test]
fn uia_of_a_window_that_is_gone_is_stale() {
    let bench = form();
    bench.refuse("ElementFromHandleBuildCache", GONE);
    assert_eq!(tree(&mut uia(), &all()).unwrap_err().code, Code::StaleElement);
}

#[test]
fn uia_of_a_hung_provider_names_the_window_and_is_asked_once() {
    let bench = form();
    bench.refuse("ElementFromHandleBuildCache", TIMED_OUT);
    let mut uia = uia();
    let fault = tree(&mut uia, &all()).unwrap_err();
    assert_eq!(fault.code, Code::TargetNotResponding);
    assert!(fault.message.contains("`The window`"), "{}", fault.message);
    assert_eq!(uia.calls(), 1);
}

#[test]
fn uia_that_only_the_whole_takes_too_long_for_is_read_by_steps() {
    // SAFETY: takes nothing.
    let desktop = unsafe { GetDesktopWindow() }.0.expose_provenance() as u64;
    let bench = form();
    bench.refuse("BuildUpdatedCache", TIMED_OUT);
    let mut uia = Uia::new(window(desktop, "Test").key);
    let bar = ElementKey { window: window(desktop, "Test").key, id: ElementId::Runtime(vec![42, 1]) };
    uia.tree(&window(desktop, "Test"), None, &all(), &job()).unwrap();
    assert_eq!(uia.way, None);
    let read = uia.tree(&window(desktop, "Test"), Some(&bar), &all(), &job());
    assert_eq!(read.unwrap_err().code, Code::TargetNotResponding);
    assert_eq!(uia.way, Some(Way::Steps), "the window answers, so it is tried piece by piece");
}

#[test]
fn uia_refuses_to_begin_with_a_hung_window_where_nothing_bounds_its_calls() {
    let bench = form();
    bench.lack_what_wine_lacks();
    assert_eq!(tree(&mut uia(), &all()).unwrap_err().code, Code::TargetNotResponding);
    assert!(bench.log().is_empty());
}

#[test]
fn uia_past_the_deadline_asks_nothing_and_a_cancel_is_told() {
    let bench = form();
    let late = Job { deadline: Instant::now(), ..job() };
    let fault = uia().tree(&window(NOWHERE, "Test"), None, &all(), &late).unwrap_err();
    assert_eq!(fault.code, Code::TargetNotResponding);
    let cancelled = job();
    cancelled.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    let fault = uia().tree(&window(NOWHERE, "Test"), None, &all(), &cancelled).unwrap_err();
    assert_eq!(fault.code, Code::Cancelled);
    assert!(bench.log().is_empty());
}

#[test]
fn uia_gives_a_partial_tree_when_the_time_runs_out() {
    let bench = form();
    bench.refuse("SetTreeScope", E_NOTIMPL);
    let mut uia = uia();
    let short = Job { deadline: Instant::now() + Duration::from_millis(120), ..job() };
    bench.0.borrow_mut().slow = Duration::from_millis(45);
    let tree = uia.tree(&window(NOWHERE, "Test"), None, &all(), &short).unwrap();
    assert!(tree.cut && tree.nodes.len() > 1 && tree.nodes.len() < 5, "{tree:?}");
    assert_eq!(tree.notes, [format!("the time was up after {} elements", tree.nodes.len())]);
    assert!(Instant::now() < short.deadline);
}

#[test]
fn uia_without_runtime_ids_names_elements_by_their_places() {
    let bench = form();
    for place in 0..5 {
        bench.unset(place, UIA_RuntimeIdPropertyId);
    }
    let mut uia = uia();
    let tree = tree(&mut uia, &all()).unwrap();
    let ids: Vec<_> = tree.nodes.iter().map(|node| node.key.id.clone()).collect();
    let path = |path: &[u32]| ElementId::Path(path.to_vec());
    assert_eq!(ids, [path(&[]), path(&[0]), path(&[0, 0]), path(&[0, 1]), path(&[1])]);
    let loud = ElementKey { window: window(NOWHERE, "Test").key, id: path(&[0, 1]) };
    let found = super::Uia::new(loud.window).read(&loud, &job()).unwrap().unwrap();
    assert_eq!(found.name, "Loud", "another look finds it by walking there");
}

#[test]
fn uia_tells_apart_elements_to_which_a_provider_gave_one_id() {
    let bench = form();
    bench.set(3, UIA_RuntimeIdPropertyId, Value::Ints(vec![42, SAVE]));
    let tree = tree(&mut uia(), &all()).unwrap();
    assert_eq!(shape(&tree), WHOLE_FORM);
    assert_eq!(tree.nodes[3].key.id, ElementId::Path(vec![0, 1]));
}

#[test]
fn uia_finds_an_element_of_a_recent_look_in_one_call_and_any_other_by_its_runtime_id() {
    let bench = form();
    let mut first = uia();
    tree(&mut first, &all()).unwrap();
    bench.log();
    assert_eq!(first.read(&key(SAVE), &job()).unwrap().unwrap().name, "Save");
    assert_eq!(bench.log(), ["BuildUpdatedCache 2"]);
    assert_eq!(uia().read(&key(SAVE), &job()).unwrap().unwrap().name, "Save");
    assert_eq!(bench.log(), ["ElementFromHandleBuildCache 0", "FindFirstBuildCache 0"]);
    bench.refuse("CreatePropertyCondition", E_NOTIMPL);
    assert_eq!(uia().read(&key(SAVE), &job()).unwrap().unwrap().name, "Save");
    assert!(bench.log().iter().any(|call| call == "FindAllBuildCache 1"), "it is searched by reading");
}

#[test]
fn uia_finds_nothing_where_an_element_is_gone_or_another_has_its_place() {
    let bench = form();
    let mut uia = uia();
    tree(&mut uia, &all()).unwrap();
    assert_eq!(uia.read(&key(99), &job()).unwrap(), None);
    bench.fail(2, GONE);
    assert_eq!(uia.read(&key(SAVE), &job()).unwrap(), None);
    assert_eq!(uia.act(&key(SAVE), &Act::Invoke, &job()).unwrap_err().code, Code::StaleElement);
    bench.set(3, UIA_RuntimeIdPropertyId, Value::Ints(vec![42, 77]));
    assert_eq!(uia.read(&key(LOUD), &job()).unwrap(), None);
}

#[test]
fn uia_tells_the_element_at_a_point_and_with_the_keyboard_if_it_is_of_this_window() {
    let bench = form();
    let other = bench.add(None, UIA_ButtonControlTypeId, "Elsewhere");
    bench.set(other, UIA_NativeWindowHandlePropertyId, Value::Int(0x55));
    let mut uia = uia();
    let (window, point) = (window(NOWHERE, "Test"), Point { x: 1, y: 1 });
    bench.0.borrow_mut().here = Some(2);
    assert_eq!(uia.at(&window, point, &job()).unwrap().unwrap().key, key(SAVE));
    assert_eq!(uia.focused(&window, &job()).unwrap().unwrap().name, "Save");
    bench.0.borrow_mut().here = Some(other);
    assert_eq!(uia.at(&window, point, &job()).unwrap(), None);
    assert_eq!(uia.focused(&window, &job()).unwrap(), None);
}

#[test]
fn uia_without_element_from_point_goes_down_by_rectangles() {
    let bench = form();
    bench.refuse("ElementFromPointBuildCache", E_NOTIMPL);
    bench.set(0, UIA_BoundingRectanglePropertyId, Value::Rect([0.0, 0.0, 400.0, 300.0]));
    bench.set(1, UIA_BoundingRectanglePropertyId, Value::Rect([0.0, 0.0, 400.0, 15.0]));
    let window = window(NOWHERE, "Test");
    let mut uia = uia();
    let mut at = |x, y| uia.at(&window, Point { x, y }, &job()).unwrap().map(|node| node.name);
    assert_eq!(at(15, 25).as_deref(), Some("Note"));
    assert_eq!(at(15, 5).as_deref(), Some("Bar"));
    assert_eq!(at(200, 200).as_deref(), Some("Form"));
    assert_eq!(at(500, 5), None);
}

#[test]
fn uia_reads_text_from_the_text_pattern_then_the_value_then_the_name() {
    let bench = form();
    let mut uia = uia();
    assert_eq!(uia.text(&key(SAVE), &job()).unwrap(), "Save");
    assert_eq!(uia.text(&key(NOTE), &job()).unwrap(), "hello");
    bench.give(4, UIA_TextPatternId, UIA_IsTextPatternAvailablePropertyId);
    assert_eq!(uia.text(&key(NOTE), &job()).unwrap(), "at most 1000000");
    bench.refuse("GetCurrentPattern", E_NOTIMPL);
    assert_eq!(uia.text(&key(NOTE), &job()).unwrap(), "hello");
    bench.unset(4, UIA_ValueValuePropertyId);
    let fault = uia.text(&key(NOTE), &job()).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget, "a field's name is not its content");
}

#[test]
fn uia_without_reading_a_window_at_once_finds_it_first_and_then_reads_it() {
    let bench = form();
    bench.refuse("ElementFromHandleBuildCache", E_NOTIMPL);
    let mut uia = uia();
    assert_eq!(shape(&tree(&mut uia, &all()).unwrap()), WHOLE_FORM);
    assert_eq!(bench.log(), ["ElementFromHandleBuildCache 0", "ElementFromHandle 0", "BuildUpdatedCache 0"]);
    tree(&mut uia, &all()).unwrap();
    assert_eq!(
        bench.log(),
        ["ElementFromHandle 0", "BuildUpdatedCache 0"],
        "what is missing is asked for once"
    );
}

/// What an act on an element made the provider do.
fn done(bench: &Bench, place: i32, act: Act) -> Result<Vec<String>, Fault> {
    let mut uia = uia();
    tree(&mut uia, &all()).unwrap();
    bench.log();
    uia.act(&key(place), &act, &job()).map(|means| {
        assert_eq!(means, Means::Pattern);
        let calls = bench.log();
        calls
            .into_iter()
            .filter(|call| !call.starts_with("BuildUpdated") && !call.starts_with("Get"))
            .collect()
    })
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text.into())
}

#[test]
fn uia_chooses_the_pattern_that_is_made_for_the_act() {
    let bench = form();
    assert_eq!(done(&bench, SAVE, Act::Invoke).unwrap(), ["Invoke 2"]);
    assert_eq!(done(&bench, LOUD, Act::Toggle).unwrap(), ["Toggle 3"]);
    assert_eq!(done(&bench, NOTE, Act::SetValue(secret("new"))).unwrap(), ["SetValue 4", "value=new"]);
    assert_eq!(done(&bench, NOTE, Act::Focus).unwrap(), ["SetFocus 4"]);
    bench.give(1, UIA_ExpandCollapsePatternId, UIA_IsExpandCollapsePatternAvailablePropertyId);
    bench.set(1, UIA_ExpandCollapseExpandCollapseStatePropertyId, Value::Int(0));
    assert_eq!(done(&bench, 1, Act::Expand).unwrap(), ["Expand 1"]);
    assert_eq!(done(&bench, 1, Act::Collapse).unwrap(), [""; 0], "it is closed already");
    bench.give(2, UIA_SelectionItemPatternId, UIA_IsSelectionItemPatternAvailablePropertyId);
    assert_eq!(done(&bench, SAVE, Act::Select).unwrap(), ["Select 2"]);
    bench.give(2, UIA_ScrollItemPatternId, UIA_IsScrollItemPatternAvailablePropertyId);
    assert_eq!(done(&bench, SAVE, Act::ScrollIntoView).unwrap(), ["ScrollIntoView 2"]);
}

#[test]
fn uia_invokes_by_the_older_interface_only_where_it_tells_what_a_click_does() {
    let bench = form();
    bench.0.borrow_mut().things[1].patterns.insert(UIA_LegacyIAccessiblePatternId.0);
    assert_eq!(done(&bench, 1, Act::Invoke).unwrap_err().code, Code::NotSupportedByTarget);
    bench.set(1, UIA_LegacyIAccessibleDefaultActionPropertyId, Value::Text("Press"));
    assert_eq!(done(&bench, 1, Act::Invoke).unwrap(), ["DoDefaultAction 1"]);
}

#[test]
fn uia_sets_numbers_in_range_and_refuses_others_without_repeating_them() {
    let bench = form();
    bench.give(1, UIA_RangeValuePatternId, UIA_IsRangeValuePatternAvailablePropertyId);
    bench.set(1, UIA_RangeValueMinimumPropertyId, Value::Number(0.0));
    bench.set(1, UIA_RangeValueMaximumPropertyId, Value::Number(10.0));
    assert_eq!(done(&bench, 1, Act::SetValue(secret(" 7.5"))).unwrap(), ["SetValue 1", "number=7.5"]);
    for bad in ["11", "-1", "seven", "", "NaN"] {
        let fault = done(&bench, 1, Act::SetValue(secret(bad))).unwrap_err();
        assert_eq!(fault.code, Code::InvalidArgument, "{bad}");
        assert_eq!(fault.message, "`value` must be a number from 0 to 10 for ToolBar `Bar`");
    }
}

#[test]
fn uia_scrolls_three_lines_for_a_notch_and_only_where_it_can() {
    let bench = form();
    bench.give(1, UIA_ScrollPatternId, UIA_IsScrollPatternAvailablePropertyId);
    bench.set(1, UIA_ScrollVerticallyScrollablePropertyId, Value::Flag(true));
    let lines = done(&bench, 1, Act::Scroll { x: 0, y: -2 }).unwrap();
    let by = format!("by={},{}", ScrollAmount_NoAmount.0, ScrollAmount_SmallDecrement.0);
    assert_eq!(lines.iter().filter(|line| **line == by).count(), 6);
    let fault = done(&bench, 1, Act::Scroll { x: 1, y: 0 }).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
}

#[test]
fn uia_does_not_act_on_what_is_disabled_read_only_or_lacks_the_pattern() {
    let bench = form();
    bench.set(4, UIA_ValueIsReadOnlyPropertyId, Value::Flag(true));
    assert_eq!(done(&bench, NOTE, Act::SetValue(secret("x"))).unwrap_err().code, Code::NotSupportedByTarget);
    assert_eq!(done(&bench, SAVE, Act::Toggle).unwrap_err().code, Code::NotSupportedByTarget);
    let fault = done(&bench, NOTE, Act::InsertText(secret("hush"))).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
    assert!(!fault.message.contains("hush"));
    bench.set(2, UIA_IsEnabledPropertyId, Value::Flag(false));
    assert_eq!(done(&bench, SAVE, Act::Invoke).unwrap_err().code, Code::ElementDisabled);
    let calls = bench.log();
    assert!(
        !calls.iter().any(|call| call.starts_with("Invoke") || call.starts_with("SetValue")),
        "{calls:?}"
    );
}

#[test]
fn uia_tells_that_this_windows_lacks_patterns() {
    let bench = form();
    bench.refuse("GetCurrentPattern", E_NOTIMPL);
    let fault = done(&bench, SAVE, Act::Invoke).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
    assert!(fault.message.starts_with("this Windows gives no UI Automation patterns"), "{}", fault.message);
}

#[test]
fn uia_of_a_target_that_hangs_in_the_act_says_that_it_may_have_acted() {
    let bench = form();
    for (failure, code) in [(TIMED_OUT, Code::TargetNotResponding), (GONE, Code::StaleElement)] {
        bench.refuse("Invoke", failure);
        let fault = done(&bench, SAVE, Act::Invoke).unwrap_err();
        assert_eq!(fault.code, code);
        assert!(fault.message.ends_with("may have done so"), "{}", fault.message);
    }
}
