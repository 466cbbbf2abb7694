//! What becomes of the worker: ended, frozen, orphaned, and what it is born with.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    os::windows::io::FromRawHandle,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use gate::Host;
use host_windows::WorkerHost;
use model::{AppLaunchRequest, Code, Facts, Fault, Operation, Program as Executable, ui::Role};
use serde_json::{Value, json};
use windows::Win32::{
    Foundation::{CloseHandle, GetHandleInformation, HANDLE, HANDLE_FLAG_INHERIT, WAIT_OBJECT_0},
    System::{
        Diagnostics::ToolHelp::{
            CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
        },
        Pipes::CreatePipe,
        Threading::{
            OpenProcess, OpenThread, PROCESS_SYNCHRONIZE, PROCESS_TERMINATE, SuspendThread,
            THREAD_SUSPEND_RESUME, TerminateProcess, WaitForSingleObject,
        },
    },
    UI::Input::KeyboardAndMouse::{GetAsyncKeyState, VK_LBUTTON},
};

use crate::{
    program::Program,
    session::{Session, drag, duration, read, snapshot},
};

type Test = (&'static str, fn());

pub const ALL: &[Test] = &[
    ("a_killed_worker_is_replaced_and_refs_stay_valid", a_killed_worker_is_replaced_and_refs_stay_valid),
    ("a_frozen_worker_is_replaced_and_refs_stay_valid", a_frozen_worker_is_replaced_and_refs_stay_valid),
    (
        "a_frozen_worker_is_replaced_though_no_caller_waits_long_enough_to_see_it",
        a_frozen_worker_is_replaced_though_no_caller_waits_long_enough_to_see_it,
    ),
    (
        "a_worker_that_waits_on_a_busy_machine_is_not_replaced",
        a_worker_that_waits_on_a_busy_machine_is_not_replaced,
    ),
    (
        "the_worker_sees_a_scrubbed_environment_and_inherits_nothing_else",
        the_worker_sees_a_scrubbed_environment_and_inherits_nothing_else,
    ),
    ("the_worker_dies_with_the_gate", the_worker_dies_with_the_gate),
    (
        "a_gate_that_is_killed_in_the_middle_of_a_drag_leaves_no_button_down",
        a_gate_that_is_killed_in_the_middle_of_a_drag_leaves_no_button_down,
    ),
    ("a_worker_that_cannot_be_started_is_said_so", a_worker_that_cannot_be_started_is_said_so),
    (
        "a_worker_that_takes_no_orders_though_it_lives_is_replaced",
        a_worker_that_takes_no_orders_though_it_lives_is_replaced,
    ),
    ("what_was_launched_outlives_winwarden", what_was_launched_outlives_winwarden),
];

/// A process that is watched.
pub struct Watched(HANDLE);

impl Watched {
    pub fn open(pid: u32) -> Self {
        // SAFETY: takes any process id.
        Self(unsafe { OpenProcess(PROCESS_SYNCHRONIZE | PROCESS_TERMINATE, false, pid) }.unwrap())
    }

    fn ends_within(&self, seconds: u32) -> bool {
        // SAFETY: the handle is live.
        unsafe { WaitForSingleObject(self.0, seconds * 1000) == WAIT_OBJECT_0 }
    }

    pub fn kill(&self) {
        // SAFETY: the handle is live.
        unsafe { TerminateProcess(self.0, 9) }.unwrap();
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // SAFETY: opened by `open`, closed only here.
        let _ = unsafe { CloseHandle(self.0) };
    }
}

fn a_killed_worker_is_replaced_and_refs_stay_valid() {
    let _program = Program::start("form", &["--title", "Patient"]);
    let session = Session::start();
    session.call(snapshot("Patient"), 10_000).unwrap();
    let button = session.element("Patient", Role::Edit, "Name");
    let before = session.call(read(button), 10_000).unwrap();
    let (_, in_flight) = session.begin(duration(20_000), 21_000);
    std::thread::sleep(Duration::from_millis(300));
    let first = session.host.worker_pid().unwrap();
    Watched::open(first).kill();
    let killed = Instant::now();
    let (ended, _) = in_flight.end();
    assert_eq!(ended.unwrap_err().code, Code::WorkerLost);
    let noticed = killed.elapsed();
    session.call(duration(1), 10_000).unwrap();
    eprintln!("worker killed: noticed after {noticed:?}, another one answered after {:?}", killed.elapsed());
    assert_ne!(session.host.worker_pid(), Some(first));
    assert_eq!(session.call(read(button), 10_000).unwrap(), before);
    assert_eq!(session.host.report().worker_restarts, 1);
}

/// Stops every thread of a process where it is.
fn freeze(pid: u32) {
    // SAFETY: takes constants; the entry says its own size and lives through the calls; each thread is one that the
    // system has just named.
    unsafe {
        let threads = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0).unwrap();
        let mut entry = THREADENTRY32 {
            dwSize: u32::try_from(size_of::<THREADENTRY32>()).unwrap(),
            ..Default::default()
        };
        let mut more = Thread32First(threads, &raw mut entry);
        while more.is_ok() {
            if entry.th32OwnerProcessID == pid
                && let Ok(thread) = OpenThread(THREAD_SUSPEND_RESUME, false, entry.th32ThreadID)
            {
                SuspendThread(thread);
                let _ = CloseHandle(thread);
            }
            more = Thread32Next(threads, &raw mut entry);
        }
        let _ = CloseHandle(threads);
    }
}

fn a_frozen_worker_is_replaced_and_refs_stay_valid() {
    let _program = Program::start("form", &["--title", "Unhurried"]);
    let session = Session::start();
    session.call(snapshot("Unhurried"), 10_000).unwrap();
    let field = session.element("Unhurried", Role::Edit, "Name");
    let before = session.call(read(field), 10_000).unwrap();
    let (_, in_flight) = session.begin(duration(20_000), 21_000);
    std::thread::sleep(Duration::from_millis(300));
    let first = session.host.worker_pid().unwrap();
    freeze(first);
    let frozen = Instant::now();
    let (ended, _) = in_flight.end();
    let noticed = frozen.elapsed();
    assert_eq!(ended.unwrap_err().code, Code::WorkerLost);
    session.call(duration(1), 10_000).unwrap();
    eprintln!("worker frozen: noticed after {noticed:?}, another one answered after {:?}", frozen.elapsed());
    assert!(noticed < Duration::from_secs(2), "it was taken for one that runs and does not answer");
    assert!(Watched::open_if(first).is_none_or(|first| first.ends_within(5)));
    assert_eq!(session.call(read(field), 10_000).unwrap(), before);
    assert_eq!(session.host.report().worker_restarts, 1);
}

fn a_frozen_worker_is_replaced_though_no_caller_waits_long_enough_to_see_it() {
    let session = Session::start();
    let first = session.host.worker_pid().unwrap();
    freeze(first);
    let late = session.call(snapshot("No such window"), 1).unwrap_err();
    assert_eq!(late.code, Code::TargetNotResponding, "{late}");
    assert!(Watched::open_if(first).is_none_or(|first| first.ends_within(5)));
    let answered = session.call(snapshot("No such window"), 10_000).unwrap_err();
    assert_eq!(answered.code, Code::NotFound, "{answered}");
    assert_eq!(session.host.report().worker_restarts, 1);
}

fn a_worker_that_waits_on_a_busy_machine_is_not_replaced() {
    let session = Session::start();
    let first = session.host.worker_pid();
    let busy = AtomicBool::new(true);
    std::thread::scope(|scope| {
        let threads = 4 * std::thread::available_parallelism().map_or(4, usize::from);
        for _ in 0..threads {
            scope.spawn(|| {
                while busy.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
        }
        let waited = session.call(duration(4_000), 20_000);
        busy.store(false, Ordering::Relaxed);
        waited.unwrap();
    });
    assert_eq!(session.host.worker_pid(), first);
    assert_eq!(session.host.report().worker_restarts, 0);
}

impl Watched {
    fn open_if(pid: u32) -> Option<Self> {
        // SAFETY: takes any process id.
        unsafe { OpenProcess(PROCESS_SYNCHRONIZE, false, pid) }.ok().map(Self)
    }
}

fn told(pid: u32) -> PathBuf {
    std::env::temp_dir().join(format!("winwarden-test-worker-{pid}.json"))
}

/// In the worker: writes down its environment and what it has inherited.
pub fn tell_surroundings() {
    let names: Vec<String> =
        std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    let inherited = (4..4096_usize).step_by(4).filter(|value| {
        let mut flags = 0;
        let handle = HANDLE(std::ptr::with_exposed_provenance_mut(*value));
        // SAFETY: takes any value for a handle; `flags` lives through the call.
        let live = unsafe { GetHandleInformation(handle, &raw mut flags) }.is_ok();
        live && flags & HANDLE_FLAG_INHERIT.0 != 0
    });
    let told_as = json!({
        "environment": names,
        "inherited": inherited.count(),
        "path": std::env::var("PATH").unwrap_or_default(),
        "stdin_closed": std::io::stdin().lines().next().is_none(),
    });
    let path = told(std::process::id());
    fs::write(path.with_extension("part"), told_as.to_string()).unwrap();
    fs::rename(path.with_extension("part"), path).unwrap();
}

fn the_worker_sees_a_scrubbed_environment_and_inherits_nothing_else() {
    // SAFETY: the tests run one after the other, and no other thread reads the environment now.
    unsafe { std::env::set_var("WINWARDEN_TEST_TOKEN", "s3cret") };
    let mut secret_pipe = [HANDLE::default(); 2];
    let attributes = windows::Win32::Security::SECURITY_ATTRIBUTES {
        nLength: u32::try_from(size_of::<windows::Win32::Security::SECURITY_ATTRIBUTES>()).unwrap(),
        bInheritHandle: true.into(),
        ..Default::default()
    };
    let [read, write] = &mut secret_pipe;
    // SAFETY: both handles and the attributes live through the call.
    unsafe { CreatePipe(read, write, Some(&raw const attributes), 0) }.unwrap();
    let session = Session::start();
    let path = told(session.host.worker_pid().unwrap());
    let seen: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    fs::remove_file(path).unwrap();
    for handle in secret_pipe {
        // SAFETY: made above, closed only here.
        unsafe { CloseHandle(handle) }.unwrap();
    }
    eprintln!("the worker sees {seen}");
    let names: Vec<&str> =
        seen["environment"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(names.iter().any(|name| name.eq_ignore_ascii_case("SystemRoot")), "{names:?}");
    assert!(
        !names.iter().any(|name| name.starts_with("WINWARDEN") || name.starts_with("CARGO")),
        "{names:?}"
    );
    assert!(seen["path"].as_str().unwrap().to_lowercase().ends_with(r"system32;c:\windows"), "{seen}");
    assert!(seen["inherited"].as_u64().unwrap() <= 3, "{seen}"); // two pipes and stderr
    assert_eq!(seen["stdin_closed"], true);
}

/// A gate that starts its worker, says which, and waits, or drags in the window `Dragged`, to be ended.
pub fn be_a_gate(act: &str) -> ExitCode {
    let session = Session::start();
    let worker = session.host.worker_pid().unwrap();
    if act == "waits" {
        eprintln!("worker {worker}");
        std::thread::sleep(Duration::from_secs(60));
        return ExitCode::SUCCESS;
    }
    let from = session.element("Dragged", Role::Edit, "Name");
    let to = session.element("Dragged", Role::Button, "Submit");
    eprintln!("worker {worker}");
    loop {
        session.call(drag(from, to), 10_000).unwrap();
    }
}

/// Such a gate, and its worker.
fn gate(act: &str) -> (Child, Watched) {
    let mut gate = Command::new(std::env::current_exe().unwrap())
        .args(["gate", act])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(gate.stderr.take().unwrap()).lines().map_while(Result::ok);
    let worker = lines.into_iter().find_map(|line| line.strip_prefix("worker ")?.parse().ok());
    (gate, Watched::open(worker.unwrap()))
}

fn the_worker_dies_with_the_gate() {
    let (mut gate, worker) = gate("waits");
    assert!(!worker.ends_within(0));
    gate.kill().unwrap();
    gate.wait().unwrap();
    assert!(worker.ends_within(5));
}

fn button_is_down() -> bool {
    // SAFETY: takes a constant.
    unsafe { GetAsyncKeyState(VK_LBUTTON.0.into()) < 0 }
}

fn a_gate_that_is_killed_in_the_middle_of_a_drag_leaves_no_button_down() {
    let _program = Program::start("form", &["--title", "Dragged"]);
    let (mut gate, worker) = gate("drags");
    let end = Instant::now() + Duration::from_secs(60);
    while !button_is_down() {
        assert!(Instant::now() < end, "nothing is dragged");
        std::thread::yield_now();
    }
    gate.kill().unwrap();
    gate.wait().unwrap();
    assert!(worker.ends_within(5));
    assert!(!button_is_down());
}

/// Asks a host's worker for next to nothing.
fn ask(host: &WorkerHost) -> Result<Facts, Fault> {
    let run = gate::Run {
        deadline: Instant::now() + Duration::from_secs(60),
        cancel: tokio_util::sync::CancellationToken::new(),
        marks: std::sync::Arc::default(),
        cover: std::sync::Arc::default(),
        reveals: false,
        registry: std::sync::Arc::default(),
        policies: None,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(host.resolve(gate::Lookup::default(), &run))
}

/// Beside a worker's executable: the first that finds it takes no orders.
fn deafness(executable: &Path) -> PathBuf {
    executable.with_extension("deaf")
}

/// In the worker: where it reads its orders; for the one that is to be deaf, where none come after the gate's first word.
pub fn deaf_once(read: u64) -> u64 {
    let sign = deafness(&std::env::current_exe().unwrap());
    if !sign.exists() {
        return read;
    }
    let handle = HANDLE(std::ptr::with_exposed_provenance_mut(usize::try_from(read).unwrap()));
    // SAFETY: the handle was inherited for this process alone, and nothing else reads there from now on.
    let mut orders = unsafe { fs::File::from_raw_handle(handle.0) };
    let mut hello = [0; 4096];
    let length = orders.read(&mut hello).unwrap();
    let [mut quiet, mut kept] = [HANDLE::default(); 2];
    // SAFETY: both handles live through the call.
    unsafe { CreatePipe(&raw mut quiet, &raw mut kept, None, 0) }.unwrap();
    // SAFETY: made above, and used nowhere else; it stays open.
    let mut kept = std::mem::ManuallyDrop::new(unsafe { fs::File::from_raw_handle(kept.0) });
    kept.write_all(&hello[..length]).unwrap();
    drop(orders);
    fs::remove_file(sign).unwrap();
    quiet.0.expose_provenance() as u64
}

fn a_worker_that_takes_no_orders_though_it_lives_is_replaced() {
    let executable = std::env::temp_dir().join(format!("winwarden-deaf-{}.exe", std::process::id()));
    fs::copy(std::env::current_exe().unwrap(), &executable).unwrap();
    fs::write(deafness(&executable), "").unwrap();
    let host = WorkerHost::new(&executable);
    host.prepare();
    let end = Instant::now() + Duration::from_secs(20);
    while deafness(&executable).exists() {
        assert!(Instant::now() < end, "no worker has heard of it");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(500)); // by then it has said that it is ready
    assert_eq!(host.report().worker_restarts, 0);
    let asked = ask(&host);
    let restarts = host.report().worker_restarts;
    host.stop();
    let _ = fs::remove_file(&executable);
    asked.unwrap();
    assert_eq!(restarts, 1);
}

fn a_worker_that_cannot_be_started_is_said_so() {
    let host = WorkerHost::new(&std::env::temp_dir().join("winwarden-none.exe"));
    let fault = ask(&host).unwrap_err();
    assert_eq!(fault.code, Code::WorkerLost);
    assert!(fault.message.contains("cannot be started"), "{fault}");
    assert!(host.report().worker_restarts > 0);
    host.stop();
}

fn what_was_launched_outlives_winwarden() {
    let test = std::env::current_exe().unwrap();
    let form = test.parent().unwrap().parent().unwrap().join("form.exe");
    let session = Session::start();
    let launched = session
        .call(
            Operation::AppLaunch(AppLaunchRequest {
                program: Executable::Executable(form.to_str().unwrap().to_owned()),
                arguments: ["--lifetime", "20000", "--title", "Survivor"].map(str::to_owned).to_vec(),
                working_directory: None,
            }),
            15_000,
        )
        .unwrap();
    let program = Watched::open(u32::try_from(launched["pid"].as_u64().unwrap()).unwrap());
    let worker = Watched::open(session.host.worker_pid().unwrap());
    drop(session);
    assert!(worker.ends_within(5));
    assert!(!program.ends_within(1), "the program ended with the worker");
    program.kill();
}
