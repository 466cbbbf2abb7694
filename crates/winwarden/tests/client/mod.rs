//! A client of few lines: starts the built executable on a simulated machine and speaks MCP to it over stdio.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a reply may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Each test file uses a part of this module; naming all of it here keeps the rest from being called dead.
const _: fn() = || {
    let _ = (Place::new, Place::start, Place::fails_to_start, Place::export, Place::written, Place::state);
    let _ = (Client::call, Client::send, Client::reply, Client::request, Client::raw, Client::end);
    let _ = (Reply::text, Reply::code, Reply::structured, Reply::picture, Reply::reference);
    let _ = |client: Client| client.child;
};

/// A folder with a world and a home for the server; gone when dropped.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// With this world.
    pub fn new(world: &Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("world.json"), world.to_string()).expect("the world is written");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
        command.env("WINWARDEN_HOME", self.path("home")).current_dir(self.folder.path());
        command
    }

    fn serve(&self, options: &[&str]) -> Command {
        let mut command = self.command();
        command.args(["serve", "--sim", "world.json"]).args(options);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts a server with these options beside `--sim` and shakes hands.
    pub fn start(&self, options: &[&str]) -> Client {
        let mut client = Client::spawn(&mut self.serve(options));
        let hello = client.request(
            "initialize",
            json!({
                "protocolVersion": "2025-11-25", "capabilities": {},
                "clientInfo": { "name": "tests", "version": "1" },
            }),
        );
        assert_eq!(hello["result"]["serverInfo"]["name"], "winwarden", "{hello}");
        client.raw(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        client
    }

    /// What a server says that does not start; its exit code must be 2.
    pub fn fails_to_start(&self, options: &[&str]) -> String {
        let output = self.serve(options).stdin(Stdio::null()).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        String::from_utf8(output.stderr).expect("words")
    }

    /// The records of all sessions, by `winwarden audit export`.
    pub fn export(&self) -> Vec<Value> {
        let output =
            self.command().args(["audit", "export", "--format", "jsonl"]).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        let lines = String::from_utf8(output.stdout).expect("words");
        lines.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
    }

    /// Everything that was written below `WINWARDEN_HOME`.
    pub fn written(&self) -> String {
        let mut all = String::new();
        gather(&self.path("home"), &mut all);
        assert!(!all.is_empty(), "nothing was written");
        all
    }

    /// The world in the file that `--sim-state` names.
    pub fn state(&self, name: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path(name)).expect("the state")).expect("a world")
    }
}

fn gather(path: &Path, all: &mut String) {
    if path.is_dir() {
        for entry in fs::read_dir(path).expect("a folder") {
            gather(&entry.expect("an entry").path(), all);
        }
    } else {
        let mut bytes = Vec::new();
        fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).expect("a file");
        all.push_str(&String::from_utf8_lossy(&bytes));
    }
}

/// A server that runs, ended when dropped.
pub struct Client {
    pub child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    waiting: Vec<Value>,
    last_id: u64,
}

impl Client {
    fn spawn(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("it starts");
        let stdout = BufReader::new(child.stdout.take().expect("stdout"));
        let (sender, lines) = channel();
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let stdin = child.stdin.take();
        Self { child, stdin, lines, waiting: Vec::new(), last_id: 0 }
    }

    /// Writes a line as it stands.
    pub fn raw(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("it is not ended");
        stdin.write_all(format!("{line}\n").as_bytes()).and_then(|()| stdin.flush()).expect("it reads");
    }

    /// Sends a request and waits for its answer.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.post(method, params);
        self.answer(id)
    }

    fn post(&mut self, method: &str, params: Value) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        self.raw(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        id
    }

    fn answer(&mut self, id: u64) -> Value {
        loop {
            if let Some(at) = self.waiting.iter().position(|message| message["id"] == id) {
                return self.waiting.remove(at);
            }
            let line = self.lines.recv_timeout(PATIENCE).expect("an answer");
            self.waiting.push(serde_json::from_str(&line).expect("stdout carries JSON only"));
        }
    }

    /// Calls a tool without waiting; the request's id.
    pub fn send(&mut self, tool: &str, arguments: Value) -> u64 {
        self.post("tools/call", json!({ "name": tool, "arguments": arguments }))
    }

    /// Waits for the reply to a call.
    pub fn reply(&mut self, id: u64) -> Reply {
        let answer = self.answer(id);
        assert!(answer.get("result").is_some(), "{answer}");
        Reply(answer["result"].clone())
    }

    /// Calls a tool.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Reply {
        let id = self.send(tool, arguments);
        self.reply(id)
    }

    /// Ends the input and waits until the server has ended; everything it said on stderr.
    pub fn end(mut self) -> String {
        self.stdin = None;
        let mut words = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut words).expect("words");
        }
        assert!(self.child.wait().expect("it ends").success(), "{words}");
        words
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The reply to a call.
#[derive(Debug)]
pub struct Reply(pub Value);

impl Reply {
    /// Its text; the call must have succeeded.
    #[track_caller]
    pub fn text(&self) -> &str {
        assert_ne!(self.0["isError"], true, "{}", self.0);
        self.0["content"][0]["text"].as_str().expect("text")
    }

    /// The code it failed with; empty where it did not.
    pub fn code(&self) -> &str {
        if self.0["isError"] == true { self.structured()["code"].as_str().expect("a code") } else { "" }
    }

    /// Its structured form.
    pub fn structured(&self) -> &Value {
        &self.0["structuredContent"]
    }

    /// The media type and bytes, in base64, of its picture.
    pub fn picture(&self) -> (&str, &str) {
        let picture = &self.0["content"][1];
        (picture["mimeType"].as_str().expect("a type"), picture["data"].as_str().expect("bytes"))
    }

    /// The ref in the line of its text that holds `words`.
    #[track_caller]
    pub fn reference(&self, words: &str) -> String {
        let line = self.text().lines().find(|line| line.contains(words));
        let line = line.unwrap_or_else(|| panic!("no {words:?} in {}", self.text()));
        let is_ref = |word: &&str| {
            let number = word.strip_prefix(['e', 'w']);
            number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        };
        line.split_whitespace().find(is_ref).expect("a ref").to_owned()
    }
}
