//! The session this runs in: its desktop, its rights, who started it.

use std::{
    ffi::{CStr, c_char},
    sync::{Mutex, OnceLock, PoisonError},
    time::{Duration, Instant},
};

use gate::{HostReport, Notice, Principal};
use model::DesktopState;
use windows::{
    Wdk::System::SystemServices::RtlGetVersion,
    Win32::{
        Foundation::{ERROR_ACCESS_DENIED, HANDLE, HLOCAL, LocalFree},
        Security::{
            Authorization::ConvertSidToStringSidW, GetTokenInformation, LookupAccountSidW, PSID,
            SID_NAME_USE, TOKEN_USER, TokenUser,
        },
        System::{
            LibraryLoader::{GetModuleHandleW, GetProcAddress},
            RemoteDesktop::{
                ProcessIdToSessionId, WTS_CONNECTSTATE_CLASS, WTSActive, WTSConnectState, WTSDisconnected,
                WTSDomainName, WTSEnumerateSessionsW, WTSFreeMemory, WTSQuerySessionInformationW,
                WTSUserName,
            },
            StationsAndDesktops::{
                CloseDesktop, DESKTOP_CONTROL_FLAGS, DESKTOP_READOBJECTS, GetProcessWindowStation,
                GetUserObjectInformationW, HDESK, OpenInputDesktop, UOI_FLAGS, UOI_NAME, USEROBJECTFLAGS,
            },
            SystemInformation::{OSVERSIONINFOEXW, OSVERSIONINFOW},
        },
    },
    core::{PWSTR, s, w},
};

use super::{
    processes::{Process, own_id},
    utf16,
};

/// `WSF_VISIBLE`: the window station has displays.
const VISIBLE: u32 = 1;

/// `WTS_CURRENT_SESSION`.
const THIS_SESSION: u32 = u32::MAX;

/// How long what a service has answered holds: asking takes long.
const HOLDS: Duration = Duration::from_secs(1);

/// What a service answered last.
struct Answered<T>(Mutex<Option<(Instant, T)>>);

impl<T: Clone> Answered<T> {
    const fn not_yet() -> Self {
        Self(Mutex::new(None))
    }

    /// The answer that still holds, or a new one.
    fn or_ask(&self, ask: impl FnOnce() -> T) -> T {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((when, answer)) if when.elapsed() < HOLDS => answer.clone(),
            Some(_) | None => last.insert((Instant::now(), ask())).1.clone(),
        }
    }
}

/// Whether there is a desktop that takes input.
#[must_use]
pub fn desktop_state() -> DesktopState {
    Look::now().state()
}

/// One look at the desktop and the window station of this process.
struct Look {
    input: Input,
    /// Its name and whether it has displays.
    station: Option<(String, bool)>,
}

impl Look {
    fn now() -> Self {
        Self { input: input_desktop(), station: station() }
    }

    fn state(&self) -> DesktopState {
        let is_visible = self.station.as_ref().is_some_and(|(_, visible)| *visible);
        match &self.input {
            Input::Named(name) if name.eq_ignore_ascii_case("Default") => {
                if is_visible && is_connected() {
                    DesktopState::Interactive
                } else {
                    DesktopState::None
                }
            }
            Input::Named(_) => DesktopState::Secure, // Winlogon, the screen saver
            // The secure desktop opens for the system only.
            Input::Denied if is_visible => DesktopState::Secure,
            Input::Denied | Input::Missing => DesktopState::None,
        }
    }
}

/// The desktop that gets the input.
enum Input {
    Named(String),
    Denied,
    Missing,
}

fn input_desktop() -> Input {
    // SAFETY: takes plain values.
    match unsafe { OpenInputDesktop(DESKTOP_CONTROL_FLAGS(0), false, DESKTOP_READOBJECTS) } {
        Ok(desktop) => {
            let desktop = Desktop(desktop);
            object_name(HANDLE(desktop.0.0)).map_or(Input::Missing, Input::Named)
        }
        Err(error) if error.code() == ERROR_ACCESS_DENIED.to_hresult() => Input::Denied,
        Err(_) => Input::Missing,
    }
}

/// A desktop, closed when dropped.
struct Desktop(HDESK);

impl Drop for Desktop {
    fn drop(&mut self) {
        // SAFETY: opened by `input_desktop` and closed only here.
        let _ = unsafe { CloseDesktop(self.0) };
    }
}

fn object_name(object: HANDLE) -> Option<String> {
    let mut units = [0_u16; 256];
    let bytes = u32::try_from(size_of_val(&units)).ok()?;
    let room = Some(units.as_mut_ptr().cast());
    // SAFETY: the callers give an open desktop or window station; the buffer has `bytes` bytes and lives through the
    // call.
    unsafe { GetUserObjectInformationW(object, UOI_NAME, room, bytes, None) }.ok()?;
    Some(utf16::until_nul(&units))
}

/// The name of this process' window station and whether it has displays. It stays the same for the life of the process.
fn station() -> Option<(String, bool)> {
    static FOUND: OnceLock<(String, bool)> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Some(found.clone());
    }
    let found = find_station()?;
    Some(FOUND.get_or_init(|| found).clone())
}

fn find_station() -> Option<(String, bool)> {
    // SAFETY: takes nothing; the handle is the process' own and is not to be closed.
    let station = HANDLE(unsafe { GetProcessWindowStation() }.ok()?.0);
    let mut flags = USEROBJECTFLAGS::default();
    let size = u32::try_from(size_of::<USEROBJECTFLAGS>()).ok()?;
    let room = Some((&raw mut flags).cast());
    // SAFETY: the pointer and size are those of `flags`, whose type is that of `UOI_FLAGS`.
    let read = unsafe { GetUserObjectInformationW(station, UOI_FLAGS, room, size, None) };
    Some((object_name(station)?, read.is_ok() && flags.dwFlags & VISIBLE != 0))
}

/// Whether someone is connected to the session; a session that is not has a desktop that takes no input. Where the
/// system does not tell, it has but one.
fn is_connected() -> bool {
    static LAST: Answered<bool> = Answered::not_yet();
    LAST.or_ask(|| connection().is_none_or(|state| state == WTSActive))
}

fn connection() -> Option<WTS_CONNECTSTATE_CLASS> {
    let (mut buffer, mut bytes) = (PWSTR::null(), 0);
    // SAFETY: both live through the call. It allocates what it gives, which is freed once below; for this class that
    // is one number.
    unsafe {
        WTSQuerySessionInformationW(None, THIS_SESSION, WTSConnectState, &raw mut buffer, &raw mut bytes)
            .ok()?;
        let fits = bytes as usize >= size_of::<i32>() && !buffer.is_null();
        let state = fits.then(|| WTS_CONNECTSTATE_CLASS(buffer.0.cast::<i32>().read_unaligned()));
        WTSFreeMemory(buffer.0.cast());
        state
    }
}

/// What `status` tells of this machine; `worker_restarts` is left at 0.
#[must_use]
pub fn report() -> HostReport {
    let (wine, look) = (wine_version(), Look::now());
    HostReport {
        platform: platform(wine.as_deref()),
        desktop: desktop_words(&look),
        limitations: limitations(&look, wine.is_some()),
        notices: notices(),
        worker_restarts: 0,
    }
}

/// What is to be said of the machine: that it is a server, and who else is signed in.
fn notices() -> Vec<Notice> {
    static OTHERS: Answered<Vec<String>> = Answered::not_yet();
    let server = is_server().then_some(Notice::WindowsServer);
    let others = OTHERS.or_ask(other_users);
    let others = (!others.is_empty()).then_some(Notice::OtherUsers(others));
    server.into_iter().chain(others).collect()
}

fn is_server() -> bool {
    const WORKSTATION: u8 = 1; // VER_NT_WORKSTATION
    let mut version = OSVERSIONINFOEXW {
        dwOSVersionInfoSize: u32::try_from(size_of::<OSVERSIONINFOEXW>()).unwrap_or_default(),
        ..OSVERSIONINFOEXW::default()
    };
    // SAFETY: the longer form of the structure begins as the shorter one does, tells its own size, and lives through the
    // call.
    let read = unsafe { RtlGetVersion((&raw mut version).cast()) };
    read.is_ok() && version.wProductType != WORKSTATION
}

/// Users of other sessions, connected or not, that are not the one of this session.
fn other_users() -> Vec<String> {
    let (mut sessions, mut count) = (std::ptr::null_mut(), 0);
    // SAFETY: both live through the call. It allocates what it gives, which is freed once below.
    if unsafe { WTSEnumerateSessionsW(None, 0, 1, &raw mut sessions, &raw mut count) }.is_err() {
        return Vec::new();
    }
    // SAFETY: as many entries as were told, until they are freed.
    let found: Vec<u32> = unsafe { std::slice::from_raw_parts(sessions, count as usize) }
        .iter()
        .filter(|session| session.State == WTSActive || session.State == WTSDisconnected)
        .map(|session| session.SessionId)
        .collect();
    // SAFETY: allocated by the call above, and not used any more.
    unsafe { WTSFreeMemory(sessions.cast()) };
    let ours = session_user(THIS_SESSION);
    let mut users: Vec<String> = found.into_iter().filter_map(session_user).collect();
    users.retain(|user| Some(user) != ours.as_ref());
    users.sort();
    users.dedup();
    users
}

/// `DOMAIN\name` of a session's user; nothing where nobody is signed in.
fn session_user(session: u32) -> Option<String> {
    let text = |class| {
        let (mut buffer, mut bytes) = (PWSTR::null(), 0);
        // SAFETY: both live through the call. It allocates a text that ends with a NUL, which is copied and freed once.
        unsafe {
            WTSQuerySessionInformationW(None, session, class, &raw mut buffer, &raw mut bytes).ok()?;
            let text = if buffer.is_null() { None } else { buffer.to_string().ok() };
            WTSFreeMemory(buffer.0.cast());
            text
        }
    };
    let name = text(WTSUserName).filter(|name| !name.is_empty())?;
    Some(format!(r"{}\{name}", text(WTSDomainName).unwrap_or_default()))
}

/// `Windows 11 (10.0.26100)`, `Wine 10.0 (as Windows 10.0.19045)`.
fn platform(wine: Option<&str>) -> String {
    let mut version = OSVERSIONINFOW {
        dwOSVersionInfoSize: u32::try_from(size_of::<OSVERSIONINFOW>()).unwrap_or_default(),
        ..OSVERSIONINFOW::default()
    };
    // SAFETY: `version` lives through the call and tells its own size.
    let _ = unsafe { RtlGetVersion(&raw mut version) };
    let OSVERSIONINFOW { dwMajorVersion: major, dwMinorVersion: minor, dwBuildNumber: build, .. } = version;
    let number = format!("{major}.{minor}.{build}");
    match (wine, build) {
        (Some(wine), _) => format!("Wine {wine} (as Windows {number})"),
        (None, 22_000..) => format!("Windows 11 ({number})"), // or a server of that age
        (None, _) => format!("Windows {major} ({number})"),
    }
}

/// Wine's own version; nothing on Windows.
fn wine_version() -> Option<String> {
    type Version = unsafe extern "C" fn() -> *const c_char;
    // SAFETY: ntdll is loaded in every process, and stays.
    let found = unsafe { GetProcAddress(GetModuleHandleW(w!("ntdll.dll")).ok()?, s!("wine_get_version")) }?;
    // SAFETY: only Wine exports the name, with this type; it gives a constant text that ends with a NUL.
    let text = unsafe {
        CStr::from_ptr(std::mem::transmute::<unsafe extern "system" fn() -> isize, Version>(found)())
    };
    Some(text.to_string_lossy().into_owned())
}

/// Whether this process is elevated; also where that cannot be told.
#[must_use]
pub fn is_elevated() -> bool {
    own_rights().0 != Some(false)
}

/// Whether this process is elevated, where that can be told, and whether it is raised: neither changes while it runs.
fn own_rights() -> (Option<bool>, bool) {
    static OWN: OnceLock<(Option<bool>, bool)> = OnceLock::new();
    *OWN.get_or_init(|| (Process::current().is_elevated(), Process::current().is_raised()))
}

/// `session 1, window station WinSta0, desktop Default takes input, not elevated`.
fn desktop_words(look: &Look) -> String {
    let mut session = 0;
    // SAFETY: `session` lives through the call.
    let known = unsafe { ProcessIdToSessionId(own_id(), &raw mut session) }.is_ok();
    let session = if known { format!("session {session}") } else { "session unknown".to_owned() };
    let station = match &look.station {
        Some((name, true)) => format!("window station {name}"),
        Some((name, false)) => format!("window station {name} without displays"),
        None => "no window station".to_owned(),
    };
    let input = match (&look.input, look.state()) {
        (Input::Named(name), DesktopState::Interactive) => format!("desktop {name} takes input"),
        (_, DesktopState::Secure) => "the secure desktop is shown".to_owned(),
        (Input::Named(name), _) => format!("desktop {name}, to which nobody is connected"),
        (Input::Denied | Input::Missing, _) => "no desktop that takes input".to_owned(),
    };
    let rights = match own_rights().0 {
        Some(true) => "elevated",
        Some(false) => "not elevated",
        None => "elevation unknown",
    };
    format!("{session}, {station}, {input}, {rights}")
}

fn limitations(look: &Look, wine: bool) -> Vec<String> {
    let mut limits: Vec<&str> = Vec::new();
    match look.state() {
        DesktopState::Interactive => {}
        DesktopState::Secure => {
            limits.push("the secure desktop is shown: nothing can be seen or done until it closes");
        }
        DesktopState::None => limits.push(
            "there is no desktop that takes input (a service, a locked or a disconnected session): programs can \
             neither be seen nor operated; start winwarden in a person's session",
        ),
    }
    if own_rights().1 {
        limits.push(
            "winwarden runs elevated: it operates elevated programs too, and starts none, for it never starts \
             anything elevated",
        );
    }
    if wine {
        limits.extend([
            "Wine: UI Automation has no patterns, so elements are operated by control messages and input",
            "Wine: menus of other programs cannot be read; open them by their access keys, such as Alt+F",
            "Wine: windows cannot draw themselves into a picture, so what lies in front of one is in its picture",
            "Wine: windows cannot be kept out of pictures; winwarden's own are painted over",
        ]);
    }
    limits.into_iter().map(str::to_owned).collect()
}

/// The process that started this one, and the user.
#[must_use]
pub fn principal() -> Principal {
    let parent = Process::current().parent();
    Principal {
        transport: "stdio".to_owned(),
        parent: parent.as_ref().map_or_else(String::new, |(_, process)| process.path()),
        elevated: parent.as_ref().and_then(|(_, process)| process.is_elevated()),
        parent_pid: parent.map_or(0, |(pid, _)| pid),
        user: user().unwrap_or_default(),
    }
}

/// `DOMAIN\name`, or the SID where it has no name here.
fn user() -> Option<String> {
    of_user(|sid| account(sid).or_else(|| sid_text(sid)))
}

/// The SID of the user, `S-1-5-21-…`.
pub(crate) fn user_sid() -> Option<String> {
    of_user(sid_text)
}

fn of_user(what: impl Fn(PSID) -> Option<String>) -> Option<String> {
    let token = Process::current().token()?;
    let mut bytes = 0;
    // SAFETY: `bytes` lives through the call; it tells how much room is needed.
    let _ = unsafe { GetTokenInformation(token.raw(), TokenUser, None, 0, &raw mut bytes) };
    let mut room = vec![0_u64; bytes as usize / size_of::<u64>() + 1]; // aligned as the structure wants
    // SAFETY: the buffer has at least `bytes` bytes and lives through the call.
    let read = unsafe {
        let buffer = Some(room.as_mut_ptr().cast());
        GetTokenInformation(token.raw(), TokenUser, buffer, bytes, &raw mut bytes)
    };
    read.ok()?;
    // SAFETY: filled by the call above with this structure, aligned; its SID lies in the same buffer, which outlives
    // every use.
    let sid = unsafe { room.as_ptr().cast::<TOKEN_USER>().read() }.User.Sid;
    what(sid)
}

fn account(sid: PSID) -> Option<String> {
    let (mut name, mut domain) = ([0_u16; 257], [0_u16; 257]);
    let (mut name_length, mut domain_length) = (257, 257);
    let mut kind = SID_NAME_USE::default();
    // SAFETY: the SID is valid; both buffers have the lengths that are told, and all live through the call.
    unsafe {
        LookupAccountSidW(
            None,
            sid,
            Some(PWSTR(name.as_mut_ptr())),
            &raw mut name_length,
            Some(PWSTR(domain.as_mut_ptr())),
            &raw mut domain_length,
            &raw mut kind,
        )
    }
    .ok()?;
    Some(format!(r"{}\{}", utf16::until_nul(&domain), utf16::until_nul(&name)))
}

fn sid_text(sid: PSID) -> Option<String> {
    let mut text = PWSTR::null();
    // SAFETY: the SID is valid; the call allocates the text, which is copied and freed once.
    unsafe {
        ConvertSidToStringSidW(sid, &raw mut text).ok()?;
        let copy = text.to_string().ok();
        LocalFree(Some(HLOCAL(text.0.cast())));
        copy
    }
}
