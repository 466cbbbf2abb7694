//! Who signed a program: Authenticode, as the file itself carries it, or else the catalog of Windows that lists it.
//!
//! Untrusted: the file.
//! Guarantees: a name is told only of a signature that Windows verifies, to a root that it trusts; nothing is fetched for it.
//! Does not: hold the file still between this and its start, or ask whether a certificate was revoked, which would take a
//! connection.

mod catalog;

use std::{fs::File, mem, os::windows::io::AsRawHandle};

use windows::{
    Win32::{
        Foundation::{HANDLE, HWND},
        Security::{
            Cryptography::{CERT_NAME_SIMPLE_DISPLAY_TYPE, CertGetNameStringW},
            WinTrust::{
                WINTRUST_ACTION_GENERIC_VERIFY_V2, WINTRUST_CATALOG_INFO, WINTRUST_DATA, WINTRUST_DATA_0,
                WINTRUST_DATA_UNION_CHOICE, WINTRUST_FILE_INFO, WTD_CACHE_ONLY_URL_RETRIEVAL,
                WTD_CHOICE_CATALOG, WTD_CHOICE_FILE, WTD_DISABLE_MD2_MD4, WTD_REVOKE_NONE,
                WTD_STATEACTION_CLOSE, WTD_STATEACTION_VERIFY, WTD_UI_NONE, WTHelperGetProvCertFromChain,
                WTHelperGetProvSignerFromChain, WTHelperProvDataFromStateData, WinVerifyTrust,
            },
        },
    },
    core::PCWSTR,
};

use super::utf16;

/// What `WinVerifyTrust` holds between being asked to verify and to close.
struct Verification(Box<WINTRUST_DATA>);

impl Drop for Verification {
    fn drop(&mut self) {
        self.0.dwStateAction = WTD_STATEACTION_CLOSE;
        ask(&mut self.0);
    }
}

fn ask(data: &mut WINTRUST_DATA) -> i32 {
    let mut action = WINTRUST_ACTION_GENERIC_VERIFY_V2;
    // SAFETY: the structure, and all that it points to, live through the call; no window is shown.
    unsafe { WinVerifyTrust(HWND::default(), &raw mut action, std::ptr::from_mut(data).cast()) }
}

/// Who signed the program at this path: the name in the certificate, at most 200 characters. Read anew each time: a file
/// that takes another's place can have its size and its time.
#[must_use]
pub fn signer(path: &str) -> Option<String> {
    // One open file for both: what is looked up in a catalog is what has no signature of its own.
    let file = File::open(path).ok()?;
    let path = utf16::with_nul(path);
    of_file(&file, &path).or_else(|| of_catalog(&file, &path))
}

fn of_file(file: &File, path: &[u16]) -> Option<String> {
    let mut file = WINTRUST_FILE_INFO {
        cbStruct: u32::try_from(mem::size_of::<WINTRUST_FILE_INFO>()).ok()?,
        pcwszFilePath: PCWSTR(path.as_ptr()),
        hFile: HANDLE(file.as_raw_handle()),
        ..WINTRUST_FILE_INFO::default()
    };
    // SAFETY: the file is described as this choice wants it, and lives as long as the call.
    unsafe { verified(WTD_CHOICE_FILE, WINTRUST_DATA_0 { pFile: &raw mut file }) }
}

fn of_catalog(file: &File, path: &[u16]) -> Option<String> {
    let mut member = catalog::member(file)?;
    let mut listed = WINTRUST_CATALOG_INFO {
        cbStruct: u32::try_from(mem::size_of::<WINTRUST_CATALOG_INFO>()).ok()?,
        pcwszCatalogFilePath: PCWSTR(member.catalog.as_ptr()),
        pcwszMemberTag: PCWSTR(member.tag.as_ptr()),
        pcwszMemberFilePath: PCWSTR(path.as_ptr()),
        hMemberFile: HANDLE(file.as_raw_handle()),
        pbCalculatedFileHash: member.hash.as_mut_ptr(),
        cbCalculatedFileHash: u32::try_from(member.hash.len()).ok()?,
        hCatAdmin: member.admin(),
        ..WINTRUST_CATALOG_INFO::default()
    };
    // SAFETY: the catalog and the file in it are described as this choice wants them, and live as long as the call.
    unsafe { verified(WTD_CHOICE_CATALOG, WINTRUST_DATA_0 { pCatalog: &raw mut listed }) }
}

/// Who signed what is described, where the signature is valid.
///
/// # Safety
/// `what` must be of the kind that `choice` says, and live, with all that it points to, until this returns.
unsafe fn verified(choice: WINTRUST_DATA_UNION_CHOICE, what: WINTRUST_DATA_0) -> Option<String> {
    let data = WINTRUST_DATA {
        cbStruct: u32::try_from(mem::size_of::<WINTRUST_DATA>()).ok()?,
        dwUIChoice: WTD_UI_NONE,
        fdwRevocationChecks: WTD_REVOKE_NONE,
        dwUnionChoice: choice,
        Anonymous: what,
        dwStateAction: WTD_STATEACTION_VERIFY,
        dwProvFlags: WTD_CACHE_ONLY_URL_RETRIEVAL | WTD_DISABLE_MD2_MD4,
        ..WINTRUST_DATA::default()
    };
    let mut verification = Verification(Box::new(data));
    if ask(&mut verification.0) != 0 {
        return None;
    }
    name(verification.0.hWVTStateData)
}

/// The name in the certificate of the first signer.
fn name(state: HANDLE) -> Option<String> {
    // SAFETY: the state is that of a verification which is not closed yet; what is not there is null, which is looked at
    // before it is used, and what is there lives until the state is closed.
    let certificate = unsafe {
        let provider = WTHelperProvDataFromStateData(state);
        if provider.is_null() {
            return None;
        }
        let signer = WTHelperGetProvSignerFromChain(provider, 0, false, 0);
        if signer.is_null() {
            return None;
        }
        let certificate = WTHelperGetProvCertFromChain(signer, 0);
        if certificate.is_null() {
            return None;
        }
        (*certificate).pCert
    };
    if certificate.is_null() {
        return None;
    }
    let mut room = [0_u16; 257];
    // SAFETY: the certificate lives as long as the state; the buffer has the length that is told.
    let length =
        unsafe { CertGetNameStringW(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, None, Some(&mut room)) };
    let name: String = utf16::until_nul(&room).chars().take(200).collect();
    (length > 1 && !name.is_empty()).then_some(name)
}
