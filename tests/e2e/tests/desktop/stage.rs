//! What several scenarios do alike.

use e2e::{Program, Reply, Session, Trouble};
use serde_json::{Value, json};

/// Whether this is Wine, which lacks some of what Windows has.
pub fn is_wine(session: &mut Session) -> Result<bool, Trouble> {
    let status = session.call("status", json!({}))?.done()?;
    Ok(text(&status.structured, "platform").contains("Wine"))
}

/// The ref of the one window of this title, waited for.
pub fn window(session: &mut Session, title: &str) -> Result<String, Trouble> {
    let wait = json!({"condition": "window_appears", "window": title, "timeout_ms": 30_000});
    session.call("wait_for", wait)?.done()?.window(&format!("\"{title}\""))
}

/// Everything that a window shows.
pub fn look(session: &mut Session, window: &str) -> Result<Reply, Trouble> {
    let all = json!({"window": window, "interactive_only": false, "max_elements": 5000});
    session.call("snapshot", all)?.done()
}

/// The text under `name`; empty where there is none.
pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The entry of a structured reply, among `list`, whose ref this is.
pub fn entry<'a>(reply: &'a Reply, list: &str, reference: &str) -> &'a Value {
    let entries = reply.structured.get(list).and_then(Value::as_array);
    let found = entries.and_then(|entries| entries.iter().find(|entry| text(entry, "ref") == reference));
    found.unwrap_or(&Value::Null)
}

/// Left, top, right and bottom of a structured element, window or report.
pub fn rect(entry: &Value) -> [i64; 4] {
    let side = |name: &str, index: usize| {
        let rect = &entry["rect"];
        rect.get(name).or_else(|| rect.get(index)).and_then(Value::as_i64).unwrap_or_default()
    };
    [side("left", 0), side("top", 1), side("right", 2), side("bottom", 3)]
}

/// The middle of one.
pub fn middle(entry: &Value) -> (i64, i64) {
    let [left, top, right, bottom] = rect(entry);
    ((left + right) / 2, (top + bottom) / 2)
}

/// The next click that a program reports of the control of this id.
pub fn clicked(program: &mut Program, id: u16) -> Result<Value, Trouble> {
    program.wait_for(&format!("click on {id}"), |line| line["event"] == "clicked" && line["id"] == json!(id))
}

/// How many clicks a program has reported so far, after a question that it answers after them.
pub fn clicks(program: &mut Program, id: u16) -> usize {
    let seen = program.reports(std::time::Duration::from_millis(300));
    seen.iter().filter(|line| line["event"] == "clicked" && line["id"] == json!(id)).count()
}
