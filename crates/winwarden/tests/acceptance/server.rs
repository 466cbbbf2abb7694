//! One scenario's server.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// A server that has shaken hands, with its world and state in a folder of its own.
pub struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    folder: TempDir,
    sent: u64,
}

impl Server {
    /// Starts it; nothing where the start stopped.
    pub fn start(meta: &Value, setup: &Value, options: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("world.json"), world(meta, setup).to_string()).unwrap();
        let mut variables: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in setup["env"].as_object().into_iter().flatten() {
            variables.insert(name.clone(), value.as_str().unwrap().to_owned());
        }
        let policy = setup["policy"].as_str().unwrap();
        let text = match policy {
            "@MISSING_FILE" => None,
            raw if raw.starts_with("@RAW:") => raw.strip_prefix("@RAW:").map(str::to_owned),
            named => Some(meta["policies"][named].to_string()),
        };
        if text.as_deref() != Some("\"@BUILTIN\"") {
            let file = path("allowed_paths.json");
            variables.insert("WINREG_MCP_ALLOWED_PATHS_FILE".into(), file.display().to_string());
            text.into_iter().for_each(|text| fs::write(&file, text).unwrap());
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_winwarden"))
            .args(["serve", "--dialect", "winreg", "--sim"])
            .arg(path("world.json"))
            .arg("--sim-state")
            .arg(path("state.json"))
            .args(options)
            .env("WINWARDEN_HOME", folder.path())
            .envs(variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut server = Self { child, input, output, folder, sent: 0 };
        let client = json!({"name": "acceptance", "version": "1"});
        server.request(
            "initialize",
            &json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client}),
        )?;
        server.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        Some(server)
    }

    /// The reply to a call or another request of a scenario; nothing where the server has ended.
    pub fn call(&mut self, call: &Value) -> Option<Value> {
        if let Some(method) = call["method"].as_str() {
            let mut params = call.clone();
            params.as_object_mut().unwrap().remove("method");
            return self.request(method, &params);
        }
        let mut arguments = call["arguments"].clone();
        for value in arguments.as_object_mut().unwrap().values_mut() {
            let bytes = value.as_str().and_then(|text| text.strip_prefix("@GENERATE:string_bytes:"));
            if let Some(bytes) = bytes {
                *value = json!("x".repeat(bytes.parse::<usize>().unwrap() / 2));
            }
        }
        self.request("tools/call", &json!({"name": call["tool"], "arguments": arguments}))
    }

    fn request(&mut self, method: &str, params: &Value) -> Option<Value> {
        self.sent += 1;
        let id = self.sent;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // Stdout carries messages and nothing else.
            let message: Value = serde_json::from_str(&line).unwrap();
            if message["id"] == id {
                return Some(message);
            }
        }
    }

    /// To one that has ended nothing is said.
    fn send(&mut self, message: &Value) {
        let input = self.input.as_mut().unwrap();
        let _ = input.write_all(format!("{message}\n").as_bytes()).and_then(|()| input.flush());
    }

    /// Writes another text into the file that said what is allowed.
    pub fn edit_policy(&self, text: &str) {
        fs::write(self.folder.path().join("allowed_paths.json"), text).unwrap();
    }

    /// The keys of the machine with their values, as they are now.
    pub fn keys(&self) -> Value {
        let read = |name: &str| fs::read_to_string(self.path(name)).ok();
        let text = read("state.json").or_else(|| read("world.json")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["registry"]["keys"].clone()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// The machine of a scenario.
fn world(meta: &Value, setup: &Value) -> Value {
    let fixture = &meta["fixtures"][setup["fixture"].as_str().unwrap()];
    let mut registry = json!({"keys": fixture["keys"], "links": fixture["links"], "current_control_set": 1});
    if let Some(generate) = setup["generate"].as_object() {
        let text = json!(generate).to_string().replace("big_binary_bytes", "value_bytes");
        registry["generate"] = serde_json::from_str(&text).unwrap();
    }
    if setup["wow64_shared_keys"].is_array() {
        registry["wow64_shared"] = setup["wow64_shared_keys"].clone();
    }
    let user = json!({"name": "tester", "sid": "S-1-5-21-1-2-3-1001", "elevated": false, "admin": false});
    let mut world = json!({"user": user, "registry": registry});
    if setup["backend_delay_ms"].is_u64() {
        world["delays_ms"] = json!({"registry": setup["backend_delay_ms"]});
    }
    world
}
