//! Files that nothing is to open on an agent's behalf, by their paths as a command line or a title has them.
//!
//! Untrusted: the text.
//! Guarantees: either slash, any case, doubled separators, a trailing dot, space or stream make no difference; an 8.3 name that
//! may stand for one of them counts as one.
//! Does not: resolve links; who opens a file by itself judges the one that it has opened.

/// Folders of winwarden's own: configuration, policies, audit, sessions, vault.
const OWN: [&str; 3] =
    [r"\appdata\roaming\winwarden", r"\appdata\local\winwarden", r"\programdata\winwarden"];

/// Variables that a program may put a folder in place of.
const VARIABLES: [(&str, &str); 6] = [
    ("winwarden_home", r"\appdata\local\winwarden"),
    ("localappdata", r"\appdata\local"),
    ("appdata", r"\appdata\roaming"),
    ("programdata", r"\programdata"),
    ("allusersprofile", r"\programdata"),
    ("userprofile", r"\users\someone"),
];

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

/// The same, where only the folder tells whose file it is.
const CLIENTS: [&str; 11] = [
    r"\.codex\config.toml",
    r"\.gemini\settings.json",
    r"\.claude\settings.json",
    r"\.claude\settings.local.json",
    r"\.continue\config.yaml",
    r"\.continue\config.json",
    r"\zed\settings.json",
    r"\.zed\settings.json",
    r"\.vscode\settings.json",
    r"\.cursor\settings.json",
    r"\.windsurf\settings.json",
];

/// Folders of editors that are made of the code of VS Code; `user-data` is that of one that is carried along. `settings.json` in
/// `User` there, and in its profiles, names servers too.
const EDITORS: [&str; 13] = [
    "code",
    "code - insiders",
    "code - oss",
    "vscodium",
    "vscodium - insiders",
    "cursor",
    "windsurf",
    "windsurf - next",
    "trae",
    "kiro",
    "antigravity",
    "positron",
    "user-data",
];

/// Files and folders of credentials, by a part of their path.
const CREDENTIALS: [&str; 12] = [
    r"\system32\config\sam",
    r"\system32\config\security",
    r"\system32\config\regback\",
    r"\sysnative\config\sam",
    r"\sysnative\config\security",
    r"\sysnative\config\regback\",
    r"\microsoft\protect\",
    r"\microsoft\credentials\",
    r"\microsoft\vault\",
    r"\microsoft\crypto\",
    r"\login data",
    r"\ntds\ntds.dit",
];
/// The folders among them on a command line that ends with them.
const CREDENTIAL_ENDS: [&str; 4] =
    [r"\microsoft\protect", r"\microsoft\credentials", r"\microsoft\vault", r"\microsoft\crypto"];

/// Where keys of SSH lie.
const SSH: &str = r"\.ssh\";

/// Databases of passwords, by their names.
const DATABASES: [&str; 4] = ["key4.db", "logins.json", "logins-backup.json", "signons.sqlite"];

/// Folders and files of winwarden's own that settings have put elsewhere.
#[derive(Debug, Clone, Default)]
pub(crate) struct Own {
    /// As [`plain`] has them: each with its drive, as a share has it, and without where its name says enough.
    places: Vec<String>,
}

/// Folders of a path that are enough to tell it without its drive.
const ENOUGH: usize = 3;

impl Own {
    /// Those at these full paths; of a drive or the root of a system no more is meant than what is named there by itself.
    pub(crate) fn new(paths: &[String]) -> Self {
        let mut places = Vec::new();
        for path in paths.iter().map(|path| plain(path, &Self::default())) {
            let path = path.trim_start_matches(r"\\?\");
            let (drive, rest) = path.split_once(r":\").unwrap_or(("", path.trim_start_matches('\\')));
            let rest = rest.trim_end_matches('\\');
            if rest.is_empty() {
                continue;
            }
            if !drive.is_empty() {
                places.extend([format!(r"{drive}:\{rest}"), format!(r"{drive}$\{rest}")]);
            }
            if drive.is_empty() || rest.split('\\').count() >= ENOUGH {
                places.push(format!(r"\{rest}"));
            }
        }
        Self { places }
    }
}

/// Whether a command line's text, which starts in a folder, names one of them.
pub(crate) fn are_named(text: &str, folder: Option<&str>, own: &Own) -> bool {
    let bare = text.trim_matches('"');
    let is_whole = bare.get(1..3).is_some_and(|lead| matches!(lead, r":\" | ":/"));
    let joined = folder.filter(|_| !is_whole).map(|folder| format!(r"{folder}\{bare}"));
    [Some(text.to_owned()), joined].into_iter().flatten().any(|raw| {
        let text = plain(&raw, own);
        let within = |folder: &str| holds(&text, folder);
        OWN.iter().any(|folder| within(folder))
            || own.places.iter().any(|place| within(place))
            || CLIENTS.iter().any(|file| within(file))
            || of_editor(&text)
            || CREDENTIALS.iter().any(|part| text.contains(part))
            || CREDENTIAL_ENDS.iter().any(|end| text.trim_matches('"').ends_with(end))
            || text.match_indices(SSH).any(|(at, _)| {
                let name = text.get(at + SSH.len()..).unwrap_or_default().trim_matches('"');
                !is_public(name, &raw)
            })
            || SETTINGS.iter().chain(&DATABASES).any(|file| names(&text, file))
    })
}

/// Whether a path, or one below it, stands in a text.
fn holds(text: &str, path: &str) -> bool {
    text.match_indices(path)
        .any(|(at, _)| text.get(at + path.len()..).is_some_and(|rest| !rest.starts_with(goes_on)))
}

/// Whether a text names the settings of an editor that is made of the code of VS Code, of any of its profiles.
fn of_editor(text: &str) -> bool {
    EDITORS.iter().any(|editor| {
        text.split(&format!(r"\{editor}\user\")).skip(1).any(|rest| names(rest, "settings.json"))
    })
}

/// Whether a name in the folder of SSH's keys is that of one which holds no secret, as the text itself ends.
fn is_public(name: &str, raw: &str) -> bool {
    let is_one = !name.is_empty() && name.chars().all(|c| goes_on(c) || c == '@');
    let known = name.ends_with(".pub") || matches!(name, "known_hosts" | "known_hosts.old" | "config");
    is_one && known && raw.to_lowercase().trim_matches('"').ends_with(name)
}

/// Whether a window's title names one in which settings stand.
pub(crate) fn is_edited(title: &str, own: &Own) -> bool {
    let title = title.to_lowercase();
    SETTINGS.iter().any(|file| names(&title, file))
        || CLIENTS.iter().any(|file| title.contains(file))
        || of_editor(&title)
        || own.places.iter().any(|place| holds(&title, place))
}

/// Whether a text has a file's name in it, and not as a part of a longer one.
fn names(text: &str, file: &str) -> bool {
    text.match_indices(file).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + file.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(goes_on) && !after.is_some_and(goes_on)
    })
}

/// Whether a character goes on with a file's name.
fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-')
}

/// The name among those above that an 8.3 name may stand for.
fn long_of<'a>(part: &str, own: &'a Own) -> Option<&'a str> {
    let (stem, tail) = part.split_once('~')?;
    let (number, end) = tail.split_once('.').unwrap_or((tail, ""));
    let is_short = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    let own = own.places.iter().map(String::as_str);
    let all =
        OWN.iter().chain(&CLIENTS).chain(&CREDENTIALS).chain(&DATABASES).chain(&SETTINGS).chain(&EDITORS);
    let all = all.copied().chain(own);
    let mut parts = all.flat_map(|path| path.split('\\')).chain([".ssh"]).filter(|part| !part.is_empty());
    parts.find(|long| {
        let (name, kind) = long.trim_start_matches('.').rsplit_once('.').unwrap_or((long, ""));
        let name: String = name.chars().filter(|c| !matches!(c, '.' | ' ')).collect();
        let is_hashed = stem.len() == 6
            && stem.get(2..).is_some_and(|hash| hash.chars().all(|c| c.is_ascii_hexdigit()))
            && name.get(..2) == stem.get(..2);
        let is_cut = !stem.is_empty() && (name.get(..6).unwrap_or(&name) == stem);
        is_short && (is_cut || is_hashed) && kind.get(..3).unwrap_or(kind) == end
    })
}

/// In lower case, with one backslash between parts and no dots, spaces or streams at their ends.
fn plain(text: &str, own: &Own) -> String {
    let mut text = text.to_lowercase().replace('/', r"\");
    for (name, folder) in VARIABLES {
        for spelt in [format!("%{name}%"), format!("${{env:{name}}}"), format!("$env:{name}")] {
            text = text.replace(&spelt, folder);
        }
    }
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
        // A drive behind the lead of a device is no stream.
        let is_drive = part.len() == 2;
        let stream = part.find("::").or_else(|| part.find(':').filter(|_| plain.len() > 1 && !is_drive));
        let part = stream.map_or(part, |at| part.get(..at).unwrap_or_default());
        let part = part.trim_end_matches(['.', ' ']);
        plain.push(long_of(part, own).unwrap_or(part));
    }
    let lead = if rest.starts_with('\\') || !drive.is_empty() { r"\" } else { "" };
    format!("{drive}{lead}{}", plain.join(r"\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_named(text: &str, folder: Option<&str>) -> bool {
        super::are_named(text, folder, &Own::default())
    }

    fn is_edited(title: &str) -> bool {
        super::is_edited(title, &Own::default())
    }

    #[test]
    fn what_settings_put_elsewhere_is_known_too() {
        let own = Own::new(&[
            r"D:\Data".into(),
            r"E:\Users\ann\warden state\".into(),
            "/var/ww".into(),
            r"C:\".into(),
        ]);
        for text in [
            r"D:\Data\audit\x.jsonl",
            "d:/data",
            r"--open=\\?\D:\data\",
            r"\\localhost\d$\Data\sessions",
            r"E:\Users\ann\warden state\policies\a.cedar",
            r"\\?\Volume{1}\Users\ann\warden state",
            r"E:\Users\ann\WARDEN~1\audit",
            r"%WINWARDEN_HOME%\audit",
            "/var/ww/audit",
        ] {
            assert!(super::are_named(text, None, &own), "{text}");
        }
        assert!(super::are_named("audit", Some(r"D:\data"), &own));
        for text in
            [r"C:\Data\a.txt", r"D:\Database", r"D:\x\Data", r"C:\a.txt", r"E:\Users\ann\warden", "/var/www"]
        {
            assert!(!super::are_named(text, None, &own), "{text}");
        }
        assert!(
            super::is_edited(r"D:\Data\notes.txt - Notepad++", &own)
                && !super::is_edited("Data - Notepad", &own)
        );
    }

    #[test]
    fn settings_of_editors_are_known_in_each_of_their_profiles() {
        for text in [
            r"C:\Users\ann\AppData\Roaming\VSCodium\User\settings.json",
            r"C:\Users\ann\AppData\Roaming\Windsurf\User\settings.json",
            r"C:\Users\ann\AppData\Roaming\Windsurf\User\mcp.json",
            r"C:\Users\ann\AppData\Roaming\VSCodium\User\mcp.json",
            r"C:\Users\ann\AppData\Roaming\Code\User\profiles\-1a2b\settings.json",
            r"C:\Tools\vscode\data\user-data\User\settings.json",
            r"C:\Users\ann\AppData\Roaming\VSCODI~1\User\SETTIN~1.JSO",
        ] {
            assert!(are_named(text, None), "{text}");
        }
        assert!(is_edited(r"C:\Users\ann\AppData\Roaming\VSCodium\User\settings.json - Notepad++"));
        for text in [r"C:\work\User\settings.json", r"C:\Users\ann\AppData\Roaming\VSCodium\User\tasks.json"]
        {
            assert!(!are_named(text, None), "{text}");
        }
    }

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
            r"C:\Users\ann\AppData\Roaming\Mozilla\Firefox\Profiles\x\logins-backup.json",
            r"C:\Users\ann\AppData\Local\winwarden\audit\x.jsonl",
            r"C:\Users\ann\AppData\Local\winwarden",
            r"%APPDATA%\winwarden\policies\a.cedar",
            r"$env:LocalAppData\winwarden\sessions\s.json",
            r"C:\PROGRA~3\WINWAR~1\policies\a.cedar",
            r"C:\Users\ann\SSH~1\github",
            r"C:\Users\ann\AppData\Local\Google\Chrome\User Data\Default\LOGIND~1",
            r"C:\Users\ann\AppData\Roaming\Claude\CLAUDE~1.JSO",
            r"C:\Users\ann\.ssh\work.pem",
            r"C:\Users\ann\.ssh\id_rsa;x.pub",
            r"C:\Users\ann\.ssh\id_rsa:x.pub",
            r"C:\Users\ann\.ssh\id_rsa.pub:x",
            r"C:\Users\ann\.ssh\id_rsa C:\x.pub",
            r"C:\Windows\Sysnative\config\SAM",
            r"C:\Users\ann\AppData\Roaming\Microsoft\Protect",
            r"C:\Users\ann\AppData\Roaming\MICROS~1\Protect",
            r"C:\Users\ann\.codex\config.toml",
            r"C:\Users\ann\.gemini\settings.json",
            r"C:\Users\ann\AppData\Roaming\Zed\settings.json",
            r"C:\Users\ann\AppData\Roaming\Code\User\settings.json",
            r"C:\Users\ann\.continue\config.yaml",
        ] {
            assert!(are_named(text, None), "{text}");
        }
        for text in [
            r"C:\Users\ann\.ssh\id_rsa.pub",
            r#""C:\Users\ann\.ssh\work@home.pub""#,
            r"C:\Users\ann\.ssh\known_hosts",
            r"C:\Users\ann\.ssh\config",
            r"C:\Users\ann\AppData\Local\winwarden-notes\a.txt",
            r"C:\PROGRA~1\Editor\settings.json",
            r"C:\work\config.toml",
            r"C:\work\winwarden\README.md",
            r"C:\work\my-mcp.json",
            r"C:\notes\mcp.json.md",
            "winwarden",
        ] {
            assert!(!are_named(text, None), "{text}");
        }
        assert!(are_named("id_rsa", Some(r"C:\Users\ann\.ssh")) && !are_named("id_rsa", Some(r"C:\work")));
        assert!(!are_named(r"C:\work\a.txt", Some(r"C:\Users\ann\.ssh")));
        assert!(
            is_edited(r"C:\Users\ann\.codex\config.toml - Notepad++") && !is_edited("config.toml - Notepad")
        );
        assert!(is_edited("*winwarden.toml - Notepad") && is_edited(r"C:\x\mcp.json - Notepad++"));
        assert!(!is_edited("winwarden - Notepad") && !is_edited("my-mcp.json.txt - Notepad"));
    }
}
