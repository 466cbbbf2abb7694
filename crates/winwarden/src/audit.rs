//! `winwarden audit`: reads what was recorded.

use std::{
    error::Error,
    io::{Write, stdout},
    process::ExitCode,
};

use serde_json::Value;

use crate::{command::Format, home};

/// Prints records; exit code 1 where the session asked for has none.
pub fn export(format: Format, session: Option<&str>) -> Result<ExitCode, Box<dyn Error>> {
    let mut records = gate::read_records(&home::folder()?)?;
    let of = |record: &Value| record.get("session").and_then(Value::as_str).unwrap_or_default().to_owned();
    if let Some(asked) = session {
        let wanted = match asked {
            "last" => records.last().map(of).unwrap_or_default(),
            id => id.to_owned(),
        };
        records.retain(|record| of(record) == wanted);
        if records.is_empty() {
            eprintln!("winwarden: no session `{}` is recorded", model::ui::escape(asked, 80));
            return Ok(ExitCode::FAILURE);
        }
    }
    let mut out = stdout().lock();
    match format {
        Format::Jsonl => {
            for record in &records {
                writeln!(out, "{record}")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
