//! The machine's own folder of configuration, and who may write there.
//!
//! Untrusted: the file system, below a folder that every user may create things in.
//! Guarantees: a yes only where owner and access list were read and name none but the system and its administrators.
//! Does not: keep an administrator from writing.

use std::{
    ffi::{OsString, c_void},
    os::windows::ffi::OsStringExt,
    path::{Path, PathBuf},
};

use windows::{
    Win32::{
        Foundation::{ERROR_SUCCESS, HLOCAL, LocalFree},
        Security::{
            ACCESS_ALLOWED_ACE, ACE_HEADER, ACL,
            Authorization::{GetNamedSecurityInfoW, SE_FILE_OBJECT},
            DACL_SECURITY_INFORMATION, GetAce, INHERIT_ONLY_ACE, IsWellKnownSid, OWNER_SECURITY_INFORMATION,
            PSECURITY_DESCRIPTOR, PSID, WinBuiltinAdministratorsSid, WinLocalSystemSid,
        },
        Storage::FileSystem::{FILE_ATTRIBUTE_REPARSE_POINT, GetFileAttributesW, INVALID_FILE_ATTRIBUTES},
        System::{
            Registry::{HKEY_LOCAL_MACHINE, RRF_RT_REG_SZ, RegGetValueW},
            SystemServices::ACCESS_ALLOWED_ACE_TYPE,
        },
    },
    core::{HSTRING, w},
};

/// `FILE_WRITE_DATA`, `FILE_APPEND_DATA`, `FILE_WRITE_EA`, `FILE_DELETE_CHILD`, `FILE_WRITE_ATTRIBUTES`, `DELETE`,
/// `WRITE_DAC`, `WRITE_OWNER`, `GENERIC_ALL`, `GENERIC_WRITE`.
const WRITES: u32 =
    0x2 | 0x4 | 0x10 | 0x40 | 0x100 | 0x1_0000 | 0x4_0000 | 0x8_0000 | 0x1000_0000 | 0x4000_0000;

/// The service that installs Windows' own files: `S-1-5-80-956008885-…`, NT SERVICE\TrustedInstaller.
const TRUSTED_INSTALLER: [u32; 6] =
    [80, 956_008_885, 3_418_522_649, 1_831_038_044, 1_853_292_631, 2_271_478_464];

/// The folder for the data of all users, from the registry: the environment is the caller's to choose.
#[must_use]
pub fn program_data() -> Option<PathBuf> {
    let mut buffer = [0_u16; 1024];
    let mut bytes = u32::try_from(size_of_val(&buffer)).ok()?;
    // SAFETY: the names are constant; the buffer has the size that is given, and lives through the call.
    let found = unsafe {
        RegGetValueW(
            HKEY_LOCAL_MACHINE,
            w!(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"),
            w!("ProgramData"),
            RRF_RT_REG_SZ,
            None,
            Some(buffer.as_mut_ptr().cast()),
            Some(&raw mut bytes),
        )
    };
    let units = usize::try_from(bytes).ok()?.checked_div(2)?.checked_sub(1)?;
    let folder = PathBuf::from(OsString::from_wide(buffer.get(..units)?));
    (found == ERROR_SUCCESS && folder.is_absolute()).then_some(folder)
}

/// Whether only the system and its administrators may write a file or folder.
///
/// # Errors
/// Who else may, that it is a link, or why that cannot be told.
pub fn written_by_administrators_only(place: &Path) -> Result<(), String> {
    let shown = place.display();
    let name = HSTRING::from(place.as_os_str());
    // SAFETY: the name lives through the call.
    let attributes = unsafe { GetFileAttributesW(&name) };
    if attributes == INVALID_FILE_ATTRIBUTES {
        return Err(format!("the attributes of `{shown}` cannot be read"));
    }
    if attributes & FILE_ATTRIBUTE_REPARSE_POINT.0 != 0 {
        return Err(format!("`{shown}` is a link"));
    }
    let security =
        Security::of(&name).ok_or_else(|| format!("the access list of `{shown}` cannot be read"))?;
    if !is_administrative(security.owner) {
        return Err(format!("`{shown}` belongs to another than the system and its administrators"));
    }
    match security.others_may_write() {
        Some(false) => Ok(()),
        Some(true) => Err(format!("others than the system and its administrators may write `{shown}`")),
        None => Err(format!("the access list of `{shown}` cannot be read")),
    }
}

/// Owner and access list of a file; freed when dropped.
struct Security {
    owner: PSID,
    list: *const ACL,
    descriptor: PSECURITY_DESCRIPTOR,
}

impl Security {
    fn of(name: &HSTRING) -> Option<Self> {
        let (mut owner, mut list, mut descriptor) =
            (PSID::default(), std::ptr::null_mut::<ACL>(), PSECURITY_DESCRIPTOR::default());
        // SAFETY: the name and the three places live through the call; what it gives back points into the descriptor.
        let read = unsafe {
            GetNamedSecurityInfoW(
                name,
                SE_FILE_OBJECT,
                OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                Some(&raw mut owner),
                None,
                Some(&raw mut list),
                None,
                &raw mut descriptor,
            )
        };
        (read == ERROR_SUCCESS).then_some(Self { owner, list, descriptor })
    }

    /// Whether an entry lets someone else write; nothing where the list is missing (anyone may) or not understood.
    fn others_may_write(&self) -> Option<bool> {
        // SAFETY: the list, where there is one, lies in the descriptor, which lives as long as this.
        let count = unsafe { self.list.as_ref() }?.AceCount;
        for index in 0..u32::from(count) {
            let mut entry = std::ptr::null_mut::<c_void>();
            // SAFETY: the list is valid and the index below its count.
            unsafe { GetAce(self.list, index, &raw mut entry) }.ok()?;
            // SAFETY: every entry begins with a header.
            let header = unsafe { *entry.cast::<ACE_HEADER>() };
            if u32::from(header.AceFlags) & INHERIT_ONLY_ACE.0 != 0 {
                continue;
            }
            // Denials take rights away; forms other than the plain one are not what an installer writes.
            match u32::from(header.AceType) {
                1 => continue,
                kind if kind == ACCESS_ALLOWED_ACE_TYPE => {}
                _ => return None,
            }
            let allowed = entry.cast::<ACCESS_ALLOWED_ACE>();
            // SAFETY: the type says that the entry has this form; the SID begins at `SidStart` and reaches to its end.
            let (mask, sid) = unsafe { ((*allowed).Mask, PSID((&raw mut (*allowed).SidStart).cast())) };
            if mask & WRITES != 0 && !is_administrative(sid) {
                return Some(true);
            }
        }
        Some(false)
    }
}

impl Drop for Security {
    fn drop(&mut self) {
        // SAFETY: the descriptor came from `GetNamedSecurityInfoW`, whose caller frees it; nothing points into it later.
        unsafe { LocalFree(Some(HLOCAL(self.descriptor.0))) };
    }
}

/// SYSTEM, Administrators or TrustedInstaller.
fn is_administrative(sid: PSID) -> bool {
    if sid.0.is_null() {
        return false;
    }
    // SAFETY: a SID of a security descriptor is valid.
    let known = |kind| unsafe { IsWellKnownSid(sid, kind) }.as_bool();
    if known(WinLocalSystemSid) || known(WinBuiltinAdministratorsSid) {
        return true;
    }
    // SAFETY: a valid SID begins with its revision, the number of its parts and six bytes of authority.
    let head: [u8; 8] = unsafe { *sid.0.cast::<[u8; 8]>() };
    if head != [1, 6, 0, 0, 0, 0, 0, 5] {
        return false;
    }
    // SAFETY: six parts follow, as the head says; a SID is aligned to four bytes in a descriptor, and read as unaligned.
    let parts = unsafe { sid.0.cast::<u8>().add(8).cast::<[u32; 6]>().read_unaligned() };
    parts == TRUSTED_INSTALLER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_for_all_users_is_known_without_the_environment() {
        let folder = program_data().unwrap();
        assert!(folder.is_dir(), "{}", folder.display());
    }

    #[test]
    fn what_is_not_there_cannot_be_trusted() {
        let none = std::env::temp_dir().join("winwarden-no-such-folder");
        assert!(written_by_administrators_only(&none).unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn a_folder_that_everyone_may_write_is_refused_and_says_so() {
        let folder = std::env::temp_dir().join(format!("winwarden-acl-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let refused = written_by_administrators_only(&folder);
        std::fs::remove_dir(&folder).unwrap();
        assert!(refused.is_err());
    }
}
