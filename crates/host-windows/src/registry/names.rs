//! Between the one name that a key has here and the names that the kernel has for it.

use std::iter;

use model::registry::{Machine, RegistryKeyName};

const CLASSES: &str = r"\Software\Classes";

/// Where the kernel may have the key of this name, in the order to try: a user's classes are a hive of their own beside
/// that of the user, where there is one.
pub(super) fn places(name: &RegistryKeyName) -> impl Iterator<Item = String> {
    iter::chain(classes_hive(name.as_str()), [name.as_str().to_owned()])
}

/// `\REGISTRY\USER\<SID>_Classes\…` for `\REGISTRY\USER\<SID>\Software\Classes\…`.
fn classes_hive(name: &str) -> Option<String> {
    const USERS: &str = r"\REGISTRY\USER\";
    let (head, rest) = name.split_at_checked(USERS.len())?;
    let (user, rest) = rest.split_at_checked(rest.find('\\')?)?;
    let (classes, below) = rest.split_at_checked(CLASSES.len())?;
    let is = head.eq_ignore_ascii_case(USERS)
        && classes.eq_ignore_ascii_case(CLASSES)
        && (below.is_empty() || below.starts_with('\\'));
    is.then(|| format!("{USERS}{user}_Classes{below}"))
}

/// The one name of the key that the kernel calls so, also where no caller could write it; none for a key of neither the
/// machine nor a user.
pub(super) fn of_kernel(name: &str, machine: &Machine) -> Option<RegistryKeyName> {
    if let Ok(known) = RegistryKeyName::from_kernel(name, machine) {
        return Some(known);
    }
    let mut parts = name.split('\\');
    let ("", root, hive) = (parts.next()?, parts.next()?, parts.next()?) else { return None };
    let root = RegistryKeyName::from_kernel(&format!(r"\{root}\{hive}"), machine).ok()?;
    // The name as a whole may be one that is followed, so the last step names it by all its parts.
    let parts: Vec<&str> = parts.collect();
    let (last, above) = parts.split_last()?;
    let above = above.iter().fold(root, |above, part| above.child(part, machine));
    Some(above.child(last, machine))
}

/// The key above it; none for the machine's own and that of all users.
pub(super) fn above(name: &RegistryKeyName, machine: &Machine) -> Option<RegistryKeyName> {
    let (above, _) = name.as_str().rsplit_once('\\')?;
    of_kernel(above, machine)
}

#[cfg(test)]
mod tests {
    use model::registry::Sid;

    use super::*;

    const USER: &str = r"\REGISTRY\USER\S-1-5-21-1-2-3-1001";

    fn machine() -> Machine {
        Machine::new("S-1-5-21-1-2-3-1001".parse::<Sid>().ok(), Some(1))
    }

    fn named(name: &str) -> RegistryKeyName {
        of_kernel(name, &machine()).unwrap()
    }

    #[test]
    fn a_users_classes_are_looked_for_in_their_own_hive_first() {
        let all = |name: &str| places(&named(name)).collect::<Vec<_>>();
        let (hive, plain) = (format!(r"{USER}_Classes\CLSID"), format!(r"{USER}\Software\Classes\CLSID"));
        assert_eq!(all(&hive), [hive.clone(), plain.clone()]);
        assert_eq!(all(&plain), [hive, plain]);
        for other in [r"\Software\ClassesOther", r"\Software", r"\Classes", ""] {
            let name = format!("{USER}{other}");
            assert_eq!(all(&name), [name]);
        }
    }

    #[test]
    fn the_kernels_name_of_a_key_comes_to_the_one_name() {
        let one = named(&format!(r"{USER}_Classes\CLSID"));
        assert_eq!(one.as_str(), format!(r"{USER}\Software\Classes\CLSID"));
        let set = named(r"\Registry\Machine\System\CurrentControlSet\Control");
        assert_eq!(set.folded(), r"\REGISTRY\MACHINE\SYSTEM\CONTROLSET001\CONTROL");
    }

    #[test]
    fn above_a_key_lies_the_one_that_its_name_goes_on_from_up_to_the_hive() {
        let mut name = named(&format!(r"{USER}_Classes\CLSID"));
        let mut levels = Vec::new();
        while let Some(next) = above(&name, &machine()) {
            levels.push(next.as_str().to_owned());
            name = next;
        }
        let of_user = [r"\Software\Classes", r"\Software", ""].map(|rest| format!("{USER}{rest}"));
        assert_eq!(levels, [of_user.as_slice(), &[r"\REGISTRY\USER".to_owned()]].concat());
    }

    #[test]
    fn a_name_that_no_caller_could_write_is_still_one() {
        let odd = format!("{USER}\\Software\\a\0b\\{}\\c", "x".repeat(256));
        assert_eq!(named(&odd).as_str(), odd);
        let classes = format!("{USER}_Classes\\a\u{200b}");
        assert_eq!(named(&classes).as_str(), format!("{USER}\\Software\\Classes\\a\u{200b}"));
        for none in [r"\REGISTRY\A\{1}\x", r"\Device\x", "x", "", r"\REGISTRY"] {
            assert_eq!(of_kernel(none, &machine()), None, "{none}");
        }
    }
}
