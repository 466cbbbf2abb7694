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
    const KEYS: &str = include_str!("../../../tests/corpora/registry.jsonl");

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

    /// Every case of a corpus, by what it is about.
    fn judged_as_its_cases_say(what: &str, corpus: &str, about: &str) {
        let (output, answers) = check(what, corpus);
        assert!(output.status.success());
        let cases: Vec<Value> = corpus.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(cases.len(), answers.len());
        let mut wrong = Vec::new();
        for (case, answer) in cases.iter().zip(&answers) {
            assert_eq!(case["id"], answer["id"]);
            let denied = answer["decision"] == "deny";
            assert_eq!(denied, answer["code"].is_string(), "{answer}");
            assert!(answer["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{answer}");
            let also = case["also_ok"].as_array().is_some_and(|also| also.contains(&answer["decision"]));
            if case["expect"] != answer["decision"] && !also {
                wrong.push(format!("{} ({}): {answer}", case[about], case["why"]));
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn every_address_of_the_corpus_is_judged_as_its_case_says() {
        judged_as_its_cases_say("url", URLS, "url");
    }

    #[test]
    fn every_key_of_the_corpus_is_judged_as_its_case_says() {
        judged_as_its_cases_say("registry", KEYS, "path");
    }

    /// The answer to a question about `HKCU\Software\App`, where all is permitted, with these fields instead.
    fn about_a_key(fields: Value) -> Value {
        let mut question = json!({"id": "k", "allowed_roots": [{"path": r"HKCU\Software", "access": "admin", "max_depth": 3}],
            "denied_paths": [], "level": "ADMIN", "op": "read_value", "path": r"HKCU\Software\App"});
        question.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let (_, answers) = check("registry", &question.to_string());
        answers[0].clone()
    }

    #[test]
    fn what_a_machine_tells_of_a_key_is_judged_too() {
        let own = "S-1-5-21-1-2-3-1001";
        for (fields, code) in [
            (json!({}), Value::Null),
            (json!({"ctx": {"sid": own}, "path": format!(r"HKU\{own}\Software\App")}), Value::Null),
            (json!({"ctx": {"link_target": r"\REGISTRY\MACHINE\SAM"}}), json!("REGISTRY_LINK")),
            (json!({"ctx": {"link_target": "?"}}), json!("REGISTRY_LINK")),
            (
                json!({"ctx": {"sid": own, "link_target": format!(r"\REGISTRY\USER\{own}\Software\App")}}),
                Value::Null,
            ),
            (json!({"op": "write_value", "ctx": {"value_type": "REG_LINK"}}), json!("REGISTRY_LINK")),
            (
                json!({"op": "write_value", "ctx": {"value_name": "SymbolicLinkValue"}}),
                json!("REGISTRY_LINK"),
            ),
            (json!({"op": "write_value", "ctx": {"value_name": "x", "value_type": "dword"}}), Value::Null),
            (json!({"op": "read_value", "ctx": {"value_size": 1_048_577}}), json!("LIMIT_EXCEEDED")),
            (json!({"op": "enumerate_values", "ctx": {"max_values": 101}}), json!("LIMIT_EXCEEDED")),
            (json!({"op": "enumerate_values", "ctx": {"max_values": 100}}), Value::Null),
            (json!({"op": "write_value", "ctx": {"value_name_length": 16_384}}), json!("LIMIT_EXCEEDED")),
            (json!({"op": "enumerate_keys", "ctx": {"depth": 0}}), json!("INVALID_ARGUMENT")),
            (
                json!({"op": "enumerate_keys", "ctx": {"depth": 3, "global_max_depth": 2}}),
                json!("LIMIT_EXCEEDED"),
            ),
            (json!({"op": "enumerate_keys", "ctx": {"must_prune": ["Secret"]}}), json!("DENIED_BY_POLICY")),
            (
                json!({"op": "enumerate_keys", "denied_paths": [r"HKCU\Software\App\Secret"],
                    "ctx": {"must_prune": ["secret"]}}),
                Value::Null,
            ),
            (json!({"op": "erase"}), json!("INVALID_ARGUMENT")),
            (json!({"ctx": {"view": 16}}), json!("INVALID_ARGUMENT")),
            (
                json!({"op": "write_value", "path": r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"}),
                json!("APPROVAL_REQUIRED"),
            ),
        ] {
            let answer = about_a_key(fields.clone());
            assert_eq!(answer["code"], code, "{fields}: {answer}");
        }
    }

    #[test]
    fn rules_that_cannot_be_honoured_deny_everything() {
        for fields in [
            json!({"level": "ROOT"}),
            json!({"denied_paths": [r"\\bad\entry"]}),
            json!({"allowed_roots": [{"path": r"HKCU\Software"}, {"path": "SAM"}]}),
            json!({"allowed_roots": [{"path": r"HKCU\Software", "access": "superuser"}]}),
            json!({"allowed_roots": [{"path": r"HKCU\Software", "max_depth": 11}]}),
            json!({"ctx": {"global_max_depth": 0}}),
            json!({"ctx": {"sid": "me"}}),
        ] {
            let answer = about_a_key(fields.clone());
            assert_eq!(
                (&answer["decision"], &answer["code"]),
                (&json!("deny"), &json!("POLICY_ERROR")),
                "{fields}"
            );
        }
        assert_eq!(
            about_a_key(json!({"level": "read_only", "allowed_roots": [{"path": "HKCU"}]}))["decision"],
            "allow"
        );
    }

    #[test]
    fn one_key_is_judged_by_the_settings_in_force() {
        let home = tempfile::tempdir().unwrap();
        let settings = home.path().join("winwarden.toml");
        let ask = |arguments: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
            command.env("WINWARDEN_HOME", home.path()).args(["check", "registry"]).args(arguments);
            let output = command.output().unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap())
        };
        let (code, said) = ask(&[r"HKCU\Software\App", "--sid", "S-1-5-21-1-2-3-1001"]);
        assert_eq!(
            (code, said.as_str()),
            (Some(0), "allow\n  \\REGISTRY\\USER\\S-1-5-21-1-2-3-1001\\Software\\App\n")
        );
        let (code, said) = ask(&[r"HKCR\.txt"]);
        assert_eq!((code, said.lines().count()), (Some(1), 3), "{said}");
        assert!(said.starts_with("deny (DENIED_BY_POLICY): "), "{said}");
        std::fs::write(&settings, "[registry]\nlevel = \"admin\"\nroots = ['admin 3 HKLM\\SOFTWARE\\App']")
            .unwrap();
        let settings = settings.to_str().unwrap();
        assert_eq!(ask(&[r"HKLM\SOFTWARE\App\x", "--op", "delete_key", "--config", settings]).0, Some(0));
        assert_eq!(ask(&[r"HKLM\SOFTWARE\App\x", "--view", "32", "--config", settings]).0, Some(1));
        assert_eq!(ask(&["SAM"]).0, Some(1));
        std::fs::write(settings, "[registry]\ndenied = ['SAM']").unwrap();
        assert_eq!(
            ask(&["HKCU", "--config", settings]).0,
            Some(2),
            "a denied key that cannot be read stops the start"
        );
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
            (&["93.184.216.34", "no address"], &["93.184.216.34"], "deny"),
            (&["93.184.216.34"], &[], "deny"),
            (&[], &["93.184.216.34"], "deny"),
        ] {
            let (_, answers) = check("url", &question(first, second));
            assert_eq!(answers[0]["decision"], decision, "{first:?} {second:?}");
        }
    }

    #[test]
    fn lines_that_ask_nothing_are_told_and_the_others_answered() {
        let lines = "no JSON\n{\"id\":\"b\"}\n\n{\"id\":\"c\",\"url\":\"http://127.0.0.1/\",\"more\":1}\n";
        let (output, answers) = check("url", lines);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(answers.len(), 4, "an empty line is a line, the end of the last one is not");
        assert_eq!((&answers[0]["id"], answers[0]["error"].is_string()), (&Value::Null, true));
        assert_eq!((&answers[1]["id"], answers[1]["error"].is_string()), (&json!("b"), true));
        assert_eq!((&answers[2]["id"], answers[2]["error"].is_string()), (&Value::Null, true));
        assert_eq!((&answers[3]["id"], &answers[3]["decision"]), (&json!("c"), &json!("deny")));
        assert_eq!(answers[3]["canonical"], Value::Null);
    }

    #[test]
    fn the_values_of_a_question_without_their_names_are_none() {
        let list = r#"["a","https://www.example.com/",["93.184.216.34"],null,[],null]"#;
        let (output, answers) = check("url", list);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(answers, [json!({"id": null, "error": "it is no object"})]);
    }

    #[test]
    fn a_field_that_stands_twice_is_no_question() {
        for (what, line, field) in [
            (
                "url",
                r#"{"id":"a","url":"http://127.0.0.1/","url":"https://www.example.com/","resolves_to":["93.184.216.34"]}"#,
                "`url`",
            ),
            (
                "registry",
                r#"{"id":"a","allowed_roots":[{"path":"HKCU"}],"denied_paths":[],"level":"ADMIN","op":"read_value","path":"HKLM\\SAM","path":"HKCU"}"#,
                "`path`",
            ),
            (
                "registry",
                r#"{"id":"a","allowed_roots":[{"path":"HKCU"}],"denied_paths":[],"level":"ADMIN","op":"read_value","path":"HKCU","ctx":{"depth":9,"depth":1}}"#,
                "`depth`",
            ),
        ] {
            let (output, answers) = check(what, line);
            assert_eq!(output.status.code(), Some(2), "{line}");
            assert_eq!(answers[0]["id"], "a");
            assert!(answers[0]["error"].as_str().is_some_and(|error| error.contains(field)), "{answers:?}");
        }
    }
}
