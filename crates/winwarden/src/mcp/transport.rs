//! MCP over stdin and stdout: a line is a message.
//!
//! Two threads of their own read and write, so that a pipe that blocks holds up nothing else.

use std::{
    borrow::Cow,
    collections::HashSet,
    io::{self, BufRead, Write},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use rmcp::{
    RoleServer,
    model::{
        ClientJsonRpcMessage, ClientNotification, ClientRequest, GetMeta, JsonRpcMessage, ProtocolVersion,
        RequestId, ServerJsonRpcMessage,
    },
    transport::Transport,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroize;

use super::frame::{self, Frame, INVALID_REQUEST, error};

/// The longest line that is read, its line break included.
pub const MAX_LINE: usize = 16 * 1024 * 1024;
/// What a buffer for lines may keep from one line to the next, in bytes.
const KEPT: usize = 64 * 1024;
/// Messages that may wait between the threads and the session.
const WAITING: usize = 64;
/// Requests that may be open at once.
const MAX_OPEN: usize = 1_024;
/// Cancelled ids that are remembered: a client must not use one again, and a late answer must not look like another's.
const MAX_CANCELLED: usize = 10_000;

/// The session's end of stdin and stdout.
#[derive(Debug)]
pub struct Stdio {
    messages: mpsc::Receiver<ClientJsonRpcMessage>,
    lines: Option<mpsc::Sender<Vec<u8>>>,
    open: Arc<Mutex<Open>>,
    writer: Option<JoinHandle<()>>,
}

/// Ids of requests.
#[derive(Debug, Default)]
struct Open {
    running: HashSet<RequestId>,
    cancelled: HashSet<RequestId>,
    begun: bool,
}

impl Stdio {
    /// Starts reading and writing; `ended` is cancelled when the input ends.
    ///
    /// # Errors
    /// The threads cannot be started.
    pub fn start(
        input: impl BufRead + Send + 'static,
        output: impl Write + Send + 'static,
        ended: CancellationToken,
    ) -> io::Result<Self> {
        let (message, messages) = mpsc::channel(WAITING);
        let (lines, line) = mpsc::channel(WAITING);
        let open = Arc::new(Mutex::new(Open::default()));
        let reader = Reader { message, replies: lines.clone(), open: Arc::clone(&open) };
        std::thread::Builder::new().name("stdin".into()).spawn(move || {
            reader.read(input);
            ended.cancel();
        })?;
        let writer = std::thread::Builder::new().name("stdout".into()).spawn(move || write(line, output))?;
        Ok(Self { messages, lines: Some(lines), open, writer: Some(writer) })
    }
}

/// Writes lines until no one sends any more.
fn write(mut lines: mpsc::Receiver<Vec<u8>>, mut output: impl Write) {
    while let Some(line) = lines.blocking_recv() {
        if output.write_all(&line).and_then(|()| output.flush()).is_err() {
            return;
        }
    }
}

struct Reader {
    message: mpsc::Sender<ClientJsonRpcMessage>,
    replies: mpsc::Sender<Vec<u8>>,
    open: Arc<Mutex<Open>>,
}

impl Reader {
    /// Until the input ends or no one listens any more.
    fn read(&self, mut input: impl BufRead) {
        let mut line = Vec::new();
        loop {
            forget(&mut line);
            match next_line(&mut input, &mut line) {
                Ok(Line::Whole) => {}
                Ok(Line::TooLong) => {
                    tracing::warn!(limit = MAX_LINE, "a line was too long and has been skipped");
                    let message = format!("a line is at most {MAX_LINE} bytes; this one was skipped");
                    if !self.reply(&error(&Value::Null, INVALID_REQUEST, &message)) {
                        return;
                    }
                    continue;
                }
                Ok(Line::End) => return,
                Err(fault) => {
                    tracing::error!(%fault, "stdin cannot be read");
                    return;
                }
            }
            if !self.pass_on(&line) {
                return;
            }
        }
    }

    /// Whether anyone still listens.
    fn pass_on(&self, line: &[u8]) -> bool {
        match frame::read(line) {
            Frame::Message(message) => match self.refused(&message) {
                Some(reply) => reply.is_null() || self.reply(&reply),
                None => self.message.blocking_send(*message).is_ok(),
            },
            Frame::Reply(reply) => {
                let error = reply.pointer("/error/message").and_then(Value::as_str);
                tracing::warn!(bytes = line.len(), error, "a line was refused");
                self.reply(&reply)
            }
            Frame::Ignored(why) => {
                tracing::debug!(bytes = line.len(), why, "a line was ignored");
                true
            }
        }
    }

    fn reply(&self, reply: &Value) -> bool {
        self.replies.blocking_send(bytes(reply)).is_ok()
    }

    /// Refuses a message that does not fit the session: an error to reply, or null where it is only ignored.
    fn refused(&self, message: &ClientJsonRpcMessage) -> Option<Value> {
        let mut open = lock(&self.open);
        match message {
            JsonRpcMessage::Request(request) => {
                let refuse = |why: &str| Some(error(&json!(request.id), INVALID_REQUEST, why));
                if open.running.contains(&request.id) || open.cancelled.contains(&request.id) {
                    return refuse("this `id` was used before: each request needs its own");
                }
                if open.running.len() >= MAX_OPEN {
                    return refuse("too many requests are open at once");
                }
                open.begun |= begins(&request.request);
                open.running.insert(request.id.clone());
                None
            }
            // What comes before the session begins belongs to none.
            _ if !open.begun => Some(Value::Null),
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                    && open.running.remove(id)
                {
                    if open.cancelled.len() >= MAX_CANCELLED {
                        open.cancelled.clear();
                    }
                    open.cancelled.insert(id.clone());
                }
                None
            }
            JsonRpcMessage::Response(_) | JsonRpcMessage::Error(_) => None,
        }
    }
}

/// Whether a session begins with this request: `initialize`, or one that says its protocol itself. `ping` and
/// `server/discover` may come before.
fn begins(request: &ClientRequest) -> bool {
    if let ClientRequest::InitializeRequest(_) = request {
        return true;
    }
    let meta = request.get_meta();
    !matches!(request, ClientRequest::PingRequest(_) | ClientRequest::DiscoverRequest(_))
        && meta.missing_required_keys(&ProtocolVersion::V_2026_07_28).is_empty()
        && meta.protocol_version().is_some_and(|said| ProtocolVersion::KNOWN_VERSIONS.contains(&said))
}

/// Empties a line; it may have held a secret.
fn forget(line: &mut Vec<u8>) {
    line.as_mut_slice().zeroize();
    if line.capacity() > KEPT {
        *line = Vec::new();
    }
    line.clear();
}

/// How a line came in.
enum Line {
    Whole,
    TooLong,
    End,
}

/// Reads a line without its break; of one that is too long, nothing is kept. A last line without a break is none.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    let mut skipping = false;
    loop {
        let available = match input.fill_buf() {
            Ok([]) => return Ok(Line::End),
            Ok(available) => available,
            Err(fault) if fault.kind() == io::ErrorKind::Interrupted => continue,
            Err(fault) => return Err(fault),
        };
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        skipping |= line.len() + part.len() >= MAX_LINE;
        if skipping {
            forget(line);
        } else {
            line.extend_from_slice(part);
        }
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            return Ok(if skipping { Line::TooLong } else { Line::Whole });
        }
    }
}

/// A message as a line.
fn bytes(message: &impl serde::Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(message).unwrap_or_default();
    line.push(b'\n');
    line
}

fn lock(open: &Mutex<Open>) -> std::sync::MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Transport<RoleServer> for Stdio {
    type Error = io::Error;

    fn name() -> Cow<'static, str> {
        "stdio".into()
    }

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        let id = match &message {
            JsonRpcMessage::Response(response) => Some(&response.id),
            JsonRpcMessage::Error(error) => error.id.as_ref(),
            JsonRpcMessage::Request(_) | JsonRpcMessage::Notification(_) => None,
        };
        if let Some(id) = id {
            lock(&self.open).running.remove(id);
        }
        let lines = self.lines.clone();
        async move {
            let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
            lines.ok_or_else(gone)?.send(bytes(&message)).await.map_err(|_| gone())
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        self.messages.recv().await
    }

    /// Waits until everything is written, unless the reader of stdout has gone to sleep: the process ends all the same.
    async fn close(&mut self) -> Result<(), io::Error> {
        self.lines = None;
        self.messages.close();
        if let Some(writer) = self.writer.take() {
            let _ = tokio::task::spawn_blocking(move || writer.join()).await;
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "transport_tests.rs"]
mod tests;
