//! Numbers of payment cards and bank accounts.
//!
//! Cards: ISO/IEC 7812-1 (check digit) and the issuers' published ranges. Accounts: ISO 13616, SWIFT IBAN registry.

use std::ops::RangeInclusive;

use super::{Kind, Span};

/// Most characters between two groups of a card's digits.
const WIDEST_GAP: usize = 3;
const SHORTEST_CARD: usize = 13;
const LONGEST_CARD: usize = 19;

/// First digits, padded to four, and lengths.
const ISSUERS: [(RangeInclusive<u32>, &[usize]); 22] = [
    (4000..=4999, &[13, 16, 19]),     // Visa
    (5100..=5599, &[16]),             // Mastercard
    (2221..=2720, &[16]),             // Mastercard
    (3400..=3499, &[15]),             // American Express
    (3700..=3799, &[15]),             // American Express
    (3000..=3059, &[14]),             // Diners Club
    (3600..=3699, &[14]),             // Diners Club
    (3800..=3999, &[14]),             // Diners Club
    (3528..=3589, &[16, 17, 18, 19]), // JCB
    (6011..=6011, &[16, 19]),         // Discover
    (6440..=6599, &[16, 19]),         // Discover, RuPay
    (6200..=6299, &[16, 17, 18, 19]), // UnionPay
    (8100..=8199, &[16]),             // UnionPay, RuPay
    (2200..=2204, &[16, 19]),         // Mir
    (5018..=5018, &[16, 18, 19]),     // Maestro
    (5020..=5020, &[16, 18, 19]),     // Maestro
    (5038..=5038, &[16, 18, 19]),     // Maestro
    (5893..=5893, &[16, 18, 19]),     // Maestro
    (6304..=6304, &[16, 18, 19]),     // Maestro
    (6759..=6763, &[16, 18, 19]),     // Maestro
    (5060..=5091, &[16]),             // Verve, RuPay, Elo
    (9792..=9792, &[16]),             // Troy
];

/// Countries, and the lengths of their account numbers.
const IBANS: &str = "\
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
    DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 \
    IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 \
    MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 \
    SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// Where they stand.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut found = cards(text);
    found.extend(ibans(text));
    found
}

/// A run of digits: where it stands, and its digits.
struct Group {
    start: usize,
    end: usize,
    digits: Vec<u32>,
    /// Whether it may belong with the group before it.
    follows: bool,
}

fn cards(text: &str) -> Vec<Span> {
    let groups = groups(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < groups.len() {
        match card_at(groups.get(at..).unwrap_or_default()) {
            Some((count, span)) => {
                found.push(span);
                at += count;
            }
            None => at += 1,
        }
    }
    found
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut gap = Some(0);
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if let Some(digit) = digit(c) {
            match groups.last_mut() {
                Some(group) if group.end == start => {
                    group.end = end;
                    group.digits.push(digit);
                }
                _ => {
                    let follows = gap.is_some_and(|gap| (1..=WIDEST_GAP).contains(&gap));
                    groups.push(Group { start, end, digits: vec![digit], follows });
                }
            }
            gap = Some(0);
        } else {
            gap = gap.filter(|_| separates(c)).map(|gap| gap + 1);
        }
    }
    groups
}

/// The value of a digit of ASCII or of the full-width forms.
fn digit(c: char) -> Option<u32> {
    c.to_digit(10).or_else(|| ('０'..='９').contains(&c).then(|| u32::from(c) - u32::from('０')))
}

fn separates(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{2000}'
            ..='\u{200b}' | '\u{202f}' | '\u{3000}' | '-' | '‐' | '‑' | '–' | '.' | '·'
    )
}

/// The longest card number that begins with the first of these groups: of how many groups, and where. Groups are of
/// three to nineteen digits, and the last of one at least, as on cards.
fn card_at(groups: &[Group]) -> Option<(usize, Span)> {
    let start = groups.first()?.start;
    let mut digits: Vec<u32> = Vec::new();
    let mut best = None;
    for (index, group) in groups.iter().enumerate() {
        if index > 0 && !group.follows || digits.len() + group.digits.len() > LONGEST_CARD {
            break;
        }
        digits.extend(&group.digits);
        if digits.len() >= SHORTEST_CARD && is_card(&digits) {
            best = Some((index + 1, Span { range: start..group.end, kind: Kind::Card }));
        }
        if group.digits.len() < 3 {
            break;
        }
    }
    best
}

fn is_card(digits: &[u32]) -> bool {
    let issuer = digits.iter().take(4).fold(0, |number, digit| number * 10 + digit);
    let known =
        ISSUERS.iter().any(|(range, lengths)| range.contains(&issuer) && lengths.contains(&digits.len()));
    known && luhn(digits)
}

fn luhn(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit < 5 { digit * 2 } else { digit * 2 - 9 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| if i % 2 == 1 { doubled(*digit) } else { *digit })
        .sum();
    sum.is_multiple_of(10)
}

fn ibans(text: &str) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut before = ' ';
    for (start, c) in text.char_indices() {
        let begins = c.is_ascii_alphabetic() && !before.is_alphanumeric();
        before = c;
        if begins
            && found.last().is_none_or(|last| last.range.end <= start)
            && let Some(end) = iban_end(text.get(start..).unwrap_or_default())
        {
            found.push(Span { range: start..start + end, kind: Kind::Iban });
        }
    }
    found
}

/// Where the account number ends that the text begins with.
fn iban_end(text: &str) -> Option<usize> {
    text.get(2..)?.starts_with(|c: char| c.is_ascii_digit()).then_some(())?;
    let country = text.get(..2)?.to_ascii_uppercase();
    let length = IBANS.split(' ').find_map(|entry| entry.strip_prefix(&country))?.parse().ok()?;
    let mut characters = Vec::with_capacity(length);
    let mut gap = 0;
    for (at, c) in text.char_indices() {
        if c.is_ascii_alphanumeric() {
            if characters.len() == length {
                // Another letter or digit right behind it: it is something longer.
                return (gap > 0 && checks(&characters)).then_some(at - gap);
            }
            characters.push(c);
            gap = 0;
        } else if matches!(c, ' ' | '-' | '\u{a0}' | '\u{202f}') && gap == 0 {
            gap = c.len_utf8();
        } else {
            return (characters.len() == length && checks(&characters)).then_some(at - gap);
        }
    }
    (characters.len() == length && checks(&characters)).then_some(text.len() - gap)
}

/// ISO 7064 mod 97-10: the first four characters come last, letters count from 10.
fn checks(characters: &[char]) -> bool {
    let (head, tail) = characters.split_at_checked(4).unwrap_or_default();
    let rest = tail.iter().chain(head).try_fold(0, |rest: u32, c| {
        let value = c.to_digit(36)?;
        Some((rest * if value < 10 { 10 } else { 100 } + value) % 97)
    });
    rest == Some(1)
}
