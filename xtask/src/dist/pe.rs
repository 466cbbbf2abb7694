//! What the header of a Windows executable promises. Format: Microsoft's "PE Format", optional header, PE32+.

use std::{fs, path::Path};

use crate::fault::{Fault, OnFile};

/// Bits of `DllCharacteristics` that a shipped executable must have.
const PROTECTIONS: [(u16, &str); 3] =
    [(0x0020, "HIGH_ENTROPY_VA"), (0x0040, "DYNAMIC_BASE"), (0x0100, "NX_COMPAT")];

/// Checks that the executable is a 64-bit one with random addresses and without executable data.
///
/// # Errors
/// A protection is missing, or it is no such executable.
pub fn check(file: &Path) -> Result<(), Fault> {
    let bytes = fs::read(file).doing("read", file)?;
    let given = characteristics(&bytes)
        .ok_or_else(|| Fault::check(format!("`{}` is no 64-bit Windows executable", file.display())))?;
    let missing: Vec<&str> =
        PROTECTIONS.iter().filter(|(bit, _)| given & bit == 0).map(|(_, name)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Fault::check(format!("the header of `{}` lacks {}", file.display(), missing.join(", "))))
}

fn characteristics(bytes: &[u8]) -> Option<u16> {
    let header = usize::try_from(number::<4>(bytes, 0x3c)?).ok()?;
    let optional = header.checked_add(24)?;
    let signature = bytes.get(header..header.checked_add(4)?)?;
    let is_pe32_plus = signature == b"PE\0\0" && number::<2>(bytes, optional)? == 0x20b;
    is_pe32_plus.then(|| u16::try_from(number::<2>(bytes, optional.checked_add(70)?)?).ok())?
}

/// A little-endian number of `N` bytes.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<u32> {
    let field = bytes.get(at..at.checked_add(N)?)?;
    Some(field.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn executable(bits: u16) -> Vec<u8> {
        let mut bytes = vec![0; 0x200];
        bytes[0x3c] = 0x80;
        bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
        bytes[0x98..0x9a].copy_from_slice(&0x20b_u16.to_le_bytes());
        bytes[0xde..0xe0].copy_from_slice(&bits.to_le_bytes());
        bytes
    }

    #[test]
    fn the_protections_are_read_from_the_header() {
        assert_eq!(characteristics(&executable(0x8160)), Some(0x8160));
        assert_eq!(characteristics(b"MZ"), None);
        assert_eq!(characteristics(&[0xff; 0x100]), None);
    }

    #[test]
    fn an_executable_without_random_addresses_is_refused_by_name() {
        let file = std::env::temp_dir().join(format!("xtask-pe-{}.exe", std::process::id()));
        fs::write(&file, executable(0x0140)).unwrap();
        let fault = check(&file).unwrap_err().to_string();
        fs::remove_file(&file).unwrap();
        assert!(fault.ends_with("lacks HIGH_ENTROPY_VA"), "{fault}");
    }
}
