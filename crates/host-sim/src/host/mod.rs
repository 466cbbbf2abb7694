//! The machine behind the gate's port.

mod acting;
mod find;
mod looking;
mod registry;
mod sights;
mod typing;
mod waiting;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use gate::{Answer, Host, HostReport, Lookup, Notice, Permit, Present, Run, Sight, Texts, registry::Before};
use model::{
    AppList, Area, Code, DesktopState, Facts, Fault, Group, LocalTime, Operation, Outcome, Preview,
    TargetFacts, WindowList,
    ui::{Node, WindowKey},
};
use tokio::{sync::watch, time::Instant};

use self::{find::Trouble, registry::Keys};
use crate::{
    desktop::Desktop,
    state::{self, OpenError, StateFile},
    world::{Process, World},
};

/// A simulated machine.
#[derive(Debug)]
pub struct SimHost {
    desktop: Mutex<Desktop>,
    keys: Keys,
    state: Option<Mutex<StateFile>>,
    changed: watch::Sender<u64>,
    ui_delay: Duration,
    /// Whether time really passes where it is waited.
    waits: bool,
    about: String,
    notices: Vec<Notice>,
}

impl SimHost {
    /// A machine that begins as `world` and is kept in memory only.
    #[must_use]
    pub fn new(world: World) -> Self {
        let user = &world.user;
        let elevated = if user.elevated { "elevated" } else { "not elevated" };
        let name = if user.name.is_empty() { "the user" } else { &user.name };
        // Whoever shows it escapes it.
        let name: String = name.chars().take(80).collect();
        let about = format!("simulated session of {name}, {elevated}");
        let ui_delay = Duration::from_millis(world.delays.ui.into());
        let others = &world.machine.other_users;
        let server = world.machine.server.then_some(Notice::WindowsServer);
        let others = (!others.is_empty()).then(|| Notice::OtherUsers(others.clone()));
        let notices = server.into_iter().chain(others).collect();
        let changed = watch::Sender::new(0);
        let keys = Keys::new(&world);
        Self {
            desktop: Mutex::new(Desktop::new(world)),
            keys,
            state: None,
            changed,
            ui_delay,
            waits: true,
            about,
            notices,
        }
    }

    /// A machine that begins as the file `world` says, or where it was left where the file `state` exists; to that
    /// file it is written after each change.
    ///
    /// # Errors
    /// The file cannot be read or holds no world.
    pub fn open(world: &Path, state: Option<&Path>) -> Result<Self, OpenError> {
        let mut host = Self::new(state::read(world, state)?);
        let file = state.map(|path| StateFile::new(path.to_owned(), &host.desktop().world));
        host.state = file.map(Mutex::new);
        Ok(host)
    }

    /// The same for one who only asks what would be: what would keep a call waiting answers at once as it would in the end.
    #[must_use]
    pub fn without_waiting(self) -> Self {
        Self { waits: false, ..self }
    }

    /// All of it: the machine as its file has it, and the clipboard.
    #[must_use]
    pub fn whole(&self) -> (String, String) {
        let desktop = self.desktop();
        (desktop.world.to_json(), desktop.clipboard.text.clone())
    }

    /// Its registry behind the gate's port, to be measured alone; what is changed there reaches no file.
    #[must_use]
    pub fn registry(&self) -> Arc<dyn gate::registry::Registry> {
        self.keys.port()
    }

    /// Whether its user runs elevated.
    #[must_use]
    pub fn is_elevated(&self) -> bool {
        self.desktop().world.user.elevated
    }

    /// A panic while it was held has left the world as it was at that moment, which is a world.
    fn desktop(&self) -> MutexGuard<'_, Desktop> {
        self.desktop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Told whenever something changed.
    fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Lets time pass; `CANCELLED` where the call is.
    async fn sleep_until(&self, when: Instant, run: &Run) -> Result<(), Fault> {
        let when = if self.waits { when } else { Instant::now() };
        tokio::select! {
            () = tokio::time::sleep_until(when) => Ok(()),
            () = run.cancel.cancelled() => Err(Fault::new(Code::Cancelled, "the call was cancelled")),
        }
    }

    /// Lets the time pass that each look and act takes here.
    async fn take_time(&self, run: &Run) -> Result<(), Fault> {
        if self.ui_delay.is_zero() {
            return Ok(());
        }
        let deadline = Instant::from_std(run.deadline);
        let until = Instant::now() + self.ui_delay;
        self.sleep_until(until.min(deadline), run).await?;
        if until > deadline {
            let message = "the simulated machine did not answer in time (`delays_ms.ui`)";
            return Err(Fault::new(Code::TargetNotResponding, message));
        }
        Ok(())
    }

    /// Asks the desktop; where a window hangs, waits until the deadline before it says so.
    async fn ask<T>(
        &self,
        run: &Run,
        question: impl FnOnce(&mut Desktop) -> Result<T, Trouble>,
    ) -> Result<T, Fault> {
        self.ask_until(Instant::from_std(run.deadline), run, question).await
    }

    async fn ask_until<T>(
        &self,
        until: Instant,
        run: &Run,
        question: impl FnOnce(&mut Desktop) -> Result<T, Trouble>,
    ) -> Result<T, Fault> {
        let answer = question(&mut self.desktop());
        match answer {
            Ok(answer) => Ok(answer),
            Err(Trouble::Fault(fault)) => Err(*fault),
            Err(Trouble::Hangs(window)) => {
                self.sleep_until(until, run).await?;
                let message = format!("window `{}` does not answer", model::ui::escape(&window.title, 80));
                Err(Fault::new(Code::TargetNotResponding, message)
                    .hint("other windows can be used meanwhile; wait, or ask the person to end the program")
                    .windows(vec![*window]))
            }
        }
    }

    /// Writes the machine where it changed, and tells those who wait.
    fn keep(&self, desktop: &Desktop) -> Result<(), Fault> {
        self.changed.send_modify(|number| *number = number.wrapping_add(1));
        let Some(state) = &self.state else { return Ok(()) };
        let mut file = state.lock().unwrap_or_else(PoisonError::into_inner);
        file.save(&desktop.world).map_err(|error| {
            let path = file.path().display().to_string();
            let message =
                format!("it was done, but `{}` could not be written: {error}", model::ui::escape(&path, 200));
            Fault::new(Code::Internal, message)
        })
    }

    async fn find(&self, lookup: Lookup, run: &Run) -> Result<Facts, Fault> {
        let mut facts = Facts { desktop: Some(DesktopState::Interactive), ..Facts::default() };
        if !lookup.registry.is_empty() {
            facts.registry = self.keys.look(&lookup.registry)?;
            return Ok(facts);
        }
        self.take_time(run).await?;
        if let Some(launch) = &lookup.launch {
            facts.launch = Some(self.desktop().launch_facts(launch)?);
        }
        if lookup.clipboard {
            facts.clipboard = Some(looking::clipboard_facts(&self.desktop()));
        }
        for locator in &lookup.locators {
            let found = self
                .ask(run, |desktop| {
                    let found = find::locate(desktop, locator)?;
                    let bars = found.node().map(|node| acting::bars(&node)).unwrap_or_default();
                    let mut facts = found.facts_to_press(desktop, lookup.presses);
                    if lookup.ancestors {
                        facts.sought.ancestors = found.ancestors();
                    }
                    Ok((facts, bars))
                })
                .await;
            match found {
                Ok((target, bars)) => {
                    if facts.targets.is_empty() {
                        facts.bars = bars;
                    }
                    facts.targets.push(target);
                }
                Err(fault) if lookup.optional && may_come(fault.code) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(facts)
    }

    async fn carry_out(&self, permit: &Permit, run: &Run) -> Result<Outcome, Fault> {
        let (operation, facts) = (permit.operation(), permit.facts());
        if registry::is_registry(operation) {
            return self.use_registry(operation, facts, run).await;
        }
        self.take_time(run).await?;
        if let Operation::WaitFor(request) = operation {
            return waiting::wait(self, request, permit.locators(), facts, run).await;
        }
        self.ask(run, |desktop| {
            if operation.kind().group() == Group::Read {
                return look(desktop, operation, facts, run);
            }
            let acted = acting::act(desktop, operation, facts);
            // An act that failed half-way has changed what it says it has.
            let kept = self.keep(desktop);
            let acted = acted?;
            kept?;
            Ok(Outcome::Acted(Box::new(acted)))
        })
        .await
    }
}

/// Whether what a wait is for may still come.
const fn may_come(code: Code) -> bool {
    matches!(code, Code::NotFound | Code::StaleElement | Code::Ambiguous | Code::WrongWindow)
}

fn look(desktop: &Desktop, operation: &Operation, facts: &Facts, run: &Run) -> Result<Outcome, Trouble> {
    match operation {
        Operation::WindowList(_) => Ok(Outcome::Windows(WindowList { windows: desktop.infos() })),
        Operation::DisplayList(_) => Ok(Outcome::Displays(looking::displays())),
        Operation::AppList(request) => {
            let mut apps = desktop.apps();
            if let Some(query) = &request.query {
                let query = query.to_lowercase();
                apps.retain(|app| app.name.to_lowercase().contains(&query));
            }
            let limit = request.limit as usize;
            let more = u32::try_from(apps.len().saturating_sub(limit)).unwrap_or(u32::MAX);
            apps.truncate(limit);
            Ok(Outcome::Apps(AppList { apps, more }))
        }
        Operation::Snapshot(request) => looking::snapshot(desktop, request, facts),
        Operation::Find(request) => looking::find(desktop, request, facts),
        Operation::ReadText(request) => looking::read_text(desktop, request, facts),
        Operation::Screenshot(request) => looking::screenshot(desktop, request, facts, run),
        Operation::ClipboardRead(request) => {
            Ok(Outcome::Clipboard(looking::clipboard(desktop, facts, request.max_chars)?))
        }
        Operation::Status(_)
        | Operation::WaitFor(_)
        | Operation::Click(_)
        | Operation::TypeText(_)
        | Operation::PressKeys(_)
        | Operation::Scroll(_)
        | Operation::Drag(_)
        | Operation::MovePointer(_)
        | Operation::ElementAction(_)
        | Operation::WindowControl(_)
        | Operation::AppLaunch(_)
        | Operation::ClipboardWrite(_)
        | Operation::RegistryRead(_)
        | Operation::RegistryList(_)
        | Operation::RegistrySearch(_)
        | Operation::RegistryExport(_)
        | Operation::RegistryWait(_)
        | Operation::RegistryWrite(_)
        | Operation::RegistryImport(_)
        | Operation::RegistryDelete(_) => {
            Err(Fault::new(Code::Internal, "this is no look at the desktop").into())
        }
    }
}

impl Host for SimHost {
    fn resolve<'a>(&'a self, lookup: Lookup, run: &'a Run) -> Answer<'a, Facts> {
        Box::pin(self.find(lookup, run))
    }

    fn execute<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Answer<'a, Outcome> {
        Box::pin(self.carry_out(permit, run))
    }

    fn survey<'a>(&'a self, permit: &'a Permit, run: &'a Run) -> Answer<'a, Vec<Node>> {
        Box::pin(async {
            let Operation::Screenshot(request) = permit.operation() else { return Ok(Vec::new()) };
            self.ask(run, |desktop| looking::survey(desktop, request, permit.facts())).await
        })
    }

    fn sights<'a>(
        &'a self,
        area: &'a Area,
        targets: &'a [TargetFacts],
        _: &'a Run,
    ) -> Answer<'a, Vec<Sight>> {
        Box::pin(async { Ok(sights::of(&self.desktop(), area, targets)) })
    }

    fn texts<'a>(&'a self, windows: Vec<WindowKey>, _: Duration, _: &'a Run) -> Answer<'a, Vec<Texts>> {
        Box::pin(async move { Ok(sights::texts(&self.desktop(), &windows)) })
    }

    fn portrait<'a>(&'a self, target: &'a TargetFacts, run: &'a Run) -> Answer<'a, Option<Preview>> {
        Box::pin(async { self.ask(run, |desktop| sights::portrait(desktop, target, &run.cover)).await })
    }

    fn present<'a>(&'a self, target: &'a TargetFacts, run: &'a Run) -> Answer<'a, Option<Present>> {
        Box::pin(async {
            self.take_time(run).await?;
            self.ask(run, |desktop| {
                let found = find::again(desktop, target)?;
                Ok(Some(Present { window: desktop.info(found.window), element: found.node() }))
            })
            .await
        })
    }

    fn preview<'a>(
        &'a self,
        operation: &'a Operation,
        facts: &'a Facts,
        run: &'a Run,
    ) -> Answer<'a, Outcome> {
        Box::pin(self.preview_registry(operation, facts, run))
    }

    fn before<'a>(
        &'a self,
        operation: &'a Operation,
        facts: &'a Facts,
        run: &'a Run,
    ) -> Answer<'a, Option<Before>> {
        Box::pin(self.before_registry(operation, facts, run))
    }

    fn restore<'a>(&'a self, before: &'a Before, run: &'a Run) -> Answer<'a, ()> {
        Box::pin(self.put_back(before, run))
    }

    fn local_time(&self) -> LocalTime {
        let fixed = self.desktop().world.machine.time;
        // A simulated machine's clock shows UTC.
        let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        fixed.unwrap_or_else(|| LocalTime::from_unix(now().as_secs()))
    }

    fn process_clock(&self) -> Option<u64> {
        Some(self.desktop().clock())
    }

    fn signer(&self, path: &str) -> Option<String> {
        let desktop = self.desktop();
        let of = |process: &&Process| process.path.eq_ignore_ascii_case(path) && !process.signer.is_empty();
        desktop.world.processes.iter().find(of).map(|process| process.signer.clone())
    }

    fn report(&self) -> HostReport {
        HostReport {
            platform: "simulator".to_owned(),
            desktop: self.about.clone(),
            limitations: vec![
                "this is no Windows: windows, programs and clipboard are make-believe, and nothing outside of this process is seen or changed".to_owned(),
                "programs open a simple window each; scrolling moves nothing; pictures show boxes with text".to_owned(),
            ],
            notices: self.notices.clone(),
            worker_restarts: 0,
        }
    }
}
