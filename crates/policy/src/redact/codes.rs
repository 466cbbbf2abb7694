//! One-time codes and recovery phrases: what is a secret only because of the words beside it.

use std::sync::LazyLock;

use regex::Regex;

use super::{Kind, Span};

/// Characters behind the words in which the code is looked for, and before them where there is none.
const BEHIND: usize = 40;
const BEFORE: usize = 30;
/// Words of a recovery phrase: BIP-39 has 12 to 24.
const PHRASE_BEHIND: usize = 600;

const WORDS: &str = r"(?ix)
    (?-u:\b)(?:OTP|TOTP|m?TAN|(?:photo|push|sms|chip)-?TAN|PIN|PUK)(?-u:\b)
    | (?-u:\b)(?:verification|security|confirmation|authentication|authorization|activation|access|login|log[\x20-]?in|sign[\x20-]?in|one[\x20-]?time|backup|recovery|pairing|2fa|sms|passcode|two[\x20-]factor)\x20(?:pass)?codes?(?-u:\b)
    | (?-u:\b)passcode | (?-u:\b)one[\x20-]?time\x20(?:password|pin|passcode) | (?-u:\b)is\x20your\x20(?:\S+\x20){0,3}code | (?-u:\b)your\x20(?:\S+\x20){0,3}code(?:\x20is|\s?:)
    | (?-u:\b)(?:bestätigungs|sicherheits|verifizierungs|prüf|anmelde|zugangs|freigabe|einmal|aktivierungs|login)-?code
    | (?-u:\b)einmal(?:passwort|kennwort|pin) | (?-u:\b)(?:ihr|dein)\x20(?:\S+[\x20-]?){0,2}code
    | (?-u:\b)code\x20(?:de|d['’])\x20?(?:vérification|sécurité|confirmation|authentification|connexion|validation|accès)
    | (?-u:\b)code\x20(?:à\x20usage\x20unique|secret) | (?-u:\b)(?:votre|ton)\x20(?:\S+\x20)?code
    | (?-u:\b)código\x20(?:de|de\x20un\x20solo)\x20(?:verificación|seguridad|confirmación|acceso|autenticación|activación|uso)
    | (?-u:\b)clave\x20(?:dinámica|de\x20un\x20solo\x20uso) | (?-u:\b)(?:tu|su|seu)\x20(?:\S+\x20)?código
    | (?-u:\b)código\x20de\x20(?:verificação|segurança|confirmação|acesso|autenticação|ativação)
    | (?-u:\b)codice\x20(?:di\x20(?:verifica|sicurezza|conferma|accesso|autenticazione|attivazione)|monouso|otp|temporaneo)
    | (?-u:\b)(?:il\x20tuo|tuo|suo)\x20(?:\S+\x20)?codice
    | (?-u:\b)kod\x20(?:weryfikacyjny|autoryzacyjny|jednorazowy|bezpieczeństwa|potwierdzający|dostępu|aktywacyjny|sms)
    | (?-u:\b)hasło\x20jednorazowe | (?-u:\b)twój\x20(?:\S+\x20)?kod(?-u:\b)
    | (?-u:\b)(?:verificatie|beveiligings|bevestigings|inlog|toegangs|activerings|controle)code
    | (?-u:\b)(?:eenmalige|je|uw|jouw)\x20(?:\S+\x20)?code
    | код\x20(?:подтверждения|безопасности|доступа|авторизации|активации|входа|для\x20входа|проверки)
    | проверочный\x20код | одноразов\S+\x20(?:код|пароль) | ваш\x20(?:\S+\x20)?код
    | 验证码 | 驗證碼 | 校验码 | 檢驗碼 | 动态码 | 动态密码 | 動態密碼 | 确认码 | 確認碼 | 一次性密[码碼] | 安全[码碼] | 授权码
    | (?:認証|確認|検証|セキュリティ|ログイン)\x20?コード | (?:認証|確認|暗証)番号 | ワンタイム(?:パスワード|コード)
    | (?:인증|확인|보안|로그인)\x20?(?:번호|코드) | 일회용\x20?(?:비밀번호|코드)";

/// Codes that are none of these.
const OTHER: &str = r"(?i)(?-u:\b)(?:zip|post(?:al|code)?|area|country|error|promo\w*|discount|coupon|product|source|referral|status|exit|voucher|gift|dial\w*|bar|qr|colou?r|item|reason|response|event|stop)(?-u:\b)";

/// A code by itself: at the beginning of a line, right behind the word for a second factor, or in a request to use it.
const BARE: &str = r"(?imx)
    (?-u:\b)(?:2fa|mfa)[\x20\t]*[:：=][\x20\t]*(?P<c>[0-9]{6,8}|[0-9]{3}\x20[0-9]{3})(?-u:\b)
    | ^[\x20\t]*(?:code|código|codice|kod|код|コード|코드|代码)[\x20\t]*[:：][\x20\t]*(?P<a>[0-9]{6})(?-u:\b)
    | (?-u:\b)(?:use|enter|type)\x20(?P<b>[0-9]{4,8})\x20(?:to\x20(?:sign|log|verify|confirm)|as\x20your)";

const NUMBER: &str = r"[0-9]{3}[- ][0-9]{3}|[0-9]{4}[- ][0-9]{4}|[0-9]{4,8}|[０-９]{4,8}";

const PHRASE: &str = r"(?ix)(?-u:\b)(?:(?:seed|recovery|backup|mnemonic|secret|wallet)\x20(?:phrase|words|seed)|mnemonic|wiederherstellungs(?:phrase|wörter)|phrase\x20de\x20récupération|frase\x20(?:semilla|de\x20recuperaci[oó]n|di\x20recupero)|frase\x20de\x20recuperação|herstelzin|сид-?фраза|助记词|助記詞|リカバリーフレーズ|복구\x20구문)";

const SEED: &str = r"(?:(?:[0-9]{1,2}[.):]?\s*)?(?-u:\b)[a-z]{3,8}(?-u:\b)[\s,]+){11,23}(?:[0-9]{1,2}[.):]?\s*)?(?-u:\b)[a-z]{3,8}(?-u:\b)";

struct Patterns {
    words: Regex,
    other: Regex,
    bare: Regex,
    number: Regex,
    phrase: Regex,
    seed: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        words: Regex::new(WORDS).ok()?,
        other: Regex::new(OTHER).ok()?,
        bare: Regex::new(BARE).ok()?,
        number: Regex::new(NUMBER).ok()?,
        phrase: Regex::new(PHRASE).ok()?,
        seed: Regex::new(SEED).ok()?,
    })
});

/// Where they stand; overlaps are possible.
pub(super) fn find(text: &str) -> Vec<Span> {
    let Some(patterns) = PATTERNS.as_ref() else { return super::everything(text) };
    let mut found = Vec::new();
    for words in patterns.words.find_iter(text).filter(|words| !patterns.other.is_match(words.as_str())) {
        found.extend(code_near(patterns, text, words.start(), words.end()));
    }
    for captures in patterns.bare.captures_iter(text) {
        let code = ["a", "b", "c"].iter().find_map(|name| captures.name(name));
        found.extend(code.map(|code| Span { range: code.range(), kind: Kind::Code }));
    }
    for words in patterns.phrase.find_iter(text) {
        let end = end_of(text, words.end(), PHRASE_BEHIND);
        let seed = text.get(words.end()..end).and_then(|behind| patterns.seed.find(behind));
        found.extend(seed.map(|seed| Span {
            range: words.end() + seed.start()..words.end() + seed.end(),
            kind: Kind::RecoveryPhrase,
        }));
    }
    found
}

/// The first number behind the words, else the last before them, that may be a code.
fn code_near(patterns: &Patterns, text: &str, start: usize, end: usize) -> Option<Span> {
    let span = |range| Span { range, kind: Kind::Code };
    let codes = |from: usize, to: usize| {
        let window = text.get(from..to).unwrap_or_default();
        patterns
            .number
            .find_iter(window)
            .map(move |number| from + number.start()..from + number.end())
            .filter(|range| stands_apart(text, range.start, range.end))
    };
    let behind = codes(end, end_of(text, end, BEHIND))
        .find(|code| !is_year(text, code.clone()) || is_close(text.get(end..code.start).unwrap_or_default()));
    if let Some(code) = behind {
        return Some(span(code));
    }
    codes(start_of(text, start, BEFORE), start).filter(|code| !is_year(text, code.clone())).last().map(span)
}

/// Whether nothing beside the digits makes them a part of something else: a date, an amount, a version, a word.
fn stands_apart(text: &str, start: usize, end: usize) -> bool {
    let before: Vec<char> = text.get(..start).unwrap_or_default().chars().rev().take(2).collect();
    let after: Vec<char> = text.get(end..).unwrap_or_default().chars().take(2).collect();
    let digit = |c: Option<&char>| c.is_some_and(|c| c.is_numeric());
    let word = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_alphabetic() || *c == '_');
    let joins = |c: Option<&char>| c.is_some_and(|c| ".,:/-+ ".contains(*c));
    let money = |c: Option<&char>| c.is_some_and(|c| "$€£¥₽₩#%°".contains(*c));
    let first = before.first();
    let last = after.first();
    let left = digit(first)
        || word(first)
        || money(first)
        || first == Some(&'+')
        || joins(first) && digit(before.get(1));
    let right =
        digit(last) || word(last) || money(last) || joins(last) && last != Some(&' ') && digit(after.get(1));
    !left && !right
}

fn is_year(text: &str, range: std::ops::Range<usize>) -> bool {
    text.get(range)
        .is_some_and(|number| number.len() == 4 && (number.starts_with("19") || number.starts_with("20")))
}

/// Whether hardly anything stands between the words and the number.
fn is_close(between: &str) -> bool {
    let rest = between.trim_matches(|c: char| !c.is_alphanumeric());
    matches!(
        rest.to_lowercase().as_str(),
        "" | "is" | "ist" | "lautet" | "est" | "es" | "é" | "è" | "to" | "为" | "是" | "は" | "는"
    )
}

/// `count` characters further on.
fn end_of(text: &str, from: usize, count: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.char_indices().nth(count).map_or(text.len(), |(at, _)| from + at)
}

/// `count` characters further back.
fn start_of(text: &str, from: usize, count: usize) -> usize {
    let rest = text.get(..from).unwrap_or_default();
    rest.char_indices().rev().nth(count.saturating_sub(1)).map_or(0, |(at, _)| at)
}
