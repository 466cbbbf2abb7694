//! Links of the system's own: several names of one key, brought to the one that its ancestors have as a prefix.
//!
//! Source: "Registry Key Security and Access Rights", "HKEY_CURRENT_USER" and "Registry Keys Affected by WOW64" of
//! Microsoft's documentation, and what the kernel reports for keys that are opened by these names.

use super::{
    machine::{Machine, Sid, UNKNOWN_USER, View},
    wow64,
};

/// Follows the links in a name, given by its parts below `\REGISTRY`.
pub(super) fn follow<'a>(parts: &mut Vec<&'a str>, machine: &'a Machine, view: View) {
    match parts.first() {
        Some(&"USER") => user(parts, machine, view),
        Some(&"MACHINE") => local_machine(parts, machine, view),
        Some(_) | None => {}
    }
}

fn user<'a>(parts: &mut Vec<&'a str>, machine: &'a Machine, view: View) {
    let Some(part) = parts.get_mut(1) else { return };
    let classes = cut_classes(part);
    let mut user = classes.unwrap_or(part);
    if let Some(known) = machine.user().map(Sid::as_str)
        && known != user
        && known.eq_ignore_ascii_case(user)
    {
        user = known;
    }
    // The account of the system has the hive that is called `.DEFAULT`.
    *part = if user.eq_ignore_ascii_case("S-1-5-18") { ".DEFAULT" } else { user };
    if classes.is_some() {
        parts.splice(2..2, ["Software", "Classes"]);
    }
    if is(parts, 2, "Software") && is(parts, 3, "Classes") {
        wow64::classes(parts, 3, view);
    }
}

/// The user of `<SID>_Classes`.
fn cut_classes(name: &str) -> Option<&str> {
    let (user, ending) = name.split_at_checked(name.len().checked_sub("_Classes".len())?)?;
    let is_user = || Sid::is(user) || user.eq_ignore_ascii_case(".DEFAULT") || user == UNKNOWN_USER;
    (ending.eq_ignore_ascii_case("_Classes") && is_user()).then_some(user)
}

fn local_machine<'a>(parts: &mut Vec<&'a str>, machine: &'a Machine, view: View) {
    let Some(hive) = parts.get(1).copied() else { return };
    if hive.eq_ignore_ascii_case("SOFTWARE") {
        wow64::software(parts, view);
    } else if hive.eq_ignore_ascii_case("SYSTEM") {
        if is(parts, 2, "CurrentControlSet")
            && let (Some(part), Some(current)) = (parts.get_mut(2), machine.control_set())
        {
            *part = current;
        }
        let set = parts.get(2).is_some_and(|set| is_control_set(set));
        if set
            && is(parts, 3, "Hardware Profiles")
            && is(parts, 4, "Current")
            && let Some(profile) = parts.get_mut(4)
        {
            *profile = "0001";
        }
    } else if hive.eq_ignore_ascii_case("SECURITY") && is(parts, 2, "SAM") {
        parts.splice(1..3, ["SAM", "SAM"]);
    }
}

/// Whether a key below `SYSTEM` is a control set, by whatever name.
pub(super) fn is_control_set(name: &str) -> bool {
    let numbered = || {
        let (head, digits) = name.split_at_checked("ControlSet".len())?;
        let numbered = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
        (head.eq_ignore_ascii_case("ControlSet") && numbered).then_some(())
    };
    name.eq_ignore_ascii_case("CurrentControlSet") || numbered().is_some()
}

/// Whether the part at `place` is `name`. Nothing but an ASCII letter folds to one, so that this is exact.
pub(super) fn is(parts: &[&str], place: usize, name: &str) -> bool {
    parts.get(place).is_some_and(|part| part.eq_ignore_ascii_case(name))
}
