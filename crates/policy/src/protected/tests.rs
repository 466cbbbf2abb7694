use std::collections::BTreeSet;

use model::{
    ElementFacts, Elevation, ProcessFacts, WindowFacts,
    ui::{ElementId, ElementKey, Role, WindowKey},
};
use proptest::prelude::*;

use super::{Protection::*, table::File, *};

fn window(path: &str, class: &str, title: &str) -> WindowFacts {
    WindowFacts {
        key: WindowKey { handle: 1, pid: 2, started: 3 },
        reference: None,
        title: title.into(),
        class: class.into(),
        process: ProcessFacts {
            pid: 2,
            started: 3,
            path: path.into(),
            elevation: Elevation::Same,
            own: false,
        },
        shell: false,
    }
}

fn check(cases: &[(&str, &str, &str, Option<Protection>)]) {
    for (path, class, title, protection) in cases {
        assert_eq!(of(&window(path, class, title), None, &[]), *protection, "{path} {class} {title}");
    }
}

#[test]
fn programs_are_known_by_their_file_name() {
    check(&[
        (r"C:\Windows\System32\consent.exe", "x", "", Some(Credentials)),
        (r"C:\Windows\System32\CredentialUIBroker.exe", "x", "", Some(Credentials)),
        (r"C:\Program Files\KeePassXC\KeePassXC.exe", "Qt5", "Passwords.kdbx", Some(PasswordManager)),
        (
            r"C:\Users\a\AppData\Local\1Password\app\8\1Password.exe",
            "Chrome_WidgetWin_1",
            "x",
            Some(PasswordManager),
        ),
        (r"C:\Program Files\Bitwarden\Bitwarden.exe", "Chrome_WidgetWin_1", "", Some(PasswordManager)),
        (
            r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
            "ConsoleWindowClass",
            "",
            Some(Console),
        ),
        (r"C:\Program Files\PowerShell\7\pwsh.exe", "x", "", Some(Console)),
        (r"C:\Windows\regedit.exe", "RegEdit_RegEdit", "Registry Editor", Some(RegistryEditor)),
        (r"C:\Users\a\AppData\Local\AnthropicClaude\claude.exe", "Chrome_WidgetWin_1", "Claude", Some(Agent)),
        (r"C:\Users\a\AppData\Local\Programs\cursor\Cursor.exe", "x", "main.rs", Some(Agent)),
        (r"C:\Windows\System32\UserAccountControlSettings.exe", "x", "", Some(SecuritySettings)),
        (r"C:\Apps\Electrum.EXE", "x", "", Some(Payment)),
        (r"C:\Windows\notepad.exe", "Notepad", "keepass notes.txt - Notepad", None),
        (r"C:\Apps\notclaude.exe", "x", "", None),
        (r"C:\Apps\KeePass.exe.txt\reader.exe", "x", "", None),
        (r"C:\KeePass\viewer.exe", "x", "", None),
        (r"C:\Apps\regedit-manual.exe", "x", "", None),
        ("", "x", "KeePass", None),
    ]);
}

#[test]
fn classes_are_known_whatever_the_program() {
    check(&[
        ("", "ConsoleWindowClass", "anything", Some(Console)),
        (r"C:\a.exe", "CASCADIA_HOSTING_WINDOW_CLASS", "", Some(Console)),
        (r"C:\a.exe", "mintty", "", Some(Console)),
        (r"C:\a.exe", "PuTTY", "", Some(Console)),
        (r"C:\a.exe", "WineConsoleClass", "", Some(Console)),
        (r"C:\a.exe", "Credential Dialog Xaml Host", "", Some(Credentials)),
        (r"C:\a.exe", "credential dialog xaml host", "", Some(Credentials)),
        (r"C:\a.exe", "RegEdit_RegEdit", "", Some(RegistryEditor)),
        (r"C:\a.exe", "ConsoleWindowClassic", "", None),
        (r"C:\a.exe", "#32770", "Open", None),
    ]);
}

#[test]
fn titles_of_the_system_count_where_the_system_shows_them() {
    let explorer = r"C:\Windows\explorer.exe";
    let frame = r"C:\Windows\System32\ApplicationFrameHost.exe";
    check(&[
        (r"C:\Windows\System32\mstsc.exe", "#32770", "Windows Security", Some(Credentials)),
        (r"C:\Windows\System32\mstsc.exe", "#32770", "Windows-Sicherheit", Some(Credentials)),
        (frame, "ApplicationFrameWindow", "Windows Security", Some(SecuritySettings)),
        (frame, "ApplicationFrameWindow", "Sécurité Windows", Some(SecuritySettings)),
        (frame, "ApplicationFrameWindow", "Windows セキュリティ", Some(SecuritySettings)),
        (frame, "ApplicationFrameWindow", "Calculator", None),
        (explorer, "#32770", "Run", Some(Console)),
        (explorer, "#32770", "Ausführen", Some(Console)),
        (explorer, "#32770", "ファイル名を指定して実行", Some(Console)),
        (explorer, "#32770", "Running", None),
        (explorer, "CabinetWClass", "Run", None),
        (
            r"C:\Windows\System32\mmc.exe",
            "MMCMainFrame",
            "Windows Defender Firewall with Advanced Security",
            Some(SecuritySettings),
        ),
        (
            r"C:\Windows\System32\mmc.exe",
            "MMCMainFrame",
            "Lokale Sicherheitsrichtlinie",
            Some(SecuritySettings),
        ),
        (r"C:\Windows\System32\mmc.exe", "MMCMainFrame", "Event Viewer", None),
        (explorer, "CabinetWClass", "Credential Manager", Some(Credentials)),
        (explorer, "CabinetWClass", "Control Panel", None),
        (r"C:\Windows\notepad.exe", "Notepad", "Windows Security - Notepad", None),
    ]);
}

#[test]
fn pages_are_known_by_the_parts_of_their_titles() {
    let browser = r"C:\Program Files\Google\Chrome\Application\chrome.exe";
    for (title, protection) in [
        ("Bitwarden Web vault - Google Chrome", Some(PasswordManager)),
        ("1Password - Google Chrome", Some(PasswordManager)),
        ("Google Passwortmanager - Google Chrome", Some(PasswordManager)),
        ("Logins & Passwords — Mozilla Firefox", Some(PasswordManager)),
        ("Passwords - Personal - Microsoft\u{200b} Edge", Some(PasswordManager)),
        ("Passwords and 2 more pages - Personal - Microsoft Edge", Some(PasswordManager)),
        ("Passwords - How to choose good ones - Google Chrome", None),
        ("Passwords - How to choose good ones - Microsoft Edge", None),
        ("Online Banking and 2 more pages - Personal - Microsoft Edge", Some(Payment)),
        ("All that you should know about Online Banking and 2 more pages - Personal - Microsoft Edge", None),
        ("Pre-Payment - Magazine", None),
        ("Online banking fraud on the rise - News", None),
        ("Mail from bob@mail.paypal.com - Inbox", None),
        ("Is 1Password safe? - Google Chrome", None),
        ("Bitwarden pricing - Google Chrome", None),
        ("Claude - Google Chrome", Some(Agent)),
        ("Trip to Rome - Claude - Google Chrome", Some(Agent)),
        ("ChatGPT", Some(Agent)),
        ("Claude Debussy - Wikipedia - Google Chrome", None),
        ("What ChatGPT means for schools | News", None),
        ("Online Banking | Some Bank - Google Chrome", Some(Payment)),
        ("Welcome to Online Banking", Some(Payment)),
        ("Online Banking Login", Some(Payment)),
        ("Checkout: My Shop", Some(Payment)),
        ("My Shop -Checkout", Some(Payment)),
        ("Sparkasse Online-Banking - Google Chrome", Some(Payment)),
        ("Checkout - My Shop - Google Chrome", Some(Payment)),
        ("Checkout – My Shop und 2 weitere Seiten – Persönlich – Microsoft Edge", Some(Payment)),
        ("Kasse – Laden", Some(Payment)),
        ("Paiement sécurisé - Boutique", Some(Payment)),
        ("Paiement | Boutique", Some(Payment)),
        ("Pago seguro", Some(Payment)),
        ("Banca en línea - Banco", Some(Payment)),
        ("Pagamento seguro - Loja", Some(Payment)),
        ("Home Banking - Banca", Some(Payment)),
        ("Pagamento | Negozio", Some(Payment)),
        ("Płatność - Sklep", Some(Payment)),
        ("Bankowość internetowa", Some(Payment)),
        ("Afrekenen - Winkel", Some(Payment)),
        ("Internetbankieren", Some(Payment)),
        ("Оплата - Магазин", Some(Payment)),
        ("Сбербанк Онлайн", Some(Payment)),
        ("个人网上银行", Some(Payment)),
        ("收银台 - 支付宝", Some(Payment)),
        ("結帳 | 商店", Some(Payment)),
        ("お支払い | ショップ", Some(Payment)),
        ("결제 - 상점", Some(Payment)),
        ("https://www.paypal.com/checkoutnow", Some(Payment)),
        ("Log in to paypal.com", Some(Payment)),
        ("git-checkout Documentation - Google Chrome", None),
        ("Git - git-checkout Documentation", None),
        ("Checkout an old commit - Stack Overflow", None),
        ("Payment services directive explained in detail | EU", None),
        ("Online banking fraud rises again says the police - BBC News", None),
        ("notpaypal.com", None),
        ("paypal.com.example.org", None),
        ("Mail from service@paypal.com - Inbox", None),
        ("Kassel – Stadt", None),
        ("Bezahlte Anzeige - Zeitung", None),
        ("La forma de pago del Estado - Diario", None),
        ("Оплата труда в России: что изменилось", None),
        ("決済とは何か - 百科事典", None),
        ("결제 시스템의 역사와 현재 - 위키", None),
        ("", None),
    ] {
        assert_eq!(of(&window(browser, "Chrome_WidgetWin_1", title), None, &[]), protection, "{title}");
        assert_eq!(of(&window(r"C:\Windows\notepad.exe", "Notepad", title), None, &[]), None, "{title}");
    }
}

#[test]
fn an_element_tells_where_the_title_does_not() {
    let element = |name: &str| ElementFacts {
        key: ElementKey {
            window: WindowKey { handle: 1, pid: 2, started: 3 },
            id: ElementId::Runtime(vec![1]),
        },
        role: Role::Edit,
        name: name.into(),
        automation_id: String::new(),
        password: false,
    };
    let code = window(r"C:\Apps\Code.exe", "Chrome_WidgetWin_1", "main.rs - Visual Studio Code");
    assert_eq!(of(&code, Some(&element("Terminal 1, pwsh Run the command: …")), &[]), Some(Console));
    assert_eq!(of(&code, Some(&element("ターミナル 1、bash")), &[]), Some(Console));
    assert_eq!(of(&code, Some(&element("main.rs")), &[]), None);
    assert_eq!(of(&code, Some(&element("Terminate")), &[]), None);
    let page = window(r"C:\Apps\firefox.exe", "MozillaWindowClass", "Loading");
    assert_eq!(of(&page, Some(&element("https://my.1password.com/home")), &[]), Some(PasswordManager));
    assert_eq!(of(&page, Some(&element("https://example.org/")), &[]), None);
}

#[test]
fn a_password_manager_in_a_browser_is_known_by_the_name_of_its_site() {
    let chrome = r"C:\Apps\chrome.exe";
    let edge = r"C:\Apps\msedge.exe";
    for title in [
        "All Items | 1Password",
        "Family vault | 1Password",
        "Dashlane Password Manager Web App",
        "Dashlane Password Manager",
        "NordPass Web Vault",
        "All items - Proton Pass",
        "Vault | LastPass",
        "Start - RoboForm",
        "Vaults | Vaultwarden Web",
        "Keeper® Web Vault",
        "Passbolt | Open source password manager",
    ] {
        for (path, browser) in [
            (chrome, " - Google Chrome"),
            (edge, " - Personal - Microsoft\u{200b} Edge"),
            (edge, " and 2 more pages - Personal - Microsoft Edge"),
        ] {
            let title = format!("{title}{browser}");
            assert_eq!(of(&window(path, "x", &title), None, &[]), Some(PasswordManager), "{title}");
        }
        assert_eq!(of(&window(r"C:\Apps\notepad.exe", "x", title), None, &[]), None, "{title}");
    }
    for title in ["1Password - Wikipedia - Google Chrome", "1Password and its rivals - News - Google Chrome"]
    {
        assert_eq!(of(&window(chrome, "x", title), None, &[]), None, "{title}");
    }
}

#[test]
fn consoles_that_administer_the_machine_are_security_settings() {
    let mmc = r"C:\Windows\System32\mmc.exe";
    for title in [
        "Services",
        "Dienste",
        "Task Scheduler",
        "Planificateur de tâches",
        "Computer Management",
        "컴퓨터 관리",
        "certmgr - [Certificates - Current User]",
        "Group Policy Management",
        "Local Security Policy",
        "Управление групповой политикой",
    ] {
        assert_eq!(of(&window(mmc, "MMCMainFrame", title), None, &[]), Some(SecuritySettings), "{title}");
    }
    assert_eq!(of(&window(mmc, "MMCMainFrame", "Event Viewer"), None, &[]), None);
    assert_eq!(of(&window(r"C:\Windows\explorer.exe", "CabinetWClass", "Services"), None, &[]), None);
}

#[test]
fn configured_programs_are_protected_and_stay_what_they_are_known_for() {
    let configured = |entry: &str, path: &str| of(&window(path, "x", ""), None, &[entry.to_owned()]);
    let path = r"C:\Apps\Ledger\ledger.exe";
    for entry in ["ledger.exe", "LEDGER", r"c:\apps\ledger\ledger.exe", "C:/Apps/Ledger/Ledger.exe"] {
        assert_eq!(configured(entry, path), Some(Configured), "{entry}");
    }
    for entry in ["ledge", r"D:\Apps\Ledger\ledger.exe", r"Ledger\ledger.exe", "", ".exe"] {
        assert_eq!(configured(entry, path), None, "{entry}");
    }
    // It adds to what is known: of a console that it names, what is typed is still run.
    for (entry, path, known) in [
        ("cmd.exe", r"C:\Windows\System32\cmd.exe", Console),
        ("keepass.exe", r"C:\Apps\KeePass.exe", PasswordManager),
    ] {
        assert_eq!(configured(entry, path), Some(known));
        assert!(is_configured(&window(path, "x", ""), &[entry.to_owned()]));
    }
    // A program of which nothing is known is not the one without a name.
    for (entry, path) in [("", ""), (".exe", ""), ("", r"C:\Apps\.exe")] {
        assert_eq!(configured(entry, path), None, "{entry} {path}");
    }
}

#[test]
fn the_table_covers_every_protection_and_is_in_canonical_form() {
    let file = File::parse().unwrap();
    let covered: BTreeSet<Protection> = file.rule.iter().map(|rule| rule.protects).collect();
    let all: BTreeSet<Protection> =
        Protection::ALL.iter().copied().filter(|one| *one != Configured).collect();
    assert_eq!(covered, all);
    for (first, second) in file.rule.iter().zip(file.rule.iter().skip(1)) {
        assert!(
            first.protects.holds_secrets() || !second.protects.holds_secrets(),
            "the strictest come first"
        );
    }
    for rule in &file.rule {
        for name in rule.programs.iter().flatten() {
            assert!(
                *name == name.to_lowercase() && !name.ends_with(".exe") && !name.contains('\\'),
                "{name}"
            );
        }
        for host in rule.hosts.iter().flatten() {
            assert!(
                host.contains('.') && host.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '.' | '-')),
                "{host}"
            );
        }
    }
    let names: BTreeSet<&str> = Protection::ALL.iter().map(|one| one.name()).collect();
    assert_eq!(names.len(), 8);
}

proptest! {
    #[test]
    fn no_title_frees_a_window_of_its_protection(title in "\\PC{0,60}", class in "\\PC{0,20}") {
        for (path, protection) in [("C:\\a\\KeePass.exe", PasswordManager), ("C:\\consent.exe", Credentials)] {
            prop_assert!(of(&window(path, &class, &title), None, &[]).is_some_and(|is| is <= protection));
        }
        prop_assert!(of(&window("C:\\cmd.exe", &class, &title), None, &[]).is_some());
    }
}
