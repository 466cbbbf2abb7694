//! A client that says exactly what a test gives it, to the built executable on a simulated machine.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a reply may take before the test fails: the machines that run this may be busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server process and the two ends of its pipes.
pub struct Server {
    pub child: Child,
    pub home: Home,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    stderr: Option<JoinHandle<String>>,
    last_id: u64,
}

/// How a server ended.
pub struct Ended {
    pub status: ExitStatus,
    /// From the end of its input to the end of the process.
    pub took: Duration,
    /// What it still said on stdout.
    pub messages: Vec<Value>,
    pub stderr: String,
}

/// A folder for a server's state, with the world it simulates in it.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        Self::of(&world())
    }

    /// With a world of the test's own.
    pub fn of(world: &Value) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("world.json"), world.to_string()).unwrap();
        Self(home)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Every file below it but the world, as text.
    pub fn written(&self) -> String {
        let (mut all, mut folders) = (String::new(), vec![self.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("world.json") {
                    all.push_str(&String::from_utf8_lossy(&fs::read(path).unwrap()));
                }
            }
        }
        all
    }

    /// What `winwarden audit export` prints of it.
    pub fn records(&self) -> Vec<Value> {
        let output = winwarden(self.path(), &["audit", "export", "--format", "jsonl"]);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// A window with a field, a password field and a button that closes it; another one behind it.
fn world() -> Value {
    let field = json!({"role": "Edit", "name": "Note", "automation_id": "15", "value": "", "focused": true,
                       "rect": [10, 40, 300, 200], "patterns": ["Value"]});
    let password = json!({"role": "Edit", "name": "PIN", "automation_id": "16", "value": "", "password": true,
                          "rect": [10, 210, 300, 230], "patterns": ["Value"]});
    let save = json!({"role": "Button", "name": "Save", "automation_id": "1", "rect": [10, 240, 90, 260],
                      "patterns": ["Invoke"], "on_invoke": {"close": true}});
    let process = |pid: u32, name: &str| json!({"pid": pid, "name": name, "path": format!(r"C:\Windows\{name}"), "user": "Ann", "elevated": false});
    json!({
        "user": {"name": "Ann", "sid": "S-1-5-21-1-2-3-1001"},
        "processes": [process(100, "notepad.exe"), process(200, "regedit.exe")],
        "windows": [
            {"title": "Save As", "class": "#32770", "pid": 100, "rect": [0, 0, 320, 280], "foreground": true,
             "tree": {"role": "Window", "name": "Save As", "children": [field, password, save]}},
            {"title": "note.txt - Notepad", "class": "Notepad", "pid": 100, "rect": [0, 0, 640, 480],
             "tree": {"role": "Window", "name": "note.txt - Notepad", "children": []}}
        ]
    })
}

/// Runs the executable to its end.
pub fn winwarden(home: &Path, arguments: &[&str]) -> std::process::Output {
    command(home).args(arguments).output().unwrap()
}

fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
    command.env("WINWARDEN_HOME", home).stdin(Stdio::null());
    command
}

impl Server {
    /// A server on the test's world.
    pub fn start(options: &[&str]) -> Self {
        Self::start_in(Home::new(), options)
    }

    /// A server whose state is in `home`.
    pub fn start_in(home: Home, options: &[&str]) -> Self {
        let mut server = Self::start_unread(home, options);
        let mut stderr = server.child.stderr.take().unwrap();
        server.stderr = Some(std::thread::spawn(move || {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        }));
        server
    }

    /// A server whose stderr no one reads.
    pub fn start_unread(home: Home, options: &[&str]) -> Self {
        let state = home.path().to_owned();
        Self::start_sharing(home, &state, options)
    }

    /// The same, whose state is in a folder that another one has.
    pub fn start_sharing(home: Home, state: &Path, options: &[&str]) -> Self {
        let mut child = command(state)
            .env("WINWARDEN_PROFILE", "lab") // what asks or is refused is for tests that say so
            .args(["serve", "--sim"])
            .arg(home.path().join("world.json"))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (message, messages) = channel();
        std::thread::spawn(move || {
            for line in output.lines() {
                let line = line.unwrap();
                let read = serde_json::from_str(&line).unwrap_or_else(|_| panic!("stdout carries `{line}`"));
                if message.send(read).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, home, input, messages, stderr: None, last_id: 0 }
    }

    /// A server that has shaken hands.
    pub fn ready(options: &[&str]) -> Self {
        let mut server = Self::start(options);
        server.initialize("2025-11-25");
        server
    }

    /// Shakes hands; gives back the result of `initialize`.
    pub fn initialize(&mut self, version: &str) -> Value {
        let client = json!({"name": "test", "version": "1"});
        let hello = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client});
        let reply = self.request("initialize", hello);
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        reply["result"].clone()
    }

    pub fn send(&mut self, message: &Value) {
        self.send_line(message.to_string().as_bytes());
    }

    /// Sends bytes and a line break.
    pub fn send_line(&mut self, line: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(line).and_then(|()| input.write_all(b"\n")).and_then(|()| input.flush()).unwrap();
    }

    /// The next message.
    pub fn next(&self) -> Value {
        self.messages.recv_timeout(PATIENCE).expect("the server says nothing")
    }

    /// The next message, if one comes within this time.
    pub fn next_within(&self, time: Duration) -> Option<Value> {
        self.messages.recv_timeout(time).ok()
    }

    /// Sends a request without waiting; gives back its id.
    pub fn begin(&mut self, method: &str, params: Value) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// The reply to a request; other messages are passed over.
    pub fn reply(&self, id: &Value) -> Value {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let message = self.next();
            if message["id"] == *id {
                return message;
            }
        }
        panic!("no reply to {id}");
    }

    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params);
        self.reply(&json!(id))
    }

    /// The result of a tool call.
    pub fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let reply = self.request("tools/call", json!({"name": tool, "arguments": arguments}));
        assert!(reply["result"].is_object(), "{reply}");
        reply["result"].clone()
    }

    /// Ends the input and waits for the process.
    pub fn end(mut self) -> (Ended, Home) {
        let begun = Instant::now();
        drop(self.input.take());
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < PATIENCE, "the process does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = begun.elapsed();
        let stderr = self.stderr.take().map(|reader| reader.join().unwrap()).unwrap_or_default();
        let messages = std::iter::from_fn(|| self.messages.recv_timeout(PATIENCE).ok()).collect();
        let Self { home, .. } = self;
        (Ended { status, took, messages, stderr }, home)
    }
}

/// The text of a tool's result.
pub fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}
