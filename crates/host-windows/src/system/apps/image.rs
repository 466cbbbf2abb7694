//! Whether a file is a program, by its first bytes.
//!
//! Untrusted: the bytes. Guarantees: `Program` is given only to 32- and 64-bit Windows executables that are no DLL.
//! Does not: say that the program is harmless, or that this machine can run it.

use std::io::{self, Read, Seek, SeekFrom};

/// What a file is to `CreateProcessW`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Image {
    /// A program with windows, or with a console.
    Program,
    /// A library.
    Library,
    /// Something else: a script, a document, a program for DOS.
    Other,
}

/// `IMAGE_FILE_EXECUTABLE_IMAGE` and `IMAGE_FILE_DLL` of the PE header's characteristics.
const EXECUTABLE: u16 = 0x0002;
const DLL: u16 = 0x2000;

/// Reads the headers (PE format: `MZ`, at 0x3c the place of `PE\0\0`, 18 bytes behind that the characteristics).
///
/// # Errors
/// The file cannot be read. A file that is too short is [`Image::Other`].
pub(crate) fn image(file: &mut (impl Read + Seek)) -> io::Result<Image> {
    match characteristics(file) {
        Ok(Some(flags)) if flags & DLL != 0 => Ok(Image::Library),
        Ok(Some(flags)) if flags & EXECUTABLE != 0 => Ok(Image::Program),
        Ok(_) => Ok(Image::Other),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Image::Other),
        Err(error) => Err(error),
    }
}

fn characteristics(file: &mut (impl Read + Seek)) -> io::Result<Option<u16>> {
    if read::<2>(file, 0)? != *b"MZ" {
        return Ok(None);
    }
    let header = u64::from(u32::from_le_bytes(read(file, 0x3c)?));
    if read::<4>(file, header)? != *b"PE\0\0" {
        return Ok(None);
    }
    Ok(Some(u16::from_le_bytes(read(file, header + 22)?)))
}

fn read<const N: usize>(file: &mut (impl Read + Seek), at: u64) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn pe(flags: u16) -> Vec<u8> {
        let mut bytes = vec![0; 0x98];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3c] = 0x80;
        bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
        bytes[0x96..0x98].copy_from_slice(&flags.to_le_bytes());
        bytes
    }

    fn of(bytes: Vec<u8>) -> Image {
        image(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn programs_are_told_from_libraries_and_from_everything_else() {
        assert_eq!(of(pe(0x0022)), Image::Program);
        assert_eq!(of(pe(0x2022)), Image::Library);
        assert_eq!(of(pe(0)), Image::Other);
        for text in ["", "M", "MZ", "@echo off\r\nstart calc\r\n", "#!/bin/sh\n"] {
            assert_eq!(of(text.into()), Image::Other, "{text:?}");
        }
    }

    #[test]
    fn a_header_that_lies_outside_the_file_is_no_program() {
        let mut bytes = pe(0x0022);
        bytes[0x3c..0x40].copy_from_slice(&[0xff; 4]);
        assert_eq!(of(bytes), Image::Other);
        assert_eq!(of(pe(0x0022)[..0x97].to_vec()), Image::Other);
    }
}
