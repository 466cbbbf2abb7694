//! An MCP client over stdio: as little as a client can be, and one that can also say what it should not.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{Reply, Trouble};

/// How long a reply may take; a server that needs longer hangs.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long a server may take to end once its input has.
const ENDING: Duration = Duration::from_secs(10);
/// How much of stderr an error quotes, in bytes.
const QUOTED: usize = 2_000;

/// A server that runs, and the conversation with it. Dropping it ends the server.
#[derive(Debug)]
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Line>,
    /// Lines that came while another was awaited.
    early: Vec<Line>,
    /// When the line that was taken last had come.
    came: Instant,
    next: u64,
    said: Arc<Mutex<String>>,
    /// What `initialize` answered.
    server: Value,
}

/// When a line had come, and what it says.
type Line = (Instant, Value);

impl Client {
    /// Starts a server and shakes hands with it (protocol 2025-11-25).
    ///
    /// # Errors
    /// It does not start, or does not answer as an MCP server.
    pub fn start(command: Command) -> Result<Self, Trouble> {
        let mut client = Self::silent(command)?;
        client.server = client.request(
            "initialize",
            json!({"protocolVersion": "2025-11-25", "capabilities": {},
                   "clientInfo": {"name": "winwarden-e2e", "version": env!("CARGO_PKG_VERSION")}}),
        )?;
        client.notify("notifications/initialized", json!({}))?;
        Ok(client)
    }

    /// Starts a server and says nothing to it.
    ///
    /// # Errors
    /// It does not start.
    pub fn silent(mut command: Command) -> Result<Self, Trouble> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.spawn().map_err(|source| Trouble::Start { program, source })?;
        let (sender, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    let came = Instant::now();
                    // A line that is no JSON is kept as a text, so that a test sees it.
                    let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
                    if sender.send((came, value)).is_err() {
                        break;
                    }
                }
            });
        }
        let said = Arc::new(Mutex::new(String::new()));
        if let Some(mut stderr) = child.stderr.take() {
            let said = Arc::clone(&said);
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = stderr.read(&mut buffer) {
                    let text = String::from_utf8_lossy(buffer.get(..read).unwrap_or_default()).into_owned();
                    if let Ok(mut said) = said.lock() {
                        said.push_str(&text);
                    }
                }
            });
        }
        let stdin = child.stdin.take();
        let (early, came, server) = (Vec::new(), Instant::now(), Value::Null);
        Ok(Self { child, stdin, lines, early, came, next: 1, said, server })
    }

    /// What `initialize` answered.
    pub const fn server(&self) -> &Value {
        &self.server
    }

    /// Calls a tool and waits for its reply; a failed tool is a reply too.
    ///
    /// # Errors
    /// There is no reply, or a JSON-RPC error in its place.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Result<Reply, Trouble> {
        let id = self.begin_call(tool, arguments)?;
        self.finish_call(id, tool)
    }

    /// A snapshot in both of its forms, of two calls: its text, and the JSON that it is given as on request.
    ///
    /// # Errors
    /// Those of [`call`](Self::call), or a call failed.
    pub fn seen(&mut self, mut arguments: Value) -> Result<Reply, Trouble> {
        let text = self.call("snapshot", arguments.clone())?.done()?;
        if let Some(arguments) = arguments.as_object_mut() {
            arguments.insert("structured".to_owned(), Value::Bool(true));
        }
        let json = self.call("snapshot", arguments)?.done()?;
        Ok(Reply { structured: json.structured, ..text })
    }

    /// The same as [`call`](Self::call), and how long the reply was on its way, without what a client makes of it.
    ///
    /// # Errors
    /// Those of [`call`](Self::call).
    pub fn timed(&mut self, tool: &str, arguments: Value) -> Result<(Reply, Duration), Trouble> {
        let begun = Instant::now();
        let reply = self.call(tool, arguments)?;
        Ok((reply, self.came.saturating_duration_since(begun)))
    }

    /// Calls a tool without waiting for its reply: its id, for [`Client::finish_call`] or [`Client::cancel`].
    ///
    /// # Errors
    /// The server reads no more.
    pub fn begin_call(&mut self, tool: &str, arguments: Value) -> Result<u64, Trouble> {
        self.begin("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// Waits for the reply to a call that was begun.
    ///
    /// # Errors
    /// There is no reply, or a JSON-RPC error in its place.
    pub fn finish_call(&mut self, id: u64, tool: &str) -> Result<Reply, Trouble> {
        let result = self.finish(id, "tools/call")?;
        let line = || Trouble::Form { method: format!("tools/call {tool}"), line: result.to_string() };
        Reply::read(tool, &result).ok_or_else(line)
    }

    /// Sends a request and waits for its result.
    ///
    /// # Errors
    /// There is none, or a JSON-RPC error in its place.
    pub fn request(&mut self, method: &str, params: Value) -> Result<Value, Trouble> {
        let id = self.begin(method, params)?;
        self.finish(id, method)
    }

    /// Sends a request and gives its id, for [`Client::finish`] or a cancel.
    ///
    /// # Errors
    /// The server reads no more.
    pub fn begin(&mut self, method: &str, params: Value) -> Result<u64, Trouble> {
        let id = self.next;
        self.next += 1;
        self.say(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string())?;
        Ok(id)
    }

    /// Waits for the result of a request that was begun; other lines are kept.
    ///
    /// # Errors
    /// There is none, or a JSON-RPC error in its place.
    pub fn finish(&mut self, id: u64, method: &str) -> Result<Value, Trouble> {
        let answers = |line: &Value| line.get("id") == Some(&json!(id)) && line.get("method").is_none();
        let line = self.take(&format!("reply to `{method}`"), PATIENCE, answers)?;
        if let Some(result) = line.get("result") {
            return Ok(result.clone());
        }
        let error = line.get("error").cloned().unwrap_or_default();
        let code = error.get("code").and_then(Value::as_i64);
        let message = error.get("message").and_then(Value::as_str);
        match (code, message) {
            (Some(code), Some(message)) => {
                Err(Trouble::Protocol { method: method.to_owned(), code, message: message.to_owned() })
            }
            _ => Err(Trouble::Form { method: method.to_owned(), line: line.to_string() }),
        }
    }

    /// Numbers the requests from here on: for a conversation in which lower ids were used in other ways.
    pub const fn count_from(&mut self, id: u64) {
        self.next = id;
    }

    /// The lines that came so far and were no answer to anything.
    pub fn strays(&mut self) -> Vec<Value> {
        self.early.extend(self.lines.try_iter());
        self.early.drain(..).map(|(_, line)| line).collect()
    }

    /// Cancels a request that was begun. MCP gives no reply to one that was cancelled.
    ///
    /// # Errors
    /// The server reads no more.
    pub fn cancel(&mut self, id: u64) -> Result<(), Trouble> {
        self.notify("notifications/cancelled", json!({"requestId": id, "reason": "test"}))
    }

    /// Sends a notification.
    ///
    /// # Errors
    /// The server reads no more.
    pub fn notify(&mut self, method: &str, params: Value) -> Result<(), Trouble> {
        self.say(&json!({"jsonrpc": "2.0", "method": method, "params": params}).to_string())
    }

    /// Sends a line as it is, whatever is in it.
    ///
    /// # Errors
    /// The server reads no more.
    pub fn say(&mut self, line: &str) -> Result<(), Trouble> {
        self.say_bytes(line.as_bytes())
    }

    /// Sends a line that need not be text.
    ///
    /// # Errors
    /// The server reads no more.
    pub fn say_bytes(&mut self, line: &[u8]) -> Result<(), Trouble> {
        let Some(stdin) = &mut self.stdin else { return Ok(()) };
        let mut bytes = line.to_vec();
        bytes.push(b'\n');
        stdin.write_all(&bytes).and_then(|()| stdin.flush()).map_err(Trouble::io("write to the server"))
    }

    /// The next line that fits, among those that came and those that come within `patience`; others are kept.
    ///
    /// # Errors
    /// None came.
    pub fn take(
        &mut self,
        awaited: &str,
        patience: Duration,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Value, Trouble> {
        if let Some(index) = self.early.iter().position(|(_, line)| fits(line)) {
            let (came, line) = self.early.remove(index);
            self.came = came;
            return Ok(line);
        }
        let until = Instant::now() + patience;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok((came, line)) if fits(&line) => {
                    self.came = came;
                    return Ok(line);
                }
                Ok(line) => self.early.push(line),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Trouble::Late {
                        awaited: awaited.to_owned(),
                        within: patience,
                        said: self.said(),
                    });
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Trouble::Ended { awaited: awaited.to_owned(), said: self.said() });
                }
            }
        }
    }

    /// Everything the server said on stderr so far.
    pub fn stderr(&self) -> String {
        self.said.lock().map(|said| said.clone()).unwrap_or_default()
    }

    /// The end of what the server said on stderr so far.
    pub fn said(&self) -> String {
        let said = self.stderr();
        let from = said.len().saturating_sub(QUOTED);
        said.char_indices().filter(|(at, _)| *at >= from).map(|(_, c)| c).collect()
    }

    /// The id of the process that was started (on the test desktop, of the runner that became it).
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Ends the input and waits for the server to end; how long that took comes back too.
    ///
    /// # Errors
    /// It does not end, and is killed.
    pub fn end(mut self) -> Result<(ExitStatus, Duration), Trouble> {
        drop(self.stdin.take());
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().map_err(Trouble::io("wait for the server"))? {
                return Ok((status, began.elapsed()));
            }
            if began.elapsed() > ENDING {
                return Err(Trouble::Late { awaited: "end".into(), within: ENDING, said: self.said() });
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let until = Instant::now() + Duration::from_secs(2);
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
