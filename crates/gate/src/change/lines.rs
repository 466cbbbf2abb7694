//! What a change of the registry comes to, a line for each key and value.

use model::{
    SecretText,
    registry::{RegistryData, RegistryOutcome, ValueChange},
    ui::escape,
};
use policy::redact;

use super::{Line, MOST};

/// Lines that a person is shown; more would hide what follows.
const LINES: usize = 60;

/// A line for each key and value.
pub(super) fn lines(changes: &RegistryOutcome) -> Vec<Line> {
    let RegistryOutcome::Changed { created, deleted, values, more } = changes else { return Vec::new() };
    let of_keys = |label: &'static str, keys: &[String]| -> Vec<Line> {
        keys.iter().map(|key| Line { label: label.into(), text: SecretText::new(path(key)) }).collect()
    };
    let mut lines = of_keys("It creates the key", created);
    lines.extend(of_keys("It deletes the key", deleted));
    lines.extend(values.iter().map(of_value));
    let left = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    let left = u64::try_from(left).unwrap_or(u64::MAX).saturating_add((*more).into());
    if left > 0 {
        let text = SecretText::new(format!("{left} more keys and values"));
        lines.push(Line { label: "And it changes".into(), text });
    }
    lines
}

fn of_value(change: &ValueChange) -> Line {
    let ValueChange { path: key, name, before, after } = change;
    let name = if name.is_empty() { "(default)".to_owned() } else { escape(&redact::text(name), MOST) };
    let held = |data: &Option<RegistryData>| {
        data.as_ref().map_or_else(|| "nothing".to_owned(), |data| in_words(&change.name, data))
    };
    let text = format!("{} -> {}", held(before), held(after));
    Line { label: format!("{} {name}", path(key)), text: SecretText::new(text) }
}

fn in_words(name: &str, data: &RegistryData) -> String {
    if redact::value(name, data) {
        return format!("{} [redacted: {} bytes]", data.kind, data.bytes.len());
    }
    let words = data.in_words();
    match data.as_number() {
        Some(number) => format!("{} {number} ({number:#x})", data.kind),
        None => format!("{} \"{}\"", data.kind, escape(&words, MOST)),
    }
}

/// A path as people write it: nothing in it can end a line.
fn path(path: &str) -> String {
    escape(path, MOST).replace(r"\\", r"\")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_shown_so_many_lines_and_how_many_more_there_are() {
        let shown = |keys: usize, more: u32| {
            let created = (0..keys).map(|number| format!("HKCU\\{number}")).collect();
            let (deleted, values) = (Vec::new(), Vec::new());
            let lines = lines(&RegistryOutcome::Changed { created, deleted, values, more });
            let told = lines.iter().find(|line| line.label == "And it changes");
            (lines.len(), told.map(|line| line.text.expose().to_owned()))
        };
        let more = |count: usize| Some(format!("{count} more keys and values"));
        assert_eq!(shown(2, 0), (2, None));
        assert_eq!(shown(LINES, 0), (LINES, None));
        assert_eq!(shown(2, 1), (3, more(1)));
        assert_eq!(shown(LINES + 5, 7), (LINES + 1, more(12)));
    }
}
