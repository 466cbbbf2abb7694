use proptest::prelude::*;

use super::{Kind::*, *};

mod edges;

/// The secrets that are found, in order.
fn secrets(text: &str) -> Vec<(Kind, &str)> {
    spans(text).into_iter().map(|span| (span.kind, text.get(span.range).unwrap())).collect()
}

fn hides(cases: &[(&str, Kind, &str)]) {
    for (text, kind, secret) in cases {
        assert_eq!(secrets(text), [(*kind, *secret)], "{text}");
    }
}

fn leaves(cases: &[&str]) {
    for text in cases {
        assert_eq!(secrets(text), [], "{text}");
        assert!(matches!(super::text(text), Cow::Borrowed(same) if same == *text));
    }
}

#[test]
fn what_is_taken_out_is_named() {
    assert_eq!(text("pay with 4111 1111 1111 1111 now"), "pay with [redacted: card number] now");
    assert_eq!(text("password: x"), "password: [redacted: password]");
    assert_eq!(
        text("Ihre TAN lautet 123456. IBAN DE89 3704 0044 0532 0130 00"),
        "Ihre TAN lautet [redacted: code]. IBAN [redacted: account number]"
    );
    assert_eq!(text("日本 パスワード：秘密123 終"), "日本 パスワード：[redacted: password] 終");
    for kind in Kind::ALL {
        let mark = format!("[redacted: {kind}]");
        assert_eq!(text(&mark), mark);
    }
}

#[test]
fn a_label_counts_for_the_line_below_it() {
    hides(&[
        ("Name\nAnn\nAPI key\n0123abcd4567\nApply", Password, "0123abcd4567"),
        ("Password:\r\n  hunter2 \r\nOK", Password, "hunter2"),
        ("Verification code\n471199", Code, "471199"),
    ]);
    leaves(&[
        "Password\nForgotten?",
        "Password\n\nEnter 8 characters",
        "API keys\nCreate a new one",
        "Name\nhunter22",
    ]);
}

#[test]
fn tokens_of_services_are_known_by_their_form() {
    let letters = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3gH5jK7m";
    let first = |count| letters.chars().take(count).collect::<String>();
    for token in [
        "AKIAIOSFODNN7EXAMPLE".to_owned(),
        format!("ghp_{}", first(36)),
        format!("github_pat_{letters}"),
        format!("glpat-{}", first(20)),
        "xoxb-123456789012-abcdefABCDEF".to_owned(),
        format!("AIza{}", first(35)),
        format!("sk_live_{}", first(24)),
        format!("rk_live_{}", first(24)),
        format!("sk-proj-{letters}"),
        format!("sk-ant-api03-{letters}"),
        format!("sk-{letters}"),
        format!("npm_{}", first(36)),
        format!("pypi-AgEIcHlwaS5vcmc{letters}"),
        format!("hf_{}", first(34)),
        format!("SG.{}.{letters}", first(22)),
        format!("glsa_{letters}"),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P".to_owned(),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0NTY3ODkwIn0.".to_owned(),
        format!("1234567890:AA{}", first(33)),
    ] {
        for around in [("", ""), ("key ", "\n"), ("\"", "\","), ("（", "）")] {
            let text = format!("{}{token}{}", around.0, around.1);
            assert_eq!(secrets(&text), [(Token, token.as_str())], "{text}");
        }
    }
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    assert_eq!(secrets(&format!("AKIAIOSFODNN7EXAMPLE {secret}")).len(), 2);
    assert_eq!(secrets(&format!("{secret},\nAKIAIOSFODNN7EXAMPLE")).len(), 2);
    assert_eq!(
        secrets(&format!("AKIAIOSFODNN7EXAMPLE {}", "da39a3ee5e6b4b0d3255bfef95601890afd80709")).len(),
        1
    );
    leaves(&[
        secret,
        "task-0123456789abcdef0123456789",
        "risk-management-for-very-long-words",
        "sk-proj-management-for-everybody-here",
        "gldt-documentation-for-everybody",
        "sk-learn-is-a-library-for-people",
        "AKIA is a prefix",
        "ghp_short",
        "npm_config_registry",
        "xox",
        "eyJ.eyJ.",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "550e8400-e29b-41d4-a716-446655440000",
        "{20D04FE0-3AEA-1069-A2D8-08002B30309D}",
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
    ]);
}

#[test]
fn private_keys_go_from_first_line_to_last() {
    assert_eq!(text("\"-----BEGIN PRIVATE KEY-----\" begins it"), "\"[redacted: private key]\" begins it");
    let key =
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----";
    hides(&[
        (&format!("a\n{key}\nb"), PrivateKey, key),
        (
            "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----",
            PrivateKey,
            "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----",
        ),
        (
            "x -----BEGIN RSA PRIVATE KEY-----\nMIIE and no end",
            PrivateKey,
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE and no end",
        ),
        (
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----\nbye",
            PrivateKey,
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----",
        ),
        (
            "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 00ff\nx",
            PrivateKey,
            "PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\nPrivate-MAC: 00ff",
        ),
    ]);
    leaves(&[
        "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "Begin private key",
        "BEGIN PRIVATE KEY",
    ]);
}

#[test]
fn what_stands_beside_the_word_for_it_is_a_password() {
    hides(&[
        ("password=hunter2", Password, "hunter2"),
        ("Password: hunter", Password, "hunter"),
        ("passwd = 'two words'", Password, "two words"),
        (r#"{"password": "a b", "x": 1}"#, Password, "a b"),
        ("DB_PASSWORD=s3cret", Password, "s3cret"),
        ("userPassword: s3cret", Password, "s3cret"),
        ("Server=a;User Id=b;Password=c;", Password, "c;"),
        ("Server=a;Pwd=c1d2", Password, "c1d2"),
        ("Your password is hunter2", Password, "hunter2"),
        ("Passwort: geheim", Password, "geheim"),
        ("Kennwort = geheim", Password, "geheim"),
        ("Mot de passe : secret1", Password, "secret1"),
        ("Contraseña: secreto", Password, "secreto"),
        ("Senha: segredo", Password, "segredo"),
        ("Palavra-passe: segredo", Password, "segredo"),
        ("Hasło: tajne", Password, "tajne"),
        ("Wachtwoord: geheim", Password, "geheim"),
        ("Пароль: тайна", Password, "тайна"),
        ("密码：秘密", Password, "秘密"),
        ("密碼: abc", Password, "abc"),
        ("パスワード：ひみつ", Password, "ひみつ"),
        ("비밀번호: 비밀", Password, "비밀"),
        ("<password>hunter2</password>", Password, "hunter2"),
        ("mysql --password hunter2", Password, "hunter2"),
        ("https://bob:hunter2@example.com/", Password, "hunter2"),
        ("AccountKey=abcDEF123456==", Token, "abcDEF123456=="),
        ("SharedAccessKey=abcDEF123456=", Token, "abcDEF123456="),
        ("api_key: 'abcdef123456'", Token, "abcdef123456"),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            Token,
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ),
        ("Authorization: Basic dXNlcjpwYXNzMQ==", Token, "dXNlcjpwYXNzMQ=="),
        ("Bearer abcdef0123456789", Token, "abcdef0123456789"),
        (
            "https://x.blob.core.windows.net/a?sv=1&sig=abcdefghij0123456789%3D",
            Token,
            "abcdefghij0123456789%3D",
        ),
    ]);
    leaves(&[
        "Password",
        "Password:",
        "Password:\nUser: bob",
        "Password: ********",
        "Password: ••••••",
        "Password: <password>",
        "password=${DB_PASSWORD}",
        "password = getPassword()",
        "Password: required",
        "Password: must have 8 characters",
        "Forgot your password?",
        "Your password is incorrect",
        "Change password every 90 days",
        "bypass: yes",
        "pass = 2",
        "password == other",
        "password::new",
        "Option<Token>, Vec<Token>, x < y",
        "<secret>x<b>",
        "compass: north",
        "Passwort vergessen?",
        "Passwort: muss acht Zeichen haben",
        "Mot de passe oublié ?",
        "¿Olvidó su contraseña?",
        "Esqueceu a senha?",
        "Nie pamiętasz hasła?",
        "Забыли пароль?",
        "忘记密码？",
        "パスワードを忘れた場合",
        "비밀번호 찾기",
        "api key: optional",
        "Bearer of good news",
        "https://example.com:8080/a@b",
        "the bearer responsibilities",
    ]);
}

#[test]
fn cards_are_known_by_issuer_and_check_digit() {
    hides(&[
        ("4111111111111111", Card, "4111111111111111"),
        ("4111-1111-1111-1111", Card, "4111-1111-1111-1111"),
        ("5500 0000 0000 0004", Card, "5500 0000 0000 0004"),
        ("2223003122003222", Card, "2223003122003222"),
        ("3782 822463 10005", Card, "3782 822463 10005"),
        ("6011111111111117", Card, "6011111111111117"),
        ("3530111333300000", Card, "3530111333300000"),
        ("6200000000000005", Card, "6200000000000005"),
        ("2200 0000 0000 0004", Card, "2200 0000 0000 0004"),
        ("12 4111 1111 1111 1111 12/27 123", Card, "4111 1111 1111 1111"),
        ("4111\u{a0}1111\u{a0}1111\u{a0}1111", Card, "4111\u{a0}1111\u{a0}1111\u{a0}1111"),
        ("４１１１１１１１１１１１１１１１", Card, "４１１１１１１１１１１１１１１１"),
        ("Karte4111111111111111x", Card, "4111111111111111"),
    ]);
    leaves(&[
        "4111111111111112",
        "41111111111111111",
        "1234567890123456",
        "0000000000000000",
        "4444444444444444",
        "352099001761481",
        "ISBN 978-3-16-148410-0",
        "+49 171 1234567",
        "(555) 123-4567, (555) 987-6543",
        "2026-11-27 01:13:40.123456",
        "1700000000000000000",
        "192.168.100.200",
        "4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
        "S/N 5CD1234567",
        "8931440400000000000",
        "550e8400-e29b-4111-8111-111111111111",
    ]);
}

#[test]
fn account_numbers_are_known_by_country_length_and_check() {
    hides(&[
        ("DE89370400440532013000", Iban, "DE89370400440532013000"),
        ("IBAN: DE89 3704 0044 0532 0130 00 BIC", Iban, "DE89 3704 0044 0532 0130 00"),
        ("GB29 NWBK 6016 1331 9268 19.", Iban, "GB29 NWBK 6016 1331 9268 19"),
        ("FR1420041010050500013M02606", Iban, "FR1420041010050500013M02606"),
        ("nl91abna0417164300", Iban, "nl91abna0417164300"),
        ("NO93 8601 1117 947", Iban, "NO93 8601 1117 947"),
    ]);
    leaves(&[
        "DE89370400440532013001",
        "DE8937040044053201300",
        "DE893704004405320130001",
        "XX89370400440532013000",
        "DE 89 is a road",
        "ADE89370400440532013000",
    ]);
}

#[test]
fn numbers_beside_words_for_codes_are_codes_in_every_language() {
    hides(&[
        ("Your verification code is 123456", Code, "123456"),
        ("G-123456 is your Google verification code", Code, "123456"),
        ("123 456 is your security code", Code, "123 456"),
        ("Your code:\n\n4821", Code, "4821"),
        ("OTP 48213967", Code, "48213967"),
        ("482139 is your Shop code", Code, "482139"),
        ("Your Shop code is 482139", Code, "482139"),
        ("Code: 482139", Code, "482139"),
        ("Use 482139 to sign in", Code, "482139"),
        ("PIN: 2019", Code, "2019"),
        (
            "Your verification code is 482139. It is good for ten minutes, and nobody else should ever see it.",
            Code,
            "482139",
        ),
        ("Ihr Bestätigungscode lautet 482139", Code, "482139"),
        ("mTAN: 482139", Code, "482139"),
        ("Votre code de vérification est 482139", Code, "482139"),
        ("Tu código de verificación: 482139", Code, "482139"),
        ("Seu código de segurança é 482139", Code, "482139"),
        ("Il tuo codice di verifica è 482139", Code, "482139"),
        ("Kod weryfikacyjny: 482139", Code, "482139"),
        ("Je verificatiecode is 482139", Code, "482139"),
        ("Код подтверждения: 4821", Code, "4821"),
        ("4821 — ваш код", Code, "4821"),
        ("您的验证码是482139，5分钟内有效", Code, "482139"),
        ("驗證碼：482139", Code, "482139"),
        ("認証コード：482139", Code, "482139"),
        ("인증번호 [482139]", Code, "482139"),
    ]);
    leaves(&[
        "Error code 1603",
        "error code: 123456",
        "Your zip code: 12345",
        "Your promo code 123456",
        "Postal code 110001",
        "exit code 1234",
        "Source code 2024",
        "Your verification code expires at 12:30 on 2026-11-27",
        "Security code sent in 2026",
        "Your code costs $1234",
        "Fehlercode 123456",
        "Postleitzahl 12345",
        "Code postal 75001",
        "Código postal 28001",
        "Kod pocztowy 00950",
        "Код города 495123",
        "邮政编码 100000",
        "郵便番号 1000001",
        "우편번호 06236",
        "12345678",
        "Order 123456",
        "sleep(1000) in your code",
        "Your code has 1234 lines",
        "Security code 4821%",
        "Access code: 123456.50",
        "PIN 1234/5678",
        "OTP 12345678901",
        "Verification code abc123456",
        "The titan 123456",
    ]);
}

#[test]
fn recovery_phrases_need_a_word_for_them() {
    let words = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    assert_eq!(secrets(&format!("Your seed phrase: {words}.")), [(RecoveryPhrase, words)]);
    let numbered = "1. legal 2. winner 3. thank 4. year 5. wave 6. sausage 7. worth 8. useful 9. legal 10. winner 11. thank 12. yellow";
    assert_eq!(secrets(&format!("Recovery phrase\n{numbered}")), [(RecoveryPhrase, numbered)]);
    leaves(&[words, "A seed phrase is a list of words that you keep", "Recovery phrase: legal winner thank"]);
}

#[test]
fn what_a_secret_stood_next_to_is_looked_at_again() {
    let once = text("OTP 482139 4111 1111 1111 1111");
    assert_eq!(text(&once), once);
    assert!(!once.contains("4111") && !once.contains("482139"), "{once}");
    let many = "OTP ".to_owned() + &"4821 ".repeat(400);
    let once = text(&many);
    assert_eq!(text(&once), once);
}

#[test]
fn a_mark_hides_nothing_behind_it() {
    assert_eq!(
        text("[redacted: card number] 4111111111111111 [redacted: 4111111111111111]"),
        "[redacted: card number] [redacted: card number] [redacted: [redacted: card number]]"
    );
}

/// Numbers of 16 digits with a check digit, of some issuers, with and without gaps.
fn card() -> impl Strategy<Value = String> {
    let issuer =
        prop::sample::select(vec![vec![4], vec![5, 1], vec![5, 5], vec![2, 2, 2, 1], vec![6, 0, 1, 1]]);
    let gap = prop::sample::select(vec!["", " ", "-"]);
    (issuer, prop::collection::vec(0..10u32, 15), gap).prop_map(|(issuer, rest, gap)| {
        let mut digits: Vec<u32> = issuer.into_iter().chain([7]).chain(rest).take(15).collect();
        let sum: u32 = digits
            .iter()
            .rev()
            .enumerate()
            .map(|(i, n)| if i % 2 == 0 { n * 2 / 10 + n * 2 % 10 } else { *n })
            .sum();
        digits.push((10 - sum % 10) % 10);
        let groups = digits.chunks(4).map(|group| group.iter().map(u32::to_string).collect::<String>());
        groups.collect::<Vec<_>>().join(gap)
    })
}

fn token() -> impl Strategy<Value = String> {
    prop_oneof![
        "AKIA[A-Z0-9]{16}",
        "ghp_[A-Za-z]{20}[0-9][A-Za-z0-9]{15}",
        "glpat-[A-Za-z]{19}[0-9]",
        "AIza[a-z]{17}[0-9][A-Za-z0-9]{17}",
        "eyJ[a-z]{10}0\\.eyJ[A-Za-z0-9]{20}\\.[A-Za-z0-9_-]{20}",
    ]
    .prop_filter("has a digit", |token| token.bytes().any(|b| b.is_ascii_digit()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_card_survives(before in "\\PC{0,30}\\PN", number in card(), after in "\\PN\\PC{0,30}") {
        let whole = format!("{before}|{number}|{after}");
        prop_assert!(!text(&whole).contains(&number), "{}", text(&whole));
    }

    #[test]
    fn no_token_survives(before in "\\PC{0,30}", token in token(), after in "\\PC{0,30}") {
        let whole = format!("{before} {token} {after}");
        prop_assert!(!text(&whole).contains(&token), "{}", text(&whole));
    }

    #[test]
    fn redacting_twice_is_redacting_once(
        parts in prop::collection::vec(
            prop_oneof![
                card(), token(), "\\PC{0,12}", "[0-9 .-]{0,12}",
                prop::sample::select(vec![
                    "password: ", "OTP ", "code", "[redacted: code]", "[redacted: ", "]", "Bearer ", "TAN 123456",
                    "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "DE89370400440532013000", "\n", "\"",
                ]).prop_map(str::to_owned),
            ],
            0..12,
        ),
    ) {
        let whole = parts.concat();
        let once = text(&whole).into_owned();
        prop_assert_eq!(&text(&once), &once);
    }

    #[test]
    fn plain_text_stays(plain in "[\\p{L} ,.!?\n]{0,80}") {
        prop_assert_eq!(&text(&plain), &plain);
    }

    #[test]
    fn spans_are_in_order_and_between_characters(any in "\\PC{0,80}") {
        let mut at = 0;
        for span in spans(&any) {
            prop_assert!(at <= span.range.start && span.range.start < span.range.end);
            prop_assert!(any.get(span.range.clone()).is_some());
            at = span.range.end;
        }
    }
}
