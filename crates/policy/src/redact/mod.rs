//! Takes secrets out of text before it leaves the gate.
//!
//! Untrusted: the text.
//! Guarantees: what is found by [`spans`] is not in what [`text`] gives; redacting twice is redacting once; time is
//! linear in the length, and no character is split.
//! Does not: know a secret that has neither a form nor a name beside it. `docs/facts.md` says what is recognised.

mod assigned;
mod codes;
mod numbers;
mod part;
mod tokens;
mod value;

use std::{borrow::Cow, fmt, ops::Range, sync::LazyLock};

use regex::Regex;

pub use part::{field, part, words};
pub use value::{value, value_name};

/// How often the text between secrets is looked at again: what a secret stood next to may be one, too. What is not at
/// rest by then was made to be so, and is taken out as a whole.
const ROUNDS: usize = 16;

/// Bytes that no secret of letters alone fits in, with the words that make it one.
const SHORT_WORD: usize = 10;

/// What kind of secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A private key.
    PrivateKey,
    /// A key or token of a service.
    Token,
    /// A password.
    Password,
    /// A payment card's number.
    Card,
    /// A bank account's number.
    Iban,
    /// A one-time code or PIN.
    Code,
    /// The words that restore a wallet.
    RecoveryPhrase,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::PrivateKey,
        Self::Token,
        Self::Password,
        Self::Card,
        Self::Iban,
        Self::Code,
        Self::RecoveryPhrase,
    ];

    /// Its name, as it stands in redacted text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrivateKey => "private key",
            Self::Token => "token",
            Self::Password => "password",
            Self::Card => "card number",
            Self::Iban => "account number",
            Self::Code => "code",
            Self::RecoveryPhrase => "recovery phrase",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a secret stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Bytes, on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// How what stands in a secret's place begins; it ends with `]`.
pub const SAID: &str = "[redacted: ";

static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\[redacted: [a-z ]{1,20}\]").ok());

/// Does what the first look would have to wait for: about 20 ms.
pub fn prepare() {
    let _ = spans("code: 123456, password: none");
}

/// The text with `[redacted: KIND]` in the place of each secret.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    part(text, 0..text.len()).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Where the secrets of a text stand, in its order, none in another.
#[must_use]
pub fn spans(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    if is_a_short_word(text) {
        return spans;
    }
    let mut pieces = between_marks(text);
    for round in 0..=ROUNDS {
        let mut rest = Vec::new();
        for piece in pieces {
            let found = scan(text.get(piece.clone()).unwrap_or_default());
            match found.first() {
                None => {}
                Some(first) if round == ROUNDS => spans.push(Span { range: piece, kind: first.kind }),
                Some(_) => {
                    let mut at = piece.start;
                    for Span { range, kind } in found {
                        let range = piece.start + range.start..piece.start + range.end;
                        rest.extend((at < range.start).then_some(at..range.start));
                        at = range.end;
                        spans.push(Span { range, kind });
                    }
                    rest.extend((at < piece.end).then_some(at..piece.end));
                }
            }
        }
        pieces = rest;
    }
    spans.sort_by_key(|span| span.range.start);
    spans
}

/// Whether it is too short for any secret of letters, as most labels of buttons and menus are.
fn is_a_short_word(text: &str) -> bool {
    text.len() <= SHORT_WORD && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ')
}

/// The pieces between what was redacted before. No secret reaches over such a place, in this pass or any later one.
fn between_marks(text: &str) -> Vec<Range<usize>> {
    let marks = MARK.iter().flat_map(|mark| mark.find_iter(text)).map(|mark| mark.range());
    let mut at = 0;
    let mut pieces: Vec<_> = marks.map(|mark| std::mem::replace(&mut at, mark.end)..mark.start).collect();
    pieces.push(at..text.len());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// What one look finds, in order; what overlaps is one.
fn scan(text: &str) -> Vec<Span> {
    let mut found = tokens::find(text);
    found.extend(assigned::find(text));
    found.extend(numbers::find(text));
    found.extend(codes::find(text));
    found.retain(|span| !span.range.is_empty());
    found.sort_by_key(|span| (span.range.start, usize::MAX - span.range.end));
    let mut apart: Vec<Span> = Vec::with_capacity(found.len());
    for span in found {
        match apart.last_mut() {
            Some(last) if span.range.start < last.range.end => {
                last.range.end = last.range.end.max(span.range.end);
            }
            Some(_) | None => apart.push(span),
        }
    }
    apart
}

/// For a detector that could not be built: nothing passes.
fn everything(text: &str) -> Vec<Span> {
    vec![Span { range: 0..text.len(), kind: Kind::Token }]
}

#[cfg(test)]
mod tests;
