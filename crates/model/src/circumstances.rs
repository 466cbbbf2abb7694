//! What is known of a call besides its target: when, in which session, by whom. Chosen by no agent, but for one name.

use serde::{Deserialize, Deserializer, Serialize, de};

/// When a call is judged, what its session has done, and who calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallFacts {
    /// When, by the machine's local time.
    pub time: LocalTime,
    /// What its session has done before.
    pub session: SessionFacts,
    /// The program that calls.
    pub client: ClientFacts,
    /// When, by the clock of [`ProcessFacts::started`](crate::ProcessFacts::started); nothing where no policy asks how long a
    /// program has been running, and where the machine has no such clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<u64>,
}

/// A moment of a week, by the local time of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LocalTime {
    /// 0 to 23; what is read of another is refused.
    #[serde(deserialize_with = "up_to::<23, _>")]
    pub hour: u8,
    /// 0 to 59; likewise.
    #[serde(deserialize_with = "up_to::<59, _>")]
    pub minute: u8,
    /// The day.
    pub weekday: Weekday,
}

/// A number of at most `MOST`.
fn up_to<'de, const MOST: u8, D: Deserializer<'de>>(given: D) -> Result<u8, D::Error> {
    let number = u8::deserialize(given)?;
    if number <= MOST {
        return Ok(number);
    }
    Err(de::Error::custom(format!("{number} is no part of a time of day: at most {MOST}")))
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "they are the days of the week")]
pub enum Weekday {
    #[default]
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Every day.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The day that is so many days after a Monday.
    #[must_use]
    pub fn from_monday(days: u64) -> Self {
        let days = usize::try_from(days % 7).unwrap_or_default();
        Self::ALL.get(days).copied().unwrap_or_default()
    }

    /// Its name in policies.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

impl LocalTime {
    /// So many seconds after 1970 began, by a clock that shows local time.
    #[must_use]
    pub fn from_unix(seconds: u64) -> Self {
        let (minutes, days) = (seconds / 60, seconds / 86_400);
        let within = |value: u64| u8::try_from(value).unwrap_or_default();
        // It began on a Thursday.
        Self {
            hour: within(minutes / 60 % 24),
            minute: within(minutes % 60),
            weekday: Weekday::from_monday(days + 3),
        }
    }
}

/// What a session has done before a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SessionFacts {
    /// How old it is, whole minutes.
    pub age_minutes: u64,
    /// Calls that were within its limits, but for `status`.
    pub calls: u64,
    /// Destructive acts.
    pub destructive_acts: u64,
    /// Programs that it started.
    pub launches: u64,
}

/// The program that calls.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClientFacts {
    /// Full path of its executable; empty where it cannot be known.
    pub path: String,
    /// What it calls itself, at most 200 characters: its own word, and empty where it says nothing.
    pub claimed_name: String,
    /// Whether it is elevated; nothing where that cannot be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elevated: Option<bool>,
    /// Who signed it: empty where nobody validly did, nothing where nobody looked, as no policy speaks of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// The operating system's user that it calls for; empty where that cannot be known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
}

impl ClientFacts {
    /// Characters of a name.
    pub const CHARS: usize = 200;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_24_hours_and_a_week_seven_days_from_thursday_on() {
        for (seconds, hour, minute, weekday) in [
            (0, 0, 0, Weekday::Thursday),
            (86_399, 23, 59, Weekday::Thursday),
            (86_400, 0, 0, Weekday::Friday),
            // 2026-11-27, 07:33.
            (1_795_764_780, 7, 33, Weekday::Friday),
            (1_795_764_780 + 3 * 86_400, 7, 33, Weekday::Monday),
        ] {
            assert_eq!(LocalTime::from_unix(seconds), LocalTime { hour, minute, weekday }, "{seconds}");
        }
    }
}
