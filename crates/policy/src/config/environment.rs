//! Settings from the environment: variables that begin with `WINWARDEN_`.

use super::{Fault, Faults, Layer, Names, Origin, SETTINGS, Setting, nearest};

/// How each of our variables begins.
const OURS: &str = "WINWARDEN_";
/// Those that are no settings: where state lives, and the PowerShell of tests.
const OTHERS: &[&str] = &["WINWARDEN_HOME", "WINWARDEN_PWSH"];
/// How those begin that the project's own tests use; nothing reads them here.
const OF_TESTS: &str = "WINWARDEN_TEST_";

impl Layer {
    /// Takes the variables of the environment that name a setting; a list is comma-separated. Those of other programs may be
    /// among `given`.
    ///
    /// # Errors
    /// Everything that is wrong with their values, and each name like ours that there is not.
    pub fn of_environment(
        given: impl IntoIterator<Item = (String, String)>,
        names: Names<'_>,
    ) -> Result<Self, Faults> {
        let (mut texts, mut unknown) = (Vec::new(), Vec::new());
        for (name, text) in given.into_iter().filter(|(name, _)| is_ours(name)) {
            if let Some(setting) = SETTINGS.iter().find(|setting| setting.variable() == name) {
                texts.push((setting, text));
            } else if !OTHERS.contains(&name.as_str()) && !name.starts_with(OF_TESTS) {
                unknown.push(no_such(name));
            }
        }
        match Self::of_texts(Origin::Environment, texts, Setting::variable, names) {
            Ok(layer) if unknown.is_empty() => Ok(layer),
            Ok(_) => Err(Faults(unknown)),
            Err(found) => Err(Faults(found.0.into_iter().chain(unknown).collect())),
        }
    }
}

/// Whether a name is meant for us, in whatever spelling.
fn is_ours(name: &str) -> bool {
    name.get(..OURS.len()).is_some_and(|start| start.eq_ignore_ascii_case(OURS))
}

fn no_such(name: String) -> Fault {
    let known: Vec<String> =
        SETTINGS.iter().map(Setting::variable).chain(OTHERS.iter().map(|name| (*name).to_owned())).collect();
    // What all of them begin with makes none of them nearer.
    let short = |name: &str| name.get(OURS.len()..).unwrap_or_default().to_ascii_uppercase();
    let shorts: Vec<String> = known.iter().map(|name| short(name)).collect();
    let near = nearest(&short(&name), shorts.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{OURS}{near}`?"));
    Fault { origin: name, place: None, message: format!("there is no such setting{near}") }
}
