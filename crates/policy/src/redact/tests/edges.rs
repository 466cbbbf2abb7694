//! Where secrets begin and end, and what only looks like one.

use super::*;

#[test]
fn what_is_a_secret_in_two_ways_is_one_and_what_touches_stays_apart() {
    for both in ["password: 4111 1111 1111 1111", "code: 4111 1111 1111 1111", "token=4111111111111111"] {
        let found = spans(both);
        assert!(found.windows(2).all(|two| two[0].range.end <= two[1].range.start), "{found:?}");
        assert!(!text(both).contains("1111"), "{both}");
    }
}

#[test]
fn where_a_detector_cannot_be_made_nothing_passes() {
    assert_eq!(everything("any text"), [Span { range: 0..8, kind: Token }]);
}

#[test]
fn a_key_counts_as_a_secret_up_to_a_distance_from_its_id_on_either_side() {
    let (id, key) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let is_found = |text: &str| secrets(text).iter().any(|(_, secret)| *secret == key);
    assert!(is_found(&format!("{id} {key}")) && is_found(&format!("{key} {id}")));
    for count in [300, 20_000] {
        let far = "x ".repeat(count);
        assert!(!is_found(&format!("{id} {far}{key}")) && !is_found(&format!("{key} {far}{id}")), "{count}");
    }
    let far = "x ".repeat(20_000);
    assert!(is_found(&format!("{id} {far}{key} {id}")));
}

#[test]
fn an_account_number_ends_with_its_last_character_whatever_follows() {
    let number = "DE89 3704 0044 0532 0130 00";
    for after in ["", " ", " ,", ",", " and", "\u{202f}", "\u{202f}- "] {
        assert_eq!(secrets(&format!("{number}{after}")), [(Iban, number)], "{after:?}");
    }
}

#[test]
fn of_many_account_numbers_each_is_taken_out_and_nothing_between_them() {
    let number = "DE89 3704 0044 0532 0130 00";
    let many = format!("{number} and ").repeat(20);
    assert_eq!(secrets(&many), vec![(Iban, number); 20]);
}

#[test]
fn an_account_number_is_in_groups_with_one_space_or_dash_between() {
    hides(&[("DE89-3704-0044-0532-0130-00", Iban, "DE89-3704-0044-0532-0130-00")]);
    leaves(&[
        "DE88 3704 0044 0532 0130 00, and more",
        "DE89 3704 0044 0532 0130, and more",
        "DE89/3704/0044/0532/0130/00",
        "DE89  3704  0044  0532  0130  00",
        "DE89.3704.0044.0532.0130.00",
    ]);
}

#[test]
fn a_word_is_a_password_where_no_sentence_goes_on_behind_it() {
    hides(&[
        ("password: geheim\nuser", Password, "geheim"),
        ("password: geheim\tuser", Password, "geheim"),
        ("password: geheim  user", Password, "geheim"),
        ("password: geheim7 and more", Password, "geheim7"),
    ]);
    leaves(&["Password: must have 8 characters"]);
}

#[test]
fn what_stands_for_a_password_is_none_and_half_of_it_is() {
    for placeholder in [
        "<password>",
        "%PASSWORD%",
        "[secret]",
        "${SECRET}",
        "$(secret)",
        "{{ secret }}",
        "xxx",
        "***",
        "==",
        "::",
    ] {
        leaves(&[&format!("password: {placeholder}")]);
    }
    for secret in [
        "<hunter2",
        "hunter2>",
        "%hunter2",
        "[hunter2",
        "x",
        "xx",
        "xyx",
        "*7*",
        "hunter2=",
        "%",
        "p@ss(word7",
        "(hunter2",
    ] {
        hides(&[(&format!("password: {secret}"), Password, secret)]);
    }
}

#[test]
fn a_card_has_groups_of_three_digits_and_more_and_a_shorter_one_at_its_end() {
    hides(&[
        ("411 111 111 111 111 1", Card, "411 111 111 111 111 1"),
        ("4111 1111 1111 111 1", Card, "4111 1111 1111 111 1"),
    ]);
    leaves(&["4111 11 11 1111 1111", "41 11 11 11 11 11 11 11"]);
}

#[test]
fn a_number_is_a_code_near_the_words_for_it_alone() {
    let words = "the security code";
    let far = "and then a good many other words follow here, long before";
    hides(&[("482139 and then the security code", Code, "482139")]);
    leaves(&[&format!("482139 {far} {words}"), &format!("{words} {far} 482139")]);
}

#[test]
fn a_token_is_known_by_the_end_of_its_name() {
    hides(&[
        ("GITHUB_TOKEN=abcDEF1234567890", Token, "abcDEF1234567890"),
        ("export NPM_TOKEN=abcDEF1234567890", Token, "abcDEF1234567890"),
        ("token=abc123DEF456ghi789jkl", Token, "abc123DEF456ghi789jkl"),
        ("Token: 7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c", Token, "7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b2c"),
        ("Zugangstoken: abc123DEF456ghi", Token, "abc123DEF456ghi"),
        ("{\"token\": \"abc123DEF456ghi\"}", Token, "abc123DEF456ghi"),
        ("Access Key: abc123DEF456ghi", Token, "abc123DEF456ghi"),
        ("API-Schlüssel: abc123DEF456ghi", Token, "abc123DEF456ghi"),
        ("Clé d’API : abc123DEF456ghi", Token, "abc123DEF456ghi"),
        ("Clave de API: abc123DEF456ghi", Token, "abc123DEF456ghi"),
        ("Chiave API: abc123DEF456ghi", Token, "abc123DEF456ghi"),
        ("Токен: abc123DEF456ghi", Token, "abc123DEF456ghi"),
        ("令牌：abc123DEF456ghi", Token, "abc123DEF456ghi"),
        ("APIキー：abc123DEF456ghi", Token, "abc123DEF456ghi"),
    ]);
    leaves(&[
        "Token: none",
        "token: CancellationTokenSource",
        "token=${GITHUB_TOKEN}",
        "token = getToken2()",
        "max_tokens=12345678",
        "Token: 42",
        "Access Key: Alt+F",
        "System, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089",
        "<assemblyIdentity name=\"x\" publicKeyToken=\"6595b64144ccf1df\" language=\"*\"/>",
        "Public key token: b77a5c561934e089",
    ]);
}

#[test]
fn cookies_are_tokens() {
    hides(&[
        (
            "Set-Cookie: session=abcdef1234567890abcdef; Path=/",
            Token,
            "session=abcdef1234567890abcdef; Path=/",
        ),
        ("Cookie: a=1234567; sid=s3cr3t", Token, "a=1234567; sid=s3cr3t"),
        ("{\"Cookie\": \"sid=s3cr3t7\"}", Token, "sid=s3cr3t7"),
    ]);
    leaves(&["Cookie: none", "Cookies: 12 of 200", "Cookie settings", "This cookie: a=b"]);
}

#[test]
fn what_programs_take_as_a_password_by_a_short_switch_is_one() {
    hides(&[
        ("mysql -u root -pSecret123 shop", Password, "Secret123"),
        ("mysqldump.exe -h db --user=root -p'two words' shop", Password, "two words"),
        ("mariadb -pSecret123", Password, "Secret123"),
        ("plink -ssh bob@host -pw hunter2", Password, "hunter2"),
        ("sshpass -p hunter2 ssh bob@host", Password, "hunter2"),
        ("sqlcmd -S srv -U sa -P hunter2 -Q x", Password, "hunter2"),
    ]);
    leaves(&["mysql -u root -p shop", "mysql -P3306 shop", "mkdir -path", "ssh -p 2222 host", "cp -pr a b"]);
}

#[test]
fn second_factors_and_what_unlocks_a_card_are_codes() {
    hides(&[
        ("2FA: 493817", Code, "493817"),
        ("MFA: 493 817", Code, "493 817"),
        ("PUK: 12345678", Code, "12345678"),
    ]);
    leaves(&["2FA is on for 493817 users", "2FA: on", "PUKE 12345678"]);
}

#[test]
fn a_bot_of_telegram_has_a_token_wherever_it_stands() {
    let token = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1";
    hides(&[
        (token, Token, token),
        (
            "123456789:ABHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1",
            Token,
            "123456789:ABHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1",
        ),
    ]);
    let address = format!("https://api.telegram.org/bot{token}/getMe");
    assert!(!text(&address).contains("AAHdq"), "{}", text(&address));
    leaves(&["123456789:AAHdqTcvCH1vGWJ", "2026-11-27 01:13:40"]);
}
