//! The server's side: who asks, whether they may, and what is done.

use std::{
    io,
    path::Path,
    sync::Weak,
    thread::{self, JoinHandle},
    time::Duration,
};

use gate::{By, Caller, Gate, NotDone};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    runtime::Builder,
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;

use super::{
    Entry, Peer, Processes, entries, folder,
    lineage::{Descent, descent},
    wire::{Asked, MOST, Reply, Request, State},
};
use crate::platform::{Line, MachineProcesses};

/// How long one who connects may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many are heard at once.
const AT_ONCE: usize = 16;
/// How often it is looked what other servers of the session have done.
const LOOK: Duration = Duration::from_secs(1);

/// The thread on which terminals are heard.
#[derive(Debug)]
pub struct Listener {
    thread: Option<JoinHandle<()>>,
    ended: CancellationToken,
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.ended.cancel();
        if let Some(thread) = self.thread.take() {
            // What it had to say is in the log.
            let _ = thread.join();
        }
    }
}

/// Lets terminals reach and find this server until the listener is dropped, and cancels `interrupted` where the process is
/// asked to end. It has a thread and a runtime of its own: one that waits for the system's events wakes more slowly, and calls
/// do not wait for any.
///
/// # Errors
/// There can be no thread: the server works, and no terminal reaches it.
pub fn start(home: &Path, gate: Weak<Gate>, interrupted: CancellationToken) -> io::Result<Listener> {
    let (ended, home) = (CancellationToken::new(), home.to_owned());
    let until = ended.clone();
    let heard = async move {
        let terminals = async {
            match open(&home) {
                Ok((line, _entry)) => listen(line, gate).await,
                Err(error) => tracing::warn!(%error, "no terminal reaches this server"),
            }
            std::future::pending::<()>().await;
        };
        let interrupt = async {
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupted.cancel();
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = terminals => {}
            () = interrupt => {}
            () = until.cancelled() => {}
        }
    };
    let work = move || match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(heard),
        Err(error) => tracing::warn!(%error, "no terminal reaches this server"),
    };
    let thread = thread::Builder::new().name("terminals".to_owned()).spawn(work)?;
    Ok(Listener { thread: Some(thread), ended })
}

/// Opens the line, and makes the entry by which it is found.
fn open(home: &Path) -> io::Result<(Line, Entry)> {
    for (pid, name) in entries(home) {
        if MachineProcesses.started(pid).is_none() {
            let _ = std::fs::remove_file(folder(home).join(name));
        }
    }
    let mut random = [0; 4];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let name = format!("{}-{:08x}", std::process::id(), u32::from_ne_bytes(random));
    Ok((Line::open(&name)?, Entry::new(home, &name)?))
}

async fn listen(mut line: Line, gate: Weak<Gate>) {
    let places = std::sync::Arc::new(Semaphore::new(AT_ONCE));
    let mut look = tokio::time::interval(LOOK);
    loop {
        let peer = tokio::select! {
            peer = line.accept() => peer,
            _ = look.tick() => {
                let Some(gate) = gate.upgrade() else { return };
                gate.follow_others();
                continue;
            }
        };
        match peer {
            Ok(peer) => {
                // Who finds no place may come again: none is kept for longer than `PATIENCE`.
                let Ok(place) = std::sync::Arc::clone(&places).try_acquire_owned() else { continue };
                let gate = Weak::clone(&gate);
                tokio::spawn(async move {
                    let heard = tokio::time::timeout(PATIENCE, hear(peer, &gate)).await;
                    tracing::debug!(?heard, "a terminal was heard");
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a terminal was not heard");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// Reads one request and answers it.
async fn hear<S: AsyncRead + AsyncWrite + Unpin>(peer: Peer<S>, gate: &Weak<Gate>) -> io::Result<()> {
    let mut stream = BufReader::new(peer.stream);
    let mut line = Vec::new();
    (&mut stream).take(MOST).read_until(b'\n', &mut line).await?;
    let reply = match (serde_json::from_slice(&line), gate.upgrade()) {
        (Ok(request), Some(gate)) => answer(&gate, request, peer.pid, &MachineProcesses),
        (Err(error), _) => Reply::Refused { why: format!("this is no request: {error}") },
        (_, None) => Reply::NotHere,
    };
    let mut line = serde_json::to_vec(&reply)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.flush().await?;
    // The other end closes first: what is written would otherwise be lost with a pipe.
    let _ = stream.read_u8().await;
    Ok(())
}

/// What comes of a request of this process.
fn answer(gate: &Gate, request: Request, caller: Option<u32>, processes: &dyn Processes) -> Reply {
    // What makes nothing possible that was not needs nothing.
    match &request {
        Request::Stop { session } => {
            if session.as_ref().is_some_and(|session| *session != gate.session_id()) {
                return Reply::NotHere;
            }
            gate.stop(By::Terminal(who(gate, caller, processes)));
            tracing::warn!("the session is stopped from a terminal");
            return Reply::Done { session: gate.session_id() };
        }
        Request::Deny { id, stop } => return reply(gate, gate.deny(id, *stop)),
        Request::State | Request::Resume { .. } | Request::Allow { .. } => {}
    }
    if let Err(why) = may_be_a_person(gate, caller, processes) {
        tracing::warn!(?caller, why, "a terminal was refused");
        return Reply::Refused { why: why.to_owned() };
    }
    match request {
        Request::State => Reply::State(state(gate)),
        Request::Resume { code, clear_taint } => {
            let by = By::Terminal(who(gate, caller, processes));
            let resumed = gate.resume_with(&code, &by);
            reply(gate, resumed.and_then(|()| if clear_taint { gate.clear_taint(&by) } else { Ok(()) }))
        }
        Request::Allow { id, code, lasts } => reply(gate, gate.allow(&id, &code, lasts)),
        Request::Stop { .. } | Request::Deny { .. } => Reply::NotHere,
    }
}

/// Who asks, for the record.
fn who(gate: &Gate, caller: Option<u32>, processes: &dyn Processes) -> Caller {
    let of = |pid| descent(processes, pid, std::process::id(), &gate.launched(), gate.age());
    Caller {
        pid: caller,
        program: caller
            .and_then(|pid| processes.path(pid))
            .map(|path| path.display().to_string())
            .unwrap_or_default(),
        of_session: match caller.map(of) {
            Some(Descent::Elsewhere) => Some(false),
            Some(Descent::OfTheSession) => Some(true),
            Some(Descent::Unknown) | None => None,
        },
    }
}

fn may_be_a_person(gate: &Gate, caller: Option<u32>, processes: &dyn Processes) -> Result<(), &'static str> {
    let caller = caller.ok_or("the system does not tell which process asks")?;
    let server = std::process::id();
    match descent(processes, caller, server, &gate.launched(), gate.age()) {
        Descent::Elsewhere => Ok(()),
        Descent::OfTheSession => Err("this terminal was started by the agent's session: use one of your own"),
        Descent::Unknown => {
            Err("it cannot be told who started this terminal, which is younger than the session: use \
             one that was open before, or that you open from the desktop")
        }
    }
}

fn reply(gate: &Gate, done: Result<(), NotDone>) -> Reply {
    match done {
        Ok(()) => Reply::Done { session: gate.session_id() },
        Err(NotDone::NoQuestion) => Reply::NotHere,
        Err(why) => Reply::Refused { why: why.to_string() },
    }
}

fn state(gate: &Gate) -> State {
    let questions = gate.questions().into_iter().map(|question| Asked {
        id: question.id,
        tool: question.tool.to_owned(),
        target: question.target,
        text: question.text,
        seconds_left: question.left.as_secs(),
        has_code: question.has_code,
    });
    State { session: gate.session_id(), state: gate.state().to_owned(), questions: questions.collect() }
}
