//! Files that nothing is to open on an agent's behalf, by their paths as a command line or a title has them.
//!
//! Untrusted: the text.
//! Guarantees: either slash, any case, doubled separators, a trailing dot, space or stream make no difference.
//! Does not: resolve links or 8.3 names; who opens a file by itself judges the one that it has opened.

/// Folders of winwarden's own: configuration, audit, vault.
const OWN: [&str; 2] = [r"\appdata\roaming\winwarden\", r"\programdata\winwarden\"];
/// The same on a command line that ends with them.
const OWN_ENDS: [&str; 2] = [r"\appdata\roaming\winwarden", r"\programdata\winwarden"];

/// Files in which settings stand that choose what an agent may do: winwarden's, and those in which MCP clients name their
/// servers.
const SETTINGS: [&str; 9] = [
    "winwarden.toml",
    "claude_desktop_config.json",
    ".claude.json",
    "mcp.json",
    ".mcp.json",
    "mcp_config.json",
    "mcp_settings.json",
    "cline_mcp_settings.json",
    "mcp-servers.json",
];

/// Files and folders of credentials, by a part of their path.
const CREDENTIALS: [&str; 11] = [
    r"\.ssh\id_",
    r"\.ssh\identity",
    r"\system32\config\sam",
    r"\system32\config\security",
    r"\system32\config\regback\",
    r"\microsoft\protect\",
    r"\microsoft\credentials\",
    r"\microsoft\vault\",
    r"\microsoft\crypto\",
    r"\login data",
    r"\ntds\ntds.dit",
];

/// Databases of passwords, by their names.
const DATABASES: [&str; 3] = ["key4.db", "logins.json", "signons.sqlite"];

/// Whether a command line's text, which starts in a folder, names one of them.
pub(crate) fn are_named(text: &str, folder: Option<&str>) -> bool {
    let text = plain(text);
    let joined = folder.map(|folder| plain(&format!(r"{folder}\{}", text.trim_matches('"'))));
    [Some(text), joined].into_iter().flatten().any(|text| {
        let is_public = text.ends_with(".pub");
        let in_own =
            OWN.iter().any(|part| text.contains(part)) || OWN_ENDS.iter().any(|end| text.ends_with(end));
        let in_credentials = !is_public && CREDENTIALS.iter().any(|part| text.contains(part));
        in_own || in_credentials || SETTINGS.iter().chain(&DATABASES).any(|file| names(&text, file))
    })
}

/// Whether a window's title names one in which settings stand.
pub(crate) fn is_edited(title: &str) -> bool {
    let title = title.to_lowercase();
    SETTINGS.iter().any(|file| names(&title, file))
}

/// Whether a text has a file's name in it, and not as a part of a longer one.
fn names(text: &str, file: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    text.match_indices(file).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + file.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(goes_on) && !after.is_some_and(goes_on)
    })
}

/// In lower case, with one backslash between parts and no dots, spaces or streams at their ends.
fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('/', r"\");
    let (drive, rest) = match text.char_indices().nth(2) {
        Some((at, _)) if text.as_bytes().get(1) == Some(&b':') => text.split_at(at),
        _ => ("", text.as_str()),
    };
    let parts = rest.split('\\').filter(|part| !part.is_empty() && *part != ".");
    let mut plain: Vec<&str> = Vec::new();
    for part in parts {
        if part == ".." {
            plain.pop();
            continue;
        }
        let stream = part.find("::").or_else(|| part.find(':').filter(|_| plain.len() > 1));
        let part = stream.map_or(part, |at| part.get(..at).unwrap_or_default());
        plain.push(part.trim_end_matches(['.', ' ']));
    }
    let lead = if rest.starts_with('\\') || !drive.is_empty() { r"\" } else { "" };
    format!("{drive}{lead}{}", plain.join(r"\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_known_however_they_are_spelt_and_others_are_not() {
        for text in [
            r"C:\Users\ann\AppData\Roaming\winwarden\winwarden.toml",
            r"C:/ProgramData//winwarden/policies/own.cedar",
            r"--open=C:\Users\ann\AppData\Roaming\Winwarden",
            r"C:\Users\ann\AppData\Roaming\Claude\Claude_Desktop_Config.JSON",
            r"C:\Users\ann\.cursor\mcp.json::$DATA",
            r"C:\Users\ann\.ssh\id_ed25519",
            r"C:\Users\ann\docs\..\.ssh\id_rsa.",
            r#""C:\Users\ann\.ssh\id_rsa""#,
            r"C:\Windows\System32\config\SAM",
            r"C:\Users\ann\AppData\Local\Google\Chrome\User Data\Default\Login Data",
            r"C:\Users\ann\AppData\Roaming\Mozilla\Firefox\Profiles\x.default\key4.db",
        ] {
            assert!(are_named(text, None), "{text}");
        }
        for text in [
            r"C:\Users\ann\.ssh\id_rsa.pub",
            r"C:\Users\ann\.ssh\known_hosts",
            r"C:\work\winwarden\README.md",
            r"C:\work\my-mcp.json",
            r"C:\notes\mcp.json.md",
            "winwarden",
        ] {
            assert!(!are_named(text, None), "{text}");
        }
        assert!(are_named("id_rsa", Some(r"C:\Users\ann\.ssh")) && !are_named("id_rsa", Some(r"C:\work")));
        assert!(is_edited("*winwarden.toml - Notepad") && is_edited(r"C:\x\mcp.json - Notepad++"));
        assert!(!is_edited("winwarden - Notepad") && !is_edited("my-mcp.json.txt - Notepad"));
    }
}
