//! Values of the registry: secret by their names, by what stands in them, or because they look like nothing but chance.
//!
//! Names that hold a password's word are secret whatever they hold; those of a key or token only where it could be one. Numbers
//! never are: `PasswordExpiryDays` is not one.

use model::registry::{RegistryData, ValueType};

use super::{field, spans};

/// Parts of names that stand for a secret, whatever surrounds them, in lower case.
const LONG: [&str; 17] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "kennwort",
    "secret",
    "credential",
    "motdepasse",
    "contraseña",
    "wachtwoord",
    "hasło",
    "пароль",
    "密码",
    "密碼",
    "パスワード",
    "비밀번호",
];
/// The same as whole words only.
const SHORT: [&str; 4] = ["pwd", "pw", "pass", "psk"];
/// Words for what may be a secret, if it looks like one.
const KEYS: [&str; 6] = ["key", "keys", "token", "apikey", "pin", "cookie"];
/// Fewest characters of a key, and of a text that is chance.
const KEY: usize = 8;
const CHANCE: usize = 20;

/// Whether a value may not be shown.
#[must_use]
pub fn value(name: &str, data: &RegistryData) -> bool {
    if matches!(data.kind, ValueType::DWord | ValueType::QWord) || data.bytes.is_empty() {
        return false;
    }
    let texts = texts(data);
    let readable = !texts.is_empty();
    let any = |holds: &dyn Fn(&str) -> bool| texts.iter().any(|text| holds(text));
    if readable && !any(&|text| !is_nothing(text)) {
        return false;
    }
    match by_name(name) {
        Some(Named::Secret) => return true,
        Some(Named::Key) if !readable && data.bytes.len() >= KEY || any(&looks_like_a_key) => return true,
        Some(_) | None => {}
    }
    any(&|text| field(name, text).is_some() || !spans(text).is_empty() || has_chance(text))
}

/// The texts in it, whatever type they have; nothing where the bytes are none.
fn texts(data: &RegistryData) -> Vec<String> {
    if let Some(text) = data.as_text() {
        return vec![text];
    }
    if let Some(texts) = data.as_texts() {
        // What one says of the next counts, as of a program's arguments.
        return [texts.join(" ")].into_iter().chain(texts).collect();
    }
    let bytes = data.bytes.as_slice();
    let narrow = std::str::from_utf8(bytes).map(|text| text.trim_end_matches('\0').to_owned());
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let wide = String::from_utf16(&units).map(|text| text.trim_end_matches('\0').to_owned());
    let readable =
        |text: &String| !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    [narrow.ok(), wide.ok()].into_iter().flatten().filter(readable).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Secret,
    Key,
}

fn by_name(name: &str) -> Option<Named> {
    let lower = name.to_lowercase();
    let words = words(name);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if LONG.iter().any(|part| lower.contains(part)) || has(&SHORT) {
        return Some(Named::Secret);
    }
    has(&KEYS).then_some(Named::Key)
}

/// `apiKey_2` as `api`, `key`, `2`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = None;
    for c in name.chars() {
        let begins = c.is_uppercase() && before.is_some_and(char::is_lowercase)
            || c.is_numeric() != before.is_some_and(char::is_numeric);
        if (begins || !c.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && c.is_alphanumeric()
        {
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    words
}

/// Whether a text says that there is none, or only whether something is so.
fn is_nothing(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    ["", "0", "1", "true", "false", "yes", "no", "none", "null"].contains(&text.as_str())
}

fn looks_like_a_key(text: &str) -> bool {
    let text = text.trim();
    text.len() >= KEY
        && !text.contains(['\\', ' '])
        && (text.bytes().any(|byte| byte.is_ascii_digit()) || text.len() >= CHANCE)
}

/// Whether it has a run of letters and digits in no order that a name has.
fn has_chance(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.split(|c| !is_part(c)).any(is_chance)
}

/// Small letters, capitals and digits, of which every other one is of another kind than the one before: names and words change
/// with each word only, and numbers in base 16 have one kind of letter.
fn is_chance(run: &str) -> bool {
    let kind = |byte: &u8| match byte {
        b'a'..=b'z' => 0,
        b'A'..=b'Z' => 1,
        b'0'..=b'9' => 2,
        _ => 3,
    };
    let kinds: Vec<i32> = run.trim_end_matches('=').as_bytes().iter().map(kind).collect();
    let changes = kinds.windows(2).filter(|pair| pair.first() != pair.last()).count();
    kinds.len() >= CHANCE
        && [0, 1, 2].iter().all(|kind| kinds.contains(kind))
        && changes * 5 >= kinds.len() * 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, text: &str) -> bool {
        value(name, &RegistryData::text(ValueType::String, text))
    }

    #[test]
    fn a_value_is_a_secret_by_its_name() {
        for name in [
            "DefaultPassword",
            "password",
            "DB_PASSWORD",
            "ProxyPwd",
            "userPass",
            "ClientSecret",
            "Kennwort",
            "CredentialBlob",
            "пароль",
        ] {
            assert!(text(name, "correct horse"), "{name}");
            assert!(
                value(name, &RegistryData { kind: ValueType::Binary, bytes: vec![0xff, 1, 2] }),
                "{name}"
            );
            for nothing in ["", "0", "False", "none"] {
                assert!(!text(name, nothing), "{name} {nothing}");
            }
        }
        for name in ["ApiKey", "AuthToken", "ProductKey", "license_key", "SessionCookie"] {
            assert!(text(name, "VK7JG-NPHTM-C97JM"), "{name}");
            assert!(value(name, &RegistryData { kind: ValueType::Binary, bytes: vec![0xff; 16] }), "{name}");
            assert!(!text(name, "ControlPanel") && text(name, "ControlPanel7"), "{name}");
            // Half of a pair, again and again, is no text.
            let odd = |pairs| RegistryData { kind: ValueType::Binary, bytes: [0, 0xd8].repeat(pairs) };
            assert!(value(name, &odd(4)) && !value(name, &odd(3)), "{name}");
            assert!(text(name, "abcdefghijklmnopqrstuvwxyz") && !text(name, "Ctrl+7"), "{name}");
            assert!(!text(name, "Ctrl+A") && !text(name, r"HKLM\SOFTWARE\App"), "{name}");
        }
    }

    #[test]
    fn bytes_that_no_text_has_are_not_read_as_one() {
        let of = |text: &str| value("Data", &RegistryData { kind: ValueType::Binary, bytes: text.into() });
        assert!(of("ghp_abcdefghijklmnopqrstuvwxyz0123456789"));
        assert!(!of("\u{1}\u{2} ghp_abcdefghijklmnopqrstuvwxyz0123456789"));
        assert!(!of(""));
    }

    #[test]
    fn a_value_is_a_secret_by_what_stands_in_it_whatever_its_type() {
        let token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
        for kind in [
            ValueType::String,
            ValueType::ExpandString,
            ValueType::Binary,
            ValueType::None,
            ValueType::Other(99),
        ] {
            let data = RegistryData { kind, ..RegistryData::text(ValueType::String, token) };
            assert!(value("x", &data), "{kind}");
        }
        assert!(value("x", &RegistryData { kind: ValueType::Binary, bytes: token.as_bytes().to_vec() }));
        let arguments = RegistryData::texts(["tool.exe", "--password", "hunter2"]).unwrap();
        assert!(value("x", &arguments));
        assert!(text("Connection", "Server=a;Password=hunter2"));
        for chance in ["k3J9xQ2mLp7Zt4Rb8Wv1", "eyJ0a1B2c3D4e5F6g7H8i9J0kL==", "x-k3J9xQ2mLp7Zt4Rb8Wv1"] {
            assert!(text("Data", chance), "{chance}");
        }
    }

    #[test]
    fn ordinary_values_are_shown() {
        for (name, held) in [
            ("Path", r"C:\Program Files\App 2\app.exe"),
            ("", "{4D36E972-E325-11CE-BFC1-08002BE10318}"),
            ("Package", "Microsoft.WindowsCalculator_11.2307.4.0_x64__8wekyb3d8bbwe"),
            ("Hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("Class", "DirectX11CompatibilityLayerVersion2"),
            ("KeyboardLayout", "00000407"),
            ("Compass", "north 12345678"),
            ("Version", "10.0.26100.1742"),
        ] {
            assert!(!text(name, held), "{name} {held}");
        }
        for name in ["PasswordExpiryDays", "TokenCount"] {
            let data = RegistryData { kind: ValueType::DWord, bytes: vec![30, 0, 0, 0] };
            assert!(!value(name, &data), "{name}");
        }
        assert!(!value("Blob", &RegistryData { kind: ValueType::Binary, bytes: (0..=255).collect() }));
    }

    #[test]
    fn names_are_taken_apart_as_people_write_them() {
        assert_eq!(words("apiKey_2"), ["api", "key", "2"]);
        assert_eq!(words("Product Key"), ["product", "key"]);
    }
}
