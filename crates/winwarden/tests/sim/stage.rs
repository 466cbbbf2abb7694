//! A server on a machine of the test's own, and what it replies.

use serde_json::{Value, json};

use super::client::{Home, Server, text};

/// A server that has shaken hands.
pub struct Stage(pub Server);

impl Stage {
    /// On the usual machine.
    pub fn new() -> Self {
        Self::of(&world(), &[])
    }

    /// On this machine, with these options beside `--sim`.
    pub fn of(world: &Value, options: &[&str]) -> Self {
        Self::in_home(Home::of(world), options)
    }

    /// With what stands in this home.
    pub fn in_home(home: Home, options: &[&str]) -> Self {
        let mut server = Server::start_in(home, options);
        server.initialize("2025-11-25");
        Self(server)
    }

    /// Ends the server by force.
    pub fn kill(mut self) -> Home {
        self.0.child.kill().unwrap();
        self.0.child.wait().unwrap();
        self.0.home
    }

    /// The result of a call that must succeed.
    #[track_caller]
    pub fn result(&mut self, tool: &str, arguments: Value) -> Value {
        let result = self.0.call(tool, arguments);
        assert_eq!(result["isError"], false, "{result}");
        result
    }

    /// The text of a call that must succeed.
    #[track_caller]
    pub fn done(&mut self, tool: &str, arguments: Value) -> String {
        text(&self.result(tool, arguments)).to_owned()
    }

    /// The text of a call that must fail with this code.
    #[track_caller]
    pub fn refused(&mut self, tool: &str, arguments: Value, code: &str) -> String {
        let result = self.0.call(tool, arguments);
        assert_eq!(
            (&result["isError"], &result["structuredContent"]["code"]),
            (&json!(true), &json!(code)),
            "{result}"
        );
        text(&result).to_owned()
    }

    /// Begins a call; its request's id.
    pub fn begin(&mut self, tool: &str, arguments: Value) -> u64 {
        self.0.begin("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// The result of a call that was begun.
    pub fn end(&mut self, id: u64) -> Value {
        self.0.reply(&json!(id))["result"].clone()
    }

    /// The ref of the one element of a window that has this role and name.
    #[track_caller]
    pub fn element(&mut self, window: &str, role: &str, name: &str) -> String {
        let found = self.done("find", json!({"window": window, "role": role, "name": name, "limit": 1}));
        reference(&found, name)
    }

    /// What stands in the element with this automation id.
    #[track_caller]
    pub fn text_of(&mut self, window: &str, automation_id: &str) -> String {
        self.done("read_text", json!({"find": {"window": window, "automation_id": automation_id}}))
    }

    /// Where the element with this ref is: left, top, right, bottom.
    #[track_caller]
    pub fn rect_of(&mut self, element: &str) -> [i64; 4] {
        let seen = self.done("snapshot", json!({"element": element, "structured": true}));
        sides(&serde_json::from_str::<Value>(&seen).unwrap()["elements"][0]["rect"])
    }
}

/// The four sides of a rectangle.
pub fn sides(rect: &Value) -> [i64; 4] {
    ["left", "top", "right", "bottom"].map(|side| rect[side].as_i64().unwrap())
}

/// The middle of a rectangle, as `at` takes it.
pub fn middle([left, top, right, bottom]: [i64; 4]) -> Value {
    json!({"x": i64::midpoint(left, right), "y": i64::midpoint(top, bottom)})
}

/// The first ref on the first line that holds `words`.
#[track_caller]
pub fn reference(text: &str, words: &str) -> String {
    let is_ref = |word: &&str| {
        let number = word.strip_prefix(['e', 'w']);
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let line =
        text.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words:?} in {text}"));
    line.split([' ', ':', ',', '`']).find(is_ref).unwrap_or_else(|| panic!("no ref in {line}")).to_owned()
}

/// A window that opens with one button, which closes it.
pub fn dialog(title: &str, mut children: Vec<Value>) -> Value {
    children.push(
        json!({"role": "Button", "name": "Cancel", "automation_id": "2", "on_invoke": {"close": true}}),
    );
    json!({"title": title, "class": "#32770", "tree": {"role": "Window", "name": title, "children": children}})
}

/// The usual machine: Notepad in front, a window of options beside it, one that hangs, an elevated one, one of
/// winwarden's own, and the shell behind all.
pub fn world() -> Value {
    let process = |pid: u32, path: &str, elevated: bool| {
        let name = path.rsplit('\\').next();
        json!({"pid": pid, "name": name, "path": path, "user": r"DESK\ann", "elevated": elevated})
    };
    json!({
        "user": {"name": r"DESK\ann", "sid": "S-1-5-21-1-2-3-1001"},
        "files": {
            r"C:\Windows\System32\notepad.exe": {"base64": "TVo="},
            r"C:\Tools\Paint.exe": {"base64": "TVo="},
            r"C:\Users\ann\todo.txt": {"text": "buy milk"}
        },
        "processes": [
            process(100, r"C:\Windows\explorer.exe", false),
            process(200, r"C:\Windows\System32\notepad.exe", false),
            process(300, r"C:\Tools\options.exe", false),
            process(350, r"C:\Tools\stuck.exe", false),
            process(400, r"C:\Windows\regedit.exe", true),
            process(500, r"C:\Tools\winwarden.exe", false)
        ],
        "windows": [
            {"title": "note.txt - Notepad", "class": "Notepad", "pid": 200, "rect": [100, 100, 900, 500],
             "foreground": true, "tree": notepad()},
            {"title": "Options", "class": "Options", "pid": 300, "rect": [950, 20, 1700, 800], "tree": options()},
            {"title": "Stuck", "class": "Stuck", "pid": 350, "rect": [100, 550, 400, 800], "hangs": true,
             "tree": {"role": "Window", "name": "Stuck", "children": [{"role": "Button", "name": "Poke"}]}},
            {"title": "Registry Editor", "class": "RegEdit", "pid": 400, "rect": [420, 550, 900, 800],
             "tree": {"role": "Window", "name": "Registry Editor", "children": [
                 {"role": "Edit", "name": "Key", "value": "HKLM"}]}},
            {"title": "Approval", "class": "Approval", "pid": 500, "rect": [950, 820, 1300, 1000],
             "tree": {"role": "Window", "name": "Approval", "children": [{"role": "Button", "name": "Approve"}]}},
            {"title": "Program Manager", "class": "Progman", "pid": 100, "rect": [0, 0, 1920, 1080],
             "tree": {"role": "Pane", "name": "Desktop", "children": [{"role": "List", "name": "Icons"}]}}
        ]
    })
}

fn notepad() -> Value {
    let save_as = dialog(
        "Save As",
        vec![
            json!({"role": "Edit", "name": "File name:", "automation_id": "1001", "value": "*.txt", "focused": true}),
            json!({"role": "Button", "name": "Save", "automation_id": "1", "on_invoke": {"close": true}}),
        ],
    );
    json!({"role": "Window", "name": "note.txt - Notepad", "children": [
        {"role": "MenuBar", "name": "Application", "children": [
            {"role": "MenuItem", "name": "&File", "children": [
                {"role": "MenuItem", "name": "New", "on_invoke": {"set": ["text", ""]}},
                {"role": "MenuItem", "name": "Save As...\tCtrl+Shift+S", "on_invoke": {"open": save_as}},
                {"role": "MenuItem", "name": "Exit", "on_invoke": {"close": true}}]},
            {"role": "MenuItem", "name": "&Help", "children": [
                {"role": "MenuItem", "name": "About", "on_invoke": {"open": dialog("About", vec![])}}]}]},
        {"role": "Document", "name": "Text editor", "automation_id": "text", "value": "", "focused": true}
    ]})
}

fn options() -> Value {
    let again = json!({"title": "Options", "class": "Options", "pid": 300, "tree": {"role": "Window", "name": "Options",
        "children": [{"role": "Button", "name": "Rebuild", "automation_id": "rebuild"}]}});
    json!({"role": "Window", "name": "Options", "children": [
        {"role": "CheckBox", "name": "Word wrap", "automation_id": "wrap"},
        {"role": "RadioButton", "name": "Light", "selected": true},
        {"role": "ComboBox", "name": "Font", "automation_id": "font", "value": "Arial", "children": [
            {"role": "ListItem", "name": "Arial"}, {"role": "ListItem", "name": "Courier"}]},
        {"role": "Slider", "name": "Volume", "automation_id": "volume", "value": "10"},
        {"role": "Edit", "name": "Name", "automation_id": "name", "value": "Ann", "on_invoke": {"set": ["status", "entered"]}},
        {"role": "Edit", "name": "PIN", "automation_id": "pin", "value": "hunter2-4711", "password": true},
        {"role": "Edit", "name": "Serial", "automation_id": "serial", "value": "A-1", "patterns": ["text"]},
        {"role": "Button", "name": "Apply", "automation_id": "apply", "on_invoke": {"set": ["status", "applied"]}},
        {"role": "Button", "name": "Undo", "enabled": false},
        {"role": "Button", "name": "Twin", "automation_id": "left"},
        {"role": "Button", "name": "Twin", "automation_id": "right", "on_invoke": {"set": ["status", "right twin"]}},
        {"role": "Button", "name": "Rebuild", "automation_id": "rebuild", "on_invoke": {"close": true, "open": again}},
        {"role": "Tree", "name": "Places", "children": [
            {"role": "TreeItem", "name": "Home", "expanded": false, "children": [{"role": "TreeItem", "name": "Desk"}]}]},
        {"role": "Text", "name": "Status", "automation_id": "status", "value": "ready"}
    ]})
}
