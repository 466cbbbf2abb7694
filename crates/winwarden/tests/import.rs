//! `winwarden import`, through the built executable.

#[cfg(test)]
mod tests {
    use std::{
        fs,
        path::Path,
        process::{Command, Stdio},
    };

    /// Exit code, stdout and stderr of an import of a file with this text.
    fn import(folder: &Path, text: &str, options: &[&str]) -> (i32, String, String) {
        let file = folder.join("other");
        fs::write(&file, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_winwarden"));
        command.arg("import").arg(file).args(options).env("WINWARDEN_HOME", folder).stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    const SAFE: &str = "{\"security\": {\"safe_mode\": true, \"audit_logging\": true}}";
    const LOSES: &str = "{\"security\": {\"safe_mode\": true, \"audit_logging\": false}}";

    #[test]
    fn what_can_be_honoured_is_written_as_settings_that_are_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (code, stdout, stderr) = import(folder.path(), SAFE, &[]);
        assert_eq!(code, 0, "{stderr}");
        assert!(stderr.contains("line 1: `safe_mode` true -> profile = \"observe\""), "{stderr}");
        let settings = folder.path().join("winwarden.toml");
        fs::write(&settings, stdout).unwrap();
        let check = ["config", "show"];
        let shown = Command::new(env!("CARGO_BIN_EXE_winwarden"))
            .args(check)
            .env("WINWARDEN_HOME", folder.path())
            .output()
            .unwrap();
        assert!(String::from_utf8(shown.stdout).unwrap().contains("profile = \"observe\""));
    }

    #[test]
    fn nothing_is_written_where_something_would_be_lost_unless_that_is_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out.toml");
        let to = output.display().to_string();
        let (code, stdout, stderr) = import(folder.path(), LOSES, &["--output", &to]);
        assert_eq!((code, stdout.as_str(), output.exists()), (1, "", false));
        assert!(stderr.contains("REFUSED") && stderr.contains("1 of 2 settings"), "{stderr}");
        let (code, ..) = import(folder.path(), LOSES, &["--accept-losses", "--output", &to]);
        assert_eq!((code, output.exists()), (0, true));
    }

    #[test]
    fn a_file_that_is_there_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out.toml");
        fs::write(&output, "badge = false").unwrap();
        let (code, _, stderr) = import(folder.path(), SAFE, &["--output", &output.display().to_string()]);
        assert_eq!((code, stderr.contains("is left as it is")), (1, true), "{stderr}");
        assert_eq!(fs::read_to_string(output).unwrap(), "badge = false");
    }

    #[test]
    fn a_file_of_no_known_server_cannot_be_used() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["{\"mcpServers\": {}}", "{", "\u{0}"] {
            let (code, stdout, _) = import(folder.path(), text, &["--accept-losses"]);
            assert_eq!((code, stdout.as_str()), (2, ""), "{text}");
        }
    }

    #[test]
    fn every_tool_that_another_server_s_name_stands_for_exists() {
        let names = [
            "App",
            "DisplayInventory",
            "Snapshot",
            "Screenshot",
            "Click",
            "Type",
            "Scroll",
            "Move",
            "Shortcut",
            "Wait",
            "WaitFor",
            "Clipboard",
        ];
        let folder = tempfile::tempdir().unwrap();
        let list: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        let (code, stdout, stderr) =
            import(folder.path(), &format!("[tools]\nexclude = [{}]", list.join(", ")), &[]);
        assert_eq!(code, 0, "{stderr}");
        fs::write(folder.path().join("winwarden.toml"), stdout).unwrap();
        let checked = Command::new(env!("CARGO_BIN_EXE_winwarden"))
            .args(["config", "check"])
            .env("WINWARDEN_HOME", folder.path())
            .output()
            .unwrap();
        assert!(checked.status.success(), "{checked:?}");
    }
}
