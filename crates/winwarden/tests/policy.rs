//! `winwarden policy`, through the built executable.

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::{Path, PathBuf},
        process::{Command, Stdio},
    };

    use tempfile::TempDir;

    /// Exit code, stdout and stderr, in a home of its own.
    fn policy(home: &Path, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
        command.arg("policy").args(arguments).env("WINWARDEN_HOME", home).stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// A folder with files of these names and texts.
    fn folder(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn at(folder: &TempDir, name: &str) -> String {
        folder.path().join(name).display().to_string()
    }

    /// The cases of the built-in profiles.
    fn built_in() -> Vec<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/cases");
        let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.is_file()).collect()
    }

    #[test]
    fn folders_services_and_tasks_hold_what_their_cases_say() {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/cases/places").display().to_string();
        let home = tempfile::tempdir().unwrap();
        let cases = format!("{folder}/places.toml");
        let (code, stdout, stderr) = policy(home.path(), &["test", &cases, "--policy", &folder]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        let (code, stdout, stderr) = policy(home.path(), &["check", &folder]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    }

    #[test]
    fn every_profile_judges_as_its_cases_say() {
        let files: Vec<String> = built_in().iter().map(|path| path.display().to_string()).collect();
        let home = folder(&[]);
        let arguments: Vec<&str> = ["test"].into_iter().chain(files.iter().map(String::as_str)).collect();
        let (code, stdout, stderr) = policy(home.path(), &arguments);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    }

    #[test]
    fn cases_are_many_speak_of_every_profile_tool_and_policy_and_deny_as_often_as_they_permit() {
        let all: String = built_in().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        let expected = |verdict: &str| all.matches(&format!("expect = \"{verdict}\"")).count();
        let (allow, refuse) = (expected("allow"), expected("ask") + expected("deny"));
        assert!(allow + refuse >= 150 && expected("deny") >= allow, "{allow} {refuse}");
        for profile in policy::config::Profile::ALL {
            assert!(all.contains(&format!("\"{}\"", profile.name())), "{profile:?}");
        }
        for tool in tools::all() {
            let name = tool.card().name;
            if name == tools::RUN_STEPS {
                continue; // its steps are calls of their own
            }
            let told = ["tool", "kind"].map(|word| format!("{word} = \"{name}\""));
            assert!(told.iter().any(|told| all.contains(told)), "{name}");
        }
        for id in ids() {
            // What is never done is denied before the policy that says the same again; what a dialect grants is no setting.
            let elsewhere =
                ["own-windows", "approved", "granted-by-roots", "shown-by-roots"].contains(&id.as_str());
            let named = all.contains(&format!("policy = \"{id}\"")) || elsewhere;
            assert!(named, "{id}");
        }
    }

    /// The ids of all policies that are built in.
    fn ids() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policy/policies");
        let texts = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let texts = texts.filter(|path| path.extension().is_some_and(|extension| extension == "cedar"));
        let of = |text: String| -> Vec<String> {
            text.split("@id(\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        texts.flat_map(|path| of(fs::read_to_string(path).unwrap())).collect()
    }

    const NO_REGEDIT: &str = "@id(\"no-regedit\") @reason(\"not here\")\n\
        forbid (principal, action in Action::\"input\", resource)\n\
        when { context has process && context.process.path like \"*\\\\regedit.exe\" };\n";
    const CASE: &str = "[[case]]\nname = \"regedit is refused\"\ntool = \"click\"\n\
        process = 'C:\\Windows\\regedit.exe'\nexpect = \"deny\"\npolicy = \"no-regedit\"\n";

    #[test]
    fn a_case_that_goes_otherwise_is_told_with_its_line_and_why() {
        let cases = folder(&[("a.toml", &format!("# about regedit\n\n{CASE}"))]);
        let (code, stdout, _) = policy(cases.path(), &["test", &at(&cases, "a.toml")]);
        assert_eq!(code, 1);
        for part in [
            "a.toml:3: regedit is refused (profile `assistant`)",
            "expected: deny by `no-regedit`",
            "came:     ask: the program is protected (policy `protected-programs`)",
            "1 cases, judged 1 times: 1 wrong",
        ] {
            assert!(stdout.contains(part), "{part}: {stdout}");
        }
    }

    #[test]
    fn policies_of_a_folder_and_of_a_configuration_are_tested_too() {
        let files = folder(&[
            ("a.toml", CASE),
            ("own/a.cedar", NO_REGEDIT),
            ("home/winwarden.toml", "profile = \"lab\"\n"),
            ("home/policies/a.cedar", NO_REGEDIT),
        ]);
        let test = |option: &str, value: &str| {
            policy(files.path(), &["test", &at(&files, "a.toml"), option, &at(&files, value)])
        };
        assert_eq!(test("--policy", "own").0, 0);
        assert_eq!(test("--config", "home/winwarden.toml").0, 0);
        let (code, _, stderr) = test("--policy", "nowhere");
        assert_eq!((code, stderr.contains("is no folder")), (2, true), "{stderr}");
    }

    #[test]
    fn each_fact_of_a_call_of_ancestors_and_of_signers_changes_a_verdict() {
        let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts");
        let (cases, policies) = (facts.join("call.toml"), facts.join("policies"));
        let (cases, policies) = (cases.display().to_string(), policies.display().to_string());
        let home = folder(&[]);
        let (code, stdout, stderr) = policy(home.path(), &["test", &cases, "--policy", &policies]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
        // None of the rules is one that can be found fault with.
        let (code, stdout, stderr) = policy(home.path(), &["check", &policies]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    }

    #[test]
    fn a_file_of_cases_that_cannot_be_used_is_told_with_every_line() {
        let wrong = "profile = \"assistent\"\n[[case]]\nname = \"a\"\ntool = \"clik\"\nexpect = \"allow\"\n\
            [[case]]\nname = \"b\"\ntool = \"click\"\nexpect = \"perhaps\"\n[[case]]\nname = \"c\"\n\
            tool = \"click\"\nrisk = [\"delete\"]\nexpect = \"ask\"\n";
        let cases = folder(&[("a.toml", wrong)]);
        let (code, stdout, stderr) = policy(cases.path(), &["test", &at(&cases, "a.toml")]);
        assert_eq!((code, stdout.as_str()), (2, ""));
        for part in [
            "a.toml:1:11: `assistent` is no profile",
            "a.toml:4:8: there is no tool `clik`",
            "a.toml:9:10: unknown variant `perhaps`",
            "a.toml:13:1: unknown field `risk`",
        ] {
            assert!(stderr.contains(part), "{part}: {stderr}");
        }
    }

    #[test]
    fn a_folder_of_policies_is_checked_with_file_line_and_what_would_be_right() {
        let wide = "// lab\n@id(\"all\") @reason(\"r\")\npermit (principal, action, resource);\n";
        let files = folder(&[("good/a.cedar", NO_REGEDIT), ("wide/a.cedar", wide), ("empty/a.txt", "")]);
        let check = |name: &str| policy(files.path(), &["check", &at(&files, name)]);
        let (code, stdout, _) = check("good");
        assert_eq!((code, stdout.as_str()), (0, "1 files, 0 findings\n"));
        let (code, stdout, _) = check("wide");
        assert_eq!(code, 1);
        let lines: Vec<&str> = stdout.lines().collect();
        assert!(
            lines[0].ends_with("a.cedar:2: warning: `all` permits everything, to everything"),
            "{stdout}"
        );
        assert!(lines[1].contains("context.approved"), "{stdout}");
        for (name, part) in [("empty", "holds no `.cedar` file"), ("none", "is no folder")] {
            let (code, _, stderr) = check(name);
            assert_eq!((code, stderr.contains(part)), (2, true), "{stderr}");
        }
    }

    #[test]
    fn what_is_in_force_is_described_in_words_and_as_json() {
        let files = folder(&[
            ("winwarden.toml", "profile = \"workspace\"\n[workspace]\napplications = [\"notepad.exe\"]\n"),
            ("policies/a.cedar", NO_REGEDIT),
        ]);
        let (code, text, _) = policy(files.path(), &["describe"]);
        assert_eq!(code, 0);
        for part in ["Profile `workspace`", "not here", "  notepad.exe", "limits.launches"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let (_, json, _) = policy(files.path(), &["describe", "--json", "--profile", "observe"]);
        let described: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(described["profile"], "observe");
        assert_eq!(described["workspace"], serde_json::json!([]), "another profile knows no workspace");
    }
}
