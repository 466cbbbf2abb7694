//! Which session a call belongs to: it begins with the first call, and goes on from before where it can.

use std::{
    io,
    sync::{Arc, MutexGuard, PoisonError, atomic::Ordering},
};

use model::{Code, Fault};
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::format_description};

use super::Gate;
use crate::session::{Begun, Owner, Session};

/// The session of this server's calls.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub(super) session: Arc<Session>,
    /// What a person should know of how it came to be.
    pub(super) note: Option<String>,
    /// The name that the client gave with the first call.
    pub(super) client: String,
}

impl Gate {
    /// Goes on with the session that this client had before, where there is one; a new one waits for a call.
    pub fn continue_session(&self, claimed: &Value) {
        *self.greeted.lock().unwrap_or_else(PoisonError::into_inner) = Some(claimed.clone());
        let idle = self.judge.settings.limits.idle;
        if self.bound().is_none()
            && Session::exists(&self.home, &self.owner(client(claimed)), self.clock.as_ref(), idle)
            && let Err(fault) = self.begin(claimed)
        {
            tracing::warn!(%fault, "the session does not go on");
        }
    }

    /// Writes what of the session only this server knows, at its end: calls that only looked count for the next one, too.
    pub fn close(&self) {
        if let Ok(session) = self.session()
            && let Err(fault) = session.keep()
        {
            tracing::warn!(%fault, "what the last calls looked at counts for no later server");
        }
    }

    /// The session's id, as the audit names it; empty before the first call.
    #[must_use]
    pub fn session_id(&self) -> String {
        self.bound().as_ref().map(|bound| bound.session.id().to_owned()).unwrap_or_default()
    }

    /// The session; none before the first call.
    pub(super) fn session(&self) -> Result<Arc<Session>, Fault> {
        let bound = self.bound().as_ref().map(|bound| Arc::clone(&bound.session));
        bound.ok_or_else(|| Fault::new(Code::Internal, "there is no session yet"))
    }

    /// Begins a session with a call that claims to come from this client, goes on with the one there is, and takes over
    /// what other servers of it have written.
    pub(super) fn begin(&self, claimed: &Value) -> Result<(), Fault> {
        let mut bound = self.bound();
        let idle = self.judge.settings.limits.idle;
        let alone = self.running.load(Ordering::Acquire) <= 1;
        if let Some(Bound { session, .. }) = &*bound {
            let changed = session.refresh()?;
            if !(alone && session.is_over(idle)) {
                let session = Arc::clone(session);
                drop(bound);
                if changed {
                    self.follow(&session);
                }
                return session.used();
            }
        }
        // Whatever a client calls itself later, it has the session of its first call.
        let client = bound.as_ref().map_or_else(|| client(claimed), |bound| bound.client.clone());
        let failed = |error: io::Error| {
            Fault::new(Code::AuditFailed, format!("nothing was done: no session can begin: {error}"))
        };
        let id = new_id().map_err(failed)?;
        let owner = self.owner(client.clone());
        let (session, begun) =
            Session::open(&self.home, &owner, id, Arc::clone(&self.clock), idle).map_err(failed)?;
        let server = json!({
            "pid": std::process::id(),
            "version": self.version,
            "configuration": self.configuration,
            "configuration_changed": self.configuration_changed,
            "continued": begun == Begun::Continued,
        });
        self.audit.open(session.id(), Arc::clone(session.turn()), server).map_err(failed)?;
        let note = match begun {
            Begun::Anew | Begun::Continued => None,
            Begun::Unreadable(why, aside) => Some(format!(
                "the session before this one could not go on, for its state cannot be read ({why}; it is now `{}`): \
                 this one is stopped until a person resumes it",
                aside.display()
            )),
        };
        tracing::info!(session = session.id(), ?note, "a session begins or goes on");
        let session = Arc::new(session);
        *bound = Some(Bound { session: Arc::clone(&session), note, client });
        drop(bound);
        self.follow(&session);
        session.used()
    }

    fn owner(&self, client: String) -> Owner {
        let profile = self.judge.settings.profile.name().to_owned();
        let (parent, user) = (self.principal.parent.clone(), self.principal.user.clone());
        Owner { parent, user, client, profile }
    }

    /// A panic while it was held has begun no session.
    pub(super) fn bound(&self) -> MutexGuard<'_, Option<Bound>> {
        self.bound.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a client calls itself.
fn client(claimed: &Value) -> String {
    claimed.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// `YYYYMMDDTHHMMSSmmmZ-` (UTC, milliseconds) and 8 random hexadecimal digits: sorts by time, unique among servers started at once.
fn new_id() -> io::Result<String> {
    let mut random = [0; 4];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let time = OffsetDateTime::now_utc()
        .format(format_description!("[year][month][day]T[hour][minute][second][subsecond digits:3]Z"))
        .map_err(io::Error::other)?;
    Ok(format!("{time}-{:08x}", u32::from_ne_bytes(random)))
}
