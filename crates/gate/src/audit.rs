//! The audit: one append-only file of JSON lines per session, written before an act and after it.
//!
//! Untrusted: every text in operations and facts; where an earlier server stopped writing.
//! Guarantees: a record is in the operating system's hands before its writer goes on, and its number follows that of the
//! one before, whichever server wrote that; text that an agent types, sets or copies stands in it only as its length and
//! an HMAC-SHA-256 (RFC 2104) under a key of this server that is never written, and keys that type a character only as
//! such; secrets in titles, names and arguments are taken out.
//! Does not: survive the loss of power in the same second (records are not forced to the disk), or show tampering.

mod line;

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use hmac::{Hmac, KeyInit, Mac};
use model::{
    CallFacts, Condition, Facts, Operation, RegistrySearchRequest, SearchFor, SecretText, WaitForRequest,
    keys::Chord,
};
use policy::{Verdict, redact, taint::Source};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;
use thiserror::Error;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use zeroize::Zeroizing;

use self::line::Line;
use crate::{clean::Clean, session::Turn, stages::Call};

/// The audit of a server: the file of one session at a time.
#[derive(Debug)]
pub(crate) struct Audit {
    folder: PathBuf,
    principal: Value,
    key: Zeroizing<[u8; 32]>,
    writer: Mutex<Option<Writer>>,
    clean: Clean,
}

#[derive(Debug)]
struct Writer {
    path: PathBuf,
    session: String,
    /// What the servers of the session take turns with.
    turn: Arc<Turn>,
    file: File,
    /// The number of the last record.
    seq: u64,
    /// Where that ends, bytes.
    end: u64,
    /// Whether it was cut off in the middle.
    torn: bool,
    /// What this server's first record says of the server.
    server: Option<Value>,
}

/// What is read of a record that an earlier server wrote.
#[derive(Deserialize)]
struct Numbered {
    seq: u64,
}

impl Writer {
    /// Takes over what others wrote.
    fn catch_up(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.end))?;
        let mut reader = BufReader::new(&self.file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            self.end += line.len() as u64;
            self.torn = !line.ends_with(b"\n");
            if let (false, Ok(Numbered { seq })) = (self.torn, serde_json::from_slice(&line)) {
                self.seq = seq;
            }
            line.clear();
        }
        Ok(())
    }
}

/// What a record says, beside its number and time.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) phase: Phase,
    pub(crate) request_id: &'a Value,
    pub(crate) step: Option<u32>,
    pub(crate) claimed: &'a Value,
    pub(crate) tool: &'a str,
    pub(crate) operation: Option<&'a Operation>,
    pub(crate) facts: Option<&'a Facts>,
    pub(crate) verdict: Option<&'a Verdict>,
    /// The code of a refusal or failure.
    pub(crate) code: Option<model::Code>,
    /// Whether it only shows what would be done.
    pub(crate) dry_run: bool,
    /// How a person's yes came about.
    pub(crate) approval: Option<Value>,
    /// What was answered that is no yes, and through which channel.
    pub(crate) answer: Option<Value>,
    /// The number of the intent that an outcome belongs to.
    pub(crate) intent: Option<u64>,
    /// Where text came from that others wrote, which the call brings.
    pub(crate) taint: Vec<Source>,
    /// Where text came from that the session had read before, of a record with a judgement.
    pub(crate) tainted_by: Option<BTreeSet<Source>>,
    /// What was known of the call besides its target, of a record with a judgement.
    pub(crate) circumstances: Option<&'a CallFacts>,
    /// How long the execution took.
    pub(crate) elapsed_us: Option<u64>,
    /// How many keys of the registry policies left out, and which policies.
    pub(crate) below: Option<Value>,
    /// Whether a change that broke off was put back.
    pub(crate) put_back: Option<Value>,
}

impl<'a> Record<'a> {
    /// A record that says nothing yet but which call it is about.
    pub(crate) fn new(phase: Phase, call: &'a Call) -> Self {
        Self {
            phase,
            request_id: &call.request_id,
            step: call.step,
            claimed: &call.claimed,
            tool: call.tool.card().name,
            operation: None,
            facts: None,
            verdict: None,
            code: None,
            dry_run: false,
            approval: None,
            answer: None,
            intent: None,
            taint: Vec::new(),
            tainted_by: None,
            circumstances: None,
            elapsed_us: None,
            below: None,
            put_back: None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
    Intent,
    Outcome,
}

impl Phase {
    const fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Outcome => "outcome",
        }
    }
}

/// The field of a record before which one was cut off.
const TORN: &str = "follows_torn_line";

/// The folder of the audit files below `home`.
#[must_use]
pub fn audit_folder(home: &Path) -> PathBuf {
    home.join("audit")
}

impl Audit {
    /// Writes nothing yet.
    pub(crate) fn new(home: &Path, principal: Value) -> io::Result<Self> {
        let folder = audit_folder(home);
        fs::create_dir_all(&folder)?;
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(key.as_mut()).map_err(io::Error::other)?;
        Ok(Self { folder, principal, key, writer: Mutex::default(), clean: Clean::default() })
    }

    /// Writes to the file of this session from now on, after what is there. The first record of this server says
    /// `server`.
    pub(crate) fn open(&self, session: &str, turn: Arc<Turn>, server: Value) -> io::Result<()> {
        let path = self.folder.join(format!("{session}.jsonl"));
        let file = OpenOptions::new().append(true).read(true).create(true).open(&path)?;
        let session = session.to_owned();
        let mut writer =
            Writer { path, session, turn, file, seq: 0, end: 0, torn: false, server: Some(server) };
        let turn = Arc::clone(&writer.turn);
        let _held = turn.take()?;
        writer.catch_up()?;
        *self.writer.lock().map_err(|_| io::Error::other("a writer panicked"))? = Some(writer);
        Ok(())
    }

    /// Where the file is; empty before there is one.
    pub(crate) fn path(&self) -> PathBuf {
        let writer = self.writer.lock().ok();
        writer.and_then(|writer| Some(writer.as_ref()?.path.clone())).unwrap_or_default()
    }

    /// Writes the record of a call and gives its number back.
    pub(crate) fn write(&self, record: &Record<'_>) -> io::Result<u64> {
        self.append(|| self.line(record))
    }

    /// Writes the record of something that is no call: what a person did, and with which code it failed.
    pub(crate) fn write_event(&self, event: &Value, code: Option<model::Code>) -> io::Result<u64> {
        self.append(|| Line { phase: Phase::Outcome.name(), code, event: Some(event), ..Line::default() })
    }

    /// Writes a line, whose number and time are those of its place.
    fn append<'a>(&'a self, line: impl FnOnce() -> Line<'a>) -> io::Result<u64> {
        let mut writer = self.writer.lock().map_err(|_| io::Error::other("a writer panicked"))?;
        let writer = writer.as_mut().ok_or_else(|| io::Error::other("there is no session yet"))?;
        let turn = Arc::clone(&writer.turn);
        let _held = turn.take()?;
        // Not by asking for all that is known of the file, which takes several calls.
        if writer.file.seek(SeekFrom::End(0))? != writer.end {
            writer.catch_up()?;
        }
        let seq = writer.seq + 1;
        let mut bytes = Vec::with_capacity(1_024);
        if writer.torn {
            // What its writer did not finish was promised to nobody; this record says that it is there.
            bytes.push(b'\n');
        }
        let line = Line {
            seq,
            time: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
            session: &writer.session,
            principal: Some(&self.principal),
            server: writer.server.as_ref(),
            follows_torn_line: writer.torn,
            ..line()
        };
        serde_json::to_writer(&mut bytes, &line)?;
        bytes.push(b'\n');
        writer.file.write_all(&bytes)?;
        (writer.seq, writer.torn, writer.server) = (seq, false, None);
        writer.end += bytes.len() as u64;
        Ok(seq)
    }

    fn line<'a>(&self, record: &'a Record<'_>) -> Line<'a> {
        let facts = record.facts.filter(|_| record.intent.is_none());
        Line {
            phase: record.phase.name(),
            claimed: Some(record.claimed),
            request_id: Some(record.request_id),
            step: record.step,
            tool: Some(record.tool),
            operation: record.operation.map(|operation| self.redacted(operation)),
            target: target(record.operation, record.facts),
            verdict: Some(record.verdict.map_or("deny", Verdict::name)),
            code: record.code,
            judgement: record.verdict,
            facts: facts.map(|facts| self.clean.without_secrets(json!(facts))),
            circumstances: record.circumstances.map(|facts| self.clean.call(facts)),
            tainted_by: record.tainted_by.as_ref(),
            taint: &record.taint,
            dry_run: record.dry_run,
            approval: record.approval.as_ref(),
            answer: record.answer.as_ref(),
            intent: record.intent,
            elapsed_us: record.elapsed_us,
            below: record.below.as_ref(),
            put_back: record.put_back.clone().map(|put_back| self.clean.without_secrets(put_back)),
            ..Line::default()
        }
    }

    /// The operation with its secret replaced by the secret's length and fingerprint.
    pub(crate) fn redacted(&self, operation: &Operation) -> Value {
        let mut value = serde_json::to_value(operation).unwrap_or(Value::Null);
        if let (Some(secret), Some(fields)) = (operation.secret(), value.as_object_mut()) {
            let field = if fields.contains_key("text") { "text" } else { "value" };
            fields.insert(field.to_owned(), self.trace(secret));
        }
        // Who waits for a text, or searches for one, may know it to be a secret.
        let sought = match operation {
            Operation::WaitFor(WaitForRequest { condition: Condition::TextAppears { text, .. }, .. })
            | Operation::RegistrySearch(RegistrySearchRequest {
                sought: SearchFor::Text { text, .. }, ..
            }) => Some(text),
            _ => None,
        };
        if let Some(text) = sought {
            for place in ["/condition/text_appears/text", "/sought/text/text"] {
                if let Some(field) = value.pointer_mut(place) {
                    *field = self.trace(&SecretText::new(text.clone()));
                }
            }
        }
        if let (Operation::PressKeys(request), Some(fields)) = (operation, value.as_object_mut()) {
            fields.insert("keys".to_owned(), request.keys.iter().map(pressed).collect());
        }
        self.clean.without_secrets(value)
    }

    /// What is left of a text in a record.
    fn trace(&self, secret: &SecretText) -> Value {
        json!({ "chars": secret.chars(), "hmac_sha256": self.fingerprint(secret) })
    }

    fn fingerprint(&self, secret: &SecretText) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.as_ref()) else { return String::new() };
        mac.update(secret.expose().as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A combination as it is recorded: characters that are pressed one by one may spell a password.
fn pressed(keys: &Chord) -> Value {
    if keys.types_a_character() { json!("[character]") } else { json!(keys) }
}

/// Keys that a line for people names.
const KEYS: usize = 3;

/// The target in a line for people: keys as the caller names them.
pub(crate) fn target(operation: Option<&Operation>, facts: Option<&Facts>) -> Option<String> {
    let keys = operation.map(Operation::registry_keys).unwrap_or_default();
    if !keys.is_empty() {
        let more = keys.len().saturating_sub(KEYS);
        let named = keys.iter().take(KEYS).map(|key| redact::text(&key.path.to_string()).into_owned());
        let more = (more > 0).then(|| format!("and {more} more"));
        return Some(named.chain(more).collect::<Vec<_>>().join(", "));
    }
    let quote = |text: &str| model::ui::quote(&redact::text(text));
    let facts = facts?;
    let targets: Vec<String> = facts
        .targets
        .iter()
        .map(|target| {
            let window = format!("{} in {}", quote(&target.window.title), target.window.process.path);
            target.element.as_ref().map_or_else(
                || window.clone(),
                |element| format!("{} {} of {window}", element.role, quote(&element.name)),
            )
        })
        .chain(facts.launch.iter().map(|launch| launch.path.clone()))
        .collect();
    (!targets.is_empty()).then(|| targets.join(" -> "))
}

/// Why the audit cannot be read.
#[derive(Debug, Error)]
pub enum BadAudit {
    /// A file or folder cannot be read.
    #[error("cannot read `{0}`: {1}")]
    Unreadable(PathBuf, #[source] io::Error),
    /// A line is no record.
    #[error("`{0}` line {1} is not a record: {2}")]
    Line(PathBuf, usize, #[source] serde_json::Error),
}

/// Every record below `home`, oldest session first. A line that was cut off in the middle, because its server was killed
/// or writes it just now, is no record: it is the last, or the record after it says so.
///
/// # Errors
/// [`BadAudit`], naming the file and line.
pub fn read_records(home: &Path) -> Result<Vec<Value>, BadAudit> {
    let folder = audit_folder(home);
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| BadAudit::Unreadable(path, error)
    };
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(unreadable(&folder))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    files.sort();
    let mut records = Vec::new();
    for path in files {
        records.extend(read_record_file(&path)?);
    }
    Ok(records)
}

/// The records of one file: a session's, or what `audit export` printed.
///
/// # Errors
/// [`BadAudit`], naming the file and line.
pub fn read_record_file(path: &Path) -> Result<Vec<Value>, BadAudit> {
    let unreadable = |error| BadAudit::Unreadable(path.to_owned(), error);
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let (mut records, mut line, mut bad) = (Vec::new(), Vec::new(), None);
    for number in 1.. {
        line.clear();
        file.read_until(b'\n', &mut line).map_err(unreadable)?;
        let Some(record) = line.strip_suffix(b"\n") else { break };
        let record: Result<Value, _> = serde_json::from_slice(record);
        let explained = record.as_ref().is_ok_and(|record| record.get(TORN) == Some(&json!(true)));
        match (bad.take(), record) {
            (Some(error), Ok(_)) if !explained => return Err(error),
            (_, Ok(record)) => records.push(record),
            (Some(error), Err(_)) => bad = Some(error),
            (None, Err(error)) => bad = Some(BadAudit::Line(path.to_owned(), number, error)),
        }
    }
    bad.map_or(Ok(records), Err)
}

#[cfg(test)]
#[path = "tests/audit.rs"]
mod tests;
