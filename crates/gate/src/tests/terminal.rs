use super::*;

#[test]
fn a_code_is_six_digits_and_another_each_time() {
    let codes: Vec<String> = (0..20).map(|_| Code::new().unwrap().shown().expose().to_owned()).collect();
    for code in &codes {
        assert!(code.len() == 6 && code.chars().all(|digit| digit.is_ascii_digit()), "{code}");
    }
    assert!(codes.iter().any(|code| *code != codes[0]), "{codes:?}");
}

#[test]
fn each_digit_of_a_code_is_as_likely() {
    let mut seen = [0; 10];
    for digit in random_text(60_000, 10).unwrap().bytes() {
        seen[usize::from(digit - b'0')] += 1;
    }
    assert!(seen.iter().all(|times| (5_500..6_500).contains(times)), "{seen:?}");
}

#[test]
fn after_three_wrong_tries_the_right_one_is_wrong_too() {
    let mut code = Code::new().unwrap();
    let right = code.shown();
    assert_eq!(code.check(""), Checked::Wrong(2));
    assert_eq!(code.check("12345"), Checked::Wrong(1));
    assert_eq!(code.check("1234567"), Checked::Spent);
    assert_eq!(code.check(right.expose()), Checked::Spent);
}

fn question() -> Question {
    Question {
        picture: None,
        id: String::new(),
        code: None,
        tool: "app_launch",
        operation: serde_json::Value::Null,
        target: None,
        by: String::new(),
        reasons: Vec::new(),
        taint: Vec::new(),
        change: crate::Change::default(),
        effects: std::collections::BTreeSet::new(),
        wait: Duration::from_secs(50),
    }
}

#[test]
fn of_many_who_answer_at_once_one_is_heard() {
    for _ in 0..50 {
        let (terminal, mut question) = (Terminal::default(), question());
        let asked = terminal.open(&mut question, true);
        let code = question.code.unwrap();
        let heard = std::sync::Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for number in 0..8 {
                let (terminal, heard, id, code) = (&terminal, &heard, &question.id, &code);
                scope.spawn(move || {
                    let (answer, done) = match number % 2 {
                        0 => (Answer::Once, terminal.allow(id, code.expose(), Answer::Once)),
                        _ => (Answer::No, terminal.deny(id, Answer::No)),
                    };
                    if done.is_ok() {
                        heard.lock().unwrap().push(answer);
                    }
                });
            }
        });
        let heard = heard.into_inner().unwrap();
        assert_eq!(heard.len(), 1, "{heard:?}");
        let said = held(&asked.open).as_ref().and_then(|open| open.said);
        assert_eq!(said, Some(Said::Answer(heard[0])));
    }
}
