//! Windows as a whole, programs, displays and session, on a real desktop.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use host_windows::{
    act::{Desk, SystemDesk},
    source::Job,
    system,
};
use model::{
    Acted, AppLaunchRequest, AppListRequest, Code, DesktopState, Elevation, Fault, LaunchFacts, LaunchPath,
    Program as Launched, WindowInfo, WindowState, WindowVerb, ui::WindowKey,
};
use testapps::ids;
use windows::Win32::{
    Foundation::CloseHandle,
    System::Threading::{OpenProcess, PROCESS_TERMINATE, TerminateProcess},
    UI::WindowsAndMessaging::PostMessageW,
};

use crate::program::{Program, Turn, hwnd, job, wine};

fn control(window: &WindowInfo, verb: WindowVerb) -> Result<Acted, Fault> {
    system::control(window, verb, &mut SystemDesk::default(), &job())
}

fn within(time: Duration) -> Job {
    Job { deadline: Instant::now() + time, ..job() }
}

fn handles(windows: &[WindowInfo]) -> Vec<u64> {
    windows.iter().map(|window| window.key.handle).collect()
}

/// A process that is ended when the test is over, however it ends.
struct Ended(u32);

impl Drop for Ended {
    fn drop(&mut self) {
        // SAFETY: takes any process id; what was opened is closed.
        unsafe {
            if let Ok(process) = OpenProcess(PROCESS_TERMINATE, false, self.0) {
                let _ = TerminateProcess(process, 1);
                let _ = CloseHandle(process);
            }
        }
    }
}

// Windows: the list and the facts.

#[test]
fn a_window_is_listed_with_its_program_and_its_facts_name_the_file() {
    let program = Program::start("form", &["--title", "Facts of a window"]);
    let listed = system::window_list().unwrap().windows;
    let window = listed.iter().find(|window| window.key.handle == program.hwnd).unwrap();
    assert_eq!((window.process.as_str(), window.foreground, window.responding), ("form.exe", true, true));
    assert_eq!(system::by_title("FACTS of a window").unwrap().key, window.key);
    let (info, facts) = system::facts(window.key, &[]).unwrap();
    assert_eq!((&info, facts.title.as_str()), (window, "Facts of a window"));
    assert!(facts.process.path.ends_with(r"\form.exe"), "{}", facts.process.path);
    assert_eq!((facts.process.elevation, facts.process.own, facts.shell), (Elevation::Same, false, false));
    assert_ne!(facts.process.started, 0);
    assert!(system::facts(window.key, &[window.key.pid]).unwrap().1.process.own);
}

#[test]
fn a_window_that_is_another_process_is_stale() {
    let program = Program::start("form", &[]);
    let key = program.window().key;
    for other in [
        WindowKey { handle: 1, ..key },
        WindowKey { pid: key.pid + 4, ..key },
        WindowKey { started: key.started + 1, ..key },
    ] {
        assert_eq!(system::facts(other, &[]).unwrap_err().code, Code::StaleElement, "{other:?}");
    }
}

#[test]
fn two_windows_of_one_title_are_candidates() {
    let program = Program::start("twins", &["--title", "One of a pair"]);
    let fault = system::by_title("One of a pair").unwrap_err();
    assert_eq!(fault.code, Code::Ambiguous);
    assert_eq!(fault.windows.len(), 2);
    assert!(handles(&fault.windows).contains(&program.hwnd));
    let fault = system::by_title("One of a pai").unwrap_err();
    assert_eq!((fault.code, fault.windows.len()), (Code::NotFound, 2));
}

#[test]
fn the_list_costs_nothing_more_where_a_window_hangs() {
    let program = Program::start("hang", &["--hang-after", "1"]);
    std::thread::sleep(Duration::from_millis(300));
    let mut times: Vec<Duration> = (0..21)
        .map(|_| {
            let start = Instant::now();
            assert!(handles(&system::window_list().unwrap().windows).contains(&program.hwnd));
            start.elapsed()
        })
        .collect();
    times.sort();
    eprintln!("window_list: p50 {:?}, worst {:?}", times[10], times[20]);
    assert!(times[10] < Duration::from_millis(300), "asks the window");
}

// Windows: control.

#[test]
fn a_window_is_minimized_maximized_and_restored() {
    let program = Program::start("form", &[]);
    let window = program.window();
    for (verb, state) in [
        (WindowVerb::Maximize, WindowState::Maximized),
        (WindowVerb::Minimize, WindowState::Minimized),
        (WindowVerb::Restore, WindowState::Maximized),
        (WindowVerb::Restore, WindowState::Normal),
    ] {
        let acted = control(&window, verb).unwrap();
        assert_eq!(program.window().state, state, "{verb:?}: {acted:?}");
    }
    let acted = control(&window, WindowVerb::Restore).unwrap();
    assert_eq!(acted.notes, ["the window was neither minimized nor maximized"]);
}

#[test]
fn a_window_moves_and_takes_a_size_and_says_where_it_took_another() {
    let program = Program::start("form", &[]);
    let window = program.window();
    assert!(control(&window, WindowVerb::Move { x: 77, y: 55 }).unwrap().notes.is_empty());
    assert!(control(&window, WindowVerb::Resize { width: 700, height: 500 }).unwrap().notes.is_empty());
    let rect = program.window().rect;
    assert_eq!((rect.left, rect.top, rect.width(), rect.height()), (77, 55, 700, 500));
    let acted = control(&window, WindowVerb::Resize { width: 1, height: 1 }).unwrap();
    let took = program.window().rect;
    assert_eq!(acted.notes, [format!("the window took {}x{} instead", took.width(), took.height())]);
    let fault = control(&window, WindowVerb::Move { x: 90_000, y: 0 }).unwrap_err();
    assert_eq!(fault.code, Code::InvalidArgument);
    assert_eq!(program.window().rect, took);
}

#[test]
fn a_maximized_window_is_restored_before_it_is_moved() {
    let program = Program::start("form", &[]);
    let window = program.window();
    control(&window, WindowVerb::Maximize).unwrap();
    let acted = control(&window, WindowVerb::Move { x: 30, y: 40 }).unwrap();
    assert_eq!(acted.notes, ["the window was maximized and has been restored"]);
    assert_eq!((program.window().rect.left, program.window().state), (30, WindowState::Normal));
}

#[test]
fn a_window_behind_another_or_minimized_gets_the_foreground() {
    let program = Program::start("form", &["--at", "10,10"]);
    let _other = Program::beside("keys", &["--at", "10,10"]);
    let acted = control(&program.window(), WindowVerb::Focus).unwrap();
    assert!(acted.foreground_changed);
    assert_eq!(acted.foreground.map(|window| window.key.handle), Some(program.hwnd));
    control(&program.window(), WindowVerb::Minimize).unwrap();
    let acted = control(&program.window(), WindowVerb::Focus).unwrap();
    assert_eq!(acted.notes, ["the window was minimized and has been restored"]);
    assert_eq!(SystemDesk::default().foreground(), program.hwnd);
}

#[test]
fn a_window_that_closes_is_told_as_closed() {
    let program = Program::start("form", &[]);
    let window = program.window();
    let acted = control(&window, WindowVerb::Close).unwrap();
    assert!(handles(&acted.closed).contains(&window.key.handle), "{acted:?}");
    assert_eq!(control(&window, WindowVerb::Focus).unwrap_err().code, Code::StaleElement);
}

#[test]
fn a_window_that_waits_for_its_dialog_is_not_closed_and_the_dialog_is_named() {
    let mut program = Program::start("modal", &["--open"]);
    program.wait_for("the dialog", |line| line["event"] == "dialog_opened");
    let fault = control(&program.window(), WindowVerb::Close).unwrap_err();
    assert_eq!(fault.code, Code::Obscured);
    assert_eq!(fault.windows.len(), 1, "{fault:?}");
    assert!(program.events("close_requested").is_empty());
}

#[test]
fn a_hung_window_costs_the_deadline_and_nothing_is_done_to_it() {
    let program = Program::start("hang", &[]);
    let window = program.window();
    // SAFETY: takes any window.
    unsafe { PostMessageW(Some(hwnd(program.hwnd)), ids::ACT, Default::default(), Default::default()) }
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    for verb in [WindowVerb::Minimize, WindowVerb::Close, WindowVerb::Move { x: 0, y: 0 }] {
        let start = Instant::now();
        let job = within(Duration::from_millis(500));
        let fault = system::control(&window, verb, &mut SystemDesk::default(), &job).unwrap_err();
        assert_eq!(fault.code, Code::TargetNotResponding, "{fault:?}");
        assert_eq!(handles(&fault.windows), [program.hwnd]);
        assert!(start.elapsed() < Duration::from_millis(900), "{:?}", start.elapsed());
    }
}

#[test]
fn windows_of_winwarden_are_not_controlled() {
    let program = Program::start("form", &[]);
    let window = program.window();
    let mut desk = SystemDesk::new(vec![window.key.pid]);
    let fault = system::control(&window, WindowVerb::Close, &mut desk, &job()).unwrap_err();
    assert_eq!(fault.code, Code::OwnWindow);
    assert!(SystemDesk::default().info(program.hwnd).is_some());
}

// Programs.

fn by_path(path: &str, arguments: &[&str]) -> AppLaunchRequest {
    AppLaunchRequest {
        program: Launched::Executable(path.into()),
        arguments: arguments.iter().map(|&argument| argument.into()).collect(),
        working_directory: None,
    }
}

fn by_name(name: &str) -> AppLaunchRequest {
    AppLaunchRequest { program: Launched::App(name.into()), ..by_path("", &[]) }
}

fn launch(request: &AppLaunchRequest) -> Result<Acted, Fault> {
    let facts = system::launch_facts(request, &job())?;
    system::launch(request, &facts, &mut SystemDesk::default(), &job())
}

fn beside_this_test(name: &str) -> String {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().join(name).to_str().unwrap().to_owned()
}

/// A folder that goes when the test does.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("winwarden-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn with(&self, name: &str, bytes: &[u8]) -> String {
        let file = self.0.join(name);
        std::fs::write(&file, bytes).unwrap();
        file.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn notepad_starts_by_its_name_and_its_window_is_told() {
    let _turn = Turn::take();
    let request = by_name("Notepad");
    let facts = system::launch_facts(&request, &job()).unwrap();
    assert_eq!(facts.kind, LaunchPath::Local);
    assert!(facts.path.to_lowercase().ends_with(r"\notepad.exe"), "{facts:?}");
    let acted = system::launch(&request, &facts, &mut SystemDesk::default(), &job()).unwrap();
    let _ended = Ended(acted.pid.unwrap());
    assert_eq!(acted.opened.len(), 1, "{acted:?}");
    assert_eq!(acted.opened[0].process.to_lowercase(), "notepad.exe");
    assert!(acted.foreground_changed);
    assert_eq!(acted.foreground.map(|window| window.key), Some(acted.opened[0].key));
    let closed = control(&acted.opened[0], WindowVerb::Close).unwrap();
    assert_eq!(handles(&closed.closed), handles(&acted.opened));
}

#[test]
fn every_argument_arrives_as_one_whatever_it_holds() {
    let _turn = Turn::take();
    let title = r#"a "quoted\" & | %PATH% \\" title"#;
    let request =
        by_path(&beside_this_test("form.exe"), &["--lifetime", "60000", "--title", title, "--at", "20,20"]);
    let acted = launch(&request).unwrap();
    let _ended = Ended(acted.pid.unwrap());
    assert_eq!(acted.opened.iter().map(|window| window.title.as_str()).collect::<Vec<_>>(), [title]);
    assert_eq!(acted.opened[0].key.pid, acted.pid.unwrap());
}

#[test]
fn a_name_that_is_not_registered_is_told_with_those_that_resemble_it() {
    let fault = system::launch_facts(&by_name("notepadd"), &job()).unwrap_err();
    assert_eq!(fault.code, Code::NotFound);
    assert!(fault.hint.contains("`notepad`"), "{fault:?}");
    assert_eq!(system::launch_facts(&by_name(r"..\notepad"), &job()).unwrap_err().code, Code::NotFound);
}

#[test]
fn relative_and_network_paths_are_told_and_never_started() {
    for (path, kind) in [
        ("notepad.exe", LaunchPath::Relative),
        (r"C:notepad.exe", LaunchPath::Relative),
        (r"\windows\notepad.exe", LaunchPath::Relative),
        (r"\\localhost\c$\windows\notepad.exe", LaunchPath::Network),
        (r"\\?\UNC\localhost\c$\windows\notepad.exe", LaunchPath::Network),
        (r"\\.\C:\windows\notepad.exe", LaunchPath::Network),
    ] {
        let request = by_path(path, &[]);
        let facts = system::launch_facts(&request, &job()).unwrap();
        assert_eq!(facts, LaunchFacts { kind, path: path.into(), app: None, signer: None });
        assert_eq!(launch(&request).unwrap_err().code, Code::ForbiddenPath, "{path}");
    }
}

/// On Windows its own programs are signed by catalogs; Wine has none, and no signatures of its own.
#[test]
fn a_program_of_windows_is_signed_by_its_catalog_and_a_file_of_ours_by_nobody() {
    let folder = Folder::new("signer");
    assert_eq!(system::signer(&folder.with("own.exe", b"MZ")), None);
    assert_eq!(system::signer(folder.0.join("none.exe").to_str().unwrap()), None);
    let notepad = system::signer(
        r"C:\windows\system32
otepad.exe",
    );
    assert_eq!(notepad.is_some_and(|signer| signer.starts_with("Microsoft")), !wine());
}

#[test]
fn the_clock_of_processes_goes_on_from_when_this_one_started() {
    let started = system::process_started(std::process::id()).unwrap();
    let now = system::process_clock();
    assert!(started > 0 && (started..started + 36_000_000_000).contains(&now), "{started} {now}");
}

#[test]
fn what_is_no_program_is_refused_before_it_can_reach_a_shell() {
    let folder = Folder::new("no-program");
    let system32 = Path::new(r"C:\windows\system32");
    for (path, code) in [
        (folder.with("script.bat", b"@echo off\r\n"), Code::LaunchFailed),
        (folder.with("script.ps1", b"calc"), Code::LaunchFailed),
        (folder.with("text.exe", b"@echo off\r\nstart calc\r\n"), Code::LaunchFailed),
        (folder.with("none.exe", b""), Code::LaunchFailed),
        (system32.join("kernel32.dll").to_str().unwrap().to_owned(), Code::LaunchFailed),
        (folder.0.join("missing.exe").to_str().unwrap().to_owned(), Code::LaunchFailed),
        (folder.0.to_str().unwrap().to_owned(), Code::LaunchFailed),
        (r"C:\windows\notepad.exe.".to_owned(), Code::ForbiddenPath),
        (r"C:\windows\notepad.exe:x.exe".to_owned(), Code::ForbiddenPath),
        (r"C:\windows\nul.exe".to_owned(), Code::ForbiddenPath),
    ] {
        let fault = system::launch_facts(&by_path(&path, &[]), &job()).unwrap_err();
        assert_eq!(fault.code, code, "{path}: {fault:?}");
    }
}

#[test]
fn a_library_under_the_name_of_a_program_is_refused() {
    let folder = Folder::new("library");
    let library = std::fs::read(r"C:\windows\system32\kernel32.dll").unwrap();
    let path = folder.with("library.exe", &library);
    assert_eq!(system::launch_facts(&by_path(&path, &[]), &job()).unwrap_err().code, Code::LaunchFailed);
}

#[test]
fn what_leads_elsewhere_than_was_judged_is_not_started() {
    let request = by_name("notepad");
    let judged = system::launch_facts(&by_name("regedit"), &job()).unwrap();
    let fault = system::launch(&request, &judged, &mut SystemDesk::default(), &job()).unwrap_err();
    assert_eq!(fault.code, Code::LaunchFailed);
    assert!(fault.message.contains("was judged"), "{fault:?}");
}

#[test]
fn a_working_directory_is_a_full_local_folder() {
    let notepad = by_name("notepad");
    for (folder, code) in [
        ("sub", Code::ForbiddenPath),
        (r"\\server\share", Code::ForbiddenPath),
        (r"C:\no such folder", Code::LaunchFailed),
        (r"C:\windows\notepad.exe", Code::LaunchFailed),
    ] {
        let request = AppLaunchRequest { working_directory: Some(folder.into()), ..notepad.clone() };
        assert_eq!(system::launch_facts(&request, &job()).unwrap_err().code, code, "{folder}");
    }
    let request = AppLaunchRequest { working_directory: Some(r"C:\windows".into()), ..notepad };
    assert!(system::launch_facts(&request, &job()).is_ok());
}

#[test]
fn the_list_of_programs_is_sorted_without_doubles_and_says_how_many_more_there_are() {
    let all = system::app_list(&AppListRequest { query: None, limit: 500 }, &job()).unwrap();
    let names: Vec<String> = all.apps.iter().map(|app| app.name.to_lowercase()).collect();
    assert!(names.is_sorted());
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    assert!(names.contains(&"notepad".to_owned()), "{names:?}");
    eprintln!("{} programs: {:#?}", all.apps.len(), all.apps);
    let one = system::app_list(&AppListRequest { query: None, limit: 1 }, &job()).unwrap();
    assert_eq!((one.apps.len(), one.more as usize), (1, all.apps.len() - 1));
    let query = Some("NOTEP".to_owned());
    let found = system::app_list(&AppListRequest { query, limit: 500 }, &job()).unwrap();
    assert!(!found.apps.is_empty() && found.apps.iter().all(|app| app.name.to_lowercase().contains("notep")));
}

// Clipboard.

#[test]
fn the_primary_display_comes_first_and_holds_its_work_area() {
    let displays = system::display_list().unwrap().displays;
    let first = displays.first().unwrap();
    assert_eq!((first.number, first.primary, first.rect.left, first.rect.top), (1, true, 0, 0));
    assert!(first.name.starts_with("DISPLAY"), "{first:?}");
    assert_eq!(first.work_area.intersection(first.rect), first.work_area);
    assert!(!first.work_area.is_empty() && first.scale_percent >= 100, "{first:?}");
    assert_eq!(displays.iter().filter(|display| display.primary).count(), 1);
}

#[test]
fn the_session_tells_its_desktop_its_system_and_its_user() {
    assert_eq!(system::desktop_state(), DesktopState::Interactive);
    let report = system::report();
    eprintln!("{report:#?}\n{:#?}", system::principal());
    assert!(report.platform.starts_with("Wine ") || report.platform.starts_with("Windows "), "{report:?}");
    assert!(report.desktop.contains("desktop Default takes input"), "{report:?}");
    assert_eq!(report.limitations.is_empty(), report.platform.starts_with("Windows "), "{report:?}");
    let principal = system::principal();
    assert_eq!(principal.transport, "stdio");
    assert!(principal.user.contains('\\'), "{principal:?}");
}
