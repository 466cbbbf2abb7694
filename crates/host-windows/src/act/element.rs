//! Elements' own patterns.

use model::{Code, ElementVerb, Fault, SecretText, TypeMode};

use super::{Done, stage::Stage, typing};
use crate::source::Act;

/// Uses the element's own pattern.
pub(super) fn act(
    stage: &mut Stage<'_>,
    verb: ElementVerb,
    value: Option<&SecretText>,
) -> Result<Done, Fault> {
    let Some(node) = stage.node.clone() else {
        return Err(Fault::new(Code::NotFound, "there is no element to operate"));
    };
    let act = match (verb, value) {
        (ElementVerb::Invoke, _) => Act::Invoke,
        (ElementVerb::Toggle, _) => Act::Toggle,
        (ElementVerb::Expand, _) => Act::Expand,
        (ElementVerb::Collapse, _) => Act::Collapse,
        (ElementVerb::Select, _) => Act::Select,
        (ElementVerb::SetValue, Some(value)) => Act::SetValue(value.clone()),
        (ElementVerb::SetValue, None) => {
            return Err(Fault::new(Code::InvalidArgument, "`set_value` needs `value`"));
        }
        (ElementVerb::ScrollIntoView, _) => Act::ScrollIntoView,
        (ElementVerb::Focus, _) => {
            stage.take_keyboard()?;
            return Ok(Done { verb: Some(verb), ..Done::by(model::Means::System) });
        }
    };
    if verb != ElementVerb::ScrollIntoView {
        stage.refuse_disabled()?;
    }
    let means = stage.source.act(&node.key, &act, stage.job)?;
    let read_back = match &act {
        Act::SetValue(value) => Some(typing::read_back(stage, &node, TypeMode::Replace, None, value)),
        _ => None,
    };
    Ok(Done { verb: Some(verb), read_back, ..Done::by(means) })
}
