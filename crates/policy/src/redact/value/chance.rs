//! Text that looks like nothing but chance.

/// Fewest characters of one.
const SHORTEST: usize = 20;

/// Whether a text has a run of letters and digits in no order that a name has.
pub(super) fn is_in(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.split(|c| !is_part(c)).any(|run| is_of_three(run) || run.split(['+', '/', '=']).any(is_of_two))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Capital,
    Digit,
    Other,
}

fn kinds(run: &str) -> Vec<Kind> {
    let kind = |byte: &u8| match byte {
        b'a'..=b'z' => Kind::Small,
        b'A'..=b'Z' => Kind::Capital,
        b'0'..=b'9' => Kind::Digit,
        _ => Kind::Other,
    };
    run.as_bytes().iter().map(kind).collect()
}

/// How often another kind begins.
fn changes(kinds: &[Kind]) -> usize {
    kinds.windows(2).filter(|pair| pair.first() != pair.last()).count()
}

/// Small letters, capitals and digits, of which every other one is of another kind than the one before: names and words change
/// with each word only, and numbers in base 16 have one kind of letter.
fn is_of_three(run: &str) -> bool {
    let kinds = kinds(run.trim_end_matches('='));
    kinds.len() >= SHORTEST
        && [Kind::Small, Kind::Capital, Kind::Digit].iter().all(|kind| kinds.contains(kind))
        && changes(&kinds) * 5 >= kinds.len() * 2
        && !is_class_of_package(run)
}

/// Letters of one case and digits, or of both cases. Names with numbers have few of them, or long ones, and words have vowels
/// (two of five letters; of chance one of five). What may be a number in base 16 is an id.
fn is_of_two(run: &str) -> bool {
    let kinds = kinds(run);
    if kinds.len() < SHORTEST || run.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return false;
    }
    let count = |kind| kinds.iter().filter(|is| **is == kind).count();
    let (small, capital, digits) = (count(Kind::Small), count(Kind::Capital), count(Kind::Digit));
    let vowels = run.bytes().filter(|byte| b"aeiouAEIOU".contains(byte)).count();
    let letters = small + capital;
    let changes = changes(&kinds);
    match (small > 0 && capital > 0, digits > 0) {
        (true, false) => changes * 5 >= kinds.len() * 2 && vowels * 10 < letters * 3,
        // A number has two changes, one before and one behind it.
        (false, true) => {
            let mixed =
                changes * 5 >= kinds.len() * 2 || changes * 20 >= kinds.len() * 3 && vowels * 3 < letters;
            mixed && digits * 5 <= changes * 6
        }
        (true, true) | (false, false) => false,
    }
}

/// The name of a class that Windows makes for a package: it is an id, though made by a hash.
fn is_class_of_package(run: &str) -> bool {
    run.strip_prefix("AppX").is_some_and(|hash| {
        hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts of `alphabet`, always the same.
    fn random(alphabet: &str, length: usize, count: usize) -> Vec<String> {
        let letters: Vec<char> = alphabet.chars().collect();
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            letters[usize::try_from(state >> 33).unwrap() % letters.len()]
        };
        (0..count).map(|_| (0..length).map(|_| next()).collect()).collect()
    }

    #[test]
    fn chance_of_two_kinds_is_seen() {
        for text in [
            "x7k2m9q4w8z3n6b1v5c0p7r2t9y4u8i3",
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "id x7k2m9q4w8z3n6b1v5c0p7r2t9y4u8i3.",
            "qWkLzXcVbNmTgHjKpRsD",
        ] {
            assert!(is_in(text), "{text}");
        }
    }

    #[test]
    fn of_random_keys_most_are_seen() {
        let small = "abcdefghijklmnopqrstuvwxyz0123456789";
        let base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        for (alphabet, least) in [(small, 930), (base32, 860), (base64, 950)] {
            let seen = random(alphabet, 32, 1000).iter().filter(|text| is_in(text)).count();
            assert!(seen >= least, "{alphabet}: {seen}");
        }
    }

    #[test]
    fn ids_and_names_are_not_chance() {
        let hex: Vec<String> = ["0123456789abcdef", "0123456789ABCDEF"]
            .iter()
            .flat_map(|digits| [20, 32, 40, 64].map(|length| random(digits, length, 200)))
            .flatten()
            .collect();
        let names = [
            "AppX4hxtad77fbk3jkkeerkrm0ze94wjf3s9",
            "AppXq0fevzme2pys62n3e0fbqa7peapykr8v",
            "{4D36E972-E325-11CE-BFC1-08002BE10318}",
            "Microsoft.WindowsCalculator_11.2307.4.0_x64__8wekyb3d8bbwe",
            "directx11compatibilitylayerversion2",
            "windows10upgrade19041x64edition",
            "kb5034441x64windows10ndp48",
            "GetUserDefaultUILanguageNamesForThread",
            "aapbdbdomjkkjkaonfhkkikfgjllcleb",
            "api-ms-win-core-processthreads-l1-1-0.dll",
            r"USB\VID_046D&PID_C52B\5&2a8e1f3&0&2",
            r"amd64_microsoft-windows-shell32_31bf3856ad364e35_10.0.19041.1_none_0123456789abcdef",
            "S-1-5-21-1234567890-1234567890-1234567890-1001",
            "20240131T235959Z20240201T000000Z",
            "donaudampfschifffahrtsgesellschaft",
            "https://example.com/a/very/long/path/to/2024/01/31/index.html",
        ];
        for text in hex.iter().map(String::as_str).chain(names) {
            assert!(!is_in(text), "{text}");
        }
    }
}
