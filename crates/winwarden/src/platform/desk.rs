//! The person at the desk: the dialog that asks, the badge, and the key that stops.
//!
//! Untrusted: nothing here; `host_windows::desk` tells a person's press from a program's.
//! Guarantees: where the desk cannot be had there is no dialog, which is no consent.
//! Does not: keep the desk's windows alive after the session.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak, mpsc},
    thread,
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use gate::{ApprovalAnswer, Approver, By, Gate, Question, Standing};
use host_windows::desk::{Answer, Badge, Desk, DeskConfig, DeskEvent, Image, Question as Shown};
use model::{DesktopState, Preview, keys::Chord};
use policy::config::{Channel, Settings};

/// How often an answer is looked for.
const LOOK: Duration = Duration::from_millis(30);
/// How often it is looked whether a workstation is unlocked of which someone says so.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// The dialog as a way to ask.
#[derive(Debug)]
pub struct Dialog {
    own: Weak<Self>,
    /// As the person configured it.
    stop_key: String,
    config: Option<DeskConfig>,
    desk: OnceLock<Option<Desk>>,
    /// What the badge is to say.
    standing: Mutex<Standing>,
    events: Mutex<Option<mpsc::Receiver<DeskEvent>>>,
    sender: mpsc::Sender<DeskEvent>,
}

impl Dialog {
    /// The desk of a session; nothing is shown yet.
    pub fn new(settings: &Settings) -> Arc<Self> {
        let (sender, events) = mpsc::channel();
        // The reader of settings knows that it is one.
        let stop_key = settings.stop_key.parse::<Chord>().ok();
        let config = stop_key.map(|stop_key| DeskConfig { stop_key, badge: settings.badge });
        let (desk, events) = (OnceLock::new(), Mutex::new(Some(events)));
        let stop_key = settings.stop_key.clone();
        let standing = Mutex::new(Standing::Working { note: None });
        Arc::new_cyclic(|own| Self {
            own: Weak::clone(own),
            stop_key,
            config,
            desk,
            standing,
            events,
            sender,
        })
    }

    /// Lets what happens at the desk stop and resume the session.
    pub fn attach(self: &Arc<Self>, gate: &Arc<Gate>) {
        let Some(events) = self.events.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        let (dialog, gate) = (Arc::downgrade(self), Arc::downgrade(gate));
        let follow = move || {
            let mut unlocking = false;
            loop {
                let wait = if unlocking { LOOK_AGAIN } else { Duration::MAX };
                let event = events.recv_timeout(wait);
                let (Some(_), Some(gate)) = (dialog.upgrade(), gate.upgrade()) else { return };
                match event {
                    Ok(event @ (DeskEvent::StopKey | DeskEvent::StopButton)) => {
                        gate.stop(if event == DeskEvent::StopKey { By::Key } else { By::Badge });
                        tracing::warn!(?event, "the session is stopped");
                    }
                    Ok(DeskEvent::ResumeButton) => match gate.resume(&By::Badge) {
                        Ok(()) => tracing::info!("the session goes on"),
                        Err(error) => tracing::error!(%error, "the session does not go on"),
                    },
                    Ok(DeskEvent::Locked) => {
                        gate.pause();
                        unlocking = false;
                    }
                    Ok(DeskEvent::Unlocked) => unlocking = gate.is_paused(),
                    Ok(DeskEvent::KeyNotRegistered(why)) => {
                        tracing::warn!(why, "the stop key is not ours alone");
                    }
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
                // Any program can say that it is; what the system shows counts.
                if unlocking && host_windows::desktop_state() == DesktopState::Interactive {
                    gate.unpause();
                    unlocking = false;
                }
            }
        };
        if let Err(error) = thread::Builder::new().name("desk events".to_owned()).spawn(follow) {
            tracing::error!(%error, "the stop key cannot be followed");
        }
    }

    /// The badge as it is to be.
    fn badge(&self) -> Badge {
        match &*self.standing.lock().unwrap_or_else(PoisonError::into_inner) {
            Standing::Working { note: None } => {
                Badge::Working { label: format!("{} stops it", self.stop_key) }
            }
            Standing::Working { note: Some(note) } => {
                Badge::Working { label: format!("{} stops it; {note}", self.stop_key) }
            }
            Standing::Locked => {
                Badge::Stopped { label: "Nothing is done while the workstation is locked".into(), code: None }
            }
            Standing::Stopped { why, code } => Badge::Stopped { label: why.clone(), code: code.clone() },
        }
    }

    /// The desk, started by whoever wants it first; none where there is no desktop.
    fn desk(&self) -> Option<&Desk> {
        let start = || {
            let started = Desk::start(self.config?, self.sender.clone());
            match started {
                Ok(desk) => {
                    desk.show(self.badge());
                    Some(desk)
                }
                Err(error) => {
                    tracing::warn!(%error, "there is no dialog, badge or stop key");
                    None
                }
            }
        };
        self.desk.get_or_init(start).as_ref()
    }
}

impl Approver for Dialog {
    fn channel(&self) -> Channel {
        Channel::Dialog
    }

    fn prepare(&self) {
        // Its thread has to have windows before the desk is there: that is waited for elsewhere.
        if let Some(own) = self.own.upgrade()
            && let Err(error) = thread::Builder::new().spawn(move || own.desk().is_some())
        {
            tracing::warn!(%error, "the desk is not there before it is needed");
        }
    }

    fn shows_codes(&self) -> bool {
        true
    }

    fn show(&self, standing: &Standing) {
        standing.clone_into(&mut self.standing.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(Some(desk)) = self.desk.get() {
            desk.show(self.badge());
        }
    }

    fn last_user_input(&self) -> Option<Instant> {
        self.desk.get()?.as_ref()?.last_user_input()
    }

    fn ask<'a>(
        &'a self,
        question: &'a Question,
    ) -> Pin<Box<dyn Future<Output = ApprovalAnswer> + Send + 'a>> {
        Box::pin(async {
            let Some(desk) = self.desk() else { return ApprovalAnswer::Unavailable };
            let asked = Mutex::new(desk.ask(shown(question)));
            loop {
                let answer = asked.lock().unwrap_or_else(PoisonError::into_inner).answers().try_recv();
                match answer {
                    Ok(Answer::Once) => return ApprovalAnswer::Once,
                    Ok(Answer::ForThisTarget) => return ApprovalAnswer::ForThisTarget,
                    Ok(Answer::No) => return ApprovalAnswer::No,
                    Ok(Answer::NoAndStop) => return ApprovalAnswer::NoAndStop,
                    Ok(Answer::Closed | Answer::Expired) | Err(mpsc::TryRecvError::Disconnected) => {
                        return ApprovalAnswer::Nothing;
                    }
                    Err(mpsc::TryRecvError::Empty) => tokio::time::sleep(LOOK).await,
                }
            }
        })
    }
}

/// The question as the dialog shows it.
fn shown(question: &Question) -> Shown {
    let fact = |label: &str, text: String| (label.to_owned(), text);
    let mut facts = Vec::new();
    facts.extend(question.target.iter().map(|target| fact("Target", target.clone())));
    let effects: Vec<&str> = question.effects.iter().map(|group| group.name()).collect();
    facts.push(fact("Effects", effects.join(", ")));
    facts.push(fact("Asked by", question.by.clone()));
    let why = |reason: &policy::Reason| format!("{} (policy {})", reason.text, reason.policy);
    facts.extend(question.reasons.iter().map(|reason| fact("Why", why(reason))));
    facts.extend(question.change.before.iter().map(|text| fact("It holds now", text.clone())));
    facts.extend(
        question.change.after.iter().map(|text| fact("It would put there", text.expose().to_owned())),
    );
    let lines = question.change.lines.iter();
    facts.extend(lines.map(|line| fact(&line.label, line.text.expose().to_owned())));
    let read = |source: &String| fact("Has read what others wrote", source.clone());
    facts.extend(question.taint.iter().map(read));
    facts.push(fact("In full", question.in_one_line()));
    Shown {
        heading: format!("An agent wants to use {}", question.tool),
        facts,
        picture: question.picture.as_ref().and_then(image),
        irreversible: Some(format!("what {} does", question.tool)),
        code: question.code.clone(),
        expires_in: question.wait,
    }
}

fn image(picture: &Preview) -> Option<Image> {
    let Preview { width, height, mark, .. } = *picture;
    Some(Image { width, height, mark, rgba: STANDARD.decode(&picture.base64).ok()? })
}
