use proptest::prelude::*;

use super::*;
use crate::{
    operation::registry::{KeyChange, RegistryKey, ValueToWrite},
    registry::{RegistryData, ValueType, View},
};

fn read(text: &str) -> Vec<(RegistryKey, KeyChange)> {
    read_reg_file(text, View::W64).unwrap()
}

/// The faults of lines that follow the first.
fn faults(lines: &str) -> Vec<(usize, RegFault)> {
    read_reg_file(&format!("{VERSION_5}\n{lines}"), View::W64).unwrap_err().faults
}

/// The type and bytes of the one value that is written.
fn data(lines: &str) -> RegistryData {
    let changes = read(&format!("{VERSION_5}\r\n[HKEY_CURRENT_USER\\Software\\A]\r\n{lines}"));
    match &changes[0].1 {
        KeyChange::Write { values, .. } => values[0].data.expose(),
        KeyChange::Delete => panic!(),
    }
}

#[test]
fn a_file_as_regedit_writes_it_becomes_changes_in_its_order() {
    let text = concat!(
        "\u{feff}Windows Registry Editor Version 5.00\r\n\r\n; a comment\r\n",
        "[HKEY_CURRENT_USER\\Software\\A]\r\n@=\"all\"\r\n\"path\"=\"C:\\\\x \\\"y\\\"\"\r\n\"n\"=dword:0000002A\r\n",
        "\"old\"=-\r\n\r\n[-HKEY_CURRENT_USER\\Software\\B]\r\n\r\n",
        "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes\\MIME\\text/html]\r\n\"b\"=hex:01,\\\r\n  02,03\r\n",
    );
    let changes = read(text);
    let paths: Vec<String> = changes.iter().map(|(key, _)| key.path.to_string()).collect();
    assert_eq!(
        paths,
        [
            r"HKEY_CURRENT_USER\Software\A",
            r"HKEY_CURRENT_USER\Software\B",
            r"\REGISTRY\MACHINE\SOFTWARE\Classes\MIME\text/html"
        ]
    );
    let KeyChange::Write { values, delete } = &changes[0].1 else { panic!() };
    let texts: Vec<(&str, String)> =
        values.iter().map(|value| (value.name.as_str(), value.data.expose().in_words())).collect();
    assert_eq!(texts, [("", "all".to_owned()), ("path", r#"C:\x "y""#.to_owned()), ("n", "42".to_owned())]);
    assert_eq!(delete, &["old"]);
    assert_eq!(changes[1].1, KeyChange::Delete);
    let KeyChange::Write { values, .. } = &changes[2].1 else { panic!() };
    assert_eq!(values[0].data.expose().bytes, [1, 2, 3]);
}

#[test]
fn bytes_have_the_type_that_they_are_given_with() {
    for (line, kind, bytes) in [
        ("\"a\"=hex(2):41,00,00,00", ValueType::ExpandString, vec![0x41, 0, 0, 0]),
        ("\"a\"=hex(7):00,00", ValueType::MultiString, vec![0, 0]),
        ("\"a\"=HEX(B):01,00,00,00,00,00,00,00 ; one", ValueType::QWord, vec![1, 0, 0, 0, 0, 0, 0, 0]),
        ("\"a\"=hex(0):", ValueType::None, vec![]),
        ("\"a\"=hex(4):01", ValueType::DWord, vec![1]),
        ("\"a\" = hex(4d): 0f", ValueType::Other(0x4d), vec![15]),
        ("\"a=hex:\\\\\"=\"x\"", ValueType::String, vec![b'x', 0, 0, 0]),
        ("\"a\"=\"\"", ValueType::String, vec![0, 0]),
    ] {
        assert_eq!(data(line), RegistryData { kind, bytes }, "{line}");
    }
}

#[test]
fn text_in_bytes_of_an_old_file_becomes_utf_16_where_it_is_ascii() {
    let old = |bytes: &str| format!("{VERSION_4}\n[HKEY_CURRENT_USER\\A]\n\"a\"=hex(2):{bytes}\n");
    let KeyChange::Write { values, .. } = &read(&old("41,00"))[0].1 else { panic!() };
    assert_eq!(values[0].data.expose().bytes, [0x41, 0, 0, 0]);
    let fault = read_reg_file(&old("e4,00"), View::W64).unwrap_err();
    assert_eq!(fault.faults, [(3, RegFault::CodePage)]);
}

#[test]
fn of_several_lines_about_one_value_the_last_counts() {
    let changes = read(&format!("{VERSION_5}\n[HKCU\\A]\n\"x\"=-\n\"y\"=\"1\"\n\"X\"=\"2\"\n\"Y\"=-"));
    let KeyChange::Write { values, delete } = &changes[0].1 else { panic!() };
    assert_eq!((values.len(), values[0].name.as_str(), delete.as_slice()), (1, "X", &["Y".to_owned()][..]));
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let lines = concat!(
        "\"early\"=\"x\"\n[HKCU\\A\n[BAD\\A]\n\"below a faulty key\"=\"x\"\n[HKCU\\A]\nnonsense\n\"open=1\n",
        "\"a\"\n\"a\"=maybe\n\"a\"=\"open\n\"a\"=\"\\n\"\n\"a\"=dword:123456789\n\"a\"=hex:1\n\"a\"=hex(6):00\n",
        "\"a\"=hex(x):00\n\"a\"=\"b\" c\n[-HKCU\\B]\n\"a\"=\"b\"\n[HKCU\\a/b]\n"
    );
    let found = faults(lines);
    let expected = [
        (2, RegFault::NoKey),
        (3, RegFault::Open),
        (4, RegFault::Key(crate::registry::BadRegistryPath::Hive)),
        (7, RegFault::Line),
        (8, RegFault::Quote),
        (9, RegFault::Equals),
        (10, RegFault::Data),
        (11, RegFault::Quote),
        (12, RegFault::Escape),
        (13, RegFault::DWord),
        (14, RegFault::Bytes),
        (15, RegFault::Link),
        (16, RegFault::Type),
        (17, RegFault::Rest),
        (19, RegFault::Deleted),
        (20, RegFault::Slash),
    ];
    assert_eq!(found, expected);
    let told = read_reg_file("x\n", View::W64).unwrap_err().to_string();
    assert!(told.starts_with("line 1: a .reg file begins with"), "{told}");
}

#[test]
fn what_is_too_much_is_refused_and_a_flood_of_faults_is_counted() {
    let many = "[HKCU\\A]\n".repeat(MOST_REG_KEYS + 1);
    assert_eq!(faults(&many), [(MOST_REG_KEYS + 2, RegFault::Keys)]);
    assert!(
        read_reg_file(&format!("{VERSION_5}\n{}", "[HKCU\\A]\n".repeat(MOST_REG_KEYS)), View::W64).is_ok()
    );
    assert_eq!(faults(&" ".repeat(LARGEST_REG_FILE)), [(1, RegFault::Large)]);
    let bad = read_reg_file(&format!("{VERSION_5}\n{}", "x\n".repeat(1_000)), View::W64).unwrap_err();
    assert_eq!((bad.faults.len(), bad.more), (20, 980));
}

#[test]
fn no_fault_shows_what_stands_in_the_text() {
    let bad = read_reg_file(&format!("{VERSION_5}\n[hunter2]\n\"hunter2\"=hunter2\nhunter2"), View::W64);
    let bad = bad.unwrap_err();
    assert!(!format!("{bad} {bad:?}").contains("hunter2"), "{bad}");
}

#[test]
fn bytes_are_folded_as_regedit_folds_them() {
    let mut file = RegFile::default();
    assert!(file.key(r"HKEY_CURRENT_USER\A"));
    file.value("blob", &RegistryData { kind: ValueType::Binary, bytes: vec![0xab; 50] });
    let text = file.text();
    let widths: Vec<usize> = text.lines().map(str::len).collect();
    assert_eq!(widths, [36, 0, 21, 78, 78, 10, 0], "{text}");
    assert!(text.lines().nth(4).unwrap().starts_with("  ab,"), "{text}");
}

#[test]
fn no_name_forges_a_line_of_what_is_written() {
    let mut file = RegFile::default();
    assert!(!file.key("HKEY_CURRENT_USER\\A]\r\n[-HKEY_CURRENT_USER"));
    assert!(file.key(r"\REGISTRY\MACHINE\SOFTWARE\text/html"));
    let data = RegistryData::text(ValueType::String, "a\r\n[-HKEY_CURRENT_USER\\Software]\r\n");
    assert!(!file.value("x\"=-\r\n", &data));
    assert!(file.value("x", &data));
    file.comment("a\r\n[-HKEY_CURRENT_USER\\Software]");
    let changes = read(&file.text());
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].0.path.to_string(), r"\REGISTRY\MACHINE\SOFTWARE\text/html");
}

fn kind() -> impl Strategy<Value = ValueType> {
    let known = prop::sample::select(vec![0_u32, 1, 2, 3, 4, 5, 7, 8, 10, 11]);
    prop_oneof![4 => known, 1 => any::<u32>()]
        .prop_map(ValueType::of_number)
        .prop_filter("links are not written", |kind| *kind != ValueType::Link)
}

fn value() -> impl Strategy<Value = (String, RegistryData)> {
    let text = "[ -~äß€\u{1f600}\n]{0,12}".prop_map(|text| RegistryData::text(ValueType::String, &text));
    let any = (kind(), prop::collection::vec(any::<u8>(), 0..90));
    let any = any.prop_map(|(kind, bytes)| RegistryData { kind, bytes });
    ("[ -~äß€]{0,9}", prop_oneof![text, any])
}

proptest! {
    #[test]
    fn what_is_written_reads_back_byte_for_byte(
        keys in prop::collection::vec(("[A-Za-z {}.\\[\\]]{1,8}", prop::collection::vec(value(), 0..5)), 0..5),
    ) {
        let mut file = RegFile::default();
        let mut expected = Vec::new();
        for (key, values) in keys {
            let Ok(path) = crate::registry::RegistryPath::parse(&format!(r"HKCU\{key}x")) else { continue };
            prop_assert!(file.key(&path.to_string()));
            let mut written: Vec<ValueToWrite> = Vec::new();
            for (name, data) in values {
                prop_assert!(file.value(&name, &data));
                written.retain(|value| crate::registry::upcase(&value.name) != crate::registry::upcase(&name));
                written.push(ValueToWrite { name, data: data.into() });
            }
            let key = RegistryKey { path, view: View::W32 };
            expected.push((key, KeyChange::Write { values: written, delete: Vec::new() }));
        }
        prop_assert_eq!(read_reg_file(&file.text(), View::W32), Ok(expected));
    }

    /// What the fuzz target `reg_file` does, bounded.
    #[test]
    fn no_text_is_a_panic(lines in prop::collection::vec(
        "(\\[-?HK(LM|CU|CR)[\\\\/a]{0,4}\\]?|(@|\"[a\\\\\"]{0,3}\") ?=?(\"[a\\\\\"]{0,3}\"?|dword:[0-9a]{0,9}|hex(\\([0-9b]\\))?:([0-9a]{1,2},?){0,3}\\\\?|-)?|.{0,9})", 0..9,
    ), old: bool) {
        let text = format!("{}\n{}", if old { VERSION_4 } else { VERSION_5 }, lines.join("\n"));
        if let Ok(changes) = read_reg_file(&text, View::W64) {
            let mut file = RegFile::default();
            for (key, change) in &changes {
                let KeyChange::Write { values, .. } = change else { continue };
                prop_assert!(file.key(&key.path.to_string()));
                for value in values {
                    prop_assert!(file.value(&value.name, &value.data.expose()));
                }
            }
            let again = read_reg_file(&file.text(), View::W64).unwrap();
            let written = |changes: Vec<(RegistryKey, KeyChange)>| {
                let written = changes.into_iter().filter_map(|(key, change)| match change {
                    KeyChange::Write { values, .. } => Some((key, values)),
                    KeyChange::Delete => None,
                });
                written.collect::<Vec<_>>()
            };
            prop_assert_eq!(written(again), written(changes));
        }
    }
}
