//! What the header of a Windows executable promises. Format: Microsoft's "PE Format", optional header, PE32+.

use std::{fs, path::Path};

use crate::fault::{Fault, OnFile};

/// Bits of `DllCharacteristics` that a shipped executable must have.
const PROTECTIONS: [(u16, &str); 3] =
    [(0x0020, "HIGH_ENTROPY_VA"), (0x0040, "DYNAMIC_BASE"), (0x0100, "NX_COMPAT")];

/// DLLs that every start pays for if one of them is imported the common way.
const COSTLY: [&str; 3] = ["user32.dll", "ole32.dll", "shell32.dll"];

/// Checks that the executable is a 64-bit one with random addresses and without executable data, whose start loads no
/// DLL of windows and COM.
///
/// # Errors
/// A protection is missing, such a DLL is imported, or it is no such executable.
pub fn check(file: &Path) -> Result<(), Fault> {
    let bytes = fs::read(file).doing("read", file)?;
    let given = characteristics(&bytes)
        .ok_or_else(|| Fault::check(format!("`{}` is no 64-bit Windows executable", file.display())))?;
    let missing: Vec<&str> =
        PROTECTIONS.iter().filter(|(bit, _)| given & bit == 0).map(|(_, name)| *name).collect();
    if !missing.is_empty() {
        return Err(Fault::check(format!("the header of `{}` lacks {}", file.display(), missing.join(", "))));
    }
    let imports = imports(&bytes).unwrap_or_default();
    match COSTLY.into_iter().find(|costly| imports.iter().any(|dll| dll == costly)) {
        None => Ok(()),
        Some(dll) => Err(Fault::check(format!("every start of `{}` loads `{dll}`", file.display()))),
    }
}

/// The DLLs that are loaded with the executable, in lower case; nothing where there is no import table.
fn imports(bytes: &[u8]) -> Option<Vec<String>> {
    let at = |offset: u32| usize::try_from(offset).ok();
    let header = at(number::<4>(bytes, 0x3c)?)?;
    let (sections, optional) = (number::<2>(bytes, header.checked_add(6)?)?, header.checked_add(24)?);
    let table = optional.checked_add(at(number::<2>(bytes, header.checked_add(20)?)?)?)?;
    // Where a virtual address lies in the file: section headers are 40 bytes, with size and address at 8 and 12, the
    // place in the file at 20.
    let place = |address: u32| {
        (0..at(sections)?).find_map(|index| {
            let field = |offset: usize| number::<4>(bytes, table.checked_add(index * 40 + offset)?);
            let within = address.checked_sub(field(12)?).filter(|within| Some(*within) < field(8))?;
            at(field(20)?.checked_add(within)?)
        })
    };
    // The second data directory; its entries are 20 bytes, with the name's address at 12, and end with zeros.
    let mut entry = place(number::<4>(bytes, optional.checked_add(112 + 8)?)?)?;
    let mut names = Vec::new();
    while let Some(address @ 1..) = number::<4>(bytes, entry.checked_add(12)?) {
        let name = bytes.get(place(address)?..)?.split(|byte| *byte == 0).next()?;
        names.push(String::from_utf8_lossy(name).to_ascii_lowercase());
        entry = entry.checked_add(20)?;
    }
    Some(names)
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
