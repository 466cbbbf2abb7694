//! A test program that runs, what it reported, and a source that knows nothing but its window handles.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    time::{Duration, Instant},
};

use host_windows::{
    act::{Desk, SystemDesk},
    source::{Act, Job, Recall, Source},
};
use model::{
    Code, Fault, Means, Point, Rect, TreeLimits, WindowInfo,
    ui::{ElementId, ElementKey, Node, Patterns, Role, States, Tree},
};
use serde_json::Value;
use windows::{
    Win32::{
        Foundation::{CloseHandle, HANDLE, HWND, LPARAM, POINT, RECT, WPARAM},
        System::Threading::{
            AttachThreadInput, CreateMutexW, GetCurrentThreadId, ReleaseMutex, WaitForSingleObject,
        },
        UI::Input::KeyboardAndMouse::SetFocus,
        UI::WindowsAndMessaging::{
            GetDlgItem, GetWindowRect, GetWindowThreadProcessId, IsWindow, SendMessageW, WM_GETTEXT,
            WM_GETTEXTLENGTH, WindowFromPoint,
        },
    },
    core::w,
};

/// The one desktop, taken for as long as this lives.
pub struct Turn(HANDLE);

// SAFETY: only programs started beside another one go to another thread, and those hold no turn.
unsafe impl Send for Turn {}

impl Turn {
    pub fn take() -> Self {
        // SAFETY: takes a constant name.
        let mutex = unsafe { CreateMutexW(None, false, w!("winwarden-test-desktop")) }.unwrap();
        // SAFETY: the mutex is live.
        unsafe { WaitForSingleObject(mutex, u32::MAX) };
        Self(mutex)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // SAFETY: the mutex is live and owned by this thread.
        unsafe {
            let _ = ReleaseMutex(self.0);
            let _ = CloseHandle(self.0);
        }
    }
}

/// A test program, ended when dropped.
pub struct Program {
    child: Child,
    lines: Receiver<Value>,
    pub hwnd: u64,
    seen: Vec<Value>,
    turn: Option<Turn>,
}

impl Program {
    /// Starts a program alone on the desktop.
    pub fn start(name: &str, args: &[&str]) -> Self {
        let turn = Turn::take();
        let mut program = Self::beside(name, args);
        program.turn = Some(turn);
        program
    }

    /// Starts another program beside the first one.
    pub fn beside(name: &str, args: &[&str]) -> Self {
        let test = std::env::current_exe().unwrap();
        let folder: PathBuf = test.parent().unwrap().parent().unwrap().to_owned();
        let mut child = Command::new(folder.join(format!("{name}.exe")))
            .args(["--lifetime", "60000", "--record-text"])
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name}.exe must be built beside this test: {error}"));
        let (sender, lines) = channel();
        let output = child.stdout.take().unwrap();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if let Ok(value) = serde_json::from_str::<Value>(&line)
                    && sender.send(value).is_err()
                {
                    break;
                }
            }
        });
        let ready = lines.recv_timeout(Duration::from_secs(20)).unwrap();
        let hwnd = ready["hwnd"].as_u64().unwrap();
        let mut program = Self { child, lines, hwnd, seen: Vec::new(), turn: None };
        program.settle();
        program
    }

    /// Waits until the window answers and has the foreground, or a second has passed.
    fn settle(&mut self) {
        let desk = SystemDesk::default();
        let until = Instant::now() + Duration::from_secs(1);
        while Instant::now() < until && !(desk.foreground() == self.hwnd && desk.answers(self.hwnd, second()))
        {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The next report that fits, within five seconds.
    pub fn wait_for(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + Duration::from_secs(5);
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.seen.push(line.clone());
                    if fits(&line) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("no report of {what}; only {:#?}", self.seen)
                }
            }
        }
    }

    /// All reports so far, once the program has answered everything it was sent.
    pub fn reports(&mut self) -> Vec<Value> {
        SystemDesk::default().answers(self.hwnd, second());
        while let Ok(line) = self.lines.recv_timeout(Duration::from_millis(150)) {
            self.seen.push(line);
        }
        self.seen.clone()
    }

    /// Reports of one kind.
    pub fn events(&mut self, event: &str) -> Vec<Value> {
        self.reports().into_iter().filter(|line| line["event"] == event).collect()
    }

    pub fn window(&self) -> WindowInfo {
        SystemDesk::default().info(self.hwnd).unwrap()
    }

    /// A control by its id.
    pub fn control(&self, id: u16) -> u64 {
        // SAFETY: takes any window.
        let control = unsafe { GetDlgItem(Some(hwnd(self.hwnd)), i32::from(id)) }.unwrap();
        control.0.expose_provenance() as u64
    }

    /// A control as an element.
    pub fn node(&self, id: u16, role: Role) -> Node {
        Controls.node(self.window().key, self.control(id), role)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        drop(self.turn.take());
    }
}

pub fn hwnd(window: u64) -> HWND {
    HWND(std::ptr::with_exposed_provenance_mut(window as usize))
}

pub const fn second() -> Duration {
    Duration::from_secs(1)
}

/// A job with time enough.
pub fn job() -> Job {
    Job {
        deadline: Instant::now() + Duration::from_secs(40),
        cancelled: Arc::default(),
        recall: Recall::Nothing,
    }
}

/// The text of a control.
pub fn text_of(control: u64) -> String {
    // SAFETY: the message carries nothing.
    let length = unsafe { SendMessageW(hwnd(control), WM_GETTEXTLENGTH, None, None) }.0;
    let mut units = vec![0_u16; usize::try_from(length).unwrap() + 1];
    // SAFETY: the buffer has room for as many units as are said.
    let read = unsafe {
        let room = LPARAM(units.as_mut_ptr().expose_provenance().cast_signed());
        SendMessageW(hwnd(control), WM_GETTEXT, Some(WPARAM(units.len())), Some(room))
    };
    String::from_utf16_lossy(&units[..usize::try_from(read.0).unwrap()])
}

fn give_keyboard(control: u64) {
    // SAFETY: takes any threads and windows; the input states are parted again at once.
    unsafe {
        let (own, other) = (GetCurrentThreadId(), GetWindowThreadProcessId(hwnd(control), None));
        let _ = AttachThreadInput(own, other, true);
        let _ = SetFocus(Some(hwnd(control)));
        let _ = AttachThreadInput(own, other, false);
    }
}

/// Sees controls by their handles and can but focus them, so that hands must do the rest.
pub struct Controls;

impl Controls {
    pub fn node(&self, window: model::ui::WindowKey, control: u64, role: Role) -> Node {
        let mut rect = RECT::default();
        // SAFETY: `rect` lives through the call.
        unsafe { GetWindowRect(hwnd(control), &raw mut rect) }.unwrap();
        Node {
            reference: None,
            key: ElementKey {
                window,
                id: ElementId::Handle { handle: control, control: 0, class: String::new() },
            },
            depth: 1,
            role,
            name: format!("control {control:x}"),
            automation_id: String::new(),
            value: None,
            rest: None,
            states: States::default(),
            patterns: Patterns::default(),
            rect: Rect::new(rect.left, rect.top, rect.right, rect.bottom),
        }
    }
}

fn handle_of(key: &ElementKey) -> u64 {
    match key.id {
        ElementId::Handle { handle, .. } => handle,
        ref other => panic!("{other:?}"),
    }
}

impl Source for Controls {
    fn tree(
        &mut self,
        _: &WindowInfo,
        _: Option<&ElementKey>,
        _: &TreeLimits,
        _: &Job,
    ) -> Result<Tree, Fault> {
        Ok(Tree::default())
    }

    fn read(&mut self, key: &ElementKey, _: &Job) -> Result<Option<Node>, Fault> {
        let control = handle_of(key);
        // SAFETY: takes any value for a window.
        let exists = unsafe { IsWindow(Some(hwnd(control))) }.as_bool();
        Ok(exists.then(|| self.node(key.window, control, Role::Custom)))
    }

    fn at(&mut self, window: &WindowInfo, point: Point, _: &Job) -> Result<Option<Node>, Fault> {
        // SAFETY: takes any point.
        let found = unsafe { WindowFromPoint(POINT { x: point.x, y: point.y }) };
        Ok(Some(self.node(window.key, found.0.expose_provenance() as u64, Role::Custom)))
    }

    fn focused(&mut self, _: &WindowInfo, _: &Job) -> Result<Option<Node>, Fault> {
        Ok(None)
    }

    fn text(&mut self, key: &ElementKey, _: &Job) -> Result<String, Fault> {
        Ok(text_of(handle_of(key)))
    }

    fn act(&mut self, key: &ElementKey, act: &Act, _: &Job) -> Result<Means, Fault> {
        if *act == Act::Focus {
            give_keyboard(handle_of(key));
            return Ok(Means::System);
        }
        Err(Fault::new(Code::NotSupportedByTarget, "only hands can"))
    }
}

/// Whether Wine stands in for Windows.
pub fn wine() -> bool {
    gate::Host::report(&*host_windows::WorkerHost::new(std::path::Path::new("none")))
        .platform
        .starts_with("Wine")
}
