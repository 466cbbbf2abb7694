//! Recorded decisions, read for the instruments.

use std::{error::Error, path::Path};

use gate::Past;
use serde_json::Value;

use crate::home;

/// What a set of records holds.
#[derive(Debug, Default)]
pub struct Decisions {
    /// Decisions that can be judged again.
    pub past: Vec<Past>,
    /// Those that cannot, with why.
    pub unjudged: Vec<(Value, String)>,
    /// How many records there are, and of how many sessions.
    pub records: usize,
    pub sessions: usize,
    /// The times of the first and the last.
    pub span: Option<(String, String)>,
}

/// The decisions of an audit file, or of every session that was recorded here.
///
/// # Errors
/// A file cannot be read, or a line is no record.
pub fn read(file: Option<&Path>) -> Result<Decisions, Box<dyn Error>> {
    let records = match file {
        Some(file) => gate::read_record_file(file)?,
        None => gate::read_records(&home::folder()?)?,
    };
    let text = |record: &Value, name: &str| record.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let mut times: Vec<String> = records.iter().filter_map(|record| text(record, "time")).collect();
    times.sort();
    let mut sessions: Vec<String> = records.iter().filter_map(|record| text(record, "session")).collect();
    sessions.sort();
    sessions.dedup();
    let mut decisions = Decisions {
        records: records.len(),
        sessions: sessions.len(),
        span: times.first().cloned().zip(times.last().cloned()),
        ..Decisions::default()
    };
    for record in records {
        match gate::decision(&record) {
            None => {}
            Some(Ok(past)) => decisions.past.push(past),
            Some(Err(why)) => decisions.unjudged.push((record, why)),
        }
    }
    Ok(decisions)
}

impl Decisions {
    /// `12 records of 3 sessions, from … to …`.
    pub fn shown(&self) -> String {
        let span = self.span.as_ref().map_or_else(String::new, |(from, to)| format!(", {from} to {to}"));
        format!("{} records of {} sessions{span}", self.records, self.sessions)
    }
}
