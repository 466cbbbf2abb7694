//! A launch, from the request to what it changed.

use std::time::{Duration, Instant};

use model::{Acted, AppLaunchRequest, Code, Fault, LaunchFacts, LaunchPath, Means, Program, ui::escape};

use super::{
    command_line::{argument_line, command_line},
    file::{self, Found, ProgramFile},
    registered::{self, Leads},
    start::{Started, activate, start},
};
use crate::{
    act::{Desk, change::Before},
    input::go_on,
    source::Job,
    system::{Process, TopLevel, descends},
};

/// How long a program may take to show its first window before the reply goes without it.
const FIRST_WINDOW: Duration = Duration::from_secs(3);

/// How long to look for a window after the program has ended: some only pass on to one that runs already.
const AFTER_END: Duration = Duration::from_millis(700);

/// How long a program may take to be ready for input once its window is up.
const READY: Duration = Duration::from_millis(500);

/// Between two looks for a window.
const GAP: Duration = Duration::from_millis(10);

/// What a request comes to on this machine at this moment.
struct Resolved {
    facts: LaunchFacts,
    how: How,
}

enum How {
    /// Run this file.
    Run {
        file: ProgramFile,
        /// Arguments that come with the registration.
        before: String,
        /// Where it starts.
        folder: String,
    },
    /// Start a packaged program.
    Activate(String),
    /// Not at all.
    Refuse,
}

/// What a launch would run: registered names are looked up exactly (in any case), paths are made canonical. A packaged
/// program's path is `shell:AppsFolder\` and its application id.
///
/// # Errors
/// `NOT_FOUND` for a name that is not registered; `LAUNCH_FAILED` where there is no such program or folder;
/// `FORBIDDEN_PATH` where Windows would read a path as something else than it says, and for a working directory that
/// is no full local path; `TIMEOUT`, `CANCELLED`. A relative or network path is no error: the facts say so.
pub fn launch_facts(request: &AppLaunchRequest, job: &Job) -> Result<LaunchFacts, Fault> {
    resolve(request, job).map(|resolved| resolved.facts)
}

/// Starts what was judged (`CreateProcessW`, never a shell string), waits until it takes input or its first window
/// is up, and tells what changed. The registration is looked up again and must lead to the same file.
///
/// # Errors
/// As for [`launch_facts`]; `LAUNCH_FAILED` where it leads elsewhere by now, or does not start.
pub fn launch(
    request: &AppLaunchRequest,
    judged: &LaunchFacts,
    desk: &mut dyn Desk,
    job: &Job,
) -> Result<Acted, Fault> {
    go_on(job)?;
    let Resolved { facts, how } = resolve(request, job)?;
    let facts = LaunchFacts { signer: judged.signer.clone(), ..facts };
    if facts != *judged {
        let message = format!(
            "it leads to `{}` by now, and `{}` was judged",
            escape(&facts.path, 200),
            escape(&judged.path, 200)
        );
        return Err(Fault::new(Code::LaunchFailed, message).hint("call again to have it judged anew"));
    }
    if Process::current().is_raised() {
        return Err(Fault::new(
            Code::LaunchFailed,
            "winwarden runs elevated, and never starts anything elevated",
        )
        .hint("start winwarden without elevation"));
    }
    let before = Before::look(desk);
    let (started, path) = match how {
        How::Run { file, before, folder } => {
            let line = command_line(&file.path, &before, &request.arguments);
            (start(&file, &line, &folder)?, file.path)
        }
        How::Activate(id) => (activate(&id, &argument_line(&request.arguments), job)?, facts.path),
        How::Refuse => {
            return Err(Fault::new(
                Code::ForbiddenPath,
                format!("`{}` is no full path on a local drive", escape(&facts.path, 200)),
            ));
        }
    };
    let mut notes = started.notes.clone();
    let window = first_window(&started, &before, desk, job)?;
    match window {
        Some(window) => come_forward(window, desk),
        None => notes.push(without_window(&started, &path)),
    }
    let changed = before.changed(desk, window, Means::System);
    Ok(Acted { pid: Some(started.pid), notes, ..changed })
}

fn resolve(request: &AppLaunchRequest, job: &Job) -> Result<Resolved, Fault> {
    let chosen = request.working_directory.as_deref().map(working_directory).transpose()?;
    let (path, app, before, folder) = match &request.program {
        Program::Executable(path) => (path.clone(), None, String::new(), None),
        Program::App(name) => {
            let registered = registered::find(name, job)?;
            match registered.leads {
                Leads::File { path, arguments, folder } => {
                    (path, Some(registered.name), arguments, file::folder(&folder).ok().flatten())
                }
                Leads::Package(id) => {
                    if chosen.is_some() {
                        let message = "a packaged program takes no `working_directory`";
                        return Err(Fault::new(Code::InvalidArgument, message).hint("leave it out"));
                    }
                    let path = format!(r"shell:AppsFolder\{id}");
                    let app = Some(registered.name);
                    let facts = LaunchFacts { kind: LaunchPath::Local, path, app, signer: None };
                    return Ok(Resolved { facts, how: How::Activate(id) });
                }
            }
        }
    };
    Ok(match file::program(&path)? {
        Found::Elsewhere(kind) => {
            Resolved { facts: LaunchFacts { kind, path, app, signer: None }, how: How::Refuse }
        }
        Found::Program(file) => {
            let own = || file.path.rsplit_once('\\').map(|(folder, _)| format!("{folder}\\"));
            let folder = chosen.or(folder).or_else(own).unwrap_or_default();
            let facts = LaunchFacts { kind: LaunchPath::Local, path: file.path.clone(), app, signer: None };
            Resolved { facts, how: How::Run { file, before, folder } }
        }
    })
}

fn working_directory(path: &str) -> Result<String, Fault> {
    file::folder(path)?.ok_or_else(|| {
        let message = format!("`working_directory` `{}` is no full path on a local drive", escape(path, 200));
        Fault::new(Code::ForbiddenPath, message).hint(r"give a full path such as `C:\Users`")
    })
}

/// Waits for the first window of the program or of one that it started.
fn first_window(
    started: &Started,
    before: &Before,
    desk: &dyn Desk,
    job: &Job,
) -> Result<Option<u64>, Fault> {
    let until = (Instant::now() + FIRST_WINDOW).min(job.deadline);
    let mut ended = None;
    loop {
        let new: Vec<u64> = desk.tops().into_iter().filter(|top| !before.had(*top)).collect();
        if let Some(own) = new.iter().find(|top| descends(TopLevel(**top).owner().1, started.pid)) {
            started.wait_until_ready(READY.min(until.saturating_duration_since(Instant::now())));
            return Ok(Some(*own));
        }
        if started.has_ended(GAP) {
            let ended: Instant = *ended.get_or_insert_with(Instant::now);
            if !new.is_empty() || ended.elapsed() > AFTER_END {
                return Ok(new.first().copied());
            }
            desk.pause(GAP);
        }
        if Instant::now() >= until {
            return Ok(None);
        }
        go_on(job).map_err(|fault| Fault {
            message: format!("{}; process {} was started and runs on", fault.message, started.pid),
            ..fault
        })?;
    }
}

/// Whoever asks for a program wants to use it; Windows may leave it behind the others all the same.
fn come_forward(window: u64, desk: &mut dyn Desk) {
    let is_own = |desk: &dyn Desk| {
        let front = desk.foreground();
        front == window || TopLevel(front).owner().1 == TopLevel(window).owner().1
    };
    for try_harder in [false, true] {
        let until = Instant::now() + Duration::from_millis(60);
        while Instant::now() < until {
            if is_own(desk) {
                return;
            }
            desk.pause(Duration::from_millis(5));
        }
        desk.call_forward(window, try_harder);
    }
}

fn without_window(started: &Started, path: &str) -> String {
    let program = escape(path.rsplit('\\').next().unwrap_or_default(), 80);
    match started.exit_code() {
        Some(code) => format!("`{program}` has ended already, with exit code {code}"),
        None => format!("no window of `{program}` is up yet; `wait_for` tells when one appears"),
    }
}
