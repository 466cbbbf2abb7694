use model::{Rect, ui::WindowKey};

use super::*;

fn written(x: i32, text: &str, password: bool) -> Written {
    Written { rect: Rect { left: x, top: 0, right: x + 10, bottom: 10 }, text: text.into(), password }
}

fn texts(key: u64, looked: Looked, written: Vec<Written>) -> Texts {
    Texts {
        window: WindowKey { handle: key, pid: 2, started: 3 },
        place: Rect { left: 0, top: 0, right: 90, bottom: 90 },
        looked,
        written,
    }
}

#[test]
fn passwords_and_secrets_are_painted_over_where_they_stand_and_nothing_else_is() {
    let secret = "password: hunter2-Correct-9";
    assert!(!redact::spans(secret).is_empty());
    let all = vec![written(1, "", true), written(2, secret, false), written(3, "an ordinary text", false)];
    let cover = without_secrets(&[texts(7, Looked::Whole, all)]);
    let [window] = cover.shown.as_slice() else { panic!("{cover:?}") };
    assert_eq!((window.key.handle, window.place.is_some(), cover.unread), (7, true, 0));
    assert_eq!(window.spots.iter().map(|spot| spot.left).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_window_that_does_not_answer_is_not_shown_and_what_was_read_in_part_is_counted() {
    let cover = without_secrets(&[
        texts(1, Looked::Silent, Vec::new()),
        texts(2, Looked::Part, Vec::new()),
        texts(3, Looked::Whole, Vec::new()),
        texts(4, Looked::Part, Vec::new()),
    ]);
    assert_eq!(cover.shown.iter().map(|shown| shown.key.handle).collect::<Vec<_>>(), [2, 3, 4]);
    assert_eq!(cover.unread, 2);
}
