//! Secrets that have a form: private keys, and the keys and tokens of services.
//!
//! Prefixes: GitHub, "About authentication to GitHub"; GitLab, "Token overview"; AWS, "IAM identifiers"; Slack, "Token
//! types"; Stripe, "API keys"; and the services' own pages for the rest.

use std::sync::LazyLock;

use regex::Regex;

use super::{Kind, Span};

/// How far from an AWS key id its secret may stand, in bytes.
const NEAR: usize = 300;

const TOKENS: &str = r"(?x-u)
    (?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16,}
    | gh[pousr]_[A-Za-z0-9]{36,} | github_pat_[A-Za-z0-9_]{22,}
    | gl(?:pat|oas|dt|rt|cbt|ptt|ft|soat|agent|imt)-[A-Za-z0-9_.-]{20,}
    | xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{10,} | xapp-[0-9]-[A-Za-z0-9-]{10,}
    | hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,}
    | discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{30,}
    | AIza[A-Za-z0-9_-]{35,} | GOCSPX-[A-Za-z0-9_-]{20,} | \bya29\.[A-Za-z0-9_-]{20,}
    | \b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,} | whsec_[A-Za-z0-9+/=]{24,}
    | \bsk-(?:ant|proj|svcacct|admin|or|lf)-[A-Za-z0-9_-]{20,} | \bsk-[A-Za-z0-9]{20,}
    | npm_[A-Za-z0-9]{36,} | pypi-[A-Za-z0-9_-]{50,} | rubygems_[a-f0-9]{48} | dckr_pat_[A-Za-z0-9_-]{20,}
    | do[opr]_v1_[a-f0-9]{64} | \bhf_[A-Za-z0-9]{30,} | \bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{32,}
    | shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32} | \bsq0[a-z]{3}-[A-Za-z0-9_-]{22,} | \bkey-[0-9a-f]{32}\b
    | AGE-SECRET-KEY-1[A-Z0-9]{50,} | tskey-[a-z]+-[A-Za-z0-9-]{10,} | lin_api_[A-Za-z0-9]{32,}
    | ATATT3[A-Za-z0-9_=-]{50,} | glsa_[A-Za-z0-9_]{32,} | \bdapi[a-f0-9]{32} | nvapi-[A-Za-z0-9_-]{40,}
    | \bgsk_[A-Za-z0-9]{40,} | \bxai-[A-Za-z0-9]{40,} | \br8_[A-Za-z0-9]{37,} | pplx-[A-Za-z0-9]{40,}
    | \bSK[0-9a-f]{32}\b | (?:\b|bot)[0-9]{8,10}:(?:AA[A-Za-z0-9_-]{32,}|[A-Za-z0-9_-]{35}\b)
    | \b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}
    | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){1,3}";

/// Begins a private key of PEM, OpenPGP, SSH2 or PuTTY.
const KEY: &str = r"(?x-u)
    -{4,5}\x20?BEGIN\x20(?:[A-Z0-9]+\x20)*PRIVATE\x20KEY(?:\x20BLOCK)?\x20?-{4,5} | PuTTY-User-Key-File-[0-9]:";

struct Patterns {
    tokens: Regex,
    key: Regex,
    key_end: Regex,
    aws_id: Regex,
    aws_secret: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        tokens: Regex::new(TOKENS).ok()?,
        key: Regex::new(KEY).ok()?,
        key_end: Regex::new(r"(?-u)-{4,5} ?END [A-Z0-9 ]*-{4,5}|Private-MAC: *[0-9a-f]+").ok()?,
        aws_id: Regex::new(r"(?-u)(?:AKIA|ASIA)[A-Z0-9]{16}").ok()?,
        aws_secret: Regex::new(r"(?-u)[A-Za-z0-9/+]{40,}").ok()?,
    })
});

/// Where they stand; overlaps are possible.
pub(super) fn find(text: &str) -> Vec<Span> {
    let Some(patterns) = PATTERNS.as_ref() else { return super::everything(text) };
    let tokens = patterns.tokens.find_iter(text).filter(|token| is_random(token.as_str()));
    let mut found: Vec<Span> = tokens.map(|token| Span { range: token.range(), kind: Kind::Token }).collect();
    found.extend(private_keys(patterns, text));
    found.extend(aws_secrets(patterns, text));
    found
}

/// Whether it can be more than words with hyphens: letters alone are none of the tokens here.
fn is_random(token: &str) -> bool {
    token.bytes().any(|b| b.is_ascii_digit())
        || token.bytes().any(|b| b.is_ascii_uppercase()) && token.bytes().any(|b| b.is_ascii_lowercase())
}

/// From the line that begins a key to the one that ends it, or as far as what follows may be one.
fn private_keys(patterns: &Patterns, text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut any_end = true;
    while let Some(begin) = patterns.key.find_at(text, at) {
        let end = Some(begin.end()).filter(|_| any_end).and_then(|from| patterns.key_end.find_at(text, from));
        // Asked once: where the rest has no end, the rest of the rest has none.
        any_end = end.is_some();
        let rest = text.get(begin.end()..).unwrap_or_default();
        at = match end {
            Some(end) => end.end(),
            None => begin.end() + rest.find(|c| !belongs_to_a_key(c)).unwrap_or(rest.len()),
        };
        found.push(Span { range: begin.start()..at, kind: Kind::PrivateKey });
    }
    found
}

fn belongs_to_a_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "+/=\\:,-".contains(c)
}

/// 40 characters of base64 that are no SHA-1, near a key id: AWS' secrets have no other form.
fn aws_secrets(patterns: &Patterns, text: &str) -> Vec<Span> {
    let ids: Vec<_> = patterns.aws_id.find_iter(text).map(|id| id.range()).collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let mut near = ids.iter().peekable();
    patterns
        .aws_secret
        .find_iter(text)
        .filter(|run| run.len() == 40 && !run.as_str().bytes().all(|b| b.is_ascii_hexdigit()))
        .filter(|run| {
            while near.next_if(|id| id.end + NEAR < run.start()).is_some() {}
            near.peek().is_some_and(|id| id.start <= run.end() + NEAR)
        })
        .map(|run| Span { range: run.range(), kind: Kind::Token })
        .collect()
}
