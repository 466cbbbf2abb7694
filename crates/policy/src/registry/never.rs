//! Places that no root opens: what they hold is secret, or changing them takes the machine over.
//!
//! Sources: Microsoft's documentation of each key; the autostart places that Sysinternals Autoruns lists; MITRE ATT&CK
//! T1546 (event triggered execution), T1547 (autostart), T1543.003 (services), T1562 (impairing defences), T1003 (credentials).

use model::registry::{Part, upcase};

/// What becomes of changing such a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is not even read.
    Hide,
    /// It is refused.
    Deny(&'static str),
    /// A person is asked.
    Ask(&'static str),
}

/// What of a key is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// It and all below it.
    Tree,
    /// These values of it.
    Values(&'static [&'static str]),
}

/// Below which hives a place lies.
#[derive(Debug, Clone, Copy)]
enum In {
    Machine,
    Users,
    Both,
}

type Place = (In, &'static str, Of);

const fn machine(key: &'static str) -> Place {
    (In::Machine, key, Of::Tree)
}

const fn both(key: &'static str) -> Place {
    (In::Both, key, Of::Tree)
}

const fn values(hives: In, key: &'static str, values: &'static [&'static str]) -> Place {
    (hives, key, Of::Values(values))
}

const OWN: Answer = Answer::Deny("what winwarden goes by is out of reach");
const DEFENCES: Answer = Answer::Deny("it weakens what protects the machine");
const LOADED: Answer = Answer::Deny("it loads code into other programs, or runs it in their place");
const STARTED: Answer = Answer::Ask("it starts a program by itself, at sign-in or when the machine starts");
const SERVICE: Answer = Answer::Ask("it decides which program a service runs");
const CLASSES: Answer = Answer::Ask("it decides which program opens a document or stands behind a COM class");

/// `<control set>` is any of them, `<any>` any one key.
const PLACES: &[(Answer, &[Place])] = &[
    (Answer::Hide, &[machine("SAM"), machine("SECURITY"), machine(r"SYSTEM\<control set>\Control\Lsa")]),
    (
        OWN,
        &[
            both(r"SOFTWARE\winwarden"),
            both(r"SOFTWARE\Policies\winwarden"),
            machine(r"SYSTEM\<control set>\Services\winwarden"),
            machine(r"SYSTEM\<control set>\Services\EventLog\Application\winwarden"),
        ],
    ),
    (
        DEFENCES,
        &[
            both(r"SOFTWARE\Microsoft\Windows Defender"),
            both(r"SOFTWARE\Policies\Microsoft\Windows Defender"),
            both(r"SOFTWARE\Microsoft\Windows Defender Security Center"),
            both(r"SOFTWARE\Policies\Microsoft\Windows Defender Security Center"),
            both(r"SOFTWARE\Microsoft\Windows Advanced Threat Protection"),
            both(r"SOFTWARE\Policies\Microsoft\Windows Advanced Threat Protection"),
            both(r"SOFTWARE\Microsoft\Security Center"),
            both(r"SOFTWARE\Policies\Microsoft\WindowsFirewall"),
            both(r"SOFTWARE\Microsoft\AMSI"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"),
            both(r"SOFTWARE\Policies\Microsoft\Windows\Safer"),
            both(r"SOFTWARE\Policies\Microsoft\Windows\SrpV2"),
            both(r"SOFTWARE\Policies\Microsoft\Windows\PowerShell"),
            machine(r"SOFTWARE\Microsoft\SystemCertificates"),
            machine(r"SOFTWARE\Policies\Microsoft\SystemCertificates"),
            machine(r"SYSTEM\<control set>\Control\CI"),
            machine(r"SYSTEM\<control set>\Control\DeviceGuard"),
            machine(r"SYSTEM\<control set>\Control\SafeBoot"),
            machine(r"SYSTEM\<control set>\Control\WMI\Autologger"),
            machine(r"SYSTEM\<control set>\Services\EventLog\Security"),
            machine(r"SYSTEM\<control set>\Services\SharedAccess\Parameters\FirewallPolicy"),
            machine(r"SYSTEM\<control set>\Services\SharedAccess\Defaults\FirewallPolicy"),
            machine(r"SYSTEM\<control set>\Services\BFE"),
            machine(r"SYSTEM\<control set>\Services\MpsSvc"),
            machine(r"SYSTEM\<control set>\Services\mpsdrv"),
            machine(r"SYSTEM\<control set>\Services\SecurityHealthService"),
            machine(r"SYSTEM\<control set>\Services\Sense"),
            machine(r"SYSTEM\<control set>\Services\WdBoot"),
            machine(r"SYSTEM\<control set>\Services\WdFilter"),
            machine(r"SYSTEM\<control set>\Services\WdNisDrv"),
            machine(r"SYSTEM\<control set>\Services\WdNisSvc"),
            machine(r"SYSTEM\<control set>\Services\WinDefend"),
            machine(r"SYSTEM\<control set>\Services\wscsvc"),
        ],
    ),
    (
        LOADED,
        &[
            both(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options"),
            both(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\SilentProcessExit"),
            both(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\AeDebug"),
            both(r"SOFTWARE\Microsoft\Windows\Windows Error Reporting\Hangs"),
            both(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\AppCompatFlags\Custom"),
            both(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\AppCompatFlags\InstalledSDB"),
            values(
                In::Both,
                r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows",
                &["AppInit_DLLs", "LoadAppInit_DLLs", "RequireSignedAppInit_DLLs"],
            ),
            machine(r"SYSTEM\<control set>\Control\Session Manager\AppCertDlls"),
            machine(r"SYSTEM\<control set>\Control\Session Manager\KnownDLLs"),
            machine(r"SYSTEM\<control set>\Control\SecurityProviders"),
            machine(r"SYSTEM\<control set>\Control\NetworkProvider"),
            machine(r"SYSTEM\<control set>\Control\Print\Monitors"),
            machine(r"SYSTEM\<control set>\Control\Print\Providers"),
            machine(r"SYSTEM\<control set>\Control\Cryptography"),
            machine(r"SYSTEM\<control set>\Services\WinSock2"),
            values(
                In::Users,
                "Environment",
                &["COR_PROFILER", "COR_PROFILER_PATH", "CORECLR_PROFILER", "CORECLR_PROFILER_PATH"],
            ),
            values(
                In::Machine,
                r"SYSTEM\<control set>\Control\Session Manager\Environment",
                &["COR_PROFILER", "COR_PROFILER_PATH", "CORECLR_PROFILER", "CORECLR_PROFILER_PATH"],
            ),
        ],
    ),
    (
        STARTED,
        &[
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnceEx"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\RunServices"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\RunServicesOnce"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer\Run"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\ShellServiceObjects"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\ShellExecuteHooks"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\SharedTaskScheduler"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\Browser Helper Objects"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\ShellServiceObjectDelayLoad"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Group Policy\Scripts"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Group Policy\State"),
            both(r"SOFTWARE\Policies\Microsoft\Windows\System\Scripts"),
            both(r"SOFTWARE\Microsoft\Active Setup\Installed Components"),
            values(In::Both, r"SOFTWARE\Microsoft\Command Processor", &["AutoRun"]),
            values(In::Both, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows", &["Load", "Run"]),
            both(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon"),
            both(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Terminal Server\Install"),
            machine(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Schedule\TaskCache"),
            machine(r"SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\Credential Providers"),
            values(In::Users, "Environment", &["UserInitMprLogonScript", "windir"]),
            values(In::Users, r"Control Panel\Desktop", &["SCRNSAVE.EXE"]),
            values(In::Both, r"SOFTWARE\Policies\Microsoft\Windows\Control Panel\Desktop", &["SCRNSAVE.EXE"]),
            values(
                In::Machine,
                r"SYSTEM\<control set>\Control\Session Manager",
                &[
                    "BootExecute",
                    "SetupExecute",
                    "Execute",
                    "S0InitialCommand",
                    "PendingFileRenameOperations",
                    "PendingFileRenameOperations2",
                ],
            ),
            values(In::Machine, r"SYSTEM\<control set>\Control\BootVerificationProgram", &["ImagePath"]),
            machine(r"SYSTEM\<control set>\Control\Terminal Server\Wds"),
            values(In::Machine, r"SYSTEM\Setup", &["CmdLine", "SetupType"]),
        ],
    ),
    (
        SERVICE,
        &[
            values(
                In::Machine,
                r"SYSTEM\<control set>\Services\<any>",
                &["ImagePath", "FailureCommand", "ServiceDll", "ObjectName"],
            ),
            values(
                In::Machine,
                r"SYSTEM\<control set>\Services\<any>\Parameters",
                &["ServiceDll", "Application"],
            ),
            values(In::Machine, r"SYSTEM\<control set>\Services\<any>\Performance", &["Library"]),
            values(In::Machine, r"SYSTEM\<control set>\Services\<any>\NetworkProvider", &["ProviderPath"]),
            machine(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Svchost"),
        ],
    ),
    (
        CLASSES,
        &[
            both(r"SOFTWARE\Classes\CLSID"),
            both(r"SOFTWARE\Classes\AppID"),
            both(r"SOFTWARE\Classes\Interface"),
            both(r"SOFTWARE\Classes\TypeLib"),
            both(r"SOFTWARE\Classes\PROTOCOLS"),
            both(r"SOFTWARE\Classes\<any>\CLSID"),
            both(r"SOFTWARE\Classes\<any>\CurVer"),
            both(r"SOFTWARE\Classes\<any>\shell"),
            both(r"SOFTWARE\Classes\<any>\shellex"),
            both(r"SOFTWARE\Classes\<any>\ShellFolder"),
            both(r"SOFTWARE\Classes\SystemFileAssociations\<any>\shell"),
            both(r"SOFTWARE\Classes\SystemFileAssociations\<any>\shellex"),
            both(r"SOFTWARE\Clients"),
            both(r"SOFTWARE\Microsoft\Ole"),
            both(r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths"),
        ],
    ),
];

/// Calls `take` for each place, by the parts of its name.
pub(super) fn each(take: &mut dyn FnMut(&[Part<'_>], Of, Answer)) {
    const MACHINE: &[Part<'_>] = &[Part::Name("MACHINE")];
    const USERS: &[Part<'_>] = &[Part::Name("USER"), Part::Any];
    for (answer, places) in PLACES {
        for (hives, key, of) in *places {
            let key = upcase(key);
            let below =
                key.split('\\').map(|name| if name == "<ANY>" { Part::Any } else { Part::Name(name) });
            let above: &[&[Part<'_>]] = match hives {
                In::Machine => &[MACHINE],
                In::Users => &[USERS],
                In::Both => &[MACHINE, USERS],
            };
            for above in above {
                let parts: Vec<Part<'_>> = above.iter().copied().chain(below.clone()).collect();
                take(&parts, *of, *answer);
            }
        }
    }
}
