//! Clicks.

use model::{
    Button, Code, Fault,
    keys::Modifiers,
    ui::{Node, Role},
};

use super::{Done, stage::Stage};
use crate::{
    input::{self, Press},
    source::Act,
};

/// Clicks the target: a plain click on an element by its own pattern or message, anything else by the pointer.
pub(super) fn click(
    stage: &mut Stage<'_>,
    button: Button,
    count: u8,
    modifiers: Modifiers,
) -> Result<Done, Fault> {
    stage.refuse_disabled()?;
    let plain = button == Button::Left && count == 1 && modifiers == Modifiers::default();
    if plain
        && stage.aim.point.is_none()
        && let Some(node) = &stage.node
        && let Some(act) = own_click(node)
    {
        match stage.source.act(&node.key, &act, stage.job) {
            Ok(means) => return Ok(Done::by(means)),
            Err(fault) if fault.code == Code::NotSupportedByTarget => {}
            Err(fault) => return Err(fault),
        }
    }
    stage.come_forward()?;
    let point = stage.point()?;
    let inner = stage.desk.at(point).map_or_else(|| stage.window(), |spot| spot.inner);
    let mut hands = stage.desk.hands(inner);
    input::click(hands.as_mut(), point, Press { button, modifiers }, count, stage.job)?;
    Ok(Done::at(point))
}

/// What an element does when it is clicked, if it can do it by itself.
fn own_click(node: &Node) -> Option<Act> {
    let patterns = node.patterns;
    if patterns.invoke {
        return Some(Act::Invoke);
    }
    if patterns.toggle {
        return Some(Act::Toggle);
    }
    if patterns.select {
        return Some(Act::Select);
    }
    let opens = matches!(node.role, Role::ComboBox | Role::MenuItem | Role::SplitButton);
    (patterns.expand_collapse && opens)
        .then(|| if node.states.expanded == Some(true) { Act::Collapse } else { Act::Expand })
}
