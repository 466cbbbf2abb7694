//! How much of a value a tree has.

use super::*;

#[test]
fn uia_tells_how_long_a_value_is_and_gives_what_lies_behind_its_beginning() {
    let bench = form();
    for (length, read) in [(200, 200), (201, 201), (70_000, 65_536)] {
        bench.set(4, UIA_ValueValuePropertyId, Value::Text("x".repeat(length).leak()));
        let tree = tree(&mut uia(), &all()).unwrap();
        let note = tree.nodes.last().unwrap();
        assert_eq!(note.value.as_ref().map(String::len), Some(200));
        assert_eq!(note.content().map(|content| content.len()), Some(read));
        assert_eq!(note.chars_behind(), length as u64 - 200);
    }
}
