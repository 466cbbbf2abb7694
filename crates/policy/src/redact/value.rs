//! Values of the registry: secret by their names, by what stands in them or in their names, or because they look like nothing
//! but chance.
//!
//! Names that hold a word for a password, a key or a token are secret whatever they hold, but for keys that lock nothing
//! ([`plain`]). Numbers never are: `PasswordExpiryDays` is not one.

mod chance;
mod plain;

use model::registry::{RegistryData, ValueType};

use super::{field, spans};

/// Parts of names that stand for a secret, whatever surrounds them, in lower case.
const LONG: [&str; 17] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "kennwort",
    "secret",
    "credential",
    "motdepasse",
    "contraseña",
    "wachtwoord",
    "hasło",
    "пароль",
    "密码",
    "密碼",
    "パスワード",
    "비밀번호",
];
/// The same as whole words only.
const SHORT: [&str; 4] = ["pwd", "pw", "pass", "psk"];
/// Words for what may be a secret, if it looks like one.
const MAYBE: [&str; 2] = ["pin", "cookie"];
/// Fewest characters of one.
const KEY: usize = 8;
/// From so many characters on it needs no digit.
const LONG_KEY: usize = 20;

/// Whether a secret stands in a value's name: it may be shown as little as the data.
#[must_use]
pub fn value_name(name: &str) -> bool {
    !spans(name).is_empty()
}

/// Whether a value may not be shown.
#[must_use]
pub fn value(name: &str, data: &RegistryData) -> bool {
    if value_name(name) {
        return true;
    }
    if matches!(data.kind, ValueType::DWord | ValueType::QWord) || data.bytes.is_empty() {
        return false;
    }
    let texts = texts(data);
    let readable = !texts.is_empty();
    let any = |holds: &dyn Fn(&str) -> bool| texts.iter().any(|text| holds(text));
    if readable && !any(&|text| !is_nothing(text)) {
        return false;
    }
    match by_name(name) {
        Some(Named::Secret) => return true,
        Some(Named::Key) if !readable || any(&|text| !is_nothing(text) && !plain::data(text)) => return true,
        Some(Named::Maybe) if !readable && data.bytes.len() >= KEY || any(&looks_like_a_key) => return true,
        Some(_) | None => {}
    }
    any(&|text| field(name, text).is_some() || !spans(text).is_empty() || chance::is_in(text))
}

/// The texts in it, whatever type they have; nothing where the bytes are none.
fn texts(data: &RegistryData) -> Vec<String> {
    if let Some(text) = data.as_text() {
        return vec![text];
    }
    if let Some(texts) = data.as_texts() {
        // What one says of the next counts, as of a program's arguments.
        return [texts.join(" ")].into_iter().chain(texts).collect();
    }
    let bytes = data.bytes.as_slice();
    let narrow = std::str::from_utf8(bytes).map(|text| text.trim_end_matches('\0').to_owned());
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let wide = String::from_utf16(&units).map(|text| text.trim_end_matches('\0').to_owned());
    let readable =
        |text: &String| !text.is_empty() && !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    [narrow.ok(), wide.ok()].into_iter().flatten().filter(readable).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Secret,
    Key,
    Maybe,
}

fn by_name(name: &str) -> Option<Named> {
    let lower = name.to_lowercase();
    let words = words(name);
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if LONG.iter().any(|part| lower.contains(part)) || has(&SHORT) {
        return Some(Named::Secret);
    }
    if plain::names_a_key(&words) {
        return Some(Named::Key);
    }
    has(&MAYBE).then_some(Named::Maybe)
}

/// `apiKey_2` as `api`, `key`, `2`; `HTTPToken` as `http`, `token`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before: Option<char> = None;
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        let after_capitals =
            before.is_some_and(char::is_uppercase) && rest.peek().is_some_and(|c| c.is_lowercase());
        let begins = c.is_uppercase() && (before.is_some_and(char::is_lowercase) || after_capitals)
            || c.is_numeric() != before.is_some_and(char::is_numeric);
        if (begins || !c.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut()
            && c.is_alphanumeric()
        {
            word.extend(c.to_lowercase());
        }
        before = Some(c);
    }
    words
}

/// Whether a text says that there is none, or only whether something is so.
fn is_nothing(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    ["", "0", "1", "true", "false", "yes", "no", "none", "null"].contains(&text.as_str())
}

fn looks_like_a_key(text: &str) -> bool {
    let text = text.trim();
    text.len() >= KEY
        && !text.contains(['\\', ' '])
        && (text.bytes().any(|byte| byte.is_ascii_digit()) || text.len() >= LONG_KEY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, text: &str) -> bool {
        value(name, &RegistryData::text(ValueType::String, text))
    }

    #[test]
    fn a_value_is_a_secret_by_its_name() {
        for name in [
            "DefaultPassword",
            "password",
            "DB_PASSWORD",
            "ProxyPwd",
            "userPass",
            "ClientSecret",
            "Kennwort",
            "CredentialBlob",
            "пароль",
        ] {
            assert!(text(name, "correct horse"), "{name}");
            assert!(
                value(name, &RegistryData { kind: ValueType::Binary, bytes: vec![0xff, 1, 2] }),
                "{name}"
            );
            for nothing in ["", "0", "False", "none"] {
                assert!(!text(name, nothing), "{name} {nothing}");
            }
        }
        for name in ["ApiKey", "AuthToken", "ProductKey", "license_key", "SessionCookie"] {
            assert!(text(name, "VK7JG-NPHTM-C97JM"), "{name}");
            assert!(value(name, &RegistryData { kind: ValueType::Binary, bytes: vec![0xff; 16] }), "{name}");
            assert!(text(name, "ControlPanel7"), "{name}");
            assert!(text(name, "abcdefghijklmnopqrstuvwxyz") && !text(name, "Ctrl+7"), "{name}");
            assert!(!text(name, "Ctrl+A") && !text(name, r"HKLM\SOFTWARE\App"), "{name}");
        }
        for name in ["SessionCookie", "Pin"] {
            assert!(!text(name, "ControlPanel"), "{name}");
            // Half of a pair, again and again, is no text.
            let odd = |pairs| RegistryData { kind: ValueType::Binary, bytes: [0, 0xd8].repeat(pairs) };
            assert!(value(name, &odd(4)) && !value(name, &odd(3)), "{name}");
        }
    }

    #[test]
    fn keys_and_tokens_are_secret_whatever_they_are() {
        for name in [
            "Token",
            "AuthToken",
            "ApiToken",
            "AuthTokens",
            "authtoken",
            "HTTPToken",
            "Access Token",
            "GITHUB_TOKEN",
            "Token2",
            "Zugangstoken",
            "ApiKey",
            "APIKey",
            "API_KEY",
            "apikey",
            "AccessKey",
            "PrivateKey",
            "Private Key",
            "licenseKey",
            "Key",
            "KeyNameApiKey",
        ] {
            for held in
                ["hunter2", "abc123", "s3cr3t", "topsecretvalue", "deadbeef", "ControlPanel", "x", "4711"]
            {
                assert!(text(name, held), "{name} {held}");
            }
            for bytes in [vec![0xff, 1, 2], vec![1], b"hunter2".to_vec()] {
                assert!(value(name, &RegistryData { kind: ValueType::Binary, bytes }), "{name}");
            }
            assert!(value(name, &RegistryData::texts(["abc", "C:\\x"]).unwrap()), "{name}");
            for nothing in ["", "0", "30", "False", "none"] {
                assert!(!text(name, nothing), "{name} {nothing}");
            }
        }
        for path in [
            r"C:\Keys\server.pem",
            r"C:/Keys/server.pem",
            r"\\server\share\key",
            r"%ProgramData%\key.bin",
            r"@%SystemRoot%\system32\shell32.dll,-1",
            r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Speech\Voices\Tokens\TTS_MS_EN-US_ZIRA_11.0",
            r"Computer\HKEY_CURRENT_USER\Software",
            r"SOFTWARE\Vendor\App",
            r"System\CurrentControlSet\Services",
        ] {
            assert!(!text("LastKey", path), "{path}");
        }
        for secret in [r"C:", r"\\abc", "%abc", "hkeyabc", "software", r"C:\a?token=abc123DEF456ghi789jkl"] {
            assert!(text("LastKey", secret), "{secret}");
        }
    }

    #[test]
    fn a_value_is_a_secret_by_what_stands_in_its_name_whatever_it_holds() {
        let number = RegistryData { kind: ValueType::DWord, bytes: vec![1, 0, 0, 0] };
        for name in [
            "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            "https://ann:hunter2@example.com/",
            "Server=a;Password=hunter2",
        ] {
            assert!(value_name(name) && text(name, "x") && value(name, &number), "{name}");
        }
        for name in [
            "",
            "Name",
            "DefaultPassword",
            "{2E23F350-B7C5-4A2B-8C0D-2D0F3C1B9E11}",
            r"C:\Program Files\a.exe",
        ] {
            assert!(!value_name(name) && !value(name, &number), "{name}");
        }
    }

    #[test]
    fn bytes_that_no_text_has_are_not_read_as_one() {
        let of = |text: &str| value("Data", &RegistryData { kind: ValueType::Binary, bytes: text.into() });
        assert!(of("ghp_abcdefghijklmnopqrstuvwxyz0123456789"));
        assert!(!of("\u{1}\u{2} ghp_abcdefghijklmnopqrstuvwxyz0123456789"));
        assert!(!of(""));
    }

    #[test]
    fn a_value_is_a_secret_by_what_stands_in_it_whatever_its_type() {
        let token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";
        for kind in [
            ValueType::String,
            ValueType::ExpandString,
            ValueType::Binary,
            ValueType::None,
            ValueType::Other(99),
        ] {
            let data = RegistryData { kind, ..RegistryData::text(ValueType::String, token) };
            assert!(value("x", &data), "{kind}");
        }
        assert!(value("x", &RegistryData { kind: ValueType::Binary, bytes: token.as_bytes().to_vec() }));
        let arguments = RegistryData::texts(["tool.exe", "--password", "hunter2"]).unwrap();
        assert!(value("x", &arguments));
        assert!(text("Connection", "Server=a;Password=hunter2"));
        for chance in ["k3J9xQ2mLp7Zt4Rb8Wv1", "eyJ0a1B2c3D4e5F6g7H8i9J0kL==", "x-k3J9xQ2mLp7Zt4Rb8Wv1"] {
            assert!(text("Data", chance), "{chance}");
        }
    }

    #[test]
    fn ordinary_values_are_shown() {
        for (name, held) in [
            ("Path", r"C:\Program Files\App 2\app.exe"),
            ("", "{4D36E972-E325-11CE-BFC1-08002BE10318}"),
            ("Package", "Microsoft.WindowsCalculator_11.2307.4.0_x64__8wekyb3d8bbwe"),
            ("Hash", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("Class", "DirectX11CompatibilityLayerVersion2"),
            ("KeyboardLayout", "00000407"),
            ("Compass", "north 12345678"),
            ("Version", "10.0.26100.1742"),
            ("HotKey", "Alt+Space"),
            ("Hotkey", "1"),
            ("Language Hotkey", "2"),
            ("ShortcutKey", "F12"),
            ("ModifierKey", "Shift"),
            ("Key Modifiers", "hex"),
            ("Virtual Key", "abc"),
            ("PublicKey", "0024000004800000940000000602000000240000525341310004"),
            ("PublicKeyToken", "b77a5c561934e089"),
            ("publicKeyToken", "31bf3856ad364e35"),
            ("publickeytoken", "31bf3856ad364e35"),
            ("SubKey", "Settings"),
            ("RegKey", "Vendor"),
            ("RegistryKey", "Vendor"),
            ("ParentKeyName", "OperatingSystem"),
            ("KeyName", "Workstation"),
            ("KeyPath", "keys/current"),
            ("KeyManagementServiceName", "kms.example.com"),
            ("ForeignKey", "customer_id"),
            ("PrimaryKey", "id"),
            ("TokenType", "Bearer"),
            ("TokenEndpoint", "https://login.example.com/oauth2"),
            ("DefaultTokenId", "MS-1033-110-WINMO-DNN"),
            ("LastKey", r"Computer\HKEY_CURRENT_USER\Software"),
            ("Layout Text", "German"),
            ("Monkey", "banana"),
            ("Keyboard", "german"),
            ("Keywords", "editor;text"),
            ("Tokenizer", "bert-base"),
            ("ProgId", "AppXq0fevzme2pys62n3e0fbqa7peapykr8v"),
            ("ProgId", "ChromeHTML"),
            ("Hash", "gVKmqEqQ3oI="),
            ("ProductName", "Windows 10 Pro"),
            ("BuildLabEx", "26100.1.amd64fre.ge_release.240331-1435"),
            ("BuildGUID", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
            ("ProductId", "00330-80000-00000-AA123"),
            ("InstallLocation", r"C:\Program Files\Git\"),
            ("UninstallString", r#""C:\Program Files\Git\unins000.exe" /SILENT"#),
            ("ModifyPath", "MsiExec.exe /X{90160000-008C-0000-1000-0000000FF1CE}"),
            ("DisplayVersion", "2.47.0.2"),
            ("ImagePath", r"\SystemRoot\System32\drivers\acpi.sys"),
            ("ServiceDll", r"%SystemRoot%\System32\dnsrslvr.dll"),
            ("ObjectName", r"NT AUTHORITY\LocalService"),
            ("MatchingDeviceId", r"PCI\VEN_8086&DEV_A0EF&SUBSYS_22978086&REV_20"),
            ("HardwareID", r"USB\VID_046D&PID_C52B&REV_1203"),
            ("DriverVersion", "31.0.101.4502"),
            ("InfSection", "iALPSS2_I2C_TGL_Install.NT"),
            ("ProviderName", "Intel(R) Corporation"),
            ("Security Packages", "kerberos msv1_0 schannel wdigest tspkg pku2u"),
            ("NameServer", "192.168.178.1,fd00::1"),
            ("DhcpDomain", "corp.example.com"),
            ("MachineGuid", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
            ("0409", "kbdus.dll"),
            ("TimeZoneKeyName", "W. Europe Standard Time"),
            ("Std", "W. Europe Standard Time"),
            ("PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC"),
            ("PROCESSOR_IDENTIFIER", "Intel64 Family 6 Model 140 Stepping 1, GenuineIntel"),
            ("PackageFullName", "Microsoft.VCLibs.140.00_14.0.33519.0_x64__8wekyb3d8bbwe"),
            (
                "PackageRootFolder",
                r"C:\Program Files\WindowsApps\Microsoft.VCLibs.140.00_14.0.33519.0_x64__8wekyb3d8bbwe",
            ),
            ("Icon", r"%SystemRoot%\System32\imageres.dll,-5302"),
            ("FriendlyTypeName", r"@%SystemRoot%\system32\notepad.exe,-469"),
            ("DelegateExecute", "{4ED3A719-CEA8-4BD9-910D-E252F997AFC2}"),
            ("MonitorID", "DELA0F5_12345678_2F_07E3_58^1A2B3C4D5E6F708192A3B4C5D6E7F809"),
            (
                "ExtensionInstallForcelist",
                "cjpalhdlnbpafiamejdnhcphjbkeiagm;https://clients2.google.com/service/update2/crx",
            ),
            ("FileHash", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ] {
            assert!(!text(name, held), "{name} {held}");
        }
        for name in ["PasswordExpiryDays", "TokenCount"] {
            let data = RegistryData { kind: ValueType::DWord, bytes: vec![30, 0, 0, 0] };
            assert!(!value(name, &data), "{name}");
        }
        assert!(!value("Blob", &RegistryData { kind: ValueType::Binary, bytes: (0..=255).collect() }));
    }

    #[test]
    fn names_are_taken_apart_as_people_write_them() {
        assert_eq!(words("apiKey_2"), ["api", "key", "2"]);
        assert_eq!(words("Product Key"), ["product", "key"]);
        assert_eq!(words("HTTPToken"), ["http", "token"]);
        assert_eq!(words("APIKey"), ["api", "key"]);
        assert_eq!(words("API_KEY"), ["api", "key"]);
    }
}
