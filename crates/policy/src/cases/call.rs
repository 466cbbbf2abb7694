//! When a case's call comes, from which session and whom: what it says, and what goes without saying.

use model::{CallFacts, ClientFacts, LocalTime, SessionFacts, Weekday};
use serde::Deserialize;

use super::facts::CLOCK;

/// Who calls where a case does not say: a client that is in no table.
const CLIENT: &str = r"C:\Program Files\Client\client.exe";

/// A time of the day, and the day.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimeGiven {
    hour: Option<Within<23>>,
    minute: Option<Within<59>>,
    weekday: Option<Weekday>,
}

/// A number from 0 to `MOST`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u8")]
struct Within<const MOST: u8>(u8);

impl<const MOST: u8> TryFrom<u8> for Within<MOST> {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        if number <= MOST { Ok(Self(number)) } else { Err(format!("{number} is more than {MOST}")) }
    }
}

/// What the session has done before.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SessionGiven {
    age_minutes: u64,
    calls: u64,
    destructive_acts: u64,
    launches: u64,
}

/// The program that calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "`client` is a path, or a table of `path`, `claimed_name`, `elevated`, `signer` and `user`"
)]
pub(crate) enum ClientGiven {
    Path(String),
    Told(ClientTold),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientTold {
    path: Option<String>,
    #[serde(default)]
    claimed_name: String,
    elevated: Option<bool>,
    signer: Option<String>,
    #[serde(default)]
    user: String,
}

/// The call of a case. On a Monday at noon, with a session that has done nothing yet, unless it says otherwise.
pub(crate) fn call(
    time: Option<TimeGiven>,
    session: Option<SessionGiven>,
    client: Option<ClientGiven>,
) -> CallFacts {
    let client = match client {
        None => ClientFacts { path: CLIENT.into(), ..ClientFacts::default() },
        Some(ClientGiven::Path(path)) => ClientFacts { path, ..ClientFacts::default() },
        Some(ClientGiven::Told(ClientTold { path, claimed_name, elevated, signer, user })) => {
            ClientFacts { path: path.unwrap_or_else(|| CLIENT.into()), claimed_name, elevated, signer, user }
        }
    };
    let SessionGiven { age_minutes, calls, destructive_acts, launches } = session.unwrap_or_default();
    let (hour, minute, weekday) =
        time.map_or((None, None, None), |time| (time.hour, time.minute, time.weekday));
    CallFacts {
        time: LocalTime {
            hour: hour.map_or(12, |hour| hour.0),
            minute: minute.map_or(0, |minute| minute.0),
            weekday: weekday.unwrap_or_default(),
        },
        session: SessionFacts { age_minutes, calls, destructive_acts, launches },
        client,
        clock: Some(CLOCK),
    }
}
