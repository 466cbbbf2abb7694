//! The desktop of the simulated machine: its windows, front to back, and what becomes of them.

mod apps;
mod edit;
mod font;
mod keys;
mod layout;
mod look;
mod paint;
mod press;
mod programs;

use std::time::Instant;

use model::{
    Elevation, Facts, Point, ProcessFacts, Rect, WindowFacts, WindowInfo, WindowState,
    ui::{ElementId, ElementKey, WindowKey},
};

pub(crate) use keys::DIALOG;
pub(crate) use look::Seen;
pub(crate) use press::Target;

use crate::world::{Clipboard, Element, Process, Window, World};

/// The one display.
pub(crate) const SCREEN: Rect = Rect::new(0, 0, 1920, 1080);
/// What the taskbar leaves of it.
pub(crate) const WORK_AREA: Rect = Rect::new(0, 0, 1920, 1040);
/// When the machine began, in 100 ns since 1601: any time will do, the same in every run.
const BEGUN: u64 = 133_500_000_000_000_000;
/// A minute of that clock.
const MINUTE: u64 = 600_000_000;
/// Windows of these classes are the shell's own.
const SHELL: [&str; 4] = ["Progman", "WorkerW", "Shell_TrayWnd", "Shell_SecondaryTrayWnd"];

/// The machine as it is at the moment.
#[derive(Debug)]
pub(crate) struct Desktop {
    pub(crate) world: World,
    pub(crate) clipboard: Clipboard,
    pub(crate) pointer: Point,
    /// The last number given to an element or, times 16, a window.
    last_number: i32,
    last_pid: u32,
    /// When the world's own windows were there.
    begun: Option<Instant>,
}

impl Desktop {
    /// Puts a world's windows on the desktop: in their order, but the foreground window in front.
    pub(crate) fn new(mut world: World) -> Self {
        let windows = std::mem::take(&mut world.windows);
        let pids = world.processes.iter().map(|process| process.pid);
        let last_pid = pids.chain(windows.iter().filter_map(|window| window.pid)).max().unwrap_or(0).max(996);
        let clipboard = world.clipboard.clone();
        let mut desktop =
            Self { world, clipboard, pointer: SCREEN.center(), last_number: 0, last_pid, begun: None };
        for window in windows {
            let window = desktop.adopted(window, None);
            desktop.world.windows.push(window);
        }
        desktop.begun = Some(Instant::now());
        let front = desktop.world.windows.iter().position(|window| window.foreground);
        match front {
            Some(index) => desktop.world.windows.get_mut(..=index).unwrap_or_default().rotate_right(1),
            None => desktop.wake_next(),
        }
        desktop
    }

    /// Gives a window and its elements their numbers and places; `owner` is the process that opens it.
    fn adopted(&mut self, mut window: Window, owner: Option<u32>) -> Window {
        self.last_number += 1;
        let number = self.last_number;
        window.handle = 0x1_0000 + u64::from(number.unsigned_abs()) * 16;
        window.tree.each(&mut |element| {
            self.last_number += 1;
            element.number = self.last_number;
        });
        if window.tree.name.is_empty() {
            window.tree.name.clone_from(&window.title);
        }
        if window.pid.is_none() {
            window.pid = Some(owner.unwrap_or_else(|| self.new_pid()));
        }
        window.started = self.started(window.pid);
        if window.rect.is_none() {
            let step = i32::try_from(self.world.windows.len() % 12).unwrap_or(0) * 32;
            window.rect = Some(Rect::new(120 + step, 80 + step, 840 + step, 600 + step));
        }
        layout::arrange(&mut window);
        window
    }

    /// When it is by the machine's own clock, which tells when processes started.
    pub(crate) fn clock(&self) -> u64 {
        let ran = self.begun.map(|begun| begun.elapsed().as_nanos() / 100).unwrap_or_default();
        BEGUN.saturating_add(u64::try_from(ran).unwrap_or(u64::MAX))
    }

    /// When a process started that opens a window now: with its first one, or as long before as the world says.
    fn started(&self, pid: Option<u32>) -> u64 {
        let known = self.world.windows.iter().find(|window| window.pid == pid);
        let process = self.world.processes.iter().find(|process| Some(process.pid) == pid);
        let before = u64::from(process.map_or(0, |process| process.running_minutes)) * MINUTE;
        known.map_or_else(|| self.clock() - before, |known| known.started)
    }

    fn new_pid(&mut self) -> u32 {
        self.last_pid = (self.last_pid / 4).saturating_add(1).saturating_mul(4);
        self.last_pid
    }

    /// Opens a window in front of all others.
    pub(crate) fn open(&mut self, window: Window, owner: Option<u32>) -> u64 {
        let window = self.adopted(window, owner);
        let handle = window.handle;
        self.world.windows.insert(0, window);
        self.bring_forward(handle);
        handle
    }

    /// The window with that handle.
    pub(crate) fn window(&self, handle: u64) -> Option<&Window> {
        self.world.windows.iter().find(|window| window.handle == handle)
    }

    /// The same, to be changed.
    pub(crate) fn window_mut(&mut self, handle: u64) -> Option<&mut Window> {
        self.world.windows.iter_mut().find(|window| window.handle == handle)
    }

    /// The foreground window.
    pub(crate) fn foreground(&self) -> Option<&Window> {
        self.world.windows.iter().find(|window| window.foreground)
    }

    /// The window that shows at a point.
    pub(crate) fn window_at(&self, point: Point) -> Option<&Window> {
        self.world
            .windows
            .iter()
            .find(|window| window.state != WindowState::Minimized && window.place.contains(point))
    }

    /// Shows a window in front of all others and gives it the keyboard.
    pub(crate) fn bring_forward(&mut self, handle: u64) {
        let windows = &mut self.world.windows;
        let Some(index) = windows.iter().position(|window| window.handle == handle) else { return };
        windows.get_mut(..=index).unwrap_or_default().rotate_right(1);
        for window in windows.iter_mut() {
            window.foreground = window.handle == handle;
        }
        if let Some(window) = windows.first_mut()
            && window.state == WindowState::Minimized
        {
            window.state = WindowState::Normal;
            layout::arrange(window);
        }
    }

    /// Makes the frontmost window that is not minimized the foreground window.
    fn wake_next(&mut self) {
        let next = self.world.windows.iter().find(|window| window.state != WindowState::Minimized);
        if let Some(handle) = next.map(|window| window.handle) {
            self.bring_forward(handle);
        }
    }

    /// Closes a window; its process ends with its last one.
    pub(crate) fn close(&mut self, handle: u64) {
        let Some(index) = self.world.windows.iter().position(|window| window.handle == handle) else {
            return;
        };
        let window = self.world.windows.remove(index);
        if !self.world.windows.iter().any(|other| other.pid == window.pid) {
            self.world.processes.retain(|process| Some(process.pid) != window.pid);
        }
        if window.foreground {
            self.wake_next();
        }
    }

    /// Shows a window in another way, or elsewhere.
    pub(crate) fn show(&mut self, handle: u64, state: WindowState) {
        let Some(window) = self.window_mut(handle) else { return };
        window.state = state;
        layout::arrange(window);
        let was_in_front = std::mem::take(&mut window.foreground);
        match state {
            WindowState::Minimized if was_in_front => self.wake_next(),
            WindowState::Minimized => {}
            WindowState::Normal | WindowState::Maximized => self.bring_forward(handle),
        }
    }

    /// Moves a window's own rectangle, and with it what its author placed in it.
    pub(crate) fn put(&mut self, handle: u64, rect: Rect) {
        let Some(window) = self.window_mut(handle) else { return };
        let was = window.rect.unwrap_or(rect);
        let (x, y) = (rect.left.saturating_sub(was.left), rect.top.saturating_sub(was.top));
        window.tree.each(&mut |element| {
            if let Some(place) = &mut element.rect {
                *place = layout::moved(*place, x, y);
            }
        });
        window.rect = Some(rect);
        layout::arrange(window);
    }

    /// Places the elements of a window anew.
    pub(crate) fn arrange(&mut self, handle: u64) {
        if let Some(window) = self.window_mut(handle) {
            layout::arrange(window);
        }
    }

    /// The process of a window; one of which the world says nothing is not elevated and has no path.
    pub(crate) fn process(&self, window: &Window) -> Process {
        let pid = window.pid.unwrap_or_default();
        let known = self.world.processes.iter().find(|process| process.pid == pid);
        known.cloned().unwrap_or_else(|| Process { pid, ..Process::default() })
    }

    pub(crate) fn key(window: &Window) -> WindowKey {
        let pid = window.pid.unwrap_or_default();
        WindowKey { handle: window.handle, pid, started: window.started }
    }

    pub(crate) fn element_key(window: &Window, element: &Element) -> ElementKey {
        let handle = i32::try_from(window.handle).unwrap_or(i32::MAX);
        ElementKey { window: Self::key(window), id: ElementId::Runtime(vec![42, handle, element.number]) }
    }

    /// What there is to say about a window without asking it.
    pub(crate) fn info(&self, window: &Window) -> WindowInfo {
        WindowInfo {
            reference: None,
            key: Self::key(window),
            title: window.title.clone(),
            class: window.class.clone(),
            process: self.process(window).file_name().to_owned(),
            rect: window.place,
            state: window.state,
            foreground: window.foreground,
            responding: !window.hangs,
        }
    }

    /// All windows but winwarden's own, front to back.
    pub(crate) fn infos(&self) -> Vec<WindowInfo> {
        let others = self.world.windows.iter().filter(|window| !self.is_own(window));
        others.map(|window| self.info(window)).collect()
    }

    /// Whether a window is winwarden's own.
    pub(crate) fn is_own(&self, window: &Window) -> bool {
        let process = self.process(window);
        [process.file_name(), process.name.as_str()]
            .iter()
            .any(|name| name.eq_ignore_ascii_case("winwarden.exe"))
    }

    /// What policy is to know about a window.
    pub(crate) fn facts(&self, window: &Window) -> WindowFacts {
        let process = self.process(window);
        let key = Self::key(window);
        let higher = process.elevated && !self.world.user.elevated;
        WindowFacts {
            key,
            reference: None,
            title: Facts::text(&window.title),
            class: window.class.clone(),
            process: ProcessFacts {
                pid: key.pid,
                started: key.started,
                elevation: if higher { Elevation::Higher } else { Elevation::Same },
                own: self.is_own(window),
                path: process.path,
            },
            shell: SHELL.contains(&window.class.as_str()),
        }
    }
}
