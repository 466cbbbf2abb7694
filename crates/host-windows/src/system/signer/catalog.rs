//! Catalogs: lists of hashes of files, signed in the place of the files, as most of Windows' own programs are.
//!
//! Untrusted: the file.
//! Guarantees: the hash is that of the open file, and only a catalog that Windows has installed is looked in.
//! Does not: verify the catalog's signature; who is given its place does.

use std::{fs::File, mem, os::windows::io::AsRawHandle};

use windows::{
    Win32::{
        Foundation::HANDLE,
        Security::Cryptography::Catalog::{
            CATALOG_INFO, CryptCATAdminAcquireContext2, CryptCATAdminCalcHashFromFileHandle2,
            CryptCATAdminEnumCatalogFromHash, CryptCATAdminReleaseCatalogContext,
            CryptCATAdminReleaseContext, CryptCATCatalogInfoFromContext,
        },
    },
    core::{PCWSTR, w},
};

/// Bytes of the longest hash.
const LONGEST: u32 = 64;
/// The hashes by which catalogs name files: today's, and that of older ones.
const HASHES: [PCWSTR; 2] = [w!("SHA256"), w!("SHA1")];

/// A file's place in a catalog.
#[derive(Debug)]
pub(super) struct Member {
    admin: Admin,
    /// Full path of the catalog, with its end.
    pub(super) catalog: [u16; 260],
    pub(super) hash: Vec<u8>,
    /// The hash in hexadecimal digits, with its end: what the catalog calls the file.
    pub(super) tag: Vec<u16>,
}

impl Member {
    /// What the catalogs were opened as.
    pub(super) const fn admin(&self) -> isize {
        self.admin.0
    }
}

/// The installed catalogs, closed when dropped.
#[derive(Debug)]
struct Admin(isize);

impl Admin {
    fn open(hash: PCWSTR) -> Option<Self> {
        let mut admin = 0;
        // SAFETY: `admin` lives through the call, and the name of the hash for ever.
        unsafe { CryptCATAdminAcquireContext2(&raw mut admin, None, hash, None, None) }.ok()?;
        Some(Self(admin))
    }

    fn hash(&self, file: &File) -> Option<Vec<u8>> {
        let mut length = LONGEST;
        let mut hash = vec![0; LONGEST as usize];
        let handle = HANDLE(file.as_raw_handle());
        // SAFETY: the file is open; the buffer has the length that is told, and both live through the call.
        unsafe {
            CryptCATAdminCalcHashFromFileHandle2(
                self.0,
                handle,
                &raw mut length,
                Some(hash.as_mut_ptr()),
                None,
            )
        }
        .ok()?;
        hash.truncate(length as usize);
        Some(hash)
    }

    /// The path of the first catalog that has this hash.
    fn catalog(&self, hash: &[u8]) -> Option<[u16; 260]> {
        // SAFETY: the hash lives through the call.
        let context = unsafe { CryptCATAdminEnumCatalogFromHash(self.0, hash, None, None) };
        if context == 0 {
            return None;
        }
        let size = u32::try_from(mem::size_of::<CATALOG_INFO>()).unwrap_or_default();
        let mut info = CATALOG_INFO { cbStruct: size, ..CATALOG_INFO::default() };
        // SAFETY: the context was just given; `info` lives through the call and tells its own size.
        let told = unsafe { CryptCATCatalogInfoFromContext(context, &raw mut info, 0) };
        // SAFETY: the context is given back once.
        let _ = unsafe { CryptCATAdminReleaseCatalogContext(self.0, context, 0) };
        told.ok().map(|()| info.wszCatalogFile)
    }
}

impl Drop for Admin {
    fn drop(&mut self) {
        // SAFETY: closed once.
        let _ = unsafe { CryptCATAdminReleaseContext(self.0, 0) };
    }
}

/// Where a file stands in an installed catalog; nothing where it stands in none, or the system has no catalogs.
pub(super) fn member(file: &File) -> Option<Member> {
    HASHES.into_iter().find_map(|name| {
        let admin = Admin::open(name)?;
        let hash = admin.hash(file)?;
        let catalog = admin.catalog(&hash)?;
        let tag = hash.iter().flat_map(|byte| format!("{byte:02X}").into_bytes());
        let tag = tag.map(u16::from).chain([0]).collect();
        Some(Member { admin, catalog, hash, tag })
    })
}
