//! JSON lines: what really reached a program, on stdout and in its log.

use std::cell::{Cell, RefCell};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use serde_json::{Map, Value};

/// Writes one line of JSON for every event, to stdout and to a log where one is given.
///
/// A lost stdout is no fault: a program that was launched by another one may have none.
#[derive(Debug)]
pub struct Journal {
    started: Instant,
    log: Option<RefCell<File>>,
    texts: bool,
    ready: Cell<bool>,
}

impl Journal {
    /// Opens the journal; lines are appended to `log`. With `texts` the events carry texts, not only their length.
    ///
    /// # Errors
    /// The log cannot be opened for appending.
    pub fn open(log: Option<&Path>, texts: bool) -> io::Result<Self> {
        let log = log.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { started: Instant::now(), log: log.map(RefCell::new), texts, ready: Cell::new(false) })
    }

    /// Writes `{"event": name, "ms": since the start, ...details}`; nothing before the first ready line, for until
    /// then a program hears only itself.
    pub fn event(&self, name: &str, details: Value) {
        if !self.ready.get() {
            return;
        }
        let mut line = object(details);
        line.insert("event".to_owned(), name.into());
        line.insert("ms".to_owned(), self.milliseconds().into());
        self.write(line);
    }

    /// Writes the line that says a window is up: `{"ready": true, ...details}`.
    pub fn ready(&self, details: Value) {
        let mut line = object(details);
        line.insert("ready".to_owned(), true.into());
        self.ready.set(true);
        self.write(line);
    }

    /// Writes a line of its own form.
    pub fn result(&self, details: Value) {
        self.write(object(details));
    }

    /// What an event says of a text: its length in UTF-16 units, and the text itself where that was asked for.
    pub fn text(&self, text: &[u16]) -> Value {
        let mut details = Map::new();
        details.insert("length".to_owned(), text.len().into());
        if self.texts {
            details.insert("text".to_owned(), String::from_utf16_lossy(text).into());
        }
        Value::Object(details)
    }

    fn milliseconds(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn write(&self, line: Map<String, Value>) {
        let mut line = Value::Object(line).to_string();
        line.push('\n');
        let mut stdout = io::stdout().lock();
        // Nobody may be listening any more: the program goes on.
        let _ = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
        if let Some(log) = &self.log
            && let Err(error) = log.borrow_mut().write_all(line.as_bytes())
        {
            eprintln!("cannot write the log: {error}");
        }
    }
}

/// `details` and `more` in one object; `more` wins.
pub fn merged(details: Value, more: Value) -> Value {
    let mut all = object(details);
    all.extend(object(more));
    Value::Object(all)
}

fn object(details: Value) -> Map<String, Value> {
    match details {
        Value::Object(details) => details,
        Value::Null => Map::new(),
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(name: &str, texts: bool, write: impl FnOnce(&Journal)) -> Vec<Value> {
        let path = std::env::temp_dir().join(format!("testapps-journal-{}-{name}", std::process::id()));
        let journal = Journal::open(Some(&path), texts).unwrap();
        write(&journal);
        drop(journal);
        let written = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn an_event_is_one_line_with_its_name_and_details() {
        let lines = lines("told", true, |journal| {
            journal.ready(json!({"pid": 1}));
            journal.event("clicked", json!({"id": 7}));
            journal.event("text", merged(json!({"id": 8}), journal.text(&[0x61, 0xD800])));
        });
        assert_eq!(lines.len(), 3);
        assert_eq!((&lines[0]["ready"], &lines[0]["pid"]), (&json!(true), &json!(1)));
        assert_eq!((&lines[1]["event"], &lines[1]["id"]), (&json!("clicked"), &json!(7)));
        assert_eq!((&lines[2]["length"], &lines[2]["text"]), (&json!(2), &json!("a\u{FFFD}")));
    }

    #[test]
    fn texts_stay_out_unless_asked_for() {
        let lines = lines("kept", false, |journal| {
            journal.ready(Value::Null);
            journal.event("text", journal.text(&[0x61]));
        });
        assert_eq!(lines[1]["length"], 1);
        assert_eq!(lines[1].get("text"), None);
    }

    #[test]
    fn what_happens_before_the_window_is_up_is_not_told() {
        let lines = lines("early", false, |journal| {
            journal.event("sized", Value::Null);
            journal.ready(Value::Null);
        });
        assert_eq!(lines.len(), 1);
    }
}
