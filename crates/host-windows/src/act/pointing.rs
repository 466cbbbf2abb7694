//! Scrolling, dragging, moving the pointer.

use model::{Button, Code, Direction, Fault, keys::Modifiers};

use super::{Aim, Done, stage::Stage};
use crate::{
    input::{self, Press, Wheel},
    source::Act,
};

/// Scrolls the target: by its own pattern or message, else by the wheel where the pointer is put over it.
pub(super) fn scroll(stage: &mut Stage<'_>, direction: Direction, amount: u32) -> Result<Done, Fault> {
    let notches = i32::try_from(amount).unwrap_or(i32::MAX);
    let (act, turn) = match direction {
        Direction::Up => (Act::Scroll { x: 0, y: -notches }, Wheel::Up),
        Direction::Down => (Act::Scroll { x: 0, y: notches }, Wheel::Down),
        Direction::Left => (Act::Scroll { x: -notches, y: 0 }, Wheel::Left),
        Direction::Right => (Act::Scroll { x: notches, y: 0 }, Wheel::Right),
    };
    stage.refuse_disabled()?;
    if stage.aim.point.is_none()
        && let Some(node) = &stage.node
    {
        match stage.source.act(&node.key, &act, stage.job) {
            Ok(means) => return Ok(Done::by(means)),
            Err(fault) if fault.code == Code::NotSupportedByTarget => {}
            Err(fault) => return Err(fault),
        }
    }
    stage.come_forward()?;
    let point = stage.point()?;
    let mut hands = stage.desk.hands(stage.window());
    input::wheel(hands.as_mut(), point, turn, amount, stage.job)?;
    Ok(Done::at(point))
}

/// Drags from the target to another place, which may be in another window.
pub(super) fn drag(
    stage: &mut Stage<'_>,
    to: &Aim<'_>,
    button: Button,
    modifiers: Modifiers,
) -> Result<Done, Fault> {
    stage.desk.refuse_forbidden(to.window)?;
    stage.come_forward()?;
    let from = stage.point()?;
    let mut there = Stage::new(to, &mut *stage.source, &mut *stage.desk, stage.job);
    let end = if to.window.key == stage.aim.window.key { there.point() } else { there.foreign_point() };
    let Stage { steps, .. } = there;
    stage.steps.extend(steps);
    let end = end?;
    let inner = stage.desk.at(from).map_or_else(|| stage.window(), |spot| spot.inner);
    let mut hands = stage.desk.hands(inner);
    input::drag(hands.as_mut(), from, end, Press { button, modifiers }, stage.job).map_err(|mut fault| {
        fault.message.push_str("; the drag went back to where it began");
        fault
    })?;
    Ok(Done::at(end))
}

/// Moves the pointer onto the target.
pub(super) fn move_pointer(stage: &mut Stage<'_>) -> Result<Done, Fault> {
    stage.come_forward()?;
    let point = stage.point()?;
    stage.move_pointer(point)?;
    Ok(Done::at(point))
}
