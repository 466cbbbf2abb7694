//! Clicks, drags, the wheel and the pointer.

use std::time::Duration;

use model::{Button, Fault, Point, keys::Modifiers};

use super::{
    chord::modifier_keys,
    event::{Event, Vk},
    go_on,
    hands::{Hands, Held},
    hold,
    pointer::path,
    rest, wait_until_free, wait_until_seen,
};
use crate::source::Job;

/// How long one click may take to reach the target. Some never do: menus and hooks take them.
const CLICK_PATIENCE: Duration = Duration::from_millis(80);

/// Between two steps of a drag, so that the target can follow.
const DRAG_PACE: Duration = Duration::from_millis(4);

/// 120ths of a notch in one notch of the wheel (`WHEEL_DELTA`).
const NOTCH: i32 = 120;

/// A press of a mouse button: which one, and the keys held meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Press {
    /// Which button.
    pub button: Button,
    /// Keys held meanwhile.
    pub modifiers: Modifiers,
}

/// Clicks `count` times at a point. Each press and each release waits until the target has taken the one before (well
/// within the double-click time).
///
/// # Errors
/// `TIMEOUT` where a person holds a key or button, `NO_INTERACTIVE_DESKTOP`, `CANCELLED`.
pub fn click(
    hands: &mut (impl Hands + ?Sized),
    point: Point,
    press: Press,
    count: u8,
    job: &Job,
) -> Result<(), Fault> {
    wait_for_free_hands(hands, job)?;
    let vk = Vk::of_button(press.button);
    let mut held = Held::new(hands);
    held.play(&[Event::Move(point)])?;
    hold(&mut held, modifier_keys(press.modifiers), job)?;
    for _ in 0..count {
        held.play(&[Event::ButtonDown(press.button, point)])?;
        wait_until_seen(held.hands(), vk, true, CLICK_PATIENCE, job)?;
        held.play(&[Event::ButtonUp(press.button, Some(point))])?;
        wait_until_seen(held.hands(), vk, false, CLICK_PATIENCE, job)?;
    }
    let ups: Vec<Event> = modifier_keys(press.modifiers).rev().map(Event::KeyUp).collect();
    held.play(&ups)
}

/// Presses at one point, moves to another, releases there. Stopped on the way, it goes back and releases where it
/// began, which for most targets means that nothing was dragged.
///
/// # Errors
/// As for [`click`].
pub fn drag(
    hands: &mut (impl Hands + ?Sized),
    from: Point,
    to: Point,
    press: Press,
    job: &Job,
) -> Result<(), Fault> {
    wait_for_free_hands(hands, job)?;
    let vk = Vk::of_button(press.button);
    let mut held = Held::new(hands);
    held.play(&[Event::Move(from)])?;
    hold(&mut held, modifier_keys(press.modifiers), job)?;
    held.play(&[Event::ButtonDown(press.button, from)])?;
    wait_until_seen(held.hands(), vk, true, CLICK_PATIENCE, job)?;
    let mut moves = || -> Result<(), Fault> {
        for point in path(from, to) {
            rest(held.hands(), DRAG_PACE, job)?;
            held.play(&[Event::Move(point)])?;
        }
        rest(held.hands(), DRAG_PACE, job)
    };
    let moved = moves();
    let end = if moved.is_ok() { to } else { from };
    let mut events = vec![Event::Move(end), Event::ButtonUp(press.button, Some(end))];
    events.extend(modifier_keys(press.modifiers).rev().map(Event::KeyUp));
    held.play(&events)?;
    moved?;
    wait_until_seen(held.hands(), vk, false, CLICK_PATIENCE, job)?;
    Ok(())
}

/// A turn of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wheel {
    /// Away from the person: up.
    Up,
    /// Towards the person: down.
    Down,
    /// To the left.
    Left,
    /// To the right.
    Right,
}

/// Turns the wheel by so many notches at a point.
///
/// # Errors
/// As for [`click`]. A stop lets the notches turned so far stand.
pub fn wheel(
    hands: &mut (impl Hands + ?Sized),
    point: Point,
    turn: Wheel,
    notches: u32,
    job: &Job,
) -> Result<(), Fault> {
    wait_for_free_hands(hands, job)?;
    let notch = match turn {
        Wheel::Up => Event::Wheel(NOTCH, point),
        Wheel::Down => Event::Wheel(-NOTCH, point),
        Wheel::Left => Event::WheelSideways(-NOTCH, point),
        Wheel::Right => Event::WheelSideways(NOTCH, point),
    };
    let mut held = Held::new(hands);
    held.play(&[Event::Move(point)])?;
    let mut left = notches as usize;
    while left > 0 {
        go_on(job)?;
        let some = left.min(10);
        held.play(&vec![notch; some])?;
        left -= some;
    }
    Ok(())
}

/// Moves the pointer.
///
/// # Errors
/// As for [`click`].
pub fn move_to(hands: &mut (impl Hands + ?Sized), point: Point, job: &Job) -> Result<(), Fault> {
    go_on(job)?;
    Held::new(hands).play(&[Event::Move(point)])
}

/// Waits until no modifier and no mouse button is held by a person.
fn wait_for_free_hands(hands: &(impl Hands + ?Sized), job: &Job) -> Result<(), Fault> {
    let buttons = [Button::Left, Button::Right, Button::Middle].map(|b| (Vk::of_button(b), "a mouse button"));
    wait_until_free(hands, Vk::MODIFIERS.into_iter().chain(buttons), job)
}

#[cfg(test)]
mod tests {
    use model::Code;

    use super::*;
    use crate::input::fake::Fake;

    const A: Point = Point { x: 100, y: 100 };
    const B: Point = Point { x: 300, y: 160 };
    const LEFT: Press = Press {
        button: Button::Left,
        modifiers: Modifiers { ctrl: false, alt: false, shift: false, win: false },
    };

    #[test]
    fn a_click_with_a_key_held_presses_and_releases_both_in_order() {
        let mut fake = Fake::default();
        let press = Press { modifiers: Modifiers { ctrl: true, ..Modifiers::default() }, ..LEFT };
        click(&mut fake, A, press, 1, &Fake::job()).unwrap();
        assert_eq!(
            fake.played,
            [
                Event::Move(A),
                Event::KeyDown(Vk::CTRL),
                Event::ButtonDown(Button::Left, A),
                Event::ButtonUp(Button::Left, Some(A)),
                Event::KeyUp(Vk::CTRL),
            ]
        );
    }

    #[test]
    fn three_clicks_press_three_times_at_the_same_point() {
        let mut fake = Fake::default();
        click(&mut fake, A, LEFT, 3, &Fake::job()).unwrap();
        let downs = fake.played.iter().filter(|event| **event == Event::ButtonDown(Button::Left, A));
        assert_eq!(downs.count(), 3);
        assert_eq!(fake.pressed(), []);
    }

    #[test]
    fn a_drag_presses_moves_on_and_releases_at_the_end() {
        let mut fake = Fake::default();
        drag(&mut fake, A, B, LEFT, &Fake::job()).unwrap();
        assert_eq!(fake.played.first(), Some(&Event::Move(A)));
        assert_eq!(fake.played.get(1), Some(&Event::ButtonDown(Button::Left, A)));
        assert_eq!(fake.played.last(), Some(&Event::ButtonUp(Button::Left, Some(B))));
        let moves = fake.played.iter().filter(|event| matches!(event, Event::Move(_))).count();
        assert!(moves >= 7, "{moves}");
    }

    #[test]
    fn a_drag_that_is_cancelled_releases_where_it_began() {
        let job = Fake::job();
        let mut fake = Fake { cancel_after: Some((4, job.clone())), ..Fake::default() };
        let fault = drag(&mut fake, A, B, LEFT, &job).unwrap_err();
        assert_eq!(fault.code, Code::Cancelled);
        assert_eq!(fake.played.last(), Some(&Event::ButtonUp(Button::Left, Some(A))));
        assert_eq!(fake.pressed(), []);
    }

    #[test]
    fn nothing_is_clicked_while_a_person_holds_a_button() {
        let mut fake = Fake { person_holds: vec![Vk::of_button(Button::Left)], ..Fake::default() };
        let fault = click(&mut fake, A, LEFT, 1, &Fake::job()).unwrap_err();
        assert_eq!((fault.code, fake.played.len()), (Code::Timeout, 0));
    }

    #[test]
    fn the_wheel_turns_notch_by_notch_where_the_pointer_is_put() {
        let mut fake = Fake::default();
        wheel(&mut fake, A, Wheel::Down, 23, &Fake::job()).unwrap();
        assert_eq!(fake.played.first(), Some(&Event::Move(A)));
        assert_eq!(fake.played.iter().filter(|event| **event == Event::Wheel(-120, A)).count(), 23);
        wheel(&mut fake, A, Wheel::Right, 1, &Fake::job()).unwrap();
        assert_eq!(fake.played.last(), Some(&Event::WheelSideways(120, A)));
    }
}
