//! `winwarden config`, through the built executable with a folder of its own.

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::Path,
        process::{Command, Stdio},
    };

    use serde_json::Value;
    use tempfile::TempDir;

    /// Exit code, stdout and stderr.
    fn winwarden(home: &Path, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
        command.args(arguments).env("WINWARDEN_HOME", home).stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn home() -> TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_file_to_start_from_is_written_once_and_never_over_another() {
        let home = home();
        assert_eq!(winwarden(home.path(), &["config", "init"]).0, 0);
        assert_eq!(winwarden(home.path(), &["config", "check"]).0, 0);
        fs::write(home.path().join("winwarden.toml"), "badge = false").unwrap();
        let (code, _, stderr) = winwarden(home.path(), &["config", "init"]);
        assert_eq!((code, stderr.contains("is left as it is")), (1, true), "{stderr}");
        assert_eq!(fs::read_to_string(home.path().join("winwarden.toml")).unwrap(), "badge = false");
    }

    #[test]
    fn a_wrong_file_stops_every_command_that_needs_it_and_all_faults_are_told() {
        let home = home();
        fs::write(home.path().join("winwarden.toml"), "profil = \"lab\"\n[limits]\nlaunches = \"x\"\n")
            .unwrap();
        for command in [&["config", "check"][..], &["config", "show"], &["serve"], &["tools"]] {
            let (code, stdout, stderr) = winwarden(home.path(), command);
            assert_eq!((code, stdout.as_str()), (2, ""), "{command:?}");
            assert!(stderr.contains("winwarden.toml:1:1: there is no setting `profil`"), "{stderr}");
            assert!(stderr.contains("winwarden.toml:3:12: `limits.launches` is a whole number"), "{stderr}");
        }
        assert!(!home.path().join("audit").exists(), "a session began");
    }

    #[test]
    fn a_variable_that_is_no_setting_stops_every_command_that_reads_settings() {
        let home = home();
        for command in
            [&["config", "check"][..], &["config", "show"], &["serve"], &["tools"], &["explain", "--batch"]]
        {
            let mut started = Command::new(env!("CARGO_BIN_EXE_winwarden"));
            started.args(command).env("WINWARDEN_HOME", home.path()).env("WINWARDEN_PROFLE", "observe");
            let output = started.stdin(Stdio::null()).output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            let meant = "WINWARDEN_PROFLE: there is no such setting; did you mean `WINWARDEN_PROFILE`?";
            assert!(output.status.code() == Some(2) && stderr.contains(meant), "{command:?}: {stderr}");
        }
    }

    #[test]
    fn a_check_tells_all_that_is_wrong_at_once() {
        let home = home();
        let policies = home.path().join("policies");
        fs::create_dir(&policies).unwrap();
        fs::write(home.path().join("winwarden.toml"), "tools = ['klick', 'skroll']\nprofile = 'observe'\n")
            .unwrap();
        fs::write(policies.join("a.cedar"), "\nforbid").unwrap();
        fs::write(policies.join("b.cedar"), b"// \xe4").unwrap();
        fs::write(policies.join("c.entities.json"), "[").unwrap();
        let template = r#"@id("x") @reason("r") permit (principal == ?principal, action, resource);"#;
        fs::write(policies.join("d.cedar"), template).unwrap();
        let own = r#"@id("reads") @reason("r") permit (principal, action, resource);"#;
        fs::write(policies.join("e.cedar"), own).unwrap();
        let (code, stdout, stderr) = winwarden(home.path(), &["config", "check", "--profile", "lap"]);
        assert_eq!((code, stdout.as_str()), (2, ""));
        for part in [
            "winwarden.toml:1:10: `klick` is not a tool",
            "winwarden.toml:1:19: `skroll` is not a tool",
            "--profile: `lap` is no value of `profile`",
            "a.cedar:2:",
            "b.cedar` is no text in UTF-8: line 1",
            "c.entities.json:1:",
            "d.cedar:1:1: `policy0` is a template",
            "e.cedar:1:1: the policy `reads` is also defined in",
        ] {
            assert!(stderr.contains(part), "{part}: {stderr}");
        }
        // What is told is told once.
        fs::remove_file(policies.join("b.cedar")).unwrap();
        fs::remove_file(home.path().join("winwarden.toml")).unwrap();
        let (code, _, stderr) = winwarden(home.path(), &["config", "check"]);
        assert_eq!((code, stderr.matches("a.cedar:2:").count()), (2, 1), "{stderr}");
    }

    #[test]
    fn a_configuration_that_no_server_could_start_with_is_in_no_history() {
        let home = home();
        let policies = home.path().join("policies");
        fs::create_dir(&policies).unwrap();
        fs::write(policies.join("p.cedar"), "forbid").unwrap();
        assert_eq!(winwarden(home.path(), &["serve"]).0, 2);
        assert_eq!(winwarden(home.path(), &["config", "history"]), (0, String::new(), String::new()));
    }

    #[test]
    fn a_configuration_comes_back_and_the_one_in_its_place_is_not_lost() {
        let home = home();
        let (file, policies) = (home.path().join("winwarden.toml"), home.path().join("policies"));
        let policy = r#"@id("p") @reason("r") forbid (principal, action == Action::"click", resource);"#;
        let write = |settings: &str, policy: Option<&str>| {
            fs::write(&file, settings).unwrap();
            fs::create_dir_all(&policies).unwrap();
            match policy {
                Some(policy) => fs::write(policies.join("p.cedar"), policy).unwrap(),
                None => drop(fs::remove_file(policies.join("p.cedar"))),
            }
        };
        let names = || {
            let listed = winwarden(home.path(), &["config", "history"]).1;
            listed.lines().map(str::to_owned).collect::<Vec<_>>()
        };
        let read = || {
            let policy = fs::read_to_string(policies.join("p.cedar")).ok();
            (fs::read_to_string(&file).unwrap_or_default(), policy)
        };
        // Kept as a server keeps it, which on Windows needs a desktop.
        let kept = home.path().join("config-history").join("20260101T000000Z-0123456789ab");
        fs::create_dir_all(kept.join("policies")).unwrap();
        fs::write(kept.join("winwarden.toml"), "badge = true").unwrap();
        fs::write(kept.join("policies").join("p.cedar"), policy).unwrap();
        let first = names().remove(0);

        write("\u{feff}badge = false", None);
        assert_eq!(winwarden(home.path(), &["config", "restore", &first]).0, 0);
        assert_eq!(read(), ("badge = true".into(), Some(policy.into())));
        let second = names().pop().unwrap();
        assert_ne!(first, second, "what was never loaded is kept");
        assert_eq!(winwarden(home.path(), &["config", "restore", &second]).0, 0);
        assert_eq!(read(), ("badge = false".into(), None));
        assert_eq!(winwarden(home.path(), &["config", "restore", &first]).0, 0);
        assert_eq!(names(), [first, second], "what is kept is not kept again");
        for none in ["", ".", "..", "none"] {
            assert_eq!(winwarden(home.path(), &["config", "restore", none]).0, 1, "{none}");
        }
    }

    #[test]
    fn settings_in_force_are_shown_with_where_each_came_from() {
        let home = home();
        fs::write(home.path().join("winwarden.toml"), "profile = \"observe\"\n[limits]\nlaunches = 3\n")
            .unwrap();
        let (code, stdout, _) = winwarden(home.path(), &["config", "show", "--profile", "lab", "--json"]);
        assert_eq!(code, 0);
        let shown: Value = serde_json::from_str(&stdout).unwrap();
        let of = |name: &str| {
            let all = shown["settings"].as_array().unwrap();
            let one = all.iter().find(|setting| setting["name"] == name).unwrap();
            (one["value"].as_str().unwrap().to_owned(), one["from"].as_str().unwrap().to_owned())
        };
        assert_eq!(of("profile"), ("\"lab\"".into(), "command line".into()));
        assert_eq!(of("limits.launches"), ("3".into(), "user".into()));
        assert_eq!(of("limits.reads_per_minute"), ("\"unlimited\"".into(), "profile".into()));
        let text = winwarden(home.path(), &["config", "show"]).1;
        assert!(
            text.lines().any(|line| line.starts_with("profile = \"observe\"") && line.ends_with("# user")),
            "{text}"
        );
    }

    #[test]
    fn a_file_that_is_named_must_exist() {
        let (code, _, stderr) = winwarden(home().path(), &["config", "check", "--config", "none.toml"]);
        assert_eq!(code, 2);
        assert!(stderr.contains("cannot read `none.toml`"), "{stderr}");
    }

    #[test]
    fn the_schema_accepts_what_the_reader_accepts() {
        let (_, stdout, _) = winwarden(home().path(), &["config", "schema"]);
        let schema: Value = serde_json::from_str(&stdout).unwrap();
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["properties"]["limits"]["properties"]["launches"]["default"], 10);
        let names = |name: &str| schema["properties"][name]["items"]["enum"].to_string();
        assert!(names("tools").contains("\"find\"") && names("toolsets").contains("\"all\""), "{schema}");
        assert_eq!(schema["properties"]["toolsets"]["minItems"], 1);
    }
}
