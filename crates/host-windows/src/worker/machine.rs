//! The machine as the worker has it: the threads for its windows, and which work goes where.

use model::{
    Acted, Code, DesktopState, Facts, Fault, Means, Outcome, SecretText, Snapshot, TargetFacts, TextRead,
    WindowInfo, WindowList,
    ui::{Tree, WindowKey, escape},
};

use super::Lanes;
use crate::{
    act::SystemDesk,
    source::{Job, Recall, WindowSource},
    system,
    wire::Work,
};

/// What is not one window but may hang all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Chore {
    /// The program that owns the clipboard is asked for its content.
    Clipboard,
    /// The shell's list of programs.
    Shell,
}

/// The machine.
#[derive(Debug)]
pub(super) struct Machine {
    windows: Lanes<WindowKey, WindowSource>,
    chores: Lanes<Chore, ()>,
    /// The processes of winwarden, the gate first, and the one that owns its console window.
    pub(super) own: Vec<u32>,
}

/// A desktop that can be seen, or why there is none.
pub(super) fn refuse_no_desktop() -> Result<(), Fault> {
    match system::desktop_state() {
        DesktopState::Interactive => Ok(()),
        DesktopState::Secure => Err(Fault::new(
            Code::SecureDesktop,
            "the secure desktop is shown (User Account Control, sign-in, lock screen)",
        )
        .hint("a person has to close it")),
        DesktopState::None => Err(Fault::new(
            Code::NoInteractiveDesktop,
            "this session has no desktop that can be seen or operated",
        )
        .hint("run winwarden in a signed-in session that is not locked; see `status`")),
    }
}

impl Machine {
    /// The machine, with these processes out of reach beside this one; `exhausted` is told when too many threads are
    /// stuck.
    pub(super) fn new(own: [Option<u32>; 2], exhausted: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            windows: Lanes::new(|key| WindowSource::new(*key), exhausted),
            chores: Lanes::new(|_| (), || {}),
            own: own.into_iter().flatten().chain([std::process::id()]).collect(),
        }
    }

    /// Has something done on a window's own thread.
    ///
    /// # Errors
    /// Those of `work`, and `TARGET_NOT_RESPONDING` naming the window.
    pub(super) fn at_window<T: Send + 'static>(
        &self,
        window: &WindowInfo,
        job: &Job,
        work: impl FnOnce(&mut WindowSource, &Job) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let name = format!("window `{}`", escape(&window.title, 80));
        self.windows.run(&window.key, &name, job, work)
    }

    /// The windows that are shown, but for those in which the gate asks and tells the person.
    fn window_list(&self) -> Result<WindowList, Fault> {
        let mut list = system::window_list()?;
        list.windows.retain(|window| Some(&window.key.pid) != self.own.first());
        Ok(list)
    }

    /// The desktop, with winwarden's own processes kept out of reach.
    pub(super) fn desk(&self) -> SystemDesk {
        SystemDesk::new(self.own.clone())
    }

    /// Carries out what was permitted.
    ///
    /// # Errors
    /// Those of [`Host::execute`](gate::Host::execute).
    pub(super) fn execute(
        &self,
        work: &Work,
        facts: &Facts,
        secret: Option<SecretText>,
        job: &Job,
    ) -> Result<Outcome, Fault> {
        let needs_desktop = !matches!(work, Work::AppList(_) | Work::DisplayList);
        if needs_desktop {
            refuse_no_desktop()?;
        }
        Ok(match work {
            Work::WindowList => Outcome::Windows(self.window_list()?),
            Work::DisplayList => Outcome::Displays(system::display_list()?),
            Work::AppList(request) => {
                let request = request.clone();
                let list = move |(): &mut (), job: &Job| system::app_list(&request, job);
                Outcome::Apps(self.chores.run(&Chore::Shell, "the shell's list of programs", job, list)?)
            }
            Work::Snapshot { desktop: true, .. } => {
                let windows = self.window_list()?.windows;
                Outcome::Snapshot(Snapshot {
                    id: None,
                    tree: Tree { windows, ..Tree::default() },
                    changes: None,
                    window_changes: None,
                })
            }
            Work::Snapshot { desktop: false, limits, since } => {
                let recall = if *since { Recall::Use } else { Recall::Keep };
                Outcome::Snapshot(self.snapshot(only(facts)?, limits, recall, job)?)
            }
            Work::Find(request) => Outcome::Found(self.find(only(facts)?, request, job)?),
            Work::ReadText(request) => Outcome::Text(self.read_text(only(facts)?, request, job)?),
            Work::Screenshot { request, marks, cover } => {
                Outcome::Picture(self.picture(request, marks, cover, facts.targets.first(), job)?)
            }
            Work::WaitFor { until, target, timeout_ms } => {
                Outcome::Waited(self.wait(until, target.as_ref(), facts, *timeout_ms, job)?)
            }
            Work::ClipboardRead { max_chars } => Outcome::Clipboard(self.clipboard(*max_chars, facts, job)?),
            Work::ClipboardWrite => Outcome::Acted(Box::new(self.write_clipboard(secret, job)?)),
            Work::Launch(request) => {
                let launch = facts.launch.as_ref().ok_or_else(|| missing("program"))?;
                Outcome::Acted(Box::new(system::launch(request, launch, &mut self.desk(), job)?))
            }
            Work::Click { .. }
            | Work::Type { .. }
            | Work::Keys(_)
            | Work::Scroll { .. }
            | Work::Drag { .. }
            | Work::Move
            | Work::Element(_)
            | Work::Window(_) => Outcome::Acted(Box::new(self.operate(work, facts, secret, job)?)),
        })
    }

    fn clipboard(&self, max_chars: u32, facts: &Facts, job: &Job) -> Result<TextRead, Fault> {
        let name = "the program that holds the clipboard";
        let judged = facts.clipboard.ok_or_else(|| missing("clipboard"))?.sequence;
        let read = move |(): &mut (), job: &Job| system::clipboard_read(judged, job);
        let text = self.chores.run(&Chore::Clipboard, name, job, read)?;
        Ok(TextRead::part(&text, 0, max_chars, Vec::new()))
    }

    fn write_clipboard(&self, secret: Option<SecretText>, job: &Job) -> Result<Acted, Fault> {
        let text = secret.ok_or_else(|| missing("text"))?;
        let name = "the program that holds the clipboard";
        let write = move |(): &mut (), job: &Job| system::clipboard_write(&text, job);
        let clipboard = self.chores.run(&Chore::Clipboard, name, job, write)?;
        Ok(Acted {
            means: Means::System,
            element: None,
            verb: None,
            point: None,
            foreground: None,
            foreground_changed: false,
            focused: None,
            opened: Vec::new(),
            closed: Vec::new(),
            read_back: None,
            clipboard,
            pid: None,
            notes: Vec::new(),
        })
    }
}

/// The one target of an operation that has one.
pub(super) fn only(facts: &Facts) -> Result<&TargetFacts, Fault> {
    facts.targets.first().ok_or_else(|| missing("target"))
}

/// The failure that an order lacks what it must have.
pub(super) fn missing(what: &str) -> Fault {
    Fault::new(Code::Internal, format!("the order lacks its {what}"))
}
