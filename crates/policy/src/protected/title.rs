//! Titles, and the parts that browsers and pages make them of.

use super::table::Table;
use crate::risk::words::{Phrases, read, stands_alone};

/// A title's words.
#[derive(Debug)]
pub(super) struct Title {
    /// All of them.
    pub(super) words: Vec<String>,
    /// Those between separators, without the name of the browser at the end.
    parts: Vec<Vec<String>>,
    /// Whether it is the title of a page, and whether a profile may stand behind that.
    browser: Option<Profile>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Profile {
    Shown,
    Hidden,
}

impl Title {
    pub(super) fn of(title: &str, table: &Table) -> Self {
        let mut parts: Vec<Vec<String>> =
            split(title).map(|part| read(part).words).filter(|words| !words.is_empty()).collect();
        let named = parts.last().and_then(|last| table.browser_names.iter().find(|name| *name == last));
        let browser = named.map(|name| {
            if name.last().is_some_and(|word| word == "edge") { Profile::Shown } else { Profile::Hidden }
        });
        if browser.is_some() {
            parts.pop();
        }
        Self { words: read(title).words, parts, browser }
    }

    /// Whether the whole title is one of these; in a browser, the title of the page.
    pub(super) fn is(&self, phrases: &Phrases<()>) -> bool {
        let page = match (self.browser, self.parts.as_slice()) {
            (Some(_), [page]) => page,
            (Some(Profile::Shown), [page, profile]) if profile.len() <= 2 => page,
            _ => &self.words,
        };
        phrases.at(page).any(|(length, ())| is_more_pages(page.get(length..)))
    }

    /// Whether it begins with one of these.
    pub(super) fn begins(&self, phrases: &Phrases<()>) -> bool {
        phrases.at(&self.words).next().is_some()
    }

    /// Whether its last part is one of these, as the name of a site is; a profile may stand behind it.
    pub(super) fn ends(&self, phrases: &Phrases<()>) -> bool {
        let is = |part: &Vec<String>| phrases.at(part).any(|(length, ())| is_more_pages(part.get(length..)));
        match (self.browser, self.parts.as_slice()) {
            (Some(Profile::Shown), [.., page, profile]) if profile.len() <= 2 => is(page) || is(profile),
            (_, [.., last]) => is(last),
            (_, []) => false,
        }
    }

    /// Whether one of its parts is one of these.
    pub(super) fn has_part(&self, phrases: &Phrases<()>) -> bool {
        self.parts.iter().any(|part| phrases.at(part).any(|(length, ())| is_more_pages(part.get(length..))))
    }

    /// Whether one of its parts has one of these and hardly more.
    pub(super) fn has_page(&self, phrases: &Phrases<()>) -> bool {
        self.parts.iter().any(|part| {
            phrases.all(part).any(|(start, length, ())| {
                let before = part.get(..start).unwrap_or_default();
                let after = part.get(start + length..).unwrap_or_default();
                half_words(before) + half_words(after) <= 4
                    || half_words(before) <= 4 && is_more_pages(Some(after))
            })
        })
    }
}

/// Nothing, or what Edge adds: `and 2 more pages`, in any language.
fn is_more_pages(rest: Option<&[String]>) -> bool {
    const LONGEST: usize = 10;
    let rest = rest.unwrap_or_default();
    let number = |word: &String| word.chars().all(|c| c.is_ascii_digit());
    rest.is_empty() || rest.len() <= LONGEST && rest.iter().any(number)
}

fn half_words(words: &[String]) -> usize {
    words.iter().map(|word| if word.chars().all(stands_alone) { 1 } else { 2 }).sum()
}

/// The parts of a title: between bars and dots, and between dashes and colons that have a space beside them.
fn split(title: &str) -> impl Iterator<Item = &str> {
    let mut before = ' ';
    let mut chars = title.chars().peekable();
    let mut at = 0;
    let mut cuts = Vec::new();
    while let Some(c) = chars.next() {
        let spaced = before.is_whitespace() || chars.peek().is_none_or(|next| next.is_whitespace());
        if matches!(c, '|' | '·' | '•' | '｜' | '—' | '–' | '：') || matches!(c, '-' | ':') && spaced
        {
            cuts.push((at, at + c.len_utf8()));
        }
        at += c.len_utf8();
        before = c;
    }
    cuts.push((title.len(), title.len()));
    let mut from = 0;
    cuts.into_iter().filter_map(move |(end, next)| title.get(std::mem::replace(&mut from, next)..end))
}
