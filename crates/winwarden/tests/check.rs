//! `winwarden check`: every case of the corpora, through the command line that scripts use.

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        process::{Command, Output, Stdio},
        thread,
    };

    use serde_json::{Value, json};

    const URLS: &str = include_str!("../../../tests/corpora/url.jsonl");

    fn check(what: &str, lines: &str) -> (Output, Vec<Value>) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
        command.args(["check", what, "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (mut stdin, lines) = (child.stdin.take().unwrap(), lines.to_owned());
        let feeding = thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
        let output = child.wait_with_output().unwrap();
        feeding.join().unwrap();
        let answers = String::from_utf8(output.stdout.clone()).unwrap();
        let answers = answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (output, answers)
    }

    #[test]
    fn every_address_of_the_corpus_is_judged_as_its_case_says() {
        let (output, answers) = check("url", URLS);
        assert!(output.status.success());
        let cases: Vec<Value> = URLS.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(cases.len(), answers.len());
        let mut wrong = Vec::new();
        for (case, answer) in cases.iter().zip(&answers) {
            assert_eq!(case["id"], answer["id"]);
            let denied = answer["decision"] == "deny";
            assert_eq!(denied, answer["code"].is_string(), "{answer}");
            assert!(answer["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{answer}");
            let also = case["also_ok"].as_array().is_some_and(|also| also.contains(&answer["decision"]));
            if case["expect"] != answer["decision"] && !also {
                wrong.push(format!("{} ({}): {answer}", case["url"], case["why"]));
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn a_second_answer_of_the_resolver_changes_nothing_for_the_better() {
        let question = |first: &[&str], second: &[&str]| {
            json!({"id": "a", "url": "https://www.example.com/", "resolves_to": first, "resolves_second": second})
                .to_string()
        };
        for (first, second, decision) in [
            (&["93.184.216.34"][..], &["93.184.216.34"][..], "allow"),
            (&["93.184.216.34"], &["127.0.0.1"], "deny"),
            (&["127.0.0.1"], &["93.184.216.34"], "deny"),
            (&["93.184.216.34", "no address"], &[], "deny"),
        ] {
            let (_, answers) = check("url", &question(first, second));
            assert_eq!(answers[0]["decision"], decision, "{first:?} {second:?}");
        }
    }

    #[test]
    fn lines_that_ask_nothing_are_told_and_the_others_answered() {
        let lines = "no JSON\n{\"id\":\"b\"}\n\n{\"id\":\"c\",\"url\":\"http://127.0.0.1/\",\"more\":1}";
        let (output, answers) = check("url", lines);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(answers.len(), 3);
        assert_eq!((&answers[0]["id"], answers[0]["error"].is_string()), (&Value::Null, true));
        assert_eq!((&answers[1]["id"], answers[1]["error"].is_string()), (&json!("b"), true));
        assert_eq!((&answers[2]["id"], &answers[2]["decision"]), (&json!("c"), &json!("deny")));
        assert_eq!(answers[2]["canonical"], Value::Null);
    }
}
