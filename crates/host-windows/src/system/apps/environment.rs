//! The environment of a program that is started.

/// How the names of our own variables begin.
const OWN: &str = "WINWARDEN_";

/// A block of `NAME=value` texts, each ended by a NUL, without those of winwarden, and ended by one more NUL.
pub(super) fn without_own(block: &[u16]) -> Vec<u16> {
    let mut kept: Vec<u16> = Vec::with_capacity(block.len() + 2);
    for entry in block.split(|unit| *unit == 0).filter(|entry| !entry.is_empty()) {
        let head = String::from_utf16_lossy(entry.get(..OWN.len()).unwrap_or_default());
        if !head.eq_ignore_ascii_case(OWN) {
            kept.extend_from_slice(entry);
            kept.push(0);
        }
    }
    kept.push(0);
    if kept.len() == 1 {
        kept.push(0); // an empty block has two
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ours_is_left_out_in_any_case_and_the_rest_stays() {
        let block: Vec<u16> = "=C:=C:\\\0Path=x\0winwarden_HOME=y\0WINWARDEN_WORKER=z\0WINWARDENS=ok\0"
            .encode_utf16()
            .collect();
        let kept = String::from_utf16(&without_own(&block)).unwrap();
        assert_eq!(kept, "=C:=C:\\\0Path=x\0WINWARDENS=ok\0\0");
        assert_eq!(without_own(&[]), [0, 0]);
    }
}
