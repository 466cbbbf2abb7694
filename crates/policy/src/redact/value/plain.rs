//! Keys and tokens that are no secrets, by their names and by what stands in them.

use model::keys::{Chord, Modifiers};

/// Words for a key or a token.
const KEYS: [&str; 4] = ["key", "keys", "token", "tokens"];
/// The same, written as one with the word before it.
const COMPOUND: [&str; 16] = [
    "apikey",
    "apikeys",
    "appkey",
    "authkey",
    "accesskey",
    "privatekey",
    "secretkey",
    "licensekey",
    "licencekey",
    "productkey",
    "serialkey",
    "sessionkey",
    "masterkey",
    "encryptionkey",
    "signingkey",
    "sharedkey",
];
/// How a word ends that is one with `token`, and the one such word that is public.
const TOKEN: &str = "token";
const PUBLIC_TOKEN: &str = "publickeytoken";

/// What stands before `key` where it is one of a keyboard, a registry or a table, or one that everybody may have.
const BEFORE: [&str; 26] = [
    // of a keyboard
    "hot",
    "shortcut",
    "accelerator",
    "modifier",
    "virtual",
    "function",
    "menu",
    "arrow",
    "toggle",
    "win",
    // of a registry
    "sub",
    "reg",
    "registry",
    "parent",
    "child",
    "root",
    "base",
    "uninstall",
    // of a table
    "primary",
    "foreign",
    "sort",
    "lookup",
    "index",
    "cache",
    "resource",
    // for everybody
    "public",
];
/// What stands behind `key` or `token` where the value tells something of it, and not it itself.
const BEHIND: [&str; 39] = [
    "name",
    "names",
    "path",
    "paths",
    "file",
    "folder",
    "id",
    "type",
    "length",
    "size",
    "count",
    "index",
    "usage",
    "spec",
    "algorithm",
    "version",
    "format",
    "provider",
    "container",
    "store",
    "location",
    "server",
    "endpoint",
    "url",
    "uri",
    "issuer",
    "authority",
    "broker",
    "lifetime",
    "expiry",
    "expiration",
    "expires",
    "management",
    "modifiers",
    "map",
    "mapping",
    "bindings",
    "repeat",
    "delay",
];

/// Whether a name in words is that of a key or token that may be secret: any in it that no neighbour makes plain.
pub(super) fn names_a_key(words: &[String]) -> bool {
    let at = |index: Option<usize>| index.and_then(|index| words.get(index)).map_or("", String::as_str);
    words.iter().enumerate().any(|(index, word)| {
        let (before, behind) = (at(index.checked_sub(1)), at(Some(index + 1)));
        let of_public_key = word == TOKEN && before == "key" && at(index.checked_sub(2)) == "public";
        let is_key = KEYS.contains(&word.as_str());
        let is_one = is_key || COMPOUND.contains(&word.as_str()) || is_token(word);
        let is_plain = is_key && !word.starts_with(TOKEN) && BEFORE.contains(&before);
        is_one && !is_plain && !of_public_key && !BEHIND.contains(&behind)
    })
}

fn is_token(word: &str) -> bool {
    (word.ends_with(TOKEN) || word.strip_suffix('s').is_some_and(|one| one.ends_with(TOKEN)))
        && word != PUBLIC_TOKEN
}

/// How paths of the registry begin, in lower case.
const REGISTRY: [&str; 12] = [
    r"computer\hkey_",
    r"hkey_",
    r"hklm\",
    r"hkcu\",
    r"hkcr\",
    r"hku\",
    r"hkcc\",
    r"\registry\",
    r"registry\",
    r"software\",
    r"system\",
    r"currentcontrolset\",
];
/// Most digits of a number that is too short to be a key.
const DIGITS: usize = 3;

/// Whether a text is plainly no key: a short number, a path of a file or of the registry, or keys to press.
pub(super) fn data(text: &str) -> bool {
    let text = text.trim();
    let is_number = text.len() <= DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let lower = text.to_ascii_lowercase();
    let is_chord = text.contains('+')
        && text.parse::<Chord>().is_ok_and(|chord| chord.modifiers != Modifiers::default());
    is_number || is_chord || REGISTRY.iter().any(|begin| lower.starts_with(begin)) || is_file(&lower)
}

/// `c:\…`, `\\server\…`, `%systemroot%\…`, `@…\x.dll,-1`.
fn is_file(lower: &str) -> bool {
    let path = lower.trim_start_matches(['"', '@']);
    let is_separator = |c: char| c == '\\' || c == '/';
    let of_drive =
        path.strip_prefix(|c: char| c.is_ascii_alphabetic()).and_then(|rest| rest.strip_prefix(':'));
    let of_variable = path.strip_prefix('%').and_then(|rest| rest.split_once('%')).map(|(_, rest)| rest);
    let of_server = path.strip_prefix(r"\\").is_some_and(|rest| rest.contains('\\'));
    of_server || of_drive.or(of_variable).is_some_and(|rest| rest.starts_with(is_separator))
}
