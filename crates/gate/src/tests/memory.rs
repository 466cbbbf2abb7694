use model::{
    Rect,
    ui::{Patterns, States},
};
use proptest::prelude::*;

use super::*;

fn node(id: ElementId, role: Role, name: &str) -> Node {
    Node {
        reference: None,
        key: ElementKey { window: WindowKey { handle: 1, pid: 1, started: 1 }, id },
        depth: 0,
        role,
        name: name.into(),
        automation_id: String::new(),
        value: None,
        rest: None,
        states: States::default(),
        patterns: Patterns::default(),
        rect: Rect::default(),
    }
}

fn handle(handle: u64) -> ElementId {
    ElementId::Handle { handle, control: 1, class: "Button".into() }
}

#[test]
fn a_ref_stays_as_long_as_the_thing_does() {
    let mut memory = Memory::default();
    let first = memory.name_element(&mut node(handle(1), Role::Button, "Play"));
    assert_eq!(memory.name_element(&mut node(handle(1), Role::Button, "Pause")), first);
    assert_eq!(memory.element(first).unwrap().name, "Pause");
}

#[test]
fn of_a_long_content_only_the_beginning_is_kept() {
    let mut memory = Memory::default();
    let model::ui::Content { value, rest } = model::ui::Content::new(&"x".repeat(300), 0);
    let mut field = Node { value: Some(value), rest, ..node(handle(1), Role::Edit, "Note") };
    let reference = memory.name_element(&mut field);
    let kept = memory.element(reference).unwrap();
    assert_eq!((kept.content().unwrap().len(), kept.chars_behind()), (200, 100));
    assert_eq!(*kept, field, "a later one is compared with it");
}

#[test]
fn another_thing_at_the_same_place_gets_another_ref() {
    let mut memory = Memory::default();
    let path = ElementId::Path(vec![0, 3]);
    let first = memory.name_element(&mut node(path.clone(), Role::Button, "Save"));
    assert_ne!(memory.name_element(&mut node(path.clone(), Role::Button, "Delete all")), first);
    assert_ne!(memory.name_element(&mut node(path, Role::CheckBox, "Save")), first);
}

#[test]
fn a_recycled_handle_in_another_process_is_another_window() {
    let mut memory = Memory::default();
    let first = memory.name_window(WindowKey { handle: 1, pid: 1, started: 1 });
    assert_eq!(memory.name_window(WindowKey { handle: 1, pid: 1, started: 1 }), first);
    assert_ne!(memory.name_window(WindowKey { handle: 1, pid: 1, started: 2 }), first);
}

#[test]
fn what_is_forgotten_is_stale_and_what_was_never_given_is_unknown() {
    let mut memory = Memory::default();
    for number in 0..=MAX_ELEMENTS as u64 {
        memory.name_element(&mut node(handle(number), Role::Button, ""));
    }
    assert_eq!(memory.element(ElementRef::new(1)).unwrap_err().code, Code::StaleElement);
    assert_eq!(memory.element(ElementRef::new(9_999_999)).unwrap_err().code, Code::UnknownRef);
    assert!(memory.element(ElementRef::new(MAX_ELEMENTS as u32)).is_ok());
    let again = memory.name_element(&mut node(handle(0), Role::Button, ""));
    assert_eq!(again, ElementRef::new(MAX_ELEMENTS as u32 + 2), "a ref was reused");
}

#[test]
fn a_snapshot_is_compared_only_with_one_of_the_same() {
    let mut memory = Memory::default();
    let shown = (Scope::Foreground, None, TreeLimits::default());
    let id = memory.keep_snapshot(shown.clone(), Vec::new(), Vec::new());
    assert!(memory.snapshot(id, &shown).is_ok());
    let other = (Scope::Foreground, None, TreeLimits { max_depth: 2, ..TreeLimits::default() });
    assert_eq!(memory.snapshot(id, &other).unwrap_err().code, Code::UnknownSnapshot);
    for _ in 0..MAX_SNAPSHOTS {
        memory.keep_snapshot(shown.clone(), Vec::new(), Vec::new());
    }
    assert_eq!(memory.snapshot(id, &shown).unwrap_err().code, Code::UnknownSnapshot);
}

#[test]
fn of_many_windows_the_latest_are_known_each_by_the_ref_it_had() {
    let mut memory = Memory::default();
    let window = |number: usize| WindowKey { handle: number as u64, pid: 1, started: 1 };
    let refs: Vec<_> = (0..=MAX_WINDOWS).map(|number| memory.name_window(window(number))).collect();
    let latest = MAX_WINDOWS / 2;
    for number in [latest, latest + 1, MAX_WINDOWS] {
        assert_eq!(memory.name_window(window(number)), refs[number], "{number}");
    }
    for number in [0, latest - 1] {
        assert!(!refs.contains(&memory.name_window(window(number))), "{number}: a ref was reused");
    }
}

#[test]
fn so_many_pictures_are_remembered_and_no_more() {
    let mut memory = Memory::default();
    let area = Rect::new(0, 0, 10, 10);
    let mut keep = || {
        let mut frame = PictureFrame { id: PictureId::new(0), area, width: 10, height: 10 };
        memory.keep_picture(&mut frame);
        frame.id
    };
    let ids: Vec<PictureId> = (0..=MAX_PICTURES).map(|_| keep()).collect();
    let known = |id: &PictureId| memory.point_in_picture(*id, Point { x: 1, y: 1 }).is_ok();
    assert!(!known(&ids[0]) && ids[1..].iter().all(known));
}

#[test]
fn a_pixel_is_the_middle_of_what_it_shows() {
    let mut memory = Memory::default();
    let area = Rect::new(-100, 50, 900, 450);
    let mut frame = PictureFrame { id: PictureId::new(0), area, width: 100, height: 100 };
    memory.keep_picture(&mut frame);
    for ((x, y), (at_x, at_y)) in [((0, 0), (-95, 52)), ((1, 1), (-85, 56)), ((99, 99), (895, 448))] {
        assert_eq!(memory.point_in_picture(frame.id, Point { x, y }).unwrap(), Point { x: at_x, y: at_y });
    }
    for (x, y) in [(100, 0), (0, 100), (-1, 0)] {
        assert!(memory.point_in_picture(frame.id, Point { x, y }).is_err());
    }
}

proptest! {
    #[test]
    fn a_pixel_of_a_picture_is_a_point_of_what_it_shows(
        left in -5000..5000i32, top in -5000..5000i32, width in 1..4000i32, height in 1..4000i32,
        pixels_x in 1..4000u32, pixels_y in 1..4000u32, x in 0..4000i32, y in 0..4000i32,
    ) {
        let area = Rect::new(left, top, left + width, top + height);
        let mut memory = Memory::default();
        let mut frame = PictureFrame { id: PictureId::new(0), area, width: pixels_x, height: pixels_y };
        memory.keep_picture(&mut frame);
        let inside = x < pixels_x as i32 && y < pixels_y as i32;
        match memory.point_in_picture(frame.id, Point { x, y }) {
            Ok(point) => prop_assert!(inside && area.contains(point)),
            Err(fault) => prop_assert!(!inside && fault.code == Code::InvalidArgument),
        }
    }
}
