//! What a session has read that others wrote, and when.
//!
//! Untrusted: nothing; sources come from the facts of calls that were carried out.
//! Guarantees: a mark stands before the text is in the agent's hands, and until it is old or a person takes it away.
//! Does not: know whether the text has told the agent anything.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use policy::{config::Amount, taint::Source};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A session's taint. Times are the session's age.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Taint {
    marks: BTreeMap<Source, Mark>,
}

/// The last that was read of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// Where it stood, in words.
    place: String,
    /// When, for people: RFC 3339, UTC.
    time: String,
    /// When, by the session's age.
    age: Duration,
}

impl Taint {
    /// Counts what was read at `age`; whether anything of it is new.
    pub(crate) fn mark(&mut self, brought: Vec<(Source, String)>, age: Duration) -> bool {
        let mut new = false;
        for (source, place) in brought {
            let time = OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default();
            new |= self.marks.insert(source, Mark { place, time, age }).is_none();
        }
        new
    }

    /// Whether each of these sources has a mark that is not of before `age`.
    pub(crate) fn stands(&self, brought: &[(Source, String)], age: Duration) -> bool {
        brought.iter().all(|(source, _)| self.marks.get(source).is_some_and(|mark| mark.age >= age))
    }

    /// The sources that still count at `age`.
    pub(crate) fn sources(&self, age: Duration, lasts: Amount) -> BTreeSet<Source> {
        self.standing(age, lasts).map(|(source, _)| *source).collect()
    }

    /// Those, each in a line for people.
    pub(crate) fn lines(&self, age: Duration, lasts: Amount) -> Vec<String> {
        self.standing(age, lasts)
            .map(|(source, mark)| format!("{source}: {}, {}", mark.place, mark.time))
            .collect()
    }

    /// A person has looked, and finds nothing wrong.
    pub(crate) fn clear(&mut self) {
        self.marks.clear();
    }

    fn standing(&self, age: Duration, lasts: Amount) -> impl Iterator<Item = (&Source, &Mark)> {
        let stands = move |mark: &Mark| match lasts {
            Amount::Unlimited => true,
            Amount::Most(minutes) => {
                age.saturating_sub(mark.age) < Duration::from_secs(minutes.saturating_mul(60))
            }
        };
        self.marks.iter().filter(move |(_, mark)| stands(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_counts_until_it_is_old_or_a_person_takes_it_away() {
        let mut taint = Taint::default();
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        assert!(taint.mark(vec![(Source::Web, "a page".into())], minutes(1)));
        assert!(!taint.mark(vec![(Source::Web, "another".into())], minutes(2)));
        assert!(taint.mark(vec![(Source::Mail, "a letter".into())], minutes(3)));
        assert_eq!(
            taint.sources(minutes(900), Amount::Unlimited),
            BTreeSet::from([Source::Web, Source::Mail])
        );
        assert_eq!(taint.sources(minutes(6), Amount::Most(5)), BTreeSet::from([Source::Web, Source::Mail]));
        assert_eq!(taint.sources(minutes(7), Amount::Most(5)), BTreeSet::from([Source::Mail]));
        assert!(taint.lines(minutes(7), Amount::Most(5)).concat().starts_with("mail: a letter, 20"));
        assert_eq!(taint.sources(minutes(3), Amount::Most(0)), BTreeSet::new());
        taint.clear();
        assert_eq!(taint, Taint::default());
    }

    #[test]
    fn a_mark_stands_for_its_source_up_to_its_age() {
        let mut taint = Taint::default();
        let brought = |source| vec![(source, "a place".to_owned())];
        let at = Duration::from_secs;
        taint.mark(brought(Source::Web), at(5));
        let stands = |source, age| taint.stands(&brought(source), at(age));
        assert!(stands(Source::Web, 4) && stands(Source::Web, 5) && !stands(Source::Web, 6));
        assert!(!stands(Source::Mail, 4) && taint.stands(&[], at(9)));
    }
}
