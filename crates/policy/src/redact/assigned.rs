//! Secrets that have a name beside them: `password: …`, `AccountKey=…`, `Authorization: …`.

use std::sync::LazyLock;

use regex::{Match, Regex};

use super::{Kind, Span};

/// Names of passwords that stand for themselves inside longer names (`DB_PASSWORD`, `userPassword`).
const LONG: &str = "password|passphrase|passwd|passwort|kennwort|mot de passe|contrase(?:ñ|n)a|palavra[- ]passe|\
    hasło|haslo|wachtwoord|пароль|密码|密碼|口令|パスワード|暗証番号|비밀번호|암호";
/// Those that do only as whole words.
const SHORT: &str = "pass|pwd|pw|mdp|senha|clave|secret|passcode|master key";
/// Fewest bytes of a value after one of those, which stand in programs, too (`pass = 2`).
const SHORTEST: usize = 4;
/// Names of keys.
const KEYS: &str = "account[-_ ]?key|shared[-_ ]?access[-_ ]?key|shared[-_ ]?secret(?:[-_ ]?value)?|\
    secret[-_ ]?access[-_ ]?key|session[-_ ]?token|client[-_ ]?secret|api[-_ ]?key|api[-_ ]?secret|api[-_ ]?token|\
    access[-_ ]?token|refresh[-_ ]?token|id[-_ ]?token|auth[-_ ]?token|bearer[-_ ]?token|secret[-_ ]?key|\
    private[-_ ]?key|encryption[-_ ]?key|signing[-_ ]?key|webhook[-_ ]?secret|instrumentation[-_ ]?key|access[-_ ]?key|\
    authorization|(?:api-?|zugriffs|zugangs)schlüssel|clé[ _](?:d['’](?:api|accès)|api|secrète)|(?:clave|chave|chiave)[ _](?:d[ei][ _])?(?:api|acc?es+o)|\
    klucz[ _]api|api-?sleutel|(?:ключ[ _]|api-?ключ)(?:api|доступа)?|密钥|密鑰|金鑰|api[ _]?キー|api[ _]?키";
/// Words for a token, alone or at the end of a longer name (`GITHUB_TOKEN`, `Zugangstoken`). What follows needs a digit: programs have
/// words there (`token: CancellationToken`).
const TOKENS: &str = "token|jeton|токен|令牌|トークン|토큰";
/// What before one of those makes it a token that everybody may have, in lower case.
const PUBLIC: [&str; 3] = ["publickey", "public_key_", "public key "];
/// A value, in quotes or up to the next space.
const VALUE: &str =
    "(?:\"([^\"\\s][^\"\\r\\n]*)\"|'([^'\\s][^'\\r\\n]*)'|`([^`\\s][^`\\r\\n]*)`|([^\\s\"'`]\\S*))";

struct Patterns {
    passwords: Regex,
    shorts: Regex,
    said: Regex,
    keys: Regex,
    tokens: Regex,
    cookies: Regex,
    commands: Regex,
    tags: Regex,
    switches: Regex,
    headers: Regex,
    bearers: Regex,
    addresses: Regex,
    queries: Regex,
    lines: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let blank = r"[ \t\u{a0}\u{3000}]*";
    let sign = format!(r#"["'`\])]*{blank}(?:=>|:=|[:=：＝]){blank}"#);
    let of = |pattern: &str| Regex::new(pattern).ok();
    Some(Patterns {
        passwords: of(&format!("(?i)(?:{LONG}){sign}{VALUE}"))?,
        shorts: of(&format!(r"(?i)(?:(?-u:\b)|_)(?:{SHORT}){sign}{VALUE}"))?,
        said: of(&format!(r"(?i)(?:{LONG})[ \t]+(?:is|ist|lautet|est|es|é|è|to|jest|это)[ \t]+{VALUE}"))?,
        keys: of(&format!(r#"(?i)(?:{KEYS}){sign}["'`]?([^\s"'`,;&<>]{{8,}})"#))?,
        tokens: of(&format!(r#"(?i)(?:{TOKENS}){sign}["'`]?([^\s"'`,;&<>]{{8,}})"#))?,
        cookies: of(
            r#"(?i)(?-u:\b)cookie["']?[ \t]*[:=][ \t]*["']?([^\s=;,"']+=[^\s;"']{6,}(?:;[ \t]*[^\s=;,"']+=[^\s;"']*)*)"#,
        )?,
        commands: of(&format!(
            r#"(?i:(?-u:\b)(?:mysql[a-z]*|mariadb[a-z-]*)(?:\.exe)?(?-u:\b)[^\r\n|&;]*?[ \t])-p(?:=?"([^"\r\n]+)"|=?'([^'\r\n]+)'|([^\s"']{{3,}}))|(?i:(?-u:\b)(?:plink|pscp|psftp|putty|kitty)(?:\.exe)?(?-u:\b)[^\r\n|&;]*?[ \t])-pw[ \t]+{VALUE}|(?i:(?-u:\b)sshpass[ \t]+)-p[ \t]*{VALUE}|(?i:(?-u:\b)(?:sqlcmd|bcp|osql)(?:\.exe)?(?-u:\b)[^\r\n|&;]*?[ \t])-P[ \t]*{VALUE}"#
        ))?,
        tags: of(
            r"(?i)<(?:[a-z]+:)?(?:[a-z_.-]*password|passwd|pwd|secret|[a-z]*api[-_]?key|[a-z]*token)(?:[ \t][^<>]*)?>([^<>]+)</",
        )?,
        switches: of(&format!(r"(?i)[-/]-?(?:password|passwd|pwd|pass|token|secret|api-?key)[ \t]+{VALUE}"))?,
        headers: of(
            r#"(?i)(?-u:\b)authorization["']?[ \t]*[:=][ \t]*["']?(?:basic|bearer|digest|negotiate|ntlm|token|apikey)[ \t]+([^\s"',;]{8,})"#,
        )?,
        bearers: of(r"(?i-u)\bbearer[ \t]+([A-Za-z0-9._~+/=-]{16,})")?,
        addresses: of(r#"(?i)(?-u:\b)[a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:([^\s/@"'<>]+)@"#)?,
        lines: of(&format!(
            r"(?im)^[^\r\n]{{0,40}}(?:{LONG}|{KEYS}|(?-u:\b)(?:{SHORT}))[ \t:：*]*\r?\n[ \t]*([^\s]{{6,200}})[ \t]*\r?$"
        ))?,
        queries: of(
            r#"(?i)[?&;](?:sig|token|key|code|access_token|api_?key|auth|secret|password|x-amz-signature|x-amz-security-token|x-goog-signature)=([^&\s#"'<>;]{16,})"#,
        )?,
    })
});

/// Where they stand; overlaps are possible.
pub(super) fn find(text: &str) -> Vec<Span> {
    let Some(patterns) = PATTERNS.as_ref() else { return super::everything(text) };
    let mut found = Vec::new();
    for captures in patterns.tokens.captures_iter(text) {
        let named = captures.get(0).map_or("", |whole| text.get(..whole.start()).unwrap_or_default());
        let value = captures.get(1).filter(|value| !is_blank(value.as_str()) && has_digit(value.as_str()));
        found.extend(
            value.filter(|_| !is_public(named)).map(|value| Span { range: value.range(), kind: Kind::Token }),
        );
    }
    let mut look = |pattern: &Regex, kind: Kind, counts: &dyn Fn(Match<'_>) -> bool| {
        for captures in pattern.captures_iter(text) {
            let value = captures.iter().skip(1).flatten().next().filter(|value| counts(*value));
            found.extend(value.map(|value| Span { range: value.range(), kind }));
        }
    };
    let password = |value: Match<'_>| !is_blank(value.as_str()) && !is_prose(text, value);
    look(&patterns.passwords, Kind::Password, &password);
    look(&patterns.shorts, Kind::Password, &|value| value.len() >= SHORTEST && password(value));
    look(&patterns.said, Kind::Password, &|value| !is_blank(value.as_str()) && !is_word(value.as_str()));
    look(&patterns.switches, Kind::Password, &|value| !is_blank(value.as_str()) && !is_word(value.as_str()));
    look(&patterns.commands, Kind::Password, &|value| !is_blank(value.as_str()));
    look(&patterns.cookies, Kind::Token, &|_| true);
    look(&patterns.tags, Kind::Password, &|value| !is_blank(value.as_str()));
    look(&patterns.addresses, Kind::Password, &|value| !is_blank(value.as_str()));
    // A label on one line and what it is of on the next, as the text of a window has it.
    look(&patterns.lines, Kind::Password, &|value| !is_blank(value.as_str()) && has_digit(value.as_str()));
    look(&patterns.headers, Kind::Token, &|value| !is_blank(value.as_str()));
    for pattern in [&patterns.keys, &patterns.bearers, &patterns.queries] {
        look(pattern, Kind::Token, &|value| !is_blank(value.as_str()) && is_key(value.as_str()));
    }
    found
}

/// Whether it stands for a value: bullets, a placeholder, a call in a program, or a word for none.
fn is_blank(value: &str) -> bool {
    let value = value.trim_end_matches([',', ';', '.', ')', '}']);
    let masked = value.chars().all(|c| "*•●·∙⬤＊?_-…".contains(c)) || {
        value.len() > 2 && value.chars().all(|c| matches!(c, 'x' | 'X' | '.'))
    };
    let placeholder = ["${", "$(", "{{"].iter().any(|open| value.starts_with(open))
        || [('<', '>'), ('%', '%'), ('[', ']')]
            .iter()
            .any(|(open, close)| value.len() > 1 && value.starts_with(*open) && value.ends_with(*close));
    let operator = value.starts_with(['=', ':']); // `==`, `::`
    let call = value.find('(').is_some_and(|at| {
        value.get(..at).is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_.:".contains(c))
        })
    });
    let word = matches!(
        value.to_lowercase().as_str(),
        "" | "none"
            | "null"
            | "nil"
            | "true"
            | "false"
            | "required"
            | "optional"
            | "hidden"
            | "empty"
            | "invalid"
            | "incorrect"
            | "wrong"
            | "unset"
            | "erforderlich"
            | "falsch"
            | "requis"
            | "obligatorio"
            | "obrigatório"
            | "obbligatorio"
            | "wymagane"
            | "verplicht"
            | "обязательно"
            | "必填"
            | "必須"
            | "필수"
    );
    masked || placeholder || operator || call || word
}

/// Whether what stands before `token` says that it is one of a public key.
fn is_public(before: &str) -> bool {
    PUBLIC.iter().any(|public| {
        before
            .len()
            .checked_sub(public.len())
            .and_then(|at| before.get(at..))
            .is_some_and(|end| end.eq_ignore_ascii_case(public))
    })
}

fn is_word(value: &str) -> bool {
    value.trim_end_matches(['.', ',', '!', '?', ':', ';']).chars().all(char::is_alphabetic)
}

fn has_digit(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit())
}

/// Whether a sentence goes on there (`Password: must have 8 characters`): a word and another one.
fn is_prose(text: &str, value: Match<'_>) -> bool {
    let quoted = text.get(value.end()..).is_some_and(|rest| rest.starts_with(['"', '\'', '`']));
    let mut after = text.get(value.end()..).unwrap_or_default().chars();
    let goes_on = after.next() == Some(' ') && after.next().is_some_and(char::is_alphanumeric);
    !quoted && goes_on && is_word(value.as_str())
}

/// Whether a value may be a key: it has a digit, or is long and no words.
fn is_key(value: &str) -> bool {
    has_digit(value)
        || value.len() >= 20 && value.chars().any(char::is_uppercase) && value.chars().any(char::is_lowercase)
}
