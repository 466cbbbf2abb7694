//! The terminal's side: finds the servers of this user and tells them.

use std::{
    error::Error,
    io::{self, BufRead, Write, stdin, stdout},
    process::ExitCode,
    time::Duration,
};

use model::ui::plain;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::{
    Peer, Processes, entries,
    wire::{MOST, Reply, Request, State},
};
use crate::{
    command::{Approvals, Resume},
    home,
    platform::{self, MachineProcesses},
};

/// How long a server may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The servers that answer.
struct Servers {
    runtime: tokio::runtime::Runtime,
    names: Vec<String>,
}

impl Servers {
    fn find() -> Result<Self, Box<dyn Error>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let entries = entries(&home::folder()?).into_iter();
        // One that was killed has left its entry.
        let entries = entries.filter(|(pid, _)| MachineProcesses.started(*pid).is_some());
        Ok(Self { runtime, names: entries.map(|(_, name)| name).collect() })
    }

    /// What each answers; one that does not is told of and left out.
    fn tell(&self, request: &Request) -> Vec<(&str, Reply)> {
        self.names.iter().filter_map(|name| Some((name.as_str(), self.tell_one(name, request)?))).collect()
    }

    fn tell_one(&self, name: &str, request: &Request) -> Option<Reply> {
        let told = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, tell(name, request)).await });
        let told =
            told.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "it does not answer")));
        told.inspect_err(|error| eprintln!("winwarden: a server was not reached: {error}")).ok()
    }

    fn states(&self) -> Vec<(&str, State)> {
        let state = |(name, reply)| match reply {
            Reply::State(state) => Some((name, state)),
            Reply::Refused { why } => {
                eprintln!("winwarden: {why}");
                None
            }
            Reply::Done { .. } | Reply::NotHere => None,
        };
        self.tell(&Request::State).into_iter().filter_map(state).collect()
    }
}

async fn tell(name: &str, request: &Request) -> io::Result<Reply> {
    let Peer { stream, pid } = platform::connect(name).await?;
    // A code is not for another program that has put itself here.
    let own = std::env::current_exe()?;
    if pid.and_then(|pid| MachineProcesses.path(pid)).is_none_or(|path| path != own) {
        return Err(io::Error::other("what answers is not this winwarden"));
    }
    let mut stream = BufReader::new(stream);
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    stream.flush().await?;
    line.clear();
    (&mut stream).take(MOST).read_until(b'\n', &mut line).await?;
    Ok(serde_json::from_slice(&line)?)
}

/// `winwarden stop`: exit code 1 where no such session runs.
pub fn stop(session: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
    let servers = Servers::find()?;
    let replies = servers.tell(&Request::Stop { session: session.map(str::to_owned) });
    Ok(told(replies.into_iter().map(|(_, reply)| reply), "stopped", "no such session runs"))
}

/// `winwarden resume`.
pub fn resume(Resume { session, code, clear_taint }: &Resume) -> Result<ExitCode, Box<dyn Error>> {
    let servers = Servers::find()?;
    let mut stopped = servers.states();
    stopped.retain(|(_, state)| {
        state.state == "stopped" && session.as_ref().is_none_or(|session| *session == state.session)
    });
    let Some((_, State { session, .. })) = stopped.first() else {
        eprintln!("winwarden: no such session is stopped");
        return Ok(ExitCode::FAILURE);
    };
    if stopped.iter().any(|(_, other)| other.session != *session) {
        let ids: Vec<&str> = stopped.iter().map(|(_, state)| state.session.as_str()).collect();
        eprintln!("winwarden: several sessions are stopped; name one with `--session`: {}", ids.join(", "));
        return Ok(ExitCode::FAILURE);
    }
    let code = typed(code.as_deref(), "code on the badge")?;
    // Each server of a session has a badge of its own.
    let mut replies = Vec::new();
    for (name, _) in &stopped {
        let reply =
            servers.tell_one(name, &Request::Resume { code: code.clone(), clear_taint: *clear_taint });
        replies.extend(reply);
        if let Some(Reply::Done { .. }) = replies.last() {
            replies.drain(..replies.len() - 1);
            break;
        }
    }
    Ok(told(replies.into_iter(), "goes on", "no such session runs"))
}

/// `winwarden approvals`.
pub fn approvals(command: &Approvals) -> Result<ExitCode, Box<dyn Error>> {
    let servers = Servers::find()?;
    let no_question = "there is no such open question";
    match command {
        Approvals::List => {
            let mut out = stdout().lock();
            for (_, state) in servers.states() {
                for question in state.questions {
                    let target = question.target.as_deref().unwrap_or("-");
                    let code = if question.has_code { "" } else { ", only to be denied here" };
                    writeln!(
                        out,
                        "{} {} {}, {} s left, session {}{code}",
                        question.id,
                        question.tool,
                        plain(target, 200),
                        question.seconds_left,
                        state.session
                    )?;
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Approvals::Show { id } => {
            let states = servers.states();
            let mut questions = states.iter().flat_map(|(_, state)| &state.questions);
            let Some(question) = questions.find(|question| question.id == *id) else {
                eprintln!("winwarden: {no_question}");
                return Ok(ExitCode::FAILURE);
            };
            // A line of the question is a line here: what was in its texts is escaped already.
            let mut out = stdout().lock();
            for line in question.text.lines() {
                writeln!(out, "{}", plain(line, usize::MAX))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Approvals::Allow { id, code, for_target } => {
            let code = typed(code.as_deref(), "code beside the question")?;
            let allow = Request::Allow { id: id.clone(), code, lasts: *for_target };
            let replies = servers.tell(&allow).into_iter().map(|(_, reply)| reply);
            Ok(told(replies, "allowed", no_question))
        }
        Approvals::Deny { id, stop } => {
            let replies = servers.tell(&Request::Deny { id: id.clone(), stop: *stop });
            Ok(told(replies.into_iter().map(|(_, reply)| reply), "denied", no_question))
        }
    }
}

/// Says what came of it.
fn told(replies: impl Iterator<Item = Reply>, done: &str, none: &str) -> ExitCode {
    let (mut any, mut refused) = (false, false);
    for reply in replies {
        match reply {
            Reply::Done { session } if session.is_empty() => {
                any = true;
                let _ = writeln!(stdout(), "{done}: a session that has not begun");
            }
            Reply::Done { session } => {
                any = true;
                let _ = writeln!(stdout(), "{done}: session {session}");
            }
            Reply::Refused { why } => {
                refused = true;
                eprintln!("winwarden: {why}");
            }
            Reply::NotHere | Reply::State(_) => {}
        }
    }
    if !any && !refused {
        eprintln!("winwarden: {none}");
    }
    if any { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A code that was given, or that is typed now.
fn typed(given: Option<&str>, what: &str) -> io::Result<String> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    eprint!("{what}: ");
    io::stderr().flush()?;
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}
