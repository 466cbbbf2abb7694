//! A window of many controls, which two threads read.

use std::time::{Duration, Instant};

use host_windows::source::{Handles, Job, Source};
use model::{TreeLimits, WindowInfo, ui::Node};
use windows::Win32::{
    Foundation::{CloseHandle, HANDLE},
    System::Threading::{OpenThread, ResumeThread, SuspendThread, THREAD_SUSPEND_RESUME},
    UI::WindowsAndMessaging::GetWindowThreadProcessId,
};

use crate::program::{Program, hwnd, job};

const ALL: TreeLimits =
    TreeLimits { interactive_only: false, max_elements: 5000, max_depth: 64, query: None };

/// A window whose thread is stopped; it goes on when this is dropped.
struct Stopped(HANDLE);

impl Stopped {
    fn of(program: &Program) -> Self {
        // SAFETY: takes any window.
        let thread = unsafe { GetWindowThreadProcessId(hwnd(program.hwnd), None) };
        // SAFETY: takes any thread number; the handle is closed when this is dropped.
        let thread = unsafe { OpenThread(THREAD_SUSPEND_RESUME, false, thread) }.unwrap();
        // SAFETY: the handle is live.
        assert_eq!(unsafe { SuspendThread(thread) }, 0);
        Self(thread)
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // SAFETY: the handle is live, and not used after this.
        unsafe {
            ResumeThread(self.0);
            let _ = CloseHandle(self.0);
        }
    }
}

/// A program with many controls.
fn many() -> (Program, WindowInfo, Handles) {
    let program = Program::start("controls", &["--count", "300"]);
    let window = program.window();
    let source = Handles::new(window.key);
    (program, window, source)
}

#[test]
fn controls_that_two_threads_read_are_as_each_is_alone() {
    let (_program, window, mut source) = many();
    let tree = source.tree(&window, None, &ALL, &job()).unwrap();
    assert!(tree.nodes.len() > 300 && !tree.cut && tree.notes.is_empty(), "{:?}", tree.notes);
    for node in &tree.nodes {
        let alone = source.read(&node.key, &job()).unwrap().unwrap();
        // What lies in it, or is cut off by it, is only known of a whole window.
        let plain = |node: &Node| {
            (
                node.role,
                node.name.clone(),
                node.value.clone(),
                node.states.checked,
                node.states.selected,
                node.rect,
            )
        };
        assert_eq!(plain(node), plain(&alone));
    }
}

#[test]
fn a_large_window_that_stops_answering_costs_no_more_than_the_time_given() {
    let (program, window, mut source) = many();
    let whole = source.tree(&window, None, &ALL, &job()).unwrap();
    let stopped = Stopped::of(&program);
    let start = Instant::now();
    let short = Job { deadline: start + Duration::from_millis(1500), ..job() };
    let tree = source.tree(&window, None, &ALL, &short).unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert!(tree.notes.iter().any(|note| note.contains("does not answer")), "{:?}", tree.notes);
    let buttons = |nodes: &[Node]| nodes.iter().filter(|node| node.patterns.invoke).count();
    assert_eq!(buttons(&tree.nodes), buttons(&whole.nodes), "what needs no answer is there");
    drop(stopped);
    assert_eq!(source.tree(&window, None, &ALL, &job()).unwrap().nodes.len(), whole.nodes.len());
}
