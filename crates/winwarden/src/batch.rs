//! JSON lines in, JSON lines out: how the command line is asked many questions at once.

use std::{
    error::Error,
    io::{BufRead, Write, stdin, stdout},
    process::ExitCode,
};

use model::ui::escape;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::USAGE;

/// Characters that a message shows of what was given.
const SHOWN: usize = 200;

/// Answers each line of stdin with one line on stdout, in order. A line that is no question, also an empty one, gets an
/// `error`, and the exit code at the end is [`USAGE`]. A line feed at the end of the input begins no further line.
///
/// # Errors
/// Stdin cannot be read or stdout not be written.
pub fn answer<Q: DeserializeOwned, A: Serialize>(
    mut one: impl FnMut(Q) -> A,
) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = stdout().lock();
    let mut code = ExitCode::SUCCESS;
    for line in stdin().lock().split(b'\n') {
        let line = line?;
        match read(&line) {
            Ok(question) => serde_json::to_writer(&mut out, &one(question))?,
            Err(fault) => {
                serde_json::to_writer(&mut out, &fault)?;
                code = ExitCode::from(USAGE);
            }
        }
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(code)
}

/// The question of a line, or what to say of the line instead.
fn read<Q: DeserializeOwned>(line: &[u8]) -> Result<Q, Value> {
    let said = |id: Value, error: &dyn std::fmt::Display| json!({ "id": id, "error": escape(&error.to_string(), SHOWN) });
    let value: Value = serde_json::from_slice(line).map_err(|error| said(Value::Null, &error))?;
    if !value.is_object() {
        // A list would be read as the fields in their order.
        return Err(said(Value::Null, &"it is no object"));
    }
    // From the text, not from `value`: there the last of a field that stands twice has won.
    serde_json::from_slice(line).map_err(|error| {
        let id = value.get("id").filter(|id| id.is_string()).cloned().unwrap_or_default();
        said(id, &error)
    })
}
