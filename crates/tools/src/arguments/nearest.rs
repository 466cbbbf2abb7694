//! Which known name a wrong one was probably meant to be.

/// How alike two names must be to speak of a slip, from 0 to 1.
const ALIKE: f64 = 0.8;

/// Names that other servers use for what has another name here.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("ref", "element"),
    ("id", "element"),
    ("selector", "find"),
    ("position", "at"),
    ("coordinates", "at"),
    ("loc", "at"),
    ("key", "keys"),
    ("title", "window"),
    ("path", "executable"),
    ("args", "arguments"),
    ("cwd", "working_directory"),
    ("clicks", "count"),
    ("content", "text"),
    ("duration", "duration_ms"),
    ("clear", "mode"),
    ("press_enter", "submit"),
];

/// The known name that `given` was probably meant to be. `known` may hold dotted names: `find.name` is also known
/// by `name`.
pub(crate) fn resembling<'a>(given: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let short: String = given.chars().take(40).collect::<String>().to_lowercase();
    let meant = OTHER_WORDS.iter().find(|(other, _)| *other == short).map(|(_, ours)| *ours);
    known
        .clone()
        .find(|name| last(name) == short)
        .or_else(|| known.clone().find(|name| Some(*name) == meant))
        .or_else(|| best(&short, known).filter(|(_, alike)| *alike >= ALIKE).map(|(name, _)| name))
}

/// The known name that a slip may have made `given` of.
pub(crate) fn like<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let short: String = given.chars().take(40).collect::<String>().to_lowercase();
    best(&short, known).filter(|(_, alike)| *alike >= ALIKE).map(|(name, _)| name)
}

/// The known name most like `given`, however little that is.
pub(crate) fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let short: String = given.chars().take(40).collect::<String>().to_lowercase();
    best(&short, known).map(|(name, _)| name)
}

fn best<'a>(short: &str, known: impl Iterator<Item = &'a str>) -> Option<(&'a str, f64)> {
    known
        .map(|name| (name, strsim::jaro_winkler(&last(name).to_lowercase(), short)))
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 7] = ["button", "element", "find", "find.name", "at.x", "keys", "Ctrl"];

    #[test]
    fn slips_other_case_inner_names_and_other_servers_words_are_understood() {
        for (given, meant) in [
            ("butten", "button"),
            ("Button", "button"),
            ("name", "find.name"),
            ("x", "at.x"),
            ("ref", "element"),
            ("crtl", "Ctrl"),
        ] {
            assert_eq!(resembling(given, KNOWN.into_iter()), Some(meant), "{given}");
        }
    }

    #[test]
    fn what_resembles_nothing_gets_no_suggestion() {
        for given in ["", "zzz", "please", "hunter2"] {
            assert_eq!(resembling(given, KNOWN.into_iter()), None, "{given}");
        }
    }
}
