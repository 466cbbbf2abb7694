//! User, processes, clipboard, PowerShell's answer, delays.

use model::{LocalTime, Weekday};
use serde_json::{Map, Value, json};

use super::{
    reader::Spot,
    write::{put, put_flag, put_text},
};

/// The longest delay a world may ask for, in milliseconds.
const MAX_DELAY: u32 = 600_000;

/// Who is signed in, and with which rights winwarden runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) sid: String,
    pub(crate) elevated: bool,
    pub(crate) admin: bool,
}

impl User {
    pub(super) fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let name = fields.text("name").unwrap_or_default();
        let sid = fields.get("sid").and_then(|spot| {
            let sid = spot.text()?;
            let is_sid = sid.strip_prefix("S-1-").is_some_and(|rest| {
                rest.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
            });
            if !is_sid {
                spot.fault("not a security id such as S-1-5-21-1-2-3-1001");
            }
            Some(sid.to_owned())
        });
        let (elevated, admin) = (fields.flag("elevated", false), fields.flag("admin", false));
        fields.end();
        Some(Self { name, sid: sid.unwrap_or_default(), elevated, admin })
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        put_text(&mut map, "name", &self.name);
        put_text(&mut map, "sid", &self.sid);
        put(&mut map, "elevated", json!(self.elevated));
        put(&mut map, "admin", json!(self.admin));
        Value::Object(map)
    }
}

/// What kind of machine it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Machine {
    /// A Windows Server.
    pub(crate) server: bool,
    /// Who else is signed in.
    pub(crate) other_users: Vec<String>,
    /// What its clock shows, where that stands still.
    pub(crate) time: Option<LocalTime>,
}

impl Machine {
    pub(super) fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let server = fields.flag("server", false);
        let users = fields.get("other_users").map(|spot| spot.items()).unwrap_or_default();
        let time = fields.get("time").and_then(time);
        fields.end();
        let other_users = users.iter().filter_map(|spot| spot.text().map(str::to_owned)).collect();
        Some(Self { server, other_users, time })
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "server", json!(self.server));
        put(&mut map, "other_users", json!(self.other_users));
        if let Some(time) = self.time {
            put(&mut map, "time", json!(time));
        }
        Value::Object(map)
    }
}

/// `hour` and `minute` of a day, 0 where they are left out, and `weekday`.
fn time(spot: Spot<'_>) -> Option<LocalTime> {
    let mut fields = spot.fields()?;
    let mut number = |name, most| {
        let number = fields.get(name).and_then(|spot| spot.count(most)).unwrap_or_default();
        u8::try_from(number).unwrap_or_default()
    };
    let (hour, minute) = (number("hour", 23), number("minute", 59));
    let weekday = fields.get("weekday").and_then(|spot| {
        let name = spot.text()?;
        let day = Weekday::ALL.into_iter().find(|day| day.name() == name);
        if day.is_none() {
            spot.fault("not a day such as \"monday\"");
        }
        day
    });
    fields.end();
    Some(LocalTime { hour, minute, weekday: weekday.unwrap_or_default() })
}

/// A process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) name: String,
    /// Full path of its executable; empty where it may not be read.
    pub(crate) path: String,
    pub(crate) user: String,
    pub(crate) elevated: bool,
    /// Who signed its executable; empty where nobody did.
    pub(crate) signer: String,
    /// How long it had been running when the machine began.
    pub(crate) running_minutes: u32,
}

impl Process {
    pub(super) fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let pid = fields.get("pid").map(|spot| spot.count(u32::MAX).unwrap_or_default());
        if pid.is_none() {
            fields.spot.fault("`pid` is missing");
        }
        let process = Self {
            pid: pid.unwrap_or_default(),
            name: fields.text("name").unwrap_or_default(),
            path: fields.text("path").unwrap_or_default(),
            user: fields.text("user").unwrap_or_default(),
            elevated: fields.flag("elevated", false),
            signer: fields.text("signer").unwrap_or_default(),
            running_minutes: fields
                .get("running_minutes")
                .and_then(|spot| spot.count(u32::MAX))
                .unwrap_or_default(),
        };
        fields.end();
        Some(process)
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "pid", json!(self.pid));
        put_text(&mut map, "name", &self.name);
        put_text(&mut map, "path", &self.path);
        put_text(&mut map, "user", &self.user);
        put_flag(&mut map, "elevated", self.elevated, false);
        if !self.signer.is_empty() {
            put_text(&mut map, "signer", &self.signer);
        }
        if self.running_minutes > 0 {
            put(&mut map, "running_minutes", json!(self.running_minutes));
        }
        Value::Object(map)
    }

    /// File name of its executable.
    pub(crate) fn file_name(&self) -> &str {
        let of_path = self.path.rsplit(['\\', '/']).next().unwrap_or_default();
        if of_path.is_empty() { &self.name } else { of_path }
    }
}

/// What lies on the clipboard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Clipboard {
    pub(crate) text: String,
    /// Whether the program that put it there wants it to be read by nobody who watches the clipboard.
    pub(crate) excluded: bool,
    /// How often something was put there. Not in the file.
    pub(crate) sequence: u32,
}

impl Clipboard {
    pub(super) fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let text = fields.text("text").unwrap_or_default();
        let excluded = fields.flag("excluded", false);
        fields.end();
        Some(Self { text, excluded, sequence: 0 })
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        put_text(&mut map, "text", &self.text);
        put_flag(&mut map, "excluded", self.excluded, false);
        Value::Object(map)
    }

    /// Puts a text there.
    pub(crate) fn put(&mut self, text: &str) {
        *self = Self { text: text.to_owned(), excluded: false, sequence: self.sequence.wrapping_add(1) };
    }
}

/// What PowerShell answers to whatever it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PowerShell {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) exit_code: i32,
    pub(crate) delay_ms: u32,
}

impl PowerShell {
    pub(super) fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let exit_code =
            fields.get("exit_code").and_then(|spot| spot.whole(i32::MIN.into()..=i32::MAX.into()));
        let answer = Self {
            stdout: fields.text("stdout").unwrap_or_default(),
            stderr: fields.text("stderr").unwrap_or_default(),
            exit_code: exit_code.and_then(|code| i32::try_from(code).ok()).unwrap_or_default(),
            delay_ms: fields.get("delay_ms").and_then(|spot| spot.count(MAX_DELAY)).unwrap_or_default(),
        };
        fields.end();
        Some(answer)
    }

    pub(super) fn write(&self) -> Value {
        json!({
            "stdout": self.stdout,
            "stderr": self.stderr,
            "exit_code": self.exit_code,
            "delay_ms": self.delay_ms,
        })
    }
}

/// How long each look or act takes, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Delays {
    pub(crate) registry: u32,
    pub(crate) files: u32,
    pub(crate) ui: u32,
}

impl Delays {
    pub(super) fn read(spot: Spot<'_>) -> Option<Self> {
        let mut fields = spot.fields()?;
        let mut delay = |name| fields.get(name).and_then(|spot| spot.count(MAX_DELAY)).unwrap_or_default();
        let delays = Self { registry: delay("registry"), files: delay("files"), ui: delay("ui") };
        fields.end();
        Some(delays)
    }

    pub(super) fn write(self) -> Value {
        json!({ "registry": self.registry, "files": self.files, "ui": self.ui })
    }
}
