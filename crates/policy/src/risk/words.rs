//! Text as a person reads it: cut into words that compare equal when they look alike.
//!
//! Untrusted: the text.
//! Guarantees: time and memory are linear in at most [`LONGEST`] characters; nothing panics.
//! Does not: see letters that are drawn apart (`D e l e t e`) or as a picture.

use std::{borrow::Cow, collections::HashMap, iter, sync::LazyLock};

use unicode_normalization::UnicodeNormalization;

/// Characters of a text that are looked at; facts hold 200 of a name.
pub(crate) const LONGEST: usize = 4_096;

/// Letters of other scripts that look like an ASCII letter, of each those that Unicode calls confusable and whose
/// script has a keyboard: `confusables.txt` of UTS 39, <https://www.unicode.org/Public/security/latest/>.
const LOOK_ALIKES: [(char, &str); 50] = [
    ('A', "ΑАᎪꓮ"),
    ('B', "ΒВᏴꓐ"),
    ('C', "СᏟꓚ"),
    ('D', "Ꭰꓓ"),
    ('E', "ΕЕᎬꓰ"),
    ('F', "Ϝꓝ"),
    ('G', "ԌᏀᏳꓖ"),
    ('H', "ΗНᎻꓧ"),
    ('I', "ΙІӀꓲ"),
    ('J', "ͿЈᎫꓙ"),
    ('K', "ΚКᏦꓗ"),
    ('L', "Ꮮꓡ"),
    ('M', "ΜМᎷꓟ"),
    ('N', "Νꓠ"),
    ('O', "ΟОՕꓳ"),
    ('P', "ΡРᏢꓑ"),
    ('Q', "Ԛ"),
    ('R', "ᎡᏒꓣ"),
    ('S', "ЅՏᏚꓢ"),
    ('T', "ΤТᎢꓔ"),
    ('U', "Սꓴ"),
    ('V', "ѴᏙꓦ"),
    ('W', "ԜᎳᏔꓪ"),
    ('X', "ΧХꓫ"),
    ('Y', "ΥҮᎩꓬ"),
    ('Z', "ΖᏃꓜ"),
    ('a', "ɑαа"),
    ('b', "ƄЬᏏ"),
    ('c', "сᴄ"),
    ('d', "ԁꓒ"),
    ('e', "еҽ"),
    ('f', "ƒ"),
    ('g', "ɡց"),
    ('h', "һհ"),
    ('i', "ıɩιіᎥ"),
    ('j', "ϳј"),
    ('l', "ǀӏ"),
    ('n', "ոռ"),
    ('o', "οоօᴏ"),
    ('p', "ρр"),
    ('q', "ԛգ"),
    ('r', "гᴦ"),
    ('s', "ѕꜱ"),
    ('u', "υսᴜ"),
    ('v', "νѵᴠ"),
    ('w', "ɯѡԝᴡ"),
    ('x', "х"),
    ('y', "уγүỿ"),
    ('z', "ᴢ"),
    ('k', "κк"),
];

static LATIN: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    LOOK_ALIKES.iter().flat_map(|(ascii, others)| others.chars().map(|other| (other, *ascii))).collect()
});

/// The words of a text, as written and, where it differs, as it looks in ASCII letters.
#[derive(Debug)]
pub(crate) struct Reading {
    /// As written.
    pub(crate) words: Vec<String>,
    /// With letters of other scripts, and `0`, `1` and `I` inside words, read as the letters that they look like.
    pub(crate) skeleton: Option<Vec<String>>,
    /// Whether it has an ellipsis, as a command does that asks for more before it acts.
    pub(crate) ellipsis: bool,
}

/// Reads a text: compatibility forms, accents, case, accelerators and characters without a width make no difference.
pub(crate) fn read(text: &str) -> Reading {
    let plain = plain(text);
    let ellipsis = plain.contains("..");
    let words = split(&plain);
    let skeleton = Some(skeleton(&plain)).filter(|skeleton| *skeleton != *plain).map(|text| split(&text));
    Reading { words, skeleton, ellipsis }
}

/// The words of a name that programmers give: cut at capitals and digits, too.
pub(crate) fn read_id(id: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(id.len());
    let [mut second, mut last] = [' ', ' '];
    for c in plain(id).chars() {
        if c.is_lowercase() && last.is_uppercase() && second.is_uppercase() {
            // `HTMLDelete`: the last capital belongs to what follows.
            spaced.pop();
            spaced.extend([' ', last]);
        } else if c.is_uppercase() && last.is_lowercase() || c.is_ascii_digit() != last.is_ascii_digit() {
            spaced.push(' ');
        }
        spaced.push(c);
        [second, last] = [last, c];
    }
    split(&spaced)
}

/// Compatibility forms resolved, accents and what has no width removed.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && text.len() <= LONGEST {
        return Cow::Borrowed(text);
    }
    text.chars()
        .take(LONGEST)
        .nfkd()
        .filter(|c| !is_invisible(*c) && !('\u{300}'..='\u{36f}').contains(c))
        .nfc()
        .collect()
}

/// Whether a letter of another script looks like one of ASCII.
pub(crate) fn looks_like_ascii(c: char) -> bool {
    LATIN.contains_key(&c)
}

fn skeleton(plain: &str) -> String {
    let mut after_lowercase = false;
    plain
        .chars()
        .map(|c| {
            let letter = if c.is_ascii() { c } else { LATIN.get(&c).copied().unwrap_or(c) };
            let letter = match letter {
                'I' | '1' | '|' if after_lowercase => 'l',
                '0' if after_lowercase => 'o',
                other => other,
            };
            after_lowercase = letter.is_lowercase();
            letter
        })
        .collect()
}

/// Words in one case; each ideograph, kana, hangul syllable, icon and emoji is a word by itself.
fn split(plain: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = plain.chars().peekable();
    while let Some(c) = chars.next() {
        if stands_alone(c) {
            words.extend(some(&mut word));
            words.push(c.to_string());
        } else if c.is_alphanumeric() {
            fold(c, &mut word);
        } else if c != '&' || !chars.peek().is_some_and(|next| next.is_alphanumeric()) {
            words.extend(some(&mut word));
        }
        // What is left is the mark of an accelerator, which is not drawn.
    }
    words.extend(some(&mut word));
    words
}

fn some(word: &mut String) -> Option<String> {
    (!word.is_empty()).then(|| std::mem::take(word))
}

/// Case folding as `CaseFolding.txt` has it, by way of both mappings; and letters with a stroke, which no normal form
/// takes apart.
fn fold(c: char, word: &mut String) {
    if c.is_ascii() {
        word.push(c.to_ascii_lowercase());
        return;
    }
    for upper in c.to_uppercase() {
        for lower in upper.to_lowercase() {
            word.push(match lower {
                'ł' => 'l',
                'ø' => 'o',
                'đ' => 'd',
                'ς' => 'σ',
                other => other,
            });
        }
    }
}

/// Whether it is read without its neighbours: scripts without spaces between words, icons, emoji.
pub(crate) fn stands_alone(c: char) -> bool {
    match u32::from(c) {
        // Letters of CJK, kana, hangul; the marks and brackets among them are separators.
        0x1100..=0x11ff | 0x2e80..=0xa4cf | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0x2_0000..=0x3_ffff => {
            c.is_alphanumeric()
        }
        // Dingbats, private use (icon fonts), emoji.
        0x2600..=0x27bf | 0xe000..=0xf8ff | 0x1_f000..=0x1_faff => true,
        _ => false,
    }
}

/// `Default_Ignorable_Code_Point` of Unicode 16, `DerivedCoreProperties.txt`.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
        | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfff8
        | 0x1_bca0..=0x1_bca3 | 0x1_d173..=0x1_d17a | 0xe_0000..=0xe_0fff)
}

/// Phrases by their first word, with what each means.
#[derive(Debug)]
pub(crate) struct Phrases<T> {
    by_first: HashMap<String, Vec<(Vec<String>, T)>>,
}

impl<T> Phrases<T> {
    /// Phrases to look for; those without a word are never found.
    pub(crate) fn new(phrases: impl IntoIterator<Item = (Vec<String>, T)>) -> Self {
        let mut by_first: HashMap<String, Vec<(Vec<String>, T)>> = HashMap::new();
        for (mut words, meaning) in phrases {
            if !words.is_empty() {
                let first = words.remove(0);
                by_first.entry(first).or_default().push((words, meaning));
            }
        }
        Self { by_first }
    }

    /// What begins at the first of these words: how many words it has, and what it means.
    pub(crate) fn at<'a>(&'a self, words: &'a [String]) -> impl Iterator<Item = (usize, &'a T)> {
        words
            .split_first()
            .and_then(|(first, rest)| Some((self.by_first.get(first)?, rest)))
            .into_iter()
            .flat_map(|(found, rest)| found.iter().filter(|(words, _)| rest.starts_with(words)))
            .map(|(words, meaning)| (words.len() + 1, meaning))
    }

    /// Every phrase in these words: where it begins, how many words it has, and what it means.
    pub(crate) fn all<'a>(&'a self, words: &'a [String]) -> impl Iterator<Item = (usize, usize, &'a T)> {
        (0..words.len()).flat_map(move |start| {
            let rest = words.get(start..).unwrap_or_default();
            self.at(rest).map(move |(length, meaning)| (start, length, meaning))
        })
    }
}

impl Reading {
    /// The words as written, and as they look.
    pub(crate) fn both(&self) -> impl Iterator<Item = &Vec<String>> {
        iter::once(&self.words).chain(&self.skeleton)
    }
}
