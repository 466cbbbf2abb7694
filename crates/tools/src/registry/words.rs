//! Keys and values in words.

use std::{borrow::Cow, fmt::Write as _};

use model::{
    registry::{
        RegistryData, RegistryKeyInfo, RegistryNotes, RegistryOutcome, RegistryValue, ValueChange, ValueType,
    },
    tool::Reply,
    ui::escape,
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::form::{ChangedForm, changed_form};
use crate::{
    structured::json,
    words::{count, one_line},
};

/// Characters that a line shows of a value that was asked for.
pub(super) const WHOLE: usize = 10_000;
/// Characters that a line shows of one value of many.
pub(super) const SHORT: usize = 200;

/// A value's name: in quotes, so that none is taken for the default one.
pub(super) fn name(name: &str) -> String {
    if name.is_empty() { "(default)".into() } else { format!("\"{}\"", escape(name, 300)) }
}

/// Type and data, at most so many characters of it.
pub(super) fn data(data: &RegistryData, most: usize) -> String {
    let kind = match data.kind {
        ValueType::Other(number) => Cow::from(format!("type {number}")),
        kind => kind.name().into(),
    };
    if let Some(number) = data.as_number() {
        return format!("{kind} {number} ({number:#x})");
    }
    let size = count(data.size(), "byte");
    let shown = if let Some(text) = data.as_text() {
        format!("\"{}\"", escape(&text, most))
    } else if let Some(texts) = data.as_texts() {
        let mut left = most;
        let mut items = Vec::new();
        for text in &texts {
            if left == 0 {
                items.push(format!("…+{}", texts.len() - items.len()));
                break;
            }
            items.push(format!("\"{}\"", escape(text, left)));
            left = left.saturating_sub(text.chars().count().max(1));
        }
        format!("[{}]", items.join(", "))
    } else {
        let base64 = data.as_base64();
        escape(&base64, most)
    };
    let odd = if is_exact(data) { "" } else { ", not all of it text" };
    let space = if shown.is_empty() { "" } else { " " };
    format!("{kind}{space}{shown} ({size}{odd})")
}

/// Whether the text that is shown says every byte of the data.
pub(super) fn is_exact(data: &RegistryData) -> bool {
    let written = match data.kind {
        ValueType::MultiString => {
            data.as_texts().and_then(|texts| RegistryData::texts(texts.iter().map(String::as_str)).ok())
        }
        kind => data.as_text().map(|text| RegistryData::text(kind, &text)),
    };
    let without_end = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        while bytes.len().is_multiple_of(2) && bytes.ends_with(&[0, 0]) {
            bytes.truncate(bytes.len() - 2);
        }
        bytes
    };
    written.is_none_or(|written| without_end(&written.bytes) == without_end(&data.bytes))
}

/// A value on a line of its own.
pub(super) fn value(value: &RegistryValue, most: usize) -> String {
    let said = value.data.as_ref().map_or(Cow::Borrowed(WITHHELD), |own| data(own, most).into());
    let mut line = format!("{} = {said}", name(&value.name));
    if let Some(text) = &value.expanded {
        let _ = write!(line, ", expanded \"{}\"", escape(text, most));
    }
    line
}

/// In place of data that the gate took out.
const WITHHELD: &str = "[withheld: it looks like a secret]";

/// What is known of a key, a line each.
pub(super) fn info(info: &RegistryKeyInfo) -> String {
    let mut text = format!("subkeys: {}", info.subkeys);
    let names: Vec<String> =
        info.subkey_names.iter().map(|name| format!("\"{}\"", escape(name, 300))).collect();
    if !names.is_empty() {
        let more =
            if u32::try_from(names.len()).is_ok_and(|shown| shown < info.subkeys) { ", …" } else { "" };
        let _ = write!(text, " ({}{more})", names.join(", "));
    }
    let _ = write!(text, "\nvalues: {}", info.values);
    for (what, words) in [
        ("last changed", info.last_write_ms.and_then(moment)),
        ("class", info.class.as_ref().map(|class| format!("\"{}\"", escape(class, 300)))),
        ("security", info.security.as_deref().map(one_line)),
    ] {
        if let Some(words) = words {
            let _ = write!(text, "\n{what}: {words}");
        }
    }
    tell(&mut text, &notes(&info.notes));
    text
}

/// A time as RFC 3339 has it, UTC.
pub(crate) fn moment(ms: i64) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok()?;
    moment.format(&Rfc3339).ok()
}

/// What a reply says beside what it was asked, a sentence each.
pub(super) fn notes(notes: &RegistryNotes) -> Vec<String> {
    let RegistryNotes { need_approval, deeper } = notes;
    let needs = |key: &String| {
        let key = escape(key, 1_000).replace(r"\\", r"\");
        format!("keys below \"{key}\" need approval: name them in a call of their own")
    };
    let deeper = deeper.then(|| {
        "keys that lie deeper than a walk may go (`registry.max_depth`, and that of the root) were not looked into"
            .to_owned()
    });
    need_approval.iter().map(needs).chain(deeper).collect()
}

/// Adds notes, a line each.
pub(super) fn tell(text: &mut String, notes: &[String]) {
    for note in notes {
        let _ = write!(text, "\nnote: {note}");
    }
}

/// How to go on where there is more.
pub(super) fn more(text: &mut String, cursor: Option<&String>) {
    if let Some(cursor) = cursor {
        let _ = write!(
            text,
            "\nmore: call again with the same arguments and cursor \"{}\"",
            escape(cursor, 70_000)
        );
    }
}

/// What was changed, as a line for each key that came or went and for each value what it was and is.
pub(super) fn changed(outcome: &RegistryOutcome) -> Option<Reply> {
    let RegistryOutcome::Changed { created, deleted, values, more } = outcome else { return None };
    let mut text = String::new();
    let mut line = |line: String| {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    };
    for key in created {
        line(format!("+ {}", one_line(key)));
    }
    for key in deleted {
        line(format!("- {}", one_line(key)));
    }
    let mut key = None;
    for change in values {
        if key != Some(&change.path) {
            line(format!("~ {}", one_line(&change.path)));
            key = Some(&change.path);
        }
        line(format!("  {}", value_change(change)));
    }
    if *more > 0 {
        line(format!("and {more} more values"));
    }
    if created.is_empty() && deleted.is_empty() && values.is_empty() {
        line("nothing to change: all of it is so already".into());
    }
    let form: ChangedForm = changed_form(created, deleted, values, *more);
    Some(Reply { text, structured: json(&form), ..Reply::default() })
}

fn value_change(change: &ValueChange) -> String {
    let side =
        |side: &Option<RegistryData>| side.as_ref().map_or_else(|| "(none)".into(), |own| data(own, SHORT));
    let name = name(&change.name);
    if change.before.is_none() && change.after.is_none() {
        return format!("{name}: {WITHHELD}");
    }
    format!("{name}: {} -> {}", side(&change.before), side(&change.after))
}
