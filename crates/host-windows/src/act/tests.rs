//! Acts on a make-believe desktop.

use model::{
    Acted, Button, Code, Direction, ElementVerb, Fault, Means, Point, ReadBack, Rect, SecretText, TypeMode,
    keys::Modifiers,
    ui::{Node, Patterns, Role, States},
};

use super::{
    Action, Aim,
    fake::{FakeDesk, FakeSource, MAIN, OTHER, aim, control, window},
    perform,
};
use crate::{
    input::{Event, Vk, fake::Fake},
    source::Act,
};

const RECT: Rect = Rect::new(100, 100, 180, 130);
const MIDDLE: Point = Point { x: 140, y: 115 };
const CLICK: Action<'_> = Action::Click {
    button: Button::Left,
    count: 1,
    modifiers: Modifiers { ctrl: false, alt: false, shift: false, win: false },
};

fn button() -> Node {
    let patterns = Patterns { invoke: true, ..Patterns::default() };
    Node { patterns, ..control(0x11, Role::Button, "Save", RECT) }
}

fn edit() -> Node {
    control(0x11, Role::Edit, "Name", RECT)
}

/// A desktop with one element.
fn world(node: &Node, can: &[Act]) -> (FakeDesk, FakeSource) {
    (
        FakeDesk::default(),
        FakeSource { nodes: vec![node.clone()], can: can.to_vec(), ..FakeSource::default() },
    )
}

fn act(
    action: &Action<'_>,
    node: Option<&Node>,
    (desk, source): &mut (FakeDesk, FakeSource),
) -> Result<Acted, Fault> {
    let main = window(MAIN, "Main");
    perform(action, &aim(&main, node), source, desk, &Fake::job())
}

fn typing(text: &SecretText, mode: TypeMode) -> Action<'_> {
    Action::Type { text, mode, submit: false }
}

#[test]
fn a_plain_click_is_the_elements_own() {
    let mut world = world(&button(), &[Act::Invoke]);
    let acted = act(&CLICK, Some(&button()), &mut world).unwrap();
    assert_eq!((acted.means, acted.point), (Means::Message, None));
    assert_eq!(world.1.done, [Act::Invoke]);
    assert_eq!(world.0.hands.borrow().played, []);
}

#[test]
fn the_keyboards_element_is_told_where_it_is_another_one_or_was_given_it() {
    let other = control(0x12, Role::Edit, "Other", RECT);
    let focus = Action::Element(ElementVerb::Focus, None);
    for (action, had, has, told) in [
        (&CLICK, &other, &other, false),
        (&CLICK, &other, &button(), true),
        (&focus, &button(), &button(), true),
    ] {
        let mut world = world(&button(), &[Act::Invoke, Act::Focus]);
        world.1.focus = [had.clone(), has.clone()].into();
        let acted = act(action, Some(&button()), &mut world).unwrap();
        assert_eq!(acted.focused, told.then(|| has.clone()), "{action:?} {}", has.name);
    }
}

#[test]
fn what_a_target_opens_while_it_answers_nothing_is_told() {
    for closes in [false, true] {
        let mut world = world(&button(), &[Act::Invoke]);
        world.0.busy.set(3);
        if closes {
            world.0.tops.clear();
        }
        let acted = act(&CLICK, Some(&button()), &mut world).unwrap();
        assert_eq!(acted.opened.iter().map(|window| window.key.handle).collect::<Vec<_>>(), [OTHER]);
    }
}

#[test]
fn the_pointer_clicks_what_cannot_click_itself() {
    let mut world = world(&button(), &[]);
    let acted = act(&CLICK, Some(&button()), &mut world).unwrap();
    assert_eq!((acted.means, acted.point), (Means::Input, Some(MIDDLE)));
    assert!(world.0.hands.borrow().played.contains(&Event::ButtonDown(Button::Left, MIDDLE)));
}

#[test]
fn other_clicks_are_always_the_pointers() {
    for (button_used, count, modifiers) in [
        (Button::Right, 1, Modifiers::default()),
        (Button::Left, 2, Modifiers::default()),
        (Button::Left, 1, Modifiers { shift: true, ..Modifiers::default() }),
    ] {
        let mut world = world(&button(), &[Act::Invoke]);
        let action = Action::Click { button: button_used, count, modifiers };
        assert_eq!(act(&action, Some(&button()), &mut world).unwrap().means, Means::Input);
        assert_eq!(world.1.done, []);
    }
}

#[test]
fn a_disabled_element_is_refused() {
    let disabled = Node { states: States { disabled: true, ..States::default() }, ..button() };
    let mut world = world(&disabled, &[Act::Invoke]);
    let fault = act(&CLICK, Some(&disabled), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::ElementDisabled);
    assert_eq!(fault.message, "Button `Save` is disabled");
    assert_eq!(world.1.done, []);
}

#[test]
fn a_window_that_waits_for_its_dialog_is_refused_and_the_dialog_named() {
    let mut world = world(&button(), &[Act::Invoke]);
    world.0.stances.get_mut(&MAIN).unwrap().blocked_by = Some(OTHER);
    let fault = act(&CLICK, Some(&button()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::Obscured);
    assert!(fault.message.contains("`Other`"), "{fault}");
    assert_eq!(fault.windows[0].title, "Other");
}

#[test]
fn a_window_in_front_is_named_and_not_clicked() {
    let mut world = world(&button(), &[]);
    world.0.tops.insert(0, (window(OTHER, "Other"), RECT));
    let fault = act(&CLICK, Some(&button()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::Obscured);
    assert_eq!(fault.message, "window `Other` lies in front of Button `Save`");
    assert_eq!(world.0.hands.borrow().played, []);
}

#[test]
fn an_element_in_front_is_named_and_not_clicked() {
    let mut world = world(&button(), &[]);
    world.1.nodes.push(control(0x12, Role::Pane, "Cover", RECT));
    let fault = act(&CLICK, Some(&button()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::Obscured);
    assert_eq!(fault.message, "Pane `Cover` lies in front of Button `Save`");
    assert_eq!(fault.elements[0].name, "Cover");
}

#[test]
fn what_is_covered_in_part_is_clicked_where_it_is_visible() {
    let mut world = world(&button(), &[]);
    world.0.tops.insert(0, (window(OTHER, "Other"), Rect::new(110, 90, 400, 300)));
    let acted = act(&CLICK, Some(&button()), &mut world).unwrap();
    let point = acted.point.unwrap();
    assert!(point.x < 110 && RECT.contains(point), "{point:?}");
}

#[test]
fn an_element_outside_of_its_window_is_not_clicked() {
    let outside = Node { rect: Rect::new(500, 100, 580, 130), ..button() };
    let mut world = world(&outside, &[]);
    assert_eq!(act(&CLICK, Some(&outside), &mut world).unwrap_err().code, Code::Obscured);
}

#[test]
fn a_point_of_another_window_is_refused_and_that_window_named() {
    let mut world = world(&button(), &[]);
    world.0.tops.insert(0, (window(OTHER, "Other"), RECT));
    let main = window(MAIN, "Main");
    let aim = Aim { window: &main, node: Some(button()), point: Some(MIDDLE) };
    let fault = perform(&CLICK, &aim, &mut world.1, &mut world.0, &Fake::job()).unwrap_err();
    assert_eq!(fault.code, Code::WrongWindow);
    assert_eq!(fault.message, "at (140, 115) there is window `Other` instead of window `Main`");
}

#[test]
fn a_point_is_clicked_by_the_pointer_whatever_lies_there() {
    let mut world = world(&button(), &[Act::Invoke]);
    let main = window(MAIN, "Main");
    let point = Point { x: 102, y: 103 };
    let aim = Aim { window: &main, node: Some(button()), point: Some(point) };
    let acted = perform(&CLICK, &aim, &mut world.1, &mut world.0, &Fake::job()).unwrap();
    assert_eq!((acted.means, acted.point), (Means::Input, Some(point)));
}

#[test]
fn a_minimized_window_is_restored_first_and_that_is_said() {
    let mut world = world(&button(), &[]);
    world.0.foreground = OTHER;
    world.0.stances.get_mut(&MAIN).unwrap().minimized = true;
    let acted = act(&CLICK, Some(&button()), &mut world).unwrap();
    assert_eq!(acted.notes, ["the window was minimized and has been restored"]);
    assert!(acted.foreground_changed);
}

#[test]
fn a_window_that_does_not_come_forward_is_not_clicked() {
    let mut world = world(&button(), &[]);
    world.0.foreground = OTHER;
    world.0.comes_forward = false;
    let fault = act(&CLICK, Some(&button()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::WrongWindow);
    assert_eq!(fault.windows[0].title, "Other");
    assert!(
        fault.message.ends_with("; window `Main` had been asked to come to the front, and may still do it"),
        "{fault}"
    );
    assert_eq!(world.0.hands.borrow().played, []);
}

#[test]
fn a_fault_says_what_had_been_done_on_the_way_to_it() {
    let keys = ["Ctrl+A", "Ctrl+C"].map(|chord| chord.parse().unwrap());
    let text = SecretText::new("x".into());
    let replace = typing(&text, TypeMode::Replace);
    let scroll = Action::Scroll(Direction::Down, 3);
    let front = "window `Main` had been brought to the front";
    let asked = "Button `Save` had been asked to take the keyboard";
    for (action, minimized, stolen_after, steps) in [
        (&CLICK, true, None, "; window `Main` had been restored and brought to the front".to_owned()),
        (&CLICK, false, None, format!("; {front}")),
        (&scroll, false, None, format!("; {front}")),
        (&Action::Move, false, None, format!("; {front}")),
        (&Action::Keys(&keys), false, None, format!("; {front}; {asked}")),
        (&Action::Element(ElementVerb::Focus, None), false, None, format!("; {front}; {asked}")),
        (&Action::Keys(&keys), false, Some(3), format!("; 1 of 2 combinations were pressed; {front}")),
        (
            &replace,
            false,
            Some(6),
            format!("; 0 of 1 characters were typed; {front}; what was there had been selected"),
        ),
    ] {
        let mut world = world(&button(), &[Act::Focus]);
        world.1.nodes.push(control(0x12, Role::Pane, "Cover", RECT));
        world.0.foreground = OTHER;
        world.0.stances.get_mut(&MAIN).unwrap().minimized = minimized;
        if stolen_after.is_none() {
            world.0.keyboard.set(0x99);
        }
        world.0.stolen_after = stolen_after;
        let fault = act(action, Some(&button()), &mut world).unwrap_err();
        assert_eq!(
            fault.message.split_once(';').unwrap().1,
            steps.split_once(';').unwrap().1,
            "{action:?}: {fault}"
        );
    }
}

#[test]
fn a_drag_that_cannot_end_says_what_had_been_done_at_either_place() {
    let outside = control(0x12, Role::Pane, "Bin", Rect::new(200, 400, 240, 440));
    let (main, other) = (window(MAIN, "Main"), window(OTHER, "Other"));
    let there = Aim { window: &other, node: None, point: Some(MIDDLE) };
    for (to, code, step) in [
        (there, Code::WrongWindow, ""),
        (aim(&main, Some(&outside)), Code::Obscured, "; Pane `Bin` had been scrolled into view"),
    ] {
        let mut world = world(&button(), &[Act::ScrollIntoView]);
        world.1.nodes.push(outside.clone());
        world.0.foreground = OTHER;
        let action = Action::Drag { to: &to, button: Button::Left, modifiers: Modifiers::default() };
        let fault = act(&action, Some(&button()), &mut world).unwrap_err();
        assert_eq!(fault.code, code);
        let steps = format!("; window `Main` had been brought to the front{step}");
        assert!(fault.message.ends_with(&steps), "{fault}");
    }
}

#[test]
fn the_second_lock_holds_before_anything_is_done() {
    for code in [Code::OwnWindow, Code::ElevatedTarget] {
        let mut world = world(&button(), &[Act::Invoke]);
        world.0.refuses = Some(code);
        assert_eq!(act(&CLICK, Some(&button()), &mut world).unwrap_err().code, code);
        assert_eq!(world.1.done, []);
    }
}

#[test]
fn a_field_takes_text_itself_and_is_read_back() {
    let text = SecretText::new("Zoë".into());
    let mut world = world(&edit(), &[Act::InsertText(text.clone())]);
    world.1.text = Some("Hello ".into());
    let acted = act(&typing(&text, TypeMode::Insert), Some(&edit()), &mut world).unwrap();
    assert_eq!(acted.read_back, Some(ReadBack::Holds { chars: 9 }));
    assert_eq!(world.0.hands.borrow().played, []);
}

#[test]
fn a_field_that_changes_what_it_is_given_is_told_of() {
    let text = SecretText::new("1000".into());
    let mut world = world(&edit(), &[Act::SetValue(text.clone())]);
    world.1.spoils = ",00";
    let acted = act(&typing(&text, TypeMode::Replace), Some(&edit()), &mut world).unwrap();
    assert_eq!(acted.read_back, Some(ReadBack::Differs { chars: 7 }));
}

#[test]
fn a_password_is_never_read_back() {
    let text = SecretText::new("hunter2".into());
    let password = Node { states: States { password: true, ..States::default() }, ..edit() };
    let mut world = world(&password, &[Act::InsertText(text.clone())]);
    let acted = act(&typing(&text, TypeMode::Insert), Some(&password), &mut world).unwrap();
    assert_eq!(acted.read_back, Some(ReadBack::Password));
}

#[test]
fn the_keyboard_types_what_the_field_does_not_take_itself() {
    let text = SecretText::new("a\nb".into());
    let mut world = world(&edit(), &[]);
    let acted = act(&typing(&text, TypeMode::Insert), Some(&edit()), &mut world).unwrap();
    assert_eq!((acted.means, acted.read_back), (Means::Input, Some(ReadBack::Unreadable)));
    assert_eq!(world.0.hands.borrow().received(), "a<Enter>b");
}

#[test]
fn replacing_by_keyboard_selects_all_first() {
    let text = SecretText::new("new".into());
    let mut world = world(&edit(), &[]);
    act(&typing(&text, TypeMode::Replace), Some(&edit()), &mut world).unwrap();
    let hands = world.0.hands.borrow();
    let downs: Vec<Vk> = hands
        .played
        .iter()
        .filter_map(|event| match event {
            Event::KeyDown(vk) if *vk != Vk::MARKER => Some(*vk),
            _ => None,
        })
        .collect();
    assert_eq!(downs, [Vk::CTRL, Vk(0x24), Vk::CTRL, Vk::SHIFT, Vk(0x23)], "Ctrl+Home, Ctrl+Shift+End");
    assert_eq!(hands.received(), "new");
}

#[test]
fn typing_stops_when_another_window_comes_in_front_and_says_how_far_it_got() {
    let text = SecretText::new("secret ".repeat(20));
    let mut world = world(&edit(), &[]);
    world.0.stolen_after = Some(2);
    let fault = act(&typing(&text, TypeMode::Insert), Some(&edit()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::WrongWindow);
    assert_eq!(
        fault.message,
        "another window, `Other`, came in front of window `Main`; 64 of 140 characters were typed"
    );
    assert!(!fault.message.contains("secret"));
    assert_eq!(world.0.hands.borrow().pressed(), []);
}

#[test]
fn control_characters_are_refused_before_anything_is_typed() {
    let text = SecretText::new("ab\u{8}".into());
    let mut world = world(&edit(), &[]);
    let fault = act(&typing(&text, TypeMode::Insert), Some(&edit()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::InvalidArgument);
    assert_eq!(world.0.hands.borrow().played, []);
}

#[test]
fn a_read_only_field_is_refused() {
    let text = SecretText::new("x".into());
    let fixed = Node { states: States { read_only: true, ..States::default() }, ..edit() };
    let mut world = world(&fixed, &[Act::InsertText(text.clone())]);
    let fault = act(&typing(&text, TypeMode::Insert), Some(&fixed), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
}

#[test]
fn a_button_is_not_clicked_to_give_it_the_keyboard() {
    let chords = ["Enter".parse().unwrap()];
    let mut world = world(&button(), &[]);
    world.0.keyboard.set(0x99);
    let fault = act(&Action::Keys(&chords), Some(&button()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
    assert_eq!(world.0.hands.borrow().played, []);
}

#[test]
fn submit_presses_enter_after_the_text() {
    let text = SecretText::new("go".into());
    let mut world = world(&edit(), &[Act::InsertText(text.clone())]);
    let action = Action::Type { text: &text, mode: TypeMode::Insert, submit: true };
    act(&action, Some(&edit()), &mut world).unwrap();
    assert_eq!(world.0.hands.borrow().received(), "<Enter>");
}

#[test]
fn combinations_stop_when_another_window_comes_in_front() {
    let chords = ["Ctrl+A", "Ctrl+C", "Ctrl+V"].map(|chord| chord.parse().unwrap());
    let mut world = world(&edit(), &[]);
    world.0.stolen_after = Some(6);
    let fault = act(&Action::Keys(&chords), Some(&edit()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::WrongWindow);
    assert!(fault.message.ends_with("; 2 of 3 combinations were pressed"), "{fault}");
}

#[test]
fn a_forbidden_combination_stops_the_whole_list_before_it_begins() {
    let chords = ["Ctrl+A", "Win+L"].map(|chord| chord.parse().unwrap());
    let mut world = world(&edit(), &[]);
    let fault = act(&Action::Keys(&chords), Some(&edit()), &mut world).unwrap_err();
    assert_eq!(fault.code, Code::ForbiddenKeys);
    assert_eq!(world.0.hands.borrow().played, []);
}

#[test]
fn a_list_scrolls_itself_and_anything_else_by_the_wheel() {
    let scroll = Action::Scroll(Direction::Down, 3);
    let list = control(0x11, Role::List, "", RECT);
    let mut able = world(&list, &[Act::Scroll { x: 0, y: 0 }]);
    assert_eq!(act(&scroll, Some(&list), &mut able).unwrap().means, Means::Message);
    assert_eq!(able.1.done, [Act::Scroll { x: 0, y: 3 }]);
    let mut unable = world(&list, &[]);
    assert_eq!(act(&scroll, Some(&list), &mut unable).unwrap().means, Means::Input);
    let turns = unable.0.hands.borrow().played.iter().filter(|e| **e == Event::Wheel(-120, MIDDLE)).count();
    assert_eq!(turns, 3);
}

#[test]
fn a_drag_goes_from_one_element_to_the_other() {
    let target = control(0x12, Role::Pane, "Bin", Rect::new(200, 200, 240, 240));
    let mut world = world(&button(), &[]);
    world.1.nodes.push(target.clone());
    let main = window(MAIN, "Main");
    let to = aim(&main, Some(&target));
    let action = Action::Drag { to: &to, button: Button::Left, modifiers: Modifiers::default() };
    let acted = act(&action, Some(&button()), &mut world).unwrap();
    let end = Point { x: 220, y: 220 };
    assert_eq!(acted.point, Some(end));
    let hands = world.0.hands.borrow();
    assert_eq!(hands.played[1], Event::ButtonDown(Button::Left, MIDDLE));
    assert_eq!(hands.played.last(), Some(&Event::ButtonUp(Button::Left, Some(end))));
}

#[test]
fn an_elements_pattern_is_used_or_its_lack_is_said() {
    let toggle = Action::Element(ElementVerb::Toggle, None);
    let mut able = world(&button(), &[Act::Toggle]);
    assert_eq!(act(&toggle, Some(&button()), &mut able).unwrap().verb, Some(ElementVerb::Toggle));
    let mut unable = world(&button(), &[]);
    let fault = act(&toggle, Some(&button()), &mut unable).unwrap_err();
    assert_eq!(fault.code, Code::NotSupportedByTarget);
    assert_eq!(unable.0.hands.borrow().played, []);
}

#[test]
fn a_value_that_is_set_is_read_back() {
    let value = SecretText::new("42".into());
    let mut world = world(&edit(), &[Act::SetValue(value.clone())]);
    let action = Action::Element(ElementVerb::SetValue, Some(&value));
    let acted = act(&action, Some(&edit()), &mut world).unwrap();
    assert_eq!(acted.read_back, Some(ReadBack::Holds { chars: 2 }));
}

#[test]
fn what_went_away_while_its_window_came_forward_is_stale() {
    let mut world = world(&button(), &[]);
    world.0.foreground = OTHER;
    world.1.nodes.clear();
    assert_eq!(act(&CLICK, Some(&button()), &mut world).unwrap_err().code, Code::StaleElement);
}

#[test]
fn a_call_that_was_cancelled_does_nothing() {
    let mut world = world(&button(), &[Act::Invoke]);
    let job = Fake::job();
    job.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    let main = window(MAIN, "Main");
    let fault = perform(&CLICK, &aim(&main, Some(&button())), &mut world.1, &mut world.0, &job).unwrap_err();
    assert_eq!(fault.code, Code::Cancelled);
    assert_eq!(world.1.done, []);
}
